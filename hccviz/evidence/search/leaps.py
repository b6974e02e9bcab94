# ruff: noqa: NPY002 (compiled code uses the generator of numba)
# mypy: disable-error-code="untyped-decorator,no-any-return"
"""Last stage of the re-irradiation search: six exchanges at once that bring more print to hold.

Annealing ends where every single exchange breaks more printed numbers than it mends. Exchanges of
one factor between two patients act almost additively on Cox coefficients, standard errors and
log-rank statistics: their effects are computed once, their interactions in pairs, and two lists of
triples are joined where the sum of both lands on the print (meet in the middle).
"""

from __future__ import annotations

import numpy as np
from numba import njit
from numpy.typing import NDArray

from hccviz.evidence.search.kernels import HOPELESS, Z, cox
from hccviz.evidence.search.reirradiation import (
    CP,
    DOSE,
    MODEL,
    POOR,
    ROWS,
    SPLITS,
    T4,
    VI,
    Array,
    Flags,
    logrank_z,
    normal_z,
    possible,
    time_loss,
)  # fmt: skip

TRIPLES = 1_200_000
FEATURES = 14
TESTED = MODEL[[0, 1, 3, 4]]
WIDTHS = np.array([0.0015] * 5 + [0.0008] * 5 + [0.0026, 0.0026, 0.013, 0.0026])


@njit(cache=True)
def features(x: Flags, event: Flags, start: Array) -> Array:
    """Coefficients, standard errors and log-rank z of the modelled factors."""
    beta, n, found = start.copy(), len(event), np.empty(FEATURES)
    columns = np.ascontiguousarray(x[:, MODEL]).astype(np.float64)
    found[5:10] = cox(np.arange(n - 1, -1, -1), columns, event, np.ones(n), beta)
    found[:5] = beta
    for k in range(4):
        found[10 + k] = logrank_z(event, x[:, TESTED[k]])
    return found


@njit(cache=True)
def hits(f: Array, low: Array, high: Array) -> float:
    """Count printed numbers that hold (ratio, limits, p; log-rank p), less a little per distance.

    ``low`` and ``high`` bound, per factor, log ratio, log limits and z, then the log-rank z.
    """
    score = 0.0
    for k in range(24):
        if k < 20:
            a, q = k // 4, k % 4
            value = abs(f[a] / f[5 + a]) if q == 3 else f[a] + (0.0, -Z, Z)[q % 3] * f[5 + a]
        else:
            value = f[k - 10]
        away = abs(2 * value - low[k] - high[k]) / (high[k] - low[k])
        score += 1.0 if away <= 1.0 else -0.02 * np.log(away)
    return score


@njit(cache=True)
def exchange(move: Flags, x: Flags) -> None:
    """Exchange one factor between two patients."""
    k, i, j = move
    x[i, k], x[j, k] = x[j, k], x[i, k]


@njit(cache=True)
def table(x: Flags, event: Flags, months: Array, moves: Flags) -> tuple[Array, Array, Flags]:
    """Effects of moves, interactions of pairs, and which pairs keep medians and cross-tables."""
    n, keep = len(moves), time_loss(x, event, months, False) + 1e-9
    at = features(x, event, np.zeros(5))
    effect, joint = np.zeros((n, FEATURES)), np.zeros((n, n, FEATURES))
    good = np.zeros((n, n), dtype=np.int64)
    for u in range(n):
        exchange(moves[u], x)
        effect[u] = features(x, event, at[:5]) - at
        for v in range(u):
            apart = True
            for i in moves[u, 1:]:
                apart = apart and i != moves[v, 1] and i != moves[v, 2]
            if not apart:
                continue
            exchange(moves[v], x)
            found = features(x, event, at[:5])
            if found[5] < HOPELESS and time_loss(x, event, months, False) <= keep:
                joint[u, v] = found - at - effect[u] - effect[v]
                joint[v, u] = joint[u, v]
                good[u, v], good[v, u] = 1, 1
            exchange(moves[v], x)
        exchange(moves[u], x)
    return effect, joint, good


