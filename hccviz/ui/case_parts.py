"""The case page: the published course or the user's own, as a timeline, a table and words."""

from __future__ import annotations

from dataclasses import replace

import streamlit as st

from hccviz.domain.address import MAX_COURSES
from hccviz.domain.case_records import CaseCourse
from hccviz.domain.errors import DoseInputError, HccvizError
from hccviz.dose.lq import Course, course_warnings
from hccviz.evidence.case import own_case, published_case, reirradiated
from hccviz.evidence.event_file import MAX_BYTES, MAX_EVENTS, TEMPLATE
from hccviz.evidence.event_row import COLUMNS
from hccviz.export import case as told
from hccviz.export import tables
from hccviz.export.literature import finding_table
from hccviz.figures.timeline import draw_timeline
from hccviz.ui import components, outcome_controls, shell, state
from hccviz.ui.shell import Here
from hccviz.ui.text import plain

CLOCKS = {"calendar": "Calendar", "months": "Months since the first event"}
_LONG = 60


def case() -> CaseCourse:
    """Return the course to show: the session's own file, else the published one."""
    return state.recall("case") or published_case()  # type: ignore[no-any-return]


def timeline(at: Here, course: CaseCourse) -> None:
    """Draw what the course says, and the figure."""
    title = f"**{plain(course.title)}** · {len(course.events)} events"
    st.markdown(title + (f" · {plain(course.citation)}" if course.citation else ""))
    if course.calendar and course.events and not at.view.present:
        outcome_controls.choose("clock", "Time", CLOCKS, at.view.option("clock"), width=260)
    said = told.say_case(course)
    components.sentence(said)
    if course.findings:
        components.table(finding_table(course.findings), title="What was found in the file")
    if course.events:
        figure = draw_timeline(course, months=at.view.option("clock") == "months", mode=at.mode)
        components.figure(figure, key="timeline", alt=said)
        st.caption("Touch a mark to read what is told about it.")
    if course.dating:
        st.markdown(plain(course.dating))


def courses(at: Here, course: CaseCourse) -> None:
    """Draw the courses of radiotherapy with BED and EQD2, and the way to the dose pages."""
    found = course.courses
    if not found:
        return
    st.subheader("Radiotherapy, recomputed", anchor=False)
    table = told.course_table(course)
    components.table(tables.turned(table))
    for sentence in told.say_courses(reirradiated(course), course):
        st.markdown(plain(sentence))
    components.cautions(_warnings(course))
    written = tuple(f"{e.total_dose_gy:g}/{e.fractions}" for e in found)[:MAX_COURSES]
    with st.container(horizontal=True, vertical_alignment="center"):
        components.download(
            table, name="radiotherapy", key="csv-courses",
            comments=(course.title, course.citation, shell.DISCLAIMER),
        )  # fmt: skip
        if course.own:
            _own_link(written)
        else:
            st.page_link(
                shell.page_at("dose"),
                label="These schedules in the dose calculator →",
                query_params=replace(at.view, courses=written).to_params(),
            )


def _own_link(written: tuple[str, ...]) -> None:
    """Offer the dose calculator; nothing of the file enters a link unless this is pressed."""
    if st.button(
        "Open these schedules in the dose calculator",
        key="case-to-dose",
        help="Its link will then hold total doses and numbers of fractions, nothing else of the "
        "file.",
    ):
        state.change(courses=written)
        st.switch_page(shell.page_at("dose"))


def _warnings(course: CaseCourse) -> tuple[str, ...]:
    said: list[str] = []
    for place, event in enumerate(course.courses, start=1):
        try:
            made = Course.from_total(event.total_dose_gy or 0.0, event.fractions or 0)
        except DoseInputError:
            continue
        said += [f"Course {place}: {warning}" for warning in course_warnings(made)]
    return tuple(said)


def words(course: CaseCourse) -> None:
    """Draw what does not fit together, and every event in words."""
    if course.notes:
        st.subheader("What does not fit together", anchor=False)
        for note in course.notes:
            st.markdown(f"- {plain(note)}")
    if not course.events:
        return
    table = told.event_table(course)
    with st.expander(f"Every event in words ({len(course.events)})"):
        if len(course.events) <= _LONG:
            components.table(table)
        else:
            st.dataframe(table, hide_index=True, key="case-events")
        components.download(
            table, name="case-course", key="csv-case",
            comments=(course.title, course.citation, shell.DISCLAIMER),
        )  # fmt: skip
    if course.baseline:
        with st.expander("Laboratory values at referral"):
            name, value, unit = (list(column) for column in zip(*course.baseline, strict=True))
            components.table({"": name, "Value": value, "Unit": unit})


def own_file() -> None:
    """Draw the upload of an own event file, its template and its form."""
    refused = state.recall("case-refused", "")
    if refused:
        st.error(plain(refused))
    shows_own = state.recall("case") is not None
    with st.expander("Open your own event file", expanded=shows_own, key="own-case"):
        file = st.file_uploader(
            "A CSV file with the events of one patient",
            type=["csv", "txt"],
            max_upload_size=1,
            key=f"case-{state.recall('generation', 0)}-{state.recall('case-turn', 0)}",
            help=f"At most {MAX_EVENTS} events and {MAX_BYTES // 1000} kB. The file stays in the "
            "memory of this session and never enters a link.",
        )
        if file is not None and file.file_id != state.recall("case-file"):
            state.remember("case-file", file.file_id)
            _read(file.name, file.getvalue())
        with st.container(horizontal=True, vertical_alignment="center"):
            if shows_own:
                st.button("Forget this file", key="case-forget", on_click=_forget)
            st.download_button(
                "Template as CSV", data=TEMPLATE, file_name="events-template.csv",
                mime="text/csv", on_click="ignore", key="case-template",
            )  # fmt: skip
            with st.popover("How the file is written", type="tertiary"):
                components.table({"Column": list(COLUMNS), "Meaning": list(COLUMNS.values())})


def _read(name: str, raw: bytes) -> None:
    """Keep the course of a file and show it; a refused one leaves what was shown before."""
    try:
        state.remember("case", own_case(name, raw))
        state.remember("case-refused", "")
    except HccvizError as wrong:
        state.remember("case-refused", str(wrong))
    st.rerun()


def _forget() -> None:
    state.remember("case", None)
    state.remember("case-refused", "")
    state.remember("case-turn", state.recall("case-turn", 0) + 1)
