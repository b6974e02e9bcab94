"""Patients treated like this: from a schedule to the outcomes of a cohort."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import streamlit as st

from hccviz.analysis.bridge import TOO_FEW, Bridge, DoseStrip, around
from hccviz.data.builtin import built_ins
from hccviz.domain import format as fmt
from hccviz.domain.address import View
from hccviz.domain.filters import CohortFilter, LevelClause, RangeClause
from hccviz.dose.scenario import DoseScenario
from hccviz.export.dose import bridge_table
from hccviz.figures.dose import draw_strip
from hccviz.ui import cache, components, shell, state
from hccviz.ui.dose_fields import as_number, given, number, put_one, several
from hccviz.ui.shell import Here
from hccviz.ui.text import plain

WIDTH_GY = 10.0
YES_NO = {"": "Any", "yes": "Yes", "no": "No"}


def patients_like_this(at: Here, made: DoseScenario) -> None:
    """Draw the form, the outcomes beside the whole cohort, and the strip of all cohorts."""
    st.subheader("What happened to patients treated like this?", anchor=False)
    doses = {i: r.values.bed_gy for i, r in enumerate(made.courses, start=1) if r.values}
    if not doses:
        st.caption("No course is computed yet.")
        return
    bed, width = _dose(at, doses)
    if "bed" not in at.cohort.schema.variables:
        st.caption("This cohort records no dose and fractions. Choose another one on the left.")
    else:
        _outcomes(at, _view(at, bed, width))
    _strip(at, bed, width)


def _dose(at: Here, doses: dict[int, float]) -> tuple[float, float]:
    now = as_number(given(at, "like.course"))
    place = int(now) if now in doses else next(iter(doses))
    names = {i: f"Course {i}: BED {bed:.2f} Gy" for i, bed in doses.items()}
    with st.container(horizontal=True, vertical_alignment="bottom"):
        if len(doses) > 1:
            st.selectbox(
                "Like course",
                list(names),
                format_func=lambda i: names[i],
                width=230,
                **state.widget("like.course", place, lambda i: put_one("like.course", str(i))),
            )
        number(at, "BED at most this far away (Gy)", "like.width", hint="10", width=220)
        if "prior_tace" in at.cohort.schema.variables:
            _prior_tace(at)
        if "tumor_size_cm" in at.cohort.schema.variables:
            number(at, "Tumour from (cm)", "like.size_from", hint="any", width=150)
            number(at, "to (cm)", "like.size_to", hint="any", width=150)
    variable = at.cohort.schema.variables.get("child_pugh_class")
    if variable is not None:
        levels = {code: variable.level_label(code) for code in variable.codes()}
        several(at, "Child-Pugh class (none chosen: any)", "like.child_pugh_class", levels)
    width = as_number(given(at, "like.width") or f"{WIDTH_GY:g}")
    if width is None or width < 0:
        st.error("BED at most this far away: expected a number of Gy, 0 or more. 10 Gy is used.")
        width = WIDTH_GY
    return doses[place], width


def _prior_tace(at: Here) -> None:
    current = given(at, "like.prior_tace")
    st.selectbox(
        "Earlier TACE",
        list(YES_NO),
        format_func=lambda code: YES_NO[code],
        width=110,
        **state.widget(
            "like.prior_tace",
            current if current in YES_NO else "",
            lambda code: put_one("like.prior_tace", code),
        ),
    )


def _view(at: Here, bed: float, width: float) -> View:
    """Return the view of the patients treated like this: the filters, and the form on top."""
    chosen: CohortFilter = at.view.filter.with_clause(around(bed, width))
    there = at.cohort.schema.variables
    for name in ("child_pugh_class", "prior_tace"):
        levels = tuple(code for code in given(at, f"like.{name}").split(",") if code)
        if levels and name in there:
            chosen = chosen.with_clause(LevelClause(name, levels))
    low, high = (as_number(given(at, f"like.size_{end}")) for end in ("from", "to"))
    if (low is not None or high is not None) and "tumor_size_cm" in there:
        chosen = chosen.with_clause(RangeClause("tumor_size_cm", low, high))
    return replace(at.view, filter=chosen)


def _outcomes(at: Here, view: View) -> None:
    only_filter = View(cohorts=view.cohorts, filter=view.filter)
    found: Bridge = cache.answer("bridge", at.cohort, only_filter)
    share = f"{fmt.count(found.n_like)} of {fmt.count(found.n_overall)} patients"
    st.markdown(f"**{share}**: {plain(found.sentence)}")
    if not found.can_tell:
        st.warning(
            f"With {fmt.count(found.n_like)} patients treated like this, this cohort "
            f"{TOO_FEW.split(':')[0]} what happens after this dose. Widen the choice above, or "
            "open a larger cohort on the left."
        )
    components.table(bridge_table(found), title=at.cohort.metadata.title or "Your file")
    if found.n_like:
        st.page_link(
            shell.page_at("survival"), label="Show their survival →", query_params=view.to_params()
        )
    components.method(
        "Kaplan-Meier medians and rates with log-log 95% limits; shares with exact "
        "(Clopper-Pearson) 95% limits, response among evaluable patients. The two columns are not "
        "independent and the comparison is not adjusted: who got which dose was no accident."
    )


def _strip(at: Here, bed: float, width: float) -> None:
    strips = [strip for cohort in _cohorts(at) if (strip := _strip_of(cohort, at)).n]
    if not strips:
        return
    low, high = max(0.0, bed - width), bed + width
    said = f"Where a BED of {bed:.2f} Gy lies among the doses of every cohort."
    st.markdown(f"**{plain(said)}**")
    figure = draw_strip(strips, bed, (low, high), mode=at.mode)
    components.figure(figure, key="strip", alt=said)
    st.caption(
        f"The line is this course, the shaded band ± {width:g} Gy; darker fields hold more "
        f"patients. BED at α/β {at.view.filter.alpha_beta_gy:g} Gy."
    )


def _cohorts(at: Here) -> Sequence[Any]:
    every = [cache.cohort((name,)) for name in built_ins()]
    return [at.cohort, *every] if at.cohort.name == state.UPLOADED else every


def _strip_of(cohort: Any, at: Here) -> DoseStrip:
    view = View(filter=CohortFilter(alpha_beta_gy=at.view.filter.alpha_beta_gy))
    return cache.answer("dose_strip", cohort, view)  # type: ignore[no-any-return]
