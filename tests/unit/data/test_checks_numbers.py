"""Number columns and doses: text, impossible and implausible values, cGy, BED that disagrees."""

import pyarrow as pa
import pytest

from hccviz.data.checks import check_table

GOOD = {"patient_id": ["p1", "p2", "p3"], "os_months": [1.0, 2.0, 3.0], "os_event": [1, 0, 1]}
INF = float("inf")


def check(**columns):
    return check_table(pa.table(GOOD | columns))


def only(checked):
    (fault,) = checked.faults
    assert fault.found
    assert fault.expected
    assert fault.action.endswith(".")
    return fault


@pytest.mark.parametrize(
    ("column", "values", "found"),
    [
        ("age_years", ["61", "58,5", None], "text (“61”, “58,5”)"),
        ("afp_ng_ml", ["<5", None, None], "text (“<5”)"),
        ("age_years", [True, False, None], "yes/no"),
        ("age_years", pa.array([1, 2, 3], pa.timestamp("s")), "dates"),
        ("age_years", [61.0, -99.0, 58.0], "-99 in row 2"),
        ("tumor_size_cm", [-1.0, -1.0, 3.0], "-1 in 2 rows (1, 2)"),
        ("child_pugh_score", [5, 4, 16], "4 in row 2"),
        ("fractions", [2.5, 3.0, 5.0], "2.5 in row 1"),
        ("fractions", [0, 3, 5], "0 in row 1"),
        ("size_change_pct", [-30.0, -101.0, 0.0], "-101 in row 2"),
        ("albumin_g_dl", [38.0, 41.0, 29.0], "38, 41, 29 in 3 rows"),
    ],
)
def test_impossible_values_set_the_column_aside(column, values, found):
    checked = check(**{column: values}, sex=["female", "male", None])
    faults = [f for f in checked.faults if f.severity == "error"]
    assert {f.column for f in faults} == {column}
    assert found in faults[0].found
    assert "set aside" in faults[0].action
    assert checked.table.column_names == [*GOOD, "sex"]


@pytest.mark.parametrize(
    ("column", "values"),
    [
        ("age_years", [61.0, 130.0, 58.0]),
        ("bilirubin_mg_dl", [0.7, 70.0, 1.0]),
        ("albumin_g_dl", [3.8, 0.4, 4.1]),
    ],
)
def test_implausible_values_are_used_with_a_warning(column, values):
    checked = check(**{column: values})
    fault = only(checked)
    assert fault.severity == "warning"
    assert "row 2" in fault.found
    assert "used as they are" in fault.action
    assert checked.table[column].to_pylist() == values


def test_infinite_values_count_as_not_recorded():
    checked = check(age_years=[61.0, INF, -INF], marker=[INF, 1.0, 2.0])
    assert [(f.column, f.rows) for f in checked.faults] == [("age_years", 2), ("marker", 1)]
    assert checked.table["age_years"].to_pylist() == [61.0, None, None]


# ------------------------------------------------------------------------------------------- dose


@pytest.mark.parametrize(
    ("dose", "fractions", "rows"),
    [
        ([4500.0, 5000.0, None], [3, 5, 3], "2 rows (1, 2)"),
        ([45.0, 50.0, 60.0], [3, 5, 1], "row 3"),
        ([45.0, 50.0, 201.0], [3, 5, 60], "row 3"),
    ],
)
def test_doses_that_may_be_cgy_are_set_aside(dose, fractions, rows):
    checked = check(total_dose_gy=dose, fractions=fractions)
    fault = only(checked)
    assert (fault.severity, fault.column) == ("error", "total_dose_gy")
    assert rows in fault.found
    assert "at most 200 Gy in all and 30 Gy per fraction" in fault.expected
    assert "Are these cGy?" in fault.action
    assert "fractions" in checked.table.column_names
    assert "total_dose_gy" not in checked.table.column_names


def test_a_dose_of_zero_is_set_aside():
    assert "a dose of 0 Gy in row 2" in only(check(total_dose_gy=[45.0, 0, 50])).found


def test_total_dose_without_fractions_is_said():
    checked = check(total_dose_gy=[45.0, 50.0, None])
    fault = only(checked)
    assert "without a usable column fractions" in fault.found
    assert "BED and EQD2 cannot be computed for 2 rows. Add fractions" in fault.action
    assert checked.table["total_dose_gy"].to_pylist() == [45.0, 50.0, None]


def test_rows_with_a_dose_but_no_fractions_are_said():
    fault = only(check(total_dose_gy=[45.0, 50.0, None], fractions=[3, None, None]))
    assert "without fractions in row 2" in fault.found
    assert fault.rows == 1


def test_a_dose_per_fraction_in_the_place_of_the_total_is_asked_about():
    assert "per fraction?" in only(check(total_dose_gy=[1.8, 36, 45], fractions=[25, 3, 3])).action


def test_a_bed_that_agrees_is_kept_under_another_name():
    checked = check(total_dose_gy=[45.0, 50, 36], fractions=[3, 5, 3], bed=[112.5, 100, 79.2])
    assert "agree within 0.5 Gy in all 3 rows" in only(checked).found
    assert checked.table["bed_in_file"].to_pylist() == [112.5, 100, 79.2]
    assert "bed" not in checked.table.column_names


def test_a_bed_that_disagrees_is_named_row_by_row():
    checked = check(total_dose_gy=[45.0, 50, 36], fractions=[3, 5, 3], bed_gy=[112.5, 101.0, 80.0])
    fault = only(checked)
    assert (fault.severity, fault.column, fault.rows) == ("warning", "bed_gy", 2)
    assert "2 of 3 rows" in fault.found
    assert "row 2: 101.00, computed 100.00; row 3: 80.00, computed 79.20" in fault.found
    assert "bed_in_file" in fault.action


@pytest.mark.parametrize(
    ("name", "values", "said"),
    [
        ("BED10", [93.75, 83.33, 66.0], "your BED10 column holds EQD2"),
        ("eqd2_gy", [112.5, 100.0, 79.2], "your eqd2_gy column holds BED"),
    ],
)
def test_bed_and_eqd2_mixed_up_are_recognised(name, values, said):
    fault = only(check(total_dose_gy=[45.0, 50, 36], fractions=[3, 5, 3], **{name: values}))
    assert said in fault.action


def test_a_bed_without_dose_cannot_be_compared():
    fault = only(check(bed=[112.5, 100.0, 79.2]))
    assert "no usable total_dose_gy and fractions" in fault.found


def test_a_bed_column_of_text_is_set_aside():
    assert only(check(bed=["112", "x", None])).severity == "error"


def test_two_bed_columns_are_both_kept():
    checked = check(total_dose_gy=[45.0] * 3, fractions=[3] * 3, bed=[112.5] * 3, bed10=[93.75] * 3)
    assert {"bed_in_file", "bed_in_file_2"} <= set(checked.table.column_names)
