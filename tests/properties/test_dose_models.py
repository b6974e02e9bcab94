"""Laws that BED and EQD2 obey for every course, not only for those in the tables."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hccviz.dose.cumulative_limits import fitting_schedules
from hccviz.dose.isoeffect import solve_dose_per_fraction, solve_fractions
from hccviz.dose.lq import Course, bed, eqd2, eqdx
from hccviz.dose.models import LQ, LQL, USC
from hccviz.dose.overlap import OrganCourse
from hccviz.dose.recovery import ExponentialRecovery, StepRecovery
from hccviz.dose.reirradiation import cumulate
from hccviz.dose.scenario import evaluate
from hccviz.dose.timing import DailyFractions

ratios = st.floats(0.5, 25)
fractions = st.integers(1, 40)


@st.composite
def courses(draw):
    count = draw(fractions)
    single = draw(st.floats(0.1, min(30, 200 / count)))
    return Course.from_total(min(single * count, 200.0), count)


def models(ratio):
    d0, dq = 1.25, 1.82
    return (LQ(ratio), LQ(ratio, 0.4), LQL.tangent(ratio), USC(8.7, 0.33, d0, dq))


@given(courses(), ratios)
def test_bed_exceeds_the_dose_and_falls_with_alpha_beta(course, ratio):
    total, count = course.total_dose_gy, course.fractions
    found = bed(total, count, alpha_beta_gy=ratio)
    assert found > total
    assert bed(total, count, alpha_beta_gy=ratio * 1.1) < found


@given(courses(), ratios, st.floats(1.001, 1.5))
def test_more_dose_more_effect(course, ratio, factor):
    total, count = course.total_dose_gy, course.fractions
    for model in models(ratio):
        assert model.bed(total * factor, count) > model.bed(total, count) * (1 - 1e-3)
    for model in (LQ(ratio), LQL.tangent(ratio)):
        assert model.bed(total * factor, count) > model.bed(total, count)


@given(courses(), ratios)
def test_more_fractions_of_the_same_dose_less_effect(course, ratio):
    total, count = course.total_dose_gy, course.fractions
    assert bed(total, count + 1, alpha_beta_gy=ratio) < bed(total, count, alpha_beta_gy=ratio)


@given(st.integers(1, 100), ratios)
def test_two_gray_fractions_are_their_own_equivalent(count, ratio):
    assert eqd2(2.0 * count, count, alpha_beta_gy=ratio) == pytest.approx(2 * count, rel=1e-12)
    for model in (LQ(ratio), LQL.tangent(ratio), LQL.tangent(ratio, 1.0)):
        assert model.equivalent(2.0 * count, count, 2) == pytest.approx(2 * count, rel=1e-12)


@given(courses(), ratios)
def test_a_course_is_its_own_equivalent_in_its_own_fractions(course, ratio):
    found = eqdx(
        course.total_dose_gy,
        course.fractions,
        alpha_beta_gy=ratio,
        reference_fraction_gy=course.dose_per_fraction_gy,
    )
    assert found == pytest.approx(course.total_dose_gy, rel=1e-12)


@given(courses(), ratios, st.floats(0.5, 25))
def test_the_dose_per_fraction_is_found_again(course, ratio, single):
    for model in models(ratio)[:3]:
        target = model.bed(course.total_dose_gy, course.fractions)
        found = solve_dose_per_fraction(target, course.fractions, model=model)
        assert found.exact == pytest.approx(course.dose_per_fraction_gy, rel=1e-9)


@given(st.floats(5, 150), st.floats(0.5, 10), ratios)
def test_whole_neighbours_enclose_the_target(target, single, ratio):
    found = solve_fractions(target, single, model=LQ(ratio))
    if found.below is not None and found.above is not None:
        assert found.below.bed_gy <= target * (1 + 1e-8)
        assert found.above.bed_gy >= target * (1 - 1e-8)
        assert found.above.course.fractions - found.below.course.fractions <= 1


@given(st.lists(courses(), min_size=1, max_size=5), ratios)
def test_the_total_is_the_sum_of_its_courses(several, ratio):
    query = ",".join(f"{c.total_dose_gy!r}/{c.fractions}" for c in several)
    found = evaluate(f"courses={query}&ab={ratio!r}").total
    parts = [bed(c.total_dose_gy, c.fractions, alpha_beta_gy=ratio) for c in several]
    assert found.bed_gy == pytest.approx(sum(parts), rel=1e-12)


@given(ratios, st.floats(1, 20))
def test_lql_has_no_step_and_no_kink_at_its_transition(ratio, edge):
    model = LQL.tangent(ratio, edge)
    below, at, above = (model.bed(edge + step, 1) for step in (-1e-4, 0.0, 1e-4))
    assert at - below == pytest.approx(above - at, rel=1e-3)
    assert at == pytest.approx(LQ(ratio).bed(edge, 1), rel=1e-12)


@given(courses(), ratios)
def test_lql_never_exceeds_lq(course, ratio):
    total, count = course.total_dose_gy, course.fractions
    assert LQL.tangent(ratio).bed(total, count) <= LQ(ratio).bed(total, count) * (1 + 1e-12)


@given(st.floats(0.05, 1), st.floats(0.2, 3), st.floats(0.2, 3))
def test_usc_joins_when_alpha_beta_fits(alpha, d0, dq):
    if alpha * d0 >= 0.95:
        return
    fitting = 4 * alpha * d0 * dq / (1 - alpha * d0) ** 2
    if 0.01 <= fitting <= 1000:
        assert USC(fitting, alpha, d0, dq).jump == pytest.approx(0, abs=1e-9)


@given(st.lists(courses(), min_size=1, max_size=20), ratios)
def test_arrays_equal_scalars(several, ratio):
    total = np.array([c.total_dose_gy for c in several])
    count = np.array([c.fractions for c in several])
    for function in (bed, eqd2):
        each = [function(c.total_dose_gy, c.fractions, alpha_beta_gy=ratio) for c in several]
        assert function(total, count, alpha_beta_gy=ratio).tolist() == each
    for model in models(ratio):
        each = [model.bed(c.total_dose_gy, c.fractions) for c in several]
        assert model.bed(total, count).tolist() == each


@given(st.integers(2, 4), st.floats(0.1, 5.9), st.floats(0.1, 20))
def test_incomplete_repair_lies_between_full_repair_and_one_dose(count, interval, half_time):
    factor = DailyFractions(count, interval, half_time).repair_factor
    assert 0 <= factor < count - 1


@given(st.lists(courses(), min_size=2, max_size=4), ratios, st.floats(0, 60))
def test_recovery_never_adds_dose(several, ratio, months):
    given_courses = tuple(OrganCourse(c) for c in several)
    found = cumulate(
        given_courses,
        organ="cord",
        alpha_beta_gy=ratio,
        intervals_months=(months,) * (len(several) - 1),
        recovery=(StepRecovery(), ExponentialRecovery()),
    )
    last = found.contributions[-1].bed_gy
    for recovered in found.recovered:
        assert last <= recovered.bed_gy * (1 + 1e-12)
        assert recovered.bed_gy <= found.bed_gy * (1 + 1e-12)


@given(st.floats(0, 100), ratios)
def test_schedules_that_fit_do_fit(room, ratio):
    for course in fitting_schedules(room, alpha_beta_gy=ratio):
        found = eqd2(course.total_dose_gy, course.fractions, alpha_beta_gy=ratio)
        assert found <= room * (1 + 1e-8)
