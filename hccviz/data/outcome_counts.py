"""Counts behind the closer looks at response and toxicity: one query each, never rows."""

from __future__ import annotations

import narwhals as nw
import numpy as np
from numpy.typing import NDArray

from hccviz.data.cohort import Cohort
from hccviz.data.counts import count_category
from hccviz.data.expressions import Frame, Grouping, grouping, narrow, value_of, variable_at
from hccviz.domain.address import Split
from hccviz.domain.errors import AddressError
from hccviz.domain.filters import CohortFilter, LevelClause
from hccviz.domain.outcome_records import CrossCounts, DoseLevels, FailurePattern
from hccviz.domain.records import LevelCounts
from hccviz.domain.vocabulary import failure_levels, failure_sites

RATED = ("CR", "PR", "SD", "PD")
FIRST, SECOND, DOSE, LEVEL, COUNT, GROUP = "_first", "_second", "_dose", "_level", "_n", "_group"
PATTERN = "failure_pattern"
Cell = tuple[int, tuple[bool, ...] | None, int]
"""Place of the group (-1 for none), which sites are held (None: not recorded), patients."""
EVENTS = {"infield": "lc", "outfield": "ihrfs", "distant": "dmfs"}
BY_EVENTS = (
    "the events of local control (in-field), intrahepatic recurrence (out-field) and distant "
    "metastasis at any time of follow-up"
)


def count_pairs(cohort: Cohort, chosen: CohortFilter, first: str, second: str) -> CrossCounts:
    """Count patients by two response criteria; who lacks either, or is not evaluable, is left out.

    Raises
    ------
    AddressError
        When the cohort lacks one of the columns.
    """
    for column in (first, second):
        variable_at(cohort.schema, column)
    frame = narrow(cohort.frame, chosen, cohort.schema)
    rows = (
        frame.select(nw.col(first).alias(FIRST), nw.col(second).alias(SECOND))
        .group_by(FIRST, SECOND)
        .agg(nw.len().cast(nw.Int64).alias(COUNT))
        .collect()
    )
    place = {code: i for i, code in enumerate(RATED)}
    table = np.zeros((len(RATED), len(RATED)), dtype=np.int64)
    left_out = 0
    for a, b, n in rows.iter_rows():
        if a in place and b in place:
            table[place[a], place[b]] += n
        else:
            left_out += n
    return CrossCounts(first, second, RATED, table, left_out)


def count_response_strata(
    cohort: Cohort, chosen: CohortFilter, column: str, by: Split, strata: str
) -> dict[str, LevelCounts]:
    """Count response by group inside each level of a stratifying factor."""
    factor = variable_at(cohort.schema, strata)
    known = count_category(cohort, chosen, strata)
    found = known.counts.sum(axis=0) if known.counts.size else np.zeros(0)
    made = {}
    for code, n in zip(known.levels, found, strict=False):
        kept = chosen.clause(strata)
        if n and (not isinstance(kept, LevelClause) or code in kept.levels):
            inside = chosen.with_clause(LevelClause(factor.address, (code,)))
            made[code] = count_category(cohort, inside, column, by)
    return made


def count_by_dose(
    cohort: Cohort, chosen: CohortFilter, address: str, columns: tuple[str, ...]
) -> DoseLevels:
    """Count patients by dose and level of a response column, or worst grade of toxicity columns.

    Parameters
    ----------
    address
        A number of the cohort, such as ``bed``.
    columns
        One response column, or the toxicity columns whose worst grade counts.

    Raises
    ------
    AddressError
        When the cohort lacks the dose or a column.
    """
    dose = variable_at(cohort.schema, address)
    variables = [variable_at(cohort.schema, column) for column in columns]
    graded = columns[0].startswith("tox_")
    frame = narrow(cohort.frame, chosen, cohort.schema)
    level = worst(columns).cast(nw.String) if graded else nw.col(columns[0])
    rows = (
        frame.select(value_of(dose, chosen.alpha_beta_gy).alias(DOSE), level.alias(LEVEL))
        .group_by(DOSE, LEVEL)
        .agg(nw.len().cast(nw.Int64).alias(COUNT))
        .collect()
    )
    levels = (*variables[0].codes(), "")
    given = rows[DOSE].cast(nw.Float64).to_numpy()
    counts = rows[COUNT].to_numpy()
    there = ~np.isnan(given)
    values, place = np.unique(given[there], return_inverse=True)
    position = {code: i for i, code in enumerate(levels)}
    codes = np.array([position[c or ""] for c in rows[LEVEL].to_list()], dtype=np.int64)
    table = np.zeros((len(values), len(levels)), dtype=np.int64)
    np.add.at(table, (place, codes[there]), counts[there])
    return DoseLevels(dose.label, dose.unit, levels, values, table, int(counts[~there].sum()))


def worst(columns: tuple[str, ...]) -> nw.Expr:
    """Return the worst grade over toxicity columns, null when none is recorded."""
    return nw.max_horizontal(*(nw.col(c).cast(nw.Int64) for c in columns))


