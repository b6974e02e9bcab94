"""Re-irradiation: what each organ has received over several courses, and what room is left."""

import streamlit as st

from hccviz.ui import components, dose_cumulative, dose_reirradiation, shell

here = shell.here()
st.title("Re-irradiation", anchor=False)
dose_reirradiation.example(here)
told = dose_reirradiation.history(here)
organs = dose_reirradiation.organs(here, told)
models = dose_reirradiation.recovery(here)
dose_cumulative.answers(here, told, organs, models)
components.method(
    "EQD2 of each course at the α/β of the organ (LQ), added up; the sum without recovery always "
    "comes first. Recovery reduces each earlier course by its time to the last one (or to the "
    "planned one). The evidence for recovery is mostly from the spinal cord; none was found for "
    "liver or bowel. Marks: V primary text read, A abstract only, C secondary transcription, U not "
    "verified."
)
