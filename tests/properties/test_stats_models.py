"""What must hold for models, horizons, forests and cut points whatever the data."""

from __future__ import annotations

import math
from itertools import permutations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hccviz.domain.model_records import Covariate, ModelEstimate
from hccviz.domain.records import EventTable, Quantity, TestResult
from hccviz.domain.survival_records import SubgroupTable
from hccviz.stats.concordance import concordance
from hccviz.stats.cox import estimate_hazard_ratios
from hccviz.stats.cox_model import estimate_cox_model, fit_cox_rows
from hccviz.stats.cutpoints import explore_cut_points, lausen_p, logrank_scores
from hccviz.stats.forest import estimate_forest
from hccviz.stats.landmark import landmark_table
from hccviz.stats.logistic import estimate_logistic_model
from hccviz.stats.multiplicity import correct_comparisons
from hccviz.stats.piecewise import log_minus_log, piecewise_hazard_ratios
from hccviz.stats.rmst import estimate_rmst, rate_differences
from hccviz.stats.schoenfeld import TRANSFORMS, check_proportional_hazards
from hccviz.stats.selection import select_factors
from hccviz.stats.spline_cox import estimate_spline
from tests.oracle.reading import event_table
from tests.properties.test_stats_survival import numbers_in

Rows = list[tuple[float, int, str, float, str | None]]
times = st.one_of(st.integers(0, 12).map(float), st.floats(0.0, 200.0, allow_subnormal=False))
values = st.one_of(st.integers(0, 4).map(float), st.just(math.nan), st.floats(-50.0, 50.0))
patients = st.lists(
    st.tuples(
        times, st.integers(0, 1), st.sampled_from("AB"), values, st.sampled_from(["x", "y", None])
    ),
    min_size=1,
    max_size=30,
)
fewer = settings(max_examples=40)


def arrays(rows: Rows) -> tuple[np.ndarray, np.ndarray, list[Covariate]]:
    codes = np.array([r[4] for r in rows], dtype=object)
    arms = np.array([r[2] for r in rows], dtype=object)
    return (
        np.array([r[0] for r in rows]),
        np.array([float(r[1]) for r in rows]),
        [
            Covariate("arm", "Arm", arms, ("A", "B"), ("Arm A", "Arm B")),
            Covariate("size", "Size", np.array([r[3] for r in rows])),
            Covariate("code", "Code", codes, ("x", "y", "z"), ("X", "Y", "Z")),
        ],
    )


def table_of(rows: Rows) -> EventTable:
    return event_table([r[0] for r in rows], [r[1] for r in rows], [r[2] for r in rows])


def explained(record: object) -> bool:
    """Whether every missing value of a record says why."""
    if isinstance(record, Quantity):
        return (record.value is None) == bool(record.why)
    if isinstance(record, TestResult):
        return (record.p is None) == bool(record.why)
    if isinstance(record, tuple):
        return all(explained(part) for part in record)
    if hasattr(record, "__dataclass_fields__"):
        return all(explained(getattr(record, name)) for name in record.__dataclass_fields__)
    return True


def sound(record: object) -> None:
    assert all(math.isfinite(x) for x in numbers_in(record))
    assert explained(record)


@given(patients, st.booleans(), st.booleans())
@settings(max_examples=80)
def test_cox_models_are_sound(rows: Rows, together: bool, stratified: bool) -> None:
    time, event, factors = arrays(rows)
    pairs = [("arm", "size")] if together else []
    strata = factors.pop() if stratified else None
    model = estimate_cox_model(factors, time, event, interactions=pairs, strata=strata)
    sound(model)
    assert model.n <= model.n_all == len(rows)
    fitted = fit_cox_rows(factors, time, event, interactions=pairs, strata=strata)
    for transform in TRANSFORMS:
        sound(check_proportional_hazards(fitted, transform=transform))


@given(patients)
def test_concordance_is_every_pair_counted(rows: Rows) -> None:
    time, score = np.array([r[0] for r in rows]), np.array([float(ord(r[2])) for r in rows])
    died = np.array([r[1] == 1 for r in rows])
    won = pairs = 0.0
    for i, j in permutations(range(len(rows)), 2):
        if died[i] and (time[j] > time[i] or (time[j] == time[i] and not died[j])):
            pairs += 1
            won += 1.0 if score[i] > score[j] else 0.5 if score[i] == score[j] else 0.0
    found = concordance(score, time, died)
    assert (found.value is None) == (pairs == 0)
    assert found.value is None or found.value == pytest.approx(won / pairs, abs=1e-12)


@given(patients)
def test_logistic_models_are_sound(rows: Rows) -> None:
    _, event, factors = arrays(rows)
    model = estimate_logistic_model(factors, event)
    sound(model)
    assert model.kind == "logistic"


