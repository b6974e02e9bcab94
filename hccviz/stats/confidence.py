"""Confidence limits of a survival curve, transform by transform as R's ``survfit`` gives them."""

from __future__ import annotations

import numpy as np
from scipy.special import ndtri

from hccviz.domain.errors import HccvizError
from hccviz.domain.records import FloatArray

TRANSFORMS = ("log-log", "log", "plain")


def normal_quantile(level: float) -> float:
    """Two-sided normal quantile of a confidence level.

    Parameters
    ----------
    level
        Confidence level, strictly between 0 and 1.

    Returns
    -------
    float
        The z with P(-z < Z < z) = ``level``.

    Raises
    ------
    HccvizError
        When ``level`` is not strictly between 0 and 1.

    Examples
    --------
    >>> round(normal_quantile(0.95), 6)
    1.959964
    """
    if not 0.0 < level < 1.0:
        raise HccvizError(
            f"The confidence level is {level:g}; it must lie between 0 and 1, for instance 0.95."
        )
    return float(ndtri(1.0 - (1.0 - level) / 2.0))


def survival_limits(
    survival: FloatArray, log_std_err: FloatArray, *, ci: str, level: float
) -> tuple[FloatArray, FloatArray]:
    """Pointwise confidence limits of a Kaplan-Meier curve.

    Parameters
    ----------
    survival
        S(t), non-increasing, 0-1, shape (m,).
    log_std_err
        Greenwood standard error of log S(t), shape (m,); infinite where S = 0.
    ci
        ``"log-log"``, ``"log"`` or ``"plain"``: the transform on which the limits are symmetric.
    level
        Confidence level, 0-1.

    Returns
    -------
    tuple of two arrays, shape (m,)
        Lower and upper limit, NaN where R gives NA: at S = 0 with every transform, and at S = 1
        with log-log (log and plain give 1 and 1 there). These NaN stay inside this package.

    Raises
    ------
    HccvizError
        When ``ci`` is none of the three, or ``level`` is out of range.

    References
    ----------
    Kalbfleisch JD, Prentice RL. The Statistical Analysis of Failure Time Data. 2002, 1.4.1;
    R package survival, ``survfit``, arguments ``conf.type`` and ``conf.int``.
    """
    z = normal_quantile(level)
    if ci not in TRANSFORMS:
        raise HccvizError(
            f"The confidence transform is '{ci}'; choose one of {', '.join(TRANSFORMS)}."
        )
    lower = np.full(survival.shape, np.nan)
    upper = np.full(survival.shape, np.nan)
    stop = int(np.searchsorted(-survival, 0.0))  # first S = 0
    start = int(np.searchsorted(-survival, -1.0, side="right")) if ci == "log-log" else 0
    inner = slice(start, max(start, stop))
    s, se = survival[inner], log_std_err[inner]
    if ci == "plain":
        margin = z * se * s
        lower[inner] = np.maximum(s - margin, 0.0)
        upper[inner] = np.minimum(s + margin, 1.0)
    elif ci == "log":
        log_s, margin = np.log(s), z * se
        lower[inner] = np.exp(log_s - margin)
        upper[inner] = np.minimum(np.exp(log_s + margin), 1.0)
    else:
        log_s = np.log(s)
        centre, margin = np.log(-log_s), z * se / log_s  # margin < 0: log S is negative
        lower[inner] = np.exp(-np.exp(centre - margin))
        upper[inner] = np.exp(-np.exp(centre + margin))
    return lower, upper
