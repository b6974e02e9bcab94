"""Counts for competing risks: a non-fatal endpoint against death before it, in one query."""

from __future__ import annotations

from typing import Any

import narwhals as nw
import numpy as np

from hccviz.data.cohort import Cohort
from hccviz.data.expressions import Grouping, grouping, known_endpoint, narrow
from hccviz.domain.address import Split
from hccviz.domain.errors import AddressError
from hccviz.domain.filters import CohortFilter
from hccviz.domain.survival_records import CompetingEvents, CompetingTable
from hccviz.domain.vocabulary import endpoint

GROUP, TIME, EVENTS, DEATHS, LATER, COUNT = (
    "_group", "_time", "_events", "_deaths", "_later", "_n"
)  # fmt: skip


def competing_table(
    cohort: Cohort, chosen: CohortFilter, endpoint_code: str, by: Split | None = None
) -> CompetingTable:
    """Count first events of a non-fatal endpoint, deaths before it and censorings.

    The first event of a patient with endpoint pair (t, e) and survival pair (T, death):

    - e = 1 and no death before t: the event, at t. An event at the time of death counts as event.
    - death = 1 and T < t: the death, at T, whatever e says: nothing of the endpoint can follow.
    - e = 0, death = 1 and T = t: the death, at t: the endpoint is censored *by* the death.
    - e = 0, death = 1 and T > t: censored at t. The last assessment was before the death and
      what happened in between is unknown; these patients are counted in ``n_died_later``.
    - otherwise censored at t.

    A patient who lacks any of the four values is missing: without the death status a censoring
    cannot be told from a competing event.

    Parameters
    ----------
    cohort, chosen, by
        Cohort, filter and split, as for :func:`hccviz.data.counts.event_table`.
    endpoint_code
        A non-fatal endpoint of the cohort (``"lc"``).

    Returns
    -------
    CompetingTable
        Groups without patients are left out.

    Raises
    ------
    AddressError
        When the cohort lacks the endpoint, overall survival or the split, or when death is itself
        an event of the endpoint.
    """
    _check(cohort, endpoint_code)
    frame = narrow(cohort.frame, chosen, cohort.schema)
    groups = grouping(frame, by, cohort.schema, chosen.alpha_beta_gy)
    names, survival = endpoint(endpoint_code), endpoint("os")
    t, e = nw.col(names.months_column), nw.col(names.event_column).cast(nw.Int64)
    end, dead = nw.col(survival.months_column), nw.col(survival.event_column).cast(nw.Int64)
    usable = ~(t.is_null() | e.is_null() | end.is_null() | dead.is_null())
    died_first = (dead == 1) & ((end < t) | ((end == t) & (e == 0)))
    happened, deceased, later = (
        (nw.when(condition).then(nw.lit(1)).otherwise(nw.lit(0)))
        for condition in (
            usable & (e == 1) & ~died_first,
            usable & died_first,
            usable & (e == 0) & (dead == 1) & (end > t),
        )
    )
    rows = (
        frame.select(
            *groups.columns(GROUP),
            nw.when(usable).then(nw.when(died_first).then(end).otherwise(t)).alias(TIME),
            happened.cast(nw.Int64).alias(EVENTS),
            deceased.cast(nw.Int64).alias(DEATHS),
            later.cast(nw.Int64).alias(LATER),
        )
        .group_by(*groups.keys(GROUP), TIME)
        .agg(
            *(nw.col(name).sum().cast(nw.Int64) for name in (EVENTS, DEATHS, LATER)),
            nw.len().cast(nw.Int64).alias(COUNT),
        )
        .collect()
    )
    return _assemble(rows, groups, endpoint_code, by)


def competes(cohort: Cohort, endpoint_code: str) -> bool:
    """Return True when death can be counted as competing with this endpoint of this cohort."""
    known = cohort.schema.endpoints
    return endpoint_code in known and "os" in known and not endpoint(endpoint_code).fatal


def _check(cohort: Cohort, code: str) -> None:
    known = cohort.schema.endpoints
    known_endpoint(cohort.schema, code)
    if endpoint(code).fatal:
        raise AddressError(
            f"{endpoint(code).label} counts death as its own event, so that death cannot compete "
            "with it. Choose an endpoint without death, for instance local control."
        )
    if "os" not in known:
        raise AddressError(
            "This cohort has no overall survival (os_months, os_event), so that deaths before the "
            "event are not known. Add both columns, or read the Kaplan-Meier curve."
        )


def _assemble(
    rows: nw.DataFrame[Any], groups: Grouping, code: str, by: Split | None
) -> CompetingTable:
    time = rows[TIME].cast(nw.Float64).to_numpy()
    place = groups.places(rows, GROUP)
    counts = {name: rows[name].to_numpy() for name in (EVENTS, DEATHS, LATER, COUNT)}
    timed, known = ~np.isnan(time), place >= 0
    made: list[CompetingEvents] = []
    for index, (level, label) in enumerate(zip(groups.codes, groups.labels, strict=True)):
        inside = np.flatnonzero(timed & (place == index))
        if not inside.size:
            continue
        at, start = np.unique(time[inside], return_inverse=True)
        events, deaths, everyone = (
            np.bincount(start, weights=counts[name][inside], minlength=at.size).astype(np.int64)
            for name in (EVENTS, DEATHS, COUNT)
        )
        made.append(CompetingEvents(level, label, at, events, deaths, everyone - events - deaths))
    return CompetingTable(
        endpoint=code,
        by=by.address if by else "",
        groups=tuple(made),
        ordered=groups.ordered,
        n_missing=int(counts[COUNT][~timed].sum()),
        n_unknown_group=int(counts[COUNT][timed & ~known].sum()),
        n_died_later=int(counts[LATER][timed & known].sum()),
    )
