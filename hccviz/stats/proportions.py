"""Proportions with intervals, their differences, and tests of contingency tables."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from scipy.special import betaincinv, chdtrc

from hccviz.domain.errors import HccvizError
from hccviz.domain.records import Proportion, Quantity, TestResult
from hccviz.stats.confidence import normal_quantile
from hccviz.stats.fisher import TooManyTablesError, exact_p

METHODS = ("clopper-pearson", "wilson")
_PEARSON = "Pearson chi-square"
_FISHER = "Fisher exact"
_TREND = "Cochran-Armitage trend"
_NO_TABLE = "not estimable: fewer than two groups with patients, or only one outcome"
_TOO_LARGE = "not computed: too many possible tables for the exact test"
_EXPECTED = 5.0  # an expected count below this puts Fisher's test first


def proportion(
    count: int, n: int, *, method: str = "clopper-pearson", level: float = 0.95
) -> Proportion:
    """Share of patients with a two-sided confidence interval.

    Parameters
    ----------
    count
        Patients with the property, 0 to ``n``.
    n
        Denominator, >= 0.
    method
        ``"clopper-pearson"`` (exact) or ``"wilson"`` (score, no continuity correction).
    level
        Confidence level, 0-1.

    Returns
    -------
    Proportion
        Share in 0-1; ``share.value`` is None ("no patients") when ``n`` is 0.

    Raises
    ------
    HccvizError
        When the method is unknown, the level out of range, or ``count`` not within 0 to ``n``.

    References
    ----------
    Clopper CJ, Pearson ES. Biometrika 1934;26:404-13. Wilson EB. J Am Stat Assoc
    1927;22:209-12. R ``binom.test`` and ``prop.test(correct = FALSE)``.

    Examples
    --------
    >>> proportion(5, 10, method="wilson").share.low
    0.236593090512564
    """
    if method not in METHODS:
        raise HccvizError(f"The interval is '{method}'; choose one of {', '.join(METHODS)}.")
    if not 0 <= count <= n:
        raise HccvizError(f"A share of {count} in {n} patients is impossible.")
    z = normal_quantile(level)
    if n == 0:
        return Proportion(count, n, Quantity(None, why="no patients"))
    low, high = _wilson(count, n, z) if method == "wilson" else _clopper(count, n, level)
    return Proportion(count, n, Quantity(count / n, low, high))


def newcombe_difference(
    count_a: int, n_a: int, count_b: int, n_b: int, *, level: float = 0.95
) -> Quantity:
    """Difference of two independent proportions, b minus a, with Newcombe's hybrid score interval.

    Parameters
    ----------
    count_a, n_a, count_b, n_b
        Patients with the property and denominators of the two groups.
    level
        Confidence level, 0-1.

    Returns
    -------
    Quantity
        Between -1 and 1; ``value`` None with a reason when a group is empty.

    References
    ----------
    Newcombe RG. Stat Med 1998;17:873-90, method 10 (no continuity correction).

    Examples
    --------
    >>> round(newcombe_difference(48, 80, 56, 70).low, 4)
    0.0524
    """
    if n_a == 0 or n_b == 0:
        return Quantity(None, why="not estimable: a group has no patients")
    z = normal_quantile(level)
    a, b = count_a / n_a, count_b / n_b
    a_low, a_high = _wilson(count_a, n_a, z)
    b_low, b_high = _wilson(count_b, n_b, z)
    return Quantity(
        b - a, b - a - math.hypot(b - b_low, a_high - a), b - a + math.hypot(b_high - b, a - a_low)
    )


def pearson_test(table: NDArray[np.int64]) -> TestResult:
    """Pearson's chi-square test of independence, without continuity correction.

    Parameters
    ----------
    table
        Counts, shape (groups, outcomes); empty rows and columns are left out.

    Returns
    -------
    TestResult
        ``p`` None with a reason when fewer than two rows or columns are left.

    References
    ----------
    Pearson K. Philos Mag 1900;50:157-75. R ``chisq.test(correct = FALSE)``.
    """
    table = _filled(table)
    if min(table.shape) < 2:
        return TestResult(_PEARSON, None, None, None, why=_NO_TABLE)
    expected = _expected(table)
    statistic = float(((table - expected) ** 2 / expected).sum())
    df = (table.shape[0] - 1) * (table.shape[1] - 1)
    return TestResult(_PEARSON, statistic, float(df), float(chdtrc(df, statistic)))


def fisher_test(table: NDArray[np.int64]) -> TestResult:
    """Fisher's exact test (Freeman-Halton beyond 2 × 2), two-sided.

    Parameters
    ----------
    table
        Counts, shape (groups, outcomes); empty rows and columns are left out.

    Returns
    -------
    TestResult
        No statistic and no degrees of freedom; ``p`` None with a reason when fewer than two rows
        or columns are left, or when the table is too large to enumerate.

    References
    ----------
    Freeman GH, Halton JH. Biometrika 1951;38:141-9. R ``fisher.test``.
    """
    table = _filled(table)
    if min(table.shape) < 2:
        return TestResult(_FISHER, None, None, None, why=_NO_TABLE)
    try:
        return TestResult(_FISHER, None, None, exact_p(table))
    except TooManyTablesError:
        return TestResult(_FISHER, None, None, None, why=_TOO_LARGE)


def trend_test(counts: Sequence[int], totals: Sequence[int]) -> TestResult:
    """Cochran-Armitage test for trend of a proportion over ordered groups, two-sided.

    Parameters
    ----------
    counts, totals
        Patients with the property and denominators, in the order of the groups; scores 1, 2, ….

    Returns
    -------
    TestResult
        Chi-square with one degree of freedom; ``p`` None with a reason when fewer than two groups
        have patients or all outcomes agree.

    References
    ----------
    Armitage P. Biometrics 1955;11:375-86. R ``prop.trend.test``.
    """
    x, n = np.asarray(counts, dtype=np.float64), np.asarray(totals, dtype=np.float64)
    share = x.sum() / n.sum() if n.sum() else 0.0
    if (n > 0).sum() < 2 or share in (0.0, 1.0):
        return TestResult(_TREND, None, None, None, why=_NO_TABLE)
    scores = np.arange(1.0, len(n) + 1.0)
    scores -= (n @ scores) / n.sum()
    statistic = float((x @ scores) ** 2 / (share * (1.0 - share) * (n @ scores**2)))
    return TestResult(_TREND, statistic, 1.0, float(chdtrc(1, statistic)))


def association_tests(table: NDArray[np.int64]) -> tuple[TestResult, TestResult]:
    """Pearson's and Fisher's test, Fisher first when an expected count is below five.

    Parameters
    ----------
    table
        Counts, shape (groups, outcomes).
    """
    pearson, fisher = pearson_test(table), fisher_test(table)
    filled = _filled(table)
    if filled.size and float(_expected(filled).min()) < _EXPECTED:
        return fisher, pearson
    return pearson, fisher


def _clopper(count: int, n: int, level: float) -> tuple[float, float]:
    """Exact limits from beta quantiles."""
    tail = (1.0 - level) / 2.0
    low = 0.0 if count == 0 else float(betaincinv(count, n - count + 1, tail))
    high = 1.0 if count == n else float(betaincinv(count + 1, n - count, 1.0 - tail))
    return low, high


def _wilson(count: int, n: int, z: float) -> tuple[float, float]:
    """Score limits without continuity correction."""
    share, extra = count / n, z * z / (2.0 * n)
    spread = z * math.sqrt(share * (1.0 - share) / n + z * z / (4.0 * n * n))
    scale = 1.0 + z * z / n
    low = 0.0 if count == 0 else (share + extra - spread) / scale
    high = 1.0 if count == n else (share + extra + spread) / scale
    return low, high


def _filled(table: NDArray[np.int64]) -> NDArray[np.int64]:
    """Leave out empty rows and columns."""
    return table[table.any(axis=1)][:, table.any(axis=0)]


def _expected(table: NDArray[np.int64]) -> NDArray[np.float64]:
    """Find the counts expected under independence."""
    counts = table.astype(np.float64)
    expected: NDArray[np.float64] = (
        counts.sum(axis=1, keepdims=True) * counts.sum(axis=0) / counts.sum()
    )
    return expected
