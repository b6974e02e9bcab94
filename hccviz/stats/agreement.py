"""Two ratings of the same patients: kappa, and tests of marginal symmetry."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray
from scipy.special import bdtr, chdtrc

from hccviz.domain.outcome_records import Agreement, CrossCounts
from hccviz.domain.records import FloatArray, Quantity, TestResult
from hccviz.stats.cautions import CAUTION_BELOW, count
from hccviz.stats.confidence import normal_quantile
from hccviz.stats.proportions import proportion

_RESPONDERS = 2  # the first two levels, CR and PR
_ONE_LEVEL = "not estimable: both criteria give every patient the same category"
_NOBODY = "not estimable: no patient is rated by both"
_NO_CHANGE = "not estimable: no patient is rated differently"


def estimate_agreement(
    counts: CrossCounts, *, method: str = "clopper-pearson", level: float = 0.95
) -> Agreement:
    """Agreement of two response criteria on the patients whom both rate.

    Parameters
    ----------
    counts
        Patients by both criteria, levels in their order of meaning (CR, PR, SD, PD).
    method
        Interval of the shares.
    level
        Confidence level, 0-1.

    Returns
    -------
    Agreement
        Kappas with large-sample limits; Bowker's test of the table, McNemar's tests of objective
        response without continuity correction and exact.
    """
    table = counts.counts
    n = int(table.sum())
    first, second = table.sum(axis=1), table.sum(axis=0)
    only_first = int(table[:_RESPONDERS, _RESPONDERS:].sum())
    only_second = int(table[_RESPONDERS:, :_RESPONDERS].sum())

    def share(x: int) -> tuple[int, int]:
        return int(x), n

    return Agreement(
        first=counts.first,
        second=counts.second,
        levels=counts.levels,
        table=tuple(tuple(int(c) for c in row) for row in table),
        n=n,
        n_left_out=counts.n_left_out,
        same=proportion(*share(int(np.trace(table))), method=method, level=level),
        kappa=kappa(table, level=level),
        weighted=kappa(table, weighted=True, level=level),
        bowker=bowker_test(table),
        mcnemar=mcnemar_test(only_first, only_second),
        exact=mcnemar_exact(only_first, only_second),
        orr_first=proportion(*share(first[:_RESPONDERS].sum()), method=method, level=level),
        orr_second=proportion(*share(second[:_RESPONDERS].sum()), method=method, level=level),
        warnings=(
            (f"Read the agreement with caution: {count(n, 'patient')} rated by both.",)
            if n < CAUTION_BELOW
            else ()
        ),
    )


def kappa(table: NDArray[np.int64], *, weighted: bool = False, level: float = 0.95) -> Quantity:
    """Cohen's kappa with its large-sample interval.

    Parameters
    ----------
    table
        Patients by both ratings, shape (k, k), the same levels in the same order.
    weighted
        True for linear weights, 1 - |i - j|/(k - 1): a rating next door counts in part.
    level
        Confidence level, 0-1.

    Returns
    -------
    Quantity
        Between -1 and 1; ``value`` None with a reason when chance alone explains every rating.

    References
    ----------
    Cohen J. Educ Psychol Meas 1960;20:37-46. Fleiss JL, Cohen J, Everitt BS. Psychol Bull
    1969;72:323-7 (standard error).

    Examples
    --------
    >>> kappa(np.array([[20, 5], [10, 15]])).value
    0.4
    """
    n = int(table.sum())
    if n == 0:
        return Quantity(None, why=_NOBODY)
    shares = table / n
    rows, columns = shares.sum(axis=1), shares.sum(axis=0)
    k = len(table)
    places = np.arange(k)
    weights = np.eye(k)
    if weighted:
        weights = 1.0 - np.abs(places[:, None] - places) / max(k - 1, 1)
    observed = float((weights * shares).sum())
    expected = float(rows @ weights @ columns)
    if 1.0 - expected < 1e-12:
        return Quantity(None, why=_ONE_LEVEL)
    value = (observed - expected) / (1.0 - expected)
    variance = _kappa_variance(shares, weights, value, expected) / n
    margin = normal_quantile(level) * math.sqrt(max(variance, 0.0))
    return Quantity(round(value, 12), max(value - margin, -1.0), min(value + margin, 1.0))


def _kappa_variance(
    shares: FloatArray, weights: FloatArray, value: float, expected: float
) -> float:
    """Large-sample variance times n, for any weights."""
    rows, columns = shares.sum(axis=1), shares.sum(axis=0)
    row_weight, column_weight = weights @ columns, rows @ weights
    inner = weights - (row_weight[:, None] + column_weight[None, :]) * (1.0 - value)
    spread = float((shares * inner**2).sum()) - (value - expected * (1.0 - value)) ** 2
    return spread / (1.0 - expected) ** 2


def bowker_test(table: NDArray[np.int64]) -> TestResult:
    """Bowker's test that a square table is symmetric; McNemar's test when it is 2 × 2.

    Parameters
    ----------
    table
        Patients by both ratings, shape (k, k). Pairs of cells without any patient are left out
        and take no degree of freedom.

    Returns
    -------
    TestResult
        Without continuity correction; ``p`` None with a reason when nobody changes category.

    References
    ----------
    Bowker AH. J Am Stat Assoc 1948;43:572-4. R ``mcnemar.test(correct = FALSE)``.
    """
    upper = np.triu_indices(len(table), 1)
    above, below = table[upper].astype(np.float64), table.T[upper].astype(np.float64)
    used = above + below > 0
    if not used.any():
        return TestResult("Bowker", None, None, None, why=_NO_CHANGE)
    above, below = above[used], below[used]
    statistic = float(((above - below) ** 2 / (above + below)).sum())
    df = int(used.sum())
    return TestResult("Bowker", statistic, float(df), float(chdtrc(df, statistic)))


def mcnemar_test(only_first: int, only_second: int) -> TestResult:
    """McNemar's test from the two discordant counts, without continuity correction.

    References
    ----------
    McNemar Q. Psychometrika 1947;12:153-7. R ``mcnemar.test(correct = FALSE)``.
    """
    n = only_first + only_second
    if n == 0:
        return TestResult("McNemar", None, None, None, why=_NO_CHANGE)
    statistic = (only_first - only_second) ** 2 / n
    return TestResult("McNemar", float(statistic), 1.0, float(chdtrc(1, statistic)))


def mcnemar_exact(only_first: int, only_second: int) -> TestResult:
    """Exact McNemar test: the smaller discordant count against a fair coin, two-sided.

    References
    ----------
    R ``binom.test(b, b + c)``.

    Examples
    --------
    >>> mcnemar_exact(8, 0).p
    0.0078125
    """
    n, least = only_first + only_second, min(only_first, only_second)
    name = "McNemar exact"
    if n == 0:
        return TestResult(name, None, None, None, why=_NO_CHANGE)
    return TestResult(name, None, None, min(1.0, 2.0 * float(bdtr(least, n, 0.5))))