def count_failures(cohort: Cohort, chosen: CohortFilter, by: Split | None = None) -> FailurePattern:
    """Count the combinations of failure sites by group.

    From the yes/no columns ``failure_infield``, ``failure_outfield``, ``failure_distant`` where
    the cohort has one; else from ``failure_pattern``, where "locoregional and distant" leaves
    open whether the field was involved, and gets a site of its own; else from the events of
    local control, intrahepatic and distant recurrence, when it has all three.

    Raises
    ------
    AddressError
        When the cohort has neither.
    """
    frame = narrow(cohort.frame, chosen, cohort.schema)
    groups = grouping(frame, by, cohort.schema, chosen.alpha_beta_gy)
    columns = [c for c in failure_sites() if f"failure_{c}" in cohort.schema.variables]
    if columns:
        flags = {c: nw.col(f"failure_{c}") for c in columns}
        return _from_flags(frame, groups, flags, by, "the recorded sites of failure")
    if PATTERN in cohort.schema.variables:
        return _from_pattern(frame, groups, by)
    if set(EVENTS.values()) <= set(cohort.schema.endpoints):
        flags = {c: nw.col(f"{code}_event") == 1 for c, code in EVENTS.items()}
        return _from_flags(frame, groups, flags, by, BY_EVENTS)
    raise AddressError(
        "This cohort has no failure pattern: columns failure_infield, failure_outfield and "
        "failure_distant (yes or no), or failure_pattern. Open a cohort that has one."
    )


def records_failures(cohort: Cohort) -> bool:
    """Tell whether a cohort records where patients failed, in any of the three forms."""
    there = cohort.schema.variables
    if PATTERN in there or any(f"failure_{site}" in there for site in failure_sites()):
        return True
    return set(EVENTS.values()) <= set(cohort.schema.endpoints)


def _from_flags(
    frame: Frame, groups: Grouping, flags: dict[str, nw.Expr], by: Split | None, source: str
) -> FailurePattern:
    rows = (
        frame.select(*groups.columns(GROUP), **flags)
        .group_by(*groups.keys(GROUP), *flags)
        .agg(nw.len().cast(nw.Int64).alias(COUNT))
        .collect()
    )
    found = zip(*(rows[name].to_list() for name in flags), strict=True)
    cells: list[Cell] = []
    for place, held, n in zip(
        groups.places(rows, GROUP), found, rows[COUNT].to_list(), strict=True
    ):
        known = all(flag is not None for flag in held)
        cells.append((int(place), tuple(map(bool, held)) if known else None, int(n)))
    return _pattern(cells, tuple(flags), groups, by, source)


def _from_pattern(frame: Frame, groups: Grouping, by: Split | None) -> FailurePattern:
    rows = (
        frame.select(*groups.columns(GROUP), nw.col(PATTERN).alias(LEVEL))
        .group_by(*groups.keys(GROUP), LEVEL)
        .agg(nw.len().cast(nw.Int64).alias(COUNT))
        .collect()
    )
    sites = tuple(failure_sites())
    holds = failure_levels()
    cells: list[Cell] = []
    counted = zip(
        groups.places(rows, GROUP), rows[LEVEL].to_list(), rows[COUNT].to_list(), strict=True
    )
    for place, code, n in counted:
        inside = holds.get(str(code))
        held = None if inside is None else tuple(site in inside for site in sites)
        cells.append((int(place), held, int(n)))
    used = [
        i
        for i, site in enumerate(sites)
        if site in EVENTS or any(held and held[i] for _, held, _ in cells)
    ]
    kept: list[Cell] = [
        (g, None if m is None else tuple(m[i] for i in used), n) for g, m, n in cells
    ]
    source = "the failure pattern as recorded"
    return _pattern(kept, tuple(sites[i] for i in used), groups, by, source)


def _pattern(
    cells: list[Cell],
    sites: tuple[str, ...],
    groups: Grouping,
    by: Split | None,
    source: str,
) -> FailurePattern:
    """Put counted combinations in order: the most frequent first."""
    members = {m for _, m, _ in cells if m is not None and any(m)}
    size = {m: sum(n for _, other, n in cells if other == m) for m in members}
    order = sorted(members, key=lambda m: (-size[m], [not x for x in m]))
    table: NDArray[np.int64] = np.zeros((len(groups.codes), len(order)), dtype=np.int64)
    recorded, missing = [0] * len(groups.codes), [0] * len(groups.codes)
    for row, m, n in cells:
        if row < 0:
            continue
        if m is None:
            missing[row] += n
            continue
        recorded[row] += n
        if any(m):
            table[row, order.index(m)] += n
    kept = [i for i in range(len(groups.codes)) if recorded[i] or missing[i]]
    return FailurePattern(
        sites=sites,
        labels=tuple(failure_sites()[s] for s in sites),
        by=by.address if by else "",
        group_labels=tuple(groups.labels[i] for i in kept),
        members=tuple(order),
        counts=table[kept],
        n_recorded=tuple(recorded[i] for i in kept),
        n_failed=tuple(int(table[i].sum()) for i in kept),
        n_missing=sum(missing),
        source=source,
    )