@njit(cache=True)
def triples(seed: int, effect: Array, joint: Array, good: Flags) -> tuple[Flags, Array]:
    """Draw triples of compatible moves, with their joint effect."""
    np.random.seed(seed)
    n, at = len(effect), 0
    chosen = np.empty((TRIPLES, 3), dtype=np.int64)
    total = np.empty((TRIPLES, FEATURES))
    for _ in range(40 * TRIPLES):
        a, b, c = np.random.randint(n), np.random.randint(n), np.random.randint(n)
        if at < TRIPLES and good[a, b] and good[a, c] and good[b, c]:
            chosen[at, 0], chosen[at, 1], chosen[at, 2] = a, b, c
            total[at] = effect[a] + effect[b] + effect[c] + joint[a, b] + joint[a, c] + joint[b, c]
            at += 1
    return chosen[:at], total[:at]


@njit(cache=True)
def joined(
    chosen: Flags, total: Array, joint: Array, good: Flags, at: Array, goal: Array, dims: Flags,
    low: Array, high: Array, least: float,
) -> tuple[Flags, float]:  # fmt: skip
    """Return the two triples with most hits; ``total`` is sorted by the first of ``dims``."""
    best, pair = least, np.full(2, -1)
    first = total[:, dims[0]].copy()
    for a in range(len(chosen)):
        wanted = goal - at - total[a]
        width = WIDTHS[dims[0]]
        b = np.searchsorted(first, wanted[dims[0]] - width)
        while b < a and first[b] <= wanted[dims[0]] + width:
            near = True
            for d in dims[1:]:
                near = near and abs(total[b, d] - wanted[d]) < WIDTHS[d]
            if near:
                f, apart = at + total[a] + total[b], True
                for u in chosen[a]:
                    for v in chosen[b]:
                        apart = apart and good[u, v] == 1
                        f = f + joint[u, v]
                if apart:
                    score = hits(f, low, high)
                    if score > best:
                        best, pair[0], pair[1] = score, a, b
            b += 1
    return pair, best


def windows() -> tuple[Array, Array]:
    """Bounds of everything that `hits` counts, in log ratios and z."""
    low, high = [], []
    for ratio, below, above, p in ROWS:
        for value in (ratio, below, above):
            low.append(np.log(value - 0.0005))
            high.append(np.log(value + 0.0005))
        low.append(normal_z(p + 0.0005))
        high.append(normal_z(p - 0.0005))
    for p in SPLITS[TESTED, 2]:
        low.append(normal_z(p + 0.0005))
        high.append(normal_z(p - 0.0005))
    return np.array(low), np.array(high)


def possible_moves(x: Flags, event: Flags, months: Array) -> NDArray[np.int64]:
    """List exchanges that keep the cross-tables and every median."""
    keep, moves = time_loss(x, event, months, False) + 1e-9, []
    for k in MODEL:
        for i in range(len(x)):
            for j in range(i + 1, len(x)):
                fixed = (k == T4 and not (x[i, VI] and x[j, VI])) or (
                    k == DOSE and x[i, POOR] != x[j, POOR]
                )
                if x[i, k] == x[j, k] or fixed:
                    continue
                move = np.array([k, i, j])
                exchange(move, x)
                if possible(x) and time_loss(x, event, months, False) <= keep:
                    moves.append(move)
                exchange(move, x)
    return np.array(moves)


def leap(x: Flags, event: Flags, months: Array, seed: int) -> tuple[float, float]:
    """Make the best leap found, in place; return the score before and after."""
    low, high = windows()
    goal = np.concatenate([
        [(low[4 * a] + high[4 * a]) / 2 for a in range(5)],
        [(low[4 * a + 2] - low[4 * a + 1]) / (2 * Z) for a in range(5)],
        (low[20:] + high[20:]) / 2,
    ])  # fmt: skip
    at = features(x, event, np.zeros(5))
    before = hits(at, low, high)
    moves = possible_moves(x, event, months)
    effect, joint, good = table(x, event, months, moves)
    chosen, total = triples(seed, effect, joint, good)
    dims = np.random.default_rng(seed).permutation([0, 1, 3, 4, 10, 11, 13])[:3]
    order = np.argsort(total[:, dims[0]])
    chosen, total = chosen[order], total[order]
    pair, _ = joined(chosen, total, joint, good, at, goal, dims, low, high, before)
    if pair[0] < 0:
        return before, before
    trial = x.copy()
    for m in (*chosen[pair[0]], *chosen[pair[1]]):
        exchange(moves[m], trial)
    after = hits(features(trial, event, at[:5]), low, high)
    kept = possible(trial) and time_loss(trial, event, months, False) <= (
        time_loss(x, event, months, False) + 1e-9
    )
    kept = kept and logrank_z(event, trial[:, CP]) > normal_z(0.001)
    if after <= before or not kept:
        return before, before
    x[:] = trial
    return before, after
