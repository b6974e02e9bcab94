"""Derived liver scores: the published rules, and never over what the file has."""

import pyarrow as pa
import pytest

from hccviz.data.derive import derive_columns

LABS = {
    "bilirubin_mg_dl": [1.9, 2.0, 3.0, 3.1, None],
    "albumin_g_dl": [3.6, 3.5, 2.8, 2.7, 4.0],
    "inr": [1.6, 1.7, 2.3, 2.4, 1.0],
    "ascites": ["none", "mild", "mild", "moderate_severe", "none"],
    "encephalopathy": ["none", "grade_1_2", "grade_1_2", "grade_3_4", "none"],
}


def test_child_pugh_from_five_values():
    table, said = derive_columns(pa.table(LABS))
    assert table["child_pugh_score"].to_pylist() == [5, 10, 10, 15, None]
    assert table["child_pugh_class"].to_pylist() == ["A", "C", "C", "C", None]
    assert "Bilirubin, Albumin, INR, Ascites, Encephalopathy for 4 of 5 patients" in said[0]
    assert "child_pugh_class" in said[1]


def test_child_pugh_class_from_the_score():
    scores = pa.table({"child_pugh_score": pa.array([5, 6, 7, 9, 10, 15, None, 3])})
    table, said = derive_columns(scores)
    assert table["child_pugh_class"].to_pylist() == ["A", "A", "B", "B", "C", "C", None, None]
    assert said == (
        "Child-Pugh class (child_pugh_class) was derived from Child-Pugh score for 6 of 8 "
        "patients; the file has no such column.",
    )


@pytest.mark.parametrize(
    ("bilirubin", "albumin", "grade"),
    [
        (0.7, 4.4, "1"),  # -3.03
        (1.2, 3.5, "2"),  # -2.11
        (4.0, 2.4, "3"),  # -0.83
        (1.0, 4.0164, "1"),  # just below -2.60
        (1.0, 4.0162, "2"),  # just above -2.60
        (0.0, 4.0, None),  # no logarithm
        (1.0, 40.0, None),  # g/L, not g/dL: not used
    ],
)
def test_albi_grade(bilirubin, albumin, grade):
    patient = pa.table({"bilirubin_mg_dl": [bilirubin, 1.0], "albumin_g_dl": [albumin, 4.0]})
    table, _ = derive_columns(patient)
    assert table["albi_grade"][0].as_py() == grade


def test_t_stage_from_its_substages():
    table, _ = derive_columns(pa.table({"t_substage": ["T1a", "T3", None]}))
    assert table["t_stage"].to_pylist() == ["T1", "T3", None]


def test_nothing_is_overwritten():
    given = {"child_pugh_class": ["B"] * 5, "child_pugh_score": [9] * 5, "albi_grade": ["3"] * 5}
    table, said = derive_columns(pa.table(LABS | given))
    assert said == ()
    assert table.select(list(given)).to_pydict() == given


def test_nothing_to_derive_from_changes_nothing():
    table = pa.table({"bilirubin_mg_dl": [1.0], "inr": [1.0]})
    assert derive_columns(table) == (table, ())
