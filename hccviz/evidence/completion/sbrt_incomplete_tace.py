"""SBRT after incomplete TACE, n = 302: every printed column around the survival core."""

from __future__ import annotations

from typing import Any

import numpy as np

from hccviz.evidence.completion.numbers import dealt, even_values, log_values, spread
from hccviz.evidence.completion.recurrences import recurrences
from hccviz.evidence.completion.solver import PatientTable

Core = dict[str, Any]

SCHEDULES = {
    79.2: (36.0, 3),
    112.5: (45.0, 3),
    124.8: (48.0, 3),
    150.0: (60.0, 4),
    180.0: (60.0, 3),
}
PRIOR = {  # treatments before SBRT, all with TACE: (count, resection, RFA, PEI)
    "tace": (159, 0, 0, 0), "tace_rfa": (60, 0, 1, 0), "tace_pei": (2, 0, 0, 1),
    "tace_rfa_pei": (8, 0, 1, 1), "resection_tace": (46, 1, 0, 0),
    "resection_tace_rfa": (25, 1, 1, 0), "resection_tace_pei": (2, 1, 0, 1),
}  # fmt: skip
HEPATIC_FAILURE_MONTHS = 9.9
RATE_36 = {"ihrfs": 0.360, "dmfs": 0.825}


def complete(core: Core, seed: int) -> dict[str, list[Any]]:
    """Return every column of the cohort file except patient_id and study.

    Parameters
    ----------
    core
        Columns of ``sbrt-incomplete-tace_core.csv`` as lists.
    seed
        Seed of the solver and of the numbers within printed limits.

    Raises
    ------
    ValueError
        When the printed counts cannot hold together with this core.
    """
    rng = np.random.default_rng(seed)
    found = _covariates(core, seed)
    columns = _known(core) | _treatment(core, found)
    columns["sex"] = ["female" if f else "male" for f in found["female"]]
    columns["ecog"] = _ecog(core, found["ecog_2"])
    columns["etiology"] = found["etiology"]
    columns["tumor_multiplicity_last_tace"] = found["multiplicity"]
    columns["response_mrecist_last_tace"] = found["last_tace"]
    columns["response_mrecist_best"] = found["best"]
    columns["afp_ng_ml"] = _afp(core, rng)
    columns |= _complete_response(core, rng) | _recurrence(core, found, rng)
    return columns | _toxicity(found)


def _known(core: Core) -> dict[str, list[Any]]:
    """Columns that follow from the core or from the eligibility criteria."""
    n = len(core["os_months"])
    return {
        "age_years": core["age_years"],
        "child_pugh_class": ["B" if b else "A" for b in core["child_pugh_b"]],
        "diagnosis": ["hcc"] * n,
        "bclc_stage": ["A" if a else "0" for a in core["bclc_a"]],
        "tumor_size_cm": core["tumor_size_cm"],
        "tumor_count": [1] * n,
        "vascular_invasion": [False] * n,
        "extrahepatic_disease": [False] * n,
        "prior_tace": [True] * n,
        "prior_rt": [False] * n,
        "prior_treatment_sessions": core["prior_treatment_sessions"],
        "rt_technique": ["sbrt"] * n,
        "rt_intent": ["salvage"] * n,
        "cr_by_month_3": [not v for v in core["no_cr_at_3_months"]],
        "os_months": core["os_months"],
        "os_event": core["os_event"],
        "lc_months": core["lc_months"],
        "lc_event": core["lc_event"],
    }


def _covariates(core: Core, seed: int) -> dict[str, list[Any]]:
    """Solve every categorical column together."""
    n = len(core["os_months"])
    table = PatientTable(n, seed)
    table.flag("female", 71)
    table.only_where(table.flag("ecog_2", 4), core["ecog_1_or_2"])
    etiology = table.choice("etiology", {"hbv": 230, "hcv": 36, "non_b_non_c": 36})
    table.fix(etiology["hbv"], [not v for v in core["not_hbv"]])
    table.choice("multiplicity", {"single": 80, "multiple": 222})
    prior = table.choice("prior", {level: row[0] for level, row in PRIOR.items()})
    for level, (_, *others) in PRIOR.items():
        enough = [s >= 1 + sum(others) for s in core["prior_treatment_sessions"]]
        table.only_where(prior[level], enough)
    table.choice("last_tace", {"CR": 75, "PR": 63, "SD": 153, "PD": 11})
    table.flag("tace_with_cisplatin", 255)
    best = table.choice("best", {"CR": 288, "PR": 2, "SD": 11, "PD": 1})
    table.fix(best["CR"], [not v for v in core["never_cr"]])
    table.only_where(best["PD"], core["lc_event"])
    _events(table, core)
    return table.solve()


def _events(table: PatientTable, core: Core) -> None:
    """Local progression without any other recurrence in 8, of whom 7 live; the toxicities."""
    died = [bool(v) for v in core["os_event"]]
    alone = table.flag("local_only", 8)
    table.only_where(alone, core["lc_event"])
    table.count_where(alone, died, 1)
    salvage = table.choice("salvage", {"tace": 6, "resection": 1, "palliative_rt": 1, "": 294})
    for i in range(table.n):
        table.model.add(salvage[""][i] + alone[i] == 1)
    table.only_where(salvage["palliative_rt"], died)
    table.only_where(salvage["tace"], [not d for d in died])
    table.only_where(salvage["resection"], [not d for d in died])
    rild = table.flag("rild", 8)
    table.implies(table.flag("child_pugh_worsened", 5), rild)
    table.only_where(rild, [m > 3 for m in core["os_months"]])
    table.only_where(table.flag("biliary_stricture", 6), [m > 6 for m in core["os_months"]])
    table.only_where(table.flag("rib_fracture", 11), [m > 9 for m in core["os_months"]])
    failed = [m == HEPATIC_FAILURE_MONTHS for m in core["os_months"]]
    table.only_where(
        table.flag("hepatic_failure", 1), [a and b for a, b in zip(failed, died, strict=True)]
    )


