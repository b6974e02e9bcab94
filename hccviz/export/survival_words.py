"""Sentences and method lines of the closer looks at survival."""

from __future__ import annotations

from hccviz.domain import format as fmt
from hccviz.domain import vocabulary
from hccviz.domain.records import LandmarkCut, Quantity, TestResult
from hccviz.domain.survival_records import (
    FixedTimes,
    FollowUpEstimate,
    HazardShape,
    IncidenceCurve,
    IncidenceEstimate,
    Period,
)
from hccviz.domain.vocabulary import Variable
from hccviz.export.words import TRANSFORM_NOTE, explain_landmark
from hccviz.stats.cautions import CAUTION_BELOW

NAIVE = f"1 {fmt.MINUS} Kaplan-Meier (naive)"
MOST_SAID = 4
"""Groups named in a sentence; the others are in the table."""
CLEAR = 0.05


def why_landmark(variable: Variable, first: float, *, response_times: bool) -> str:
    """Say why survival by a factor that is known only later needs a landmark.

    ``response_times`` is True when the cohort has the time to complete response.
    """
    told = (
        f"{variable.label} is known only some time after month 0: whoever died early had no time "
        "to reach it, so that comparing the groups from month 0 favours those who did (immortal "
        "time). Count survival from a landmark by which it was known, for instance "
        f"{fmt.plain(first)} months."
    )
    if response_times:
        told += " The Response page compares by the time of complete response itself."
    return told


def say_incidence(found: IncidenceEstimate) -> str:
    """Say cumulative incidence at a time that every group reaches, and Gray's test."""
    names = vocabulary.endpoint(found.endpoint)
    if not found.curves:
        return _nobody(found.landmark, f"No patient has {names.label.lower()} and survival.")
    place = _told_time(found.curves)
    split = bool(found.by)
    crowded = len(found.curves) > 2
    told = [
        _incidence_phrase(c, place, found.level, split=split, crowded=crowded)
        for c in found.curves[:MOST_SAID]
    ]
    when = ""
    if place is not None:
        when = f" at {fmt.plain(found.curves[0].rates[place].time_months)} months"
    text = (
        f"Cumulative incidence of {names.happening}{when}, with {found.competing} as competing "
        f"event: {'; '.join(told)}."
    )
    if len(found.curves) > MOST_SAID:
        text += f" {len(found.curves) - MOST_SAID} more groups are in the table."
    if found.tests:
        text += f" {_test(found.tests[0], 'Gray’s test')}"
    return text


def _told_time(curves: tuple[IncidenceCurve, ...]) -> int | None:
    """Return the place of the latest time with enough patients at risk in every group.

    Without one, the latest that every group reaches, else any group.
    """
    places = range(len(curves[0].rates))
    enough = [i for i in places if all(c.rates[i].at_risk >= CAUTION_BELOW for c in curves)]
    known = [[c.rates[i].event.value is not None for c in curves] for i in places]
    everyone = [i for i in places if all(known[i])]
    anyone = [i for i in places if any(known[i])]
    found = enough or everyone or anyone
    return found[-1] if found else None


def _incidence_phrase(
    curve: IncidenceCurve, place: int | None, level: float, *, split: bool, crowded: bool
) -> str:
    who = f" for {curve.label}" if split else ""
    counted = f"{fmt.count(curve.n_events)} of {fmt.count(curve.n)} patients"
    if place is None:
        return f"{counted}{who}"
    rate = curve.rates[place]
    if rate.event.value is None:
        return f"{rate.event.why}{who}"
    limits = fmt.interval(rate.event, 1, 100, "%") if rate.event.low is not None else ""
    limits = f" ({100 * level:g}% CI {limits})" if limits else ""
    told = f"{fmt.percent(rate.event.value)}{limits}{who}"
    if rate.naive is not None and not crowded and rate.naive - rate.event.value >= 0.0005:
        told += f" (naive 1 {fmt.MINUS} Kaplan-Meier {fmt.percent(rate.naive)})"
    return told


