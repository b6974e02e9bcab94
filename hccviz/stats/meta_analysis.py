"""Summary of one proportion over several studies, by statsmodels."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np
from scipy.special import chdtrc, expit, stdtrit

from hccviz.domain.errors import HccvizError
from hccviz.domain.literature_records import PooledRate, PooledStudy
from hccviz.domain.records import FloatArray, Proportion, Quantity
from hccviz.stats.confidence import normal_quantile
from hccviz.stats.proportions import proportion

ESTIMATORS = {"pm": "Paule-Mandel", "dl": "DerSimonian-Laird"}
CONTINUITY = 0.5
"""Added to responders and to non-responders of a study in which nobody or everybody responded."""
_TIGHT, _LOOSE = 1e-10, 1e-5
_TOO_FEW = "not estimable: fewer than two studies"
_NO_PREDICTION = "not estimable: fewer than three studies"


def pool_rates(
    rows: Sequence[tuple[str, int, int]], *, estimator: str = "pm", level: float = 0.95
) -> PooledRate:
    """Summarise x of n over studies on the logit scale, with random and with fixed effects.

    Parameters
    ----------
    rows
        Name, count and number of patients (>= 1) of each study.
    estimator
        Of the variance between studies: ``"pm"`` (Paule-Mandel) or ``"dl"``
        (DerSimonian-Laird).
    level
        Confidence level, 0-1.

    Returns
    -------
    PooledRate
        Single studies with exact (Clopper-Pearson) limits. The random-effects limits are those of
        Hartung, Knapp, Sidik and Jonkman, their scale never below 1; those of the fixed effect are
        normal. The prediction interval is that of Higgins, Thompson and Spiegelhalter with k - 2
        degrees of freedom. Below two studies (three for the prediction) the reason is given.

    Raises
    ------
    HccvizError
        When the estimator is unknown or a study has no patients.

    Notes
    -----
    Inverse-variance weights by ``statsmodels.stats.meta_analysis.combine_effects``. The logit
    and not the double arcsine: that one has no unique way back when studies differ in size
    (Schwarzer et al. Res Synth Methods 2019;10:476-83). statsmodels lets the DerSimonian-Laird
    variance fall below 0; here it stops at 0. R: ``metafor::rma(measure = "PLO", add = 0.5,
    to = "only0", test = "adhoc")``.

    References
    ----------
    DerSimonian R, Laird N. Control Clin Trials 1986;7:177-88. Paule RC, Mandel J. J Res Natl Bur
    Stand 1982;87:377-85. Röver C et al. BMC Med Res Methodol 2015;15:99. Higgins JPT, Thompson SG,
    Spiegelhalter DJ. J R Stat Soc A 2009;172:137-59.

    Examples
    --------
    >>> found = pool_rates([("A", 10, 40), ("B", 30, 60), ("C", 12, 20)])
    >>> round(found.random.value, 4), round(found.i2, 4)
    (0.439, 0.7616)
    """
    if estimator not in ESTIMATORS:
        raise HccvizError(f"The estimator is '{estimator}'; choose one of pm, dl.")
    if any(n < 1 for _, _, n in rows):
        raise HccvizError("A study without patients cannot be summarised.")
    rates = [proportion(count, n, level=level) for _, count, n in rows]
    names = [name for name, _, _ in rows]
    if len(rows) < 2:
        return _not_pooled(names, rates, estimator, level)
    effect, variance = _logits(rates)
    return _pooled(names, rates, _combine(effect, variance, estimator), estimator, level)


def _logits(rates: Sequence[Proportion]) -> tuple[FloatArray, FloatArray]:
    """Return the log odds of each study with their variances."""
    x = np.array([rate.count for rate in rates], dtype=np.float64)
    rest = np.array([rate.n for rate in rates], dtype=np.float64) - x
    add = np.where((x == 0) | (rest == 0), CONTINUITY, 0.0)
    x, rest = x + add, rest + add
    return np.log(x / rest), 1 / x + 1 / rest


def _combine(effect: FloatArray, variance: FloatArray, estimator: str) -> Any:
    """Ask statsmodels; a variance between studies that would fall below 0 is 0."""
    from statsmodels.stats.meta_analysis import combine_effects

    with np.errstate(divide="ignore"):  # its own I² when all studies agree exactly
        found = combine_effects(effect, variance, method_re="pm", atol=_TIGHT, maxiter=200)
    if found.q <= found.df_resid:  # both estimators are 0; as "dl" statsmodels would go below
        return found
    if estimator == "dl":
        return combine_effects(effect, variance, method_re="dl")
    # Rounding beyond the solution makes statsmodels fall back to 0, which is no solution here.
    return found if found.tau2 > 0 else combine_effects(effect, variance, atol=_LOOSE)


def _pooled(
    names: Sequence[str], rates: Sequence[Proportion], found: Any, estimator: str, level: float
) -> PooledRate:
    df = len(rates) - 1
    z, tail = normal_quantile(level), (1 + level) / 2
    spread = math.sqrt(max(float(found.scale_hksj_re), 1.0)) * float(found.sd_eff_w_re)
    random = _back(float(found.mean_effect_re), float(stdtrit(df, tail)) * spread)
    fixed = _back(float(found.mean_effect_fe), z * float(found.sd_eff_w_fe))
    further = Quantity(random.value, why_low=_NO_PREDICTION, why_high=_NO_PREDICTION)
    if df >= 2:
        wide = math.sqrt(float(found.tau2) + float(found.sd_eff_w_re) ** 2)
        further = _back(float(found.mean_effect_re), float(stdtrit(df - 1, tail)) * wide)
    q = max(float(found.q), 0.0)
    studies = tuple(
        PooledStudy(name, rate, float(by_fixed), float(by_random), rate.count in (0, rate.n))
        for name, rate, by_fixed, by_random in zip(
            names, rates, found.weights_rel_fe, found.weights_rel_re, strict=True
        )
    )
    return PooledRate(
        estimator=estimator, level=level, studies=studies, random=random, fixed=fixed,
        prediction=further, tau2=float(found.tau2), i2=max(0.0, 1 - df / q) if q > 0 else 0.0,
        q=q, df=df, p=float(chdtrc(df, q)),
    )  # fmt: skip


def _back(centre: float, half: float) -> Quantity:
    """Return a logit with its half width as a share."""
    low, value, high = (float(expit(centre + step)) for step in (-half, 0.0, half))
    return Quantity(value, low, high)


def _not_pooled(
    names: Sequence[str], rates: Sequence[Proportion], estimator: str, level: float
) -> PooledRate:
    none = Quantity(None, why=_TOO_FEW)
    studies = tuple(
        PooledStudy(name, rate, 1.0, 1.0, rate.count in (0, rate.n))
        for name, rate in zip(names, rates, strict=True)
    )
    return PooledRate(
        estimator=estimator, level=level, studies=studies, random=none, fixed=none,
        prediction=none, tau2=None, i2=None, q=None, df=max(len(studies) - 1, 0), p=None,
    )  # fmt: skip
