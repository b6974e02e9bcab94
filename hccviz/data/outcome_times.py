"""First events with competing events, and survival from a landmark: one query each."""

from __future__ import annotations

import narwhals as nw
import numpy as np
from numpy.typing import NDArray

from hccviz.data.cohort import Cohort
from hccviz.data.expressions import grouping, narrow
from hccviz.data.outcome_counts import worst
from hccviz.domain.address import Split
from hccviz.domain.errors import AddressError
from hccviz.domain.filters import CohortFilter
from hccviz.domain.outcome_records import LandmarkGroups
from hccviz.domain.records import GroupEvents
from hccviz.domain.survival_records import CompetingEvents, CompetingTable
from hccviz.domain.vocabulary import endpoint

PROGRESSION = ("lc", "ttp", "pfs")
"""What ends the chance of a response besides death: the first of these that a cohort has."""
GROUP, TIME, EVENT, RIVAL, COUNT, LATE = "_group", "_time", "_event", "_rival", "_n", "_late"
NO_RESPONSE_TIME = (
    "This cohort has no time to complete response (cr_months, cr_event). Open a cohort that has it."
)


def rivals(cohort: Cohort) -> tuple[str, ...]:
    """Return the endpoints whose events compete with a complete response."""
    there = cohort.schema.endpoints
    first = next((code for code in PROGRESSION if code in there), "")
    return tuple(code for code in (first, "os" if "os" in there else "") if code)


def rival_words(cohort: Cohort) -> str:
    """Say what competes with a complete response: ``"local failure or death"``."""
    words = " or ".join(endpoint(code).event for code in rivals(cohort))
    return words.replace("death or death", "death") or "nothing recorded"


def response_times(cohort: Cohort, chosen: CohortFilter, by: Split | None = None) -> CompetingTable:
    """Count complete responses, progression or death before them, and censorings by exact time.

    A patient with a complete response has it at ``cr_months`` unless progression or death came
    earlier; without one, progression or death counts at its time, later than ``cr_months`` too,
    because nobody responds after it.

    Raises
    ------
    AddressError
        When the cohort has no time to complete response.
    """
    if "cr" not in cohort.schema.endpoints:
        raise AddressError(NO_RESPONSE_TIME)
    time, event = nw.col("cr_months"), nw.col("cr_event") == 1
    usable = ~(time.is_null() | nw.col("cr_event").is_null())
    return _competing(
        cohort, chosen, by, "cr", rival_words(cohort), time, event, usable,
        _earliest(rivals(cohort)),
    )  # fmt: skip


def toxicity_times(
    cohort: Cohort, chosen: CohortFilter, column: str, grade: int, by: Split | None = None
) -> CompetingTable:
    """Count the onset of a toxicity, death before it, and censorings at last follow-up.

    The onset is ``<column>_months`` of patients whose worst grade reaches ``grade``.

    Raises
    ------
    AddressError
        When the cohort has no such column, no onset, or no overall survival.
    """
    variables, months = cohort.schema.variables, f"{column}_months"
    if column not in variables or months not in variables:
        raise AddressError(
            f"This cohort has no time of onset {months}. Add it, in months, for patients with the "
            "toxicity, or choose another term."
        )
    if "os" not in cohort.schema.endpoints:
        raise AddressError(
            "This cohort has no overall survival (os_months, os_event): how long patients without "
            "the toxicity were followed is not known."
        )
    graded, onset = worst((column,)), nw.col(months)
    event = graded >= grade
    follow = nw.col("os_months")
    usable = ~(graded.is_null() | follow.is_null() | nw.col("os_event").is_null())
    usable = usable & ~(event & onset.is_null())
    time = nw.when(event).then(onset).otherwise(follow)
    return _competing(cohort, chosen, by, column, "death", time, event, usable, _earliest(("os",)))


def _earliest(codes: tuple[str, ...]) -> nw.Expr:
    """Return the time of the first of these events per patient, null without any."""
    times = [
        nw.when(nw.col(endpoint(code).event_column) == 1).then(nw.col(endpoint(code).months_column))
        for code in codes
    ]
    return nw.min_horizontal(*times) if times else nw.lit(None).cast(nw.Float64)


