"""Tables and JSON of the dose calculator: the same rows on screen and in the files."""

from __future__ import annotations

import json
from collections.abc import Sequence
from itertools import zip_longest
from typing import Any

from hccviz.analysis.bridge import Bridge, Outcome
from hccviz.domain import format as fmt
from hccviz.domain.records import Quantity
from hccviz.dose.comparison import TissueDose
from hccviz.dose.isoeffect import Isoeffect, Neighbour
from hccviz.dose.lq import Course, plain
from hccviz.dose.models import Model
from hccviz.dose.scenario import DoseScenario
from hccviz.dose.tissues import MARK_MEANING, Mark
from hccviz.export.tables import Table

NOT_COMPUTED = "not computed"


def gray(value: float | None) -> str:
    """Write a dose to two decimals.

    Examples
    --------
    >>> gray(93.75), gray(None)
    ('93.75', '–')
    """
    return fmt.number(value, 2)


def marked(source: str, mark: Mark) -> str:
    """Return a source with how far it was verified: ``"Tai 2008 [A: abstract only]"``."""
    return f"{source} [{mark}: {MARK_MEANING[mark]}]"


def short(course: Course) -> str:
    """Return a course as a heading: ``"45 Gy / 3"``."""
    return f"{plain(course.total_dose_gy)} Gy / {course.fractions}"


def dose_table(made: DoseScenario) -> Table:
    """Return one row per course and the sum; two decimals everywhere."""
    reference = made.request.reference_fraction_gy
    heads = ["Course", "Total dose (Gy)", "Fractions", "Per fraction (Gy)", "BED (Gy)", "EQD2 (Gy)"]
    heads += [f"EQD{reference:g} (Gy)"] if reference != 2 else []
    heads += ["Dose at 100 % (Gy)"] if made.request.isodose_percent is not None else []
    rows: list[list[str]] = []
    for place, result in enumerate(made.courses):
        course, values = result.course, result.values
        if course is None or values is None:
            rows.append([str(place + 1), *[NOT_COMPUTED] * (len(heads) - 1)])
            continue
        row = [str(place + 1), gray(course.total_dose_gy), str(course.fractions)]
        row += [gray(course.dose_per_fraction_gy), gray(values.bed_gy), gray(values.eqd2_gy)]
        row += [gray(values.eqdx_gy)] if reference != 2 else []
        norm = result.normalisation
        rows.append([*row, *([gray(norm.total_dose_gy)] if norm else [])])
    if len(rows) > 1:
        rows.append(_sum_row(made, len(heads)))
    return _table(heads, rows)


def _sum_row(made: DoseScenario, width: int) -> list[str]:
    row = ["Sum", fmt.DASH, fmt.DASH, fmt.DASH]
    if made.total is None:
        row += [NOT_COMPUTED, NOT_COMPUTED]
    else:
        row += [gray(made.total.bed_gy), gray(made.total.eqd2_gy)]
        row += [gray(made.total.eqdx_gy)] if made.total.eqdx_gy is not None else []
    return [*row, *[fmt.DASH] * (width - len(row))]


def gap_table(made: DoseScenario) -> Table:
    """Return what an interruption cost; empty without a planned time."""
    gaps = [result.gap for result in made.courses if result.gap is not None]
    return {
        "BED as planned (Gy)": [gray(gap.bed_planned_gy) for gap in gaps],
        "BED in the actual time (Gy)": [gray(gap.bed_actual_gy) for gap in gaps],
        "Lost (Gy)": [gray(gap.bed_lost_gy) for gap in gaps],
        "Fractions of the same size that restore it": [gray(gap.extra_fractions) for gap in gaps],
        "2 Gy fractions that restore it": [gray(gap.extra_2gy_fractions) for gap in gaps],
    }


def tissue_table(doses: Sequence[TissueDose]) -> Table:
    """Return BED and EQD2 of one course per tissue, by LQ and, where it differs, by LQ-L."""
    return {
        "Tissue (α/β)": [f"{dose.tissue.label} ({plain(dose.alpha_beta_gy)} Gy)" for dose in doses],
        "BED (Gy)": [_both(dose.bed_gy, dose.bed_lql_gy) for dose in doses],
        "EQD2 (Gy)": [_both(dose.eqd2_gy, dose.eqd2_lql_gy) for dose in doses],
    }


def tissue_sources(doses: Sequence[TissueDose]) -> Table:
    """Return where each α/β comes from, its band, and the verification mark."""
    return {
        "Tissue": [dose.tissue.label for dose in doses],
        "α/β (Gy)": [plain(dose.tissue.alpha_beta_gy) for dose in doses],
        "Band (Gy)": [_band(dose) for dose in doses],
        "Source": [marked(dose.tissue.source, dose.tissue.mark) for dose in doses],
        "Other values": [dose.tissue.alternatives or fmt.DASH for dose in doses],
    }


