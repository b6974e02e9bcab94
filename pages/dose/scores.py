"""Liver scores: Child-Pugh, ALBI, BCLC and mRECIST from single values."""

import streamlit as st

from hccviz.ui import components, dose_scores, shell

here = shell.here()
st.title("Liver scores", anchor=False)
st.caption("What you enter stays in this session, not in the link. The first values are made up.")
child_pugh_class = dose_scores.liver_function()
dose_scores.stage(child_pugh_class)
dose_scores.response()
components.method(
    "The same rules derive these columns of a cohort when a file lacks them. Marks: V primary text "
    "read, A abstract only, C secondary transcription, U not verified."
)
