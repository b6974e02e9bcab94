"""Everything of the regression page as plain JSON values, and what its names mean."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields, is_dataclass
from typing import Any

import numpy as np

from hccviz.analysis import model_factors, regression
from hccviz.analysis.regression import relevant
from hccviz.data.cohort import Cohort
from hccviz.domain.address import View
from hccviz.domain.errors import AddressError
from hccviz.domain.model_records import ModelEstimate, ModelRow, ModelTerm, Selection
from hccviz.domain.outcome_address import OPTIONS, PREFIX
from hccviz.domain.records import Quantity, TestResult
from hccviz.domain.regression_records import CurveLook, HazardsLook, Regression, SelectionLook
from hccviz.export import regression_words as words
from hccviz.export.records import quantity_json

NAMES = (
    "outcome", "of", "term", "factors", "joint", "refs", "steps", "two", "pairs", "enter", "stay",
    "scale", "number", "knots", "zero", "adjust",
)  # fmt: skip
_OTHERS = {
    "endpoint": "endpoint of a Cox model (os, pfs, lc, …)",
    "criterion": "response column of out.outcome=cr, orr or dcr",
    "phase": "toxicity phase of out.outcome=grade1 … grade5",
    "strata": "factor whose levels have baseline hazards of their own",
    "landmark": "months at which patients must still be under observation",
    "level": "confidence level (0.95)",
}
EXAMPLES = (
    'cox sbrt-incomplete-tace "endpoint=os&out.joint=recipe"',
    'cox reirradiation "out.factors=child_pugh_class,t_stage,bed&out.steps=bed:10'
    '&out.refs=t_stage:T4"',
    'cox reirradiation "out.factors=age_years,t_stage&out.two=age_years:60,t_stage:T4"',
    'cox registry-simulated "endpoint=lc&out.pairs=bed*child_pugh_class&strata=prior_tace" --csv',
    'logistic reirradiation "out.outcome=grade2&out.factors=age_years,bed"',
)


def model_help(view: str) -> str:
    """Return the help of ``cox`` and ``logistic``: every name of the query, and examples."""
    names = {**_OTHERS, **{f"{PREFIX}{name}": OPTIONS[name].meaning for name in NAMES}}
    defaults = {f"{PREFIX}{name}": OPTIONS[name].default for name in NAMES}
    width = max(map(len, names))
    lines = [
        f'usage: python -m hccviz {view} COHORT ["QUERY"] [--json|--csv]',
        "",
        "Cox model of an endpoint, or logistic model of a yes/no outcome: every factor alone,",
        "several together, selection, proportional hazards, curve of a number. logistic takes the",
        "first yes/no outcome of the cohort unless out.outcome names one.",
        "",
        "names, beside the filters of a link:",
    ]
    for name, meaning in names.items():
        default = f" ({defaults[name]})" if defaults.get(name) else ""
        lines.append(f"  {name:<{width}}  {meaning}{default}")
    return "\n".join([*lines, "", "examples:", *(f"  python -m hccviz {one}" for one in EXAMPLES)])


def logistic_view(cohort: Cohort, view: View) -> View:
    """Return the view with a yes/no outcome: its own, else the cohort's first.

    Raises
    ------
    AddressError
        When the cohort records neither a response nor a toxicity.
    """
    if view.option("outcome"):
        return view
    first = next(iter(model_factors.binary_outcomes(cohort)), "")
    if not first:
        raise AddressError(
            "This cohort has no yes/no outcome: it records neither a response (response_…) nor a "
            "toxicity (tox_…). Use cox for its endpoints."
        )
    code = "grade3" if first == "grade1" else first
    return view.with_option("outcome", code)


def regression_view_json(found: Regression, cohort: Cohort, view: View) -> dict[str, Any]:
    """Return everything of the page; what cannot be answered is null beside its reason."""
    made: dict[str, Any] = {
        "sentence": words.say_regression(found),
        "kind": found.outcome.kind,
        "outcome": _plain(found.outcome),
        "level": found.level,
        "landmark": found.landmark,
        "n_before_landmark": found.n_before,
        "univariable": [_model(model) for model in found.alone],
        "multivariable": _model(found.joint) if found.joint else None,
        **({} if found.joint else {"multivariable_why": found.joint_why}),
        "terms": _terms(found),
        "dropped": _plain(found.joint.dropped) if found.joint else [],
        "notes": list(words.cautions_of(found)),
    }
    looks: dict[str, tuple[Callable[[Cohort, View], Any], str, Callable[[Any], dict[str, Any]]]] = {
        "proportional_hazards": (regression.hazards, "hazards", _hazards),
        "selection": (regression.selection, "selection", _selection),
        "spline": (regression.curve, "curve", _curve),
    }
    for name, (ask, kind, told) in looks.items():
        try:
            made[name] = told(ask(cohort, relevant(view, kind)))
        except AddressError as reason:
            made |= {name: None, f"{name}_why": str(reason)}
    return made


def _model(model: ModelEstimate) -> dict[str, Any]:
    ratio = "hr" if model.kind == "cox" else "or"
    made = {
        "n_all": model.n_all, "n": model.n, "events": model.n_events,
        "rows": [_row(row, ratio) for row in model.rows],
        "terms": [_term(term) for term in model.terms],
        "tests": _plain(model.tests),
        "log_likelihood_null": model.log_likelihood_null,
        "log_likelihood": model.log_likelihood,
        "aic": model.aic,
        **quantity_json("concordance", model.concordance, ci="concordance_ci"),
        "strata": model.strata or None,
        "dropped": _plain(model.dropped),
        "notes": list(model.notes),
    }  # fmt: skip
    return made | ({"why": model.why} if model.why else {})


def _row(row: ModelRow, ratio: str) -> dict[str, Any]:
    made = {
        "factor": row.term, "label": row.label, "level": row.level or None,
        "reference": row.reference or None, "n": row.n, "events": row.n_events,
        **quantity_json(ratio, row.ratio),
        "coefficient": row.log_ratio, "std_err": row.std_err, "p": row.p,
    }  # fmt: skip
    return made | ({"p_why": row.why or "not estimable"} if row.p is None else {})


def _term(term: ModelTerm) -> dict[str, Any]:
    return {
        "factor": term.name, "label": term.label, "df": term.df,
        "wald": _plain(term.wald), "likelihood_ratio": _plain(term.likelihood_ratio),
    }  # fmt: skip


def _terms(found: Regression) -> list[dict[str, Any]]:
    model = found.joint
    return [_term(term) for term in model.terms] if model else []


def _hazards(found: HazardsLook) -> dict[str, Any]:
    return {
        "sentence": words.say_hazards(found),
        "n": found.n,
        "events": found.n_events,
        **_plain(found.hazards),
    }


def _selection(found: SelectionLook) -> dict[str, Any]:
    chosen: Selection = found.selection
    return {
        "sentence": words.say_selection(found),
        "p_enter": chosen.p_enter,
        "p_stay": chosen.p_stay,
        "steps": _plain(chosen.steps),
        "final": _model(chosen.final) if chosen.final else None,
        **({"final_why": chosen.why} if chosen.final is None else {}),
        "notes": [*chosen.notes, *found.cautions],
    }


def _curve(found: CurveLook) -> dict[str, Any]:
    return {
        "sentence": words.say_curve(found),
        **_plain(found.spline),
        "histogram": {"edges": found.edges.tolist(), "counts": found.counts.tolist()},
    }


def _plain(value: Any) -> Any:
    """Return a record or array as plain values; a number without a value keeps its reason."""
    if isinstance(value, Quantity):
        return quantity_json("value", value)
    if isinstance(value, TestResult):
        told = {"name": value.name, "statistic": value.statistic, "df": value.df, "p": value.p}
        return told if value.p is not None else told | {"p_why": value.why or "not estimable"}
    if isinstance(value, np.ndarray | np.generic):
        return value.tolist()
    if isinstance(value, tuple | list):
        return [_plain(item) for item in value]
    if is_dataclass(value) and not isinstance(value, type):
        return {field.name: _plain(getattr(value, field.name)) for field in fields(value)}
    return value
