"""Tables of the closer looks at survival, the same on screen and as CSV."""

from __future__ import annotations

from hccviz.domain import format as fmt
from hccviz.domain import vocabulary
from hccviz.domain.records import HazardRatio, Rate, SurvivalEstimate
from hccviz.domain.survival_records import (
    FixedTimes,
    FollowUpEstimate,
    HazardShape,
    IncidenceCurve,
    IncidenceEstimate,
    RestrictedMeanEstimate,
)
from hccviz.export.survival_words import NAIVE, period_name
from hccviz.export.tables import Table


def picked_table(found: SurvivalEstimate | IncidenceEstimate, months: float) -> Table:
    """Return survival or cumulative incidence of every group at one time."""
    ci = f"({100 * found.level:g}% CI)"
    when = f"at {fmt.plain(months)} months"
    if isinstance(found, IncidenceEstimate):
        shares = [next(r for r in c.rates if r.time_months == months) for c in found.curves]
        return {
            "Group": [c.label for c in found.curves],
            f"Cumulative incidence {when} {ci}": [
                fmt.quantity(r.event, 1, 100, "%") for r in shares
            ],
            NAIVE: [fmt.percent(r.naive) for r in shares],
            "At risk": [
                fmt.DASH if r.event.value is None else fmt.count(r.at_risk) for r in shares
            ],
        }
    rates = [next(r for r in c.rates if r.time_months == months) for c in found.curves]
    return {
        "Group": [c.label for c in found.curves],
        f"Survival {when} {ci}": [_rate(r) for r in rates],
        "At risk": [_at_risk(r) for r in rates],
    }


def differences_table(found: FixedTimes) -> Table:
    """Return survival at each time by group, with the difference from the first group."""
    ci = f"({100 * found.level:g}% CI)"
    gaps = {(d.time_months, d.level): d for d in found.differences}
    times = [r.time_months for r in found.curves[0].rates] if found.curves else []
    rows = [(i, t, c) for i, t in enumerate(times) for c in found.curves]
    first = found.curves[0].label if found.curves else ""
    table: Table = {"Months": [fmt.plain(t) for _, t, _ in rows]}
    if found.by:
        table["Group"] = [c.label for *_, c in rows]
    table[f"Survival {ci}"] = [_rate(c.rates[i]) for i, _, c in rows]
    table["At risk"] = [_at_risk(c.rates[i]) for i, _, c in rows]
    if len(found.curves) > 1:
        cells = [gaps.get((t, c.level)) for _, t, c in rows]
        table[f"Difference from {first} {ci}"] = [
            "reference" if d is None else fmt.quantity(d.difference, 1, 100, "%") for d in cells
        ]
        table["p"] = [
            fmt.DASH if d is None or d.difference.value is None else fmt.p_value(d.p) for d in cells
        ]
    return table


def means_table(means: RestrictedMeanEstimate) -> Table:
    """Return the restricted mean of each group, with difference and ratio against the first."""
    ci = f"({100 * means.level:g}% CI)"
    table: Table = {
        "Group": [g.label for g in means.groups],
        "Patients": [fmt.count(g.n) for g in means.groups],
        f"Mean, months {ci}": [fmt.quantity(g.mean) for g in means.groups],
        f"Time lost, months {ci}": [fmt.quantity(g.lost) for g in means.groups],
    }
    if len(means.groups) > 1:
        gaps = [next((d for d in means.differences if d.level == g.level), None)
                for g in means.groups]  # fmt: skip
        first = means.groups[0].label
        table[f"Difference from {first}, months {ci}"] = [
            "reference" if d is None else fmt.quantity(d.difference) for d in gaps
        ]
        table["p (difference)"] = [fmt.DASH if d is None else fmt.p_value(d.p) for d in gaps]
        table[f"Ratio {ci}"] = [
            "reference" if d is None else fmt.quantity(d.ratio, 2) for d in gaps
        ]
        table["p (ratio)"] = [fmt.DASH if d is None else fmt.p_value(d.p_ratio) for d in gaps]
    return table


