"""Logistic regression of a yes/no outcome on several factors, equal to R's ``glm``."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit

from hccviz.domain.errors import HccvizError
from hccviz.domain.model_records import Band, Covariate, ModelEstimate, ModelTerm
from hccviz.domain.records import FloatArray, Quantity, TestResult
from hccviz.stats.cautions import count
from hccviz.stats.concordance import concordance
from hccviz.stats.confidence import normal_quantile
from hccviz.stats.design import Interaction, build_design
from hccviz.stats.logistic_fit import FittedLogistic, fit_design
from hccviz.stats.model_table import (
    chi_square,
    events_per_variable,
    model_rows,
    wald_test,
)

LIKELIHOOD_RATIO, WALD = "Logistic likelihood ratio", "Logistic Wald"
_INSIDE = "not given: the factor is part of an interaction"
_NOTHING = "not estimable: no coefficient of it can be estimated"


def fit_logistic_rows(
    covariates: Sequence[Covariate],
    outcome: NDArray[np.bool_] | FloatArray,
    *,
    interactions: Sequence[Interaction] = (),
) -> FittedLogistic:
    """Build the design of the complete patients and maximise the likelihood.

    Parameters are those of :func:`estimate_logistic_model`.
    """
    happened = np.asarray(outcome, dtype=np.float64)
    if any(len(c.values) != len(happened) for c in covariates):
        raise HccvizError("The outcome and the factors must have one value per patient each.")
    usable = np.isfinite(happened)
    design = build_design(
        covariates, interactions=interactions, usable=usable, outcome="the outcome"
    )
    return fit_design(design, happened[design.kept] == 1.0)


def estimate_logistic_model(
    covariates: Sequence[Covariate],
    outcome: NDArray[np.bool_] | FloatArray,
    *,
    interactions: Sequence[Interaction] = (),
    level: float = 0.95,
) -> ModelEstimate:
    """Odds ratios of several factors at once, each adjusted for the others.

    Parameters
    ----------
    covariates
        Factors with one value per patient, in the order of the table.
    outcome
        1 with the outcome, 0 without, shape (n,); NaN where not recorded.
    interactions
        Pairs of names among ``covariates``.
    level
        Confidence level of the Wald limits, 0-1.

    Returns
    -------
    ModelEstimate
        The same form as a Cox model. ``concordance`` is the area under the ROC curve. Under
        complete or quasi-complete separation the ratios concerned are None with the reason in
        words, the others those of the limiting likelihood.

    Raises
    ------
    HccvizError
        When there is no factor, lengths differ, or an interaction or step is not usable.

    References
    ----------
    Nelder JA, Wedderburn RWM. J R Stat Soc A 1972;135:370-84. Albert A, Anderson JA. Biometrika
    1984;71:1-10 (separation). R ``glm(family = binomial)``.
    """
    normal_quantile(level)
    fitted = fit_logistic_rows(covariates, outcome, interactions=interactions)
    design, events = fitted.design, int(fitted.outcome.sum())
    why = _refusal(fitted)
    rows = model_rows(design, fitted.coefficients, fitted.outcome, ratio="odds ratio", level=level)
    if why:
        gone = Quantity(None, why=why)
        rows = tuple(
            replace(r, ratio=gone, log_ratio=None, std_err=None, p=None, why=why) for r in rows
        )
    df = int((~fitted.aliased[1:]).sum())
    fewer = min(events, len(fitted.outcome) - events)
    null = _null(fitted.outcome)
    return ModelEstimate(
        kind="logistic",
        level=level,
        rows=rows,
        terms=_terms(fitted, why),
        n_all=len(design.kept),
        n=len(fitted.outcome),
        n_events=events,
        dropped=design.dropped,
        tests=_omnibus(fitted, null, why),
        log_likelihood_null=None if why else null,
        log_likelihood=None if why else fitted.log_likelihood,
        aic=None if why else 2.0 * (df + 1) - 2.0 * fitted.log_likelihood,
        concordance=_area(fitted, why, level),
        notes=(*design.notes, *events_per_variable(fewer, df, "rarer outcome")),
        why=why,
    )


def predict_band(
    fitted: FittedLogistic, rows: NDArray[np.float64], at: FloatArray, *, level: float = 0.95
) -> Band:
    """Probability with pointwise limits for given rows of the design.

    Parameters
    ----------
    fitted
        A logistic model.
    rows
        Columns as in ``fitted.design.matrix``, shape (m, p).
    at
        What the rows are drawn over, shape (m,).
    level
        Confidence level; limits are symmetric on the logit, so that they stay within 0-1.

    Returns
    -------
    Band

    Raises
    ------
    HccvizError
        When a ratio of the model is 0 or infinite, so that no band exists.
    """
    if fitted.diverging.any():
        raise HccvizError("There is no band: an odds ratio of the model is 0 or infinite.")
    z = normal_quantile(level)
    full = np.column_stack([np.ones(len(rows)), rows])
    centre = full @ fitted.values
    margin = z * np.sqrt(np.einsum("ij,jk,ik->i", full, fitted.covariance, full))
    return Band(at, expit(centre), expit(centre - margin), expit(centre + margin))


def _null(outcome: NDArray[np.bool_]) -> float:
    """Log-likelihood with the intercept alone."""
    n, events = len(outcome), int(outcome.sum())
    if events in (0, n):
        return 0.0
    return float(events * np.log(events / n) + (n - events) * np.log(1.0 - events / n))


def _refusal(fitted: FittedLogistic) -> str:
    """Return the reason why nothing can be fitted, or an empty string."""
    n, events = len(fitted.outcome), int(fitted.outcome.sum())
    if n == 0:
        return "not estimable: no patient has the outcome and every factor recorded"
    if events in (0, n):
        who = "no" if events == 0 else "every"
        return f"not estimable: {who} patient of {count(n, 'complete patient')} has the outcome"
    if fitted.aliased[1:].all():
        return "not estimable: no factor of the model varies among the complete patients"
    if not fitted.settled:
        rows = model_rows(
            fitted.design, fitted.coefficients, fitted.outcome, ratio="odds ratio", level=0.95
        )
        return next(row.why for row in rows if row.why)
    return ""


def _omnibus(fitted: FittedLogistic, null: float, why: str) -> tuple[TestResult, ...]:
    """Likelihood-ratio and Wald test of the whole model."""
    if why:
        return tuple(TestResult(n, None, None, None, why=why) for n in (LIKELIHOOD_RATIO, WALD))
    df = int((~fitted.aliased[1:]).sum())
    every = np.arange(len(fitted.aliased) - 1)
    return (
        chi_square(LIKELIHOOD_RATIO, 2.0 * (fitted.log_likelihood - null), df),
        wald_test(fitted.coefficients, every, WALD),
    )


def _terms(fitted: FittedLogistic, why: str) -> tuple[ModelTerm, ...]:
    """Test every factor as a whole."""
    design = fitted.design
    inside = {name for pair in design.parts.values() for name in pair}
    terms = []
    for name, label in design.terms.items():
        places = design.places(name)
        wald, ratio = (TestResult(n, None, None, None, why=why) for n in (WALD, LIKELIHOOD_RATIO))
        if not why:
            wald = wald_test(fitted.coefficients, places, WALD)
            ratio = _without(fitted, name)
            if name in inside:
                ratio = TestResult(LIKELIHOOD_RATIO, None, None, None, why=_INSIDE)
        df = int((~fitted.coefficients.aliased[places]).sum())
        terms.append(ModelTerm(name, label, df, wald, ratio))
    return tuple(terms)


def _without(fitted: FittedLogistic, term: str) -> TestResult:
    """Likelihood-ratio test of the model with and without one term, on the same patients."""
    design = fitted.design
    left = design.without(term)
    smaller = replace(
        design, matrix=design.matrix[:, left], columns=tuple(design.columns[i] for i in left)
    )
    other = fit_design(smaller, fitted.outcome)
    df = int((~fitted.aliased).sum()) - int((~other.aliased).sum())
    if df <= 0:
        return TestResult(LIKELIHOOD_RATIO, None, None, None, why=_NOTHING)
    return chi_square(LIKELIHOOD_RATIO, 2.0 * (fitted.log_likelihood - other.log_likelihood), df)


def _area(fitted: FittedLogistic, why: str, level: float) -> Quantity:
    """Area under the ROC curve: concordance with those without the outcome as the later ones."""
    if not why and fitted.diverging.any():
        why = "not given: an odds ratio of the model is 0 or infinite"
    if why:
        return Quantity(None, why=why)
    score = fitted.design.matrix @ fitted.values[1:]
    return concordance(score, np.zeros(len(score)), fitted.outcome, level=level)
