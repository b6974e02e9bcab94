"""Every cache of the dashboard: bounded, keyed by content, and apart for uploads.

Built-in cohorts and their answers are shared by all sessions. What comes from an upload is cached
in its own session only and is gone with it.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import streamlit as st

from hccviz.analysis import (
    bridge,
    courses,
    cuts,
    outcomes,
    pinned,
    regression,
    subgroups,
    survival_depth,
    views,
)
from hccviz.analysis.questions import what_matters
from hccviz.data.builtin import built_ins, open_built_in
from hccviz.data.cohort import Cohort, pool
from hccviz.domain.address import DEFAULT_COHORT, View
from hccviz.evidence import published, study
from hccviz.evidence.audit.own import claims_of
from hccviz.evidence.audit.records import Audit
from hccviz.evidence.audit.run import audit_claims, audit_study
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
    "regression": regression.regression,
    "selection": regression.selection,
    "hazards": regression.hazards,
    "curve": regression.curve,
    "last_month": survival_depth.last_month,
    "fixed_times": survival_depth.fixed_times,
    "competing_risks": survival_depth.competing_risks,
    "hazard_shape": survival_depth.hazard_shape,
    "follow_up": survival_depth.follow_up,
    "bridge": bridge.treated_like_this,
    "dose_strip": bridge.dose_strip,
    "study": study.read_study,
    "publication": published.publication,
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
    view = what_matters(kind, view)
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


@st.cache_resource(max_entries=8, show_spinner="Checking every printed number…")
def study_audit(name: str) -> Audit:
    """Return the audit of one of the five studies, computed once."""
    return audit_study(name)


@st.cache_data(max_entries=8, show_spinner="Checking…", scope="session")
def own_audit(rows: tuple[tuple[tuple[str, str], ...], ...]) -> Audit:
    """Return the audit of the session's own table, rows as (column, cell) pairs."""
    claims, notes = claims_of([dict(row) for row in rows])
    return audit_claims(claims, notes)


def forget_own() -> None:
    """Drop every answer that came from this session's upload."""
    _own_answer.clear()
    own_audit.clear()
