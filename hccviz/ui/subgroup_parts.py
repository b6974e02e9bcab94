"""The looks of the subgroups page. Only the open one is computed."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from hccviz.domain.address import PINS
from hccviz.domain.metadata import KIND_SENTENCE
from hccviz.domain.subgroup_records import PairEstimate
from hccviz.export import subgroup_tables, subgroup_words, tables
from hccviz.export.outcome_words import AMONG
from hccviz.figures.cut_points import draw_cut_points
from hccviz.figures.forest import draw_forest, draw_rate_forest
from hccviz.figures.love import draw_love
from hccviz.figures.survival import draw_survival
from hccviz.ui import components, controls, looked, outcome_controls, shell, subgroup_controls
from hccviz.ui.outcome_controls import asked
from hccviz.ui.shell import Here
from hccviz.ui.text import plain

FEW_FACTORS = 12
"""Up to so many factors the table of a forest is open below it."""

NAMES = {
    "forest": "Forest",
    "pair": "Two subgroups",
    "cut": "Cut points",
    "looked": "Looked at so far",
}


def looks(at: Here) -> None:
    """Draw the row of looks, the open one, and how many comparisons were looked at."""
    at = subgroup_controls.fitted(at)
    look = outcome_controls.parts("sub", NAMES, at)
    _PARTS[look](at)
    if look != "looked":
        components.note(subgroup_words.say_looked(looked.found()))


def _forest(at: Here) -> None:
    if not at.view.present:
        subgroup_controls.outcome(at)
        subgroup_controls.comparison(at)
    shell.ask("attrition", at)
    if at.view.by is None:
        st.info("Choose what to compare: a factor above, or one of these.")
        subgroup_controls.examples(at)
    elif at.view.option("on") == "survival":
        _hazards(at)
    else:
        _rates(at)


def _hazards(at: Here) -> None:
    found = asked("forest", at)
    if found is None:
        return
    said = subgroup_words.say_forest(found)
    components.sentence(said)
    if not at.view.present:
        subgroup_controls.curves(at)
    figure = draw_forest(found, favours=subgroup_words.favours(found), mode=at.mode)
    components.figure(figure, key="forest", alt=said)
    components.cautions(found.notes)
    table = subgroup_tables.forest_table(found)
    with st.expander("Every subgroup", expanded=len(found.factors) <= FEW_FACTORS):
        components.table(subgroup_tables.folded(table))
    components.download(table, name="forest", key="csv-forest", comments=shell.provenance(at))
    components.method(subgroup_words.explain_forest(found, at.cohort.metadata.time_origin))


def _rates(at: Here) -> None:
    found = asked("rate_forest", at)
    if found is None:
        return
    said = subgroup_words.say_rate_forest(found)
    components.sentence(said)
    measure = at.view.option("measure")
    if not at.view.present:
        left, _ = st.columns([1, 3])
        with left:
            outcome_controls.choose("measure", "Figure", subgroup_controls.MEASURES, measure)
    if not found.why:
        favours = subgroup_words.rate_favours(found)
        figure = draw_rate_forest(found, favours=favours, mode=at.mode, measure=measure)
        components.figure(figure, key="rate-forest", alt=said)
    components.cautions(found.notes)
    table = subgroup_tables.rate_forest_table(found)
    with st.expander("Every subgroup", expanded=len(found.factors) <= FEW_FACTORS):
        components.table(subgroup_tables.folded(table))
    components.download(table, name="forest", key="csv-rates", comments=shell.provenance(at))
    components.method(subgroup_words.explain_rate_forest(found))


# --------------------------------------------------------------------------- pinned subgroups


def _pair(at: Here) -> None:
    if not at.view.present:
        subgroup_controls.pins(at)
    if len(at.view.pins) < len(PINS):
        st.info(
            "Set the filters in the rail and pin them as A, set other filters and pin them as B. "
            "Any two filters will do; the rail stays free for the next one."
        )
        return
    found = asked("pair", at)
    if found is None:
        return
    components.sentence(subgroup_words.say_pair(found))
    if found.n_both:
        st.warning(plain(
            f"{found.n_both} of these patients are in both. They are shown in both, but tests, p, "
            "hazard ratio and limits of differences assume separate patients and are not given. "
            "Narrow one of the filters."
        ))  # fmt: skip
    if not at.view.present:
        subgroup_controls.pair_outcomes(at)
    _pair_survival(found, at)
    _pair_rates(found, at)
    _balance(found, at)
    table = subgroup_tables.pair_table(found)
    components.download(table, name="two-subgroups", key="csv-pair", comments=_who(found, at))
    components.method(subgroup_words.explain_pair(found))


def _who(found: PairEstimate, at: Here) -> tuple[str, ...]:
    """Return the lines above the table of two subgroups; the rail's filter has no part in it."""
    return (
        f"hccviz: {at.cohort.metadata.title or 'own file'}",
        subgroup_words.say_pair(found),
        KIND_SENTENCE[at.cohort.metadata.kind],
        f"Address: {at.view.to_query()}; SHA-256 {at.cohort.sha256}",
        shell.DISCLAIMER,
    )


