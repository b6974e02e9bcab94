"""Tables of the subgroups page: forests, contrasts, cuts, comparisons looked at."""

from __future__ import annotations

from hccviz.domain import format as fmt
from hccviz.domain.records import Quantity
from hccviz.domain.subgroup_records import (
    CutLook,
    PairEstimate,
    RateContrast,
    RateForest,
    RateForestRow,
)
from hccviz.domain.survival_records import (
    ComparisonsLooked,
    ForestArm,
    ForestEstimate,
    ForestRow,
    RateDifference,
)
from hccviz.export.subgroup_words import arm_labels, contrast_phrase, interaction_phrase
from hccviz.export.tables import Table

INDENT = "\u2003"
EVENTS, MEDIAN = "events/patients", "median, months"


def forest_table(estimate: ForestEstimate) -> Table:
    """Return one row per subgroup: both arms with median, hazard ratio, interaction."""
    ci = f"({100 * estimate.level:g}% CI)"
    lines: list[tuple[str, ForestRow | None, str]] = [("All patients", estimate.overall, "")]
    for factor in estimate.factors:
        lines.append((factor.label, None, factor.why or interaction_phrase(factor.interaction)))
        lines += [(_indented(row.label, factor.label), row, "") for row in factor.rows]
        if factor.n_unknown:
            lines.append((f"{INDENT}Not recorded: {fmt.count(factor.n_unknown)}", None, ""))
    table: Table = {"Subgroup": [label for label, _, _ in lines]}
    for code, label in zip(_codes(estimate), arm_labels(estimate), strict=True):
        arms = [_arm(row, code) for _, row, _ in lines]
        table[f"{label}: {EVENTS}"] = [
            f"{fmt.count(a.n_events)}/{fmt.count(a.n)}" if a else "" for a in arms
        ]
        table[f"{label}: {MEDIAN}"] = [_short(a.median) if a else "" for a in arms]
    table[f"Hazard ratio {ci}"] = [_ratio(row.ratio, row.why) if row else "" for _, row, _ in lines]
    table["p (interaction)"] = [told for _, _, told in lines]
    return table


def folded(table: Table) -> Table:
    """Return a table of a forest for a narrow screen: the interaction stands in the heading's row.

    Patients, events and median of an arm share one column.
    """
    *heads, last = table
    made: Table = {}
    for head in heads:
        arm, colon, what = head.rpartition(": ")
        if colon and what == MEDIAN:
            counted = table[f"{arm}: {EVENTS}"]
            made[f"{arm}: {EVENTS}, {MEDIAN}"] = [
                f"{n}, {m}" if n else "" for n, m in zip(counted, table[head], strict=True)
            ]
        elif not (colon and what == EVENTS):
            made[head] = table[head]
    target = list(made)[-1]
    made[target] = [
        f"interaction p {told}" if told[:1] in "0<>" and told else told or cell
        for cell, told in zip(made[target], table[last], strict=True)
    ]
    return made


def rate_forest_table(estimate: RateForest) -> Table:
    """Return one row per subgroup: both rates, difference, odds ratio, interaction."""
    ci = f"({100 * estimate.level:g}% CI)"
    lines: list[tuple[str, RateForestRow | None, str]] = [("All patients", estimate.overall, "")]
    for factor in estimate.factors:
        lines.append((factor.label, None, factor.why or interaction_phrase(factor.interaction)))
        lines += [(_indented(row.label, factor.label), row, "") for row in factor.rows]
        if factor.n_unknown:
            lines.append((f"{INDENT}Not recorded: {fmt.count(factor.n_unknown)}", None, ""))
    rows = [row for _, row, _ in lines]
    table: Table = {"Subgroup": [label for label, _, _ in lines]}
    for code, label in zip(_codes(estimate), arm_labels(estimate), strict=True):
        table[label] = [_rate_cell(row, code) for row in rows]
    table[f"Risk difference {ci}"] = [
        fmt.quantity(row.difference, 1, 100, "%") if row else "" for row in rows
    ]
    table[f"Odds ratio {ci}"] = [_ratio(row.odds_ratio, row.why) if row else "" for row in rows]
    table["p (interaction)"] = [told for _, _, told in lines]
    return table


def _indented(label: str, factor: str) -> str:
    return f"{INDENT}{fmt.within(label, factor)}"


def _rate_cell(row: RateForestRow | None, code: str) -> str:
    if row is None:
        return ""
    arm = next((a for a in row.arms if a.level == code), None)
    return (
        f"{arm.rate.count}/{arm.rate.n}, {fmt.percent(arm.rate.share.value)}" if arm else fmt.DASH
    )


