"""What a cohort gives for a printed number, through the kernels that the pages use."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray
from scipy.special import stdtr

from hccviz.domain.model_records import Covariate, ModelEstimate
from hccviz.domain.records import EventTable, GroupEvents, SurvivalCurve
from hccviz.evidence.logistic import logistic_wald
from hccviz.evidence.selection import Mask, Patients
from hccviz.evidence.targets import Target
from hccviz.stats.confidence import normal_quantile
from hccviz.stats.cox_model import estimate_cox_model
from hccviz.stats.kaplan_meier import estimate_curve
from hccviz.stats.logrank import logrank_test
from hccviz.stats.proportions import pearson_test

FloatArray = NDArray[np.float64]

QUANTILES = {"median": 0.5, "q1": 0.25, "q3": 0.75, "min": 0.0, "max": 1.0}
DENSITY_WINDOW = 0.05
"""Half width in S of the window in which SPSS estimates the density at a median."""


def measure(patients: Patients, target: Target) -> float | None:
    """Return the cohort's value of a printed number; None when it has none.

    Raises
    ------
    KeyError
        When the target names a column that the cohort lacks.
    """
    inside = patients.where(target.subgroup)
    if target.statistic == "n":
        return float(inside.sum())
    if target.statistic in ("count", "percent"):
        return _share(patients, target, inside)
    if target.statistic in QUANTILES or target.statistic in ("mean", "sd"):
        return _number(patients, target, inside)
    if target.statistic in ("chi2_p", "ttest_p"):
        return (_chi2 if target.statistic == "chi2_p" else _t_test)(patients, target, inside)
    if target.statistic.startswith(("or", "logit")):
        return _logistic(patients, target, inside)
    if target.statistic.startswith(("hr", "cox")):
        return _cox(patients, target, inside)
    return _survival(patients, target, inside)


def _share(patients: Patients, target: Target, inside: Mask) -> float:
    count = float((inside & patients.where(target.levels)).sum())
    if target.statistic == "count":
        return count
    return 100 * count / float((inside & patients.recorded(target.variable)).sum())


def _number(patients: Patients, target: Target, inside: Mask) -> float | None:
    values = patients.numbers(target.variable)[inside]
    values = values[~np.isnan(values)]
    if not values.size:
        return None
    if target.statistic == "mean":
        return float(values.mean())
    if target.statistic == "sd":
        return float(values.std(ddof=1))
    return float(np.quantile(values, QUANTILES[target.statistic]))


def _chi2(patients: Patients, target: Target, inside: Mask) -> float | None:
    """Pearson's p of ``by`` (a query, or a column with all its levels) against ``levels``."""
    inside = inside & patients.recorded(target.variable)
    rows = _groups(patients, target.by)
    columns = _groups(patients, target.levels, target.variable)
    counts = [[int((inside & a & b).sum()) for b in columns] for a in rows]
    return pearson_test(np.array(counts, dtype=np.int64)).p


def _groups(patients: Patients, query: str, recorded: str = "") -> list[Mask]:
    """Return the groups of a query: its queries joined by ``;``, else yes and no.

    No means that ``recorded`` (by default the first column of the query) has a value.
    """
    parts = query.split(";")
    if len(parts) > 1:
        return [patients.where(part) for part in parts]
    yes = patients.where(query)
    known = patients.recorded(recorded or query.split("=")[0])
    return [yes & known, ~yes & known]


def _t_test(patients: Patients, target: Target, inside: Mask) -> float:
    """Two-sided p of Student's t test with equal variances."""
    yes, no = (patients.numbers(target.variable)[inside & g] for g in _groups(patients, target.by))
    df = len(yes) + len(no) - 2
    pooled = ((len(yes) - 1) * yes.var(ddof=1) + (len(no) - 1) * no.var(ddof=1)) / df
    t = (yes.mean() - no.mean()) / np.sqrt(pooled * (1 / len(yes) + 1 / len(no)))
    return float(2 * stdtr(df, -abs(t)))


def _logistic(patients: Patients, target: Target, inside: Mask) -> float:
    outcome = patients.where(target.levels)[inside].astype(float)
    ratio, low, high, p = logistic_wald(patients.numbers(target.by)[inside], outcome)
    return {"or": ratio, "or_low": low, "or_high": high, "logit_p": p}[target.statistic]


