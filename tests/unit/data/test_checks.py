"""The whole table: names, types, identifiers, and that every fault comes at once."""

import time

import numpy as np
import pyarrow as pa
import pytest

from hccviz.data.checks import CheckedTable, check_table
from hccviz.data.untrusted_child import UNREAD

GOOD = {
    "patient_id": ["p1", "p2", "p3", "p4"],
    "os_months": [0.0, 12.5, 24.0, 60.0],
    "os_event": [1, 0, 1, 0],
}


def check(**columns) -> CheckedTable:
    """Check four good patients with these columns added, changed, or (None) removed."""
    merged = {name: values for name, values in (GOOD | columns).items() if values is not None}
    return check_table(pa.table(merged))


def fault(checked: CheckedTable, column: str, severity: str):
    """Return the only fault of a column with this severity."""
    (found,) = [f for f in checked.faults if f.column == column and f.severity == severity]
    assert found.found
    assert found.expected
    assert found.action.endswith(".")
    return found


def test_a_good_table_has_no_fault_and_normal_types():
    checked = check(
        sex=["female", "male", None, "female"],
        cirrhosis=[True, False, None, True],
        ecog=[0, 1, None, 2],
        age_years=[61, 58, None, 70],
        tox_acute_nausea=[0.0, 3.0, None, 5.0],
        fractions=[3.0, 5.0, None, 3.0],
        total_dose_gy=[45, 50, None, 36],
        smoker=[True, None, False, True],
    )
    assert checked.faults == ()
    assert not checked.fatal
    types = {field.name: str(field.type) for field in checked.table.schema}
    assert types == {
        "patient_id": "string", "os_months": "double", "os_event": "int8", "sex": "string",
        "cirrhosis": "bool", "ecog": "string", "age_years": "double", "tox_acute_nausea": "int8",
        "fractions": "int64", "total_dose_gy": "double", "smoker": "bool",
    }  # fmt: skip
    assert checked.table["ecog"].to_pylist() == ["0", "1", None, "2"]


def test_every_fault_comes_at_once_and_good_columns_survive():
    checked = check(
        child_pugh_class=["Child A", "A", "B", "C"],
        pfs_months=[1.0, -2.0, 3.0, 4.0],
        pfs_event=[1, 0, 2, 0],
        lc_months=[1.0, 2.0, 3.0, 4.0],
        afp_ng_ml=["12", "<5", None, None],
        total_dose_gy=[4500.0, 4500.0, 3600.0, 4500.0],
        fractions=[3, 3, 3, 3],
        t_stage=["T1", "T2", "T3", "T4"],
    )
    errors = {f.column for f in checked.faults if f.severity == "error"}
    assert errors == {
        "child_pugh_class", "pfs_months", "pfs_event", "lc_months", "afp_ng_ml", "total_dose_gy",
    }  # fmt: skip
    assert not checked.fatal
    assert set(checked.table.column_names) == {*GOOD, "t_stage", "fractions"}
    assert checked.table["os_months"].to_pylist() == GOOD["os_months"]


def test_faults_are_ordered_fatal_error_warning():
    checked = check(patient_id=["a", "a", "b", "c"], sex=["F", "M", "x", None], AGE=[1, 2, 3, 4])
    assert [f.severity for f in checked.faults] == ["fatal", "error", "warning"]


def test_no_rows_is_fatal():
    checked = check_table(pa.table(GOOD).slice(0, 0))
    assert checked.fatal
    assert "without rows" in fault(checked, "", "fatal").sentence()


def test_an_empty_table_is_fatal():
    assert check_table(pa.table({})).fatal


# ------------------------------------------------------------------------------------ identifiers


def test_repeated_patients_are_fatal_and_told_by_row_never_by_identifier():
    checked = check(patient_id=["Kim", "Lee", "Kim", "Park"])
    found = fault(checked, "patient_id", "fatal")
    assert checked.fatal
    assert found.rows == 2
    assert "2 rows (1, 3)" in found.found
    assert "one row per patient" in found.expected
    assert "Kim" not in found.sentence()


def test_without_identifiers_row_numbers_are_used_and_it_is_said():
    checked = check(patient_id=None)
    assert "Row numbers" in fault(checked, "patient_id", "warning").action
    assert checked.table["patient_id"].to_pylist() == ["row 1", "row 2", "row 3", "row 4"]


def test_a_missing_identifier_is_said():
    checked = check(patient_id=["a", None, " ", "b"])
    assert "2 rows (2, 3)" in fault(checked, "patient_id", "warning").found
    assert checked.table["patient_id"].to_pylist() == ["a", "row 2", "row 3", "b"]


def test_numeric_identifiers_become_text():
    assert check(patient_id=[1.0, 2.0, 3.0, 4.0]).table["patient_id"][0].as_py() == "1"


# ------------------------------------------------------------------------------- names and types


def with_twice(first, second) -> CheckedTable:
    table = pa.table(GOOD).append_column("age_years", pa.array(first))
    return check_table(table.append_column("age_years", pa.array(second)))


def test_a_column_twice_with_different_values_is_set_aside():
    checked = with_twice([1.0, 2, 3, 4], [9.0, 2, 3, 4])
    assert "twice, with different values" in fault(checked, "age_years", "error").sentence()
    assert checked.table.column_names == list(GOOD)


def test_a_column_twice_with_equal_values_is_used_once():
    checked = with_twice([1.0, 2, 3, 4], [1.0, 2, 3, 4])
    assert "twice, with equal values" in fault(checked, "age_years", "warning").sentence()
    assert checked.table["age_years"].to_pylist() == [1, 2, 3, 4]


