"""The order of toxicity terms on a page: by frequency, by severity, by organ class."""

from __future__ import annotations

from collections.abc import Mapping

from hccviz.domain.records import ToxicityEstimate

Blocks = tuple[tuple[str, tuple[str, ...]], ...]
"""Headings with their terms; a single heading ``""`` when there are no classes."""


def order_terms(
    estimate: ToxicityEstimate,
    how: str,
    organ_of: Mapping[str, str],
    headings: Mapping[str, str],
) -> Blocks:
    """Return the terms in reading order.

    Parameters
    ----------
    estimate
        Grades by term and group; all groups together decide, so that groups share one order.
    how
        ``"frequency"`` (share with any grade, then severe), ``"severity"`` (share with grade 3 or
        more, then 2, …), ``"organ"`` (classes in their order, inside by frequency) or ``"file"``.
    organ_of, headings
        Organ class of each term column; class → heading, in reading order.
    """
    grades: dict[str, list[int]] = {}
    for group in estimate.groups:
        for row in group.rows:
            seen = grades.setdefault(row.term, [0] * 6)
            grades[row.term] = [a + b for a, b in zip(seen, row.grades, strict=True)]

    def at_least(term: str, grade: int) -> float:
        counts = grades[term]
        return sum(counts[grade:]) / max(sum(counts), 1)

    def frequency(term: str) -> tuple[float, ...]:
        return tuple(-at_least(term, g) for g in (1, 3, 2, 4, 5))

    def severity(term: str) -> tuple[float, ...]:
        return tuple(-at_least(term, g) for g in (3, 4, 5, 2, 1))

    if how == "file":
        return (("", tuple(grades)),)
    if how != "organ":
        key = severity if how == "severity" else frequency
        return (("", tuple(sorted(grades, key=key))),)
    blocks = (
        (words, tuple(sorted((t for t in grades if organ_of.get(t) == code), key=frequency)))
        for code, words in headings.items()
    )
    return tuple(block for block in blocks if block[1])
