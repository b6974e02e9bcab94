"""Numbers that the print gives only by quartiles, ranges or classes: drawn within those bounds.

Exact values between two printed quantiles are invented; the cohort's notes say so.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np


def log_values(rng: np.random.Generator, count: int, low: float, high: float) -> list[float]:
    """Draw sorted values, uniform on the log scale, rounded to three significant digits."""
    values = np.exp(rng.uniform(np.log(low), np.log(high), count))
    return sorted(float(f"{value:.3g}") for value in values)


def even_values(
    rng: np.random.Generator, count: int, low: float, high: float, digits: int
) -> list[float]:
    """Draw sorted values, uniform between both limits, rounded to ``digits``."""
    return sorted(round(float(v), digits) for v in rng.uniform(low, high, count))


def dealt(
    rng: np.random.Generator, values: Sequence[float], where: Sequence[bool]
) -> dict[int, float]:
    """Deal ``values`` in random order to the positions where ``where`` is true."""
    places = [i for i, ok in enumerate(where) if ok]
    if len(places) != len(values):
        raise ValueError(f"{len(values)} values for {len(places)} patients")
    order = rng.permutation(len(values))
    return {place: values[k] for place, k in zip(places, order, strict=True)}


def spread(n: int, *parts: dict[int, float]) -> list[float | None]:
    """Join dealt parts into one column; a position that no part covers is None."""
    column: list[float | None] = [None] * n
    for part in parts:
        for place, value in part.items():
            column[place] = value
    return column


def alternate_grades(flags: Sequence[bool], grades: Sequence[int]) -> list[int]:
    """Split a pooled grade ("1-2"): patients in file order get the grades in turn, others 0."""
    column, turn = [], 0
    for flag in flags:
        column.append(grades[turn % len(grades)] if flag else 0)
        turn += int(flag)
    return column
