"""Cox hazard ratios of a categorical split, exact with Efron ties, from an event table."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import chdtrc

from hccviz.domain.records import EventTable, HazardRatio, Quantity, TestResult
from hccviz.stats.confidence import normal_quantile
from hccviz.stats.logrank import quadratic_form
from hccviz.stats.partial_likelihood import Fit, efron_terms, expand, maximise
from hccviz.stats.risk_sets import RiskSets, risk_sets

_NO_EVENTS = "not estimable: no events"
_FEW_EVENTS_PER_VARIABLE = 10


@dataclass(frozen=True, slots=True)
class CoxFit:
    """Hazard ratios against a reference with the three omnibus tests of the same model."""

    hazard_ratios: tuple[HazardRatio, ...]
    tests: tuple[TestResult, ...]


def estimate_hazard_ratios(
    table: EventTable, *, reference: str | None = None, level: float = 0.95
) -> tuple[HazardRatio, ...]:
    """Hazard ratio of every other group against the reference group.

    Parameters
    ----------
    table
        Event table; with strata, each stratum has its own baseline hazard.
    reference
        Level of the reference group; the first group when None.
    level
        Confidence level of the Wald limits, 0-1.

    Returns
    -------
    tuple of HazardRatio
        In table order without the reference; Efron ties, Wald limits and p. Where the likelihood
        has no maximum (a group without events, or groups whose events never overlap) the ratio is
        None with its reason in words; ratios of the other groups are then those of the limiting
        likelihood, which R reaches beside a warning.

    References
    ----------
    Cox DR. J R Stat Soc B 1972;34:187-220. Efron B. J Am Stat Assoc 1977;72:557-65.
    For the existence of the maximum: Ford LR. Am Math Mon 1957;64:28-33.
    """
    return fit_groups(table, reference=reference, level=level).hazard_ratios


def fit_groups(
    table: EventTable,
    *,
    reference: str | None = None,
    level: float = 0.95,
    sets: RiskSets | None = None,
) -> CoxFit:
    """Cox model of a categorical split: hazard ratios, likelihood-ratio, Wald and score test.

    Parameters, references and the rule for ratios are those of :func:`estimate_hazard_ratios`;
    ``sets`` are the risk sets of this table, when the caller already has them.

    Returns
    -------
    CoxFit
        ``tests`` are named "Cox likelihood ratio", "Cox Wald" and "Cox score". Under a monotone
        likelihood the Wald test is not estimable; the other two remain valid. The note names
        fewer than ten events per hazard ratio.
    """
    levels = [group.level for group in table.groups]
    reference = levels[0] if reference is None and levels else reference
    z = normal_quantile(level)
    sets = sets or risk_sets(table)
    why = _refusal(table, sets, reference)
    if why:
        ratios = tuple(
            HazardRatio(g.level, reference or "", Quantity(None, why=why), None, why)
            for g in table.groups
            if g.level != reference
        )
        return CoxFit(ratios, _not_estimable(why))
    base = levels.index(str(reference))
    reach = _dominated(sets)
    fits = _fit_blocks(sets, reach, base)
    ratios = tuple(
        _hazard_ratio(table, i, base, fits, reach, z) for i in range(len(levels)) if i != base
    )
    return CoxFit(ratios, _omnibus(sets, fits, reach))


def _refusal(table: EventTable, sets: RiskSets, reference: str | None) -> str:
    """Return the reason why no ratio at all can be given, or an empty string."""
    if len(table.groups) < 2:
        return "not estimable: only one group"
    if reference not in {group.level for group in table.groups}:
        return f"not estimable: no patient in the reference group {reference}"
    return "" if sets.deaths.size else _NO_EVENTS


def _dominated(sets: RiskSets) -> NDArray[np.bool_]:
    """Transitive closure of "h was at risk when g had an event", shape (k, k), as [g, h].

    The likelihood has a finite maximum if and only if every group reaches every other; groups
    that reach each other have finite ratios among themselves.
    """
    died = (sets.deaths > 0).astype(np.float32)
    present = (sets.at_risk > 0).astype(np.float32)
    reach = (died @ present.T > 0) | np.eye(len(died), dtype=bool)
    for middle in range(len(reach)):
        reach |= np.outer(reach[:, middle], reach[middle])
    return reach


def _fit_blocks(sets: RiskSets, reach: NDArray[np.bool_], base: int) -> dict[tuple[int, ...], Fit]:
    """Fit every block of groups with finite ratios; the base comes first in its own block.

    As the likelihood climbs without end in the directions between blocks, it tends to the product
    of the likelihoods of the blocks.
    """
    fits: dict[tuple[int, ...], Fit] = {}
    done: set[int] = set()
    for first in [base, *range(len(reach))]:
        if first in done:
            continue
        block = [first] + [
            i for i in range(len(reach)) if i != first and reach[first, i] and reach[i, first]
        ]
        done.update(block)
        fits[tuple(block)] = maximise(efron_terms(sets.only(block)))
    return fits


def _hazard_ratio(
    table: EventTable,
    row: int,
    base: int,
    fits: dict[tuple[int, ...], Fit],
    reach: NDArray[np.bool_],
    z: float,
) -> HazardRatio:
    """One ratio against the base, or the reason why there is none."""
    group, reference = table.groups[row], table.groups[base]
    block, fit = next(iter(fits.items()))  # the block of the base is the first
    if row not in block:
        why = _why_infinite(table, row, base, reach)
        return HazardRatio(group.level, reference.level, Quantity(None, why=why), None, why)
    place = block.index(row)
    log_ratio = float(fit.coefficients[place])
    std_err = math.sqrt(float(fit.covariance[place, place]))
    limits = math.exp(log_ratio - z * std_err), math.exp(log_ratio + z * std_err)
    p = float(chdtrc(1, (log_ratio / std_err) ** 2))
    return HazardRatio(group.level, reference.level, Quantity(math.exp(log_ratio), *limits), p)


def _why_infinite(table: EventTable, row: int, base: int, reach: NDArray[np.bool_]) -> str:
    """Reason in words for a ratio of 0, infinity or without any information."""
    group, reference = table.groups[row], table.groups[base]
    for one in (group, reference):
        if one.n_events == 0:
            return f"not estimable: no events in {one.label}"
    if reach[row, base]:
        return (
            f"not estimable: nobody in {group.label} was left at risk at any event "
            f"of {reference.label}"
        )
    if reach[base, row]:
        return (
            f"not estimable: nobody in {reference.label} was left at risk at any event "
            f"of {group.label}"
        )
    return f"not estimable: {group.label} and {reference.label} were never at risk together"


def _omnibus(
    sets: RiskSets,
    fits: dict[tuple[int, ...], Fit],
    reach: NDArray[np.bool_],
) -> tuple[TestResult, ...]:
    """Likelihood-ratio, Wald and score test with the degrees of freedom that the data carry."""
    fit = next(iter(fits.values()))
    start = fit.start if len(fits) == 1 else expand(efron_terms(sets), np.zeros(len(reach)))
    used = sets.at_risk.any(axis=1)
    df = int(used.sum()) - _pieces((reach | reach.T)[np.ix_(used, used)])
    if df == 0:
        return _not_estimable("not estimable: no two groups were at risk together at an event")
    note = _events_per_variable(int(sets.deaths.sum()), df)
    gain = 2.0 * (sum(f.end.log_likelihood for f in fits.values()) - start.log_likelihood)
    gain = max(gain, 0.0)
    score, _ = quadratic_form(start.score, start.information)
    wald = TestResult(
        "Cox Wald", None, None, None, why="not estimable: a hazard ratio is 0 or infinite"
    )
    if len(fits) == 1:
        b = fit.coefficients
        statistic = float(b @ fit.end.information @ b)
        wald = TestResult("Cox Wald", statistic, df, float(chdtrc(df, statistic)), note=note)
    return (
        TestResult("Cox likelihood ratio", gain, df, float(chdtrc(df, gain)), note=note),
        wald,
        TestResult("Cox score", score, df, float(chdtrc(df, score)), note=note),
    )


def _pieces(together: NDArray[np.bool_]) -> int:
    """Count the sets of groups that no event connects."""
    linked = together.copy()
    for middle in range(len(linked)):
        linked |= np.outer(linked[:, middle], linked[middle])
    return len({tuple(row) for row in linked.tolist()})


def _events_per_variable(events: int, df: int) -> str:
    """Return the caution below ten events per hazard ratio, or an empty string."""
    if events >= _FEW_EVENTS_PER_VARIABLE * df:
        return ""
    ratios = "1 hazard ratio" if df == 1 else f"{df} hazard ratios"
    return f"{events} events for {ratios}: fewer than ten per hazard ratio."


def _not_estimable(why: str) -> tuple[TestResult, ...]:
    """Return the three tests with one reason."""
    names = ("Cox likelihood ratio", "Cox Wald", "Cox score")
    return tuple(TestResult(name, None, None, None, why=why) for name in names)
