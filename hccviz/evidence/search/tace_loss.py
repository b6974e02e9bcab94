# mypy: disable-error-code="untyped-decorator,no-any-return"
"""What a core of SBRT after incomplete TACE misses: Cox models, logistic model, t test, rates."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numba import njit
from scipy.stats import norm

from hccviz.evidence.search.tace_models import (
    Array,
    Flags,
    cox_many,
    cox_one,
    logistic_one,
    rate_at,
)

NAMES = (
    "age_years", "ecog_1_or_2", "child_pugh_b", "not_hbv", "bclc_a", "tumor_size_cm",
    "afp_above_20", "prior_treatment_sessions", "bed_gy", "no_cr_at_3_months", "never_cr",
)  # fmt: skip
AGE, ECOG, CP, ETIO, BCLC, SIZE, AFP, SESSIONS, BED, CR3, NEVER = range(11)
OS_MODEL = np.array([CP, BCLC, SIZE, AFP, BED, NEVER])
LC_MODEL = np.array([BCLC, SIZE, SESSIONS, BED, NEVER])
PARTS = 26
"""0-10: one term and death; 11-21: one term and failure; then both models, size, the rates."""
OS_PART, LC_PART, SIZE_PART, RATE_PART = 22, 23, 24, 25
SIZE_ROW = 24 * 11
Z = 1.959963984540054
EVERYBODY = np.ones(302)
HOPELESS = 1e4
SURE = 99.0
"""Upper bound of z where only "p < .001" is printed."""
INSIDE = 0.97
"""Share of the last printed digit to stay within: a little off the edge of rounding."""


@njit(cache=True)
def outside(value: float, low: float, high: float, unit: float, reach: float, gap: float) -> float:
    """Loss of one number that ought to lie between ``low`` and ``high``.

    Far from the goal (``gap`` below 0) it is the square of the distance in units, counted from a
    little inside the bounds, and linear beyond ``reach``. Near it is ``gap`` for a miss and a
    logarithm of the distance in half widths, the flatter the smaller ``reach``.
    """
    if gap < 0.0:
        margin = 0.15 * min(high - low, 0.1)
        away = max(low + margin - value, value - high + margin, 0.0) * unit
        return away * away if away < reach else reach * (2.0 * away - reach)
    if high >= SURE:
        away = max(low - value, 0.0) / 0.01
    else:
        away = abs(2.0 * value - low - high) / (high - low) - 1.0
    return 0.0 if away <= 0.0 else gap + reach * math.log1p(away / reach)


@njit(cache=True)
def row_loss(b: float, error: float, row: Array, reach: float, gap: float) -> float:
    """Loss of a printed ratio, its limits and its p; ``row`` as `printed_bounds` gives it."""
    unit = 100.0 / row[8]
    loss = outside(b, row[0], row[1], unit, reach, gap)
    loss += outside(b - Z * error, row[2], row[3], unit, reach, gap)
    loss += outside(b + Z * error, row[4], row[5], unit, reach, gap)
    return loss + outside(abs(b / error), row[6], row[7], 100.0, reach, gap)


@njit(cache=True)
def fit_alone(
    part: int, orders: Flags, x: Array, died: Flags, failed: Flags, present: Array, start: float,
    fit: Array,
) -> bool:  # fmt: skip
    """Fit one term alone, for death (parts 0-10) or failure (11-21); coefficient and error."""
    k = part % 11
    event = died if part < 11 else failed
    inside = present if k == AFP else EVERYBODY
    return cox_one(orders[part // 11], x[:, k], event, inside, start, fit)


@njit(cache=True)
def fit_model(
    part: int, orders: Flags, x: Array, died: Flags, failed: Flags, present: Array, fit: Array,
    errors: Array,
) -> int:  # fmt: skip
    """Fit the model of death or of failure from ``fit`` on; its number of terms, 0 if it fails."""
    if part == OS_PART:
        held = cox_many(orders[0], x, OS_MODEL, died, present, fit, errors)
        return len(OS_MODEL) if held else 0
    held = cox_many(orders[1], x, LC_MODEL, failed, EVERYBODY, fit, errors)
    return len(LC_MODEL) if held else 0


@njit(cache=True)
def size_figures(x: Array, fit: Array) -> tuple[float, float, float, float]:
    """Set size against complete response: error of the slope in ``fit``, two means, Student's t."""
    size, never = x[:, SIZE], x[:, NEVER]
    error = logistic_one(size, never, fit)
    n1 = never.sum()
    n0 = len(never) - n1
    m1 = (size * never).sum() / n1
    m0 = (size * (1.0 - never)).sum() / n0
    spread = (size * size).sum() - n1 * m1 * m1 - n0 * m0 * m0
    t = abs(m1 - m0) / math.sqrt(spread / (n1 + n0 - 2) * (1 / n1 + 1 / n0))
    return error, m0, m1, t


