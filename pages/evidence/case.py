"""Case: one patient over thirteen years, or the user's own event file."""

import streamlit as st

from hccviz.export.case import explain_case
from hccviz.ui import case_parts, components, shell

here = shell.here()
st.title("Case", anchor=False)
st.caption("One patient's course. This page is not about the cohort on the left.")
case_parts.own_file()
course = case_parts.case()
case_parts.timeline(here, course)
case_parts.courses(here, course)
case_parts.words(course)
components.method(explain_case(course))
