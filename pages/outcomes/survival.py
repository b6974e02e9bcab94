"""Survival: curves, numbers at risk, medians, rates, tests, then closer looks."""

import streamlit as st

from hccviz.ui import controls, shell, survival_controls, survival_parts

here = shell.here()
shell.heading("Survival", here)
left, middle, right = st.columns([5, 5, 2], vertical_alignment="bottom")
with left:
    controls.endpoint(here)
with middle:
    controls.split(here)
with right:
    survival_controls.options(here)
controls.cut(here)
survival_controls.landmark_first(here)

estimate = shell.ask("survival", here)
survival_parts.curves(here, estimate)
survival_parts.numbers(here, estimate)
survival_parts.closer_look(here)
