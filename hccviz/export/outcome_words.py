"""What a clinician would say of a closer look, and the method line under it."""

from __future__ import annotations

from hccviz.analysis.outcomes import Landmark
from hccviz.domain import format as fmt
from hccviz.domain import vocabulary
from hccviz.domain.outcome_records import (
    Agreement,
    DoseResponse,
    FailurePattern,
    RateComparison,
    RildPanel,
    TimeToEvent,
)
from hccviz.domain.records import Quantity, ToxicityEstimate
from hccviz.export.words import INTERVALS, TRANSFORM_NOTE, say_survival

RATES = {"orr": "objective response (CR + PR)", "dcr": "disease control (CR + PR + SD)",
         "cr": "complete response"}  # fmt: skip
AMONG = {"evaluable": "evaluable patients", "all": "all patients"}


def criterion_name(column: str) -> str:
    """Return a criterion without the words that all share: ``"mRECIST, in-field"``."""
    return vocabulary.response_label(column).removeprefix("Response by ")


def p_phrase(p: float | None) -> str:
    """Return ``"p = 0.016"``, ``"p <0.001"`` or "p not estimable"."""
    told = fmt.p_value(p)
    return f"p {told}" if told[0] in "<>n" else f"p = {told}"


def ratio_phrase(ratio: Quantity, level: float) -> str:
    """Return a ratio with its interval: ``"2.31 (95% CI 1.10 to 4.90)"``."""
    if ratio.value is None:
        return ratio.why or "not estimable"
    limits = fmt.interval(ratio, 2)
    return fmt.number(ratio.value, 2) + (f" ({100 * level:g}% CI {limits})" if limits else "")


def say_rates(found: RateComparison) -> str:
    """Say the rate of each group and what the difference is."""
    head = f"{_capital(RATES[found.rate])}, of {AMONG[found.of]}"
    told = [f"{fmt.proportion(row.rate)} in {row.label}" for row in found.rows[:5]]
    if len(found.rows) == 1:
        told = [fmt.proportion(found.rows[0].rate)]
    text = f"{head}: {'; '.join(told)}."
    if len(found.rows) == 2:
        second = found.rows[1]
        if second.difference.value is not None:
            gap = fmt.quantity(second.difference, 1, 100, "%")
            text += f" Difference {gap}; odds ratio {ratio_phrase(second.odds_ratio, found.level)}."
    named = [t for t in found.tests if t.p is not None]
    if named:
        text += " " + fmt.listed([f"{t.name} {p_phrase(t.p)}" for t in named]) + "."
    if found.strata and found.adjusted.value is not None:
        text += (
            f" Over {found.n_strata} strata of {found.strata}, Mantel-Haenszel odds ratio "
            f"{ratio_phrase(found.adjusted, found.level)}, {p_phrase(found.adjusted_test.p)}."
        )
    return text


def explain_rates(found: RateComparison, method: str) -> str:
    """Say how rates were compared."""
    text = (
        f"{100 * found.level:g}% intervals of rates: {INTERVALS.get(method, method)}; differences: "
        "Newcombe's hybrid score, group minus first group; odds ratios: conditional maximum "
        "likelihood with exact limits, as R fisher.test. Pearson χ² without continuity "
        "correction and Fisher's exact test, both two-sided; Cochran-Armitage trend for ordered "
        "groups. Patients who are not evaluable or not recorded count as without the outcome "
        "when all patients are the denominator."
    )
    if found.strata:
        text += (
            " Stratified: Mantel-Haenszel, Robins-Breslow-Greenland limits, χ² without "
            "continuity correction."
        )
    return text


