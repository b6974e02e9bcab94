"""Tables of the closer looks, the same on screen and as CSV."""

from __future__ import annotations

from collections.abc import Sequence

from hccviz.domain import format as fmt
from hccviz.domain import vocabulary
from hccviz.domain.outcome_records import (
    Agreement,
    DoseResponse,
    FailurePattern,
    RateComparison,
    RildPanel,
    TimeToEvent,
    Waterfall,
)
from hccviz.domain.records import TestResult, ToxicityEstimate
from hccviz.export.outcome_words import criterion_name, names_of
from hccviz.export.tables import Table


def tests_table(tests: Sequence[TestResult]) -> Table:
    """Return name, statistic, degrees of freedom and p of each test."""
    return {
        "Test": [t.name for t in tests],
        "Statistic": [fmt.number(t.statistic, 3) for t in tests],
        "df": [fmt.DASH if t.df is None else fmt.plain(t.df) for t in tests],
        "p": [fmt.p_value(t.p) if t.p is not None else t.why or "not estimable" for t in tests],
    }


def rates_table(found: RateComparison) -> Table:
    """Return rate, difference and odds ratio of each group against the first."""
    rows, ci = found.rows, f"({100 * found.level:g}% CI)"
    table: Table = {
        "Group": [r.label for r in rows],
        f"Rate {ci}": [fmt.proportion(r.rate) for r in rows],
    }
    if len(rows) > 1:
        table[f"Difference {ci}"] = [fmt.quantity(r.difference, 1, 100, "%") for r in rows]
        table[f"Odds ratio {ci}"] = [fmt.quantity(r.odds_ratio, 2) for r in rows]
        table["p (Fisher)"] = [
            fmt.DASH if r.why == "reference" else fmt.p_value(r.fisher_p) for r in rows
        ]
    return table


def adjusted_table(found: RateComparison) -> Table:
    """Return the odds ratio over strata."""
    return {
        "Stratified by": [found.strata],
        "Strata used": [fmt.count(found.n_strata)],
        f"Mantel-Haenszel odds ratio ({100 * found.level:g}% CI)": [
            fmt.quantity(found.adjusted, 2)
        ],
        "p": [fmt.p_value(found.adjusted_test.p)],
    }


def agreement_table(found: Agreement) -> Table:
    """Return the measures of agreement."""
    names = ("ORR by " + criterion_name(c) for c in (found.first, found.second))
    lines = {
        "Patients rated by both": fmt.count(found.n),
        **dict(
            zip(
                names, (fmt.proportion(r) for r in (found.orr_first, found.orr_second)), strict=True
            )
        ),
        "Same category": fmt.proportion(found.same),
        "Kappa": fmt.quantity(found.kappa, 2),
        "Kappa, linear weights": fmt.quantity(found.weighted, 2),
    }
    return {"": list(lines), "Value": list(lines.values())}


def cross_table(found: Agreement) -> Table:
    """Return the cross-table, first criterion down, second across."""
    across = criterion_name(found.second)
    table: Table = {criterion_name(found.first): list(found.levels)}
    for place, code in enumerate(found.levels):
        table[f"{code} ({across})"] = [fmt.count(row[place]) for row in found.table]
    return table


def dose_table(found: DoseResponse) -> Table:
    """Return the observed rate in every group of doses."""
    unit = f", {found.unit}" if found.unit else ""
    return {
        f"{found.label}{unit}": [
            fmt.plain(round(b.low, 1))
            if b.low == b.high
            else f"{fmt.plain(round(b.low, 1))} to {fmt.plain(round(b.high, 1))}"
            for b in found.bins
        ],
        f"Rate ({100 * found.level:g}% CI)": [fmt.proportion(b.rate) for b in found.bins],
    }


def grades_table(found: DoseResponse) -> Table:
    """Return worst grades in every group of doses."""
    table = dose_table(found)
    for place, code in enumerate(found.levels):
        table[f"Grade {code}"] = [fmt.count(b.counts[place]) for b in found.bins]
    return table


