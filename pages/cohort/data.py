"""Data: open an own file, see what the checks say, choose a built-in cohort."""

import streamlit as st

from hccviz.ui import components, datapage, shell

here = shell.here()
shell.heading("Data", here)
st.subheader("Your own file", anchor=False)
st.markdown(
    "One row per patient, saved as parquet. Files stay in the memory of this session and are gone "
    "when you close the page; nothing is stored, logged or sent anywhere."
)
datapage.opener()
datapage.checks(here.cohort)
datapage.format_help()
st.subheader("Built-in cohorts", anchor=False)
datapage.catalogue()
st.subheader("The cohort shown now", anchor=False)
components.about(here.cohort)
