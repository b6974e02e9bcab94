"""Rules about tests: p of a table of counts by every usual test; ratio, interval and p together."""

from __future__ import annotations

import math
from fractions import Fraction
from itertools import product

import numpy as np
from scipy.special import chdtrc, ndtr

from hccviz.evidence.audit.claims import Claim
from hccviz.evidence.audit.printed import Printed, match, show
from hccviz.evidence.audit.records import CellError, Judgement
from hccviz.evidence.audit.shares import holds
from hccviz.stats.confidence import normal_quantile
from hccviz.stats.proportions import fisher_test, pearson_test

LEVEL = 0.05
SMALL_EXPECTED = 5.0
LARGEST_EXACT = 2_000
MOST_CELLS = 12


def counts_p(claim: Claim) -> Judgement:
    """Recompute p from the counts by Pearson, Yates, Fisher and the likelihood ratio.

    The printed p tells which test was used. With an expected count below 5 the chi-square
    distribution is not to be trusted; a difference that is called significant (``significant`` in
    the column ``label``) and is not by Fisher's test contradicts itself.

    References
    ----------
    Cochran WG. Biometrics 1954;10:417-51. Yates F. J R Stat Soc Suppl 1934;1:217-35.
    """
    table = np.array(claim.table("counts"), dtype=np.int64)
    printed = claim.number("p")
    if not (table.sum(axis=0).all() and table.sum(axis=1).all()):
        raise CellError("counts", "a row or a column without patients", "at least one in each")
    found = _every_p(table)
    told = ", ".join(f"{name} {_p(p)}" for name, p in found.items())
    expected = np.outer(table.sum(axis=1), table.sum(axis=0)) / table.sum()
    small = float(expected.min())
    caution = f" The least expected count is {show(small)}." if small < SMALL_EXPECTED else ""
    used = [name for name, p in found.items() if _prints(p, printed)]
    if not used:
        return Judgement(
            "inconsistent", f"Recomputed: {told}; none prints as {printed.text}.{caution}",
            _p(found["Pearson"]),
        )  # fmt: skip
    exact = found.get("Fisher", 0.0)
    if claim.text("label").lower() == "significant" and small < SMALL_EXPECTED and exact >= LEVEL:
        return Judgement(
            "inconsistent",
            f"Recomputed: {told}. {printed.text} is {used[0]}, but with a least expected count of "
            f"{show(small)} the exact test decides, and it is not significant.",
            f"{_p(exact)} (Fisher)",
        )
    return Judgement(
        "consistent", f"Recomputed: {told}. {printed.text} is {' or '.join(used)}.{caution}",
        _p(found[used[0]]),
    )  # fmt: skip


def _every_p(table: np.ndarray) -> dict[str, float]:
    made: dict[str, float | None] = {"Pearson": pearson_test(table).p}
    if table.shape == (2, 2):
        made["Yates"] = yates_p(table)
    if table.sum() <= LARGEST_EXACT and table.size <= MOST_CELLS:
        made["Fisher"] = fisher_test(table).p
    made["likelihood ratio"] = likelihood_ratio_p(table)
    return {name: p for name, p in made.items() if p is not None}


def yates_p(table: np.ndarray) -> float:
    """Pearson's chi-square with Yates' continuity correction, as R ``chisq.test``.

    Examples
    --------
    >>> round(yates_p(np.array([[17, 4], [10, 12]])), 4)
    0.0365
    """
    counts = table.astype(np.float64)
    expected = np.outer(counts.sum(axis=1), counts.sum(axis=0)) / counts.sum()
    off = np.abs(counts - expected)
    off -= min(0.5, float(off.min()))
    return float(chdtrc(1, float((off**2 / expected).sum())))


def likelihood_ratio_p(table: np.ndarray) -> float:
    """Likelihood-ratio chi-square (G) of a table of counts.

    Examples
    --------
    >>> round(likelihood_ratio_p(np.array([[17, 4], [10, 12]])), 4)
    0.0143
    """
    counts = table.astype(np.float64)
    expected = np.outer(counts.sum(axis=1), counts.sum(axis=0)) / counts.sum()
    filled = counts > 0
    statistic = 2 * float((counts[filled] * np.log(counts[filled] / expected[filled])).sum())
    df = (table.shape[0] - 1) * (table.shape[1] - 1)
    return float(chdtrc(df, max(statistic, 0.0)))


