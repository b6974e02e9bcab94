"""Plan check: organ limits, liver risk from a mean dose or a histogram, local control."""

import streamlit as st

from hccviz.ui import components, dose_histogram, dose_plan, dose_risk, shell

here = shell.here()
st.title("Plan check", anchor=False)
look = dose_plan.look(here)
if look == "control":
    dose_risk.local_control(here)
else:
    course = dose_plan.prescription(here)
    organ = dose_plan.organ(here) if look == "limits" else "liver"
    dvh = dose_histogram.histogram(here, organ)
    if course is not None and look == "limits":
        dose_plan.organ_limits(here, course, organ, dvh)
    elif course is not None:
        dose_risk.liver_risk(here, course, dvh)
components.method(
    "Limits as printed in the five studies and in QUANTEC Table 1, each for its own number of "
    "fractions; a conversion is made only on request and is marked. Liver risk: "
    "Lyman-Kutcher-Burman; each bin of a histogram is converted to EQD2 with its own dose per "
    "fraction. Marks: V primary text read, A abstract only, C secondary transcription, U not "
    "verified."
)
