"""Which patients of a cohort a filter keeps, and into which group a split puts each of them."""

from __future__ import annotations

import narwhals as nw
import numpy as np
import polars.selectors as cs

from hccviz.data.cohort import Cohort
from hccviz.data.expressions import grouping, keeps, narrow, variable_at
from hccviz.domain.address import Split, parse_query
from hccviz.domain.filters import CohortFilter, Schema
from hccviz.domain.vocabulary import lookup
from hccviz.evidence.selection import Mask, Patients
from hccviz.evidence.targets import Target

_MARK = "_mark"
SAME_DOSE = {"eqd2": "bed", "bed_gy": "bed", "eqd2_gy": "bed"}
"""BED and EQD2 at one alpha/beta order the patients alike: one column by two names."""


def patients_of(cohort: Cohort) -> Patients:
    """Return the rows of a cohort, in the order of its file, for `measure`."""
    frame = cohort.frame.to_native().collect()
    return Patients(frame.with_columns(cs.enum().cast(str)).to_arrow())


def kept(cohort: Cohort, chosen: CohortFilter) -> Mask:
    """Mark the patients that a filter keeps, shape (n,)."""
    mark: nw.Expr = nw.lit(True)
    for clause in chosen.clauses:
        variable = variable_at(cohort.schema, clause.address)
        mark = mark & keeps(clause, variable, chosen.alpha_beta_gy).fill_null(False)
    if not chosen.clauses:
        return np.ones(cohort.n, dtype=bool)
    return np.asarray(cohort.frame.select(mark.alias(_MARK)).collect()[_MARK].to_numpy(), bool)


def groups(cohort: Cohort, chosen: CohortFilter, split: Split) -> tuple[Mask, ...]:
    """Mark the patients of each group of a split that has any, in the order of the split."""
    inside = kept(cohort, chosen)
    frame = narrow(cohort.frame, chosen, cohort.schema)
    made = grouping(frame, split, cohort.schema, chosen.alpha_beta_gy)
    rows = cohort.frame.select(made.expression.alias(_MARK)).collect()
    place = made.places(rows, _MARK)
    marks = (inside & (place == index) for index in range(len(made.codes)))
    return tuple(mark for mark in marks if mark.any())


def as_filter(query: str, schema: Schema) -> CohortFilter | None:
    """Return a printed subgroup as a filter of the address; None when a link cannot say it.

    A link has no "or" between columns, and no filter on endpoints.
    """
    if "|" in query:
        return None
    chosen, ignored = CohortFilter.from_params(parse_query(query), schema)
    return None if ignored else chosen


def both(first: str, second: str) -> str | None:
    """Join two queries that both must hold; None when they name a column twice."""
    columns = [clause.split("=")[0] for q in (first, second) for clause in q.split("&") if clause]
    if len(set(columns)) < len(columns):
        return None
    return "&".join(query for query in (first, second) if query)


def columns_of(query: str) -> set[str]:
    """Return the columns that a query names.

    Examples
    --------
    >>> sorted(columns_of("sex=male&eqd2=45..|t_stage=T4"))
    ['bed', 'sex', 't_stage']
    """
    clauses = (c for q in query.split(";") for part in q.split("|") for c in part.split("&"))
    return {canonical(clause.split("=")[0]) for clause in clauses if clause}


def canonical(column: str) -> str:
    """Return one name for columns that say the same."""
    return SAME_DOSE.get(column, column)


def unknown_columns(target: Target, patients: Patients, schema: Schema) -> list[str]:
    """Say which columns and levels of a printed number the cohort does not have."""
    there = {*patients.table.column_names, *patients.dose, "bed", "eqd2"}
    endpoints = {*schema.endpoints, "fu"}
    said = []
    if target.variable[:1] != "@" and target.variable not in there | endpoints:
        said.append(f"{target.id}: variable {target.variable}")
    for query in (target.subgroup, target.levels, target.by, target.model):
        for clause in filter(None, query.replace("|", "&").replace(";", "&").split("&")):
            column, _, raw = clause.partition("=")
            if column not in there:
                said.append(f"{target.id}: column {column} in {query}")
            elif raw and ".." not in raw and not _levels_known(column, raw, patients, schema):
                said.append(f"{target.id}: level {raw} of {column} in {query}")
    return said


def _levels_known(column: str, raw: str, patients: Patients, schema: Schema) -> bool:
    variable = schema.variables.get(column) or lookup(column)
    known = set(variable.codes()) if variable and variable.is_categorical else set()
    observed = {word for word in patients.words(column) if word is not None}
    return set(raw.split(",")) <= known | observed | {"unknown"}
