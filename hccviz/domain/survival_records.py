"""Result records of the deeper survival statistics; the rules are those of ``records``.

Frozen; times in months; a value that cannot be computed is ``None`` with its reason in words; no
record holds NaN. Arrays inside one record are sorted by time and of equal length.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from hccviz.domain.records import FloatArray, IntArray, Quantity, TestResult

# --------------------------------------------------------------------------- competing risks


@dataclass(frozen=True, slots=True)
class CompetingEvents:
    """First events of one group by exact time: of interest, competing, or censored.

    ``time`` is strictly increasing; the three counts add up to at least 1 everywhere.
    """

    level: str
    label: str
    time: FloatArray
    events: IntArray
    competing: IntArray
    censored: IntArray

    @property
    def n(self) -> int:
        """Number of patients."""
        return int(self.events.sum() + self.competing.sum() + self.censored.sum())

    @property
    def n_events(self) -> int:
        """Number of patients whose first event is the one of interest."""
        return int(self.events.sum())

    @property
    def n_competing(self) -> int:
        """Number of patients whose first event is the competing one."""
        return int(self.competing.sum())


@dataclass(frozen=True, slots=True)
class CompetingTable:
    """Sufficient statistics of competing risks: group × time × events × competing × censored.

    Attributes
    ----------
    endpoint, by, groups, ordered, n_unknown_group
        As in :class:`hccviz.domain.records.EventTable`.
    competing
        What competes, in words ("death").
    n_missing
        Filtered patients without a usable time or event of the endpoint or of survival.
    n_died_later
        Patients censored for the endpoint who died at a later time. They stay censored: what
        happened between their last assessment and death is not known.
    """

    endpoint: str
    by: str
    groups: tuple[CompetingEvents, ...]
    competing: str = "death"
    ordered: bool = False
    n_missing: int = 0
    n_unknown_group: int = 0
    n_died_later: int = 0

    @property
    def n(self) -> int:
        """Number of patients in all groups."""
        return sum(g.n for g in self.groups)


@dataclass(frozen=True, slots=True)
class Incidence:
    """Cumulative incidence of one kind of event, just after each time of its curve.

    Where no limits exist (incidence 0 with log and log-log, incidence 1 with log-log),
    ``limits_known`` is False and both limits repeat ``share``.
    """

    share: FloatArray
    std_err: FloatArray
    lower: FloatArray
    upper: FloatArray
    limits_known: NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class IncidenceRate:
    """Cumulative incidence at one time: shares in 0-1, and the number at risk just before it."""

    time_months: float
    event: Quantity
    competing: Quantity
    at_risk: int


@dataclass(frozen=True, slots=True)
class IncidenceCurve:
    """Aalen-Johansen estimate of one group.

    ``event``, ``competing`` and ``event_free`` add up to 1 at every time. ``naive`` is 1 minus the
    Kaplan-Meier estimate with competing events taken as censored: never below ``event.share``,
    and to be shown only beside it, labelled as naive.
    """

    level: str
    label: str
    n: int
    n_events: int
    n_competing: int
    time: FloatArray
    event: Incidence
    competing: Incidence
    event_free: FloatArray
    naive: FloatArray
    at_risk: IntArray
    events: IntArray
    competing_events: IntArray
    censored: IntArray
    rates: tuple[IncidenceRate, ...]

    @property
    def n_censored(self) -> int:
        """Number of patients censored."""
        return self.n - self.n_events - self.n_competing


@dataclass(frozen=True, slots=True)
class IncidenceEstimate:
    """Everything about one view of competing risks.

    ``tests`` holds Gray's test of the event of interest, ``competing_tests`` that of the competing
    event; both are empty when the table is not split.
    """

    endpoint: str
    by: str
    competing: str
    ci: str
    level: float
    curves: tuple[IncidenceCurve, ...]
    tests: tuple[TestResult, ...]
    competing_tests: tuple[TestResult, ...]
    n_missing: int
    n_unknown_group: int
    warnings: tuple[str, ...] = ()
