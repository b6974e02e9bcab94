"""Log-rank tests from event tables: omnibus, stratified, trend and pairwise."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations

import numpy as np
from scipy.special import chdtrc

from hccviz.domain.records import EventTable, FloatArray, PairwiseTest, TestResult
from hccviz.stats.risk_sets import RiskSets, risk_sets

_NO_EVENTS = "not estimable: no events"
_ONE_GROUP = "not estimable: only one group"
_NEVER_TOGETHER = "not estimable: no two groups were at risk together when an event occurred"


def logrank_test(table: EventTable, sets: RiskSets | None = None) -> TestResult:
    """Two-sided unweighted log-rank test of k groups, stratified when the table has strata.

    Parameters
    ----------
    table
        Event table with two or more groups.
    sets
        Risk sets of this table, when the caller already has them.

    Returns
    -------
    TestResult
        Chi-square with (groups at risk at an event time - 1) degrees of freedom and the
        hypergeometric variance. ``p`` is None with a reason when there is one group, no event, or
        no event time at which two groups were at risk. A group that had left before the first
        event is not tested, as in R, and named in ``note``.

    References
    ----------
    Mantel N. Cancer Chemother Rep 1966;50:163-70. Peto R, Peto J. J R Stat Soc A
    1972;135:185-207. R package survival, ``survdiff``.
    """
    name = "stratified log-rank" if table.strata else "log-rank"
    sets = sets or risk_sets(table)
    why = _untestable(table, sets)
    if why:
        return TestResult(name, None, None, None, why=why)
    excess, variance, expected = _moments(sets)
    statistic, df = quadratic_form(excess, variance)
    if df == 0:
        return TestResult(name, None, None, None, why=_NEVER_TOGETHER)
    absent = [g.label for g, e in zip(table.groups, expected, strict=True) if e == 0.0]
    note = f"Not tested, nobody at risk at any event: {', '.join(absent)}." if absent else ""
    return TestResult(name, statistic, float(df), float(chdtrc(df, statistic)), note=note)


def logrank_trend_test(table: EventTable, sets: RiskSets | None = None) -> TestResult:
    """Log-rank test for trend over ordered groups, with scores 1, 2, …, k in table order.

    Parameters
    ----------
    table
        Event table whose groups are in a meaningful order; strata are respected.
    sets
        Risk sets of this table, when the caller already has them.

    Returns
    -------
    TestResult
        Chi-square with one degree of freedom; ``p`` None with a reason as in
        :func:`logrank_test`.

    References
    ----------
    Tarone RE. Biometrika 1975;62:679-82. Collett D. Modelling Survival Data in Medical Research,
    2.7.
    """
    name = "stratified log-rank for trend" if table.strata else "log-rank for trend"
    sets = sets or risk_sets(table)
    why = _untestable(table, sets)
    if why:
        return TestResult(name, None, None, None, why=why)
    excess, variance, _ = _moments(sets)
    scores = np.arange(1.0, len(table.groups) + 1.0)
    spread = float(scores @ variance @ scores)
    if spread <= _rounding(variance):
        return TestResult(name, None, None, None, why=_NEVER_TOGETHER)
    statistic = float(scores @ excess) ** 2 / spread
    return TestResult(name, statistic, 1.0, float(chdtrc(1, statistic)))


def pairwise_logrank(table: EventTable, sets: RiskSets | None = None) -> tuple[PairwiseTest, ...]:
    """Log-rank test of every two groups, each on those two alone, with Holm's correction.

    Parameters
    ----------
    table
        Event table; strata are respected.
    sets
        Risk sets of this table, when the caller already has them.

    Returns
    -------
    tuple of PairwiseTest
        In the order (1, 2), (1, 3), …, by level. A pair that is not estimable has its reason and
        does not count in the correction.

    References
    ----------
    Holm S. Scand J Stat 1979;6:65-70; R ``p.adjust``.
    """
    sets = sets or risk_sets(table)
    pairs = list(combinations(range(len(table.groups)), 2))
    found = [_pair_p(sets, i, j) for i, j in pairs]
    adjusted = holm([p for p, _ in found])
    return tuple(
        PairwiseTest(table.groups[i].level, table.groups[j].level, p, p_holm, why)
        for (i, j), (p, why), p_holm in zip(pairs, found, adjusted, strict=True)
    )


def holm(p_values: Sequence[float | None]) -> list[float | None]:
    """Holm's step-down correction; None stays None and is not counted.

    Examples
    --------
    >>> holm([0.01, None, 0.04])
    [0.02, None, 0.04]
    """
    known = sorted((p, i) for i, p in enumerate(p_values) if p is not None)
    adjusted: list[float | None] = [None] * len(p_values)
    highest = 0.0
    for rank, (p, i) in enumerate(known):
        highest = max(highest, min(1.0, (len(known) - rank) * p))
        adjusted[i] = highest
    return adjusted


def _untestable(table: EventTable, sets: RiskSets) -> str:
    """Return the reason why there is nothing to test, or an empty string."""
    if len(table.groups) < 2:
        return _ONE_GROUP
    return "" if sets.deaths.size else _NO_EVENTS


def _moments(sets: RiskSets) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Observed minus expected, its hypergeometric covariance, and expected, per group."""
    deaths, n = sets.deaths.sum(axis=0), sets.at_risk.sum(axis=0)
    share = sets.at_risk / n
    expected = share @ deaths
    weight = deaths * (n - deaths) / np.maximum(n - 1.0, 1.0)
    weighted = share * weight
    variance = np.diag(weighted.sum(axis=1)) - weighted @ share.T
    return sets.deaths.sum(axis=1) - expected, variance, expected


def quadratic_form(excess: FloatArray, variance: FloatArray) -> tuple[float, int]:
    """Chi-square of a vector by the generalised inverse of its covariance, and the rank of that."""
    values, vectors = np.linalg.eigh(variance)
    used = values > _rounding(variance)
    projected = excess @ vectors[:, used]
    return float((projected**2 / values[used]).sum()), int(used.sum())


def _rounding(variance: FloatArray) -> float:
    """Size below which an eigenvalue of this covariance is rounding error."""
    return 1e-10 * float(np.trace(variance)) / len(variance)


def _pair_p(sets: RiskSets, i: int, j: int) -> tuple[float | None, str]:
    """Return p of two groups alone, or None and the reason."""
    deaths = sets.deaths[i] + sets.deaths[j]
    used = deaths.nonzero()[0]
    if not used.size:
        return None, _NO_EVENTS
    deaths, present = deaths[used], sets.at_risk[i][used]
    n = present + sets.at_risk[j][used]
    share = present / n
    spread = (1.0 - share) * (n - deaths) / np.maximum(n - 1.0, 1.0)
    variance = float((deaths * share) @ spread)
    if variance <= 0.0:
        return None, "not estimable: the two groups were never at risk together at an event"
    excess = float(sets.deaths[i].sum() - deaths @ share)
    return float(chdtrc(1, excess**2 / variance)), ""
