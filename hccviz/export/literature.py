"""Words, tables and JSON of the literature page."""

from __future__ import annotations

import re
from typing import Any

from hccviz.domain import format as fmt
from hccviz.domain.cells import Finding
from hccviz.domain.literature_records import Literature, PooledRate, PrintedCount, Study
from hccviz.domain.records import Quantity
from hccviz.export.records import quantity_json
from hccviz.export.tables import Table

_HEAD = re.compile(r"\d+")
RATES = {"orr": "Objective response (CR + PR)", "dcr": "Disease control (CR + PR + SD)"}
SHORT = {"orr": "ORR", "dcr": "DCR"}
MOST_FINDINGS = 100
ESTIMATORS = {"pm": "Paule-Mandel", "dl": "DerSimonian-Laird"}


def share(q: Quantity) -> str:
    """Write a summary in percent with its limits."""
    return fmt.quantity(q, 1, 100, "%")


def say_pooled(found: Literature) -> str:
    """Say what the studies show together, the spread first."""
    pooled, what = found.pooled, RATES[found.rate].split(" (")[0]
    rates = [study.rate.share.value or 0.0 for study in pooled.studies]
    if not rates:
        return f"No study reports {what.lower()}."
    k = len(rates)
    spread = f"{what} ranged from {fmt.percent(min(rates))} to {fmt.percent(max(rates))}"
    if pooled.random.value is None:
        return f"{what} was {fmt.percent(rates[0])} in the only study that reports it."
    return (
        f"{spread} in {k} studies with {fmt.count(pooled.patients)} patients; the random-effects "
        f"summary is {share(pooled.random)}, and it describes this table only."
    )


def say_heterogeneity(pooled: PooledRate) -> str:
    """Say how far the studies disagree, and where a further one may lie."""
    if pooled.q is None or pooled.i2 is None:
        return f"Heterogeneity is {pooled.random.why}."
    far = fmt.interval(pooled.prediction, 0, 100, "%")
    further = (
        f"A further study like these may find anything from {far} (95% prediction interval)."
        if pooled.prediction.low is not None
        else f"A prediction interval is {pooled.prediction.why_low}."
    )
    verdict = (
        "the studies differ by more than chance"
        if pooled.p is not None and pooled.p < 0.1
        else "chance alone may explain the differences, though few studies seldom show more"
    )
    return (
        f"I² = {100 * pooled.i2:.0f}%: {verdict} (Q = {fmt.number(pooled.q, 1)}, "
        f"{pooled.df} df, p {_p(pooled.p)}). {further}"
    )


def _p(p: float | None) -> str:
    text = fmt.p_value(p)
    return text if text[0] in "<>n" else f"= {text}"


def summary_table(found: Literature) -> Table:
    """Return both summaries and the heterogeneity."""
    pooled = found.pooled
    lines = {
        "Random effects (95% CI)": share(pooled.random),
        "95% prediction interval": fmt.interval(pooled.prediction, 1, 100, "%")
        if pooled.prediction.low is not None
        else pooled.prediction.why_low or pooled.prediction.why,
        "Fixed effect (95% CI)": share(pooled.fixed),
        f"τ² of the logit ({ESTIMATORS[pooled.estimator]})": _known(pooled.tau2, 3),
        "I²": "not estimable" if pooled.i2 is None else fmt.percent(pooled.i2),
        "Q": "not estimable"
        if pooled.q is None
        else f"{fmt.number(pooled.q, 2)}, {pooled.df} df, p {_p(pooled.p)}",
    }
    return {"": list(lines), RATES[found.rate]: list(lines.values())}


def _known(value: float | None, decimals: int) -> str:
    return "not estimable" if value is None else fmt.number(value, decimals)


