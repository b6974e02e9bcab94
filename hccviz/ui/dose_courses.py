"""The courses of the dose calculator: fields, presets of the studies."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import streamlit as st

from hccviz.domain.address import MAX_COURSES
from hccviz.dose.query import course_entry
from hccviz.dose.schedules import schedules
from hccviz.ui import state
from hccviz.ui.dose_fields import as_course, typed
from hccviz.ui.shell import Here

FIRST_COURSES = ("45/3",)
_TOTAL, _PER_FRACTION = "Total dose and fractions", "Dose per fraction and fractions"


def courses(at: Here) -> tuple[str, ...]:
    """Draw the courses; return them as written (``45/3``, ``3x15``)."""
    written = at.view.courses or FIRST_COURSES
    per_fraction = state.recall("per_fraction", all("x" in text for text in written))
    st.radio(
        "I know",
        [_TOTAL, _PER_FRACTION],
        horizontal=True,
        **state.widget(
            "per-fraction",
            _PER_FRACTION if per_fraction else _TOTAL,
            lambda choice: state.remember("per_fraction", choice == _PER_FRACTION),
        ),
    )
    for place, text in enumerate(written):
        _course(place, text, written, per_fraction=per_fraction)
    with st.container(horizontal=True, vertical_alignment="bottom"):
        st.button(
            "Add a course",
            key="add-course",
            disabled=len(written) >= MAX_COURSES,
            on_click=_set,
            args=((*written, written[-1]),),
        )
        _presets(written)
    return written


def _course(place: int, text: str, written: tuple[str, ...], *, per_fraction: bool) -> None:
    dose, fractions = typed(course_entry(text), text, per_fraction=per_fraction)

    def write(new_dose: float | None, new_fractions: float | None) -> None:
        made = as_course(new_dose, new_fractions, per_fraction=per_fraction)
        _set((*written[:place], made, *written[place + 1 :]))

    with st.container(horizontal=True, vertical_alignment="bottom", key=f"course-{place}"):
        name = "Dose per fraction" if per_fraction else "Total dose"
        course_number(
            f"{name}, course {place + 1} (Gy)",
            f"dose-{place}",
            dose,
            lambda value: write(value, fractions),
        )
        course_number(
            f"Fractions, course {place + 1}",
            f"fractions-{place}",
            fractions,
            lambda value: write(dose, value),
        )
        rest = (*written[:place], *written[place + 1 :])
        if len(written) > 1:
            st.button("Remove", key=f"remove-{place}", on_click=_set, args=(rest,), type="tertiary")


def course_number(
    label: str, key: str, value: float | None, on_change: Callable[[Any], None], *, width: int = 210
) -> None:
    """Draw one number of a course; what is wrong with it is said by the library, not hidden."""
    st.number_input(
        label, format="%g", step=1.0, width=width, **state.widget(key, value, on_change)
    )


def _set(written: tuple[str, ...]) -> None:
    state.change(courses=written)


def _presets(written: tuple[str, ...]) -> None:
    labels = {f"{p.course.code}|{i}": p for i, p in enumerate(schedules())}

    def add(key: str | None) -> None:
        if key:
            _set((*written, key.split("|")[0])[:MAX_COURSES])

    st.selectbox(
        "Add a schedule of the studies",
        list(labels),
        index=None,
        placeholder="Printed schedules",
        format_func=lambda key: f"{labels[key].label} · {labels[key].target}",
        width=360,
        **state.widget("preset", None, add),
    )
