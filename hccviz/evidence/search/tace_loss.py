# mypy: disable-error-code="untyped-decorator,no-any-return"
"""What a core of SBRT after incomplete TACE misses: Cox models, logistic model, t test, rates."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numba import njit
from numpy.typing import NDArray

from hccviz.evidence.search.kernels import cox, logit, miss, row_loss

Array = NDArray[np.float64]

NAMES = (
    "age_years", "ecog_1_or_2", "child_pugh_b", "not_hbv", "bclc_a", "tumor_size_cm",
    "afp_above_20", "prior_treatment_sessions", "bed_gy", "no_cr_at_3_months", "never_cr",
)  # fmt: skip
AGE, ECOG, CP, ETIO, BCLC, SIZE, AFP, SESSIONS, BED, CR3, NEVER = range(11)
OS_MODEL = np.array([CP, BCLC, SIZE, AFP, BED, NEVER])
LC_MODEL = np.array([BCLC, SIZE, SESSIONS, BED, NEVER])
SHORTEST_LATE_RESPONSE = 3.2
HEPATIC_FAILURE_MONTHS = 9.9
"""The printed death of hepatic failure: no table completes a core that moves it elsewhere."""
NEVER_DEATHS = 6
"""Deaths without complete response in the frozen core (the printed limits point to 5)."""


@njit(cache=True)
def rate36(months: Array, event: NDArray[np.int64]) -> float:
    """Kaplan-Meier rate at 36 months, percent; times are distinct."""
    order = np.argsort(months)
    survival, left = 1.0, len(months)
    for i in order:
        if months[i] > 36.0:
            break
        if event[i]:
            survival *= 1.0 - 1.0 / left
        left -= 1
    return 100.0 * survival


@njit(cache=True)
def model_loss(
    part: int, orders: NDArray[np.int64], x: Array, months: Array, died: NDArray[np.int64],
    lc_months: Array, failed: NDArray[np.int64], present: Array, rows: Array, betas: Array,
    linear: bool,
) -> float:  # fmt: skip
    """Loss of one part.

    0-10 are univariable for death, 11-21 for failure, 22 and 23 the multivariable models, 24 size
    against complete response, 25 the two rates.
    """
    if part == 25:
        return 8 * miss(rate36(months, died), 72.7, 0.05) + 8 * miss(
            rate36(lc_months, failed), 91.2, 0.05
        )
    if part == 24:
        return size_loss(x, betas, linear)
    everybody = np.ones(len(months))
    if part >= 22:
        terms = OS_MODEL if part == 22 else LC_MODEL
        columns = np.ascontiguousarray(x[:, terms])
        event = died if part == 22 else failed
        beta = betas[part, : len(terms)].copy()
        errors = cox(orders[part - 22], columns, event, present if part == 22 else everybody, beta)
        betas[part, : len(terms)] = np.minimum(np.maximum(beta, -5.0), 5.0)
        loss = 0.0
        for k in range(len(terms)):
            loss += row_loss(beta[k], errors[k], rows[part * 11 + terms[k]], linear)
        return loss
    k = part % 11
    if part == 11 + CP:
        return 0.0
    event = died if part < 11 else failed
    beta = betas[part, :1].copy()
    column = np.ascontiguousarray(x[:, k : k + 1])
    errors = cox(orders[part // 11], column, event, present if k == AFP else everybody, beta)
    betas[part, 0] = min(max(beta[0], -5.0), 5.0)
    return row_loss(beta[0], errors[0], rows[part * 11 + k], linear)


@njit(cache=True)
def size_loss(x: Array, betas: Array, linear: bool) -> float:
    """Loss of odds ratio 1.83 (1.19-2.83, p .006), means 2.1 and 2.8, t test .003."""
    size, never = x[:, SIZE], x[:, NEVER]
    beta = betas[24, :2].copy()
    error = logit(size, never, beta)
    betas[24, :2] = beta
    row = np.array([1.83, 1.19, 2.83, 0.006, 0.005, 0.005, 0.005, 0.0005])
    loss = row_loss(beta[1], error, row, linear)
    n1 = never.sum()
    n0 = len(never) - n1
    m1 = (size * never).sum() / n1
    m0 = (size * (1 - never)).sum() / n0
    spread = 0.0
    for i in range(len(size)):
        spread += (size[i] - (m1 if never[i] else m0)) ** 2
    t = abs(m1 - m0) / math.sqrt(spread / (n1 + n0 - 2) * (1 / n1 + 1 / n0))
    p = math.erfc(t / math.sqrt(2.0)) * (1 + 0.0125 * t * t)  # close to Student's t at 300 df
    return loss + miss(m0, 2.1, 0.05) + miss(m1, 2.8, 0.05) + miss(p, 0.003, 0.00045)


@njit(cache=True)
def allowed(i: int, x: Array, months: Array, lc_months: Array, failed: NDArray[np.int64]) -> bool:
    """Return whether patient ``i`` is possible: BCLC 0, no failure in class B, response in time."""
    if x[i, BCLC] == 0 and (x[i, SIZE] > 2.0 or x[i, CP] == 1 or x[i, ECOG] == 1):
        return False
    if failed[i] and x[i, CP] == 1:
        return False
    if x[i, NEVER] == 1:
        return x[i, CR3] == 1
    limit = lc_months[i] if failed[i] else months[i]
    return x[i, CR3] == 0 or limit > SHORTEST_LATE_RESPONSE


@njit(cache=True)
def printed_quartiles(values: Array, k: int) -> bool:
    """Return whether a number still has its printed range and median (sessions: quartiles)."""
    low, high, middle = 0.7, 6.9, 2.0
    if k == SESSIONS:
        low, high, middle = 1.0, 30.0, 3.0
    elif k == AGE:
        low, high, middle = 37.0, 90.0, 63.0
    below = upto = first = under = over = 0
    least, most = 1e9, -1e9
    for value in values:
        least, most = min(least, value), max(most, value)
        below += value < middle - 1e-6
        upto += value < middle + 1e-6
        first += value < 1.5
        under += value < 4.5
        over += value < 5.5
    if least < low - 1e-6 or most > high + 1e-6 or below > 150 or upto < 152:
        return False
    if k == SESSIONS:
        return first >= 77 and under <= 226 and over >= 228
    return abs(least - low) < 1e-6 and abs(most - high) < 1e-6


@njit(cache=True)
def never_deaths(x: Array, died: NDArray[np.int64]) -> int:
    """Deaths among the patients who never reached a complete response."""
    count = 0
    for i in range(len(died)):
        count += died[i] * int(x[i, NEVER])
    return count


@njit(cache=True)
def touches(part: int, k: int) -> bool:
    """Return whether term ``k`` enters a part."""
    if part < 22:
        return part % 11 == k
    if part == 22:
        return k in (CP, BCLC, SIZE, AFP, BED, NEVER)
    if part == 23:
        return k in (BCLC, SIZE, SESSIONS, BED, NEVER)
    return part == 24 and k in (SIZE, NEVER)


def printed_rows(targets: Any) -> Array:
    """Return the printed models as rows for `row_loss`, by part and term."""
    terms = {
        "age_years": AGE, "ecog=1,2": ECOG, "child_pugh_class=B": CP,
        "etiology=hcv,non_b_non_c": ETIO, "bclc_stage=A": BCLC, "tumor_size_cm": SIZE,
        "afp_ng_ml=20.01..": AFP, "prior_treatment_sessions": SESSIONS, "bed": BED,
        "cr_by_month_3=no": CR3, "response_mrecist_best=PR,SD,PD": NEVER,
    }  # fmt: skip
    place = {"hr": 0, "hr_low": 1, "hr_high": 2, "cox_p": 3}
    rows = np.zeros((24 * 11, 8))
    for target in targets:
        if target.statistic not in place or target.repeats:
            continue
        k = terms[target.by]
        failure = target.variable == "lc"
        part = (22 + failure) if target.model else (k + 11 * failure)
        column = place[target.statistic]
        rows[part * 11 + k, column] = target.printed
        rows[part * 11 + k, 4 + column] = 0.0 if target.operator == "<" else target.tolerance
    return rows
