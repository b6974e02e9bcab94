"""Choices of the subgroups page. Each is a part of the address; a widget only shows it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import streamlit as st

from hccviz.analysis import cuts, subgroups
from hccviz.domain import format as fmt
from hccviz.domain.address import PINS, Split, View
from hccviz.domain.filters import CohortFilter, LevelClause
from hccviz.domain.model_address import joined, names_in
from hccviz.domain.subgroup_records import Arms
from hccviz.domain.vocabulary import Variable
from hccviz.ui import controls, outcome_controls, shell, state, url
from hccviz.ui.shell import Here
from hccviz.ui.text import plain

OUTCOMES = {"survival": "Survival", "response": "Response", "toxicity": "Toxicity"}
MEASURES = {"difference": "Risk difference", "ratio": "Odds ratio"}
OTHERS = "All others"


def fitted(at: Here) -> Here:
    """Return the page's view without a choice of arms that belongs to another split."""
    view, by = at.view, at.view.by
    levels = at.cohort.schema.variables[by.address].codes() if by else ()
    strange = [n for n in ("arm", "base") if (o := view.option(n)) and levels and o not in levels]
    if not strange:
        return at
    for name in strange:
        st.warning(plain(f"Ignored: out.{name}={view.option(name)} (not a level of the split)"))
        view = view.with_option(name, "")
    state.set_view(view)
    url.write(view)
    return replace(at, view=view)


def outcome(at: Here) -> None:
    """Draw the outcome of the forest with the choices that belong to it."""
    schema = at.cohort.schema
    there = {"survival": schema.endpoints, "response": schema.responses,
             "toxicity": schema.toxicity}  # fmt: skip
    current = at.view.option("on")
    names = {code: OUTCOMES[code] for code in OUTCOMES if there[code] or code == current}
    draws: dict[str, list[Any]] = {
        "survival": [controls.endpoint],
        "response": [controls.criterion, outcome_controls.rate, outcome_controls.denominator],
        "toxicity": [controls.phase, _term, outcome_controls.grade],
    }
    shown = draws[current] if there[current] else []
    cells = list(st.columns(2))
    if len(shown) > 1:
        cells += st.columns(2)
    with cells[0]:
        outcome_controls.choose("on", "Outcome", names, current)
    for cell, draw in zip(cells[1:], shown, strict=False):
        with cell:
            draw(at)


def _term(at: Here) -> None:
    phases = tuple(at.cohort.schema.toxicity)
    outcome_controls.term(at, at.view.phase if at.view.phase in phases else phases[0])


def comparison(at: Here) -> None:
    """Draw what is compared: the split, its cut, and the two arms when it has more groups."""
    left, middle, right = st.columns([2, 2, 1], vertical_alignment="bottom")
    with left:
        _split(at)
    with middle:
        controls.cut(at)
    with right:
        factors(at)
    _arms(at)


def _split(at: Here) -> None:
    labels = {v.address: v.label for v in at.cohort.schema.splits()}
    current = at.view.by.address if at.view.by else ""

    def choose(address: str) -> None:
        variable = at.cohort.schema.variables.get(address)
        quantiles = 2 if variable is not None and variable.is_number else 0
        compare(Split(address, quantiles=quantiles) if variable is not None else None)

    st.selectbox(
        "Compare groups of",
        ["", *labels],
        format_func=lambda a: labels.get(a, "Choose a factor"),
        **state.widget("compare", current, choose),
    )


def compare(by: Split | None) -> None:
    """Compare other groups; the arms of the old split go with it."""
    view = state.view().with_option("arm", "").with_option("base", "")
    state.set_view(replace(view, by=by), by_user=True)


def examples(at: Here) -> None:
    """Draw comparisons to start with."""
    found = outcome_controls.asked("split_examples", at) or ()
    with st.container(horizontal=True, key="examples"):
        for split in found:
            said = split.describe(at.cohort.schema.variables[split.address])
            st.button(plain(said), key=f"example-{split.address}", on_click=compare, args=(split,))


def _arms(at: Here) -> None:
    """Draw the two arms of a split into three groups or more."""
    if at.view.by is None:
        return
    groups = dict(outcome_controls.asked("arm_groups", at) or ())
    if len(groups) < 3:
        return
    arm, base = (o if (o := at.view.option(n)) in groups else "" for n in ("arm", "base"))
    base = base or ("" if arm else next(iter(groups)))
    names = {"": OTHERS, **groups}
    left, right, _ = st.columns([2, 2, 1], vertical_alignment="bottom")
    for cell, label, name, now, other in (
        (left, "Group", "arm", arm, base), (right, "Against", "base", base, arm),
    ):  # fmt: skip
        with cell:
            st.selectbox(
                label,
                list(names),
                format_func=lambda code: names[code],
                **state.widget(f"out-{name}", now, _set_arm(name, other)),
            )


def _set_arm(name: str, other: str) -> Any:
    twin = "base" if name == "arm" else "arm"

    def choose(code: str) -> None:
        view = state.view().with_option(name, code)
        view = view.with_option(twin, "" if code == other else other)
        state.set_view(view, by_user=True)

    return choose


