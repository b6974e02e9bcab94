"""Which outcome a view asks a model for, with which factors, and what to say of them."""

from __future__ import annotations

from hccviz.analysis import views
from hccviz.data.binary_rows import varying
from hccviz.data.cohort import Cohort
from hccviz.domain import vocabulary
from hccviz.domain.address import View
from hccviz.domain.after_start import known_after_start
from hccviz.domain.errors import AddressError
from hccviz.domain.model_address import is_factor, names_in
from hccviz.domain.outcome_address import GRADES, RATES
from hccviz.domain.regression_records import ModelOutcome
from hccviz.domain.vocabulary import Variable

USUAL = (
    "age_years", "child_pugh_class", "t_stage", "bclc_stage", "diagnosis", "tumor_size_cm",
    "vascular_invasion", "prior_tace", "bed",
)  # fmt: skip
"""Factors of a model when the view names none, as far as a cohort has them and they vary."""
NUMBERS = ("bed", "eqd2", "total_dose_gy", "tumor_size_cm", "age_years", "mean_liver_dose_gy")
MOST_LEVELS = 20
"""A category with more levels has no table that anybody could read."""

MOST_FACTORS = 30
"""More factors than any cohort here has events for; the rest of a longer list is left out aloud."""

NO_TIMES = "an outcome with times, such as overall survival"
_RATES = {"cr": "Complete response", "orr": "Objective response (CR + PR)",
          "dcr": "Disease control (CR + PR + SD)"}  # fmt: skip
_EVENTS = {"cr": ("complete response", "complete responses"),
           "orr": ("response", "responses"),
           "dcr": ("patient with disease control", "patients with disease control")}  # fmt: skip


def binary_outcomes(cohort: Cohort) -> dict[str, str]:
    """Return the yes/no outcomes that a cohort can be asked for, by code, with their names."""
    found = dict(_RATES) if cohort.schema.responses else {}
    if cohort.schema.toxicity:
        found |= {code: f"Toxicity of {_grade_words(code)}" for code in GRADES}
    return found


def _grade_words(code: str) -> str:
    grade = int(code[-1])
    return {1: "any grade", 5: "grade 5"}.get(grade, f"grade {grade} or more")


def outcome_of(cohort: Cohort, view: View) -> ModelOutcome:
    """Return what a view's models explain: an endpoint, or a yes/no outcome when it names one.

    Raises
    ------
    AddressError
        When the cohort has neither, or not the one that is named.
    """
    code = view.option("outcome")
    if not code and not cohort.schema.endpoints:
        code = next(iter(binary_outcomes(cohort)), "")
    if code in RATES:
        criterion = views.criterion_of(cohort, view)
        name = vocabulary.response_label(criterion).removeprefix("Response ")
        everyone = view.option("of") == "all"
        return ModelOutcome(
            "logistic", code, f"{_RATES[code]} {name}", *_EVENTS[code],
            among="all patients" if everyone else "evaluable patients",
        )  # fmt: skip
    if code:
        return _toxicity(cohort, view, code)
    endpoint = vocabulary.endpoint(views.endpoint_of(cohort, view))
    return ModelOutcome("cox", endpoint.code, endpoint.label, endpoint.event, endpoint.plural)


def _toxicity(cohort: Cohort, view: View, code: str) -> ModelOutcome:
    phase = views.phase_of(cohort, view)
    views.one_scale(cohort, phase)
    name = vocabulary.phases().get(phase, phase).lower()
    term = vocabulary.toxicity_term(view.option("term"))
    what = f"Any {name} toxicity"
    if term is not None and term.column in cohort.schema.toxicity[phase]:
        what = f"{term.label} ({name})"
    return ModelOutcome(
        "logistic", code, f"{what}, {_grade_words(code)}", "toxicity", "toxicities",
        among="patients with a grade recorded",
    )  # fmt: skip


def toxicity_columns(cohort: Cohort, view: View) -> tuple[str, ...]:
    """Return the columns over which a toxicity outcome takes the worst grade."""
    known = cohort.schema.toxicity[views.phase_of(cohort, view)]
    return (view.option("term"),) if view.option("term") in known else known


