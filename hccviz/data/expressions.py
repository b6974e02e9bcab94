"""Filters, splits and computed columns as narwhals expressions, the same on Polars and PySpark."""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Any

import narwhals as nw
import numpy as np
from numpy.typing import NDArray

from hccviz.domain.address import Split
from hccviz.domain.errors import AddressError
from hccviz.domain.filters import Clause, CohortFilter, LevelClause, RangeClause, Schema
from hccviz.domain.vocabulary import UNKNOWN, UNKNOWN_LABEL, Endpoint, Variable, endpoint

Frame = nw.LazyFrame[Any]
DOSE_DECIMALS = 6
DOSE_SLACK_GY = 1e-6
"""BED and EQD2 are compared with this slack, so that ``bed=79.2..`` keeps 36 Gy in 3 fractions."""

COMPUTED = ("bed_gy", "eqd2_gy")


def value_of(variable: Variable, alpha_beta_gy: float) -> nw.Expr:
    """Return the value of a variable per patient, null when not recorded.

    BED and EQD2 come from ``total_dose_gy`` and ``fractions`` by the linear-quadratic model at the
    given α/β, rounded to a millionth; every other variable is its column.
    """
    if variable.name not in COMPUTED:
        return nw.col(variable.name)
    return _dose(variable, alpha_beta_gy).round(DOSE_DECIMALS)


def _dose(variable: Variable, alpha_beta_gy: float) -> nw.Expr:
    dose, fractions = nw.col("total_dose_gy"), nw.col("fractions")
    scale = 1.0 if variable.name == "bed_gy" else 1 + 2 / alpha_beta_gy
    return dose / scale + dose * dose / fractions / (alpha_beta_gy * scale)


def code_of(variable: Variable) -> nw.Expr:
    """Return the level code of a categorical variable per patient, null when not recorded."""
    column = nw.col(variable.name)
    if variable.kind == "boolean":
        text = nw.when(column).then(nw.lit("yes")).otherwise(nw.lit("no"))
        return nw.when(~column.is_null()).then(text)
    return column.cast(nw.String)


def stored(variable: Variable, code: str) -> object:
    """Return how a level code stands in the column: a boolean, a whole number or text."""
    if variable.kind == "boolean":
        return code == "yes"
    whole = variable.name.startswith("tox_") or (not variable.known and variable.kind == "ordered")
    return int(code) if whole else code


def keeps(clause: Clause, variable: Variable, alpha_beta_gy: float) -> nw.Expr:
    """Return True where a patient satisfies the clause; null or False elsewhere."""
    if isinstance(clause, LevelClause):
        value = nw.col(variable.name)
        inside = value.is_in([stored(variable, code) for code in clause.levels])
    else:
        computed = variable.name in COMPUTED
        value = _dose(variable, alpha_beta_gy) if computed else nw.col(variable.name)
        inside = _inside(value, clause, DOSE_SLACK_GY if computed else 0.0)
    return inside.fill_null(False) | value.is_null() if clause.unknown else inside


def _inside(value: nw.Expr, clause: RangeClause, slack: float) -> nw.Expr:
    if not clause.recorded:
        return nw.lit(False)
    low = None if clause.low is None else value >= clause.low - slack
    high = None if clause.high is None else value <= clause.high + slack
    if low is not None and high is not None:
        return low & high
    if low is not None:
        return low
    return ~value.is_null() if high is None else high


def narrow(frame: Frame, chosen: CohortFilter, schema: Schema) -> Frame:
    """Return the patients that satisfy every clause."""
    if not chosen.clauses:
        return frame
    ratio = chosen.alpha_beta_gy
    return frame.filter(*(keeps(c, variable_at(schema, c.address), ratio) for c in chosen.clauses))


def counted(rows: Frame) -> nw.DataFrame[Any]:
    """Run a query that ends in whole counts, whose rows may come in any order.

    Polars takes the rows piece by piece: in half the time of a large cohort, and without holding
    the patients that the filter keeps. Sums of fractions are not for it: their last digit would
    depend on the order of the pieces.
    """
    in_pieces: dict[str, Any] = {"engine": "streaming"} if rows.implementation.is_polars() else {}
    return rows.collect(**in_pieces)


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


def known_endpoint(schema: Schema, code: str) -> Endpoint:
    """Return the endpoint of a code.

    Raises
    ------
    AddressError
        When the cohort does not have it; the message lists those it has.
    """
    if code not in schema.endpoints:
        raise AddressError(
            f"This cohort has no endpoint {code} (columns {code}_months and {code}_event). It has: "
            f"{', '.join(schema.endpoints) or 'none'}. Choose one of these."
        )
    return endpoint(code)


