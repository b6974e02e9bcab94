"""Hazard over a continuous factor: Cox model with a restricted cubic spline, and its band."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from hccviz.domain.errors import HccvizError
from hccviz.domain.model_records import Band, Covariate, SplineEstimate
from hccviz.domain.records import FloatArray, IntArray, Quantity, TestResult
from hccviz.stats.confidence import normal_quantile
from hccviz.stats.design import Design, build_design
from hccviz.stats.efron_rows import RowFit, maximise_rows
from hccviz.stats.model_table import chi_square, events_per_variable
from hccviz.stats.sorted_rows import row_sets
from hccviz.stats.spline_basis import KNOT_SHARES, knots_of, natural_spline

OVERALL, CURVED = "association (likelihood ratio)", "non-linearity (likelihood ratio)"
_POINTS = 101
_EMPTY: FloatArray = np.empty(0)


@dataclass(frozen=True, slots=True, eq=False)
class _Data:
    """Design of the complete patients with the place of the number, and the outcome."""

    design: Design
    place: int
    x: FloatArray
    time: FloatArray
    event: NDArray[np.bool_]


def estimate_spline(
    number: Covariate,
    time: FloatArray,
    event: NDArray[np.bool_] | FloatArray,
    *,
    knots: int | Sequence[float] = 4,
    reference_value: float | None = None,
    adjust_for: Sequence[Covariate] = (),
    strata: Covariate | None = None,
    at: Sequence[float] | None = None,
    level: float = 0.95,
) -> SplineEstimate:
    """Hazard ratio of every value of a number against one of its values.

    Parameters
    ----------
    number
        The continuous factor.
    time, event
        Months and 1/0 per patient, shape (n,); NaN where not recorded.
    knots
        How many knots (3, 4 or 5), at Harrell's percentiles of the complete patients' values, or
        the knots themselves, at least three.
    reference_value
        Where the ratio is 1; the median of the complete patients when None.
    adjust_for, strata
        Other factors of the model, and a category with its own baseline hazards.
    at
        Values at which the band is drawn; 101 over the range of the data when None.
    level
        Confidence level of the pointwise limits, 0-1.

    Returns
    -------
    SplineEstimate
        Equal to R's ``coxph`` on the same basis. When too few distinct values, no events or an
        infinite ratio leave no spline, ``why`` says so; the straight line is given where it exists.

    Raises
    ------
    HccvizError
        When ``number`` is a category, or the knots are not usable.

    References
    ----------
    Durrleman S, Simon R. Stat Med 1989;8:551-61. Harrell FE. Regression Modeling Strategies. 2nd
    ed. Springer 2015, 2.4.
    """
    z = normal_quantile(level)
    if number.is_category:
        raise HccvizError(f"{number.label} is no number; a spline needs one.")
    data = _data(number, time, event, adjust_for, strata)
    places = _knots(number, data.x, knots)
    middle = float(np.median(data.x)) if len(data.x) else None
    centre = reference_value if reference_value is not None else middle
    line = _fit(data, data.x[:, None] if len(data.x) else np.empty((0, 1)))
    why = _refusal(data, places, line)
    straight = _straight(data, line, number.step, z, why)
    curved = TestResult(CURVED, None, None, None, why=why)
    overall, band, parameters = replace_name(curved, OVERALL), None, 1
    if not why and centre is not None:
        basis = natural_spline(data.x, places)
        fit = _fit(data, basis)
        columns = data.place + np.arange(basis.shape[1])
        parameters = len(fit.coefficients)
        why = _unfit(fit, columns)
        overall, curved = _tests(data, line, fit, basis.shape[1], why)
        if not why:
            drawn = np.linspace(data.x.min(), data.x.max(), _POINTS) if at is None else np.array(at)
            band = _band(fit, columns, drawn, centre, places, z)
    return SplineEstimate(
        name=number.name,
        label=number.label,
        unit=number.unit,
        reference_value=centre,
        band=band,
        knots=places,
        overall=overall,
        nonlinearity=curved,
        straight=straight,
        n=len(data.x),
        n_events=int(data.event.sum()),
        adjusted_for=tuple(c.label for c in adjust_for),
        notes=(*data.design.notes, *events_per_variable(int(data.event.sum()), parameters)),
        why=why,
    )


def replace_name(test: TestResult, name: str) -> TestResult:
    """Return the same result under another name."""
    return TestResult(name, test.statistic, test.df, test.p, test.why, test.note)


def _data(
    number: Covariate,
    time: FloatArray,
    event: NDArray[np.bool_] | FloatArray,
    adjust_for: Sequence[Covariate],
    strata: Covariate | None,
) -> _Data:
    """Find the complete patients."""
    months, died = np.asarray(time, dtype=np.float64), np.asarray(event, dtype=np.float64)
    usable = np.isfinite(months) & np.isfinite(died)
    design = build_design([*adjust_for, number], strata=strata, usable=usable)
    kept = design.kept
    x = number.values.astype(np.float64)[kept]
    place = design.matrix.shape[1] - 1
    return _Data(design, place, x, months[kept], died[kept] == 1.0)


def _knots(number: Covariate, x: FloatArray, knots: int | Sequence[float]) -> FloatArray:
    """Return the knots asked for."""
    if isinstance(knots, int):
        if knots not in KNOT_SHARES:
            raise HccvizError(f"{knots} knots were asked for; choose 3, 4 or 5.")
        return knots_of(x, knots) if len(x) else _EMPTY
    places = np.array(sorted(set(knots)), dtype=np.float64)
    if len(places) < 3 or not np.isfinite(places).all():
        raise HccvizError(f"A spline of {number.label} needs at least three different knots.")
    return places


def _fit(data: _Data, basis: NDArray[np.float64]) -> RowFit:
    """Cox model of the other factors with the number's basis in the last columns."""
    matrix = np.column_stack([data.design.matrix[:, : data.place], basis])
    return maximise_rows(row_sets(matrix, data.time, data.event, data.design.stratum))


