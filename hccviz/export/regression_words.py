"""What a clinician would say of a model, and the method line under it."""

from __future__ import annotations

from hccviz.analysis.regression import before_landmark
from hccviz.domain import format as fmt
from hccviz.domain.model_records import ModelEstimate, ModelRow
from hccviz.domain.records import Quantity
from hccviz.domain.regression_records import (
    CurveLook,
    HazardsLook,
    ModelOutcome,
    Regression,
    SelectionLook,
)
from hccviz.export.outcome_words import p_phrase
from hccviz.export.regression_tables import decimals_of

NAMED = {"cox": "hazard ratio", "logistic": "odds ratio"}
SCALES = {"km": "1 − Kaplan-Meier", "rank": "rank of the times", "identity": "months",
          "log": "logarithm of months"}  # fmt: skip
_CLEAR = 0.05
_INSIDE = (
    "The ratio of a factor inside an interaction holds only where the other factor is at its "
    "reference, or at 0 when it is a number."
)


def say_regression(found: Regression) -> str:
    """Say how many events there are and which factors stand out together, else alone."""
    if not found.alone:
        return (
            f"{found.outcome.label}: choose at least one factor that varies among these patients."
        )
    model = found.joint or max(found.alone, key=lambda m: m.n)
    head = f"{found.outcome.label}: {_events(found.outcome, model)}."
    if model.why:
        return f"{head} The models are {model.why}."
    if found.joint is None:
        clear = [row for one in found.alone for row in one.rows if _is_clear(row)]
        return f"{head} {_standing_out(clear, 'Alone', found)}"
    clear = [row for row in found.joint.rows if _is_clear(row)]
    names = {model.terms[0].name for model in found.alone}
    many = sum(term.name in names for term in found.joint.terms)
    title = f"With {many} factors together" if many > 1 else "Alone"
    return f"{head} {_standing_out(clear, title, found)}"


def _events(outcome: ModelOutcome, model: ModelEstimate) -> str:
    if outcome.kind == "logistic":
        return f"{fmt.of(model.n_events, model.n)} of {fmt.count(model.n)} patients"
    name = outcome.event if model.n_events == 1 else outcome.plural
    return f"{fmt.count(model.n_events)} {name} in {fmt.count(model.n)} patients"


def _is_clear(row: ModelRow) -> bool:
    return row.p is not None and row.p < _CLEAR


def _standing_out(rows: list[ModelRow], title: str, found: Regression) -> str:
    if not rows:
        return f"{title}, no factor has a p below {_CLEAR:g}."
    rows = sorted(rows, key=lambda row: row.p or 0.0)
    told = [f"{r.label} {_ratio(r.ratio, found.level, p_phrase(r.p))}" for r in rows[:3]]
    more = f", and {len(rows) - 3} more" if len(rows) > 3 else ""
    return f"{title}, {NAMED[found.outcome.kind]}: {'; '.join(told)}{more}."


def _ratio(ratio: Quantity, level: float, more: str = "") -> str:
    """Return a ratio with its interval: ``"2.31 (95% CI 1.10 to 4.90, p = 0.027)"``."""
    decimals = decimals_of(ratio.value)
    limits = f"{100 * level:g}% CI {fmt.interval(ratio, decimals)}"
    return f"{fmt.number(ratio.value, decimals)} ({limits}{', ' if more else ''}{more})"


def cautions_of(found: Regression) -> tuple[str, ...]:
    """Return everything to say beside the table: who is counted, factors, references, events."""
    landmark = before_landmark(found)
    notes = found.joint.notes if found.joint else ()
    fitted = found.joint is not None and not found.joint.why
    own = notes if fitted else [note for note in notes if "per coefficient" not in note]
    names = {model.terms[0].name for model in found.alone}
    if found.joint and any(term.name not in names for term in found.joint.terms):
        own = [*own, _INSIDE]
    changed = [note for m in found.alone for note in m.notes if "is the reference" in note]
    every = (*((landmark,) if landmark else ()), *found.cautions, *own, *changed)
    return tuple(dict.fromkeys(every))


def explain_regression(found: Regression, origin: str) -> str:
    """Say how the numbers were made."""
    limits = f"Wald {100 * found.level:g}% limits"
    if found.outcome.kind == "logistic":
        text = (
            f"Logistic regression among {found.outcome.among}, maximum likelihood, odds ratios "
            f"with {limits}, as R glm. The "
            "area under the ROC curve is that of the same patients, so it flatters the model."
        )
    else:
        text = (
            f"Cox models, Efron's method for ties, hazard ratios with {limits}, as R coxph. "
            "Concordance is Harrell's C of the same patients, so it flatters the model. Month 0: "
            f"{origin or 'not stated in the file'}."
        )
    return (
        f"{text} p beside a level: Wald test against the reference; p beside a factor: "
        "likelihood-ratio test of all its levels. Univariable models use every patient with that "
        "factor recorded, the multivariable model only those with all of its factors. Not "
        "corrected for the number of factors looked at."
    )


