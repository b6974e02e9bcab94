"""Counts that every statistic starts from: one query each, never rows.

Each function takes a cohort and a view's choices and returns a frozen record of
`hccviz.domain.records`. The queries are narwhals; they run unchanged on Polars and PySpark.
"""

from __future__ import annotations

from typing import Any

import narwhals as nw
import numpy as np
from numpy.typing import NDArray

from hccviz.data.cohort import Cohort
from hccviz.data.expressions import (
    Grouping,
    code_of,
    counted,
    grouping,
    keeps,
    known_endpoint,
    narrow,
    value_of,
    variable_at,
)
from hccviz.domain.address import Split
from hccviz.domain.filters import CohortFilter
from hccviz.domain.records import (
    Attrition,
    AttritionStep,
    EventTable,
    GroupEvents,
    LevelCounts,
    ToxicityCounts,
)
from hccviz.domain.vocabulary import UNKNOWN

GROUP, TIME, EVENT, LEVEL, COUNT, STRATUM = "_group", "_time", "_event", "_level", "_n", "_stratum"


def count_attrition(cohort: Cohort, chosen: CohortFilter) -> Attrition:
    """Count who is left after each clause, and how many of the excluded had no value."""
    expressions: list[nw.Expr] = []
    left: nw.Expr = nw.lit(True)
    for place, clause in enumerate(chosen.clauses):
        variable = variable_at(cohort.schema, clause.address)
        value = value_of(variable, chosen.alpha_beta_gy)
        kept = keeps(clause, variable, chosen.alpha_beta_gy).fill_null(False)
        gone = left & ~kept
        expressions += [
            gone.cast(nw.Int64).sum().alias(f"gone{place}"),
            (gone & value.is_null()).cast(nw.Int64).sum().alias(f"unknown{place}"),
        ]
        left = left & kept
    counted = cohort.frame.select(*expressions).collect() if expressions else None
    steps: list[AttritionStep] = []
    remaining = cohort.n
    for place, clause in enumerate(chosen.clauses):
        assert counted is not None
        excluded = int(counted.item(0, f"gone{place}") or 0)
        remaining -= excluded
        variable = variable_at(cohort.schema, clause.address)
        steps.append(
            AttritionStep(
                clause.address,
                variable.label,
                clause.describe(variable),
                excluded,
                int(counted.item(0, f"unknown{place}") or 0),
                remaining,
            )
        )
    return Attrition(cohort.n, tuple(steps))


def count_levels(cohort: Cohort, chosen: CohortFilter, address: str) -> dict[str, int]:
    """Count the levels of one factor among the patients that all *other* clauses keep.

    Returns
    -------
    dict
        Level code → patients; ``unknown`` for those without a value. Every code is present.
    """
    variable = variable_at(cohort.schema, address)
    others = chosen.without(address)
    frame = narrow(cohort.frame, others, cohort.schema)
    code = code_of(variable) if variable.is_categorical else value_of(variable, 10.0).is_null()
    counted = frame.select(code.alias(LEVEL)).group_by(LEVEL).agg(nw.len().alias(COUNT)).collect()
    rows = dict(zip(counted[LEVEL].to_list(), counted[COUNT].to_list(), strict=True))
    if not variable.is_categorical:
        return {UNKNOWN: int(rows.get(True, 0))}
    counts = {code: int(rows.get(code, 0)) for code in variable.codes()}
    return {**counts, UNKNOWN: int(rows.get(None, 0))}


def number_range(cohort: Cohort, address: str, alpha_beta_gy: float) -> tuple[float, float] | None:
    """Return smallest and largest recorded value of a number in the whole cohort."""
    value = value_of(variable_at(cohort.schema, address), alpha_beta_gy)
    row = cohort.frame.select(value.min().alias("low"), value.max().alias("high")).collect()
    low, high = row.item(0, "low"), row.item(0, "high")
    return None if low is None or high is None else (float(low), float(high))


def event_table(
    cohort: Cohort,
    chosen: CohortFilter,
    endpoint_code: str,
    by: Split | None = None,
    strata: str = "",
) -> EventTable:
    """Count events and censorings by group and exact time: one scan, one GROUP BY.

    Raises
    ------
    AddressError
        When the cohort lacks the endpoint, the split or the stratum.
    """
    names = known_endpoint(cohort.schema, endpoint_code)
    frame = narrow(cohort.frame, chosen, cohort.schema)
    groups = grouping(frame, by, cohort.schema, chosen.alpha_beta_gy)
    time, event = nw.col(names.months_column), nw.col(names.event_column)
    parts = (code_of(variable_at(cohort.schema, strata)).alias(STRATUM),) if strata else ()
    keys = [*(STRATUM for _ in parts), *groups.keys(GROUP), TIME]
    rows = (
        frame.select(
            *groups.columns(GROUP),
            nw.when(~event.is_null()).then(time).alias(TIME),
            event.cast(nw.Int64).alias(EVENT),
            *parts,
        )
        .group_by(keys)
        .agg(nw.col(EVENT).sum(), nw.len().alias(COUNT))
    )
    return _assemble(counted(rows), groups, endpoint_code, by, strata)