def explain_incidence(found: IncidenceEstimate, origin: str) -> str:
    """Say how cumulative incidence was estimated."""
    names = vocabulary.endpoint(found.endpoint)
    parts = [
        f"Aalen-Johansen cumulative incidence of {names.happening}; a {found.competing} that comes "
        "first is the competing event, taken from overall survival. "
        f"{100 * found.level:g}% {TRANSFORM_NOTE[found.ci]} of the incidence; Gray’s test "
        "unstratified and two-sided.",
        f"1 {fmt.MINUS} Kaplan-Meier takes patients who died as if they could still have the "
        "event; it is shown for comparison only.",
    ]
    if found.landmark is not None:
        parts.append(explain_landmark(found.landmark))
    return " ".join([*parts, f"Month 0: {origin or 'not stated in the file'}."])


def say_fixed_times(found: FixedTimes) -> str:
    """Say the restricted means, and how the groups differ."""
    means = found.means
    if means is None:
        return _nobody(found.landmark, f"There is no mean: {found.why}.")
    names = vocabulary.endpoint(found.endpoint)
    free = "alive" if found.endpoint == "os" else f"without {names.happening}"
    labels = {g.level: g.label for g in means.groups}
    told = [
        _months(g.mean, means.level) + (f" for {g.label}" if found.by else "")
        for g in means.groups[:MOST_SAID]
    ]
    start = f"between {fmt.plain(means.start)} and" if means.start else "up to"
    text = (
        f"Mean time {free} {start} {fmt.plain(round(means.horizon, 1))} months: {'; '.join(told)}."
    )
    if len(means.differences) == 1 and means.differences[0].difference.value is not None:
        gap = means.differences[0]
        text += (
            f" Difference {_months(gap.difference, means.level)} for {labels[gap.level]} against "
            f"{labels[gap.reference]}, {_p(gap.p)}."
        )
    return text


def explain_fixed_times(found: FixedTimes) -> str:
    """Say how differences and restricted means were made."""
    parts = [
        "Survival at a time and its difference: Kaplan-Meier, Greenwood variances added up, normal "
        f"{100 * found.level:g}% limits and test. Mean up to a horizon: area under the curve "
        "(restricted mean survival time), Greenwood-type standard error as R’s "
        "print(survfit, rmean=) and survRM2; ratio on the logarithm. Every group against the "
        "first one; no correction for their number, no strata."
    ]
    if found.means is not None and found.means.longest_horizon is not None:
        parts.append(
            "The longest horizon that every group allows is "
            f"{fmt.plain(round(found.means.longest_horizon, 1))} months."
        )
    if found.landmark is not None:
        parts.append(
            f"{explain_landmark(found.landmark)} Means count from the landmark to the horizon."
        )
    return " ".join(parts)


def say_hazard_shape(found: HazardShape) -> str:
    """Say whether one hazard ratio describes the whole follow-up, and how it changes."""
    if found.landmark is not None and found.landmark.why:
        return _nobody(found.landmark, "")
    text = _verdict(found.proportional, found.pieces.change)
    ratios = [[r for r in p.hazard_ratios if r.ratio.value is not None] for p in _periods(found)]
    if len(found.labels) == 2 and all(ratios):
        labels = dict(found.labels)
        first, second = (part[0].ratio for part in ratios)
        one = ratios[0][0]
        text += (
            f" Hazard ratio of {labels[one.level]} against {labels[one.reference]}: "
            f"{_ratio(first, found.level)} up to {fmt.plain(found.cut)} months, "
            f"{_ratio(second, found.level)} afterwards."
        )
    return text


def _verdict(trend: TestResult, change: TestResult) -> str:
    """Put the score test and the comparison of the periods into one sentence."""
    between = _test(change, "Change between the periods:")
    if trend.p is None:
        why = (trend.why or "too few events").removeprefix("not estimable: ")
        return f"Proportional hazards cannot be tested: {why}."
    if trend.p < CLEAR:
        return (
            f"The hazards are not proportional (score test {_p(trend.p)}): one hazard ratio does "
            "not describe the whole follow-up; read the periods, or the restricted means. "
            f"{between}"
        )
    if change.p is not None and change.p < CLEAR:
        return (
            f"The hazard ratio shows no steady trend over time (score test {_p(trend.p)}), but it "
            f"differs between the periods ({_p(change.p)}): read them, and remember who chose "
            "the cut."
        )
    return f"No evidence against proportional hazards (score test {_p(trend.p)}). {between}"


