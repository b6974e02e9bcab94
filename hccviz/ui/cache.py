"""Every cache of the dashboard: bounded, keyed by content, and apart for uploads.

Built-in cohorts and their answers are shared by all sessions. What comes from an upload is cached
in its own session only and is gone with it.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import streamlit as st

from hccviz.analysis import bridge, courses, cuts, outcomes, pinned, subgroups, views
from hccviz.data.builtin import built_ins, open_built_in
from hccviz.data.cohort import Cohort, pool
from hccviz.domain.address import DEFAULT_COHORT, View
from hccviz.ui import state

_ANSWERS: dict[str, Callable[..., Any]] = {
    "attrition": views.attrition,
    "survival": views.survival,
    "response": views.response,
    "toxicity": views.toxicity,
    "baseline": views.baseline,
    "histogram": views.histogram,
    "rates": outcomes.rates,
    "agreement": outcomes.agreement,
    "dose_response": outcomes.dose_response,
    "toxicity_dose": outcomes.toxicity_dose,
    "time_to_response": outcomes.time_to_response,
    "time_to_toxicity": outcomes.time_to_toxicity,
    "landmark": outcomes.landmark,
    "failures": outcomes.failures,
    "rild": outcomes.rild,
    "size_waterfall": courses.size_waterfall,
    "afp_waterfall": courses.afp_waterfall,
    "dose_sizes": courses.dose_sizes,
    "swimmer": courses.swimmer,
    "patient_map": courses.patient_map,
    "bridge": bridge.treated_like_this,
    "dose_strip": bridge.dose_strip,
    "forest": subgroups.forest,
    "rate_forest": subgroups.rate_forest,
    "arms": subgroups.arms_of,
    "arm_groups": subgroups.groups_of,
    "split_examples": subgroups.examples,
    "pair": pinned.pair,
    "cut_points": cuts.cut_points,
}


@st.cache_resource(max_entries=16, show_spinner=False)
def _built_in(name: str) -> Cohort:
    return open_built_in(name)


@st.cache_resource(max_entries=8, show_spinner=False)
def _pool(names: tuple[str, ...]) -> Cohort:
    return pool(_built_in(name) for name in names)


def existing(names: tuple[str, ...]) -> tuple[str, ...]:
    """Return the names that can be opened here; the default when there is none."""
    own = (state.UPLOADED,) if state.uploaded() is not None else ()
    if state.UPLOADED in names and own:
        return own
    return tuple(name for name in names if name in built_ins()) or (DEFAULT_COHORT,)


def cohort(names: tuple[str, ...]) -> Cohort:
    """Return the cohort of a view: the session's own, a built-in one, or a pool."""
    own = state.uploaded()
    if names == (state.UPLOADED,) and own is not None:
        return own
    return _built_in(names[0]) if len(names) == 1 else _pool(names)


def answer(kind: str, of: Cohort, view: View, detail: str = "") -> Any:
    """Return the record of one question about a view, computed once.

    Raises
    ------
    AddressError
        When the cohort cannot answer it (no such endpoint, criterion, phase).
    """
    remembered = _own_answer if of.name == state.UPLOADED else _shared_answer
    return remembered((kind, detail, of.sha256, view.to_query()), of, view)


@st.cache_data(max_entries=512, show_spinner=False)
def _shared_answer(key: tuple[str, ...], _of: Cohort, _view: View) -> Any:
    return _compute(key, _of, _view)


@st.cache_data(max_entries=64, show_spinner=False, scope="session")
def _own_answer(key: tuple[str, ...], _of: Cohort, _view: View) -> Any:
    return _compute(key, _of, _view)


def _compute(key: tuple[str, ...], of: Cohort, view: View) -> Any:
    kind, detail, *_ = key
    return _ANSWERS[kind](of, view, *([detail] if detail else []))


def forget_own() -> None:
    """Drop every answer that came from this session's upload."""
    _own_answer.clear()
