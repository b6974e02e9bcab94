"""Intervals, differences and tests of tables equal R's stats package."""

from __future__ import annotations

import math

import numpy as np
import pytest

from hccviz.stats.baseline import smd_of_levels
from hccviz.stats.proportions import (
    association_tests,
    fisher_test,
    newcombe_difference,
    pearson_test,
    proportion,
    trend_test,
)
from tests.oracle.reading import HERE, by_family, number, outputs, read

EXACT = 1e-9
PROPORTIONS = read(HERE / "outputs" / "proportions.csv")
TABLES = outputs("tables", "table")
COUNTS: dict[str, np.ndarray] = {}
for _row in read(HERE / "inputs" / "tables.csv"):
    _at = (int(_row["row"]), int(_row["column"]))
    _old = COUNTS.get(_row["table"], np.zeros((0, 0), dtype=np.int64))
    _new = np.zeros(np.maximum(_old.shape, np.add(_at, 1)), dtype=np.int64)
    _new[: _old.shape[0], : _old.shape[1]] = _old
    _new[_at] = int(_row["count"])
    COUNTS[_row["table"]] = _new


def same(found: float | None, expected: str) -> bool:
    """Equal within 1e-9, or both absent."""
    wanted = number(expected)
    if found is None or wanted is None:
        return found is None and wanted is None
    return math.isclose(found, wanted, rel_tol=EXACT, abs_tol=EXACT)


@pytest.mark.parametrize("confidence", ["0.95", "0.9"])
def test_intervals_are_binom_test_and_prop_test(confidence: str) -> None:
    rows = [row for row in PROPORTIONS if row["level"] == confidence]
    assert len(rows) > 40
    for row in rows:
        _same_intervals(row)


def _same_intervals(row: dict[str, str]) -> None:
    count, n, level = int(row["count"]), int(row["n"]), float(row["level"])
    exact = proportion(count, n, level=level).share
    wilson = proportion(count, n, method="wilson", level=level).share
    assert same(exact.low, row["exact_low"]), row
    assert same(exact.high, row["exact_high"]), row
    assert same(wilson.low, row["wilson_low"]), row
    assert same(wilson.high, row["wilson_high"]), row


@by_family((name,) for name in COUNTS)
def test_tables_are_chisq_fisher_and_trend(name: str) -> None:
    table = COUNTS[name]
    (row,) = TABLES[name,]
    pearson, fisher = pearson_test(table), fisher_test(table)
    assert same(pearson.statistic, row["chi2"])
    assert same(pearson.df, row["df"])
    assert same(pearson.p, row["chi2_p"])
    assert same(fisher.p, row["fisher_p"])
    assert {test.name for test in association_tests(table)} == {pearson.name, fisher.name}
    if table.shape[1] == 2:
        trend = trend_test(table[:, 0].tolist(), table.sum(axis=1).tolist())
        assert same(trend.statistic, row["trend"])
        assert same(trend.p, row["trend_p"])
        assert bool(trend.why) == (trend.p is None)
    if len(table) == 2:
        distance = smd_of_levels(table)
        assert same(distance.value, row["smd"])
        assert bool(distance.why) == (distance.value is None)
    if row["difference"]:
        (a, b), (c, d) = table.tolist()
        difference = newcombe_difference(a, a + b, c, c + d)
        assert same(difference.value, row["difference"])
        assert same(difference.low, row["difference_low"])
        assert same(difference.high, row["difference_high"])
