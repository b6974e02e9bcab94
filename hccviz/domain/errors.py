"""Errors that a clinician reads: what was found, what was expected, what to do."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Severity = Literal["fatal", "error", "warning"]


class HccvizError(ValueError):
    """A wrong input, told in one sentence that a person who cannot program understands."""


class DoseInputError(HccvizError):
    """A dose input outside its range.

    Attributes
    ----------
    field
        Name of the offending field, for instance ``"fractions"``.
    """

    def __init__(self, field: str, message: str) -> None:
        super().__init__(message)
        self.field = field


class CohortFileError(HccvizError):
    """A file that cannot become a cohort at all (not parquet, truncated, too large…)."""


class AddressError(HccvizError):
    """An address (link, CLI query) that names something this cohort does not have."""


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing wrong with a file, as one row of the fault table.

    Attributes
    ----------
    severity
        ``fatal``: no cohort results. ``error``: the column (or row) is set aside.
        ``warning``: shown, and used as it is.
    column
        Column concerned, or ``""`` for the whole file.
    rows
        Number of rows concerned; 0 when the fault is not about rows.
    found, expected, action
        Plain text for a person: what was found, what was expected, what to do.
    """

    severity: Severity
    column: str
    rows: int
    found: str
    expected: str
    action: str

    def sentence(self) -> str:
        """Return the fault as one sentence."""
        where = f"Column {self.column}: " if self.column else ""
        return f"{where}found {self.found}; expected {self.expected}. {self.action}"
