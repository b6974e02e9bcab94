"""Cox and logistic models of a view: each factor alone, together, selected, over time, curved."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from hccviz.analysis import model_factors
from hccviz.analysis.model_factors import MOST_LEVELS, NO_TIMES
from hccviz.analysis.model_reading import Rows, landmark_of, read_rows
from hccviz.data.cohort import Cohort
from hccviz.domain.address import View
from hccviz.domain.after_start import known_after_start
from hccviz.domain.errors import AddressError
from hccviz.domain.model_address import names_in, pairs_in
from hccviz.domain.model_records import Covariate, ModelEstimate, ModelTerm, Selection
from hccviz.domain.records import Quantity, TestResult
from hccviz.domain.regression_records import (
    CurveLook,
    HazardsLook,
    Regression,
    SelectionLook,
)
from hccviz.stats.cautions import count
from hccviz.stats.cox_model import estimate_cox_model, fit_cox_rows
from hccviz.stats.design import build_design
from hccviz.stats.logistic import estimate_logistic_model
from hccviz.stats.schoenfeld import check_proportional_hazards
from hccviz.stats.selection import select_factors, select_factors_logistic
from hccviz.stats.spline_cox import estimate_spline

_SAME_DOSE = {"bed": "eqd2", "eqd2": "bed"}
_BINS = 24
_MODEL = ("outcome", "of", "term", "factors", "joint", "refs", "steps", "two", "pairs", "enter",
          "stay")  # fmt: skip
_USED = {
    "regression": _MODEL,
    "selection": ("outcome", "of", "term", "factors", "refs", "steps", "two", "enter", "stay"),
    "hazards": (*_MODEL, "scale"),
    "curve": (*_MODEL, "number", "knots", "zero", "adjust"),
}


def relevant(view: View, kind: str) -> View:
    """Return the view without what does not change an answer, so that it is computed once.

    Parameters
    ----------
    kind
        ``"regression"``, ``"selection"``, ``"hazards"`` or ``"curve"``.
    """
    kept = tuple((name, value) for name, value in view.outcome if name in _USED[kind])
    return View(
        cohorts=view.cohorts, filter=view.filter, endpoint=view.endpoint, level=view.level,
        landmark=view.landmark, criterion=view.criterion, phase=view.phase, strata=view.strata,
        outcome=kept,
    )  # fmt: skip


def missing(cohort: Cohort, view: View) -> dict[str, str]:
    """Return closer look → what the chosen outcome lacks for it, ``""`` when it can be drawn."""
    lacking = "" if model_factors.outcome_of(cohort, view).kind == "cox" else NO_TIMES
    return {"table": "", "selection": "", "hazards": lacking, "curve": lacking}


def regression(cohort: Cohort, view: View) -> Regression:
    """Return every factor alone and the chosen ones together.

    Raises
    ------
    AddressError
        When the cohort has no outcome.
    """
    names = model_factors.factors_of(cohort, view)
    rows = read_rows(cohort, view, names)
    alone = tuple(_alone(rows, rows.covariates[name], view.level) for name in names)
    joint, why, notes = _joint(rows, names, view)
    pairs = _pairs(view, joint)
    lost = [f"{_label(cohort, a)} × {_label(cohort, b)}" for a, b in _asked(view)
            if (a, b) not in pairs]  # fmt: skip
    if lost and joint:
        notes.append(
            f"Interaction left out: {', '.join(lost)}. Both factors must be in the model together."
        )
    model = _estimate(rows, rows.of(joint), view.level, pairs) if joint else None
    return Regression(
        outcome=rows.outcome,
        level=view.level,
        alone=alone,
        joint=model,
        joint_why=why,
        landmark=landmark_of(rows.outcome, view),
        n_before=rows.n_before,
        cautions=(*_cautions(cohort, view, names), *notes),
    )


def selection(cohort: Cohort, view: View) -> SelectionLook:
    """Return the published recipe with every step: screening, then backward elimination.

    Raises
    ------
    AddressError
        When no factor is chosen.
    """
    names = model_factors.factors_of(cohort, view)
    rows = read_rows(cohort, view, names)
    usable, notes = _usable(rows, names)
    if not usable:
        raise AddressError("Choose at least one factor for the selection.")
    found = _select(rows, usable, view)
    return SelectionLook(rows.outcome, found, (*_cautions(cohort, view, names), *notes))


def hazards(cohort: Cohort, view: View) -> HazardsLook:
    """Return the test of proportional hazards of the multivariable model, with its residuals.

    Raises
    ------
    AddressError
        When the outcome has no times, or the model no factor.
    """
    _needs_times(cohort, view)
    names = model_factors.factors_of(cohort, view)
    rows = read_rows(cohort, view, names)
    joint, why, _ = _joint(rows, names, view)
    if not joint:
        raise AddressError(f"There is no multivariable model to test: {why}.")
    pairs = _pairs(view, joint)
    fitted = fit_cox_rows(
        rows.of(joint), rows.time, rows.event, interactions=pairs, strata=rows.strata
    )
    found = check_proportional_hazards(fitted, transform=view.option("scale"))
    used = ~fitted.fit.aliased
    places = [[j for j in fitted.design.places(r.term) if used[j]] for r in found.residuals]
    effects = tuple(float(fitted.fit.coefficients[p[0]]) if len(p) == 1 else None for p in places)
    return HazardsLook(rows.outcome, effects, len(fitted.time), int(fitted.event.sum()), found)


def curve(cohort: Cohort, view: View) -> CurveLook:
    """Return the hazard ratio over a number as a restricted cubic spline with its band.

    Raises
    ------
    AddressError
        When the outcome has no times, or no number varies.
    """
    _needs_times(cohort, view)
    number = model_factors.number_on_axis(cohort, view)
    names = model_factors.factors_of(cohort, view)
    rows = read_rows(cohort, view, (*names, number), curved=number)
    others: list[Covariate] = []
    if view.option("adjust") == "yes":
        joint = _joint(rows, names, view)[0]
        others = rows.of([a for a in joint if a not in (number, _SAME_DOSE.get(number))])
    x, raw = rows.covariates[number], view.option("zero")
    found = estimate_spline(
        x, rows.time, rows.event, knots=int(view.option("knots")), adjust_for=others,
        reference_value=float(raw) if raw else None, strata=rows.strata, level=view.level,
    )  # fmt: skip
    usable = np.isfinite(rows.time) & np.isfinite(rows.event)
    kept = build_design([*others, x], strata=rows.strata, usable=usable).kept
    values = x.values[kept].astype(np.float64)
    counts, edges = np.histogram(values, bins=_BINS)
    different = len(np.unique(values))
    return CurveLook(
        rows.outcome, view.level, found, x.step, different, edges, counts.astype(np.int64)
    )


def _needs_times(cohort: Cohort, view: View) -> None:
    if model_factors.outcome_of(cohort, view).kind != "cox":
        raise AddressError(f"This needs {NO_TIMES}. Choose one as the outcome.")


def _alone(rows: Rows, covariate: Covariate, level: float) -> ModelEstimate:
    """Return the model of one factor, or the reason why it is not even tried."""
    levels = len(_present(covariate))
    if levels <= MOST_LEVELS:
        return _estimate(rows, [covariate], level, ())
    why = (
        f"not estimable: {covariate.label} has {levels} levels; a table of more than "
        f"{MOST_LEVELS} cannot be read. Put them into two groups, or group them in the file"
    )
    none = TestResult("", None, None, None, why=why)
    n, events = len(rows.event), int(np.nansum(rows.event))
    term = ModelTerm(covariate.name, covariate.label, 0, none, none)
    return ModelEstimate(
        rows.outcome.kind, level, (), (term,), n, n, events, (), (), None, None, None,
        Quantity(None, why=why), why=why,
    )  # fmt: skip


def _present(covariate: Covariate) -> set[object]:
    return set(covariate.values.tolist()) - {None} if covariate.is_category else set()


def _usable(rows: Rows, names: Sequence[str]) -> tuple[list[str], list[str]]:
    """Return the factors that a joint model can hold, and a sentence about the others."""
    many = [name for name in names if len(_present(rows.covariates[name])) > MOST_LEVELS]
    labels = ", ".join(rows.covariates[name].label for name in many)
    notes = [f"Left out of the multivariable model: {labels} (too many levels)."] if many else []
    return [name for name in names if name not in many], notes


def _joint(rows: Rows, names: Sequence[str], view: View) -> tuple[list[str], str, list[str]]:
    """Return the factors of the multivariable model, why there are none, and what to say."""
    usable, notes = _usable(rows, names)
    raw = view.option("joint")
    if raw == "none":
        return [], "none is asked for", notes
    if not usable:
        return [], "no factor is chosen", notes
    if raw == "recipe":
        found = _select(rows, usable, view)
        return [t.name for t in found.final.terms] if found.final else [], found.why, notes
    wanted = names_in(raw)
    lost = [name for name in wanted if name not in names]
    if lost:
        notes.append(
            f"Not in the multivariable model, because not among the factors: {', '.join(lost)}."
        )
    chosen = [name for name in usable if name in wanted] if raw else usable
    return chosen, "" if chosen else "no factor is chosen for it", notes


def _select(rows: Rows, names: Sequence[str], view: View) -> Selection:
    enter, stay = (float(view.option(name)) for name in ("enter", "stay"))
    if rows.outcome.kind == "cox":
        return select_factors(
            rows.of(names), rows.time, rows.event,
            p_enter=enter, p_stay=stay, strata=rows.strata, level=view.level,
        )  # fmt: skip
    return select_factors_logistic(
        rows.of(names), rows.event, p_enter=enter, p_stay=stay, level=view.level
    )


def _asked(view: View) -> tuple[tuple[str, str], ...]:
    return tuple(dict.fromkeys(pairs_in(view.option("pairs"), "*")))


def _pairs(view: View, joint: Sequence[str]) -> list[tuple[str, str]]:
    """Return the interactions whose factors are both in the model; none in a selected one."""
    return [(a, b) for a, b in _asked(view) if a in joint and b in joint]


def _estimate(
    rows: Rows, factors: Sequence[Covariate], level: float, pairs: Sequence[tuple[str, str]]
) -> ModelEstimate:
    if rows.outcome.kind == "logistic":
        return estimate_logistic_model(factors, rows.event, interactions=pairs, level=level)
    return estimate_cox_model(
        factors, rows.time, rows.event, interactions=pairs, strata=rows.strata, level=level
    )


def _cautions(cohort: Cohort, view: View, names: Sequence[str]) -> list[str]:
    """Return what to say of the factors as such."""
    told = list(model_factors.set_aside(cohort, view))
    there = cohort.schema.variables
    later = [there[name].label for name in names if known_after_start(there[name])]
    outcome = model_factors.outcome_of(cohort, view)
    if later:
        told.append(model_factors.later_caution(later, outcome, landmark_of(outcome, view)))
    return told


def _label(cohort: Cohort, address: str) -> str:
    return cohort.schema.variables[address].label


def before_landmark(found: Regression) -> str:
    """Say who left before the landmark, or an empty string."""
    if not found.landmark:
        return ""
    return (
        f"Only patients still under observation at month {found.landmark:g}; "
        f"{count(found.n_before, 'patient')} left before."
    )
