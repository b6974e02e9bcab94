"""Sorafenib with radiotherapy, n = 18: every printed column around the survival core."""

from __future__ import annotations

from typing import Any

import numpy as np

from hccviz.evidence.completion.numbers import alternate_grades, dealt, spread
from hccviz.evidence.completion.solver import PatientTable

Core = dict[str, Any]

# Only the median, 53, is printed.
AGES = (36, 41, 44, 46, 48, 49, 50, 51, 53, 53, 55, 56, 58, 60, 62, 65, 68, 72)
# (Gy, fractions) → (patients, equivalent in 1.8 Gy fractions as the paper rounds it)
PRIMARY_COURSES = {
    (45.0, 25): (5, 45.0), (50.4, 28): (2, 50.4), (54.0, 30): (1, 54.0), (36.0, 20): (1, 36.0),
    (30.0, 10): (1, 32.4), (37.5, 15): (1, 39.6), (30.0, 6): (1, 37.8), (52.0, 13): (1, 61.2),
}  # fmt: skip
METASTASIS_COURSES = {
    "lymph_node_tomotherapy": (58.42, 23, 61.2), "lymph_node_3d_crt": (50.4, 28, 50.4),
    "pelvic_seeding": (39.0, 13, 43.2), "chest_wall": (30.0, 5, 41.4),
}  # fmt: skip
# IU/mL before and after, primary group: 8323 +- 16837 and 1501 +- 2606, a fall above 80 % in 7.
AFP_PAIRS = (
    (4, 3), (9, 5), (35, 12), (88, 40), (150, 21), (420, 290), (950, 120), (2300, 370),
    (4800, 2900), (7600, 1150), (9800, 1804), (21610, 3600), (60433, 9198),
)  # fmt: skip
METASTASIS_AFP = (7, 16, 61, 530, 2900)
SIZE_CHANGE = (-100, -88, -78, -71, -64, -58, -53, -48, -42, -36, -33)
EARLY_PROGRESSION_MONTHS = 7.0
ACUTE = {  # patients with any grade, grade 3, grade 4
    "nausea": (5, 0, 0), "vomiting": (3, 0, 0), "anemia": (0, 0, 0), "leukopenia": (4, 0, 0),
    "ast": (2, 1, 0), "alt": (2, 0, 0),
}  # fmt: skip


def complete(core: Core, seed: int) -> dict[str, list[Any]]:
    """Return every column of the cohort file except patient_id and study.

    Parameters
    ----------
    core
        Columns of ``sorafenib-rt_core.csv`` as lists.
    seed
        Seed of the solver and of the order in which values are dealt.

    Raises
    ------
    ValueError
        When the printed counts cannot hold together with this core.
    """
    rng = np.random.default_rng(seed)
    table = PatientTable(len(core["os_months"]), seed)
    metastasis = [bool(v) for v in core["metastasis_group"]]
    site = _covariates(table, metastasis)
    _response(table, core, metastasis)
    _toxicity(table, core, metastasis, site)
    found = table.solve()
    columns = _known(core, metastasis, found) | _response_columns(found, metastasis, rng)
    columns |= _numbers(found, metastasis, rng) | _grades(found)
    for name in ("etiology", "japanese_tnm_stage", "diagnosis_basis", "child_pugh_class"):
        columns[name] = found[name]
    columns["child_pugh_class"] = [c or None for c in found["child_pugh_class"]]
    return columns


def _covariates(table: PatientTable, metastasis: list[bool]) -> dict[str, Any]:
    """Table 1 and the individual metastasis patients of the running text."""
    primary = [not m for m in metastasis]
    table.choice("ecog", {"0": 7, "1": 8, "2": 3})
    table.choice("etiology", {"hbv": 14, "hcv": 1, "non_b_non_c": 3})
    stage = table.choice("japanese_tnm_stage", {"III": 1, "IVA": 8, "IVB": 9})
    table.only_where(stage["III"], primary)
    table.choice("diagnosis_basis", {"histology": 6, "clinical": 12})
    child = table.choice("child_pugh_class", {"A": 11, "B": 2, "": 5})
    table.fix(child[""], metastasis)
    counts = {"": 13} | dict.fromkeys(METASTASIS_COURSES, 1) | {"lymph_node_tomotherapy": 2}
    site = table.choice("site", counts)
    table.fix(site[""], primary)
    for place in ("pelvic_seeding", "chest_wall"):
        table.implies(site[place], stage["IVB"])
    table.only_where(table.flag("tomotherapy_primary", 1), primary)
    table.only_where(table.flag("sorafenib_400_primary", 1), primary)
    female = table.flag("female", 1)
    table.implies(female, site["lymph_node_tomotherapy"])
    local = table.flag("prior_local_therapy", 12)
    systemic = table.flag("prior_systemic", 2)
    table.implies(systemic, local)
    table.implies(female, systemic)
    reduced = table.flag("sorafenib_400_metastasis", 2)
    table.only_where(reduced, metastasis)
    table.implies(female, reduced)
    return site | {"female": female, "systemic": systemic}