def itself(cohort: Cohort, view: View) -> tuple[str, ...]:
    """Return the columns that are the outcome, and so cannot be factors of it."""
    outcome = outcome_of(cohort, view)
    if outcome.kind == "cox":
        return ()
    if outcome.code in RATES:
        return (views.criterion_of(cohort, view),)
    return toxicity_columns(cohort, view)


def usual_factors(cohort: Cohort, view: View) -> tuple[str, ...]:
    """Return the factors of a model whose view names none: recorded, and varying here."""
    found = varying(cohort, view.filter, USUAL)
    instead = ("bclc_stage", "diagnosis") if "t_stage" in found else ()
    return tuple(a for a in found if a not in instead)


def offered_factors(cohort: Cohort, view: View) -> dict[str, Variable]:
    """Return every column that can be a factor, what is known at the start first."""
    outcome = itself(cohort, view)
    there = {a: v for a, v in cohort.schema.variables.items() if is_factor(v) and a not in outcome}
    return dict(sorted(there.items(), key=lambda item: known_after_start(item[1])))


def factors_of(cohort: Cohort, view: View) -> tuple[str, ...]:
    """Return the factors of the models in order: named, else the usual ones; never the outcome."""
    raw = view.option("factors")
    if raw == "none" and raw not in cohort.schema.variables:
        return ()
    named = names_in(raw) if raw else usual_factors(cohort, view)
    outcome, strata = itself(cohort, view), strata_of(cohort, view)
    usable = dict.fromkeys(a for a in named if a not in outcome and a != strata)
    return tuple(usable)[:MOST_FACTORS]


def set_aside(cohort: Cohort, view: View) -> tuple[str, ...]:
    """Return a sentence for every factor that the view names and no model can hold."""
    named, there = names_in(view.option("factors")), cohort.schema.variables
    outcome, strata = itself(cohort, view), strata_of(cohort, view)
    told = [f"{there[a].label} is left out: it is the outcome itself." for a in named
            if a in outcome and a in there]  # fmt: skip
    if strata in named:
        told.append(f"{there[strata].label} stratifies the model, so it has no ratio of its own.")
    if len(named) > MOST_FACTORS:
        told.append(f"Only the first {MOST_FACTORS} of {len(named)} factors are looked at.")
    if view.strata and not strata:
        told.append("Strata belong to Cox models: this logistic model has none.")
    return tuple(told)


def strata_of(cohort: Cohort, view: View) -> str:
    """Return the stratifying factor of a Cox model, or an empty string."""
    variable = cohort.schema.variables.get(view.strata)
    cox = outcome_of(cohort, view).kind == "cox"
    return view.strata if cox and variable is not None and variable.is_categorical else ""


def later_caution(labels: list[str], outcome: ModelOutcome, landmark: float | None) -> str:
    """Say what is wrong with factors that are known only after the start."""
    names = ", ".join(labels)
    if outcome.kind == "logistic":
        return (
            f"Known only after the start, perhaps only with the outcome itself: {names}. Its odds "
            "ratio describes, it does not predict."
        )
    if landmark:
        return (
            f"Known only after the start: {names}. With the landmark at month {landmark:g} this "
            "is fair only as far as it was known by then."
        )
    return (
        f"Known only after the start: {names}. A patient must live long enough to have it, which "
        "favours those who do. Count from a landmark by which it was known, such as month 3."
    )


def number_on_axis(cohort: Cohort, view: View) -> str:
    """Return the number whose curve is drawn: named, else the first that varies, BED first.

    Raises
    ------
    AddressError
        When no number varies among the filtered patients.
    """
    if view.option("number"):
        return view.option("number")
    every = [
        a for a, v in cohort.schema.variables.items() if v.is_number and not known_after_start(v)
    ]
    found = varying(cohort, view.filter, tuple(dict.fromkeys([*NUMBERS, *every])))
    if not found:
        raise AddressError(
            "No number varies among these patients, so there is no curve. Widen the filters."
        )
    return found[0]
