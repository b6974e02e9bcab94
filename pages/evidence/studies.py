"""Studies: what was printed, what the cohort gives, verdict."""

import streamlit as st

from hccviz.ui import components, shell, study_parts

here = shell.here()
st.title("Studies", anchor=False)
study = study_parts.chosen(here)
if study is not None:
    found, first = study_parts.rows(study, here)
    study_parts.listing(found, first, here)
    study_parts.download(study, found, here)
    components.method(
        "Every number is computed now, from the cohort file, by the statistics of the other pages. "
        "Reproduced: equal at the printed precision. Impossible: proven not to be possible "
        "together with other printed numbers. Conflict: contradicts another printed number, which "
        "the cohort follows. Medians are those of the Kaplan-Meier curve, their limits symmetric "
        "as SPSS prints them; p of χ² without correction. The filters on the left change nothing "
        "here."
    )
