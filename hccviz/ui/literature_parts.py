"""The literature page: the reader's own rows, the forest plot, the table, the caveats."""

from __future__ import annotations

from typing import Any

import streamlit as st

from hccviz.domain.cells import Finding
from hccviz.domain.literature_records import Literature, Study
from hccviz.evidence.literature import review
from hccviz.evidence.own_studies import COLUMNS, MAX_ROWS, read_own
from hccviz.export import literature as told
from hccviz.figures.pooled import draw_pooled
from hccviz.ui import components, outcome_controls, shell, state
from hccviz.ui.shell import Here
from hccviz.ui.text import plain

RATES = {"orr": "ORR (CR + PR)", "dcr": "DCR (CR + PR + SD)"}
ORDERS = {
    "printed": "As printed",
    "year": "Year",
    "n": "Patients, most first",
    "rate": "Rate, highest first",
    "dose": "EQD2, highest first",
    "size": "Size, largest first",
}
FIXED = {"no": "Random effects only", "yes": "Fixed effect too"}
_EMPTY = tuple(dict.fromkeys(COLUMNS, "") for _ in range(2))


def literature(at: Here) -> Literature:
    """Draw the page and return what it shows.

    The table that the reader fills in is read first, although it stands further down.
    """
    _controls(at)
    answer, own, rest = st.container(), st.container(), st.container()
    typed = any(any(row.values()) for row in state.recall("own-studies", ()))
    with own, st.expander("Add your own studies", expanded=typed, key="own-studies"):
        studies = _own_rows()
    found = review(
        at.view.option("pooled"), at.view.option("tau"), at.view.option("studies"), studies
    )
    with answer:
        _answer(at, found)
    with rest:
        _caveats(found)
        _table(found)
    return found


def _controls(at: Here) -> None:
    if at.view.present:
        return
    with st.container(horizontal=True, vertical_alignment="bottom", key="literature-choices"):
        for name, label, names in (
            ("pooled", "Rate", RATES),
            ("studies", "Order of the studies", ORDERS),
            ("tau", "Variance between studies", told.ESTIMATORS),
            ("fixed", "Summary", FIXED),
        ):
            outcome_controls.choose(name, label, names, at.view.option(name), width=222)


def _answer(at: Here, found: Literature) -> None:
    said = told.say_pooled(found)
    components.sentence(said)
    figure = draw_pooled(
        found.pooled,
        told.RATES[found.rate],
        own={study.name for study in found.studies if study.own},
        fixed=at.view.option("fixed") == "yes",
        mode=at.mode,
    )
    components.figure(figure, key="pooled", alt=said)
    st.markdown(plain(told.say_heterogeneity(found.pooled)))
    if found.without:
        names = ", ".join(found.without)
        st.caption(plain(f"Not in the figure: {names} ({told.SHORT[found.rate]} not available)."))


def _caveats(found: Literature) -> None:
    with st.expander("Why a summary is only a description", expanded=True):
        for caveat in found.caveats:
            st.markdown(f"- {plain(caveat)}")


def _table(found: Literature) -> None:
    st.subheader("The studies", anchor=False)
    st.caption(plain(f"{found.citation} A click on a heading sorts. {found.footnote}"))
    table = told.literature_table(found)
    st.dataframe(
        told.sortable(table),
        hide_index=True,
        key="literature-table",
        placeholder="–",
        column_config={"Study": st.column_config.TextColumn(pinned=True, width="medium")},
    )
    left, right = st.columns(2)
    with left:
        components.table(told.summary_table(found))
    with right, st.expander("Where a printed percent does not fit", expanded=True):
        for note in told.study_notes(found):
            st.markdown(f"- {plain(note)}")
    components.download(
        table,
        name="tace-rt-literature",
        key="csv-literature",
        comments=(found.title, found.citation, told.say_pooled(found), shell.DISCLAIMER),
    )


def _own_rows() -> tuple[Study, ...]:
    """Draw the table that the reader fills in; return the rows that can be used."""
    st.caption(
        "One study per row: the number of patients, and for each rate either patients or a "
        "percent, with a decimal point. What you type joins the figure at once, marked as added by "
        "you; it stays in this session and never enters the link."
    )
    key, start = state.editor("own-studies", _EMPTY)
    config: dict[str, Any] = {
        code: st.column_config.TextColumn(label, default="", max_chars=80)
        for code, label in COLUMNS.items()
    }
    edited = st.data_editor(
        list(start), num_rows="dynamic", hide_index=True, column_config=config, key=key
    )
    rows = tuple(
        {code: str(cell) if cell is not None else "" for code, cell in row.items()}
        for row in edited[: MAX_ROWS + 1]
    )
    state.remember("own-studies", rows or _EMPTY)
    studies, findings = read_own(rows)
    _say(studies, findings)
    return studies


def _say(studies: tuple[Study, ...], findings: tuple[Finding, ...]) -> None:
    if findings:
        components.table(told.finding_table(findings), title="What to look at")
    if studies:
        st.caption(plain(f"In use: {', '.join(study.name for study in studies)}."))
