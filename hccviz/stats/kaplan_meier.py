"""Kaplan-Meier curves from event-table counts, equal to R's ``survfit``."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from hccviz.domain.records import (
    FloatArray,
    FollowUp,
    GroupEvents,
    IntArray,
    Quantity,
    Rate,
    RiskTable,
    SurvivalCurve,
)
from hccviz.stats.confidence import survival_limits
from hccviz.stats.quantiles import crossing_times, median_of_counts

RATE_TIMES = (12.0, 24.0, 36.0, 60.0)
_QUARTERS = (0.25, 0.5, 0.75)
_NO_PATIENTS = "not estimable: no patients"


def estimate_curve(
    group: GroupEvents,
    *,
    ci: str = "log-log",
    level: float = 0.95,
    times: Sequence[float] = RATE_TIMES,
) -> SurvivalCurve:
    """Kaplan-Meier estimate of one group, with limits, quartiles, rates and follow-up.

    The median and the quartiles follow R's ``quantile.survfit``: the midpoint of a flat stretch
    on the level, limits by inverting the pointwise band with the same midpoint rule. R's
    ``print.survfit`` differs in two places: when the curve (or a limit) stays on the level until
    the last observed time it prints the start of that stretch, and it reads a limit that is not
    monotone from the left. Rates follow ``summary(fit, times=, extend=FALSE)``: nothing is
    claimed beyond the last observed time of the group, not even where S already is 0; before the
    first observed time S and its limits are 1.

    Parameters
    ----------
    group
        Events and censorings by exact time, months. Events count before censorings of the
        same time; time zero is kept.
    ci
        ``"log-log"`` (SAS, lifelines), ``"log"`` (R's own default) or ``"plain"``.
    level
        Confidence level, 0-1.
    times
        Months at which survival is wanted, in the order in which they are returned.

    Returns
    -------
    SurvivalCurve
        Arrays of shape (m,), m = number of distinct observed times. Where R gives no limit,
        ``limits_known`` is False and both limits repeat S(t); a standard error is 0 there when
        S is 0 or 1. No value is NaN.

    Raises
    ------
    HccvizError
        When ``ci`` or ``level`` is none of the above.

    References
    ----------
    Kaplan EL, Meier P. J Am Stat Assoc 1958;53:457-81. Greenwood M. HMSO 1926.
    Brookmeyer R, Crowley J. Biometrics 1982;38:29-41. Therneau T, R package survival 3.

    Examples
    --------
    >>> group = GroupEvents("all", "All", np.array([2.0, 5.0]), np.array([1, 1]), np.array([0, 0]))
    >>> estimate_curve(group).median.value
    3.5
    """
    at_risk, survival, log_se, lower, upper = estimate_band(group, ci=ci, level=level)
    known = ~np.isnan(lower)
    quarter, median, three_quarters = _quartiles(group, survival, lower, upper)
    lower, upper = np.where(known, lower, survival), np.where(known, upper, survival)
    spread = np.where(survival > 0.0, log_se, 0.0) * survival
    return SurvivalCurve(
        level=group.level,
        label=group.label,
        n=group.n,
        n_events=group.n_events,
        time=group.time,
        survival=survival,
        std_err=spread,
        lower=lower,
        upper=upper,
        limits_known=known,
        at_risk=at_risk,
        events=group.events,
        censored=group.censored,
        median=median,
        quartile_1=quarter,
        quartile_3=three_quarters,
        rates=_rates(group.time, survival, lower, upper, known, at_risk, times),
        follow_up=estimate_follow_up(group, ci=ci, level=level),
    )


def estimate_band(
    group: GroupEvents, *, ci: str = "log-log", level: float = 0.95
) -> tuple[IntArray, FloatArray, FloatArray, FloatArray, FloatArray]:
    """Numbers at risk, S(t), standard error of log S(t), and both limits, at every time.

    Parameters
    ----------
    group, ci, level
        As in :func:`estimate_curve`.

    Returns
    -------
    tuple of arrays, each of shape (m,)
        Limits are NaN where R gives none; :func:`estimate_curve` turns these into words.
    """
    at_risk = _at_risk(group.events + group.censored)
    survival, log_se = _product_limit(group.events, at_risk)
    lower, upper = survival_limits(survival, log_se, ci=ci, level=level)
    return at_risk, survival, log_se, lower, upper


def estimate_follow_up(group: GroupEvents, *, ci: str = "log-log", level: float = 0.95) -> FollowUp:
    """Follow-up of one group: reverse Kaplan-Meier median, naive median and range.

    Parameters
    ----------
    group
        Events and censorings by exact time, months. For the reverse curve censoring is the event
        and an event ends the observation.
    ci, level
        Transform and confidence level of the limits of the reverse median.

    Returns
    -------
    FollowUp
        ``reverse_km_median.value`` is None ("not reached") when fewer than half are censored in
        the sense of the reverse curve; all other fields are None only for an empty group.

    References
    ----------
    Schemper M, Smith TL. Control Clin Trials 1996;17:343-6.
    """
    leaving = group.events + group.censored
    survival, log_se = _product_limit(group.censored, _at_risk(leaving))
    lower, upper = survival_limits(survival, log_se, ci=ci, level=level)
    found = len(group.time) > 0
    why = "not reached: no patient is censored" if group.n_events == group.n else "not reached"
    return FollowUp(
        reverse_km_median=_crossing(group.time, survival, lower, upper, (0.5,), why)[0],
        naive_median=median_of_counts(group.time, leaving),
        minimum=float(group.time[0]) if found else None,
        maximum=float(group.time[-1]) if found else None,
    )


def risk_table(curve: SurvivalCurve, times: Sequence[float]) -> RiskTable:
    """Numbers under the plot: at risk, events so far, censored so far.

    Parameters
    ----------
    curve
        A Kaplan-Meier estimate.
    times
        Months, any order.

    Returns
    -------
    RiskTable
        ``at_risk`` counts T >= t, ``events`` and ``censored`` count T < t, so that the three add
        up to the number of patients at every time.

    Examples
    --------
    >>> group = GroupEvents("all", "All", np.array([2.0, 5.0]), np.array([1, 1]), np.array([0, 1]))
    >>> risk_table(estimate_curve(group), [0, 5]).at_risk.tolist()
    [3, 2]
    """
    asked = np.asarray(times, dtype=np.float64)
    before = np.searchsorted(curve.time, asked, side="left")
    events = np.concatenate(([0], np.cumsum(curve.events)))[before]
    censored = np.concatenate(([0], np.cumsum(curve.censored)))[before]
    return RiskTable(
        time=asked, at_risk=curve.n - events - censored, events=events, censored=censored
    )


def _at_risk(leaving: IntArray) -> IntArray:
    """Count those with T >= t at each distinct time, from the number leaving at it."""
    return np.cumsum(leaving[::-1])[::-1]


def _product_limit(events: IntArray, at_risk: IntArray) -> tuple[FloatArray, FloatArray]:
    """S(t) and the Greenwood standard error of log S(t), infinite where S = 0."""
    deaths, present = events.astype(np.float64), at_risk.astype(np.float64)
    staying = present - deaths
    with np.errstate(divide="ignore"):
        variance: FloatArray = np.cumsum(deaths / (present * staying), dtype=np.float64)
    survival: FloatArray = np.cumprod(staying / present, dtype=np.float64)
    return survival, np.sqrt(variance)


def _quartiles(
    group: GroupEvents, survival: FloatArray, lower: FloatArray, upper: FloatArray
) -> tuple[Quantity, ...]:
    """Find the times at which S is 0.75, 0.5 and 0.25."""
    why = "not reached" if group.n_events else "not reached: no events"
    return _crossing(group.time, survival, lower, upper, _QUARTERS, why)


def _crossing(
    time: FloatArray,
    survival: FloatArray,
    lower: FloatArray,
    upper: FloatArray,
    shares: Sequence[float],
    why: str,
) -> tuple[Quantity, ...]:
    """Quantiles with limits by inversion of the pointwise band."""
    if len(time) == 0:
        return tuple(Quantity(None, why=_NO_PATIENTS) for _ in shares)
    return tuple(
        Quantity(
            value,
            low,
            high,
            why="" if value is not None else why,
            why_low="" if low is not None else "not reached",
            why_high="" if high is not None else "not reached",
        )
        for value, low, high in zip(
            crossing_times(time, 1.0 - survival, shares),
            crossing_times(time, 1.0 - lower, shares),
            crossing_times(time, 1.0 - upper, shares),
            strict=True,
        )
    )


def _rates(
    time: FloatArray,
    survival: FloatArray,
    lower: FloatArray,
    upper: FloatArray,
    known: np.ndarray,
    at_risk: IntArray,
    times: Sequence[float],
) -> tuple[Rate, ...]:
    """Survival at given times; see :func:`estimate_curve` for the rule."""
    if len(time) == 0:
        return tuple(Rate(float(t), Quantity(None, why=_NO_PATIENTS), 0) for t in times)
    last_row = np.searchsorted(time, times, side="right") - 1
    next_row = np.searchsorted(time, times, side="left")
    rates = []
    for t, i, j in zip(times, last_row.tolist(), next_row.tolist(), strict=True):
        if t > time[-1]:
            quantity, left = Quantity(None, why=_beyond(time, survival)), 0
        elif i < 0:
            quantity, left = Quantity(1.0, 1.0, 1.0), int(at_risk[0])
        else:
            left = int(at_risk[j])
            quantity = _limited(float(survival[i]), float(lower[i]), float(upper[i]), known[i])
        rates.append(Rate(float(t), quantity, left))
    return tuple(rates)


def _limited(value: float, low: float, high: float, known: bool) -> Quantity:
    """Return a rate with its limits, or the reason why it has none."""
    if known:
        return Quantity(value, low, high)
    why = "no limits: " + ("no event so far" if value == 1.0 else "survival is 0")
    return Quantity(value, why_low=why, why_high=why)


def _beyond(time: FloatArray, survival: FloatArray) -> str:
    """Reason for a rate after the last observed time."""
    why = f"beyond the last follow-up ({time[-1]:.1f} months)"
    return f"{why}; the estimate had fallen to 0% by then" if survival[-1] == 0.0 else why
