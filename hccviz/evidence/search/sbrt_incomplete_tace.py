# ruff: noqa: NPY002 (compiled code uses the generator of numba)
# mypy: disable-error-code="untyped-decorator,no-any-return"
"""Search for the survival core of SBRT after incomplete TACE: covariates dealt to times.

Simulated annealing in three phases. *Far*: squared distances of coefficients and limits, from hot
to cold, until every coupled model is near. *Near* and *fine*: each number outside its printed
digits costs a step and a logarithm, so that the last misses gather in few rows. Leaps of many moves
follow (`tace_rounds`). The terms that stand in univariable models only are dealt last, each by
itself.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numba import njit

from hccviz.evidence.search.tace_loss import (
    AFP,
    AGE,
    BCLC,
    BED,
    CP,
    CR3,
    ECOG,
    ETIO,
    LC_PART,
    NEVER,
    OS_PART,
    PARTS,
    RATE_PART,
    SESSIONS,
    SIZE,
    SIZE_PART,
    part_loss,
    printed_bounds,
)
from hccviz.evidence.search.tace_models import Array, Flags
from hccviz.evidence.search.tace_moves import MOST, NOTED, put, try_moves
from hccviz.evidence.search.tace_rounds import PHASES, Core, descend
from hccviz.evidence.targets import read_targets

CHEAP_FIRST = np.array([RATE_PART, *range(22), SIZE_PART, LC_PART, OS_PART])
JOINT = np.array(
    [CP, BCLC, SIZE, SIZE, SIZE, AFP, BED, BED, NEVER, NEVER, SESSIONS, SESSIONS]
)  # fmt: skip
ALONE = (ECOG, AGE, ETIO, CR3)

# per phase: heat from and to, reach from and to, the step of a miss (below 0: squared distances)
FAR = (60.0, 0.5, 1e3, 1e3, -1.0)
NEAR_PRINT = (4.0, 0.1, 60.0, 1.0, 0.3)
FINE = (1.0, 0.03, 4.0, 0.4, 0.3)
BY_ITSELF = ((5.0, 0.5, 1e3, 1e3, -1.0), (0.25, 0.02, 5.0, 0.5, 0.3))


@njit(cache=True)
def total(
    orders: Flags, x: Array, months: Array, died: Flags, lc_months: Array, failed: Flags,
    present: Array, bounds: Array, fits: Array, reach: float, gap: float, losses: Array,
) -> float:  # fmt: skip
    """Fill the loss of every part; return the sum."""
    for part in range(PARTS):
        losses[part] = part_loss(
            part, orders, x, months, died, lc_months, failed, present, bounds, fits, reach, gap
        )
    return losses.sum()


@njit(cache=True)
def worth(
    budget: float, hits: Flags, losses: Array, fresh: Array, orders: Flags, x: Array,
    months: Array, died: Flags, lc_months: Array, failed: Flags, present: Array, bounds: Array,
    fits: Array, reach: float, gap: float,
) -> bool:  # fmt: skip
    """Return whether the parts hit rise by no more than ``budget``: cheap ones first, or none."""
    left = 0.0
    for part in CHEAP_FIRST:
        if hits[part]:
            left += losses[part]
    change = 0.0
    for part in CHEAP_FIRST:
        if hits[part]:
            fresh[part] = part_loss(
                part, orders, x, months, died, lc_months, failed, present, bounds, fits, reach, gap
            )
            change += fresh[part] - losses[part]
            left -= losses[part]
            if change - left > budget:
                return False
    return True


@njit(cache=True)
def anneal(
    seed: int, steps: int, schedule: tuple[float, float, float, float, float], terms: Flags,
    slots: float, several: float, x: Array, months: Array, died: Flags, lc_months: Array,
    failed: Flags, present: Array, bounds: Array, fits: Array,
) -> float:  # fmt: skip
    """Improve a core in place; return its loss.

    ``slots`` is the share of moves that touch deaths and failures, ``several`` the share of steps
    of more than one move.
    """
    np.random.seed(seed)
    hot, cold, wide, narrow, gap = schedule
    orders = np.empty((2, len(months)), dtype=np.int64)
    orders[0], orders[1] = np.argsort(-months), np.argsort(-lc_months)
    losses, fresh, tried = np.zeros(PARTS), np.zeros(PARTS), fits.copy()
    hits = np.zeros(PARTS, dtype=np.bool_)
    best, reach = 1e300, wide
    keep = (x.copy(), died.copy(), lc_months.copy(), failed.copy())
    who = np.zeros(2 * MOST, dtype=np.int64)
    old = np.zeros((2 * MOST, NOTED))
    for step in range(steps):
        heat = hot * (cold / hot) ** (step / steps)
        if step % 2000 == 0:  # another reach is another loss
            reach = wide * (narrow / wide) ** (step / steps)
            now = total(
                orders, x, months, died, lc_months, failed, present, bounds, tried, reach, gap,
                losses,
            )  # fmt: skip
            fits[:] = tried
            if wide != narrow or step == 0:
                best = now
                keep = (x.copy(), died.copy(), lc_months.copy(), failed.copy())
        touched, resort, good = try_moves(
            several, slots, terms, who, old, x, months, died, lc_months, failed, present, hits
        )
        if good and resort:
            orders[1] = np.argsort(-lc_months)
        budget = -heat * math.log(np.random.random() + 1e-300)
        if good and worth(
            budget, hits, losses, fresh, orders, x, months, died, lc_months, failed, present,
            bounds, tried, reach, gap,
        ):  # fmt: skip
            for part in range(PARTS):
                if hits[part]:
                    losses[part], fits[part] = fresh[part], tried[part]
            if losses.sum() < best - 1e-9:
                best = losses.sum()
                keep = (x.copy(), died.copy(), lc_months.copy(), failed.copy())
            continue
        for q in range(touched - 1, -1, -1):
            put(old[q], who[q], x, months, died, lc_months, failed)
        if good:
            tried[:] = fits
            if resort:
                orders[1] = np.argsort(-lc_months)
    x[:], died[:], lc_months[:], failed[:] = keep[0], keep[1], keep[2], keep[3]
    return best


def eased(bounds: Array) -> Array:
    """Return bounds with more room for the limits that pull against all others.

    In the model of overall survival the errors of BCLC (wide) and Child-Pugh (narrow) are hardly
    possible beside those of the terms alone; the ratio of 22.48 for failure is as narrow as 0.0004
    standard errors. They are listed as missed rather than let everything else be missed a little.
    """
    found = bounds.copy()
    for part, k, low, high in (
        (OS_PART, BCLC, (0.485, 0.535), (1.68, 1.805)),
        (OS_PART, CP, (1.70, 1.735), (5.665, 5.78)),
        (OS_PART, AFP, (0.785, 0.795), (1.962, 2.015)),
        (11 + NEVER, NEVER, (8.055, 8.065), (61.7, 63.6)),
    ):
        row = found[part * 11 + k]
        row[2:4], row[4:6] = np.log(low), np.log(high)
    found[(11 + NEVER) * 11 + NEVER, 0:2] = np.log((22.2, 22.7))
    return found


def search(core: dict[str, list[Any]], seed: int, rounds: int, steps: int) -> dict[str, list[Any]]:
    """Return a core nearer to the print, searched from this one on.

    Parameters
    ----------
    core
        Columns of ``sbrt-incomplete-tace_core.csv``.
    seed
        Of the annealing and the leaps.
    rounds
        Turns in each of `PHASES`; the annealing before them comes once. From 3 on the annealing
        starts hot and forgets the core but for its times of follow-up.
    steps
        Moves per phase of annealing: some ten million for the tables in the repository.
    """
    bounds = printed_bounds(read_targets("sbrt-incomplete-tace"))
    goals = eased(bounds)
    now = Core.of(core)
    state = (now.x, now.months, now.died, now.lc_months, now.failed, now.present)
    for schedule in (FAR, NEAR_PRINT, FINE) if rounds > 2 else (FINE,):
        loss = anneal(seed, steps, schedule, JOINT, 0.13, 0.3, *state, goals, now.fits)
        print(f"SBRT after TACE, annealed: loss {loss:.2f}", flush=True)
    for number, phase in enumerate(PHASES):
        for turn in range(rounds):
            before, after = descend(now, goals, JOINT, seed + 100 * number + turn, phase)
            where = f"phase {number + 1} of {len(PHASES)}, turn {turn + 1} of {rounds}"
            print(f"SBRT after TACE, {where}: loss {before:.2f} to {after:.2f}", flush=True)
    for k in ALONE:
        for schedule in BY_ITSELF:
            anneal(
                seed + k, steps // 20, schedule, np.array([k]), 0.0, 0.2, *state, bounds, now.fits
            )
    return core | now.columns()
