"""Response: stacked categories with their rates, then closer looks."""

import streamlit as st

from hccviz.export import tables, words
from hccviz.figures.response import draw_response
from hccviz.ui import components, controls, outcome_controls, response_parts, shell

here = shell.here()
shell.heading("Response", here)
shell.ask("attrition", here)
left, middle, right = st.columns(3, vertical_alignment="bottom")
with left:
    controls.criterion(here)
with middle:
    controls.split(here)
with right:
    evaluable = outcome_controls.denominator(here)
controls.cut(here)

estimate = outcome_controls.asked("response", here)
if estimate is not None:
    said = words.say_response(estimate)
    components.sentence(said)
    figure = draw_response(estimate, mode=here.mode, evaluable=evaluable)
    components.figure(figure, key="response", alt=said)
    components.cautions(estimate.warnings)
    shown = tables.response_table(estimate, evaluable=evaluable)
    components.table(tables.turned(shown), title="Counts and rates")
    components.download(shown, name="response", key="csv", comments=shell.provenance(here))
    components.method(words.explain_response(estimate, here.cohort.metadata.time_origin))
response_parts.closer_look(here)
