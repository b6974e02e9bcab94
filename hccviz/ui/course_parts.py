"""The figures of single patients' courses. Only the open one is computed."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from hccviz.analysis.courses import LANES
from hccviz.export import course_words, outcome_tables
from hccviz.figures.swimmer import draw_swimmer
from hccviz.figures.waterfall import draw_before_after, draw_dose_sizes, draw_waterfall
from hccviz.ui import components, outcome_controls, shell
from hccviz.ui.outcome_controls import asked
from hccviz.ui.shell import Here

NAMES = {
    "size": "Size change",
    "afp": "Alpha-fetoprotein",
    "scatter": "Size and dose",
    "swimmer": "Courses over time",
}


def draw(at: Here) -> None:
    """Draw the row of figures and the open one."""
    _PARTS[outcome_controls.parts("course", NAMES, at)](at)


def _size(at: Here) -> None:
    _waterfall("size_waterfall", at)


def _afp(at: Here) -> None:
    _waterfall("afp_waterfall", at)


def _waterfall(kind: str, at: Here) -> None:
    found = asked(kind, at)
    if found is None:
        return
    said = course_words.say_waterfall(found)
    components.sentence(said)
    if found.n and not found.hidden:
        components.figure(draw_waterfall(found, mode=at.mode), key=kind, alt=said)
        if found.before.size:
            figure = draw_before_after(found, mode=at.mode)
            components.figure(figure, key="before-after", alt=said)
        table = outcome_tables.waterfall_table(found)
        components.download(table, name=kind, key="csv-fall", comments=shell.provenance(at))
    components.method(course_words.explain_waterfall(found))


def _scatter(at: Here) -> None:
    left, _ = st.columns([1, 2])
    with left:
        outcome_controls.dose(at)
    found = asked("dose_sizes", at)
    if found is None:
        return
    said = course_words.say_dose_sizes(found)
    components.sentence(said)
    if found.n and not found.hidden:
        components.figure(draw_dose_sizes(found, mode=at.mode), key="dose-sizes", alt=said)
    components.method(course_words.explain_dose_sizes(found))


def _swimmer(at: Here) -> None:
    found = asked("swimmer", at)
    if found is None:
        return
    said = course_words.say_swimmer(found)
    components.sentence(said)
    left, _ = st.columns([1, 2])
    with left:
        outcome_controls.lanes(at, found.n, LANES)
    if found.lanes:
        components.figure(draw_swimmer(found, mode=at.mode), key="swimmer", alt=said)
    components.method(course_words.explain_swimmer(found, at.cohort.metadata.time_origin))


_PARTS: dict[str, Callable[[Here], None]] = {
    "size": _size,
    "afp": _afp,
    "scatter": _scatter,
    "swimmer": _swimmer,
}
