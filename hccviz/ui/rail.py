"""The filter rail: cohort, the four first filters, every other column through search."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from typing import Any

import streamlit as st

from hccviz.data.builtin import built_ins
from hccviz.data.cohort import Cohort
from hccviz.data.counts import count_levels, number_range
from hccviz.domain import format as fmt
from hccviz.domain import vocabulary
from hccviz.domain.address import View
from hccviz.domain.filters import Clause, CohortFilter, LevelClause, RangeClause
from hccviz.domain.records import Attrition
from hccviz.domain.vocabulary import UNKNOWN, UNKNOWN_LABEL, Variable
from hccviz.ui import state
from hccviz.ui.text import plain

MAX_PILLS = 7
SUBSTAGE = "t_substage"


def render(cohort: Cohort, view: View, ladder: Attrition) -> None:
    """Draw the rail."""
    _cohort_menu(cohort, view)
    with st.container(horizontal=True, vertical_alignment="center", key="left"):
        st.markdown(
            f"**{fmt.count(ladder.left)}** of {fmt.count(ladder.total)} patients", width="stretch"
        )
        active = bool(view.filter.clauses)
        st.button(
            "Reset all", key="reset-all", on_click=reset_all, disabled=not active, type="tertiary"
        )
    for variable in _shown(cohort, view):
        _filter(cohort, view, variable)
    _search(cohort, view)


def reset_all() -> None:
    """Remove every filter; α/β stays."""
    old = state.view().filter
    state.remember("opened", ())
    state.change(filter=CohortFilter(alpha_beta_gy=old.alpha_beta_gy))


def _cohort_menu(cohort: Cohort, view: View) -> None:
    """Draw the menu of cohorts: one with a click, several by pooling."""
    labels = {name: b.label for name, b in built_ins().items()}
    own = state.uploaded()
    if own is not None:
        labels[state.UPLOADED] = f"{own.metadata.title or 'My file'} (n = {fmt.count(own.n)})"
    several = len(view.cohorts) > 1 or bool(state.recall("pooling"))
    title = plain(cohort.metadata.title or "My file")
    with st.popover(f"**{title}**", key="cohort-menu", width="stretch", wrap=True):
        if several:
            _pool_menu(view, labels)
        else:
            st.radio(
                "Cohort",
                list(labels),
                format_func=lambda name: plain(labels[name]),
                **state.widget(
                    "cohort", view.cohorts[0], lambda name: state.change(cohorts=(name,))
                ),
            )
        st.toggle(
            "Pool several cohorts",
            **state.widget("pooling", several, lambda on: _set_pooling(view, on)),
        )
        st.caption("Your own file is opened on the Data page.")


def _pool_menu(view: View, labels: dict[str, str]) -> None:
    def tick(name: str, on: bool) -> None:
        names = (*view.cohorts, name) if on else tuple(c for c in view.cohorts if c != name)
        if names:
            state.change(cohorts=names)

    for name in (name for name in labels if name != state.UPLOADED):
        chosen = name in view.cohorts
        st.checkbox(
            plain(labels[name]),
            disabled=chosen and len(view.cohorts) == 1,
            **state.widget(f"pool-{name}", chosen, partial(tick, name)),
        )


def _set_pooling(view: View, on: bool) -> None:
    state.remember("pooling", on)
    first = view.cohorts[0]
    if on and first == state.UPLOADED:
        first = next(iter(built_ins()))
    state.change(cohorts=(first,))


def _shown(cohort: Cohort, view: View) -> list[Variable]:
    """Return the filters to draw: the first four always, then active and opened ones."""
    there = cohort.schema.variables
    first = [v.address for v in vocabulary.variables().values() if v.primary]
    wanted = [*(c.address for c in view.filter.clauses), *state.recall("opened", ())]
    if SUBSTAGE in wanted:
        first.insert(first.index("t_stage") + 1, SUBSTAGE)
    rest = [address for address in wanted if address in there]
    known = vocabulary.variables()
    by_address = {v.address: v for v in known.values()}
    return [there.get(a) or by_address[a] for a in dict.fromkeys([*first, *rest])]


def _substages(cohort: Cohort, view: View) -> None:
    """Offer the substages below the T stage, where the cohort records them."""
    shown = (SUBSTAGE in state.recall("opened", ())) or view.filter.clause(SUBSTAGE) is not None
    if SUBSTAGE in cohort.schema.variables and not shown:
        st.button(
            "Show substages", key="substages", type="tertiary", on_click=_open, args=(SUBSTAGE,)
        )


def _open(address: str) -> None:
    state.remember("opened", (*state.recall("opened", ()), address))


def _filter(cohort: Cohort, view: View, variable: Variable) -> None:
    present = cohort.schema.variables.get(variable.address)
    clause = view.filter.clause(variable.address)
    with st.container(key=f"filter-{variable.address}", gap="xxsmall"):
        with st.container(horizontal=True, vertical_alignment="center"):
            st.markdown(
                f"**{plain(variable.label_with_unit)}**",
                width="stretch",
                help=variable.description or None,
            )
            if clause is not None:
                st.button(
                    "Reset",
                    key=f"reset-{variable.address}",
                    type="tertiary",
                    on_click=state.drop_clause,
                    args=(variable.address,),
                )
        if present is None:
            st.caption("Not recorded in this cohort.")
        elif present.is_categorical:
            _levels(cohort, view, present, clause)
            if variable.address == "t_stage":
                _substages(cohort, view)
        else:
            _range(cohort, view, present, clause)


def _levels(cohort: Cohort, view: View, variable: Variable, clause: Clause | None) -> None:
    counts = count_levels(cohort, view.filter, variable.address)
    chosen = list(clause.levels) if isinstance(clause, LevelClause) else []
    if clause is not None and clause.unknown:
        chosen.append(UNKNOWN)
    options = [code for code, n in counts.items() if n or code in chosen]
    if not options:
        st.caption("No patient is left to choose from; widen another filter.")
        return

    def picked(codes: Sequence[str] | None) -> None:
        levels = tuple(code for code in codes or () if code != UNKNOWN)
        unknown = UNKNOWN in (codes or ())
        if levels or unknown:
            state.set_clause(LevelClause(variable.address, levels, unknown))
        else:
            state.drop_clause(variable.address)

    shared: dict[str, Any] = {
        "label": variable.label,
        "options": options,
        "label_visibility": "collapsed",
        **state.widget(f"f-{variable.address}", chosen, picked),
    }

    def label(code: str) -> str:
        return f"{variable.level_label(code)} · {fmt.count(counts.get(code, 0))}"

    if len(options) <= MAX_PILLS:
        st.pills(**shared, selection_mode="multi", format_func=lambda code: plain(label(code)))
    else:
        st.multiselect(**shared, format_func=label, placeholder="Any")


def _range(cohort: Cohort, view: View, variable: Variable, clause: Clause | None) -> None:
    ratio = view.filter.alpha_beta_gy
    ends = number_range(cohort, variable.address, ratio)
    if ends is None:
        st.caption("Nothing is recorded in this column.")
        return
    old = clause if isinstance(clause, RangeClause) else RangeClause(variable.address)

    def set_to(field: str, value: float | None) -> None:
        new = replace(old, recorded=True, **{field: value})  # type: ignore[arg-type]
        if new.low is None and new.high is None and not new.unknown:
            state.drop_clause(variable.address)
        else:
            state.set_clause(new)

    places = (("low", "from", ends[0]), ("high", "to", ends[1]))
    for cell, (field, name, end) in zip(st.columns(2, gap="small"), places, strict=True):
        with cell:
            st.number_input(
                name,
                placeholder=fmt.plain(end),
                step=1.0 if variable.kind == "integer" else None,
                format="%.10g",
                **state.widget(
                    f"f-{variable.address}-{field}", getattr(old, field), partial(set_to, field)
                ),
            )
    _range_notes(cohort, view, variable, clause, old)


def _range_notes(
    cohort: Cohort, view: View, variable: Variable, clause: Clause | None, old: RangeClause
) -> None:
    if old.low is not None and old.high is not None and old.low > old.high:
        st.caption("The lower end is above the upper one: nobody fits.")
    if variable.address == "bed":
        _alpha_beta(view, old)
    missing = count_levels(cohort, view.filter, variable.address)[UNKNOWN]
    if clause is not None and missing:
        st.checkbox(
            f"with {fmt.count(missing)} {UNKNOWN_LABEL.lower()}",
            **state.widget(
                f"f-{variable.address}-unknown",
                clause.unknown,
                lambda on: state.set_clause(replace(old, unknown=on)),
            ),
        )


def _alpha_beta(view: View, old: RangeClause) -> None:
    ratio = view.filter.alpha_beta_gy

    def set_ratio(value: float | None) -> None:
        if value:
            state.change(filter=replace(state.view().filter, alpha_beta_gy=float(value)))

    ends = [fmt.plain(e / (1 + 2 / ratio)) if e is not None else "" for e in (old.low, old.high)]
    if any(ends):
        st.caption(
            f"= EQD2 {ends[0]} to {ends[1]} Gy"
            if all(ends)
            else f"= EQD2 {'from ' + ends[0] if ends[0] else 'up to ' + ends[1]} Gy"
        )
    st.number_input(
        "α/β (Gy)",
        min_value=0.1,
        max_value=100.0,
        step=1.0,
        format="%g",
        help="For BED = D(1 + d/(α/β)) and EQD2. 10 Gy for HCC; about 3 Gy for normal liver.",
        **state.widget("alpha-beta", ratio, set_ratio),
    )


def _search(cohort: Cohort, view: View) -> None:
    shown = {v.address for v in _shown(cohort, view)}
    there = [v for v in cohort.schema.variables.values() if v.address not in shown]
    headings = vocabulary.sections()
    labels = {v.address: f"{v.label} · {headings[v.section]}" for v in there}

    def add(address: str | None) -> None:
        if address:
            _open(address)

    st.selectbox(
        "Add a filter",
        list(labels),
        index=None,
        format_func=lambda a: labels.get(a, a),
        placeholder=f"Search {len(labels)} more columns",
        **state.widget("add-filter", None, add),
    )
