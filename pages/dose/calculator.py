"""Dose calculator: BED and EQD2 of any courses, and the patients treated like this."""

import streamlit as st

from hccviz.ui import components, dosepage, shell

here = shell.here()
st.title("Dose calculator", anchor=False)
written = dosepage.courses(here)
dosepage.parameters(here)
made = dosepage.scenario(here, written)
if made is not None:
    shown = dosepage.results(made)
    components.download(shown, name="dose", key="csv", comments=(shell.DISCLAIMER,))
    dosepage.bridge(here, made, shell.page_at("survival"))
components.method(
    "Linear-quadratic model: BED = D (1 + d/(α/β)), EQD2 = BED / (1 + 2/(α/β)); D total dose, "
    "d dose per fraction. Without repopulation, incomplete repair or recovery between courses "
    "(Fowler 1989)."
)
