"""Hepatic re-irradiation, n = 43: every printed column around the survival core."""

from __future__ import annotations

from typing import Any

import numpy as np

from hccviz.evidence.completion.local_control import local_failures
from hccviz.evidence.completion.numbers import (
    alternate_grades,
    dealt,
    even_values,
    log_values,
    spread,
)
from hccviz.evidence.completion.solver import PatientTable

Core = dict[str, Any]

# Second courses as (Gy, fractions). EQD2 (alpha/beta 10) runs from 31.25 to 93.75 with the 22nd of
# 43 at exactly 44; 21 patients have 45 or more; fractions of 2 to 15 Gy with median 3.
LOW_COURSES = {
    (30, 12): 1, (30, 10): 5, (36, 12): 3, (35, 14): 1, (39, 13): 2, (40, 20): 1,
    (35, 7): 1, (42, 21): 1, (37.5, 15): 2, (40, 16): 1, (36, 9): 1, (44, 22): 3,
}  # fmt: skip
HIGH_COURSES = {
    (45, 15): 6, (45, 18): 3, (48, 16): 2, (50, 25): 1, (50, 20): 1, (54, 18): 2,
    (55, 22): 1, (45, 12): 1, (45, 9): 2, (45, 5): 1, (45, 3): 1,
}  # fmt: skip
CASE_COURSE = (54, 18)
GRADE_1_2 = {"anorexia": 4, "nausea": 6, "dysphagia": 2, "diarrhea": 1, "gi_pain": 6, "cough": 1}


def complete(core: Core, seed: int) -> dict[str, list[Any]]:
    """Return every column of the cohort file except patient_id and study.

    Parameters
    ----------
    core
        Columns of ``reirradiation_core.csv`` as lists.
    seed
        Seed of the solver and of the numbers within printed limits.

    Raises
    ------
    ValueError
        When the printed counts cannot hold together with this core.
    """
    rng = np.random.default_rng(seed)
    courses = _courses(core, rng)
    found = _covariates(core, courses, seed)
    n = len(core["os_months"])
    columns = _known(core) | _numbers(core, found, courses, rng)
    case = found["case"].index(True)
    columns |= {name: found[name] for name in _FLAGS}
    columns["tumor_multiplicity"] = ["multiple" if m else "single" for m in found["multiple"]]
    columns["t_stage"] = found["t_stage"]
    columns["overlap_class"] = found["overlap_class"]
    columns["response_mrecist_infield"] = found["response"]
    lc_event, lc_months = local_failures(
        core["os_months"], found["response"], {12: 0.840, 24: 0.776}, seed
    )
    columns["lc_months"], columns["lc_event"] = lc_months, lc_event
    for term in GRADE_1_2:
        columns[f"tox_acute_{term}"] = alternate_grades(found[term], (1, 2))
    columns["tox_acute_duodenal_ulcer"] = [3 if i == case else 0 for i in range(n)]
    columns["tox_acute_pneumonitis"] = [3 if flag else 0 for flag in found["pneumonitis"]]
    return columns


_FLAGS = (
    "cirrhosis", "gastroduodenum_reexposed", "later_tace", "later_rfa", "later_third_rt",
    "later_fourth_rt",
)  # fmt: skip


def _known(core: Core) -> dict[str, list[Any]]:
    """Columns that follow from the core or hold for everybody."""
    n = len(core["os_months"])
    return {
        "sex": ["female" if f else "male" for f in core["female"]],
        "child_pugh_class": ["B" if b else "A" for b in core["child_pugh_b"]],
        "diagnosis": ["hcc"] * n,
        "vascular_invasion": [bool(v) for v in core["vascular_invasion"]],
        "extrahepatic_disease": [bool(v) for v in core["extrahepatic_disease"]],
        "prior_rt": [True] * n,
        "rt_technique": ["3d_crt"] * n,
        "rt_intent": ["palliative" if p else "salvage" for p in core["palliative"]],
        "os_months": core["os_months"],
        "os_event": core["os_event"],
        "rild": ["none"] * n,
    }


