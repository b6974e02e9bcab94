"""Times and responses of the simulated registry, from proportional hazards with known ratios."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from hccviz.evidence.registry.model import DEATH, LOCAL_FAILURE, METASTASIS_DEATH_RATIO
from hccviz.evidence.registry.patients import Columns, Rng

DAYS_PER_MONTH = 30.4375
DEATH_SCALE_DAYS, DEATH_SHAPE = 2700.0, 1.15
FAILURE_SCALE_DAYS = 8200.0


def factors(known: Columns) -> dict[str, dict[str, NDArray[np.float64]]]:
    """Return the covariates of both models, by factor, as the notes of the file name them."""
    stage = np.char.array(np.asarray(known["t_stage"], dtype=str))
    hcc = ~known["metastasis"].astype(bool)
    dose = (known["bed"] >= 100).astype(float)
    death = {
        "Child-Pugh B": known["child_pugh"] == 1,
        "Child-Pugh C": known["child_pugh"] == 2,
        "T2": stage.startswith("T2") & hcc,
        "T3": stage.startswith("T3") & hcc,
        "T4": stage.startswith("T4") & hcc,
        "ECOG 1 or more": known["ecog"] >= 1,
        "AFP 400 ng/mL or more": known["afp_ng_ml"] >= 400,
        "extrahepatic disease": known["extrahepatic_disease"],
        "BED 100 Gy or more": dose,
    }
    failure = {
        "BED 100 Gy or more": dose,
        "tumor size, per cm": known["tumor_size_cm"],
        "vascular invasion": known["vascular_invasion"],
        "prior TACE": known["prior_tace"],
    }
    return {
        "death": {name: np.asarray(x, dtype=float) for name, x in death.items()},
        "local failure": {name: np.asarray(x, dtype=float) for name, x in failure.items()},
    }


def _log_hazard(
    columns: dict[str, NDArray[np.float64]], ratios: dict[str, float]
) -> NDArray[np.float64]:
    terms = [x * np.log(ratios[name]) for name, x in columns.items()]
    return np.asarray(np.sum(terms, axis=0), dtype=float)


def times(rng: Rng, known: Columns) -> Columns:
    """Return days of death, local failure, recurrences and end of follow-up; whole days."""
    n = len(known["centre"])
    both = factors(known)
    death_log = _log_hazard(both["death"], DEATH)
    death_log = death_log + np.log(METASTASIS_DEATH_RATIO) * known["metastasis"]
    failure_log = _log_hazard(both["local failure"], LOCAL_FAILURE)
    death = DEATH_SCALE_DAYS * (rng.exponential(1, n) * np.exp(-death_log)) ** (1 / DEATH_SHAPE)
    failure = FAILURE_SCALE_DAYS * rng.exponential(1, n) * np.exp(-failure_log)
    hepatic = rng.exponential(900, n) * np.exp(-0.25 * (known["tumor_count"] - 1))
    distant = rng.exponential(4200, n) * np.exp(-0.7 * known["vascular_invasion"])
    distant = np.where(known["extrahepatic_disease"], distant / 4, distant)
    censored = np.minimum(rng.uniform(240, 2900, n), rng.exponential(9000, n) + 60)
    return {
        "death": np.ceil(death),
        "failure": np.ceil(failure) + 20,
        "hepatic": np.ceil(hepatic) + 40,
        "distant": np.ceil(distant) + 40,
        "censored": np.ceil(censored),
    }


def endpoints(days: Columns) -> Columns:
    """Return the endpoint pairs, months with two decimals."""
    end = np.minimum(days["death"], days["censored"])
    progression = np.minimum(np.minimum(days["failure"], days["hepatic"]), days["distant"])
    dead = days["death"] <= days["censored"]
    columns: Columns = {"os_months": months(end), "os_event": dead}
    pairs = {
        "lc": days["failure"], "ihrfs": days["hepatic"], "dmfs": days["distant"],
        "ttp": progression,
    }  # fmt: skip
    for code, day in pairs.items():
        columns[f"{code}_months"] = months(np.minimum(day, end))
        columns[f"{code}_event"] = day <= end
    columns["pfs_months"] = columns["ttp_months"]
    columns["pfs_event"] = (progression <= end) | dead
    return columns


def months(days: NDArray[np.generic]) -> NDArray[np.float64]:
    """Whole days as months with two decimals; different days stay different."""
    return np.round(np.asarray(days, dtype=float) / DAYS_PER_MONTH, 2)


def response(rng: Rng, known: Columns, days: Columns) -> Columns:
    """Return responses by several criteria, size change, AFP after, complete-response times."""
    n = len(known["centre"])
    end = np.minimum(days["death"], days["censored"])
    strength = (known["bed"] - 85) / 30 - 0.12 * known["tumor_size_cm"] + rng.logistic(0, 1, n)
    failed = days["failure"] <= np.minimum(end, 120)
    unseen = (end < 75) | (rng.random(n) < 0.03)
    infield = np.select(
        [unseen, failed, strength > 0.15, strength > -1.5], ["NE", "PD", "CR", "PR"], "SD"
    )
    elsewhere = np.minimum(days["hepatic"], days["distant"]) <= np.minimum(end, 120)
    shrink = strength + rng.normal(0, 0.5, n)
    by_size = np.select(
        [unseen, failed, shrink > 2.6, shrink > -0.4], ["NE", "PD", "CR", "PR"], "SD"
    )
    change = np.select(
        [by_size == "CR", by_size == "PR", by_size == "SD"],
        [-100.0, rng.uniform(-92, -30, n), rng.uniform(-29, 19, n)], rng.uniform(20, 85, n),
    )  # fmt: skip
    cr_day = np.ceil(40 + rng.gamma(2.4, 38, n))
    reached = (strength > -0.25) & ~unseen
    stop = np.minimum(end, days["failure"])
    seen = reached & (cr_day < stop)
    kept = np.exp(
        rng.normal(-0.9, 0.8, n) + np.where(infield == "PD", 1.6, 0) - 0.5 * (infield == "CR")
    )
    return {
        "response_mrecist_infield": infield,
        "response_mrecist_overall": np.where((infield != "NE") & elsewhere, "PD", infield),
        "response_recist11_infield": by_size,
        "response_mrecist_best": np.where(seen, "CR", np.where(infield == "CR", "PR", infield)),
        "size_change_pct": np.where(unseen, np.nan, np.round(change)),
        "afp_after_ng_ml": np.array([float(f"{v:.3g}") for v in known["afp_ng_ml"] * kept + 0.5]),
        "cr_months": months(np.where(seen, cr_day, stop)),
        "cr_event": seen,
    }
