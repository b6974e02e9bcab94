"""SBRT for HCC and liver metastases, n = 36: every printed column around the survival core."""

from __future__ import annotations

from typing import Any

import numpy as np

from hccviz.evidence.completion.numbers import dealt, even_values, spread
from hccviz.evidence.completion.solver import PatientTable

Core = dict[str, Any]

# One decimal, as printed: medians 62.6 and 65.9, means 62.4 and 61.8, 64 in all, 9 + 9 up to 64.
HCC_AGES = (42.8, 49.5, 53.2, 55.9, 58.4, 60.7, 62.6, 63.1, 63.8, 68.4, 72.4, 77.9, 82.5)
METASTASIS_AGES = (
    30.6, 38.9, 43.2, 46.7, 50.1, 52.8, 55.4, 57.6, 60.3, 64.3, 65.1, 65.9, 66.5, 67.2, 68.1, 69.0,
    69.9, 70.8, 71.7, 72.9, 74.6, 77.3, 82.5,
)  # fmt: skip
PRIMARIES = {
    "colorectal": 8, "pancreatic": 5, "breast": 4, "lung": 2, "gallbladder": 2, "esophageal": 2,
    "liver": 13,
}  # fmt: skip
SIZES = {"1": (1.0, 1.9), "2": (2.0, 2.9), "3": (3.0, 4.9), "5": (5.0, 9.0)}
# column, level → how many (HCC, metastasis)
BY_GROUP = {
    "sex": {"male": (9, 13), "female": (4, 10)},
    "dose": {"42": (6, 18), "48": (7, 5)},
    "sbrt_location": {"left_lobe": (0, 2), "right_lobe": (12, 15), "both_lobes": (1, 6)},
    "etiology": {"none": (4, 23), "hbv": (9, 0)},
    "cirrhosis": {"yes": (6, 0), "no": (7, 23)},
    "size": {"1": (3, 5), "2": (2, 9), "3": (6, 5), "5": (2, 4)},
    "child_pugh_score": {"5": (10, 19), "6": (3, 4)},
}
ACUTE = {  # patients with grade 1, 2, 3, 4
    "leukopenia": (5, 3, 0, 0), "neutropenia": (5, 3, 0, 0), "anemia": (6, 0, 0, 0),
    "thrombocytopenia": (7, 1, 2, 1), "fatigue": (3, 0, 0, 0), "nausea": (9, 2, 0, 0),
    "ast_alt": (12, 0, 0, 2), "bilirubin": (5, 1, 0, 0), "pneumonitis": (0, 0, 0, 0),
}  # fmt: skip
LATE = {"liver_function": (12, 1, 4, 0), "pneumonitis": (1, 0, 0, 0), "rib_fracture": (0, 0, 0, 0)}


def complete(core: Core, seed: int) -> dict[str, list[Any]]:
    """Return every column of the cohort file except patient_id and study.

    Parameters
    ----------
    core
        Columns of ``sbrt-hcc-metastases_core.csv`` as lists.
    seed
        Seed of the solver and of the sizes within printed classes.

    Raises
    ------
    ValueError
        When the printed counts cannot hold together with this core.
    """
    rng = np.random.default_rng(seed)
    table = PatientTable(len(core["os_months"]), seed)
    _covariates(table, core)
    _toxicity(table, core)
    found = table.solve()
    columns = _known(core) | _numbers(core, found, rng) | _failures(core, found)
    for name in ("sex", "sbrt_location", "etiology", "primary_site"):
        columns[name] = found[name]
    columns["cirrhosis"] = [level == "yes" for level in found["cirrhosis"]]
    columns["child_pugh_score"] = [int(score) for score in found["child_pugh_score"]]
    columns["tumor_count"] = [2 if place == "both_lobes" else 1 for place in found["sbrt_location"]]
    columns["total_dose_gy"] = [float(dose) for dose in found["dose"]]
    for phase, terms in (("acute", ACUTE), ("late", LATE)):
        for term in terms:
            columns[f"tox_{phase}_{term}"] = [int(g) for g in found[f"tox_{phase}_{term}"]]
    return columns


