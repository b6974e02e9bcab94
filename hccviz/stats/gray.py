"""Gray's test of equal cumulative incidence, equal to R's ``cmprsk::cuminc``."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import chdtrc

from hccviz.domain.records import FloatArray, TestResult
from hccviz.domain.survival_records import CompetingTable
from hccviz.stats.logrank import quadratic_form

_NO_EVENTS = "not estimable: no events"
_ONE_GROUP = "not estimable: only one group"
_NEVER_TOGETHER = "not estimable: no two groups were at risk together when an event occurred"
_NEGATIVE = "not estimable: too many ties among too few patients for the variance"


@dataclass(frozen=True, slots=True)
class _Counts:
    """Per group and time with an event of either kind, shape (k, m)."""

    events: FloatArray
    others: FloatArray
    at_risk: FloatArray


def gray_test(table: CompetingTable, *, of: str = "events") -> TestResult:
    """Gray's k-sample test that the cumulative incidence is the same in all groups (rho = 0).

    Parameters
    ----------
    table
        First events of two or more groups.
    of
        ``"events"`` for the event of interest, ``"competing"`` for the competing one.

    Returns
    -------
    TestResult
        Chi-square with (groups at risk at an event - 1) degrees of freedom; ``p`` None with a
        reason when there is one group, no event, no event with two groups at risk, or when heavy
        ties leave no positive variance (R then gives a missing or negative statistic).

    References
    ----------
    Gray RJ. Ann Stat 1988;16:1141-54. R package cmprsk, ``cuminc``.
    """
    name = "Gray" if of == "events" else f"Gray, {table.competing}"
    if len(table.groups) < 2:
        return TestResult(name, None, None, None, why=_ONE_GROUP)
    counts = _counts(table, of)
    if not counts.events.any():
        return TestResult(name, None, None, None, why=_NO_EVENTS)
    score, variance = _score(counts)
    if np.linalg.eigvalsh(variance)[0] < -1e-8 * np.trace(variance):
        return TestResult(name, None, None, None, why=_NEGATIVE)
    statistic, df = quadratic_form(score, variance) if np.trace(variance) > 0.0 else (0.0, 0)
    if df == 0:
        return TestResult(name, None, None, None, why=_NEVER_TOGETHER)
    seen = (counts.at_risk * counts.events.sum(axis=0)).sum(axis=1)
    absent = [g.label for g, there in zip(table.groups, seen, strict=True) if there == 0.0]
    note = f"Not tested, nobody at risk at any event: {', '.join(absent)}." if absent else ""
    return TestResult(name, statistic, float(df), float(chdtrc(df, statistic)), note=note)


def _counts(table: CompetingTable, of: str) -> _Counts:
    """Gather the counts of all groups on their common times with an event of either kind."""
    groups = table.groups
    times = np.unique(np.concatenate([g.time[g.events + g.competing > 0] for g in groups]))
    events, others, at_risk = (np.zeros((len(groups), len(times))) for _ in range(3))
    for row, group in enumerate(groups):
        wanted, rest = group.events, group.competing
        if of != "events":
            wanted, rest = rest, wanted
        had = group.events + group.competing > 0
        place = np.searchsorted(times, group.time[had])
        events[row, place], others[row, place] = wanted[had], rest[had]
        passed = np.searchsorted(times, group.time, side="right")
        leaving = group.events + group.competing + group.censored
        gone = np.cumsum(np.bincount(passed, weights=leaving, minlength=len(times) + 1))
        at_risk[row] = group.n - gone[: len(times)]
    return _Counts(events, others, at_risk)


def _score(counts: _Counts) -> tuple[FloatArray, NDArray[np.float64]]:
    """Score of every group and its covariance, both of size k (they sum to zero over groups).

    In Gray's notation h is at_risk / S(t-), R = h (1 - F(t-)), and a and c are the influence of
    group k's own event on the score at this time and through the pooled hazard before it.
    """
    d, other, n = counts.events, counts.others, counts.at_risk
    there = n > 0
    safe = np.where(there, n, 1.0)
    staying: FloatArray = np.where(there, (n - d - other) / safe, 1.0)
    after: FloatArray = np.cumprod(staying, axis=1, dtype=np.float64)
    before = _left(after, 1.0)
    own_incidence = _left(np.cumsum(before * d / safe, axis=1, dtype=np.float64), 0.0)
    h = np.where(there, n / np.where(before > 0, before, 1.0), 0.0)
    total = h.sum(axis=0)
    deaths = d.sum(axis=0)
    pooled: FloatArray = np.cumsum(deaths / total, dtype=np.float64)
    left = 1.0 - _left(pooled[None, :], 0.0)[0]
    risk = h * (1.0 - own_incidence)
    all_risk = risk.sum(axis=0)
    share = np.divide(risk, all_risk, out=np.zeros_like(risk), where=all_risk > 0)
    score = (d - deaths * share).sum(axis=1)
    step = np.divide(deaths, total * left, out=np.zeros_like(total), where=left > 1e-12)
    k = len(d)
    variance = np.zeros((k, k))
    for g in range(k):
        influence = h[g] * ((np.arange(k) == g)[:, None] - h / total)
        through = np.cumsum(influence * step, axis=1)
        still = through[:, -1:] - through
        alive = after[g] > 0
        kept = np.divide(1.0 - pooled, after[g], out=np.zeros_like(pooled), where=alive)
        one = np.where(alive, 1.0 - kept, 1.0)
        ties = _ties(deaths, total * before[g])
        spread = np.where(there[g], ties * before[g] * deaths / (total * safe[g]), 0.0)
        moved = influence + one * still
        variance += (moved * spread) @ moved.T
        ties = _ties(other[g], n[g])
        spread = np.where(alive, ties * (before[g] / safe[g]) ** 2 * other[g], 0.0)
        moved = kept * still
        variance += (moved * spread) @ moved.T
    return score, variance


def _ties(events: FloatArray, at_risk: FloatArray) -> FloatArray:
    """Hypergeometric factor 1 - (d - 1)/(n - 1) of several events at one time."""
    several = (events > 1) & (at_risk != 1.0)
    room = np.where(several, at_risk - 1.0, 1.0)
    return np.where(several, 1.0 - (events - 1.0) / room, 1.0)


def _left(values: FloatArray, start: float) -> FloatArray:
    """Values just before each time."""
    return np.concatenate((np.full((len(values), 1), start), values[:, :-1]), axis=1)
