"""What models, horizons and forests say where there is no number."""

from __future__ import annotations

import numpy as np
import pytest

from hccviz.domain.errors import HccvizError
from hccviz.domain.model_records import Covariate
from hccviz.domain.records import EventTable
from hccviz.domain.survival_records import SubgroupTable
from hccviz.stats.cox_model import estimate_cox_model, fit_cox_rows
from hccviz.stats.cutpoints import explore_cut_points
from hccviz.stats.forest import estimate_forest
from hccviz.stats.landmark import landmark_table
from hccviz.stats.logistic import estimate_logistic_model, fit_logistic_rows, predict_band
from hccviz.stats.rmst import estimate_rmst, longest_horizon, rate_differences
from hccviz.stats.schoenfeld import check_proportional_hazards
from hccviz.stats.selection import select_factors
from hccviz.stats.spline_cox import estimate_spline
from tests.oracle.reading import event_table, group_events

N = 60
RNG = np.random.default_rng(4)
TIME = np.round(RNG.exponential(20.0, N), 1)
EVENT = RNG.integers(0, 2, N).astype(float)
AGE = Covariate("age", "Age", RNG.normal(60.0, 8.0, N), unit="years")


def category(name: str, codes: list, levels: str = "abc", reference: str = "") -> Covariate:
    values = np.array(codes, dtype=object)
    labels = tuple(f"{name} {level}" for level in levels)
    return Covariate(name, name.title(), values, tuple(levels), labels, reference)


def test_a_copy_is_named():
    twice = Covariate("months", "Age in months", AGE.values * 12 + 1)
    model = estimate_cox_model([AGE, twice], TIME, EVENT)
    assert "Age in months is determined by Age, per year" in model.rows[1].why
    assert model.rows[0].ratio.value is not None


def test_levels_without_events_are_named():
    codes = ["c" if i % 4 == 0 else "ab"[i % 2] for i in range(N)]
    event = np.where(np.array(codes) == "c", 0.0, EVENT)
    model = estimate_cox_model([category("stage", codes)], TIME, event)
    assert [row.why for row in model.rows] == ["", "not estimable: no events in stage c"]
    assert "0 or infinite" in model.tests[1].why
    assert model.tests[0].p is not None
    other = estimate_cox_model([category("stage", codes, reference="c")], TIME, event)
    assert {row.why for row in other.rows} == {"not estimable: no events in stage c"}


def test_two_levels_that_run_to_infinity_leave_the_limit_to_the_others():
    """One alone dies first, one has no events: the rest is the model without both of them."""
    codes = ["d" if i == 0 else "c" if i % 4 == 0 else "ab"[i % 2] for i in range(N)]
    time = np.where(np.array(codes) == "d", 0.05, TIME + 0.1)
    event = np.where(np.array(codes) == "c", 0.0, EVENT)
    event[0] = 1.0
    model = estimate_cox_model([category("stage", codes, "abcd"), AGE], time, event)
    stage = {row.level: row for row in model.rows if row.term == "stage"}
    assert stage["c"].why == "not estimable: no events in stage c"
    assert "monotone likelihood" in stage["d"].why
    inside = np.isin(codes, ["a", "b"])
    ages = Covariate("age", "Age", AGE.values[inside], unit="years")
    kept = category("stage", [c for c in codes if c in "ab"], "ab")
    alone = estimate_cox_model([kept, ages], time[inside], event[inside])
    for row in alone.rows:
        other = next(r for r in model.rows if (r.term, r.level) == (row.term, row.level))
        assert other.log_ratio == pytest.approx(row.log_ratio, abs=1e-6)
        assert other.std_err == pytest.approx(row.std_err, rel=1e-5)


def test_a_function_of_the_outcome_is_said():
    late = Covariate("late", "Time again", TIME)
    model = estimate_cox_model([late, AGE], TIME, np.ones(N))
    assert "monotone likelihood" in model.rows[0].why
    checked = check_proportional_hazards(fit_cox_rows([late], TIME, np.ones(N)))
    assert "0 or infinite" in checked.why


def test_who_is_left_out_is_said():
    codes = [None if i < 5 else "ab"[i % 2] for i in range(N)]
    model = estimate_cox_model([AGE, category("stage", codes)], TIME, EVENT)
    assert model.notes[0] == "Complete patients only: 55 of 60 patients; not recorded: Stage in 5."
    assert [(d.name, d.n) for d in model.dropped] == [("stage", 5)]


