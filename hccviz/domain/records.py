"""Result records: what an estimate is, before anyone draws, prints or exports it.

Every record is frozen. Arrays are one-dimensional float64 or int64 numpy arrays of equal length
inside a record, sorted by time. Times are months. A value that cannot be computed is ``None`` and
carries its reason in words (``why``); no record ever holds NaN.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Quantity:
    """A number with its confidence limits, or the reason why there is none.

    Attributes
    ----------
    value, low, high
        Estimate and limits; ``None`` when not estimable or not reached.
    why
        Reason in words when ``value`` is None ("not reached", "not estimable: no events", …).
    why_low, why_high
        Reason in words when a limit is None although ``value`` is given.
    """

    value: float | None
    low: float | None = None
    high: float | None = None
    why: str = ""
    why_low: str = ""
    why_high: str = ""


# --------------------------------------------------------------------------- counts (data layer)


@dataclass(frozen=True, slots=True)
class GroupEvents:
    """Events and censorings of one group, by exact time.

    ``time`` is strictly increasing; ``events + censored >= 1`` everywhere.
    """

    level: str
    label: str
    time: FloatArray
    events: IntArray
    censored: IntArray

    @property
    def n(self) -> int:
        """Number of patients."""
        return int(self.events.sum() + self.censored.sum())

    @property
    def n_events(self) -> int:
        """Number of patients with the event."""
        return int(self.events.sum())


@dataclass(frozen=True, slots=True)
class EventTable:
    """Sufficient statistics of a survival view: group × time × events × censored.

    Attributes
    ----------
    endpoint
        Endpoint code (``"os"``).
    by
        Address code of the split, ``""`` when there is none.
    groups
        In the order of the vocabulary (or of the cut points); empty groups are kept out.
    ordered
        True when the order of the groups means something (stages, cut numbers).
    n_missing
        Filtered patients without a usable time or event for this endpoint.
    n_unknown_group
        Filtered patients with the endpoint but no recorded value of the split; not in ``groups``
        unless the caller asked for an "unknown" group.
    strata
        For a stratified table: one EventTable per stratum, its groups matched to ``groups`` (which
        stay pooled) by level; else empty.
    """

    endpoint: str
    by: str
    groups: tuple[GroupEvents, ...]
    ordered: bool = False
    n_missing: int = 0
    n_unknown_group: int = 0
    strata: tuple[EventTable, ...] = ()

    @property
    def n(self) -> int:
        """Number of patients in all groups."""
        return sum(g.n for g in self.groups)


# --------------------------------------------------------------------------- survival (stats)


@dataclass(frozen=True, slots=True)
class Rate:
    """Survival at one time: ``survival.value`` in 0-1, and the number at risk just before it."""

    time_months: float
    survival: Quantity
    at_risk: int


@dataclass(frozen=True, slots=True)
class FollowUp:
    """Follow-up of one group, months.

    ``reverse_km_median`` is the Kaplan-Meier median of the time to censoring (Schemper and Smith,
    1996); ``naive_median`` is the plain median of all times, shown beside it and labelled.
    """

    reverse_km_median: Quantity
    naive_median: float | None
    minimum: float | None
    maximum: float | None


@dataclass(frozen=True, slots=True)
class SurvivalCurve:
    """Kaplan-Meier estimate of one group.

    ``time`` holds every distinct observed time (events and censorings), as R's ``survfit`` lists
    them. ``survival``, ``lower`` and ``upper`` are the values just after that time; ``at_risk`` is
    the number with T >= time. Where R gives no limits (S = 0; S = 1 with log-log),
    ``limits_known`` is False and both limits repeat ``survival``.
    """

    level: str
    label: str
    n: int
    n_events: int
    time: FloatArray
    survival: FloatArray
    std_err: FloatArray  # Greenwood standard error of S(t); 0 where S = 1
    lower: FloatArray
    upper: FloatArray
    limits_known: NDArray[np.bool_]
    at_risk: IntArray
    events: IntArray
    censored: IntArray
    median: Quantity
    quartile_1: Quantity  # time at which S = 0.75
    quartile_3: Quantity  # time at which S = 0.25
    rates: tuple[Rate, ...]
    follow_up: FollowUp

    @property
    def n_censored(self) -> int:
        """Number of patients censored."""
        return self.n - self.n_events


@dataclass(frozen=True, slots=True)
class RiskTable:
    """Numbers under a survival plot: T >= t at risk, events and censorings with T < t.

    The three rows add up to the number of patients at every time.
    """

    time: FloatArray
    at_risk: IntArray
    events: IntArray
    censored: IntArray


@dataclass(frozen=True, slots=True)
class TestResult:
    """A named significance test; ``p`` is None with a reason when it is not estimable."""

    __test__ = False  # pytest: not a test class

    name: str
    statistic: float | None
    df: float | None
    p: float | None
    why: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class PairwiseTest:
    """One comparison of two groups, with Holm's correction over all pairs shown."""

    a: str
    b: str
    p: float | None
    p_holm: float | None
    why: str = ""


