"""Efron's partial likelihood of a categorical split, straight from numbers at risk and deaths.

With d deaths at one time, S = sum of exp(b) over those at risk and D = the same sum over those
dying, Efron's likelihood has the denominators S - (l/d) D for l = 0 … d-1. A time with few deaths
is written out, one column per denominator. A time with many deaths is summed in closed form:
the denominators are (D/d)(x - l) with x = dS/D, so that sums of their logarithms, reciprocals and
squared reciprocals are differences of log-gamma, digamma and trigamma functions. The cost then
depends on the number of distinct times, not of patients.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import gammaln, psi, zeta

from hccviz.domain.records import FloatArray
from hccviz.stats.risk_sets import RiskSets

_WRITTEN_OUT = 64  # deaths at one time up to which every denominator is written out
_MAX_STEPS = 50
_CONVERGED = 1e-6  # step size after which the next Newton step is of the order of 1e-12


@dataclass(frozen=True, slots=True)
class EfronTerms:
    """What the likelihood needs of the data; fixed while the coefficients move.

    Attributes
    ----------
    observed
        Deaths per group, shape (k,).
    weights
        n - (l/d) deaths of each group for each written-out denominator, shape (k, terms).
    tied_deaths, tied_at_risk
        Per group at the times with many deaths, shape (k, times).
    """

    observed: FloatArray
    weights: FloatArray
    tied_deaths: FloatArray
    tied_at_risk: FloatArray


@dataclass(frozen=True, slots=True)
class Expansion:
    """Log-likelihood with its gradient (k,) and information matrix (k, k) at one point."""

    log_likelihood: float
    score: FloatArray
    information: FloatArray


@dataclass(frozen=True, slots=True)
class Fit:
    """Maximum of the partial likelihood; the first group is the reference (coefficient 0).

    ``covariance`` has a zero first row and column. ``start`` is the expansion at b = 0.
    """

    coefficients: FloatArray
    covariance: FloatArray
    start: Expansion
    end: Expansion


def efron_terms(sets: RiskSets) -> EfronTerms:
    """Prepare risk sets for repeated evaluation of the likelihood."""
    deaths = sets.deaths.sum(axis=0)
    few = deaths <= _WRITTEN_OUT
    count = deaths[few].astype(np.int64)
    if count.size and int(count.max()) == 1:
        weights = sets.at_risk if few.all() else sets.at_risk[:, few]
    else:
        column = np.repeat(np.flatnonzero(few), count)
        offset = np.arange(len(column)) - np.repeat(np.cumsum(count) - count, count)
        weights = sets.at_risk[:, column] - (offset / deaths[column]) * sets.deaths[:, column]
    return EfronTerms(sets.deaths.sum(axis=1), weights, sets.deaths[:, ~few], sets.at_risk[:, ~few])


def expand(terms: EfronTerms, coefficients: FloatArray) -> Expansion:
    """Log partial likelihood, gradient and information at given coefficients, all k groups."""
    risk = np.exp(coefficients)
    denominator = risk @ terms.weights
    ratio = terms.weights / denominator
    mean = risk * ratio.sum(axis=1)
    moments = np.outer(risk, risk) * (ratio @ ratio.T)
    value = float(terms.observed @ coefficients - np.log(denominator).sum())
    if terms.tied_deaths.size:
        tied_value, tied_mean, tied_moments = _tied(terms, risk)
        value -= tied_value
        mean = mean + tied_mean
        moments = moments + tied_moments
    return Expansion(value, terms.observed - mean, np.diag(mean) - moments)


def maximise(terms: EfronTerms) -> Fit:
    """Newton's method with step-halving from b = 0; the maximum must exist.

    Raises
    ------
    ArithmeticError
        When the steps do not converge, which a finite maximum rules out.
    """
    k = len(terms.observed)
    coefficients = np.zeros(k)
    start = here = expand(terms, coefficients)
    if k == 1:
        return Fit(coefficients, np.zeros((1, 1)), start, here)
    for _ in range(_MAX_STEPS):
        step = np.zeros(k)
        step[1:] = np.linalg.solve(here.information[1:, 1:], here.score[1:])
        with np.errstate(over="ignore", invalid="ignore"):  # too long a step is halved
            there = expand(terms, coefficients + step)
        slack = 1e-12 * abs(here.log_likelihood)
        while not there.log_likelihood >= here.log_likelihood - slack:
            step /= 2.0
            there = expand(terms, coefficients + step)
        coefficients, here = coefficients + step, there
        if float(np.abs(step).max()) < _CONVERGED:
            covariance = np.zeros((k, k))
            covariance[1:, 1:] = np.linalg.inv(here.information[1:, 1:])
            return Fit(coefficients, covariance, start, here)
    raise ArithmeticError("the Cox model did not converge")


def _tied(terms: EfronTerms, risk: FloatArray) -> tuple[float, FloatArray, FloatArray]:
    """Closed-form sums over the denominators of the times with many deaths."""
    d = terms.tied_deaths.sum(axis=0)
    dying, total = risk @ terms.tied_deaths, risk @ terms.tied_at_risk
    x = np.maximum(d * total / dying, d)  # x >= d but for rounding
    log_sum = d * np.log(dying / d) + gammaln(x + 1.0) - gammaln(x - d + 1.0)
    first = psi(x + 1.0) - psi(x - d + 1.0)
    second = zeta(2.0, x - d + 1.0) - zeta(2.0, x + 1.0)
    slope = risk[:, None] * terms.tied_deaths / dying
    level = risk[:, None] * terms.tied_at_risk * (d / dying) - slope * x
    cross = (level * first) @ slope.T
    mean = level @ first + slope @ d
    moments = (level * second) @ level.T + cross + cross.T + (slope * d) @ slope.T
    return float(log_sum.sum()), mean, moments