def say_selection(found: SelectionLook) -> str:
    """Say what enters, what is left."""
    chosen = found.selection
    alone = [s for s in chosen.steps if s.stage == "univariable"]
    entered = [s.label for s in alone if s.kept]
    head = (
        f"{found.outcome.label}: {len(entered)} of {len(alone)} factors enter "
        f"(p < {chosen.p_enter:g} alone)"
    )
    if chosen.final is None:
        return f"{head}; nothing is left: {chosen.why}."
    kept = fmt.listed([term.label for term in chosen.final.terms])
    verb = "stays" if len(chosen.final.terms) == 1 else "stay"
    return f"{head}; after backward elimination {kept} {verb}."


def explain_selection(found: SelectionLook) -> str:
    """Say what the recipe is."""
    chosen = found.selection
    return (
        f"Every factor alone first: it enters with a likelihood-ratio p below {chosen.p_enter:g}. "
        "Then all that entered together, and the one with the largest p leaves, again and again, "
        f"until every p is below {chosen.p_stay:g}; this part keeps to the patients in whom all "
        "that entered is recorded. The last model is refitted on all patients in whom its own "
        "factors are recorded. This is the recipe of the SBRT study built in here, whose program "
        "(SPSS) lets a factor stay below p 0.1 unless told otherwise."
    )


def say_hazards(found: HazardsLook) -> str:
    """Say whether the effects change over time."""
    tests, overall = found.hazards.tests, found.hazards.overall
    if found.hazards.why or overall.p is None:
        return f"Proportional hazards: {found.hazards.why or overall.why}."
    moving = [t for t in tests if t.p is not None and t.p < _CLEAR]
    head = f"{found.outcome.label}: over all factors {p_phrase(overall.p)}"
    if not moving:
        return f"{head}; no sign that the effect of a factor changes over time."
    names = fmt.listed([f"{t.name} ({p_phrase(t.p)})" for t in moving])
    return (
        f"{head}; the effect of {names} seems to change over time, so that one hazard ratio is an "
        "average over the follow-up."
    )


def explain_hazards(found: HazardsLook) -> str:
    """Say how proportional hazards were tested."""
    return (
        "Score test of Grambsch and Therneau, as R cox.zph (survival 3), time scale: "
        f"{SCALES[found.hazards.transform]}. Dots: scaled Schoenfeld residuals, one per event; "
        "line: natural spline with four degrees of freedom and limits of two standard errors; "
        "dashed: the fitted effect. A flat line within its limits means proportional hazards. A "
        "factor of several levels is shown as a whole, 1 being its fitted effect. With few events "
        "the test misses much, with many it finds what does not matter."
    )


def say_curve(found: CurveLook) -> str:
    """Say how the hazard changes along a number."""
    s = found.spline
    step = f"{fmt.plain(found.step)} {s.unit}".strip()
    straight = (
        f"hazard ratio {_ratio(s.straight, found.level)} per {step} as a straight line"
        if s.straight.value is not None
        else ""
    )
    head = f"{found.outcome.label} by {s.label}, {fmt.count(s.n_events)} events in "
    head += f"{fmt.count(s.n)} patients"
    if s.band is None:
        why = s.why
        if found.n_values <= 5 and s.n:
            why = f"only {found.n_values} different values of {s.label}, too few for a curve"
        return f"{head}: {why}{'; ' + straight if straight else ''}."
    return (
        f"{head}: {straight}; association {p_phrase(s.overall.p)}, departure from a straight line "
        f"{p_phrase(s.nonlinearity.p)}."
    )


def explain_curve(found: CurveLook, alpha_beta: float) -> str:
    """Say how the curve was fitted."""
    s = found.spline
    knots = ", ".join(fmt.plain(round(float(k), 1)) for k in s.knots)
    adjusted = f"adjusted for {fmt.listed(list(s.adjusted_for))}" if s.adjusted_for else ""
    return (
        f"Cox model with a restricted cubic spline ({len(s.knots)} knots at {knots}: Harrell's "
        f"percentiles), {adjusted or 'not adjusted for anything'}; band: pointwise "
        f"{100 * found.level:g}% limits of the ratio against the reference value, where it is "
        "1. p by likelihood ratio. "
        f"Bars: patients. BED and EQD2 at α/β {alpha_beta:g} Gy. Dose was not "
        "assigned at random: a slope is no proof of an effect."
    )
