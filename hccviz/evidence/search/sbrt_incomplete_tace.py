# ruff: noqa: NPY002 (compiled code uses the generator of numba)
# mypy: disable-error-code="untyped-decorator,no-any-return"
"""Search for the survival core of SBRT after incomplete TACE: covariates dealt to fixed slots.

A slot is a patient's follow-up time; which slots are deaths and which local failures may change.
Terms are dealt by swaps until the printed univariable and multivariable Cox models, the logistic
model and the t test are met.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numba import njit
from numpy.typing import NDArray

from hccviz.evidence.search.tace_loss import (
    AFP,
    AGE,
    BCLC,
    BED,
    CP,
    CR3,
    ECOG,
    ETIO,
    HEPATIC_FAILURE_MONTHS,
    NAMES,
    NEVER,
    NEVER_DEATHS,
    SESSIONS,
    SIZE,
    Array,
    allowed,
    model_loss,
    never_deaths,
    printed_quartiles,
    printed_rows,
    touches,
)
from hccviz.evidence.targets import read_targets


@njit(cache=True)
def anneal(
    seed: int, steps: int, hot: float, cold: float, terms: NDArray[np.int64], slots: bool,
    x: Array, months: Array, died: NDArray[np.int64], lc_months: Array,
    failed: NDArray[np.int64], present: Array, rows: Array, betas: Array, linear: bool,
) -> float:  # fmt: skip
    """Improve a core in place; return its loss. ``slots`` also moves deaths and failures."""
    np.random.seed(seed)
    n = len(months)
    orders = np.empty((2, n), dtype=np.int64)
    orders[0], orders[1] = np.argsort(-months), np.argsort(-lc_months)
    losses = np.zeros(26)
    fresh = np.zeros(26)
    for part in range(26):
        losses[part] = model_loss(
            part, orders, x, months, died, lc_months, failed, present, rows, betas, linear
        )
    best = losses.sum()
    keep = (x.copy(), died.copy(), lc_months.copy(), failed.copy())
    old_x = np.zeros((2, 11))
    for step in range(steps):
        heat = hot * (cold / hot) ** (step / steps)
        i, j = np.random.randint(n), np.random.randint(n)
        if i == j:
            continue
        old_x[0], old_x[1] = x[i], x[j]
        d0, d1, f0, f1, t0, t1 = died[i], died[j], failed[i], failed[j], lc_months[i], lc_months[j]
        kind = np.random.random()
        k = terms[np.random.randint(len(terms))]
        moved_slots = False
        if kind >= 0.55 and k not in (AGE, SIZE, SESSIONS, BED):
            while x[i, k] == 0:
                i = np.random.randint(n)
        if kind >= 0.55 and k == BED:
            while x[i, k] == 112.5:
                i = np.random.randint(n)
        if i == j:
            continue
        old_x[0], old_x[1] = x[i], x[j]
        d0, d1, f0, f1, t0, t1 = died[i], died[j], failed[i], failed[j], lc_months[i], lc_months[j]
        if slots and kind < 0.06:
            if died[i] == died[j] or HEPATIC_FAILURE_MONTHS in (months[i], months[j]):
                continue
            died[i], died[j] = d1, d0
            moved_slots = True
        elif slots and kind < 0.11:
            while not failed[i]:
                i = np.random.randint(n)
            if i == j or failed[j]:
                continue
            old_x[0], old_x[1] = x[i], x[j]
            d0, d1, f0, f1, t0, t1 = (
                died[i],
                died[j],
                failed[i],
                failed[j],
                lc_months[i],
                lc_months[j],
            )
            failed[i], lc_months[i] = 0, months[i]
            failed[j] = 1
            lc_months[j] = (
                min(max(t0 + 6.0 * np.random.randn(), 1.7), months[j] - 0.11)
                + 1e-5 * np.random.random()
            )
            if lc_months[j] < 1.5:
                failed[i], failed[j], lc_months[i], lc_months[j] = f0, f1, t0, t1
                continue
            moved_slots = True
        elif slots and kind < 0.14:
            if not failed[i]:
                continue
            lc_months[i] = (
                min(max(t0 + 4.0 * np.random.randn(), 1.7), months[i] - 0.11)
                + 1e-5 * np.random.random()
            )
            moved_slots = True
        elif kind < 0.55 and (k in (SIZE, SESSIONS, AGE)):
            unit = 0.1 if k == SIZE else 1.0
            jump = np.random.randint(1, 6) * (1 if np.random.random() < 0.5 else -1)
            x[i, k] = round(x[i, k] + unit * jump, 1)
            if not printed_quartiles(x[:, k], k):
                x[i, k] = old_x[0, k]
                continue
        else:
            if x[i, k] == x[j, k] or (k == AFP and present[i] * present[j] == 0):
                continue
            x[i, k], x[j, k] = old_x[1, k], old_x[0, k]
            if k == NEVER and x[i, CR3] != x[j, CR3]:
                x[i, CR3], x[j, CR3] = old_x[1, CR3], old_x[0, CR3]
        good = allowed(i, x, months, lc_months, failed) and allowed(j, x, months, lc_months, failed)
        good = good and never_deaths(x, died) == NEVER_DEATHS
        change = 0.0
        if moved_slots and kind >= 0.06:
            orders[1] = np.argsort(-lc_months)
        if good:
            for part in range(26):
                hit = False
                if moved_slots:
                    hit = part == 25 or (
                        part != 24 and ((part < 11 or part == 22) == (kind < 0.06))
                    )
                else:
                    for q in range(11):
                        if (x[i, q] != old_x[0, q] or x[j, q] != old_x[1, q]) and touches(part, q):
                            hit = True
                fresh[part] = losses[part]
                if hit:
                    fresh[part] = model_loss(
                        part,
                        orders,
                        x,
                        months,
                        died,
                        lc_months,
                        failed,
                        present,
                        rows,
                        betas,
                        linear,
                    )
                    change += fresh[part] - losses[part]
        if good and (change <= 0 or np.random.random() < math.exp(-change / heat)):
            losses[:] = fresh
            if losses.sum() < best - 1e-9:
                best = losses.sum()
                keep = (x.copy(), died.copy(), lc_months.copy(), failed.copy())
        else:
            x[i], x[j] = old_x[0], old_x[1]
            died[i], died[j], failed[i], failed[j] = d0, d1, f0, f1
            lc_months[i], lc_months[j] = t0, t1
            if moved_slots and kind >= 0.06:
                orders[1] = np.argsort(-lc_months)
    x[:], died[:], lc_months[:], failed[:] = keep[0], keep[1], keep[2], keep[3]
    return best


JOINT = np.array([CP, BCLC, SIZE, SIZE, SIZE, AFP, BED, NEVER, NEVER, NEVER, SESSIONS, SESSIONS])
ALONE = (AGE, ECOG, ETIO, CR3)


def search(core: dict[str, list[Any]], seed: int, rounds: int, steps: int) -> dict[str, list[Any]]:
    """Return a better core.

    Each round anneals the coupled terms (the first one linearly, from far), then each term that
    stands in univariable models only.
    """
    rows = printed_rows(read_targets("sbrt-incomplete-tace"))
    x = np.array([core[name] for name in NAMES], dtype=float).T.copy()
    months = np.array(core["os_months"], dtype=float)
    died = np.array(core["os_event"], dtype=np.int64)
    lc_months = np.array(core["lc_months"], dtype=float)
    failed = np.array(core["lc_event"], dtype=np.int64)
    present = 1.0 - np.array(core["afp_missing"], dtype=float)
    betas = np.zeros((26, 6))
    betas[24, :2] = -4.3, 0.6
    rest = (x, months, died, lc_months, failed, present, rows, betas)
    best = anneal(seed, 0, 1.0, 1.0, JOINT, True, *rest, False)
    kept = (x.copy(), died.copy(), lc_months.copy(), failed.copy())
    for turn in range(rounds):
        hot = 0.25 if turn == 0 or turn % 3 == 0 else 0.4
        anneal(seed + turn, steps, hot, hot / 25, JOINT, True, *rest, turn == 0)
        loss = 0.0
        for k in ALONE:
            loss = anneal(
                seed + turn + k, steps // 10, 0.3, 0.01, np.array([k]), False, *rest, False
            )
        if loss < best:
            best, kept = loss, (x.copy(), died.copy(), lc_months.copy(), failed.copy())
        print(f"SBRT after TACE, round {turn + 1} of {rounds}: loss {loss:.2f}", flush=True)
    x, died, lc_months, failed = kept
    found = dict(core)
    for k, name in enumerate(NAMES):
        column = x[:, k]
        whole = name not in ("tumor_size_cm", "bed_gy")
        found[name] = [int(v) if whole else float(v) for v in column]
    return found | {
        "os_event": died.tolist(),
        "lc_event": failed.tolist(),
        "lc_months": [round(float(v), 6) for v in lc_months],
    }
