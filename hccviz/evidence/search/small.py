# ruff: noqa: NPY002 (compiled code uses the generator of numba)
# mypy: disable-error-code="untyped-decorator,no-any-return"
"""Search for the cores of the two small studies: medians with SPSS limits, rates, log-rank tests.

Both cores are lists of patients with two endpoints; a goal names a group, an endpoint and the
printed median, limits, rate or p. Moves shift a time, swap event flags, or swap group labels.
"""

from __future__ import annotations

import math

import numpy as np
from numba import njit
from numpy.typing import NDArray

from hccviz.evidence.search.kernels import Z, miss

Array = NDArray[np.float64]
Flags = NDArray[np.int64]

MEDIAN, LOW, HIGH, RATE, LOGRANK, NAIVE = range(6)
NEVER_REACHED = 999.0


@njit(cache=True)
def curve(months: Array, event: Flags, inside: Flags) -> tuple[Array, Array, Array, int]:
    """Death times, S after them and Greenwood's sum, in order; and how many there are."""
    n = len(months)
    order = np.argsort(months)
    time, survival, green = np.zeros(n), np.zeros(n), np.zeros(n)
    left = 0
    for i in range(n):
        left += inside[i]
    s, g, m, at = 1.0, 0.0, 0, 0
    while at < n:
        t, died, gone = months[order[at]], 0, 0
        while at < n and months[order[at]] == t:
            if inside[order[at]]:
                died += event[order[at]]
                gone += 1
            at += 1
        if died:
            g += died / (left * (left - died)) if left > died else 0.0
            s *= 1.0 - died / left
            time[m], survival[m], green[m] = t, s, g
            m += 1
        left -= gone
    return time, survival, green, m


@njit(cache=True)
def median_and_error(months: Array, event: Flags, inside: Flags) -> tuple[float, float]:
    """Median (midpoint of a flat stretch) and SPSS standard error of the first time at one half."""
    time, survival, green, m = curve(months, event, inside)
    middle, first, upper, lower = NEVER_REACHED, -1, -1, -1
    for i in range(m):
        if survival[i] >= 0.55 - 1e-12:
            upper = i
        if survival[i] <= 0.45 + 1e-12 and lower < 0:
            lower = i
        if first < 0 and survival[i] <= 0.5 + 1e-12:
            first = i
            middle = time[i]
            if survival[i] > 0.5 - 1e-9 and i + 1 < m:
                middle = 0.5 * (time[i] + time[i + 1])
    if first < 0 or lower < 0 or upper < 0:
        return middle, 0.0
    density = (survival[upper] - survival[lower]) / (time[lower] - time[upper])
    return middle, survival[first] * math.sqrt(green[first]) / density


@njit(cache=True)
def rate(months: Array, event: Flags, inside: Flags, at: float) -> float:
    """Kaplan-Meier rate, percent."""
    time, survival, _, m = curve(months, event, inside)
    value = 100.0
    for i in range(m):
        if time[i] <= at:
            value = 100.0 * survival[i]
    return value


@njit(cache=True)
def logrank_p(months: Array, event: Flags, one: Flags, other: Flags) -> float:
    """Two-sided log-rank p with ties."""
    excess = variance = 0.0
    for i in range(len(months)):
        first = event[i] and (one[i] or other[i])
        for j in range(i):
            if months[j] == months[i] and event[j] and (one[j] or other[j]):
                first = False
        if not first:
            continue
        n = n1 = d = d1 = 0
        for j in range(len(months)):
            if months[j] >= months[i]:
                n += one[j] + other[j]
                n1 += one[j]
            if months[j] == months[i] and event[j]:
                d += one[j] + other[j]
                d1 += one[j]
        excess += d1 - d * n1 / n
        if n > 1:
            variance += d * (n1 / n) * (1 - n1 / n) * (n - d) / (n - 1)
    return math.erfc(abs(excess) / math.sqrt(2 * variance)) if variance > 0 else 1.0


@njit(cache=True)
def total_loss(months: Array, event: Flags, groups: Flags, goals: Array, linear: bool) -> float:
    """Sum over goals (kind, endpoint, group, other group, printed, tolerance, month)."""
    loss = 0.0
    for k in range(len(goals)):
        kind, e = int(goals[k, 0]), int(goals[k, 1])
        inside = groups[int(goals[k, 2])]
        printed, tolerance = goals[k, 4], goals[k, 5]
        if kind == RATE:
            value = rate(months[e], event[e], inside, goals[k, 6])
        elif kind == LOGRANK:
            value = logrank_p(months[e], event[e], inside, groups[int(goals[k, 3])])
        elif kind == NAIVE:
            kept = np.sort(months[e][inside == 1])
            value = 0.5 * (kept[len(kept) // 2] + kept[(len(kept) - 1) // 2])
        else:
            value, error = median_and_error(months[e], event[e], inside)
            if kind == LOW:
                value = max(value - Z * error, 0.0)
            elif kind == HIGH:
                value += Z * error
        if linear:
            loss += (
                6.0 * max(abs(value - printed) - tolerance, 0.0) / (0.25 * printed + 20 * tolerance)
            )
        else:
            loss += miss(value, printed, tolerance)
    return loss


@njit(cache=True)
def anneal(
    seed: int, steps: int, hot: float, cold: float, linear: bool, first_ends: bool, flips: bool,
    months: Array, event: Flags, groups: Flags, fixed: Flags, low: Array, high: Array,
    swaps: Flags, goals: Array,
) -> float:  # fmt: skip
    """Improve a core in place; return its loss.

    ``months`` and ``event`` are (endpoint, patient); with ``first_ends`` an event of the second
    endpoint is earlier than the first endpoint and without one both times are equal. ``fixed``
    marks times that stay; ``swaps`` lists ranges of groups (first, last) of which every patient
    has one.
    """
    np.random.seed(seed)
    n = months.shape[1]
    loss = total_loss(months, event, groups, goals, linear)
    best = loss
    keep = (months.copy(), event.copy(), groups.copy())
    for step in range(steps):
        heat = hot * (cold / hot) ** (step / steps)
        old = (months.copy(), event.copy(), groups.copy())
        for _ in range(1 + np.random.randint(3)):
            i, j = np.random.randint(n), np.random.randint(n)
            kind = np.random.random()
            e = np.random.randint(months.shape[0])
            if kind < 0.55:
                if not fixed[e, i]:
                    wide = np.random.random() < 0.2
                    move = 8.0 if wide else 0.4
                    months[e, i] = round(months[e, i] + move * np.random.randn(), 2)
            elif kind < 0.7:
                event[e, i], event[e, j] = event[e, j], event[e, i]
            elif kind < 0.8:
                if flips:
                    event[e, i] = 1 - event[e, i]
            elif len(swaps):
                s = np.random.randint(len(swaps))
                a, b = swaps[s]
                for g in range(a, b + 1):
                    groups[g, i], groups[g, j] = groups[g, j], groups[g, i]
        good = True
        for i in range(n):
            if first_ends and not event[1, i]:
                months[1, i] = months[0, i]
            if first_ends and event[1, i] and months[1, i] >= months[0, i] - 0.02:
                good = False
            for e in range(months.shape[0]):
                if months[e, i] < low[e] or months[e, i] > high[e]:
                    good = False
        new = total_loss(months, event, groups, goals, linear) if good else 1e9
        if new <= loss or np.random.random() < math.exp((loss - new) / heat):
            loss = new
            if loss < best - 1e-9:
                best = loss
                keep = (months.copy(), event.copy(), groups.copy())
        else:
            months[:], event[:], groups[:] = old
    months[:], event[:], groups[:] = keep
    return best