@given(patients)
@fewer
def test_splines_cuts_and_selections_are_sound(rows: Rows) -> None:
    time, event, factors = arrays(rows)
    sound(estimate_spline(factors[1], time, event, knots=3, adjust_for=factors[:1]))
    found = explore_cut_points(factors[1], time, event)
    sound(found)
    assert bool(found.why) == (found.best is None)
    if found.p is not None and found.p_naive is not None:
        assert found.p_naive <= found.p + 1e-12
    chosen = select_factors(factors, time, event, p_enter=0.9)
    sound(chosen)
    assert (chosen.final is None) == bool(chosen.why)


@given(patients, times, st.floats(0.1, 250.0))
def test_horizons_landmarks_and_periods_are_sound(rows: Rows, at: float, horizon: float) -> None:
    table = table_of(rows)
    landmark = landmark_table(table, at)
    sound(landmark)
    assert landmark.table.n == sum(r[0] >= at for r in rows)
    assert bool(landmark.why) == (landmark.table.n == 0)
    means = estimate_rmst(table, horizon)
    sound(means)
    for group in means.groups:
        assert group.mean.value is None or group.mean.value <= horizon * (1 + 1e-12)
    sound(rate_differences(table, [at, horizon]))
    sound(log_minus_log(table))
    pieces = piecewise_hazard_ratios(table, [horizon])
    sound(pieces)
    assert sum(period.n_events for period in pieces.periods) == sum(r[1] for r in rows)


@given(patients)
def test_a_cut_after_the_end_changes_nothing(rows: Rows) -> None:
    table = table_of(rows)
    first = piecewise_hazard_ratios(table, [300.0]).periods[0].hazard_ratios
    assert first == estimate_hazard_ratios(table)


@given(patients)
def test_forests_are_sound_and_agree_with_the_table(rows: Rows) -> None:
    levels = [level for level in "xy" if any(r[4] == level for r in rows)]
    tables = tuple(table_of([r for r in rows if r[4] == level]) for level in levels)
    subgroup = SubgroupTable("code", "Code", tuple(levels), tuple(levels), tables)
    found = estimate_forest(table_of(rows), [subgroup])
    sound(found)
    if not found.why:
        assert found.overall.ratio == estimate_hazard_ratios(table_of(rows))[0].ratio


@given(patients)
def test_rows_and_counts_give_the_same_ratio(rows: Rows) -> None:
    time, event, factors = arrays(rows)
    model = estimate_cox_model(factors[:1], time, event)
    table = table_of(rows)
    counted = estimate_hazard_ratios(table)
    if len(table.groups) == 2:
        assert (counted[0].ratio.value is None) == (model.rows[0].ratio.value is None)
        if counted[0].ratio.value is not None:
            assert model.rows[0].ratio.value == pytest.approx(counted[0].ratio.value, rel=1e-6)
            assert model.rows[0].p == pytest.approx(counted[0].p, abs=1e-7)


@given(patients, st.floats(0.1, 20.0), st.floats(-100.0, 100.0))
@fewer
def test_a_model_does_not_care_for_the_unit(rows: Rows, factor: float, shift: float) -> None:
    time, event, factors = arrays(rows)
    size = factors[1]
    moved = Covariate("size", "Size", np.round(size.values * 8) * factor / 8 + shift)
    plain = Covariate("size", "Size", np.round(size.values * 8) / 8)
    one = estimate_cox_model([plain], time, event)
    other = estimate_cox_model([moved], time, event)
    compare(one, other, factor)


def compare(one: ModelEstimate, other: ModelEstimate, factor: float) -> None:
    a, b = one.rows[0], other.rows[0]
    assert (a.log_ratio is None) == (b.log_ratio is None)
    if a.log_ratio is not None:
        assert b.log_ratio * factor == pytest.approx(a.log_ratio, rel=1e-5, abs=1e-5)
        assert b.p == pytest.approx(a.p, abs=1e-5)


@given(st.lists(st.tuples(times, st.integers(0, 1)), min_size=1, max_size=30))
def test_scores_add_up_to_nothing(rows: list[tuple[float, int]]) -> None:
    time, event = np.array([r[0] for r in rows]), np.array([r[1] == 1 for r in rows])
    assert logrank_scores(time, event).sum() == pytest.approx(0.0, abs=1e-9)


@given(st.floats(0.0, 12.0), st.floats(0.01, 0.45))
def test_the_corrected_p_is_a_probability(statistic: float, share: float) -> None:
    assert 0.0 <= lausen_p(statistic, share) <= 1.0


@given(st.lists(st.tuples(st.text(max_size=3), st.none() | st.floats(0.0, 1.0)), max_size=12))
def test_holm_over_what_was_looked_at(looked: list[tuple[str, float | None]]) -> None:
    found = correct_comparisons(looked)
    assert found.sentence
    for comparison in found.comparisons:
        assert (comparison.p is None) == (comparison.p_holm is None)
        assert comparison.p is None or comparison.p <= comparison.p_holm <= 1.0
