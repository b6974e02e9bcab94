"""The address bar and the view, kept equal.

The browser's query wins when it differs from what was last written and no widget was touched: a
link was opened, or back or forward was pressed. Otherwise the view wins and is written.
"""

from __future__ import annotations

import streamlit as st

from hccviz.domain.address import View
from hccviz.ui import state


def incoming() -> dict[str, str] | None:
    """Return the address to follow, or None when the session's view stands."""
    written, touched = state.recall("written"), state.was_changed()
    params = _current()
    return None if touched or params == written else params


def write(view: View) -> None:
    """Write the view into the address bar; a new history entry only when something changed."""
    params = view.to_params()
    if params != _current():
        st.query_params.from_dict(params)
    state.remember("written", params)


def _current() -> dict[str, str]:
    return {key: ",".join(st.query_params.get_all(key)) for key in st.query_params}
