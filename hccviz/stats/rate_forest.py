"""Risk differences and odds ratios of one rate in all patients and in subgroups."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit, xlogy

from hccviz.domain.records import FloatArray, Quantity, TestResult
from hccviz.domain.subgroup_records import (
    RateArm,
    RateForest,
    RateForestFactor,
    RateForestRow,
    RateSubgroups,
    RateTable,
)
from hccviz.stats.cautions import count, left_out
from hccviz.stats.forest import INTERACTION, MOST_LEVELS
from hccviz.stats.model_table import chi_square
from hccviz.stats.odds import conditional_odds_ratio
from hccviz.stats.proportions import fisher_test, newcombe_difference, proportion

_MAX_STEPS = 100
_CONVERGED, _FLAT = 1e-10, 1e-11


def estimate_rate_forest(
    overall: RateTable,
    subgroups: Sequence[RateSubgroups],
    *,
    outcome: str,
    good: bool,
    arms: tuple[str, str],
    level: float = 0.95,
) -> RateForest:
    """Forest of a rate in two arms.

    Every difference and odds ratio is the one that the response page gives for the patients of
    the row alone. The interaction test compares, by likelihood ratio, two logistic models:
    comparison + factor, and comparison × factor; it is a test of odds ratios.

    Parameters
    ----------
    overall
        Counts of the two arms, all patients.
    subgroups
        The same within every level of every factor.
    outcome, good
        What is counted, and whether more of it is good news.
    arms
        Codes of reference and compared arm.
    level
        Confidence level, 0-1.

    Returns
    -------
    RateForest
        ``why`` says why there is no forest when one of the arms has no patient.

    References
    ----------
    Newcombe RG. Stat Med 1998;17:873-90. R ``fisher.test``; ``anova(glm(… + …), glm(… * …), test
    = "LRT")``.
    """
    why = "" if len(overall.groups) == 2 else _lonely(overall)
    row = _row("", "All patients", overall, arms, level)
    factors = () if why else tuple(_factor(s, arms, level) for s in subgroups)
    tested = sum(f.interaction.p is not None for f in factors)
    chance = f"{tested} interactions are tested; by chance alone one in twenty is below 0.05."
    return RateForest(
        outcome=outcome,
        good=good,
        by=overall.by,
        compared=arms[1],
        reference=arms[0],
        level=level,
        overall=row,
        factors=factors,
        notes=(
            *((chance,) if tested > 1 else ()),
            *left_out(overall.n_missing, "in whom the outcome is not known"),
            *left_out(overall.n_unknown_group, "without a recorded value of the comparison"),
        ),
        why=why,
    )


def odds_interaction(subgroup: RateSubgroups, arms: tuple[str, str]) -> TestResult:
    """Likelihood-ratio test that the odds ratio of two arms is the same in all levels.

    Levels in which all outcomes agree, or in which an arm is missing, cannot speak and are left
    out; the note names them.
    """
    cells, silent = [], []
    for label, table in zip(subgroup.level_labels, subgroup.tables, strict=True):
        found = {g.level: (g.count, g.n) for g in table.groups}
        pair = [found.get(arm, (0, 0)) for arm in arms]
        events, n = (sum(part) for part in zip(*pair, strict=True))
        if all(n_arm for _, n_arm in pair) and 0 < events < n:
            cells.append(pair)
        else:
            silent.append(label)
    if len(cells) < 2:
        why = "not estimable: fewer than two levels with both groups and both outcomes"
        return TestResult(INTERACTION, None, None, None, why=why)
    counts = np.array(cells, dtype=np.float64)
    statistic = 2.0 * (_saturated(counts) - _common(counts))
    found_test = chi_square(INTERACTION, max(statistic, 0.0), len(cells) - 1)
    note = f"Says nothing and left out: {', '.join(silent)}." if silent else ""
    return TestResult(INTERACTION, found_test.statistic, found_test.df, found_test.p, note=note)


def _saturated(counts: NDArray[np.float64]) -> float:
    """Log-likelihood with a rate of its own in every cell; shape (levels, arms, [events, n])."""
    y, n = counts[..., 0], counts[..., 1]
    return float((xlogy(y, y / n) + xlogy(n - y, (n - y) / n)).sum())


def _common(counts: NDArray[np.float64]) -> float:
    """Largest log-likelihood with one odds ratio in all levels, by Newton's method.

    When the common odds ratio is 0 or infinite the likelihood tends to its supremum; the loop ends
    when it no longer rises.
    """
    y, n = counts[..., 0].ravel(), counts[..., 1].ravel()
    levels = len(counts)
    design = np.column_stack([np.tile([0.0, 1.0], levels), np.repeat(np.eye(levels), 2, axis=0)])
    rate = counts[..., 0].sum(axis=1) / counts[..., 1].sum(axis=1)
    b: FloatArray = np.concatenate(([0.0], np.log(rate / (1.0 - rate))))
    here = _log_likelihood(design @ b, y, n)
    for _ in range(_MAX_STEPS):
        share = expit(design @ b)
        information = design.T @ (design * (n * share * (1.0 - share))[:, None])
        steep, vectors = np.linalg.eigh(information)
        score = vectors.T @ (design.T @ (y - n * share))
        step = np.clip(vectors @ (score / np.maximum(steep, 1e-12)), -5.0, 5.0)
        there = _log_likelihood(design @ (b + step), y, n)
        for _ in range(40):
            if there >= here - 1e-13 * abs(here):
                break
            step = step / 2.0
            there = _log_likelihood(design @ (b + step), y, n)
        gain, b, here = there - here, b + step, there
        if float(np.abs(step).max()) < _CONVERGED or abs(gain) < _FLAT:
            break
    return here


def _log_likelihood(eta: FloatArray, y: FloatArray, n: FloatArray) -> float:
    """Binomial log-likelihood of grouped counts, safe for large arguments."""
    return float((y * eta - n * np.logaddexp(0.0, eta)).sum())


def _lonely(table: RateTable) -> str:
    """Say why two arms cannot be compared."""
    if not table.groups:
        return "not estimable: nobody in these two groups has the outcome recorded"
    return f"not estimable: only {table.groups[0].label} has patients with the outcome recorded"


def _factor(subgroup: RateSubgroups, arms: tuple[str, str], level: float) -> RateForestFactor:
    """Rows and interaction test of one factor."""
    if len(subgroup.levels) > MOST_LEVELS:
        why = (
            f"{subgroup.label} has {count(len(subgroup.levels), 'level')}, more than the "
            f"{MOST_LEVELS} a forest can show; group them, or cut the number"
        )
        none = TestResult(INTERACTION, None, None, None, why=why)
        return RateForestFactor(subgroup.factor, subgroup.label, (), none, subgroup.n_unknown, why)
    rows = tuple(
        _row(code, label, table, arms, level)
        for code, label, table in zip(
            subgroup.levels, subgroup.level_labels, subgroup.tables, strict=True
        )
    )
    test = odds_interaction(subgroup, arms)
    return RateForestFactor(subgroup.factor, subgroup.label, rows, test, subgroup.n_unknown)


def _row(
    code: str, label: str, table: RateTable, arms: tuple[str, str], level: float
) -> RateForestRow:
    """One subgroup: the rate of each arm, difference and odds ratio."""
    shown = tuple(
        RateArm(g.level, g.label, proportion(g.count, g.n, level=level)) for g in table.groups
    )
    n, events = sum(g.n for g in table.groups), sum(g.count for g in table.groups)
    if len(table.groups) < 2:
        why = _lonely(table)
        none = Quantity(None, why=why)
        return RateForestRow(code, label, n, events, shown, none, none, None, why)
    found = {g.level: g for g in table.groups}
    base, other = found[arms[0]], found[arms[1]]
    cells = (other.count, other.n - other.count, base.count, base.n - base.count)
    fisher = fisher_test(np.array([cells[:2], cells[2:]], dtype=np.int64))
    return RateForestRow(
        code, label, n, events, shown,
        newcombe_difference(base.count, base.n, other.count, other.n, level=level),
        conditional_odds_ratio(cells, level=level),
        fisher.p, fisher.why,
    )  # fmt: skip
