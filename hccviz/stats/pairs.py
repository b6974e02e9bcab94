"""Two subgroups side by side; what may not be tested keeps its value and loses limits and p."""

from __future__ import annotations

from dataclasses import replace

from hccviz.domain.records import (
    EventTable,
    HazardRatio,
    Proportion,
    Quantity,
    ResponseEstimate,
    SurvivalEstimate,
    TestResult,
    ToxicityEstimate,
)
from hccviz.domain.subgroup_records import RateContrast
from hccviz.domain.survival_records import RateDifference
from hccviz.stats.cautions import count
from hccviz.stats.rates import compare_rates
from hccviz.stats.rmst import rate_differences
from hccviz.stats.survival import estimate_survival
from hccviz.stats.toxicity import OVERALL

RATES = {"orr": "Objective response (CR + PR)", "dcr": "Disease control (CR + PR + SD)",
         "cr": "Complete response"}  # fmt: skip


def why_untested(n_a: int, n_b: int, n_both: int) -> str:
    """Return why two subgroups cannot be tested against each other, or an empty string.

    Tests, p and limits of a difference assume that no patient is in both.

    Examples
    --------
    >>> why_untested(20, 30, 4)
    'not estimable: 4 patients are in both'
    """
    empty = [name for name, n in (("A", n_a), ("B", n_b)) if n == 0]
    if empty:
        return f"not estimable: no patient is in {' and none in '.join(empty)}"
    if n_both:
        return f"not estimable: {count(n_both, 'patient')} {'is' if n_both == 1 else 'are'} in both"
    return ""


def pair_survival(
    table: EventTable, *, ci: str, level: float, times: tuple[float, ...], why: str
) -> tuple[SurvivalEstimate, tuple[RateDifference, ...]]:
    """Curves of both subgroups, log-rank, hazard ratio and differences, B against A.

    Parameters
    ----------
    table
        Event table of the two groups.
    ci, level, times
        As in :func:`hccviz.stats.survival.estimate_survival`.
    why
        Why nothing may be tested; then only curves and bare differences are given.
    """
    gaps = rate_differences(table, times, level=level)
    if not why:
        return estimate_survival(table, ci=ci, level=level, times=times), gaps
    alone = [
        estimate_survival(replace(table, groups=(g,), by=""), ci=ci, level=level, times=times)
        for g in table.groups
    ]
    ratio = HazardRatio("b", "a", Quantity(None, why=why), None, why)
    estimate = SurvivalEstimate(
        endpoint=table.endpoint,
        by=table.by,
        ci=ci,
        level=level,
        curves=tuple(curve for one in alone for curve in one.curves),
        tests=(TestResult("log-rank", None, None, None, why=why),),
        pairwise=(),
        hazard_ratios=(ratio,) if len(table.groups) > 1 else (),
        n_missing=table.n_missing,
        n_unknown_group=table.n_unknown_group,
        warnings=tuple(dict.fromkeys(w for one in alone for w in one.warnings)),
    )
    return estimate, tuple(
        replace(gap, difference=_bare(gap.difference), p=None, why=gap.why or why) for gap in gaps
    )


def pair_response(estimate: ResponseEstimate, *, of: str, why: str) -> tuple[RateContrast, ...]:
    """Objective response, disease control and complete response of both, B minus A."""
    if len(estimate.groups) < 2:
        return ()
    made = []
    for rate, label in RATES.items():
        a, b = compare_rates(estimate, rate=rate, of=of).rows
        made.append(
            _contrast(label, a.rate, b.rate, b.difference, b.fisher_p, why or b.why, bool(why))
        )
    return tuple(made)


def pair_toxicity(estimate: ToxicityEstimate, *, why: str) -> tuple[RateContrast, ...]:
    """Any grade and grade 3 or more over all terms, then any grade of every term, B minus A.

    Only the two rows over all terms are tested; a p for every term would be a search.
    """
    if len(estimate.groups) < 2:
        return ()
    gaps = {(d.term, d.grade_from): d for d in estimate.differences}
    a, b = estimate.groups
    made = []
    for grade, label in ((1, "Any toxicity"), (3, "Any toxicity of grade 3 or more")):
        gap = gaps[OVERALL, grade]
        of_a, of_b = (g.overall.any_grade if grade == 1 else g.overall.severe for g in (a, b))
        made.append(_contrast(label, of_a, of_b, gap.difference, gap.fisher_p, why, bool(why)))
    for row_a, row_b in zip(a.rows, b.rows, strict=True):
        gap = gaps[row_a.term, 1]
        told = why or "not tested: one of many terms"
        made.append(_contrast(row_a.label, row_a.any_grade, row_b.any_grade, gap.difference, None,
                              told, bool(why)))  # fmt: skip
    return tuple(made)


def _contrast(
    label: str,
    a: Proportion,
    b: Proportion,
    difference: Quantity,
    p: float | None,
    why: str,
    bare: bool,
) -> RateContrast:
    if bare:
        return RateContrast(label, a, b, _bare(difference), None, why)
    return RateContrast(label, a, b, difference, p, why if p is None else "")


def _bare(difference: Quantity) -> Quantity:
    """Keep a difference without its limits."""
    return replace(difference, low=None, high=None)
