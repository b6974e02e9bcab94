"""Times at which a step curve reaches given levels, by the rule of R's ``quantile.survfit``."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from hccviz.domain.records import FloatArray, IntArray

TOLERANCE = float(np.sqrt(np.finfo(np.float64).eps))  # R: sqrt(.Machine$double.eps)


def crossing_times(
    time: FloatArray, fallen: FloatArray, shares: Sequence[float]
) -> tuple[float | None, ...]:
    """Find the times at which a curve that starts at 1 has fallen by given shares.

    Where the curve lies on the level itself over a flat stretch (within ``TOLERANCE``), the time
    is the middle of that stretch, which may end at the last observed time. A band that is not
    monotone is read, as R reads it, by its sorted values.

    Parameters
    ----------
    time
        Observed times, months, increasing, shape (m,).
    fallen
        1 - curve just after each time, shape (m,); NaN where the curve is unknown.
    shares
        Shares to reach, each > 0: 0.5 for a median.

    Returns
    -------
    tuple
        One time per share; None where the curve never falls that far.

    References
    ----------
    R package survival, ``quantile.survfit`` (internal ``findq``). R's function returns NA for
    all shares when the curve ends one rounding error above the smallest share asked for; here the
    tolerance holds there too.

    Examples
    --------
    >>> crossing_times(np.array([2.0, 5.0]), np.array([0.5, 1.0]), [0.25, 0.5])
    (2.0, 3.5)
    """
    x = np.concatenate(([0.0], time))
    y = np.concatenate(([0.0], fallen))
    x_last, y_last = float(x[-1]), float(y[-1])
    if not (y[1:] >= y[:-1]).all():  # a gap (NaN) or a band that turns
        x, y, y_last = _sorted_known(x, y)
    wanted = np.asarray(shares, dtype=np.float64)
    first = y.searchsorted(wanted - TOLERANCE).tolist()
    after = y.searchsorted(wanted + TOLERANCE).tolist()
    times: list[float | None] = []
    for share, i, j in zip(shares, first, after, strict=True):
        if abs(share - y_last) < TOLERANCE:
            times.append((float(x[i]) + x_last) / 2.0)
        elif j < len(x):
            times.append((float(x[i]) + float(x[j])) / 2.0)
        else:
            times.append(None)
    return tuple(times)


def median_of_counts(time: FloatArray, counts: IntArray) -> float | None:
    """Median of values given as counts; the mean of the middle two when their number is even.

    Parameters
    ----------
    time
        Distinct values, increasing, shape (m,).
    counts
        How often each occurs, shape (m,).

    Returns
    -------
    float or None
        In the unit of ``time``; None when there is no value.

    Examples
    --------
    >>> median_of_counts(np.array([1.0, 4.0]), np.array([1, 1]))
    2.5
    """
    upto = np.cumsum(counts)
    n = int(upto[-1]) if len(upto) else 0
    if n == 0:
        return None
    low, high = np.searchsorted(upto, [(n - 1) // 2, n // 2], side="right")
    return float(time[low] + time[high]) / 2.0


def _sorted_known(x: FloatArray, y: FloatArray) -> tuple[FloatArray, FloatArray, float]:
    """Drop unknown values and sort by y; also the last y, NaN when it is R's first NA."""
    known = ~np.isnan(y)
    gap_before_the_end = not known[:-1].all()
    y_last = float(y[known][-1]) if gap_before_the_end else float(y[-1])
    x, y = x[known], y[known]
    if (y[1:] < y[:-1]).any():
        order = np.argsort(y, kind="stable")
        x, y = x[order], y[order]
    return x, y, y_last
