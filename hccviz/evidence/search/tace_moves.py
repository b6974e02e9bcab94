# ruff: noqa: NPY002 (compiled code uses the generator of numba)
# mypy: disable-error-code="untyped-decorator,no-any-return"
"""Moves of the search of SBRT after TACE: what may change in a core, and what has to hold in it.

A move touches two patients (of which one may stay as it is) and says which parts of the loss
(`tace_loss`) it can change. Times of death never move, but deaths and failures pass from patient to
patient, and the last contact of a patient without either may come earlier or later.
"""

from __future__ import annotations

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
    LC_PART,
    NEVER,
    OS_PART,
    RATE_PART,
    SESSIONS,
    SIZE,
    SIZE_PART,
)
from hccviz.evidence.search.tace_models import Array, Flags

Hits = NDArray[np.bool_]

SHORTEST_LATE_RESPONSE = 3.2
HEPATIC_FAILURE_MONTHS = 9.9
"""The printed death of hepatic failure: no table completes a core that moves it elsewhere."""
NEVER_DEATHS = 5
"""Deaths without complete response: 1/5 + 1/76 is the printed variance, for 81 deaths in all."""
USUAL_BED = 112.5
MOST = 3
"""Moves made at once, at most."""
NEAR = 12
"""Ranks of follow-up that two neighbours are apart, at most."""
NOTED = 15
"""Numbers that a move can change of a patient."""
FOLLOW_UP_QUARTILES = (23.6, 32.9, 41.7)
FOLLOW_UP = 3
"""The kind of move that shifts a last contact, beside death (0), failure (1) and a term (2)."""


@njit(cache=True)
def allowed(i: int, x: Array, months: Array, died: Flags, lc_months: Array, failed: Flags) -> bool:
    """Return whether patient ``i`` is possible.

    BCLC 0 is small, class A and ECOG 0; no failure in class B; a late response takes its time; the
    death of hepatic failure stays.
    """
    if x[i, BCLC] == 0 and (x[i, SIZE] > 2.0 or x[i, CP] == 1 or x[i, ECOG] == 1):
        return False
    if failed[i] and x[i, CP] == 1:
        return False
    if months[i] == HEPATIC_FAILURE_MONTHS and not died[i]:
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
def never_deaths(x: Array, died: Flags) -> int:
    """Deaths among the patients who never reached a complete response."""
    count = 0
    for i in range(len(died)):
        count += died[i] * int(x[i, NEVER])
    return count


@njit(cache=True)
def mark(hits: Hits, k: int) -> None:
    """Mark the parts of the loss that term ``k`` enters."""
    hits[k] = hits[11 + k] = True
    if k in (CP, BCLC, SIZE, AFP, BED, NEVER):
        hits[OS_PART] = True
    if k in (BCLC, SIZE, SESSIONS, BED, NEVER):
        hits[LC_PART] = True
    if k in (SIZE, NEVER):
        hits[SIZE_PART] = True


@njit(cache=True)
def two(n: int, near: int) -> tuple[int, int]:
    """Draw two patients, more often than not at most ``near`` ranks apart; (-1, -1) for none."""
    i = np.random.randint(n)
    if np.random.random() >= 0.6:
        return i, np.random.randint(n)
    j = i + np.random.randint(-near, near + 1)
    return (i, j) if 0 <= j < n else (-1, -1)


@njit(cache=True)
def carrier(i: int, flags: Any, usual: float) -> int:
    """Return ``i``, or else a random patient, whose value is not the usual one."""
    while flags[i] == usual:
        i = np.random.randint(len(flags))
    return i


@njit(cache=True)
def pick(
    x: Array, died: Flags, failed: Flags, kind: int, k: int, near: int
) -> tuple[int, int]:  # fmt: skip
    """Draw the patients of a move: death (0), failure (1), term ``k`` (2) or last contact (3)."""
    if kind == FOLLOW_UP:
        i = np.random.randint(len(died))
        return (i, i) if died[i] + failed[i] == 0 else (-1, -1)
    i, j = two(len(died), near)
    if i < 0:
        return i, j
    apart = j - i
    if kind == 0:
        i = carrier(i, died, 0)
    elif kind == 1:
        return carrier(i, failed, 0), j
    elif k in (ECOG, CP, NEVER):
        i = carrier(i, x[:, k], 0.0)
    elif k == BED:
        i = carrier(i, x[:, k], USUAL_BED)
    if abs(apart) <= near:
        j = min(max(i + apart, 0), len(died) - 1)
    return i, j


@njit(cache=True)
def move_death(i: int, j: int, died: Flags, hits: Hits) -> bool:
    """Let ``j`` die in place of ``i``."""
    if died[j]:
        return False
    died[i], died[j] = 0, 1
    hits[:11] = True
    hits[OS_PART] = hits[RATE_PART] = True
    return True


