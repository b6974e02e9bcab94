"""Literature: TACE with radiotherapy in large HCC, rates recomputed and summarised."""

import streamlit as st

from hccviz.export.literature import explain_pooled
from hccviz.ui import components, literature_parts, shell

here = shell.here()
st.title("Literature", anchor=False)
st.caption(
    "Combined TACE and radiotherapy in hepatocellular carcinomas of 5 cm or more, as one published "
    "table has it. This page is about that table, not about the cohort on the left."
)
found = literature_parts.literature(here)
components.method(explain_pooled(found))
