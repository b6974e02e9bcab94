"""The re-irradiation view as one query string: what the page, a link and the terminal share."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, cast

from hccviz.domain.errors import DoseInputError
from hccviz.dose import checks
from hccviz.dose.cumulative_limits import CumulativeLimit, published_limit, user_limit
from hccviz.dose.lq import Course
from hccviz.dose.overlap import OVERLAPS, OrganCourse, Overlap
from hccviz.dose.query import QueryReader, parse_courses, read_query
from hccviz.dose.recovery import (
    ExponentialRecovery,
    Recovery,
    StepRecovery,
    UserRecovery,
    intervals_from_dates,
)
from hccviz.dose.reirradiation import LimitComparison, OrganCumulative, cumulate
from hccviz.dose.tissues import tissue

REIRRADIATION_PARAMETERS: dict[str, str] = {
    "courses": "courses in the order given, total/fractions (45/15) or fractions x dose (15x3)",
    "organ": "organ code (duodenum, liver, cord, …): sets α/β and finds a published limit",
    "ab": "α/β of the organ in Gy, instead of the preset of the organ",
    "intervals": "months between consecutive courses, one fewer than courses",
    "dates": "dates of the courses (2009-03-01) instead of intervals",
    "overlap": "overlapping (default), adjacent or apart, one for all or one per course",
    "doses": "dose to the organ in each course in Gy, - where unknown",
    "recovery": "step, exponential and/or user, separated by commas (default: none)",
    "recovered": "per cent recovered, one for all or one per course, for recovery=user",
    "floor": "share that never recovers, for recovery=exponential (default 0.2)",
    "halftime": "half-time in months, for recovery=exponential (default 24)",
    "limit": "cumulative EQD2 limit in Gy at this α/β, instead of a published one",
    "planned": "months from the last course to a planned one",
}
_NEEDS = {
    "recovered": "recovery=user",
    "floor": "recovery=exponential",
    "halftime": "recovery=exponential",
}


@dataclass(frozen=True, slots=True)
class ReirradiationRequest:
    """Arguments of :func:`hccviz.dose.reirradiation.cumulate`, read and checked."""

    courses: tuple[OrganCourse, ...]
    organ: str
    alpha_beta_gy: float
    intervals_months: tuple[float, ...] | None
    recovery: tuple[Recovery, ...]
    limit: CumulativeLimit | None
    planned_after_months: float | None


def parse_reirradiation(params: Mapping[str, str]) -> ReirradiationRequest:
    """Read the named values; see :data:`REIRRADIATION_PARAMETERS`.

    Raises
    ------
    DoseInputError
        For anything wrong, a single course included: a sum over part of the courses would mislead.
    """
    reader = QueryReader(params, REIRRADIATION_PARAMETERS)
    courses = _courses(reader)
    organ = reader.text("organ")
    given = reader.number("ab", "alpha_beta_gy")
    if given is None:
        if not organ:
            raise DoseInputError("alpha_beta_gy", "α/β (ab) is missing. Add ab=… or organ=….")
        given = tissue(organ).alpha_beta_gy
    elif organ:
        tissue(organ)
    ratio = checks.alpha_beta(given)
    intervals = _intervals(reader, len(courses))
    recovery = _recovery(reader)
    own_limit = reader.number("limit", "limit_gy")
    limit = published_limit(organ) if own_limit is None else user_limit(own_limit, ratio, organ)
    planned = reader.number("planned", "planned")
    reader.finish(_NEEDS)
    return ReirradiationRequest(courses, organ, ratio, intervals, recovery, limit, planned)


def evaluate_reirradiation(query: str) -> OrganCumulative:
    """Evaluate a query such as ``courses=45/15,54/18,48/16&intervals=11,6&organ=duodenum``.

    Raises
    ------
    DoseInputError
        When any part of the query is wrong.

    Examples
    --------
    >>> found = evaluate_reirradiation("courses=30/10,24/3&ab=2&intervals=24&recovery=exponential")
    >>> found.bed_gy, round(found.recovered[0].bed_gy, 6)
    (195.0, 165.0)
    """
    request = parse_reirradiation(read_query(query))
    return cumulate(
        request.courses,
        organ=request.organ,
        alpha_beta_gy=request.alpha_beta_gy,
        intervals_months=request.intervals_months,
        recovery=request.recovery,
        limit=request.limit,
        planned_after_months=request.planned_after_months,
    )


def reirradiation_json(found: OrganCumulative) -> dict[str, Any]:
    """Return the record of the command line."""
    return {
        "courses": [
            {
                "total_dose_gy": item.organ_course.course.total_dose_gy,
                "fractions": item.organ_course.course.fractions,
                "dose_per_fraction_gy": item.organ_course.course.dose_per_fraction_gy,
                "overlap": item.organ_course.overlap,
                "counted_dose_gy": item.counted_dose_gy,
                "bed_gy": item.bed_gy,
                "eqd2_gy": item.eqd2_gy,
                "months_ago": item.months_ago,
            }
            for item in found.contributions
        ],
        "total": {"bed_gy": found.bed_gy, "eqd2_gy": found.eqd2_gy},
        "recovered": [
            {
                "model": entry.model.code,
                "evidence": entry.model.evidence,
                "remaining": list(entry.remaining),
                "bed_gy": entry.bed_gy,
                "eqd2_gy": entry.eqd2_gy,
                "limit": _limit_json(entry.comparison),
            }
            for entry in found.recovered
        ],
        "limit": _limit_json(found.comparison),
        "organ": found.organ or None,
        "alpha_beta_gy": found.alpha_beta_gy,
        "warnings": list(found.warnings),
    }


def _limit_json(found: LimitComparison | None) -> dict[str, Any] | None:
    if found is None:
        return None
    limit = found.limit
    return {
        "code": limit.code,
        "quantity": limit.quantity,
        "alpha_beta_gy": limit.alpha_beta_gy,
        "limit_gy": limit.limit_gy,
        "used_gy": found.used_gy,
        "room_gy": found.room_gy,
        "exceeded": found.exceeded,
        "fits": [course.code for course in found.fits],
        "meaning": limit.meaning,
        "source": limit.source,
        "mark": limit.mark,
        "notes": list(found.notes),
    }


def _courses(reader: QueryReader) -> tuple[OrganCourse, ...]:
    if not reader.has("courses"):
        raise checks.refuse("courses", None, "courses such as 45/15,54/18", "Add courses=…")
    courses: list[Course] = []
    for entry in parse_courses(reader.text("courses")):
        if entry.error is not None:
            raise entry.error
        courses.extend([entry.course] if entry.course else [])
    overlaps = _each(reader.text("overlap", "overlapping"), len(courses), "overlap")
    for overlap in overlaps:
        if overlap not in OVERLAPS:
            expected = "overlapping, adjacent or apart"
            raise checks.refuse("overlap", overlap, expected, "Correct the class.")
    doses = _each(reader.text("doses", "-"), len(courses), "doses")
    return tuple(
        OrganCourse(
            course,
            cast("Overlap", overlap),
            None if dose == "-" else checks.number_from_text("organ_dose_gy", dose),
        )
        for course, overlap, dose in zip(courses, overlaps, doses, strict=True)
    )


def _each(text: str, count: int, field: str) -> list[str]:
    """Return one value per course; a single value stands for all."""
    parts = [part.strip() for part in text.split(",")]
    if len(parts) == 1:
        return parts * count
    if len(parts) != count:
        found = checks.Phrase(f"{len(parts)} values for {count} courses")
        raise checks.refuse(field, found, "one for all or one per course", "Correct the list.")
    return parts


def _intervals(reader: QueryReader, n_courses: int) -> tuple[float, ...] | None:
    intervals = reader.numbers("intervals", "intervals")
    text = reader.text("dates")
    if intervals and text:
        found = checks.Phrase("intervals and dates")
        raise checks.refuse("intervals", found, "one of the two", "Remove one.")
    if not text:
        return intervals or None
    dates = tuple(_date(part.strip()) for part in text.split(","))
    if len(dates) != n_courses:
        found = checks.Phrase(f"{len(dates)} dates for {n_courses} courses")
        raise checks.refuse("dates", found, "one date per course", "Correct the list.")
    return intervals_from_dates(dates) or None


def _date(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        action = "Write year-month-day."
        raise checks.refuse("dates", text, "a date such as 2009-03-01", action) from None


def _recovery(reader: QueryReader) -> tuple[Recovery, ...]:
    names = [part.strip() for part in reader.text("recovery", "none").split(",")]
    models: list[Recovery] = []
    for name in dict.fromkeys(names):
        if name == "step":
            models.append(StepRecovery())
        elif name == "exponential":
            floor = reader.number("floor", "floor")
            half_time = reader.number("halftime", "half_time_months")
            models.append(
                ExponentialRecovery(
                    0.2 if floor is None else floor, 24.0 if half_time is None else half_time
                )
            )
        elif name == "user":
            models.append(UserRecovery(reader.numbers("recovered", "recovered") or (0.0,)))
        elif name != "none":
            expected = "step, exponential, user or none"
            raise checks.refuse("recovery", name, expected, "Correct the name.")
    return tuple(models)
