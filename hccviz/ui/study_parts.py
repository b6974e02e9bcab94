"""The pieces of the studies page: choice, abstract, printed against recomputed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import streamlit as st

from hccviz.data.builtin import built_ins
from hccviz.domain import format as fmt
from hccviz.domain.address import View
from hccviz.evidence.study import CASE, VERDICTS, Abstract, Printed, Study, abstracts, is_study
from hccviz.evidence.targets import STUDIES
from hccviz.export import study_words
from hccviz.export.target_words import say_quantity
from hccviz.ui import cache, components, shell, state
from hccviz.ui.shell import Here
from hccviz.ui.text import plain

ROWS = 25
EVERY = ""
NO_STUDY = ""
MARKS = {
    "reproduced": ":green[✓]", "near": ":green[≈]", "differs": ":orange[≠]",
    "impossible": ":red[✗]", "conflict": ":orange[!]", "context": "·",
}  # fmt: skip
LABELS = {
    "": "All", "reproduced": "Reproduced", "near": "Within 2%", "differs": "Differs",
    "impossible": "Impossible", "conflict": "Conflict", "context": "Not about the cohort",
}  # fmt: skip
_HEADS = (
    {"design": "Design", "treatment": "Treatment", "endpoints": "Endpoints",
     "time_origin": "Month 0"},
    {"findings": "Findings, as printed", "careful": "Be careful"},
)  # fmt: skip


_AROUND_THE_CASE = {
    "case": "The course of this patient →",
    "literature": "The literature that the report compares →",
}


def chosen(at: Here) -> Study | None:
    """Draw the menu of studies; return the one shown, after its abstract, or None.

    Choosing a study switches the cohort, so that links and filter rail agree with it.
    """
    current = CASE if at.view.option("study") == CASE else NO_STUDY
    if not current and is_study(at.cohort):
        current = at.cohort.name
    names = {name: f"{abstracts()[name].title} (n = {built_ins()[name].n})" for name in STUDIES}
    names[CASE] = abstracts()[CASE].title
    if not current:
        names = {NO_STUDY: "Choose a study", **names}
    st.selectbox(
        "Study",
        list(names),
        format_func=lambda name: names[name],
        **state.widget("study", current, _choose),
    )
    if current == CASE:
        _abstract(abstracts()[CASE])
        params = at.view.to_params()
        for page, label in _AROUND_THE_CASE.items():
            st.page_link(shell.page_at(page), label=label, query_params=params)
        return None
    if not current:
        components.note(
            "The cohort shown now is not one of the published studies: nothing was printed of it."
        )
        return None
    study: Study = cache.answer("study", at.cohort, View(cohorts=at.view.cohorts))
    _abstract(study.abstract)
    return study


def _choose(name: str) -> None:
    old = state.view()
    if name == CASE:
        state.set_view(old.with_option("study", CASE), by_user=True)
    elif name:
        fresh = _from_the_first(old.with_option("study", "").with_option("place", ""))
        state.set_view(replace(fresh, cohorts=(name,)), by_user=True)


def _from_the_first(view: View) -> View:
    return view.with_option("row", "0")


def _abstract(told: Abstract) -> None:
    """Show the abstract in our own words: what was done on the left, what came of it beside it."""
    for column, fields in zip(st.columns(2, gap="medium"), _HEADS, strict=True):
        for field, head in fields.items():
            column.markdown(f"**{head}.** {plain(getattr(told, field))}")


def rows(study: Study, at: Here) -> tuple[tuple[Printed, ...], int]:
    """Draw the choices above the printed numbers.

    Returns
    -------
    tuple of Printed, int
        The numbers that the choices leave, and the place of the first one to list.
    """
    st.subheader("Printed against recomputed", anchor=False)
    _verdicts(study, at)
    left, middle, right = st.columns(3)
    with left:
        _places(study, at)
    with middle:
        st.text_input(
            "Search",
            placeholder="survival class B",
            **state.widget("find", at.view.option("find"), lambda raw: _set("find", raw[:80])),
        )
    found = study_words.chosen_rows(
        study,
        at.cohort.schema,
        verdict=at.view.option("verdict"),
        place=at.view.option("place"),
        words=at.view.option("find"),
    )
    first = min(int(float(at.view.option("row"))), max(len(found) - 1, 0)) // ROWS * ROWS
    with right:
        _pages(first, len(found))
    return found, first


def _set(name: str, value: str) -> None:
    view = _from_the_first(state.view())
    state.set_view(view.with_option(name, value.strip()), by_user=True)


def _verdicts(study: Study, at: Here) -> None:
    """Draw how many printed numbers have which verdict; a click shows only these."""
    current = at.view.option("verdict")
    counts = {EVERY: len(study.rows), **{v: study.count(v) for v in VERDICTS}}
    there = [v for v, n in counts.items() if n or v == current]
    st.pills(
        "Verdict",
        there,
        format_func=lambda verdict: f"{LABELS[verdict]} · {fmt.count(counts[verdict])}",
        **state.widget("verdict", current, lambda verdict: _set("verdict", verdict or EVERY)),
    )


def _places(study: Study, at: Here) -> None:
    current = at.view.option("place")
    names = [EVERY, *study.places()]
    names += [current] if current not in names else []
    st.selectbox(
        "Place",
        names,
        format_func=lambda place: place or "Anywhere",
        **state.widget("place", current, lambda place: _set("place", place)),
    )


def listing(found: Sequence[Printed], first: int, at: Here) -> None:
    """Draw the printed numbers, a page of them at a time, each with the view that shows it."""
    if not found:
        st.info("No printed number fits these choices. Choose all verdicts, or another place.")
        return
    for row in found[first : first + ROWS]:
        _row(row, at)


def _pages(first: int, n: int) -> None:
    """Draw which of the printed numbers are listed; nothing when all fit on one page."""
    if n <= ROWS:
        return
    names = {str(s): f"{s + 1} to {min(s + ROWS, n)}" for s in range(0, n, ROWS)}
    st.selectbox(
        f"Listed, of {fmt.count(n)}",
        list(names),
        format_func=lambda start: names[start],
        **state.widget("row", str(first), _turn),
    )


def _turn(start: str) -> None:
    state.set_view(state.view().with_option("row", start), by_user=True)


def _row(row: Printed, at: Here) -> None:
    schema, target = at.cohort.schema, row.target
    value, distance = study_words.say_value(row, schema), study_words.say_distance(row)
    here = f", **{plain(value)}** here" if row.verdict != "context" else ""
    with st.container(key=f"printed-{target.id}", border=True, gap="xxsmall"):
        what, numbers, link = st.columns([11, 8, 7], vertical_alignment="center", gap="small")
        what.markdown(
            f"{plain(say_quantity(target, schema))}  \n:small[:gray[{plain(_source(row))}]]"
        )
        numbers.markdown(
            f"**{plain(study_words.say_printed(target, schema))}** printed{here}  \n"
            f":small[{MARKS[row.verdict]} {plain(LABELS[row.verdict])}"
            f"{plain(f', off by {distance}') if distance else ''}]"
        )
        with link:
            _link(row)
        if target.note:
            st.caption(plain(target.note))


def _source(row: Printed) -> str:
    return row.target.place + (" (repeated)" if row.target.repeats else "")


def _link(row: Printed) -> None:
    if row.link is not None:
        name = study_words.PAGE_NAMES[row.link.page]
        st.page_link(
            shell.page_at(row.link.page),
            label=f"{name} ({plain(row.link.look)}) →",
            query_params=row.link.view.to_params(),
        )


def download(study: Study, found: Sequence[Printed], at: Here) -> None:
    """Offer the printed numbers shown as CSV."""
    components.download(
        study_words.study_table(found, at.cohort.schema),
        name=f"{study.name}-printed-recomputed",
        key="csv",
        comments=(f"hccviz: {study.title}, printed against recomputed", shell.DISCLAIMER),
    )
