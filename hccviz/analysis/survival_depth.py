"""The closer looks at survival: fixed times and means, competing risks, hazards, follow-up."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np

from hccviz.analysis import views
from hccviz.analysis.landmarks import before, cut_table, incidence_from, times_of
from hccviz.data.cohort import Cohort
from hccviz.data.competing import competes, competing_table
from hccviz.data.counts import event_table
from hccviz.domain import vocabulary
from hccviz.domain.address import View
from hccviz.domain.after_start import first_landmark, known_after_start
from hccviz.domain.errors import AddressError
from hccviz.domain.model_records import Covariate
from hccviz.domain.records import (
    EventTable,
    GroupEvents,
    LandmarkCut,
    Proportion,
    Quantity,
    TestResult,
)
from hccviz.domain.survival_records import (
    FixedTimes,
    FollowUpEstimate,
    GroupFollowUp,
    HazardShape,
    IncidenceEstimate,
    RateDifference,
    RestrictedMeanEstimate,
)
from hccviz.stats.cautions import CAUTION_BELOW
from hccviz.stats.cox import fit_groups
from hccviz.stats.cox_model import fit_cox_rows
from hccviz.stats.kaplan_meier import estimate_curve
from hccviz.stats.logrank import logrank_test
from hccviz.stats.piecewise import log_minus_log, piecewise_hazard_ratios
from hccviz.stats.quantiles import median_of_counts
from hccviz.stats.rmst import estimate_rmst, rate_differences
from hccviz.stats.schoenfeld import check_proportional_hazards

USUAL_CUT = 12.0
MOST_ROWS = 100_000
"""Patients above which the score test of proportional hazards, which needs rows, is not made."""
PROPORTIONAL = "proportional hazards (score test)"
NO_SPLIT = (
    "Hazards are compared between groups, and nothing is split here. Choose a factor under "
    "“Split by”."
)


def landmark_advice(cohort: Cohort, view: View) -> float | None:
    """Return the landmark to begin with when the split is known only after month 0, else None."""
    variable = cohort.schema.variables.get(view.by.address) if view.by else None
    if variable is None or not known_after_start(variable):
        return None
    return first_landmark(variable)


def last_month(cohort: Cohort, view: View) -> float:
    """Return the longest recorded time of the endpoint among the filtered patients, 0 for none."""
    table = event_table(cohort, view.filter, views.endpoint_of(cohort, view))
    return max((float(g.time[-1]) for g in table.groups if len(g.time)), default=0.0)


def fixed_times(cohort: Cohort, view: View) -> FixedTimes:
    """Return differences of survival at the view's times, and restricted means at its horizon.

    When the view names no horizon, it is the latest of the view's times at which every group has
    ten patients at risk; without such a time, the longest that every group allows.
    """
    table, cut = _table(cohort, replace(view, strata=""))
    curves = views.survival(cohort, replace(view, strata="")).curves
    start = cut.time_months if cut else 0.0
    means = _means(table, view, start)
    why = "" if means else (cut.why if cut else "") or "not estimable: no patients"
    found = rate_differences(table, times_of(view), level=view.level)
    differences = tuple(_not_before(d, start) for d in found)
    return FixedTimes(
        table.endpoint, table.by, view.level, curves, differences, means, landmark=cut, why=why
    )


def competing_risks(cohort: Cohort, view: View) -> IncidenceEstimate:
    """Return the cumulative incidence of a non-fatal endpoint with death competing.

    Raises
    ------
    AddressError
        When death is itself an event of the endpoint, or the cohort has no overall survival.
    """
    code = views.endpoint_of(cohort, view)
    if code == "os":
        raise AddressError(
            "Overall survival counts every death, so that nothing competes with it. Choose an "
            "endpoint that death can forestall, for instance local control."
        )
    made = incidence_from(competing_table(cohort, view.filter, code, view.by), view)
    if code in vocabulary.endpoints():
        return made
    unsure = (
        f"{code} is not in the dictionary of endpoints: this page takes it as an event other than "
        "death. If its events include deaths, read the Kaplan-Meier curve instead."
    )
    return replace(made, warnings=(*made.warnings, unsure))


def hazard_shape(cohort: Cohort, view: View) -> HazardShape:
    """Return log-minus-log curves, the test of proportional hazards and ratios by period.

    Raises
    ------
    AddressError
        When nothing is split.
    """
    if view.by is None:
        raise AddressError(NO_SPLIT)
    table, cut = _table(cohort, view)
    at = cut_of(table, view)
    return HazardShape(
        table.endpoint,
        table.by,
        view.level,
        tuple((g.level, g.label) for g in table.groups),
        log_minus_log(table),
        fit_groups(table, level=view.level).hazard_ratios,
        _proportional(table),
        at,
        piecewise_hazard_ratios(table, [at], level=view.level),
        cut,
        _strata_label(cohort, view),
    )


def follow_up(cohort: Cohort, view: View) -> FollowUpEstimate:
    """Return how long every group was followed, by reverse Kaplan-Meier."""
    table, cut = _table(cohort, replace(view, strata=""))
    swapped = replace(table, groups=tuple(_swapped(g) for g in table.groups))
    test = logrank_test(swapped)
    if test.why == "not estimable: no events":
        test = replace(test, why="not estimable: no patient is censored")
    groups = tuple(_followed(g, view) for g in table.groups)
    return FollowUpEstimate(table.endpoint, table.by, view.ci, view.level, groups, test, cut)


def rival_endpoints(cohort: Cohort) -> tuple[str, ...]:
    """Return the endpoints of a cohort with which death can be counted as competing."""
    return tuple(code for code in cohort.schema.endpoints if competes(cohort, code))


def cut_of(table: EventTable, view: View) -> float:
    """Return where the follow-up is cut in two: as chosen, else at 12 months or the median event.

    Without events on both sides of 12 months it is the median event time, to half a month.
    """
    chosen = float(view.option("cut") or 0)
    if chosen > 0:
        return chosen
    when = np.concatenate([np.repeat(g.time, g.events) for g in table.groups] or [np.zeros(0)])
    if not len(when) or ((when <= USUAL_CUT).any() and (when > USUAL_CUT).any()):
        return USUAL_CUT
    return max(0.5, math.floor(2.0 * float(np.median(when))) / 2.0)


def _table(cohort: Cohort, view: View) -> tuple[EventTable, LandmarkCut | None]:
    code = views.endpoint_of(cohort, view)
    return cut_table(event_table(cohort, view.filter, code, view.by, view.strata), view)


def _strata_label(cohort: Cohort, view: View) -> str:
    return cohort.schema.variables[view.strata].label if view.strata else ""


def _means(table: EventTable, view: View, start: float) -> RestrictedMeanEstimate | None:
    if not table.groups:
        return None
    last = max(float(g.time[-1]) for g in table.groups)
    horizon = view.horizon
    if horizon is None:
        longest = estimate_rmst(table, max(last, 1.0), start=start).longest_horizon or last
        enough = [t for t in view.times if start < t <= longest and _at_risk(table, t)]
        horizon = enough[-1] if enough else max(longest, start + 1.0)
    return estimate_rmst(table, horizon, level=view.level, start=start)


def _at_risk(table: EventTable, t: float) -> bool:
    """Tell whether every group has enough patients at risk at a time."""
    left = [int((g.events + g.censored)[g.time >= t].sum()) for g in table.groups]
    return min(left) >= CAUTION_BELOW


def _not_before(found: RateDifference, start: float) -> RateDifference:
    if found.time_months >= start:
        return found
    why = before(start)
    return replace(found, difference=Quantity(None, why=why), p=None, why=why)


def _proportional(table: EventTable) -> TestResult:
    """Score test of proportional hazards for the split as one factor, as ``cox.zph``."""
    if table.n > MOST_ROWS:
        why = f"not made for more than {MOST_ROWS:,} patients; read the change between periods"
        return TestResult(PROPORTIONAL, None, None, None, why=why)
    if len(table.groups) < 2:
        return TestResult(PROPORTIONAL, None, None, None, why="not estimable: only one group")
    parts = table.strata or (table,)
    rows = [
        (str(place), group, flag, counts)
        for place, part in enumerate(parts)
        for group in part.groups
        for flag, counts in ((1.0, group.events), (0.0, group.censored))
    ]
    sizes = [int(counts.sum()) for *_, counts in rows]
    time = np.concatenate([np.repeat(g.time, counts) for _, g, _, counts in rows])
    event = np.repeat([flag for *_, flag, _ in rows], sizes)
    codes = np.repeat(np.array([g.level for _, g, *_ in rows], dtype=object), sizes)
    levels = tuple(g.level for g in table.groups)
    factor = Covariate(table.by or "group", "Split", codes, levels, levels)
    stratum = None
    if table.strata:
        names = tuple(str(place) for place in range(len(parts)))
        values = np.repeat(np.array([name for name, *_ in rows], dtype=object), sizes)
        stratum = Covariate("stratum", "Stratum", values, names, names)
    fitted = fit_cox_rows([factor], time, event, strata=stratum)
    return replace(check_proportional_hazards(fitted).overall, name=PROPORTIONAL)


def _swapped(group: GroupEvents) -> GroupEvents:
    """Return a group with censoring as the event."""
    return replace(group, events=group.censored, censored=group.events)


def _followed(group: GroupEvents, view: View) -> GroupFollowUp:
    leaving = group.events + group.censored
    curve = estimate_curve(_swapped(group), ci=view.ci, level=view.level, times=())
    if group.n_events == group.n and curve.median.value is None:
        curve = replace(curve, median=replace(curve.median, why="not reached: nobody is censored"))
    found = len(group.time) > 0
    return GroupFollowUp(
        group.level,
        group.label,
        group.n,
        group.n_events,
        curve,
        median_of_counts(group.time, leaving),
        median_of_counts(group.time, group.censored) if group.n > group.n_events else None,
        float(group.time[0]) if found else None,
        float(group.time[-1]) if found else None,
        tuple((t, _known(group, t)) for t in times_of(view)),
    )


def _known(group: GroupEvents, t: float) -> Proportion:
    """Patients whose status at a time is known."""
    n = group.n
    known = n - int(group.censored[group.time < t].sum())
    share = Quantity(known / n) if n else Quantity(None, why="not estimable: no patients")
    return Proportion(known, n, share)
