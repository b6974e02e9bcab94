"""Choices of the regression page: outcome, factors, and how the models are built."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from itertools import combinations
from typing import Any

import streamlit as st

from hccviz.analysis import model_factors, regression
from hccviz.domain import format as fmt
from hccviz.domain import vocabulary
from hccviz.domain.address import MAX_MONTHS
from hccviz.domain.after_start import known_after_start
from hccviz.domain.errors import AddressError
from hccviz.domain.model_address import MAX_STEP, joined, names_in, pairs_in
from hccviz.domain.regression_records import ModelOutcome
from hccviz.domain.vocabulary import Variable
from hccviz.export.regression_words import SCALES
from hccviz.ui import controls, outcome_controls, state
from hccviz.ui.outcome_controls import choose
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
_JOINT = {"": "All factors", "recipe": "What the selection keeps", "own": "My choice",
          "none": "None"}  # fmt: skip
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
        _set("factors", "" if same else joined(picked) or "none")

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


def model(at: Here, names: tuple[str, ...], found: ModelOutcome) -> None:
    """Draw how the models are built: which factors together, references, steps and the rest."""
    with st.expander("How the models are built", key="reg-model"):
        left, right = st.columns(2, vertical_alignment="bottom")
        with left:
            _joint(at, names)
        with right:
            _interactions(at, names)
        if found.kind == "cox":
            left, right = st.columns(2, vertical_alignment="bottom")
            with left:
                _strata(at)
            with right:
                _landmark(at)
        there = at.cohort.schema.variables
        asked: list[Callable[[], None]] = [
            lambda v=there[name]: _reference(at, v)  # type: ignore[misc]
            for name in names
            if there[name].is_categorical
        ]
        asked += [
            lambda v=there[name]: _step(at, v)  # type: ignore[misc]
            for name in names
            if there[name].is_number
        ]
        _grid(asked)


def _grid(asked: Sequence[Callable[[], None]]) -> None:
    for start in range(0, len(asked), 3):
        for place, draw in zip(st.columns(3), asked[start : start + 3], strict=False):
            with place:
                draw()


def _joint(at: Here, names: tuple[str, ...]) -> None:
    raw = at.view.option("joint")
    current = raw if raw in _JOINT else "own"

    def chosen(code: str) -> None:
        _set("joint", joined(names) or "none" if code == "own" else code)

    st.selectbox(
        "Factors in the multivariable model",
        list(_JOINT),
        format_func=lambda code: _JOINT[code],
        **state.widget("reg-joint", current, chosen),
    )
    if current == "own":
        there = at.cohort.schema.variables
        st.multiselect(
            "Together",
            list(names),
            format_func=lambda a: there[a].label,
            **state.widget(
                "reg-own",
                [name for name in names_in(raw) if name in names],
                lambda picked: _set("joint", joined(picked) or "none"),
            ),
        )


def _interactions(at: Here, names: tuple[str, ...]) -> None:
    there = at.cohort.schema.variables
    pairs = {joined([pair], "*"): pair for pair in combinations(names, 2)}
    asked = {frozenset(pair) for pair in pairs_in(at.view.option("pairs"), "*")}
    current = [code for code, pair in pairs.items() if frozenset(pair) in asked]
    st.multiselect(
        "Interactions",
        list(pairs),
        format_func=lambda code: " × ".join(there[a].label for a in pairs[code]),
        placeholder="None",
        help="Whether the effect of one factor depends on another.",
        **state.widget(
            "reg-pairs",
            current,
            lambda picked: _set("pairs", ",".join(picked)),
        ),
    )


def _strata(at: Here) -> None:
    said = "Each level gets a baseline hazard of its own, and no ratio."
    outcome_controls.strata(at, "Stratify by", said, model=True)


def _landmark(at: Here) -> None:
    st.number_input(
        "Count from month",
        min_value=0.0,
        max_value=MAX_MONTHS,
        step=1.0,
        format="%g",
        help="A landmark: only patients still under observation then. 0 is the start.",
        **state.widget(
            "reg-landmark",
            float(at.view.landmark or 0.0),
            lambda months: state.change(landmark=months or None),
        ),
    )


def _reference(at: Here, variable: Variable) -> None:
    chosen = dict(pairs_in(at.view.option("refs")))
    codes = variable.codes()
    current = chosen.get(variable.address, codes[0])
    st.selectbox(
        f"Reference: {plain(variable.label)}",
        list(codes),
        format_func=variable.level_label,
        **state.widget(
            f"reg-ref-{variable.address}",
            current,
            lambda code: _set_pair("refs", variable.address, code, codes[0]),
        ),
    )


def _step(at: Here, variable: Variable) -> None:
    chosen = dict(pairs_in(at.view.option("steps")))
    unit = f" ({variable.unit})" if variable.unit else ""
    st.number_input(
        f"Ratio per: {plain(variable.label)}{plain(unit)}",
        min_value=0.001,
        max_value=MAX_STEP,
        format="%g",
        **state.widget(
            f"reg-step-{variable.address}",
            float(chosen.get(variable.address, "1")),
            lambda step: _set_pair("steps", variable.address, fmt.plain(step), "1"),
        ),
    )


def _set_pair(name: str, address: str, value: str, default: str) -> None:
    """Put one factor's value into a list of pairs; its default is left out."""
    pairs = dict(pairs_in(state.view().option(name)))
    pairs.pop(address, None)
    if value != default:
        pairs[address] = value
    _set(name, joined(pairs.items()))


def _set(name: str, value: str) -> None:
    state.set_view(state.view().with_option(name, value), by_user=True)


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
        **state.widget("out-reg", current, lambda code: _set("reg", code or current)),
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
                lambda on: _set("adjust", "yes" if on else "no"),
            ),
        )


def _zero(at: Here, unit: str) -> None:
    raw = at.view.option("zero")

    def chosen(value: Any) -> None:
        _set("zero", "" if value is None else f"{value:.10g}")

    st.number_input(
        f"Reference{unit}",
        placeholder="median",
        format="%g",
        help="The value at which the hazard ratio is 1; the median when empty.",
        **state.widget("reg-zero", float(raw) if raw else None, chosen),
    )
