"""The closer looks as plain JSON values, each with its spoken sentence."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields, is_dataclass
from typing import Any

import numpy as np

from hccviz.analysis import courses, outcomes
from hccviz.data.cohort import Cohort
from hccviz.domain import vocabulary
from hccviz.domain.address import View
from hccviz.domain.errors import AddressError
from hccviz.domain.records import (
    Proportion,
    Quantity,
    ResponseEstimate,
    TestResult,
    ToxicityEstimate,
)
from hccviz.export import course_words, outcome_words, words
from hccviz.export.outcome_words import RATES
from hccviz.export.records import (
    proportion_json,
    quantity_json,
    response_json,
    survival_json,
    toxicity_json,
)

NO_RESPONSE = "This cohort has no response column (response_…)."
Ask = Callable[[Cohort, View], Any]


def response_view_json(
    estimate: ResponseEstimate | None, cohort: Cohort, view: View
) -> dict[str, Any]:
    """Return everything of the response page and of patients' courses.

    A look that the cohort cannot answer is null beside ``<name>_why``; so are the groups of a
    cohort that records where patients failed but no response (``estimate`` None).
    """
    looks: dict[str, tuple[Ask, Callable[[Any], str]]] = {
        "rates": (outcomes.rates, outcome_words.say_rates),
        "agreement": (outcomes.agreement, outcome_words.say_agreement),
        "dose_response": (
            outcomes.dose_response,
            lambda r: outcome_words.say_dose_response(r, RATES[view.option("rate")]),
        ),
        "time_to_response": (outcomes.time_to_response, outcome_words.say_time_to_event),
        "landmark": (outcomes.landmark, outcome_words.say_landmark),
        "failure_pattern": (outcomes.failures, outcome_words.say_failures),
        "size_change": (courses.size_waterfall, course_words.say_waterfall),
        "afp_change": (courses.afp_waterfall, course_words.say_waterfall),
        "size_and_dose": (courses.dose_sizes, course_words.say_dose_sizes),
        "swimmer": (courses.swimmer, course_words.say_swimmer),
    }
    head: dict[str, Any] = {"groups": None, "groups_why": NO_RESPONSE}
    if estimate is not None:
        head = {"sentence": words.say_response(estimate), **response_json(estimate)}
    return head | _answers(looks, cohort, view)


def toxicity_view_json(estimate: ToxicityEstimate, cohort: Cohort, view: View) -> dict[str, Any]:
    """Return everything of the toxicity page, with the organ class of every term."""
    grade = view.option("grade")
    looks: dict[str, tuple[Ask, Callable[[Any], str]]] = {
        "dose_response": (
            outcomes.toxicity_dose,
            lambda r: outcome_words.say_dose_response(r, f"grade {grade} or more"),
        ),
        "cumulative_incidence": (outcomes.time_to_toxicity, outcome_words.say_time_to_event),
        "rild": (outcomes.rild, outcome_words.say_rild),
        "patient_map": (courses.patient_map, course_words.say_patient_map),
    }
    rows = estimate.groups[0].rows if estimate.groups else ()
    known = [(row.term, vocabulary.toxicity_term(row.term)) for row in rows]
    made = {
        "sentence": words.say_toxicity(estimate),
        **toxicity_json(estimate),
        "organ_classes": {code: term.organ_class for code, term in known if term},
    }
    if estimate.differences:
        made["differences_sentence"] = outcome_words.say_butterfly(estimate)
    return made | _answers(looks, cohort, view)


def _answers(
    looks: dict[str, tuple[Ask, Callable[[Any], str]]], cohort: Cohort, view: View
) -> dict[str, Any]:
    made: dict[str, Any] = {}
    for name, (ask, say) in looks.items():
        try:
            record = ask(cohort, view)
        except AddressError as reason:
            made |= {name: None, f"{name}_why": str(reason)}
            continue
        made[name] = {"sentence": say(record), **_fields(record)}
    return made


def record_json(record: Any) -> dict[str, Any]:
    """Return any result record as plain values, field by field."""
    return _fields(record)


def _fields(record: Any) -> dict[str, Any]:
    if isinstance(record, outcomes.Landmark):
        return {
            "months": record.months,
            "responders": record.responders,
            "n_before": record.n_before,
            **survival_json(record.estimate),
        }
    return {field.name: _plain(getattr(record, field.name)) for field in fields(record)}


def _plain(value: Any) -> Any:
    """Return a record or array as plain values; a number without a value keeps its reason."""
    if isinstance(value, Quantity):
        return quantity_json("value", value)
    if isinstance(value, Proportion):
        return proportion_json(value)
    if isinstance(value, TestResult):
        told = {"name": value.name, "statistic": value.statistic, "df": value.df, "p": value.p}
        return told if value.p is not None else told | {"p_why": value.why or "not estimable"}
    if isinstance(value, np.ndarray | np.generic):
        return value.tolist()
    if isinstance(value, tuple | list):
        return [_plain(item) for item in value]
    if isinstance(value, dict):
        return {key: _plain(item) for key, item in value.items()}
    if is_dataclass(value) and not isinstance(value, type):
        return _fields(value)
    return value
