"""Harrell's concordance of a risk score with survival, equal to R's ``concordance``."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from hccviz.domain.records import FloatArray, IntArray, Quantity
from hccviz.stats.confidence import normal_quantile

LARGEST = 20_000  # patients; every pair is looked at
_CHUNK = 2_000_000


def concordance(
    score: FloatArray,
    time: FloatArray,
    event: NDArray[np.bool_],
    *,
    stratum: IntArray | None = None,
    level: float = 0.95,
) -> Quantity:
    """Share of comparable pairs in which the higher score has the earlier event.

    A pair is comparable when the earlier time is an event; at equal times, an event counts before
    a censoring, and two events do not compare. Equal scores count one half. Pairs are formed
    within strata only.

    Parameters
    ----------
    score, time, event
        Risk score (higher: earlier event), months and event per patient, shape (n,).
    stratum
        Code per patient.
    level
        Confidence level of the limits, on the infinitesimal-jackknife standard error.

    Returns
    -------
    Quantity
        Between 0 and 1; ``value`` None with a reason when no pair is comparable or when there are
        more than ``LARGEST`` patients.

    References
    ----------
    Harrell FE et al. JAMA 1982;247:2543-6. Therneau T, Atkinson E. Concordance, vignette of the R
    package survival.
    """
    z = normal_quantile(level)
    n = len(score)
    if n > LARGEST:
        return Quantity(None, why=f"not computed for more than {LARGEST} patients")
    strata = np.zeros(n, dtype=np.int64) if stratum is None else stratum
    won, pairs = np.zeros(n), np.zeros(n)
    for i in np.array_split(np.flatnonzero(event), max(1, n * int(event.sum()) // _CHUNK)):
        later = time[None, :] > time[i][:, None]
        later |= (time[None, :] == time[i][:, None]) & ~event[None, :]
        later &= strata[None, :] == strata[i][:, None]
        gap = np.sign(score[i][:, None] - score[None, :])
        points = np.where(later, 0.5 + 0.5 * gap, 0.0)
        won[i] += points.sum(axis=1)
        pairs[i] += later.sum(axis=1)
        won += points.sum(axis=0)
        pairs += later.sum(axis=0)
    total = float(pairs.sum()) / 2.0
    if total == 0.0:
        return Quantity(None, why="not estimable: no two patients can be compared")
    share = float(won.sum()) / 2.0 / total
    spread = math.sqrt(float(((won - share * pairs) ** 2).sum())) / total
    return Quantity(share, max(share - z * spread, 0.0), min(share + z * spread, 1.0))