def ratio(claim: Claim) -> Judgement:
    """Judge whether a ratio, its interval and its p belong together (Wald, on the log scale).

    log HR is the middle of the log limits, and z = 2 × 1.96 × log HR / (log high - log low). All
    values that print like the three numbers form a polygon; z is largest and smallest at its
    corners. A ratio outside its own interval is impossible by any method.
    """
    middle, low, high = claim.number("ratio"), claim.number("low"), claim.number("high")
    if min(middle.value, low.value, high.value) < 0:
        raise CellError("ratio", "a negative number", "a ratio, 0 or more")
    if low.low > middle.high or middle.low > high.high:
        return Judgement(
            "impossible",
            f"{middle.text} lies outside its own interval {low.text} to {high.text}.",
            f"{low.text} to {high.text}",
        )
    if low.low <= 0:
        return Judgement("consistent", f"{low.text} may be 0: the log interval has no lower end.")
    corners = _corners(middle, low, high)
    centre = math.sqrt(float(low.value) * float(high.value))
    if not corners:
        return Judgement(
            "inconsistent",
            f"The middle of {low.text} to {high.text} on the log scale is {show(centre, 3)}, not "
            f"{middle.text}: no Wald interval.",
            show(centre, 3),
        )
    told = f"The interval's middle is {show(centre, 3)}"
    if not claim.has("p"):
        return Judgement("consistent", f"{told}, the printed ratio.", show(centre, 3))
    return _with_p(claim.number("p"), corners, told)


def _with_p(printed: Printed, corners: list[tuple[float, float]], told: str) -> Judgement:
    scale = 2 * normal_quantile(1 - LEVEL)
    z = [scale * (a + b) / 2 / (b - a) for a, b in corners]
    sizes = [abs(value) for value in z]
    least = 0.0 if min(z) < 0 < max(z) else min(sizes)
    small, large = 2 * float(ndtr(-max(sizes))), 2 * float(ndtr(-least))
    span = f"{_p(small)} to {_p(large)}" if _p(small) != _p(large) else f"about {_p(small)}"
    if printed.operator == "=":
        bottom = float(max(printed.low, Fraction(0)))
        fits = small <= float(printed.high) + 1e-12 and bottom - 1e-12 <= large
    else:
        fits = holds(Fraction(small), printed) or holds(Fraction(large), printed)
    if fits:
        return Judgement(
            "consistent", f"{told}; the interval allows p of {span}; {printed.text} is.",
            span,
        )  # fmt: skip
    return Judgement(
        "inconsistent",
        f"{told}; the interval allows p of {span} only, not {printed.text}.",
        span,
    )


def _corners(middle: Printed, low: Printed, high: Printed) -> list[tuple[float, float]]:
    """Corners of the log limits that print like the three numbers."""
    x = (math.log(low.low), math.log(low.high))
    y = (math.log(high.low), math.log(high.high)) if high.low > 0 else (x[1], math.log(high.high))
    total = (
        2 * math.log(middle.low) if middle.low > 0 else -math.inf,
        2 * math.log(middle.high),
    )
    points = list(product(x, y))
    for s in total:
        if math.isfinite(s):
            points += [(a, s - a) for a in x] + [(s - b, b) for b in y]
    slack = 1e-12
    return [
        (a, b)
        for a, b in points
        if x[0] - slack <= a <= x[1] + slack
        and y[0] - slack <= b <= y[1] + slack
        and total[0] - slack <= a + b <= total[1] + slack
        and b > a
    ]


def _prints(p: float, printed: Printed) -> bool:
    """Tell whether a p would be printed like this; 0.000 means below half of the last digit."""
    exact = Fraction(p)
    if printed.operator != "=":
        return holds(exact, printed)
    return match(exact, printed) in ("rounded", "truncated") or (
        printed.value == 0 and exact < printed.high
    )


def _p(p: float) -> str:
    return "<0.0001" if p < 0.0001 else f"{p:.4f}"