def say_agreement(found: Agreement) -> str:
    """Say what both criteria give and how far they agree."""
    first, second = criterion_name(found.first), criterion_name(found.second)
    if not found.n:
        return f"No patient is rated by both {first} and {second}."
    text = (
        f"Objective response was {_short(found.orr_first.count, found.n)} by {first} and "
        f"{_short(found.orr_second.count, found.n)} by {second} in the same patients; both gave "
        f"the same category in {_short(found.same.count, found.n)}"
    )
    if found.kappa.value is None:
        return f"{text} (kappa {found.kappa.why})."
    kappa = fmt.quantity(found.kappa, 2)
    return f"{text} (kappa {kappa}). {_capital(found.exact.name)} {p_phrase(found.exact.p)}."


def _short(x: int, n: int) -> str:
    return f"{fmt.count(x)}/{fmt.count(n)} ({fmt.percent(x / n if n else None, 0)})"


def explain_agreement(found: Agreement) -> str:
    """Say how agreement was measured."""
    return (
        "Only patients with CR, PR, SD or PD by both criteria; "
        f"{fmt.count(found.n_left_out)} others are left out. Cohen's kappa and kappa with linear "
        "weights, large-sample limits (Fleiss, Cohen and Everitt); Bowker's test that the whole "
        "table is symmetric, McNemar's test of CR + PR, both without continuity correction, and "
        "the exact McNemar test."
    )


def say_dose_response(found: DoseResponse, what: str) -> str:
    """Say how a rate changes with dose."""
    if not found.n:
        return "No patient has both a dose and this outcome recorded."
    head = f"{_capital(what)}: {fmt.of(found.n_events, found.n)} patients"
    if found.odds_ratio.value is None:
        return f"{head}; no curve can be fitted ({_reason(found.odds_ratio.why)})."
    return (
        f"{head}. Per {found.step:g} {found.unit} of {found.label} the odds change by a factor of "
        f"{ratio_phrase(found.odds_ratio, found.level)}, likelihood-ratio "
        f"{p_phrase(found.tests[0].p)}."
    )


def _reason(why: str) -> str:
    return why.removeprefix("not estimable: ")


def explain_dose_response(found: DoseResponse, among: str, alpha_beta: float) -> str:
    """Say how the curve was fitted."""
    return (
        f"Denominator: {among} with a dose ({fmt.count(found.n)}); {fmt.count(found.n_no_dose)} "
        f"without a dose and {fmt.count(found.n_not_counted)} outside the denominator are left "
        "out. Logistic regression on dose, not adjusted for anything, pointwise Wald band; points: "
        "observed rates with exact or Wilson intervals, one per dose or in groups of about equal "
        "size; trend over these groups by Cochran-Armitage. "
        f"BED and EQD2 at α/β {alpha_beta:g} Gy. Dose was not assigned at random: a slope is no "
        "proof of an effect."
    )


def say_time_to_event(found: TimeToEvent) -> str:
    """Say how many had the event by the months shown, and when those with it had it."""
    curves = found.incidence.curves
    if not curves:
        return f"No patient has the time to {found.event} recorded."
    split = bool(found.incidence.by)
    told = []
    for curve, times in list(zip(curves, found.responders, strict=True))[:4]:
        who = f" in {curve.label}" if split else ""
        shares = [
            f"{fmt.percent(r.event.value)} at {fmt.plain(r.time_months)} months"
            for r in curve.rates
            if r.event.value is not None
        ]
        text = f"{fmt.count(curve.n_events)} of {fmt.count(curve.n)}{who}"
        if shares:
            text += f", cumulative incidence {fmt.listed(shares)}"
        if times.median is not None:
            text += f", median among those with it {fmt.number(times.median)} months"
        told.append(text)
    return f"{_capital(found.event)}: {'; '.join(told)}."


def explain_time_to_event(found: TimeToEvent, ci: str, origin: str) -> str:
    """Say how cumulative incidence was estimated."""
    return (
        f"Aalen-Johansen cumulative incidence, competing event: {found.competing}; "
        f"{100 * found.incidence.level:g}% {TRANSFORM_NOTE.get(ci, ci)}; Gray's test between "
        "groups. “Median among those with it” describes only patients who had the event, as "
        "papers print it; it is no estimate for all patients. "
        f"Month 0: {origin or 'not stated in the file'}."
    )


