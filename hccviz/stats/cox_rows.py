"""Multivariable Cox model on patient rows, by lifelines with tight options."""

from __future__ import annotations

import math
import warnings
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.special import chdtrc

from hccviz.domain.errors import HccvizError
from hccviz.domain.records import CoxTerm, Quantity
from hccviz.stats.confidence import normal_quantile

# At its default precision lifelines is off by up to 4e-4; so tight it agrees with R to 1e-6.
_FIT_OPTIONS = {"precision": 1e-12, "r_precision": 1e-14, "step_size": 0.2, "max_steps": 500}
_NOT_CONVERGED = "not estimable: the model does not converge (a hazard ratio is 0 or infinite)"


@dataclass(slots=True)
class _Term:
    """A reported term: a column of the design matrix, a reason why it has no ratio, or both."""

    column: str
    level: str
    reference: str
    values: NDArray[np.float64]
    why: str = ""
    fitted: bool = True


def fit_cox(
    columns: Mapping[str, NDArray[Any]],
    time: NDArray[np.float64],
    event: NDArray[Any],
    *,
    references: Mapping[str, str] | None = None,
    strata: NDArray[Any] | None = None,
    level: float = 0.95,
) -> tuple[CoxTerm, ...]:
    """Hazard ratios of several factors at once, each adjusted for the others.

    Parameters
    ----------
    columns
        Values per patient by column name, each of shape (n,): a number or boolean gives one term,
        text gives one term per level against its reference. NaN and None mean not recorded; a
        patient with any value missing is left out.
    time
        Months, >= 0, shape (n,).
    event
        1 event, 0 censored, shape (n,).
    references
        Reference level by column; the first level in sorted order where none is named.
    strata
        Stratum per patient, shape (n,), each with its own baseline hazard.
    level
        Confidence level of the Wald limits, 0-1.

    Returns
    -------
    tuple of CoxTerm
        In the order of ``columns`` and of sorted levels. A level without events, a column without
        variation and a model that does not converge have None and the reason in words; a level
        without events leaves the model together with its patients, which is the limit of the
        likelihood as its ratio tends to 0.

    Raises
    ------
    HccvizError
        When ``columns`` is empty or ``level`` is out of range.

    References
    ----------
    Cox DR. J R Stat Soc B 1972;34:187-220. Efron B. J Am Stat Assoc 1977;72:557-65.
    Davidson-Pilon C. J Open Source Softw 2019;4:1317 (lifelines).
    """
    if not columns:
        raise HccvizError("A Cox model needs at least one column.")
    z = normal_quantile(level)
    values = {name: np.asarray(column) for name, column in columns.items()}
    complete = np.logical_and.reduce([~_missing(column) for column in values.values()])
    died = np.asarray(event)[complete].astype(bool)
    terms, used = _design({n: c[complete] for n, c in values.items()}, died, references or {})
    fitted = [term for term in terms if term.fitted]
    stratum = None if strata is None else np.asarray(strata)[complete][used]
    months = np.asarray(time, dtype=np.float64)[complete][used]
    found = _fit([t.values[used] for t in fitted], months, died[used], stratum)
    estimates = dict(zip(map(id, fitted), found, strict=False))
    why = _NOT_CONVERGED if died[used].any() else "not estimable: no events"
    return tuple(_record(term, estimates.get(id(term)), why, z) for term in terms)


def _missing(column: NDArray[Any]) -> NDArray[np.bool_]:
    """Mark NaN and None."""
    if column.dtype.kind in "fiub":
        return np.asarray(np.isnan(column.astype(np.float64)))
    return np.array([value is None or value != value for value in column.tolist()], dtype=bool)


def _design(
    columns: Mapping[str, NDArray[Any]], died: NDArray[np.bool_], references: Mapping[str, str]
) -> tuple[list[_Term], NDArray[np.bool_]]:
    """Return the terms in order and the patients that inform them."""
    used = np.ones(len(died), dtype=bool)
    terms: list[_Term] = []
    for name, column in columns.items():
        if column.dtype.kind in "fiub":
            numbers = column.astype(np.float64)
            varies = len(set(numbers.tolist())) > 1
            why = "" if varies else f"not estimable: {name} does not vary"
            terms.append(_Term(name, "", "", numbers, why, fitted=varies))
        else:
            new, silent = _levels(name, column.astype(str), died, references.get(name))
            terms += new
            used &= ~silent
    return terms, used


def _levels(
    name: str, column: NDArray[np.str_], died: NDArray[np.bool_], reference: str | None
) -> tuple[list[_Term], NDArray[np.bool_]]:
    """Build the terms of a category and mark the patients of levels without events.

    Without events in the reference, no ratio is reported, but the category still adjusts the
    other terms, against its first level with events.
    """
    levels = sorted(set(column.tolist()) | ({reference} if reference else set()))
    reference = reference or (levels[0] if levels else "")
    silent = {code for code in levels if not died[column == code].any()}
    baseline = next((code for code in [reference, *levels] if code not in silent), reference)
    terms = []
    for code in [code for code in levels if code != reference]:
        without = [one for one in (code, reference) if one in silent]
        why = f"not estimable: no events in {without[0]}" if without else ""
        indicator = (column == code).astype(np.float64)
        fitted = code not in silent and code != baseline
        terms.append(_Term(name, code, reference, indicator, why, fitted))
    return terms, np.isin(column, sorted(silent))


def _fit(
    design: list[NDArray[np.float64]],
    time: NDArray[np.float64],
    died: NDArray[np.bool_],
    strata: NDArray[Any] | None,
) -> list[tuple[float, float]]:
    """Coefficient and standard error of each column; empty when lifelines does not converge."""
    if not design or not died.any():
        return []
    import pandas as pd
    from lifelines import CoxPHFitter
    from lifelines.exceptions import ConvergenceError, ConvergenceWarning

    frame = pd.DataFrame({f"x{i}": column for i, column in enumerate(design)})
    frame["time"], frame["died"] = time, died.astype(np.int64)
    if strata is not None:
        frame["stratum"] = strata.astype(str).astype(object)
    model = CoxPHFitter()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        warnings.simplefilter("error", ConvergenceWarning)
        try:
            model.fit(
                frame,
                duration_col="time",
                event_col="died",
                strata=None if strata is None else ["stratum"],
                fit_options=_FIT_OPTIONS,
            )
        except (ConvergenceError, ConvergenceWarning):
            return []
    names = [f"x{i}" for i in range(len(design))]
    coefficients, errors = model.params_[names], model.standard_errors_[names]
    return list(zip(coefficients.tolist(), errors.tolist(), strict=True))


def _record(term: _Term, estimate: tuple[float, float] | None, why_none: str, z: float) -> CoxTerm:
    """Turn a coefficient into a hazard ratio with limits."""
    if term.why or estimate is None:
        why = term.why or why_none
        return CoxTerm(
            term.column, term.level, term.reference, Quantity(None, why=why), None, None, None, why
        )
    b, se = estimate
    ratio = Quantity(math.exp(b), math.exp(b - z * se), math.exp(b + z * se))
    p = float(chdtrc(1, (b / se) ** 2))
    return CoxTerm(term.column, term.level, term.reference, ratio, b, se, p)
