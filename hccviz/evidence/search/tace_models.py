# mypy: disable-error-code="untyped-decorator,no-any-return"
"""Models that the search of SBRT after TACE fits a million times: they start from the last answer.

Coefficients are found to a few thousandths of their standard error, enough to steer the search;
what it ends with is judged by the kernels in ``hccviz.stats``. Times are taken to be distinct.
"""

from __future__ import annotations

import math

import numpy as np
from numba import njit
from numpy.typing import NDArray

Array = NDArray[np.float64]
Flags = NDArray[np.int64]

STEPS = 8
WILD = 6.0
"""A log hazard ratio beyond this ends a fit: the model does not hold."""


@njit(cache=True)
def cox_one(order: Flags, x: Array, event: Flags, inside: Array, start: float, fit: Array) -> bool:
    """Fit a Cox model of one term; ``fit`` becomes coefficient and standard error.

    ``order`` lists patients by descending time, ``inside`` is 0 for those left out. Returns whether
    the model holds.
    """
    b, information = start, 0.0
    for _ in range(STEPS):
        s0 = s1 = s2 = score = information = 0.0
        for i in order:
            if inside[i] == 0.0:
                continue
            v = x[i]
            r = math.exp(b * v)
            s0 += r
            s1 += r * v
            s2 += r * v * v
            if event[i]:
                mean = s1 / s0
                score += v - mean
                information += s2 / s0 - mean * mean
        if information < 1e-9:
            return False
        change = min(max(score / information, -1.0), 1.0)
        b += change
        if abs(change) < 1e-3 * min(1.0, 3.0 / math.sqrt(information)):
            break
        if abs(b) > WILD:
            return False
    fit[0], fit[1] = b, 1.0 / math.sqrt(information)
    return True


@njit(cache=True)
def cox_sums(
    order: Flags, x: Array, terms: Flags, event: Flags, inside: Array, beta: Array,
    score: Array, information: Array,
) -> None:  # fmt: skip
    """Fill score and information of a Cox model at ``beta``."""
    p = len(terms)
    s0, s1, s2, v = 0.0, np.zeros(p), np.zeros((p, p)), np.zeros(p)
    score[:], information[:, :] = 0.0, 0.0
    for i in order:
        if inside[i] == 0.0:
            continue
        eta = 0.0
        for a in range(p):
            v[a] = x[i, terms[a]]
            eta += beta[a] * v[a]
        r = math.exp(min(eta, 40.0))
        s0 += r
        for a in range(p):
            if v[a] != 0.0:
                s1[a] += r * v[a]
                for b in range(a + 1):
                    s2[a, b] += r * v[a] * v[b]
        if event[i]:
            for a in range(p):
                mean = s1[a] / s0
                score[a] += v[a] - mean
                for b in range(a + 1):
                    information[a, b] += (s2[a, b] - mean * s1[b]) / s0
    for a in range(p):
        for b in range(a):
            information[b, a] = information[a, b]


@njit(cache=True)
def cox_many(
    order: Flags, x: Array, terms: Flags, event: Flags, inside: Array, beta: Array, errors: Array
) -> bool:
    """Fit a Cox model of some columns of ``x`` from ``beta`` on, in place; standard errors beside.

    Returns whether the model holds.
    """
    p = len(terms)
    score, information = np.zeros(p), np.zeros((p, p))
    for _ in range(STEPS):
        cox_sums(order, x, terms, event, inside, beta, score, information)
        for a in range(p):
            if information[a, a] < 1e-9:
                return False
        inverse = np.linalg.inv(information)
        largest = 0.0
        for a in range(p):
            change = 0.0
            for b in range(p):
                change += inverse[a, b] * score[b]
            change = min(max(change, -1.0), 1.0)
            beta[a] += change
            if inverse[a, a] <= 0.0 or abs(beta[a]) > WILD:
                return False
            errors[a] = math.sqrt(inverse[a, a])
            largest = max(largest, abs(change) / errors[a])
        if largest < 0.004:
            break
    return True


@njit(cache=True)
def logistic_one(x: Array, y: Array, beta: Array) -> float:
    """Fit a logistic model of one number, in place (constant, slope); return its standard error."""
    error = 0.0
    for _ in range(10):
        g0 = g1 = h00 = h01 = h11 = 0.0
        for i in range(len(x)):
            share = 1.0 / (1.0 + math.exp(-(beta[0] + beta[1] * x[i])))
            w = share * (1.0 - share)
            d = y[i] - share
            g0, g1 = g0 + d, g1 + d * x[i]
            h00, h01, h11 = h00 + w, h01 + w * x[i], h11 + w * x[i] * x[i]
        det = h00 * h11 - h01 * h01
        change = (h00 * g1 - h01 * g0) / det
        beta[0] += (h11 * g0 - h01 * g1) / det
        beta[1] += change
        error = math.sqrt(h00 / det)
        if abs(change) < 1e-3:
            break
    return error


@njit(cache=True)
def rate_at(order: Flags, months: Array, event: Flags, horizon: float) -> float:
    """Kaplan-Meier rate, percent; ``order`` lists patients by descending time."""
    survival, n = 1.0, len(order)
    for place in range(n):
        i = order[n - 1 - place]
        if months[i] > horizon:
            break
        if event[i]:
            survival *= 1.0 - 1.0 / (n - place)
    return 100.0 * survival
