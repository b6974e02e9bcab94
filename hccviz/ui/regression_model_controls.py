"""How the models of the regression page are built: together, references, steps, two groups."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import combinations

import streamlit as st

from hccviz.domain import format as fmt
from hccviz.domain.address import MAX_MONTHS
from hccviz.domain.model_address import (
    MAX_STEP,
    MEDIAN,
    joined,
    levels_in,
    levels_joined,
    names_in,
    pairs_in,
)
from hccviz.domain.regression_records import ModelOutcome
from hccviz.domain.vocabulary import Variable
from hccviz.ui import outcome_controls, state
from hccviz.ui.shell import Here
from hccviz.ui.text import plain

_JOINT = {"": "All factors", "recipe": "What the selection keeps", "own": "My choice",
          "none": "None"}  # fmt: skip


def put(name: str, value: str) -> None:
    """Keep one option of the outcome pages, as chosen by the reader."""
    state.set_view(state.view().with_option(name, value), by_user=True)


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
        there = [at.cohort.schema.variables[name] for name in names]
        grouped = _two_groups(at, there)
        ways: tuple[tuple[bool, bool, Callable[[Here, Variable], None]], ...] = (
            (True, False, _reference), (False, False, _step),
            (True, True, _levels), (False, True, _cut),
        )  # fmt: skip
        _grid(
            [
                lambda v=v, draw=draw: draw(at, v)  # type: ignore[misc]
                for category, two, draw in ways
                for v in there
                if v.is_categorical is category and (v.address in grouped) is two
            ]
        )


def _two_groups(at: Here, there: Sequence[Variable]) -> dict[str, str]:
    """Draw which factors form two groups; return them with how they are cut."""
    current = dict(pairs_in(at.view.option("two")))
    labels = {v.address: v.label for v in there if v.is_number or len(v.levels) > 1}

    def chosen(picked: Sequence[str]) -> None:
        usual = {v.address: _usual_groups(v) for v in there}
        put("two", joined((name, current.get(name, usual[name])) for name in picked))

    st.multiselect(
        "In two groups",
        list(labels),
        format_func=lambda address: labels[address],
        placeholder="None",
        help="As in many papers: a number from a value on against below it, or some levels "
        "together against all others.",
        **state.widget("reg-two", [name for name in labels if name in current], chosen),
    )
    return current


def _usual_groups(variable: Variable) -> str:
    """Return the groups that a factor begins with: at the median, or all against the first."""
    return MEDIAN if variable.is_number else levels_joined(variable.codes()[1:])


def _cut(at: Here, variable: Variable) -> None:
    raw = dict(pairs_in(at.view.option("two")))[variable.address]
    unit = f" ({variable.unit})" if variable.unit else ""

    def chosen(value: float | None) -> None:
        _put_pair("two", variable.address, MEDIAN if value is None else f"{value:.10g}", "")

    st.number_input(
        f"One group from: {plain(variable.label)}{plain(unit)}",
        placeholder=MEDIAN,
        format="%g",
        help="The other group, which it is compared with, lies below. The median when empty.",
        **state.widget(
            f"reg-cut-{variable.address}", None if raw == MEDIAN else float(raw), chosen
        ),
    )


def _levels(at: Here, variable: Variable) -> None:
    raw = dict(pairs_in(at.view.option("two")))[variable.address]

    def chosen(picked: Sequence[str]) -> None:
        some = 0 < len(picked) < len(variable.codes())
        kept = levels_joined(picked) if some else _usual_groups(variable)
        _put_pair("two", variable.address, kept, "")

    st.multiselect(
        f"Together: {plain(variable.label)}",
        list(variable.codes()),
        format_func=variable.level_label,
        help="These levels are one group, compared with all others.",
        **state.widget(f"reg-levels-{variable.address}", list(levels_in(raw)), chosen),
    )


def _grid(asked: Sequence[Callable[[], None]]) -> None:
    for start in range(0, len(asked), 3):
        for place, draw in zip(st.columns(3), asked[start : start + 3], strict=False):
            with place:
                draw()


def _joint(at: Here, names: tuple[str, ...]) -> None:
    raw = at.view.option("joint")
    current = raw if raw in _JOINT else "own"

    def chosen(code: str) -> None:
        put("joint", joined(names) or "none" if code == "own" else code)

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
                lambda picked: put("joint", joined(picked) or "none"),
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
            lambda picked: put("pairs", ",".join(picked)),
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
            lambda code: _put_pair("refs", variable.address, code, codes[0]),
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
            lambda step: _put_pair("steps", variable.address, fmt.plain(step), "1"),
        ),
    )


def _put_pair(name: str, address: str, value: str, default: str) -> None:
    """Put one factor's value into a list of pairs; its default is left out."""
    pairs = dict(pairs_in(state.view().option(name)))
    pairs.pop(address, None)
    if value != default:
        pairs[address] = value
    put(name, joined(pairs.items()))
