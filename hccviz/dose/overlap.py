"""Overlap of the courses in one organ: which dose of a course counts there."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from hccviz.dose import checks
from hccviz.dose.lq import Course, plain

Overlap = Literal["overlapping", "adjacent", "apart"]
OVERLAPS: dict[Overlap, str] = {
    "overlapping": "the organ lies in the field again: the dose counts in full",
    "adjacent": "the organ borders the field: its dose counts, or the whole dose as upper bound",
    "apart": "the organ lies away from the field: counts only if a dose to it is entered",
}
"""Overlap classes of the re-irradiation study and how each is counted here."""


@dataclass(frozen=True, slots=True)
class OrganCourse:
    """One course as one organ saw it.

    Attributes
    ----------
    course
        Prescription.
    overlap
        Class of :data:`OVERLAPS`.
    organ_dose_gy
        Dose to the organ in the same fractions, when it is known; else the class decides.
    """

    course: Course
    overlap: Overlap = "overlapping"
    organ_dose_gy: float | None = None

    def __post_init__(self) -> None:
        if self.overlap not in OVERLAPS:
            expected = "one of overlapping, adjacent, apart"
            raise checks.refuse("overlap", self.overlap, expected, "Correct the class.")
        if self.organ_dose_gy is not None:
            checks.not_negative("organ_dose_gy", self.organ_dose_gy)

    def counted(self) -> Course | None:
        """Return the course that counts for the organ; None when nothing does."""
        dose = self.organ_dose_gy
        if dose is None:
            return None if self.overlap == "apart" else self.course
        return None if dose == 0 else Course.from_total(dose, self.course.fractions)

    def warnings(self) -> tuple[str, ...]:
        """Return how the dose was counted when that is not obvious."""
        if self.overlap == "adjacent" and self.organ_dose_gy is None:
            text = f"{self.course.text}: adjacent, counted in full as an upper bound"
            return (f"{text}; enter the dose to the organ for a better number.",)
        dose = self.organ_dose_gy or 0.0
        if dose > self.course.total_dose_gy * 1.2:
            text = f"{self.course.text}: the dose to the organ of {plain(dose)} Gy"
            return (f"{text} exceeds the prescription by more than 20 %; check the input.",)
        return ()
