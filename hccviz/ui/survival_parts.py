"""The curves of the survival page and its closer looks. Only the open look is computed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import streamlit as st

from hccviz.analysis import survival_depth, views
from hccviz.domain import format as fmt
from hccviz.domain import vocabulary
from hccviz.domain.records import SurvivalEstimate
from hccviz.domain.survival_records import IncidenceEstimate
from hccviz.export import outcome_tables, survival_tables, survival_words, tables, words
from hccviz.figures.hazards import draw_log_minus_log, draw_periods
from hccviz.figures.horizons import draw_follow_up, draw_means
from hccviz.figures.incidence import draw_incidence, draw_stacked
from hccviz.figures.survival import draw_survival
from hccviz.ui import components, outcome_controls, shell, state, survival_controls
from hccviz.ui.components import MOST_GROUPS
from hccviz.ui.outcome_controls import asked
from hccviz.ui.shell import Here
from hccviz.ui.text import plain

NAMES = {
    "times": "Fixed times and means",
    "competing": "Competing risks",
    "hazards": "Proportional hazards",
    "follow": "Follow-up",
}
MOST_STACKED = 4
MOST_PAIRS = 45


def curves(at: Here, estimate: SurvivalEstimate) -> None:
    """Draw the curves, what they say, and the rates at a picked time."""
    found = _competing(at)
    said = words.say_survival(estimate) if found is None else survival_words.say_incidence(found)
    components.sentence(said)
    style = {
        "mode": at.mode,
        "bands": state.recall("bands", True),
        "large": at.view.present,
        "years": survival_controls.years(at),
        "at": survival_controls.picked(at),
    }
    drawn = estimate if found is None else found
    if drawn.curves:
        incidence = survival_controls.shown_curve(at) == "incidence"
        if isinstance(drawn, SurvivalEstimate):
            some = replace(drawn, curves=drawn.curves[:MOST_GROUPS])
            figure = draw_survival(some, incidence=incidence, **style)
        else:
            figure = draw_incidence(replace(drawn, curves=drawn.curves[:MOST_GROUPS]), **style)
        components.figure(
            figure, key=survival_controls.figure_key(), alt=said, on_pick=survival_controls.pick
        )
        if len(drawn.curves) > MOST_GROUPS:
            more = len(drawn.curves) - MOST_GROUPS
            components.note(f"{more} more groups are in the tables; the figure shows the first.")
        _picked(at, drawn)
    components.cautions(drawn.warnings)


def _picked(at: Here, found: SurvivalEstimate | IncidenceEstimate) -> None:
    """Show every group at the picked time, or say how to pick one."""
    months = survival_controls.picked(at)
    if months is None:
        if not at.view.present:
            components.note("Point at a curve to read every group at that time; click to keep it.")
        return
    with st.container(key="picked"):
        components.table(survival_tables.picked_table(found, months), most=MOST_GROUPS)
        st.button(
            "Forget this time",
            key="forget-time",
            type="tertiary",
            on_click=survival_controls.forget,
        )


def _competing(at: Here) -> IncidenceEstimate | None:
    """Return the record to draw instead of 1 - Kaplan-Meier, where death could come first."""
    if survival_controls.shown_curve(at) != "incidence" or not survival_controls.competes(at):
        return None
    return asked("competing_risks", at)  # type: ignore[no-any-return]


def numbers(at: Here, estimate: SurvivalEstimate) -> None:
    """Show the numbers under the curves: groups, hazard ratios, tests, pairs."""
    found = _competing(at)
    if found is not None:
        components.group_table(survival_tables.incidence_table(found), title="Cumulative incidence")
    shown = tables.survival_table(estimate)
    title = "Numbers" if found is None else "Kaplan-Meier, deaths taken as censored"
    components.group_table(shown, title=title)
    if estimate.by:
        components.table(tables.hazard_table(estimate), title="Hazard ratios", most=MOST_GROUPS)
        components.table(tables.significance_table(estimate), title="Tests")
        if len(estimate.pairwise) > MOST_PAIRS:
            pairs = fmt.count(len(estimate.pairwise))
            components.note(f"{pairs} pairs of groups are not listed; the command line gives them.")
        elif estimate.pairwise:
            components.table(tables.pairwise_table(estimate), title="Pairs of groups")
    components.download(shown, name="survival", key="csv", comments=shell.provenance(at))
    origin = at.cohort.metadata.time_origin
    components.method(words.explain_survival(estimate, origin))
    if found is not None:
        components.method(survival_words.explain_incidence(found, origin))


def closer_look(at: Here) -> None:
    """Draw the row of closer looks and the open one."""
    st.divider()
    _PARTS[outcome_controls.parts("sv", NAMES, at)](at)


def _times(at: Here) -> None:
    left, _ = st.columns([1, 2])
    with left:
        survival_controls.horizon(at)
    found = asked("fixed_times", at)
    if found is None:
        return
    said = survival_words.say_fixed_times(found)
    components.sentence(said)
    if found.means is None:
        return
    some = replace(found, curves=found.curves[:MOST_GROUPS])
    figure = draw_means(some, mode=at.mode, years=survival_controls.years(at))
    components.figure(figure, key="means", alt=said)
    components.group_table(survival_tables.means_table(found.means), title="Restricted means")
    components.cautions(found.means.notes)
    table = survival_tables.differences_table(found)
    components.table(table, title="At fixed times", most=components.MOST_ROWS)
    comments = shell.provenance(at)
    components.download(table, name="survival-at-times", key="csv-times", comments=comments)
    components.method(survival_words.explain_fixed_times(found))


def _risks(at: Here) -> None:
    found = asked("competing_risks", at)
    if found is None:
        _other_endpoints(at)
        return
    said = survival_words.say_incidence(found)
    years, above = survival_controls.years(at), _competing(at) is not None
    if not above:
        components.sentence(said)
    if not found.curves:
        return
    if not above:
        some = replace(found, curves=found.curves[:MOST_GROUPS])
        figure = draw_incidence(some, mode=at.mode, years=years)
        components.figure(figure, key="incidence", alt=said)
        components.cautions(found.warnings)
        components.group_table(survival_tables.incidence_table(found), title="Numbers")
    if found.tests:
        tests = (*found.tests, *found.competing_tests)
        components.table(outcome_tables.tests_table(tests), title="Gray’s tests")
        components.cautions([t.note for t in found.tests[:1] if t.note])
    st.markdown("**What had happened to all patients**")
    shown = min(len(found.curves), MOST_STACKED)
    for place, cell in enumerate(components.cells(shown)):
        with cell:
            figure = draw_stacked(found, place, mode=at.mode, years=years)
            alt = f"{found.curves[place].label}: shares of patients over time, stacked."
            components.figure(figure, key=f"stacked-{place}", alt=alt)
    if len(found.curves) > shown:
        components.note(f"{len(found.curves) - shown} more groups are in the table.")
    table = survival_tables.incidence_table(found)
    comments = shell.provenance(at)
    components.download(table, name="competing-risks", key="csv-risks", comments=comments)
    if not above:
        origin = at.cohort.metadata.time_origin
        components.method(survival_words.explain_incidence(found, origin))


def _other_endpoints(at: Here) -> None:
    """Offer the endpoints that death can forestall."""
    shown = views.endpoint_of(at.cohort, at.view)
    with st.container(horizontal=True):
        for code in survival_depth.rival_endpoints(at.cohort)[:6]:
            if code != shown:
                st.button(
                    plain(vocabulary.endpoint(code).label),
                    key=f"endpoint-{code}",
                    on_click=state.change,
                    kwargs={"endpoint": code},
                )


def _hazards(at: Here) -> None:
    found = asked("hazard_shape", at)
    if found is None:
        return
    left, _ = st.columns([1, 2])
    with left:
        survival_controls.cut(at, found.cut)
    said = survival_words.say_hazard_shape(found)
    components.sentence(said)
    left, right = st.columns(2)
    if any(line.log_time.size for line in found.lines):
        with left:
            some = replace(found, lines=found.lines[:MOST_GROUPS])
            figure = draw_log_minus_log(some, mode=at.mode, years=survival_controls.years(at))
            components.figure(figure, key="log-minus-log", alt=said)
    table = survival_tables.periods_table(found)
    ratios = [*found.overall, *(r for p in found.pieces.periods for r in p.hazard_ratios)]
    if len(found.overall) <= MOST_GROUPS and any(r.ratio.value is not None for r in ratios):
        names = ["Whole follow-up"]
        names += [survival_words.period_name(found, p) for p in found.pieces.periods]
        with right:
            components.figure(draw_periods(found, names, mode=at.mode), key="periods", alt=said)
    missing = [f"{line.label}: {line.why}" for line in found.lines if line.why]
    if missing:
        components.note(f"No line for {'; '.join(missing[:MOST_GROUPS])}.")
    components.table(table, title="Hazard ratios by period", most=components.MOST_ROWS)
    tests = (found.proportional, found.pieces.change)
    components.table(outcome_tables.tests_table(tests), title="Tests")
    comments = shell.provenance(at)
    components.download(table, name="hazard-ratios", key="csv-hazards", comments=comments)
    components.method(survival_words.explain_hazard_shape(found))


def _follow(at: Here) -> None:
    found = asked("follow_up", at)
    if found is None:
        return
    said = survival_words.say_follow_up(found)
    components.sentence(said)
    if not found.groups:
        return
    some = replace(found, groups=found.groups[:MOST_GROUPS])
    figure = draw_follow_up(some, mode=at.mode, years=survival_controls.years(at))
    components.figure(figure, key="follow-up", alt=said)
    table = survival_tables.follow_up_table(found)
    components.group_table(table)
    comments = shell.provenance(at)
    components.download(table, name="follow-up", key="csv-follow", comments=comments)
    components.method(survival_words.explain_follow_up(found))


_PARTS: dict[str, Callable[[Here], None]] = {
    "times": _times,
    "competing": _risks,
    "hazards": _hazards,
    "follow": _follow,
}
