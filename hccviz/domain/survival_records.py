"""Result records of the deeper survival statistics; the rules are those of ``records``.

Frozen; times in months; a value that cannot be computed is ``None`` with its reason in words; no
record holds NaN. Arrays inside one record are sorted by time and of equal length.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from hccviz.domain.records import (
    EventTable,
    FloatArray,
    HazardRatio,
    IntArray,
    LandmarkCut,
    Proportion,
    Quantity,
    SurvivalCurve,
    TestResult,
)

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
    """Cumulative incidence at one time: shares in 0-1, and the number at risk just before it.

    ``naive`` is 1 minus the Kaplan-Meier estimate at that time, None where nothing is claimed.
    """

    time_months: float
    event: Quantity
    competing: Quantity
    at_risk: int
    naive: float | None = None


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
    landmark: LandmarkCut | None = None


# --------------------------------------------------------------------------- horizons and landmarks


@dataclass(frozen=True, slots=True)
class RestrictedMean:
    """Mean survival time up to a horizon of one group, months; ``std_err`` None with it."""

    level: str
    label: str
    n: int
    mean: Quantity
    std_err: float | None
    lost: Quantity  # restricted mean time lost: horizon minus mean


@dataclass(frozen=True, slots=True)
class RestrictedMeanDifference:
    """Restricted mean of ``level`` minus that of ``reference``, and their ratio, with tests."""

    level: str
    reference: str
    difference: Quantity
    ratio: Quantity
    p: float | None  # of the difference
    p_ratio: float | None
    why: str = ""


@dataclass(frozen=True, slots=True)
class RestrictedMeanEstimate:
    """Restricted means of all groups at one horizon, each compared with the reference.

    Means are of the time from ``start`` (a landmark, else 0) up to ``horizon``, both counted from
    the time origin.
    """

    horizon: float
    level: float
    groups: tuple[RestrictedMean, ...]
    differences: tuple[RestrictedMeanDifference, ...]
    longest_horizon: float | None  # up to which every group can be compared
    notes: tuple[str, ...] = ()
    start: float = 0.0


@dataclass(frozen=True, slots=True)
class RateDifference:
    """Survival at one time of ``level`` minus that of ``reference``, Greenwood, normal limits."""

    time_months: float
    level: str
    reference: str
    difference: Quantity
    p: float | None
    why: str = ""


@dataclass(frozen=True, slots=True)
class Landmark:
    """An event table from a landmark on.

    ``time`` of the table still counts from the original time zero. ``n_events_before`` and
    ``n_censored_before`` are the patients left out.
    """

    table: EventTable
    time_months: float
    n_events_before: int
    n_censored_before: int
    emptied: tuple[str, ...] = ()  # labels of groups of whom nobody is left
    why: str = ""
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Period:
    """Hazard ratios from ``start`` up to and including ``stop`` (None: to the end)."""

    start: float
    stop: float | None
    n_events: int
    hazard_ratios: tuple[HazardRatio, ...]


@dataclass(frozen=True, slots=True)
class PiecewiseRatios:
    """Hazard ratios by period, and the test that they are the same in all periods."""

    periods: tuple[Period, ...]
    change: TestResult
    why: str = ""


@dataclass(frozen=True, slots=True)
class LogMinusLog:
    """Coordinates log(time) and log(-log S) of one group; parallel lines: proportional hazards."""

    level: str
    label: str
    log_time: FloatArray
    value: FloatArray
    why: str = ""


# --------------------------------------------------------------------------- closer looks


@dataclass(frozen=True, slots=True)
class FixedTimes:
    """Survival at chosen times and up to a horizon, every group against the first.

    ``means`` is None only when no patient is left, with the reason in ``why``. Strata are not used.
    """

    endpoint: str
    by: str
    level: float
    curves: tuple[SurvivalCurve, ...]
    differences: tuple[RateDifference, ...]
    means: RestrictedMeanEstimate | None
    landmark: LandmarkCut | None = None
    why: str = ""


@dataclass(frozen=True, slots=True)
class HazardShape:
    """Whether one hazard ratio describes the whole follow-up.

    Attributes
    ----------
    labels
        Level and label of every group, in order.
    overall
        Hazard ratios over the whole follow-up.
    proportional
        Score test of proportional hazards.
    cut
        Months at which the follow-up is cut in two for ``pieces``.
    strata
        Label of the stratifying factor, ``""`` for none.
    """

    endpoint: str
    by: str
    level: float
    labels: tuple[tuple[str, str], ...]
    lines: tuple[LogMinusLog, ...]
    overall: tuple[HazardRatio, ...]
    proportional: TestResult
    cut: float
    pieces: PiecewiseRatios
    landmark: LandmarkCut | None = None
    strata: str = ""


@dataclass(frozen=True, slots=True)
class GroupFollowUp:
    """How long one group was followed.

    Attributes
    ----------
    curve
        Reverse Kaplan-Meier: censoring is the event, an event ends the observation. Its median is
        the follow-up to report.
    naive_median, minimum, maximum
        Of all times as they are; None for no patients.
    event_free_median
        Plain median time of the patients without the event; None when all had it.
    status_known
        By time: patients with the event by then or observed at least that long, of all.
    """

    level: str
    label: str
    n: int
    n_events: int
    curve: SurvivalCurve
    naive_median: float | None
    event_free_median: float | None
    minimum: float | None
    maximum: float | None
    status_known: tuple[tuple[float, Proportion], ...]


@dataclass(frozen=True, slots=True)
class FollowUpEstimate:
    """Follow-up of every group, and the log-rank test of time to censoring between them."""

    endpoint: str
    by: str
    ci: str
    level: float
    groups: tuple[GroupFollowUp, ...]
    test: TestResult
    landmark: LandmarkCut | None = None


# --------------------------------------------------------------------------- comparisons looked at


@dataclass(frozen=True, slots=True)
class Comparison:
    """One comparison looked at, its p, and p after Holm's correction over all of them."""

    label: str
    p: float | None
    p_holm: float | None


