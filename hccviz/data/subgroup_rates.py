"""Counts of one outcome in every group of a comparison within every level of many factors."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import narwhals as nw
import numpy as np
from numpy.typing import NDArray

from hccviz.data.cohort import Cohort
from hccviz.data.expressions import Grouping, code_of, grouping, narrow, variable_at
from hccviz.data.outcome_counts import worst
from hccviz.domain.address import Split
from hccviz.domain.filters import CohortFilter
from hccviz.domain.subgroup_records import RateGroup, RateSubgroups, RateTable

GROUP, FACTOR, LEVEL, COUNT = "_group", "_factor", "_level", "_n"


@dataclass(frozen=True, slots=True)
class Outcome:
    """What is counted: patients whose level is in ``counted``, of those in ``among``.

    ``columns`` is one response column, or toxicity columns whose worst grade counts. Patients
    without a value are part of the denominator when ``missing_counts``.
    """

    columns: tuple[str, ...]
    counted: tuple[str, ...]
    among: tuple[str, ...]
    missing_counts: bool = False


def rate_tables(
    cohort: Cohort, chosen: CohortFilter, outcome: Outcome, by: Split, factors: Sequence[Split]
) -> tuple[RateTable, tuple[RateSubgroups, ...]]:
    """Count an outcome by group, over all patients and within every level of every factor.

    Parameters
    ----------
    cohort, chosen
        Cohort and filter.
    outcome
        What is counted, and among whom.
    by
        The comparison.
    factors
        What to form subgroups by; a number needs cut points or quantiles, as in any split.

    Returns
    -------
    RateTable, tuple of RateSubgroups
        Subgroups in the order of ``factors``.

    Raises
    ------
    AddressError
        When the cohort lacks a column, the comparison or a factor.
    """
    for column in outcome.columns:
        variable_at(cohort.schema, column)
    frame = narrow(cohort.frame, chosen, cohort.schema)
    arms = grouping(frame, by, cohort.schema, chosen.alpha_beta_gy)
    first = outcome.columns[0]
    level = (
        worst(outcome.columns).cast(nw.String)
        if first.startswith("tox_")
        else code_of(variable_at(cohort.schema, first))
    )
    rows = (
        frame.select(*arms.columns(GROUP), level.alias(LEVEL))
        .group_by(*arms.keys(GROUP), LEVEL)
        .agg(nw.len().cast(nw.Int64).alias(COUNT))
        .collect()
    )
    found = []
    for factor in factors:
        levels = grouping(frame, factor, cohort.schema, chosen.alpha_beta_gy)
        cells = (
            frame.select(*arms.columns(GROUP), *levels.columns(FACTOR), level.alias(LEVEL))
            .group_by(*arms.keys(GROUP), *levels.keys(FACTOR), LEVEL)
            .agg(nw.len().cast(nw.Int64).alias(COUNT))
            .collect()
        )
        label = variable_at(cohort.schema, factor.address).label
        found.append(_subgroups(cells, arms, levels, outcome, (by.address, factor.address), label))
    return _overall(rows, arms, outcome, by.address), tuple(found)


def _overall(rows: nw.DataFrame[Any], arms: Grouping, outcome: Outcome, by: str) -> RateTable:
    arm, known, events, n = _marked(rows, arms, outcome)
    everyone = np.ones(len(n), dtype=bool)
    return RateTable(
        by,
        _groups(arm, everyone, events, known, arms),
        n_missing=int((n - known)[arm >= 0].sum()),
        n_unknown_group=int(known[arm < 0].sum()),
    )


def _subgroups(
    rows: nw.DataFrame[Any],
    arms: Grouping,
    levels: Grouping,
    outcome: Outcome,
    names: tuple[str, str],
    label: str,
) -> RateSubgroups:
    """Sort the rows of one query into tables by level."""
    arm, known, events, _ = _marked(rows, arms, outcome)
    level = levels.places(rows, FACTOR)
    codes, labels, tables = [], [], []
    for place, (code, said) in enumerate(zip(levels.codes, levels.labels, strict=True)):
        groups = _groups(arm, level == place, events, known, arms)
        if groups:
            codes.append(code)
            labels.append(said)
            tables.append(RateTable(names[0], groups))
    unknown = int(known[(level < 0) & (arm >= 0)].sum())
    return RateSubgroups(names[1], label, tuple(codes), tuple(labels), tuple(tables), unknown)


Counts = NDArray[np.int64]


def _marked(
    rows: nw.DataFrame[Any], arms: Grouping, outcome: Outcome
) -> tuple[Counts, Counts, Counts, Counts]:
    """Return place of the arm, patients in the denominator, with the outcome, and all, per row."""
    n = rows[COUNT].to_numpy().astype(np.int64)
    given = rows[LEVEL].to_list()
    counted = np.array([value in outcome.counted for value in given], dtype=bool)
    among = np.array(
        [value in outcome.among or (value is None and outcome.missing_counts) for value in given],
        dtype=bool,
    )
    return arms.places(rows, GROUP), n * among, n * (among & counted), n


def _groups(
    arm: Counts, inside: NDArray[np.bool_], events: Counts, known: Counts, arms: Grouping
) -> tuple[RateGroup, ...]:
    """Add up rows by arm; arms without patients are left out."""
    made = []
    for place, (code, label) in enumerate(zip(arms.codes, arms.labels, strict=True)):
        here = inside & (arm == place)
        n = int(known[here].sum())
        if n:
            made.append(RateGroup(code, label, int(events[here].sum()), n))
    return tuple(made)
