"""Efron's partial likelihood of any covariates, on patient rows, by an exact Newton method.

Rows are sorted once by stratum and falling time, so that every risk set is a run of rows from the
start of its stratum, and its sums are differences of running sums. One denominator is written out
per death (tie l of d removes l/d of those dying). The matrix of second moments is never formed
per row: a row enters the information through the sum of the reciprocal denominators of the risk
sets that it belongs to. The cost is linear in patients.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from hccviz.domain.records import FloatArray, IntArray
from hccviz.stats.sorted_rows import Matrix, RowSets

_MAX_STEPS = 60
_CONVERGED = 1e-9  # largest Newton step, in standard deviations of a column
_FLAT = 1e-9  # gain in log-likelihood below which a moving coefficient runs to infinity
_MOVING = 1e-3
_LONGEST = 50.0  # largest change of a patient's log hazard in one step
_NOTHING_LEFT = 1e-7
_SMALLEST = 1e-200
_DUST = 1e-14  # share of its information at 0 below which a column is at rest
_FAR = 15.0  # change of a patient's log hazard by a column that has run to infinity …
_VANISHED = 1e-9  # … when no more than this share of its information at 0 is left
_ALIASED = 1e-9  # share of a column's information left after the columns before it


@dataclass(frozen=True, slots=True)
class RowExpansion:
    """Log-likelihood, gradient (p,) and information (p, p), in scaled columns.

    ``means`` is the weighted mean of the covariates at every denominator, shape (deaths, p);
    ``denominators`` the sums themselves, and ``weight`` exp(x b) of every sorted row, both relative
    to the largest weight of the stratum.
    """

    log_likelihood: float
    score: FloatArray
    information: Matrix
    means: Matrix
    weight: FloatArray
    denominators: FloatArray


@dataclass(frozen=True, slots=True)
class RowFit:
    """Maximum of the partial likelihood, in the original units of the columns.

    Attributes
    ----------
    coefficients, covariance
        Zero in the places of aliased and diverging columns.
    aliased, diverging
        Columns that the columns before them determine, and columns whose coefficient runs to
        infinity (monotone likelihood), shape (p,). The rest are those of the limiting likelihood.
    lost
        Diverging only because nothing is left to tell them by once the others have diverged.
    settled
        False when the likelihood was still rising at the last step; then nothing can be read off.
    start, end
        Expansions at b = 0 and at the maximum, over the columns that are not aliased.
    """

    coefficients: FloatArray
    covariance: Matrix
    aliased: NDArray[np.bool_]
    diverging: NDArray[np.bool_]
    lost: NDArray[np.bool_]
    settled: bool
    start: RowExpansion
    end: RowExpansion


def expand_rows(sets: RowSets, columns: IntArray, coefficients: FloatArray) -> RowExpansion:
    """Log partial likelihood, gradient and information of some columns at given coefficients.

    Parameters
    ----------
    sets
        Sorted rows.
    columns
        Columns of the model, shape (q,).
    coefficients
        Per standard deviation of the column, shape (q,).

    References
    ----------
    Efron B. J Am Stat Assoc 1977;72:557-65.
    """
    x = sets.matrix[:, columns]
    eta = x @ coefficients
    shift = np.maximum.reduceat(eta, sets.strata) if len(eta) else eta
    weight = np.exp(eta - shift[sets.stratum])
    weighted = weight[:, None] * x
    tied, tied_x = tied_sums(sets, weight[sets.died]), tied_sums(sets, weighted[sets.died])
    at_risk, at_risk_x = risk_sums(sets, weight), risk_sums(sets, weighted)
    denominators = at_risk[sets.block] - sets.fraction * tied[sets.block]
    moments = at_risk_x[sets.block] - sets.fraction[:, None] * tied_x[sets.block]
    if not (denominators > _SMALLEST).all():  # weights too small to be numbers: out of range
        return RowExpansion(
            -np.inf, coefficients, np.eye(len(columns)), moments, weight, denominators
        )
    means = moments / denominators[:, None]
    hazard = weight * _exposure(sets, 1.0 / denominators)
    score = x[sets.died].sum(axis=0) - x.T @ hazard
    information = x.T @ (x * hazard[:, None]) - means.T @ means
    shifts = shift[sets.stratum[sets.died]]
    value = float((eta[sets.died] - np.log(denominators) - shifts).sum())
    return RowExpansion(value, score, information, means, weight, denominators)


def information_at(
    sets: RowSets, columns: IntArray, here: RowExpansion, factor: FloatArray
) -> Matrix:
    """Information with the share of every death multiplied by a factor, shape (deaths,).

    The factor must be the same for deaths at the same time.
    """
    x = sets.matrix[:, columns]
    hazard = here.weight * _exposure(sets, factor / here.denominators)
    found: Matrix = x.T @ (x * hazard[:, None]) - (here.means * factor[:, None]).T @ here.means
    return found


def maximise_rows(sets: RowSets, begin: FloatArray | None = None) -> RowFit:
    """Newton's method with step-halving, from b = 0 or from ``begin`` where that is better.

    ``begin`` is per standard deviation of the columns, shape (p,); the maximum does not depend on
    it.

    A column whose information at 0 the columns before it leave nothing of is aliased and set
    aside. When the likelihood stops rising while a coefficient still moves, it runs to infinity:
    the columns that move are diverging, and the rest are read off the limit.

    References
    ----------
    Bryson MC, Johnson ME. Technometrics 1981;23:381-3 (monotone likelihood).
    """
    p = sets.matrix.shape[1]
    every = np.arange(p)
    start = here = expand_rows(sets, every, np.zeros(p))
    aliased = mark_aliased(start.information)
    used = np.flatnonzero(~aliased)
    b = np.zeros(len(used))
    if aliased.any():
        start = here = expand_rows(sets, used, b)
    if begin is not None:
        there = expand_rows(sets, used, begin[used])
        if there.log_likelihood > start.log_likelihood:
            b, here = begin[used], there
    usual = np.diag(start.information)
    moving, settled = np.zeros(len(used), dtype=bool), True
    for _ in range(_MAX_STEPS):
        wanted = _newton_step(here, usual)
        there, step = _climb(sets, used, b, wanted, here)
        gain = there.log_likelihood - here.log_likelihood
        b, here = b + step, there
        largest = float(np.abs(step).max(initial=0.0))
        if largest < _CONVERGED:
            settled = float(np.abs(wanted).max(initial=0.0)) < _MOVING
            break
        if gain < _FLAT and largest > _MOVING:
            moving = np.abs(step) > _MOVING * largest
            break
    else:
        settled = False
    if not settled:  # still rising: so close to separation that the limit is out of reach
        moving = np.abs(b) > 0.1 * float(np.abs(b).max())
    moving |= _far_out(sets.matrix[:, used], b, np.diag(here.information), usual)
    inverse, flat = limiting_inverse(here.information, start.information, moving)
    covariance = np.zeros((p, p))
    covariance[np.ix_(used, used)] = inverse
    coefficients, diverging, lost = np.zeros(p), np.zeros(p, dtype=bool), np.zeros(p, dtype=bool)
    coefficients[used], diverging[used] = np.where(flat, 0.0, b), flat
    lost[used] = flat & ~moving
    return RowFit(
        coefficients / sets.scale,
        covariance / np.outer(sets.scale, sets.scale),
        aliased,
        diverging,
        lost,
        settled,
        start,
        here,
    )


def _climb(
    sets: RowSets, used: IntArray, b: FloatArray, step: FloatArray, here: RowExpansion
) -> tuple[RowExpansion, FloatArray]:
    """Shorten the step to what the exponential bears, then until the likelihood does not fall."""
    slack = 1e-12 * max(abs(here.log_likelihood), 1.0)
    reach = float(np.abs(sets.matrix[:, used] @ step).max(initial=0.0))
    step = step * min(1.0, _LONGEST / max(reach, 1e-300))
    for _ in range(40):
        there = expand_rows(sets, used, b + step)
        if there.log_likelihood >= here.log_likelihood - slack:
            return there, step
        step = step / 2.0
    return here, np.zeros_like(step)


def _far_out(
    x: Matrix, b: FloatArray, information: FloatArray, usual: FloatArray
) -> NDArray[np.bool_]:
    """Mark columns that one long step took so far that nothing is left to tell them by."""
    reach = np.abs(b) * np.abs(x).max(axis=0, initial=0.0)
    found: NDArray[np.bool_] = (reach > _FAR) & (information < _VANISHED * usual)
    return found


def _newton_step(here: RowExpansion, usual: FloatArray) -> FloatArray:
    """Solve for the step on columns of equal information; tiny directions are left alone.

    A column of which next to nothing is left of its ``usual`` information, that at b = 0, is at
    rest: its endless step would leave no room for those of the other columns.
    """
    step: FloatArray = np.zeros(len(usual))
    live = np.flatnonzero(np.diag(here.information) > _DUST * usual)
    information = here.information[np.ix_(live, live)]
    size = np.sqrt(np.maximum(np.diag(information), 1e-300))
    values, vectors = np.linalg.eigh(information / np.outer(size, size))
    values = np.maximum(values, 1e-13)
    step[live] = (vectors @ ((vectors.T @ (here.score[live] / size)) / values)) / size
    return step


def mark_aliased(information: Matrix) -> NDArray[np.bool_]:
    """Mark columns of which the columns before them leave no information (Cholesky)."""
    left = information.copy()
    aliased = np.zeros(len(left), dtype=bool)
    size = np.diag(information).copy()
    for j in range(len(left)):
        pivot = left[j, j]
        if pivot <= _ALIASED * size[j] or size[j] <= 1e-12:
            aliased[j] = True
            continue
        row = left[j].copy()
        left -= np.outer(row, row) / pivot
    return aliased


def limiting_inverse(
    information: Matrix, first: Matrix, moving: NDArray[np.bool_]
) -> tuple[Matrix, NDArray[np.bool_]]:
    """Invert the information at the end of a fit and mark the columns it says nothing of.

    Parameters
    ----------
    information, first
        At the end and at b = 0, shape (q, q).
    moving
        Columns that still moved at the end, shape (q,). When there is none and the information is
        regular, the inverse is exact and no column is marked.

    Returns
    -------
    array (q, q), array (q,)
        The generalised inverse, zero in the marked columns: those with a part in a direction in
        which the likelihood has become flat.
    """
    values, vectors = np.linalg.eigh(information)
    usual = float(np.trace(first)) / max(len(first), 1)
    if not moving.any() and values.min(initial=np.inf) > 1e-13 * usual:
        return np.array(np.linalg.inv(information), dtype=np.float64), moving
    steep = values > _NOTHING_LEFT * usual
    flat = moving | ((vectors[:, ~steep] ** 2).sum(axis=1) > 1e-4)
    found: Matrix = (vectors[:, steep] / values[steep]) @ vectors[:, steep].T
    found[flat] = 0.0
    found[:, flat] = 0.0
    return found, flat


def _exposure(sets: RowSets, reciprocal: FloatArray) -> FloatArray:
    """Sum a value per death over the risk sets that each row belongs to."""
    whole, part = tied_sums(sets, reciprocal), tied_sums(sets, sets.fraction * reciprocal)
    upto = np.zeros(len(whole) + 1)
    for first, after in pairwise(sets.bounds):
        upto[first:after] = np.cumsum(whole[first:after][::-1])[::-1]
    share: FloatArray = np.where(sets.first_block < sets.last_block, upto[sets.first_block], 0.0)
    share[sets.died] -= part[sets.block]
    return share


def tied_sums(sets: RowSets, values: NDArray[np.float64]) -> NDArray[np.float64]:
    """Sum values of deaths by block."""
    first = np.flatnonzero(sets.fraction == 0.0)
    return np.add.reduceat(values, first, axis=0) if len(first) else values


def risk_sums(sets: RowSets, values: NDArray[np.float64]) -> NDArray[np.float64]:
    """Sum values of rows over the risk set of every block.

    Strata are summed apart, so that a small sum in one does not drown in the sums before it.
    """
    running = np.empty_like(values)
    for first, after in zip(sets.strata, [*sets.strata[1:], len(values)], strict=False):
        np.cumsum(values[first:after], axis=0, out=running[first:after])
    found: NDArray[np.float64] = running[sets.stop - 1]
    return found
