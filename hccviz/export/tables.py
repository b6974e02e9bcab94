"""Tables for people: the same rows on screen and in the CSV file."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence

from hccviz.domain import format as fmt
from hccviz.domain import vocabulary
from hccviz.domain.records import (
    Attrition,
    BaselineRow,
    BaselineTable,
    NumberSummary,
    Rate,
    ResponseEstimate,
    SurvivalCurve,
    SurvivalEstimate,
    ToxicityEstimate,
)

Table = dict[str, list[str]]
"""Column heading → cells, all text, all columns equally long."""

_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def to_csv(table: Mapping[str, Sequence[str]], *comments: str) -> str:
    """Return a table as CSV; text that a spreadsheet would run as a formula is defused.

    Parameters
    ----------
    table
        Heading → cells.
    comments
        Lines above the table (cohort, filter, method), each in the first cell.
    """
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerows([_defused(line)] for line in comments if line)
    writer.writerow([_defused(heading) for heading in table])
    writer.writerows([_defused(cell) for cell in row] for row in zip(*table.values(), strict=True))
    return out.getvalue()


def _defused(cell: str) -> str:
    return f"'{cell}" if cell.startswith(_FORMULA) else cell


def attrition_table(ladder: Attrition) -> Table:
    """Return the ladder: filter, who is left and its shares, excluded, of which not recorded."""
    left = [ladder.total, *(s.left for s in ladder.steps)]
    before = [0, *left[:-1]]
    return {
        "Filter": ["All patients", *(s.sentence for s in ladder.steps)],
        "Left": [fmt.count(n) for n in left],
        "of those before": [
            fmt.percent(n / of if of else None) for n, of in zip(left, before, strict=True)
        ],
        "of all": [fmt.percent(n / ladder.total if ladder.total else None) for n in left],
        "Excluded": [fmt.DASH, *(fmt.count(s.excluded) for s in ladder.steps)],
        "of which not recorded": [fmt.DASH, *(fmt.count(s.of_which_unknown) for s in ladder.steps)],
    }


def survival_table(estimate: SurvivalEstimate) -> Table:
    """Return n, events, median, quartiles, rates and follow-up per group."""
    curves = estimate.curves
    ci = f"({100 * estimate.level:g}% CI)"
    follow = [c.follow_up for c in curves]
    table: Table = {
        "Group": [c.label for c in curves],
        "Patients": [fmt.count(c.n) for c in curves],
        "Events": [fmt.count(c.n_events) for c in curves],
        "Censored": [fmt.count(c.n_censored) for c in curves],
        f"Median, months {ci}": [fmt.quantity(c.median) for c in curves],
        f"75% event-free until, months {ci}": [fmt.quantity(c.quartile_1) for c in curves],
        f"25% event-free until, months {ci}": [fmt.quantity(c.quartile_3) for c in curves],
        **_rates(curves),
        f"Follow-up, reverse Kaplan-Meier median, months {ci}": [
            fmt.quantity(f.reverse_km_median) for f in follow
        ],
        "Naive median of all times, months": [fmt.number(f.naive_median) for f in follow],
        "Shortest to longest time, months": [
            f"{fmt.number(f.minimum)} to {fmt.number(f.maximum)}" for f in follow
        ],
    }
    return table


def _rates(curves: tuple[SurvivalCurve, ...]) -> Table:
    table: Table = {}
    for place, time in enumerate([r.time_months for r in curves[0].rates] if curves else []):
        rates = [curve.rates[place] for curve in curves]
        table[f"At {fmt.plain(time)} months"] = [_rate(rate) for rate in rates]
    return table


def _rate(rate: Rate) -> str:
    told = fmt.quantity(rate.survival, 1, 100, "%")
    return told if rate.survival.value is None else f"{told}, {fmt.count(rate.at_risk)} at risk"


def turned(table: Table) -> Table:
    """Return a table of at most three groups with the groups as columns; it fits a phone."""
    heads = list(table)
    groups = table[heads[0]] if heads else []
    if not 1 <= len(groups) <= 3 or len(set(groups)) < len(groups):
        return table
    body = {group: [table[head][i] for head in heads[1:]] for i, group in enumerate(groups)}
    return {"": heads[1:], **body}


def pieces(table: Table, width: int = 3) -> list[Table]:
    """Return a table as tables that fit a screen: turned when it has at most three groups.

    Otherwise the first column is repeated beside the next ``width`` ones, again and again.
    """
    whole = turned(table)
    if whole is not table or len(table) <= width + 2:
        return [whole]
    first, *heads = table
    chunks = [heads[i : i + width] for i in range(0, len(heads), width)]
    return [{first: table[first], **{h: table[h] for h in chunk}} for chunk in chunks]


def significance_table(
    estimate: SurvivalEstimate | ResponseEstimate, *, evaluable: bool = True
) -> Table:
    """Return name, statistic, degrees of freedom and p of each test."""
    tests = estimate.tests
    if isinstance(estimate, ResponseEstimate) and not evaluable:
        tests = estimate.tests_all
    return {
        "Test": [t.name[:1].upper() + t.name[1:] for t in tests],
        "Statistic": [fmt.number(t.statistic, 3) for t in tests],
        "df": [fmt.DASH if t.df is None else fmt.plain(t.df) for t in tests],
        "p": [fmt.p_value(t.p) if t.p is not None else t.why or "not estimable" for t in tests],
    }


def hazard_table(estimate: SurvivalEstimate) -> Table:
    """Return the hazard ratio of each group against the reference."""
    labels = {c.level: c.label for c in estimate.curves}
    ratios = estimate.hazard_ratios
    ci = f"({100 * estimate.level:g}% CI)"
    return {
        "Group": [labels.get(r.level, r.level) for r in ratios],
        "Against": [labels.get(r.reference, r.reference) for r in ratios],
        f"Hazard ratio {ci}": [
            fmt.quantity(r.ratio, 2) if r.ratio.value is not None else r.why or r.ratio.why
            for r in ratios
        ],
        "p (Wald)": [fmt.p_value(r.p) for r in ratios],
    }


def pairwise_table(estimate: SurvivalEstimate) -> Table:
    """Return each pair's log-rank p, as it is and corrected by Holm."""
    labels = {c.level: c.label for c in estimate.curves}
    pairs = estimate.pairwise
    return {
        "Group": [labels.get(p.a, p.a) for p in pairs],
        "Against": [labels.get(p.b, p.b) for p in pairs],
        "p (log-rank)": [fmt.p_value(p.p) if p.p is not None else p.why for p in pairs],
        "p (Holm)": [fmt.p_value(p.p_holm) for p in pairs],
    }


