"""Toxicity: worst grade per term, one phase at a time."""

import streamlit as st

from hccviz.export import tables, words
from hccviz.figures.toxicity import draw_toxicity
from hccviz.ui import components, controls, shell

here = shell.here()
shell.heading("Toxicity", here)
left, right = st.columns(2, vertical_alignment="bottom")
with left:
    controls.phase(here)
with right:
    controls.split(here)
controls.cut(here)

estimate = shell.ask("toxicity", here)
said = words.say_toxicity(estimate)
components.sentence(said)
components.cautions(estimate.warnings)
for group, cell in zip(estimate.groups, components.cells(len(estimate.groups)), strict=True):
    with cell:
        title = f"{group.label} (n = {group.n:,})" if estimate.by else ""
        figure = draw_toxicity(group, mode=here.mode, title=title)
        components.figure(figure, key=f"toxicity-{group.level}", alt=said)
if estimate.differences:
    first, second = estimate.groups
    title = f"Risk difference: {second.label} minus {first.label}"
    components.table(tables.difference_table(estimate), title=title)
shown = tables.toxicity_table(estimate)
with st.expander("Every term with exact intervals"):
    components.table(shown)
components.download(shown, name="toxicity", key="csv", comments=shell.provenance(here))
components.method(words.explain_toxicity(estimate))
