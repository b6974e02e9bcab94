"""Liver scores and stage of one patient; what is entered stays in the session."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import streamlit as st

from hccviz.dose.liver_scores import (
    UMOL_PER_MG_DL,
    AlbuminUnit,
    BilirubinUnit,
    albi_scores,
    child_pugh,
)
from hccviz.dose.staging import bclc, mrecist
from hccviz.export import dose_plan as tables
from hccviz.export.dose import gray
from hccviz.ui import components, state
from hccviz.ui.dose_fields import attempt

ASCITES = {"none": "None", "mild": "Mild", "moderate_severe": "Moderate or severe"}
ENCEPHALOPATHY = {"none": "None", "grade_1_2": "Grade 1-2", "grade_3_4": "Grade 3-4"}
FIRST: dict[str, Any] = {
    "bilirubin": 0.8,
    "bilirubin_unit": "mg/dL",
    "albumin": 3.8,
    "albumin_unit": "g/dL",
    "inr": 1.1,
    "ascites": "none",
    "encephalopathy": "none",
    "tumor_count": 1,
    "largest_cm": 3.0,
    "vascular_invasion": False,
    "extrahepatic_disease": False,
    "ecog": 0,
    "baseline_mm": 50.0,
    "current_mm": 30.0,
    "nadir_mm": None,
    "new_lesion": False,
}
"""What the page shows first: an example, not a default of anybody's patient."""
_UNITS = {"bilirubin_unit": ("mg/dL", "µmol/L"), "albumin_unit": ("g/dL", "g/L")}


def _value(name: str) -> Any:
    return state.recall("scores", {}).get(name, FIRST[name])


def _keep(**values: Any) -> None:
    state.remember("scores", {**state.recall("scores", {}), **values})


def _number(label: str, name: str, *, step: float = 0.1, hint: str = "") -> None:
    st.number_input(
        label,
        format="%g",
        step=step,
        width=190,
        placeholder=hint,
        **state.widget(f"score-{name}", _float(_value(name)), lambda v: _keep(**{name: v})),
    )


def _float(value: Any) -> float | None:
    return None if value is None else float(value)


def _unit(name: str) -> None:
    amount = name.removesuffix("_unit")

    def change(new: str) -> None:
        factor = {"µmol/L": UMOL_PER_MG_DL, "mg/dL": 1 / UMOL_PER_MG_DL, "g/L": 10, "g/dL": 0.1}
        old = _value(amount)
        same_patient = None if old is None else round(old * factor[new], 4)
        _keep(**{name: new, amount: same_patient})

    st.selectbox(
        f"Unit of {amount}",
        _UNITS[name],
        width=140,
        **state.widget(f"score-{name}", _value(name), change),
    )


def _menu(label: str, name: str, options: Mapping[Any, str]) -> None:
    st.selectbox(
        label,
        list(options),
        format_func=lambda code: options[code],
        width=220,
        **state.widget(f"score-{name}", _value(name), lambda v: _keep(**{name: v})),
    )


def _switch(label: str, name: str) -> None:
    st.toggle(label, **state.widget(f"score-{name}", _value(name), lambda v: _keep(**{name: v})))


def liver_function() -> str | None:
    """Draw the blood values; show Child-Pugh and ALBI; return the Child-Pugh class."""
    st.subheader("Liver function", anchor=False)
    with st.container(horizontal=True, vertical_alignment="bottom"):
        _number("Bilirubin", "bilirubin")
        _unit("bilirubin_unit")
        _number("Albumin", "albumin")
        _unit("albumin_unit")
    with st.container(horizontal=True, vertical_alignment="bottom"):
        _number("INR", "inr")
        _menu("Ascites", "ascites", ASCITES)
        _menu("Encephalopathy", "encephalopathy", ENCEPHALOPATHY)
    units: dict[str, Any] = {name: _value(name) for name in _UNITS}
    bilirubin_unit: BilirubinUnit = units["bilirubin_unit"]
    albumin_unit: AlbuminUnit = units["albumin_unit"]
    names = ("bilirubin", "albumin", "inr", "ascites", "encephalopathy")
    values = [_value(name) for name in names]
    score = attempt(
        lambda: child_pugh(*values, bilirubin_unit=bilirubin_unit, albumin_unit=albumin_unit)
    )
    if score is not None:
        components.sentence(f"Child-Pugh class {score.child_class}, {score.score} points")
        components.table(tables.child_pugh_table(score))
        albi = albi_scores(*values[:2], bilirubin_unit=bilirubin_unit, albumin_unit=albumin_unit)
        components.sentence(f"ALBI grade {albi.grade}, score {gray(albi.score)}")
        components.table(tables.albi_table(albi))
    return None if score is None else score.child_class


def stage(child_pugh_class: str | None) -> None:
    """Draw the tumour; show the BCLC stage with the rule behind it."""
    st.subheader("BCLC stage", anchor=False)
    with st.container(horizontal=True, vertical_alignment="bottom"):
        _number("Number of tumours", "tumor_count", step=1.0)
        _number("Largest (cm)", "largest_cm")
        _number("ECOG performance status", "ecog", step=1.0)
    with st.container(horizontal=True):
        _switch("Vascular invasion", "vascular_invasion")
        _switch("Extrahepatic disease", "extrahepatic_disease")
    if child_pugh_class is None:
        st.info("Unavailable: the Child-Pugh class above is missing.")
        return
    names = (
        "tumor_count", "largest_cm", "vascular_invasion", "extrahepatic_disease", "ecog",
    )  # fmt: skip
    values = {name: _value(name) for name in names}
    found = attempt(lambda: bclc(**values, child_pugh_class=child_pugh_class))
    if found is not None:
        components.sentence(f"BCLC {found.stage}: {found.reason}")
        components.table(tables.bclc_table(found))


def response() -> None:
    """Draw the measurements; show the mRECIST category."""
    st.subheader("Response by mRECIST", anchor=False)
    with st.container(horizontal=True, vertical_alignment="bottom"):
        _number("Sum at baseline (mm)", "baseline_mm", step=1.0)
        _number("Present sum (mm)", "current_mm", step=1.0, hint="not measurable")
        _number("Smallest so far (mm)", "nadir_mm", step=1.0, hint="the baseline")
    _switch("New lesion", "new_lesion")
    names = ("baseline_mm", "current_mm", "nadir_mm", "new_lesion")
    values = {name: _value(name) for name in names}
    found = attempt(lambda: mrecist(**values))
    if found is not None:
        components.sentence(f"{found.category}: {found.reason}")
        components.table(tables.mrecist_table(found))
        st.caption("Diameters of viable, arterially enhancing tumour. No category is a diagnosis.")
