"""Choices of the survival page: what the curves show, axis, strata, landmark, horizon, cut."""

from __future__ import annotations

import math
from collections.abc import Mapping

import streamlit as st

from hccviz.analysis import survival_depth, views
from hccviz.domain import format as fmt
from hccviz.domain import vocabulary
from hccviz.export.survival_words import why_landmark
from hccviz.ui import cache, controls, outcome_controls, state
from hccviz.ui.shell import Here
from hccviz.ui.text import plain

CURVES = {"survival": "Survival (without the event)", "incidence": "Cumulative incidence"}
AXES = {"months": "Months", "years": "Years"}


def options(at: Here) -> None:
    """Draw the popover of everything that a statistician may want to change."""
    controls.survival_options(at, more=lambda: _more(at))


def _more(at: Here) -> None:
    if not at.cohort.schema.endpoints:
        return
    _choose("curve", "Curves show", CURVES, shown_curve(at), default=_usual(at))
    _choose("axis", "Time axis", AXES, at.view.option("axis"), default="months")
    if at.view.by is not None:
        _strata(at)
    if survival_depth.landmark_advice(at.cohort, at.view) is None:
        landmark(at)


def shown_curve(at: Here) -> str:
    """Return ``"survival"`` or ``"incidence"``: as chosen, else as usual for the endpoint."""
    chosen = at.view.option("curve")
    return _usual(at) if chosen == "endpoint" else chosen


def _usual(at: Here) -> str:
    rising = vocabulary.endpoint(views.endpoint_of(at.cohort, at.view)).rising
    return "incidence" if rising else "survival"


def competes(at: Here) -> bool:
    """Tell whether death can be counted as competing with the endpoint shown."""
    code = views.endpoint_of(at.cohort, at.view)
    return code in survival_depth.rival_endpoints(at.cohort)


def years(at: Here) -> bool:
    """Tell whether time axes are labelled in years."""
    return at.view.option("axis") == "years"


def picked(at: Here) -> float | None:
    """Return the time that was picked on a curve, months."""
    raw = at.view.option("at")
    return float(raw) if raw and float(raw) > 0 else None


def pick(months: float | None) -> None:
    """Keep a time picked on a curve; None forgets it."""
    told = "" if months is None or months <= 0 else repr(round(months, 6)).removesuffix(".0")
    state.set_view(state.view().with_option("at", told), by_user=True)


def forget() -> None:
    """Forget the picked time, and let the figure forget its marked point."""
    state.remember("picking", state.recall("picking", 0) + 1)
    pick(None)


def figure_key() -> str:
    """Return the key of the figure on which times are picked."""
    return f"survival-{state.recall('picking', 0)}"


def landmark_first(at: Here) -> None:
    """Offer a landmark above the figure when the split is known only later, with the reason."""
    advice = survival_depth.landmark_advice(at.cohort, at.view)
    if not at.cohort.schema.endpoints or at.view.present:
        return
    if advice is None or at.view.by is None:
        return
    variable = at.cohort.schema.variables[at.view.by.address]
    timed = "cr" in at.cohort.schema.endpoints and vocabulary.is_response(variable.name)
    with st.container(border=True, key="landmark-first"):
        st.markdown(plain(why_landmark(variable, advice, response_times=timed)))
        left, right = st.columns([4, 1], vertical_alignment="bottom")
        with left:
            landmark(at)
        with right:
            on = bool(at.view.landmark)
            st.button(
                "From month 0" if on else f"Month {fmt.plain(advice)}",
                key="landmark-advised",
                on_click=state.change,
                kwargs={"landmark": None if on else advice},
            )


def landmark(at: Here) -> None:
    """Draw the slider of the landmark."""
    last = cache.answer("last_month", at.cohort, at.view)
    now = float(at.view.landmark or 0.0)
    top = float(max(math.ceil(last), math.ceil(now)))
    if top < 1.0:
        return
    st.slider(
        "Landmark, months (0: from the start)",
        0.0,
        top,
        step=0.5 if top <= 120 else 1.0,
        format="%g",
        help="Counts only patients still under observation without the event at that time.",
        **state.widget("landmark", now, lambda months: state.change(landmark=months or None)),
    )


def horizon(at: Here) -> None:
    """Draw the field for the horizon of restricted means."""
    st.number_input(
        "Mean up to, months",
        min_value=0.5,
        max_value=1200.0,
        step=6.0,
        format="%g",
        placeholder="latest with 10 at risk",
        help="Empty: the latest of the times in Options at which every group has ten patients at "
        "risk, or the longest that every group allows.",
        **state.widget("horizon", at.view.horizon, lambda m: state.change(horizon=m)),
    )


def cut(at: Here, default: float | None) -> None:
    """Draw the field for where hazard ratios by period change."""
    chosen = float(at.view.option("cut") or 0)
    st.number_input(
        "Hazard ratio may change at, months",
        min_value=0.5,
        max_value=1200.0,
        step=1.0,
        format="%g",
        placeholder="" if default is None else fmt.plain(default),
        help="Choose it before looking: a cut chosen by the curves exaggerates a change.",
        **state.widget("out-cut", chosen or None, _keep_cut),
    )


def _keep_cut(months: float | None) -> None:
    told = "" if months is None else f"{months:g}"
    state.set_view(state.view().with_option("cut", told), by_user=True)


def _strata(at: Here) -> None:
    said = "Log-rank test and hazard ratios compare patients of the same level only."
    outcome_controls.strata(at, "Stratify tests by", said)


def _choose(name: str, label: str, names: Mapping[str, str], current: str, default: str) -> None:
    """Draw a switch kept in the address; the usual choice is left out of it."""

    def keep(code: str | None) -> None:
        kept = code or current
        usual = "endpoint" if name == "curve" else default
        new = state.view().with_option(name, usual if kept == default else kept)
        state.set_view(new, by_user=True)

    st.segmented_control(
        label,
        list(names),
        format_func=lambda code: names[code],
        **state.widget(f"out-{name}", current, keep),
    )
