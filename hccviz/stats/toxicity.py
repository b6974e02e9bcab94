"""Toxicity by term and grade: each patient once per term, at the worst grade."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from hccviz.domain.records import (
    RiskDifference,
    ToxicityCounts,
    ToxicityEstimate,
    ToxicityGroup,
    ToxicityRow,
)
from hccviz.stats.cautions import CAUTION_BELOW, count, left_out
from hccviz.stats.proportions import fisher_test, newcombe_difference, proportion

OVERALL = "any"  # term code of the row over all terms
GRADES_FROM = (1, 3)  # any toxicity, severe toxicity


def estimate_toxicity(
    counts: ToxicityCounts,
    *,
    scale: str,
    labels: Mapping[str, str],
    method: str = "clopper-pearson",
    level: float = 0.95,
) -> ToxicityEstimate:
    """Toxicity rates by term, with differences when there are exactly two groups.

    Parameters
    ----------
    counts
        Worst grade per patient and term, by group; patients without a record of a term are in no
        count of that term, so that its denominator is the patients with the term recorded.
    scale
        Grading scale and version, ``""`` when the file does not say.
    labels
        Label of each term column, and of ``"any"`` for the row over all terms; a missing label is
        the code itself.
    method
        ``"clopper-pearson"`` or ``"wilson"``, for the rates; differences are Newcombe's.
    level
        Confidence level, 0-1.

    Returns
    -------
    ToxicityEstimate
        Every term in every group, with explicit zeros; ``share.value`` is None ("not recorded")
        for a term that a group does not record. Differences (second group minus first) and
        Fisher's p for grade >= 1 and >= 3, for each term and last for the row over all terms.

    Raises
    ------
    HccvizError
        When ``method`` or ``level`` is out of range.
    """

    def row(term: str, grades: NDArray[np.int64]) -> ToxicityRow:
        default = "Any term" if term == OVERALL else term
        return _row(term, labels.get(term, default), grades, method, level)

    groups = tuple(
        ToxicityGroup(
            level=code,
            label=label,
            n=int(counts.any_counts[i].sum() + counts.none_recorded[i]),
            rows=tuple(row(term, counts.counts[i, t]) for t, term in enumerate(counts.terms)),
            overall=row(OVERALL, counts.any_counts[i]),
        )
        for i, (code, label) in enumerate(
            zip(counts.group_levels, counts.group_labels, strict=True)
        )
    )
    return ToxicityEstimate(
        phase=counts.phase,
        by=counts.by,
        scale=scale,
        groups=groups,
        differences=_differences(*groups, level=level) if len(groups) == 2 else (),
        n_unknown_group=counts.n_unknown_group,
        warnings=_warnings(groups, scale, counts),
    )


def _row(
    term: str, label: str, grades: NDArray[np.int64], method: str, level: float
) -> ToxicityRow:
    """Rates of one term in one group."""
    found = [int(n) for n in grades]
    n = sum(found)
    return ToxicityRow(
        term=term,
        label=label,
        n=n,
        grades=(found[0], found[1], found[2], found[3], found[4], found[5]),
        any_grade=proportion(sum(found[1:]), n, method=method, level=level),
        severe=proportion(sum(found[3:]), n, method=method, level=level),
    )


def _differences(
    first: ToxicityGroup, second: ToxicityGroup, *, level: float
) -> tuple[RiskDifference, ...]:
    """Compare two groups term by term."""
    pairs = [*zip(first.rows, second.rows, strict=True), (first.overall, second.overall)]
    return tuple(
        _difference(a, b, grade_from, level) for a, b in pairs for grade_from in GRADES_FROM
    )


def _difference(a: ToxicityRow, b: ToxicityRow, grade_from: int, level: float) -> RiskDifference:
    """Compare the risk of one term from one grade on."""
    x, y = sum(a.grades[grade_from:]), sum(b.grades[grade_from:])
    fisher = fisher_test(np.array([[x, a.n - x], [y, b.n - y]], dtype=np.int64))
    return RiskDifference(
        term=a.term,
        grade_from=grade_from,
        difference=newcombe_difference(x, a.n, y, b.n, level=level),
        fisher_p=fisher.p,
    )


def _warnings(
    groups: tuple[ToxicityGroup, ...], scale: str, counts: ToxicityCounts
) -> tuple[str, ...]:
    """Return the sentences to show beside the table."""
    unnamed = (
        () if scale else (f"The file does not name the grading scale of {counts.phase} toxicity.",)
    )
    return (
        *unnamed,
        *(
            f"Read {g.label} with caution: {count(g.overall.n, 'patient')} with toxicity recorded."
            for g in groups
            if g.overall.n < CAUTION_BELOW
        ),
        *left_out(int(counts.none_recorded.sum()), "without any recorded term"),
        *left_out(counts.n_unknown_group, "without a recorded value of the split"),
    )
