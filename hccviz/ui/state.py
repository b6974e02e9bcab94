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
    if key not in st.session_state or st.session_state[key] != value:
        st.session_state[key] = value  # only then: setting it again would undo a click made since

    def changed() -> None:
        on_change(st.session_state[key])

    return {"key": key, "on_change": changed}


def picked(key: str) -> float | None:
    """Return the first value of ``customdata`` of the point clicked in a figure, or None."""
    found = st.session_state.get(key)
    points = found["selection"]["points"] if found else []
    data = points[0].get("customdata") if points else None
    return float(data[0]) if data else None


def recall(name: str, default: Any = None) -> Any:
    """Return something remembered for this session."""
    return st.session_state.get(f"m-{name}", default)


def remember(name: str, value: Any) -> None:
    """Remember something for this session."""
    st.session_state[f"m-{name}"] = value


def editor(name: str, empty: Any) -> tuple[str, Any]:
    """Return key and starting rows of a table that the user fills in; the rows live here only.

    While the table is on screen it starts from the same rows in every run, or it would forget what
    was typed; when the page is opened again it starts from what :func:`remember` holds.
    """
    key = f"w-{name}-{recall('generation', 0)}"
    if key not in st.session_state or recall(f"{name}-start") is None:
        remember(f"{name}-start", recall(name, empty))
    return key, recall(f"{name}-start", empty)


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
    typed = ("own-studies", "own-studies-start", "case", "case-file", "case-refused", "audit")
    for name in ("cohort", "refused", "dvh", "looked", *typed):
        st.session_state.pop(f"m-{name}", None)
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
