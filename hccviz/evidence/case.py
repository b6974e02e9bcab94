"""The course of one patient: the published case, or a file of the same form."""

from __future__ import annotations

import tomllib
from functools import cache

from hccviz.domain.case_records import CaseCourse, Reirradiated
from hccviz.evidence.event_file import read_bytes, read_text
from hccviz.evidence.frozen import PUBLISHED

_FILE = "case-course"


@cache
def published_case() -> CaseCourse:
    """Return the course of the case report, from ``data/published``."""
    events, calendar, findings = read_text((PUBLISHED / f"{_FILE}.csv").read_text("utf-8"))
    told = tomllib.loads((PUBLISHED / f"{_FILE}.toml").read_text("utf-8"))
    return CaseCourse(
        title=told["title"],
        events=events,
        calendar=calendar,
        findings=findings,
        citation=told["citation"],
        summary=told["summary"],
        dating=told["dating"],
        notes=tuple(told["notes"]),
        baseline=tuple((name, value, unit) for name, value, unit in told["baseline"]),
    )


def own_case(name: str, raw: bytes) -> CaseCourse:
    """Return the course in a person's own event file.

    Raises
    ------
    HccvizError
        When the file cannot be read as a table of events at all.
    """
    events, calendar, findings = read_bytes(raw)
    return CaseCourse(title=name, events=events, calendar=calendar, findings=findings, own=True)


def reirradiated(course: CaseCourse) -> tuple[Reirradiated, ...]:
    """Return the sites with more than one course, and their plain sums without recovery.

    Sites are the same when they are written the same, whatever the case of the letters; a course
    without a site belongs to none.
    """
    by_site: dict[str, list[int]] = {}
    for place, event in enumerate(course.courses):
        if event.site:
            by_site.setdefault(" ".join(event.site.casefold().split()), []).append(place)
    found = []
    for places in by_site.values():
        events = [course.courses[place] for place in places]
        if len(events) > 1:
            found.append(
                Reirradiated(
                    site=events[0].site,
                    rows=tuple(place + 1 for place in places),
                    bed_gy=sum(event.bed_gy or 0.0 for event in events),
                    eqd2_gy=sum(event.eqd2_gy or 0.0 for event in events),
                )
            )
    return tuple(found)
