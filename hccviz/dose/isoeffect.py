"""Isoeffect: which whole schedules give a wanted BED, and what the whole neighbours deliver."""

from __future__ import annotations

import math
from dataclasses import dataclass

from hccviz.dose import checks
from hccviz.dose.lq import Course
from hccviz.dose.models import Model

_WHOLE = 1e-9  # an exact solution this near to a whole number is that number


@dataclass(frozen=True, slots=True)
class Neighbour:
    """A schedule that can be given, with what it delivers.

    Attributes
    ----------
    course
        Whole fractions.
    bed_gy
        BED by the same model, Gy.
    difference_gy
        ``bed_gy`` minus the target.
    """

    course: Course
    bed_gy: float
    difference_gy: float


@dataclass(frozen=True, slots=True)
class Isoeffect:
    """Solution of an isoeffect question; never rounded silently.

    Attributes
    ----------
    solved_for
        ``"n"`` or ``"d"``.
    target_bed_gy
        BED that was asked for, Gy.
    exact
        Exact number of fractions, or exact dose per fraction in Gy.
    below, above
        The two schedules beside it: whole fractions for ``n``, steps of 0.1 Gy for ``d``.
        ``below`` is None when it would be no treatment; both are the same when it fits exactly.
    """

    solved_for: str
    target_bed_gy: float
    exact: float
    below: Neighbour | None
    above: Neighbour | None


def solve_fractions(
    target_bed_gy: float, dose_per_fraction_gy: float, *, model: Model
) -> Isoeffect:
    """Find how many fractions of a given dose reach a BED: n = BED/[d·(1 + d/R)] under LQ.

    Raises
    ------
    DoseInputError
        When an input is outside its range, or the schedule above would be implausible.

    Examples
    --------
    >>> from hccviz.dose.models import LQ
    >>> found = solve_fractions(112.5, 3, model=LQ(10))
    >>> round(found.exact, 4), found.below.course.fractions, round(found.above.bed_gy, 2)
    (28.8462, 28, 113.1)
    """
    target = checks.positive("target_bed_gy", target_bed_gy, ceiling=1e5)
    single = checks.positive("dose_per_fraction_gy", dose_per_fraction_gy)
    checks.plausible_dose("dose_per_fraction_gy", single, 1)
    exact = target / float(model.bed(single, 1))
    low, high = _whole_neighbours(exact)
    if high > checks.MAX_FRACTIONS:
        found = checks.Phrase(f"{single:g} Gy, which would need {exact:.0f} fractions")
        expected = f"at most {checks.MAX_FRACTIONS} fractions"
        raise checks.refuse("dose_per_fraction_gy", found, expected, "Enter a larger dose.")
    below = _neighbour(single, low, target, model) if low else None
    return Isoeffect("n", target, exact, below, _neighbour(single, high, target, model))


def solve_dose_per_fraction(
    target_bed_gy: float, fractions: float, *, model: Model, step_gy: float = 0.1
) -> Isoeffect:
    """Find the dose per fraction that reaches a BED in a given number of fractions.

    d = (R/2)·(−1 + √(1 + 4·BED/(n·R))) under LQ. Neighbours are multiples of ``step_gy``.

    Examples
    --------
    >>> from hccviz.dose.models import LQ
    >>> round(solve_dose_per_fraction(100, 3, model=LQ(10)).exact, 6)
    13.929694
    """
    target = checks.positive("target_bed_gy", target_bed_gy, ceiling=1e5)
    count = checks.whole("fractions", fractions)
    step = checks.positive("step_gy", step_gy)
    exact = model.dose_per_fraction(target / count)
    checks.plausible_dose("target_bed_gy", exact * count, count)
    low, high = _whole_neighbours(exact / step)
    below, above = (
        _neighbour(float(f"{steps * step:.10g}"), count, target, model) if steps else None
        for steps in (low, high)
    )
    return Isoeffect("d", target, exact, below, above)


def _whole_neighbours(exact: float) -> tuple[int, int]:
    nearest = round(exact)
    if abs(exact - nearest) <= _WHOLE * max(1.0, exact) and nearest >= 1:
        return nearest, nearest
    return math.floor(exact), math.ceil(exact)


def _neighbour(
    dose_per_fraction_gy: float, fractions: int, target_bed_gy: float, model: Model
) -> Neighbour | None:
    """One deliverable schedule, or None when it lies above the plausibility ceiling."""
    total = dose_per_fraction_gy * fractions
    if total > checks.MAX_TOTAL_DOSE_GY or dose_per_fraction_gy > checks.MAX_DOSE_PER_FRACTION_GY:
        return None
    course = Course.from_fraction(dose_per_fraction_gy, fractions)
    bed_gy = float(model.bed(course.total_dose_gy, course.fractions))
    return Neighbour(course, bed_gy, bed_gy - target_bed_gy)
