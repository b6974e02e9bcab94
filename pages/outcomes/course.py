"""Patient courses: change of size and AFP, size against dose, courses over time."""

import streamlit as st

from hccviz.ui import components, controls, course_parts, shell

here = shell.here()
shell.heading("Patient courses", here)
shell.ask("attrition", here)
left, right = st.columns([1, 2], vertical_alignment="bottom")
with left:
    controls.criterion(here)
course_parts.draw(here)
components.note("One mark per patient, never a name. Fewer than five are not shown one by one.")
