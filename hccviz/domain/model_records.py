"""Records of regression models: what goes in, the table that comes out, curves and selections.

The rules are those of ``records``: frozen, no NaN, a reason in words where there is no value.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from hccviz.domain.records import FloatArray, Quantity, TestResult

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
    for a number). ``log_ratio``, ``std_err`` and ``p`` are None with ``ratio``; ``level_label`` and
    ``reference_label`` are empty for a number.
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
    level_label: str = ""
    reference_label: str = ""


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


# --------------------------------------------------------------------------- dose-response


@dataclass(frozen=True, slots=True)
class Band:
    """A fitted curve over a number with its pointwise limits, same length, increasing ``at``."""

    at: FloatArray
    value: FloatArray
    lower: FloatArray
    upper: FloatArray


@dataclass(frozen=True, slots=True)
class SplineEstimate:
    """Hazard ratio over a number as a restricted cubic spline, against one value of it.

    Attributes
    ----------
    band
        Hazard ratio against ``reference_value``, where it is 1 without spread;
        None with ``why``.
    knots
        In the unit of the number.
    overall, nonlinearity
        Likelihood-ratio tests of the number at all, and of the spline against a straight line.
    straight
        Hazard ratio per step, as a straight line.
    adjusted_for
        Labels of the other factors of the model.
    """

    name: str
    label: str
    unit: str
    reference_value: float | None
    band: Band | None
    knots: FloatArray
    overall: TestResult
    nonlinearity: TestResult
    straight: Quantity
    n: int
    n_events: int
    adjusted_for: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    why: str = ""


# --------------------------------------------------------------------------- selection


@dataclass(frozen=True, slots=True)
class SelectionStep:
    """One step of a selection: what was decided, about which factor, on which p."""

    stage: str  # "univariable" or "backward"
    name: str
    label: str
    p: float | None
    n: int
    n_events: int
    kept: bool
    why: str = ""


@dataclass(frozen=True, slots=True)
class Selection:
    """Univariable screening and backward elimination, every step, and the model left over."""

    p_enter: float
    p_stay: float
    steps: tuple[SelectionStep, ...]
    univariable: tuple[ModelEstimate, ...]
    final: ModelEstimate | None
    notes: tuple[str, ...] = ()
    why: str = ""
