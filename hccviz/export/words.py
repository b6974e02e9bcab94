"""The sentence a clinician would dictate, and the method line under a figure."""

from __future__ import annotations

from hccviz.domain import format as fmt
from hccviz.domain import vocabulary
from hccviz.domain.records import (
    Attrition,
    LandmarkCut,
    ResponseEstimate,
    SurvivalCurve,
    SurvivalEstimate,
    ToxicityEstimate,
)

TRANSFORM_NOTE = {
    "log-log": "log-log confidence limits (the default of SAS)",
    "log": "log confidence limits (the default of R survfit)",
    "plain": "untransformed (plain) confidence limits",
}


def say_survival(estimate: SurvivalEstimate) -> str:
    """Say the result: medians by group, the log-rank test, the hazard ratio."""
    cut = estimate.landmark
    if not estimate.curves:
        if cut is not None and cut.why:
            return f"There is no curve: {cut.why}. Choose an earlier landmark."
        return "No patient has this endpoint recorded, so there is no curve."
    names = vocabulary.endpoint(estimate.endpoint)
    split = bool(estimate.by)
    parts = [_median_phrase(curve, estimate.level, split=split) for curve in estimate.curves[:6]]
    if names.rising:
        told = f"Median time to {names.event} (Kaplan-Meier) was {'; '.join(parts)}."
    else:
        told = f"Median {names.label[:1].lower()}{names.label[1:]} was {'; '.join(parts)}."
    if cut is not None:
        before, told = told, f"Of patients at risk at {fmt.plain(cut.time_months)} months: "
        told += f"{before[:1].lower()}{before[1:]}"
    if len(estimate.curves) > 6:
        told += f" {len(estimate.curves) - 6} more groups are in the table."
    if not split:
        return f"{told} {_rates_phrase(estimate.curves[0])}".strip()
    return " ".join([told, *_test_phrases(estimate)])


def _median_phrase(curve: SurvivalCurve, level: float, *, split: bool) -> str:
    if curve.median.value is None:
        value = curve.median.why or "not estimable"
    else:
        limits = fmt.interval(curve.median)
        value = f"{fmt.number(curve.median.value)} months"
        value += f" ({100 * level:g}% CI {limits})" if limits else ""
    who = f" for {curve.label}" if split else ""
    return f"{value}{who} ({fmt.count(curve.n_events)} of {fmt.count(curve.n)} with the event)"


def _rates_phrase(curve: SurvivalCurve) -> str:
    known = [r for r in curve.rates if r.survival.value is not None]
    if not known:
        return ""
    told = [
        f"{fmt.percent(r.survival.value)} at {fmt.plain(r.time_months)} months" for r in known[:4]
    ]
    return f"The Kaplan-Meier estimate was {fmt.listed(told)}."


def _test_phrases(estimate: SurvivalEstimate) -> list[str]:
    told = []
    if estimate.tests:
        first = estimate.tests[0]
        if first.p is None:
            told.append(f"{first.name}: {first.why or 'not estimable'}.")
        else:
            told.append(f"{first.name[:1].upper()}{first.name[1:]} test p {_p(first.p)}.")
    if len(estimate.hazard_ratios) == 1 and estimate.hazard_ratios[0].ratio.value is not None:
        ratio = estimate.hazard_ratios[0]
        labels = {curve.level: curve.label for curve in estimate.curves}
        told.append(
            f"Hazard ratio {fmt.number(ratio.ratio.value, 2)} "
            f"({100 * estimate.level:g}% CI {fmt.interval(ratio.ratio, 2)}) for "
            f"{labels.get(ratio.level, ratio.level)} against "
            f"{labels.get(ratio.reference, ratio.reference)}."
        )
    return told


def _p(p: float) -> str:
    written = fmt.p_value(p)
    return written if written[0] in "<>" else f"= {written}"


