"""The plan page: prescription, organ, histogram; limits, liver risk, local control."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

import streamlit as st

from hccviz.domain.errors import DoseInputError
from hccviz.dose.dvh import Dvh
from hccviz.dose.limits import LimitCheck, OrganLimit, check_limit, convert_limit, limits
from hccviz.dose.lq import Course
from hccviz.dose.plan_check import measure
from hccviz.dose.query import course_entry
from hccviz.dose.tissues import tissue
from hccviz.export import dose_plan as tables
from hccviz.ui import components, state
from hccviz.ui.dose_courses import FIRST_COURSES, course_number
from hccviz.ui.dose_fields import as_course, choice, given, put_one, tabs, typed
from hccviz.ui.shell import DISCLAIMER, Here
from hccviz.ui.text import plain

NEEDS_CC = "Needs a histogram with volumes in cc."
NEEDS_VALUE = "Enter the value, or upload a histogram."
LOOKS = {"limits": "Organ limits", "risk": "Liver risk (NTCP)", "control": "Local control"}


def look(at: Here) -> str:
    """Draw the row of what is asked."""
    return tabs(at, "Question", "plan.ask", LOOKS)


def prescription(at: Here) -> Course | None:
    """Draw total dose and fractions of the plan; None after saying what is wrong."""
    first = (at.view.courses or FIRST_COURSES)[0]
    text = given(at, "plan.course", first)
    entry = course_entry(text)
    dose, fractions = typed(entry, text, per_fraction=False)

    def write(new_dose: float | None, new_fractions: float | None) -> None:
        put_one("plan.course", as_course(new_dose, new_fractions, per_fraction=False))

    with st.container(horizontal=True, vertical_alignment="bottom"):
        course_number(
            "Plan: total dose (Gy)", "plan-dose", dose, lambda value: write(value, fractions)
        )
        course_number(
            "Fractions", "plan-fractions", fractions, lambda value: write(dose, value), width=160
        )
    if entry.error is not None:
        st.error(plain(entry.error))
    return entry.course


def organ(at: Here) -> str:
    """Draw the menu of organs that have limits."""
    codes = dict.fromkeys(e.tissue for e in limits(kind="organ") if e.tissue)
    return choice(at, "Organ", "plan.organ", {code: tissue(code).label for code in codes})


@dataclass(frozen=True, slots=True)
class Measured:
    """What is known of the plan in one organ: a histogram, or single values typed in."""

    code: str
    course: Course
    dvh: Dvh | None
    typed_in: dict[str, float | None]

    def check(self, entry: OrganLimit, *, accept: bool) -> LimitCheck:
        """Return one limit beside the plan; a wrong value is named in its row."""
        if self.dvh is not None:
            value, note = measure(entry, self.dvh, self.course), NEEDS_CC
        else:
            value, note = self.typed_in.get(_key(self.code, entry)), NEEDS_VALUE
        if value is None:
            notes = (note, entry.oddity) if entry.oddity else (note,)
            return LimitCheck(entry, None, "not measured", notes)
        try:
            return check_limit(entry, value, self.course, accept_unstated=accept)
        except DoseInputError as wrong:
            return LimitCheck(entry, None, "not measured", (str(wrong),))

    def converted(self, entry: OrganLimit) -> list[LimitCheck]:
        """Return the limit converted to the fractions of the plan; nothing when it cannot be."""
        ratio = tissue(self.code).alpha_beta_gy
        try:
            made = convert_limit(entry, self.course.fractions, alpha_beta_gy=ratio)
        except DoseInputError:
            return []
        if self.dvh is None and made.at != entry.at:
            return []  # the typed value belongs to the dose level that was printed
        return [self.check(made, accept=True)]


def organ_limits(at: Here, course: Course, code: str, dvh: Dvh | None) -> None:
    """Show every limit of an organ beside the plan; none is applied to other fractions silently."""
    entries = limits(tissue=code, kind="organ")
    measured = Measured(code, course, dvh, {} if dvh is not None else _values(entries, code))
    accept = _switch(
        at, "plan.unstated", "Compare also where the source states no number of fractions"
    )
    ratio = tissue(code).alpha_beta_gy
    convert = _switch(
        at,
        "plan.convert",
        f"Convert limits for other fractions to {course.fractions} (LQ, α/β {ratio:g} Gy)",
    )
    checks: list[LimitCheck] = []
    for entry in entries:
        checks.append(measured.check(entry, accept=accept))
        if convert and checks[-1].status == "other fractions":
            checks += measured.converted(entry)
    title = f"{tissue(code).label}: limits of the studies and of QUANTEC"
    components.table(tables.limit_view(checks), title=title)
    notes = [note for note in tables.limit_notes(checks) if NEEDS_VALUE not in note]
    if notes:
        st.caption(
            "\n".join(["**What to know about them**", "", *(f"- {plain(n)}" for n in notes)])
        )
    _also_said(code)
    comments = (f"Plan: {course.text}", DISCLAIMER)
    rows = tables.limit_table(checks)
    components.download(rows, name="organ-limits", key="limits-csv", comments=comments)


def _also_said(code: str) -> None:
    rest = [entry for entry in limits(tissue=code) if entry.kind != "organ"]
    if rest:
        with st.expander("What else the studies say about this organ"):
            components.table(tables.said_table(rest))


def _switch(at: Here, name: str, label: str) -> bool:
    on = given(at, name) == "yes"
    st.toggle(label, **state.widget(name, on, lambda new: put_one(name, "yes" if new else "")))
    return on


def _values(entries: tuple[OrganLimit, ...], code: str) -> dict[str, float | None]:
    """Draw one field per quantity the limits are about; the values stay in the session."""
    kept: dict[str, float | None] = dict(state.recall("measured", {}))
    names = {_key(code, entry): entry for entry in reversed(entries)}

    def write(key: str, value: float | None) -> None:
        state.remember("measured", {**kept, key: value})

    with st.container(horizontal=True, vertical_alignment="bottom"):
        for key, entry in reversed(names.items()):
            st.number_input(
                f"{tables.metric_name(entry)} ({entry.unit})",
                format="%g",
                step=1.0,
                width=250,
                placeholder="not measured",
                **state.widget(key, kept.get(key), partial(write, key)),
            )
    return {key: kept.get(key) for key in names}


def _key(code: str, entry: OrganLimit) -> str:
    return f"plan-{code}-{entry.metric}-{entry.at or 0:g}"