def _response(table: PatientTable, core: Core, metastasis: list[bool]) -> None:
    """Table 3, and the response of the patients with and without skin reactions."""
    primary = [not m for m in metastasis]
    infield = table.choice("infield", {"CR": 1, "PR": 13, "SD": 2, "NE": 2})
    table.only_where(infield["CR"], primary)
    table.only_where(infield["NE"], primary)
    table.only_where(infield["SD"], metastasis)
    table.count_where(infield["PR"], [d == "yes" for d in core["derm"]], 7)
    table.count_where(infield["PR"], [d == "no" for d in core["derm"]], 4)
    progressed = table.flag("outfield_pd", 6)
    table.count_where(progressed, metastasis, 2)
    early = zip(core["ttp_event"], core["ttp_months"], strict=True)
    table.only_where(progressed, [bool(e) and m <= EARLY_PROGRESSION_MONTHS for e, m in early])
    table.implies(infield["CR"], progressed)
    recist_pr = table.flag("recist_pr", 2)
    lung = table.flag("new_lung_metastasis", 2)
    for i in range(table.n):
        table.model.add(progressed[i] + infield["NE"][i] <= 1)
        table.model.add(recist_pr[i] + progressed[i] <= 1)
        table.model.add(lung[i] + infield["CR"][i] <= 1)
    table.implies(recist_pr, infield["PR"])
    table.only_where(recist_pr, primary)
    table.implies(lung, progressed)
    table.only_where(lung, primary)
    smaller = table.flag("metastasis_smaller", 4)
    table.only_where(smaller, metastasis)
    for i, is_metastasis in enumerate(metastasis):
        if is_metastasis:
            table.model.add_implication(infield["PR"][i], smaller[i])


def _toxicity(
    table: PatientTable, core: Core, metastasis: list[bool], known: dict[str, Any]
) -> None:
    """Table 4 and the two bleeding patients; late grades at three months."""
    derm = [d == "yes" for d in core["derm"]]
    syndrome = table.choice("hand_foot_syndrome", {"0": 12, "any": 3, "3": 3})
    other = table.flag("other_skin", 4)
    for i in range(table.n):
        table.model.add(syndrome["0"][i] + int(derm[i]) - other[i] <= 1)
        table.model.add(syndrome["3"][i] + other[i] <= 1)
    for level in ("any", "3"):
        table.only_where(syndrome[level], derm)
    table.only_where(other, derm)
    platelets = table.choice("thrombocytopenia", {"0": 6, "any": 9, "3": 2, "4": 1})
    table.implies(known["female"], platelets["4"])
    table.implies(known["pelvic_seeding"], platelets["3"])
    for i in range(table.n):
        table.model.add(known["systemic"][i] <= platelets["3"][i] + platelets["4"][i])
        table.model.add(known["systemic"][i] + known["pelvic_seeding"][i] <= 1)
    for term, (count, third, fourth) in ACUTE.items():
        levels = {"0": table.n - count, "any": count - third - fourth, "3": third, "4": fourth}
        table.choice(term, {level: k for level, k in levels.items() if k or level == "0"})
    diarrhea = table.flag("diarrhea", 2)
    table.implies(known["pelvic_seeding"], diarrhea)
    pneumonitis = table.flag("late_pneumonitis", 2)
    lived = [m > 4 for m in core["os_months"]]
    table.only_where(pneumonitis, [ok and not m for ok, m in zip(lived, metastasis, strict=True)])
    table.only_where(table.flag("late_gi_discomfort", 1), lived)


def _known(core: Core, metastasis: list[bool], found: dict[str, list[Any]]) -> dict[str, list[Any]]:
    """Columns that follow from the core, and flags as the file holds them."""
    n = len(metastasis)
    reduced = zip(found["sorafenib_400_primary"], found["sorafenib_400_metastasis"], strict=True)
    tomotherapy = zip(found["tomotherapy_primary"], found["site"], strict=True)
    places = {
        "": "liver",
        "lymph_node_tomotherapy": "lymph_node",
        "lymph_node_3d_crt": "lymph_node",
    }
    return {
        "sex": ["female" if f else "male" for f in found["female"]],
        "ecog": found["ecog"],
        "diagnosis": ["hcc"] * n,
        "rt_group": ["measurable_metastasis" if m else "primary" for m in metastasis],
        "rt_site": [places.get(site, site) for site in found["site"]],
        "rt_technique": [
            "tomotherapy" if first or site in ("lymph_node_tomotherapy", "chest_wall") else "3d_crt"
            for first, site in tomotherapy
        ],
        "prior_local_therapy": found["prior_local_therapy"],
        "prior_systemic": found["prior_systemic"],
        "concurrent_systemic": [True] * n,
        "sorafenib_mg_per_day": [400 if a or b else 800 for a, b in reduced],
        "skin_reaction": [{"yes": True, "no": False}.get(derm) for derm in core["derm"]],
        "os_months": core["os_months"],
        "os_event": core["os_event"],
        "ttp_months": core["ttp_months"],
        "ttp_event": core["ttp_event"],
    }