def _band(dose: TissueDose) -> str:
    tissue = dose.tissue
    if not tissue.has_band:
        return "one value known"
    return f"{plain(tissue.low_gy)} to {plain(tissue.high_gy)}"


def band_table(doses: Sequence[TissueDose]) -> Table:
    """Return EQD2 at both ends of the α/β band."""
    return {
        "Tissue": [dose.tissue.label for dose in doses],
        "α/β band (Gy)": [_band(dose) for dose in doses],
        "EQD2 at the lower α/β (Gy)": [gray(dose.eqd2_at_low_gy) for dose in doses],
        "EQD2 as offered (Gy)": [gray(dose.eqd2_gy) for dose in doses],
        "EQD2 at the higher α/β (Gy)": [gray(dose.eqd2_at_high_gy) for dose in doses],
    }


def side_by_side(rows: Sequence[Sequence[TissueDose]]) -> Table:
    """Return EQD2 per tissue with one column per course: LQ, and LQ-L where it differs."""
    if not rows:
        return {}
    table: Table = {"Tissue": [dose.tissue.label for dose in rows[0]]}
    for place, row in enumerate(rows, start=1):
        cells = [_both(dose.eqd2_gy, dose.eqd2_lql_gy) for dose in row]
        table[f"{place}: {short(row[0].course)}"] = cells
    return table


def _both(lq: float, lql: float) -> str:
    return gray(lq) if abs(lql - lq) < 0.005 else f"{gray(lq)} · LQ-L {gray(lql)}"


def isoeffect_table(found: Isoeffect, model: Model) -> Table:
    """Return the whole schedules beside the exact solution, with what each delivers."""
    neighbours = [found.below] if found.below == found.above else [found.below, found.above]
    there = [n for n in neighbours if n is not None]
    return {
        "Schedule": [n.course.text for n in there],
        "BED (Gy)": [gray(n.bed_gy) for n in there],
        "Difference (Gy)": [_difference(n) for n in there],
        "EQD2 (Gy)": [gray(_eqd2(n, model)) for n in there],
    }


def _difference(neighbour: Neighbour) -> str:
    value = neighbour.difference_gy
    return f"+{value:.2f}" if value > 0.005 else gray(value)


def _eqd2(neighbour: Neighbour, model: Model) -> float:
    course = neighbour.course
    return float(model.equivalent(course.total_dose_gy, course.fractions, 2.0))


def bridge_table(found: Bridge) -> Table:
    """Return the outcomes of the patients treated like this beside the whole cohort."""
    return {
        "Outcome": [outcome.label for outcome in found.outcomes],
        f"Treated like this (n = {fmt.count(found.n_like)})": [
            _estimate(outcome, outcome.like, outcome.n_like) for outcome in found.outcomes
        ],
        f"Whole cohort (n = {fmt.count(found.n_overall)})": [
            _estimate(outcome, outcome.overall, outcome.n_overall) for outcome in found.outcomes
        ],
    }


def _estimate(outcome: Outcome, value: Quantity, n: int) -> str:
    if outcome.unit == "months":
        text = fmt.quantity(value)
        text = text if value.value is None else f"{text} months"
    else:
        text = fmt.quantity(value, 1, 100, "%")
    recorded = value.value is not None or value.why == "not reached"
    return f"{text}, n = {fmt.count(n)}" if recorded else text


def scenario_json(made: DoseScenario, tissues: Sequence[Sequence[TissueDose]], query: str) -> str:
    """Return the scenario as JSON: the record of the command line, tissues and query added."""
    record: dict[str, Any] = {"query": query, **made.to_json()}
    record["tissues"] = [[_tissue_json(dose) for dose in row] for row in tissues]
    return json.dumps(record, ensure_ascii=False, indent=1, allow_nan=False) + "\n"


def _tissue_json(dose: TissueDose) -> dict[str, Any]:
    return {
        "tissue": dose.tissue.code,
        "course": dose.course.code,
        "alpha_beta_gy": dose.alpha_beta_gy,
        "alpha_beta_band_gy": [dose.tissue.low_gy, dose.tissue.high_gy],
        "source": dose.tissue.source,
        "mark": dose.tissue.mark,
        "bed_gy": dose.bed_gy,
        "eqd2_gy": dose.eqd2_gy,
        "bed_lql_gy": dose.bed_lql_gy,
        "eqd2_lql_gy": dose.eqd2_lql_gy,
        "eqd2_at_band_gy": [dose.eqd2_at_low_gy, dose.eqd2_at_high_gy],
    }


def _table(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> Table:
    columns = list(map(list, zip_longest(*rows, fillvalue=fmt.DASH))) or [[] for _ in heads]
    return dict(zip(heads, columns, strict=True))
