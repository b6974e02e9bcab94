"""Courses, BED and EQD2: exactness, arrays, refusals and warnings."""

import numpy as np
import pytest

from hccviz.domain.errors import DoseInputError
from hccviz.dose.lq import (
    Course,
    alpha_beta_warnings,
    bed,
    bed_formula,
    course_warnings,
    eqd2,
    eqdx,
    plain,
)


@pytest.mark.parametrize(
    ("total", "fractions", "expected_bed", "expected_eqd2"),
    [(45, 3, 112.5, 93.75), (36, 3, 79.2, 66.0), (60, 30, 72.0, 60.0), (48, 3, 124.8, 104.0)],
)
def test_exact_in_floating_point(total, fractions, expected_bed, expected_eqd2):
    assert bed(total, fractions, alpha_beta_gy=10) == expected_bed
    assert eqd2(total, fractions, alpha_beta_gy=10) == expected_eqd2


def test_both_ways_to_write_a_course_agree():
    assert Course.from_fraction(2.2, 12).total_dose_gy == 26.4
    assert Course.from_fraction(15, 3) == Course.from_total(45, 3)
    assert Course.from_fraction(1.8, 28).total_dose_gy == 50.4


def test_numbers_from_numpy_are_numbers():
    one = Course.from_total(np.float32(45), np.int64(3))
    assert one == Course.from_total(45, 3)
    assert type(one.fractions) is int
    assert bed(np.array(45.0), np.array(3), alpha_beta_gy=np.float64(10)) == 112.5


@pytest.mark.parametrize(
    "wrong", [0, -1, float("nan"), float("inf"), "45", None, True, 1e9, [], {}]
)
def test_wrong_total_dose_names_the_field(wrong):
    with pytest.raises(DoseInputError) as caught:
        Course.from_total(wrong, 3)
    assert caught.value.field == "total_dose_gy"
    assert "Total dose: found" in str(caught.value)
    assert "expected" in str(caught.value)


@pytest.mark.parametrize("wrong", [0, -3, 2.5, float("nan"), float("inf"), "3", None, True, 1e9])
def test_wrong_fractions_name_the_field(wrong):
    with pytest.raises(DoseInputError) as caught:
        bed(45, wrong, alpha_beta_gy=10)
    assert caught.value.field == "fractions"


@pytest.mark.parametrize("wrong", [0, -10, float("nan"), float("inf"), "10", None, 1e9, 1e-9])
def test_wrong_alpha_beta_names_the_field(wrong):
    with pytest.raises(DoseInputError) as caught:
        eqd2(45, 3, alpha_beta_gy=wrong)
    assert caught.value.field == "alpha_beta_gy"


@pytest.mark.parametrize("wrong", [0, -2, float("nan"), "2", None, 200])
def test_wrong_reference_fraction_names_the_field(wrong):
    with pytest.raises(DoseInputError) as caught:
        eqdx(45, 3, alpha_beta_gy=10, reference_fraction_gy=wrong)
    assert caught.value.field == "reference_fraction_gy"


def test_whole_numbers_written_as_decimals_are_whole():
    assert bed(45.0, 3.0, alpha_beta_gy=10.0) == 112.5


@pytest.mark.parametrize(
    ("total", "fractions", "asks"),
    [(4500, 3, True), (93, 3, True), (210, 100, True), (1e9, 3, False)],
)
def test_a_dose_above_the_ceiling_asks_about_cgy_when_that_would_help(total, fractions, asks):
    with pytest.raises(DoseInputError) as caught:
        Course.from_total(total, fractions)
    assert ("Did you enter cGy?" in str(caught.value)) is asks


def test_the_ceiling_itself_is_allowed():
    assert Course.from_total(30, 1).dose_per_fraction_gy == 30
    assert Course.from_total(200, 100).total_dose_gy == 200


def test_per_fraction_dose_above_the_ceiling_names_its_own_field():
    with pytest.raises(DoseInputError) as caught:
        Course.from_fraction(1500, 3)
    assert caught.value.field == "dose_per_fraction_gy"


def test_a_course_that_contradicts_itself_is_refused():
    with pytest.raises(DoseInputError, match="only two of the three"):
        Course(45, 3, 14)


def test_arrays_need_complete_columns():
    with pytest.raises(DoseInputError, match=r"nan in position 2 \(1 such"):
        bed(np.array([45, np.nan]), np.array([3, 3]), alpha_beta_gy=10)
    with pytest.raises(DoseInputError, match="whole numbers"):
        bed(np.array([45, 30.0]), np.array([3, 2.5]), alpha_beta_gy=10)
    with pytest.raises(DoseInputError, match="cGy"):
        bed(np.array([45, 4500.0]), np.array([3, 3]), alpha_beta_gy=10)
    with pytest.raises(DoseInputError, match="type"):
        bed(np.array(["45"]), np.array([3]), alpha_beta_gy=10)
    with pytest.raises(DoseInputError, match="different length"):
        bed(np.array([45, 30]), np.array([3, 3, 3]), alpha_beta_gy=10)
    with pytest.raises(DoseInputError, match="α/β"):
        bed(np.array([45, 30]), 3, alpha_beta_gy=np.array([10, 0]))


def test_empty_arrays_stay_empty():
    assert bed(np.array([]), np.array([]), alpha_beta_gy=10).size == 0


def test_the_bare_formula_keeps_missing_values():
    found = bed_formula(np.array([45, np.nan]), np.array([3, 3]), 10)
    assert found[0] == 112.5
    assert np.isnan(found[1])


@pytest.mark.parametrize(
    ("course", "word"),
    [
        (Course.from_total(29.7, 3), None),
        (Course.from_total(30, 3), "uncertain"),
        (Course.from_total(54, 3), "uncertain"),
        (Course.from_total(54.3, 3), "do not rely"),
        (Course.from_total(4, 10), "less than 0.5"),
        (Course.from_total(110, 110), "more than 100"),
        (Course.from_total(60, 30), None),
    ],
)
def test_doubtful_courses_are_named(course, word):
    found = course_warnings(course)
    assert (len(found) == 0) if word is None else (len(found) == 1 and word in found[0])


def test_doubtful_alpha_beta_is_named():
    assert not alpha_beta_warnings(0.5)
    assert not alpha_beta_warnings(25)
    assert alpha_beta_warnings(0.4)
    assert alpha_beta_warnings(26)


def test_plain_numbers():
    assert [plain(value) for value in (45.0, 2.5, 58.42, 0.0, 0.038)] == [
        "45", "2.5", "58.42", "0", "0.038",
    ]  # fmt: skip


def test_courses_cannot_be_changed():
    with pytest.raises(AttributeError):
        Course.from_total(45, 3).fractions = 4
