"""Overview: who is in the cohort."""

import streamlit as st

from hccviz.export import tables
from hccviz.figures.distribution import draw_histogram
from hccviz.ui import components, controls, shell

here = shell.here()
shell.heading("Overview", here)
controls.split(here, label="Compare groups of")
controls.cut(here)

baseline = shell.ask("baseline", here)
shown = tables.baseline_table(baseline)
components.table(shown, title="Baseline characteristics")
controls.missing_note(0, baseline.n_unknown_group, "", here)
components.download(shown, name="baseline", key="csv", comments=shell.provenance(here))
components.method(
    "Numbers: median (quartiles by linear interpolation), range. Levels: n (% of those recorded). "
    "SMD: standardised mean difference, the largest between any two groups; above 0.1 is often "
    "read as imbalance."
)
st.subheader("Distribution", anchor=False)
variable = controls.number(here)
if variable is not None:
    histogram = shell.ask("histogram", here, variable.address)
    if histogram.edges.size:
        figure = draw_histogram(histogram, variable, mode=here.mode)
        alt = f"Histogram of {variable.label}"
        components.figure(figure, key="histogram", alt=alt)
    controls.missing_note(histogram.missing, 0, variable.label, here)
st.subheader("About this cohort", anchor=False)
components.about(here.cohort)
