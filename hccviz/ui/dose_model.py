"""What turns doses into effect: tissue, α/β, reference fraction, model, time, repair, isodose."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import streamlit as st

from hccviz.dose.comparison import tissue_dose
from hccviz.dose.lq import Course
from hccviz.dose.scenario import DoseScenario, evaluate
from hccviz.dose.tissues import TISSUES
from hccviz.export.dose import marked, tissue_sources
from hccviz.ui import components, state
from hccviz.ui.dose_fields import (
    as_number,
    as_text,
    attempt,
    choice,
    given,
    joined,
    number,
    put,
    words,
)
from hccviz.ui.shell import Here
from hccviz.ui.text import plain

MODELS = {
    "lq": "Linear-quadratic (LQ)",
    "lql": "Linear-quadratic-linear (LQ-L)",
    "usc": "Universal survival curve (USC)",
}
TIME_REFERENCES = {
    "none": "the reference schedule loses no time",
    "own": "the reference schedule loses its own time",
}
LUNG = {"alpha": "0.33", "d0": "1.25", "dq": "1.82"}
_OF_MODEL = {"lq": (), "lql": ("dt", "ga"), "usc": ("alpha", "d0", "dq")}


def parameters(at: Here) -> None:
    """Draw everything that turns the courses into BED and EQD2."""
    with st.container(horizontal=True, vertical_alignment="bottom"):
        _tissue(at)
        _alpha_beta(at)
        _reference(at)
        model = choice(at, "Model", "dose.model", MODELS, width=250)
    _model_numbers(at, model)
    with st.expander("Time, several fractions a day, isodose", expanded=_has_more(at)):
        _time(at)
        _daily(at)
    with st.expander("Where the α/β values come from"):
        course = Course.from_total(2, 1)
        components.table(tissue_sources([tissue_dose(course, entry) for entry in TISSUES]))


def _tissue(at: Here) -> None:
    ratio = at.view.filter.alpha_beta_gy
    now = state.recall("tissue", "hcc")
    by_code = {entry.code: entry for entry in TISSUES}
    fits = now in by_code and by_code[now].alpha_beta_gy == ratio
    code = now if fits else next((e.code for e in TISSUES if e.alpha_beta_gy == ratio), "own")
    labels = {e.code: f"{e.label}: {e.alpha_beta_gy:g} Gy" for e in TISSUES} | {"own": "Own value"}

    def choose(new: str) -> None:
        state.remember("tissue", new)
        if new in by_code:
            old = state.view().filter
            state.change(filter=replace(old, alpha_beta_gy=float(by_code[new].alpha_beta_gy)))

    shown = by_code.get(code)
    st.selectbox(
        "Tissue",
        list(labels),
        format_func=lambda c: labels[c],
        width=260,
        help=plain(marked(shown.source, shown.mark)) if shown else "Entered by you.",
        **state.widget("dose-tissue", code, choose),
    )


def _alpha_beta(at: Here) -> None:
    def set_ratio(value: float | None) -> None:
        old = state.view().filter
        if value is None or not 0 < value <= 100:
            state.notify("α/β: expected a number of Gy above 0, at most 100. The old one is kept.")
        else:
            state.change(filter=replace(old, alpha_beta_gy=float(value)))

    st.number_input(
        "α/β (Gy)",
        format="%g",
        step=0.5,
        width=160,
        help="10 Gy for HCC; about 3 Gy for late effects in liver and bowel. The same α/β gives "
        "the BED of the patients.",
        **state.widget("dose-ab", at.view.filter.alpha_beta_gy, set_ratio),
    )


def _reference(at: Here) -> None:
    def set_reference(value: float | None) -> None:
        state.change(reference_fraction_gy="" if value in (None, 2.0) else as_text(value))

    st.number_input(
        "Reference fraction (Gy)",
        format="%g",
        step=0.1,
        width=190,
        help="2 Gy gives EQD2; another one adds a column. The sorafenib study used 1.8 Gy.",
        **state.widget("dose-ref", as_number(at.view.reference_fraction_gy or "2"), set_reference),
    )


def _model_numbers(at: Here, model: str) -> None:
    if model == "lq":
        return
    with st.container(horizontal=True, vertical_alignment="bottom"):
        if model == "lql":
            preset = f"{2 * at.view.filter.alpha_beta_gy:g} (2 × α/β)"
            number(at, "Transition dose (Gy)", "dose.dt", hint=preset)
            number(at, "γ/α", "dose.ga", hint="1 + 2 × dT/(α/β)", step=0.1)
            return
        number(at, "α (1/Gy)", "dose.alpha", hint="needed", step=0.01, width=150)
        number(at, "D0 (Gy)", "dose.d0", hint="needed", step=0.05, width=150)
        number(at, "Dq (Gy)", "dose.dq", hint="needed", step=0.05, width=150)
        lung = {f"dose__{name}": value for name, value in LUNG.items()}
        st.button("Fill in the lung set", key="lung-set", on_click=put, kwargs=lung)
    st.caption(
        "No parameters for liver cancer are known. The lung set (Park 2008, formula and values "
        "from a secondary source [C]) belongs to α/β 8.68 Gy."
    )


def _has_more(at: Here) -> bool:
    return any(given(at, f"dose.{name}") for name in ("overall", "perday", "isodose"))


def _time(at: Here) -> None:
    with st.container(horizontal=True, vertical_alignment="bottom"):
        words(
            at,
            "Overall time (days)",
            "dose.overall",
            hint="39",
            note="From the first to the last fraction; one per course, separated by commas.",
        )
        number(at, "Kick-off time (days)", "dose.tk", hint="28")
        number(at, "BED lost per day, K (Gy)", "dose.k", hint="no default", step=0.1)
        choice(at, "Convention for EQD2", "dose.timeref", TIME_REFERENCES, width=330)
    with st.container(horizontal=True, vertical_alignment="bottom"):
        if _free_alpha(at):
            number(at, "or α (1/Gy)", "dose.alpha", hint="0.3", step=0.01)
        number(at, "and doubling time (days)", "dose.tp", hint="4")
        number(
            at,
            "Planned overall time (days)",
            "dose.planned",
            note="For one course: what a gap cost, and which fractions make up for it.",
        )
    st.caption(
        "BED − K × (overall time − kick-off time). There is no default K: the only published one "
        "for HCC (Tai 2008 [A], 0.54 Gy a day) is an artefact of a very small α."
    )


def _free_alpha(at: Here) -> bool:
    return given(at, "dose.model") != "usc"


def _daily(at: Here) -> None:
    with st.container(horizontal=True, vertical_alignment="bottom"):
        number(at, "Fractions a day", "dose.perday", hint="1", width=150)
        number(at, "Hours between them", "dose.interval", hint="6", width=170)
        number(at, "Repair half-time (h)", "dose.thalf", hint="4", step=0.5, width=180)
        number(at, "Prescription isodose (%)", "dose.isodose", hint="85", width=200)
    st.caption(
        "Several fractions a day: incomplete repair (Thames), refused above the transition dose. "
        "Isodose: adds the dose at the 100 % point."
    )


def query(at: Here, written: Sequence[str]) -> str:
    """Return the query of the scenario, the same that the command line takes."""
    model = given(at, "dose.model") if given(at, "dose.model") in MODELS else ""
    parts = {"courses": ",".join(written), "ab": as_text(at.view.filter.alpha_beta_gy)}
    parts |= {"ref": at.view.reference_fraction_gy, "model": model}
    names = [*_OF_MODEL[model or "lq"], "isodose"]
    if given(at, "dose.overall"):
        names += ["overall", "tk", "k", "timeref"]
        names += [] if given(at, "dose.k") else ["alpha", "tp"]
        names += ["planned"] if len(written) == 1 else []
    if given(at, "dose.perday"):
        names += ["perday"]
        names += ["interval", "thalf"] if given(at, "dose.perday") != "1" else []
    parts |= {name: given(at, f"dose.{name}") for name in names}
    return joined(parts)


def scenario(at: Here, written: Sequence[str]) -> tuple[DoseScenario | None, str]:
    """Return the scenario and its query; None after saying what is wrong with the request."""
    asked = query(at, written)
    return attempt(lambda: evaluate(asked)), asked
