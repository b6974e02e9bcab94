"""The pieces of the data page: open files, what was refused, the dictionary."""

from __future__ import annotations

import streamlit as st

from hccviz.data.builtin import built_ins
from hccviz.data.cohort import Cohort
from hccviz.domain import dictionary
from hccviz.ui import components, state, uploads
from hccviz.ui.text import plain


def opener() -> None:
    """Draw the drop area; a new set of files replaces the session's own cohort."""
    files = st.file_uploader(
        "Drop one parquet file, or several to pool them",
        type=["parquet"],
        accept_multiple_files=True,
        key=f"files-{state.recall('generation', 0)}",
        help="Up to 200 MB each. The file stays in the memory of this session.",
    )
    seen = tuple(file.file_id for file in files)
    if seen and seen != state.recall("files"):
        state.remember("files", seen)
        with st.spinner("Reading and checking…"):
            uploads.take(files)
        st.rerun()
    if state.uploaded() is not None:
        st.button("Clear my data", on_click=uploads.clear, key="clear")


def _refused() -> None:
    for name, faults, sentence in state.recall("refused", ()):
        st.error(f"**{plain(name)}** cannot be used. {plain(sentence)}".strip())
        if faults:
            components.faults(faults)


def checks(cohort: Cohort) -> None:
    """Show which files were refused, and what the checks found in the session's own file."""
    _refused()
    if cohort.name != state.UPLOADED:
        return
    if cohort.faults:
        st.markdown(f"**What the checks found ({len(cohort.faults)})**")
        components.faults(cohort.faults)
    else:
        st.success("Nothing to complain about: every column was read as expected.")
    for sentence in cohort.derived:
        st.markdown(f"- {plain(sentence)}")


def catalogue() -> None:
    """List the built-in cohorts with a button each."""
    cells = st.columns(3)
    for place, (name, item) in enumerate(built_ins().items()):
        with cells[place % 3], st.container(border=True):
            st.markdown(f"**{plain(item.label)}** · {plain(item.metadata.kind)}")
            st.caption(plain(item.metadata.citation))
            st.button("Open", key=f"open-{name}", on_click=_open, args=(name,))


def _open(name: str) -> None:
    state.change(cohorts=(name,))


def format_help() -> None:
    """Show the data dictionary, from the vocabulary."""
    with st.expander("Which columns hccviz knows"):
        components.table(dictionary.column_table())
