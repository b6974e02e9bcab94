"""Restricted mean survival time and differences of rates, from event-table counts."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.special import chdtrc

from hccviz.domain.errors import HccvizError
from hccviz.domain.records import EventTable, GroupEvents, Quantity
from hccviz.domain.survival_records import (
    RateDifference,
    RestrictedMean,
    RestrictedMeanDifference,
    RestrictedMeanEstimate,
)
from hccviz.stats.confidence import normal_quantile

_SMALLEST_MEAN = 1e-12  # months; below it a ratio of means says nothing
_NO_SPREAD = "not estimable: no event before the horizon in either group"


@dataclass(frozen=True, slots=True)
class _Area:
    """Area under a curve with its variance, or the reason why there is none."""

    mean: float
    variance: float
    why: str = ""


def longest_horizon(group: GroupEvents) -> float | None:
    """Largest horizon at which the restricted mean of a group is estimable, None for no patients.

    It is the last observed time; when that is an event of everyone still at risk, the curve is 0
    from there on and any later horizon is estimable too, which is infinity here.
    """
    if not len(group.time):
        return None
    return math.inf if group.censored[-1] == 0 else float(group.time[-1])


def estimate_rmst(
    table: EventTable,
    horizon: float,
    *,
    level: float = 0.95,
    reference: str | None = None,
    start: float = 0.0,
) -> RestrictedMeanEstimate:
    """Restricted mean survival time of every group, differences and ratios against a reference.

    Parameters
    ----------
    table
        Counts by group and exact time, months; strata are ignored.
    horizon
        Months, > 0. A group whose follow-up ends earlier has no mean, with the reason.
    level
        Confidence level, 0-1.
    reference
        Level of the reference group; the first group when None.
    start
        Months from which the mean is taken, >= 0: the landmark of a table without earlier times.

    Returns
    -------
    RestrictedMeanEstimate
        Means equal R's ``print(survfit, rmean = horizon)`` with its Greenwood-type standard error
        (sum over event times of area-to-the-right squared times d/(n (n - d)), no small-sample
        factor), which is also that of the R package survRM2. Difference: normal limits and test.
        Ratio: on the logarithm, delta method.

    Raises
    ------
    HccvizError
        When the horizon is not above 0, or the level out of range.

    References
    ----------
    Irwin JO. J Hyg 1949;47:188-9. Uno H et al. J Clin Oncol 2014;32:2380-5.
    """
    if not (math.isfinite(horizon) and horizon > 0.0):
        raise HccvizError(f"The horizon is {horizon:g} months; it must be above 0.")
    z = normal_quantile(level)
    areas = {g.level: _area(g, horizon, start) for g in table.groups}
    base = table.groups[0].level if reference is None and table.groups else reference or ""
    known = [h for g in table.groups if (h := longest_horizon(g)) is not None]
    last = [float(g.time[-1]) for g in table.groups if len(g.time)]
    longest = min(known, default=None)
    if longest is not None and math.isinf(longest):
        longest = max(last)
    refused = tuple(f"{g.label}: {areas[g.level].why}." for g in table.groups if areas[g.level].why)
    return RestrictedMeanEstimate(
        horizon=horizon,
        level=level,
        groups=tuple(_group(g, areas[g.level], horizon - start, z) for g in table.groups),
        differences=tuple(
            _difference(g.level, base, areas, z) for g in table.groups if g.level != base
        ),
        longest_horizon=longest,
        notes=refused,
        start=start,
    )


def rate_differences(
    table: EventTable,
    times: Sequence[float],
    *,
    level: float = 0.95,
    reference: str | None = None,
) -> tuple[RateDifference, ...]:
    """Difference of survival at given times between every group and a reference.

    Parameters
    ----------
    table
        Counts by group and exact time, months; strata are ignored.
    times
        Months.
    level, reference
        As in :func:`estimate_rmst`.

    Returns
    -------
    tuple of RateDifference
        By time, then by group; Greenwood variances add up, limits and test are normal. None with a
        reason after the last observed time of either group.

    References
    ----------
    Klein JP et al. Stat Med 2007;26:4505-19 (the untransformed statistic).
    """
    z = normal_quantile(level)
    base = table.groups[0].level if reference is None and table.groups else reference or ""
    found = []
    for t in times:
        rates = {g.level: _rate(g, float(t)) for g in table.groups}
        for group in table.groups:
            if group.level == base:
                continue
            one, other = rates[group.level], rates.get(base, _Area(0.0, 0.0, _absent(base)))
            why = one.why or other.why
            difference, p = _compare(one, other, z, why)
            found.append(RateDifference(float(t), group.level, base, difference, p, difference.why))
    return tuple(found)


def _area(group: GroupEvents, horizon: float, start: float) -> _Area:
    """Area under the Kaplan-Meier curve from the start up to the horizon."""
    if horizon <= start:
        why = f"not estimable: the horizon is not after the landmark ({start:g} months)"
        return _Area(0.0, 0.0, why)
    longest = longest_horizon(group)
    if longest is None:
        return _Area(0.0, 0.0, "not estimable: no patients")
    if horizon > longest:
        why = f"not estimable: the horizon is beyond the last follow-up ({longest:.1f} months)"
        return _Area(0.0, 0.0, why)
    leaving = group.events + group.censored
    present = np.cumsum(leaving[::-1])[::-1].astype(np.float64)
    inside = group.time <= horizon
    time, deaths, n = group.time[inside], group.events[inside], present[inside]
    survival = np.cumprod((n - deaths) / n)
    width = np.diff(np.concatenate(([start], time, [horizon])))
    pieces = width * np.concatenate(([1.0], survival))
    right = np.cumsum(pieces[::-1])[::-1][1:]
    staying = n - deaths
    hazard = np.divide(deaths, n * staying, out=np.zeros_like(n), where=staying > 0)
    return _Area(float(pieces.sum()), float(right**2 @ hazard))


def _rate(group: GroupEvents, t: float) -> _Area:
    """Survival at one time with its Greenwood variance."""
    if not len(group.time):
        return _Area(0.0, 0.0, "not estimable: no patients")
    if t > group.time[-1]:
        why = f"beyond the last follow-up of {group.label} ({group.time[-1]:.1f} months)"
        return _Area(0.0, 0.0, why)
    leaving = group.events + group.censored
    present = np.cumsum(leaving[::-1])[::-1].astype(np.float64)
    inside = group.time <= t
    deaths, n = group.events[inside], present[inside]
    staying = n - deaths
    survival = float(np.prod(staying / n))
    hazard = np.divide(deaths, n * staying, out=np.zeros_like(n), where=staying > 0)
    return _Area(survival, survival**2 * float(hazard.sum()))


def _group(group: GroupEvents, area: _Area, longest: float, z: float) -> RestrictedMean:
    """Mean and time lost of one group with normal limits; ``longest`` is what nobody loses."""
    if area.why:
        gone = Quantity(None, why=area.why)
        return RestrictedMean(group.level, group.label, group.n, gone, None, gone)
    error = math.sqrt(area.variance)
    mean, lost = area.mean, longest - area.mean
    if error == 0.0:
        why = "no limits: every patient had the same time up to the horizon"
        same, gone = (Quantity(v, why_low=why, why_high=why) for v in (mean, lost))
        return RestrictedMean(group.level, group.label, group.n, same, error, gone)
    return RestrictedMean(
        group.level,
        group.label,
        group.n,
        Quantity(mean, mean - z * error, mean + z * error),
        error,
        Quantity(lost, lost - z * error, lost + z * error),
    )


def _difference(
    level: str, base: str, areas: dict[str, _Area], z: float
) -> RestrictedMeanDifference:
    """One group against the reference."""
    one, other = areas[level], areas.get(base, _Area(0.0, 0.0, _absent(base)))
    difference, p = _compare(one, other, z, one.why or other.why)
    ratio, p_ratio = _ratio(one, other, z, one.why or other.why)
    return RestrictedMeanDifference(level, base, difference, ratio, p, p_ratio, difference.why)


def _compare(one: _Area, other: _Area, z: float, why: str) -> tuple[Quantity, float | None]:
    """Difference with normal limits and p."""
    variance = one.variance + other.variance
    if why:
        return Quantity(None, why=why), None
    gap = one.mean - other.mean
    if variance <= 0.0:
        return Quantity(None, why=_NO_SPREAD), None
    error = math.sqrt(variance)
    return Quantity(gap, gap - z * error, gap + z * error), float(chdtrc(1, gap**2 / variance))


def _ratio(one: _Area, other: _Area, z: float, why: str) -> tuple[Quantity, float | None]:
    """Ratio with limits on the logarithm and p."""
    if not why and min(one.mean, other.mean) < _SMALLEST_MEAN:
        why = "not estimable: a mean is 0"
    if not why and one.variance + other.variance <= 0.0:
        why = _NO_SPREAD
    if why:
        return Quantity(None, why=why), None
    log_ratio = math.log(one.mean / other.mean)
    variance = one.variance / one.mean**2 + other.variance / other.mean**2
    error = math.sqrt(variance)
    limits = math.exp(log_ratio - z * error), math.exp(log_ratio + z * error)
    return Quantity(math.exp(log_ratio), *limits), float(chdtrc(1, log_ratio**2 / variance))


def _absent(reference: str) -> str:
    """Reason when the reference has no patients."""
    return f"not estimable: no patient in the reference group {reference}"