def term(patients: Patients, name: str) -> FloatArray:
    """Return a regression term: 0/1 for a query (NaN where not recorded), or a numeric column."""
    if "=" not in name:
        return patients.numbers(name)
    values = patients.where(name).astype(float)
    for clause in name.split("&"):
        values[~patients.recorded(clause.split("=")[0])] = np.nan
    return values


def times(patients: Patients, code: str) -> tuple[FloatArray, FloatArray]:
    """Return months and event flag of an endpoint (``fu`` is follow-up, all of it events)."""
    if code == "fu":
        return patients.numbers("os_months"), np.ones(patients.n)
    return patients.numbers(f"{code}_months"), patients.numbers(f"{code}_event")


def _cox(patients: Patients, target: Target, inside: Mask) -> float | None:
    terms = (target.model or target.by).split(";")
    found = _model(patients, target, inside, terms).rows[terms.index(target.by)]
    pick: dict[str, float | None] = {
        "hr": found.ratio.value, "hr_low": found.ratio.low, "hr_high": found.ratio.high,
        "cox_p": found.p,
    }  # fmt: skip
    return pick[target.statistic]


def _model(patients: Patients, target: Target, inside: Mask, terms: list[str]) -> ModelEstimate:
    """Return a Cox model, fitted once for all the numbers that a paper prints of it."""
    asked = (target.subgroup, target.variable, *terms)
    if asked not in patients.fits:
        months, event = times(patients, target.variable)
        factors = [Covariate(name, name, term(patients, name)[inside]) for name in terms]
        patients.fits[asked] = estimate_cox_model(factors, months[inside], event[inside])
    fitted: ModelEstimate = patients.fits[asked]
    return fitted


def group_events(months: FloatArray, event: FloatArray, level: str = "all") -> GroupEvents:
    """Count events and censorings by exact time."""
    kept = ~np.isnan(months)
    time, place = np.unique(months[kept], return_inverse=True)
    died = np.bincount(place, event[kept], len(time)).astype(np.int64)
    return GroupEvents(level, level, time, died, np.bincount(place, minlength=len(time)) - died)


def _survival(patients: Patients, target: Target, inside: Mask) -> float | None:
    months, event = times(patients, target.variable)
    if target.statistic == "logrank_p":
        groups = _groups(patients, target.by)
        pair = tuple(
            group_events(months[inside & g], event[inside & g], str(i))
            for i, g in enumerate(groups)
        )
        return logrank_test(EventTable(target.variable, target.by, pair)).p
    if target.statistic == "events":
        return float(event[inside].sum())
    if target.statistic.startswith("km_rate_"):
        at = float(target.statistic.removeprefix("km_rate_"))
        curve = estimate_curve(group_events(months[inside], event[inside]), times=(at,))
        value = curve.rates[0].survival.value
        return None if value is None else 100 * value
    curve = estimate_curve(group_events(months[inside], event[inside]))
    if target.statistic == "km_median":
        return curve.median.value
    pick: dict[str, Callable[[SurvivalCurve], float | None]] = {
        "km_median_low": lambda c: _normal_limits(c)[0],
        "km_median_high": lambda c: _normal_limits(c)[1],
    }
    return pick[target.statistic](curve)


def first_at_or_below_half(curve: SurvivalCurve) -> float | None:
    """Median as SPSS prints it: the first time at which S is at most 0.5."""
    below = np.flatnonzero((curve.survival <= 0.5 + 1e-12) & (curve.events > 0))
    return float(curve.time[below[0]]) if below.size else None


def _normal_limits(curve: SurvivalCurve) -> tuple[float | None, float | None]:
    """Limits of the median as SPSS prints them: symmetric, from a density estimate at the median.

    The standard error is that of S at the median over the density (S(u) - S(l)) / (l - u), with u
    the last death time at which S is at least 0.55 and l the first at which it is at most 0.45
    (Collett, Modelling Survival Data; a censoring between two deaths moves neither).
    """
    middle = first_at_or_below_half(curve)
    died = curve.events > 0
    high = np.flatnonzero(died & (curve.survival >= 0.5 + DENSITY_WINDOW - 1e-12))
    low = np.flatnonzero(curve.survival <= 0.5 - DENSITY_WINDOW + 1e-12)
    if middle is None or not high.size or not low.size:
        return None, None
    upper, lower = high[-1], low[0]
    fall = curve.survival[upper] - curve.survival[lower]
    density = fall / (curve.time[lower] - curve.time[upper])
    place = int(np.searchsorted(curve.time, middle))
    half = normal_quantile(0.95) * float(curve.std_err[place] / density)
    return max(middle - half, 0.0), middle + half
