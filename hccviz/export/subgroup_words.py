"""What a clinician would say of a forest, two subgroups or a cut, and the method lines."""

from __future__ import annotations

from collections.abc import Sequence

from hccviz.domain import format as fmt
from hccviz.domain import vocabulary
from hccviz.domain.records import Quantity, TestResult
from hccviz.domain.subgroup_records import (
    CutLook,
    PairEstimate,
    RateArm,
    RateContrast,
    RateForest,
    RateForestFactor,
)
from hccviz.domain.survival_records import (
    ComparisonsLooked,
    ForestArm,
    ForestEstimate,
    ForestFactor,
)
from hccviz.export.outcome_words import p_phrase, ratio_phrase
from hccviz.export.words import TRANSFORM_NOTE, say_survival

ALPHA = 0.05


def favours(estimate: ForestEstimate) -> tuple[str, str]:
    """Return what a hazard ratio below 1, and one above 1, speaks for."""
    compared, reference = arm_labels(estimate)
    names = vocabulary.endpoint(estimate.endpoint)
    if names.rising:  # the event is good news: more of it is better
        compared, reference = reference, compared
    return f"better: {compared}", f"better: {reference}"


def rate_favours(estimate: RateForest) -> tuple[str, str]:
    """Return what a value left of the line, and one right of it, speaks for."""
    compared, reference = arm_labels(estimate)
    if estimate.good:
        return f"better: {reference}", f"better: {compared}"
    return f"better: {compared}", f"better: {reference}"


def arm_labels(estimate: ForestEstimate | RateForest) -> tuple[str, str]:
    """Return the labels of the compared arm and of the reference."""
    arms: Sequence[ForestArm | RateArm] = estimate.overall.arms
    names = {arm.level: arm.label for arm in arms}
    found = [names.get(code, code) for code in (estimate.compared, estimate.reference)]
    return found[0], found[1]


def say_forest(estimate: ForestEstimate) -> str:
    """Say the hazard ratio in all patients, and which interactions stand out."""
    if estimate.why:
        return f"{estimate.why[:1].upper()}{estimate.why[1:]}."
    row = estimate.overall
    names = vocabulary.endpoint(estimate.endpoint)
    arms = {arm.level: arm for arm in row.arms}
    first, second = (arms[code] for code in (estimate.compared, estimate.reference))
    told = [
        f"{arm.label} ({fmt.count(arm.n_events)} of {fmt.count(arm.n)} with the event)"
        for arm in (first, second)
    ]
    what = f"{names.label}, {told[0]} against {told[1]}: hazard ratio "
    if row.ratio.value is None:
        return f"{what}{row.why or row.ratio.why}. {_interactions(estimate.factors)}".strip()
    p = p_phrase(row.p)
    ratio = ratio_phrase(row.ratio, estimate.level)
    return f"{what}{ratio}, {p}. {_interactions(estimate.factors)}".strip()


def say_rate_forest(estimate: RateForest) -> str:
    """Say both rates, their difference and odds ratio, and which interactions stand out."""
    outcome = f"{estimate.outcome[:1].upper()}{estimate.outcome[1:]}"
    if estimate.why:
        return f"{outcome}: {estimate.why}."
    row = estimate.overall
    arms = {arm.level: arm for arm in row.arms}
    told = [
        f"{arms[code].rate.count}/{arms[code].rate.n} "
        f"({fmt.percent(arms[code].rate.share.value)}) in {arms[code].label}"
        for code in (estimate.compared, estimate.reference)
    ]
    gap = fmt.quantity(row.difference, 1, 100, "%")
    return (
        f"{outcome}: {told[0]} against {told[1]}. Difference {gap}; odds ratio "
        f"{ratio_phrase(row.odds_ratio, estimate.level)}; Fisher {p_phrase(row.p)}. "
        f"{_interactions(estimate.factors)}"
    ).strip()