def literature_table(found: Literature) -> Table:
    """Return the studies with everything printed and recomputed, the chosen rate first."""
    other = "dcr" if found.rate == "orr" else "orr"
    studies = found.studies
    shares = iter(found.pooled.studies)
    weight = {i: next(shares) for i, study in enumerate(studies) if found.rate in study.rates}
    return {
        "Study": [f"{s.name} (added by you)" if s.own else s.name for s in studies],
        "Patients": [str(s.n) for s in studies],
        **_rate_columns(studies, found.rate),
        "Weight (%)": [
            fmt.number(100 * weight[i].weight_random) if i in weight else fmt.DASH
            for i in range(len(studies))
        ],
        **_rate_columns(studies, other),
        "Tumour size, median (cm)": [s.size_cm or fmt.DASH for s in studies],
        "Vascular invasion (%)": [s.vascular_invasion_pct or fmt.DASH for s in studies],
        "Dose, median (Gy)": [s.total_dose_gy or fmt.DASH for s in studies],
        "Per fraction (Gy)": [s.dose_per_fraction_gy or fmt.DASH for s in studies],
        "BED, α/β 10 (Gy)": [_range(s.bed_gy) for s in studies],
        "EQD2, α/β 10 (Gy)": [_range(s.eqd2_gy) for s in studies],
        "Median OS (months)": [s.median_os_months or fmt.DASH for s in studies],
        "OS (%)": [s.os_pct or fmt.DASH for s in studies],
        "OS at (months)": [s.os_at_months or fmt.DASH for s in studies],
        "Design": [s.design or fmt.DASH for s in studies],
        "Source": [s.source for s in studies],
    }


def _rate_columns(studies: tuple[Study, ...], rate: str) -> Table:
    short = SHORT[rate]
    found = [s.rates.get(rate) for s in studies]
    return {
        f"{short} printed (%)": [f[0].printed or fmt.DASH if f else fmt.DASH for f in found],
        f"{short} count": [f"{f[1].count} of {f[1].n}" if f else "not available" for f in found],
        f"{short} recomputed (%)": [
            fmt.number(100 * (f[1].share.value or 0.0), 2) if f else fmt.DASH for f in found
        ],
        f"{short} 95% CI (%)": [fmt.interval(f[1].share, 1, 100) if f else fmt.DASH for f in found],
        f"{short}: which count": [say_count(f[0]) if f else fmt.DASH for f in found],
    }


def _range(ends: tuple[float, float] | None) -> str:
    if ends is None:
        return fmt.DASH
    low, high = (fmt.number(end, 2) for end in ends)
    return low if low == high else f"{low} to {high}"


def say_count(count: PrintedCount) -> str:
    """Say in a few words how a count follows from a printed percent."""
    around = " and ".join(
        f"{c} of {count.n} = {100 * c / count.n:.2f}%" for c in count.candidates[:2]
    )
    if count.rule == "given":
        return "count as given"
    if count.rule == "rounded":
        return "the only count that rounds to it"
    if count.rule == "several":
        first, last = count.candidates[0], count.candidates[-1]
        return f"{first} to {last} all round to it; the nearest is used"
    if count.rule == "truncated":
        return f"none rounds to it; {around} cut off"
    return f"impossible: {around}; the nearest is used"


def sortable(table: Table) -> dict[str, list[Any]]:
    """Return a table whose columns of numbers are numbers, so that they sort as such.

    A dash becomes nothing. A column with any other text stays text, and so does one of printed
    numbers, or 85.0 would be shown as 85; cells that begin with a number are moved to the right as
    far as the longest one.

    Examples
    --------
    >>> sortable({"n": ["76", "–"], "size": ["≥5", "10.1", "7.8"], "printed": ["85.0"]})
    {'n': [76.0, None], 'size': ['≥5', '10.1', ' 7.8'], 'printed': ['85.0']}
    """
    return {
        head: _aligned(cells) if "printed" in head else _numbers(cells)
        for head, cells in table.items()
    }


def _numbers(cells: list[str]) -> list[Any]:
    try:
        return [None if cell == fmt.DASH else float(cell) for cell in cells]
    except ValueError:
        return _aligned(cells)


def _aligned(cells: list[str]) -> list[Any]:
    heads = [len(found[0]) if (found := _HEAD.match(cell)) else 0 for cell in cells]
    space = [max(heads, default=0) - head if head else 0 for head in heads]
    return [
        "" if cell == fmt.DASH else " " * n + cell for cell, n in zip(cells, space, strict=True)
    ]