def say_landmark(found: Landmark) -> str:
    """Say survival by response until the landmark."""
    if not found.estimate.curves:
        return f"Nobody is left to follow from month {found.months:g}."
    start = (
        "From the time origin, among patients who ever reached a complete response"
        if found.responders
        else f"From month {found.months:g}, among patients alive and followed then"
    )
    told = say_survival(found.estimate)
    return f"{start}: {told[:1].lower()}{told[1:]}"


def explain_landmark(found: Landmark) -> str:
    """Say why a landmark, and who is left out."""
    if found.responders:
        return (
            f"Early: complete response by month {found.months:g}; late: after it. Late responders "
            "had to live until they responded, which favours them: read the landmark comparison "
            "first. Kaplan-Meier and log-rank."
        )
    return (
        f"Landmark at month {found.months:g}: patients are grouped by what had happened until "
        f"then, and followed from there; {fmt.count(found.n_before)} died or were last seen "
        "before and are left out. Grouping by a later response would credit responders with the "
        "time they had to live to respond. Kaplan-Meier and log-rank; months are counted from the "
        "landmark."
    )


def say_failures(found: FailurePattern) -> str:
    """Say how many failed and where."""
    told = []
    for place, label in enumerate(found.group_labels):
        n, failed = found.n_recorded[place], found.n_failed[place]
        who = f"{label}: " if found.by else ""
        told.append(f"{who}{fmt.of(failed, n)} of {fmt.count(n)} patients failed")
    text = f"{'; '.join(told)}." if told else "No failure pattern is recorded."
    if found.members:
        first = names_of(found, 0)
        n = int(found.counts.sum(axis=0)[0])
        text += f" Most often: {first} ({fmt.count(n)})."
    return text


def names_of(found: FailurePattern, combination: int) -> str:
    """Return the sites of one combination: ``"in-field and distant"``."""
    held = zip(found.labels, found.members[combination], strict=True)
    names = [label[:1].lower() + label[1:] for label, inside in held if inside]
    return f"{names[0]} only" if len(names) == 1 else fmt.listed(names)


def explain_failures(found: FailurePattern) -> str:
    """Say where the pattern comes from."""
    text = (
        f"Read from {found.source}. Bars: patients by combination of sites; in brackets: patients "
        "who failed there, alone or with other sites."
    )
    if "locoregional" in found.sites:
        text += (
            " * Locoregional: the source does not say whether in the field, outside it, or both."
        )
    return text


def say_rild(found: RildPanel) -> str:
    """Say how many had radiation-induced liver disease."""
    told = []
    for row in found.rows[:5]:
        who = f" in {row.label}" if found.by else ""
        told.append(
            f"{fmt.proportion(row.either)}{who} (classic {row.classic.count}, non-classic "
            f"{row.non_classic.count})"
        )
    if not told:
        return "Radiation-induced liver disease is not recorded for these patients."
    return f"Radiation-induced liver disease: {'; '.join(told)}."


def say_butterfly(estimate: ToxicityEstimate) -> str:
    """Say the difference of any and of severe toxicity between two groups."""
    if len(estimate.groups) != 2:
        return "Choose a split with exactly two groups to see them back to back."
    first, second = estimate.groups
    told = []
    for d in estimate.differences:
        if d.term == "any":
            what = "any toxicity" if d.grade_from == 1 else "grade 3 or more"
            told.append(f"{what} {fmt.quantity(d.difference, 1, 100, '%')}, Fisher "
                        f"{p_phrase(d.fisher_p)}")  # fmt: skip
    return f"{second.label} minus {first.label}: {'; '.join(told)}."


def _capital(text: str) -> str:
    return f"{text[:1].upper()}{text[1:]}"
