"""Frozen patient tables: typed CSV in the repository, read into arrow by the vocabulary."""

from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa

from hccviz.domain.vocabulary import endpoint_part, lookup, toxicity_term, variables

ROOT = Path(__file__).resolve().parents[2]
PUBLISHED = ROOT / "data" / "published"
COHORTS = ROOT / "data" / "cohorts"


def read_rows(path: Path) -> list[dict[str, str]]:
    """Read a CSV file as text; a line that starts with # is a comment."""
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(line for line in file if not line.startswith("#")))


def read_columns(path: Path) -> dict[str, list[str]]:
    """Read a CSV file as columns of text; an empty cell stands for not recorded."""
    rows = read_rows(path)
    return {name: [row[name] for row in rows] for name in rows[0]}


def read_core(path: Path) -> dict[str, list[Any]]:
    """Read a survival core: whole numbers as int, others as float, empty as None, words as text."""
    return {name: [_plain(cell) for cell in cells] for name, cells in read_columns(path).items()}


def _plain(cell: str) -> Any:
    if cell == "":
        return None
    for read in (int, float):
        try:
            return read(cell)
        except ValueError:
            continue
    return cell


def write_columns(path: Path, columns: Mapping[str, Sequence[Any]]) -> None:
    """Write columns as CSV: booleans as true/false, not recorded as an empty cell."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(columns)
        for row in zip(*columns.values(), strict=True):
            writer.writerow(_cell(value) for value in row)


def _cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    return repr(value) if isinstance(value, float) else str(value)


def typed_table(columns: Mapping[str, Sequence[str]]) -> pa.Table:
    """Give every column the type that the vocabulary (or, for own columns, its content) asks for.

    Returns
    -------
    pa.Table
        Categories as string, numbers as float64, whole numbers as int32, booleans as bool,
        event flags and toxicity grades as int8; an empty cell is null.
    """
    return pa.table({name: _array(name, cells) for name, cells in columns.items()})


def _array(name: str, cells: Sequence[str]) -> pa.Array:
    kind = column_type(name, cells)
    return pa.array([_value(cell, kind) for cell in cells], kind)


def column_type(name: str, cells: Sequence[str]) -> pa.DataType:
    """Return the arrow type of a column."""
    part = endpoint_part(name)
    if toxicity_term(name) or (part and part[1] == "event"):
        return pa.int8()
    variable = variables().get(name)
    kind = variable.kind if variable else ("category" if lookup(name) else _observed(cells))
    types = {"number": pa.float64(), "integer": pa.int32(), "boolean": pa.bool_()}
    return types.get(kind, pa.string())


def _observed(cells: Sequence[str]) -> str:
    """Guess the kind of a study's own column from its cells."""
    given = {cell for cell in cells if cell}
    if given <= {"true", "false"}:
        return "boolean"
    try:
        whole = all(float(cell).is_integer() and "." not in cell for cell in given)
    except ValueError:
        return "category"
    return "integer" if whole else "number"


def _value(cell: str, kind: pa.DataType) -> Any:
    if cell == "":
        return None
    if pa.types.is_boolean(kind):
        return cell == "true"
    if pa.types.is_integer(kind):
        return int(cell)
    return float(cell) if pa.types.is_floating(kind) else cell
