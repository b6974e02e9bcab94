"""Endpoint pairs: what makes one unusable, and what is only said."""

import pyarrow as pa
import pytest

from hccviz.data.checks import check_table

IDS = ["p1", "p2", "p3"]
PFS = {"pfs_months": [1.0, 2.0, 3.0], "pfs_event": [1, 0, 1]}


def check(**columns):
    return check_table(pa.table({"patient_id": IDS} | PFS | columns))


def error(checked, column):
    (found,) = [f for f in checked.faults if f.column == column and f.severity == "error"]
    return found


@pytest.mark.parametrize("event", [[1, 0, None], [True, False, None], [1.0, 0.0, None]])
def test_events_may_be_numbers_or_yes_no(event):
    checked = check(os_months=[1, 5, None], os_event=event)
    assert checked.faults == ()
    assert checked.table["os_event"].to_pylist() == [1, 0, None]
    assert checked.table["os_months"].to_pylist() == [1.0, 5.0, None]


@pytest.mark.parametrize(
    ("event", "found", "action"),
    [
        ([0, 2, 1], "2 in row 2", "Recode the column to 1 and 0"),
        ([1, 2, 1], "2 in row 2", "subtract 1"),
        ([1.0, 0.5, 0.0], "0.5 in row 2", "Recode"),
        (["dead", "alive", "dead"], "text “dead”, “alive”", "Recode"),
        (["1", "0", "1"], "text “1”, “0”", "Recode"),
        (["y" * 90, "0", "1"], "y" * 40 + "…”", "Recode"),
    ],
)
def test_an_event_column_with_2_or_text_sets_the_pair_aside(event, found, action):
    checked = check(os_months=[1.0, 2.0, 3.0], os_event=event)
    fault = error(checked, "os_event")
    assert found in fault.found
    assert fault.expected == "1 (death) or 0 (censored)"
    assert action in fault.action
    assert "Both os_months and os_event are set aside" in fault.action
    assert checked.table.column_names == ["patient_id", *PFS]
    assert not checked.fatal


@pytest.mark.parametrize(
    ("times", "found"),
    [
        ([1.0, -3.5, 2.0], "negative times -3.5 in row 2"),
        ([1.0, float("inf"), 2.0], "infinite times inf in row 2"),
        (["12", "abc", None], "text (“12”, “abc”)"),
        ([True, False, True], "yes/no"),
        (pa.array([1, 2, 3], pa.date32()), "dates"),
    ],
)
def test_negative_or_text_times_set_the_pair_aside(times, found):
    checked = check(os_months=times, os_event=[1, 0, 1])
    fault = error(checked, "os_months")
    assert found in fault.found
    assert "months from the time origin, 0 or more" in fault.expected
    assert "set aside until then" in fault.action
    assert "os_event" not in checked.table.column_names


def test_faults_of_both_halves_come_at_once():
    checked = check(os_months=[1.0, -1.0, 2.0], os_event=[1, 2, 0])
    assert error(checked, "os_months")
    assert error(checked, "os_event")


@pytest.mark.parametrize(("there", "absent"), [("months", "event"), ("event", "months")])
def test_half_a_known_pair_is_set_aside(there, absent):
    checked = check(**{f"os_{there}": [1, 0, 1]})
    fault = error(checked, f"os_{there}")
    assert f"os_{there} without os_{absent}" in fault.found
    assert f"Add os_{absent}" in fault.action
    assert f"os_{there}" not in checked.table.column_names
    assert not checked.fatal


def test_no_usable_pair_is_fatal():
    checked = check_table(pa.table({"patient_id": IDS, "os_months": [1.0, 2.0, 3.0]}))
    assert checked.fatal
    assert "no usable endpoint" in checked.faults[0].found
    assert "os_months" in checked.faults[0].expected
    assert error(checked, "os_months")


def test_half_a_pair_of_another_name_stays_an_ordinary_column():
    checked = check(
        interval_months=[1.0, 2.0, 3.0], bleeding_event=[True, False, None],
        adverse_event=["rash", "none", "rash"], cr_at_3_months=[True, False, True],
    )  # fmt: skip
    said = {f.column: f.severity for f in checked.faults}
    assert said == {"interval_months": "warning", "bleeding_event": "warning"}
    assert checked.table["interval_months"].to_pylist() == [1.0, 2.0, 3.0]
    assert checked.table["cr_at_3_months"].to_pylist() == [True, False, True]
    assert checked.table["adverse_event"].to_pylist() == ["rash", "none", "rash"]


def test_a_pair_of_another_name_is_an_endpoint():
    checked = check(rfs_months=[1, 2, 3], rfs_event=[True, False, True])
    assert checked.faults == ()
    assert str(checked.table.schema.field("rfs_event").type) == "int8"


def test_times_that_look_like_days_are_used_with_a_question():
    checked = check(os_months=[400.0, 900.0, 1200.0], os_event=[1, 0, 1])
    (fault,) = checked.faults
    assert fault.severity == "warning"
    assert "900, 1200 in 2 rows (2, 3)" in fault.found
    assert "Are these days?" in fault.action
    assert "os_months" in checked.table.column_names


def test_rows_with_half_a_pair_are_counted():
    checked = check(os_months=[1.0, 2.0, None], os_event=[1, None, 0])
    said = {f.column: f for f in checked.faults}
    assert "a time without an event in row 2" in said["os_months"].found
    assert "an event without a time in row 3" in said["os_event"].found
    assert "not used for overall survival" in said["os_event"].action


@pytest.mark.parametrize("times", [pa.nulls(3), [None, None, 1.0]])
def test_a_pair_without_one_complete_row_is_set_aside(times):
    checked = check(os_months=times, os_event=[1, 0, None])
    assert "no row with both" in error(checked, "os_months").found


def test_follow_up_after_death_is_a_contradiction():
    checked = check(os_months=[0.5, 2.0, 3.0], os_event=[1, 1, 1])
    (fault,) = checked.faults
    assert fault.column == "pfs_months"
    assert "after the patient's death (os_months) in row 1" in fault.found


def test_death_at_time_zero_is_fine():
    checked = check(os_months=[0.0, 5.0, 6.0], os_event=[1, 0, 1], pfs_months=[0.0, 2.0, 3.0])
    assert checked.faults == ()
