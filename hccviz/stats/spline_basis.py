"""Restricted (natural) cubic splines in Harrell's form."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from hccviz.domain.records import FloatArray

# Harrell's percentiles of the knots, by their number
KNOT_SHARES = {
    3: (0.10, 0.50, 0.90),
    4: (0.05, 0.35, 0.65, 0.95),
    5: (0.05, 0.275, 0.50, 0.725, 0.95),
}


def natural_spline(x: FloatArray, knots: FloatArray) -> NDArray[np.float64]:
    """Columns x and the k - 2 cubic terms of a spline that is linear beyond its outer knots.

    Parameters
    ----------
    x
        Values, shape (n,).
    knots
        At least three, increasing, shape (k,).

    Returns
    -------
    array, shape (n, k - 1)
        As R's ``Hmisc::rcspline.eval(x, knots, inclx = TRUE)``: cubic terms divided by the squared
        distance of the outer knots.

    References
    ----------
    Harrell FE. Regression Modeling Strategies. 2nd ed. Springer 2015, 2.4.5.

    Examples
    --------
    >>> natural_spline(np.array([0.0, 2.0]), np.array([0.0, 1.0, 2.0])).tolist()
    [[0.0, 0.0], [2.0, 1.5]]
    """
    last, before = knots[-1], knots[-2]
    unit = (last - knots[0]) ** 2
    cubes = np.maximum(x[:, None] - knots, 0.0) ** 3
    gap = last - before
    terms = (
        cubes[:, :-2]
        - cubes[:, [-2]] * (last - knots[:-2]) / gap
        + cubes[:, [-1]] * (before - knots[:-2]) / gap
    )
    return np.column_stack([x, terms / unit])


def knots_of(x: FloatArray, number: int = 4) -> FloatArray:
    """Knots at Harrell's percentiles (R's type 7); fewer when percentiles coincide.

    With fewer than 100 values the outer knots are the fifth smallest and the fifth largest value,
    as Harrell's own function takes them.
    """
    knots = np.quantile(x, KNOT_SHARES[number])
    if 10 <= len(x) < 100:
        ranked = np.sort(x)
        knots[0], knots[-1] = ranked[4], ranked[-5]
    return np.unique(knots)