def _assemble(
    rows: nw.DataFrame[Any], groups: Grouping, code: str, by: Split | None, strata: str
) -> EventTable:
    time = rows[TIME].cast(nw.Float64).to_numpy()
    order = np.argsort(time)
    time, place = time[order], groups.places(rows, GROUP)[order]
    count, events = (rows[name].cast(nw.Int64).to_numpy()[order] for name in (COUNT, EVENT))
    timed, known = ~np.isnan(time), place >= 0
    usable = timed & known
    base = {
        "endpoint": code,
        "by": by.address if by else "",
        "ordered": groups.ordered,
        "n_missing": int(count[~timed].sum()),
        "n_unknown_group": int(count[timed & ~known].sum()),
    }
    whole = _groups(place, time, events, count, usable, groups)
    if not strata:
        return EventTable(**base, groups=whole)  # type: ignore[arg-type]
    strata_of_rows = [s if s is not None else UNKNOWN for s in rows[STRATUM].to_list()]
    stratum = np.array(strata_of_rows, object)[order]
    parts = tuple(
        EventTable(
            code,
            str(base["by"]),
            _groups(place, time, events, count, usable & (stratum == s), groups),
        )
        for s in sorted(set(stratum[usable].tolist()))
    )
    return EventTable(**base, groups=whole, strata=parts)  # type: ignore[arg-type]


def _groups(
    place: NDArray[np.int64],
    time: NDArray[np.float64],
    events: NDArray[np.int64],
    count: NDArray[np.int64],
    usable: NDArray[np.bool_],
    groups: Grouping,
) -> tuple[GroupEvents, ...]:
    """Gather the rows, sorted by time, into groups; rows of several strata are added up."""
    made: list[GroupEvents] = []
    for index, (code, label) in enumerate(zip(groups.codes, groups.labels, strict=True)):
        inside = np.flatnonzero(usable & (place == index))
        if not inside.size:
            continue
        at = time[inside]
        first = np.flatnonzero(np.concatenate(([True], at[1:] > at[:-1])))
        died, everyone = (np.add.reduceat(c[inside], first) for c in (events, count))
        made.append(GroupEvents(code, label, at[first], died, everyone - died))
    return tuple(made)


def count_response(
    cohort: Cohort, chosen: CohortFilter, column: str, by: Split | None = None
) -> LevelCounts:
    """Count response categories by group."""
    return count_category(cohort, chosen, column, by)


def count_category(
    cohort: Cohort, chosen: CohortFilter, address: str, by: Split | None = None
) -> LevelCounts:
    """Count the levels of a categorical variable by group; groups without patients are left out."""
    variable = variable_at(cohort.schema, address)
    frame = narrow(cohort.frame, chosen, cohort.schema)
    groups = grouping(frame, by, cohort.schema, chosen.alpha_beta_gy)
    rows = (
        frame.select(*groups.columns(GROUP), code_of(variable).alias(LEVEL))
        .group_by(*groups.keys(GROUP), LEVEL)
        .agg(nw.len().cast(nw.Int64).alias(COUNT))
        .collect()
    )
    place = groups.places(rows, GROUP)
    levels = variable.codes()
    index = {code: i for i, code in enumerate(levels)}
    column = np.array([index.get(c, len(levels)) for c in rows[LEVEL].to_list()], dtype=np.int64)
    count = rows[COUNT].to_numpy()
    table = np.zeros((len(groups.codes), len(levels) + 1), dtype=np.int64)
    known = place >= 0
    np.add.at(table, (place[known], column[known]), count[known])
    used = np.flatnonzero(table.sum(axis=1))
    return LevelCounts(
        variable.name, by.address if by else "",
        tuple(groups.codes[i] for i in used), tuple(groups.labels[i] for i in used),
        levels, table[used, :-1], table[used, -1], int(count[~known].sum()),
    )  # fmt: skip


def count_toxicity(
    cohort: Cohort, chosen: CohortFilter, phase: str, by: Split | None = None
) -> ToxicityCounts:
    """Count worst grades of every term of a phase, and of the worst over all terms, by group."""
    terms = cohort.schema.toxicity.get(phase, ())
    frame = narrow(cohort.frame, chosen, cohort.schema)
    groups = grouping(frame, by, cohort.schema, chosen.alpha_beta_gy)
    grades = tuple(nw.col(term).cast(nw.Int64) for term in terms)
    key = list(groups.keys(GROUP))
    tall = (
        frame.select(*groups.columns(GROUP), nw.max_horizontal(*grades).alias("any"), *grades)
        .unpivot(on=["any", *terms], index=key, variable_name="_term", value_name=LEVEL)
        .group_by(*key, "_term", LEVEL)
        .agg(nw.len().cast(nw.Int64).alias(COUNT))
        .collect()
    )  # fmt: skip
    place = groups.places(tall, GROUP)
    row = {name: i for i, name in enumerate(["any", *terms])}
    term = np.array([row[t] for t in tall["_term"].to_list()], dtype=np.int64)
    grade = np.array([6 if g is None else g for g in tall[LEVEL].to_list()], dtype=np.int64)
    count = tall[COUNT].to_numpy()
    table = np.zeros((len(groups.codes), len(row), 7), dtype=np.int64)
    known = place >= 0
    np.add.at(table, (place[known], term[known], grade[known]), count[known])
    used = np.flatnonzero(table[:, 0].sum(axis=1))
    return ToxicityCounts(
        phase, by.address if by else "",
        tuple(groups.codes[i] for i in used), tuple(groups.labels[i] for i in used), terms,
        table[used, 1:, :6], table[used, 0, :6], table[used, 0, 6],
        int(count[~known & (term == 0)].sum()),
    )  # fmt: skip
