"""Multivariable Cox models with Efron ties, equal to R's ``coxph``."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from hccviz.domain.errors import HccvizError
from hccviz.domain.model_records import Covariate, ModelEstimate, ModelTerm
from hccviz.domain.records import FloatArray, Quantity, TestResult
from hccviz.stats.cautions import count
from hccviz.stats.concordance import concordance
from hccviz.stats.confidence import normal_quantile
from hccviz.stats.design import Design, Interaction, build_design
from hccviz.stats.efron_rows import RowFit, maximise_rows
from hccviz.stats.model_table import (
    Coefficients,
    chi_square,
    events_per_variable,
    model_rows,
    wald_test,
)
from hccviz.stats.sorted_rows import RowSets, row_sets

LIKELIHOOD_RATIO, WALD, SCORE = "Cox likelihood ratio", "Cox Wald", "Cox score"
_INSIDE = "not given: the factor is part of an interaction"
_NOTHING = "not estimable: no coefficient of it can be estimated"


@dataclass(frozen=True, slots=True, eq=False)
class FittedCox:
    """A design with its outcome and fit, for everything that builds on a Cox model.

    ``time`` and ``event`` are those of the complete patients, in the order of ``design.matrix``.
    """

    design: Design
    time: FloatArray
    event: NDArray[np.bool_]
    sets: RowSets
    fit: RowFit

    @property
    def coefficients(self) -> Coefficients:
        """Coefficients in the units of the design."""
        f = self.fit
        return Coefficients(f.coefficients, f.covariance, f.aliased, f.diverging, f.lost)


def fit_cox_rows(
    covariates: Sequence[Covariate],
    time: FloatArray,
    event: NDArray[np.bool_] | NDArray[np.float64],
    *,
    interactions: Sequence[Interaction] = (),
    strata: Covariate | None = None,
) -> FittedCox:
    """Build the design of the complete patients and maximise the partial likelihood.

    Parameters are those of :func:`estimate_cox_model`.
    """
    months, died = np.asarray(time, dtype=np.float64), np.asarray(event, dtype=np.float64)
    if any(len(c.values) != len(months) for c in covariates) or len(died) != len(months):
        raise HccvizError("Times, events and factors must have one value per patient each.")
    usable = np.isfinite(months) & np.isfinite(died)
    design = build_design(covariates, interactions=interactions, strata=strata, usable=usable)
    months, happened = months[design.kept], died[design.kept] == 1.0
    sets = row_sets(design.matrix, months, happened, design.stratum)
    return FittedCox(design, months, happened, sets, maximise_rows(sets))


def estimate_cox_model(
    covariates: Sequence[Covariate],
    time: FloatArray,
    event: NDArray[np.bool_] | NDArray[np.float64],
    *,
    interactions: Sequence[Interaction] = (),
    strata: Covariate | None = None,
    level: float = 0.95,
) -> ModelEstimate:
    """Hazard ratios of several factors at once, each adjusted for the others.

    Parameters
    ----------
    covariates
        Factors with one value per patient, in the order of the table.
    time
        Months, >= 0, shape (n,); NaN where not recorded.
    event
        1 event, 0 censored, shape (n,); NaN where not recorded.
    interactions
        Pairs of names among ``covariates``.
    strata
        A category whose levels each have their own baseline hazard.
    level
        Confidence level of the Wald limits, 0-1.

    Returns
    -------
    ModelEstimate
        Complete patients only; ``dropped`` says what the others lack. A column that others
        determine, and one whose ratio is 0 or infinite (monotone likelihood), have None and the
        reason with their names; the rest of the table is then that of the limiting likelihood,
        as R gives it beside a warning. Wald tests that involve such a ratio are not estimable.

    Raises
    ------
    HccvizError
        When there is no factor, lengths differ, or an interaction or step is not usable.

    References
    ----------
    Cox DR. J R Stat Soc B 1972;34:187-220. Efron B. J Am Stat Assoc 1977;72:557-65. Therneau T,
    R package survival 3, ``coxph``.
    """
    normal_quantile(level)
    fitted = fit_cox_rows(covariates, time, event, interactions=interactions, strata=strata)
    design, fit, found = fitted.design, fitted.fit, fitted.coefficients
    deaths, df = int(fitted.event.sum()), int((~fit.aliased).sum())
    why = _refusal(fitted)
    rows = model_rows(design, found, fitted.event, ratio="hazard ratio", level=level)
    if why:
        gone = Quantity(None, why=why)
        rows = tuple(
            replace(r, ratio=gone, log_ratio=None, std_err=None, p=None, why=why) for r in rows
        )
    return ModelEstimate(
        kind="cox",
        level=level,
        rows=rows,
        terms=_terms(fitted, why),
        n_all=len(design.kept),
        n=int(design.kept.sum()),
        n_events=deaths,
        dropped=design.dropped,
        tests=omnibus_tests(fitted, why),
        log_likelihood_null=None if why else fit.start.log_likelihood,
        log_likelihood=None if why else fit.end.log_likelihood,
        aic=None if why else 2.0 * df - 2.0 * fit.end.log_likelihood,
        concordance=Quantity(None, why=why) if why else _concordance(fitted, level),
        strata=strata.label if strata else "",
        notes=(*design.notes, *events_per_variable(deaths, df)),
        why=why,
    )


def omnibus_tests(fitted: FittedCox, why: str = "") -> tuple[TestResult, ...]:
    """Likelihood-ratio, Wald and score test of the whole model."""
    if why:
        names = (LIKELIHOOD_RATIO, WALD, SCORE)
        return tuple(TestResult(name, None, None, None, why=why) for name in names)
    fit = fitted.fit
    df = int((~fit.aliased).sum())
    score = fit.start.score
    every = np.arange(len(fit.aliased))
    return (
        chi_square(LIKELIHOOD_RATIO, 2.0 * _gain(fit), df),
        wald_test(fitted.coefficients, every, WALD),
        chi_square(SCORE, float(score @ np.linalg.solve(fit.start.information, score)), df),
    )


def without_term(fitted: FittedCox, term: str) -> TestResult:
    """Likelihood-ratio test of the model with and without one term, on the same patients."""
    design, fit = fitted.design, fitted.fit
    df = int((~fit.aliased[design.places(term)]).sum())
    if df == 0:
        return TestResult(LIKELIHOOD_RATIO, None, None, None, why=_NOTHING)
    left = design.without(term)
    null = fit.start.log_likelihood
    if left.size:
        sets = fitted.sets
        fewer = replace(sets, matrix=sets.matrix[:, left], scale=sets.scale[left])
        smaller = maximise_rows(fewer, (fit.coefficients * sets.scale)[left])
        null = smaller.end.log_likelihood
        df = int((~fit.aliased).sum()) - int((~smaller.aliased).sum())
        if df <= 0:
            return TestResult(LIKELIHOOD_RATIO, None, None, None, why=_NOTHING)
    return chi_square(LIKELIHOOD_RATIO, 2.0 * (fit.end.log_likelihood - null), df)


def _refusal(fitted: FittedCox) -> str:
    """Return the reason why nothing can be fitted, or an empty string."""
    if not len(fitted.time):
        return "not estimable: no patient has every factor of the model recorded"
    if not fitted.event.any():
        return f"not estimable: no events among {count(len(fitted.time), 'complete patient')}"
    if fitted.fit.aliased.all() or not fitted.fit.settled:
        rows = model_rows(
            fitted.design, fitted.coefficients, fitted.event, ratio="hazard ratio", level=0.95
        )
        said = (row.why for row in rows if row.why)
        return next(said, "not estimable: no factor of the model varies")
    return ""


def _terms(fitted: FittedCox, why: str) -> tuple[ModelTerm, ...]:
    """Test every factor as a whole."""
    design = fitted.design
    inside = {name for pair in design.parts.values() for name in pair}
    terms = []
    for name, label in design.terms.items():
        places = design.places(name)
        wald, ratio = (TestResult(n, None, None, None, why=why) for n in (WALD, LIKELIHOOD_RATIO))
        if not why:
            wald = wald_test(fitted.coefficients, places, WALD)
            ratio = without_term(fitted, name)
            if name in inside:
                ratio = TestResult(LIKELIHOOD_RATIO, None, None, None, why=_INSIDE)
        df = int((~fitted.fit.aliased[places]).sum())
        terms.append(ModelTerm(name, label, df, wald, ratio))
    return tuple(terms)


def _concordance(fitted: FittedCox, level: float) -> Quantity:
    """Harrell's C of the linear predictor; a diverging column orders before everything else."""
    fit, design = fitted.fit, fitted.design
    if fit.diverging.any():
        why = "not given: a hazard ratio of the model is 0 or infinite"
        return Quantity(None, why=why)
    score = design.matrix @ fit.coefficients
    return concordance(score, fitted.time, fitted.event, stratum=design.stratum, level=level)


def _gain(fit: RowFit) -> float:
    """Log-likelihood gained over no factors at all."""
    return fit.end.log_likelihood - fit.start.log_likelihood
