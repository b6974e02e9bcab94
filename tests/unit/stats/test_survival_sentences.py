"""What the survival statistics say when a number cannot be given."""

from __future__ import annotations

import dataclasses

import pytest

from hccviz.domain.errors import HccvizError
from hccviz.domain.records import EventTable
from hccviz.stats.cox import estimate_hazard_ratios
from hccviz.stats.kaplan_meier import estimate_curve
from hccviz.stats.logrank import logrank_test, logrank_trend_test, pairwise_logrank
from hccviz.stats.survival import estimate_survival
from tests.oracle.reading import group_events


def table(**groups: str) -> EventTable:
    """Event table from text like "3 5+ 9+", a plus for a censored time."""
    return EventTable(
        "os",
        "child_pugh_class",
        tuple(
            dataclasses.replace(
                group_events(
                    level,
                    [float(w.rstrip("+")) for w in text.split()],
                    [not w.endswith("+") for w in text.split()],
                ),
                label=f"Child-Pugh {level}",
            )
            for level, text in groups.items()
        ),
    )


def test_nothing_is_claimed_beyond_the_last_follow_up() -> None:
    alive, dead = table(A="4 9 30+", B="4 9 30.25").groups
    (rate,) = estimate_curve(alive, times=[36]).rates
    assert rate.survival.value is None
    assert rate.survival.why == "beyond the last follow-up (30.0 months)"
    (rate,) = estimate_curve(dead, times=[36]).rates
    assert rate.survival.why == (
        "beyond the last follow-up (30.2 months); the estimate had fallen to 0% by then"
    )


def test_a_median_that_is_not_reached_says_so() -> None:
    curve = estimate_curve(table(A="3 5+ 9+ 9+ 12+").groups[0])
    assert (curve.median.value, curve.median.why) == (None, "not reached")
    nobody = estimate_curve(table(A="3+ 5+").groups[0])
    assert nobody.median.why == "not reached: no events"
    everybody = estimate_curve(table(A="3 5").groups[0])
    assert everybody.follow_up.reverse_km_median.why == "not reached: no patient is censored"


def test_limits_that_r_does_not_give_are_explained() -> None:
    curve = estimate_curve(table(A="3+ 5 9").groups[0], times=[4, 9])
    assert [rate.survival.why_low for rate in curve.rates] == [
        "no limits: no event so far",
        "no limits: survival is 0",
    ]
    assert curve.limits_known.tolist() == [False, True, False]


def test_no_events_is_not_p_1() -> None:
    none = table(A="3+ 5+", B="4+ 6+", C="1+")
    for test in (logrank_test(none), logrank_trend_test(none)):
        assert (test.p, test.why) == (None, "not estimable: no events")
    assert {pair.why for pair in pairwise_logrank(none)} == {"not estimable: no events"}
    assert estimate_hazard_ratios(none)[0].why == "not estimable: no events"


def test_one_group_has_no_test() -> None:
    estimate = estimate_survival(table(A="3 5+"))
    assert {test.why for test in estimate.tests} == {"not estimable: only one group"}
    assert estimate.hazard_ratios == ()
    assert estimate_survival(dataclasses.replace(table(A="3 5+"), by="")).tests == ()


@pytest.mark.parametrize(
    ("groups", "why"),
    [
        ({"A": "2 3 5 8", "B": "4+ 6+"}, "not estimable: no events in Child-Pugh B"),
        ({"A": "4+ 6+", "B": "2 3 5 8"}, "not estimable: no events in Child-Pugh A"),
        (
            {"A": "10 11 12", "B": "1 2 3"},
            "not estimable: nobody in Child-Pugh B was left at risk at any event of Child-Pugh A",
        ),
        (
            {"A": "1 2 3", "B": "10 11 12"},
            "not estimable: nobody in Child-Pugh A was left at risk at any event of Child-Pugh B",
        ),
    ],
)
def test_a_monotone_likelihood_is_said(groups: dict[str, str], why: str) -> None:
    (ratio,) = estimate_hazard_ratios(table(**groups))
    assert (ratio.ratio.value, ratio.p, ratio.why, ratio.ratio.why) == (None, None, why, why)


def test_the_other_ratios_survive_an_empty_level() -> None:
    with_empty = table(A="2 3 5 8+", B="4+ 6+ 9+", C="1 2 6 7")
    b, c = estimate_hazard_ratios(with_empty)
    assert b.why == "not estimable: no events in Child-Pugh B"
    without = table(A="2 3 5 8+", C="1 2 6 7")
    assert c.ratio.value == pytest.approx(estimate_hazard_ratios(without)[0].ratio.value)
    names = {test.name: test.why for test in estimate_survival(with_empty).tests}
    assert names["Cox Wald"] == "not estimable: a hazard ratio is 0 or infinite"
    assert names["Cox likelihood ratio"] == ""


def test_a_reference_that_is_not_there_is_said() -> None:
    ratios = estimate_hazard_ratios(table(A="1 2", B="2 3"), reference="C")
    assert {r.why for r in ratios} == {"not estimable: no patient in the reference group C"}


def test_small_groups_are_named() -> None:
    small = dataclasses.replace(
        table(A=" ".join(str(k) for k in range(1, 13)), C="2"), n_missing=1, n_unknown_group=3
    )
    estimate = estimate_survival(small)
    assert estimate.warnings == (
        "Read Child-Pugh C with caution: 1 patient, 1 event.",
        "This p rests on 1 patient in Child-Pugh C.",
        "1 patient without a usable time or event is left out.",
        "3 patients without a recorded value of the split are left out.",
    )
    assert all("1 patient in Child-Pugh C" in test.note for test in estimate.tests)


def test_few_events_per_hazard_ratio_are_noted() -> None:
    tests = {
        t.name: t.note for t in estimate_survival(table(A="1 2 3+ 4+ 5+", B="2 3+ 4 5+ 6")).tests
    }
    assert tests["Cox Wald"] == "5 events for 1 hazard ratio: fewer than ten per hazard ratio."
    assert tests["log-rank"] == ""


@pytest.mark.parametrize("choice", [{"ci": "arcsin"}, {"level": 95.0}, {"level": 1.0}])
def test_an_unknown_choice_is_an_error_in_words(choice: dict[str, object]) -> None:
    with pytest.raises(HccvizError, match=r"choose one of|between 0 and 1"):
        estimate_survival(table(A="1 2"), **choice)