def _competing(
    cohort: Cohort, chosen: CohortFilter, by: Split | None, code: str, words: str,
    time: nw.Expr, event: nw.Expr, usable: nw.Expr, rival: nw.Expr,
) -> CompetingTable:  # fmt: skip
    frame = narrow(cohort.frame, chosen, cohort.schema)
    groups = grouping(frame, by, cohort.schema, chosen.alpha_beta_gy)
    happened = nw.when(event).then(nw.lit(True)).otherwise(nw.lit(False))
    first = ~rival.is_null() & ((~happened) | (rival < time))
    rows = (
        frame.select(
            *groups.columns(GROUP),
            nw.when(usable).then(nw.when(first).then(rival).otherwise(time)).alias(TIME),
            nw.when(happened & ~first).then(nw.lit(1)).otherwise(nw.lit(0)).alias(EVENT),
            nw.when(first).then(nw.lit(1)).otherwise(nw.lit(0)).alias(RIVAL),
        )
        .group_by(*groups.keys(GROUP), TIME)
        .agg(
            nw.col(EVENT).sum().cast(nw.Int64), nw.col(RIVAL).sum().cast(nw.Int64),
            nw.len().cast(nw.Int64).alias(COUNT),
        )
        .collect()
    )  # fmt: skip
    place = groups.places(rows, GROUP)
    at = rows[TIME].cast(nw.Float64).to_numpy()
    columns = [rows[name].to_numpy() for name in (EVENT, RIVAL, COUNT)]
    timed = ~np.isnan(at)
    made = []
    for index, (level, label) in enumerate(zip(groups.codes, groups.labels, strict=True)):
        inside = np.flatnonzero(timed & (place == index))
        if inside.size:
            when, (events, others, everyone) = _summed(at[inside], [c[inside] for c in columns])
            left = everyone - events - others
            made.append(CompetingEvents(level, label, when, events, others, left))
    n = columns[2]
    return CompetingTable(
        code, by.address if by else "", tuple(made), words, groups.ordered,
        int(n[~timed].sum()), int(n[timed & (place < 0)].sum()),
    )  # fmt: skip


def _summed(
    time: NDArray[np.float64], columns: list[NDArray[np.int64]]
) -> tuple[NDArray[np.float64], list[NDArray[np.int64]]]:
    """Add up counts at equal times."""
    when, place = np.unique(time, return_inverse=True)
    return when, [
        np.bincount(place, weights=c, minlength=when.size).astype(np.int64) for c in columns
    ]


def landmark_groups(
    cohort: Cohort, chosen: CohortFilter, months: float, *, responders: bool = False
) -> LandmarkGroups:
    """Split survival from a landmark by whether a complete response had been reached by then.

    Parameters
    ----------
    months
        The landmark; patients who died or were last seen by then are left out.
    responders
        True for the comparison of early with late responders among all who ever responded,
        counted from the time origin: late responders had to live until they responded.

    Raises
    ------
    AddressError
        When the cohort lacks the time to response or overall survival.
    """
    if "cr" not in cohort.schema.endpoints:
        raise AddressError(NO_RESPONSE_TIME)
    if "os" not in cohort.schema.endpoints:
        raise AddressError("This cohort has no overall survival (os_months, os_event).")
    frame = narrow(cohort.frame, chosen, cohort.schema)
    rows = frame.select(
        *(nw.col(c).cast(nw.Float64) for c in ("os_months", "os_event", "cr_months", "cr_event"))
    ).collect()
    end, dead, when, reached = (rows[c].to_numpy() for c in rows.columns)
    known = ~(np.isnan(end) | np.isnan(dead) | np.isnan(when) | np.isnan(reached))
    early = (reached == 1) & (when <= months)
    kept = known & ((reached == 1) if responders else (end > months))
    shift = 0.0 if responders else months
    names = _responder_names(months) if responders else _landmark_names(months)
    groups = []
    for (level, label), inside in zip(names, (early, ~early), strict=True):
        chosen_rows = np.flatnonzero(kept & inside)
        if chosen_rows.size:
            died = dead[chosen_rows].astype(np.int64)
            time, (events, censored) = _summed(end[chosen_rows] - shift, [died, 1 - died])
            groups.append(GroupEvents(level, label, time, events, censored))
    before = 0 if responders else int((known & (end <= months)).sum())
    return LandmarkGroups(months, tuple(groups), before, int((~known).sum()))


def _landmark_names(months: float) -> tuple[tuple[str, str], tuple[str, str]]:
    by = f"by month {months:g}"
    return ("early", f"CR {by}"), ("not_yet", f"No CR {by}")


def _responder_names(months: float) -> tuple[tuple[str, str], tuple[str, str]]:
    return ("early", f"Early: CR by month {months:g}"), ("late", f"Late: CR after month {months:g}")
