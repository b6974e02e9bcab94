"""The closer looks of the response page. Only the open one is computed."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from hccviz.export import outcome_tables, outcome_words, tables
from hccviz.figures.agreement import draw_both, draw_cross
from hccviz.figures.dose_response import draw_dose_response
from hccviz.figures.event_times import draw_time_to_event
from hccviz.figures.rates import draw_rates
from hccviz.figures.survival import draw_survival
from hccviz.figures.upset import draw_upset
from hccviz.ui import components, outcome_controls, shell
from hccviz.ui.outcome_controls import asked
from hccviz.ui.shell import Here

NAMES = {
    "rates": "Rates compared",
    "agreement": "Two criteria",
    "dose": "Dose",
    "time": "Time to response",
    "failure": "Failure pattern",
}


def closer_look(at: Here) -> None:
    """Draw the row of closer looks and the open one."""
    st.divider()
    _PARTS[outcome_controls.parts("rx", NAMES, at)](at)


def _rates(at: Here) -> None:
    left, middle, right = st.columns(3)
    with left:
        outcome_controls.rate(at)
    with middle:
        outcome_controls.interval(at)
    with right:
        if at.view.by is not None:
            outcome_controls.strata(
                at,
                "Stratify by",
                "Adds the Mantel-Haenszel odds ratio over the levels of a factor.",
            )
    found = asked("rates", at)
    if found is None:
        return
    said = outcome_words.say_rates(found)
    components.sentence(said)
    components.figure(draw_rates(found, mode=at.mode), key="rates", alt=said)
    table = outcome_tables.rates_table(found)
    components.table(tables.turned(table))
    if found.tests:
        components.table(outcome_tables.tests_table(found.tests), title="Tests")
        components.cautions([t.note for t in found.tests[:1] if t.note])
    if found.strata:
        components.table(outcome_tables.adjusted_table(found), title="Over strata")
    components.download(table, name="rates", key="csv-rates", comments=shell.provenance(at))
    components.method(outcome_words.explain_rates(found, at.view.option("interval")))


def _agreement(at: Here) -> None:
    if len(at.cohort.schema.responses) > 1:
        outcome_controls.against(at)
    found = asked("agreement", at)
    if found is None:
        return
    said = outcome_words.say_agreement(found)
    components.sentence(said)
    if not found.n:
        return
    components.cautions(found.warnings)
    left, right = st.columns([3, 2])
    with left:
        components.figure(draw_both(found, mode=at.mode), key="both", alt=said)
    with right:
        components.figure(draw_cross(found, mode=at.mode), key="cross", alt=said)
    left, right = st.columns(2)
    with left:
        components.table(outcome_tables.agreement_table(found), title="Agreement")
    with right:
        tests = (found.exact, found.mcnemar, found.bowker)
        components.table(outcome_tables.tests_table(tests), title="Tests of a shift")
    table = outcome_tables.cross_table(found)
    components.download(table, name="agreement", key="csv-cross", comments=shell.provenance(at))
    components.method(outcome_words.explain_agreement(found))


def _dose(at: Here) -> None:
    left, right = st.columns(2)
    with left:
        outcome_controls.rate(at)
    with right:
        outcome_controls.dose(at)
    found = asked("dose_response", at)
    if found is None:
        return
    rate, of = at.view.option("rate"), at.view.option("of")
    said = outcome_words.say_dose_response(found, outcome_words.RATES[rate])
    components.sentence(said)
    components.cautions(found.warnings)
    if found.n:
        what = outcome_controls.RATES[rate]
        figure = draw_dose_response(found, mode=at.mode, what=what)
        components.figure(figure, key="dose-response", alt=said)
    table = outcome_tables.dose_table(found)
    left, right = st.columns(2)
    with left:
        components.table(table, title="Observed")
    with right:
        components.table(outcome_tables.tests_table(found.tests), title="Tests")
    components.download(table, name="dose-response", key="csv-dose", comments=shell.provenance(at))
    among, ratio = outcome_words.AMONG[of], at.view.filter.alpha_beta_gy
    components.method(outcome_words.explain_dose_response(found, among, ratio))


def _time(at: Here) -> None:
    found = asked("time_to_response", at)
    if found is None:
        return
    said = outcome_words.say_time_to_event(found)
    components.sentence(said)
    components.cautions(found.incidence.warnings)
    figure = draw_time_to_event(found, mode=at.mode, marks=(3.0, 6.0))
    components.figure(figure, key="time-to-response", alt=said)
    table = outcome_tables.time_table(found)
    components.table(tables.turned(table))
    if found.incidence.tests:
        components.table(outcome_tables.tests_table(found.incidence.tests), title="Tests")
    components.download(table, name="time-to-response", key="csv-time",
                        comments=shell.provenance(at))  # fmt: skip
    origin = at.cohort.metadata.time_origin
    components.method(outcome_words.explain_time_to_event(found, at.view.ci, origin))
    _landmark(at)


def _landmark(at: Here) -> None:
    st.subheader("Survival by response", anchor=False)
    outcome_controls.landmark(at)
    found = asked("landmark", at)
    if found is None:
        return
    said = outcome_words.say_landmark(found)
    components.sentence(said)
    components.cautions(found.estimate.warnings)
    if found.estimate.curves:
        components.figure(draw_survival(found.estimate, mode=at.mode), key="landmark", alt=said)
        components.table(tables.turned(tables.survival_table(found.estimate)))
    components.method(outcome_words.explain_landmark(found))


def _failure(at: Here) -> None:
    found = asked("failures", at)
    if found is None:
        return
    said = outcome_words.say_failures(found)
    components.sentence(said)
    if found.members:
        components.figure(draw_upset(found, mode=at.mode), key="upset", alt=said)
    table = outcome_tables.failure_table(found)
    components.table(table, title="Patients, of those with a failure")
    components.download(table, name="failure", key="csv-failure", comments=shell.provenance(at))
    components.method(outcome_words.explain_failures(found))


_PARTS: dict[str, Callable[[Here], None]] = {
    "rates": _rates,
    "agreement": _agreement,
    "dose": _dose,
    "time": _time,
    "failure": _failure,
}
