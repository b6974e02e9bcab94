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


# --------------------------------------------------------------------------- regression models


@dataclass(frozen=True, slots=True, eq=False)
class Covariate:
    """One factor of a regression model, with its values per patient.

    Attributes
    ----------
    name, label, unit
        Column, and how it is said.
    values
        Per patient, shape (n,): level codes as text with None where not recorded (a category), or
        float64 with NaN where not recorded (a number).
    levels, level_labels
        Of a category, in order; empty for a number.
    reference
        Level against which the others are compared; the first one when empty.
    step
        A number's ratio is per this many units.
    """

    name: str
    label: str
    values: NDArray[np.object_] | NDArray[np.float64]
    levels: tuple[str, ...] = ()
    level_labels: tuple[str, ...] = ()
    reference: str = ""
    step: float = 1.0
    unit: str = ""

    @property
    def is_category(self) -> bool:
        """True when the values are level codes."""
        return self.values.dtype == object


@dataclass(frozen=True, slots=True)
class Dropped:
    """Patients left out of a model because this is not recorded; one may lack several."""

    name: str
    label: str
    n: int


@dataclass(frozen=True, slots=True)
class ModelRow:
    """One coefficient of a model: a level against its reference, or a number per step.

    ``ratio`` is a hazard ratio (Cox) or an odds ratio (logistic) with Wald limits, adjusted for the
    other rows. ``n`` and ``n_events`` count the complete patients of the level (of all patients
    for a number). ``log_ratio``, ``std_err`` and ``p`` are None with ``ratio``.
    """

    term: str
    label: str  # "Child-Pugh class B", "Age, per 10 years"
    level: str
    reference: str
    n: int
    n_events: int
    ratio: Quantity
    log_ratio: float | None
    std_err: float | None
    p: float | None
    why: str = ""


@dataclass(frozen=True, slots=True)
class ModelTerm:
    """One factor (or interaction) as a whole.

    ``likelihood_ratio`` compares the model with and without it; it is not given for a factor that
    is part of an interaction, which has no meaning without it.
    """

    name: str
    label: str
    df: int
    wald: TestResult
    likelihood_ratio: TestResult


@dataclass(frozen=True, slots=True)
class ModelEstimate:
    """A Cox or logistic model as one table.

    Attributes
    ----------
    kind
        ``"cox"`` or ``"logistic"``.
    rows, terms
        In the order in which the factors were given, interactions last.
    n_all, n, n_events
        Patients given, complete patients, and events among these.
    dropped
        What the others lack.
    tests
        Of the whole model: likelihood ratio, Wald, and score for a Cox model.
    log_likelihood_null, log_likelihood, aic
        None when no model could be fitted.
    concordance
        Harrell's C (Cox, within strata) or the area under the ROC curve (logistic).
    strata
        Label of the stratifying factor, ``""`` for none.
    notes
        Sentences: events per variable, who was left out, references that had to change.
    why
        Reason in words when nothing could be fitted.
    """

    kind: str
    level: float
    rows: tuple[ModelRow, ...]
    terms: tuple[ModelTerm, ...]
    n_all: int
    n: int
    n_events: int
    dropped: tuple[Dropped, ...]
    tests: tuple[TestResult, ...]
    log_likelihood_null: float | None
    log_likelihood: float | None
    aic: float | None
    concordance: Quantity
    strata: str = ""
    notes: tuple[str, ...] = ()
    why: str = ""


@dataclass(frozen=True, slots=True)
class ScaledResiduals:
    """Scaled Schoenfeld residuals of one term: how its coefficient seems to move with time.

    One entry per event, sorted by time. ``value`` scatters around the coefficient at that time (of
    a term with several columns: around 1, the fitted effect of the whole term). The smooth line is
    a natural spline over ``position`` with limits of two standard errors; empty when there are too
    few events for it.
    """

    term: str
    label: str
    time: FloatArray
    position: FloatArray  # the transformed time
    value: FloatArray
    smooth_position: FloatArray
    smooth: FloatArray
    smooth_lower: FloatArray
    smooth_upper: FloatArray


@dataclass(frozen=True, slots=True)
class ProportionalHazards:
    """Score test of proportional hazards, per term and over all terms."""

    transform: str  # "km", "rank", "identity" or "log"
    tests: tuple[TestResult, ...]  # named by the term's label
    overall: TestResult
    residuals: tuple[ScaledResiduals, ...]
    why: str = ""
