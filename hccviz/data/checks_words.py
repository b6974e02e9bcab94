"""How checks put what they found into words: values quoted, rows counted, lists cut short."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from hccviz.domain.errors import Fault

MOST_SHOWN = 5
LONGEST_VALUE = 40


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a check made of one column of the file.

    Attributes
    ----------
    columns
        Name → values to use in its place; empty when the column is set aside.
    faults
        What there is to say about it.
    """

    columns: dict[str, pa.ChunkedArray]
    faults: tuple[Fault, ...] = ()


def quoted(value: Any) -> str:
    """Return a value from a file: text short, printable and in quotation marks; a number plain.

    Examples
    --------
    >>> quoted("Child A"), quoted(2.0)
    ('“Child A”', '2')
    """
    if isinstance(value, int | float) and not isinstance(value, bool):
        return plain_number(value)
    text = "".join(c if c.isprintable() else "·" for c in str(value))
    return f"“{text[:LONGEST_VALUE]}…”" if len(text) > LONGEST_VALUE else f"“{text}”"


def shown_name(name: str) -> str:
    """Return a column name as it is printed: short and printable."""
    text = "".join(c if c.isprintable() else "·" for c in name)
    return text if len(text) <= LONGEST_VALUE * 2 else text[: LONGEST_VALUE * 2] + "…"


def listed(parts: Iterable[str], *, most: int = MOST_SHOWN) -> str:
    """Join texts with commas; beyond ``most`` say how many more there are.

    Examples
    --------
    >>> listed(["A", "B", "C"], most=2)
    'A, B and 1 more'
    """
    items = list(parts)
    text = ", ".join(items[:most])
    return f"{text} and {len(items) - most} more" if len(items) > most else text


def either(codes: Iterable[str]) -> str:
    """Return codes as a choice.

    Examples
    --------
    >>> either(["A", "B", "C"])
    'A, B or C'
    """
    items = list(codes)
    return " or ".join([", ".join(items[:-1]), items[-1]] if len(items) > 1 else items)


def distinct(values: pa.ChunkedArray, mask: pa.ChunkedArray) -> str:
    """Return the distinct values under a mask, quoted, at most five."""
    chosen = pc.unique(values.filter(pc.fill_null(mask, False)).drop_null())
    more = len(chosen) - MOST_SHOWN
    text = ", ".join(quoted(value) for value in chosen.slice(0, MOST_SHOWN).to_pylist())
    return f"{text} and {more:,} more" if more > 0 else text


def counted_rows(mask: pa.ChunkedArray) -> tuple[int, str]:
    """Return how many rows a mask marks, and them in words: ``"2 rows (3, 8)"``.

    Rows are numbered from 1, as a spreadsheet without its heading would.

    Examples
    --------
    >>> counted_rows(pa.chunked_array([[False, None, True, True]]))
    (2, '2 rows (3, 4)')
    """
    places = pc.indices_nonzero(pc.fill_null(mask, False))
    count = len(places)
    numbers = ", ".join(str(place + 1) for place in places.slice(0, MOST_SHOWN).to_pylist())
    if count == 1:
        return 1, f"row {numbers}"
    return count, f"{count:,} rows ({numbers}{', …' if count > MOST_SHOWN else ''})"


def any_true(mask: pa.ChunkedArray) -> bool:
    """Return True when a mask marks at least one row."""
    return bool(pc.any(mask, min_count=0).as_py())


def number_of(count: int, one: str, many: str = "") -> str:
    """Return a count with its noun.

    Examples
    --------
    >>> number_of(1, "value"), number_of(1200, "value")
    ('1 value', '1,200 values')
    """
    return f"{count:,} {one if count == 1 else many or one + 's'}"


def plain_number(value: float) -> str:
    """Return a number as a person writes it.

    Examples
    --------
    >>> plain_number(112.5), plain_number(200.0), plain_number(1e-9)
    ('112.5', '200', '1e-09')
    """
    return f"{value:.6g}" if abs(value) < 1e6 or abs(value) > 1e15 else f"{value:.0f}"
