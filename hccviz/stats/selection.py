"""The published recipe of choosing factors: univariable screening, then backward elimination."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from hccviz.domain.errors import HccvizError
from hccviz.domain.model_records import Covariate, ModelEstimate, Selection, SelectionStep
from hccviz.domain.records import FloatArray
from hccviz.stats.cox_model import estimate_cox_model
from hccviz.stats.logistic import estimate_logistic_model

Estimate = Callable[[Sequence[Covariate], FloatArray], ModelEstimate]

CAUTION = (
    "The ratios and p of a selected model are too good: the data that chose the factors also test "
    "them. Read it as a description, and confirm it in other patients."
)


def select_factors(
    covariates: Sequence[Covariate],
    time: FloatArray,
    event: NDArray[np.bool_] | FloatArray,
    *,
    p_enter: float = 0.2,
    p_stay: float = 0.05,
    strata: Covariate | None = None,
    level: float = 0.95,
) -> Selection:
    """Screen every factor alone, then drop the weakest until all that are left hold.

    A factor enters when the likelihood-ratio test of its univariable Cox model is below
    ``p_enter``. Of the factors that entered, the one with the largest likelihood-ratio p in the
    joint model leaves, as long as that is ``p_stay`` or more. The backward part runs on the
    patients in whom every factor that entered is recorded, the same in each step; the final model
    is refitted on all patients in whom its own factors are recorded.

    Parameters
    ----------
    covariates, time, event, strata, level
        As in :func:`hccviz.stats.cox_model.estimate_cox_model`.
    p_enter, p_stay
        Between 0 and 1.

    Returns
    -------
    Selection
        Every decision in order; a factor whose test is not estimable does not enter, with the
        reason. ``final`` is None with the reason when nothing enters or stays.

    Raises
    ------
    HccvizError
        When a threshold is not between 0 and 1, or there is no factor.

    References
    ----------
    Hosmer DW, Lemeshow S, May S. Applied Survival Analysis. 2nd ed. Wiley 2008, 5.2. On its
    optimism: Heinze G, Wallisch C, Dunkler D. Biom J 2018;60:431-49.
    """

    def estimate(factors: Sequence[Covariate], outcome: FloatArray) -> ModelEstimate:
        return estimate_cox_model(factors, time, outcome, strata=strata, level=level)

    return _select(covariates, np.asarray(event, dtype=np.float64), estimate, p_enter, p_stay)


def select_factors_logistic(
    covariates: Sequence[Covariate],
    outcome: NDArray[np.bool_] | FloatArray,
    *,
    p_enter: float = 0.2,
    p_stay: float = 0.05,
    level: float = 0.95,
) -> Selection:
    """Run the same recipe over logistic models.

    Parameters and result are those of :func:`select_factors`, ``outcome`` that of
    :func:`hccviz.stats.logistic.estimate_logistic_model`.
    """

    def estimate(factors: Sequence[Covariate], happened: FloatArray) -> ModelEstimate:
        return estimate_logistic_model(factors, happened, level=level)

    return _select(covariates, np.asarray(outcome, dtype=np.float64), estimate, p_enter, p_stay)


def _select(
    covariates: Sequence[Covariate],
    outcome: FloatArray,
    estimate: Estimate,
    p_enter: float,
    p_stay: float,
) -> Selection:
    """Screen and eliminate over models of one kind."""
    for name, value in (("entry", p_enter), ("staying", p_stay)):
        if not 0.0 < value <= 1.0:
            raise HccvizError(f"The p for {name} is {value:g}; it must lie between 0 and 1.")
    if not covariates:
        raise HccvizError("A model needs at least one factor. Choose one.")
    alone = tuple(estimate([c], outcome) for c in covariates)
    steps = [_screened(m, c, p_enter) for m, c in zip(alone, covariates, strict=True)]
    entered = [c for c, step in zip(covariates, steps, strict=True) if step.kept]
    left, backward = _eliminate(entered, outcome, estimate, p_stay)
    steps += backward
    final = estimate(left, outcome) if left else None
    why = "" if left else f"no factor is below p {p_enter:g} alone"
    if entered and not left:
        why = f"no factor stays below p {p_stay:g} beside the others"
    return Selection(p_enter, p_stay, tuple(steps), alone, final, (CAUTION,) if left else (), why)


def _screened(model: ModelEstimate, covariate: Covariate, p_enter: float) -> SelectionStep:
    """Decide about one factor alone."""
    test = model.terms[0].likelihood_ratio
    kept = test.p is not None and test.p < p_enter
    return SelectionStep(
        "univariable", covariate.name, covariate.label, test.p, model.n, model.n_events, kept,
        model.why or test.why,
    )  # fmt: skip


def _eliminate(
    entered: Sequence[Covariate], outcome: FloatArray, estimate: Estimate, p_stay: float
) -> tuple[list[Covariate], list[SelectionStep]]:
    """Drop the weakest factor again and again, on the same patients."""
    left, steps = list(entered), list[SelectionStep]()
    common = _on_common_patients(entered, outcome)
    while left:
        model = estimate(left, common)
        tests = [term.likelihood_ratio for term in model.terms]
        strength = [2.0 if test.p is None else test.p for test in tests]
        worst = int(np.argmax(strength))
        if strength[worst] < p_stay:
            steps += [_decided(c, t.p, model, True) for c, t in zip(left, tests, strict=True)]
            break
        steps.append(_decided(left[worst], tests[worst].p, model, False, tests[worst].why))
        left.pop(worst)
    return left, steps


def _on_common_patients(entered: Sequence[Covariate], event: FloatArray) -> FloatArray:
    """Blank the outcome of patients who lack any factor that entered."""
    common = event.copy()
    for c in entered:
        if c.is_category:
            known = set(c.levels)
            common[[value not in known for value in c.values.tolist()]] = np.nan
        else:
            common[~np.isfinite(c.values.astype(np.float64))] = np.nan
    return common


def _decided(
    covariate: Covariate, p: float | None, model: ModelEstimate, kept: bool, why: str = ""
) -> SelectionStep:
    """Record one decision of the backward part."""
    return SelectionStep(
        "backward", covariate.name, covariate.label, p, model.n, model.n_events, kept, why
    )
