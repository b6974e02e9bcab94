"""What an audit says: a judgement by a rule, a finding about a claim, a row that was not read."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from hccviz.domain.errors import HccvizError

Verdict = Literal["impossible", "inconsistent", "rounding", "consistent"]

VERDICTS: dict[Verdict, str] = {
    "impossible": "Impossible",
    "inconsistent": "Inconsistent",
    "rounding": "Rounding or truncation",
    "consistent": "Consistent",
}
"""Every verdict with its name, the gravest first."""

MEANING: dict[Verdict, str] = {
    "impossible": "No set of patients (or no arithmetic) gives the printed numbers together.",
    "inconsistent": "The printed numbers contradict each other unless something is assumed that "
    "is not printed.",
    "rounding": "The last printed digit was cut off, rounded the other way, or is one off.",
    "consistent": "The printed numbers can all be true.",
}


@dataclass(frozen=True, slots=True)
class Judgement:
    """What a rule says: the verdict, the argument in a sentence, and the recomputed value."""

    verdict: Verdict
    argument: str
    recomputed: str = ""


@dataclass(frozen=True, slots=True)
class Finding:
    """One claim and its verdict.

    Attributes
    ----------
    row
        Place of the claim in its table, from 1.
    rule, title
        Code and name of the rule.
    study
        Address code of the study; empty for a table of one's own.
    place
        Where the numbers stand in the paper.
    claim, against
        What was printed, and what it is held against.
    """

    row: int
    rule: str
    title: str
    study: str
    place: str
    claim: str
    against: str
    verdict: Verdict
    argument: str
    recomputed: str


@dataclass(frozen=True, slots=True)
class RowFault:
    """One row that could not be judged: the cell, what was found, what was expected."""

    row: int
    column: str
    found: str
    expected: str

    def sentence(self) -> str:
        """Return the fault as one sentence."""
        where = f", column {self.column}" if self.column else ""
        return f"Row {self.row}{where}: found {self.found}; expected {self.expected}."


@dataclass(frozen=True, slots=True)
class Audit:
    """Findings about a study or a table, the rows that were not judged, and remarks on reading."""

    findings: tuple[Finding, ...]
    faults: tuple[RowFault, ...] = ()
    notes: tuple[str, ...] = ()

    def counts(self) -> dict[Verdict, int]:
        """Return the number of findings per verdict, the gravest first."""
        return {v: sum(f.verdict == v for f in self.findings) for v in VERDICTS}


class CellError(HccvizError):
    """A cell that a rule cannot use.

    Attributes
    ----------
    column, found, expected
        Plain words for the person who wrote the table.
    """

    def __init__(self, column: str, found: str, expected: str) -> None:
        super().__init__(f"Column {column}: found {found}; expected {expected}.")
        self.column, self.found, self.expected = column, found, expected