def time_table(found: TimeToEvent) -> Table:
    """Return cumulative incidence, and the times of those with the event, per group."""
    curves, times = found.incidence.curves, found.responders
    ci = f"({100 * found.incidence.level:g}% CI)"
    table: Table = {
        "Group": [c.label for c in curves],
        "Patients": [fmt.count(c.n) for c in curves],
        "With the event": [fmt.count(c.n_events) for c in curves],
        f"First: {found.competing}": [fmt.count(c.n_competing) for c in curves],
    }
    for place, rate in enumerate(curves[0].rates if curves else ()):
        head = f"Cumulative incidence at {fmt.plain(rate.time_months)} months {ci}"
        table[head] = [fmt.quantity(c.rates[place].event, 1, 100, "%") for c in curves]
    for place, (month, _) in enumerate(times[0].reached if times else ()):
        head = f"Had it by {fmt.plain(month)} months, of those with the event"
        table[head] = [fmt.proportion(t.reached[place][1]) for t in times]
    table["Median (quartiles) among those with the event, months"] = [
        fmt.DASH
        if t.median is None
        else f"{fmt.number(t.median)} ({fmt.number(t.quartile_1)} to {fmt.number(t.quartile_3)})"
        for t in times
    ]
    return table


def failure_table(found: FailurePattern) -> Table:
    """Return patients per combination and group, of those with a failure."""
    told = [names_of(found, c) for c in range(len(found.members))]
    names = [f"{name[:1].upper()}{name[1:]}" for name in told]
    table: Table = {"Failure": ["Any failure, of patients recorded", *names]}
    for place, label in enumerate(found.group_labels):
        failed = found.n_failed[place]
        first = f"{fmt.count(failed)}/{fmt.count(found.n_recorded[place])}"
        table[label] = [first, *(fmt.of(int(n), failed) for n in found.counts[place])]
    return table


def rild_table(found: RildPanel) -> Table:
    """Return classic, non-classic and either per group."""
    return {
        "Group": [r.label for r in found.rows],
        "Recorded": [fmt.count(r.n) for r in found.rows],
        "Classic": [fmt.proportion(r.classic) for r in found.rows],
        "Non-classic": [fmt.proportion(r.non_classic) for r in found.rows],
        "Either": [fmt.proportion(r.either) for r in found.rows],
        vocabulary.UNKNOWN_LABEL: [fmt.count(r.n_missing) for r in found.rows],
    }


def definitions_table(found: RildPanel) -> Table:
    """Return the definition of every study."""
    return {
        "Study": [study for study, _ in found.definitions],
        "Definition": [text for _, text in found.definitions],
    }


def waterfall_table(fall: Waterfall) -> Table:
    """Return the changes with the recorded category, without any identifier."""
    return {
        "Change, %": [fmt.number(float(v), 1) for v in fall.values],
        "Recorded response": [c or vocabulary.UNKNOWN_LABEL for c in fall.categories],
    }


def butterfly_table(estimate: ToxicityEstimate, order: Sequence[str]) -> Table:
    """Return both groups' rates with the risk difference, a row per term, grade by grade."""
    first, second = estimate.groups[:2]
    rows = [{r.term: r for r in (g.overall, *g.rows)} for g in (first, second)]
    gap = {(d.term, d.grade_from): d for d in estimate.differences}
    table: Table = {"Toxicity": [], "Grade": [], first.label: [], f"{second.label} ": []}
    table |= {"Difference (95% CI)": [], "p (Fisher)": []}
    for code in ("any", *order):
        for start, words in ((1, "any"), (3, "≥ 3")):
            pair = [r[code].any_grade if start == 1 else r[code].severe for r in rows]
            found = gap[code, start]
            cells = [
                rows[0][code].label,
                words,
                *(fmt.of(p.count, p.n) for p in pair),
                fmt.quantity(found.difference, 1, 100, "%"),
                fmt.p_value(found.fisher_p),
            ]
            for column, cell in zip(table.values(), cells, strict=True):
                column.append(cell)
    return table
