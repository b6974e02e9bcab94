"""Level columns: codes pass, listed spellings are read and listed, anything else is set aside."""

import pyarrow as pa
import pytest

from hccviz.data.checks import check_table

GOOD = {"patient_id": ["p1", "p2", "p3"], "os_months": [1.0, 2.0, 3.0], "os_event": [1, 0, 1]}


def check(**columns):
    return check_table(pa.table(GOOD | columns))


def only(checked):
    (fault,) = checked.faults
    assert fault.found
    assert fault.expected
    assert fault.action.endswith(".")
    return fault


@pytest.mark.parametrize(
    ("column", "values", "bad", "expected"),
    [
        ("child_pugh_class", ["Child A", "A", None], "“Child A” in row 1", "A, B or C"),
        ("t_stage", ["T1", "T3x", "T2"], "“T3x” in row 2", "T1, T2, T3 or T4"),
        ("sex", ["1", "0", "1"], "“1”, “0” in 3 rows (1, 2, 3)", "female or male"),
        ("sex", [1, 0, 1], "“1”, “0”", "female or male"),
        ("bclc_stage", ["A", "E", None], "“E” in row 2", "0, A, B, C or D"),
        ("ecog", [0, 7, 1], "“7” in row 2", "0, 1, 2, 3 or 4"),
        ("albi_grade", [1.5, 2.0, 3.0], "“1.5” in row 1", "1, 2 or 3"),
        ("response_recist_overall", ["CR", "XX", None], "“XX” in row 2", "CR, PR, SD, PD or NE"),
        ("prior_tace", ["yes", "maybe", None], "“maybe” in row 2", "yes or no"),
        ("cirrhosis", [0, 2, 1], "“2” in row 2", "1 or 0"),
        ("tox_acute_nausea", ["G3", "1", None], "“G3” in row 1", "whole grades 0"),
        ("tox_acute_nausea", [0.5, 1.0, None], "“0.5” in row 1", "whole grades 0"),
        ("tox_late_gi_bleeding", [6, 1, -1], "“6”, “-1” in 2 rows (1, 3)", "whole grades 0"),
        ("rild", ["classic", "RILD", None], "“RILD” in row 2", "none, classic or non_classic"),
    ],
)
def test_unknown_levels_set_the_column_aside(column, values, bad, expected):
    checked = check(**{column: values}, age_years=[61.0, 58.0, 70.0])
    fault = only(checked)
    assert fault.severity == "error"
    assert fault.column == column
    assert bad in fault.found
    assert expected in fault.expected
    assert "set aside" in fault.action
    assert checked.table.column_names == [*GOOD, "age_years"]


@pytest.mark.parametrize(
    ("column", "values", "codes"),
    [
        ("sex", ["F", "m", None], ["female", "male", None]),
        ("child_pugh_class", ["a", "B ", "C"], ["A", "B", "C"]),
        ("etiology", ["Hepatitis B", "nash", "hcv"], ["hbv", "mash", "hcv"]),
        ("t_stage", [1, 2, 4], ["T1", "T2", "T4"]),
        ("response_mrecist_infield", ["complete", "pr", "NE"], ["CR", "PR", "NE"]),
        ("ascites", ["no", "Severe", "mild"], ["none", "moderate_severe", "mild"]),
        ("prior_tace", ["Yes", "n", None], [True, False, None]),
        ("ecog", ["0.0", "1.0", "2"], ["0", "1", "2"]),
    ],
)
def test_listed_spellings_are_read_and_said(column, values, codes):
    checked = check(**{column: values})
    fault = only(checked)
    assert fault.severity == "warning"
    assert "another spelling, read" in fault.found
    assert checked.table[column].to_pylist() == codes


@pytest.mark.parametrize(
    ("column", "values", "codes"),
    [
        ("ecog", [0, 1, None], ["0", "1", None]),
        ("ecog", [0.0, 1.0, None], ["0", "1", None]),
        ("albi_grade", ["1", "2", "3"], ["1", "2", "3"]),
        ("bclc_stage", pa.array(["0", "A", None]).dictionary_encode(), ["0", "A", None]),
        ("prior_tace", [1, 0, None], [True, False, None]),
        ("prior_tace", [1.0, 0.0, None], [True, False, None]),
        ("prior_tace", ["yes", "no", None], [True, False, None]),
        ("tox_acute_nausea", ["0", "5", None], [0, 5, None]),
        ("study", ["Seoul", "Busan", None], ["Seoul", "Busan", None]),
    ],
)
def test_codes_pass_without_a_word(column, values, codes):
    checked = check(**{column: values})
    assert checked.faults == ()
    assert checked.table[column].to_pylist() == codes


def test_words_for_missing_values_become_null_and_are_said():
    checked = check(child_pugh_class=["A", "unknown", ""])
    assert "“unknown”, “” in 2 rows" in only(checked).found
    assert checked.table["child_pugh_class"].to_pylist() == ["A", None, None]


def test_none_is_a_level_where_the_dictionary_says_so():
    assert check(ascites=["none", "mild", None]).faults == ()


def test_substages_are_collapsed_and_kept():
    checked = check(t_stage=["T1a", "T3b", "T2"])
    assert "collapsed" in only(checked).action
    assert checked.table["t_stage"].to_pylist() == ["T1", "T3", "T2"]
    assert checked.table["t_substage"].to_pylist() == ["T1a", "T3b", "T2"]


def test_without_substages_no_column_is_added():
    assert "t_substage" not in check(t_stage=["T1", "T2", None]).table.column_names


def test_a_substage_column_of_the_file_is_not_overwritten():
    checked = check(t_stage=["T1a", "T3", "T2"], t_substage=["T1b", "T3a", "T4"])
    assert checked.table["t_substage"].to_pylist() == ["T1b", "T3a", "T4"]
    assert "contradicts t_stage in row 3" in checked.faults[-1].found


def test_at_most_five_values_are_shown_and_long_ones_cut():
    values = [f"value {i} " + "x" * 60 for i in range(9)]
    ids = {"patient_id": range(9), "os_months": [1.0] * 9, "os_event": [1] * 9}
    (fault,) = check_table(pa.table(ids | {"rild": values})).faults
    assert fault.found.count("“") == 5
    assert "and 4 more in 9 rows (1, 2, 3, 4, 5, …)" in fault.found
    assert "x" * 40 not in fault.found


def test_contradictions_are_said_and_both_columns_used():
    checked = check(
        child_pugh_class=["A", "A", "C"], child_pugh_score=[5, 7, 10],
        prior_tace=[True, False, False], prior_tace_sessions=[0, 2, 0],
    )  # fmt: skip
    said = {f.column: f.found for f in checked.faults}
    assert said["child_pugh_class"] == "a class that contradicts child_pugh_score in row 2"
    assert "2 rows (1, 2)" in said["prior_tace_sessions"]
    assert {"child_pugh_class", "child_pugh_score"} <= set(checked.table.column_names)


@pytest.mark.parametrize("column", ["prior_tace", "os_event"])
def test_an_unsigned_number_too_large_for_a_signed_one_is_a_fault(column):
    values = pa.array([0, 1, 2**63], pa.uint64())
    faults = check_table(pa.table(GOOD | {column: values})).faults
    (found,) = [f.found for f in faults if f.column == column]
    assert "in row 3" in found
