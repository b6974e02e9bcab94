"""Result records as plain JSON values, the form that the command line prints."""

from __future__ import annotations

from typing import Any

from hccviz.data.cohort import Cohort
from hccviz.domain.address import View
from hccviz.domain.records import (
    Attrition,
    BaselineTable,
    NumberSummary,
    PairwiseTest,
    Proportion,
    Quantity,
    ResponseEstimate,
    SurvivalCurve,
    SurvivalEstimate,
    TestResult,
    ToxicityEstimate,
    ToxicityRow,
)


def head_json(cohort: Cohort, view: View, ladder: Attrition) -> dict[str, Any]:
    """Return the part that every view starts with: cohort and filter."""
    return {
        "cohort": {
            "name": cohort.name,
            "title": cohort.metadata.title,
            "kind": cohort.metadata.kind,
            "n": cohort.n,
            "sha256": cohort.sha256,
        },
        "filter": {
            "query": view.to_query(),
            "sentence": view.filter.describe(cohort.schema),
            "n": ladder.left,
            "excluded": [
                {"column": s.column, "n": s.excluded, "of_which_unknown": s.of_which_unknown}
                for s in ladder.steps
            ],
        },
    }


def quantity_json(name: str, q: Quantity, *, ci: str = "ci") -> dict[str, Any]:
    """Return ``{name, ci, name_why}``; the reason only where there is no value."""
    made: dict[str, Any] = {name: q.value, ci: [q.low, q.high]}
    if q.value is None:
        made[f"{name}_why"] = q.why or "not estimable"
    whys = [q.why_low if q.low is None else "", q.why_high if q.high is None else ""]
    if q.value is not None and any(whys):
        made[f"{ci}_why"] = whys
    return made


def survival_json(estimate: SurvivalEstimate) -> dict[str, Any]:
    """Return a survival estimate by the documented form."""
    return {
        "endpoint": estimate.endpoint,
        "by": estimate.by or None,
        "ci": estimate.ci,
        "level": estimate.level,
        "time_unit": "months",
        "n_missing": estimate.n_missing,
        "n_unknown_group": estimate.n_unknown_group,
        "groups": [_curve_json(curve) for curve in estimate.curves],
        "tests": [_test_json(test) for test in estimate.tests],
        "pairwise": [_pair_json(pair) for pair in estimate.pairwise],
        "hazard_ratio": [
            {
                "level": ratio.level,
                "reference": ratio.reference,
                **quantity_json("hr", ratio.ratio),
                "p": ratio.p,
                **({"p_why": ratio.why} if ratio.p is None else {}),
            }
            for ratio in estimate.hazard_ratios
        ],
        "warnings": list(estimate.warnings),
    }


def _curve_json(curve: SurvivalCurve) -> dict[str, Any]:
    known = curve.limits_known.tolist()
    return {
        "level": curve.level,
        "label": curve.label,
        "n": curve.n,
        "events": curve.n_events,
        "censored": curve.n_censored,
        **quantity_json("median", curve.median, ci="median_ci"),
        "quartiles": [
            quantity_json("time", q) | {"survival": s}
            for q, s in ((curve.quartile_1, 0.75), (curve.quartile_3, 0.25))
        ],
        "rates": [
            {"time": r.time_months, **quantity_json("survival", r.survival), "at_risk": r.at_risk}
            for r in curve.rates
        ],
        "follow_up": {
            **quantity_json("reverse_km_median", curve.follow_up.reverse_km_median),
            "naive_median": curve.follow_up.naive_median,
            "min": curve.follow_up.minimum,
            "max": curve.follow_up.maximum,
        },
        "curve": {
            "time": curve.time.tolist(),
            "survival": curve.survival.tolist(),
            "lower": [v if k else None for v, k in zip(curve.lower.tolist(), known, strict=True)],
            "upper": [v if k else None for v, k in zip(curve.upper.tolist(), known, strict=True)],
            "at_risk": curve.at_risk.tolist(),
            "events": curve.events.tolist(),
            "censored": curve.censored.tolist(),
        },
    }