@njit(cache=True)
def move_failure(
    i: int, j: int, x: Array, months: Array, lc_months: Array, failed: Flags, hits: Hits
) -> bool:
    """Shift the failure of ``i`` in time, or give it to ``j``."""
    if np.random.random() < 0.45:
        j = i
    elif failed[j] or x[j, CP] == 1:
        return False
    was, spread = lc_months[i], 1.0 if np.random.random() < 0.5 else 6.0
    failed[i], lc_months[i] = 0, months[i]
    then = min(max(was + spread * np.random.randn(), 1.7), months[j] - 0.11)
    failed[j], lc_months[j] = 1, then + 1e-5 * np.random.random()
    hits[11:22] = True
    hits[LC_PART] = hits[RATE_PART] = True
    return then >= 1.5


@njit(cache=True)
def shift_last_contact(i: int, months: Array, lc_months: Array, hits: Hits) -> bool:
    """Let the follow-up of ``i`` end earlier or later, on its side of every printed quartile."""
    was, spread = months[i], 1.0 if np.random.random() < 0.5 else 6.0
    then = round(was + spread * np.random.randn(), 4)
    for quartile in FOLLOW_UP_QUARTILES:
        for edge in (quartile - 0.05, quartile + 0.05):
            if (then < edge) != (was < edge):
                return False
    if then < 1.5 or then > months.max() or np.any(months == then):
        return False
    months[i] = lc_months[i] = then
    hits[:22] = True
    hits[OS_PART] = hits[LC_PART] = hits[RATE_PART] = True
    return True


@njit(cache=True)
def shift_number(i: int, k: int, x: Array, hits: Hits) -> bool:
    """Change a size, a number of sessions or an age by a little, within the printed quartiles."""
    unit = 0.1 if k == SIZE else 1.0
    jump = np.random.randint(1, 6 if np.random.random() < 0.75 else 21)
    x[i, k] = round(x[i, k] + (unit * jump if np.random.random() < 0.5 else -unit * jump), 1)
    mark(hits, k)
    return printed_quartiles(x[:, k], k)


@njit(cache=True)
def exchange(i: int, j: int, k: int, x: Array, present: Array, hits: Hits) -> bool:
    """Exchange term ``k`` between two patients, at times with what belongs to it."""
    if x[i, k] == x[j, k] or (k == AFP and present[i] * present[j] == 0.0):
        return False
    x[i, k], x[j, k] = x[j, k], x[i, k]
    mark(hits, k)
    also = -1
    if k == BCLC and np.random.random() < 0.4:
        also = SIZE
    elif k == NEVER:
        also = CR3
    if also >= 0 and x[i, also] != x[j, also]:
        x[i, also], x[j, also] = x[j, also], x[i, also]
        mark(hits, also)
    return True


@njit(cache=True)
def make_move(
    i: int, j: int, kind: int, k: int, x: Array, months: Array, died: Flags, lc_months: Array,
    failed: Flags, present: Array, hits: Hits,
) -> bool:  # fmt: skip
    """Make one move; returns whether it can be tried at all."""
    if kind == 0:
        return move_death(i, j, died, hits)
    if kind == 1:
        return move_failure(i, j, x, months, lc_months, failed, hits)
    if kind == FOLLOW_UP:
        return shift_last_contact(i, months, lc_months, hits)
    if k in (SIZE, SESSIONS, AGE) and np.random.random() < 0.45:
        return shift_number(i, k, x, hits)
    return exchange(i, j, k, x, present, hits)


@njit(cache=True)
def note(
    row: Array, i: int, x: Array, months: Array, died: Flags, lc_months: Array, failed: Flags
) -> None:
    """Write down all that a move can change of a patient: `NOTED` numbers."""
    row[:11] = x[i]
    row[11], row[12], row[13], row[14] = died[i], failed[i], lc_months[i], months[i]


@njit(cache=True)
def put(
    row: Array, i: int, x: Array, months: Array, died: Flags, lc_months: Array, failed: Flags
) -> None:
    """Make a patient what was written down by `note`."""
    x[i] = row[:11]
    died[i], failed[i], lc_months[i], months[i] = int(row[11]), int(row[12]), row[13], row[14]


@njit(cache=True)
def try_moves(
    several: float, slots: float, terms: Flags, who: Flags, old: Array, x: Array, months: Array,
    died: Flags, lc_months: Array, failed: Flags, present: Array, hits: Hits,
) -> tuple[int, bool, bool]:  # fmt: skip
    """Make one move, or a few at once, and write down what they changed.

    Returns how many rows of ``who`` and ``old`` were filled, whether a failure moved, and whether
    the core is possible; it is the caller who puts back what is not kept.
    """
    touched, failure = 0, False
    hits[:] = False
    for _ in range(1 if np.random.random() >= several else np.random.randint(2, MOST + 1)):
        k = terms[np.random.randint(len(terms))]
        kind = int(np.random.random() < 0.45) if np.random.random() < slots else 2
        i, j = pick(x, died, failed, kind, k, NEAR)
        if i < 0:
            return touched, failure, False
        for p in (i, j):
            who[touched] = p
            note(old[touched], p, x, months, died, lc_months, failed)
            touched += 1
        failure = failure or kind == 1
        if not make_move(i, j, kind, k, x, months, died, lc_months, failed, present, hits):
            return touched, failure, False
    for p in who[:touched]:
        if not allowed(p, x, months, died, lc_months, failed):
            return touched, failure, False
    return touched, failure, never_deaths(x, died) == NEVER_DEATHS