def _courses(core: Core, rng: np.random.Generator) -> list[tuple[float, int]]:
    """Deal second courses within the dose group that the core fixes."""
    courses: list[tuple[float, int]] = [(0.0, 0)] * len(core["os_months"])
    for high, counts in ((0, LOW_COURSES), (1, HIGH_COURSES)):
        deck = [course for course, count in counts.items() for _ in range(count)]
        places = [i for i, h in enumerate(core["eqd2_45_or_over"]) if h == high]
        for place, k in zip(places, rng.permutation(len(deck)), strict=True):
            courses[place] = deck[k]
    return courses


def _covariates(core: Core, courses: list[tuple[float, int]], seed: int) -> dict[str, list[Any]]:
    """Solve T stage, multiplicity, overlap, later treatment, response and toxicity together."""
    n = len(courses)
    table = PatientTable(n, seed)
    stage = table.choice("t_stage", {"T1": 3, "T2": 11, "T3": 16, "T4": 13})
    table.fix(stage["T4"], core["t4"])
    multiple = table.flag("multiple", 33)
    over_2_cm = table.flag("over_2_cm")
    for i in range(n):  # modified UICC: one step for each of multiple, > 2 cm, vascular invasion
        steps = multiple[i] + over_2_cm[i] + int(core["vascular_invasion"][i])
        table.model.add(steps == stage["T2"][i] + 2 * stage["T3"][i] + 3 * stage["T4"][i])
    table.flag("cirrhosis", 32)
    overlap = table.choice("overlap_class", {"overlap": 13, "adjacent": 21, "apart": 9})
    _sums_within_print(table, overlap["overlap"], courses)
    exposed = table.flag("gastroduodenum_reexposed", 16)
    table.flag("later_tace", 11)
    table.flag("later_rfa", 1)
    third = table.flag("later_third_rt", 3)
    fourth = table.flag("later_fourth_rt", 1)
    table.implies(fourth, third)
    response = table.choice("response", {"CR": 8, "PR": 19, "SD": 12, "PD": 4})
    poor = [bool(v) for v in core["sd_or_pd"]]
    for level in ("SD", "PD"):
        table.only_where(response[level], poor)
    for level in ("CR", "PR"):
        table.only_where(response[level], [not p for p in poor])
    _toxicity(table, core, courses, overlap["overlap"], exposed, third)
    return table.solve()


def _sums_within_print(
    table: PatientTable, overlap: list[Any], courses: list[tuple[float, int]]
) -> None:
    """Keep cumulative doses from 65.0 (32.5 twice) to 117.0 Gy possible in the overlap group."""
    second = [eqd2(*course) for course in courses]
    table.only_where(overlap, [32.5 <= dose <= 84.5 for dose in second])
    table.model.add(sum(f for f, d in zip(overlap, second, strict=True) if d == 32.5) >= 1)


def _toxicity(
    table: PatientTable, core: Core, courses: list[tuple[float, int]], *needed: list[Any]
) -> None:
    """Grade 1-2 in exactly 18 patients; the two grade 3 patients with at least 50 Gy EQD2.

    The case with the perforation had 54 Gy in 18 fractions 11 months after the first course, over
    the same site, then a third course 6 months later.
    """
    grades = [table.flag(term, count) for term, count in GRADE_1_2.items()]
    table.any_of("any_grade_1_2", grades, 18)
    case = table.flag("case", 1)
    lived = [months > 8 for months in core["os_months"]]
    table.only_where(case, [c == CASE_COURSE and ok for c, ok in zip(courses, lived, strict=True)])
    for column in needed:
        table.implies(case, column)
    pneumonitis = table.flag("pneumonitis", 1)
    table.only_where(pneumonitis, [eqd2(*course) >= 50 for course in courses])
    for i in range(table.n):
        table.model.add(pneumonitis[i] + case[i] <= 1)


def eqd2(total_gy: float, fractions: int) -> float:
    """Equivalent dose in 2 Gy fractions at alpha/beta 10 Gy."""
    return total_gy * (total_gy / fractions + 10) / 12


