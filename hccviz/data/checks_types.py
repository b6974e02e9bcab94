"""First pass over a file's columns: names, columns that occur twice, types made simple."""

from __future__ import annotations

from dataclasses import dataclass

import pyarrow as pa
import pyarrow.compute as pc

from hccviz.data.checks_words import listed, number_of, quoted, shown_name
from hccviz.data.untrusted_child import UNREAD, plain_type
from hccviz.domain.errors import Fault

LONGEST_NAME = 200


@dataclass(frozen=True, slots=True)
class SimpleColumns:
    """A file's columns by name, each boolean, integer, float64, string, date, timestamp or null."""

    columns: dict[str, pa.ChunkedArray]
    faults: tuple[Fault, ...]


def simple_columns(table: pa.Table) -> SimpleColumns:
    """Return the columns that can be used by name and type, and what is wrong with the others."""
    faults: list[Fault] = []
    groups: dict[str, list[pa.ChunkedArray]] = {}
    for field, column in zip(table.schema, table.columns, strict=True):
        fault = _name_fault(field.name) or _type_fault(field)
        if fault:
            faults.append(fault)
        else:
            groups.setdefault(field.name, []).append(column)
    columns: dict[str, pa.ChunkedArray] = {}
    missing: dict[str, int] = {}
    for name, copies in groups.items():
        simple = [_simple(copy) for copy in copies]
        if len(simple) > 1:
            same = all(_equal(simple[0], other) for other in simple[1:])
            faults.append(_twice(name, len(simple), same))
            if not same:
                continue
        columns[name], missing[name] = _without_nan(simple[0])
    faults.extend(_nan_fault({name: n for name, n in missing.items() if n}))
    return SimpleColumns(columns, tuple(faults))


def _name_fault(name: str) -> Fault | None:
    if not name.strip():
        found = "a column without a name"
    elif len(name) > LONGEST_NAME:
        found = f"a name of {len(name)} characters"
    elif not name.isprintable():
        found = "invisible characters in the name"
    else:
        return None
    return Fault(
        "error", shown_name(name), 0, found, f"a printable name of 1 to {LONGEST_NAME} characters",
        "The column is set aside. Rename it and open the file again.",
    )  # fmt: skip


def _type_fault(field: pa.Field) -> Fault | None:
    reason = (field.metadata or {}).get(UNREAD, b"").decode("utf-8", "replace")
    if not reason and plain_type(field.type) is None:
        reason = str(field.type)
    if not reason:
        return None
    if reason == "name":
        found, expected = "a name that is too long", f"a name of 1 to {LONGEST_NAME} characters"
    else:
        found, expected = f"the type {quoted(reason)}", "one number, text or yes/no per patient"
    return Fault(
        "error", shown_name(field.name), 0, found, expected,
        "The column is set aside. Write it as a simple column and open the file again.",
    )  # fmt: skip


def _simple(column: pa.ChunkedArray) -> pa.ChunkedArray:
    kind = column.type
    if pa.types.is_dictionary(kind):
        kind = kind.value_type
        column = pa.chunked_array([c.dictionary_decode() for c in column.chunks], kind)
    target = plain_type(kind)
    if pa.types.is_floating(kind):
        target = pa.float64()
    return column if column.type == target else column.cast(target, safe=False)


def _equal(one: pa.ChunkedArray, other: pa.ChunkedArray) -> bool:
    return bool(one.type == other.type and one.equals(other))


def _twice(name: str, copies: int, same: bool) -> Fault:
    times = "twice" if copies == 2 else f"{copies} times"
    if same:
        return Fault(
            "warning", shown_name(name), 0, f"this column {times}, with equal values",
            "each column once", "One copy is used. Remove the other.",
        )  # fmt: skip
    return Fault(
        "error", shown_name(name), 0, f"this column {times}, with different values",
        "each column once",
        "All copies are set aside. Keep the right one, remove or rename the others.",
    )  # fmt: skip


def _without_nan(column: pa.ChunkedArray) -> tuple[pa.ChunkedArray, int]:
    """Return a float column with NaN as null, and how many there were."""
    if column.type != pa.float64():
        return column, 0
    wrong = pc.is_nan(column)
    count = pc.sum(wrong, min_count=0).as_py()
    if not count:
        return column, 0
    return pc.if_else(wrong, pa.scalar(None, pa.float64()), column), int(count)


def _nan_fault(missing: dict[str, int]) -> list[Fault]:
    if not missing:
        return []
    names = listed(shown_name(name) for name in missing)
    return [
        Fault(
            "warning",
            "",
            sum(missing.values()),
            f"{number_of(sum(missing.values()), 'value')} NaN (not a number) in {names}",
            "an empty cell (null) for a missing value",
            "They count as not recorded, as pandas writes missing numbers.",
        )
    ]
