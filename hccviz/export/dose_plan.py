"""Tables of the plan page: organ limits, liver risk, local control, liver scores."""

from __future__ import annotations

import json
from collections.abc import Sequence

from hccviz.domain import format as fmt
from hccviz.dose.limits import LimitCheck, OrganLimit
from hccviz.dose.liver_scores import MALBI_DEFINITIONS, Albi, ChildPugh
from hccviz.dose.local_control import ControlSource
from hccviz.dose.lq import plain
from hccviz.dose.ntcp import Ntcp
from hccviz.dose.ntcp_query import ntcp_json
from hccviz.dose.schedules import STUDIES
from hccviz.dose.staging import BCLC_SOURCE, MRECIST_SOURCE, Bclc, Mrecist
from hccviz.export.dose import gray, marked
from hccviz.export.tables import Table

VERDICTS = {
    "met": "✓ met",
    "exceeded": "✗ not met",
    "other fractions": "not compared: other fractions",
    "fractions not stated": "not compared: fractions not stated",
    "no number": "no number",
    "not measured": "not measured",
}


def study_name(entry: OrganLimit) -> str:
    """Return where a limit comes from, with its mark."""
    name = "QUANTEC" if entry.study == "quantec" else STUDIES[entry.study].split(", n =")[0]
    return f"{name} [{entry.mark}]"


def metric_name(entry: OrganLimit) -> str:
    """Return what a limit is about, without its bound: ``"D2cc"``."""
    return entry.text.rsplit(" ", 3)[0]


def limit_table(checks: Sequence[LimitCheck]) -> Table:
    """Return one row per limit: what it asks, for which fractions, the plan, the verdict."""
    return {
        "Limit": [check.limit.text for check in checks],
        "Holds for": [check.limit.fractions_text for check in checks],
        "Plan": [_measured(check) for check in checks],
        "Verdict": [VERDICTS[check.status] for check in checks],
        "Source": [_source(check.limit) for check in checks],
    }


def limit_view(checks: Sequence[LimitCheck]) -> Table:
    """Return the same rows in three columns, which fit a phone."""
    return {
        "Limit": [f"{check.limit.text}, {check.limit.fractions_text}" for check in checks],
        "Plan": [_told(check) for check in checks],
        "Source": [_source(check.limit) for check in checks],
    }


def _told(check: LimitCheck) -> str:
    verdict = VERDICTS[check.status]
    return verdict if check.value is None else f"{verdict} ({_measured(check)})"


def _source(entry: OrganLimit) -> str:
    """Return the source; of QUANTEC with its words, which say for whom and at what risk."""
    name = study_name(entry)
    return f"{name} {entry.quote}" if entry.study == "quantec" else name


def _measured(check: LimitCheck) -> str:
    unit = check.limit.unit
    return fmt.DASH if check.value is None else f"{gray(check.value)} {unit}".strip()


def limit_notes(checks: Sequence[LimitCheck]) -> tuple[str, ...]:
    """Return every reservation with the limit it belongs to."""
    return tuple(
        f"{check.limit.text} ({study_name(check.limit)}): {note}"
        for check in checks
        for note in check.notes
    )


def said_table(entries: Sequence[OrganLimit]) -> Table:
    """Return what the sources say about an organ beside its limits."""
    return {
        "Source": [study_name(entry) for entry in entries],
        "In its words": [f"“{entry.quote}”" for entry in entries],
        "Note": [entry.oddity or fmt.DASH for entry in entries],
    }


def ntcp_table(found: Ntcp) -> Table:
    """Return the risk, what it was computed from, and the model."""
    model = found.parameters
    rows = {
        "Risk": fmt.percent(found.probability, 2) if found.probability is not None else found.why,
        "Mean dose (Gy)": gray(found.mean_dose_gy),
        "gEUD as EQD2 (Gy)": gray(found.geud_gy),
    }
    if model is not None:
        rows |= {
            "Predicts": model.label,
            "Dose of 50 % risk as EQD2 (Gy)": gray(model.td50_eqd2_gy),
            "as published": f"{plain(model.td50_gy)} Gy in fractions of "
            f"{plain(model.reference_fraction_gy)} Gy",
            "n, m, α/β": f"{plain(model.n)}, {plain(model.m)}, {plain(model.alpha_beta_gy)} Gy",
            "Source": marked(model.source, model.mark),
        }
    return {"": list(rows), "Liver": list(rows.values())}


def ntcp_record(found: Ntcp, query: str) -> str:
    """Return the risk as JSON: the record of the command line with its query."""
    record = {"query": query, **ntcp_json(found)}
    return json.dumps(record, ensure_ascii=False, indent=1, allow_nan=False) + "\n"


def control_table(sources: Sequence[ControlSource]) -> Table:
    """Return local control as observed, one row per dose band of a source."""
    rows: list[list[str]] = []
    for source in sources:
        name = f"{source.source} [{source.mark}]"
        for band in source.bands:
            known = dict(zip(band.years, band.control_percent, strict=True))
            rates = [f"{known[y]:g} %" if y in known else fmt.DASH for y in (1, 2, 3)]
            rows.append([name, band.dose, *rates])
        if not source.bands:
            rows.append([name, "no rates printed", *[fmt.DASH] * 3])
    heads = ("Source", "Dose", "1 year", "2 years", "3 years")
    return dict(zip(heads, map(list, zip(*rows, strict=True)), strict=True))


def child_pugh_table(found: ChildPugh) -> Table:
    """Return the points of each item and the score."""
    items = ("Bilirubin", "Albumin", "INR", "Ascites", "Encephalopathy")
    points = (found.bilirubin, found.albumin, found.inr, found.ascites, found.encephalopathy)
    return {
        "Item": [*items, "Score"],
        "Points": [*map(str, points), f"{found.score} (class {found.child_class})"],
    }


def albi_table(found: Albi) -> Table:
    """Return ALBI and its relatives, each with its definition and mark."""
    return {
        "Score": ["ALBI", "Modified ALBI, −2.27", "Modified ALBI, −3.02/−2.08", "EZ-ALBI"],
        "Value": [gray(found.score), gray(found.score), gray(found.score), gray(found.ez_albi)],
        "Grade": [str(found.grade), found.malbi_2_27, found.malbi_3_02, fmt.DASH],
        "Definition": [
            "grade 1 up to −2.60, 2 up to −1.39, else 3 [C]",
            MALBI_DEFINITIONS["2.27"][1] + " [U]",
            MALBI_DEFINITIONS["3.02"][1] + " [C]",
            "bilirubin (mg/dL) − 9 × albumin (g/dL) [A]",
        ],
    }


def bclc_table(found: Bclc) -> Table:
    """Return the stage, the rule that gave it, and its mark."""
    return {"BCLC": [found.stage], "Because": [found.reason], "Source": [f"{BCLC_SOURCE} [U]"]}


def mrecist_table(found: Mrecist) -> Table:
    """Return the category with the changes behind it."""
    changes = (found.change_from_baseline_pct, found.change_from_nadir_pct)
    told = [fmt.DASH if value is None else f"{fmt.number(value, 2)} %" for value in changes]
    return {
        "mRECIST": [found.category],
        "From baseline": [told[0]],
        "From nadir": [told[1]],
        "Because": [found.reason],
        "Source": [f"{MRECIST_SOURCE} [C]"],
    }
