"""Toxicity: worst grade per term, one phase at a time, then closer looks."""

import streamlit as st

from hccviz.export import tables, words
from hccviz.ui import components, controls, outcome_controls, shell, toxicity_parts

here = shell.here()
shell.heading("Toxicity", here)
left, middle, right = st.columns(3, vertical_alignment="bottom")
with left:
    controls.phase(here)
with middle:
    controls.split(here)
with right:
    outcome_controls.order(here)
controls.cut(here)

estimate = shell.ask("toxicity", here)
said = words.say_toxicity(estimate)
components.sentence(said)
components.cautions(estimate.warnings)
blocks = toxicity_parts.ordered(estimate, here)
toxicity_parts.heatmaps(estimate, blocks, said, here)
shown = tables.toxicity_table(estimate)
with st.expander("Every term with exact intervals"):
    components.table(shown)
components.download(shown, name="toxicity", key="csv", comments=shell.provenance(here))
components.method(words.explain_toxicity(estimate))
toxicity_parts.closer_look(estimate, blocks, here)
