"""The session: one view, the session's own cohort, and the notices to show once.

The view is the single truth. Widgets are set from it before they are drawn, and write back to it
in their callbacks; the address is written from it. Nothing else touches ``st.session_state``.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import streamlit as st

from hccviz.data.cohort import Cohort
from hccviz.domain.address import View
from hccviz.domain.errors import Fault
from hccviz.domain.filters import Clause

UPLOADED = "uploaded"


def view() -> View:
    """Return the session's view."""
    return st.session_state.setdefault("view", View())  # type: ignore[no-any-return]


def set_view(new: View, *, by_user: bool = False) -> None:
    """Replace the view; ``by_user`` marks a widget's change, which outranks an old address."""
    st.session_state["view"] = new
    if by_user:
        st.session_state["changed"] = True


def change(**fields: Any) -> None:
    """Change fields of the view from a widget's callback."""
    set_view(replace(view(), **fields), by_user=True)


def set_clause(clause: Clause) -> None:
    """Put a filter clause into the view."""
    change(filter=view().filter.with_clause(clause))


def drop_clause(address: str) -> None:
    """Take a column's filter clause out of the view."""
    change(filter=view().filter.without(address))


def was_changed() -> bool:
    """Tell, once, whether a widget changed the view since the last run."""
    return bool(st.session_state.pop("changed", False))


def widget(name: str, value: Any, on_change: Callable[[Any], None]) -> dict[str, Any]:
    """Return the key and callback that tie a widget to the view.

    The widget shows ``value``; when the user changes it, ``on_change`` gets the new value.
    """
    key = f"w-{name}"
    st.session_state[key] = value

    def changed() -> None:
        on_change(st.session_state[key])

    return {"key": key, "on_change": changed}


def recall(name: str, default: Any = None) -> Any:
    """Return something remembered for this session."""
    return st.session_state.get(f"m-{name}", default)


def remember(name: str, value: Any) -> None:
    """Remember something for this session."""
    st.session_state[f"m-{name}"] = value


def uploaded() -> Cohort | None:
    """Return the cohort of the session's own files; it lives nowhere else."""
    return recall("cohort")  # type: ignore[no-any-return]


def keep_upload(cohort: Cohort) -> None:
    """Keep the session's own cohort and show it, with filters that still fit."""
    remember("cohort", cohort)
    change(cohorts=(UPLOADED,))


def keep_refusal(name: str, faults: tuple[Fault, ...], sentence: str) -> None:
    """Keep why a file was refused; the last good state stays as it is."""
    remember("refused", (*recall("refused", ()), (name, faults, sentence)))


def clear_my_data() -> None:
    """Free the upload and everything computed from it in this session."""
    for key in ("m-cohort", "m-refused", "m-dvh", "m-looked"):
        st.session_state.pop(key, None)
    remember("generation", recall("generation", 0) + 1)
    set_view(View(), by_user=True)


def notify(*sentences: str) -> None:
    """Keep sentences for the notice above the page."""
    remember("notices", tuple(dict.fromkeys((*recall("notices", ()), *sentences))))


def take_notices() -> tuple[str, ...]:
    """Return the notices and forget them."""
    found = recall("notices", ())
    remember("notices", ())
    return tuple(found)
