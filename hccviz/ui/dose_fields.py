"""Fields of the dose pages: each shows a name of the address and writes it back."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any
from urllib.parse import quote

import streamlit as st

from hccviz.domain.address import View
from hccviz.domain.errors import DoseInputError
from hccviz.dose.query import CourseEntry, course_entry
from hccviz.ui import components, state
from hccviz.ui.shell import Here
from hccviz.ui.text import plain


def given(at: Here, name: str, default: str = "") -> str:
    """Return what the address says under a name of the dose pages."""
    return dict(at.view.dose).get(name, default)


def put(**values: str) -> None:
    """Write names into the view from a callback; ``__`` stands for the point, empty removes."""
    state.change(dose=with_values(state.view(), values).dose)


def with_values(view: View, values: Mapping[str, str]) -> View:
    """Return a view with some names changed; empty ones are removed."""
    named = {key.replace("__", "."): value for key, value in values.items()}
    merged = {**dict(view.dose), **named}
    return replace(view, dose=tuple(sorted((k, v) for k, v in merged.items() if v)))


def put_one(name: str, value: str) -> None:
    """Write one name into the view from a callback."""
    put(**{name: value})


def as_text(value: float | None) -> str:
    """Write a number as the address does; nothing stays empty."""
    return "" if value is None else f"{value:.12g}"


def as_number(text: str) -> float | None:
    """Read a number of the address; anything else is nothing."""
    try:
        return float(text)
    except ValueError:
        return None


def number(
    at: Here, label: str, name: str, *, hint: str = "", note: str = "", step: float = 1.0,
    width: int = 210,
) -> None:  # fmt: skip
    """Draw a number field for a name; ``hint`` shows when it is empty."""
    st.number_input(
        label,
        format="%g",
        step=step,
        width=width,
        placeholder=hint,
        help=note or None,
        **state.widget(
            name, as_number(given(at, name)), lambda value: put_one(name, as_text(value))
        ),
    )


def words(at: Here, label: str, name: str, *, hint: str = "", note: str = "") -> None:
    """Draw a text field for a name."""
    st.text_input(
        label,
        width=260,
        placeholder=hint,
        help=note or None,
        **state.widget(name, given(at, name), lambda value: put_one(name, value.strip())),
    )


def choice(
    at: Here, label: str, name: str, options: Mapping[str, str], *, note: str = "", width: int = 260
) -> str:
    """Draw a menu for a name: code → words; the first option is the default."""
    codes = list(options)
    current = _known(at, name, codes)
    st.selectbox(
        label,
        codes,
        format_func=lambda code: options[code],
        width=width,
        help=note or None,
        **state.widget(name, current, lambda code: put_one(name, "" if code == codes[0] else code)),
    )
    return current


def tabs(at: Here, label: str, name: str, options: Mapping[str, str]) -> str:
    """Draw a row of choices of which one is shown; only that one is computed."""
    codes = list(options)
    current = _known(at, name, codes)
    st.segmented_control(
        label,
        codes,
        format_func=lambda code: options[code],
        label_visibility="collapsed",
        required=True,
        wrap=True,
        **state.widget(
            name, current, lambda code: put_one(name, "" if code in (None, codes[0]) else code)
        ),
    )
    return current


def several(
    at: Here, label: str, name: str, options: Mapping[str, str], *, note: str = ""
) -> tuple[str, ...]:
    """Draw pills of which any may be chosen; return those."""
    wanted = [code for code in given(at, name).split(",") if code]
    chosen = tuple(code for code in wanted if code in options)
    if len(chosen) < len(wanted):
        _ignored(name, given(at, name), list(options))
    st.pills(
        label,
        list(options),
        format_func=lambda code: options[code],
        selection_mode="multi",
        help=note or None,
        **state.widget(name, list(chosen), lambda codes: put_one(name, ",".join(codes))),
    )
    return chosen


def _known(at: Here, name: str, codes: list[str]) -> str:
    raw = given(at, name)
    if raw and raw not in codes and name != "dose.course":
        _ignored(name, raw, codes)
    return raw if raw in codes else codes[0]


def _ignored(name: str, raw: str, codes: list[str]) -> None:
    known = ", ".join(code for code in codes if code)
    st.warning(plain(f"Ignored: {name}={raw} (there are: {known})"))


def attempt(compute: Callable[[], Any]) -> Any:
    """Return what ``compute`` gives, or None after saying in one sentence what is wrong."""
    try:
        return compute()
    except DoseInputError as wrong:
        st.error(plain(wrong))
        return None


def read_courses(written: Sequence[str]) -> tuple[CourseEntry, ...]:
    """Read courses as written; a wrong one carries its error and the others stay."""
    return tuple(course_entry(text) for text in written)


def typed(
    entry: CourseEntry, text: str, *, per_fraction: bool
) -> tuple[float | None, float | None]:
    """Return dose and fractions for the two fields; of a wrong course, what was written."""
    if entry.course is not None:
        course = entry.course
        dose = course.dose_per_fraction_gy if per_fraction else course.total_dose_gy
        return round(dose, 6), float(course.fractions)
    if "x" in text:
        count, _, written = text.partition("x")
    else:
        written, _, count = text.partition("/")
    return as_number(written), as_number(count)


def as_course(dose: float | None, fractions: float | None, *, per_fraction: bool) -> str:
    """Write a course as the address does; an empty field stays empty and is refused there."""
    d, n = as_text(dose), as_text(fractions)
    return f"{n}x{d}" if per_fraction else f"{d}/{n}"


def joined(parts: Mapping[str, str]) -> str:
    """Return a query of the command line; parts without a value are left out."""
    named = {name: value for name, value in parts.items() if value}
    return "&".join(f"{name}={quote(value, safe=',.:/- ')}" for name, value in named.items())


def link(view: View) -> str:
    """Return the link that reopens a view on this page."""
    here = (st.context.url or "").split("?")[0]
    params = "&".join(f"{k}={quote(v, safe=',.:/')}" for k, v in view.to_params().items())
    return f"{here}?{params}" if params else here


def take_away(at: Here, command: str, *, name: str, table: Any, record: str) -> None:
    """Offer link, command, CSV and JSON of what the page shows."""
    from hccviz.ui.shell import DISCLAIMER

    with st.container(horizontal=True, vertical_alignment="center"):
        components.download(table, name=name, key=f"{name}-csv", comments=(command, DISCLAIMER))
        st.download_button(
            "Everything as JSON",
            data=record,
            file_name=f"{name}.json",
            mime="application/json",
            on_click="ignore",
            key=f"{name}-json",
        )
        with st.popover("Link and command"):
            st.markdown("This link reopens exactly this view:")
            st.code(link(at.view), language=None, wrap_lines=True)
            st.markdown("The same numbers without a browser:")
            st.code(command, language=None, wrap_lines=True)
