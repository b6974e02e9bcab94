"""Counts behind printed percents, and summaries that cannot be made."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hccviz.domain.errors import HccvizError
from hccviz.stats.meta_analysis import pool_rates
from hccviz.stats.printed_percent import count_behind, denominators_behind


@pytest.mark.parametrize(
    ("printed", "n", "rule", "candidates", "used"),
    [
        ("47.4", 76, "rounded", (36,), 36),
        ("36.4", 412, "rounded", (150,), 150),
        ("97.1", 35, "rounded", (34,), 34),
        ("19.2", 140, "truncated", (27,), 27),
        ("28.1", 412, "truncated", (116,), 116),
        ("55.5", 45, "truncated", (25,), 25),
        ("85.0", 69, "impossible", (58, 59), 59),
        ("86.9", 76, "impossible", (66, 67), 66),
        ("20", 412, "several", (81, 82, 83, 84), 82),
        ("12.5", 8, "rounded", (1,), 1),
        ("0", 5, "rounded", (0,), 0),
        ("100", 5, "rounded", (5,), 5),
        ("0.1", 5, "impossible", (0, 1), 0),
        ("99.9", 1, "impossible", (0, 1), 1),
        ("50", 1, "impossible", (0, 1), 0),
        # Half-way values may have been rounded either way.
        ("62.5", 16, "rounded", (10,), 10),
        ("6.2", 16, "rounded", (1,), 1),
        ("6.3", 16, "rounded", (1,), 1),
    ],
)
def test_every_rule(
    printed: str, n: int, rule: str, candidates: tuple[int, ...], used: int
) -> None:
    found = count_behind(printed, n)
    assert (found.rule, found.candidates, found.used) == (rule, candidates, used)


@given(st.integers(1, 3000), st.data(), st.integers(0, 3))
def test_a_rounded_percent_leads_back_to_its_count(n: int, data: st.DataObject, d: int) -> None:
    count = data.draw(st.integers(0, n))
    found = count_behind(f"{100 * count / n:.{d}f}", n)
    assert found.rule in ("rounded", "several")
    assert count in found.candidates
    assert 0 <= found.used <= n


@given(st.integers(1, 500), st.decimals(0, 100, places=1))
def test_what_is_used_is_the_nearest_count_unless_cut_off(n: int, percent: object) -> None:
    found = count_behind(str(percent), n)
    if found.rule != "truncated":
        best = min(range(n + 1), key=lambda count: abs(100 * count / n - float(str(percent))))
        off = abs(best - found.used)
        assert off <= 1  # two may be equally near
        assert abs(abs(100 * best / n - float(str(percent)))
                   - abs(100 * found.used / n - float(str(percent)))) < 1e-9  # fmt: skip


def test_denominators_that_fit_both_percents() -> None:
    assert denominators_behind(("19.2", "88.5"), 140)[0] == 130
    assert denominators_behind(("69.6", "85.0"), 69) == ()
    assert denominators_behind(("47.4",), 76)[0] == 76


def test_one_study_is_no_summary() -> None:
    found = pool_rates([("A", 3, 9)])
    assert found.random.value is None
    assert "fewer than two" in found.random.why
    assert found.studies[0].rate.share.value == pytest.approx(1 / 3)
    assert pool_rates([]).studies == ()


def test_two_studies_have_no_prediction_interval() -> None:
    found = pool_rates([("A", 3, 9), ("B", 5, 9)])
    assert found.random.low is not None
    assert found.prediction.low is None
    assert "fewer than three" in found.prediction.why_low


def test_what_is_no_question() -> None:
    with pytest.raises(HccvizError, match="choose one of pm, dl"):
        pool_rates([], estimator="reml")
    with pytest.raises(HccvizError, match="without patients"):
        pool_rates([("A", 0, 0), ("B", 1, 2)])


rates = st.lists(
    st.integers(1, 300).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))),
    min_size=2,
    max_size=8,
)


@settings(max_examples=40)
@given(rates, st.sampled_from(["pm", "dl"]))
def test_a_summary_lies_between_its_limits_whatever_the_order(
    rows: list[tuple[int, int]], estimator: str
) -> None:
    named = [(str(i), x, n) for i, (x, n) in enumerate(rows)]
    found = pool_rates(named, estimator=estimator)
    again = pool_rates(named[::-1], estimator=estimator)
    assert found.random.value == pytest.approx(again.random.value, abs=1e-7)
    low, value, high = found.random.low, found.random.value, found.random.high
    assert low is not None
    assert value is not None
    assert high is not None
    assert 0 <= low <= value <= high <= 1
    assert found.tau2 is not None
    assert found.tau2 >= 0
    assert 0 <= (found.i2 or 0) < 1
    assert sum(study.weight_random for study in found.studies) == pytest.approx(1)
    if found.prediction.low is not None and found.prediction.high is not None:
        assert found.prediction.low <= value <= found.prediction.high
