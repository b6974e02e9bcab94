"""Choices of the outcome pages. Each is a name of the address; a widget only shows it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import streamlit as st

from hccviz.analysis import looks, outcomes, views
from hccviz.domain import vocabulary
from hccviz.domain.after_start import known_after_start
from hccviz.domain.errors import AddressError
from hccviz.domain.filters import Schema
from hccviz.domain.vocabulary import Variable
from hccviz.export.outcome_words import criterion_name
from hccviz.ui import cache, looked, state
from hccviz.ui.shell import Here
from hccviz.ui.text import plain

RATES = {"orr": "Objective response (CR + PR)", "dcr": "Disease control (CR + PR + SD)",
         "cr": "Complete response"}  # fmt: skip
DENOMINATORS = {"evaluable": "Evaluable patients", "all": "All patients"}
INTERVALS = {"clopper-pearson": "Exact (Clopper-Pearson)", "wilson": "Wilson"}
ORDERS = {"frequency": "Most frequent first", "severity": "Most severe first",
          "organ": "By organ class", "file": "As in the file"}  # fmt: skip
GRADES = {"1": "any grade", "2": "grade 2 or more", "3": "grade 3 or more", "4": "grade 4 or more",
          "5": "grade 5"}  # fmt: skip
COMPARISONS = {"landmark": "Response by then against none by then",
               "responders": "Early against late responders"}  # fmt: skip


def choose(name: str, label: str, names: Mapping[str, str], current: str, **more: Any) -> None:
    """Draw a menu whose choice goes into the address under ``out.<name>``."""
    st.selectbox(
        label,
        list(names),
        format_func=lambda code: names[code],
        **more,
        **state.widget(f"out-{name}", current, lambda code: _set(name, code)),
    )


def parts(name: str, names: Mapping[str, str], at: Here) -> str:
    """Draw the row of closer looks that the cohort can answer; return the open one.

    Only that one is computed. What the cohort cannot answer is named under the row.
    """
    lacking = looks.missing(at.cohort, at.view, name)
    there = [code for code in names if not lacking[code]] or list(names)
    current = at.view.option(name)
    current = current if current in there else there[0]
    if at.view.present:
        return current
    st.segmented_control(
        "A closer look",
        there,
        format_func=lambda code: names[code],
        **state.widget(f"out-{name}", current, lambda code: _set(name, code or current)),
    )
    absent = [f"{names[code]} (needs {lacking[code]})" for code in names if code not in there]
    if absent:
        st.caption(plain(f"Not recorded in this cohort: {'; '.join(absent)}."))
    return current


def _set(name: str, code: str) -> None:
    state.set_view(state.view().with_option(name, code), by_user=True)


def asked(kind: str, at: Here, detail: str = "") -> Any:
    """Return the record of a question, or None after saying why there is none."""
    try:
        found = cache.answer(kind, at.cohort, at.view, detail)
    except AddressError as reason:
        st.info(plain(reason))
        return None
    looked.keep(kind, at, found)
    return found


def rate(at: Here) -> None:
    """Draw the menu of response rates."""
    choose("rate", "Rate", RATES, at.view.option("rate"))


def denominator(at: Here) -> bool:
    """Draw the menu of denominators; True for evaluable patients."""
    choose("of", "Denominator", DENOMINATORS, at.view.option("of"))
    return at.view.option("of") == "evaluable"


def interval(at: Here) -> None:
    """Draw the menu of intervals."""
    choose("interval", "Interval", INTERVALS, at.view.option("interval"))


def order(at: Here) -> None:
    """Draw the menu of orders of toxicity terms."""
    choose("order", "Order of terms", ORDERS, at.view.option("order"))


def strata(at: Here, label: str, explained: str, *, model: bool = False) -> None:
    """Draw the menu of stratifying factors: of a comparison of groups, or of a model."""
    by = at.view.by.address if at.view.by else ""

    def offered(variable: Variable) -> bool:
        if model:
            return not known_after_start(variable)
        return variable.address != by and variable.section != "toxicity"

    there = at.cohort.schema.variables.items()
    names = {"": "Nothing"} | {a: v.label for a, v in there if v.is_categorical and offered(v)}
    st.selectbox(
        label,
        list(names),
        format_func=lambda address: names[address],
        help=explained,
        **state.widget(
            "strata",
            at.view.strata if at.view.strata in names else "",
            lambda address: state.change(strata=address),
        ),
    )


def against(at: Here) -> None:
    """Draw the menu of second criteria."""
    first = views.criterion_of(at.cohort, at.view)
    names = {c: criterion_name(c) for c in at.cohort.schema.responses if c != first}
    if names:
        choose("against", "Compared with", names, outcomes.against_of(at.cohort, at.view))


def dose(at: Here) -> None:
    """Draw the menu of doses."""
    there = outcomes.doses_of(at.cohort)
    if there:
        names = {a: at.cohort.schema.variables[a].label_with_unit for a in there}
        choose("dose", "Dose", names, outcomes.dose_of(at.cohort, at.view))


def grade(at: Here) -> None:
    """Draw the menu of grades from which a toxicity counts."""
    choose("grade", "Counted from", GRADES, at.view.option("grade"))


def term(at: Here, phase: str, *, timed: bool = False) -> None:
    """Draw the menu of toxicity terms of a phase; only those with a time of onset if asked."""
    there = outcomes.onset_terms(at.cohort, phase) if timed else _terms(at.cohort.schema, phase)
    labels = {c: t.label for c in there if (t := vocabulary.toxicity_term(c))}
    names = labels if timed else {"": "Worst over all terms", **labels}
    current = at.view.option("term")
    choose("term", "Toxicity", names, current if current in names else next(iter(names)))


def _terms(schema: Schema, phase: str) -> tuple[str, ...]:
    return schema.toxicity.get(phase, ())


def landmark(at: Here) -> None:
    """Draw the landmark and the comparison."""
    left, right = st.columns(2)
    current = at.view.option("landmark")
    months = sorted({1.0, 2.0, 3.0, 6.0, 12.0, float(current)})
    names = {f"{m:g}": f"month {m:g}" for m in months}
    with left:
        choose("landmark", "Landmark", names, f"{float(current):g}")
    with right:
        choose("compare", "Comparison", COMPARISONS, at.view.option("compare"))


def lanes(at: Here, n: int, size: int) -> None:
    """Draw the menu of pages of the swimmer plot; nothing when all fit on one."""
    if n <= size:
        return
    names = {str(s): f"{s + 1} to {min(s + size, n)}" for s in range(0, n, size)}
    current = f"{int(float(at.view.option('start'))) // size * size}"
    choose("start", f"Patients of {n:,}", names, current if current in names else "0")
