"""Choices of the regression page: outcome, factors, and how the models are built."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import streamlit as st

from hccviz.analysis import model_factors, regression
from hccviz.domain import format as fmt
from hccviz.domain import vocabulary
from hccviz.domain.after_start import known_after_start
from hccviz.domain.errors import AddressError
from hccviz.domain.model_address import joined
from hccviz.domain.regression_records import ModelOutcome
from hccviz.export.regression_words import SCALES
from hccviz.ui import controls, outcome_controls, state
from hccviz.ui.outcome_controls import choose
from hccviz.ui.regression_model_controls import put
from hccviz.ui.shell import Here
from hccviz.ui.text import plain

LOOKS = {
    "table": "Table",
    "selection": "Selection",
    "hazards": "Proportional hazards",
    "curve": "Effect of a number",
}
LONGEST = 30
"""Letters of a factor's name in its field, so that it is whole on a phone too."""
_ENDPOINT = "endpoint:"
_ENTER, _STAY = (0.05, 0.1, 0.15, 0.2, 0.25, 0.5), (0.01, 0.05, 0.1, 0.15, 0.2)


def outcome(at: Here) -> ModelOutcome:
    """Draw the menu of outcomes and what belongs to the chosen one; stop when there is none."""
    first, second, third = st.columns(3, vertical_alignment="bottom")
    names = {
        f"{_ENDPOINT}{code}": vocabulary.endpoint(code).label for code in at.cohort.schema.endpoints
    } | model_factors.binary_outcomes(at.cohort)
    try:
        found = model_factors.outcome_of(at.cohort, at.view)
    except AddressError as reason:
        with first:
            _outcomes(names, at.view.option("outcome"))
        st.info(plain(reason))
        st.stop()
    with first:
        cox = found.kind == "cox"
        _outcomes(names, f"{_ENDPOINT}{found.code}" if cox else found.code)
    if found.code.startswith("grade") and not cox:
        with second:
            controls.phase(at)
        with third:
            outcome_controls.term(at, at.view.phase or next(iter(at.cohort.schema.toxicity)))
    elif not cox:
        with second:
            controls.criterion(at)
        with third:
            outcome_controls.denominator(at)
    return found


def _outcomes(names: Mapping[str, str], current: str) -> None:
    def chosen(code: str) -> None:
        view = state.view()
        if code.startswith(_ENDPOINT):
            view = replace(view, endpoint=code.removeprefix(_ENDPOINT)).with_option("outcome", "")
        else:
            view = view.with_option("outcome", code)
        state.set_view(view, by_user=True)

    st.selectbox(
        "Outcome",
        list(names),
        format_func=lambda code: names[code],
        **state.widget("reg-outcome", current if current in names else None, chosen),
    )


def factors(at: Here) -> tuple[str, ...]:
    """Draw the factors; return those of the models."""
    offered = model_factors.offered_factors(at.cohort, at.view)
    current = model_factors.factors_of(at.cohort, at.view)
    usual = model_factors.usual_factors(at.cohort, at.view)

    def name(address: str) -> str:
        later = " (known later)" if known_after_start(offered[address]) else ""
        label = offered[address].label
        return f"{label if len(label) <= LONGEST else label[: LONGEST - 1] + '…'}{later}"

    def chosen(picked: Sequence[str]) -> None:
        same = tuple(picked) == usual
        put("factors", "" if same else joined(picked) or "none")

    st.multiselect(
        "Factors",
        list(offered),
        format_func=name,
        placeholder="Choose factors",
        max_selections=model_factors.MOST_FACTORS,
        help="Every factor is looked at alone and, unless you choose otherwise below, together "
        "with the others. “Known later”: known only after the start.",
        **state.widget("reg-factors", list(current), chosen),
    )
    return current


def looks(at: Here) -> str:
    """Draw the row of closer looks; return the open one. The others are not computed."""
    lacking = regression.missing(at.cohort, at.view)
    there = [code for code in LOOKS if not lacking[code]]
    current = at.view.option("reg")
    current = current if current in there else there[0]
    if at.view.present:
        return current
    st.segmented_control(
        "Look at",
        there,
        format_func=lambda code: LOOKS[code],
        label_visibility="collapsed",
        **state.widget("out-reg", current, lambda code: put("reg", code or current)),
    )
    absent = [LOOKS[code].lower() for code in LOOKS if lacking[code]]
    if absent:
        needs = next(why for why in lacking.values() if why)
        st.caption(f"For {fmt.listed(absent)} choose {needs}.")
    return current


def thresholds(at: Here) -> None:
    """Draw the p of entry and of staying."""
    left, right, _ = st.columns(3)
    for place, name, label, usual in (
        (left, "enter", "Enters with p below", _ENTER),
        (right, "stay", "Stays with p below", _STAY),
    ):
        current = f"{float(at.view.option(name)):g}"
        names = {f"{p:g}": f"{p:g}" for p in sorted({*usual, float(current)})}
        with place:
            choose(name, label, names, current)


def adopt() -> None:
    """Draw the button that takes the selected factors into the multivariable model."""

    def taken() -> None:
        view = state.view().with_option("joint", "recipe").with_option("reg", "table")
        state.set_view(view, by_user=True)

    st.button("Show this model in the table", key="reg-adopt", on_click=taken)


def scale(at: Here) -> None:
    """Draw the time scale of the test of proportional hazards."""
    left, _ = st.columns([1, 2])
    names = {code: f"{text[:1].upper()}{text[1:]}" for code, text in SCALES.items()}
    with left:
        choose("scale", "Time scale of the test", names, at.view.option("scale"))


def curve(at: Here) -> None:
    """Draw the choices of the curve: number, knots, reference, adjusted or not."""
    first, second, third, fourth = st.columns([2, 1, 1, 1], vertical_alignment="bottom")
    there = {a: v for a, v in at.cohort.schema.variables.items() if v.is_number}
    try:
        current = model_factors.number_on_axis(at.cohort, at.view)
    except AddressError:
        return
    unit = f" ({there[current].unit})" if there[current].unit else ""
    with first:
        names = {a: v.label_with_unit for a, v in there.items()}
        choose("number", "Number", names, current)
    with second:
        choose("knots", "Knots", {k: k for k in ("3", "4", "5")}, at.view.option("knots"))
    with third:
        _zero(at, plain(unit))
    with fourth:
        st.toggle(
            "Adjusted",
            help="Beside the other factors of the multivariable model.",
            **state.widget(
                "reg-adjust",
                at.view.option("adjust") == "yes",
                lambda on: put("adjust", "yes" if on else "no"),
            ),
        )


def _zero(at: Here, unit: str) -> None:
    raw = at.view.option("zero")

    def chosen(value: Any) -> None:
        put("zero", "" if value is None else f"{value:.10g}")

    st.number_input(
        f"Reference{unit}",
        placeholder="median",
        format="%g",
        help="The value at which the hazard ratio is 1; the median when empty.",
        **state.widget("reg-zero", float(raw) if raw else None, chosen),
    )
