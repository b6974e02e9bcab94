"""Cumulative incidence with competing risks (Aalen-Johansen), equal to R's ``survfit``."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from hccviz.domain.errors import HccvizError
from hccviz.domain.records import FloatArray, IntArray, Quantity
from hccviz.domain.survival_records import (
    CompetingEvents,
    CompetingTable,
    Incidence,
    IncidenceCurve,
    IncidenceEstimate,
    IncidenceRate,
)
from hccviz.stats.cautions import CAUTION_BELOW, count, left_out, noted, rests_on
from hccviz.stats.confidence import TRANSFORMS, normal_quantile
from hccviz.stats.gray import gray_test
from hccviz.stats.kaplan_meier import RATE_TIMES

NAIVE_LABEL = "1 - Kaplan-Meier, naive: takes the competing event as censoring and overstates"


def estimate_incidence(
    table: CompetingTable,
    *,
    ci: str = "log-log",
    level: float = 0.95,
    times: Sequence[float] = RATE_TIMES,
) -> IncidenceEstimate:
    """Cumulative incidence of every group, Gray's tests and cautions.

    Parameters
    ----------
    table
        First events by group and exact time, months.
    ci, level, times
        As in :func:`estimate_incidence_curve`.

    Returns
    -------
    IncidenceEstimate
        The sentence that names a group below five stands in the note of every test.

    Raises
    ------
    HccvizError
        When ``ci`` or ``level`` is not among those allowed.
    """
    curves = tuple(
        estimate_incidence_curve(g, ci=ci, level=level, times=times) for g in table.groups
    )
    split = bool(table.by) or len(table.groups) > 1
    resting = rests_on((group.label, group.n) for group in table.groups)
    tests = noted((gray_test(table),), resting) if split else ()
    other = noted((gray_test(table, of="competing"),), resting) if split else ()
    return IncidenceEstimate(
        endpoint=table.endpoint,
        by=table.by,
        competing=table.competing,
        ci=ci,
        level=level,
        curves=curves,
        tests=tests,
        competing_tests=other,
        n_missing=table.n_missing,
        n_unknown_group=table.n_unknown_group,
        warnings=_warnings(table),
    )


def estimate_incidence_curve(
    group: CompetingEvents,
    *,
    ci: str = "log-log",
    level: float = 0.95,
    times: Sequence[float] = RATE_TIMES,
) -> IncidenceCurve:
    """Aalen-Johansen cumulative incidence of both kinds of events in one group.

    At one time, events of either kind are counted against the same number at risk, before
    censorings; nothing depends on the order of patients. The variance is the Greenwood-type one
    of the multinomial model; for one group without weights it is the infinitesimal jackknife of
    R's multi-state ``survfit``. Limits are symmetric on the transform of the *incidence* itself,
    as R's ``conf.type`` and as usual for cumulative incidence: with log-log, F to the power of
    exp(±z se/(F log F)).

    Parameters
    ----------
    group
        First events by exact time, months.
    ci
        ``"log-log"``, ``"log"`` (R's own default) or ``"plain"``.
    level
        Confidence level, 0-1.
    times
        Months at which incidence is wanted; nothing is claimed after the last observed time.

    Returns
    -------
    IncidenceCurve
        Arrays of shape (m,), m = number of distinct observed times.

    Raises
    ------
    HccvizError
        When ``ci`` or ``level`` is not among those allowed.

    References
    ----------
    Aalen OO, Johansen S. Scand J Stat 1978;5:141-50. Gaynor JJ et al. J Am Stat Assoc
    1993;88:400-9. Therneau T, R package survival 3, ``survfit`` for multi-state data.

    Examples
    --------
    >>> one, none = np.array([1, 0]), np.array([0, 0])
    >>> group = CompetingEvents("all", "All", np.array([2.0, 5.0]), one, one[::-1], none)
    >>> estimate_incidence_curve(group).event.share.tolist()
    [0.5, 0.5]
    """
    leaving = group.events + group.competing + group.censored
    at_risk: IntArray = np.cumsum(leaving[::-1])[::-1]
    present, deaths = at_risk.astype(np.float64), (group.events + group.competing)
    free: FloatArray = np.cumprod((present - deaths) / present, dtype=np.float64)
    event = _incidence(group.events, deaths, present, free, ci, level)
    other = _incidence(group.competing, deaths, present, free, ci, level)
    naive = 1.0 - np.cumprod((present - group.events) / present, dtype=np.float64)
    return IncidenceCurve(
        level=group.level,
        label=group.label,
        n=group.n,
        n_events=group.n_events,
        n_competing=group.n_competing,
        time=group.time,
        event=event,
        competing=other,
        event_free=free,
        naive=naive,
        at_risk=at_risk,
        events=group.events,
        competing_events=group.competing,
        censored=group.censored,
        rates=tuple(_rate(group.time, at_risk, event, other, naive, float(t)) for t in times),
    )


def incidence_limits(
    share: FloatArray, std_err: FloatArray, *, ci: str, level: float
) -> tuple[FloatArray, FloatArray]:
    """Pointwise confidence limits of a cumulative incidence.

    Parameters
    ----------
    share, std_err
        Incidence in 0-1 and its standard error, shape (m,).
    ci, level
        Transform of the incidence on which the limits are symmetric, and confidence level.

    Returns
    -------
    tuple of two arrays, shape (m,)
        NaN where R gives NA: at 0 with log, at 0 and 1 with log-log. These NaN stay inside this
        package.

    Raises
    ------
    HccvizError
        When ``ci`` is none of the three, or ``level`` is out of range.

    References
    ----------
    Choudhury JB. Stat Med 2002;21:1129-44; R package survival, ``conf.type``.
    """
    z = normal_quantile(level)
    if ci not in TRANSFORMS:
        raise HccvizError(
            f"The confidence transform is '{ci}'; choose one of {', '.join(TRANSFORMS)}."
        )
    if ci == "plain":
        return np.maximum(share - z * std_err, 0.0), np.minimum(share + z * std_err, 1.0)
    lower, upper = np.full(share.shape, np.nan), np.full(share.shape, np.nan)
    inner = (share > 0.0) & ((share < 1.0) | (ci == "log"))
    log_share, margin = np.log(share[inner]), z * std_err[inner] / share[inner]
    if ci == "log":
        lower[inner] = np.exp(log_share - margin)
        upper[inner] = np.minimum(np.exp(log_share + margin), 1.0)
    else:
        centre, margin = np.log(-log_share), margin / log_share
        lower[inner] = np.exp(-np.exp(centre - margin))
        upper[inner] = np.exp(-np.exp(centre + margin))
    return lower, upper


def _incidence(
    events: IntArray, deaths: IntArray, present: FloatArray, free: FloatArray, ci: str, level: float
) -> Incidence:
    """Incidence of one kind of event among all events, with its limits."""
    before = np.concatenate(([1.0], free[:-1]))
    hazard = events / present
    alone = np.cumsum(deaths - events) == 0  # exactly 1 - S, so that 1 is reached exactly
    share = np.where(alone, 1.0 - free, np.minimum(np.cumsum(before * hazard), 1.0))
    staying = present - deaths
    leaving = np.divide(deaths, present * staying, out=np.zeros_like(free), where=staying > 0)
    spread = np.concatenate(([0.0], np.cumsum(leaving)[:-1]))  # Var S(t-) / S(t-)^2
    joint = np.cumsum(before * hazard * (spread - 1.0 / present))  # Cov(S(t), F(t)) / S(t)
    joint = np.concatenate(([0.0], joint[:-1]))
    gained = 2.0 * joint + before * hazard * spread + before * (1.0 - hazard) / present
    variance = np.cumsum(before * hazard * gained)
    rounding = 1e-12 * variance.max(initial=0.0)
    std_err = np.sqrt(np.where(variance > rounding, variance, 0.0))
    lower, upper = incidence_limits(share, std_err, ci=ci, level=level)
    known = ~np.isnan(lower)
    return Incidence(
        share, std_err, np.where(known, lower, share), np.where(known, upper, share), known
    )


def _rate(
    time: FloatArray,
    at_risk: IntArray,
    event: Incidence,
    other: Incidence,
    naive: FloatArray,
    t: float,
) -> IncidenceRate:
    """Incidence of both kinds at one time."""
    if len(time) == 0 or t > time[-1]:
        why = "not estimable: no patients"
        if len(time):
            why = f"beyond the last follow-up ({time[-1]:.1f} months)"
        return IncidenceRate(t, Quantity(None, why=why), Quantity(None, why=why), 0)
    row = int(np.searchsorted(time, t, side="right")) - 1
    left = int(at_risk[np.searchsorted(time, t, side="left")])
    alone = float(naive[row]) if row >= 0 else 0.0
    return IncidenceRate(t, _limited(event, row), _limited(other, row), left, alone)


def _limited(curve: Incidence, row: int) -> Quantity:
    """Return one value with its limits, or the reason why it has none."""
    value = float(curve.share[row]) if row >= 0 else 0.0
    if row >= 0 and curve.limits_known[row]:
        return Quantity(value, float(curve.lower[row]), float(curve.upper[row]))
    why = "no limits: " + ("no event so far" if value == 0.0 else "every patient had the event")
    return Quantity(value, why_low=why, why_high=why)


def _warnings(table: CompetingTable) -> tuple[str, ...]:
    """Return the sentences to show beside the figure."""
    small = tuple(
        f"Read {g.label} with caution: {count(g.n, 'patient')}, {count(g.n_events, 'event')}, "
        f"{count(g.n_competing, 'competing event')}."
        for g in table.groups
        if g.n < CAUTION_BELOW or g.n_events < CAUTION_BELOW
    )
    later: tuple[str, ...] = ()
    if table.n_died_later:
        later = (
            f"{count(table.n_died_later, 'patient')} died after the last assessment of this "
            "endpoint; they are censored at that assessment.",
        )
    return (
        *small,
        *later,
        *left_out(table.n_missing, "without a usable time or event of the endpoint or of survival"),
        *left_out(table.n_unknown_group, "without a recorded value of the split"),
    )