@dataclass(frozen=True, slots=True)
class HazardRatio:
    """Hazard ratio of ``level`` against ``reference`` (Cox, Efron ties), Wald limits and p."""

    level: str
    reference: str
    ratio: Quantity
    p: float | None
    why: str = ""


@dataclass(frozen=True, slots=True)
class CoxTerm:
    """One row of a multivariable Cox model (Efron ties), adjusted for the other terms.

    A category has one term per ``level`` other than ``reference``. A number has both empty: its
    ratio is per one unit. ``log_ratio`` and ``std_err`` belong to ``ratio`` and are None with it.
    """

    column: str
    level: str
    reference: str
    ratio: Quantity
    log_ratio: float | None
    std_err: float | None
    p: float | None
    why: str = ""


@dataclass(frozen=True, slots=True)
class LandmarkCut:
    """What a landmark does to an analysis: who is left out, and what is empty afterwards.

    Attributes
    ----------
    time_months
        The landmark, counted from the time origin.
    n_events, n_censored
        Patients left out: with the event before the landmark, censored before it.
    emptied
        Labels of groups of whom nobody is left.
    why
        Reason in words when nobody at all is left.
    """

    time_months: float
    n_events: int
    n_censored: int
    emptied: tuple[str, ...] = ()
    why: str = ""

    @property
    def n(self) -> int:
        """Number of patients left out."""
        return self.n_events + self.n_censored


@dataclass(frozen=True, slots=True)
class SurvivalEstimate:
    """Everything the survival page, the CLI and the exports say about one view.

    ``landmark`` is None when survival is counted from the start. ``strata`` is the label of the
    factor over which tests and hazard ratios are stratified, ``""`` when there is none.
    """

    endpoint: str
    by: str
    ci: str  # "log-log", "log" or "plain"
    level: float  # 0.95
    curves: tuple[SurvivalCurve, ...]
    tests: tuple[TestResult, ...]
    pairwise: tuple[PairwiseTest, ...]
    hazard_ratios: tuple[HazardRatio, ...]
    n_missing: int
    n_unknown_group: int
    warnings: tuple[str, ...] = ()
    landmark: LandmarkCut | None = None
    strata: str = ""


# --------------------------------------------------------------------------- response


@dataclass(frozen=True, slots=True)
class LevelCounts:
    """Counts of the levels of one variable in the groups of a split.

    ``counts[i, j]`` = patients of group i with level j. ``missing[i]`` = patients of group i with
    no recorded value. ``levels`` are codes in vocabulary order.
    """

    column: str
    by: str
    group_levels: tuple[str, ...]
    group_labels: tuple[str, ...]
    levels: tuple[str, ...]
    counts: NDArray[np.int64]
    missing: IntArray
    n_unknown_group: int = 0


@dataclass(frozen=True, slots=True)
class Proportion:
    """x of n with a confidence interval; ``share`` in 0-1."""

    count: int
    n: int
    share: Quantity


@dataclass(frozen=True, slots=True)
class ResponseGroup:
    """Response of one group. ``counts`` and the shares are in the order of ``levels``."""

    level: str
    label: str
    n_all: int
    n_evaluable: int  # CR + PR + SD + PD
    n_missing: int
    counts: tuple[int, ...]
    orr_evaluable: Proportion
    dcr_evaluable: Proportion
    cr_evaluable: Proportion
    orr_all: Proportion
    dcr_all: Proportion
    cr_all: Proportion


@dataclass(frozen=True, slots=True)
class ResponseEstimate:
    """Objective response, disease control and complete response by group, with tests."""

    column: str
    by: str
    method: str  # "clopper-pearson" or "wilson"
    level: float
    levels: tuple[str, ...]  # ("CR", "PR", "SD", "PD", "NE")
    groups: tuple[ResponseGroup, ...]
    tests: tuple[TestResult, ...]  # of ORR (CR+PR against SD+PD), evaluable patients
    tests_all: tuple[TestResult, ...] = ()  # the same, all patients
    n_unknown_group: int = 0
    warnings: tuple[str, ...] = ()


