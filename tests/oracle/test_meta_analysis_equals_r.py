"""Summaries of proportions equal R's metafor."""

from __future__ import annotations

import math

import pytest

from hccviz.domain.records import Quantity
from hccviz.stats.meta_analysis import pool_rates
from tests.oracle.reading import HERE, number, read

ROWS = read(HERE / "outputs" / "meta.csv")
CLOSE = 1e-7


def same(found: float | None, expected: str, close: float = CLOSE) -> bool:
    """Equal, or both absent."""
    wanted = number(expected)
    if found is None or wanted is None:
        return found is None and wanted is None
    return math.isclose(found, wanted, rel_tol=close, abs_tol=close)


def limits(row: dict[str, str], name: str, found: Quantity) -> bool:
    return same(found.low, row[f"{name}_low"]) and same(found.high, row[f"{name}_high"])


@pytest.mark.parametrize("row", ROWS, ids=lambda r: f"{r['name']}-{r['method']}")
def test_summary_is_rma(row: dict[str, str]) -> None:
    x, n = ([int(part) for part in row[key].split()] for key in ("x", "n"))
    rows = [(str(i), a, b) for i, (a, b) in enumerate(zip(x, n, strict=True))]
    found = pool_rates(rows, estimator=row["method"], level=float(row["level"]))
    for name in ("tau2", "q", "p", "i2"):
        assert same(getattr(found, name), row[name]), name
    assert same(found.random.value, row["random"])
    assert limits(row, "random", found.random)
    assert same(found.fixed.value, row["fixed"])
    assert limits(row, "fixed", found.fixed)
    assert limits(row, "pi", found.prediction)
    weights = [study.weight_random for study in found.studies]
    assert weights == pytest.approx([float(part) for part in row["weights"].split()], abs=1e-6)
