"""What the courses amount to: the table, and one closer look at a time."""

from __future__ import annotations

import streamlit as st

from hccviz.dose.comparison import compare, isoeffect_curve, same_curve, tissue_dose, tornado
from hccviz.dose.isoeffect import Isoeffect
from hccviz.dose.lq import LQ_CAUTION_GY, Course
from hccviz.dose.models import LQ, LQL, Model
from hccviz.dose.scenario import DoseScenario, evaluate
from hccviz.dose.tissues import TISSUES
from hccviz.export import dose as tables
from hccviz.export.tables import turned
from hccviz.figures.dose import draw_isoeffect, draw_tornado
from hccviz.ui import components
from hccviz.ui.dose_fields import (
    as_text,
    attempt,
    choice,
    given,
    joined,
    number,
    tabs,
    take_away,
)  # fmt: skip
from hccviz.ui.shell import Here
from hccviz.ui.text import plain

LOOKS = {
    "organs": "Organs",
    "band": "α/β band",
    "same": "Same effect",
    "formula": "Formula",
}
QUESTIONS = {"d": "dose per fraction for", "n": "number of fractions of"}
SHOWN_COURSES = 4


def results(made: DoseScenario) -> None:
    """Show the table that adds up, the errors of single courses, the cautions."""
    components.table(turned(tables.dose_table(made)), title="What the courses amount to")
    for place, result in enumerate(made.courses, start=1):
        if result.error is not None:
            st.error(f"Course {place}: {plain(result.error)}")
    gap = tables.gap_table(made)
    if any(gap.values()):
        components.table(_upright(gap), title="The gap")
    components.cautions(made.warnings)


def closer(at: Here, made: DoseScenario) -> None:
    """Draw one closer look at one course: organs, α/β, isoeffect or formula."""
    good = [(i, r.course) for i, r in enumerate(made.courses, start=1) if r.course and r.values]
    if not good:
        return
    with st.container(horizontal=True, vertical_alignment="bottom"):
        look = tabs(at, "Closer look", "dose.show", LOOKS)
    course = _chosen(at, good, look)
    if look == "organs":
        _organs(course, [c for _, c in good])
    elif look == "band" and course is not None:
        _band(at, course)
    elif look == "same" and course is not None:
        _same_effect(at, made, course)
    else:
        for place, result in enumerate(made.courses, start=1):
            if result.formula:
                st.code(f"Course {place}\n{result.formula}", language=None, wrap_lines=True)


def _chosen(at: Here, good: list[tuple[int, Course]], look: str) -> Course | None:
    """Draw the menu of courses; None stands for all of them side by side."""
    if len(good) == 1 or look == "formula":
        return good[0][1]
    names = {str(place): f"Course {place}: {course.text}" for place, course in good}
    every = {"all": "All courses side by side"} if look == "organs" else {}
    code = choice(at, "Course", "dose.course", {**every, **names}, width=420)
    return None if code == "all" else dict(good)[int(code)]


def _organs(course: Course | None, every: list[Course]) -> None:
    if course is None:
        columns = compare(every[:SHOWN_COURSES], TISSUES)
        components.table(tables.side_by_side(columns), title="EQD2 (Gy)")
        if len(every) > SHOWN_COURSES:
            st.caption(f"The first {SHOWN_COURSES} courses; all of them are in the JSON file.")
    else:
        doses = [tissue_dose(course, entry) for entry in TISSUES]
        components.table(tables.tissue_table(doses), title=course.text)
    note = "LQ; beside it LQ-L where it differs (straight on from 2 × α/β)."
    if any(c.dose_per_fraction_gy >= LQ_CAUTION_GY for c in every):
        note += " The gap between the two is a measure of how little is known here."
    st.caption(f"The prescribed dose, as if the whole of it reached the organ. {note}")