def study_notes(found: Literature) -> tuple[str, ...]:
    """Return what has to be said about single studies, one sentence or two each."""
    told = []
    for study in found.studies:
        parts = [study.note] if study.note else []
        odd = [rate for rate, (count, _) in study.rates.items() if _odd(count)]
        if odd:
            said = "; ".join(
                f"{SHORT[r]} {study.rates[r][0].printed}%: {say_count(study.rates[r][0])}"
                for r in odd
            )
            parts.append(f"{said}.")
        if study.evaluable:
            parts.append(
                f"With {study.evaluable[0]} patients whose response was judged, every printed "
                "rate would be a rounded whole number; the table does not say whether it is so."
            )
        if parts:
            told.append(f"{study.name}: {' '.join(parts)}")
    return tuple(told)


def _odd(count: PrintedCount) -> bool:
    return count.rule in ("several", "truncated", "impossible")


def explain_pooled(found: Literature) -> str:
    """Return how the numbers were made."""
    corrected = any(study.corrected for study in found.pooled.studies)
    return (
        "Counts: every whole number of n that rounds to the printed percent; when there is none, "
        "one that is cut off to it; else the nearest. Single studies: exact (Clopper-Pearson) 95% "
        "limits. Summary: logit of each rate, inverse-variance weights, variance between studies "
        f"by {ESTIMATORS[found.pooled.estimator]}, limits of Hartung, Knapp, Sidik and Jonkman "
        "with a scale not below 1 (statsmodels combine_effects; equal to R metafor). Prediction "
        "interval after Higgins, Thompson and Spiegelhalter, k − 2 degrees of freedom. "
        "The logit and not the double arcsine, which has no unique way back when studies differ "
        "in size. Where nobody or everybody responded, 0.5 is added to both cells of that study"
        + (" (done here). " if corrected else " (none here). ")
        + "BED and EQD2 at α/β 10 Gy, from the lower to the upper ends of the printed doses."
    )


def finding_table(findings: tuple[Finding, ...]) -> Table:
    """Return what was found in typed rows or in a file, one line each; the first hundred."""
    shown = findings[:MOST_FINDINGS]
    table = {
        "Row": [str(f.row) if f.row else "all" for f in shown],
        "Column": [f.column or "whole row" for f in shown],
        "What is wrong, and what to do": [say_finding(f) for f in shown],
    }
    if len(findings) > len(shown):
        more = ("…", "…", f"and {len(findings) - len(shown)} more.")
        for cells, cell in zip(table.values(), more, strict=True):
            cells.append(cell)
    return table


def say_finding(finding: Finding) -> str:
    """Say one finding as a person reads it."""
    left = "" if finding.row_used else " This row is left out."
    return f"Found {finding.found}; expected {finding.expected}. {finding.action}{left}"


def literature_json(found: Literature) -> dict[str, Any]:
    """Return the table and the summary as JSON values."""
    pooled = found.pooled
    return {
        "title": found.title,
        "citation": found.citation,
        "caveats": list(found.caveats),
        "rate": found.rate,
        "studies": [_study_json(study) for study in found.studies],
        "summary": {
            "estimator": pooled.estimator,
            "studies": len(pooled.studies),
            "patients": pooled.patients,
            **quantity_json("random", pooled.random, ci="random_ci"),
            **quantity_json("fixed", pooled.fixed, ci="fixed_ci"),
            "prediction_interval": [pooled.prediction.low, pooled.prediction.high],
            "tau2": pooled.tau2,
            "i2": pooled.i2,
            "q": pooled.q,
            "df": pooled.df,
            "p": pooled.p,
        },
        "not_reported": list(found.without),
        "notes": list(study_notes(found)),
    }


def _study_json(study: Study) -> dict[str, Any]:
    return {
        "study": study.name,
        "own": study.own,
        "design": study.design,
        "n": study.n,
        "size_cm": study.size_cm,
        "total_dose_gy": study.total_dose_gy,
        "dose_per_fraction_gy": study.dose_per_fraction_gy,
        "bed_gy": study.bed_gy,
        "eqd2_gy": study.eqd2_gy,
        **{
            rate: {
                "printed_pct": count.printed,
                "count": count.used,
                "n": count.n,
                "rule": count.rule,
                "candidates": list(count.candidates),
                "ci": [rated.share.low, rated.share.high],
            }
            for rate, (count, rated) in study.rates.items()
        },
        "source": study.source,
    }
