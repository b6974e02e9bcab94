"""A rate over dose: logistic regression on one number, its band, and the rates observed."""

from __future__ import annotations

import math
from collections.abc import Collection
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import chdtrc, expit

from hccviz.domain.outcome_records import DoseBin, DoseLevels, DoseResponse
from hccviz.domain.records import FloatArray, Quantity, TestResult
from hccviz.stats.cautions import CAUTION_BELOW, count
from hccviz.stats.confidence import normal_quantile
from hccviz.stats.proportions import proportion, trend_test

STEP = 10.0
"""The odds ratio is per this many Gy."""
MOST_BINS = 5
FEW_DOSES = 6
GRID = 61
_MAX_STEPS = 100
_LR, _WALD = "Likelihood ratio", "Wald"
_FLAT = "not estimable: all patients had the same dose"
_SAME = "not estimable: all outcomes agree"
_SEPARATED = "not estimable: one dose separates the outcomes completely"
_NOBODY = "not estimable: no patient has both a dose and this outcome recorded"


@dataclass(frozen=True, slots=True)
class LogisticFit:
    """Intercept and slope of a logistic regression, with their covariance.

    ``deviance_drop`` is twice the gain in log-likelihood over the model without dose. With a
    reason in ``why`` there is no fit.
    """

    intercept: float = 0.0
    slope: float = 0.0
    covariance: NDArray[np.float64] | None = None
    deviance_drop: float = 0.0
    why: str = ""


def fit_logistic(
    x: FloatArray, events: NDArray[np.int64], totals: NDArray[np.int64]
) -> LogisticFit:
    """Logistic regression of a binary outcome on one number, from counts.

    Parameters
    ----------
    x
        Distinct values, shape (m,).
    events, totals
        Patients with the outcome and all patients at each value.

    Returns
    -------
    LogisticFit
        By Newton's method (equal to R's ``glm(family = binomial)``); ``why`` when the outcomes
        agree, there is one value only, or the outcomes do not overlap, so that no finite
        estimate exists (Albert A, Anderson JA. Biometrika 1984;71:1-10).

    Examples
    --------
    >>> three = np.array([1, 2, 3]), np.array([4, 4, 4])
    >>> round(fit_logistic(np.array([0.0, 1.0, 2.0]), *three).slope, 4)
    1.0986
    """
    used = totals > 0
    x, y, n = x[used], events[used].astype(np.float64), totals[used].astype(np.float64)
    why = _unfit(x, y, n)
    if why:
        return LogisticFit(why=why)
    centre, scale = float(n @ x / n.sum()), float(np.ptp(x))
    z = (x - centre) / scale
    design = np.column_stack((np.ones_like(z), z))
    share = y.sum() / n.sum()
    beta = np.array([math.log(share / (1.0 - share)), 0.0])
    start = _log_likelihood(design @ beta, y, n)
    for _ in range(_MAX_STEPS):
        p = expit(design @ beta)
        information = design.T @ (design * (n * p * (1.0 - p))[:, None])
        step = np.linalg.solve(information, design.T @ (y - n * p))
        beta = beta + step
        if np.abs(step).max() < 1e-12:
            break
    else:
        return LogisticFit(why=_SEPARATED)
    back = np.array([[1.0, -centre / scale], [0.0, 1.0 / scale]])
    intercept, slope = back @ beta
    covariance = back @ np.linalg.inv(information) @ back.T
    drop = 2.0 * (_log_likelihood(design @ beta, y, n) - start)
    return LogisticFit(float(intercept), float(slope), covariance, max(drop, 0.0))


def _unfit(x: FloatArray, y: FloatArray, n: FloatArray) -> str:
    """Return why no finite estimate exists, or nothing."""
    if not n.sum():
        return _NOBODY
    if y.sum() in (0.0, n.sum()):
        return _SAME
    if len(x) < 2:
        return _FLAT
    with_event, without = x[y > 0], x[n - y > 0]
    apart = with_event.min() >= without.max() or without.min() >= with_event.max()
    return _SEPARATED if apart else ""


def _log_likelihood(eta: FloatArray, y: FloatArray, n: FloatArray) -> float:
    return float(y @ eta - n @ np.logaddexp(0.0, eta))


