"""What the numbers at risk allow: exhaustive search over all orders of deaths and censorings.

The Kaplan-Meier estimate gives every patient the weight 1/n and, whenever somebody is censored with
r at risk, spreads that weight over the others: the weight w of a patient still at risk grows by
r/(r - 1) (redistribution to the right, Efron 1967). So S = r w at any time, and a death changes r
alone. A curve up to a time is therefore known from the numbers at risk at its few censorings, and
those are searched through: every order of events of two strata is a falling path over the cells
(r1, r2), with a label (pooled weight W, stratum weights w1, w2) that changes only where it is
censored. In each cell a label is kept unless another one is at least as good in all three, or its
best possible end is no better than one already found; neither loses an optimum. Ties need no case
of their own: d deaths at one time are d deaths in a row.

Arithmetic is in doubles (products of at most a few dozen ratios of whole numbers, relative error
below 1e-13); every comparison leaves ``SLACK`` in favour of the print, so nothing is called
impossible by a rounding error.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable
from dataclasses import dataclass
from itertools import combinations
from math import ceil, floor
from typing import Literal

import numpy as np
from numpy.typing import NDArray

SLACK = 1e-9
LARGEST = 80
"""Patients that an exhaustive search takes."""
MOST_CENSORED = 12

Sense = Literal["highest", "lowest"]
Labels = NDArray[np.float64]
_EMPTY: Labels = np.empty((0, 3))


@dataclass(frozen=True, slots=True)
class Stratum:
    """One of two groups that make up all patients.

    Attributes
    ----------
    n
        Patients at the start.
    reached
        True: S <= 0.5 at the time asked about (its median is not later). False: S is still above
        0.5. None: not known.
    """

    n: int
    reached: bool | None


def pooled_survival(
    strata: tuple[Stratum, Stratum],
    censored: int,
    *,
    sense: Sense,
    deaths_to_come: int = 0,
    strict: bool = True,
) -> float:
    """Highest or lowest pooled Kaplan-Meier estimate that two strata allow at one time.

    Parameters
    ----------
    strata
        Sizes, and what is known of each stratum's own estimate at that time.
    censored
        Most patients censored before that time; 0 to ``MOST_CENSORED``.
    sense
        Which end is wanted.
    deaths_to_come
        Deaths that must still fit in afterwards while the strata that have not reached 0.5 stay
        above it (other printed medians are death times); for ``lowest`` only.
    strict
        True: "not reached" means S > 0.5 (the median is the first time with S <= 0.5, as SPSS has
        it). False: S >= 0.5 (the median may be the middle of a flat stretch, as R has it).

    Returns
    -------
    float
        0-1; NaN when no order of events fits.

    References
    ----------
    Efron B. Proc Fifth Berkeley Symp 1967;4:831-53 (redistribution to the right).

    Examples
    --------
    >>> ages = Stratum(24, reached=True), Stratum(19, reached=True)
    >>> round(pooled_survival(ages, 1, sense="highest"), 4)
    0.5047
    """
    search = _Search(strata, censored, sense, deaths_to_come, strict)
    return search.run(goal=search.in_blocks())


class _Search:
    """The search of :func:`pooled_survival`, one layer per number of censorings."""

    def __init__(
        self,
        strata: tuple[Stratum, Stratum],
        censored: int,
        sense: Sense,
        to_come: int,
        strict: bool,
    ) -> None:
        self.n = (strata[0].n, strata[1].n)
        self.up = sense == "highest"
        self.to_come = 0 if self.up else to_come
        self.strict = strict
        self.bound = tuple(s.reached is self.up for s in strata)
        self.censored = censored

    def in_blocks(self) -> float:
        """Best end of the simple orders: one stratum after the other, each censored in one block.

        They can be reached, so they are a good start for the search; most are already the best.
        """
        best = float("nan")
        pick = max if self.up else min
        for a, b in ((0, 1), (1, 0)):
            for k in range(self.censored + 1):
                for own, left in self._blocks(a, k):
                    if own + self.n[b] == k:
                        continue
                    first = (own + self.n[b]) / (own + self.n[b] - k)
                    for other, rest in self._blocks(b, self.censored - k):
                        after = left + other - self.censored + k
                        if after <= 0 or after - left - rest < self.to_come:
                            continue
                        weight = first * (left + other) / after / sum(self.n)
                        end = weight * (left + rest + self.to_come)
                        best = end if np.isnan(best) else pick(best, end)
        return best

    def _blocks(self, s: int, censored: int) -> list[tuple[int, int]]:
        """At risk in a stratum when its block is censored, and at its end."""
        found = []
        for start in range(censored, self.n[s] + 1):
            after = start - censored
            if not self.bound[s]:
                found.append((start, after if self.up else 0))
            elif after:
                half = self.n[s] * after / (2 * start)
                if self.up:
                    found.append((start, min(after, floor(half + SLACK))))
                elif (needed := self._above(half)) <= after:
                    found.append((start, needed))
        return found

    def _above(self, half: float) -> int:
        """Fewest patients that keep a stratum above 0.5, or at it where that is enough."""
        return floor(half + SLACK) + 1 if self.strict else ceil(half - SLACK)

    def run(self, goal: float) -> float:
        """Return the best end; ``goal`` can be reached, and prunes the search."""
        best = (-np.inf if self.up else np.inf) if np.isnan(goal) else goal
        layer: dict[tuple[int, int], Labels] = {}
        for c in range(self.censored + 1):
            following: dict[tuple[int, int], Labels] = {}
            for cell in self._cells():
                labels = self._arrivals(cell, layer, following, start=c == 0)
                if not len(labels):
                    continue
                at_end, ends = self._ends(cell, labels)
                if len(ends):
                    best = max(best, ends.max()) if self.up else min(best, ends.min())
                labels = labels[self._hopeful(cell, labels, at_end, self.censored - c, best)]
                labels = _front(labels, self.up)
                if len(labels):
                    following[cell] = labels
            layer = following
        return float(best) if np.isfinite(best) else float("nan")

    def _cells(self) -> list[tuple[int, int]]:
        return [
            (a, b) for a in range(self.n[0], -1, -1) for b in range(self.n[1], -1, -1) if a + b > 0
        ]

    def _arrivals(
        self,
        cell: tuple[int, int],
        before: dict[tuple[int, int], Labels],
        here: dict[tuple[int, int], Labels],
        *,
        start: bool,
    ) -> Labels:
        """Labels that come into a cell: by a death from this layer, by a censoring from the last.

        A stratum that asks nothing (any more) has the weight 0.
        """
        parts = []
        if start and cell == self.n:
            first = [
                1 / sum(self.n),
                *(1 / n if b else 0.0 for n, b in zip(self.n, self.bound, strict=True)),
            ]
            parts.append(np.array([first]))
        at_risk = sum(cell) + 1
        for s in (0, 1):
            source = (cell[0] + (s == 0), cell[1] + (s == 1))
            if source in here:
                parts.append(here[source])
            if source in before:
                moved = before[source].copy()
                moved[:, 0] *= at_risk / (at_risk - 1)
                if source[s] > 1:
                    moved[:, s + 1] *= source[s] / (source[s] - 1)
                else:
                    moved = moved[moved[:, s + 1] == 0]
                parts.append(moved)
        if not parts:
            return _EMPTY
        labels = np.concatenate(parts)
        for s in (0, 1):
            weight = labels[:, s + 1]
            if self.up:
                weight[cell[s] * weight <= 0.5 + SLACK] = 0.0
            else:
                limit = 0.5 + SLACK / 10 if self.strict else 0.5 - SLACK
                labels = labels[(labels[:, s + 1] == 0) | (cell[s] * labels[:, s + 1] > limit)]
        return labels

    def _ends(self, cell: tuple[int, int], labels: Labels) -> tuple[Labels, Labels]:
        """Numbers at risk with which each label ends best, and the pooled estimates there."""
        at_end = np.zeros((len(labels), 2))
        for s in (0, 1):
            weight = labels[:, s + 1]
            free = weight == 0
            half = 0.5 / np.where(free, 1.0, weight)
            if self.up:
                at_end[:, s] = np.where(free, cell[s], np.floor(half + SLACK))
            else:
                needed = np.floor(half + SLACK) + 1 if self.strict else np.ceil(half - SLACK)
                at_end[:, s] = np.where(free, 0, needed)
        ends = labels[:, 0] * (at_end.sum(axis=1) + self.to_come)
        room = sum(cell) - at_end.sum(axis=1)
        return at_end, ends[room >= self.to_come]

    def _hopeful(
        self, cell: tuple[int, int], labels: Labels, at_end: Labels, left: int, goal: float
    ) -> NDArray[np.bool_]:
        """Mark the labels that could still end better than the goal.

        With k more censorings the weight W grows at most by (R + k)/R, R at risk at the end, and
        at least by R/(R - k), R at risk now; a stratum weight grows least when they come at once
        and most when they come last.
        """
        total = sum(cell)
        if left > total:
            return np.ones(len(labels), dtype=bool)
        if self.up:
            first = np.arange(max(0, left - cell[1]), min(left, cell[0]) + 1)
            ends = np.full((len(labels), len(first)), float(left))
            for s, k in ((0, first), (1, left - first)):
                free = (labels[:, s + 1] == 0)[:, None]
                estimate = np.where(free, 1.0, cell[s] * labels[:, s + 1, None])
                bound = np.floor((cell[s] - k) / (2 * estimate) + SLACK)
                ends += np.where(free, cell[s] - k, bound)
            better: NDArray[np.bool_] = labels[:, 0] * ends.max(axis=1) > goal * (1 + 1e-12)
            return better
        growth = total / (total - left) if left < total else 1.0
        ends = np.maximum(at_end.sum(axis=1) + self.to_come - left, 0)
        hopeful: NDArray[np.bool_] = labels[:, 0] * growth * ends < goal * (1 - 1e-12)
        return hopeful


def _front(labels: Labels, up: bool) -> Labels:
    """Leave out labels that another one equals or betters in all three weights."""
    if len(labels) < 2:
        return labels
    turned = labels if up else -labels
    order = np.lexsort((turned[:, 2], turned[:, 1], -turned[:, 0]))
    kept: list[int] = []
    first: list[float] = []
    second: list[float] = []
    for place, (_, a, b) in zip(order.tolist(), turned[order].tolist(), strict=True):
        near = bisect_right(first, a + abs(a) * 1e-13)
        if near and second[near - 1] <= b + abs(b) * 1e-13:
            continue
        start = stop = bisect_left(first, a)
        while stop < len(first) and second[stop] >= b:
            stop += 1
        first[start:stop], second[start:stop] = [a], [b]
        kept.append(place)
    return labels[kept]


def fewest_gone(n: int, *, pfs_low: float, os_high: float) -> int | None:
    """Fewest patients dead or censored when PFS is at least one value and OS at most another.

    Progression ends a patient's PFS and not his OS; death ends both; a censored patient is
    censored in both. State: progression-free at risk, progressed at risk; labels: the two weights.
    Every order of progressions, deaths and censorings is searched through.

    Parameters
    ----------
    n
        Patients, 1 to ``LARGEST``.
    pfs_low, os_high
        Bounds of the two Kaplan-Meier estimates at the same time, 0-1.

    Returns
    -------
    int or None
        Patients no longer under observation; None when no order of events fits.

    Examples
    --------
    >>> fewest_gone(36, pfs_low=0.6555, os_high=0.5965)
    19
    """
    layer: dict[int, Labels] = {n: np.array([[1 / n, 1 / n]])}
    for at_risk in range(n, 0, -1):
        following: dict[int, list[Labels]] = {}
        pushed: Labels = np.empty((0, 2))
        for free in range(at_risk, -1, -1):
            arrived = [part for part in (layer.get(free), pushed) if part is not None]
            labels = _pairs(np.concatenate(arrived))
            if _fits(labels, free, at_risk, pfs_low, os_high):
                return n - at_risk
            pushed = labels  # one more has progressed
            _leave(labels, free, at_risk, following)
        layer = {free: np.concatenate(parts) for free, parts in following.items()}
    return None


def _fits(labels: Labels, free: int, at_risk: int, pfs_low: float, os_high: float) -> bool:
    pfs, overall = free * labels[:, 0], at_risk * labels[:, 1]
    return bool(((pfs >= pfs_low - SLACK) & (overall <= os_high + SLACK)).any())


def _leave(labels: Labels, free: int, at_risk: int, into: dict[int, list[Labels]]) -> None:
    """Let one patient die or be censored, progression-free or progressed."""
    if at_risk == 1 or not len(labels):
        return
    spread = at_risk / (at_risk - 1)
    if free > 0:
        into.setdefault(free - 1, []).append(labels)
    if free > 1:
        into.setdefault(free - 1, []).append(labels * np.array([free / (free - 1), spread]))
    if at_risk > free:
        into.setdefault(free, []).extend([labels, labels * np.array([1.0, spread])])


def _pairs(labels: Labels) -> Labels:
    """Keep the pairs (PFS weight high, OS weight low) that no other pair betters in both."""
    order = np.lexsort((labels[:, 1], -labels[:, 0]))
    labels = labels[order]
    least = np.minimum.accumulate(labels[:, 1])
    better = np.ones(len(labels), dtype=bool)
    better[1:] = labels[1:, 1] < least[:-1] * (1 - 1e-13)
    return labels[better]


def mixture_survival(
    sizes: tuple[int, int],
    rates: tuple[tuple[float, float], tuple[float, float]],
    censored: int,
) -> tuple[float, float] | None:
    """Lowest and highest pooled estimate of two strata whose own estimates are known.

    Parameters
    ----------
    sizes
        Patients at the start.
    rates
        Bounds (low, high) of each stratum's estimate at the time, 0-1.
    censored
        Patients censored before it, exactly.

    Returns
    -------
    tuple or None
        Bounds of the pooled estimate; None when no order of events gives both rates.
    """
    low, high = np.inf, -np.inf
    for first in range(censored + 1):
        ways = [
            _own_ways(n, k, bounds)
            for n, k, bounds in zip(sizes, (first, censored - first), rates, strict=True)
        ]
        for one in ways[0]:
            for two in ways[1]:
                for pick in (min, max):
                    weight = _woven(sizes, one, two, pick)
                    value = weight * (one[0] + two[0]) / sum(sizes)
                    low, high = min(low, value), max(high, value)
    return None if low > high else (float(low), float(high))


_Way = tuple[int, frozenset[int]]
"""At risk at the end; the numbers at risk at which somebody was censored."""


def _own_ways(n: int, censored: int, bounds: tuple[float, float]) -> list[_Way]:
    """All ways of one stratum that give its rate."""
    found = []
    for places in combinations(range(1, n + 1), censored):
        weight = 1 / n
        for r in places:
            weight *= r / (r - 1) if r > 1 else np.inf
        least = places[0] - 1 if places else n
        found += [
            (left, frozenset(places))
            for left in range(least + 1)
            if bounds[0] - SLACK <= left * weight <= bounds[1] + SLACK
        ]
    return found


def _woven(sizes: tuple[int, int], one: _Way, two: _Way, pick: Callable[..., float]) -> float:
    """Extreme product of R/(R - 1) over the censorings, over all ways to weave two strata."""
    best: dict[tuple[int, int], float] = {}
    for a in range(sizes[0], one[0] - 1, -1):
        for b in range(sizes[1], two[0] - 1, -1):
            options = [1.0] if (a, b) == sizes else []
            at_risk = a + b + 1
            grow = at_risk / (at_risk - 1) if at_risk > 1 else 1.0
            if (a + 1, b) in best:
                options.append(best[a + 1, b] * (grow if a + 1 in one[1] else 1.0))
            if (a, b + 1) in best:
                options.append(best[a, b + 1] * (grow if b + 1 in two[1] else 1.0))
            if options:
                best[a, b] = pick(options)
    return best[one[0], two[0]]


def failure_sets(n: int, failures: int, low: float, high: float) -> list[tuple[int, ...]]:
    """Numbers at risk at the failures that give a Kaplan-Meier estimate within bounds.

    Parameters
    ----------
    n
        Patients at the start, 1 to ``LARGEST``.
    failures
        Failures before the time, 0 to 3.
    low, high
        Bounds of the estimate, 0-1.

    Examples
    --------
    >>> failure_sets(13, 1, 0.8565, 0.8575), failure_sets(13, 2, 0.8565, 0.8575)
    ([(7,)], [])
    """
    found = []
    for places in combinations(range(n, 0, -1), failures):
        value = 1.0
        for r in places:
            value *= 1 - 1 / r
        if low - SLACK <= value <= high + SLACK:
            found.append(places)
    return found