def _interactions(factors: Sequence[ForestFactor | RateForestFactor]) -> str:
    tested = [f for f in factors if f.interaction.p is not None]
    if not tested:
        return ""
    low = [f for f in tested if (f.interaction.p or 0.0) < ALPHA]
    if not low:
        return f"None of {len(tested)} interaction tests is below {ALPHA:g}."
    named = fmt.listed([f"{f.label} ({p_phrase(f.interaction.p)})" for f in low])
    return f"Of {len(tested)} interaction tests {len(low)} below {ALPHA:g}: {named}."


def explain_forest(estimate: ForestEstimate, time_origin: str) -> str:
    """Say how a forest of hazard ratios was made."""
    return (
        f"Cox model in each subgroup alone, Efron's method for ties, {100 * estimate.level:g}% "
        "Wald limits; the ratio of all patients is the one of the survival page. Area of a box: "
        "number of events; an arrow: the limit lies beyond the axis. Interaction: "
        "likelihood-ratio test of comparison × factor against comparison + factor, one baseline "
        "hazard, not corrected for the number of factors. Numbers are cut at their median (at or "
        "above: upper group). A subgroup whose own limits exclude 1 is no finding by itself: read "
        f"the interaction. Month 0: {time_origin or 'not stated in the file'}."
    )


def explain_rate_forest(estimate: RateForest) -> str:
    """Say how a forest of rates was made."""
    return (
        f"In each subgroup alone: risk difference with Newcombe's {100 * estimate.level:g}% "
        "limits; odds ratio by conditional maximum likelihood with exact limits, as R fisher.test. "
        "Interaction: likelihood-ratio test of comparison × factor against comparison + factor in "
        "logistic models, a test of odds ratios, not of differences, and not corrected for the "
        "number of factors. Area of a box: patients with the outcome. Numbers are cut at their "
        "median (at or above: upper group)."
    )


# --------------------------------------------------------------------------- pinned subgroups


def say_pair(found: PairEstimate) -> str:
    """Say who A and B are, and how far they are separate."""
    told = (
        f"A: {found.sentence_a} ({_patients(found.n_a)}). "
        f"B: {found.sentence_b} ({_patients(found.n_b)})."
    )
    if not found.n_both:
        return f"{told} No patient is in both."
    if found.n_both == found.n_a == found.n_b:
        return f"{told} They are the same patients."
    return f"{told} {_patients(found.n_both)} {'is' if found.n_both == 1 else 'are'} in both."


def say_pair_survival(found: PairEstimate) -> str:
    """Say the medians of A and B, and the tests or why there are none."""
    if found.survival is None:
        return found.survival_why
    told = say_survival(found.survival)
    ratio = found.survival.hazard_ratios
    if ratio and ratio[0].ratio.value is None and found.survival.tests[0].p is not None:
        told += f" Hazard ratio: {ratio[0].why}."
    return told


def explain_pair(found: PairEstimate) -> str:
    """Say how two subgroups were compared."""
    ci = f" {TRANSFORM_NOTE[found.survival.ci]};" if found.survival else ""
    return (
        f"Each subgroup is a whole filter by itself. Kaplan-Meier,{ci} log-rank two-sided; hazard "
        "ratio B against A (Cox, Efron, Wald limits). Differences are B minus A: of survival with "
        "Greenwood variances and normal limits, of response and toxicity with Newcombe's limits. p "
        "of rates: Fisher. Tests and limits assume separate patients, so they are not given when "
        "a patient is in both. SMD: standardised mean difference; the comparison is not adjusted "
        "for any imbalance."
    )


def _patients(n: int) -> str:
    return "1 patient" if n == 1 else f"{fmt.count(n)} patients"


def contrast_phrase(row: RateContrast) -> str:
    """Return the p of a contrast, or why there is none."""
    return fmt.p_value(row.p) if row.p is not None else row.why or "not estimable"


# --------------------------------------------------------------------------- cuts of a number


