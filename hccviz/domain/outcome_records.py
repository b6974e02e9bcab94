"""Result records of the closer looks at response, toxicity and single patients' courses.

The same rules as in `hccviz.domain.records`: frozen, no NaN, a reason where there is no value.
Records that hold one entry per patient (`Waterfall`, `DoseSizes`, `Swimmer`, `PatientMap`) name
nobody, are ordered by value, and are empty with a reason below `PRIVACY_THRESHOLD` patients.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from hccviz.domain.records import (
    FloatArray,
    GroupEvents,
    Proportion,
    Quantity,
    TestResult,
)
from hccviz.domain.survival_records import IncidenceEstimate

PRIVACY_THRESHOLD = 5
"""Fewer patients than this are never shown one by one."""


# --------------------------------------------------------------------------- comparing rates


@dataclass(frozen=True, slots=True)
class RateRow:
    """One group of a rate comparison; ``odds_ratio`` is against the first group."""

    label: str
    rate: Proportion
    difference: Quantity  # share minus that of the first group, Newcombe
    odds_ratio: Quantity  # conditional maximum likelihood, exact limits
    fisher_p: float | None
    why: str = ""


@dataclass(frozen=True, slots=True)
class RateComparison:
    """A response rate by group, each against the first, with tests and an adjusted odds ratio.

    Attributes
    ----------
    rate, of
        ``"orr"``, ``"dcr"`` or ``"cr"``; ``"evaluable"`` or ``"all"``.
    adjusted
        Mantel-Haenszel odds ratio of the second against the first group over strata; its ``why``
        says why there is none.
    strata
        Label of the stratifying factor, ``""`` for none.
    """

    rate: str
    of: str
    level: float
    rows: tuple[RateRow, ...]
    tests: tuple[TestResult, ...]
    adjusted: Quantity
    adjusted_test: TestResult
    strata: str = ""
    n_strata: int = 0


# --------------------------------------------------------------------------- agreement


@dataclass(frozen=True, slots=True)
class CrossCounts:
    """Patients by two criteria: ``counts[i, j]`` with level i by the first, j by the second.

    ``n_left_out`` have either criterion not recorded or not evaluable.
    """

    first: str
    second: str
    levels: tuple[str, ...]
    counts: NDArray[np.int64]
    n_left_out: int


@dataclass(frozen=True, slots=True)
class Agreement:
    """How far two criteria agree on the same patients.

    ``kappa`` is Cohen's, ``weighted`` with linear weights; ``bowker`` tests the symmetry of the
    whole table, ``mcnemar`` and ``exact`` that of objective response (CR + PR).
    """

    first: str
    second: str
    levels: tuple[str, ...]
    table: tuple[tuple[int, ...], ...]
    n: int
    n_left_out: int
    same: Proportion
    kappa: Quantity
    weighted: Quantity
    bowker: TestResult
    mcnemar: TestResult
    exact: TestResult
    orr_first: Proportion
    orr_second: Proportion
    warnings: tuple[str, ...] = ()


# --------------------------------------------------------------------------- dose


@dataclass(frozen=True, slots=True)
class DoseLevels:
    """Patients by dose and level: ``counts[i, j]`` with ``dose[i]`` and ``levels[j]``.

    The last level, ``""``, is "not recorded". ``n_no_dose`` patients have no dose.
    """

    label: str
    unit: str
    levels: tuple[str, ...]
    dose: FloatArray
    counts: NDArray[np.int64]
    n_no_dose: int


@dataclass(frozen=True, slots=True)
class DoseBin:
    """Patients with doses from ``low`` to ``high``, their mean dose, and the observed rate."""

    low: float
    high: float
    mean: float
    rate: Proportion
    counts: tuple[int, ...]  # by level


@dataclass(frozen=True, slots=True)
class DoseResponse:
    """Logistic fit of a rate over dose, with its band and the observed rates it summarises.

    Attributes
    ----------
    odds_ratio
        Per ``step`` (in the unit of the dose), Wald limits; ``why`` when there is no fit.
    dose, share, low, high
        The fitted curve and its pointwise band; empty when there is no fit.
    tests
        Likelihood ratio and Wald test of the slope, and the trend over the bins.
    """

    label: str
    unit: str
    levels: tuple[str, ...]
    level: float
    step: float
    n: int
    n_events: int
    n_no_dose: int
    n_not_counted: int
    odds_ratio: Quantity
    tests: tuple[TestResult, ...]
    dose: FloatArray
    share: FloatArray
    low: FloatArray
    high: FloatArray
    bins: tuple[DoseBin, ...]
    warnings: tuple[str, ...] = ()


# --------------------------------------------------------------------------- one entry per patient


@dataclass(frozen=True, slots=True)
class Waterfall:
    """Percent change of each patient, largest growth first, with the recorded response.

    Attributes
    ----------
    values, before, after
        Percent; the values behind it (empty for a size change, of which only the change is
        recorded).
    categories
        Response code of each patient, ``""`` when not recorded. Never derived from the change.
    fell
        Patients whose value fell by at least ``-line`` percent, of those recorded.
    n_missing
        Filtered patients without this change.
    hidden
        Why nothing is shown one by one, or ``""``.
    """

    column: str
    label: str
    unit: str
    criterion: str
    line: float
    values: FloatArray
    before: FloatArray
    after: FloatArray
    categories: tuple[str, ...]
    n: int
    n_missing: int
    median: float | None
    fell: Proportion
    hidden: str = ""


@dataclass(frozen=True, slots=True)
class DoseSizes:
    """Dose and tumor size of each patient with the recorded response, ordered by dose."""

    label: str
    unit: str
    criterion: str
    dose: FloatArray
    size_cm: FloatArray
    categories: tuple[str, ...]
    n: int
    n_missing: int
    hidden: str = ""


@dataclass(frozen=True, slots=True)
class Mark:
    """Something that happened to a patient; ``months`` None when its time is not recorded."""

    code: str
    months: float | None


@dataclass(frozen=True, slots=True)
class Lane:
    """One patient of a swimmer plot."""

    months: float
    died: bool
    category: str
    marks: tuple[Mark, ...]


@dataclass(frozen=True, slots=True)
class Swimmer:
    """Some patients' courses, longest first: ``lanes`` are those from ``start`` on, of ``n``."""

    criterion: str
    lanes: tuple[Lane, ...]
    labels: dict[str, str]  # mark code → words
    start: int
    size: int
    n: int
    n_missing: int
    hidden: str = ""


