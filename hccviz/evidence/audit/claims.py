"""Claims: rows of printed numbers, the same form for the studies and for a table of one's own."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from hccviz.evidence.audit.printed import Printed, read_printed
from hccviz.evidence.audit.records import CellError

COLUMNS: dict[str, str] = {
    "rule": "what is checked; empty: every rule whose columns are filled",
    "place": "where it stands in the paper",
    "claim": "the claim in words",
    "against": "what it is held against, in words",
    "n": "number of patients (denominator)",
    "count": "number of patients with the property, or of events",
    "percent": "percentage as printed, with its decimals",
    "counts": "several counts joined by +; rows of a table joined by /",
    "median": "median as printed",
    "time": "time of a rate, months",
    "rate": "rate at that time, %",
    "times": "medians of subgroups (or times), joined by +, in the order of counts",
    "values": "rates, percentages or p values, joined by +",
    "other_values": "p values of the variables that were left out, joined by +",
    "censored": "patients censored in all (alive at the end)",
    "deaths": "times at which a death is known, joined by +",
    "ratio": "hazard ratio or odds ratio",
    "low": "lower limit of the 95 % interval",
    "high": "upper limit of the 95 % interval",
    "p": "p as printed, <0.001 allowed",
    "dose": "total dose, Gy",
    "fractions": "number of fractions",
    "alpha_beta": "α/β, Gy; 10 when empty",
    "label": "label of the dose (BED, EQD2, Gy10), or what the rule asks for",
    "value": "the number (or word) itself",
    "other": "the number (or word) it is held against",
    "threshold": "cut of two groups, or limit",
}  # fmt: skip
"""Every column with its meaning; a row fills the few that its rule needs."""
WORDS = ("rule", "place", "claim", "against", "label")
MAX_PARTS = 60


@dataclass(frozen=True)
class Claim:
    """One row of printed numbers, as text.

    Attributes
    ----------
    row
        Place in its table, from 1.
    cells
        Column → text; empty cells are left out.
    study
        Address code of the study, or empty.
    """

    row: int
    cells: Mapping[str, str] = field(default_factory=dict)
    study: str = ""

    def has(self, column: str) -> bool:
        """Tell whether a cell is filled."""
        return bool(self.text(column))

    def text(self, column: str) -> str:
        """Return a cell as text, empty when it is not filled."""
        return self.cells.get(column, "").strip()

    def number(self, column: str) -> Printed:
        """Return a printed number.

        Raises
        ------
        CellError
            When the cell is empty or holds no number.
        """
        return self._read(column, self.text(column))

    def whole(self, column: str, *, least: int = 0, most: int = 10_000_000) -> int:
        """Return a whole number from ``least`` on.

        Raises
        ------
        CellError
            When the cell holds anything else.
        """
        return self._whole(column, self.text(column), least, most)

    def numbers(self, column: str) -> tuple[Printed, ...]:
        """Return printed numbers joined by +."""
        return tuple(self._read(column, part) for part in self._parts(column))

    def wholes(self, column: str) -> tuple[int, ...]:
        """Return whole numbers joined by +."""
        return tuple(self._whole(column, part) for part in self._parts(column))

    def table(self, column: str) -> list[list[int]]:
        """Return a table of counts: rows joined by /, counts of a row by +."""
        rows = [
            [self._whole(column, part) for part in row.split("+")]
            for row in self.text(column).split("/")
        ]
        if len({len(row) for row in rows}) != 1 or len(rows) < 2 or len(rows[0]) < 2:
            raise CellError(
                column,
                f"“{self.text(column)[:40]}”",
                "a table such as 17+4/10+12",
            )
        return rows

    def words(self) -> str:
        """Return the claim in words; without them, the filled cells."""
        told = ", ".join(
            f"{name.replace('_', ' ')} {self.text(name)}"
            for name in COLUMNS
            if name not in WORDS and self.has(name)
        )
        return self.text("claim") or told

    def _parts(self, column: str) -> list[str]:
        parts = re.split(r"[+/]", self.text(column))
        if len(parts) > MAX_PARTS:
            raise CellError(column, f"{len(parts)} numbers", f"at most {MAX_PARTS}")
        return parts

    def _read(self, column: str, text: str) -> Printed:
        found = read_printed(text)
        if found is None:
            said = f"“{text.strip()[:40]}”" if text.strip() else "nothing"
            raise CellError(column, said, "a number")
        return found

    def _whole(self, column: str, text: str, least: int = 0, most: int = 10_000_000) -> int:
        found = self._read(column, text)
        if found.value.denominator != 1 or not least <= found.value <= most:
            raise CellError(
                column, f"“{text.strip()[:40]}”", f"a whole number, {least} to {most:,}"
            )
        return int(found.value)