def _treatment(core: Core, found: dict[str, list[Any]]) -> dict[str, list[Any]]:
    """Dose schedule from the BED, and what came before it."""
    courses = [SCHEDULES[bed] for bed in core["bed_gy"]]
    rows = [PRIOR[level] for level in found["prior"]]
    return {
        "total_dose_gy": [dose for dose, _ in courses],
        "fractions": [fractions for _, fractions in courses],
        "prior_resection": [bool(row[1]) for row in rows],
        "prior_rfa": [bool(row[2]) for row in rows],
        "prior_pei": [bool(row[3]) for row in rows],
        "tace_with_cisplatin": found["tace_with_cisplatin"],
    }


def _ecog(core: Core, second: list[bool]) -> list[str]:
    return [
        "2" if two else ("1" if some else "0")
        for some, two in zip(core["ecog_1_or_2"], second, strict=True)
    ]


def _afp(core: Core, rng: np.random.Generator) -> list[float | None]:
    """AFP of 301 patients: quartiles 4.1, 9.2, 32.6; 203 at most 20; one not recorded."""
    n = len(core["os_months"])
    high = [bool(v) for v in core["afp_above_20"]]
    missing = core["afp_missing"].index(1)
    low = [not h and i != missing for i, h in enumerate(high)]
    low_values = (
        *log_values(rng, 74, 1.2, 4.0), 4.1, 4.1, *log_values(rng, 74, 4.2, 9.1), 9.2,
        *log_values(rng, 52, 9.3, 20.0),
    )  # fmt: skip
    high_values = log_values(rng, 22, 20.4, 32.4) + [32.6] * 2 + log_values(rng, 74, 33, 8000)
    return spread(n, dealt(rng, low_values, low), dealt(rng, high_values, high))


def _complete_response(core: Core, rng: np.random.Generator) -> dict[str, list[Any]]:
    """Months to complete response: 288 responders, quartiles 1.9, 3.4, 4.7; 115 by 3, 240 by 6.

    Values are dealt so that nobody responds after follow-up or after local failure; the shortest
    observation chooses first.
    """
    early = even_values(rng, 71, 1.0, 1.8, 1) + [1.9] * 2 + even_values(rng, 42, 2.0, 3.0, 1)
    late = (
        even_values(rng, 28, 3.1, 3.3, 1) + [3.4] * 2 + even_values(rng, 70, 3.5, 4.6, 1)
        + [4.7] * 2 + even_values(rng, 23, 4.8, 6.0, 1) + even_values(rng, 18, 6.1, 7.1, 1)
        + [7.2] + even_values(rng, 29, 7.3, 19.0, 1)
    )  # fmt: skip
    months = [float(m) for m in core["os_months"]]
    limits = [
        min(m, local) if failed else m
        for m, local, failed in zip(months, core["lc_months"], core["lc_event"], strict=True)
    ]
    for late_group, deck in ((0, early), (1, late)):
        for i in sorted(range(len(months)), key=lambda i: limits[i]):
            if core["never_cr"][i] or core["no_cr_at_3_months"][i] != late_group:
                continue
            fits = [k for k, value in enumerate(deck) if value <= limits[i]]
            if not fits:
                raise ValueError("a complete response would come after the end of follow-up")
            months[i] = deck.pop(fits[int(rng.integers(len(fits)))])
    return {"cr_months": months, "cr_event": [1 - v for v in core["never_cr"]]}


def _recurrence(
    core: Core, found: dict[str, list[Any]], rng: np.random.Generator
) -> dict[str, list[Any]]:
    """Intrahepatic and distant recurrence with the printed 3-year rates.

    Local failures that were not alone come with an intrahepatic recurrence.
    """
    follow_up = np.asarray(core["os_months"], dtype=float)
    never = np.array(found["local_only"], dtype=bool)
    must = np.array(core["lc_event"], dtype=bool) & ~never
    nobody = np.zeros(len(follow_up), dtype=bool)
    columns: dict[str, list[Any]] = {
        "salvage_after_local_failure": [s or None for s in found["salvage"]]
    }
    for code, required in (("ihrfs", must), ("dmfs", nobody)):
        months, events = recurrences(rng, follow_up, never, required, RATE_36[code])
        columns |= {f"{code}_months": months, f"{code}_event": events}
    return columns


def _toxicity(found: dict[str, list[Any]]) -> dict[str, list[Any]]:
    """Grades as printed; 0 means that the paper reports nothing of its threshold."""
    n = len(found["rild"])
    return {
        "tox_acute_liver_function": [2 if r else 0 for r in found["rild"]],
        "tox_late_biliary_stricture": [int(b) for b in found["biliary_stricture"]],
        "tox_late_rib_fracture": [int(b) for b in found["rib_fracture"]],
        "tox_late_hepatic_failure": [5 if b else 0 for b in found["hepatic_failure"]],
        "tox_late_gi_bleeding": [0] * n,
        "child_pugh_worsened_2_points": found["child_pugh_worsened"],
        "rild": ["non_classic" if r else "none" for r in found["rild"]],
    }