@dataclass(frozen=True, slots=True)
class Grouping:
    """The groups of a split, in order, and the expression that gives each patient's group.

    Attributes
    ----------
    expression
        What is grouped by: the column as it is stored, or the place of a cut.
    stored
        The expression's value of each group, in the order of ``codes``; None for the group of
        patients without a value.
    alone
        True when all patients are one group, so that nothing need be grouped by.
    """

    expression: nw.Expr
    codes: tuple[str, ...]
    labels: tuple[str, ...]
    ordered: bool
    stored: tuple[object, ...]
    alone: bool = False

    def columns(self, name: str) -> tuple[nw.Expr, ...]:
        """Return the expression under a name, or nothing when all patients are one group."""
        return () if self.alone else (self.expression.alias(name),)

    def keys(self, name: str) -> tuple[str, ...]:
        """Return the name to group by, or nothing when all patients are one group."""
        return () if self.alone else (name,)

    def position(self) -> dict[object, int]:
        """Return the expression's value of each group → its place in the order."""
        return {value: place for place, value in enumerate(self.stored)}

    def places(self, rows: nw.DataFrame[Any], name: str) -> NDArray[np.int64]:
        """Return each row's place in the order; -1 for patients outside every group."""
        if name not in rows.columns:
            return np.zeros(len(rows), dtype=np.int64)
        place = self.position()
        if len(rows) < FEW_ROWS:
            return np.array([place.get(v, -1) for v in rows[name].to_list()], dtype=np.int64)
        found = np.full(len(rows), -1, dtype=np.int64)
        for value in rows[name].unique().to_list():
            same = rows[name].is_null() if value is None else rows[name] == value
            found[same.fill_null(False).to_numpy()] = place.get(value, -1)
        return found


FEW_ROWS = 20_000
ALL = Grouping(nw.lit(0), ("all",), ("All patients",), ordered=False, stored=(0,), alone=True)


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
        value = value_of(variable, alpha_beta_gy)
        made = _by_cuts(variable, value, split.cuts or _quantiles(frame, value, split.quantiles))
    return _with_unknown(made) if split.unknown else made


def _by_levels(variable: Variable) -> Grouping:
    codes = variable.codes()
    labels = tuple(_group_label(variable, level.label) for level in variable.levels)
    values = tuple(stored(variable, code) for code in codes)
    return Grouping(nw.col(variable.name), codes, labels, variable.kind == "ordered", values)


def _group_label(variable: Variable, label: str) -> str:
    """Return a level's label as a figure names it: alone when it says enough."""
    if variable.kind == "boolean":
        return f"{variable.label}: {label.lower()}"
    bare = len(label) <= 2 and not label.startswith("T")
    return f"{variable.label} {label}" if bare else label


def _by_cuts(variable: Variable, value: nw.Expr, cuts: tuple[float, ...]) -> Grouping:
    if not cuts:
        one = nw.when(~value.is_null()).then(nw.lit(0))
        return Grouping(one, ("recorded",), (f"{variable.label} recorded",), True, (0,))
    shown = [f"{cut:.10g}" for cut in cuts]
    between = [f"{low}-<{high}" for low, high in pairwise(shown)]
    codes = (f"<{shown[0]}", *between, f"≥{shown[-1]}")
    expression: nw.Expr = nw.when(value >= cuts[-1]).then(nw.lit(len(cuts)))
    for place in range(len(cuts) - 1, -1, -1):
        expression = nw.when(value < cuts[place]).then(nw.lit(place)).otherwise(expression)
    unit = f" {variable.unit}" if variable.unit else ""
    labels = tuple(f"{variable.label} {code}{unit}" for code in codes)
    return Grouping(expression, codes, labels, True, tuple(range(len(codes))))


def _quantiles(frame: Frame, value: nw.Expr, parts: int) -> tuple[float, ...]:
    levels = [place / parts for place in range(1, parts)]
    row = frame.select(
        *(value.quantile(level, interpolation="linear").alias(str(level)) for level in levels)
    ).collect()
    found = [row.item(0, str(level)) for level in levels]
    return tuple(sorted({round(float(cut), DOSE_DECIMALS) for cut in found if cut is not None}))


def _with_unknown(made: Grouping) -> Grouping:
    return replace(
        made,
        codes=(*made.codes, UNKNOWN),
        labels=(*made.labels, UNKNOWN_LABEL),
        stored=(*made.stored, None),
    )
