"""Records of the case page: what happened to one patient, and when."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal

from hccviz.domain.cells import Finding

Bound = Literal["", "<", ">"]

TREATMENTS = {
    "resection": "Resection",
    "transplant": "Transplant",
    "rfa": "Ablation (RFA, MWA)",
    "tace": "TACE",
    "radiotherapy": "Radiotherapy",
    "systemic": "Systemic therapy",
    "other_treatment": "Other treatment",
}
"""Kinds of events that are treatments, in the order of their lanes."""
FINDINGS = {
    "diagnosis": "Diagnosis",
    "recurrence": "Recurrence",
    "progression": "Progression",
    "metastasis": "Metastasis",
    "response": "Response",
    "toxicity": "Toxicity",
    "imaging": "Imaging",
    "follow_up": "Follow-up",
    "death": "Death",
}
"""Kinds of events that tell of the disease, in the order of their lanes."""
MARKER = "marker"
"""Kind of a row that holds nothing but marker values; it has no lane."""
KINDS = {**TREATMENTS, **FINDINGS, MARKER: "Marker values only"}
MARKERS = {"afp_ng_ml": "AFP (ng/mL)", "pivka_ii_mau_ml": "PIVKA-II (mAU/mL)"}
"""Columns of the two markers, with label and unit."""


@dataclass(frozen=True, slots=True)
class MarkerValue:
    """A marker above 0; ``bound`` is ``"<"`` below detection, ``">"`` above the range."""

    value: float
    bound: Bound = ""


@dataclass(frozen=True, slots=True)
class CaseEvent:
    """One row of an event file.

    Attributes
    ----------
    row
        Number of the row in the file, from 1 below the headings.
    when
        Time as written.
    months, months_to
        Months since the first event, or as the file counts them; ``months_to`` ends a span.
    day, day_to
        Dates, where the file has dates; the 15th for a month without a day.
    approximate
        True when the time is not known exactly.
    total_dose_gy, fractions, bed_gy, eqd2_gy
        Of radiotherapy; BED and EQD2 at α/β 10 Gy, None when dose or fractions are missing.
    printed_eqd2_gy
        What the source calls EQD2, as text; empty when it says nothing.
    markers
        By the codes of :data:`MARKERS`; a marker that was not measured is not in it.
    """

    row: int
    kind: str
    when: str
    months: float
    months_to: float | None = None
    day: date | None = None
    day_to: date | None = None
    site: str = ""
    approximate: bool = False
    total_dose_gy: float | None = None
    fractions: int | None = None
    bed_gy: float | None = None
    eqd2_gy: float | None = None
    printed_eqd2_gy: str = ""
    markers: dict[str, MarkerValue] | None = None
    note: str = ""

    @property
    def label(self) -> str:
        """Kind in words."""
        return KINDS[self.kind]


@dataclass(frozen=True, slots=True)
class Reirradiated:
    """A site with more than one computed course: their rows and the plain sums, in Gy."""

    site: str
    rows: tuple[int, ...]
    bed_gy: float
    eqd2_gy: float


@dataclass(frozen=True, slots=True)
class CaseCourse:
    """The course of one patient, in the order of time.

    Attributes
    ----------
    calendar
        True when the file has dates, False when it counts months.
    findings
        What was wrong with the file, row by row.
    """

    title: str
    events: tuple[CaseEvent, ...]
    calendar: bool
    findings: tuple[Finding, ...] = ()
    own: bool = False
    citation: str = ""
    summary: str = ""
    dating: str = ""
    notes: tuple[str, ...] = ()
    baseline: tuple[tuple[str, str, str], ...] = ()

    @property
    def courses(self) -> tuple[CaseEvent, ...]:
        """Radiotherapy with a dose and a number of fractions."""
        return tuple(event for event in self.events if event.bed_gy is not None)