@njit(cache=True)
def size_loss(x: Array, fit: Array, row: Array, reach: float, gap: float) -> float:
    """Loss of size against complete response: odds ratio, means of 2.1 and 2.8, t test of .003."""
    error, m0, m1, t = size_figures(x, fit)
    loss = row_loss(fit[1], error, row, reach, gap)
    weight = 1.0 if gap < 0.0 else 20.0
    loss += weight * outside(m0, 2.0505, 2.1495, 300.0, reach, gap)
    loss += weight * outside(m1, 2.7505, 2.8495, 300.0, reach, gap)
    return loss + outside(t, 2.9462, 3.0495, 100.0, reach, gap)


@njit(cache=True)
def part_loss(
    part: int, orders: Flags, x: Array, months: Array, died: Flags, lc_months: Array,
    failed: Flags, present: Array, bounds: Array, fits: Array, reach: float, gap: float,
) -> float:  # fmt: skip
    """Loss of one part; its row of ``fits`` is the start and becomes the fitted coefficients."""
    fit = fits[part]
    if part == RATE_PART:
        weight = 1.0 if gap < 0.0 else 6.0
        loss = outside(rate_at(orders[0], months, died, 36.0), 72.655, 72.745, 30.0, reach, gap)
        rate = rate_at(orders[1], lc_months, failed, 36.0)
        return weight * (loss + outside(rate, 91.155, 91.245, 30.0, reach, gap))
    if part == SIZE_PART:
        return size_loss(x, fit, bounds[SIZE_ROW], reach, gap)
    if part >= OS_PART:
        terms = OS_MODEL if part == OS_PART else LC_MODEL
        errors = np.empty(6)
        loss, held = 0.0, fit_model(part, orders, x, died, failed, present, fit, errors)
        for a in range(held):
            loss += row_loss(fit[a], errors[a], bounds[part * 11 + terms[a]], reach, gap)
        return loss if held else HOPELESS
    if part == 11 + CP:
        return 0.0
    one = np.empty(2)
    if not fit_alone(part, orders, x, died, failed, present, fit[0], one):
        return HOPELESS
    fit[0] = one[0]
    return row_loss(one[0], one[1], bounds[part * 11 + part % 11], reach, gap)


def printed_bounds(targets: Any) -> Array:
    """Return the printed models by part and term, shape (265, 9).

    A row bounds log ratio, log lower and upper limit, and z; its last value is the standard error
    of the printed limits. The last row is the odds ratio of size, 1.83 (1.19-2.83), p .006.
    """
    terms = {
        "age_years": AGE, "ecog=1,2": ECOG, "child_pugh_class=B": CP,
        "etiology=hcv,non_b_non_c": ETIO, "bclc_stage=A": BCLC, "tumor_size_cm": SIZE,
        "afp_ng_ml=20.01..": AFP, "prior_treatment_sessions": SESSIONS, "bed": BED,
        "cr_by_month_3=no": CR3, "response_mrecist_best=PR,SD,PD": NEVER,
    }  # fmt: skip
    place = {"hr": 0, "hr_low": 1, "hr_high": 2}
    bounds = np.full((SIZE_ROW + 1, 9), np.nan)
    printed = [(1.83, 0), (1.19, 1), (2.83, 2)]
    for value, column in printed:
        bounds[SIZE_ROW, 2 * column : 2 * column + 2] = log_bounds(value, 0.005)
    bounds[SIZE_ROW, 6:8] = z_bounds(0.006, 0.0005)
    for target in targets:
        if target.statistic not in {*place, "cox_p"} or target.repeats:
            continue
        k, failure = terms[target.by], target.variable == "lc"
        row = bounds[(22 + failure if target.model else k + 11 * failure) * 11 + k]
        if target.statistic == "cox_p":
            row[6:8] = z_bounds(target.printed, 0.0 if target.operator == "<" else target.tolerance)
        else:
            column = place[target.statistic]
            row[2 * column : 2 * column + 2] = log_bounds(target.printed, target.tolerance)
    bounds[:, 8] = (bounds[:, 4] + bounds[:, 5] - bounds[:, 2] - bounds[:, 3]) / (4.0 * Z)
    return bounds


def log_bounds(printed: float, tolerance: float) -> tuple[float, float]:
    """Return the logarithms between which a printed ratio lies."""
    return math.log(printed - INSIDE * tolerance), math.log(printed + INSIDE * tolerance)


def z_bounds(p: float, tolerance: float) -> tuple[float, float]:
    """Return the z between which a printed p lies; a tolerance of 0 means "less than p"."""
    if tolerance == 0.0:
        return float(norm.isf(p / 2)) + 0.01, SURE
    return (
        float(norm.isf((p + INSIDE * tolerance) / 2)),
        float(norm.isf((p - INSIDE * tolerance) / 2)),
    )
