"""Counts and summaries of the baseline table (Table 1 of a paper) and of one distribution."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import narwhals as nw
import numpy as np

from hccviz.data.cohort import Cohort
from hccviz.data.counts import COUNT, GROUP, LEVEL
from hccviz.data.expressions import Grouping, code_of, grouping, narrow, value_of, variable_at
from hccviz.domain.address import Split
from hccviz.domain.filters import CohortFilter
from hccviz.domain.records import BaselineRow, BaselineTable, Histogram, NumberSummary
from hccviz.domain.vocabulary import Variable

SECTIONS = ("identity", "patient", "liver", "tumour", "prior", "radiotherapy", "other")
"""What a baseline table lists; response, endpoints and toxicity have pages of their own."""

OUTSIDE = ""
_SUMMARIES = ("median", "q1", "q3", "min", "max", "mean", "sd", "n")


def baseline_variables(cohort: Cohort) -> tuple[Variable, ...]:
    """Return the variables of the baseline table, in dictionary order."""
    return tuple(
        v for v in cohort.schema.variables.values()
        if v.section in SECTIONS and (v.is_number or v.is_categorical)
    )  # fmt: skip


def count_baseline(
    cohort: Cohort,
    chosen: CohortFilter,
    by: Split | None = None,
    variables: Sequence[Variable] | None = None,
) -> BaselineTable:
    """Count and summarise the baseline variables by group, in two queries.

    Quartiles interpolate linearly (R's type 7); the standard deviation divides by n - 1. The
    standardised mean differences are left to the statistics.
    """
    chosen_variables = tuple(variables or baseline_variables(cohort))
    frame = narrow(cohort.frame, chosen, cohort.schema)
    groups = grouping(frame, by, cohort.schema, chosen.alpha_beta_gy)
    n = _sizes(frame, groups)
    used = [code for code in groups.codes if n.get(code)]
    ratio = chosen.alpha_beta_gy
    numbers = _summaries(frame, groups, [v for v in chosen_variables if v.is_number], ratio)
    levels = _level_counts(frame, groups, [v for v in chosen_variables if v.is_categorical])
    rows = tuple(
        _number_row(v, used, n, numbers) if v.is_number else _level_row(v, used, n, levels)
        for v in chosen_variables
        if by is None or v.address != by.address
    )
    labels = dict(zip(groups.codes, groups.labels, strict=True))
    return BaselineTable(
        by.address if by else "", tuple(used), tuple(labels[c] for c in used),
        tuple(n[c] for c in used), rows, n.get(OUTSIDE, 0),
    )  # fmt: skip


def group_sizes(cohort: Cohort, chosen: CohortFilter, by: Split) -> dict[str, int]:
    """Count the filtered patients of every group of a split; groups without patients are absent."""
    frame = narrow(cohort.frame, chosen, cohort.schema)
    found = _sizes(frame, grouping(frame, by, cohort.schema, chosen.alpha_beta_gy))
    return {code: n for code, n in found.items() if code != OUTSIDE}


def _sizes(frame: nw.LazyFrame[Any], groups: Grouping) -> dict[str, int]:
    grouped = frame.with_columns(groups.expression.alias(GROUP)).group_by(GROUP)
    rows = grouped.agg(nw.len().cast(nw.Int64).alias(COUNT)).collect()
    sizes: dict[str, int] = {}
    for code, size in zip(_codes(rows, groups), rows[COUNT].to_list(), strict=True):
        sizes[code] = sizes.get(code, 0) + int(size)
    return sizes


def _codes(rows: nw.DataFrame[Any], groups: Grouping) -> list[str]:
    return [groups.codes[i] if i >= 0 else OUTSIDE for i in groups.places(rows, GROUP)]


def _summaries(
    frame: nw.LazyFrame[Any], groups: Grouping, variables: list[Variable], ratio: float
) -> dict[tuple[str, str], dict[str, float | None]]:
    if not variables:
        return {}
    aggregations: list[nw.Expr] = []
    for place in range(len(variables)):
        c = nw.col(f"v{place}")
        aggregations += [
            c.median().alias(f"median{place}"),
            c.quantile(0.25, interpolation="linear").alias(f"q1{place}"),
            c.quantile(0.75, interpolation="linear").alias(f"q3{place}"),
            c.min().alias(f"min{place}"),
            c.max().alias(f"max{place}"),
            c.mean().alias(f"mean{place}"),
            c.std().alias(f"sd{place}"),
            c.count().alias(f"n{place}"),
        ]
    values = [value_of(v, ratio).cast(nw.Float64).alias(f"v{i}") for i, v in enumerate(variables)]
    rows = (
        frame.select(groups.expression.alias(GROUP), *values)
        .group_by(GROUP)
        .agg(*aggregations)
        .collect()
    )
    return {
        (code, v.address): {name: row[f"{name}{place}"] for name in _SUMMARIES}
        for code, row in zip(_codes(rows, groups), rows.rows(named=True), strict=True)
        for place, v in enumerate(variables)
    }


def _level_counts(
    frame: nw.LazyFrame[Any], groups: Grouping, variables: list[Variable]
) -> dict[tuple[str, str, str | None], int]:
    if not variables:
        return {}
    names = [f"v{place}" for place in range(len(variables))]
    codes = [code_of(v).alias(name) for v, name in zip(variables, names, strict=True)]
    rows = (
        frame.select(groups.expression.alias(GROUP), *codes)
        .unpivot(on=names, index=[GROUP], variable_name="_column", value_name=LEVEL)
        .group_by(GROUP, "_column", LEVEL)
        .agg(nw.len().alias(COUNT))
        .collect()
    )
    address = dict(zip(names, (v.address for v in variables), strict=True))
    return {
        (group, address[column], level): int(count)
        for group, (_, column, level, count) in zip(_codes(rows, groups), rows.rows(), strict=True)
    }


def _number_row(
    variable: Variable,
    used: list[str],
    n: dict[str, int],
    found: dict[tuple[str, str], dict[str, float | None]],
) -> BaselineRow:
    cells = []
    for code in used:
        s = found[code, variable.address]
        count = int(s["n"] or 0)
        cells.append(
            NumberSummary(
                count,
                int(n[code]) - count,
                s["median"],
                s["q1"],
                s["q3"],
                s["min"],
                s["max"],
                s["mean"],
                s["sd"],
            )
        )
    return BaselineRow(
        variable.address, variable.label, variable.unit,
        missing=tuple(cell.missing for cell in cells), numbers=tuple(cells),
    )  # fmt: skip


def _level_row(
    variable: Variable,
    used: list[str],
    n: dict[str, int],
    found: dict[tuple[str, str, str | None], int],
) -> BaselineRow:
    address = variable.address
    counts = np.array(
        [[found.get((group, address, code), 0) for code in variable.codes()] for group in used],
        dtype=np.int64,
    ).reshape(len(used), len(variable.levels))
    occurring = np.flatnonzero(counts.sum(axis=0))
    levels = tuple(variable.levels[i] for i in occurring)
    return BaselineRow(
        address, variable.label, variable.unit,
        tuple(lv.code for lv in levels), tuple(lv.label for lv in levels), counts[:, occurring],
        missing=tuple(int(n[g]) - int(counts[i].sum()) for i, g in enumerate(used)),
    )  # fmt: skip


def count_histogram(
    cohort: Cohort, chosen: CohortFilter, address: str, by: Split | None = None, bins: int = 20
) -> Histogram:
    """Count a number in about ``bins`` bins of a round width, by group; ends are inclusive low.

    A histogram of nothing has no edges.
    """
    variable = variable_at(cohort.schema, address)
    frame = narrow(cohort.frame, chosen, cohort.schema)
    groups = grouping(frame, by, cohort.schema, chosen.alpha_beta_gy)
    value = value_of(variable, chosen.alpha_beta_gy)
    ends = frame.select(value.min().alias("low"), value.max().alias("high")).collect()
    low, high = ends.item(0, "low"), ends.item(0, "high")
    if low is None or high is None:
        return Histogram(variable.address, (), np.zeros(0), np.zeros((0, 0), np.int64), 0)
    edges = _edges(float(low), float(high), bins, whole=variable.kind == "integer")
    width = edges[1] - edges[0]
    index = ((value - edges[0]) / width + 1e-9).floor().cast(nw.Int64)
    rows = (
        frame.select(groups.expression.alias(GROUP), index.alias(LEVEL))
        .group_by(GROUP, LEVEL)
        .agg(nw.len().cast(nw.Int64).alias(COUNT))
        .collect()
    )
    group, count = groups.places(rows, GROUP), rows[COUNT].to_numpy()
    bin_of = rows[LEVEL].fill_null(-1).to_numpy()
    inside = (group >= 0) & (bin_of >= 0)
    table = np.zeros((len(groups.codes), edges.size - 1), dtype=np.int64)
    np.add.at(table, (group[inside], np.minimum(bin_of[inside], edges.size - 2)), count[inside])
    missing = int(count[bin_of < 0].sum())
    used = np.flatnonzero(table.sum(axis=1))
    labels = tuple(groups.labels[i] for i in used)
    return Histogram(variable.address, labels, edges, table[used], missing)


def _edges(low: float, high: float, bins: int, *, whole: bool) -> np.ndarray[Any, Any]:
    """Return bin edges of a width 1, 2 or 5 times a power of ten that cover low to high."""
    raw = max((high - low) / bins, 1e-9)
    power = 10.0 ** math.floor(math.log10(raw))
    width = next(step * power for step in (1, 2, 5, 10) if step * power >= raw * (1 - 1e-9))
    if whole:
        width = max(1.0, round(width))
    first = math.floor(low / width)
    count = max(1, math.floor(high / width + 1e-9) - first + 1)
    return np.round((first + np.arange(count + 1)) * width, 9)
