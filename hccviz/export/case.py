"""Words, tables and JSON of the case page."""

from __future__ import annotations

from decimal import ROUND_DOWN, Decimal
from typing import Any

from hccviz.domain import format as fmt
from hccviz.domain.case_format import details, when
from hccviz.domain.case_records import (
    TREATMENTS,
    CaseCourse,
    CaseEvent,
    Reirradiated,
)
from hccviz.export.dose import gray
from hccviz.export.tables import Table


def say_case(course: CaseCourse) -> str:
    """Say the course in one or two sentences."""
    if course.summary:
        return course.summary
    events = course.events
    if not events:
        return "No event of this file can be used; see what was found."
    treatments = [TREATMENTS[e.kind] for e in events if e.kind in TREATMENTS]
    told = fmt.listed([f"{treatments.count(kind)} × {kind}" for kind in dict.fromkeys(treatments)])
    span = max(_end(event) for event in events) - events[0].months
    over = f"{span / 12:.1f} years" if span >= 24 else f"{span:.1f} months"
    return f"{_events(len(events))} over {over}" + (f"; treatments: {told}." if told else ".")


def _events(n: int) -> str:
    return "One event" if n == 1 else f"{fmt.count(n)} events"


def _end(event: CaseEvent) -> float:
    return event.months if event.months_to is None else event.months_to


def event_table(course: CaseCourse) -> Table:
    """Return every event in words, in the order of time."""
    return {
        "When": [when(event) for event in course.events],
        "What": [event.label for event in course.events],
        "Where": [event.site or fmt.DASH for event in course.events],
        "Numbers": [details(event) or fmt.DASH for event in course.events],
        "Told": [event.note or fmt.DASH for event in course.events],
    }


def course_table(course: CaseCourse) -> Table:
    """Return the courses of radiotherapy with BED and EQD2, against what was printed."""
    found = course.courses
    table = {
        "Course": [str(place) for place in range(1, len(found) + 1)],
        "Where": [event.site or fmt.DASH for event in found],
        "When": [when(event) for event in found],
        "Total dose (Gy)": [fmt.plain(event.total_dose_gy or 0.0) for event in found],
        "Fractions": [str(event.fractions) for event in found],
        "Per fraction (Gy)": [
            fmt.plain((event.total_dose_gy or 0.0) / (event.fractions or 1)) for event in found
        ],
        "BED, α/β 10 (Gy)": [gray(event.bed_gy) for event in found],
        "EQD2, α/β 10 (Gy)": [gray(event.eqd2_gy) for event in found],
    }
    if any(event.printed_eqd2_gy for event in found):
        table["EQD2 as printed (Gy)"] = [event.printed_eqd2_gy or fmt.DASH for event in found]
        table["Verdict"] = [verdict(event) for event in found]
    return table


def verdict(event: CaseEvent) -> str:
    """Say whether a printed EQD2 is the EQD2, at its printed precision.

    Examples
    --------
    >>> course = CaseEvent(1, "radiotherapy", "0", 0.0, bed_gy=37.5, eqd2_gy=31.25,
    ...                    printed_eqd2_gy="37.5")
    >>> verdict(course)
    'differs: this is the BED'
    """
    if not event.printed_eqd2_gy or event.eqd2_gy is None or event.bed_gy is None:
        return fmt.DASH
    printed = Decimal(event.printed_eqd2_gy)
    for value, agrees in ((event.eqd2_gy, "agrees"), (event.bed_gy, "differs: this is the BED")):
        exact = Decimal(repr(round(value, 9)))
        step = Decimal(1).scaleb(int(printed.as_tuple().exponent))
        off = abs(exact - printed)
        if off == step / 2:
            return f"{agrees}: {gray(value)} lies half-way between two roundings"
        if off < step / 2:
            return agrees
        if exact.quantize(step, ROUND_DOWN) == printed:
            return f"{agrees}: {gray(value)} is cut off"
    return f"differs: EQD2 is {gray(event.eqd2_gy)}, BED {gray(event.bed_gy)} Gy"


def say_courses(again: tuple[Reirradiated, ...], course: CaseCourse) -> tuple[str, ...]:
    """Say which sites were irradiated again, and what the courses add up to."""
    if len(course.courses) < 2:
        return ()
    if not again:
        return ("No site was irradiated twice; doses of different sites are not added up.",)
    return tuple(
        f"{found.site}: courses {fmt.listed([str(row) for row in found.rows])} add up to a BED of "
        f"{gray(found.bed_gy)} Gy and an EQD2 of {gray(found.eqd2_gy)} Gy (α/β 10 Gy), if their "
        "fields met in full and without recovery. For an organ look on the re-irradiation page."
        for found in again
    )


def explain_case(course: CaseCourse) -> str:
    """Return how the page was made."""
    axis = "dates as printed or as the file has them" if course.calendar else "months of the file"
    return (
        f"Time axis: {axis}; a month without a day stands at its 15th; hollow marks are "
        "approximate. Markers on a logarithmic axis; a triangle down is a value below detection, "
        "up one above the range, drawn at the limit. BED = D (1 + d/10) and EQD2 = BED / 1.2 with "
        "D total dose and d dose per fraction (LQ, α/β 10 Gy), without time factor."
    )


def case_json(course: CaseCourse, again: tuple[Reirradiated, ...]) -> dict[str, Any]:
    """Return the course as JSON values."""
    return {
        "title": course.title,
        "citation": course.citation,
        "time": "calendar" if course.calendar else "months",
        "events": [_event_json(event) for event in course.events],
        "courses": [
            {
                "site": event.site,
                "total_dose_gy": event.total_dose_gy,
                "fractions": event.fractions,
                "bed_gy": event.bed_gy,
                "eqd2_gy": event.eqd2_gy,
                "printed_eqd2_gy": event.printed_eqd2_gy or None,
                "verdict": verdict(event),
            }
            for event in course.courses
        ],
        "irradiated_again": [
            {"site": found.site, "courses": list(found.rows), "bed_gy": found.bed_gy,
             "eqd2_gy": found.eqd2_gy}
            for found in again
        ],
        "findings": [
            {"row": f.row, "column": f.column, "found": f.found, "expected": f.expected,
             "action": f.action, "row_used": f.row_used}
            for f in course.findings
        ],
        "notes": list(course.notes),
    }  # fmt: skip


def _event_json(event: CaseEvent) -> dict[str, Any]:
    return {
        "row": event.row,
        "when": event.when,
        "months": event.months,
        "months_to": event.months_to,
        "approximate": event.approximate,
        "kind": event.kind,
        "site": event.site,
        "total_dose_gy": event.total_dose_gy,
        "fractions": event.fractions,
        "markers": {
            code: {"value": value.value, "bound": value.bound}
            for code, value in (event.markers or {}).items()
        },
        "note": event.note,
    }
