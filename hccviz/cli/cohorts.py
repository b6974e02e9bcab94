"""Views of a cohort: who is in it, what happened to them, and what is wrong with the file."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any

from hccviz.analysis import regression, views
from hccviz.cli.command import Command, answer
from hccviz.data.builtin import built_ins, open_built_in
from hccviz.data.cohort import Cohort, UnusableTableError, cohort_from_table, pool, sha256_of
from hccviz.data.outcome_counts import records_failures
from hccviz.data.untrusted import read_untrusted
from hccviz.domain.address import View, parse_query, read_view
from hccviz.domain.errors import AddressError, Fault
from hccviz.evidence.published import publication
from hccviz.evidence.study import read_study
from hccviz.export import (
    outcome_json,
    records,
    regression_json,
    regression_tables,
    study_words,
    subgroup_json,
    survival_json,
    tables,
    words,
)


@dataclass(frozen=True, slots=True)
class Question:
    """A view of a cohort: its record, and the record as JSON and as the table of the page."""

    page: str
    ask: Callable[[Cohort, View], Any]
    json: Callable[[Any, Cohort, View], dict[str, Any]]
    table: Callable[[Any, Cohort], tables.Table]
    prepare: Callable[[Cohort, View], View] = lambda _, view: view


def _response(cohort: Cohort, view: View) -> Any:
    """Return response; None for a cohort with failure sites but no response column."""
    if not cohort.schema.responses and records_failures(cohort):
        return None
    return views.response(cohort, view)


def _response_table(record: Any, _: Cohort) -> tables.Table:
    if record is None:
        raise AddressError("This cohort has no response column (response_…); ask for --json.")
    return tables.response_table(record, evaluable=True)


_MODEL = Question(
    "regression",
    regression.regression,
    regression_json.regression_view_json,
    lambda record, _: regression_tables.regression_table(record),
)
QUESTIONS = {
    "summary": Question(
        "",
        views.baseline,
        lambda record, *_: records.summary_json(record),
        lambda record, _: tables.baseline_table(record),
    ),
    "survival": Question(
        "survival",
        views.survival,
        survival_json.survival_view_json,
        lambda record, _: tables.survival_table(record),
    ),
    "response": Question("response", _response, outcome_json.response_view_json, _response_table),
    "toxicity": Question(
        "toxicity",
        views.toxicity,
        outcome_json.toxicity_view_json,
        lambda record, _: tables.toxicity_table(record),
    ),
    "subgroups": Question(
        "subgroups",
        lambda cohort, view: (cohort, view),
        lambda _, cohort, view: subgroup_json.subgroups_json(cohort, view),
        lambda record, _: subgroup_json.subgroups_table(*record),
    ),
    "cox": _MODEL,
    "logistic": replace(_MODEL, prepare=regression_json.logistic_view),
}


def open_cohort(name: str) -> Cohort:
    """Open a built-in cohort, a pool of them, or a file.

    Raises
    ------
    HccvizError
        When there is neither; the message says what there is.
    """
    names = [part for part in name.split(",") if part]
    if names and all(part in built_ins() for part in names):
        return pool([open_built_in(part) for part in names])
    path = Path(name)
    if not path.is_file():
        raise AddressError(
            f"Found neither a built-in cohort nor a file named {name or '(nothing)'}. Built-in "
            f"cohorts: {', '.join(built_ins())}. Choose one of these, or give the path of a "
            "parquet file."
        )
    raw = path.read_bytes()
    return cohort_from_table(path.stem, read_untrusted(raw), sha256_of(raw))


def _opened(given: argparse.Namespace) -> tuple[Cohort, View]:
    """Return the cohort and the view of a query that fits it."""
    cohort = open_cohort(given.cohort)
    view, ignored = read_view(parse_query(given.query), cohort.schema)
    if ignored:
        raise AddressError(f"The query does not fit this cohort: {'; '.join(ignored)}.")
    return cohort, replace(view, cohorts=tuple(cohort.name.split(",")))


def _ask(question: Question, given: argparse.Namespace) -> int:
    cohort, view = _opened(given)
    view = question.prepare(cohort, view)
    ladder = views.attrition(cohort, view)
    if ladder.left == 0:
        raise AddressError(words.say_empty(ladder))
    record = question.ask(cohort, view)
    printed = publication(cohort, view, question.page)

    def as_json() -> dict[str, Any]:
        head = records.head_json(cohort, view, ladder)
        head["published"] = study_words.publication_json(printed)
        return {**head, **question.json(record, cohort, view)}

    return answer(
        given,
        as_json,
        lambda: question.table(record, cohort),
        words.say_attrition(ladder, view.filter.describe(cohort.schema)),
        study_words.say_publication(printed) if printed else "",
    )


def _evidence(given: argparse.Namespace) -> int:
    """Answer with every printed number of a study, or those that the query asks for."""
    cohort, view = _opened(given)
    if view.filter.clauses or view.by:
        raise AddressError(
            "Printed numbers are about the subgroups of the print: evidence takes no filter and no "
            "split. Choose with out.verdict=…, out.place=… or out.find=…."
        )
    study = read_study(cohort)
    asked = {"verdict": view.option("verdict"), "place": view.option("place")}
    found = study_words.chosen_rows(study, cohort.schema, **asked, words=view.option("find"))
    return answer(
        given,
        lambda: study_words.study_json(study, found, cohort.schema),
        lambda: study_words.study_table(found, cohort.schema),
    )


def _check(given: argparse.Namespace) -> int:
    try:
        found, usable = open_cohort(given.cohort).faults, True
    except UnusableTableError as refused:
        found, usable = refused.faults, False
    keys = tuple(Fault.__dataclass_fields__)
    answer(
        given,
        lambda: {"usable": usable, "faults": [{k: getattr(f, k) for k in keys} for f in found]},
        lambda: {name.capitalize(): [str(getattr(f, name)) for f in found] for name in keys},
    )
    if not usable:
        print("hccviz: the file holds no usable cohort; see its faults.", file=sys.stderr)
    return 0 if usable else 2


def _command(name: str, what: str, help: Callable[[], str] | None = None) -> Command:
    return Command(partial(_ask, QUESTIONS[name]), what, help)


COMMANDS = {
    "summary": _command("summary", "baseline table"),
    "survival": _command("survival", "curves, medians, tests, landmark, competing risks"),
    "response": _command("response", "CR/PR/SD/PD, ORR, DCR, closer looks"),
    "toxicity": _command("toxicity", "worst grade per term, closer looks"),
    "subgroups": _command(
        "subgroups", "forests, two subgroups, cuts of a number", lambda: subgroup_json.HELP
    ),
    "cox": _command("cox", "models of an endpoint", partial(regression_json.model_help, "cox")),
    "logistic": _command(
        "logistic", "models of a yes/no outcome", partial(regression_json.model_help, "logistic")
    ),
    "check": Command(_check, "what is wrong with a file"),
    "evidence": Command(_evidence, "printed against recomputed, of a built-in study"),
}
