# ruff: noqa: NPY002 (compiled code uses the generator of numba)
# mypy: disable-error-code="untyped-decorator,no-any-return"
"""Last phase of the search of SBRT after TACE: many moves at once, chosen by their summed effects.

Annealing freezes where every single move breaks more printed numbers than it mends. Among 302
patients the effects of moves on coefficients and standard errors nearly add up. They are computed
once for some thousands of moves; a set of moves is then annealed on the sums, a hundred times
faster than on the models, and kept when the models agree.
"""

from __future__ import annotations

import math

import numpy as np
from numba import njit

from hccviz.evidence.search.tace_loss import (
    AFP,
    CP,
    EVERYBODY,
    LC_MODEL,
    LC_PART,
    NEVER,
    OS_MODEL,
    OS_PART,
    PARTS,
    RATE_PART,
    SIZE,
    SIZE_PART,
    SURE,
    Z,
)
from hccviz.evidence.search.tace_models import (
    Array,
    Flags,
    cox_many,
    cox_one,
    logistic_one,
    rate_at,
)
from hccviz.evidence.search.tace_moves import (
    NEVER_DEATHS,
    Hits,
    allowed,
    make_move,
    never_deaths,
    pick,
)

ROWS = 22 + 6 + 5 + 1
"""Printed rows: every term alone, both models, size against complete response."""
FEATURES = 2 * ROWS + 5
"""Per row coefficient and standard error; two means, t, and both rates."""


