"""Treatment in the simulated registry: what came before, schedules, liver dose."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from hccviz.evidence.registry.patients import Columns, Rng

TECHNIQUES = ("sbrt", "3d_crt", "imrt", "tomotherapy", "proton", "carbon")
TECHNIQUE_SHARES = (0.50, 0.13, 0.15, 0.09, 0.10, 0.03)
SCHEDULES: dict[str, tuple[tuple[float, int], ...]] = {
    "ablative": ((45, 3), (48, 3), (54, 3), (50, 5), (60, 4), (60, 3)),
    "moderate": ((40, 5), (35, 5), (36, 3), (36, 4)),
    "fractionated": ((50, 20), (50, 25), (45, 15), (54, 18), (60, 20), (60, 30), (30, 10)),
    "proton": ((66, 10), (67.5, 15), (58.05, 15), (72.6, 22)),
    "carbon": ((52.8, 4), (48, 4), (60, 12)),
}
INTENTS = ("curative", "salvage", "palliative", "bridging")


def before(rng: Rng, known: Columns) -> Columns:
    """Return treatments before this radiotherapy."""
    n = len(known["centre"])
    metastasis = known["metastasis"].astype(bool)
    tace = rng.random(n) < np.where(metastasis, 0.05, 0.42 + 0.05 * (known["tumor_count"] > 1))
    sessions = np.where(
        tace, np.minimum(1 + rng.geometric(0.45, n) - 1 + rng.poisson(0.3, n), 14), 0
    )
    return {
        "prior_tace": tace,
        "prior_tace_sessions": sessions,
        "prior_rfa": rng.random(n) < np.where(known["tumor_size_cm"] < 4, 0.24, 0.1),
        "prior_resection": rng.random(n) < np.where(metastasis, 0.45, 0.17),
        "prior_rt": rng.random(n) < 0.07,
        "prior_systemic": rng.random(n) < np.where(metastasis, 0.85, 0.08),
    }


def radiotherapy(rng: Rng, known: Columns) -> Columns:
    """Return technique, intent, schedule, systemic therapy and mean liver dose."""
    n = len(known["centre"])
    technique = rng.choice(len(TECHNIQUES), n, p=TECHNIQUE_SHARES)
    large = known["tumor_size_cm"] > 6
    technique = np.where(large & (technique == 0) & (rng.random(n) < 0.6), 2, technique)
    fragile = (known["child_pugh"] >= 1) & (rng.random(n) < 0.6)
    courses = [
        _course(rng, TECHNIQUES[t], bool(f)) for t, f in zip(technique, fragile, strict=True)
    ]
    dose = np.array([c[0] for c in courses], dtype=float)
    fractions = np.array([c[1] for c in courses])
    advanced = known["extrahepatic_disease"] | (known["ecog"] >= 3)
    intent = np.select(
        [advanced & (rng.random(n) < 0.7), rng.random(n) < 0.05, known["prior_tace"] > 0],
        [2, 3, 1], 0,
    )  # fmt: skip
    sparing = np.isin(technique, (4, 5))
    equivalent = dose * (dose / fractions + 3) / 5
    mean_liver = (
        0.042 * equivalent * (known["tumor_size_cm"] + 1) ** 0.6 * np.where(sparing, 0.6, 1)
    )
    mean_liver = mean_liver * np.exp(rng.normal(0, 0.22, n))
    return {
        "technique": technique,
        "intent": intent,
        "total_dose_gy": dose,
        "fractions": fractions,
        "bed": bed(dose, fractions),
        "concurrent_systemic": rng.random(n) < np.where(known["vascular_invasion"], 0.25, 0.06),
        "mean_liver_dose_gy": np.round(np.clip(mean_liver, 1.0, 32.0), 1),
    }


def _course(rng: Rng, technique: str, fragile: bool) -> tuple[float, int]:
    """Draw one schedule of a technique; fragile livers get the smaller dose."""
    if technique == "sbrt":
        deck = SCHEDULES["moderate" if fragile else "ablative"]
    elif technique in SCHEDULES:
        deck = SCHEDULES[technique]
    else:
        deck = SCHEDULES["fractionated"]
    return deck[int(rng.integers(len(deck)))]


def bed(dose: NDArray[np.float64], fractions: NDArray[np.int64]) -> NDArray[np.float64]:
    """Biologically effective dose at alpha/beta 10 Gy."""
    return dose * (1 + dose / fractions / 10)
