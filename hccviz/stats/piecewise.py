"""Hazard ratios by period, their change, and log-minus-log coordinates, from event tables."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from hccviz.domain.errors import HccvizError
from hccviz.domain.records import EventTable, GroupEvents, TestResult
from hccviz.domain.survival_records import LogMinusLog, Period, PiecewiseRatios
from hccviz.stats.cox import fit_groups
from hccviz.stats.kaplan_meier import estimate_curve
from hccviz.stats.model_table import chi_square

CHANGE = "change of the hazard ratio between periods (likelihood ratio)"


def piecewise_hazard_ratios(
    table: EventTable,
    cuts: Sequence[float],
    *,
    reference: str | None = None,
    level: float = 0.95,
) -> PiecewiseRatios:
    """Hazard ratios up to and after one or more cut times.

    Within a period the risk sets are those of the whole follow-up, so that each period is a Cox
    model of its own: patients who outlive it are censored at its end, patients who left before it
    do not enter. An event at a cut time belongs to the earlier period, as in R's ``survSplit``.

    Parameters
    ----------
    table
        Counts by group; strata keep their own baseline hazards.
    cuts
        Months, above 0.
    reference, level
        As in :func:`hccviz.stats.cox.estimate_hazard_ratios`.

    Returns
    -------
    PiecewiseRatios
        ``change`` compares separate ratios with one common ratio; not estimable when a period has
        no event or no ratio can be given.

    Raises
    ------
    HccvizError
        When there is no cut, or one is not above 0.

    References
    ----------
    Therneau T, Crowson C, Atkinson E. Using time dependent covariates and time dependent
    coefficients in the Cox model, vignette of the R package survival.
    """
    ends = sorted(set(cuts))
    if not ends or not all(math.isfinite(cut) and cut > 0.0 for cut in ends):
        raise HccvizError("A cut time must be a number of months above 0, for instance 12.")
    starts = [0.0, *ends]
    periods, gain, df, silent = [], 0.0, 0.0, ""
    for start, stop in zip(starts, [*ends, None], strict=True):
        part = _between(table, start, stop)
        fit = fit_groups(part, reference=reference, level=level)
        events = sum(g.n_events for g in part.groups)
        periods.append(Period(start, stop, events, fit.hazard_ratios))
        test = fit.tests[0]
        if test.statistic is None or test.df is None:
            silent = silent or _said(start, stop, test.why)
        else:
            gain, df = gain + test.statistic, df + test.df
    change = _change(table, reference, gain, df, silent)
    return PiecewiseRatios(tuple(periods), change, change.why)


def log_minus_log(table: EventTable) -> tuple[LogMinusLog, ...]:
    """Coordinates of the log-minus-log view: parallel steps mean proportional hazards.

    Parameters
    ----------
    table
        Counts by group and exact time, months.

    Returns
    -------
    tuple of LogMinusLog
        One per group: the event times after time zero at which S is strictly between 0 and 1.
        Empty with a reason when there is none.
    """
    found = []
    for group in table.groups:
        curve = estimate_curve(group, times=())
        usable = (curve.survival > 0.0) & (curve.survival < 1.0)
        usable &= (curve.time > 0.0) & (curve.events > 0)
        time, value = np.log(curve.time[usable]), np.log(-np.log(curve.survival[usable]))
        why = "" if len(time) else "not estimable: no event that leaves survival between 0 and 1"
        found.append(LogMinusLog(group.level, group.label, time, value, why))
    return tuple(found)


def _between(table: EventTable, start: float, stop: float | None) -> EventTable:
    """Return the table of one period: at risk after its start, censored at its end."""
    groups = tuple(_clip(group, start, stop) for group in table.groups)
    strata = tuple(_between(stratum, start, stop) for stratum in table.strata)
    return replace(table, groups=groups, strata=strata)


def _clip(group: GroupEvents, start: float, stop: float | None) -> GroupEvents:
    """Return one group within a period. Time zero belongs to the first period."""
    inside = (group.time > start) | (start == 0.0)
    time, events, censored = group.time[inside], group.events[inside], group.censored[inside]
    if stop is not None and len(time) and time[-1] > stop:
        last = int(np.searchsorted(time, stop, side="right"))
        later = int(events[last:].sum() + censored[last:].sum())
        time = np.concatenate((time[:last], [np.nextafter(stop, np.inf)]))
        events = np.concatenate((events[:last], [0]))
        censored = np.concatenate((censored[:last], [later]))
    return replace(group, time=time, events=events, censored=censored)


def _change(
    table: EventTable, reference: str | None, gain: float, df: float, silent: str
) -> TestResult:
    """Likelihood-ratio test of separate ratios against common ones."""
    common = fit_groups(table, reference=reference).tests[0]
    if common.statistic is None or common.df is None:
        return TestResult(CHANGE, None, None, None, why=common.why)
    if silent:
        return TestResult(CHANGE, None, None, None, why=silent)
    if df <= common.df:
        why = "not estimable: groups are not at risk together in every period"
        return TestResult(CHANGE, None, None, None, why=why)
    return chi_square(CHANGE, gain - common.statistic, int(df - common.df))


def _said(start: float, stop: float | None, why: str) -> str:
    """Return the reason of one period with the period named."""
    when = f"after {start:g} months" if stop is None else f"from {start:g} to {stop:g} months"
    return f"{why}, {when}"
