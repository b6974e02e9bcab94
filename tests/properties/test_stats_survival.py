"""What must hold for survival statistics whatever the data, and agreement with lifelines."""

from __future__ import annotations

import dataclasses
import math

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from hccviz.domain.records import EventTable, GroupEvents, SurvivalEstimate
from hccviz.stats.confidence import TRANSFORMS
from hccviz.stats.cox import estimate_hazard_ratios
from hccviz.stats.kaplan_meier import estimate_curve, risk_table
from hccviz.stats.logrank import logrank_test, logrank_trend_test, pairwise_logrank
from hccviz.stats.survival import estimate_survival
from tests.oracle.reading import event_table, group_events

Patients = list[tuple[float, int, str]]
times = st.one_of(
    st.integers(0, 12).map(float),
    st.integers(0, 400).map(lambda k: k / 8.0),
    st.floats(0.0, 200.0, allow_subnormal=False),
)
patients = st.lists(
    st.tuples(times, st.integers(0, 1), st.sampled_from("ABC")), min_size=1, max_size=40
)
transforms = st.sampled_from(TRANSFORMS)


def table_of(rows: Patients) -> EventTable:
    return event_table([r[0] for r in rows], [r[1] for r in rows], [r[2] for r in rows])


def one_group(rows: Patients) -> GroupEvents:
    return group_events("all", [r[0] for r in rows], [r[1] for r in rows])


def doubled(group: GroupEvents) -> GroupEvents:
    return dataclasses.replace(group, events=2 * group.events, censored=2 * group.censored)


def numbers_in(record: object) -> list[float]:
    """Return every float in a record, however deep."""
    if isinstance(record, float):
        return [record]
    if isinstance(record, np.ndarray):
        return record.astype(float).tolist()
    if isinstance(record, tuple):
        return [x for part in record for x in numbers_in(part)]
    if dataclasses.is_dataclass(record):
        return [x for f in dataclasses.fields(record) for x in numbers_in(getattr(record, f.name))]
    return []


@given(patients, transforms)
def test_every_patient_twice_leaves_the_curve_unchanged(rows: Patients, ci: str) -> None:
    group = one_group(rows)
    once, twice = estimate_curve(group, ci=ci), estimate_curve(doubled(group), ci=ci)
    np.testing.assert_allclose(twice.survival, once.survival, rtol=1e-12)
    assert twice.median.value == once.median.value
    assert twice.follow_up.reverse_km_median.value == once.follow_up.reverse_km_median.value
    assert twice.follow_up.naive_median == once.follow_up.naive_median


@given(patients, transforms, st.floats(0.5, 0.99))
def test_curves_fall_within_their_limits(rows: Patients, ci: str, level: float) -> None:
    curve = estimate_curve(one_group(rows), ci=ci, level=level)
    assert (np.diff(curve.survival) <= 0).all()
    for values in (curve.survival, curve.lower, curve.upper):
        assert ((values >= 0) & (values <= 1)).all()
    assert (curve.lower <= curve.survival + 1e-12).all()
    assert (curve.upper >= curve.survival - 1e-12).all()
    assert (np.diff(curve.time) > 0).all()


@given(patients, st.lists(times, max_size=6))
def test_rows_under_the_plot_add_up_to_n(rows: Patients, at: list[float]) -> None:
    curve = estimate_curve(one_group(rows))
    table = risk_table(curve, at)
    assert (table.at_risk + table.events + table.censored == len(rows)).all()
    assert table.at_risk.tolist() == [sum(r[0] >= t for r in rows) for t in at]
    assert table.events.tolist() == [sum(r[0] < t and r[1] == 1 for r in rows) for t in at]


@given(patients, transforms, st.sampled_from([0.25, 0.5, 3.0, 30.0]))
def test_medians_scale_with_time(rows: Patients, ci: str, factor: float) -> None:
    scaled = [(t * factor, e, g) for t, e, g in rows]
    assume(len({t for t, _, _ in scaled}) == len({t for t, _, _ in rows}))
    before, after = table_of(rows), table_of(scaled)
    for old, new in zip(before.groups, after.groups, strict=True):
        a, b = estimate_curve(old, ci=ci).median, estimate_curve(new, ci=ci).median
        for x, y in ((a.value, b.value), (a.low, b.low), (a.high, b.high)):
            assert (x is None) == (y is None)
            assert x is None or y == pytest.approx(x * factor, rel=1e-12)
    assert logrank_test(before).p == logrank_test(after).p


