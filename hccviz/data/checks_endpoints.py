"""Checks of time-to-event endpoints: the pairs ``<endpoint>_months``, ``<endpoint>_event``."""

from __future__ import annotations

from collections.abc import Mapping

import pyarrow as pa
import pyarrow.compute as pc

from hccviz.data.checks_numbers import is_numeric, neither_0_nor_1, not_a_number
from hccviz.data.checks_words import Outcome, any_true, counted_rows, distinct, quoted, shown_name
from hccviz.domain.errors import Fault
from hccviz.domain.vocabulary import Endpoint, endpoint, endpoint_part, endpoints

LONGEST_MONTHS = 600.0
Columns = Mapping[str, pa.ChunkedArray]


def endpoint_codes(columns: Columns) -> tuple[str, ...]:
    """Return the codes of all endpoints that a file has a time or an event of, in file order."""
    parts = (endpoint_part(name) for name in columns)
    return tuple(dict.fromkeys(part[0] for part in parts if part))


def check_endpoint(code: str, columns: Columns) -> Outcome:
    """Check one endpoint.

    Parameters
    ----------
    code
        Such as ``os``.
    columns
        All simple columns of the file.

    Returns
    -------
    Outcome
        float64 months and int8 event; nothing when the pair is set aside. Half of a pair that the
        vocabulary does not know (``interval_months``) is no endpoint and stays a column of its own.
    """
    point = endpoint(code)
    months, event = columns.get(point.months_column), columns.get(point.event_column)
    if months is None or event is None:
        return _half(point, columns)
    times, time_faults = _months(point, months)
    flags, event_faults = _event(point, event)
    faults = (*time_faults, *event_faults)
    if times is None or flags is None:
        return Outcome({}, faults)
    usable = pc.and_(pc.is_valid(times), pc.is_valid(flags))
    if len(times) and not any_true(usable):
        return Outcome({}, (*faults, _nothing_recorded(point)))
    columns_out = {point.months_column: times, point.event_column: flags}
    return Outcome(columns_out, (*faults, *_incomplete(point, times, flags)))


def _pair_words(point: Endpoint) -> str:
    return f"{shown_name(point.months_column)} and {shown_name(point.event_column)}"


def _aside(point: Endpoint) -> str:
    return f"Both {_pair_words(point)} are set aside until then."


def _half(point: Endpoint, columns: Columns) -> Outcome:
    months, event = point.months_column, point.event_column
    there, absent = (months, event) if months in columns else (event, months)
    found = f"{shown_name(there)} without {shown_name(absent)}"
    meaning = (
        f"1 for {point.event}, 0 for censored"
        if absent == event
        else "time to the event or to the last follow-up, in months"
    )
    if point.code in endpoints():
        fault = Fault(
            "error", there, 0, found, f"the pair {_pair_words(point)} ({point.label})",
            f"Add {absent}: {meaning}. {there} is set aside until then.",
        )  # fmt: skip
        return Outcome({}, (fault,))
    kind = columns[there].type
    if not (is_numeric(kind) or (there == event and pa.types.is_boolean(kind))):
        return Outcome({there: columns[there]})  # "cr_at_3_months: yes" only sounds like a time
    fault = Fault(
        "warning", shown_name(there), 0, found, f"a pair {_pair_words(point)} for an endpoint",
        f"It is kept as an ordinary column. For an endpoint, add the other half: {meaning}.",
    )  # fmt: skip
    return Outcome({there: columns[there]}, (fault,))


def _months(
    point: Endpoint, column: pa.ChunkedArray
) -> tuple[pa.ChunkedArray | None, tuple[Fault, ...]]:
    name = point.months_column
    if pa.types.is_null(column.type):
        return column.cast(pa.float64()), ()
    expected = f"months from the time origin, 0 or more ({point.label})"
    if not is_numeric(column.type):
        fault = not_a_number(name, column, expected)
        action = f"Write the time as a plain number of months. {_aside(point)}"
        return None, (Fault("error", name, fault.rows, fault.found, expected, action),)
    values = column.cast(pa.float64(), safe=False)
    wrong = pc.or_(pc.less(values, 0), pc.is_inf(values))
    if any_true(wrong):
        count, rows = counted_rows(wrong)
        kind = "negative" if any_true(pc.less(values, 0)) else "infinite"
        action = f"Check the dates they were computed from. {_aside(point)}"
        found = f"{kind} times {distinct(values, wrong)} in {rows}"
        return None, (Fault("error", name, count, found, expected, action),)
    long = pc.greater(values, LONGEST_MONTHS)
    if not any_true(long):
        return values, ()
    count, rows = counted_rows(long)
    fault = Fault(
        "warning", name, count, f"{distinct(values, long)} in {rows}",
        f"months, at most {LONGEST_MONTHS:.0f} ({point.label})",
        "Are these days? Divide days by 30.4375. The times are used as they are.",
    )  # fmt: skip
    return values, (fault,)


def _event(
    point: Endpoint, column: pa.ChunkedArray
) -> tuple[pa.ChunkedArray | None, tuple[Fault, ...]]:
    name = point.event_column
    if pa.types.is_boolean(column.type) or pa.types.is_null(column.type):
        return column.cast(pa.int8()), ()
    recorded = pc.is_valid(column)
    if is_numeric(column.type):
        wrong = neither_0_nor_1(column)
        if not any_true(wrong):
            return column.cast(pa.int8(), safe=False), ()
        count, rows = counted_rows(wrong)
        found = f"{distinct(column, wrong)} in {rows}"
    else:
        count = len(column) - column.null_count
        kind = "text " if pa.types.is_string(column.type) else f"{quoted(column.type)} "
        found = kind + distinct(column, recorded)
    fault = Fault(
        "error", name, count, found, f"1 ({point.event}) or 0 (censored)",
        f"{_recode(column)} {_aside(point)}",
    )  # fmt: skip
    return None, (fault,)


def _recode(column: pa.ChunkedArray) -> str:
    if is_numeric(column.type) and set(pc.unique(column.drop_null()).to_pylist()) == {1, 2}:
        return "If 1 means censored and 2 the event, subtract 1 from every value."
    return "Recode the column to 1 and 0."


def _nothing_recorded(point: Endpoint) -> Fault:
    return Fault(
        "error", point.months_column, 0, "no row with both a time and an event",
        f"{_pair_words(point)} recorded in the same rows ({point.label})",
        f"Fill in both columns. {_aside(point)}",
    )  # fmt: skip


def _incomplete(
    point: Endpoint, times: pa.ChunkedArray, flags: pa.ChunkedArray
) -> tuple[Fault, ...]:
    faults = []
    halves = (
        (point.months_column, "a time without an event", times, flags),
        (point.event_column, "an event without a time", flags, times),
    )
    for name, found, there, absent in halves:
        mask = pc.and_(pc.is_valid(there), pc.is_null(absent))
        if any_true(mask):
            count, rows = counted_rows(mask)
            action = f"These rows are not used for {point.label.lower()}. Complete them if you can."
            faults.append(
                Fault("warning", name, count, f"{found} in {rows}", "both or neither", action)
            )
    return tuple(faults)
