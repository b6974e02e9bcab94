"""Harrell's concordance of a risk score with survival, equal to R's ``concordance``."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from hccviz.domain.records import FloatArray, IntArray, Quantity
from hccviz.stats.confidence import normal_quantile


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
        Between 0 and 1; ``value`` None with a reason when no pair is comparable. Pairs are counted
        by sorting, so that the cost is n log² n.

    References
    ----------
    Harrell FE et al. JAMA 1982;247:2543-6. Therneau T, Atkinson E. Concordance, vignette of the R
    package survival.
    """
    z = normal_quantile(level)
    n = len(score)
    codes = np.zeros(n, dtype=np.int64) if stratum is None else stratum
    won, pairs = np.zeros(n), np.zeros(n)
    for code in np.unique(codes):
        inside = np.flatnonzero(codes == code)
        won[inside], pairs[inside] = _pairs(score[inside], time[inside], event[inside])
    total = float(pairs.sum()) / 2.0
    if total == 0.0:
        return Quantity(None, why="not estimable: no two patients can be compared")
    share = float(won.sum()) / 2.0 / total
    spread = math.sqrt(float(((won - share * pairs) ** 2).sum())) / total
    return Quantity(share, max(share - z * spread, 0.0), min(share + z * spread, 1.0))


def _pairs(
    score: FloatArray, time: FloatArray, event: NDArray[np.bool_]
) -> tuple[FloatArray, FloatArray]:
    """Concordant pairs (ties of scores count half) and comparable pairs of every patient."""
    late = 2 * np.unique(time, return_inverse=True)[1] + ~event  # a censoring follows an event
    rank = np.unique(score, return_inverse=True)[1]
    died = np.flatnonzero(event)
    won, pairs = np.zeros(len(score)), np.zeros(len(score))
    below, equal, later = _after(late, rank, late[died], rank[died])
    won[died], pairs[died] = below + 0.5 * equal, later
    below, equal, sooner = _after(-late[died], rank[died], -late, rank)  # higher scores lose
    return won + (sooner - below - 0.5 * equal), pairs + sooner


def _after(
    late: IntArray, rank: IntArray, than_late: IntArray, than_rank: IntArray
) -> tuple[IntArray, IntArray, IntArray]:
    """Count, for every query, the points that are later: of lower rank, of equal rank, all.

    The later points are the start of the falling order, cut into runs of 1, 2, 4 … points that are
    sorted by rank.
    """
    order = np.argsort(-late, kind="stable")
    ranks = rank[order]
    later = np.searchsorted(-late[order], -than_late, side="left")
    below, upto = np.zeros(len(later), dtype=np.int64), np.zeros(len(later), dtype=np.int64)
    top = int(max(rank.max(initial=0), than_rank.max(initial=0))) + 2
    size = 1
    while size <= len(ranks):
        whole = len(ranks) // size * size
        runs = np.sort(ranks[:whole].reshape(-1, size), axis=1)
        keys = (runs + top * np.arange(len(runs))[:, None]).ravel()
        asked = np.flatnonzero(later & size)
        run = (later[asked] >> (size.bit_length())) * 2
        for found, wanted in ((below, than_rank[asked]), (upto, than_rank[asked] + 1)):
            found[asked] += np.searchsorted(keys, run * top + wanted) - run * size
        size *= 2
    return below, upto - below, later
