"""Response: stacked categories, objective response and disease control with tests."""

import streamlit as st

from hccviz.export import tables, words
from hccviz.figures.response import draw_response
from hccviz.ui import components, controls, shell

here = shell.here()
shell.heading("Response", here)
left, middle, right = st.columns(3, vertical_alignment="bottom")
with left:
    controls.criterion(here)
with middle:
    controls.split(here)
with right:
    evaluable = controls.denominator()
controls.cut(here)

estimate = shell.ask("response", here)
said = words.say_response(estimate)
components.sentence(said)
components.figure(
    draw_response(estimate, mode=here.mode, evaluable=evaluable), key="response", alt=said
)
components.cautions(estimate.warnings)
shown = tables.response_table(estimate, evaluable=evaluable)
components.table(tables.turned(shown), title="Counts and rates")
if estimate.by:
    components.table(
        tables.significance_table(estimate, evaluable=evaluable), title="CR + PR against SD + PD"
    )
components.download(shown, name="response", key="csv", comments=shell.provenance(here))
components.method(words.explain_response(estimate, here.cohort.metadata.time_origin))
