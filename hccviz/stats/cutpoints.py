"""Every cut of a number, the one that separates survival most, and what that is worth."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray
from scipy.special import chdtrc

from hccviz.domain.errors import HccvizError
from hccviz.domain.model_records import Covariate
from hccviz.domain.records import FloatArray, Quantity
from hccviz.domain.survival_records import CutPoint, CutPointEstimate
from hccviz.stats.confidence import normal_quantile
from hccviz.stats.efron_rows import risk_sums, tied_sums
from hccviz.stats.sorted_rows import row_sets

MOST_CUTS = 200
_CELLS = 4_000_000
_STEPS = 50
WHY_NOT_EVIDENCE = (
    "The best cut is chosen because it looks best: among many cuts one separates well by chance "
    "alone, and its hazard ratio is too large. Read only the corrected p, and test the cut in "
    "other patients."
)


def logrank_scores(time: FloatArray, event: NDArray[np.bool_]) -> FloatArray:
    """Log-rank score of every patient: event minus Nelson-Aalen hazard up to the own time.

    Parameters
    ----------
    time, event
        Months and event per patient, shape (n,).

    Returns
    -------
    array, shape (n,)
        Sums to 0; equal to the martingale residuals of R's ``coxph(Surv(time, event) ~ 1, ties =
        "breslow")``.

    Examples
    --------
    >>> logrank_scores(np.array([1.0, 2.0]), np.array([True, True])).tolist()
    [0.5, -0.5]
    """
    distinct, place, count = np.unique(time, return_inverse=True, return_counts=True)
    deaths = np.bincount(place[event], minlength=len(distinct))
    at_risk = np.cumsum(count[::-1])[::-1]
    hazard = np.cumsum(deaths / at_risk)
    scores: FloatArray = event - hazard[place]
    return scores


def lausen_p(statistic: float, smallest_share: float) -> float:
    """P value of a maximally selected standardised statistic, at most 1.

    Parameters
    ----------
    statistic
        The largest absolute standardised statistic.
    smallest_share
        Smallest share of patients on either side of a cut, above 0 and below 0.5.

    References
    ----------
    Lausen B, Schumacher M. Biometrics 1992;48:73-85 (after Miller and Siegmund 1982). R package
    maxstat, ``pLausen92``.
    """
    if statistic < 1.0:
        return 1.0
    density = math.exp(-(statistic**2) / 2.0) / math.sqrt(2.0 * math.pi)
    odds = ((1.0 - smallest_share) / smallest_share) ** 2
    p = 4.0 * density / statistic + density * (statistic - 1.0 / statistic) * math.log(odds)
    return min(max(p, 0.0), 1.0)


def explore_cut_points(
    number: Covariate,
    time: FloatArray,
    event: NDArray[np.bool_] | FloatArray,
    *,
    smallest_share: float = 0.1,
    level: float = 0.95,
) -> CutPointEstimate:
    """Standardised log-rank statistic and hazard ratio at every cut of a number.

    Parameters
    ----------
    number
        The factor to cut; a cut at v compares values of v and above with those below.
    time, event
        Months and 1/0 per patient, shape (n,); NaN where not recorded.
    smallest_share
        Smallest share of patients on either side, above 0 and below 0.5.
    level
        Confidence level of the hazard ratios, 0-1; it does not know of the search.

    Returns
    -------
    CutPointEstimate
        The statistic is looked at for every cut; at most ``MOST_CUTS`` of them, evenly by rank
        and always with the best, carry a hazard ratio and are listed. ``p`` is corrected for the
        search by Lausen and Schumacher's approximation.

    Raises
    ------
    HccvizError
        When the factor is a category, or the share is not above 0 and below 0.5.

    References
    ----------
    Lausen B, Schumacher M. Biometrics 1992;48:73-85. Altman DG et al. J Natl Cancer Inst
    1994;86:829-35. R package maxstat.
    """
    if number.is_category:
        raise HccvizError(f"{number.label} is no number; only a number can be cut.")
    if not 0.0 < smallest_share < 0.5:
        raise HccvizError(f"The smallest share is {smallest_share:g}; it must be from 0 to 0.5.")
    z = normal_quantile(level)
    x, months, died = _complete(number, time, event)
    values, below = np.unique(x, return_counts=True)
    below = np.cumsum(below)[:-1]
    n = len(x)
    inside = below >= max(1, math.floor(n * smallest_share))
    inside &= below <= math.floor(n * (1.0 - smallest_share))
    cuts, m = values[1:][inside], below[inside]
    why = _refusal(number, n, died, len(values), len(cuts))
    if why:
        return _record(number, (), None, (None, None), smallest_share, n, died, why)
    statistic = _statistics(x, logrank_scores(months, died), m)
    best = int(np.argmax(statistic))
    listed = np.unique(np.linspace(0, len(cuts) - 1, min(len(cuts), MOST_CUTS)).astype(np.int64))
    listed = np.union1d(listed, [best])
    ratios = _hazard_ratios(x, months, died, cuts[listed], z)
    points = tuple(
        CutPoint(float(cuts[i]), int(m[i]), n - int(m[i]), float(statistic[i]), ratio)
        for i, ratio in zip(listed, ratios, strict=True)
    )
    top = points[int(np.searchsorted(listed, best))]
    p = lausen_p(top.statistic, smallest_share), float(chdtrc(1, top.statistic**2))
    return _record(number, points, top, p, smallest_share, n, died, "")


def _complete(
    number: Covariate, time: FloatArray, event: NDArray[np.bool_] | FloatArray
) -> tuple[FloatArray, FloatArray, NDArray[np.bool_]]:
    """Leave out patients without value, time or event."""
    x = number.values.astype(np.float64)
    months, died = np.asarray(time, dtype=np.float64), np.asarray(event, dtype=np.float64)
    kept = np.isfinite(x) & np.isfinite(months) & np.isfinite(died)
    return x[kept], months[kept], died[kept] == 1.0


def _refusal(number: Covariate, n: int, died: NDArray[np.bool_], values: int, cuts: int) -> str:
    """Return the reason why there is nothing to cut, or an empty string."""
    if n == 0:
        return "not estimable: no patient has the number, a time and an event recorded"
    if not died.any():
        return "not estimable: no events"
    if values < 2:
        return f"not estimable: {number.label} does not vary"
    return "" if cuts else "not estimable: no cut leaves enough patients on both sides"


def _statistics(x: FloatArray, scores: FloatArray, m: NDArray[np.int64]) -> FloatArray:
    """Absolute standardised sums of the scores of the m smallest values."""
    n = len(x)
    ranked = scores[np.argsort(x, kind="stable")]
    total, square = float(ranked.sum()), float(ranked @ ranked)
    spread = m * (n - m) / (n**2 * (n - 1.0)) * (n * square - total**2)
    gap = np.cumsum(ranked)[m - 1] - m / n * total
    found: FloatArray = np.abs(np.divide(gap, np.sqrt(spread), where=spread > 0, out=gap * 0.0))
    return found


def _hazard_ratios(
    x: FloatArray, time: FloatArray, died: NDArray[np.bool_], cuts: FloatArray, z: float
) -> list[Quantity]:
    """Cox hazard ratio (Efron) of at or above against below, for all cuts side by side."""
    sets = row_sets(np.zeros((len(x), 0)), time, died, np.zeros(len(x), dtype=np.int64))
    ranked = x[sets.order]
    everyone = risk_sums(sets, np.ones((len(x), 1)))
    tied = tied_sums(sets, np.ones((len(sets.died), 1)))
    found: list[Quantity] = []
    width = max(1, _CELLS // len(x))
    for first in range(0, len(cuts), width):
        above = (ranked[:, None] >= cuts[first : first + width]).astype(np.float64)
        at_risk, deaths = risk_sums(sets, above), tied_sums(sets, above[sets.died])
        fraction = sets.fraction[:, None]
        high = at_risk[sets.block] - fraction * deaths[sets.block]
        low = (everyone - at_risk)[sets.block] - fraction * (tied - deaths)[sets.block]
        finite = np.atleast_1d(
            ((deaths > 0) & (everyone > at_risk)).any(axis=0)
            & ((tied > deaths) & (at_risk > 0)).any(axis=0)
        )
        b, se = _newton(high[:, finite], low[:, finite], above[sets.died][:, finite].sum(axis=0))
        log_ratio, error = np.zeros(above.shape[1]), np.zeros(above.shape[1])
        log_ratio[finite], error[finite] = b, se
        for value, spread, known in zip(log_ratio, error, finite.tolist(), strict=True):
            found.append(_ratio(float(value), float(spread), z, known))
    return found


def _newton(
    high: FloatArray, low: FloatArray, observed: FloatArray
) -> tuple[FloatArray, FloatArray]:
    """Maximise one coefficient per column; every maximum is finite."""
    b = np.zeros(high.shape[1])
    information = np.ones_like(b)
    for _ in range(_STEPS):
        weighted = np.exp(b) * high
        share = weighted / (weighted + low)
        information = (share * (1.0 - share)).sum(axis=0)
        step = np.clip((observed - share.sum(axis=0)) / information, -1.0, 1.0)
        b = b + step
        if float(np.abs(step).max(initial=0.0)) < 1e-10:
            break
    return b, 1.0 / np.sqrt(information)


def _ratio(b: float, se: float, z: float, known: bool) -> Quantity:
    """Hazard ratio with Wald limits, or the reason why it is 0 or infinite."""
    if not known:
        return Quantity(None, why="not estimable: all events are on one side of the cut")
    return Quantity(math.exp(b), math.exp(b - z * se), math.exp(b + z * se))


def _record(
    number: Covariate,
    points: tuple[CutPoint, ...],
    best: CutPoint | None,
    p: tuple[float | None, float | None],
    smallest_share: float,
    n: int,
    died: NDArray[np.bool_],
    why: str,
) -> CutPointEstimate:
    """Put everything together."""
    return CutPointEstimate(
        name=number.name,
        label=number.label,
        unit=number.unit,
        cuts=points,
        best=best,
        p=p[0],
        p_naive=p[1],
        smallest_share=smallest_share,
        n=n,
        n_events=int(died.sum()),
        sentence="" if why else WHY_NOT_EVIDENCE,
        why=why,
    )
