"""The looks of the regression page. Only the open one is computed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import streamlit as st

from hccviz.analysis.model_lines import model_lines
from hccviz.analysis.regression import relevant
from hccviz.export import outcome_tables, regression_tables, regression_words
from hccviz.figures.regression import draw_curve, draw_model_forest, draw_residuals
from hccviz.ui import components, regression_controls, shell
from hccviz.ui.outcome_controls import asked
from hccviz.ui.shell import Here

SHOWN_TERMS = 12


def draw(look: str, at: Here) -> None:
    """Draw the open look."""
    _PARTS[look](at)


def _ask(kind: str, at: Here) -> Any:
    """Return a record, computed once whatever else of the page changes; None after saying why."""
    return asked(kind, replace(at, view=relevant(at.view, kind)))


def _table(at: Here) -> None:
    found = _ask("regression", at)
    if found is None:
        return
    said = regression_words.say_regression(found)
    components.sentence(said)
    components.cautions(regression_words.cautions_of(found))
    if not found.alone:
        return
    lines = model_lines(found.alone, found.joint)
    figure = draw_model_forest(lines, found.outcome, mode=at.mode)
    components.figure(figure, key="model-forest", alt=said)
    table = regression_tables.regression_table(found)
    components.table(table)
    components.download(table, name="models", key="csv-models", comments=shell.provenance(at))
    if found.joint is None:
        components.note(f"No multivariable model: {found.joint_why}.")
    with st.expander("Whole factors and the whole model"):
        components.table(regression_tables.factor_tests_table(found), title="Whole factors")
        if found.joint is not None:
            components.table(regression_tables.facts_table(found.joint))
            components.table(
                outcome_tables.tests_table(found.joint.tests), title="Tests of the whole model"
            )
            if found.joint.dropped:
                components.table(
                    regression_tables.dropped_table(found.joint), title="Who is not in the model"
                )
    origin = at.cohort.metadata.time_origin
    components.method(regression_words.explain_regression(found, origin))


def _selection(at: Here) -> None:
    regression_controls.thresholds(at)
    found = _ask("selection", at)
    if found is None:
        return
    components.sentence(regression_words.say_selection(found))
    components.cautions((*found.selection.notes, *found.cautions))
    steps = regression_tables.steps_table(found.selection)
    components.table(steps, title="Every step")
    components.download(steps, name="selection", key="csv-steps", comments=shell.provenance(at))
    if found.selection.final is not None:
        table = regression_tables.selection_table(found)
        components.table(table, title="The model that is left")
        regression_controls.adopt()
    components.method(regression_words.explain_selection(found))


def _hazards(at: Here) -> None:
    regression_controls.scale(at)
    found = _ask("hazards", at)
    if found is None:
        return
    components.sentence(regression_words.say_hazards(found))
    table = regression_tables.hazards_table(found)
    components.table(table)
    components.download(table, name="hazards", key="csv-hazards", comments=shell.provenance(at))
    pairs = list(zip(found.hazards.residuals, found.fitted, strict=True))[:SHOWN_TERMS]
    columns = st.columns(2)
    for place, (residuals, fitted) in enumerate(pairs):
        with columns[place % 2]:
            figure = draw_residuals(residuals, fitted, mode=at.mode)
            alt = f"Scaled Schoenfeld residuals of {residuals.label} over time"
            components.figure(figure, key=f"residuals-{residuals.term}", alt=alt)
    if len(found.hazards.residuals) > SHOWN_TERMS:
        components.note(f"The first {SHOWN_TERMS} factors are drawn.")
    components.method(regression_words.explain_hazards(found))


def _curve(at: Here) -> None:
    regression_controls.curve(at)
    found = _ask("curve", at)
    if found is None:
        return
    said = regression_words.say_curve(found)
    components.sentence(said)
    components.cautions(found.spline.notes)
    if found.spline.band is not None:
        components.figure(draw_curve(found, mode=at.mode), key="curve", alt=said)
        table = regression_tables.curve_table(found)
        with st.expander("Hazard ratio at some values"):
            components.table(table)
        components.download(table, name="curve", key="csv-curve", comments=shell.provenance(at))
    ratio = at.view.filter.alpha_beta_gy
    components.method(regression_words.explain_curve(found, ratio))


_PARTS: dict[str, Callable[[Here], None]] = {
    "table": _table,
    "selection": _selection,
    "hazards": _hazards,
    "curve": _curve,
}
