"""Liver risk by the Lyman-Kutcher-Burman model, and local control as observed."""

from __future__ import annotations

import streamlit as st

from hccviz.dose.dvh import Dvh
from hccviz.dose.local_control import CONFLICT, control_sources
from hccviz.dose.lq import Course
from hccviz.dose.ntcp import Ntcp, liver_parameters, ntcp_from_dvh, unavailable
from hccviz.dose.ntcp_query import evaluate_ntcp
from hccviz.export import dose_plan as tables
from hccviz.ui import components
from hccviz.ui.dose_fields import as_number, attempt, choice, given, joined, number, take_away
from hccviz.ui.shell import Here
from hccviz.ui.text import plain

DISEASES = {"primary": "Primary liver cancer", "metastases": "Liver metastases"}
BOTH = {"": "Both", **DISEASES}


def liver_risk(at: Here, course: Course, dvh: Dvh | None) -> None:
    """Show the risk of classic liver disease from the histogram or from the mean dose."""
    with st.container(horizontal=True, vertical_alignment="bottom"):
        disease = choice(at, "Disease", "plan.disease", DISEASES, width=230)
        if dvh is None:
            number(at, "Mean dose to the normal liver (Gy)", "plan.mean", hint="13", width=250)
        number(at, "α/β of the liver (Gy)", "plan.ab", hint="2.5, as derived", step=0.5)
    ratio = given(at, "plan.ab")
    parts = {"mean": given(at, "plan.mean"), "fractions": str(course.fractions)}
    query = joined({**parts, "disease": disease, "ab": ratio})
    found = attempt(lambda: _risk(dvh, course, disease, ratio, query))
    if found is None:
        return
    if found.probability is None:
        st.info(plain(found.why[:1].upper() + found.why[1:]) + ".")
        return
    st.metric("Risk of classic radiation-induced liver disease", f"{100 * found.probability:.2f} %")
    components.table(tables.ntcp_table(found))
    components.cautions(found.warnings)
    if dvh is not None:
        query = joined({"fractions": str(course.fractions), "disease": disease, "ab": ratio})
    file = "" if dvh is None else "histogram.csv "
    command = f'python -m hccviz ntcp {file}"{query}"'
    record = tables.ntcp_record(found, query)
    take_away(at, command, name="ntcp", table=tables.ntcp_table(found), record=record)


def _risk(dvh: Dvh | None, course: Course, disease: str, ratio: str, query: str) -> Ntcp:
    if dvh is not None:
        chosen = liver_parameters(disease, alpha_beta_gy=as_number(ratio))
        return ntcp_from_dvh(dvh, course.fractions, chosen)
    if "mean=" not in query:
        return unavailable("the mean liver dose is missing; enter it, or upload a histogram")
    return evaluate_ntcp(query)


def local_control(at: Here) -> None:
    """Show local control as observed bands; no curve, and why."""
    disease = choice(at, "Disease", "plan.disease", DISEASES, width=230)
    sources = control_sources(disease)
    for source in sources:
        st.markdown(f"- **{plain(source.source)} \\[{source.mark}\\]**: {plain(source.finding)}")
    components.table(tables.control_table(sources), title="Local control as observed")
    st.info(plain(CONFLICT))
