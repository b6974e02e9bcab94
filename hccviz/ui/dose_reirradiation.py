"""The form of the re-irradiation page: courses with their intervals, organs, recovery models."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import streamlit as st

from hccviz.domain.errors import DoseInputError
from hccviz.dose.overlap import OVERLAPS
from hccviz.dose.query import CourseEntry
from hccviz.dose.recovery import (
    ExponentialRecovery,
    StepRecovery,
    UserRecovery,
    intervals_from_dates,
)
from hccviz.dose.tissues import organs as all_organs
from hccviz.dose.tissues import tissue
from hccviz.ui import state
from hccviz.ui.dose_courses import course_number
from hccviz.ui.dose_fields import (
    as_course,
    as_number,
    as_text,
    given,
    number,
    put,
    put_one,
    read_courses,
    several,
    typed,
    words,
)
from hccviz.ui.shell import Here

EXAMPLE_COURSES, EXAMPLE_INTERVALS = "45/15,54/18,48/16", "11,6"
EXAMPLE_ORGANS = "duodenum"
MOST_COURSES = 8
RECOVERY = {
    "step": StepRecovery.label,
    "exponential": f"{ExponentialRecovery.label} (spinal cord)",
    "user": UserRecovery.label,
}


@dataclass(frozen=True, slots=True)
class History:
    """The courses as written, what they mean, and the months between them (empty: unknown)."""

    written: tuple[str, ...]
    entries: tuple[CourseEntry, ...]
    months: tuple[str, ...]

    @property
    def intervals(self) -> str:
        """The months between the courses, or nothing when one is unknown."""
        return ",".join(self.months) if all(self.months) else ""


def example(at: Here) -> None:
    """Say when the worked example is shown, and offer it otherwise."""
    if given(at, "re.courses") in ("", EXAMPLE_COURSES):
        st.caption(
            "Shown: the patient of the re-irradiation study whose duodenum perforated after the "
            "third course (45 Gy in 15, 11 months later 54 Gy in 18, 6 months later 48 Gy in 16). "
            "Change any number."
        )
        return
    st.button(
        "Show the worked example",
        key="example",
        type="tertiary",
        on_click=put,
        kwargs={
            "re__courses": EXAMPLE_COURSES,
            "re__intervals": EXAMPLE_INTERVALS,
            "re__organs": EXAMPLE_ORGANS,
            "re__overlap__duodenum": "",
            "re__doses__duodenum": "",
        },
    )


def history(at: Here) -> History:
    """Draw the courses with their intervals."""
    written = tuple(given(at, "re.courses", EXAMPLE_COURSES).split(","))[:MOST_COURSES]
    months = _months(at, len(written))
    by_date = bool(state.recall("by_date", False))
    for place, text in enumerate(written):
        _course(place, text, written, months, by_date=by_date)
    with st.container(horizontal=True, vertical_alignment="bottom"):
        st.button(
            "Add a course",
            key="re-add",
            disabled=len(written) >= MOST_COURSES,
            on_click=_write,
            args=((*written, written[-1]), (*months, "")),
        )
        st.toggle(
            "Enter dates instead of months",
            help="Dates stay in this session; the link holds the months between them.",
            **state.widget("by-date", by_date, lambda on: state.remember("by_date", on)),
        )
        number(at, "Months until a planned course", "re.planned", hint="none planned", width=230)
    return History(written, read_courses(written), months)


def _months(at: Here, count: int) -> tuple[str, ...]:
    default = "" if given(at, "re.courses") else EXAMPLE_INTERVALS
    parts = given(at, "re.intervals", default).split(",")
    return tuple((parts + [""] * count)[: count - 1])


def _write(written: Sequence[str], months: Sequence[str]) -> None:
    put(re__courses=",".join(written), re__intervals=",".join(months) if any(months) else "")


def _course(
    place: int, text: str, written: tuple[str, ...], months: tuple[str, ...], *, by_date: bool
) -> None:
    dose, fractions = typed(read_courses((text,))[0], text, per_fraction=False)

    def write(new_dose: float | None, new_fractions: float | None) -> None:
        made = as_course(new_dose, new_fractions, per_fraction=False)
        _write((*written[:place], made, *written[place + 1 :]), months)

    def write_months(value: float | None) -> None:
        _write(written, (*months[: place - 1], as_text(value), *months[place:]))

    with st.container(horizontal=True, vertical_alignment="bottom", key=f"re-course-{place}"):
        label = f"Course {place + 1}: total dose (Gy)"
        course_number(label, f"re-dose-{place}", dose, lambda value: write(value, fractions))
        course_number(
            "Fractions",
            f"re-fractions-{place}",
            fractions,
            lambda value: write(dose, value),
            width=150,
        )
        if by_date:
            _date(place, len(written))
        elif place:
            course_number(
                f"Months after course {place}",
                f"re-months-{place}",
                as_number(months[place - 1]),
                write_months,
                width=190,
            )
        if len(written) > 1:
            rest = (*written[:place], *written[place + 1 :])
            st.button(
                "Remove",
                key=f"re-remove-{place}",
                type="tertiary",
                on_click=_write,
                args=(rest, _merged(months, place)),
            )


def _merged(months: tuple[str, ...], removed: int) -> tuple[str, ...]:
    """Return the intervals without one course: the two around it become one."""
    if removed in (0, len(months)):
        return months[1:] if removed == 0 else months[:-1]
    both = [as_number(part) for part in months[removed - 1 : removed + 1]]
    total = "" if None in both else as_text(sum(value or 0.0 for value in both))
    return (*months[: removed - 1], total, *months[removed + 1 :])


def _date(place: int, count: int) -> None:
    dates: tuple[date | None, ...] = state.recall("dates", ())
    dates = (*dates, *[None] * count)[:count]

    def write(value: date | None) -> None:
        new = (*dates[:place], value, *dates[place + 1 :])
        state.remember("dates", new)
        known = tuple(day for day in new if day is not None)
        if len(known) < count:
            return
        try:
            between = intervals_from_dates(known)
        except DoseInputError as wrong:
            state.notify(str(wrong))
        else:
            put(re__intervals=",".join(f"{months:.4g}" for months in between))

    st.date_input(
        "Date",
        format="YYYY-MM-DD",
        min_value=date(1950, 1, 1),
        max_value=date(2100, 1, 1),
        width=170,
        **state.widget(f"re-date-{place}", dates[place], write),
    )


def organs(at: Here, told: History) -> tuple[str, ...]:
    """Draw the organs, and how much of each course each of them saw."""
    labels = {entry.code: entry.label for entry in all_organs()}
    current = given(at, "re.organs", EXAMPLE_ORGANS).split(",")
    chosen = [code for code in current if code in labels]
    st.multiselect(
        "Organs",
        list(labels),
        format_func=lambda code: labels[code],
        **state.widget("re.organs", chosen, lambda codes: put_one("re.organs", ",".join(codes))),
    )
    for code in chosen:
        _organ(at, code, told)
    return tuple(chosen)


def _organ(at: Here, code: str, told: History) -> None:
    count = len(told.written)
    classes = per_course(given(at, f"re.overlap.{code}"), count, "overlapping")
    doses = per_course(given(at, f"re.doses.{code}"), count, "-")
    with st.container(border=True, key=f"organ-{code}"):
        st.markdown(f"**{tissue(code).label}**: how the fields met it")
        with st.container(horizontal=True, vertical_alignment="bottom"):
            for place in range(count):
                _overlap(code, place, classes)
        with st.container(horizontal=True, vertical_alignment="bottom"):
            for place in range(count):
                _organ_dose(code, place, doses)
        with st.container(horizontal=True, vertical_alignment="bottom"):
            preset = tissue(code)
            number(
                at, "α/β (Gy)", f"re.ab.{code}", hint=f"{preset.alpha_beta_gy:g} [{preset.mark}]"
            )
            number(
                at, "Own cumulative limit, EQD2 (Gy)", f"re.limit.{code}", hint="none", width=250
            )


def per_course(text: str, count: int, default: str) -> list[str]:
    """Return one value per course out of a list of the address."""
    parts = text.split(",") if text else []
    return (parts + [default] * count)[:count]


def _overlap(code: str, place: int, classes: list[str]) -> None:
    def write(value: str) -> None:
        new = [*classes[:place], value, *classes[place + 1 :]]
        put_one(f"re.overlap.{code}", "" if set(new) == {"overlapping"} else ",".join(new))

    known = classes[place] if classes[place] in OVERLAPS else "overlapping"
    st.selectbox(
        f"Course {place + 1}",
        list(OVERLAPS),
        width=210,
        help="; ".join(f"{name}: {meaning}" for name, meaning in OVERLAPS.items()),
        **state.widget(f"re-overlap-{code}-{place}", known, write),
    )


def _organ_dose(code: str, place: int, doses: list[str]) -> None:
    def write(value: float | None) -> None:
        new = [*doses[:place], as_text(value) or "-", *doses[place + 1 :]]
        put_one(f"re.doses.{code}", "" if set(new) == {"-"} else ",".join(new))

    st.number_input(
        f"Its dose in course {place + 1} (Gy)",
        format="%g",
        step=1.0,
        width=210,
        placeholder="if known",
        **state.widget(f"re-organ-dose-{code}-{place}", as_number(doses[place]), write),
    )


def recovery(at: Here) -> tuple[str, ...]:
    """Draw the recovery models and the numbers they need."""
    chosen = several(at, "Also with recovery", "re.recovery", RECOVERY)
    with st.container(horizontal=True, vertical_alignment="bottom"):
        if "exponential" in chosen:
            number(at, "Share that never recovers", "re.floor", hint="0.2", step=0.05)
            number(at, "Half-time (months)", "re.halftime", hint="24")
        if "user" in chosen:
            words(at, "Recovered (%)", "re.recovered", hint="0",
                  note="One number for all earlier courses, or one each, by commas.")  # fmt: skip
    return chosen
