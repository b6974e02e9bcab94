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
    CP,
    LC_PART,
    OS_PART,
    PARTS,
    RATE_PART,
    SIZE_PART,
    SURE,
    Z,
    fit_alone,
    fit_model,
    size_figures,
)
from hccviz.evidence.search.tace_models import (
    Array,
    Flags,
    rate_at,
)
from hccviz.evidence.search.tace_moves import (
    FOLLOW_UP,
    NEVER_DEATHS,
    NOTED,
    Hits,
    allowed,
    make_move,
    never_deaths,
    note,
    pick,
    put,
)

ROWS = 22 + 6 + 5 + 1
"""Printed rows: every term alone, both models, size against complete response."""
SLOTS = 0.15
"""Share of moves that touch deaths and failures."""
FEATURES = 2 * ROWS + 5
"""Per row coefficient and standard error; two means, t, and both rates."""
FITS = 2
"""Fits of a model per move, each from the last: what one leaves, 0.0005 errors, would add up."""


@njit(cache=True)
def refresh(
    f: Array, hits: Hits, orders: Flags, x: Array, months: Array, died: Flags,
    lc_months: Array, failed: Flags, present: Array, fits: Array,
) -> bool:  # fmt: skip
    """Fill the features of the parts hit; returns whether every model holds."""
    one, errors = np.empty(2), np.empty(6)
    for part in range(22):
        if hits[part] and part != 11 + CP:
            if not fit_alone(part, orders, x, died, failed, present, fits[part, 0], one):
                return False
            fits[part, 0] = one[0]
            f[2 * part], f[2 * part + 1] = one[0], one[1]
    for part, first in ((OS_PART, 22), (LC_PART, 28)):
        if hits[part]:
            held = fit_model(part, orders, x, died, failed, present, fits[part], errors)
            if not held:
                return False
            for a in range(held):
                f[2 * (first + a)], f[2 * (first + a) + 1] = fits[part, a], errors[a]
    if hits[SIZE_PART]:
        f[67], f[68], f[69], f[70] = size_figures(x, fits[SIZE_PART])
        f[66] = fits[SIZE_PART, 1]
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
    seed: int, wanted: int, near: int, contacts: float, terms: Flags, at: Array, orders: Flags,
    x: Array, months: Array, died: Flags, lc_months: Array, failed: Flags, present: Array,
    fits: Array,
) -> tuple[Array, Flags, Array]:  # fmt: skip
    """Draw possible moves; returns effects, the two patients, and what they become (`NOTED` each).

    ``contacts`` is the share of moves that shift a last contact. Where it is not 0 deaths and
    failures stay where they are: whom a last contact passes would not add up with who dies there.
    """
    np.random.seed(seed)
    effects, who = np.zeros((wanted, FEATURES)), np.zeros((wanted, 2), dtype=np.int64)
    after = np.zeros((wanted, 2, NOTED))
    old = np.zeros((2, NOTED))
    hits = np.zeros(PARTS, dtype=np.bool_)
    second = orders.copy()
    count = 0
    for _ in range(60 * wanted):
        if count == wanted:
            break
        k = terms[np.random.randint(len(terms))]
        kind = 2
        if contacts > 0.0:
            kind = FOLLOW_UP if np.random.random() < contacts else 2
        elif np.random.random() < SLOTS:
            kind = int(np.random.random() < 0.45)
        i, j = pick(x, died, failed, kind, k, near)
        if i < 0:
            continue
        hits[:] = False
        for q, p in enumerate((i, j)):
            note(old[q], p, x, months, died, lc_months, failed)
        good = make_move(i, j, kind, k, x, months, died, lc_months, failed, present, hits)
        for p in (i, j):
            good = good and allowed(p, x, months, died, lc_months, failed)
        if good and never_deaths(x, died) == NEVER_DEATHS:
            second[:] = orders
            if kind == FOLLOW_UP:
                second[0] = np.argsort(-months)
            if kind in (1, FOLLOW_UP):
                second[1] = np.argsort(-lc_months)
            f, trial, held = at.copy(), fits.copy(), True
            for _ in range(FITS):
                held = held and refresh(
                    f, hits, second, x, months, died, lc_months, failed, present, trial
                )  # fmt: skip
            if held:
                effects[count] = f - at
                who[count, 0], who[count, 1] = i, j
                for q, p in enumerate((i, j)):
                    note(after[count, q], p, x, months, died, lc_months, failed)
                count += 1
        for q, p in ((1, j), (0, i)):
            put(old[q], p, x, months, died, lc_months, failed)
    return effects[:count], who[:count], after[:count]