def explain_survival(estimate: SurvivalEstimate, time_origin: str) -> str:
    """Say how the numbers were made, as the line under the figure."""
    names = vocabulary.endpoint(estimate.endpoint)
    parts = [
        f"Kaplan-Meier estimate of {names.label[:1].lower()}{names.label[1:]} "
        f"(event: {names.event}), Greenwood variance, {100 * estimate.level:g}% "
        f"{TRANSFORM_NOTE[estimate.ci]}; medians by inverting the pointwise band, as R survfit "
        "does. At risk: patients whose time is not shorter than the month named.",
    ]
    if estimate.by:
        parts.append(
            "Log-rank test unweighted and two-sided; hazard ratios from a Cox model with Efron's "
            "method for ties, Wald limits; pairwise p corrected by Holm."
        )
    if estimate.strata:
        parts.append(
            f"Tests and hazard ratios are stratified by {estimate.strata}; curves are pooled."
        )
    if estimate.landmark is not None:
        parts.append(explain_landmark(estimate.landmark))
    parts.append(f"Month 0: {time_origin or 'not stated in the file'}.")
    return " ".join(parts)


def explain_landmark(cut: LandmarkCut) -> str:
    """Say what a landmark analysis counts."""
    return (
        f"Landmark analysis (Anderson 1983) at {fmt.plain(cut.time_months)} months: only patients "
        f"still under observation without the event then, {fmt.count(cut.n)} left out; curves "
        "begin at 100% there, and times still count from month 0."
    )


def say_response(estimate: ResponseEstimate) -> str:
    """Say the objective response of each group and the test."""
    if not estimate.groups:
        return "No patient is left to show a response for."
    told = []
    for group in estimate.groups[:6]:
        who = f" in {group.label}" if estimate.by else ""
        told.append(f"{fmt.proportion(group.orr_evaluable)}{who}")
    text = f"Objective response (CR or PR) among evaluable patients: {'; '.join(told)}."
    named = [t for t in estimate.tests if t.p is not None][:2]
    if estimate.by and named:
        tests = fmt.listed([f"{t.name} p {_p(t.p)}" for t in named if t.p is not None])
        text += f" {tests}."
    return text


INTERVALS = {"clopper-pearson": "Clopper-Pearson (exact)", "wilson": "Wilson"}


def explain_response(estimate: ResponseEstimate, time_origin: str) -> str:
    """Say how the numbers were made, as the line under the figure."""
    text = (
        "Categories as recorded, never inferred from a size change. ORR = CR + PR, DCR = CR + PR + "
        "SD; evaluable = CR + PR + SD + PD; all = also not evaluable and not recorded. "
        f"{100 * estimate.level:g}% intervals: {INTERVALS.get(estimate.method, estimate.method)}."
    )
    if estimate.by:
        text += (
            " Pearson χ² without continuity correction, and Fisher's exact test, both two-sided."
        )
    return f"{text} Month 0: {time_origin}." if time_origin else text


def explain_toxicity(estimate: ToxicityEstimate) -> str:
    """Say how the numbers were made, as the line under the figure."""
    scale = estimate.scale or "not stated in the file"
    return (
        f"Grading scale: {scale}. Each patient counts once per term, at the worst grade; the "
        "denominator of a row is the patients with that term recorded. “Any toxicity” is the worst "
        "grade over all recorded terms. Exact (Clopper-Pearson) intervals; risk differences with "
        "Newcombe's interval, p by Fisher's exact test, not corrected for the number of terms."
    )


def say_toxicity(estimate: ToxicityEstimate) -> str:
    """Say how many had any and how many a severe toxicity."""
    told = []
    for group in estimate.groups[:6]:
        who = f" in {group.label}" if estimate.by else ""
        told.append(
            f"{fmt.of(group.overall.any_grade.count, group.overall.n)} had any toxicity and "
            f"{fmt.of(group.overall.severe.count, group.overall.n)} one of grade 3 or more{who}"
        )
    if not told:
        return "No toxicity is recorded for these patients."
    phase = vocabulary.phases().get(estimate.phase, estimate.phase)
    return f"{phase} toxicity: {'; '.join(told)}."


def say_attrition(ladder: Attrition, phrase: str) -> str:
    """Say who is left: ``"36 of 43 patients: Child-Pugh class A"``."""
    return f"{fmt.count(ladder.left)} of {fmt.count(ladder.total)} patients: {phrase}"


def say_empty(ladder: Attrition) -> str:
    """Say which filter to widen when no patient is left."""
    last = next((s for s in ladder.steps if s.left == 0), None)
    if last is None:
        return "This cohort has no patient."
    told = f"No patient is left. “{last.sentence}” takes away the last {fmt.count(last.excluded)}"
    if last.of_which_unknown:
        told += f", {fmt.count(last.of_which_unknown)} of them because nothing is recorded"
    return f"{told}. Widen or remove that filter."
