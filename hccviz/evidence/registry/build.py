"""Puts the simulated registry together: columns by the vocabulary, with missing values."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from hccviz.domain.vocabulary import endpoint_part, is_response, lookup, toxicity_term, variables
from hccviz.evidence.registry import outcomes, patients, toxicity, treatment
from hccviz.evidence.registry.model import SEED, N
from hccviz.evidence.registry.patients import Columns

MISSING = {  # shares, completely at random; columns not named are complete
    "age_years": 0.0, "ecog": 0.02, "child_pugh_class": 0.03, "child_pugh_score": 0.06,
    "etiology": 0.02, "cirrhosis": 0.03, "albi_grade": 0.07, "bilirubin_mg_dl": 0.05,
    "albumin_g_dl": 0.05, "inr": 0.08, "ascites": 0.04, "encephalopathy": 0.05, "t_stage": 0.03,
    "bclc_stage": 0.03, "tumor_size_cm": 0.02, "tumor_count": 0.02, "vascular_invasion": 0.02,
    "extrahepatic_disease": 0.02, "afp_ng_ml": 0.06, "prior_tace": 0.02, "prior_rfa": 0.03,
    "prior_resection": 0.02, "prior_rt": 0.02, "prior_systemic": 0.03, "rt_intent": 0.04,
    "concurrent_systemic": 0.03, "mean_liver_dose_gy": 0.15, "size_change_pct": 0.10,
    "afp_after_ng_ml": 0.13, "rild": 0.03, "response_mrecist_infield": 0.03,
    "response_mrecist_overall": 0.03, "response_recist11_infield": 0.06,
    "response_mrecist_best": 0.04,
}  # fmt: skip
TOXICITY_MISSING = {"acute": 0.03, "late": 0.08}
ENDPOINT_MISSING = {"lc": 0.02, "ihrfs": 0.03, "dmfs": 0.03, "cr": 0.04}


def build_registry(n: int = N, seed: int = SEED) -> pa.Table:
    """Return the registry as an arrow table.

    Parameters
    ----------
    n, seed
        Patients, and seed of NumPy's PCG64; the same pair gives the same table.
    """
    return to_table(with_missing(np.random.default_rng([seed, 1]), complete_registry(n, seed)))


def complete_registry(n: int = N, seed: int = SEED) -> Columns:
    """Return every simulated column before values go missing, with the model's own ones."""
    rng = np.random.default_rng(seed)
    known = patients.host(rng, n)
    known |= patients.liver(rng, known)
    known |= patients.tumour(rng, known)
    known |= treatment.before(rng, known)
    known |= treatment.radiotherapy(rng, known)
    days = outcomes.times(rng, known)
    known |= outcomes.endpoints(days) | outcomes.response(rng, known, days)
    known |= toxicity.grades(rng, known)
    return known


def with_missing(rng: np.random.Generator, known: Columns) -> dict[str, list[Any]]:
    """Return the file's columns as lists, None where a value is not recorded."""
    n = len(known["centre"])
    columns = _named(known)
    gone = {name: rng.random(n) < share for name, share in MISSING.items()}
    for code, share in ENDPOINT_MISSING.items():
        gone[f"{code}_months"] = gone[f"{code}_event"] = rng.random(n) < share
    for phase, share in TOXICITY_MISSING.items():
        for name in columns:
            if name.startswith(f"tox_{phase}_"):
                gone[name] = rng.random(n) < share
    gone["prior_tace_sessions"] = gone["prior_tace"]
    metastasis = known["metastasis"].astype(bool)
    for name in ("t_stage", "bclc_stage", "etiology"):
        gone[name] = gone[name] | metastasis
    gone["size_change_pct"] = gone["size_change_pct"] | np.isnan(
        np.asarray(known["size_change_pct"], dtype=float)
    )
    return {
        name: [None if g else v for v, g in zip(column, gone.get(name, [False] * n), strict=True)]
        for name, column in columns.items()
    }


def _named(known: Columns) -> dict[str, list[Any]]:
    """Name columns and levels by the vocabulary."""
    n = len(known["centre"])
    named: dict[str, list[Any]] = {
        "patient_id": [f"REG-{i:04d}" for i in range(1, n + 1)],
        "study": _levels(known["centre"], patients.CENTRES),
        "sex": _levels(known["male"], ("female", "male")),
        "ecog": [str(v) for v in known["ecog"]],
        "child_pugh_class": _levels(known["child_pugh"], ("A", "B", "C")),
        "etiology": _levels(known["etiology"], patients.ETIOLOGIES),
        "albi_grade": [str(v) for v in known["albi_grade"]],
        "ascites": _levels(known["ascites"], ("none", "mild", "moderate_severe")),
        "encephalopathy": _levels(known["encephalopathy"], ("none", "grade_1_2", "grade_3_4")),
        "diagnosis": _levels(known["metastasis"], ("hcc", "liver_metastasis")),
        "t_stage": _stages(known),
        "bclc_stage": known["bclc"].tolist(),
        "rt_technique": _levels(known["technique"], treatment.TECHNIQUES),
        "rt_intent": _levels(known["intent"], treatment.INTENTS),
    }
    for name in known:
        kept = lookup(name) or endpoint_part(name) or is_response(name)
        if name not in named and kept:
            named[name] = known[name].tolist()
    order = {name: place for place, name in enumerate(variables())}
    last = len(order)
    return {name: named[name] for name in sorted(named, key=lambda c: order.get(c, last))}


def _levels(codes: NDArray[np.generic], names: Sequence[str]) -> list[Any]:
    return [names[int(code)] for code in codes]


def _stages(known: Columns) -> list[Any]:
    """T stage; the last centre records no substage."""
    last = known["centre"] == len(patients.CENTRES) - 1
    return [
        str(s)[:2] if plain else str(s) for s, plain in zip(known["t_stage"], last, strict=True)
    ]


def to_table(columns: dict[str, list[Any]]) -> pa.Table:
    """Give every column its arrow type."""
    return pa.table({name: _array(name, values) for name, values in columns.items()})


def _array(name: str, values: list[Any]) -> pa.Array:
    part = endpoint_part(name)
    if toxicity_term(name) or (part and part[1] == "event"):
        return pa.array([None if v is None else int(v) for v in values], pa.int8())
    variable = variables().get(name)
    kind = variable.kind if variable else ("number" if part else "category")
    types = {"number": pa.float64(), "integer": pa.int32(), "boolean": pa.bool_()}
    return pa.array(values, types.get(kind, pa.string()))