def _codes(estimate: ForestEstimate | RateForest) -> tuple[str, str]:
    return estimate.compared, estimate.reference


def _arm(row: ForestRow | None, code: str) -> ForestArm | None:
    return next((arm for arm in row.arms if arm.level == code), None) if row else None


def _short(median: Quantity) -> str:
    return fmt.number(median.value) if median.value is not None else median.why


def _ratio(ratio: Quantity, why: str) -> str:
    return fmt.quantity(ratio, 2) if ratio.value is not None else why or ratio.why


def rates_table(found: PairEstimate) -> Table:
    """Return survival of A and B at each time, and B minus A."""
    if found.survival is None:
        return {}
    by_level = {curve.level: curve for curve in found.survival.curves}
    times = [rate.time_months for rate in found.survival.curves[0].rates] if by_level else []
    gaps: dict[float, RateDifference] = {gap.time_months: gap for gap in found.rates}
    table: Table = {"Month": [fmt.plain(t) for t in times]}
    for level, curve in by_level.items():
        table[level.upper()] = [fmt.quantity(rate.survival, 1, 100, "%") for rate in curve.rates]
    table["B minus A"] = [
        fmt.quantity(gaps[t].difference, 1, 100, "%") if t in gaps else fmt.DASH for t in times
    ]
    return table


def contrast_table(rows: tuple[RateContrast, ...]) -> Table:
    """Return both rates, B minus A, and Fisher's p where it is tested."""
    return {
        "": [row.label for row in rows],
        "A": [_share(row, a=True) for row in rows],
        "B": [_share(row, a=False) for row in rows],
        "B minus A": [fmt.quantity(row.difference, 1, 100, "%") for row in rows],
        "p (Fisher)": [contrast_phrase(row) for row in rows],
    }


def _share(row: RateContrast, *, a: bool) -> str:
    found = row.a if a else row.b
    return f"{found.count}/{found.n}, {fmt.percent(found.share.value)}"


def pair_table(found: PairEstimate) -> Table:
    """Return everything of two subgroups that has a value in A, one in B and a difference."""
    table: Table = {"": [], "A": [], "B": [], "B minus A": [], "p": []}

    def add(label: str, a: str, b: str, gap: str, p: str) -> None:
        for head, cell in zip(table, (label, a, b, gap, p), strict=True):
            table[head].append(cell)

    add("Patients", fmt.count(found.n_a), fmt.count(found.n_b), f"in both: {found.n_both}", "")
    if found.survival is not None:
        curves = {curve.level: curve for curve in found.survival.curves}
        medians = [
            fmt.quantity(curves[pin].median) if pin in curves else fmt.DASH for pin in ("a", "b")
        ]
        first = found.survival.tests[0] if found.survival.tests else None
        p = (fmt.p_value(first.p) if first.p is not None else first.why) if first else ""
        ratio = found.survival.hazard_ratios
        told = f"hazard ratio {_ratio(ratio[0].ratio, ratio[0].why)}" if ratio else ""
        add(f"Median, {found.survival.endpoint}, months", medians[0], medians[1], told, p)
        rates = rates_table(found)
        for place, at in enumerate(rates.get("Month", [])):
            a, b, gap = (
                rates[head][place] if head in rates else fmt.DASH
                for head in ("A", "B", "B minus A")
            )
            add(f"At {at} months", a, b, gap, "")
    for row in (*found.response, *found.toxicity):
        gap = fmt.quantity(row.difference, 1, 100, "%")
        add(row.label, _share(row, a=True), _share(row, a=False), gap, contrast_phrase(row))
    return table


def cut_table(look: CutLook) -> Table:
    """Return every listed cut with its hazard ratio."""
    cuts = look.estimate.cuts
    unit = f", {look.estimate.unit}" if look.estimate.unit else ""
    return {
        f"Cut of {look.estimate.label}{unit}": [fmt.plain(cut.value) for cut in cuts],
        "Below": [fmt.count(cut.n_below) for cut in cuts],
        "At or above": [fmt.count(cut.n_above) for cut in cuts],
        "Hazard ratio (limits do not know of the search)": [fmt.quantity(c.ratio, 2) for c in cuts],
        "Standardised log-rank statistic": [fmt.number(cut.statistic, 2) for cut in cuts],
    }


def looked_table(found: ComparisonsLooked) -> Table:
    """Return every comparison with its p, as it is and corrected by Holm."""
    rows = found.comparisons
    return {
        "Comparison": [row.label for row in rows],
        "p": [fmt.p_value(row.p) for row in rows],
        "p (Holm)": [fmt.p_value(row.p_holm) for row in rows],
    }