def _test_json(test: TestResult) -> dict[str, Any]:
    made: dict[str, Any] = {
        "name": test.name, "statistic": test.statistic, "df": test.df, "p": test.p,
    }  # fmt: skip
    if test.p is None:
        made["p_why"] = test.why or "not estimable"
    return made | ({"note": test.note} if test.note else {})


def _pair_json(pair: PairwiseTest) -> dict[str, Any]:
    made: dict[str, Any] = {"a": pair.a, "b": pair.b, "p": pair.p, "p_holm": pair.p_holm}
    return made | ({"p_why": pair.why or "not estimable"} if pair.p is None else {})


def proportion_json(p: Proportion) -> dict[str, Any]:
    """Return count, denominator and share with its interval."""
    return {"count": p.count, "n": p.n, **quantity_json("share", p.share)}


def response_json(estimate: ResponseEstimate) -> dict[str, Any]:
    """Return a response estimate; shares are 0-1."""
    rates = ("orr", "dcr", "cr")
    return {
        "criterion": estimate.column,
        "by": estimate.by or None,
        "method": estimate.method,
        "level": estimate.level,
        "n_unknown_group": estimate.n_unknown_group,
        "groups": [
            {
                "level": g.level,
                "label": g.label,
                "n_all": g.n_all,
                "n_evaluable": g.n_evaluable,
                "n_missing": g.n_missing,
                "counts": dict(zip(estimate.levels, g.counts, strict=True)),
                "evaluable": {r: proportion_json(getattr(g, f"{r}_evaluable")) for r in rates},
                "all": {r: proportion_json(getattr(g, f"{r}_all")) for r in rates},
            }
            for g in estimate.groups
        ],
        "tests": [_test_json(t) for t in estimate.tests],
        "tests_all": [_test_json(t) for t in estimate.tests_all],
        "warnings": list(estimate.warnings),
    }


def toxicity_json(estimate: ToxicityEstimate) -> dict[str, Any]:
    """Return term × grade; the row ``any`` is the worst grade over all terms."""
    return {
        "phase": estimate.phase,
        "scale": estimate.scale or None,
        "by": estimate.by or None,
        "n_unknown_group": estimate.n_unknown_group,
        "groups": [
            {
                "level": g.level,
                "label": g.label,
                "n": g.n,
                "overall": _toxicity_row(g.overall),
                "terms": [_toxicity_row(row) for row in g.rows],
            }
            for g in estimate.groups
        ],
        "differences": [
            {
                "term": d.term,
                "grade_from": d.grade_from,
                **quantity_json("difference", d.difference),
                "fisher_p": d.fisher_p,
            }
            for d in estimate.differences
        ],
        "warnings": list(estimate.warnings),
    }


def _toxicity_row(row: ToxicityRow) -> dict[str, Any]:
    return {
        "term": row.term,
        "label": row.label,
        "n": row.n,
        "grades": {str(grade): n for grade, n in enumerate(row.grades)},
        "any_grade": proportion_json(row.any_grade),
        "grade_3_or_more": proportion_json(row.severe),
    }


def summary_json(table: BaselineTable) -> dict[str, Any]:
    """Return the baseline table: counts per level or a summary of numbers, per group."""
    return {
        "by": table.by or None,
        "groups": [
            {"level": level, "label": label, "n": n}
            for level, label, n in zip(
                table.group_levels, table.group_labels, table.group_n, strict=True
            )
        ],
        "n_unknown_group": table.n_unknown_group,
        "variables": [
            {
                "column": row.column,
                "label": row.label,
                "unit": row.unit or None,
                "missing": list(row.missing),
                **({"numbers": [_numbers_json(n) for n in row.numbers]} if row.numbers else {}),
                **(
                    {"levels": list(row.levels), "counts": row.counts.tolist()}
                    if row.counts is not None
                    else {}
                ),
                **({"smd": row.smd} if len(table.group_n) > 1 else {}),
                **({"smd_why": row.smd_why} if row.smd is None and row.smd_why else {}),
            }
            for row in table.rows
        ],
    }


def _numbers_json(n: NumberSummary) -> dict[str, Any]:
    return {name: getattr(n, name) for name in NumberSummary.__dataclass_fields__}
