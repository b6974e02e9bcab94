"""Deaths and numbers at risk of every group at every event time, the input of tests and models."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from hccviz.domain.records import EventTable, FloatArray, GroupEvents


@dataclass(frozen=True, slots=True)
class RiskSets:
    """Who died and who was at risk, at the event times of all strata one after the other.

    Attributes
    ----------
    deaths, at_risk
        Counts as float64, shape (groups, event times). ``at_risk`` counts T >= t within the
        stratum of that event time.
    """

    deaths: FloatArray
    at_risk: FloatArray

    def only(self, rows: list[int]) -> RiskSets:
        """Return the sets of some groups alone, at the times at which one of them had an event."""
        deaths, at_risk = self.deaths[rows], self.at_risk[rows]
        used = deaths.any(axis=0)
        return (
            RiskSets(deaths, at_risk) if used.all() else RiskSets(deaths[:, used], at_risk[:, used])
        )


def risk_sets(table: EventTable) -> RiskSets:
    """Risk sets of an event table.

    Parameters
    ----------
    table
        Counts by group; when ``strata`` is not empty, the strata are used in its place and their
        groups are matched to ``table.groups`` by level.

    Returns
    -------
    RiskSets
        One row per group in the order of ``table.groups``, one column per stratum and distinct
        event time.
    """
    levels = [group.level for group in table.groups]
    parts = [_within(stratum, levels) for stratum in (table.strata or (table,))]
    if len(parts) == 1:
        return parts[0]
    return RiskSets(
        np.concatenate([part.deaths for part in parts], axis=1),
        np.concatenate([part.at_risk for part in parts], axis=1),
    )


def _within(table: EventTable, levels: list[str]) -> RiskSets:
    """Risk sets of one stratum."""
    times = _event_times(table.groups)
    deaths = np.zeros((len(levels), len(times)))
    at_risk = np.zeros((len(levels), len(times)))
    for group in table.groups:
        row = levels.index(group.level)
        leaving = group.events + group.censored
        passed = np.searchsorted(times, group.time, side="right")  # event times <= own time
        had_event = group.events > 0
        deaths[row, passed[had_event] - 1] = group.events[had_event]
        gone = np.cumsum(np.bincount(passed, weights=leaving, minlength=len(times) + 1))
        at_risk[row] = group.n - gone[: len(times)]
    return RiskSets(deaths, at_risk)


def _event_times(groups: tuple[GroupEvents, ...]) -> FloatArray:
    """Distinct times with an event in any group, increasing."""
    if not groups:
        return np.empty(0)
    return np.unique(np.concatenate([group.time[group.events > 0] for group in groups]))
