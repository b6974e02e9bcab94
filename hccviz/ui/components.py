"""Pieces that pages are put together from. All text from files is escaped here."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from textwrap import wrap
from typing import Any

import plotly.graph_objects as go
import streamlit as st

from hccviz.data.cohort import Cohort
from hccviz.domain import vocabulary
from hccviz.domain.errors import Fault
from hccviz.export.tables import Table, pieces, to_csv
from hccviz.ui import state
from hccviz.ui.text import plain

PLOT_CONFIG = {
    "displaylogo": False,
    "displayModeBar": False,
    "showSendToCloud": False,
    "scrollZoom": False,
    "doubleClick": False,
}


def sentence(text: str) -> None:
    """Show the spoken sentence of a result."""
    st.markdown(f"##### {plain(text)}")


def figure(
    fig: go.Figure, *, key: str, alt: str, on_pick: Callable[[float | None], None] | None = None
) -> None:
    """Show a figure with its text alternative.

    ``on_pick`` gets the first value of ``customdata`` of a point that is clicked, None when the
    same point is clicked again.
    """
    if on_pick is None:
        st.plotly_chart(fig, theme=None, key=key, config=PLOT_CONFIG, alt=alt)
        return

    def picked() -> None:
        on_pick(state.picked(key))

    st.plotly_chart(
        fig, theme=None, key=key, config=PLOT_CONFIG, alt=alt, on_select=picked,
        selection_mode="points",
    )  # fmt: skip


MOST_ROWS = 48
"""Rows of a table on screen; the file has all of them."""
MOST_GROUPS = 12
"""Groups with a row or a curve of their own on screen."""
MOST_CAUTIONS = 6


def table(content: Table, *, title: str = "", most: int | None = None) -> None:
    """Show a small table; cells are text, whatever they contain.

    ``most`` rows at most; how many more there are is said.
    """
    if title:
        st.markdown(f"**{plain(title)}**")
    if not content or not next(iter(content.values()), []):
        st.caption("Nothing to list.")
        return
    rows = len(next(iter(content.values())))
    shown = {
        plain(head) or " ": [plain(cell) for cell in cells[:most]]
        for head, cells in content.items()
    }
    st.table(shown, border="horizontal", hide_index=True)
    if most is not None and rows > most:
        note(f"{rows - most:,} more rows are in the CSV file or on the command line.")


def group_table(content: Table, *, title: str = "") -> None:
    """Show a table with a row per group so that it fits a narrow screen too."""
    parts = pieces(content)
    rows = len(next(iter(content.values()), []))
    for place, part in enumerate(parts):
        cut = {head: cells[:MOST_GROUPS] for head, cells in part.items()}
        table(cut if rows > MOST_GROUPS else part, title=title if place == 0 else "")
    if rows > MOST_GROUPS:
        note(f"{rows - MOST_GROUPS:,} more groups are in the CSV file.")


def download(content: Table, *, name: str, key: str, comments: Sequence[str] = ()) -> None:
    """Offer a table as CSV; built only when it is asked for."""
    st.download_button(
        "Table as CSV",
        data=lambda: to_csv(content, *comments),
        file_name=f"{name}.csv",
        mime="text/csv",
        on_click="ignore",
        key=key,
    )


def note(text: str) -> None:
    """Show a quiet remark."""
    st.caption(plain(text))


def method(text: str) -> None:
    """Show how the numbers were made, last on the page."""
    st.caption(f"**Method.** {plain(text)}")


def cautions(warnings: Sequence[str]) -> None:
    """Show cautions beside an estimate."""
    for warning in warnings[:MOST_CAUTIONS]:
        st.caption(f"⚠️ {plain(warning)}")
    rest = warnings[MOST_CAUTIONS:]
    if rest:
        with st.expander(f"{len(rest)} more cautions"):
            for warning in rest:
                st.caption(plain(warning))


def faults(found: Sequence[Fault]) -> None:
    """Show every fault of a file in one table, the gravest first."""
    order = {"fatal": 0, "error": 1, "warning": 2}
    names = {"fatal": "Fatal", "error": "Column set aside", "warning": "Please check"}
    ranked = sorted(found, key=lambda f: order[f.severity])
    table(
        {
            "": [names[f.severity] for f in ranked],
            "Column": [f.column or "whole file" for f in ranked],
            "Rows": [f"{f.rows:,}" if f.rows else "–" for f in ranked],
            "Found": [f.found for f in ranked],
            "Expected": [f.expected for f in ranked],
            "What to do": [f.action for f in ranked],
        }
    )


def cells(n: int) -> list[Any]:
    """Return one container per item: side by side for two, under one another otherwise."""
    return list(st.columns(2)) if n == 2 else [st.container() for _ in range(n)]


def about(cohort: Cohort) -> None:
    """Say where a cohort comes from, what its endpoints mean, and what the checks found."""
    metadata = cohort.metadata
    lines = {
        "Source": metadata.citation,
        "Month 0": metadata.time_origin,
        **{
            f"Toxicity, {vocabulary.phases().get(p, p).lower()}": s
            for p, s in metadata.scales.items()
        },
        **{_definition_name(code): text for code, text in metadata.definitions.items()},
        "SHA-256": " ".join(wrap(cohort.sha256, 16)),
    }
    table(
        {
            "": [k for k, v in lines.items() if v],
            "Said in the file": [v for v in lines.values() if v],
        }
    )
    for note in (*metadata.notes, *cohort.derived):
        st.markdown(f"- {plain(note)}")
    if cohort.faults:
        with st.expander(f"What the checks found ({len(cohort.faults)})"):
            faults(cohort.faults)


def _definition_name(code: str) -> str:
    variable = vocabulary.lookup(code)
    return variable.label if variable else vocabulary.endpoint(code).label