def _response_columns(
    found: dict[str, list[Any]], metastasis: list[bool], rng: np.random.Generator
) -> dict[str, list[Any]]:
    """Response by criteria and site; the metastasis group has RECIST 1.1 only."""
    rows = list(zip(found["infield"], found["outfield_pd"], found["recist_pr"], strict=True))
    by_size = [
        infield if infield in ("CR", "NE") else ("PR" if partial else "SD")
        for infield, _, partial in rows
    ]
    out = [("PD" if pd else "NE" if infield == "NE" else "SD") for infield, pd, _ in rows]
    overall = [o if o != "SD" else r for (r, _, _), o in zip(rows, out, strict=True)]
    overall_size = [o if o != "SD" else r for r, o in zip(by_size, out, strict=True)]

    def primary(column: list[Any]) -> list[Any]:
        return [None if m else value for value, m in zip(column, metastasis, strict=True)]

    def distant(column: list[Any]) -> list[Any]:
        return [value if m else None for value, m in zip(column, metastasis, strict=True)]

    imaged = [r != "NE" for r in found["infield"]]
    return {
        "response_mrecist_infield": primary(found["infield"]),
        "response_mrecist_outfield": primary(out),
        "response_mrecist_overall": primary(overall),
        "response_recist_infield": primary(by_size),
        "response_recist_outfield": primary(out),
        "response_recist_overall": primary(overall_size),
        "response_recist11_infield": distant(found["infield"]),
        "response_recist11_outfield": distant(out),
        "new_lung_metastasis": [
            None if m or not ok else lung
            for lung, m, ok in zip(found["new_lung_metastasis"], metastasis, imaged, strict=True)
        ],
        "target_size_reduced": [
            smaller if m else (True if ok else None)
            for smaller, m, ok in zip(found["metastasis_smaller"], metastasis, imaged, strict=True)
        ],
        "size_change_pct": _size_change(found["infield"], metastasis, rng),
    }


def _size_change(
    infield: list[str], metastasis: list[bool], rng: np.random.Generator
) -> list[float | None]:
    """Mean fall of 61 % in the 11 imaged primary patients; 100 % in the complete response."""
    partial = [r == "PR" and not m for r, m in zip(infield, metastasis, strict=True)]
    complete_response = {infield.index("CR"): float(SIZE_CHANGE[0])}
    values = [float(v) for v in SIZE_CHANGE[1:]]
    return spread(len(infield), dealt(rng, values, partial), complete_response)


def _numbers(
    found: dict[str, list[Any]], metastasis: list[bool], rng: np.random.Generator
) -> dict[str, list[Any]]:
    """Age, AFP pairs and courses."""
    n = len(metastasis)
    primary = [not m for m in metastasis]
    deck = [(*c, eq) for c, (count, eq) in PRIMARY_COURSES.items() for _ in range(count)]
    dealt_courses = dealt(rng, range(len(deck)), primary)  # type: ignore[arg-type]
    courses = [
        METASTASIS_COURSES[site] if site else deck[int(dealt_courses[i])]
        for i, site in enumerate(found["site"])
    ]
    pairs = dealt(rng, range(len(AFP_PAIRS)), primary)  # type: ignore[arg-type]
    before = spread(n, dealt(rng, METASTASIS_AFP, metastasis))
    after: list[float | None] = [None] * n
    for place, k in pairs.items():
        before[place], after[place] = (float(v) for v in AFP_PAIRS[int(k)])
    return {
        "age_years": spread(n, dealt(rng, AGES, [True] * n)),
        "afp_iu_ml": before,
        "afp_after_iu_ml": after,
        "afp_fell_80_pct": [
            None if b is None or a is None else a < 0.2 * b
            for b, a in zip(before, after, strict=True)
        ],
        "total_dose_gy": [course[0] for course in courses],
        "fractions": [course[1] for course in courses],
        "equivalent_dose_1_8_gy": [course[2] for course in courses],
    }


def _grades(found: dict[str, list[Any]]) -> dict[str, list[Any]]:
    """Grades; where only "any grade" is printed, grade 1 and 2 in turn."""
    female, pelvic = found["female"], [site == "pelvic_seeding" for site in found["site"]]
    columns: dict[str, list[Any]] = {}
    for term in ("hand_foot_syndrome", "thrombocytopenia", *ACUTE):
        mild = alternate_grades([level == "any" for level in found[term]], (1, 2))
        columns[f"tox_acute_{term}"] = [
            int(level) if level in ("3", "4") else grade
            for level, grade in zip(found[term], mild, strict=True)
        ]
    columns["tox_acute_other_skin"] = alternate_grades(found["other_skin"], (1, 2))
    columns["tox_acute_diarrhea"] = [
        2 if p else int(d) for d, p in zip(found["diarrhea"], pelvic, strict=True)
    ]
    columns["tox_acute_duodenal_bleeding"] = [3 if f else 0 for f in female]
    columns["tox_acute_hematochezia"] = [2 if p else 0 for p in pelvic]
    columns["tox_late_pneumonitis"] = [int(v) for v in found["late_pneumonitis"]]
    columns["tox_late_gi_discomfort"] = [int(v) for v in found["late_gi_discomfort"]]
    columns["tox_late_proctitis"] = [2 if p else 0 for p in pelvic]
    return columns
