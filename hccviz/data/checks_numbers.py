"""Checks of number columns: type, infinite values, whole numbers, plausible range."""

from __future__ import annotations

import pyarrow as pa
import pyarrow.compute as pc

from hccviz.data.checks_words import Outcome, any_true, counted_rows, distinct, plain_number, quoted
from hccviz.domain.errors import Fault
from hccviz.domain.vocabulary import Variable

_ASIDE = "The column is set aside until then."


def is_numeric(kind: pa.DataType) -> bool:
    """Return True for integers and floats; booleans are no numbers."""
    return bool(pa.types.is_integer(kind) or pa.types.is_floating(kind))


def neither_0_nor_1(column: pa.ChunkedArray) -> pa.ChunkedArray:
    """Mark the numbers that are neither 0 nor 1; null where there is none.

    The two are given the column's own type: beside a plain 0 Arrow reads a column of unsigned
    numbers as signed ones, and stops at the first that is too large for that.
    """
    no, yes = (pa.scalar(number, column.type) for number in (0, 1))
    return pc.and_(pc.not_equal(column, no), pc.not_equal(column, yes))


def check_number(variable: Variable, column: pa.ChunkedArray) -> Outcome:
    """Check a number column of the vocabulary.

    Parameters
    ----------
    variable
        What the column should hold; kind ``number`` or ``integer``.
    column
        Its values, NaN already null.

    Returns
    -------
    Outcome
        float64, or int64 for whole numbers; no column when it is set aside.
    """
    name = variable.name
    if not is_numeric(column.type):
        return Outcome({}, (not_a_number(name, column, _wanted(variable)),))
    values, faults = without_infinite(name, column.cast(pa.float64(), safe=False))
    if variable.kind == "integer":
        broken = pc.not_equal(values, pc.round(values))
        if any_true(broken):
            count, rows = counted_rows(broken)
            fault = Fault(
                "error", name, count, f"{distinct(values, broken)} in {rows}",
                f"whole numbers ({variable.label_with_unit})", f"Correct the values. {_ASIDE}",
            )  # fmt: skip
            return Outcome({}, (*faults, fault))
    outside = _range_faults(variable, values)
    if any(fault.severity == "error" for fault in outside):
        return Outcome({}, (*faults, *outside))
    if variable.kind == "integer":
        values = values.cast(pa.int64(), safe=False)
    return Outcome({name: values}, (*faults, *outside))


def not_a_number(name: str, column: pa.ChunkedArray, expected: str) -> Fault:
    """Return the fault of a column that holds something else than numbers."""
    if pa.types.is_string(column.type):
        recorded = pc.is_valid(column)
        found = f"text ({distinct(column, recorded)})"
    elif pa.types.is_boolean(column.type):
        found = "yes/no values"
    else:
        found = "dates" if pa.types.is_temporal(column.type) else quoted(column.type)
    return Fault(
        "error", name, len(column) - column.null_count, found, expected,
        f"Write plain numbers with a decimal point and leave missing values empty. {_ASIDE}",
    )  # fmt: skip


def without_infinite(
    name: str, values: pa.ChunkedArray
) -> tuple[pa.ChunkedArray, tuple[Fault, ...]]:
    """Return float values with infinite ones as null, and the fault that says so."""
    infinite = pc.is_inf(values)
    if not any_true(infinite):
        return values, ()
    count, rows = counted_rows(infinite)
    fault = Fault(
        "warning", name, count, f"infinite values in {rows}", "finite numbers",
        "They count as not recorded. Correct them or leave them empty.",
    )  # fmt: skip
    return pc.if_else(infinite, pa.scalar(None, pa.float64()), values), (fault,)


def _wanted(variable: Variable) -> str:
    unit = f" in {variable.unit}" if variable.unit else ""
    return f"numbers ({variable.label}{unit})"


def _range_faults(variable: Variable, values: pa.ChunkedArray) -> tuple[Fault, ...]:
    """Return the faults of values outside the range; an error when they cannot be meant so.

    Below a bound of 0 or less (or, for counts and points, below any bound) a value is impossible.
    Elsewhere it is only implausible, unless most values are: then the unit is another one.
    """
    faults = []
    recorded = len(values) - values.null_count
    counts_points = variable.kind == "integer"
    for bound, is_low in ((variable.low, True), (variable.high, False)):
        if bound is None or (variable.name == "total_dose_gy" and not is_low):
            continue  # doses above the range have a check of their own (cGy)
        wrong = pc.less(values, bound) if is_low else pc.greater(values, bound)
        if not any_true(wrong):
            continue
        count, rows = counted_rows(wrong)
        impossible = is_low and (bound <= 0 or counts_points)
        impossible |= variable.name == "child_pugh_score"
        mostly = count * 2 > recorded
        faults.append(_range_fault(variable, values, wrong, impossible, mostly, (count, rows)))
    return tuple(faults)


def _range_fault(
    variable: Variable,
    values: pa.ChunkedArray,
    wrong: pa.ChunkedArray,
    impossible: bool,
    mostly: bool,
    where: tuple[int, str],
) -> Fault:
    low, high = variable.low, variable.high
    unit = f" {variable.unit}" if variable.unit else ""
    bounds = f"{plain_number(low or 0)} to {plain_number(high)}" if high is not None else (
        f"at least {plain_number(low or 0)}"
    )  # fmt: skip
    if impossible:
        action = f"Correct the values. {_ASIDE}"
    elif mostly:
        action = f"Is this another unit than{unit or ' expected'}? Convert the values. {_ASIDE}"
    else:
        action = "The values are used as they are; check them, and the unit."
    return Fault(
        "error" if impossible or mostly else "warning", variable.name, where[0],
        f"{distinct(values, wrong)} in {where[1]}", f"{bounds}{unit} ({variable.label})", action,
    )  # fmt: skip