@dataclass(frozen=True, slots=True)
class ComparisonsLooked:
    """All comparisons of a session; ``sentence`` is what to say beside the smallest p."""

    comparisons: tuple[Comparison, ...]
    n_tested: int
    sentence: str


# --------------------------------------------------------------------------- forest


@dataclass(frozen=True, slots=True)
class SubgroupTable:
    """Event tables of a comparison within every level of one factor.

    ``tables[i]`` belongs to ``levels[i]``; levels without patients are left out.
    """

    factor: str
    label: str
    levels: tuple[str, ...]
    level_labels: tuple[str, ...]
    tables: tuple[EventTable, ...]
    n_unknown: int = 0


@dataclass(frozen=True, slots=True)
class ForestArm:
    """One side of the comparison in one row of a forest."""

    level: str
    label: str
    n: int
    n_events: int
    median: Quantity


@dataclass(frozen=True, slots=True)
class ForestRow:
    """Hazard ratio of the comparison in one subgroup; ``level`` is empty for all patients."""

    level: str
    label: str
    n: int
    n_events: int
    arms: tuple[ForestArm, ...]
    ratio: Quantity
    p: float | None
    why: str = ""


@dataclass(frozen=True, slots=True)
class ForestFactor:
    """The subgroups of one factor with the test that the hazard ratio is the same in all."""

    factor: str
    label: str
    rows: tuple[ForestRow, ...]
    interaction: TestResult
    n_unknown: int
    why: str = ""


@dataclass(frozen=True, slots=True)
class ForestEstimate:
    """A comparison of two groups in all patients and in the subgroups of many factors."""

    endpoint: str
    by: str
    compared: str  # level whose hazard is in the numerator
    reference: str
    level: float
    overall: ForestRow
    factors: tuple[ForestFactor, ...]
    notes: tuple[str, ...] = ()
    why: str = ""


# --------------------------------------------------------------------------- cut points


@dataclass(frozen=True, slots=True)
class CutPoint:
    """One cut: ``value`` and above against below; standardised statistic and hazard ratio."""

    value: float
    n_below: int
    n_above: int
    statistic: float
    ratio: Quantity


@dataclass(frozen=True, slots=True)
class CutPointEstimate:
    """Every cut of a number, the one that separates most, and its p corrected for the search.

    ``p_naive`` is the p that ignores the search: never to be shown without ``p``.
    """

    name: str
    label: str
    unit: str
    cuts: tuple[CutPoint, ...]
    best: CutPoint | None
    p: float | None
    p_naive: float | None
    smallest_share: float
    n: int
    n_events: int
    sentence: str
    why: str = ""
