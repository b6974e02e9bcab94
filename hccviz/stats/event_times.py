"""Time to an event that a competing event can forestall, and the times of those who had it."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from hccviz.domain.outcome_records import ResponderTimes, TimeToEvent
from hccviz.domain.survival_records import CompetingEvents, CompetingTable
from hccviz.stats.competing_risks import estimate_incidence
from hccviz.stats.proportions import proportion

MONTHS = (3.0, 6.0)


def estimate_time_to_event(
    table: CompetingTable,
    *,
    event: str,
    ci: str = "log-log",
    method: str = "clopper-pearson",
    level: float = 0.95,
    times: Sequence[float] = MONTHS,
) -> TimeToEvent:
    """Cumulative incidence over all patients, and the plain times of those with the event.

    Parameters
    ----------
    table
        First events by group and exact time.
    event
        What the event is, in words.
    ci, level
        Limits of the incidence.
    method
        Interval of the shares among patients with the event.
    times
        Months at which both are given.
    """
    return TimeToEvent(
        event=event,
        competing=table.competing,
        incidence=estimate_incidence(table, ci=ci, level=level, times=times),
        responders=tuple(_times_of(g, times, method, level) for g in table.groups),
    )


def _times_of(
    group: CompetingEvents, times: Sequence[float], method: str, level: float
) -> ResponderTimes:
    """Describe the times of the patients with the event (quantiles of R's type 7)."""
    when = np.repeat(group.time, group.events)
    n = len(when)
    reached = tuple(
        (t, proportion(int((when <= t).sum()), n, method=method, level=level)) for t in times
    )
    quartiles = [float(q) for q in np.quantile(when, (0.25, 0.5, 0.75))] if n else [None] * 3
    return ResponderTimes(group.label, n, reached, quartiles[1], quartiles[0], quartiles[2])
