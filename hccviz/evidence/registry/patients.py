"""Patients of the simulated registry before treatment: host, liver, tumour."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

Columns = dict[str, NDArray[Any]]
Rng = np.random.Generator

CENTRES = ("Centre A", "Centre B", "Centre C", "Centre D", "Centre E", "Centre F")
CENTRE_SHARES = (0.28, 0.21, 0.17, 0.14, 0.12, 0.08)
ETIOLOGIES = ("hbv", "hcv", "hbv_hcv", "alcohol", "mash", "non_b_non_c", "other", "none")
EASTERN = (0.55, 0.17, 0.03, 0.08, 0.06, 0.07, 0.02, 0.02)
WESTERN = (0.12, 0.27, 0.02, 0.28, 0.19, 0.04, 0.04, 0.04)


def host(rng: Rng, n: int) -> Columns:
    """Return centre, diagnosis, age, sex and performance status."""
    centre = rng.choice(len(CENTRES), n, p=CENTRE_SHARES)
    metastasis = rng.random(n) < 0.06
    age = np.clip(np.round(rng.normal(66, 9.5, n)), 29, 92)
    frailty = rng.normal(0, 1, n) + (age - 66) / 20
    ecog = np.digitize(frailty, (0.35, 1.45, 2.6))
    return {
        "centre": centre,
        "metastasis": metastasis,
        "age_years": age,
        "male": rng.random(n) < np.where(metastasis, 0.58, 0.79),
        "ecog": ecog,
    }


def liver(rng: Rng, known: Columns) -> Columns:
    """Return etiology, cirrhosis, laboratory values and the Child-Pugh score they give."""
    n = len(known["centre"])
    metastasis = known["metastasis"].astype(bool)
    western = known["centre"] >= 3
    draws = rng.random(n)
    east, west = (np.searchsorted(np.cumsum(p), draws) for p in (EASTERN, WESTERN))
    etiology = np.minimum(np.where(western, west, east), len(ETIOLOGIES) - 1)
    cirrhosis = rng.random(n) < np.where(metastasis, 0.02, np.where(etiology == 7, 0.1, 0.8))
    reserve = rng.normal(0, 1, n) + np.where(cirrhosis, 0.62, -0.9) + 0.15 * known["ecog"]
    bilirubin = np.round(np.exp(-0.25 + 0.42 * reserve + rng.normal(0, 0.32, n)), 2)
    albumin = np.round(np.clip(3.95 - 0.32 * reserve + rng.normal(0, 0.3, n), 1.8, 5.2), 1)
    inr = np.round(np.clip(1.08 + 0.1 * reserve + rng.normal(0, 0.09, n), 0.8, 3.5), 2)
    ascites = np.digitize(reserve + rng.normal(0, 0.6, n), (1.55, 2.6))
    encephalopathy = np.digitize(reserve + rng.normal(0, 0.8, n), (2.6, 4.2))
    score = (
        np.digitize(bilirubin, (2.0, 3.0001)) + 1
        + np.where(albumin > 3.5, 1, np.where(albumin >= 2.8, 2, 3))
        + np.where(inr < 1.7, 1, np.where(inr <= 2.3, 2, 3))
        + ascites + 1 + encephalopathy + 1
    )  # fmt: skip
    albi = 0.66 * np.log10(bilirubin * 17.1) - 0.085 * albumin * 10
    return {
        "etiology": etiology,
        "cirrhosis": cirrhosis,
        "bilirubin_mg_dl": bilirubin,
        "albumin_g_dl": albumin,
        "inr": inr,
        "ascites": ascites,
        "encephalopathy": encephalopathy,
        "child_pugh_score": score,
        "child_pugh": np.digitize(score, (7, 10)),
        "albi_grade": 1 + (albi > -2.60) + (albi > -1.39),
    }


def tumour(rng: Rng, known: Columns) -> Columns:
    """Return size, number, invasion, spread, AFP, T stage and BCLC stage."""
    n = len(known["centre"])
    size = np.round(np.clip(np.exp(rng.normal(1.15, 0.62, n)), 0.7, 18.0), 1)
    count = 1 + rng.poisson(0.55, n) * (rng.random(n) < 0.75)
    invasion = rng.random(n) < 1 / (1 + np.exp(3.1 - 0.33 * size))
    invasion &= ~known["metastasis"].astype(bool)
    spread = rng.random(n) < np.where(
        known["metastasis"], 0.3, 0.03 + 0.05 * invasion + 0.006 * size
    )
    afp = np.exp(rng.normal(2.9, 1.9, n) + 0.16 * size + 0.8 * invasion)
    afp = np.where(known["metastasis"], np.exp(rng.normal(1.1, 0.5, n)), afp)
    major = invasion & (rng.random(n) < 0.35)
    adjacent = rng.random(n) < 0.025 + 0.05 * (size > 6)
    stage = np.select(
        [adjacent, major, (count > 1) & (size > 5), invasion | (count > 1), size > 2],
        ["T4", "T3b", "T3a", "T2", "T1b"], "T1a",
    )  # fmt: skip
    return {
        "tumor_size_cm": size,
        "tumor_count": count,
        "vascular_invasion": invasion,
        "extrahepatic_disease": spread,
        "afp_ng_ml": np.array([float(f"{v:.3g}") for v in np.clip(afp, 0.8, 300_000)]),
        "t_stage": stage,
        "bclc": _bclc(known, size, count, invasion | spread),
    }


def _bclc(
    known: Columns, size: NDArray[np.float64], count: NDArray[np.int64], advanced: NDArray[np.bool_]
) -> NDArray[np.str_]:
    """BCLC stage from performance status, liver, number, size and spread."""
    ecog = known["ecog"]
    terminal = (ecog >= 3) | (known["child_pugh"] == 2)
    early = (count == 1) | ((count <= 3) & (size <= 3))
    first = (count == 1) & (size <= 2) & (known["child_pugh"] == 0)
    stages = np.select(
        [terminal, advanced | (ecog >= 1), first, early],
        ["D", "C", "0", "A"], "B",
    )  # fmt: skip
    return np.asarray(stages)
