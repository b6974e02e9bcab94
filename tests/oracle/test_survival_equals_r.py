"""Curves, limits, quantiles, rates, tests and Cox models equal R's survival package."""

from __future__ import annotations

import math

import numpy as np
import pytest

from hccviz.domain.records import EventTable, Quantity, TestResult
from hccviz.stats.confidence import TRANSFORMS
from hccviz.stats.cox import fit_groups
from hccviz.stats.cox_rows import fit_cox
from hccviz.stats.kaplan_meier import estimate_curve, estimate_follow_up
from hccviz.stats.logrank import logrank_test, logrank_trend_test, pairwise_logrank
from tests.oracle.reading import (
    HERE,
    by_family,
    cohort_datasets,
    number,
    outputs,
    read,
    small_datasets,
)

EXACT = 1e-9
COX = 1e-6
DIVERGED = 100.0  # R's standard error of a coefficient that runs to infinity is far above this

POOLED = small_datasets() | cohort_datasets()
STRATIFIED = small_datasets(stratified=True)
CURVES = outputs("curves", "dataset", "group")
QUANTILES = outputs("quantiles", "dataset", "ci")
PRINTED = outputs("printed", "dataset", "ci")
RATES = outputs("rates", "dataset", "ci")
TESTS = outputs("tests", "dataset", "test")
PAIRS = outputs("pairs", "dataset", "stratified")
COX_ROWS = outputs("cox", "dataset", "stratified")
COX_TWO = outputs("cox_rows", "dataset")
SPLIT = [
    (name, table, stratified)
    for tables, stratified in ((POOLED, False), (STRATIFIED, True))
    for name, table in tables.items()
    if len(table.groups) > 1
]


def same(found: float | None, expected: str, tolerance: float = EXACT) -> bool:
    """Equal within an absolute and relative tolerance, or both absent."""
    wanted = number(expected)
    if found is None or wanted is None:
        return found is None and wanted is None
    return math.isclose(found, wanted, rel_tol=tolerance, abs_tol=tolerance)


def same_quantity(found: Quantity, value: str, low: str, high: str) -> bool:
    """Compare value and limits; what is absent must say why."""
    explained = found.why if found.value is None else True
    if found.value is not None:
        explained = (found.low is not None or found.why_low) and (
            found.high is not None or found.why_high
        )
    return bool(
        explained and same(found.value, value) and same(found.low, low) and same(found.high, high)
    )


@by_family((*of, ci) for of in CURVES for ci in TRANSFORMS)
def test_curve_is_survfit(dataset: str, group: str, ci: str) -> None:
    events = next(g for g in POOLED[dataset].groups if g.level == group)
    curve = estimate_curve(events, ci=ci)
    rows = CURVES[dataset, group]
    assert [int(r["at_risk"]) for r in rows] == curve.at_risk.tolist()
    assert [int(r["events"]) for r in rows] == curve.events.tolist()
    assert [int(r["censored"]) for r in rows] == curve.censored.tolist()
    for i, row in enumerate(rows):
        low, high = (row[f"{side}_{ci.replace('-', '_')}"] for side in ("low", "high"))
        assert same(float(curve.time[i]), row["time"])
        assert same(float(curve.survival[i]), row["survival"])
        assert same(float(curve.std_err[i]), row["std_err"] or "0")
        assert bool(curve.limits_known[i]) == bool(low)
        assert same(float(curve.lower[i]), low or row["survival"])
        assert same(float(curve.upper[i]), high or row["survival"])


@by_family(QUANTILES)
def test_quantiles_are_quantile_survfit(dataset: str, ci: str) -> None:
    curves = {g.level: estimate_curve(g, ci=ci) for g in POOLED[dataset].groups}
    for row in QUANTILES[dataset, ci]:
        curve = curves[row["group"]]
        found = {
            ("time", "0.25"): curve.quartile_1,
            ("time", "0.5"): curve.median,
            ("time", "0.75"): curve.quartile_3,
            ("follow-up", "0.5"): curve.follow_up.reverse_km_median,
        }[row["what"], row["share"]]
        assert same_quantity(found, row["value"], row["low"], row["high"]), (row, found)


@by_family(PRINTED)
def test_where_print_and_quantile_differ_quantile_is_followed(dataset: str, ci: str) -> None:
    """``print(survfit)`` takes the start of a stretch on the level that lasts to the end.

    ``outputs/printed.csv`` holds its median and limits wherever they differ from those of
    ``quantile(survfit)``, which the test above demands.
    """
    curves = {g.level: estimate_curve(g, ci=ci) for g in POOLED[dataset].groups}
    for row in PRINTED[dataset, ci]:
        median = curves[row["group"]].median
        assert not same_quantity(median, row["value"], row["low"], row["high"]), row