def say_cut_points(look: CutLook) -> str:
    """Say what the best cut is worth."""
    found = look.estimate
    what = f"{found.label} and {_lower(vocabulary.endpoint(look.endpoint).label)}"
    if found.why or found.best is None:
        return f"{what}: {found.why or 'not estimable'}."
    unit = f" {found.unit}" if found.unit else ""
    return (
        f"{what}: the cut that separates most is {fmt.plain(found.best.value)}{unit} "
        f"(hazard ratio {_ratio(found.best.ratio)}, {fmt.count(found.best.n_below)} below, "
        f"{fmt.count(found.best.n_above)} at or above). Corrected for the search, "
        f"{p_phrase(found.p)}."
    )


def say_own_cut(look: CutLook) -> str:
    """Say the hazard ratio at the reader's own cut, or why there is none; empty without one."""
    own = look.own
    if own is None:
        return ""
    unit = f" {look.estimate.unit}" if look.estimate.unit else ""
    told = f"Your cut {fmt.plain(own.value)}{unit}: "
    if own.ratio.value is None:
        span = (
            f" Recorded are {fmt.plain(look.low)} to {fmt.plain(look.high)}{unit}."
            if look.low is not None and look.high is not None
            else ""
        )
        return f"{told}{own.ratio.why}.{span}"
    return (
        f"{told}hazard ratio {_ratio(own.ratio)}, {fmt.count(own.n_below)} below, "
        f"{fmt.count(own.n_above)} at or above."
    )


def _ratio(ratio: Quantity) -> str:
    return fmt.quantity(ratio, 2)


def explain_cut_points(look: CutLook) -> str:
    """Say how the cuts were looked at."""
    found = look.estimate
    share = f"{100 * found.smallest_share:g}%"
    return (
        f"Every cut that leaves at least {share} of the patients on both sides (Cox, Efron, Wald "
        "limits that do not know of the search). Corrected p: maximally selected log-rank "
        "statistic by Lausen and Schumacher's approximation, as R maxstat (pLausen92). A cut fixed "
        "before looking needs no correction."
    )


def why_not_evidence(look: CutLook) -> str:
    """Say, with the numbers at hand, why the best cut is not evidence."""
    found = look.estimate
    if found.best is None or found.p is None:
        return ""
    return (
        f"{found.sentence} Here {_tried(len(found.cuts))} tried: taken alone, the best one would "
        f"have {p_phrase(found.p_naive)}; the search that found it makes it {p_phrase(found.p)}."
    )


def _tried(n: int) -> str:
    return "1 cut was" if n == 1 else f"{fmt.count(n)} cuts were"


def _lower(label: str) -> str:
    return f"{label[:1].lower()}{label[1:]}"


def interaction_phrase(test: TestResult) -> str:
    """Return the p of an interaction, or why there is none."""
    return fmt.p_value(test.p) if test.p is not None else test.why or "not estimable"


def say_looked(found: ComparisonsLooked) -> str:
    """Say how many comparisons a session has looked at, and how many survive the correction."""
    if not found.n_tested:
        return "No comparison has been tested in this session yet."
    before, after = (
        sum(p is not None and p < ALPHA for p in values)
        for values in (
            [c.p for c in found.comparisons],
            [c.p_holm for c in found.comparisons],
        )
    )
    many = found.n_tested > 1
    looked = f"{fmt.count(found.n_tested)} comparison{'s were' if many else ' was'}"
    told = f"{looked} looked at in this session: {before or 'none'} below {ALPHA:g}"
    if not before:
        return f"{told}."
    return f"{told}, {after or 'none'} after Holm's correction for all of them."


EXPLAIN_LOOKED = (
    "Counted once each: the log-rank test of the survival page, every comparison and interaction "
    "of a forest, the tests of A against B, and the corrected p of a best cut; for every cohort, "
    "filter and endpoint anew. Holm's step-down correction controls the chance of even one false "
    "finding; of twenty comparisons of nothing, one is below 0.05 on average. The list lives in "
    "this session only and is in no link."
)
