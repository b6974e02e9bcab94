"""Local control of the re-irradiation study: failures whose Kaplan-Meier rates are as printed."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np


def local_failures(
    os_months: Sequence[float],
    response: Sequence[str],
    rates: dict[int, float],
    seed: int,
    *,
    attempts: int = 400_000,
) -> tuple[list[int], list[float]]:
    """Choose who fails locally and when, so that both printed rates hold.

    Patients with PD as in-field response fail within the first months; all others fail later;
    without failure local control is censored at the end of follow-up.

    Parameters
    ----------
    os_months
        End of follow-up of each patient, months.
    response
        In-field response of each patient.
    rates
        Month → printed share without local failure.
    seed
        Seed of the search.

    Returns
    -------
    list of int, list of float
        Event flag and months.

    Raises
    ------
    ValueError
        When no assignment was found.
    """
    rng = np.random.default_rng(seed)
    follow_up = np.asarray(os_months, dtype=float)
    progressed = np.array([r == "PD" for r in response])
    allowed = np.flatnonzero(~progressed & (follow_up > 6.0))
    for _ in range(attempts):
        failed = progressed.copy()
        failed[rng.choice(allowed, rng.integers(2, 6), replace=False)] = True
        months = follow_up.copy()
        limit = np.where(progressed, np.minimum(follow_up, 5.0), np.minimum(follow_up, 24.0))
        start = np.where(progressed, 1.5, 3.0)
        drawn = np.round(start + rng.random(len(months)) * (limit - start - 0.05), 2)
        months[failed] = drawn[failed]
        if all(abs(_rate(months, failed, t) - share) < 5e-4 for t, share in rates.items()):
            return [int(f) for f in failed], [float(m) for m in months]
    raise ValueError("no local failures found that give the printed rates")


def _rate(months: np.ndarray, failed: np.ndarray, at: float) -> float:
    """Kaplan-Meier share without failure at a time."""
    survival = 1.0
    for time in np.unique(months[failed & (months <= at)]):
        survival *= 1.0 - np.sum(failed & (months == time)) / np.sum(months >= time)
    return float(survival)
