"""Toxicity grades of the simulated registry: worse with liver damage and liver dose."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from hccviz.evidence.registry.patients import Columns, Rng

# term → share with any grade in an average patient, weight of liver function, weight of liver dose
ACUTE = {
    "fatigue": (0.42, 0.2, 0.2), "anorexia": (0.24, 0.3, 0.3), "nausea": (0.26, 0.1, 0.3),
    "vomiting": (0.09, 0.1, 0.3), "diarrhea": (0.07, 0.0, 0.2), "gi_pain": (0.12, 0.0, 0.3),
    "dermatitis": (0.15, 0.0, 0.1), "anemia": (0.17, 0.4, 0.1), "leukopenia": (0.28, 0.4, 0.2),
    "thrombocytopenia": (0.32, 0.6, 0.2), "ast_alt": (0.27, 0.4, 0.4),
    "bilirubin": (0.18, 0.9, 0.4),
}  # fmt: skip
LATE = {
    "liver_function": (0.18, 0.9, 0.5), "hepatic_failure": (0.015, 1.1, 0.5),
    "biliary_stricture": (0.03, 0.0, 0.2), "gi_bleeding": (0.03, 0.3, 0.3),
    "duodenal_ulcer": (0.025, 0.1, 0.3), "gastritis": (0.05, 0.1, 0.3),
    "pneumonitis": (0.06, 0.0, 0.1), "rib_fracture": (0.05, 0.0, 0.0),
}  # fmt: skip
STEPS = (1.6, 3.3, 5.2)


def grades(rng: Rng, known: Columns) -> Columns:
    """Return one grade column per term and phase, and radiation-induced liver disease."""
    n = len(known["centre"])
    liver = known["child_pugh_score"] - 5.6
    dose = (known["mean_liver_dose_gy"] - 10) / 6
    tendency = rng.normal(0, 0.7, n)
    columns: Columns = {}
    for phase, terms in (("acute", ACUTE), ("late", LATE)):
        for term, (share, by_liver, by_dose) in terms.items():
            base = np.log(share / (1 - share)) + by_liver * liver + by_dose * dose + tendency
            columns[f"tox_{phase}_{term}"] = _grade(base + rng.logistic(0, 1, n))
    rib = known["total_dose_gy"] / known["fractions"] < 8
    columns["tox_late_rib_fracture"] = np.where(rib, 0, columns["tox_late_rib_fracture"])
    risk = -4.4 + 0.55 * liver + 0.8 * dose + rng.logistic(0, 1, n)
    columns["rild"] = np.select([risk > 1.6, risk > 0], ["classic", "non_classic"], "none")
    return columns


def _grade(level: NDArray[np.float64]) -> NDArray[np.int8]:
    """Cut a latent severity at 0 and at the steps: grade 0 to 4."""
    return np.digitize(level, (0.0, *STEPS)).astype(np.int8)
