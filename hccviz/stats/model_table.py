"""The table of a regression model: one row per coefficient, one line per factor, in words."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import chdtrc

from hccviz.domain.model_records import ModelRow
from hccviz.domain.records import FloatArray, Quantity, TestResult
from hccviz.stats.cautions import count
from hccviz.stats.confidence import normal_quantile
from hccviz.stats.design import Design, DesignColumn

_FEW_EVENTS = 10
_SMALL = 1e-7


@dataclass(frozen=True, slots=True)
class Coefficients:
    """What a fit says about the columns of a design; zero where ``aliased`` or ``diverging``.

    ``lost`` columns are diverging only because the others leave nothing to tell them by.
    """

    values: FloatArray
    covariance: NDArray[np.float64]
    aliased: NDArray[np.bool_]
    diverging: NDArray[np.bool_]
    lost: NDArray[np.bool_]


def model_rows(
    design: Design, fit: Coefficients, event: NDArray[np.bool_], *, ratio: str, level: float
) -> tuple[ModelRow, ...]:
    """Ratios with Wald limits and p of every column, or the reason why there is none.

    Parameters
    ----------
    design, fit
        Columns and what was estimated for them.
    event
        Complete patients with the event, shape (n,).
    ratio
        ``"hazard ratio"`` or ``"odds ratio"``, for the reasons in words.
    level
        Confidence level, 0-1.
    """
    z = normal_quantile(level)
    reasons = _reasons(design, fit, event, ratio)
    rows = []
    for j, column in enumerate(design.columns):
        inside = design.matrix[:, j] != 0.0 if column.level else np.ones(len(event), dtype=bool)
        b, why = float(fit.values[j]), reasons[j]
        se = math.sqrt(max(float(fit.covariance[j, j]), 0.0))
        low, high = (_exp(b - z * se), _exp(b + z * se))
        known = not why and se > 0.0
        rows.append(
            ModelRow(
                term=column.term,
                label=column.label,
                level=column.level,
                reference=column.reference,
                n=int(inside.sum()),
                n_events=int((inside & event).sum()),
                ratio=Quantity(_exp(b), low, high) if known else Quantity(None, why=why),
                log_ratio=b if known else None,
                std_err=se if known else None,
                p=float(chdtrc(1, (b / se) ** 2)) if known else None,
                why=why,
                level_label=column.level_label if column.reference else "",
                reference_label=column.reference_label,
            )
        )
    return tuple(rows)


def _exp(x: float) -> float:
    """Exponential that stays a number: at most 1e300."""
    return math.exp(min(x, 690.0))


def wald_test(fit: Coefficients, places: NDArray[np.int64], name: str) -> TestResult:
    """Wald test that several coefficients are 0; aliased ones do not count."""
    if fit.diverging[places].any():
        return TestResult(name, None, None, None, why="not estimable: a ratio is 0 or infinite")
    used = places[~fit.aliased[places]]
    if not used.size:
        return TestResult(name, None, None, None, why="not estimable: no coefficient left")
    b = fit.values[used]
    statistic = float(b @ np.linalg.solve(fit.covariance[np.ix_(used, used)], b))
    return chi_square(name, statistic, len(used))


def chi_square(name: str, statistic: float, df: int) -> TestResult:
    """Test result of a chi-square statistic; rounding below 0 is 0."""
    statistic = max(statistic, 0.0)
    return TestResult(name, statistic, float(df), float(chdtrc(df, statistic)))


def events_per_variable(events: int, df: int, noun: str = "event") -> tuple[str, ...]:
    """Return the caution below ten events per coefficient, or nothing.

    References
    ----------
    Peduzzi P et al. J Clin Epidemiol 1995;48:1503-10.
    """
    if df == 0 or events >= _FEW_EVENTS * df:
        return ()
    return (
        f"{count(events, noun)} for {count(df, 'coefficient')}: {events / df:.1f} per coefficient, "
        "fewer than ten. Read the ratios with caution.",
    )


def _reasons(
    design: Design, fit: Coefficients, event: NDArray[np.bool_], ratio: str
) -> tuple[str, ...]:
    """Reason of every column that has no ratio, empty for the others."""
    reasons = []
    for j, column in enumerate(design.columns):
        if fit.aliased[j]:
            reasons.append(_why_aliased(design, fit.aliased, j))
        elif fit.lost[j]:
            reasons.append(
                f"not estimable: nothing is left to tell {column.label} by, as another factor "
                "decides who has the event"
            )
        elif fit.diverging[j]:
            reasons.append(_why_diverging(design, column, j, event, ratio))
        else:
            reasons.append("")
    return tuple(reasons)


def _why_aliased(design: Design, aliased: NDArray[np.bool_], j: int) -> str:
    """Name the columns that determine this one, or say that it does not vary."""
    column = design.columns[j]
    values = design.matrix[:, j]
    if not len(values) or np.ptp(values) == 0.0:
        return f"not estimable: {column.label} does not vary among the complete patients"
    before = np.flatnonzero(~aliased[:j])
    constant = np.ones((len(values), 1))
    known = np.column_stack([constant, design.matrix[:, before]])
    scale = np.maximum(np.abs(known).max(axis=0), 1e-300)
    weights = np.linalg.lstsq(known / scale, values, rcond=None)[0]
    missed = values - (known / scale) @ weights
    if float(np.abs(missed).max()) < 1e-6 * float(np.abs(values).max()):
        large = np.abs(weights[1:]) > _SMALL * float(np.abs(weights).max())
        named = ", ".join(design.columns[i].label for i in before[large])
        if named:
            return f"not estimable: {column.label} is determined by {named}; leave one out"
    return (
        f"not estimable: {column.label} does not vary among patients compared with one another at "
        "any event, beyond what the strata and the other factors say"
    )


def _why_diverging(
    design: Design, column: DesignColumn, j: int, event: NDArray[np.bool_], ratio: str
) -> str:
    """Say which level has no or only events, or that the outcome is separated."""
    if column.reference:
        inside = design.matrix[:, j] != 0.0
        rest = np.logical_and.reduce(
            [design.matrix[:, i] == 0.0 for i in design.places(column.term)]
        )
        for label, who in ((column.level_label, inside), (column.reference_label, rest)):
            if not event[who].any():
                return f"not estimable: no events in {label}"
            if ratio == "odds ratio" and event[who].all():
                return f"not estimable: every patient in {label} has the event"
    if ratio == "odds ratio":
        return (
            f"not estimable: {column.label} separates patients with and without the event "
            "(the odds ratio is 0 or infinite)"
        )
    return (
        f"not estimable: the likelihood keeps rising with the coefficient of {column.label} "
        "(monotone likelihood: the hazard ratio is 0 or infinite)"
    )