def estimate_dose_response(
    doses: DoseLevels,
    *,
    counted: Collection[str],
    among: Collection[str],
    method: str = "clopper-pearson",
    level: float = 0.95,
) -> DoseResponse:
    """Rate of an outcome over dose: fit, band, and observed rates in bins.

    Parameters
    ----------
    doses
        Patients by dose and level.
    counted, among
        Levels that are the outcome, and levels that are the denominator.
    method, level
        Interval of the observed rates, confidence level of everything.

    Returns
    -------
    DoseResponse
        The bins are the doses themselves when there are few, else up to five bins of about equal
        size. Their intervals are those of plain proportions.
    """
    inside = np.array([code in among for code in doses.levels])
    hit = np.array([code in counted for code in doses.levels])
    totals, events = doses.counts[:, inside].sum(axis=1), doses.counts[:, hit].sum(axis=1)
    fit = fit_logistic(doses.dose, events, totals)
    bins = _bins(doses, events, totals, inside, method, level)
    curve = _curve(fit, doses.dose[totals > 0], level)
    n = int(totals.sum())
    return DoseResponse(
        label=doses.label,
        unit=doses.unit,
        levels=tuple(c for c, kept in zip(doses.levels, inside, strict=True) if kept),
        level=level,
        step=STEP,
        n=n,
        n_events=int(events.sum()),
        n_no_dose=doses.n_no_dose,
        n_not_counted=int(doses.counts.sum()) - n,
        odds_ratio=_odds_ratio(fit, level),
        tests=(*_slope_tests(fit), _trend(bins)),
        dose=curve[0],
        share=curve[1],
        low=curve[2],
        high=curve[3],
        bins=bins,
        warnings=_warnings(n, int(events.sum())),
    )


def _bins(
    doses: DoseLevels,
    events: NDArray[np.int64],
    totals: NDArray[np.int64],
    inside: NDArray[np.bool_],
    method: str,
    level: float,
) -> tuple[DoseBin, ...]:
    used = np.flatnonzero(totals > 0)
    if not used.size:
        return ()
    place = np.arange(len(used))
    if len(used) > FEW_DOSES:
        middle = np.cumsum(totals[used]) - totals[used] / 2.0
        place = np.minimum((MOST_BINS * middle / totals.sum()).astype(np.int64), MOST_BINS - 1)
    made = []
    for number in np.unique(place):
        rows = used[place == number]
        x, n = int(events[rows].sum()), int(totals[rows].sum())
        mean = float(doses.dose[rows] @ totals[rows] / n)
        counts = doses.counts[rows][:, inside].sum(axis=0)
        made.append(
            DoseBin(
                float(doses.dose[rows[0]]),
                float(doses.dose[rows[-1]]),
                mean,
                proportion(x, n, method=method, level=level),
                tuple(int(c) for c in counts),
            )
        )
    return tuple(made)


def _curve(
    fit: LogisticFit, dose: FloatArray, level: float
) -> tuple[FloatArray, FloatArray, FloatArray, FloatArray]:
    """Fitted share over the doses seen, with its pointwise Wald band on the logit."""
    if fit.covariance is None:
        none = np.zeros(0)
        return none, none, none, none
    x = np.linspace(dose.min(), dose.max(), GRID)
    design = np.column_stack((np.ones_like(x), x))
    eta = fit.intercept + fit.slope * x
    variance = np.einsum("ij,jk,ik->i", design, fit.covariance, design)
    margin = normal_quantile(level) * np.sqrt(np.maximum(variance, 0.0))
    return x, expit(eta), expit(eta - margin), expit(eta + margin)


def _odds_ratio(fit: LogisticFit, level: float) -> Quantity:
    if fit.covariance is None:
        return Quantity(None, why=fit.why)
    spread = normal_quantile(level) * math.sqrt(fit.covariance[1, 1])
    ends = [STEP * (fit.slope + side * spread) for side in (0.0, -1.0, 1.0)]
    value, low, high = (math.exp(max(min(end, 300.0), -300.0)) for end in ends)
    return Quantity(value, low, high)


def _slope_tests(fit: LogisticFit) -> tuple[TestResult, TestResult]:
    if fit.covariance is None:
        none = (TestResult(name, None, None, None, why=fit.why) for name in (_LR, _WALD))
        first, second = none
        return first, second
    wald = fit.slope**2 / float(fit.covariance[1, 1])
    return (
        TestResult(_LR, fit.deviance_drop, 1.0, float(chdtrc(1, fit.deviance_drop))),
        TestResult(_WALD, wald, 1.0, float(chdtrc(1, wald))),
    )


def _trend(bins: tuple[DoseBin, ...]) -> TestResult:
    return trend_test([b.rate.count for b in bins], [b.rate.n for b in bins])


def _warnings(n: int, events: int) -> tuple[str, ...]:
    fewer = min(events, n - events)
    if not n or fewer >= CAUTION_BELOW:
        return ()
    return (
        f"Read the fit with caution: {count(events, 'event')} in {count(n, 'patient')}; a slope "
        f"needs at least {CAUTION_BELOW} patients on either side.",
    )