@by_family(RATES)
def test_rates_are_summary_survfit(dataset: str, ci: str) -> None:
    rows = RATES[dataset, ci]
    for group in POOLED[dataset].groups:
        mine = [row for row in rows if row["group"] == group.level]
        curve = estimate_curve(group, ci=ci, times=[float(row["time"]) for row in mine])
        for row, rate in zip(mine, curve.rates, strict=True):
            assert rate.at_risk == int(row["at_risk"])
            assert same_quantity(rate.survival, row["survival"], row["low"], row["high"]), row


@by_family(SPLIT)
def test_logrank_is_survdiff(name: str, table: EventTable, stratified: bool) -> None:
    omnibus = logrank_test(table)
    if TESTS[name, omnibus.name][0]["df"] == "":  # survdiff stops: a covariance of lower rank
        assert omnibus.df is None or omnibus.df < len(table.groups) - 1
        return
    for found in (omnibus, logrank_trend_test(table)):
        assert found.name.startswith("stratified") == stratified
        (row,) = TESTS[name, found.name]
        if row["df"] == "0" or row["p"] == "":
            assert found.p is None
            assert found.why
        else:
            assert same(found.statistic, row["statistic"]), (found, row)
            assert found.df == int(row["df"])
            assert same(found.p, row["p"])


@by_family(SPLIT)
def test_pairs_are_survdiff_with_holm(name: str, table: EventTable, stratified: bool) -> None:
    if len(table.groups) < 3:
        return
    rows = PAIRS[name, str(stratified).upper()]
    for found, row in zip(pairwise_logrank(table), rows, strict=True):
        assert (found.a, found.b) == (row["a"], row["b"])
        assert same(found.p, row["p"])
        assert same(found.p_holm, row["p_holm"])
        assert bool(found.why) == (found.p is None)


@by_family(SPLIT)
def test_hazard_ratios_are_coxph(name: str, table: EventTable, stratified: bool) -> None:
    fit = fit_groups(table)
    rows = COX_ROWS.get((name, str(stratified).upper()))
    if rows is None:
        assert all(ratio.why for ratio in fit.hazard_ratios)
        return
    # R gives NA, or 0 with variance 0, where the numbers at risk carry no information; with such
    # a reference it silently compares with another group.
    aliased = any(not row["coef"] or number(row["se"]) == 0.0 for row in rows)
    for found, row in zip(fit.hazard_ratios, rows, strict=True):
        assert found.level == row["level"]
        se = number(row["se"])
        if found.ratio.value is None:
            assert found.why
            assert aliased or se is None or se > DIVERGED, (found, row)
        else:
            assert same(math.log(found.ratio.value), row["coef"], COX), (found, row)
            assert same(found.ratio.low, row["low"], COX)
            assert same(found.ratio.high, row["high"], COX)
            assert same(found.p, row["p"], COX)
    _same_omnibus(name, fit.tests, stratified)


def _same_omnibus(name: str, tests: tuple[TestResult, ...], stratified: bool) -> None:
    for found in tests:
        (row,) = TESTS[name, f"{'stratified ' * stratified}{found.name}"]
        if found.p is None:
            assert found.why
            assert found.name == "Cox Wald" or row["df"] == "0" or float(row["statistic"]) == 0.0
        else:
            assert same(found.statistic, row["statistic"], COX), (found, row)
            assert found.df == int(row["df"])
            assert same(found.p, row["p"], COX)


@pytest.mark.parametrize("dataset", [name for (name,) in COX_TWO])
def test_two_factors_are_coxph(dataset: str) -> None:
    rows = read(HERE / "inputs" / f"{dataset}.csv")
    found = fit_cox(
        {name: np.array([r[name] for r in rows]) for name in ("group", "stratum")},
        np.array([float(r["time"]) for r in rows]),
        np.array([int(r["event"]) for r in rows]),
    )
    for term, row in zip(found, COX_TWO[dataset,], strict=True):
        assert (term.column, term.level) == (row["column"], row["level"])
        assert same(term.log_ratio, row["coef"], COX)
        assert same(term.std_err, row["se"], COX)


def test_naive_follow_up_is_that_of_the_plain_times() -> None:
    for table in POOLED.values():
        for group in table.groups:
            times = np.repeat(group.time, group.events + group.censored)
            found = estimate_follow_up(group)
            assert found.naive_median == pytest.approx(float(np.median(times)), abs=1e-12)
            assert (found.minimum, found.maximum) == (times.min(), times.max())
