"""The choices above a figure: endpoint, criterion, phase, split, interval."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import get_args

import streamlit as st

from hccviz.analysis import views
from hccviz.domain import format as fmt
from hccviz.domain import vocabulary
from hccviz.domain.address import ConfidenceTransform, Split, parse_times
from hccviz.domain.vocabulary import Variable
from hccviz.export.words import TRANSFORM_NOTE
from hccviz.ui import state
from hccviz.ui.shell import Here
from hccviz.ui.text import plain

NO_SPLIT = ""
_HOW = {
    "median": "at the median",
    "q3": "in 3 equal groups",
    "q4": "in 4 equal groups",
    "cuts": "at my cut points",
}


def endpoint(at: Here) -> None:
    """Draw the endpoint menu."""
    codes = at.cohort.schema.endpoints
    if codes:
        labels = {code: vocabulary.endpoint(code).label for code in codes}
        _menu("Endpoint", "endpoint", codes, labels, views.endpoint_of(at.cohort, at.view))


def criterion(at: Here) -> None:
    """Draw the menu of recorded response criteria."""
    codes = at.cohort.schema.responses
    if codes:
        labels = {code: vocabulary.response_label(code) for code in codes}
        _menu("Response", "criterion", codes, labels, views.criterion_of(at.cohort, at.view))


def phase(at: Here) -> None:
    """Draw the switch between acute and late toxicity, with the scale of each."""
    codes = tuple(at.cohort.schema.toxicity)
    scales = at.cohort.metadata.scales

    def label(code: str) -> str:
        name = vocabulary.phases().get(code, code)
        return f"{name} ({scales[code]})" if scales.get(code) else name

    if codes:
        labels = {code: label(code) for code in codes}
        _menu("Phase", "phase", codes, labels, views.phase_of(at.cohort, at.view))


def _menu(
    label: str, field: str, codes: Sequence[str], labels: dict[str, str], current: str
) -> None:
    st.selectbox(
        label,
        list(codes),
        format_func=lambda code: labels.get(code, code),
        **state.widget(field, current, lambda code: state.change(**{field: code})),
    )


def split(at: Here, *, label: str = "Split by") -> None:
    """Draw the menu of factors."""
    there = at.cohort.schema.splits()
    labels = {v.address: v.label for v in there}
    current = at.view.by.address if at.view.by else NO_SPLIT

    def choose(address: str) -> None:
        variable = at.cohort.schema.variables.get(address)
        if variable is None:
            state.change(by=None)
        else:
            state.change(by=Split(address, quantiles=2 if variable.is_number else 0))

    st.selectbox(
        label,
        [NO_SPLIT, *labels],
        format_func=lambda a: labels.get(a, "Nothing: all together"),
        **state.widget("by", current, choose),
    )


def cut(at: Here) -> None:
    """Draw, for a split by a number, where to cut it; nothing otherwise."""
    by = at.view.by
    if by is None or not at.cohort.schema.variables[by.address].is_number:
        return
    variable = at.cohort.schema.variables[by.address]
    left, right = st.columns(2)
    with left:
        kind = _how_to_cut(by)
    if kind == "cuts":
        with right:
            _cut_points(by, variable)


def _how_to_cut(by: Split) -> str:
    current = "cuts" if by.cuts else "median" if by.quantiles == 2 else f"q{by.quantiles}"
    current = "cuts" if state.recall("wants_cuts") == by.address else current

    def how(kind: str) -> None:
        state.remember("wants_cuts", by.address if kind == "cuts" else "")
        if kind != "cuts":
            state.change(by=Split(by.address, quantiles=2 if kind == "median" else int(kind[1:])))

    st.selectbox(
        "Cut", list(_HOW), format_func=lambda k: _HOW[k], **state.widget("cut", current, how)
    )
    return current


def _cut_points(by: Split, variable: Variable) -> None:
    unit = f" ({variable.unit})" if variable.unit else ""
    text = ", ".join(fmt.plain(cut) for cut in by.cuts)
    st.text_input(
        f"Cut points{unit}",
        placeholder="45, 60",
        help="Up to six numbers. 45, 60 gives the groups <45, 45-<60 and ≥60.",
        **state.widget("cuts", text, lambda raw: _read_cuts(by, raw)),
    )


def _read_cuts(by: Split, raw: str) -> None:
    try:
        cuts = parse_times(raw)[:6]
    except ValueError:
        state.notify(f"“{raw}” is not a list of cut points. Write numbers, as 45, 60.")
        return
    state.remember("wants_cuts", "")
    state.change(by=Split(by.address, cuts=cuts))


def survival_options(at: Here, *, more: Callable[[], None] | None = None) -> None:
    """Draw what a statistician may want to change: interval, level, times; ``more`` before it."""
    with st.popover("Options"):
        if more is not None:
            more()
        st.selectbox(
            "Confidence limits",
            get_args(ConfidenceTransform),
            format_func=lambda c: TRANSFORM_NOTE[c],
            **state.widget("ci", at.view.ci, lambda c: state.change(ci=c)),
        )
        st.selectbox(
            "Confidence level",
            [0.90, 0.95, 0.99],
            format_func=lambda level: f"{level:.0%}",
            **state.widget("level", at.view.level, lambda level: state.change(level=level)),
        )
        st.text_input(
            "Rates at these months",
            **state.widget("times", ", ".join(fmt.plain(t) for t in at.view.times), _read_times),
        )
        st.toggle(
            "Confidence bands",
            **state.widget(
                "bands", state.recall("bands", True), lambda on: state.remember("bands", on)
            ),
        )
        if at.view.by is not None:
            unknown = at.view.by.unknown
            st.toggle(
                "Patients without a value as a group of their own",
                **state.widget("by-unknown", unknown, lambda on: _group_unknown(on)),
            )


def _group_unknown(on: bool) -> None:
    by = state.view().by
    if by is not None:
        state.change(by=Split(by.address, by.cuts, by.quantiles, on))


def _read_times(raw: str) -> None:
    try:
        state.change(times=parse_times(raw))
    except ValueError as reason:
        state.notify(f"“{raw}” is not used: {reason}.")


def number(at: Here) -> Variable | None:
    """Draw the menu of numbers whose distribution can be shown."""
    there = {v.address: v for v in at.cohort.schema.variables.values() if v.is_number}
    if not there:
        return None
    now = state.recall("number")
    now = now if now in there else next(iter(there))
    bound = state.widget("number", now, lambda a: state.remember("number", a))
    address = st.selectbox(
        "Number", list(there), format_func=lambda a: there[a].label_with_unit, **bound
    )
    return there[address]


def missing_note(missing: int, unknown: int, what: str, at: Here) -> None:
    """Say how many filtered patients the figure does not show, and why."""
    told = []
    if missing:
        told.append(f"{fmt.count(missing)} without {what} recorded")
    if unknown and at.view.by is not None:
        label = at.cohort.schema.variables[at.view.by.address].label
        told.append(f"{fmt.count(unknown)} without {label} recorded")
    if told:
        st.caption(plain(f"Not shown: {fmt.listed(told)}."))
