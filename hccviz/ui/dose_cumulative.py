"""The answers of the re-irradiation page: sums per organ, limits, room, what would fit."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

import streamlit as st

from hccviz.dose.reirradiation import LimitComparison, OrganCumulative
from hccviz.dose.reirradiation_query import evaluate_reirradiation
from hccviz.dose.tissues import tissue
from hccviz.export import dose_courses as tables
from hccviz.export.dose import gray
from hccviz.export.tables import turned
from hccviz.figures.dose_cumulative import draw_cumulative
from hccviz.ui import components
from hccviz.ui.dose_fields import attempt, given, joined, take_away
from hccviz.ui.dose_reirradiation import History, per_course
from hccviz.ui.shell import Here
from hccviz.ui.text import plain


def answers(at: Here, told: History, organs: Sequence[str], models: Sequence[str]) -> None:
    """Compute and show every organ; a wrong course is named and the others stay."""
    for place, entry in enumerate(told.entries, start=1):
        if entry.error is not None:
            st.error(f"Course {place}: {plain(entry.error)}")
    if any(entry.error for entry in told.entries):
        _without_sum(told, organs)
        return
    if models and not told.intervals and len(told.written) > 1:
        st.warning("Recovery needs the months between all courses. Enter them above.")
    if not organs:
        st.info("Choose an organ above.")
    found: dict[str, OrganCumulative] = {}
    for code in organs:
        asked = query(at, told, code, models)
        organ = attempt(partial(evaluate_reirradiation, asked))
        if organ is not None:
            found[asked] = organ
    if len(found) > 1:
        components.table(turned(tables.organs_table(list(found.values()))), title="All organs")
    for organ in found.values():
        _organ(at, organ)
    if found:
        _take_away(at, found)


def _without_sum(told: History, organs: Sequence[str]) -> None:
    for code in organs:
        entry = tissue(code)
        components.table(
            tables.partial_table(told.entries, entry.alpha_beta_gy),
            title=f"{entry.label}, α/β {entry.alpha_beta_gy:g} Gy",
        )
    st.caption("A sum over part of the courses would mislead; correct the course that is named.")


def _organ(at: Here, organ: OrganCumulative) -> None:
    label = tissue(organ.organ).label
    st.subheader(label, anchor=False)
    said = (
        f"Without recovery the courses add up to an EQD2 of {gray(organ.eqd2_gy)} Gy "
        f"(BED {gray(organ.bed_gy)} Gy) at α/β {organ.alpha_beta_gy:g} Gy."
    )
    components.sentence(said)
    limit = tables.limit_as_eqd2(organ)
    figure = draw_cumulative(organ, limit_eqd2_gy=limit, mode=at.mode)
    components.figure(figure, key=f"cumulative-{organ.organ}", alt=f"{label}. {said}")
    components.table(tables.sum_table(organ))
    _limit(organ.comparison)
    components.table(tables.contribution_table(organ), title="Course by course")
    for entry in organ.recovered:
        text = f"{entry.model.label} [{entry.model.mark}]: {entry.model.evidence}"
        st.caption(plain(text))
    components.cautions(organ.warnings)


def _limit(comparison: LimitComparison | None) -> None:
    if comparison is None:
        st.caption(
            "No cumulative limit for this organ was found in the sources. Enter your own above to "
            "see the remaining room."
        )
        return
    show = st.warning if comparison.exceeded else st.info
    show(plain(tables.say_limit(comparison)))
    for note in comparison.notes:
        st.caption(f"⚠️ {plain(note)}")
    if comparison.fits:
        title = "Whole schedules that fit in the remaining room, without recovery"
        components.table(tables.fits_table(comparison), title=title)


def _take_away(at: Here, found: dict[str, OrganCumulative]) -> None:
    command = "\n".join(f'python -m hccviz reirradiation "{query}"' for query in found)
    table = tables.organs_table(list(found.values()))
    record = tables.courses_json(found)
    take_away(at, command, name="reirradiation", table=table, record=record)


def query(at: Here, told: History, code: str, models: Sequence[str]) -> str:
    """Return the query for one organ, the same that the command line takes."""
    parts = {"courses": ",".join(told.written), "organ": code}
    parts |= {"ab": given(at, f"re.ab.{code}"), "intervals": told.intervals}
    count = len(told.written)
    for name, default in (("overlap", "overlapping"), ("doses", "-")):
        text = given(at, f"re.{name}.{code}")
        parts[name] = ",".join(per_course(text, count, default)) if text else ""
    if told.intervals or count == 1:
        parts["recovery"] = ",".join(models)
        if "exponential" in models:
            parts |= {name: given(at, f"re.{name}") for name in ("floor", "halftime")}
        if "user" in models:
            parts["recovered"] = given(at, "re.recovered")
    parts |= {"limit": given(at, f"re.limit.{code}"), "planned": given(at, "re.planned")}
    return joined(parts)
