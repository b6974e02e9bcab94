"""Hazard ratios of one comparison in all patients and in subgroups, with interaction tests."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from hccviz.domain.records import (
    EventTable,
    FloatArray,
    HazardRatio,
    Quantity,
    TestResult,
)
from hccviz.domain.survival_records import (
    ForestArm,
    ForestEstimate,
    ForestFactor,
    ForestRow,
    SubgroupTable,
)
from hccviz.stats.cautions import count, left_out
from hccviz.stats.cox import estimate_hazard_ratios
from hccviz.stats.kaplan_meier import estimate_curve
from hccviz.stats.model_table import chi_square
from hccviz.stats.partial_likelihood import EfronTerms, efron_terms, expand
from hccviz.stats.risk_sets import risk_sets

INTERACTION = "interaction (likelihood ratio)"
MOST_LEVELS = 20
_MAX_STEPS = 60
_CONVERGED, _FLAT = 1e-8, 1e-9


def estimate_forest(
    overall: EventTable,
    subgroups: Sequence[SubgroupTable],
    *,
    reference: str | None = None,
    level: float = 0.95,
) -> ForestEstimate:
    """Forest of a comparison of two groups.

    Every ratio is that of :func:`hccviz.stats.cox.estimate_hazard_ratios` on the patients of the
    row alone, so that forest, table and survival page agree. The interaction test compares, by
    likelihood ratio with Efron ties and one baseline hazard, comparison + factor with comparison ×
    factor; levels without events cannot speak in it and are left out of it.

    Parameters
    ----------
    overall
        Event table of the two groups compared, all patients.
    subgroups
        The same comparison within every level of every factor.
    reference
        Level in the denominator; the first group when None.
    level
        Confidence level of the Wald limits, 0-1.

    Returns
    -------
    ForestEstimate
        ``why`` says why there is no forest when the comparison has not exactly two groups. A
        factor with more than ``MOST_LEVELS`` levels has no rows, with the reason.

    References
    ----------
    Pocock SJ et al. Stat Med 2002;21:2917-30. R ``anova(coxph(… + …), coxph(… * …))``.
    """
    levels = [group.level for group in overall.groups]
    base = reference if reference is not None else (levels[0] if levels else "")
    why = _refusal(overall, base)
    compared = next((code for code in levels if code != base), "")
    row = _row("", "All patients", overall, levels, base, level)
    factors = () if why else tuple(_factor(s, levels, base, level) for s in subgroups)
    return ForestEstimate(
        endpoint=overall.endpoint,
        by=overall.by,
        compared=compared,
        reference=base,
        level=level,
        overall=replace(row, ratio=Quantity(None, why=why), p=None, why=why) if why else row,
        factors=factors,
        notes=_notes(overall, factors),
        why=why,
    )


def interaction_test(subgroup: SubgroupTable, arms: Sequence[str]) -> TestResult:
    """Likelihood-ratio test that the hazard ratio of two arms is the same in all levels.

    Parameters
    ----------
    subgroup
        Event tables by level of the factor.
    arms
        The two levels compared.

    Returns
    -------
    TestResult
        With (levels with events and both arms - 1) degrees of freedom, or a reason.
    """
    cells, arm, place, silent = [], [], [], []
    for i, table in enumerate(subgroup.tables):
        if not any(group.n_events for group in table.groups):
            silent.append(subgroup.level_labels[i])
            continue
        for group in table.groups:
            if group.level in arms and group.n:
                cells.append(replace(group, level=f"{i}:{group.level}"))
                arm.append(float(group.level != arms[0]))
                place.append(i)
    if len(set(place)) < 2:
        why = "not estimable: fewer than two levels with events"
        return TestResult(INTERACTION, None, None, None, why=why)
    terms = efron_terms(risk_sets(EventTable("", "", tuple(cells))))
    main = np.column_stack(
        [np.array(arm), *(np.equal(place, i).astype(float) for i in sorted(set(place))[1:])]
    )
    every = np.eye(len(cells))[:, 1:]
    small, df_small = _maximum(terms, main)
    large, df_large = _maximum(terms, every)
    if df_large <= df_small:
        why = "not estimable: fewer than two levels with both groups at risk at an event"
        return TestResult(INTERACTION, None, None, None, why=why)
    note = f"Without events and left out: {', '.join(silent)}." if silent else ""
    found = chi_square(INTERACTION, 2.0 * (large - small), df_large - df_small)
    return replace(found, note=note)


def _maximum(terms: EfronTerms, design: NDArray[np.float64]) -> tuple[float, int]:
    """Supremum of the log-likelihood over log ratios ``design @ b``, and the rank at b = 0.

    A monotone likelihood tends to its supremum; the loop ends when it no longer rises.
    """
    b: FloatArray = np.zeros(design.shape[1])
    here = expand(terms, design @ b)
    first = design.T @ here.information @ design
    values = np.linalg.eigvalsh(first)
    rank = int((values > 1e-9 * max(float(values.max()), 1e-300)).sum())
    floor = 1e-13 * max(float(values.max()), 1e-300)
    for _ in range(_MAX_STEPS):
        steep, vectors = np.linalg.eigh(design.T @ here.information @ design)
        score = vectors.T @ (design.T @ here.score)
        step = np.clip(vectors @ (score / np.maximum(steep, floor)), -10.0, 10.0)
        there = expand(terms, design @ (b + step))
        for _ in range(40):
            if there.log_likelihood >= here.log_likelihood - 1e-12 * abs(here.log_likelihood):
                break
            step = step / 2.0
            there = expand(terms, design @ (b + step))
        gain = there.log_likelihood - here.log_likelihood
        b, here = b + step, there
        if float(np.abs(step).max()) < _CONVERGED or abs(gain) < _FLAT:
            break
    return here.log_likelihood, rank


def _refusal(table: EventTable, base: str) -> str:
    """Return the reason why there is no forest, or an empty string."""
    if len(table.groups) != 2:
        found = count(len(table.groups), "group")
        return f"a forest compares two groups; this split has {found}"
    if base not in {group.level for group in table.groups}:
        return f"not estimable: no patient in the reference group {base}"
    return ""


def _factor(subgroup: SubgroupTable, arms: Sequence[str], base: str, level: float) -> ForestFactor:
    """Rows and interaction test of one factor."""
    if len(subgroup.levels) > MOST_LEVELS:
        why = (
            f"{subgroup.label} has {len(subgroup.levels)} levels, more than the {MOST_LEVELS} a "
            "forest can show; group them, or cut the number"
        )
        none = TestResult(INTERACTION, None, None, None, why=why)
        return ForestFactor(subgroup.factor, subgroup.label, (), none, subgroup.n_unknown, why)
    rows = tuple(
        _row(code, label, table, arms, base, level)
        for code, label, table in zip(
            subgroup.levels, subgroup.level_labels, subgroup.tables, strict=True
        )
    )
    test = interaction_test(subgroup, arms)
    return ForestFactor(subgroup.factor, subgroup.label, rows, test, subgroup.n_unknown)


def _row(
    code: str, label: str, table: EventTable, arms: Sequence[str], base: str, level: float
) -> ForestRow:
    """One subgroup: its arms with medians, and the ratio."""
    found = {
        ratio.level: ratio for ratio in estimate_hazard_ratios(table, reference=base, level=level)
    }
    other = next((arm for arm in arms if arm != base), "")
    why = f"not estimable: no patient in {other}" if other else "not estimable: only one group"
    ratio = found.get(other, HazardRatio(other, base, Quantity(None, why=why), None, why))
    return ForestRow(
        level=code,
        label=label,
        n=table.n,
        n_events=sum(group.n_events for group in table.groups),
        arms=tuple(
            ForestArm(
                g.level, g.label, g.n, g.n_events, estimate_curve(g, level=level, times=()).median
            )
            for g in table.groups
        ),
        ratio=ratio.ratio,
        p=ratio.p,
        why=ratio.why,
    )


def _notes(table: EventTable, factors: Sequence[ForestFactor]) -> tuple[str, ...]:
    """Say how many interactions were tested, and who is left out."""
    tested = sum(factor.interaction.p is not None for factor in factors)
    expected = (
        ()
        if tested < 2
        else (f"{tested} interactions are tested; by chance alone one in twenty is below 0.05.",)
    )
    return (
        *expected,
        *left_out(table.n_missing, "without a usable time or event"),
        *left_out(table.n_unknown_group, "without a recorded value of the comparison"),
    )
