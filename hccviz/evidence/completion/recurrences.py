"""Recurrence times that give a printed Kaplan-Meier rate at 36 months."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

AT_MONTHS = 36.0
TOLERANCE = 4e-4


def recurrences(
    rng: np.random.Generator,
    follow_up: NDArray[np.float64],
    never: NDArray[np.bool_],
    required: NDArray[np.bool_],
    rate: float,
    *,
    attempts: int = 50_000,
) -> tuple[list[float], list[int]]:
    """Draw exponential recurrence times until the rate at 36 months is as printed.

    Parameters
    ----------
    follow_up
        End of follow-up of each patient, months; without recurrence the patient is censored then.
    never, required
        Patients who must not, and who must, recur.
    rate
        Printed share without recurrence at 36 months.

    Returns
    -------
    list of float, list of int
        Months and event flag.

    Raises
    ------
    ValueError
        When no draw fits.
    """
    scale = -AT_MONTHS / np.log(rate)
    for _ in range(attempts):
        drawn = np.round(1.5 + rng.exponential(scale, len(follow_up)), 2)
        late = required & (drawn >= follow_up)
        drawn[late] = np.round(follow_up[late] * rng.uniform(0.3, 0.95, int(late.sum())), 2)
        event = (drawn < follow_up) & ~never
        months = np.where(event, drawn, follow_up)
        if abs(_rate(months, event) - rate) < TOLERANCE:
            return [float(m) for m in months], [int(e) for e in event]
    raise ValueError("no recurrence times found that give the printed rate")


def _rate(months: NDArray[np.float64], event: NDArray[np.bool_]) -> float:
    """Kaplan-Meier share without recurrence at 36 months."""
    times, deaths = np.unique(months[event & (months <= AT_MONTHS)], return_counts=True)
    at_risk = len(months) - np.searchsorted(np.sort(months), times, side="left")
    return float(np.prod(1.0 - deaths / at_risk))