def period_name(found: HazardShape, period: Period) -> str:
    """Name a period: ``"Month 0 to 12"``, ``"After month 12"``."""
    start = found.landmark.time_months if found.landmark and not period.start else period.start
    if period.stop is None:
        return f"After month {fmt.plain(period.start)}"
    return f"Month {fmt.plain(start)} to {fmt.plain(period.stop)}"


def _periods(found: HazardShape) -> tuple[Period, ...]:
    return found.pieces.periods


def explain_hazard_shape(found: HazardShape) -> str:
    """Say how proportional hazards were examined."""
    parts = [
        "Log-minus-log: log(−log S) over time on a logarithmic scale; lines that keep their "
        "distance mean proportional hazards. Score test of the factor with all its groups, on the "
        "Kaplan-Meier time scale, as R’s cox.zph. Hazard ratios by period: Cox model with Efron’s "
        "ties within each period, an event at the cut belongs to the earlier one; change by "
        "likelihood ratio against one common ratio. The cut should be chosen before looking."
    ]
    if found.strata:
        parts.append(f"Stratified by {found.strata}; the lines are pooled.")
    if found.landmark is not None:
        parts.append(explain_landmark(found.landmark))
    return " ".join(parts)


def say_follow_up(found: FollowUpEstimate) -> str:
    """Say the median follow-up of every group."""
    if not found.groups:
        return _nobody(found.landmark, "No patient has this endpoint recorded.")
    told = []
    for group in found.groups[:MOST_SAID]:
        median = group.curve.median
        value = _months(median, found.level) if median.value is not None else median.why
        told.append(value + (f" for {group.label}" if found.by else ""))
    text = f"Median follow-up (reverse Kaplan-Meier): {'; '.join(told)}."
    if found.test.p is not None and found.test.p < CLEAR:
        text += (
            f" Follow-up differs between the groups (log-rank of time to censoring "
            f"{_p(found.test.p)}): whoever was watched longer has more time for late events."
        )
    return text


def explain_follow_up(found: FollowUpEstimate) -> str:
    """Say how follow-up was estimated."""
    parts = [
        "Reverse Kaplan-Meier (Schemper and Smith 1996): censoring is the event, an event ends the "
        f"observation; {100 * found.level:g}% {TRANSFORM_NOTE[found.ci]}. The naive median of all "
        "times counts early deaths as short follow-up and is shown for comparison only. Status "
        "known at a month: with the event by then, or observed at least that long."
    ]
    if not vocabulary.endpoint(found.endpoint).fatal:
        parts.append(
            "For this endpoint a death ends the observation; the follow-up of the study is that of "
            "overall survival."
        )
    if found.landmark is not None:
        parts.append(explain_landmark(found.landmark))
    return " ".join(parts)


def _nobody(cut: LandmarkCut | None, otherwise: str) -> str:
    if cut is not None and cut.why:
        return f"There is nothing to show: {cut.why}. Choose an earlier landmark."
    return otherwise


def _months(q: Quantity, level: float) -> str:
    if q.value is None:
        return q.why or "not estimable"
    limits = fmt.interval(q)
    told = f"{fmt.number(q.value)} months"
    return f"{told} ({100 * level:g}% CI {limits})" if limits else told


def _ratio(q: Quantity, level: float) -> str:
    return f"{fmt.number(q.value, 2)} ({100 * level:g}% CI {fmt.interval(q, 2)})"


def _test(test: TestResult, name: str) -> str:
    if test.p is None:
        return f"{name.rstrip(':')}: {test.why or 'not estimable'}."
    return f"{name} {_p(test.p)}."


def _p(p: float | None) -> str:
    told = fmt.p_value(p)
    return f"p = {told}" if told[0].isdigit() else f"p {told}"
