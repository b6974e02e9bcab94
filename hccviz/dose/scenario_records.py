"""Records of a dose scenario, the same for screen, file and terminal."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from hccviz.domain.errors import DoseInputError
from hccviz.dose.isoeffect import Isoeffect, Neighbour
from hccviz.dose.lq import Course
from hccviz.dose.request import ScenarioRequest
from hccviz.dose.timing import GapResult


@dataclass(frozen=True, slots=True)
class DoseValues:
    """BED and equivalents of one course or of a sum, Gy; ``eqdx_gy`` only for another fraction."""

    bed_gy: float
    eqd2_gy: float
    eqdx_gy: float | None = None

    def to_json(self) -> dict[str, float]:
        """Return the values by name."""
        values = {"bed_gy": self.bed_gy, "eqd2_gy": self.eqd2_gy}
        return values if self.eqdx_gy is None else {**values, "eqdx_gy": self.eqdx_gy}


@dataclass(frozen=True, slots=True)
class CourseResult:
    """One course of a scenario: its values, or the error that keeps it out.

    Attributes
    ----------
    text
        The course as it was written.
    course, values
        None when ``error`` is given.
    formula
        The formula with the numbers put in, one line per quantity.
    normalisation, normalisation_bed_gy
        Course and BED at the 100 % point, when an isodose was given.
    gap
        What an interruption cost, when a planned time was given.
    warnings
        What is doubtful, one sentence each.
    error
        Why there is no result.
    """

    text: str
    course: Course | None
    values: DoseValues | None
    formula: str = ""
    normalisation: Course | None = None
    normalisation_bed_gy: float | None = None
    gap: GapResult | None = None
    warnings: tuple[str, ...] = ()
    error: DoseInputError | None = None

    def to_json(self) -> dict[str, Any]:
        """Return the course as plain values."""
        if self.course is None or self.values is None:
            return {"course": self.text, "error": str(self.error)}
        row: dict[str, Any] = {**course_json(self.course), **self.values.to_json()}
        if self.normalisation is not None:
            row["norm_point_dose_gy"] = self.normalisation.total_dose_gy
            row["norm_point_bed_gy"] = self.normalisation_bed_gy
        if self.gap is not None:
            row["gap"] = {name: getattr(self.gap, name) for name in self.gap.__slots__}
        return row


@dataclass(frozen=True, slots=True)
class DoseScenario:
    """A whole comparison, ready for screen, file and terminal.

    Attributes
    ----------
    courses
        In the order of the query; wrong ones carry their error.
    total
        Sum over all courses, without any recovery between them; None when a course is wrong or
        there is none.
    total_why
        Reason when ``total`` is None.
    solution
        Answer to an isoeffect question, or None.
    warnings
        Everything doubtful, one sentence each, without repeats.
    """

    request: ScenarioRequest
    courses: tuple[CourseResult, ...]
    total: DoseValues | None
    total_why: str
    solution: Isoeffect | None
    warnings: tuple[str, ...]

    @property
    def alpha_beta_gy(self) -> float:
        """α/β of the scenario, Gy."""
        return self.request.model.alpha_beta_gy

    def checked(self) -> DoseScenario:
        """Return the scenario itself, or raise the error of its first wrong course."""
        for result in self.courses:
            if result.error is not None:
                raise result.error
        return self

    def to_json(self) -> dict[str, Any]:
        """Return the scenario as plain values, the record of the command line."""
        request = self.request
        nothing = {"bed_gy": None, "eqd2_gy": None}
        record: dict[str, Any] = {
            "courses": [result.to_json() for result in self.courses],
            "total": nothing if self.total is None else self.total.to_json(),
            "alpha_beta_gy": self.alpha_beta_gy,
            "reference_fraction_gy": request.reference_fraction_gy,
            "model": request.model_code,
            "warnings": list(self.warnings),
        }
        if self.total is None:
            record["total_why"] = self.total_why
        if request.time is not None:
            record["time_reference"] = request.time.reference
        if self.solution is not None:
            record["solution"] = _solution_json(self.solution, request)
        return record


def course_json(course: Course) -> dict[str, float | int]:
    """Return a course as plain values."""
    return {
        "total_dose_gy": course.total_dose_gy,
        "fractions": course.fractions,
        "dose_per_fraction_gy": course.dose_per_fraction_gy,
    }


def _solution_json(solution: Isoeffect, request: ScenarioRequest) -> dict[str, Any]:
    def row(neighbour: Neighbour | None) -> dict[str, Any] | None:
        if neighbour is None:
            return None
        course = neighbour.course
        eqd2_gy = float(request.model.equivalent(course.total_dose_gy, course.fractions, 2.0))
        values = {"bed_gy": neighbour.bed_gy, "eqd2_gy": eqd2_gy}
        return {**course_json(course), **values, "difference_gy": neighbour.difference_gy}

    name = "fractions_exact" if solution.solved_for == "n" else "dose_per_fraction_gy_exact"
    return {
        "solved_for": solution.solved_for,
        "target_bed_gy": solution.target_bed_gy,
        name: solution.exact,
        "below": row(solution.below),
        "above": row(solution.above),
    }