@pytest.mark.parametrize(
    ("name", "words"),
    [("", "without a name"), ("a\u202eb", "invisible"), ("n" * 201, "201 characters")],
)
def test_names_that_cannot_be_printed_are_set_aside(name, words):
    checked = check(**{name: [1, 2, 3, 4]})
    (found,) = checked.faults
    assert words in found.found
    assert found.severity == "error"
    assert "\u202e" not in found.sentence()
    assert checked.table.column_names == list(GOOD)


@pytest.mark.parametrize(
    "values",
    [
        [[1], [2], [3], [4]],
        [{"a": 1}] * 4,
        [b"x"] * 4,
        pa.array([1, 2, 3, 4], pa.time32("s")),
    ],
)
def test_nested_and_binary_columns_are_set_aside(values):
    checked = check(extra=values)
    assert "type" in fault(checked, "extra", "error").found
    assert "extra" not in checked.table.column_names


def test_columns_the_reader_left_out_are_reported():
    field = pa.field("dvh", pa.null(), metadata={UNREAD: b"list<double>"})
    checked = check_table(pa.table(GOOD).append_column(field, pa.nulls(4)))
    assert "list<double>" in fault(checked, "dvh", "error").found


@pytest.mark.parametrize(
    ("name", "target"),
    [
        ("AGE", "age_years"), ("Age (years)", "age_years"), ("gender", "sex"),
        ("Child-Pugh", "child_pugh_class"), ("OS_MONTHS", "os_months"), ("os_status", "os_event"),
    ],
)  # fmt: skip
def test_a_name_like_a_known_one_is_hinted_at_and_kept(name, target):
    pfs = {"pfs_months": [1.0, 2, 3, 4], "pfs_event": [1, 1, 0, 0]}
    checked = check(os_months=None, os_event=None, **pfs, **{name: [1, 2, 3, 4]})
    found = fault(checked, name, "warning")
    assert target in found.found
    assert found.action.startswith("Rename it")
    assert checked.table[name].to_pylist() == [1, 2, 3, 4]


def test_a_name_that_is_taken_is_not_suggested():
    assert check(age=[1, 2, 3, 4], age_years=[1.0, 2, 3, 4]).faults == ()


def test_columns_of_the_files_own_are_kept_by_their_type():
    checked = check(
        cxcl17=[1.5, 2.5, None, 3.0],
        hbsag=[True, False, None, True],
        sessions=pa.array([1, 2, None, 3], pa.int16()),
        ward=pa.array(["a", "b", None, "a"]).dictionary_encode(),
        huge=pa.array([2**63, 1, 2, 3], pa.uint64()),
    )
    assert checked.faults == ()
    types = [str(field.type) for field in checked.table.schema][3:]
    assert types == ["double", "bool", "int64", "string", "double"]


def test_dates_are_kept_as_text_with_a_warning():
    checked = check(visit=pa.array([0, 1, None, 3], pa.date32()))
    assert "identify patients" in fault(checked, "visit", "warning").action
    assert checked.table["visit"].to_pylist() == ["1970-01-01", "1970-01-02", None, "1970-01-04"]


def test_an_empty_column_is_said():
    checked = check(afp_ng_ml=pa.nulls(4), sex=[None] * 4, note=pa.nulls(4))
    assert {f.column for f in checked.faults} == {"afp_ng_ml", "sex", "note"}
    assert all("no value in any row" in f.found for f in checked.faults)
    assert str(checked.table.schema.field("afp_ng_ml").type) == "double"


def test_a_column_of_many_texts_is_no_filter():
    many = {"patient_id": [f"p{i}" for i in range(500)], "name": [f"n{i}" for i in range(500)]}
    many |= {"os_months": [1.0] * 500, "os_event": [1] * 500}
    found = fault(check_table(pa.table(many)), "name", "warning")
    assert "500 different texts" in found.found
    assert "200 levels" in found.expected


def test_unknown_as_a_word_means_not_recorded():
    checked = check(ward=["a", "unknown", "", "b"])
    assert checked.table["ward"].to_pylist() == ["a", None, None, "b"]
    assert fault(checked, "ward", "warning").rows == 2


def test_nan_is_missing_and_said_once_for_the_file():
    nan = float("nan")
    checked = check(
        age_years=[61.0, nan, 58.0, None], marker=[nan, nan, 1.0, 2.0], os_months=[1.0, nan, 2, 3],
        os_event=[1.0, nan, 0.0, 1.0],
    )  # fmt: skip
    (found,) = checked.faults
    assert found.rows == 5
    assert "age_years, marker" in found.found or "os_months" in found.found
    assert checked.table["age_years"].to_pylist() == [61.0, None, 58.0, None]


def test_a_wide_file_is_checked_in_under_a_second():
    dice = np.random.default_rng(1)
    n = 2_400
    columns = {"patient_id": [f"p{i}" for i in range(n)], "os_months": dice.random(n) * 60}
    columns |= {"os_event": dice.integers(0, 2, n)}
    columns |= {f"marker_{i}": dice.random(n) for i in range(150)}
    columns |= {f"ward_{i}": dice.choice(["a", "b", "c"], n) for i in range(100)}
    columns |= {f"tox_late_t{i}": dice.integers(0, 6, n) for i in range(50)}
    table = pa.table(columns)
    start = time.perf_counter()
    assert check_table(table).faults == ()
    assert time.perf_counter() - start < 1.0
