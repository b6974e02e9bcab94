"""Survival: curves, numbers at risk, medians, rates, tests."""

import streamlit as st

from hccviz.export import tables, words
from hccviz.figures.survival import draw_survival
from hccviz.ui import components, controls, shell, state

here = shell.here()
shell.heading("Survival", here)
left, middle, right = st.columns([5, 5, 2], vertical_alignment="bottom")
with left:
    controls.endpoint(here)
with middle:
    controls.split(here)
with right:
    controls.survival_options(here)
controls.cut(here)

estimate = shell.ask("survival", here)
said = words.say_survival(estimate)
components.sentence(said)
if estimate.curves:
    figure = draw_survival(
        estimate, mode=here.mode, bands=state.recall("bands", True), large=here.view.present
    )
    components.figure(figure, key="survival", alt=said)
components.cautions(estimate.warnings)

shown = tables.survival_table(estimate)
components.table(tables.turned(shown), title="Numbers")
if estimate.by:
    components.table(tables.hazard_table(estimate), title="Hazard ratios")
    components.table(tables.significance_table(estimate), title="Tests")
    if estimate.pairwise:
        components.table(tables.pairwise_table(estimate), title="Pairs of groups")
components.download(shown, name="survival", key="csv", comments=shell.provenance(here))
components.method(words.explain_survival(estimate, here.cohort.metadata.time_origin))
