"""Re-irradiation: what one organ has received over several courses, without and with recovery.

The sum without recovery always comes first. Every number is about one organ at one α/β; whether
the courses overlap there is the user's judgement and is kept beside each dose.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from hccviz.dose import checks
from hccviz.dose.cumulative_limits import CumulativeLimit, fitting_schedules
from hccviz.dose.lq import Course, alpha_beta_warnings, bed_formula, course_warnings, eqdx_formula
from hccviz.dose.overlap import OrganCourse
from hccviz.dose.recovery import MAX_MONTHS, Recovery, recovery_warnings


@dataclass(frozen=True, slots=True)
class Contribution:
    """What one course gives to the organ; zero when it does not count.

    ``months_ago`` is the time from this course to the last one, or to the planned one when that
    is given; None when the intervals are unknown.
    """

    organ_course: OrganCourse
    counted_dose_gy: float
    bed_gy: float
    eqd2_gy: float
    months_ago: float | None


@dataclass(frozen=True, slots=True)
class LimitComparison:
    """A cumulative limit beside a sum, in the limit's own quantity and at its own α/β.

    Attributes
    ----------
    limit, used_gy, room_gy
        The limit, the sum, and the difference (negative when exceeded).
    fits
        Longest whole schedule per dose per fraction that fits in the room.
    notes
        Conditions of the limit that these courses do not meet.
    """

    limit: CumulativeLimit
    used_gy: float
    room_gy: float
    fits: tuple[Course, ...]
    notes: tuple[str, ...]

    @property
    def exceeded(self) -> bool:
        """True when there is less than no room."""
        return self.room_gy < -1e-9


@dataclass(frozen=True, slots=True)
class RecoveredSum:
    """The sum after one recovery model.

    Attributes
    ----------
    remaining
        Share of each course that still counts; 1 for the last course unless a planned one
        follows it.
    bed_gy, eqd2_gy
        Sums with these shares.
    comparison
        Against the cumulative limit with these shares; None when there is none.
    """

    model: Recovery
    remaining: tuple[float, ...]
    bed_gy: float
    eqd2_gy: float
    comparison: LimitComparison | None


@dataclass(frozen=True, slots=True)
class OrganCumulative:
    """The whole answer for one organ.

    Attributes
    ----------
    bed_gy, eqd2_gy
        Sums without recovery.
    recovered
        The sums after each recovery model asked for, in that order.
    comparison
        Against a cumulative limit; None when there is none.
    """

    organ: str
    alpha_beta_gy: float
    contributions: tuple[Contribution, ...]
    bed_gy: float
    eqd2_gy: float
    recovered: tuple[RecoveredSum, ...]
    comparison: LimitComparison | None
    warnings: tuple[str, ...]


def cumulate(
    courses: tuple[OrganCourse, ...],
    *,
    organ: str,
    alpha_beta_gy: float,
    intervals_months: tuple[float, ...] | None = None,
    recovery: tuple[Recovery, ...] = (),
    limit: CumulativeLimit | None = None,
    planned_after_months: float | None = None,
) -> OrganCumulative:
    """Add up the courses of one organ, first without and then with recovery.

    Parameters
    ----------
    courses
        In the order in which they were given.
    organ
        Tissue code, for the warnings.
    alpha_beta_gy
        α/β of the organ, Gy.
    intervals_months
        Months between consecutive courses; one fewer than courses. Needed for recovery.
    recovery
        Models to apply; each course is reduced by its time to the last (or planned) course.
    limit
        Cumulative limit to compare with.
    planned_after_months
        Time from the last course to one that is planned, whose dose is not in ``courses``: then
        the last course recovers too, and the room is what the planned one may use.

    Raises
    ------
    DoseInputError
        When an input is outside its range or the intervals do not match the courses.

    Examples
    --------
    >>> perforation = tuple(OrganCourse(course) for course in WORKED_EXAMPLE)
    >>> round(cumulate(perforation, organ="duodenum", alpha_beta_gy=3).eqd2_gy, 2)
    176.4
    """
    ratio = checks.alpha_beta(alpha_beta_gy)
    months = _months_ago(len(courses), intervals_months, planned_after_months)
    if recovery and intervals_months is None and len(courses) > 1:
        expected = "the months between the courses, for a recovery model"
        raise checks.refuse("intervals", None, expected, "Enter intervals or dates.")
    given = tuple(
        _contribution(entry, ratio, when) for entry, when in zip(courses, months, strict=True)
    )
    sums = tuple(_recovered(given, model, limit, intervals_months) for model in recovery)
    whole = (1.0,) * len(given)
    comparison = None if limit is None else _compare(given, limit, intervals_months, whole)
    warnings = [*alpha_beta_warnings(ratio), *_course_notes(courses)]
    earlier = tuple(value for value in months if value)
    for model in recovery:
        warnings.extend(recovery_warnings(model, organ, earlier))
    bed_gy = math.fsum(item.bed_gy for item in given)
    eqd2_gy = math.fsum(item.eqd2_gy for item in given)
    return OrganCumulative(
        organ, ratio, given, bed_gy, eqd2_gy, sums, comparison, tuple(dict.fromkeys(warnings))
    )


WORKED_EXAMPLE: tuple[Course, ...] = (
    Course.from_total(45, 15),
    Course.from_total(54, 18),
    Course.from_total(48, 16),
)
"""The patient of the re-irradiation study with a duodenal perforation."""
WORKED_EXAMPLE_INTERVALS = (11.0, 6.0)
"""Months between these courses, as printed."""


def _course_notes(courses: tuple[OrganCourse, ...]) -> list[str]:
    notes: list[str] = []
    for entry in courses:
        counted = entry.counted()
        notes.extend(course_warnings(counted) if counted else ())
        notes.extend(entry.warnings())
    return notes


def _months_ago(
    count: int, intervals: tuple[float, ...] | None, planned: float | None
) -> tuple[float | None, ...]:
    if count == 0:
        raise checks.refuse("courses", None, "at least one course", "Enter a course.")
    after = 0.0
    if planned is not None:
        after = checks.not_negative("planned", planned, ceiling=MAX_MONTHS, unit="months")
    if intervals is None:
        return (None,) * (count - 1) + (after,)
    if len(intervals) != count - 1:
        found = checks.Phrase(f"{len(intervals)} intervals for {count} courses")
        raise checks.refuse("intervals", found, f"{count - 1}", "Give one between every two.")
    for value in intervals:
        checks.not_negative("intervals", value, ceiling=MAX_MONTHS, unit="months")
    return tuple(math.fsum((*intervals[position:], after)) for position in range(count))


def _contribution(entry: OrganCourse, ratio: float, months: float | None) -> Contribution:
    counted = entry.counted()
    if counted is None:
        return Contribution(entry, 0.0, 0.0, 0.0, months)
    dose, number = counted.total_dose_gy, counted.fractions
    bed_gy = float(bed_formula(dose, number, ratio))
    return Contribution(entry, dose, bed_gy, float(eqdx_formula(dose, number, ratio)), months)


def _recovered(
    given: tuple[Contribution, ...],
    model: Recovery,
    limit: CumulativeLimit | None,
    intervals: tuple[float, ...] | None,
) -> RecoveredSum:
    last = len(given) - 1
    shares = tuple(
        1.0
        if position == last and not item.months_ago
        else model.remaining(item.months_ago or 0.0, position)
        for position, item in enumerate(given)
    )
    pairs = list(zip(shares, given, strict=True))
    bed_gy = math.fsum(share * item.bed_gy for share, item in pairs)
    eqd2_gy = math.fsum(share * item.eqd2_gy for share, item in pairs)
    comparison = None if limit is None else _compare(given, limit, intervals, shares)
    return RecoveredSum(model, shares, bed_gy, eqd2_gy, comparison)


def _compare(
    given: tuple[Contribution, ...],
    limit: CumulativeLimit,
    intervals: tuple[float, ...] | None,
    shares: tuple[float, ...],
) -> LimitComparison:
    counted = [item.organ_course.counted() for item in given]
    doses = [0.0 if course is None else limit.dose(course) for course in counted]
    used = math.fsum(share * dose for share, dose in zip(shares, doses, strict=True))
    notes = []
    if limit.course_limit_gy is not None and any(dose > limit.course_limit_gy for dose in doses):
        notes.append(f"A single course exceeds the {limit.course_limit_gy:g} Gy this limit allows.")
    if limit.interval_months is not None:
        if intervals is None and len(given) > 1:
            notes.append("This limit needs the intervals between the courses, which are unknown.")
        elif any(value < limit.interval_months for value in intervals or ()):
            notes.append(f"An interval is shorter than {limit.interval_months:g} months.")
    if any(share < 1 for share in shares):
        notes.append("The limit was published for sums without recovery.")
    room = limit.limit_gy - used
    fits = fitting_schedules(room, quantity=limit.quantity, alpha_beta_gy=limit.alpha_beta_gy)
    return LimitComparison(limit, used, room, fits, tuple(notes))
