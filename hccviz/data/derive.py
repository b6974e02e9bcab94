"""Columns that follow from others: T stage, Child-Pugh score and class, ALBI grade."""

from __future__ import annotations

from collections.abc import Callable
from functools import reduce

import pyarrow as pa
import pyarrow.compute as pc

from hccviz.data.checks_across import child_pugh_class_of
from hccviz.domain.vocabulary import variables

_UMOL_L_PER_MG_DL = 17.104


def derive_columns(table: pa.Table) -> tuple[pa.Table, tuple[str, ...]]:
    """Add columns that a cohort lacks and that follow from columns it has.

    Never overwrites: a column that is there, even empty, stays. Laboratory values outside the
    plausible range of the vocabulary are not used.

    Parameters
    ----------
    table
        A checked table (`check_table`).

    Returns
    -------
    tuple
        The table with ``t_stage``, ``child_pugh_score``, ``child_pugh_class`` and ``albi_grade``
        where they could be derived, and one sentence for each added column.

    References
    ----------
    Pugh RNH et al. Br J Surg 1973;60:646-9 (score). Johnson PJ et al. J Clin Oncol
    2015;33:550-8 (ALBI).
    """
    said: list[str] = []
    for target, (sources, rule) in _RULES.items():
        if target in table.column_names or not set(sources) <= set(table.column_names):
            continue
        values = rule(table)
        count = len(values) - values.null_count
        if count:
            table = table.append_column(target, values)
            said.append(_sentence(target, sources, count, table.num_rows))
    return table, tuple(said)


def _sentence(target: str, sources: tuple[str, ...], count: int, rows: int) -> str:
    origin = ", ".join(variables()[name].label for name in sources)
    return (
        f"{variables()[target].label} ({target}) was derived from {origin} for {count:,} of "
        f"{rows:,} patients; the file has no such column."
    )


def _plausible(table: pa.Table, name: str) -> pa.ChunkedArray:
    variable, values = variables()[name], table[name]
    good = pc.and_(pc.greater_equal(values, variable.low), pc.less_equal(values, variable.high))
    return pc.if_else(good, values, pa.scalar(None, values.type))


def _points(values: pa.ChunkedArray, low: float, high: float) -> pa.ChunkedArray:
    """Return 1 below ``low``, 2 up to and including ``high``, 3 above."""
    over_low = pc.greater_equal(values, low).cast(pa.int64())
    return pc.add(pc.add(over_low, pc.greater(values, high).cast(pa.int64())), 1)


def _level_points(table: pa.Table, name: str) -> pa.ChunkedArray:
    codes = pa.array(variables()[name].codes())
    return pc.add(pc.index_in(table[name], value_set=codes).cast(pa.int64()), 1)


def _child_pugh_score(table: pa.Table) -> pa.ChunkedArray:
    """Add the five points: bilirubin 2-3 mg/dL, albumin 2.8-3.5 g/dL and INR 1.7-2.3 score 2."""
    parts = [
        _points(_plausible(table, "bilirubin_mg_dl"), 2.0, 3.0),
        pc.subtract(4, _points(_plausible(table, "albumin_g_dl"), 2.8, 3.5)),
        _points(_plausible(table, "inr"), 1.7, 2.3),
        _level_points(table, "ascites"),
        _level_points(table, "encephalopathy"),
    ]
    return reduce(pc.add, parts)


def _t_stage(table: pa.Table) -> pa.ChunkedArray:
    return pc.utf8_slice_codeunits(table["t_substage"], 0, 2)


def _child_pugh_class(table: pa.Table) -> pa.ChunkedArray:
    return child_pugh_class_of(table["child_pugh_score"])


def _albi_grade(table: pa.Table) -> pa.ChunkedArray:
    """Grade 1 up to -2.60, 2 up to -1.39, else 3, of 0.66·log10(bilirubin) - 0.085·albumin."""
    bilirubin = pc.multiply(_plausible(table, "bilirubin_mg_dl"), _UMOL_L_PER_MG_DL)
    bilirubin = pc.if_else(pc.greater(bilirubin, 0), bilirubin, pa.scalar(None, pa.float64()))
    albumin = pc.multiply(_plausible(table, "albumin_g_dl"), 10.0)
    score = pc.subtract(pc.multiply(pc.log10(bilirubin), 0.66), pc.multiply(albumin, 0.085))
    return pc.if_else(
        pc.less_equal(score, -2.60), "1", pc.if_else(pc.less_equal(score, -1.39), "2", "3")
    )


_FIVE = ("bilirubin_mg_dl", "albumin_g_dl", "inr", "ascites", "encephalopathy")
# Target → what it needs and how; in this order, so that a derived score gives a class.
_RULES: dict[str, tuple[tuple[str, ...], Callable[[pa.Table], pa.ChunkedArray]]] = {
    "t_stage": (("t_substage",), _t_stage),
    "child_pugh_score": (_FIVE, _child_pugh_score),
    "child_pugh_class": (("child_pugh_score",), _child_pugh_class),
    "albi_grade": (("bilirubin_mg_dl", "albumin_g_dl"), _albi_grade),
}