def _covariates(table: PatientTable, core: Core) -> None:
    """Solve Table 2: every row exact in both diagnosis groups."""
    metastasis = [bool(v) for v in core["metastasis"]]
    for name, levels in BY_GROUP.items():
        column = table.choice(name, {level: sum(pair) for level, pair in levels.items()})
        for level, (_, second) in levels.items():
            table.count_where(column[level], metastasis, second)
    primary = table.choice("primary_site", PRIMARIES)
    table.fix(primary["liver"], [not m for m in metastasis])
    table.only_where(table.flag("in_and_out", 1), _in_field_alone(core))
    distant = [bool(d and not lc) for d, lc in zip(core["distant"], core["lc_event"], strict=True)]
    only = table.flag("distant_only", 2)
    table.only_where(only, [d and m for d, m in zip(distant, metastasis, strict=True)])


def _in_field_alone(core: Core) -> list[bool]:
    """Metastasis patients with a local failure and no distant one."""
    rows = zip(core["metastasis"], core["lc_event"], core["distant"], strict=True)
    return [bool(m and failed and not distant) for m, failed, distant in rows]


def _toxicity(table: PatientTable, core: Core) -> None:
    """Solve Tables 4 and 5; late grades only after more than six months of follow-up."""
    followed = [months > 6 for months in core["os_months"]]
    for phase, terms in (("acute", ACUTE), ("late", LATE)):
        for term, counts in terms.items():
            levels = {"0": table.n - sum(counts)} | {str(g): c for g, c in enumerate(counts, 1)}
            column = table.choice(f"tox_{phase}_{term}", levels)
            if phase == "late":
                for grade in "1234":
                    table.only_where(column[grade], followed)
    _follows(table, "tox_acute_neutropenia", "tox_acute_leukopenia")


def _follows(table: PatientTable, first: str, second: str) -> None:
    """Give two columns with equal counts the same patients (the print does not say)."""
    one, other = table.columns(first), table.columns(second)
    for level, flags in one.items():
        for flag, match in zip(flags, other[level], strict=True):
            table.model.add(flag == match)


def _known(core: Core) -> dict[str, list[Any]]:
    """Columns that follow from the core or hold for everybody."""
    n = len(core["os_months"])
    rows = list(
        zip(core["progression"], core["progression_months"], core["os_months"], strict=True)
    )
    events = zip(core["progression"], core["os_event"], strict=True)
    distant = zip(core["distant"], core["progression_months"], core["os_months"], strict=True)
    return {
        "diagnosis": ["liver_metastasis" if m else "hcc" for m in core["metastasis"]],
        "child_pugh_class": ["A"] * n,
        "rt_technique": ["sbrt"] * n,
        "fractions": [3] * n,
        "os_months": core["os_months"],
        "os_event": core["os_event"],
        "pfs_months": [first if seen else last for seen, first, last in rows],
        "pfs_event": [int(seen or died) for seen, died in events],
        "lc_months": core["lc_months"],
        "lc_event": core["lc_event"],
        "dmfs_months": [first if seen else last for seen, first, last in distant],
        "dmfs_event": core["distant"],
        "rild": ["none"] * n,
    }


def _numbers(core: Core, found: dict[str, list[Any]], rng: np.random.Generator) -> dict[str, Any]:
    """Ages as printed by group; sizes drawn within the printed classes."""
    n = len(core["os_months"])
    metastasis = [bool(v) for v in core["metastasis"]]
    sizes = []
    for level, (low, high) in SIZES.items():
        where = [size == level for size in found["size"]]
        sizes.append(dealt(rng, even_values(rng, sum(where), low, high, 1), where))
    return {
        "age_years": spread(
            n,
            dealt(rng, HCC_AGES, [not m for m in metastasis]),
            dealt(rng, METASTASIS_AGES, metastasis),
        ),
        "tumor_size_cm": spread(n, *sizes),
    }


def _failures(core: Core, found: dict[str, list[Any]]) -> dict[str, list[Any]]:
    """Pattern of failure from where the patient failed (Table 3)."""
    patterns = []
    rows = zip(
        core["progression"], core["lc_event"], core["distant"],
        found["in_and_out"], found["distant_only"], strict=True,
    )  # fmt: skip
    for seen, failed, distant, both, only in rows:
        if not seen:
            patterns.append("none")
        elif distant:
            patterns.append("distant_only" if only else "locoregional_and_distant")
        elif failed:
            patterns.append("infield_and_outfield" if both else "infield_only")
        else:
            patterns.append("outfield_only")
    return {"failure_pattern": patterns}
