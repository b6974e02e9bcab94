"""Maximum likelihood of a logistic regression on the columns of a design."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit

from hccviz.domain.records import FloatArray
from hccviz.stats.design import Design
from hccviz.stats.efron_rows import limiting_inverse, mark_aliased
from hccviz.stats.model_table import Coefficients

_MAX_STEPS = 60
_CONVERGED = 1e-10
_FLAT = 1e-9
_MOVING = 1e-3
_LONGEST = 100.0  # largest change of a patient's log odds in one step


@dataclass(frozen=True, slots=True, eq=False)
class FittedLogistic:
    """A design with its outcome and fit; the first coefficient is the intercept.

    ``values`` and ``covariance`` have a place for the intercept and every column of the design,
    zero where ``aliased`` or ``diverging`` (of the same length). ``lost`` and ``settled`` are those
    of a Cox fit.
    """

    design: Design
    outcome: NDArray[np.bool_]
    values: FloatArray
    covariance: NDArray[np.float64]
    aliased: NDArray[np.bool_]
    diverging: NDArray[np.bool_]
    lost: NDArray[np.bool_]
    log_likelihood: float
    settled: bool = True

    @property
    def coefficients(self) -> Coefficients:
        """Coefficients without the intercept."""
        rest = (self.aliased[1:], self.diverging[1:], self.lost[1:])
        return Coefficients(self.values[1:], self.covariance[1:, 1:], *rest)


def fit_design(design: Design, outcome: NDArray[np.bool_]) -> FittedLogistic:
    """Newton's method with step-halving on centred and scaled columns.

    A column that the columns before it determine is aliased and set aside. When the likelihood
    stops rising while a coefficient still moves, the outcome is separated: the columns that move
    are diverging, and the rest are read off the limit.

    Parameters
    ----------
    design
        Columns of the complete patients.
    outcome
        With the outcome or without, shape (n,).

    References
    ----------
    Albert A, Anderson JA. Biometrika 1984;71:1-10.
    """
    n, p = design.matrix.shape
    centre = design.matrix.mean(axis=0) if n else np.zeros(p)
    scale = design.matrix.std(axis=0) if n else np.ones(p)
    scale = np.where(scale > 1e-12 * np.maximum(np.abs(centre), 1.0), scale, 1.0)
    x = np.column_stack([np.ones(n), (design.matrix - centre) / scale])
    aliased = mark_aliased(x.T @ x)
    used = np.flatnonzero(~aliased)
    x, y = x[:, used], outcome.astype(np.float64)
    b, moving = np.zeros(len(used)), np.zeros(len(used), dtype=bool)
    here, settled = _log_likelihood(x @ b, y), True
    information = np.eye(len(used))
    for _ in range(_MAX_STEPS):
        share = expit(x @ b)
        information = x.T @ (x * (share * (1.0 - share))[:, None])
        values, vectors = np.linalg.eigh(information)
        step = vectors @ ((vectors.T @ (x.T @ (y - share))) / np.maximum(values, 1e-13))
        reach = float(np.abs(x @ step).max(initial=0.0))
        step = step * min(1.0, _LONGEST / max(reach, 1e-300))
        there = _log_likelihood(x @ (b + step), y)
        for _ in range(40):
            if there >= here - 1e-12 * max(abs(here), 1.0):
                break
            step = step / 2.0
            there = _log_likelihood(x @ (b + step), y)
        gain, here, b = there - here, there, b + step
        largest = float(np.abs(step).max(initial=0.0))
        if largest < _CONVERGED:
            break
        if gain < _FLAT and largest > _MOVING:
            moving = np.abs(step) > _MOVING * largest
            break
    else:  # still rising: separated by so little that the limit is out of reach
        moving, settled = np.abs(b) > 0.1 * float(np.abs(b).max(initial=0.0)), False
    found = _unscaled(design, outcome, (b, information, used, aliased, moving, here), centre, scale)
    return replace(found, settled=settled)


def _unscaled(
    design: Design,
    outcome: NDArray[np.bool_],
    found: tuple[
        FloatArray,
        NDArray[np.float64],
        NDArray[np.int64],
        NDArray[np.bool_],
        NDArray[np.bool_],
        float,
    ],
    centre: FloatArray,
    scale: FloatArray,
) -> FittedLogistic:
    """Put a fit back into the units of the design, and the intercept to its origin."""
    b, information, used, aliased, moving, value = found
    q = len(aliased)
    values, covariance, diverging = np.zeros(q), np.zeros((q, q)), np.zeros(q, dtype=bool)
    lost = np.zeros(q, dtype=bool)
    first = np.eye(len(used)) * len(outcome) / 4.0
    inverse, flat = limiting_inverse(information, first, moving)
    diverging[used], lost[used] = flat, flat & ~moving
    values[used] = np.where(flat, 0.0, b)
    covariance[np.ix_(used, used)] = inverse
    back = np.diag(np.concatenate(([1.0], 1.0 / scale)))
    back[0, 1:] = -centre / scale
    back[:, aliased | diverging] = 0.0
    return FittedLogistic(
        design, outcome, back @ values, back @ covariance @ back.T, aliased, diverging, lost, value
    )


def _log_likelihood(eta: FloatArray, y: FloatArray) -> float:
    """Binomial log-likelihood, safe for large arguments."""
    return float((y * eta - np.logaddexp(0.0, eta)).sum())
