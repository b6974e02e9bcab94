"""The pieces of the dose calculator: courses, α/β, results, the way to the cohort."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import streamlit as st

from hccviz.domain import format as fmt
from hccviz.domain.address import MAX_COURSES
from hccviz.domain.errors import DoseInputError
from hccviz.domain.filters import RangeClause
from hccviz.dose.query import CourseEntry, course_entry
from hccviz.dose.scenario import DoseScenario, evaluate
from hccviz.dose.schedules import schedules
from hccviz.export.tables import Table, turned
from hccviz.ui import cache, components, state
from hccviz.ui.shell import Here
from hccviz.ui.text import plain

FIRST_COURSES = ("45/3",)
DEFAULT_WIDTH_GY = 10.0
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
    dose, fractions = _numbers(course_entry(text), text, per_fraction=per_fraction)

    def written_as(new_dose: float | None, new_fractions: float | None) -> None:
        made = _text(new_dose, new_fractions, per_fraction=per_fraction)
        _set((*written[:place], made, *written[place + 1 :]))

    with st.container(horizontal=True, vertical_alignment="bottom", key=f"course-{place}"):
        name = "Dose per fraction" if per_fraction else "Total dose"
        _number(
            f"{name}, course {place + 1} (Gy)",
            f"dose-{place}",
            dose,
            lambda value: written_as(value, fractions),
        )
        _number(
            f"Fractions, course {place + 1}",
            f"fractions-{place}",
            fractions,
            lambda value: written_as(dose, value),
            step=1.0,
        )
        rest = (*written[:place], *written[place + 1 :])
        st.button(
            "Remove",
            key=f"remove-{place}",
            on_click=_set,
            args=(rest,),
            disabled=len(written) == 1,
            type="tertiary",
        )


def _number(
    label: str, key: str, value: float | None, on_change: Callable[[Any], None], step: float = 0.1
) -> None:
    st.number_input(label, format="%g", step=step, width=210, **state.widget(key, value, on_change))


def _numbers(
    entry: CourseEntry, text: str, *, per_fraction: bool
) -> tuple[float | None, float | None]:
    """Return what stands in the two fields; for a course that is wrong, what was written."""
    if entry.course is not None:
        course = entry.course
        given = course.dose_per_fraction_gy if per_fraction else course.total_dose_gy
        return round(given, 6), float(course.fractions)
    if "x" in text:
        fractions, _, dose = text.partition("x")
    else:
        dose, _, fractions = text.partition("/")
    return _float(dose), _float(fractions)


def _float(text: str) -> float | None:
    try:
        return float(text)
    except ValueError:
        return None


def _text(dose: float | None, fractions: float | None, *, per_fraction: bool) -> str:
    """Write a course as the address does; a field left empty stays empty and is refused there."""
    d, n = ("" if value is None else f"{value:g}" for value in (dose, fractions))
    return f"{n}x{d}" if per_fraction else f"{d}/{n}"


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


def parameters(at: Here) -> None:
    """Draw α/β and the reference fraction."""
    old = at.view.filter

    def set_ratio(value: float | None) -> None:
        if value is not None:
            state.change(filter=replace(old, alpha_beta_gy=float(value)))

    reference = _float(at.view.reference_fraction_gy or "2")
    with st.container(horizontal=True, vertical_alignment="bottom"):
        st.number_input(
            "α/β (Gy)",
            format="%g",
            step=0.5,
            min_value=0.1,
            max_value=100.0,
            width=210,
            help="10 Gy for HCC; about 3 Gy for late effects in liver and bowel.",
            **state.widget("dose-ab", old.alpha_beta_gy, set_ratio),
        )
        st.number_input(
            "Reference fraction (Gy)",
            format="%g",
            step=0.1,
            width=210,
            help="2 Gy gives EQD2; the sorafenib study used 1.8 Gy.",
            **state.widget("dose-ref", reference, _set_reference),
        )


def _set_reference(value: float | None) -> None:
    state.change(reference_fraction_gy="" if value in (None, 2.0) else f"{value:g}")


def scenario(at: Here, written: tuple[str, ...]) -> DoseScenario | None:
    """Compute the scenario; a wrong α/β or reference fraction is told in one sentence."""
    reference = at.view.reference_fraction_gy
    query = f"courses={','.join(written)}&ab={at.view.filter.alpha_beta_gy:g}"
    try:
        return evaluate(query + (f"&ref={reference}" if reference else ""))
    except DoseInputError as wrong:
        st.error(plain(wrong))
        return None


def results(made: DoseScenario) -> Table:
    """Show the table that adds up, the errors of single courses, the formulas, the cautions."""
    content = dose_table(made)
    components.table(turned(content), title="Biologically effective and equivalent doses")
    for place, result in enumerate(made.courses):
        if result.error is not None:
            st.error(f"Course {place + 1}: {plain(result.error)}")
    for place, result in enumerate(made.courses):
        if result.formula:
            st.code(f"Course {place + 1}\n{result.formula}", language=None)
    components.cautions(made.warnings)
    return content


def dose_table(made: DoseScenario) -> Table:
    """Return one row per course and the sum; two decimals everywhere."""
    reference = made.request.reference_fraction_gy
    extra = f"EQD{reference:g} (Gy)" if reference != 2 else ""
    heads = ["Course", "Total dose (Gy)", "Fractions", "Per fraction (Gy)", "BED (Gy)", "EQD2 (Gy)"]
    rows: list[list[str]] = []
    for place, result in enumerate(made.courses):
        course, values = result.course, result.values
        if course is None or values is None:
            rows.append([str(place + 1), *["not computed"] * (5 + bool(extra))])
            continue
        numbers = [course.total_dose_gy, course.dose_per_fraction_gy, values.bed_gy, values.eqd2_gy]
        total, per, bed, eqd2 = (fmt.number(v, 2) for v in numbers)
        row = [str(place + 1), total, str(course.fractions), per, bed, eqd2]
        rows.append([*row, *([fmt.number(values.eqdx_gy, 2)] if extra else [])])
    if len(rows) > 1:
        rows.append(_sum_row(made, bool(extra)))
    return dict(
        zip([*heads, extra] if extra else heads, map(list, zip(*rows, strict=True)), strict=True)
    )


def _sum_row(made: DoseScenario, extra: bool) -> list[str]:
    total = made.total
    if total is None:
        return ["Sum", fmt.DASH, fmt.DASH, fmt.DASH, *["not computed"] * (2 + extra)]
    beds = [fmt.number(total.bed_gy, 2), fmt.number(total.eqd2_gy, 2)]
    return [
        "Sum",
        fmt.DASH,
        fmt.DASH,
        fmt.DASH,
        *beds,
        *([fmt.number(total.eqdx_gy, 2)] if extra else []),
    ]


def bridge(at: Here, made: DoseScenario, survival_page: Any) -> None:
    """Offer the way from a schedule to the patients of the cohort treated like this."""
    st.subheader("Patients treated like this", anchor=False)
    doses = [(i, r.values.bed_gy) for i, r in enumerate(made.courses) if r.values is not None]
    if "bed" not in at.cohort.schema.variables:
        st.caption(
            "This cohort has no dose and fractions, so its BED is not known. Open another one."
        )
        return
    if not doses:
        st.caption("No course is computed yet.")
        return
    with st.container(horizontal=True, vertical_alignment="bottom"):
        names = {i: f"Course {i + 1}: BED {fmt.number(bed, 2)} Gy" for i, bed in doses}
        place = st.selectbox(
            "Schedule", list(names), format_func=lambda i: names[i], width=260, key="like-course"
        )
        width = st.number_input(
            "± BED (Gy)",
            0.0,
            200.0,
            DEFAULT_WIDTH_GY,
            1.0,
            format="%g",
            width=160,
            key="like-width",
        )
    bed = dict(doses)[place]
    clause = RangeClause("bed", round(max(0.0, bed - width), 6), round(bed + width, 6))
    view = replace(at.view, filter=at.view.filter.with_clause(clause))
    ladder = cache.answer("attrition", at.cohort, view)
    told = clause.describe(at.cohort.schema.variables["bed"])
    st.markdown(
        f"**{fmt.count(ladder.left)}** of {fmt.count(ladder.total)} patients: {plain(told)}"
    )
    if ladder.left < 10:
        st.caption("Fewer than 10 patients: too few to tell what happens after this dose.")
    st.page_link(survival_page, label="Show their survival →", query_params=view.to_params())