def incidence_table(found: IncidenceEstimate) -> Table:
    """Return first events, cumulative incidence, and beside it the naive estimate, per group."""
    curves, ci = found.curves, f"({100 * found.level:g}% CI)"
    names = vocabulary.endpoint(found.endpoint)
    event = names.happening[:1].upper() + names.happening[1:]
    table: Table = {
        "Group": [c.label for c in curves],
        "Patients": [fmt.count(c.n) for c in curves],
        f"{event} first": [fmt.count(c.n_events) for c in curves],
        f"{found.competing.capitalize()} first": [fmt.count(c.n_competing) for c in curves],
        "Censored": [fmt.count(c.n_censored) for c in curves],
    }
    for place, rate in enumerate(curves[0].rates if curves else ()):
        when = f"at {fmt.plain(rate.time_months)} months"
        table[f"{event} {when} {ci}"] = [_incidence(c, place) for c in curves]
        table[f"{NAIVE} {when}"] = [fmt.percent(c.rates[place].naive) for c in curves]
        table[f"{found.competing.capitalize()} first {when} {ci}"] = [
            fmt.quantity(c.rates[place].competing, 1, 100, "%") for c in curves
        ]
    return table


def periods_table(found: HazardShape) -> Table:
    """Return hazard ratios over the whole follow-up and by period."""
    labels = dict(found.labels)
    rows: list[tuple[str, str, HazardRatio]] = [
        ("Whole follow-up", fmt.DASH, ratio) for ratio in found.overall
    ]
    for period in found.pieces.periods:
        name = period_name(found, period)
        rows += [(name, fmt.count(period.n_events), ratio) for ratio in period.hazard_ratios]
    return {
        "Period": [name for name, *_ in rows],
        "Events": [n for _, n, _ in rows],
        "Group": [labels.get(r.level, r.level) for *_, r in rows],
        "Against": [labels.get(r.reference, r.reference) for *_, r in rows],
        f"Hazard ratio ({100 * found.level:g}% CI)": [
            fmt.quantity(r.ratio, 2) if r.ratio.value is not None else r.why or r.ratio.why
            for *_, r in rows
        ],
        "p (Wald)": [fmt.p_value(r.p) for *_, r in rows],
    }


def follow_up_table(found: FollowUpEstimate) -> Table:
    """Return follow-up of each group: reverse Kaplan-Meier first, the naive medians labelled."""
    groups, ci = found.groups, f"({100 * found.level:g}% CI)"
    table: Table = {
        "Group": [g.label for g in groups],
        "Patients": [fmt.count(g.n) for g in groups],
        "With the event": [fmt.count(g.n_events) for g in groups],
        f"Median follow-up, reverse Kaplan-Meier, months {ci}": [
            fmt.quantity(g.curve.median) for g in groups
        ],
        "75% followed at least, months": [fmt.quantity(g.curve.quartile_1) for g in groups],
        "25% followed at least, months": [fmt.quantity(g.curve.quartile_3) for g in groups],
        "Naive median of all times, months": [fmt.number(g.naive_median) for g in groups],
        "Naive median of patients without the event, months": [
            fmt.number(g.event_free_median) for g in groups
        ],
        "Shortest to longest time, months": [
            f"{fmt.number(g.minimum)} to {fmt.number(g.maximum)}" for g in groups
        ],
    }
    for place, (month, _) in enumerate(groups[0].status_known if groups else ()):
        table[f"Status known at {fmt.plain(month)} months"] = [
            fmt.of(g.status_known[place][1].count, g.n) for g in groups
        ]
    return table


def _rate(rate: Rate) -> str:
    return fmt.quantity(rate.survival, 1, 100, "%")


def _at_risk(rate: Rate) -> str:
    return fmt.DASH if rate.survival.value is None else fmt.count(rate.at_risk)


def _incidence(curve: IncidenceCurve, place: int) -> str:
    rate = curve.rates[place]
    told = fmt.quantity(rate.event, 1, 100, "%")
    return told if rate.event.value is None else f"{told}, {fmt.count(rate.at_risk)} at risk"
