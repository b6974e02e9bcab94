"""Logistic regression on one number, by Newton's method: odds ratio with Wald limits and p."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.special import chdtrc

from hccviz.stats.confidence import normal_quantile

MAX_STEPS = 60


def logistic_wald(
    x: NDArray[np.float64], outcome: NDArray[np.float64]
) -> tuple[float, float, float, float]:
    """Odds ratio per unit of ``x``, its 95 % limits and p.

    Parameters
    ----------
    x, outcome
        Number and 0/1 outcome per patient, shape (n,).

    Returns
    -------
    tuple of float
        Ratio, lower limit, upper limit, two-sided Wald p.

    Raises
    ------
    ValueError
        When Newton's method does not converge (the outcome is separated).
    """
    design = np.column_stack([np.ones_like(x), x - x.mean()])
    beta = np.zeros(2)
    for _ in range(MAX_STEPS):
        share = 1 / (1 + np.exp(-design @ beta))
        information = design.T @ (design * (share * (1 - share))[:, None])
        step = np.linalg.solve(information, design.T @ (outcome - share))
        beta += step
        if np.abs(step).max() < 1e-12:
            break
    else:
        raise ValueError("the logistic model does not converge")
    error = float(np.sqrt(np.linalg.inv(information)[1, 1]))
    z = normal_quantile(0.95)
    low, high = np.exp(beta[1] - z * error), np.exp(beta[1] + z * error)
    return float(np.exp(beta[1])), float(low), float(high), float(chdtrc(1, (beta[1] / error) ** 2))
