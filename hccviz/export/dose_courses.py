"""Tables and JSON of the re-irradiation page."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence

from hccviz.domain import format as fmt
from hccviz.dose.cumulative_limits import CumulativeLimit
from hccviz.dose.lq import bed_formula, eqdx_formula, plain
from hccviz.dose.query import CourseEntry
from hccviz.dose.reirradiation import Contribution, LimitComparison, OrganCumulative
from hccviz.dose.reirradiation_query import reirradiation_json
from hccviz.dose.tissues import tissue
from hccviz.export.dose import NOT_COMPUTED, gray, marked, short
from hccviz.export.tables import Table


def contribution_table(found: OrganCumulative) -> Table:
    """Return what each course gives to the organ."""
    items = found.contributions
    return {
        "Course": [f"{i}: {short(c.organ_course.course)}" for i, c in enumerate(items, start=1)],
        "Counted": [_counted(item) for item in items],
        "BED (Gy)": [gray(item.bed_gy) for item in items],
        "EQD2 (Gy)": [gray(item.eqd2_gy) for item in items],
        "Months earlier": [
            fmt.DASH if item.months_ago is None else plain(item.months_ago) for item in items
        ],
    }


def _counted(item: Contribution) -> str:
    given = item.organ_course
    if given.counted() is None:
        return f"nothing ({given.overlap})"
    dose = f"{plain(item.counted_dose_gy)} Gy"
    if given.organ_dose_gy is not None:
        return f"{dose} (as entered)"
    return f"{dose} (upper bound)" if given.overlap == "adjacent" else f"{dose} (in full)"


def partial_table(entries: Sequence[CourseEntry], alpha_beta_gy: float) -> Table:
    """Return the courses that can be computed while another one is wrong; no sum."""
    rows = []
    for place, entry in enumerate(entries, start=1):
        course = entry.course
        if course is None:
            rows.append([str(place), NOT_COMPUTED, NOT_COMPUTED])
            continue
        dose, count = course.total_dose_gy, course.fractions
        bed, eqd2 = (formula(dose, count, alpha_beta_gy) for formula in (bed_formula, eqdx_formula))
        rows.append([f"{place}: {short(course)}", gray(float(bed)), gray(float(eqd2))])
    rows.append(["Sum", NOT_COMPUTED, NOT_COMPUTED])
    heads = ("Course, counted in full", "BED (Gy)", "EQD2 (Gy)")
    return dict(zip(heads, map(list, zip(*rows, strict=True)), strict=True))


def sum_table(found: OrganCumulative) -> Table:
    """Return the sums: without recovery first, then each recovery model, against the limit."""
    rows = [["Without recovery", "100 % of each", gray(found.bed_gy), gray(found.eqd2_gy)]]
    rooms = [_room(found.comparison)]
    for entry in found.recovered:
        shares = ", ".join(f"{100 * share:.0f} %" for share in entry.remaining)
        label = f"{entry.model.label} [{entry.model.mark}]"
        rows.append([label, shares, gray(entry.bed_gy), gray(entry.eqd2_gy)])
        rooms.append(_room(entry.comparison))
    heads = ["Recovery", "Still counts, per course", "BED (Gy)", "EQD2 (Gy)"]
    table = dict(zip(heads, map(list, zip(*rows, strict=True)), strict=True))
    return {**table, "Room (Gy)": rooms} if found.comparison else table


def _room(comparison: LimitComparison | None) -> str:
    if comparison is None:
        return fmt.DASH
    return "none: exceeded" if comparison.exceeded else gray(comparison.room_gy)


def organs_table(found: Sequence[OrganCumulative]) -> Table:
    """Return the cumulative dose of every organ against its limit."""
    models = [entry.model for entry in found[0].recovered] if found else []
    table: Table = {
        "Organ": [tissue(organ.organ).label for organ in found],
        "α/β (Gy)": [plain(organ.alpha_beta_gy) for organ in found],
        "EQD2 without recovery (Gy)": [gray(organ.eqd2_gy) for organ in found],
    }
    for place, model in enumerate(models):
        table[f"{model.label} [{model.mark}]"] = [
            gray(organ.recovered[place].eqd2_gy) for organ in found
        ]
    table["Limit"] = [
        fmt.DASH if organ.comparison is None else limit_text(organ.comparison.limit)
        for organ in found
    ]
    table["Room without recovery (Gy)"] = [_room(organ.comparison) for organ in found]
    return table


def limit_text(limit: CumulativeLimit) -> str:
    """Return a cumulative limit in short: ``"BED 135.5 Gy at α/β 2 Gy [A]"``."""
    ratio = plain(limit.alpha_beta_gy)
    text = f"{limit.quantity.upper()} {plain(limit.limit_gy)} Gy at α/β {ratio} Gy"
    return f"{text} [{limit.mark}]"


def say_limit(comparison: LimitComparison) -> str:
    """Say how a sum stands to its limit, with the meaning and source of the limit."""
    limit = comparison.limit
    stands = (
        f"exceeds it by {gray(-comparison.room_gy)} Gy"
        if comparison.exceeded
        else f"leaves {gray(comparison.room_gy)} Gy"
    )
    return (
        f"{limit_text(limit)}: the sum in these units is {gray(comparison.used_gy)} Gy and "
        f"{stands}. What it is: {limit.meaning} ({marked(limit.source, limit.mark)})."
    )


def fits_table(comparison: LimitComparison) -> Table:
    """Return whole schedules that fit in the room, one per dose per fraction."""
    limit = comparison.limit
    left = [comparison.room_gy - limit.dose(course) for course in comparison.fits]
    name = f"{limit.quantity.upper()} at α/β {plain(limit.alpha_beta_gy)} Gy"
    return {
        "Schedule": [course.text for course in comparison.fits],
        f"{name} (Gy)": [gray(limit.dose(course)) for course in comparison.fits],
        "Left over (Gy)": [gray(max(0.0, value)) for value in left],
    }


def courses_json(found: Mapping[str, OrganCumulative]) -> str:
    """Return the answers as JSON: query → the record of the command line."""
    record = {"organs": [{"query": q, **reirradiation_json(organ)} for q, organ in found.items()]}
    return json.dumps(record, ensure_ascii=False, indent=1, allow_nan=False) + "\n"


def limit_as_eqd2(found: OrganCumulative) -> float | None:
    """Return the limit as EQD2 at the α/β of the organ; None when it is at another α/β."""
    comparison = found.comparison
    if comparison is None or comparison.limit.alpha_beta_gy != found.alpha_beta_gy:
        return None
    limit = comparison.limit
    if limit.quantity == "eqd2":
        return limit.limit_gy
    return limit.limit_gy / (1 + 2 / limit.alpha_beta_gy)
