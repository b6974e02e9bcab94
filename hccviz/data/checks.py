"""Checking a table against the vocabulary: every fault at once, nothing repaired in silence.

What comes out has one type per meaning: level codes as text, booleans, int8 grades and events,
float64 numbers and months, int64 whole numbers; null is "not recorded". A pair ``<x>_months``,
``<x>_event`` in it is always a usable endpoint.
"""

from __future__ import annotations

from dataclasses import dataclass

import pyarrow as pa

from hccviz.data.checks_across import check_contradictions
from hccviz.data.checks_dose import check_dose, check_own_dose, own_dose_kind
from hccviz.data.checks_endpoints import check_endpoint, endpoint_codes
from hccviz.data.checks_levels import check_boolean, check_grade, check_levels, check_t_stage
from hccviz.data.checks_numbers import check_number
from hccviz.data.checks_own import (
    check_free_text,
    check_own_column,
    check_patient_id,
    likely_name,
)
from hccviz.data.checks_types import simple_columns
from hccviz.data.checks_words import Outcome, shown_name
from hccviz.domain.errors import Fault
from hccviz.domain.vocabulary import Variable, endpoint, lookup, toxicity_term

_ORDER = ("fatal", "error", "warning")
Columns = dict[str, pa.ChunkedArray]


@dataclass(frozen=True, slots=True)
class CheckedTable:
    """A table that passed the checks, or as much of it as did.

    Attributes
    ----------
    table
        Usable columns only, with normalised types; schema metadata as in the input.
    faults
        Everything found, fatal first, then errors, then warnings.
    fatal
        True when no cohort results: the table is then only good for looking at.
    """

    table: pa.Table
    faults: tuple[Fault, ...]
    fatal: bool


def check_table(table: pa.Table) -> CheckedTable:
    """Check a table from any source against the vocabulary.

    Parameters
    ----------
    table
        One row per patient, as read (`read_untrusted`, or an import); any Arrow types.

    Returns
    -------
    CheckedTable
        Never raises on what a file may contain: it is a fault.
    """
    simple = simple_columns(table)
    faults = list(simple.faults)
    found, kept = simple.columns, Columns()
    _take(kept, faults, check_patient_id(found.get("patient_id"), table.num_rows))
    in_pairs = _endpoints(found, kept, faults)
    own_doses = []
    for name, column in found.items():
        if name == "patient_id" or name in in_pairs:
            continue
        if own_dose_kind(name):
            own_doses.append(name)
            continue
        _take(kept, faults, check_column(name, column, found))
    _doses(found, own_doses, kept, faults)
    faults.extend(check_contradictions(kept))
    faults.extend(_empty_columns(kept, table.num_rows))
    faults.extend(_nothing_left(table.num_rows, kept))
    faults.sort(key=lambda fault: _ORDER.index(fault.severity))
    fatal = any(fault.severity == "fatal" for fault in faults)
    return CheckedTable(_as_table(found, kept, table), tuple(faults), fatal)


def check_column(name: str, column: pa.ChunkedArray, found: Columns) -> Outcome:
    """Check one column that is neither identifier nor endpoint, by what its name stands for.

    Parameters
    ----------
    name, column
        Name and values, of a simple type.
    found
        All columns of the file.
    """
    variable = lookup(name)
    if variable is None:
        hint = likely_name(name, found)
        outcome = check_own_column(name, column)
        return Outcome(outcome.columns, (*((hint,) if hint else ()), *outcome.faults))
    if variable.is_number:
        column = column.cast(pa.float64()) if pa.types.is_null(column.type) else column
        return check_number(variable, column)
    return _check_levelled(variable, column, found)


def _check_levelled(variable: Variable, column: pa.ChunkedArray, found: Columns) -> Outcome:
    if variable.kind == "boolean":
        return check_boolean(variable, column)
    if toxicity_term(variable.name):
        return check_grade(variable, column)
    if variable.name == "t_stage":
        return check_t_stage(variable, column, keep_substage="t_substage" not in found)
    return check_levels(variable, column) if variable.levels else check_free_text(
        variable.name, column
    )  # fmt: skip


def _take(kept: Columns, faults: list[Fault], outcome: Outcome) -> None:
    kept.update(outcome.columns)
    faults.extend(outcome.faults)


def _endpoints(found: Columns, kept: Columns, faults: list[Fault]) -> set[str]:
    """Check all endpoints; return the columns that need no further check."""
    done: set[str] = set()
    for code in endpoint_codes(found):
        point = endpoint(code)
        outcome = check_endpoint(code, found)
        pair = {point.months_column, point.event_column}
        if pair & set(found) == set(outcome.columns) and len(outcome.columns) == 1:
            faults.extend(outcome.faults)  # half a pair, kept as a column of its own
            continue
        _take(kept, faults, outcome)
        done |= pair
    return done


def _doses(found: Columns, own: list[str], kept: Columns, faults: list[Fault]) -> None:
    checked = check_dose(kept)
    for name in ("total_dose_gy", "fractions"):
        if name not in checked.columns:
            kept.pop(name, None)
    faults.extend(checked.faults)
    for name in own:
        target = f"{own_dose_kind(name)}_in_file"
        while target in kept or target in found:
            target += "_2"
        _take(kept, faults, check_own_dose(name, target, found[name], kept))


def _empty_columns(kept: Columns, rows: int) -> list[Fault]:
    return [
        Fault(
            "warning",
            shown_name(name),
            rows,
            "no value in any row",
            "at least one value",
            "The column is kept; every patient counts as not recorded.",
        )
        for name, column in kept.items()
        if rows and column.null_count == rows
    ]


def _nothing_left(rows: int, kept: Columns) -> list[Fault]:
    if not rows:
        return [
            Fault(
                "fatal",
                "",
                0,
                "a table without rows",
                "one row per patient",
                "Check the filter or query that wrote the file.",
            )
        ]
    codes = endpoint_codes(kept)
    if any({endpoint(c).months_column, endpoint(c).event_column} <= set(kept) for c in codes):
        return []
    return [
        Fault(
            "fatal",
            "",
            rows,
            "no usable endpoint",
            "at least one pair of columns such as os_months (time in months) and os_event "
            "(1 death, 0 censored)",
            "Add or correct such a pair, with exactly these names.",
        )
    ]


def _as_table(found: Columns, kept: Columns, table: pa.Table) -> pa.Table:
    """Return the kept columns in the file's order; identifier first, added ones last."""
    names = ["patient_id", *(name for name in found if name != "patient_id"), *kept]
    order = [name for name in dict.fromkeys(names) if name in kept]
    arrays = [
        kept[name].cast(pa.string()) if pa.types.is_null(kept[name].type) else kept[name]
        for name in order
    ]
    made = pa.table(arrays, names=order) if order else pa.table({})
    return made.replace_schema_metadata(table.schema.metadata)