@njit(cache=True)
def refresh(
    f: Array, hits: Hits, orders: Flags, x: Array, months: Array, died: Flags,
    lc_months: Array, failed: Flags, present: Array, fits: Array,
) -> bool:  # fmt: skip
    """Fill the features of the parts hit; returns whether every model holds."""
    one, errors = np.empty(2), np.empty(6)
    for part in range(22):
        if hits[part] and part != 11 + CP:
            k = part % 11
            event = died if part < 11 else failed
            inside = present if k == AFP else EVERYBODY
            if not cox_one(orders[part // 11], x[:, k], event, inside, fits[part, 0], one):
                return False
            fits[part, 0] = one[0]
            f[2 * part], f[2 * part + 1] = one[0], one[1]
    if hits[OS_PART]:
        fit = fits[OS_PART]
        if not cox_many(orders[0], x, OS_MODEL, died, present, fit, errors):
            return False
        for a in range(6):
            f[44 + 2 * a], f[45 + 2 * a] = fit[a], errors[a]
    if hits[LC_PART]:
        fit = fits[LC_PART]
        if not cox_many(orders[1], x, LC_MODEL, failed, EVERYBODY, fit, errors):
            return False
        for a in range(5):
            f[56 + 2 * a], f[57 + 2 * a] = fit[a], errors[a]
    if hits[SIZE_PART]:
        size, never = x[:, SIZE], x[:, NEVER]
        error = logistic_one(size, never, fits[SIZE_PART])
        f[66], f[67] = fits[SIZE_PART, 1], error
        n1 = never.sum()
        n0 = len(never) - n1
        m1 = (size * never).sum() / n1
        m0 = (size * (1.0 - never)).sum() / n0
        spread = (size * size).sum() - n1 * m1 * m1 - n0 * m0 * m0
        f[68], f[69] = m0, m1
        f[70] = abs(m1 - m0) / math.sqrt(spread / (n1 + n0 - 2) * (1 / n1 + 1 / n0))
    if hits[RATE_PART]:
        f[71] = rate_at(orders[0], months, died, 36.0)
        f[72] = rate_at(orders[1], lc_months, failed, 36.0)
    return True


@njit(cache=True)
def penalty(value: float, low: float, high: float, gap: float, reach: float) -> float:
    """Return 0 inside, else a step and a distance in half widths that levels off at ``reach``."""
    away = abs(2.0 * value - low - high) / (high - low) - 1.0
    return 0.0 if away <= 0.0 else gap + reach * away / (reach + away)


@njit(cache=True)
def feature_loss(f: Array, goals: Array, counted: Flags, gap: float, reach: float) -> float:
    """Return the loss of a vector of features; ``counted`` says which rows are looked at."""
    loss = 0.0
    for r in range(ROWS):
        if counted[r]:
            b, s, g = f[2 * r], f[2 * r + 1], goals[r]
            loss += penalty(b, g[0], g[1], gap, reach)
            loss += penalty(b - Z * s, g[2], g[3], gap, reach)
            loss += penalty(b + Z * s, g[4], g[5], gap, reach)
            high = g[7] if g[7] < SURE else g[6] + 50.0
            loss += penalty(abs(b / s), g[6], high, gap, reach)
    loss += 30.0 * penalty(f[68], 2.0505, 2.1495, gap, reach)
    loss += 30.0 * penalty(f[69], 2.7505, 2.8495, gap, reach)
    loss += penalty(f[70], 2.9462, 3.0495, gap, reach)
    loss += 6.0 * penalty(f[71], 72.655, 72.745, gap, reach)
    return loss + 6.0 * penalty(f[72], 91.155, 91.245, gap, reach)


@njit(cache=True)
def best_set(
    seed: int, steps: int, hot: float, cold: float, chosen: Hits, at: Array, effects: Array,
    who: Flags, goals: Array, counted: Flags, gap: float, reach: float, cost: float,
) -> float:  # fmt: skip
    """Anneal a set of moves, each patient in one at most, on the sum of effects, in place."""
    np.random.seed(seed)
    f, taken, size = at.copy(), np.zeros(302, dtype=np.int64), chosen.sum()
    for m in range(len(chosen)):
        if chosen[m]:
            f += effects[m]
            taken[who[m, 0]] = taken[who[m, 1]] = m + 1
    loss = feature_loss(f, goals, counted, gap, reach) + cost * size
    best, keep, trial = loss, chosen.copy(), f.copy()
    out = np.zeros(3, dtype=np.int64)
    for step in range(steps):
        heat = hot * (cold / hot) ** (step / steps)
        new, count = np.random.randint(len(effects)), 0
        if not chosen[new] and np.random.random() < 0.3:  # take one out
            p = np.random.randint(302)
            if taken[p] == 0:
                continue
            new, out[0], count = -1, taken[p] - 1, 1
        elif chosen[new]:
            out[0], count, new = new, 1, -1
        else:
            for p in who[new]:
                if taken[p] and not (count and out[0] == taken[p] - 1):
                    out[count] = taken[p] - 1
                    count += 1
        trial[:] = f
        if new >= 0:
            trial += effects[new]
        for q in range(count):
            trial -= effects[out[q]]
        fresh = feature_loss(trial, goals, counted, gap, reach)
        fresh += cost * (size + (new >= 0) - count)
        if fresh > loss and np.random.random() >= math.exp((loss - fresh) / heat):
            continue
        loss = fresh
        f[:] = trial
        size += (new >= 0) - count
        for q in range(count):
            chosen[out[q]] = False
            taken[who[out[q], 0]] = taken[who[out[q], 1]] = 0
        if new >= 0:
            chosen[new] = True
            taken[who[new, 0]] = taken[who[new, 1]] = new + 1
        if loss < best - 1e-9:
            best = loss
            keep[:] = chosen
    chosen[:] = keep
    return best


@njit(cache=True)
def effects_of(
    seed: int, wanted: int, terms: Flags, slots: float, at: Array, orders: Flags, x: Array,
    months: Array, died: Flags, lc_months: Array, failed: Flags, present: Array, fits: Array,
) -> tuple[Array, Flags, Array]:  # fmt: skip
    """Draw possible moves; returns effects, the two patients, and what they become (14 each)."""
    np.random.seed(seed)
    effects, who = np.zeros((wanted, FEATURES)), np.zeros((wanted, 2), dtype=np.int64)
    after = np.zeros((wanted, 2, 14))
    old = np.zeros((2, 14))
    hits = np.zeros(PARTS, dtype=np.bool_)
    second = orders.copy()
    count = 0
    for _ in range(60 * wanted):
        if count == wanted:
            break
        k = terms[np.random.randint(len(terms))]
        kind = 2 if np.random.random() >= slots else int(np.random.random() < 0.45)
        i, j = pick(x, died, failed, kind, k)
        if i < 0:
            continue
        hits[:] = False
        for q, p in enumerate((i, j)):
            old[q, :11] = x[p]
            old[q, 11], old[q, 12], old[q, 13] = died[p], failed[p], lc_months[p]
        good = make_move(i, j, kind, k, x, months, died, lc_months, failed, present, hits)
        for p in (i, j):
            good = good and allowed(p, x, months, died, lc_months, failed)
        if good and never_deaths(x, died) == NEVER_DEATHS:
            if kind == 1:
                second[1] = np.argsort(-lc_months)
            else:
                second[1] = orders[1]
            f, trial = at.copy(), fits.copy()
            if refresh(
                f, hits, second, x, months, died, lc_months, failed, present, trial
            ):  # fmt: skip
                effects[count] = f - at
                who[count, 0], who[count, 1] = i, j
                for q, p in enumerate((i, j)):
                    after[count, q, :11] = x[p]
                    after[count, q, 11], after[count, q, 12] = died[p], failed[p]
                    after[count, q, 13] = lc_months[p]
                count += 1
        for q, p in ((1, j), (0, i)):
            x[p], died[p], failed[p] = old[q, :11], int(old[q, 11]), int(old[q, 12])
            lc_months[p] = old[q, 13]
    return effects[:count], who[:count], after[:count]
