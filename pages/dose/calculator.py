"""Dose calculator: any schedules side by side, and the patients treated like this."""

import streamlit as st

from hccviz.ui import components, dose_bridge, dose_courses, dose_model, dose_results, shell

here = shell.here()
st.title("Dose calculator", anchor=False)
written = dose_courses.courses(here)
dose_model.parameters(here)
made, query = dose_model.scenario(here, written)
if made is not None:
    dose_results.results(made)
    dose_results.downloads(here, made, query)
    dose_results.closer(here, made)
    dose_bridge.patients_like_this(here, made)
components.method(
    "LQ: BED = D (1 + d/(α/β)), EQD2 = BED / (1 + 2/(α/β)); D total dose, d dose per fraction "
    "(Fowler 1989). LQ-L after Astrahan 2008. The sum adds the courses as if they met in the same "
    "tissue, without recovery. Marks: V primary text read, A abstract only, C secondary "
    "transcription or public code, U not verified."
)