# --------------------------------------------------------------------------- toxicity


@dataclass(frozen=True, slots=True)
class ToxicityCounts:
    """Worst grades of one phase: ``counts[i, t, g]`` of group i, term t, grade g (0-5).

    ``any_counts[i, g]``: patients of group i whose worst grade over all recorded terms is g;
    patients with no term recorded are in ``none_recorded[i]``.
    """

    phase: str
    by: str
    group_levels: tuple[str, ...]
    group_labels: tuple[str, ...]
    terms: tuple[str, ...]  # column names tox_<phase>_<term>
    counts: NDArray[np.int64]
    any_counts: NDArray[np.int64]
    none_recorded: IntArray
    n_unknown_group: int = 0


@dataclass(frozen=True, slots=True)
class ToxicityRow:
    """One term (or the row over all terms) in one group."""

    term: str  # column name, or "any" for the worst grade over all terms
    label: str
    n: int  # patients with this term recorded
    grades: tuple[int, int, int, int, int, int]  # patients with worst grade 0..5
    any_grade: Proportion  # grade >= 1
    severe: Proportion  # grade >= 3


@dataclass(frozen=True, slots=True)
class RiskDifference:
    """Difference of two proportions (second group minus first), Newcombe interval, Fisher p."""

    term: str
    grade_from: int  # 1 (any grade) or 3 (severe)
    difference: Quantity
    fisher_p: float | None


@dataclass(frozen=True, slots=True)
class ToxicityGroup:
    """The rows of one group; ``overall`` is the row over all terms."""

    level: str
    label: str
    n: int
    rows: tuple[ToxicityRow, ...]
    overall: ToxicityRow


@dataclass(frozen=True, slots=True)
class ToxicityEstimate:
    """Term × grade of one phase, by group, with differences when there are exactly two groups."""

    phase: str
    by: str
    scale: str  # "CTCAE 4.0"; "" when the file does not say
    groups: tuple[ToxicityGroup, ...]
    differences: tuple[RiskDifference, ...] = ()
    n_unknown_group: int = 0
    warnings: tuple[str, ...] = ()


# --------------------------------------------------------------------------- baseline (Table 1)


@dataclass(frozen=True, slots=True)
class NumberSummary:
    """Summary of a number in one group; None when nothing is recorded."""

    n: int
    missing: int
    median: float | None
    quartile_1: float | None
    quartile_3: float | None
    minimum: float | None
    maximum: float | None
    mean: float | None
    std_dev: float | None  # sample standard deviation (n - 1)


@dataclass(frozen=True, slots=True)
class BaselineRow:
    """One variable of the baseline table: either ``numbers`` or ``counts`` is given, per group."""

    column: str
    label: str
    unit: str
    levels: tuple[str, ...] = ()  # codes, for a categorical variable
    level_labels: tuple[str, ...] = ()
    counts: NDArray[np.int64] | None = None  # [group, level]
    missing: tuple[int, ...] = ()  # per group
    numbers: tuple[NumberSummary, ...] = ()
    smd: float | None = None  # largest absolute pairwise standardised mean difference
    smd_why: str = ""


@dataclass(frozen=True, slots=True)
class BaselineTable:
    """Who is in the cohort: one row per variable, one column per group."""

    by: str
    group_levels: tuple[str, ...]
    group_labels: tuple[str, ...]
    group_n: tuple[int, ...]
    rows: tuple[BaselineRow, ...]
    n_unknown_group: int = 0


@dataclass(frozen=True, slots=True)
class Histogram:
    """Patients per bin: ``counts[group, bin]`` between ``edges[bin]`` and ``edges[bin + 1]``."""

    column: str
    group_labels: tuple[str, ...]
    edges: FloatArray
    counts: NDArray[np.int64]
    missing: int


# --------------------------------------------------------------------------- who is left


@dataclass(frozen=True, slots=True)
class AttritionStep:
    """One rung of the ladder: patients that this filter takes away from those left so far."""

    column: str
    label: str
    sentence: str
    excluded: int
    of_which_unknown: int
    left: int


@dataclass(frozen=True, slots=True)
class Attrition:
    """From all patients to those shown, filter by filter in the order of the address."""

    total: int
    steps: tuple[AttritionStep, ...] = field(default=())

    @property
    def left(self) -> int:
        """Patients left after every filter."""
        return self.steps[-1].left if self.steps else self.total
