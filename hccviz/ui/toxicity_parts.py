"""The toxicity page's heatmaps and closer looks. Only the open look is computed."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from hccviz.analysis import outcomes, views
from hccviz.domain import vocabulary
from hccviz.domain.records import ToxicityEstimate
from hccviz.export import course_words, outcome_tables, outcome_words, tables
from hccviz.figures.butterfly import draw_butterfly
from hccviz.figures.dose_response import draw_dose_response, draw_grades_by_dose
from hccviz.figures.event_times import draw_time_to_event
from hccviz.figures.patient_map import draw_patient_map
from hccviz.figures.rates import draw_toxicity_rates
from hccviz.figures.toxicity import draw_toxicity
from hccviz.stats.toxicity_order import Blocks, order_terms
from hccviz.ui import components, outcome_controls, shell
from hccviz.ui.outcome_controls import asked
from hccviz.ui.shell import Here
from hccviz.ui.text import plain

NAMES = {
    "rates": "Rates",
    "groups": "Two groups",
    "map": "Patient map",
    "dose": "Dose",
    "time": "Onset",
    "rild": "Liver disease",
}


def ordered(estimate: ToxicityEstimate, at: Here) -> Blocks:
    """Return the terms in the chosen order, with headings when it is by organ class."""
    rows = estimate.groups[0].rows if estimate.groups else ()
    known = (vocabulary.toxicity_term(row.term) for row in rows)
    organ_of = {term.column: term.organ_class for term in known if term}
    return order_terms(estimate, at.view.option("order"), organ_of, vocabulary.organ_classes())


def flat(blocks: Blocks) -> tuple[str, ...]:
    """Return the terms without their headings."""
    return tuple(term for _, terms in blocks for term in terms)


def heatmaps(estimate: ToxicityEstimate, blocks: Blocks, said: str, at: Here) -> None:
    """Draw one heatmap per group: two side by side, more in tabs."""
    groups = estimate.groups
    if len(groups) > 2:
        places = list(st.tabs([plain(g.label) for g in groups]))  # fmt: skip
    else:
        places = components.cells(len(groups))
    for group, place in zip(groups, places, strict=True):
        with place:
            title = f"{group.label} (n = {group.n:,})" if estimate.by else ""
            figure = draw_toxicity(group, blocks, mode=at.mode, title=title)
            components.figure(figure, key=f"toxicity-{group.level}", alt=said)


def closer_look(estimate: ToxicityEstimate, blocks: Blocks, at: Here) -> None:
    """Draw the row of closer looks and the open one."""
    st.divider()
    _PARTS[outcome_controls.parts("tox", NAMES, at)](estimate, blocks, at)


def _rates(estimate: ToxicityEstimate, blocks: Blocks, at: Here) -> None:
    left, right = st.columns(2)
    with left:
        outcome_controls.interval(at)
    left, right = st.columns(2)
    for place, severe in ((left, False), (right, True)):
        with place:
            figure = draw_toxicity_rates(estimate, flat(blocks), mode=at.mode, severe=severe)
            alt = "Share with grade 3 or more by term" if severe else "Share with any grade by term"
            components.figure(figure, key=f"rates-{severe}", alt=alt)


def _groups(estimate: ToxicityEstimate, blocks: Blocks, at: Here) -> None:
    said = outcome_words.say_butterfly(estimate)
    if not estimate.differences:
        st.info(plain(said))
        return
    components.sentence(said)
    figure = draw_butterfly(estimate, flat(blocks), mode=at.mode)
    components.figure(figure, key="butterfly", alt=said)
    table = outcome_tables.butterfly_table(estimate, flat(blocks))
    first, second = estimate.groups
    with st.expander("Every risk difference with its interval"):
        components.table(table, title=f"{second.label} minus {first.label}")
    components.download(table, name="toxicity-groups", key="csv-groups",
                        comments=shell.provenance(at))  # fmt: skip


def _map(_: ToxicityEstimate, blocks: Blocks, at: Here) -> None:
    found = asked("patient_map", at)
    if found is None:
        return
    said = course_words.say_patient_map(found)
    components.sentence(said)
    if not found.hidden:
        figure = draw_patient_map(found, flat(blocks), mode=at.mode)
        components.figure(figure, key="patient-map", alt=said)
    components.method(course_words.explain_patient_map(found))


def _dose(_: ToxicityEstimate, __: Blocks, at: Here) -> None:
    left, middle, right = st.columns(3)
    with left:
        outcome_controls.dose(at)
    with middle:
        outcome_controls.term(at, views.phase_of(at.cohort, at.view))
    with right:
        outcome_controls.grade(at)
    found = asked("toxicity_dose", at)
    if found is None:
        return
    grade = outcome_controls.GRADES[at.view.option("grade")]
    said = outcome_words.say_dose_response(found, grade)
    components.sentence(said)
    components.cautions(found.warnings)
    if found.n:
        left, right = st.columns(2)
        with left:
            figure = draw_grades_by_dose(found, mode=at.mode)
            components.figure(figure, key="grades-by-dose", alt=said)
        with right:
            figure = draw_dose_response(found, mode=at.mode, what=f"Share with {grade}")
            components.figure(figure, key="toxicity-dose", alt=said)
    table = outcome_tables.grades_table(found)
    left, right = st.columns(2)
    with left:
        components.table(outcome_tables.dose_table(found), title="Observed")
    with right:
        components.table(outcome_tables.tests_table(found.tests), title="Tests")
    components.download(table, name="toxicity-dose", key="csv-dose", comments=shell.provenance(at))
    among, ratio = "patients with a recorded grade", at.view.filter.alpha_beta_gy
    components.method(outcome_words.explain_dose_response(found, among, ratio))


def _time(_: ToxicityEstimate, __: Blocks, at: Here) -> None:
    phase = views.phase_of(at.cohort, at.view)
    if outcomes.onset_terms(at.cohort, phase):
        left, right = st.columns(2)
        with left:
            outcome_controls.term(at, phase, timed=True)
        with right:
            outcome_controls.grade(at)
    found = asked("time_to_toxicity", at)
    if found is None:
        return
    said = outcome_words.say_time_to_event(found)
    components.sentence(said)
    components.cautions(found.incidence.warnings)
    components.figure(draw_time_to_event(found, mode=at.mode), key="onset", alt=said)
    table = outcome_tables.time_table(found)
    components.table(tables.turned(table))
    if found.incidence.tests:
        components.table(outcome_tables.tests_table(found.incidence.tests), title="Tests")
    components.download(table, name="onset", key="csv-onset", comments=shell.provenance(at))
    origin = at.cohort.metadata.time_origin
    components.method(outcome_words.explain_time_to_event(found, at.view.ci, origin))


def _rild(_: ToxicityEstimate, __: Blocks, at: Here) -> None:
    found = asked("rild", at)
    if found is None:
        return
    components.sentence(outcome_words.say_rild(found))
    components.cautions(found.warnings)
    table = outcome_tables.rild_table(found)
    components.table(tables.turned(table))
    components.table(outcome_tables.definitions_table(found), title="What each study counted")
    components.download(table, name="liver-disease", key="csv-rild", comments=shell.provenance(at))


_PARTS: dict[str, Callable[[ToxicityEstimate, Blocks, Here], None]] = {
    "rates": _rates,
    "groups": _groups,
    "map": _map,
    "dose": _dose,
    "time": _time,
    "rild": _rild,
}
