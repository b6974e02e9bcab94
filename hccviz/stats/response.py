"""Objective response, disease control and complete response by group."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from hccviz.domain.errors import HccvizError
from hccviz.domain.records import (
    LevelCounts,
    Proportion,
    ResponseEstimate,
    ResponseGroup,
    TestResult,
)
from hccviz.stats.cautions import CAUTION_BELOW, count, left_out, noted, rests_on
from hccviz.stats.proportions import association_tests, proportion, trend_test

LEVELS = ("CR", "PR", "SD", "PD", "NE")
_EVALUABLE = 4  # CR, PR, SD, PD
_BEST = {"cr": 1, "orr": 2, "dcr": 3}  # how many of LEVELS count as the outcome


def estimate_response(
    counts: LevelCounts,
    *,
    method: str = "clopper-pearson",
    level: float = 0.95,
    ordered: bool = False,
) -> ResponseEstimate:
    """Response rates with evaluable and all-patients denominators, and tests of the ORR.

    Parameters
    ----------
    counts
        Patients per group and response level; the codes are among CR, PR, SD, PD, NE.
    method
        ``"clopper-pearson"`` or ``"wilson"``.
    level
        Confidence level, 0-1.
    ordered
        True when the order of the groups means something; adds the trend test for three or more.

    Returns
    -------
    ResponseEstimate
        Evaluable are CR + PR + SD + PD; all are these, NE and patients without a record, the
        latter two as non-responders. Tests compare CR + PR with the rest: uncorrected Pearson and
        Fisher, Fisher first when an expected count is below five; none when there is no split.

    Raises
    ------
    HccvizError
        When a level code is unknown, or ``method`` or ``level`` is out of range.

    References
    ----------
    Lencioni R, Llovet JM. Semin Liver Dis 2010;30:52-60 (mRECIST). Eisenhauer EA et al.
    Eur J Cancer 2009;45:228-47 (RECIST 1.1).
    """
    table = _in_order(counts)
    missing = counts.missing.tolist()
    groups = tuple(
        _group(code, label, row, absent, method, level)
        for code, label, row, absent in zip(
            counts.group_levels, counts.group_labels, table.tolist(), missing, strict=True
        )
    )
    evaluable = [(g.label, g.n_evaluable) for g in groups]
    everyone = [(g.label, g.n_all) for g in groups]
    split = bool(counts.by) or len(groups) > 1
    return ResponseEstimate(
        column=counts.column,
        by=counts.by,
        method=method,
        level=level,
        levels=LEVELS,
        groups=groups,
        tests=_tests([g.orr_evaluable for g in groups], evaluable, ordered) if split else (),
        tests_all=_tests([g.orr_all for g in groups], everyone, ordered) if split else (),
        n_unknown_group=counts.n_unknown_group,
        warnings=_warnings(groups, counts.n_unknown_group),
    )


def _in_order(counts: LevelCounts) -> NDArray[np.int64]:
    """Bring the counts of every group into the order of LEVELS, shape (groups, 5)."""
    unknown = [code for code in counts.levels if code not in LEVELS]
    if unknown:
        raise HccvizError(
            f"Column {counts.column} holds the response {', '.join(unknown)}; "
            f"expected {', '.join(LEVELS)}."
        )
    table = np.zeros((len(counts.group_levels), len(LEVELS)), dtype=np.int64)
    table[:, [LEVELS.index(code) for code in counts.levels]] = counts.counts
    return table


def _group(
    code: str, label: str, row: list[int], missing: int, method: str, level: float
) -> ResponseGroup:
    """Rates of one group over both denominators."""
    evaluable, everyone = sum(row[:_EVALUABLE]), sum(row) + missing

    def share(outcome: str, n: int) -> Proportion:
        return proportion(sum(row[: _BEST[outcome]]), n, method=method, level=level)

    return ResponseGroup(
        level=code,
        label=label,
        n_all=everyone,
        n_evaluable=evaluable,
        n_missing=missing,
        counts=tuple(row),
        orr_evaluable=share("orr", evaluable),
        dcr_evaluable=share("dcr", evaluable),
        cr_evaluable=share("cr", evaluable),
        orr_all=share("orr", everyone),
        dcr_all=share("dcr", everyone),
        cr_all=share("cr", everyone),
    )


def _tests(
    rates: list[Proportion], sizes: list[tuple[str, int]], ordered: bool
) -> tuple[TestResult, ...]:
    """Test responders against the rest over the groups."""
    table = np.array([[rate.count, rate.n - rate.count] for rate in rates], dtype=np.int64)
    tests: tuple[TestResult, ...] = association_tests(table.reshape(-1, 2))
    if ordered and len(rates) > 2:
        tests += (trend_test([rate.count for rate in rates], [rate.n for rate in rates]),)
    return noted(tests, rests_on(sizes))


def _warnings(groups: tuple[ResponseGroup, ...], n_unknown: int) -> tuple[str, ...]:
    """Return the sentences to show beside the figure."""
    return (
        *(
            f"Read {g.label} with caution: {count(g.n_evaluable, 'evaluable patient')}."
            for g in groups
            if g.n_evaluable < CAUTION_BELOW
        ),
        *left_out(n_unknown, "without a recorded value of the split"),
    )