def _band(at: Here, course: Course) -> None:
    doses = tornado(course, TISSUES)
    said = (
        f"EQD2 of {course.text} over the published α/β values: widest for "
        f"{doses[0].tissue.label.lower()}, {tables.gray(doses[0].eqd2_at_high_gy)} to "
        f"{tables.gray(doses[0].eqd2_at_low_gy)} Gy."
    )
    components.sentence(said)
    components.figure(draw_tornado(doses, mode=at.mode), key="tornado", alt=said)
    components.table(tables.band_table(doses))
    st.caption("Linear-quadratic model. Tissues with a single published value are left out.")


def _same_effect(at: Here, made: DoseScenario, course: Course) -> None:
    ratio = made.alpha_beta_gy
    models: list[tuple[str, Model]] = [("LQ", LQ(ratio)), ("LQ-L", LQL.tangent(ratio))]
    curves = []
    for name, model in models:
        bed = float(model.bed(course.total_dose_gy, course.fractions))
        curves.append((f"{name}: BED {bed:.2f} Gy", isoeffect_curve(bed, model)))
    if same_curve(curves[0][1], curves[1][1]):
        curves = [(f"LQ and LQ-L: BED {bed:.2f} Gy", curves[0][1])]
    said = f"Every point of a curve has the effect of {course.text} at α/β {ratio:g} Gy."
    components.sentence(said)
    components.figure(draw_isoeffect(curves, course, mode=at.mode), key="isoeffect", alt=said)
    found = attempt(lambda: _solve(at, made, course))
    if found is not None:
        _solution(found, made)


def _solve(at: Here, made: DoseScenario, course: Course) -> Isoeffect | None:
    own = float(made.request.model.bed(course.total_dose_gy, course.fractions))
    with st.container(horizontal=True, vertical_alignment="bottom"):
        wanted = choice(at, "I look for the", "dose.solve", QUESTIONS, width=240)
        if wanted == "d":
            number(at, "this many fractions", "dose.n", hint="5", width=180)
        else:
            number(at, "this dose each (Gy)", "dose.d", hint="3", width=180)
        number(at, "BED to reach (Gy)", "dose.bed", hint=f"{own:.2f}, as this course")
    amount = given(at, "dose.n" if wanted == "d" else "dose.d") or ("5" if wanted == "d" else "3")
    parts = {"solve": wanted, "n" if wanted == "d" else "d": amount}
    parts["bed"] = given(at, "dose.bed") or as_text(own)
    return evaluate(joined({**parts, **_model_parts(made)})).solution


def _model_parts(made: DoseScenario) -> dict[str, str]:
    """Return the names that give the same model again."""
    model, parts = made.request.model, {"ab": as_text(made.alpha_beta_gy)}
    if isinstance(model, LQL):
        edge, slope = as_text(model.transition_dose_gy), as_text(model.gamma_over_alpha)
        return {**parts, "model": "lql", "dt": edge, "ga": slope}
    if isinstance(model, LQ):
        return parts
    names = {"alpha": model.alpha_per_gy, "d0": model.d0_gy, "dq": model.dq_gy}
    return {**parts, "model": "usc", **{name: as_text(value) for name, value in names.items()}}


def _solution(found: Isoeffect, made: DoseScenario) -> None:
    what = "fractions" if found.solved_for == "n" else "Gy per fraction"
    st.markdown(
        f"Exactly **{found.exact:.2f} {what}** for a BED of {found.target_bed_gy:.2f} Gy. "
        "What can be given:"
    )
    components.table(tables.isoeffect_table(found, made.request.model))


def downloads(at: Here, made: DoseScenario, query: str) -> None:
    """Offer the scenario as link, command, CSV and JSON."""
    courses = [r.course for r in made.courses if r.course and r.values]
    record = tables.scenario_json(made, compare(courses, TISSUES), query)
    command = f'python -m hccviz dose "{query}"'
    take_away(at, command, name="dose", table=tables.dose_table(made), record=record)


def _upright(table: dict[str, list[str]]) -> dict[str, list[str]]:
    """Return a table of one row as names and values."""
    return {"": list(table), "Value": [cells[0] for cells in table.values()]}