def _pair_survival(found: PairEstimate, at: Here) -> None:
    st.subheader("Survival", anchor=False)
    said = subgroup_words.say_pair_survival(found)
    st.markdown(plain(said))
    if found.survival is None or not found.survival.curves:
        return
    figure = draw_survival(found.survival, mode=at.mode, large=at.view.present)
    components.figure(figure, key="pair-survival", alt=said)
    components.cautions(found.survival.warnings)
    components.table(subgroup_tables.rates_table(found), title="Rates")


def _pair_rates(found: PairEstimate, at: Here) -> None:
    among = AMONG[at.view.option("of")]
    for title, rows, why in (
        (f"Response, of {among}", found.response, found.response_why),
        ("Toxicity", found.toxicity, found.toxicity_why),
    ):
        st.subheader(title, anchor=False)
        if rows:
            components.table(subgroup_tables.contrast_table(rows))
        else:
            components.note(why or found.why_no_test or "Nothing is recorded for both.")


def _balance(found: PairEstimate, at: Here) -> None:
    st.subheader("Balance at baseline", anchor=False)
    if found.baseline is None:
        components.note("Nobody is in A or B.")
        return
    known = [row for row in found.baseline.rows if row.smd is not None]
    above = [row.label for row in known if (row.smd or 0.0) > 0.1]
    if known:
        said = f"{len(above)} of {len(known)} characteristics differ by a SMD above 0.1."
        st.markdown(plain(said))
        components.figure(draw_love(found.baseline, mode=at.mode), key="love", alt=said)
    with st.expander("Table of characteristics"):
        components.table(tables.baseline_table(found.baseline))


# --------------------------------------------------------------------------- cuts of a number


def _cut(at: Here) -> None:
    shell.ask("attrition", at)
    found = asked("cut_points", at)
    if found is None:
        return
    number = at.cohort.schema.variables[found.estimate.name]
    if not at.view.present:
        left, middle, right = st.columns(3, vertical_alignment="bottom")
        with left:
            subgroup_controls.number(at, found.estimate.name)
        with middle:
            controls.endpoint(at)
        with right:
            subgroup_controls.own_cut(found.own.value if found.own else None, number.unit)
    said = subgroup_words.say_cut_points(found)
    components.sentence(said)
    own = subgroup_words.say_own_cut(found)
    if own:
        st.markdown(plain(own))
    if found.estimate.cuts:
        st.warning(plain(subgroup_words.why_not_evidence(found)))
        figure = draw_cut_points(found, mode=at.mode, log_x=number.scale == "log")
        components.figure(figure, key="cuts", alt=said)
        if found.own is not None and found.own.ratio.value is not None:
            st.button("Split by your cut", key="use-cut", on_click=subgroup_controls.use_cut,
                      args=(found.estimate.name, found.own.value))  # fmt: skip
        table = subgroup_tables.cut_table(found)
        with st.expander("Every cut"):
            components.table(table)
        components.download(table, name="cuts", key="csv-cuts", comments=shell.provenance(at))
    controls.missing_note(found.n_missing, 0, f"{number.label} or the endpoint", at)
    components.method(subgroup_words.explain_cut_points(found))


def _looked(_: Here) -> None:
    found = looked.found()
    components.sentence(subgroup_words.say_looked(found))
    if found.comparisons:
        table = subgroup_tables.looked_table(found)
        components.table(table)
        components.download(table, name="looked-at", key="csv-looked",
                            comments=(shell.DISCLAIMER,))  # fmt: skip
        st.button("Forget them and start counting anew", key="forget", on_click=looked.forget)
    components.method(subgroup_words.EXPLAIN_LOOKED)


_PARTS: dict[str, Callable[[Here], None]] = {
    "forest": _forest,
    "pair": _pair,
    "cut": _cut,
    "looked": _looked,
}
