"""Liver scores: every cut point from both sides, units, and refusals."""

import pytest

from hccviz.domain.errors import DoseInputError
from hccviz.dose.liver_scores import (
    albi_grade,
    albi_scores,
    albumin_g_dl,
    albumin_points,
    bilirubin_mg_dl,
    bilirubin_points,
    child_pugh,
    child_pugh_class,
    inr_points,
    malbi_grade,
)
from hccviz.dose.staging import bclc, mrecist


@pytest.mark.parametrize(
    ("points", "values", "expected"),
    [
        (bilirubin_points, (1.99, 2, 3, 3.01), [1, 2, 2, 3]),
        (albumin_points, (3.51, 3.5, 2.8, 2.79), [1, 2, 2, 3]),
        (inr_points, (1.69, 1.7, 2.3, 2.31), [1, 2, 2, 3]),
    ],
)
def test_child_pugh_points(points, values, expected):
    assert [points(value) for value in values] == expected


def test_child_pugh_extremes():
    best = child_pugh(0.5, 4.5, 1.0, "none", "none")
    worst = child_pugh(5, 2, 3, "moderate_severe", "grade_3_4")
    middle = child_pugh(2.5, 3, 1.2, "mild", "none")
    assert (best.score, best.child_class) == (5, "A")
    assert (worst.score, worst.child_class) == (15, "C")
    assert (middle.score, middle.child_class) == (8, "B")


def test_child_pugh_class():
    assert [child_pugh_class(score) for score in range(5, 16)] == list("AABBBCCCCCC")
    for wrong in (4, 16, 6.5, float("nan"), "A"):
        with pytest.raises(DoseInputError):
            child_pugh_class(wrong)


def test_units_agree():
    si = child_pugh(
        0.8 * 17.104, 38, 1.08, "none", "none", bilirubin_unit="µmol/L", albumin_unit="g/L"
    )
    assert si == child_pugh(0.8, 3.8, 1.08, "none", "none")
    assert bilirubin_mg_dl(34.208, "umol/L") == pytest.approx(2)
    assert albumin_g_dl(38, "g/L") == pytest.approx(3.8)


@pytest.mark.parametrize(
    ("score", "grade"), [(-2.61, 1), (-2.60, 1), (-2.59, 2), (-1.39, 2), (-1.38, 3)]
)
def test_albi_grade(score, grade):
    assert albi_grade(score) == grade


@pytest.mark.parametrize(
    ("score", "first", "second"),
    [(-3.1, "1", "1"), (-2.7, "1", "2"), (-2.4, "2a", "2"), (-2.27, "2a", "2"),
     (-2.26, "2b", "2"), (-2.0, "2b", "3"), (-1.0, "3", "3")],
)  # fmt: skip
def test_the_two_modified_albi_grades(score, first, second):
    assert malbi_grade(score, "2.27") == first
    assert malbi_grade(score, "3.02") == second


def test_the_modified_albi_must_be_named():
    with pytest.raises(DoseInputError, match="two scores of this name"):
        malbi_grade(-2.5, "")


@pytest.mark.parametrize(
    ("arguments", "field"),
    [
        ((0, 3.8), "bilirubin"),
        ((float("nan"), 3.8), "bilirubin"),
        (("0.8", 3.8), "bilirubin"),
        ((None, 3.8), "bilirubin"),
        ((300, 3.8), "bilirubin"),
        ((0.8, 0), "albumin"),
        ((0.8, 38), "albumin"),
        ((0.8, None), "albumin"),
    ],
)
def test_wrong_labs_name_the_field(arguments, field):
    with pytest.raises(DoseInputError) as caught:
        albi_scores(*arguments)
    assert caught.value.field == field


def test_albumin_in_grams_per_litre_is_asked_about():
    with pytest.raises(DoseInputError, match="g/L"):
        albumin_g_dl(38)


@pytest.mark.parametrize(
    ("arguments", "field"),
    [
        ((0.8, 3.8, 0, "none", "none"), "inr"),
        ((0.8, 3.8, 1.1, "some", "none"), "ascites"),
        ((0.8, 3.8, 1.1, "none", None), "encephalopathy"),
    ],
)
def test_wrong_child_pugh_items_name_the_field(arguments, field):
    with pytest.raises(DoseInputError) as caught:
        child_pugh(*arguments)
    assert caught.value.field == field


def test_unknown_units_are_refused():
    with pytest.raises(DoseInputError, match="unit"):
        albi_scores(0.8, 3.8, bilirubin_unit="g/L")


PATIENT = {
    "tumor_count": 1,
    "largest_cm": 4.0,
    "vascular_invasion": False,
    "extrahepatic_disease": False,
    "ecog": 0,
    "child_pugh_class": "A",
}


@pytest.mark.parametrize(
    ("change", "stage"),
    [
        ({"largest_cm": 2}, "0"),
        ({"largest_cm": 2.1}, "A"),
        ({}, "A"),
        ({"tumor_count": 3, "largest_cm": 3}, "A"),
        ({"tumor_count": 3, "largest_cm": 3.1}, "B"),
        ({"tumor_count": 4, "largest_cm": 1}, "B"),
        ({"vascular_invasion": True}, "C"),
        ({"extrahepatic_disease": True}, "C"),
        ({"ecog": 2}, "C"),
        ({"ecog": 3}, "D"),
        ({"child_pugh_class": "C"}, "D"),
    ],
)
def test_bclc(change, stage):
    found = bclc(**{**PATIENT, **change})
    assert found.stage == stage
    assert found.mark == "U"
    assert found.reason


@pytest.mark.parametrize(
    "change",
    [{"tumor_count": 0}, {"largest_cm": -1}, {"ecog": 5}, {"ecog": 1.5},
     {"child_pugh_class": "D"}, {"vascular_invasion": None}],
)  # fmt: skip
def test_wrong_bclc_items(change):
    with pytest.raises(DoseInputError) as caught:
        bclc(**{**PATIENT, **change})
    assert caught.value.field in change


@pytest.mark.parametrize(
    ("sums", "category"),
    [
        ((50, 0, None), "CR"),
        ((50, 35, None), "PR"),
        ((3, 2.1, None), "PR"),
        ((50, 35.5, None), "SD"),
        ((50, 59.9, None), "SD"),
        ((50, 60, None), "PD"),
        ((50, 36, 30), "PD"),
        ((50, 34, 30), "PR"),
        ((50, 5, 0), "PD"),
        ((50, 0, 0), "CR"),
        ((50, None, None), "NE"),
    ],
)
def test_mrecist(sums, category):
    found = mrecist(baseline_mm=sums[0], current_mm=sums[1], nadir_mm=sums[2])
    assert found.category == category
    assert found.reason


def test_a_new_lesion_is_progression():
    assert mrecist(baseline_mm=50, current_mm=0, new_lesion=True).category == "PD"
    assert mrecist(baseline_mm=50, current_mm=None, new_lesion=True).category == "PD"


@pytest.mark.parametrize("sums", [(0, 5, None), (50, -1, None), (50, 5, 60), (50, float("nan"), 1)])
def test_wrong_sums(sums):
    with pytest.raises(DoseInputError):
        mrecist(baseline_mm=sums[0], current_mm=sums[1], nadir_mm=sums[2])
