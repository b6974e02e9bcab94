"""Odds ratios of 2 × 2 tables: conditional (exact) and Mantel-Haenszel over strata."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray
from scipy.special import chdtrc, gammaln

from hccviz.domain.records import FloatArray, Quantity, TestResult
from hccviz.stats.confidence import normal_quantile

_FARTHEST = 60.0  # log odds ratio at which the search for a limit ends
_HALVINGS = 64
_MH = "Mantel-Haenszel chi-square"
_EMPTY = "not estimable: a group has no patients, or all outcomes agree"
Table = tuple[int, int, int, int]
"""Events and others of the group of interest, events and others of the reference group."""


def conditional_odds_ratio(table: Table, *, level: float = 0.95) -> Quantity:
    """Conditional maximum-likelihood odds ratio with exact limits.

    Parameters
    ----------
    table
        (a, b, c, d): with and without the event in the group of interest, then in the reference.
    level
        Confidence level, 0-1.

    Returns
    -------
    Quantity
        The ratio conditional on both margins; it differs a little from ad/bc. ``value`` None when
        a margin is empty; a ratio or limit that has no finite value carries its reason.

    References
    ----------
    Fisher RA. J R Stat Soc 1935;98:39-54; Cornfield J. Proc Third Berkeley Symp 1956;4:135-48.
    R ``fisher.test``, which stops its root search earlier (about four digits).

    Examples
    --------
    >>> round(conditional_odds_ratio((3, 1, 1, 3)).value, 4)
    6.4083
    """
    a, b, c, d = table
    if min(a + b, c + d, a + c, b + d) == 0:
        return Quantity(None, why=_EMPTY)
    seen = np.arange(max(0, a + c - (c + d)), min(a + b, a + c) + 1, dtype=np.float64)
    weight = _log_choose(a + b, seen) + _log_choose(c + d, a + c - seen)
    tail = (1.0 - level) / 2.0

    def at_least(x: float) -> float:
        return _share(weight + x * seen, seen >= a)

    def at_most(x: float) -> float:
        return -_share(weight + x * seen, seen <= a)

    low = 0.0 if a == seen[0] else math.exp(_root(at_least, tail))
    high = None if a == seen[-1] else math.exp(_root(at_most, -tail))
    endless = "no upper limit: no patient on one side"
    if a == seen[0]:
        return Quantity(0.0, low, high, why_high="" if high is not None else endless)
    if a == seen[-1]:
        return Quantity(None, low, None, why="not estimable: infinite", why_high=endless)
    value = math.exp(_root(lambda x: _mean(weight + x * seen, seen), float(a)))
    return Quantity(value, low, high, why_high="" if high is not None else endless)


def mantel_haenszel(tables: Sequence[Table], *, level: float = 0.95) -> tuple[Quantity, TestResult]:
    """Estimate the common odds ratio over strata, and test whether it is one.

    Parameters
    ----------
    tables
        One 2 × 2 table per stratum; strata without patients in both groups say nothing.
    level
        Confidence level, 0-1.

    Returns
    -------
    Quantity, TestResult
        Robins-Breslow-Greenland limits; chi-square without continuity correction.

    References
    ----------
    Mantel N, Haenszel W. J Natl Cancer Inst 1959;22:719-48. Robins J, Breslow N, Greenland S.
    Biometrics 1986;42:311-23. R ``mantelhaen.test(correct = FALSE)``.
    """
    rows = np.array([t for t in tables if sum(t[:2]) and sum(t[2:])], dtype=np.float64)
    none = Quantity(None, why=_EMPTY), TestResult(_MH, None, None, None, why=_EMPTY)
    if not len(rows):
        return none
    a, b, c, d = rows.T
    n = a + b + c + d
    big = n > 1
    expected = (a + b) * (a + c) / n
    spread = np.where(
        big, (a + b) * (c + d) * (a + c) * (b + d) / (n**2 * np.where(big, n - 1, 1)), 0.0
    )
    if spread.sum() <= 0:
        return none
    statistic = float((a.sum() - expected.sum()) ** 2 / spread.sum())
    test = TestResult(_MH, statistic, 1.0, float(chdtrc(1, statistic)))
    right, wrong = a * d / n, b * c / n
    if right.sum() <= 0 or wrong.sum() <= 0:
        return Quantity(None, why="not estimable: 0 or infinite"), test
    ratio = float(right.sum() / wrong.sum())
    agree, differ = (a + d) / n, (b + c) / n
    variance = (
        float((agree * right).sum()) / (2 * right.sum() ** 2)
        + float((agree * wrong + differ * right).sum()) / (2 * right.sum() * wrong.sum())
        + float((differ * wrong).sum()) / (2 * wrong.sum() ** 2)
    )
    margin = normal_quantile(level) * math.sqrt(variance)
    return Quantity(ratio, ratio * math.exp(-margin), ratio * math.exp(margin)), test


def _log_choose(n: int, x: FloatArray) -> FloatArray:
    """Logarithm of the binomial coefficient."""
    value: FloatArray = gammaln(n + 1.0) - gammaln(x + 1.0) - gammaln(n - x + 1.0)
    return value


def _share(log_weight: FloatArray, inside: NDArray[np.bool_]) -> float:
    """Probability of the values inside, for log weights."""
    weight = np.exp(log_weight - log_weight.max())
    return float(weight[inside].sum() / weight.sum())


def _mean(log_weight: FloatArray, values: FloatArray) -> float:
    """Mean of the values, for log weights."""
    weight = np.exp(log_weight - log_weight.max())
    return float(weight @ values / weight.sum())


def _root(rising: Callable[[float], float], wanted: float) -> float:
    """Where a function that never falls takes a value, by halving."""
    low, high = -_FARTHEST, _FARTHEST
    for _ in range(_HALVINGS):
        middle = (low + high) / 2.0
        if rising(middle) < wanted:
            low = middle
        else:
            high = middle
    return (low + high) / 2.0
