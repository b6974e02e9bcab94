"""Everything about one survival view: curves, tests, hazard ratios and cautions."""

from __future__ import annotations

from collections.abc import Sequence

from hccviz.domain.records import (
    EventTable,
    HazardRatio,
    PairwiseTest,
    SurvivalEstimate,
    TestResult,
)
from hccviz.stats.cautions import CAUTION_BELOW, count, left_out, noted, rests_on
from hccviz.stats.cox import fit_groups
from hccviz.stats.kaplan_meier import RATE_TIMES, estimate_curve
from hccviz.stats.logrank import logrank_test, logrank_trend_test, pairwise_logrank
from hccviz.stats.risk_sets import risk_sets


def estimate_survival(
    table: EventTable,
    *,
    ci: str = "log-log",
    level: float = 0.95,
    times: Sequence[float] = RATE_TIMES,
    reference: str | None = None,
) -> SurvivalEstimate:
    """Kaplan-Meier curves of all groups with tests, hazard ratios and cautions.

    Parameters
    ----------
    table
        Counts by group and exact time, months. With strata, curves stay pooled and the tests and
        hazard ratios are stratified.
    ci
        ``"log-log"``, ``"log"`` or ``"plain"``.
    level
        Confidence level, 0-1.
    times
        Months at which survival is wanted.
    reference
        Level of the reference group of the hazard ratios; the first group when None.

    Returns
    -------
    SurvivalEstimate
        ``tests``: log-rank, for three or more ordered groups the trend, then the likelihood-ratio,
        Wald and score test of the Cox model; empty when the table is not split. ``pairwise`` for
        three or more groups. The sentence that names a group below five stands in ``note`` of
        every test and in ``warnings``.

    Raises
    ------
    HccvizError
        When ``ci`` or ``level`` is none of the above.
    """
    curves = tuple(estimate_curve(g, ci=ci, level=level, times=times) for g in table.groups)
    split = bool(table.by) or len(table.groups) > 1
    tests, pairwise, ratios = _comparisons(table, reference, level) if split else ((), (), ())
    resting = rests_on((group.label, group.n) for group in table.groups)
    return SurvivalEstimate(
        endpoint=table.endpoint,
        by=table.by,
        ci=ci,
        level=level,
        curves=curves,
        tests=noted(tests, resting),
        pairwise=pairwise,
        hazard_ratios=ratios,
        n_missing=table.n_missing,
        n_unknown_group=table.n_unknown_group,
        warnings=_warnings(table, tests, resting),
    )


def _comparisons(
    table: EventTable, reference: str | None, level: float
) -> tuple[tuple[TestResult, ...], tuple[PairwiseTest, ...], tuple[HazardRatio, ...]]:
    """Omnibus tests in the order in which they are shown, pairwise tests and hazard ratios."""
    sets = risk_sets(table)
    several = len(table.groups) > 2
    trend = (logrank_trend_test(table, sets),) if table.ordered and several else ()
    cox = fit_groups(table, reference=reference, level=level, sets=sets)
    pairwise = pairwise_logrank(table, sets) if several else ()
    return (logrank_test(table, sets), *trend, *cox.tests), pairwise, cox.hazard_ratios


def _warnings(table: EventTable, tests: tuple[TestResult, ...], resting: str) -> tuple[str, ...]:
    """Return the sentences to show beside the figure."""
    found = [
        f"Read {g.label} with caution: {count(g.n, 'patient')}, {count(g.n_events, 'event')}."
        for g in table.groups
        if g.n < CAUTION_BELOW or g.n_events < CAUTION_BELOW
    ]
    if resting and any(test.p is not None for test in tests):
        found.append(resting)
    return (
        *found,
        *left_out(table.n_missing, "without a usable time or event"),
        *left_out(table.n_unknown_group, "without a recorded value of the split"),
    )
