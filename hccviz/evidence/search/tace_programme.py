"""The linear programme of the leaps of SBRT after TACE: which moves to make, in shares.

Effects of small moves add up (`tace_leaps`), so the least that the printed windows must be missed
by is a linear programme over shares of moves. Its solution tells where to go.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from scipy.optimize import linprog

from hccviz.evidence.search.tace_leaps import ROWS
from hccviz.evidence.search.tace_loss import (
    AGE,
    CP,
    CR3,
    ECOG,
    ETIO,
    LC_MODEL,
    LC_PART,
    OS_MODEL,
    OS_PART,
    SESSIONS,
    SIZE,
    SIZE_ROW,
    SURE,
    Z,
)
from hccviz.evidence.search.tace_models import Array, Flags

COST = 0.05
"""What a move costs in the programme, in half windows: few moves keep the sums true."""


def windows(bounds: Array, floor: float, inside: float) -> tuple[Array, Flags]:
    """Return the goals of the rows and which rows are looked at.

    ``floor`` is the least half width, in standard errors: 0 for the printed digits. ``inside`` is
    the share of each window to stay in: room for what rounding to whole moves will cost.
    """
    rows = [part * 11 + part % 11 for part in range(22)]
    rows += [OS_PART * 11 + k for k in OS_MODEL] + [LC_PART * 11 + k for k in LC_MODEL]
    goals = bounds[[*rows, SIZE_ROW]].copy()
    for goal in goals:
        for q in range(4):
            low, high = goal[2 * q : 2 * q + 2]
            least = floor * (goal[8] if q < 3 else 1.0)
            if high < SURE:
                half = inside * max((high - low) / 2, least)
                goal[2 * q : 2 * q + 2] = (low + high) / 2 + np.array([-half, half])
    counted = np.ones(ROWS, dtype=np.int64)
    for k in (AGE, ECOG, ETIO, CR3):
        counted[[k, 11 + k]] = 0
    counted[11 + CP] = 0
    return goals, counted


def steady(x: Array, who: Flags, after: Array) -> NDArray[np.bool_]:
    """Return which moves leave sizes and sessions on their side of every printed quartile.

    Each move alone may cross one; many of them together would lose it.
    """
    still = np.ones(len(who), dtype=np.bool_)
    for k, cuts in ((SIZE, (0.75, 1.95, 2.05, 6.85)), (SESSIONS, (1.5, 2.5, 3.5, 4.5, 5.5, 29.5))):
        was = np.sort(np.searchsorted(cuts, x[who][:, :, k]), axis=1)
        still &= np.all(was == np.sort(np.searchsorted(cuts, after[:, :, k]), axis=1), axis=1)
    return still


def shares(
    at: Array, effects: Array, who: Flags, goals: Array, counted: Flags, cap: int
) -> tuple[Array, Array]:
    """Return the share of each move that misses the windows least in all, at most ``cap`` moves.

    Beside it the price of each move: how much taking a little more, or less, of it would cost.
    """
    rows, low, high = [], [], []
    for r in np.flatnonzero(counted):
        b, s, goal = at[2 * r], at[2 * r + 1], goals[r]
        db, ds = effects[:, 2 * r], effects[:, 2 * r + 1]
        slope = np.sign(b) * (db / s - b * ds / s**2)
        for q, (value, effect) in enumerate(
            ((b, db), (b - Z * s, db - Z * ds), (b + Z * s, db + Z * ds), (abs(b / s), slope))
        ):
            bottom, top = goal[2 * q : 2 * q + 2]
            top = top if top < SURE else bottom + 20.0
            half = min((top - bottom) / 2, 0.01 if q == 3 else 1.0)
            rows.append(effect / half)
            low.append((bottom - value) / half + 0.1)
            high.append((top - value) / half - 0.1)
    for d, bottom, top, half in (
        (68, 2.055, 2.145, 0.009), (69, 2.755, 2.845, 0.009), (70, 2.95, 3.045, 0.0475),
        (71, 72.66, 72.74, 0.0133), (72, 91.16, 91.24, 0.0133),
    ):  # fmt: skip
        rows.append(effects[:, d] / half)
        low.append((bottom - at[d]) / half)
        high.append((top - at[d]) / half)
    return solved(np.array(rows), np.array(low), np.array(high), who, cap)


def solved(rows: Array, low: Array, high: Array, who: Flags, cap: int) -> tuple[Array, Array]:
    """Solve the programme: each patient in one move at most, misses and moves as few as can be."""
    t, n = rows.shape
    patients = sparse.coo_matrix(
        (np.ones(2 * n), (who.T.ravel(), np.tile(np.arange(n), 2))), shape=(302, n)
    ).tocsr()
    patients.data[:] = 1.0
    none = sparse.csr_matrix((t, t))
    limits = sparse.vstack([
        sparse.hstack([sparse.csr_matrix(rows), -sparse.eye(t), none]),
        sparse.hstack([sparse.csr_matrix(-rows), none, -sparse.eye(t)]),
        sparse.hstack([patients, sparse.csr_matrix((302, 2 * t))]),
        sparse.hstack([sparse.csr_matrix(np.ones((1, n))), sparse.csr_matrix((1, 2 * t))]),
    ]).tocsr()  # fmt: skip
    solution = linprog(
        np.concatenate([np.full(n, COST), np.ones(2 * t)]),
        A_ub=limits,
        b_ub=np.concatenate([high, -low, np.ones(302), [cap]]),
        bounds=[(0, 1)] * n + [(0, None)] * (2 * t),
        method="highs",
    )
    price = np.abs(solution.lower.marginals[:n]) + np.abs(solution.upper.marginals[:n])
    return np.asarray(solution.x[:n]), price
