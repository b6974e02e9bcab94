"""One response rate in several groups, each against the first."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from hccviz.domain.outcome_records import RateComparison, RateRow
from hccviz.domain.records import (
    LevelCounts,
    Proportion,
    Quantity,
    ResponseEstimate,
    ResponseGroup,
    TestResult,
)
from hccviz.stats.cautions import noted, rests_on
from hccviz.stats.odds import Table, conditional_odds_ratio, mantel_haenszel
from hccviz.stats.proportions import (
    association_tests,
    fisher_test,
    newcombe_difference,
    trend_test,
)

COUNTED = {"orr": ("CR", "PR"), "dcr": ("CR", "PR", "SD"), "cr": ("CR",)}
"""Levels that count as the outcome."""
EVALUABLE = ("CR", "PR", "SD", "PD")
_NOT_ASKED = "no stratifying factor is chosen"
_TWO_GROUPS = "needs exactly two groups"


def rate_of(group: ResponseGroup, rate: str, of: str) -> Proportion:
    """Return one rate of a group: ``"orr"``, ``"dcr"`` or ``"cr"``, evaluable or all patients."""
    found: Proportion = getattr(group, f"{rate}_{of}")
    return found


def compare_rates(
    estimate: ResponseEstimate,
    *,
    rate: str,
    of: str,
    ordered: bool = False,
    strata: str = "",
    by_stratum: Mapping[str, LevelCounts] | None = None,
) -> RateComparison:
    """Compare a response rate over groups, each with the first.

    Parameters
    ----------
    estimate
        Response by group.
    rate, of
        Which rate, over which denominator.
    ordered
        True when the order of the groups means something; adds the trend test.
    strata, by_stratum
        Label of a stratifying factor and the response counts inside each of its levels; with
        exactly two groups they give the Mantel-Haenszel odds ratio.

    Returns
    -------
    RateComparison
        Differences by Newcombe's method, odds ratios conditional with exact limits.
    """
    rates = [rate_of(group, rate, of) for group in estimate.groups]
    rows = tuple(
        _row(group.label, found, rates[0] if place else None, estimate.level)
        for place, (group, found) in enumerate(zip(estimate.groups, rates, strict=True))
    )
    adjusted = (
        Quantity(None, why=_NOT_ASKED),
        TestResult("Mantel-Haenszel chi-square", None, None, None, why=_NOT_ASKED),
    )
    used = 0
    if strata and by_stratum is not None:
        tables = _tables(estimate, by_stratum, rate, of)
        adjusted, used = _adjusted(tables, len(rates), estimate.level), len(tables)
    return RateComparison(
        rate=rate,
        of=of,
        level=estimate.level,
        rows=rows,
        tests=_tests(estimate, rates, ordered) if len(rates) > 1 else (),
        adjusted=adjusted[0],
        adjusted_test=adjusted[1],
        strata=strata,
        n_strata=used,
    )


def _row(label: str, found: Proportion, first: Proportion | None, level: float) -> RateRow:
    if first is None:
        same = Quantity(None, why="reference")
        return RateRow(label, found, same, same, None, "reference")
    table = (found.count, found.n - found.count, first.count, first.n - first.count)
    fisher = fisher_test(np.array([table[:2], table[2:]], dtype=np.int64))
    return RateRow(
        label,
        found,
        newcombe_difference(first.count, first.n, found.count, found.n, level=level),
        conditional_odds_ratio(table, level=level),
        fisher.p,
        fisher.why,
    )


def _tests(
    estimate: ResponseEstimate, rates: list[Proportion], ordered: bool
) -> tuple[TestResult, ...]:
    table = np.array([[r.count, r.n - r.count] for r in rates], dtype=np.int64)
    tests: tuple[TestResult, ...] = association_tests(table)
    if ordered and len(rates) > 2:
        tests += (trend_test([r.count for r in rates], [r.n for r in rates]),)
    sizes = [(g.label, r.n) for g, r in zip(estimate.groups, rates, strict=True)]
    return noted(tests, rests_on(sizes))


def _tables(
    estimate: ResponseEstimate, by_stratum: Mapping[str, LevelCounts], rate: str, of: str
) -> list[Table]:
    """One table per stratum in which both groups have patients."""
    if len(estimate.groups) != 2:
        return []
    first, second = (group.level for group in estimate.groups)
    made = []
    for counts in by_stratum.values():
        cells = {
            level: _counted(counts, place, rate, of)
            for place, level in enumerate(counts.group_levels)
        }
        if first in cells and second in cells:
            (x, n), (y, m) = cells[second], cells[first]
            if n and m:
                made.append((x, n - x, y, m - y))
    return made


def _counted(counts: LevelCounts, place: int, rate: str, of: str) -> tuple[int, int]:
    row = dict(zip(counts.levels, counts.counts[place].tolist(), strict=True))
    events = sum(row.get(code, 0) for code in COUNTED[rate])
    if of == "evaluable":
        return events, sum(row.get(code, 0) for code in EVALUABLE)
    return events, sum(row.values()) + int(counts.missing[place])


def _adjusted(tables: list[Table], groups: int, level: float) -> tuple[Quantity, TestResult]:
    if groups != 2:
        test = TestResult("Mantel-Haenszel chi-square", None, None, None, why=_TWO_GROUPS)
        return Quantity(None, why=_TWO_GROUPS), test
    return mantel_haenszel(tables, level=level)
