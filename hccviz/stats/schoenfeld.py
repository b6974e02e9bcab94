"""Test of proportional hazards and scaled Schoenfeld residuals, equal to R's ``cox.zph``."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from hccviz.domain.errors import HccvizError
from hccviz.domain.model_records import ProportionalHazards, ScaledResiduals
from hccviz.domain.records import FloatArray, IntArray, TestResult
from hccviz.stats.cox_model import FittedCox
from hccviz.stats.efron_rows import information_at
from hccviz.stats.model_table import chi_square
from hccviz.stats.spline_basis import natural_spline

TRANSFORMS = ("km", "rank", "identity", "log")
OVERALL = "All factors"
_SMOOTH_POINTS = 40
_SMOOTH_SHARES = (1.0 / 3.0, 2.0 / 3.0)  # inner knots of R's ns(df = 4, intercept = TRUE)
_EMPTY: FloatArray = np.empty(0)


def check_proportional_hazards(fitted: FittedCox, *, transform: str = "km") -> ProportionalHazards:
    """Score test that every coefficient is constant in time, and the residuals to look at.

    Parameters
    ----------
    fitted
        A Cox model from :func:`hccviz.stats.cox_model.fit_cox_rows`.
    transform
        Time scale on which a coefficient may drift: ``"km"`` (1 - Kaplan-Meier just before t, R's
        default), ``"rank"``, ``"identity"`` or ``"log"``.

    Returns
    -------
    ProportionalHazards
        ``tests`` per term with as many degrees of freedom as estimable columns, ``overall`` for
        all together. ``why`` says why nothing can be tested.

    Raises
    ------
    HccvizError
        When the transform is none of the four.

    References
    ----------
    Grambsch PM, Therneau TM. Biometrika 1994;81:515-26. R package survival (>= 3), ``cox.zph``.
    """
    if transform not in TRANSFORMS:
        raise HccvizError(
            f"The time scale is '{transform}'; choose one of {', '.join(TRANSFORMS)}."
        )
    why = _refusal(fitted, transform)
    if why:
        none = TestResult(OVERALL, None, None, None, why=why)
        tests = tuple(
            TestResult(label, None, None, None, why=why) for label in fitted.design.terms.values()
        )
        return ProportionalHazards(transform, tests, none, (), why)
    used = np.flatnonzero(~fitted.fit.aliased)
    position = _positions(fitted, transform)
    residual = _residuals(fitted)
    centred = position - position.mean()
    information = _extended(fitted, used, centred)
    score = residual.T @ centred
    tests = tuple(
        _term_test(fitted, name, label, used, score, information)
        for name, label in fitted.design.terms.items()
    )
    every = np.arange(len(used))
    return ProportionalHazards(
        transform,
        tests,
        _score_test(OVERALL, every, score, information),
        _scaled(fitted, used, position, residual, information),
    )


def _refusal(fitted: FittedCox, transform: str) -> str:
    """Return the reason why nothing can be tested, or an empty string."""
    if not fitted.event.any():
        return "not estimable: no events"
    if fitted.fit.aliased.all():
        return "not estimable: no coefficient of the model can be estimated"
    if fitted.fit.diverging.any():
        return "not estimable: a hazard ratio of the model is 0 or infinite"
    if transform == "log" and float(fitted.time[fitted.event].min()) <= 0.0:
        return "not estimable: an event at time 0 has no logarithm; choose another time scale"
    if len(np.unique(fitted.time[fitted.event])) < 2:
        return "not estimable: all events are at one time"
    return ""


def _positions(fitted: FittedCox, transform: str) -> FloatArray:
    """Return the transformed time of every death, in the order of the sorted rows."""
    time, died = fitted.sets.time, fitted.sets.died
    if transform == "identity":
        return time[died]
    if transform == "log":
        return np.log(time[died])
    distinct, place, count = np.unique(time, return_inverse=True, return_counts=True)
    if transform == "rank":
        ranks: FloatArray = np.cumsum(count) - (count - 1) / 2.0
        return ranks[place[died]]
    deaths = np.bincount(place[died], minlength=len(distinct))
    at_risk = np.cumsum(count[::-1])[::-1]
    before = np.concatenate(([1.0], np.cumprod(1.0 - deaths / at_risk)[:-1]))
    found: FloatArray = 1.0 - before[place[died]]
    return found


def _residuals(fitted: FittedCox) -> NDArray[np.float64]:
    """Schoenfeld residuals of the estimable columns in scaled units, one row per death."""
    sets, here = fitted.sets, fitted.fit.end
    used = np.flatnonzero(~fitted.fit.aliased)
    first = np.flatnonzero(sets.fraction == 0.0)
    deaths = np.bincount(sets.block)
    mean = np.add.reduceat(here.means, first, axis=0) / deaths[:, None]
    found: NDArray[np.float64] = sets.matrix[np.ix_(sets.died, used)] - mean[sets.block]
    return found


def _extended(fitted: FittedCox, used: IntArray, position: FloatArray) -> NDArray[np.float64]:
    """Information of the coefficients and of their slopes over time, shape (2q, 2q)."""
    plain, mixed, square = (
        information_at(fitted.sets, used, fitted.fit.end, factor)
        for factor in (np.ones_like(position), position, position**2)
    )
    return np.block([[plain, mixed], [mixed, square]])


def _score_test(
    name: str, columns: IntArray, score: FloatArray, information: NDArray[np.float64]
) -> TestResult:
    """Score test of the slopes of some columns, the coefficients themselves being free."""
    q = len(score)
    plain = information[:q, :q]
    mixed, square = information[:q, q + columns], information[np.ix_(q + columns, q + columns)]
    left = square - mixed.T @ np.linalg.solve(plain, mixed)
    size = np.maximum(np.diag(square), 1e-100)
    if (np.linalg.eigvalsh(left / np.sqrt(np.outer(size, size)))[0]) < 1e-10:
        why = "not estimable: too few events to tell a change over time"
        return TestResult(name, None, None, None, why=why)
    u = score[columns]
    return chi_square(name, float(u @ np.linalg.solve(left, u)), len(columns))


def _term_test(
    fitted: FittedCox,
    name: str,
    label: str,
    used: IntArray,
    score: FloatArray,
    information: NDArray[np.float64],
) -> TestResult:
    """Test one term."""
    columns = np.flatnonzero(np.isin(used, fitted.design.places(name)))
    if not columns.size:
        why = "not estimable: no coefficient of it can be estimated"
        return TestResult(label, None, None, None, why=why)
    return _score_test(label, columns, score, information)


def _scaled(
    fitted: FittedCox,
    used: IntArray,
    position: FloatArray,
    residual: NDArray[np.float64],
    information: NDArray[np.float64],
) -> tuple[ScaledResiduals, ...]:
    """Residuals times the inverse of their average variance, plus the coefficient.

    A term with several columns is reduced to its linear predictor, as in R.
    """
    coefficients = fitted.fit.coefficients[used] * fitted.sets.scale[used]
    names = {n: np.isin(used, fitted.design.places(n)) for n in fitted.design.terms}
    names = {n: inside for n, inside in names.items() if inside.any()}
    single = np.array([inside.sum() == 1 for inside in names.values()])
    reduce = np.column_stack(
        [
            np.where(inside, fitted.sets.scale[used] if one else coefficients, 0.0)
            for inside, one in zip(names.values(), single, strict=True)
        ]
    )
    q, deaths = len(used), len(position)
    variance = reduce.T @ (information[:q, :q] / deaths) @ reduce
    if np.linalg.cond(variance) > 1e12:
        return ()
    value = np.linalg.solve(variance, (residual @ reduce).T).T
    spread = np.diag(np.linalg.inv(variance))
    order = np.argsort(fitted.sets.time[fitted.sets.died], kind="stable")
    time = fitted.sets.time[fitted.sets.died][order]
    found = []
    for j, (name, inside) in enumerate(names.items()):
        centre = float(fitted.fit.coefficients[used][inside][0]) if single[j] else 1.0
        y = value[order, j] + centre
        smooth = _smooth(position[order], y, float(spread[j]))
        label = fitted.design.terms[name]
        found.append(ScaledResiduals(name, label, time, position[order], y, *smooth))
    return tuple(found)


def _smooth(
    x: FloatArray, y: FloatArray, variance: float
) -> tuple[FloatArray, FloatArray, FloatArray, FloatArray]:
    """Natural spline with four degrees of freedom through the residuals, as ``plot.cox.zph``."""
    at = np.linspace(float(x.min()), float(x.max()), _SMOOTH_POINTS)
    inner = np.quantile(np.concatenate((at, x)), _SMOOTH_SHARES)
    knots = np.array([at[0], *inner, at[-1]])
    if len(np.unique(x)) < 6 or not (np.diff(knots) > 0).all():
        return _EMPTY, _EMPTY, _EMPTY, _EMPTY
    basis = np.column_stack([np.ones_like(x), natural_spline(x, knots)])
    drawn = np.column_stack([np.ones_like(at), natural_spline(at, knots)])
    q, r = np.linalg.qr(basis)
    if np.linalg.cond(r) > 1e10:
        return _EMPTY, _EMPTY, _EMPTY, _EMPTY
    line = drawn @ np.linalg.solve(r, q.T @ y)
    leverage = (np.linalg.solve(r.T, drawn.T) ** 2).sum(axis=0)
    margin = 2.0 * np.sqrt(variance * leverage)
    return at, line, line - margin, line + margin
