"""A factor of a model in two groups: a number from a cut on, or some levels together."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from hccviz.domain.model_records import Covariate

MOST_NAMED = 4
"""Levels of a group that its label names; the rest is counted."""


def from_number_on(covariate: Covariate, cut: float | None) -> Covariate:
    """Return a number as two groups: below a cut (the reference), and from it on.

    Parameters
    ----------
    covariate
        A number.
    cut
        Lowest value of the upper group, in the number's unit; None for the median of the recorded
        values (linear interpolation, R's type 7). A number that is nowhere recorded has none: all
        stays not recorded.

    Returns
    -------
    Covariate
        A category; patients without the number have None.

    Raises
    ------
    ValueError
        When the covariate is a category.

    Examples
    --------
    >>> age = Covariate("age_years", "Age", np.array([50.0, 60.0, np.nan]), unit="years")
    >>> older = from_number_on(age, 60)
    >>> older.values.tolist(), older.level_labels
    (['<60', '≥60', None], ('<60 years', '≥60 years'))
    """
    if covariate.is_category:
        raise ValueError(f"{covariate.label} is no number: choose which of its levels go together.")
    values = covariate.values.astype(np.float64)
    known = np.isfinite(values)
    if cut is None:
        cut = float(np.median(values[known])) if known.any() else 0.0
    unit = f" {covariate.unit}" if covariate.unit else ""
    codes = (f"<{cut:.10g}", f"≥{cut:.10g}")
    return _made(covariate, values >= cut, known, codes, [f"{code}{unit}" for code in codes])


def levels_together(covariate: Covariate, levels: Iterable[str]) -> Covariate:
    """Return a category as two groups: some levels together, against all others (the reference).

    Parameters
    ----------
    covariate
        A category.
    levels
        Codes of the group.

    Returns
    -------
    Covariate
        A category; patients without a level have None. Labels name the levels that occur.

    Raises
    ------
    ValueError
        When the covariate is a number, or a code is no level of it.

    Examples
    --------
    >>> stage = Covariate("t_stage", "T stage", np.array(["T1", "T4", "T2"], dtype=object),
    ...                   ("T1", "T2", "T3", "T4"), ("T1", "T2", "T3", "T4"))
    >>> late = levels_together(stage, ["T3", "T4"])
    >>> late.values.tolist(), late.level_labels
    (['T1|T2', 'T4', 'T1|T2'], ('T1, T2', 'T4'))
    """
    if not covariate.is_category:
        raise ValueError(f"{covariate.label} is a number: choose from where on it is one group.")
    wanted = set(levels)
    if unknown := wanted - set(covariate.levels):
        raise ValueError(f"{covariate.label} has no level {', '.join(sorted(unknown))}.")
    there = set(covariate.values.tolist())
    labels = dict(zip(covariate.levels, covariate.level_labels or covariate.levels, strict=True))
    sides = [
        [c for c in covariate.levels if (c in wanted) is inside and c in there]
        or [c for c in covariate.levels if (c in wanted) is inside]
        for inside in (False, True)
    ]
    return _made(
        covariate,
        np.array([value in wanted for value in covariate.values]),
        np.array([value is not None for value in covariate.values]),
        ("|".join(sides[0]), "|".join(sides[1])),
        [_listed([labels[code] for code in side]) for side in sides],
    )


def _listed(names: Sequence[str]) -> str:
    more = len(names) - MOST_NAMED
    return ", ".join(names[:MOST_NAMED]) + (f" and {more} more" if more > 0 else "")


def _made(
    covariate: Covariate, upper: NDArray[np.bool_], known: NDArray[np.bool_],
    codes: tuple[str, str], labels: Sequence[str],
) -> Covariate:  # fmt: skip
    values = np.where(upper, codes[1], codes[0]).astype(object)
    values[~known] = None
    return replace(
        covariate, values=values, levels=codes, level_labels=tuple(labels), reference="", step=1.0,
        unit="",
    )  # fmt: skip