@dataclass(frozen=True, slots=True)
class PatientMap:
    """Worst grade of each patient (columns) and term (rows): ``grades[t, p]``, -1 not recorded."""

    phase: str
    scale: str
    terms: tuple[str, ...]
    labels: tuple[str, ...]
    grades: NDArray[np.int8]
    n: int
    n_missing: int
    hidden: str = ""


# --------------------------------------------------------------------------- time


@dataclass(frozen=True, slots=True)
class ResponderTimes:
    """Times of the patients of one group who had the event; a description, not an estimate.

    ``reached`` holds the share of these patients with the event by each month; ``median`` and the
    quartiles are those of their times. Whoever never had the event is not in it.
    """

    label: str
    n: int
    reached: tuple[tuple[float, Proportion], ...]
    median: float | None
    quartile_1: float | None
    quartile_3: float | None


@dataclass(frozen=True, slots=True)
class TimeToEvent:
    """Cumulative incidence with competing events, and the times of those with the event.

    ``event`` says what the event is, ``competing`` what can forestall it.
    """

    event: str
    competing: str
    incidence: IncidenceEstimate
    responders: tuple[ResponderTimes, ...]


@dataclass(frozen=True, slots=True)
class LandmarkGroups:
    """Survival counted from a landmark, by what had happened until then."""

    months: float
    groups: tuple[GroupEvents, ...]
    n_before: int  # died or censored before the landmark
    n_missing: int


# --------------------------------------------------------------------------- failure, RILD


@dataclass(frozen=True, slots=True)
class FailurePattern:
    """Sites of failure and their combinations, by group.

    Attributes
    ----------
    sites, labels
        Codes and names of the sites.
    members
        For each combination, which sites it holds; the one without any is left out.
    counts
        ``counts[g, c]``: patients of group g with combination c.
    n_recorded, n_failed
        Per group: patients whose pattern is recorded, and those with any failure.
    """

    sites: tuple[str, ...]
    labels: tuple[str, ...]
    by: str
    group_labels: tuple[str, ...]
    members: tuple[tuple[bool, ...], ...]
    counts: NDArray[np.int64]
    n_recorded: tuple[int, ...]
    n_failed: tuple[int, ...]
    n_missing: int
    source: str = ""  # what it was read from, in words


@dataclass(frozen=True, slots=True)
class RildRow:
    """Radiation-induced liver disease of one group; shares of the patients recorded."""

    label: str
    n: int
    n_missing: int
    classic: Proportion
    non_classic: Proportion
    either: Proportion


@dataclass(frozen=True, slots=True)
class RildPanel:
    """Radiation-induced liver disease by group, with the definition of each study."""

    by: str
    rows: tuple[RildRow, ...]
    definitions: tuple[tuple[str, str], ...]  # study, definition
    n_unknown_group: int = 0
    warnings: tuple[str, ...] = ()
