"""Cells of a table that a person typed: strict numbers, dates, and row-by-row findings."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

_NUMBER = re.compile(r"[+-]?\d{1,12}(\.\d{1,9})?", re.ASCII)
_COMMA = re.compile(r"[+-]?\d+,\d+", re.ASCII)
_GROUPS = re.compile(r"[+-]?[1-9]\d{0,2},\d{3}", re.ASCII)
_MONTH = re.compile(r"\d{4}-\d{2}", re.ASCII)
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
LONGEST = 60


class CellError(ValueError):
    """Why a cell cannot be used: ``expected`` and what to do."""

    def __init__(self, expected: str, action: str) -> None:
        super().__init__(f"expected {expected}. {action}")
        self.expected = expected
        self.action = action


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing wrong with one row that a person typed.

    Attributes
    ----------
    row
        Number of the row, counted from 1 below the headings; 0 for the whole table.
    column
        Heading, or ``""`` for the whole row.
    found, expected, action
        Plain text; ``action`` says what was done and what to do.
    row_used
        True when the rest of the row is used.
    """

    row: int
    column: str
    found: str
    expected: str
    action: str
    row_used: bool = True


def shown(text: str) -> str:
    """Return a cell for a finding: quoted, shortened, or the word "nothing".

    Examples
    --------
    >>> shown("12 cm"), shown("")
    ('“12 cm”', 'nothing')
    """
    if not text:
        return "nothing"
    return f"“{text[:LONGEST]}…”" if len(text) > LONGEST else f"“{text}”"


def number(text: str, *, low: float | None = None, high: float | None = None) -> float:
    """Read a number with a decimal point, within limits (both ends allowed).

    Raises
    ------
    CellError
        For text, decimal or thousands commas, and numbers outside the limits.

    Examples
    --------
    >>> number("47.4", low=0, high=100)
    47.4
    """
    if _COMMA.fullmatch(text):
        action = f"Write {text.replace(',', '.')}"
        if _GROUPS.fullmatch(text):
            action += f" or, if the comma groups thousands, {text.replace(',', '')}"
        raise CellError("a decimal point and no comma", f"{action}.")
    if not _NUMBER.fullmatch(text):
        raise CellError("a number such as 47.4", "Write digits only, without units or words.")
    value = float(text)
    if (low is not None and value < low) or (high is not None and value > high):
        ends = f"from {low:g} to {high:g}" if high is not None else f"of {low:g} or more"
        raise CellError(f"a number {ends}", "Correct the number.")
    return value


def whole(text: str, *, low: int, high: int) -> int:
    """Read a whole number within limits.

    Raises
    ------
    CellError
        As :func:`number`, and for a fraction.
    """
    value = number(text, low=low, high=high)
    if value != int(value):
        raise CellError("a whole number", "Correct the number.")
    return int(value)


def day(text: str) -> date:
    """Read an ISO date: ``2019-08-27``, or ``2019-08`` for the middle of a month.

    Raises
    ------
    CellError
        For any other form; nothing is guessed from ``08/27/2019`` or ``27.8.19``.

    Examples
    --------
    >>> day("2019-08")
    datetime.date(2019, 8, 15)
    """
    expected = "a date as YYYY-MM-DD or YYYY-MM"
    if not (_DAY.fullmatch(text) or _MONTH.fullmatch(text)):
        raise CellError(expected, "Write 2019-08-27; other forms are not guessed.")
    try:
        return date.fromisoformat(text if _DAY.fullmatch(text) else f"{text}-15")
    except ValueError:
        raise CellError(expected, "There is no such day; correct it.") from None
