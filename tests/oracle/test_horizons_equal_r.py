"""Restricted means, periods, landmarks, cut points and forests equal R."""

from __future__ import annotations

import math
from collections import defaultdict

import pytest

from hccviz.domain.records import EventTable
from hccviz.domain.survival_records import SubgroupTable
from hccviz.stats.cutpoints import explore_cut_points
from hccviz.stats.forest import interaction_test
from hccviz.stats.landmark import landmark_table
from hccviz.stats.logrank import logrank_test
from hccviz.stats.piecewise import piecewise_hazard_ratios
from hccviz.stats.rmst import estimate_rmst
from tests.oracle.depth_reading import (
    EXACT,
    MODEL,
    covariate,
    model_rows_of,
    numbers,
    rows_of,
    same,
)
from tests.oracle.reading import by_family, event_table, small_datasets

TABLES = small_datasets()
RMST = rows_of("outputs", "rmst", "dataset")
PIECES = rows_of("outputs", "piecewise", "dataset")
CHANGE = rows_of("outputs", "piecewise_change", "dataset")
LANDMARK = rows_of("outputs", "landmark", "dataset")
CUTS = rows_of("outputs", "cutpoints", "data", "number", "ties")
FOREST = rows_of("outputs", "forest", "data", "arm", "by")


@by_family(RMST)
def test_restricted_mean_is_print_survfit(dataset: str) -> None:
    for row in RMST[dataset,]:
        (group,) = [g for g in TABLES[dataset].groups if g.level == row["group"]]
        horizon = float(row["horizon"])
        (found,) = estimate_rmst(EventTable("os", "", (group,)), horizon).groups
        assert same(found.mean.value, row["mean"], EXACT)
        assert same(found.std_err, row["se"], EXACT)


@pytest.mark.parametrize("dataset", [name for (name,) in PIECES])
def test_periods_are_coxph_on_split_rows(dataset: str) -> None:
    rows = PIECES[dataset,]
    found = piecewise_hazard_ratios(TABLES[dataset], [float(rows[0]["cut"])])
    ratios = [r for period in found.periods for r in period.hazard_ratios]
    for ratio, row in zip(ratios, rows, strict=True):
        assert ratio.level == row["level"]
        if not row["coef"] or float(row["se"]) > 100.0:  # R gives NA, or runs to infinity
            assert ratio.why
            continue
        assert same(math.log(ratio.ratio.value), row["coef"], MODEL)
        width = math.log(ratio.ratio.high / ratio.ratio.low) / (2 * 1.959963984540054)
        assert same(width, row["se"], MODEL)
    (row,) = CHANGE[dataset,]
    if found.change.statistic is not None:
        assert same(found.change.statistic, row["statistic"], MODEL)


@pytest.mark.parametrize("dataset", [name for (name,) in LANDMARK])
def test_landmark_is_subset(dataset: str) -> None:
    (row,) = LANDMARK[dataset,]
    found = landmark_table(TABLES[dataset], float(row["cut"]))
    assert found.table.n == int(row["n"])
    assert found.table.n + found.n_events_before + found.n_censored_before == TABLES[dataset].n
    assert same(logrank_test(found.table).statistic, row["statistic"], EXACT)


@pytest.mark.parametrize(("data", "number", "ties"), CUTS)
def test_cut_points_are_maxstat_and_coxph(data: str, number: str, ties: str) -> None:
    rows, columns = CUTS[data, number, ties], model_rows_of(data)
    time, values = numbers(columns["time"]), columns[number]
    if ties == "FALSE":  # as R: ranks among those with the number, first come first
        known = [i for i, v in enumerate(values) if v]
        for rank, i in enumerate(sorted(known, key=lambda i: time[i]), start=1):
            time[i] = rank
    found = explore_cut_points(covariate(number, values), time, numbers(columns["event"]))
    assert [cut.value for cut in found.cuts] == [float(row["cut"]) for row in rows]
    for cut, row in zip(found.cuts, rows, strict=True):
        assert same(cut.statistic, row["statistic"], EXACT)
        assert same(math.log(cut.ratio.value), row["coef"], MODEL)
        width = math.log(cut.ratio.high / cut.ratio.low) / (2 * 1.959963984540054)
        assert same(width, row["se"], MODEL)
    assert same(found.p, row["p"], EXACT)


@pytest.mark.parametrize(("data", "arm", "by"), FOREST)
def test_interaction_is_anova_coxph(data: str, arm: str, by: str) -> None:
    columns = model_rows_of(data)
    gathered: dict[str, list[tuple[float, int, str]]] = defaultdict(list)
    for t, e, a, b in zip(*(columns[c] for c in ("time", "event", arm, by)), strict=True):
        if a and b:
            gathered[b].append((float(t), int(e), a))
    levels = tuple(sorted(gathered))
    tables = tuple(event_table(*zip(*gathered[level], strict=True)) for level in levels)
    arms = sorted(set(columns[arm]))
    found = interaction_test(SubgroupTable(by, by, levels, levels, tables), arms)
    (row,) = FOREST[data, arm, by]
    assert same(found.statistic, row["statistic"], MODEL)
    assert found.df == int(row["df"])
