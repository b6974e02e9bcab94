"""Counts of a comparison within every level of many factors, one query per factor."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import narwhals as nw
import numpy as np
from numpy.typing import NDArray

from hccviz.data.cohort import Cohort
from hccviz.data.expressions import Grouping, grouping, known_endpoint, narrow, variable_at
from hccviz.domain.address import Split
from hccviz.domain.filters import CohortFilter
from hccviz.domain.records import EventTable, GroupEvents
from hccviz.domain.survival_records import SubgroupTable

GROUP, FACTOR, TIME, EVENT, COUNT = "_group", "_factor", "_time", "_event", "_n"


def subgroup_tables(
    cohort: Cohort,
    chosen: CohortFilter,
    endpoint_code: str,
    by: Split,
    factors: Sequence[Split],
) -> tuple[SubgroupTable, ...]:
    """Count events of every group of a comparison within every level of every factor.

    Parameters
    ----------
    cohort, chosen
        Cohort and filter.
    endpoint_code
        Endpoint of the cohort.
    by
        The comparison.
    factors
        What to form subgroups by; a number needs cut points or quantiles, as in any split.

    Returns
    -------
    tuple of SubgroupTable
        In the order of ``factors``; patients without time, event or group are not in them, and
        those without a value of the factor are counted in ``n_unknown``.

    Raises
    ------
    AddressError
        When the cohort lacks the endpoint, the comparison or a factor.
    """
    names = known_endpoint(cohort.schema, endpoint_code)
    frame = narrow(cohort.frame, chosen, cohort.schema)
    arms = grouping(frame, by, cohort.schema, chosen.alpha_beta_gy)
    time, event = nw.col(names.months_column), nw.col(names.event_column)
    usable = frame.filter(~time.is_null(), ~event.is_null())
    found = []
    for factor in factors:
        levels = grouping(frame, factor, cohort.schema, chosen.alpha_beta_gy)
        rows = (
            usable.select(
                *arms.columns(GROUP),
                *levels.columns(FACTOR),
                time.alias(TIME),
                event.cast(nw.Int64).alias(EVENT),
            )
            .group_by(*arms.keys(GROUP), *levels.keys(FACTOR), TIME)
            .agg(nw.col(EVENT).sum().cast(nw.Int64), nw.len().cast(nw.Int64).alias(COUNT))
            .collect()
        )
        label = variable_at(cohort.schema, factor.address).label
        found.append(_subgroup(rows, arms, levels, (endpoint_code, by.address), factor, label))
    return tuple(found)


def _subgroup(
    rows: nw.DataFrame[Any],
    arms: Grouping,
    levels: Grouping,
    what: tuple[str, str],
    factor: Split,
    label: str,
) -> SubgroupTable:
    """Sort the rows of one query into tables by level."""
    time = rows[TIME].cast(nw.Float64).to_numpy()
    events, everyone = rows[EVENT].to_numpy(), rows[COUNT].to_numpy()
    arm, level = arms.places(rows, GROUP), levels.places(rows, FACTOR)
    codes, labels, tables = [], [], []
    for place, (code, said) in enumerate(zip(levels.codes, levels.labels, strict=True)):
        groups = tuple(
            _events(time, events, everyone, inside, arms.codes[i], arms.labels[i])
            for i in range(len(arms.codes))
            if (inside := np.flatnonzero((level == place) & (arm == i))).size
        )
        if groups:
            codes.append(code)
            labels.append(said)
            tables.append(EventTable(what[0], what[1], groups, ordered=arms.ordered))
    unknown = int(everyone[(level < 0) & (arm >= 0)].sum())
    return SubgroupTable(factor.address, label, tuple(codes), tuple(labels), tuple(tables), unknown)


def _events(
    time: NDArray[np.float64],
    events: NDArray[np.int64],
    everyone: NDArray[np.int64],
    inside: NDArray[np.int64],
    code: str,
    label: str,
) -> GroupEvents:
    """Count one group within one level, by exact time."""
    at, place = np.unique(time[inside], return_inverse=True)
    died = np.bincount(place, weights=events[inside], minlength=at.size).astype(np.int64)
    left = np.bincount(place, weights=everyone[inside], minlength=at.size).astype(np.int64)
    return GroupEvents(code, label, at, died, left - died)