def _numbers(
    core: Core,
    found: dict[str, list[Any]],
    courses: list[tuple[float, int]],
    rng: np.random.Generator,
) -> dict[str, list[Any]]:
    """Age, AFP, interval and doses within the printed medians, ranges and classes."""
    n = len(courses)
    old = [bool(v) for v in core["age_60_or_over"]]
    high = [bool(v) for v in core["afp_400_or_over"]]
    case = found["case"].index(True)
    younger = [29, *sorted(int(v) for v in rng.integers(36, 59, 20)), 59, 59, 59]
    older = [*sorted(int(v) for v in rng.integers(60, 71, 18)), 71]
    gaps = [
        1.0,
        *even_values(rng, 20, 3.0, 13.7, 1),
        13.8,
        *even_values(rng, 20, 13.9, 45.0, 1),
        58.1,
    ]
    gaps.remove(min(gaps, key=lambda gap: abs(gap - 11.0)))
    others = dealt(rng, gaps, [i != case for i in range(n)])
    first, total = _first_courses(found["overlap_class"], courses, case, rng)
    return {
        "age_years": spread(n, dealt(rng, younger, [not o for o in old]), dealt(rng, older, old)),
        "afp_ng_ml": spread(
            n,
            dealt(rng, log_values(rng, 27, 3, 390), [not h for h in high]),
            dealt(rng, log_values(rng, 16, 400, 30000), high),
        ),
        "months_between_courses": spread(n, others, {case: 11.0}),
        "first_course_eqd2_gy": first,
        "cumulative_eqd2_gy": total,
        "total_dose_gy": [float(dose) for dose, _ in courses],
        "fractions": [fractions for _, fractions in courses],
    }


def _first_courses(
    overlap: list[str], courses: list[tuple[float, int]], case: int, rng: np.random.Generator
) -> tuple[list[float], list[float | None]]:
    """First-course EQD2 (32.5 to 93.75, median 48.75) and its sum with the second in the overlap.

    Tries seeded deals until the 13 sums run from 65.0 to 117.0 with median 90.6.
    """
    second = [eqd2(*course) for course in courses]
    inside = [i for i, place in enumerate(overlap) if place == "overlap"]
    usual = (32.5, 39.0, 44.0, 46.875, 48.75, 48.75, 50.0, 52.0, 57.2917, 58.5)
    for _ in range(200_000):
        deal = {i: float(rng.choice(usual)) for i in inside} | {case: 48.75}
        deal[min(inside, key=lambda i: second[i])] = 32.5
        ranked = sorted(inside, key=lambda i: second[i] + deal[i])
        for place, wanted in ((0, 65.0), (6, 90.6), (-1, 117.0)):
            deal[ranked[place]] = round(wanted - second[ranked[place]], 4)
        sums = sorted(second[i] + deal[i] for i in inside)
        good = all(32.5 <= dose <= 93.75 for dose in deal.values()) and deal[case] == 48.75
        if (
            good
            and abs(sums[0] - 65) < 0.01
            and abs(sums[6] - 90.6) < 0.01
            and abs(sums[12] - 117) < 0.01
        ):
            break
    else:
        raise ValueError("no cumulative doses with the printed range and median")
    return _fill_first(deal, second, rng)


def _fill_first(
    deal: dict[int, float], second: list[float], rng: np.random.Generator
) -> tuple[list[float], list[float | None]]:
    """Add first courses outside the overlap so that range and median are as printed."""
    rest = [i for i in range(len(second)) if i not in deal]
    below = sum(dose < 48.75 for dose in deal.values())
    above = sum(dose > 48.75 for dose in deal.values())
    low = [32.5] + [float(rng.choice((36.0, 39.0, 42.25, 44.0, 46.875))) for _ in range(20 - below)]
    high = [93.75] + [
        float(rng.choice((50.0, 52.0, 57.2917, 58.5, 62.5))) for _ in range(20 - above)
    ]
    doses = low + high
    doses += [48.75] * (len(rest) - len(doses))
    for place, k in zip(rest, rng.permutation(len(rest)), strict=True):
        deal[place] = doses[k]
    total: list[float | None] = [None] * len(second)
    inside = list(deal)[: len(second) - len(rest)]
    for i in inside:
        total[i] = round(second[i] + deal[i], 2)
    return [deal[i] for i in range(len(second))], total