def _refusal(data: _Data, knots: FloatArray, line: RowFit) -> str:
    """Return the reason why no spline can be fitted, or an empty string."""
    if not len(data.x):
        return "not estimable: no patient has everything recorded"
    if not data.event.any():
        return "not estimable: no events"
    if len(knots) < 3:
        return "not estimable: too few different values for a curve"
    return _unfit(line, np.array([data.place]))


def _unfit(fit: RowFit, columns: IntArray) -> str:
    """Return why the columns of the number cannot be estimated, or an empty string."""
    if fit.aliased[columns].any():
        return "not estimable: too few different values among the patients at risk"
    if fit.diverging.any():
        return "not estimable: a hazard ratio of the model is 0 or infinite"
    return ""


def _straight(data: _Data, line: RowFit, step: float, z: float, why: str) -> Quantity:
    """Hazard ratio per step as a straight line."""
    j = data.place
    if line.aliased[j] or line.diverging[j]:
        return Quantity(None, why=why or "not estimable: the hazard ratio is 0 or infinite")
    b, se = step * float(line.coefficients[j]), step * float(np.sqrt(line.covariance[j, j]))
    low, value, high = (float(v) for v in np.exp(np.clip([b - z * se, b, b + z * se], -690, 690)))
    return Quantity(value, low, high)


def _tests(
    data: _Data, line: RowFit, fit: RowFit, columns: int, why: str
) -> tuple[TestResult, TestResult]:
    """Likelihood-ratio tests of the whole curve and of its bend."""
    if why:
        return tuple(TestResult(n, None, None, None, why=why) for n in (OVERALL, CURVED))  # type: ignore[return-value]
    without = _fit(data, np.empty((len(data.x), 0)))
    gain = fit.end.log_likelihood - without.end.log_likelihood
    bend = fit.end.log_likelihood - line.end.log_likelihood
    return chi_square(OVERALL, 2.0 * gain, columns), chi_square(CURVED, 2.0 * bend, columns - 1)


def _band(
    fit: RowFit, columns: IntArray, at: FloatArray, centre: float, knots: FloatArray, z: float
) -> Band:
    """Hazard ratio against the reference value with pointwise limits on the logarithm."""
    contrast = natural_spline(at, knots) - natural_spline(np.array([centre]), knots)
    log_ratio = contrast @ fit.coefficients[columns]
    covariance = fit.covariance[np.ix_(columns, columns)]
    variance = np.einsum("ij,jk,ik->i", contrast, covariance, contrast)
    margin = z * np.sqrt(np.maximum(variance, 0.0))
    low, value, high = (
        np.exp(np.clip(v, -690.0, 690.0))
        for v in (log_ratio - margin, log_ratio, log_ratio + margin)
    )
    return Band(np.asarray(at, dtype=np.float64), value, low, high)
