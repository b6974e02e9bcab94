"""Standardised mean differences for the baseline table: how far apart the groups are."""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from hccviz.domain.records import FloatArray, NumberSummary, Quantity

_ONE_GROUP = "not estimable: fewer than two groups with enough recorded values"


def smd_of_numbers(groups: Sequence[NumberSummary]) -> Quantity:
    """Largest absolute pairwise standardised difference of the means of a number.

    Parameters
    ----------
    groups
        One summary per group; a group with fewer than two recorded values has no standard
        deviation and is left out.

    Returns
    -------
    Quantity
        |m1 - m2| / sqrt((s1² + s2²) / 2) of the most different pair, >= 0, without limits;
        ``value`` is None with a reason when fewer than two groups are left or a pair has no
        spread.

    References
    ----------
    Cohen J. Statistical Power Analysis for the Behavioral Sciences, 1988. Austin PC. Stat Med
    2009;28:3083-107.

    Examples
    --------
    >>> a = NumberSummary(9, 0, 60, 55, 65, 50, 70, mean=60.0, std_dev=6.0)
    >>> b = NumberSummary(9, 0, 63, 58, 68, 53, 73, mean=63.0, std_dev=6.0)
    >>> smd_of_numbers([a, b]).value
    0.5
    """
    known = [(g.mean, g.std_dev) for g in groups if g.mean is not None and g.std_dev is not None]
    if len(known) < 2:
        return Quantity(None, why=_ONE_GROUP)
    found = []
    for (mean_a, sd_a), (mean_b, sd_b) in combinations(known, 2):
        spread = math.sqrt((sd_a**2 + sd_b**2) / 2.0)
        if spread == 0.0:
            return Quantity(None, why="not estimable: no spread in two of the groups")
        found.append(abs(mean_a - mean_b) / spread)
    return Quantity(max(found))


def smd_of_levels(counts: NDArray[np.int64]) -> Quantity:
    """Largest absolute pairwise standardised difference of a categorical variable.

    Parameters
    ----------
    counts
        Patients per group and level, shape (groups, levels); missing values are not counted. A
        group without any recorded value is left out.

    Returns
    -------
    Quantity
        Mahalanobis distance of the two vectors of shares, with the mean of their multinomial
        covariances and its generalised inverse, >= 0, without limits; ``value`` is None with a
        reason when fewer than two groups are left or two groups share no level (the distance is
        then infinite).

    References
    ----------
    Yang D, Dalton JE. SAS Global Forum 2012, paper 335.

    Examples
    --------
    >>> round(smd_of_levels(np.array([[50, 50], [80, 20]])).value, 4)
    0.6626
    """
    totals = counts.sum(axis=1)
    shares = counts[totals > 0] / totals[totals > 0, None]
    if len(shares) < 2:
        return Quantity(None, why=_ONE_GROUP)
    found = []
    for a, b in combinations(shares, 2):
        if not ((a > 0) & (b > 0)).any():
            return Quantity(None, why="not estimable: two of the groups have no level in common")
        found.append(_distance(a, b))
    return Quantity(max(found))


def _distance(a: FloatArray, b: FloatArray) -> float:
    """Mahalanobis distance of two multinomial share vectors."""
    used = (a > 0) | (b > 0)
    a, b = a[used][1:], b[used][1:]  # one level follows from the others
    covariance = (np.diag(a) - np.outer(a, a) + np.diag(b) - np.outer(b, b)) / 2.0
    gap = a - b
    return math.sqrt(max(float(gap @ np.linalg.pinv(covariance, hermitian=True) @ gap), 0.0))
