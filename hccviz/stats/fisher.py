"""Fisher's exact test of a contingency table of any shape, by enumeration along a network.

Tables with the observed margins are built column by column. What is left of the row margins is
the node; a path to it carries the sum of log multinomial coefficients so far and its
probability. At every node the largest and smallest possible remainder are known, so that a path
is counted or dropped as a whole as soon as its verdict is certain, and paths that agree are
merged (the idea of Mehta and Patel's network algorithm).
"""

from __future__ import annotations

from dataclasses import dataclass
from math import prod

import numpy as np
from numpy.typing import NDArray
from scipy.special import gammaln

from hccviz.domain.records import FloatArray, IntArray

_AS_EXTREME = 1e-7  # relative tolerance of "no more probable than the observed table", as in R
_MERGED = 1e9  # log weights that agree to nine decimals are one
_LARGEST = 2_000_000  # nodes or paths times fillings that one step may enumerate


class TooManyTablesError(ArithmeticError):
    """The margins allow more tables than a screen can wait for."""


@dataclass(frozen=True, slots=True)
class _Stage:
    """One column of the table: its possible fillings at every node before it.

    ``following[s, v]`` is the node after filling v at node s, -1 when impossible; ``chance`` its
    conditional probability; ``weight[v]`` its log multinomial coefficient; ``most`` and
    ``least`` bound the weight of all later columns at each node after it.
    """

    following: IntArray
    chance: FloatArray
    weight: FloatArray
    most: FloatArray
    least: FloatArray


def exact_p(table: NDArray[np.int64]) -> float:
    """Two-sided p: total probability of the tables no more probable than the observed one.

    Parameters
    ----------
    table
        Counts, shape (r, c), at least two rows and columns, no empty row or column.

    Returns
    -------
    float
        p, 0-1, given both margins.

    Raises
    ------
    TooManyTablesError
        When the enumeration would be too large for a screen.

    References
    ----------
    Fisher RA. J R Stat Soc 1935;98:39-54. Freeman GH, Halton JH. Biometrika 1951;38:141-9.
    Mehta CR, Patel NR. J Am Stat Assoc 1983;78:427-34; R ``fisher.test``.

    Examples
    --------
    >>> round(exact_p(np.array([[3, 1], [1, 3]])), 6)
    0.485714
    """
    table = table if table.shape[0] <= table.shape[1] else table.T
    table = table[:, np.argsort(-table.sum(axis=0), kind="stable")]
    stages = _stages(table)
    ceiling = float(_log_multinomial(table.T).sum()) + _AS_EXTREME
    node, past, mass = np.zeros(1, dtype=np.int64), np.zeros(1), np.ones(1)
    p = 0.0
    for stage in stages:
        _check_size(len(node) * len(stage.weight))
        after = stage.following[node]
        path, filling = np.nonzero(after >= 0)
        reached = after[path, filling]
        weight = past[path] + stage.weight[filling]
        chance = mass[path] * stage.chance[node[path], filling]
        counted = weight + stage.most[reached] <= ceiling
        p += float(chance[counted].sum())
        open_ = ~counted & (weight + stage.least[reached] <= ceiling)
        node, past, mass = _merged(reached[open_], weight[open_], chance[open_])
    return min(p, 1.0)


def _stages(table: NDArray[np.int64]) -> list[_Stage]:
    """Nodes forward, bounds backward; the last column is what the others leave."""
    radix = np.cumprod(np.concatenate(([1], table.sum(axis=1)[:-1] + 1)))
    nodes = [table.sum(axis=1)[None, :]]
    steps = []
    for total in table.sum(axis=0)[:-1]:
        fillings = _fillings(int(total), nodes[-1].max(axis=0))
        _check_size(len(nodes[-1]) * len(fillings))
        left = nodes[-1][:, None, :] - fillings
        possible = (left >= 0).all(axis=2)
        codes = left @ radix
        reached, where = np.unique(codes[possible], return_index=True)
        following = np.where(possible, np.searchsorted(reached, codes), -1)
        steps.append((following, _chances(nodes[-1], left, possible), _log_multinomial(fillings)))
        nodes.append(left[possible][where])
    stages: list[_Stage] = []
    most = least = _log_multinomial(nodes[-1])
    for following, chance, weight in reversed(steps):
        stages.append(_Stage(following, chance, weight, most, least))
        possible = following >= 0
        most = np.where(possible, weight + most[following], -np.inf).max(axis=1)
        least = np.where(possible, weight + least[following], np.inf).min(axis=1)
    return stages[::-1]


def _fillings(total: int, largest: IntArray) -> IntArray:
    """Return all ways to spread a column total over the rows, shape (ways, rows)."""
    sides = [min(total, int(most)) + 1 for most in largest[:-1]]
    _check_size(prod(sides))
    first = np.indices(sides).reshape(len(sides), -1).T
    last = total - first.sum(axis=1)
    ways: IntArray = np.column_stack((first, last))
    possible = (last >= 0) & (last <= largest[-1])
    return np.compress(possible, ways, axis=0)


def _chances(nodes: IntArray, left: IntArray, possible: NDArray[np.bool_]) -> FloatArray:
    """Multivariate hypergeometric probability of each filling at each node."""
    before, after = gammaln(nodes + 1.0).sum(axis=1), gammaln(np.maximum(left, 0) + 1.0).sum(axis=2)
    filled = nodes[:, None, :] - left
    n, rest = nodes.sum(axis=1)[:, None], left.sum(axis=2)
    log_ways = before[:, None] - after - gammaln(filled + 1.0).sum(axis=2)
    log_all = gammaln(n + 1.0) - gammaln(rest + 1.0) - gammaln(n - rest + 1.0)
    return np.where(possible, np.exp(log_ways - log_all), 0.0)


def _log_multinomial(fillings: IntArray) -> FloatArray:
    """Logarithm of the multinomial coefficient of each row."""
    value: FloatArray = gammaln(fillings.sum(axis=1) + 1.0) - gammaln(fillings + 1.0).sum(axis=1)
    return value


def _merged(
    node: IntArray, past: FloatArray, mass: FloatArray
) -> tuple[IntArray, FloatArray, FloatArray]:
    """Add up the probability of paths that reach the same node with the same weight."""
    key = np.stack((node, np.rint(past * _MERGED).astype(np.int64)))
    _, first, place = np.unique(key, axis=1, return_index=True, return_inverse=True)
    total: FloatArray = np.bincount(place.ravel(), mass, len(first)).astype(np.float64)
    return node[first], past[first], total


def _check_size(size: int) -> None:
    """Refuse an enumeration that a screen cannot wait for."""
    if size > _LARGEST:
        raise TooManyTablesError
