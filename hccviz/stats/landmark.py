"""Landmark analysis: only who is still under observation, without the event, at a given time."""

from __future__ import annotations

import math
from dataclasses import replace

from hccviz.domain.errors import HccvizError
from hccviz.domain.records import EventTable, GroupEvents, LandmarkCut
from hccviz.domain.survival_records import CompetingEvents, CompetingTable, Landmark
from hccviz.stats.cautions import count


def landmark_table(table: EventTable, time_months: float) -> Landmark:
    """Leave out whoever had the event or was censored before the landmark.

    The clock keeps running from the original time zero, as in R's
    ``survfit(…, subset = time >= landmark)``: times are not shifted, and curves start at 1 at the
    landmark. A patient who leaves exactly at the landmark was still under observation then and
    stays. Log-rank tests and Cox ratios do not depend on the shift; medians and rates are times
    and shares *from time zero* and *given survival to the landmark*.

    Parameters
    ----------
    table
        Counts by group and exact time; strata are cut too.
    time_months
        The landmark, months, >= 0.

    Returns
    -------
    Landmark
        Groups of whom nobody is left are out of the table and named in ``emptied``; with nobody
        left at all, ``why`` says so and the table has no groups.

    Raises
    ------
    HccvizError
        When the landmark is negative or no number.

    References
    ----------
    Anderson JR, Cain KC, Gelber RD. J Clin Oncol 1983;1:710-9.

    Examples
    --------
    >>> import numpy as np
    >>> g = GroupEvents("a", "A", np.array([2.0, 5.0]), np.array([1, 1]), np.array([0, 2]))
    >>> landmark_table(EventTable("os", "", (g,)), 3.0).table.n
    3
    """
    _check(time_months)
    cut = [_from(group, time_months) for group in table.groups]
    groups = tuple(group for group in cut if group.n)
    events = sum(g.n_events for g in table.groups) - sum(g.n_events for g in groups)
    gone = table.n - sum(g.n for g in groups)
    strata = tuple(
        replace(s, groups=tuple(g for g in (_from(g, time_months) for g in s.groups) if g.n))
        for s in table.strata
    )
    last = max((float(g.time[-1]) for g in table.groups if len(g.time)), default=None)
    why = "" if groups else _nobody(last)
    notes: tuple[str, ...] = ()
    if gone:
        notes = (
            f"{count(gone, 'patient')} left before {time_months:g} months and "
            f"{'is' if gone == 1 else 'are'} not counted: {count(events, 'event')}, "
            f"{gone - events} censored.",
        )
    return Landmark(
        table=replace(table, groups=groups, strata=tuple(s for s in strata if s.groups)),
        time_months=time_months,
        n_events_before=events,
        n_censored_before=gone - events,
        emptied=tuple(g.label for g, c in zip(table.groups, cut, strict=True) if g.n and not c.n),
        why=why,
        notes=notes,
    )


def landmark_incidence(
    table: CompetingTable, time_months: float
) -> tuple[CompetingTable, LandmarkCut]:
    """Leave out whoever had a first event of either kind, or was censored, before the landmark.

    As :func:`landmark_table`, on first events: a patient stays who is under observation and free
    of both kinds of events just before the landmark.

    Returns
    -------
    CompetingTable, LandmarkCut
        ``n_events`` of the cut counts first events of either kind.

    Raises
    ------
    HccvizError
        When the landmark is negative or no number.
    """
    _check(time_months)
    cut = [_first_from(group, time_months) for group in table.groups]
    groups = tuple(g for g in cut if g.n)
    gone = table.n - sum(g.n for g in groups)
    before, after = (
        sum(g.n_events + g.n_competing for g in found) for found in (table.groups, groups)
    )
    last = max((float(g.time[-1]) for g in table.groups if len(g.time)), default=None)
    return replace(table, groups=groups), LandmarkCut(
        time_months,
        before - after,
        gone - (before - after),
        tuple(g.label for g, c in zip(table.groups, cut, strict=True) if g.n and not c.n),
        "" if groups else _nobody(last),
    )


def _check(time_months: float) -> None:
    if not (math.isfinite(time_months) and time_months >= 0.0):
        raise HccvizError(f"The landmark is {time_months:g} months; it must be 0 or more.")


def _nobody(last: float | None) -> str:
    """Reason when nobody is left at the landmark."""
    if last is None:
        return "not estimable: no patients"
    return f"the landmark is after the last follow-up ({last:.1f} months): nobody is left"


def _first_from(group: CompetingEvents, time_months: float) -> CompetingEvents:
    """Return the part of a group whose first event or censoring is at the landmark or later."""
    later = group.time >= time_months
    return replace(
        group,
        time=group.time[later],
        events=group.events[later],
        competing=group.competing[later],
        censored=group.censored[later],
    )


def _from(group: GroupEvents, time_months: float) -> GroupEvents:
    """Return the part of a group that leaves at the landmark or later."""
    later = group.time >= time_months
    return replace(
        group, time=group.time[later], events=group.events[later], censored=group.censored[later]
    )
