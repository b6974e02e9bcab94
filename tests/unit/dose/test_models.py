"""LQ-L and USC against hand calculation, and the incomplete-repair factor."""

import numpy as np
import pytest

from hccviz.domain.errors import DoseInputError
from hccviz.dose.lq import Course
from hccviz.dose.models import LQ, LQL, USC, bed_lql, bed_usc
from hccviz.dose.timing import DailyFractions, TimeFactor, bed_incomplete_repair, overall_time

LUNG = USC(8.684, 0.33, 1.25, 1.82)


def test_transition_of_the_published_lung_set():
    assert LUNG.transition_gy == pytest.approx(6.195745)
    assert abs(LUNG.jump) < 0.01
    assert USC(4 * 0.33 * 1.25 * 1.82 / (1 - 0.4125) ** 2, 0.33, 1.25, 1.82).jump == pytest.approx(
        0, abs=1e-12
    )


def test_usc_is_lq_below_and_a_line_above():
    below, above = Course.from_total(50, 25), Course.from_total(54, 3)
    arguments = {"alpha_beta_gy": 8.684, "alpha_per_gy": 0.33, "d0_gy": 1.25, "dq_gy": 1.82}
    assert bed_usc(below, **arguments) == LQ(8.684).bed(50, 25)
    assert bed_usc(above, **arguments) == pytest.approx((54 - 3 * 1.82) / 0.4125)


def test_lql_takes_its_own_slope():
    course = Course.from_total(45, 3)
    found = bed_lql(course, alpha_beta_gy=3, transition_dose_gy=5, gamma_over_alpha=4)
    assert found == pytest.approx(3 * (5 * (1 + 5 / 3) + 4 * 10))


def test_models_take_arrays():
    total, fractions = np.array([45.0, 60.0]), np.array([3, 30])
    for model in (LQ(3), LQL.tangent(3), LUNG):
        found = model.bed(total, fractions)
        assert found.tolist() == [
            pytest.approx(model.bed(45, 3)),
            pytest.approx(model.bed(60, 30)),
        ]


@pytest.mark.parametrize("model", [LQ(3), LQ(3, 0.4), LQL.tangent(3), LUNG])
@pytest.mark.parametrize("single", [0.5, 2, 6, 7, 15, 25])
def test_inverse(model, single):
    assert model.dose_per_fraction(model.bed(single, 1)) == pytest.approx(single, rel=1e-9)


def test_reference_above_the_transition_uses_the_same_model():
    model = LQL.tangent(3)
    assert model.equivalent(60, 5, 12) == pytest.approx(60)


def test_repair_factor_of_three_a_day_by_the_closed_form():
    left = 2.0 ** (-6 / 4)
    closed = (2 / 3) * (left / (1 - left)) * (3 - (1 - left**3) / (1 - left))
    assert DailyFractions(3, 6, 4).repair_factor == pytest.approx(closed)
    assert DailyFractions(1, 6, 4).repair_factor == 0


def test_no_repair_between_two_fractions_makes_them_one():
    nothing = DailyFractions(2, 1e-9, 4).repair_factor
    assert LQ(10, nothing).bed(60, 30) == pytest.approx(LQ(10).bed(60, 15), rel=1e-6)


def test_several_a_day_is_refused_above_the_transition():
    daily, course = DailyFractions(2, 6, 4), Course.from_total(45, 3)
    with pytest.raises(DoseInputError, match="transition dose of 6 Gy"):
        bed_incomplete_repair(course, alpha_beta_gy=3, daily=daily)
    assert bed_incomplete_repair(course, alpha_beta_gy=3, daily=daily, transition_dose_gy=15) > 270


@pytest.mark.parametrize(
    "arguments", [(0, 6, 4), (2.5, 6, 4), (2, 0, 4), (2, 6, 0), (2, float("nan"), 4), (2, 24, 4)]
)
def test_wrong_daily_fractions(arguments):
    with pytest.raises(DoseInputError):
        DailyFractions(*arguments)


def test_the_least_overall_time():
    course = Course.from_total(60, 30)
    assert overall_time(course, 29) == 29
    assert overall_time(course, 14, per_day=2) == 14
    with pytest.raises(DoseInputError, match="at least 29"):
        overall_time(course, 28)


def test_no_loss_before_the_kick_off():
    assert TimeFactor(0.9, 28).loss_gy(28) == 0
    assert TimeFactor(0.9, 28).loss_gy(30) == pytest.approx(1.8)


@pytest.mark.parametrize("arguments", [(-1, 28), (float("nan"), 28), (0.5, -1), (11, 28)])
def test_wrong_time_factors(arguments):
    with pytest.raises(DoseInputError):
        TimeFactor(*arguments)


def test_an_unknown_time_convention_is_refused():
    with pytest.raises(DoseInputError, match="none or own"):
        TimeFactor(0.6, 28, "other")