@given(patients, st.permutations("ABC"))
def test_relabelling_leaves_the_logrank_unchanged(rows: Patients, names: list[str]) -> None:
    renamed = [(t, e, dict(zip("ABC", names, strict=True))[g]) for t, e, g in rows]
    before, after = logrank_test(table_of(rows)), logrank_test(table_of(renamed))
    assert (before.df, before.why) == (after.df, after.why)
    if before.statistic is not None and after.statistic is not None:
        assert after.statistic == pytest.approx(before.statistic, rel=1e-8, abs=1e-10)


@given(patients)
def test_trend_does_not_care_for_the_direction(rows: Patients) -> None:
    table = table_of(rows)
    other = dataclasses.replace(table, groups=table.groups[::-1])
    before, after = logrank_trend_test(table), logrank_trend_test(other)
    assert (before.p is None) == (after.p is None)
    if before.p is not None:
        assert after.p == pytest.approx(before.p, rel=1e-8, abs=1e-10)


@given(patients)
def test_one_stratum_is_no_stratum(rows: Patients) -> None:
    plain = table_of(rows)
    stratified = dataclasses.replace(plain, strata=(plain,))
    assert logrank_test(plain).p == logrank_test(stratified).p
    assert estimate_hazard_ratios(plain) == estimate_hazard_ratios(stratified)


@given(patients)
def test_swapped_reference_gives_the_reciprocal(rows: Patients) -> None:
    table = table_of(rows)
    ratios = {
        (r.reference, r.level): r
        for group in table.groups
        for r in estimate_hazard_ratios(table, reference=group.level)
    }
    for (a, b), ratio in ratios.items():
        other = ratios[b, a]
        assert (ratio.ratio.value is None) == (other.ratio.value is None)
        assert (ratio.p is None) == bool(ratio.why)
        if ratio.ratio.value is not None:
            assert math.log(ratio.ratio.value) == pytest.approx(
                -math.log(other.ratio.value), rel=1e-7, abs=1e-7
            )
            assert math.log(ratio.ratio.low) == pytest.approx(-math.log(other.ratio.high), abs=1e-7)
            assert ratio.p == pytest.approx(other.p, abs=1e-7)


@given(patients, transforms)
@settings(max_examples=60)
def test_no_record_holds_nan_or_an_unexplained_gap(rows: Patients, ci: str) -> None:
    estimate = estimate_survival(table_of(rows), ci=ci)
    assert isinstance(estimate, SurvivalEstimate)
    assert all(math.isfinite(x) for x in numbers_in(estimate))
    for test in estimate.tests:
        assert (test.p is None) == bool(test.why)
        assert test.p is None or 0.0 <= test.p <= 1.0
    for pair in estimate.pairwise:
        assert (pair.p is None) == bool(pair.why)
        assert pair.p is None or pair.p <= pair.p_holm <= 1.0


@pytest.mark.parametrize("seed", range(12))
def test_agrees_with_lifelines(seed: int) -> None:
    from lifelines import KaplanMeierFitter
    from lifelines.statistics import multivariate_logrank_test, pairwise_logrank_test

    rng = np.random.default_rng(seed)
    n = int(rng.integers(20, 200))
    group = rng.choice(list("ABC"), n)
    time = np.round(rng.exponential(12.0, n), int(seed % 3))
    event = rng.integers(0, 2, n)
    table = event_table(time.tolist(), event.tolist(), group.tolist())
    for events in table.groups:
        curve = estimate_curve(events)
        mine = group == events.level
        fitted = KaplanMeierFitter().fit(time[mine], event[mine])
        other = fitted.survival_function_at_times(curve.time).to_numpy()
        np.testing.assert_allclose(curve.survival, other, atol=1e-9)
    omnibus = multivariate_logrank_test(time, group, event)
    assert logrank_test(table).p == pytest.approx(omnibus.p_value, rel=1e-9)
    pairs = pairwise_logrank_test(time, group, event).summary["p"].to_dict()
    for pair in pairwise_logrank(table):
        assert pair.p == pytest.approx(pairs[pair.a, pair.b], rel=1e-8)