def response_table(estimate: ResponseEstimate, *, evaluable: bool) -> Table:
    """Return counts, ORR, DCR and CR per group with the chosen denominator."""
    groups = estimate.groups
    suffix = "evaluable" if evaluable else "all"
    sizes = [g.n_evaluable if evaluable else g.n_all for g in groups]
    table: Table = {
        "Group": [g.label for g in groups],
        "Evaluable" if evaluable else "All patients": [fmt.count(n) for n in sizes],
    }
    labels = {lv.code: lv.label for lv in vocabulary.response_levels()}
    for place, code in enumerate(estimate.levels):
        if code == "NE":
            table[labels[code]] = [fmt.count(g.counts[place]) for g in groups]
        else:
            cells = [fmt.of(g.counts[place], n) for g, n in zip(groups, sizes, strict=True)]
            table[labels[code]] = cells
    table[vocabulary.UNKNOWN_LABEL] = [fmt.count(g.n_missing) for g in groups]
    for code, heading in (("orr", "ORR (CR + PR)"), ("dcr", "DCR (CR + PR + SD)"), ("cr", "CR")):
        table[heading] = [fmt.proportion(getattr(g, f"{code}_{suffix}")) for g in groups]
    return table


def toxicity_table(estimate: ToxicityEstimate) -> Table:
    """Return one row per term and group, with exact intervals."""
    rows = [(g, r) for g in estimate.groups for r in (g.overall, *g.rows)]
    table: Table = {"Group": [g.label for g, _ in rows]} if estimate.by else {}
    table["Toxicity"] = [r.label for _, r in rows]
    table["Recorded"] = [fmt.count(r.n) for _, r in rows]
    for grade in range(6):
        table[f"Grade {grade}"] = [fmt.count(r.grades[grade]) for _, r in rows]
    table["Any grade"] = [fmt.proportion(r.any_grade) for _, r in rows]
    table["Grade ≥ 3"] = [fmt.proportion(r.severe) for _, r in rows]
    return table


def baseline_table(table: BaselineTable) -> Table:
    """Return the baseline table of a paper: a row per number, a heading and rows per factor."""
    split = len(table.group_n) > 1
    heads = [
        f"{label} (n = {fmt.count(n)})" if split else f"n = {fmt.count(n)}"
        for label, n in zip(table.group_labels, table.group_n, strict=True)
    ]
    lines: list[tuple[str, list[str], str]] = []
    for row in table.rows:
        lines += _baseline_lines(row, table.group_n)
    made: Table = {"Characteristic": [line[0] for line in lines]}
    for place, head in enumerate(heads):
        made[head] = [line[1][place] for line in lines]
    if split:
        made["SMD"] = [line[2] for line in lines]
    return made


def _baseline_lines(row: BaselineRow, sizes: tuple[int, ...]) -> list[tuple[str, list[str], str]]:
    smd = fmt.number(row.smd, 2) if row.smd is not None else "not estimable"
    blank = [""] * len(sizes)
    unit = f", {row.unit}" if row.unit else ""
    lines: list[tuple[str, list[str], str]] = []
    if row.numbers:
        head = f"{row.label}{unit}: median (IQR), range"
        lines.append((head, [_number_cell(n) for n in row.numbers], smd))
    elif row.counts is not None:
        lines.append((row.label, blank, smd))
        recorded = row.counts.sum(axis=1)
        for place, label in enumerate(row.level_labels):
            cells = [fmt.of(int(row.counts[g, place]), int(recorded[g])) for g in range(len(sizes))]
            lines.append((f"\u2003{label}", cells, ""))
    if any(row.missing):
        cells = [fmt.of(m, n) for m, n in zip(row.missing, sizes, strict=True)]
        lines.append((f"\u2003{vocabulary.UNKNOWN_LABEL}", cells, ""))
    return lines


def _number_cell(n: NumberSummary) -> str:
    if n.median is None:
        return fmt.DASH
    shown = [n.median, n.quartile_1, n.quartile_3, n.minimum, n.maximum]
    median, low, high, least, most = ("" if v is None else fmt.plain(round(v, 2)) for v in shown)
    return f"{median} ({low} to {high}), {least} to {most}"