def test_an_absent_reference_is_replaced_aloud():
    model = estimate_cox_model([category("stage", ["a", "b"] * 30, reference="c")], TIME, EVENT)
    assert model.rows[0].reference == "a"
    assert (
        "no complete patient in the reference stage c; stage a is the reference" in model.notes[0]
    )


def test_two_hundred_levels_do_not_break_anything():
    n = 302
    codes = np.array([f"k{i % 200}" for i in range(n)], dtype=object)
    levels = tuple(f"k{i}" for i in range(200))
    rng = np.random.default_rng(1)
    time, event = rng.exponential(10.0, n), rng.integers(0, 2, n).astype(float)
    model = estimate_cox_model([Covariate("site", "Site", codes, levels, levels)], time, event)
    assert len(model.rows) == 199
    assert all((row.p is None) == bool(row.why) for row in model.rows)
    assert any("fewer than ten" in note for note in model.notes)


@pytest.mark.parametrize("event", [np.zeros(N), np.full(N, np.nan)])
def test_no_events_is_said_everywhere(event):
    model = estimate_cox_model([AGE], TIME, event)
    assert model.why.startswith("not estimable")
    assert {test.why for test in model.tests} == {model.why}
    assert estimate_logistic_model([AGE], event).why
    assert estimate_spline(AGE, TIME, event).why
    assert explore_cut_points(AGE, TIME, event).why
    assert select_factors([AGE], TIME, event).why


def test_separation_is_said():
    y = (AGE.values > 60.0).astype(float)
    model = estimate_logistic_model([AGE], y)
    assert "separates patients with and without" in model.rows[0].why
    fitted = fit_logistic_rows([AGE], y)
    with pytest.raises(HccvizError, match="no band"):
        predict_band(fitted, np.zeros((1, 1)), np.zeros(1))


def test_a_wrong_model_is_refused_in_words():
    with pytest.raises(HccvizError, match="at least one factor"):
        estimate_cox_model([], TIME, EVENT)
    with pytest.raises(HccvizError, match="twice"):
        estimate_cox_model([AGE, AGE], TIME, EVENT)
    with pytest.raises(HccvizError, match="needs two different factors"):
        estimate_cox_model([AGE], TIME, EVENT, interactions=[("age", "sex")])
    with pytest.raises(HccvizError, match="one value per patient"):
        estimate_cox_model([AGE], TIME[:-1], EVENT[:-1])
    with pytest.raises(HccvizError, match="no number"):
        estimate_spline(category("stage", ["a"] * N), TIME, EVENT)


def test_a_horizon_beyond_follow_up_is_refused():
    table = event_table([3.0, 8.0, 5.0, 9.0], [1, 0, 1, 1], ["a", "a", "b", "b"])
    found = estimate_rmst(table, 8.5)
    assert "beyond the last follow-up (8.0 months)" in found.groups[0].mean.why
    assert found.groups[1].mean.value == 6.75  # everyone had the event: the curve is 0 after 9
    assert found.differences[0].why == found.groups[0].mean.why
    assert found.longest_horizon == 8.0
    assert longest_horizon(group_events("c", [1.0, 2.0], [0, 1])) == np.inf
    late = rate_differences(table, [8.5])[0]
    assert late.why == "beyond the last follow-up of a (8.0 months)"


def test_a_landmark_after_the_end_is_said():
    table = event_table([3.0, 8.0], [1, 0], ["a", "b"])
    assert "nobody is left" in landmark_table(table, 9.0).why
    found = landmark_table(table, 4.0)
    assert (found.emptied, found.n_events_before) == (("a",), 1)
    assert found.notes == (
        "1 patient left before 4 months and is not counted: 1 event, 0 censored.",
    )


def test_a_forest_needs_two_groups():
    table = event_table([3.0, 8.0, 5.0], [1, 0, 1], ["a", "b", "c"])
    assert "compares two groups; this split has 3 groups" in estimate_forest(table, []).why
    pair = event_table([3.0, 8.0, 5.0], [1, 0, 1], ["a", "b", "b"])
    levels = tuple(f"k{i}" for i in range(200))
    many = SubgroupTable("site", "Site", levels, levels, (pair,) * 200)
    (factor,) = estimate_forest(pair, [many]).factors
    assert "200 levels" in factor.why
    assert factor.rows == ()
    assert estimate_forest(EventTable("os", "x", ()), []).why
