"""Records of the regression page: every factor alone and together, and the curve of a number.

The rules are those of ``records``: frozen, no NaN, a reason in words where there is no value.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from hccviz.domain.model_records import ModelEstimate, ProportionalHazards, Selection
from hccviz.domain.model_records import SplineEstimate as Spline
from hccviz.domain.records import FloatArray


@dataclass(frozen=True, slots=True)
class ModelOutcome:
    """What a model explains.

    Attributes
    ----------
    kind
        ``"cox"`` for a time to an event, ``"logistic"`` for yes or no.
    code
        Endpoint (``"os"``), response rate (``"cr"``) or ``"grade3"``.
    label
        ``"Overall survival"``, ``"Complete response by mRECIST, in-field"``.
    event, plural
        What the event is called ("death", "deaths").
    among
        Denominator of a yes/no outcome in words.
    """

    kind: Literal["cox", "logistic"]
    code: str
    label: str
    event: str
    plural: str
    among: str = ""


@dataclass(frozen=True, slots=True)
class Regression:
    """Every factor alone (univariable), and the chosen ones together (multivariable).

    Attributes
    ----------
    alone
        One model per factor, in order; a factor that is left out has its reason in ``why``.
    joint
        None with ``joint_why``.
    landmark
        Months at which patients must still be under observation, None for the start.
    n_before
        Patients who left before the landmark.
    cautions
        Sentences: factors known only after the start, factors and interactions left out.
    """

    outcome: ModelOutcome
    level: float
    alone: tuple[ModelEstimate, ...]
    joint: ModelEstimate | None
    joint_why: str
    landmark: float | None = None
    n_before: int = 0
    cautions: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class SelectionLook:
    """A selection with its outcome and cautions."""

    outcome: ModelOutcome
    selection: Selection
    cautions: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class HazardsLook:
    """Proportional hazards of the multivariable model.

    ``fitted`` is the coefficient of every term that has residuals, None for one of several levels.
    """

    outcome: ModelOutcome
    fitted: tuple[float | None, ...]
    n: int
    n_events: int
    hazards: ProportionalHazards


@dataclass(frozen=True, slots=True)
class CurveLook:
    """The curve of a number, over the patients that have it.

    ``counts`` are patients between neighbouring ``edges``, in the number's unit; ``n_values`` is
    how many different values they have.
    """

    outcome: ModelOutcome
    level: float
    spline: Spline
    step: float
    n_values: int
    edges: FloatArray
    counts: NDArray[np.int64]
