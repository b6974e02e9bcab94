"""Which whole number of patients stands behind a printed percent."""

from __future__ import annotations

from fractions import Fraction
from math import ceil, floor

from hccviz.domain.literature_records import PrintedCount


def count_behind(printed: str, n: int) -> PrintedCount:
    """Find the whole numbers of ``n`` that give a percent at its printed precision.

    Parameters
    ----------
    printed
        Percent in 0-100 as printed, its decimals included: ``"85.0"`` is finer than ``"85"``.
    n
        Denominator, >= 1.

    Returns
    -------
    PrintedCount
        Rounding comes first (a half may go either way), cutting off second; ``used`` is the
        candidate nearest to the percent, the lower one of two equally near.

    Examples
    --------
    >>> count_behind("47.4", 76).used, count_behind("89.4", 19).rule
    (36, 'truncated')
    >>> count_behind("85.0", 69).rule, count_behind("85.0", 69).candidates
    ('impossible', (58, 59))
    """
    percent = Fraction(printed)
    step = Fraction(1, 10 ** len(printed.partition(".")[2]))
    share = percent * n / 100
    low, high = ceil(share - step * n / 200), floor(share + step * n / 200)
    rounded = tuple(range(max(low, 0), min(high, n) + 1))
    if rounded:
        rule = "rounded" if len(rounded) == 1 else "several"
        return _counted(printed, n, rule, rounded, share)
    above = ceil(share)
    if above <= n and Fraction(100 * above, n) - percent < step:
        return _counted(printed, n, "truncated", (above,), share)
    return _counted(printed, n, "impossible", (floor(share), ceil(share)), share)


def denominators_behind(printed: tuple[str, ...], n: int) -> tuple[int, ...]:
    """Find the denominators up to ``n`` of which every percent is a rounded whole number.

    Only those above half of ``n`` are given, the largest first: a percent fits ever more small
    denominators by chance.

    Examples
    --------
    >>> denominators_behind(("19.2", "88.5"), 140)
    (130, 104, 78)
    """
    fits = ("rounded", "several")
    return tuple(
        m
        for m in range(n, n // 2, -1)
        if all(count_behind(percent, m).rule in fits for percent in printed)
    )


def _counted(
    printed: str, n: int, rule: str, candidates: tuple[int, ...], share: Fraction
) -> PrintedCount:
    used = min(candidates, key=lambda count: (abs(count - share), count))
    return PrintedCount(printed, n, rule, candidates, used)  # type: ignore[arg-type]
