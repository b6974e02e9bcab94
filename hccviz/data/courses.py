"""Patients' courses for the swimmer plot: time on study and what happened when."""

from __future__ import annotations

from typing import Any

import narwhals as nw
import numpy as np
from numpy.typing import NDArray

from hccviz.data.cohort import Cohort
from hccviz.data.patients import category_of, collect, hidden_below, words_of
from hccviz.domain.errors import AddressError
from hccviz.domain.filters import CohortFilter, Schema
from hccviz.domain.outcome_records import Lane, Mark, Swimmer
from hccviz.domain.vocabulary import endpoint

SITES = ("lc", "ihrfs", "dmfs")
"""Progressions by site; a composite (ttp, pfs) is marked only where none of these is recorded."""
SHORT_FORMS = ("tace", "rfa", "rt", "pei", "sbrt")


def swimmer(cohort: Cohort, chosen: CohortFilter, criterion: str, start: int, size: int) -> Swimmer:
    """Return the courses of ``size`` patients from ``start`` on, the longest first.

    Raises
    ------
    AddressError
        When the cohort has no overall survival, the time on study.
    """
    if "os" not in cohort.schema.endpoints:
        raise AddressError("This cohort has no time on study (os_months, os_event).")
    marks = _marks(cohort.schema)
    columns = {"months": nw.col("os_months"), "died": nw.col("os_event")}
    columns |= {"category": category_of(cohort, criterion)}
    for code, (when, flag) in marks.items():
        columns |= {f"{code}?": nw.col(flag)} | ({f"{code}@": nw.col(when)} if when else {})
    found = collect(cohort, chosen, **columns)
    timed = np.flatnonzero(~(np.isnan(found["months"]) | np.isnan(found["died"])))
    order = timed[np.argsort(-found["months"][timed], kind="stable")]
    hidden = hidden_below(len(order))
    start = 0 if start >= len(order) else start
    shown = order[start : start + size] if not hidden else order[:0]
    categories = words_of(found["category"][shown])
    lanes = tuple(
        Lane(
            float(found["months"][row]),
            bool(found["died"][row] == 1),
            category,
            tuple(_marks_of(row, found, marks)),
        )
        for row, category in zip(shown, categories, strict=True)
    )
    return Swimmer(
        criterion, lanes, {code: _words(code, cohort.schema) for code in marks}, start, size,
        len(order), len(found["months"]) - len(timed), hidden,
    )  # fmt: skip


def _marks(schema: Schema) -> dict[str, tuple[str, str]]:
    """Return mark code → column of its time (or none) and column that says whether it happened."""
    there = schema.endpoints
    codes = [c for c in ("cr", *SITES) if c in there]
    if not set(codes) & set(SITES):
        codes += [c for c in ("ttp", "pfs") if c in there][:1]
    made = {c: (endpoint(c).months_column, endpoint(c).event_column) for c in codes}
    for name, variable in schema.variables.items():
        if name.startswith(("later_", "salvage_")) and variable.is_categorical:
            months = f"{name}_months"
            made[name] = (months if months in schema.variables else "", name)
    return made


def _words(code: str, schema: Schema) -> str:
    if code in schema.endpoints:
        words = endpoint(code).event
        return f"{words[:1].upper()}{words[1:]}"
    label = schema.variables[code].label
    return " ".join(word.upper() if word in SHORT_FORMS else word for word in label.split())


def _marks_of(
    row: int, found: dict[str, NDArray[Any]], marks: dict[str, tuple[str, str]]
) -> list[Mark]:
    made = []
    for code, (when, _) in marks.items():
        flag = found[f"{code}?"][row]
        if flag is None or flag != flag or flag in (0, False, "no", "none"):
            continue
        months = float(found[f"{code}@"][row]) if when else None
        fatal = code == "pfs" and months == float(found["months"][row]) and found["died"][row] == 1
        if not fatal:
            made.append(Mark(code, None if months is None or np.isnan(months) else months))
    return made
