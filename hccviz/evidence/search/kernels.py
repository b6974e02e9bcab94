# mypy: disable-error-code="untyped-decorator,no-any-return"
"""Compiled estimates for the search: Cox model, and the loss of a printed row.

Times are taken to be distinct, so that all methods for ties agree. What the search ends with is
judged by the kernels in ``hccviz.stats``, not by these.
"""

from __future__ import annotations

import math

import numpy as np
from numba import njit
from numpy.typing import NDArray

Z = 1.959963984540054
MAX_STEPS = 12
HOPELESS = 1e3

Array = NDArray[np.float64]


@njit(cache=True)
def cox(
    order: NDArray[np.int64], x: Array, event: NDArray[np.int64], weight: Array, beta: Array
) -> Array:
    """Fit a Cox model by Newton's method; ``beta`` is the start and becomes the solution.

    Parameters
    ----------
    order
        Patients by descending time.
    x
        Terms, shape (n, p).
    event, weight
        Event flag, and 1 or 0 for in or out of the model.
    beta
        Start, overwritten.

    Returns
    -------
    array of shape (p,)
        Standard errors; `HOPELESS` where the model does not converge.
    """
    p = x.shape[1]
    s1, u, step = np.zeros(p), np.zeros(p), np.zeros(p)
    s2, information = np.zeros((p, p)), np.zeros((p, p))
    for _ in range(MAX_STEPS):
        s0 = 0.0
        s1[:], u[:] = 0.0, 0.0
        s2[:, :], information[:, :] = 0.0, 0.0
        for i in order:
            if weight[i] == 0.0:
                continue
            eta = 0.0
            for a in range(p):
                eta += beta[a] * x[i, a]
            r = math.exp(min(eta, 50.0))
            s0 += r
            for a in range(p):
                ra = r * x[i, a]
                s1[a] += ra
                for b in range(a + 1):
                    s2[a, b] += ra * x[i, b]
            if event[i]:
                for a in range(p):
                    mean = s1[a] / s0
                    u[a] += x[i, a] - mean
                    for b in range(a + 1):
                        information[a, b] += s2[a, b] / s0 - mean * s1[b] / s0
        for a in range(p):
            for b in range(a):
                information[b, a] = information[a, b]
            if information[a, a] < 1e-10:
                return np.full(p, HOPELESS)
        step[:] = np.linalg.solve(information, u)
        size = 0.0
        for a in range(p):
            change = min(max(step[a], -1.5), 1.5)
            beta[a] += change
            size = max(size, abs(change))
        if size < 1e-6:
            break
    inverse = np.linalg.inv(information)
    errors = np.empty(p)
    for a in range(p):
        errors[a] = math.sqrt(inverse[a, a]) if inverse[a, a] > 0 else HOPELESS
    return errors


@njit(cache=True)
def miss(value: float, printed: float, tolerance: float) -> float:
    """Return the loss of one number: 0 inside the printed digits, then growing like a logarithm."""
    excess = abs(value - printed) / tolerance
    return 0.0 if excess <= 1.0 else 0.3 + math.log1p(excess - 1.0)


@njit(cache=True)
def row_loss(b: float, error: float, row: Array, linear: bool) -> float:
    """Return the loss of a printed ratio, its limits and its p.

    ``row`` holds ratio, low, high, p and the four tolerances; a p tolerance of 0 means "< p".
    While ``linear`` the distances of log ratio and standard error count, far from the goal.
    """
    if error >= HOPELESS:
        return 60.0
    if linear:
        printed_error = math.log(row[2] / row[1]) / (2 * Z)
        middle = 0.5 * (math.log(row[0]) + 0.5 * math.log(row[1] * row[2]))
        slack = 0.3 * row[4] / row[0]
        loss = 40.0 * max(abs(b - middle) - slack, 0.0)
        return loss + 80.0 * max(abs(error - printed_error) - 0.5 * slack, 0.0)
    loss = miss(math.exp(b), row[0], row[4])
    loss += miss(math.exp(b - Z * error), row[1], row[5])
    loss += miss(math.exp(b + Z * error), row[2], row[6])
    p = math.erfc(abs(b / error) / math.sqrt(2.0))
    if row[7] == 0.0:
        return loss + (0.0 if p < row[3] else 0.3 + math.log1p(p / row[3]))
    return loss + miss(p, row[3], row[7])
