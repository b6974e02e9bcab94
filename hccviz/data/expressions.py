"""Filters, splits and computed columns as narwhals expressions, the same on Polars and PySpark."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import reduce
from itertools import pairwise
from operator import and_
from typing import Any

import narwhals as nw

from hccviz.domain.address import Split
from hccviz.domain.errors import AddressError
from hccviz.domain.filters import Clause, CohortFilter, LevelClause, Schema
from hccviz.domain.vocabulary import UNKNOWN, UNKNOWN_LABEL, Variable

Frame = nw.LazyFrame[Any]
DOSE_DECIMALS = 6
"""BED and EQD2 are rounded here, so that ``bed=79.2..`` keeps 36 Gy in 3 fractions."""


def value_of(variable: Variable, alpha_beta_gy: float) -> nw.Expr:
    """Return the value of a variable per patient, null when not recorded.

    BED and EQD2 come from ``total_dose_gy`` and ``fractions`` by the linear-quadratic model at the
    given α/β; every other variable is its column.
    """
    if variable.name not in ("bed_gy", "eqd2_gy"):
        return nw.col(variable.name)
    dose, fractions = nw.col("total_dose_gy"), nw.col("fractions")
    bed = dose * (1 + dose / fractions / alpha_beta_gy)
    if variable.name == "eqd2_gy":
        bed = bed / (1 + 2 / alpha_beta_gy)
    return bed.round(DOSE_DECIMALS)


def code_of(variable: Variable) -> nw.Expr:
    """Return the level code of a categorical variable per patient, null when not recorded."""
    column = nw.col(variable.name)
    if variable.kind == "boolean":
        text = nw.when(column).then(nw.lit("yes")).otherwise(nw.lit("no"))
        return nw.when(~column.is_null()).then(text)
    whole = variable.name.startswith("tox_") or (not variable.known and variable.kind == "ordered")
    return column.cast(nw.String) if whole else column


def keeps(clause: Clause, variable: Variable, alpha_beta_gy: float) -> nw.Expr:
    """Return True where a patient satisfies the clause; never null."""
    if isinstance(clause, LevelClause):
        code = code_of(variable)
        absent = code.is_null()
        inside = code.is_in(list(clause.levels)) & ~absent
    else:
        value = value_of(variable, alpha_beta_gy)
        absent = value.is_null()
        inside = ~absent if clause.recorded else nw.lit(False)
        if clause.low is not None:
            inside = inside & (value >= clause.low)
        if clause.high is not None:
            inside = inside & (value <= clause.high)
    kept = inside | absent if clause.unknown else inside
    return nw.when(kept).then(nw.lit(True)).otherwise(nw.lit(False))


def narrow(frame: Frame, chosen: CohortFilter, schema: Schema) -> Frame:
    """Return the patients that satisfy every clause."""
    if not chosen.clauses:
        return frame
    ratio = chosen.alpha_beta_gy
    parts = [keeps(c, variable_at(schema, c.address), ratio) for c in chosen.clauses]
    return frame.filter(reduce(and_, parts))


def variable_at(schema: Schema, address: str) -> Variable:
    """Return the variable at an address.

    Raises
    ------
    AddressError
        When the cohort has no such column.
    """
    variable = schema.variables.get(address)
    if variable is None:
        raise AddressError(
            f"This cohort has no column {address}. It has: {', '.join(schema.variables)}. "
            "Choose one of these, or open another cohort."
        )
    return variable


@dataclass(frozen=True, slots=True)
class Grouping:
    """The groups of a split, in order, and the expression that gives each patient's code."""

    expression: nw.Expr
    codes: tuple[str, ...]
    labels: tuple[str, ...]
    ordered: bool
    unknown: bool = False

    def position(self) -> dict[str, int]:
        """Return code → place in the order."""
        return {code: place for place, code in enumerate(self.codes)}


ALL = Grouping(nw.lit("all"), ("all",), ("All patients",), ordered=False)


def grouping(frame: Frame, split: Split | None, schema: Schema, alpha_beta_gy: float) -> Grouping:
    """Return how a split groups the patients of a (filtered) frame.

    Quantile cut points are computed on the frame's recorded values (linear interpolation, R's
    type 7); equal cut points are merged.
    """
    if split is None:
        return ALL
    variable = variable_at(schema, split.address)
    if variable.is_categorical:
        made = _by_levels(variable)
    else:
        cuts = split.cuts or _quantiles(frame, value_of(variable, alpha_beta_gy), split.quantiles)
        made = _by_cuts(variable, value_of(variable, alpha_beta_gy), cuts)
    return _with_unknown(made) if split.unknown else made


def _by_levels(variable: Variable) -> Grouping:
    labels = tuple(f"{variable.label} {lv.label}" if _bare(lv.label) else
                   f"{variable.label}: {lv.label.lower()}" if variable.kind == "boolean" else
                   lv.label for lv in variable.levels)  # fmt: skip
    return Grouping(code_of(variable), variable.codes(), labels, variable.kind == "ordered")


def _bare(label: str) -> bool:
    """Return True for a level that means nothing without its variable ("A", "0", "2")."""
    return len(label) <= 2 and not label.startswith("T")


def _by_cuts(variable: Variable, value: nw.Expr, cuts: tuple[float, ...]) -> Grouping:
    if not cuts:
        one = nw.when(~value.is_null()).then(nw.lit("recorded"))
        return Grouping(one, ("recorded",), (f"{variable.label} recorded",), ordered=True)
    shown = [f"{cut:.10g}" for cut in cuts]
    between = [f"{low}-<{high}" for low, high in pairwise(shown)]
    codes = (f"<{shown[0]}", *between, f"≥{shown[-1]}")
    expression: nw.Expr = nw.when(value >= cuts[-1]).then(nw.lit(codes[-1]))
    for cut, code in zip(reversed(cuts), reversed(codes[:-1]), strict=True):
        expression = nw.when(value < cut).then(nw.lit(code)).otherwise(expression)
    unit = f" {variable.unit}" if variable.unit else ""
    labels = tuple(f"{variable.label} {code}{unit}" for code in codes)
    return Grouping(expression, codes, labels, ordered=True)


def _quantiles(frame: Frame, value: nw.Expr, parts: int) -> tuple[float, ...]:
    levels = [place / parts for place in range(1, parts)]
    row = frame.select(
        *(value.quantile(level, interpolation="linear").alias(str(level)) for level in levels)
    ).collect()
    found = [row.item(0, str(level)) for level in levels]
    return tuple(sorted({round(float(cut), DOSE_DECIMALS) for cut in found if cut is not None}))


def _with_unknown(made: Grouping) -> Grouping:
    code = made.expression
    return replace(
        made,
        expression=nw.when(code.is_null()).then(nw.lit(UNKNOWN)).otherwise(code),
        codes=(*made.codes, UNKNOWN),
        labels=(*made.labels, UNKNOWN_LABEL),
        unknown=True,
    )
