# ruff: noqa: NPY002 (compiled code uses the generator of numba)
# mypy: disable-error-code="untyped-decorator,no-any-return"
"""Search for the survival core of hepatic re-irradiation: ten yes/no factors on 43 ranked times.

Log-rank and Cox statistics depend on ranks alone, medians and the two-year rate on the times too;
moves therefore swap factors between ranks, swap event flags, and shift a time within its gap.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numba import njit
from numpy.typing import NDArray

from hccviz.evidence.search.kernels import cox, miss, row_loss

Array = NDArray[np.float64]
Flags = NDArray[np.int64]

NAMES = (
    "age_60_or_over", "female", "child_pugh_b", "t4", "vascular_invasion",
    "extrahepatic_disease", "palliative", "eqd2_45_or_over", "sd_or_pd", "afp_400_or_over",
)  # fmt: skip
AGE, SEX, CP, T4, VI, EHD, AIM, DOSE, POOR, AFP = range(10)
MODEL = np.array([AGE, SEX, CP, T4, DOSE])
# medians without and with the factor, and log-rank p; 0 where the print cannot hold, -p for "< p"
SPLITS = np.array([
    [11.7, 9.9, 0.753], [11.2, 8.6, 0.595], [14.2, 6.1, -0.001], [15.6, 8.3, 0.004],
    [39.2, 11.2, 0.015], [11.7, 8.6, 0.537], [21.0, 9.4, 0.010], [10.3, 14.2, 0.199],
    [0.0, 0.0, 0.816], [12.7, 8.6, 0.726],
])  # fmt: skip
ROWS = np.array([
    [1.118, 0.511, 2.446, 0.780], [1.065, 0.394, 2.878, 0.901], [5.555, 2.015, 15.317, 0.001],
    [2.782, 1.293, 5.984, 0.009], [0.688, 0.335, 1.413, 0.309],
])  # fmt: skip
TOLERANCES = np.full((5, 4), 0.0005)
SHORTEST, LONGEST = 4.1, 58.3
LEAPS = 12


@njit(cache=True)
def median(months: Array, event: Flags, inside: Flags) -> float:
    """Kaplan-Meier median of a group in rank order; midpoint of a flat stretch at one half."""
    left = inside.sum()
    survival, flat = 1.0, -1.0
    for i in range(len(months)):
        if not inside[i]:
            continue
        if event[i]:
            if flat >= 0.0:
                return 0.5 * (flat + months[i])
            survival *= 1.0 - 1.0 / left
            if abs(survival - 0.5) < 1e-9:
                flat = months[i]
            elif survival < 0.5:
                return months[i]
        left -= 1
    return flat if flat >= 0.0 else 99.0


@njit(cache=True)
def logrank_z(event: Flags, inside: Flags) -> float:
    """Log-rank statistic of a group against the rest, as |z|; distinct times in rank order."""
    n, m = len(event), inside.sum()
    excess = variance = 0.0
    for i in range(len(event)):
        if event[i]:
            share = m / n
            excess += inside[i] - share
            variance += share * (1.0 - share)
        n -= 1
        m -= inside[i]
    return abs(excess) / math.sqrt(variance) if variance > 0 else 0.0


@njit(cache=True)
def normal_z(p: float) -> float:
    """|z| of a two-sided p."""
    low, high = 0.0, 9.0
    for _ in range(60):
        middle = 0.5 * (low + high)
        if math.erfc(middle / math.sqrt(2.0)) > p:
            low = middle
        else:
            high = middle
    return 0.5 * (low + high)


@njit(cache=True)
def median_loss(value: float, printed: float, tolerance: float, linear: bool) -> float:
    """Loss of a median: relative distance while linear, else in units of the printed digit."""
    if not linear:
        return miss(value, printed, tolerance)
    return 12.0 * max(abs(math.log(value / printed)) - tolerance / printed, 0.0)


@njit(cache=True)
def rank_loss(x: Flags, event: Flags, beta: Array, zs: Array, rows: Array, linear: bool) -> float:
    """Loss of the log-rank tests and the multivariable Cox model."""
    loss = 0.0
    for k in range(10):
        z = logrank_z(event, x[:, k])
        p = math.erfc(z / math.sqrt(2.0))
        if SPLITS[k, 2] < 0:
            loss += (
                0.0 if p < 0.001 else 0.3 + (5.0 * (zs[k] - z) if linear else math.log1p(p / 0.001))
            )
        elif linear:
            loss += 8.0 * abs(z - zs[k])
        else:
            loss += miss(p, SPLITS[k, 2], 0.0005)
    trial = beta.copy()
    columns = np.ascontiguousarray(x[:, MODEL]).astype(np.float64)
    n = len(event)
    errors = cox(np.arange(n - 1, -1, -1), columns, event, np.ones(n), trial)
    beta[:] = np.minimum(np.maximum(trial, -4.0), 4.0)
    for a in range(5):
        loss += row_loss(trial[a], errors[a], rows[a], linear)
    return loss


@njit(cache=True)
def time_loss(x: Flags, event: Flags, months: Array, linear: bool) -> float:
    """Loss of the medians, the two-year rate and the follow-up."""
    n = len(months)
    everybody = np.ones(n, dtype=np.int64)
    loss = median_loss(median(months, event, everybody), 11.2, 0.05, linear)
    loss += median_loss(months[n // 2], 11.2, 0.05, linear)
    loss += median_loss(median(months, event, (1 - x[:, CP]) * (1 - x[:, T4])), 24.0, 0.5, linear)
    survival = 1.0
    for i in range(n):
        if months[i] <= 24.0 and event[i]:
            survival *= 1.0 - 1.0 / (n - i)
    loss += median_loss(100 * survival, 38.0, 0.5, linear)
    for k in range(10):
        for level in range(2):
            if SPLITS[k, level] > 0:
                inside = x[:, k] if level else 1 - x[:, k]
                loss += median_loss(median(months, event, inside), SPLITS[k, level], 0.05, linear)
    return loss


@njit(cache=True)
def possible(x: Flags) -> bool:
    """T4 only with vascular invasion; dose and response as cross-tabulated (17, 4, 10, 12)."""
    for i in range(len(x)):
        if x[i, T4] and not x[i, VI]:
            return False
    return (x[:, DOSE] * x[:, POOR]).sum() == 4


@njit(cache=True)
def anneal(
    seed: int, steps: int, hot: float, cold: float, linear: bool,
    x: Flags, event: Flags, months: Array, zs: Array, rows: Array,
) -> float:  # fmt: skip
    """Improve a core, ranked by time, in place; return its loss."""
    np.random.seed(seed)
    n = len(months)
    beta = np.zeros(5)
    ranks = rank_loss(x, event, beta, zs, rows, linear)
    times = time_loss(x, event, months, linear)
    best = ranks + times
    keep = (x.copy(), event.copy(), months.copy())
    for step in range(steps):
        heat = hot * (cold / hot) ** (step / steps)
        old = (x.copy(), event.copy(), months.copy())
        changed = False
        for _ in range(1 + np.random.randint(3)):
            i, j = np.random.randint(n), np.random.randint(n)
            kind = np.random.random()
            if kind < 0.25:
                low = months[i - 1] + 0.01 if i > 0 else SHORTEST
                high = months[i + 1] - 0.01 if i < n - 1 else LONGEST
                if 0 < i < n - 1 and high >= low:
                    months[i] = round(low + np.random.random() * (high - low), 2)
            elif kind < 0.37:
                event[i], event[j] = event[j], event[i]
                changed = True
            elif kind < 0.47:
                for k in range(10):
                    x[i, k], x[j, k] = x[j, k], x[i, k]
                changed = True
            else:
                k = np.random.randint(10)
                x[i, k], x[j, k] = x[j, k], x[i, k]
                if (k in (DOSE, POOR)) and np.random.random() < 0.5:
                    x[i, DOSE + POOR - k], x[j, DOSE + POOR - k] = (
                        x[j, DOSE + POOR - k],
                        x[i, DOSE + POOR - k],
                    )
                changed = True
        if not possible(x):
            x[:], event[:], months[:] = old
            continue
        new_ranks = rank_loss(x, event, beta, zs, rows, linear) if changed else ranks
        new_times = time_loss(x, event, months, linear)
        change = new_ranks + new_times - ranks - times
        if change <= 0 or np.random.random() < math.exp(-change / heat):
            ranks, times = new_ranks, new_times
            if ranks + times < best - 1e-9:
                best = ranks + times
                keep = (x.copy(), event.copy(), months.copy())
        else:
            x[:], event[:], months[:] = old
    x[:], event[:], months[:] = keep
    return best


def search(core: dict[str, list[Any]], seed: int, rounds: int, steps: int) -> dict[str, list[Any]]:
    """Return a better core; ``rounds`` alternate a linear phase and a polish of ``steps`` moves.

    Leaps of six exchanges follow (`hccviz.evidence.search.leaps`).
    """
    from hccviz.evidence.search.leaps import leap

    order = np.argsort(core["os_months"])
    x = np.array([core[name] for name in NAMES], dtype=np.int64).T[order].copy()
    event = np.array(core["os_event"], dtype=np.int64)[order]
    months = np.array(core["os_months"], dtype=float)[order]
    months[0], months[-1] = 4.1, 58.3
    zs = np.array([normal_z(abs(p)) for p in SPLITS[:, 2]])
    rows = np.hstack([ROWS, TOLERANCES])
    best = anneal(seed, 0, 1.0, 1.0, False, x, event, months, zs, rows)
    kept = (x.copy(), event.copy(), months.copy())
    for turn in range(rounds):
        x[:], event[:], months[:] = kept
        hot = (0.25, 0.6, 0.12)[turn % 3]
        anneal(seed + turn, steps, hot, 0.01, True, x, event, months, zs, rows)
        loss = anneal(seed + 1000 + turn, 2 * steps, 0.35, 0.03, False, x, event, months, zs, rows)
        if loss < best:
            best, kept = loss, (x.copy(), event.copy(), months.copy())
        print(
            f"re-irradiation, round {turn + 1} of {rounds}: loss {loss:.2f}, best {best:.2f}",
            flush=True,
        )
    x, event, months = kept
    for turn in range(LEAPS if rounds else 0):
        before, after = leap(x, event, months, seed + turn)
        print(
            f"re-irradiation, leap {turn + 1} of {LEAPS}: {before:.2f} to {after:.2f}", flush=True
        )
    found = {name: x[:, k].tolist() for k, name in enumerate(NAMES)}
    return found | {"os_months": [float(m) for m in months], "os_event": event.tolist()}