def factors(at: Here) -> None:
    """Draw which factors form the subgroups."""
    there = {v.address: v for v in subgroups.possible_factors(at.cohort, at.view)}
    chosen = [a for a in names_in(at.view.option("rows")) if a in there]

    def choose(addresses: list[str]) -> None:
        kept = joined(addresses[: subgroups.MOST_FACTORS])
        state.set_view(state.view().with_option("rows", kept), by_user=True)

    with st.popover(f"Factors: {len(chosen) or 'all recorded'}", width="stretch"):
        st.multiselect(
            "Factors that form the subgroups",
            list(there),
            format_func=lambda a: there[a].label,
            placeholder="All recorded at baseline",
            **state.widget("rows", chosen, choose),
        )
        st.caption(f"Numbers are cut at their median. At most {subgroups.MOST_FACTORS} factors.")


def curves(at: Here) -> None:
    """Draw the way to the curves of the comparison that the forest shows."""
    arms = outcome_controls.asked("arms", at)
    if arms is None:
        return
    view, page = _curves_view(at, arms)
    st.page_link(shell.page_at(page), label="Show the two curves →", query_params=view.to_params())


def _curves_view(at: Here, arms: Arms) -> tuple[View, str]:
    """Return where the same two groups stand as curves.

    Two groups are a split of the survival page; several levels in one arm are two subgroups.
    """
    view, by = at.view, at.view.by
    assert by is not None
    plain_view = replace(view.with_option("arm", "").with_option("base", ""), strata="")
    if not at.cohort.schema.variables[by.address].is_categorical or by.unknown:
        return plain_view, "survival"
    if len(arms.compared) == len(arms.reference) == 1:
        clause = LevelClause(by.address, (*arms.reference, *arms.compared))
        narrow = view.filter.with_clause(clause) if arms.left_out else view.filter
        return replace(plain_view, filter=narrow), "survival"
    for pin, levels in (("a", arms.reference), ("b", arms.compared)):
        view = view.with_pin(pin, view.filter.with_clause(LevelClause(by.address, levels)))
    return view.with_option("sub", "pair"), "subgroups"


# --------------------------------------------------------------------------- pinned subgroups


def pins(at: Here) -> None:
    """Draw A and B side by side: who they are, and how to pin, edit and take them off."""
    schema = at.cohort.schema
    said = f"Filter in the rail now: {at.view.filter.describe(schema)} "
    st.caption(plain(f"{said}({fmt.count(at.attrition.left)} patients)."))
    for pin, cell in zip(PINS, st.columns(2), strict=True):
        chosen = at.view.pinned(pin)
        name = pin.upper()
        with cell, st.container(border=True):
            told = chosen.describe(schema) if chosen is not None else "not pinned yet"
            st.markdown(f"**{name}** · {plain(told)}")
            with st.container(horizontal=True, gap="small"):
                st.button(f"Pin the filter in the rail as {name}", key=f"pin-{pin}",
                          on_click=_pin, args=(pin, at.view.filter))  # fmt: skip
                st.button("All patients", key=f"pin-all-{pin}", on_click=_pin,
                          args=(pin, CohortFilter()), type="tertiary")  # fmt: skip
                if chosen is not None:
                    st.button(
                        "To the rail",
                        key=f"edit-{pin}",
                        on_click=state.change,
                        kwargs={"filter": chosen},
                        type="tertiary",
                        help="Put this filter into the rail, to change it and pin it anew.",
                    )
                    st.button("Clear", key=f"unpin-{pin}", on_click=_pin, args=(pin, None),
                              type="tertiary")  # fmt: skip
    if at.view.pins:
        st.button("Swap A and B", key="swap-pins", on_click=_swap, type="tertiary")


def _pin(pin: str, chosen: CohortFilter | None) -> None:
    state.set_view(state.view().with_pin(pin, chosen), by_user=True)


def _swap() -> None:
    view = state.view()
    a, b = (view.pinned(pin) for pin in PINS)
    state.set_view(view.with_pin("a", b).with_pin("b", a), by_user=True)


def pair_outcomes(at: Here) -> None:
    """Draw endpoint, response criterion and phase of toxicity, as far as there are any."""
    schema = at.cohort.schema
    there = [
        draw
        for draw, known in (
            (controls.endpoint, schema.endpoints), (controls.criterion, schema.responses),
            (controls.phase, schema.toxicity),
        )
        if known
    ]  # fmt: skip
    for cell, draw in zip(st.columns(max(len(there), 1)), there, strict=False):
        with cell:
            draw(at)


# --------------------------------------------------------------------------- cuts of a number


def number(at: Here, current: str) -> Variable:
    """Draw the menu of numbers that can be cut."""
    there = {v.address: v for v in cuts.numbers_of(at.cohort)}

    def choose(address: str) -> None:
        view = state.view().with_option("threshold", "").with_option("number", address)
        state.set_view(view, by_user=True)

    st.selectbox(
        "Number",
        list(there),
        format_func=lambda a: there[a].label_with_unit,
        **state.widget("out-number", current, choose),
    )
    return there[current]


def own_cut(value: float | None, unit: str) -> None:
    """Draw the field of the reader's own cut."""
    st.text_input(
        f"Your own cut{f' ({unit})' if unit else ''}",
        placeholder="for instance 100",
        **state.widget("out-at", "" if value is None else fmt.plain(value), _read_cut),
    )


def _read_cut(raw: str) -> None:
    text = raw.strip().replace(",", ".").replace(fmt.MINUS, "-")
    try:
        known = not text or abs(float(text)) <= 1e9
    except ValueError:
        known = False
    if known:
        state.set_view(state.view().with_option("threshold", text), by_user=True)
    else:
        state.notify(f"“{raw}” is not a number. Write a cut, as 100.")


def use_cut(address: str, value: float) -> None:
    """Split every page at a cut."""
    compare(Split(address, cuts=(value,)))
