"""The same numbers without a browser: ``python -m hccviz VIEW COHORT ["QUERY"] [--json|--csv]``."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from hccviz.analysis import views
from hccviz.data.builtin import built_ins, open_built_in
from hccviz.data.cohort import Cohort, UnusableTableError, cohort_from_table, pool, sha256_of
from hccviz.data.untrusted import read_untrusted
from hccviz.domain.address import parse_query, read_view
from hccviz.domain.errors import AddressError, Fault, HccvizError
from hccviz.dose.scenario import evaluate
from hccviz.export import records, tables, words

COHORT_VIEWS = ("summary", "survival", "response", "toxicity")

EPILOG = """views:
  summary    baseline table              survival   curves, medians, rates, tests
  response   CR/PR/SD/PD, ORR, DCR       toxicity   worst grade per term
  dose       BED and EQD2 of courses     check      what is wrong with a file

examples:
  python -m hccviz survival reirradiation "by=child_pugh_class"
  python -m hccviz survival my.parquet "child_pugh_class=A&bed=100..&by=prior_tace" --json
  python -m hccviz dose "courses=45/3,30/10&ab=10&ref=2"
  python -m hccviz check my.parquet

exit status: 0, or 2 with one sentence when something cannot be read or computed"""


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command line; return the exit status."""
    parser = _parser()
    given = parser.parse_args(argv)
    try:
        return _run(given)
    except HccvizError as wrong:
        print(f"hccviz: {wrong}", file=sys.stderr)
        return 2
    except BrokenPipeError:
        sys.stderr.close()
        return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m hccviz", epilog=EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        description="Survival, response, toxicity and dose of liver-cancer cohorts.",
    )  # fmt: skip
    parser.add_argument("view", choices=[*COHORT_VIEWS, "dose", "check"], metavar="VIEW")
    parser.add_argument(
        "cohort", metavar="COHORT",
        help="built-in name (several joined by commas) or a parquet file; for dose: the courses",
    )  # fmt: skip
    parser.add_argument("query", nargs="?", default="", metavar="QUERY", help="as in a link")
    form = parser.add_mutually_exclusive_group()
    form.add_argument("--json", action="store_true", help="JSON (the default)")
    form.add_argument("--csv", action="store_true", help="the table of the page as CSV")
    return parser


def _run(given: argparse.Namespace) -> int:
    if given.view == "dose":
        return _dose(given)
    if given.view == "check":
        return _check(given)
    cohort = _open(given.cohort)
    view, ignored = read_view(parse_query(given.query), cohort.schema)
    if ignored:
        raise AddressError(f"The query does not fit this cohort: {'; '.join(ignored)}.")
    view = replace(view, cohorts=tuple(cohort.name.split(",")))
    ladder = views.attrition(cohort, view)
    if ladder.left == 0:
        raise AddressError(words.say_empty(ladder))
    record = getattr(views, given.view if given.view != "summary" else "baseline")(cohort, view)
    if given.csv:
        phrase = view.filter.describe(cohort.schema)
        sys.stdout.write(
            tables.to_csv(_TABLES[given.view](record), words.say_attrition(ladder, phrase))
        )
        return 0
    head = records.head_json(cohort, view, ladder)
    _print_json({**head, **_JSON[given.view](record)})
    return 0


_JSON: dict[str, Callable[[Any], dict[str, Any]]] = {
    "summary": records.summary_json,
    "survival": records.survival_json,
    "response": records.response_json,
    "toxicity": records.toxicity_json,
}

_TABLES: dict[str, Callable[[Any], tables.Table]] = {
    "summary": tables.baseline_table,
    "survival": tables.survival_table,
    "response": lambda record: tables.response_table(record, evaluable=True),
    "toxicity": tables.toxicity_table,
}


def _open(name: str) -> Cohort:
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
            f"Found neither a built-in cohort nor a file named {name}. Built-in cohorts: "
            f"{', '.join(built_ins())}. Choose one of these, or give the path of a parquet file."
        )
    raw = path.read_bytes()
    return cohort_from_table(path.stem, read_untrusted(raw), sha256_of(raw))


def _dose(given: argparse.Namespace) -> int:
    scenario = evaluate("&".join(part for part in (given.cohort, given.query) if part)).checked()
    _print_json(scenario.to_json())
    return 0


def _check(given: argparse.Namespace) -> int:
    try:
        cohort = _open(given.cohort)
        found, usable = cohort.faults, True
    except UnusableTableError as refused:
        found, usable = refused.faults, False
    if given.csv:
        sys.stdout.write(tables.to_csv(_fault_table(found)))
    else:
        keys = Fault.__dataclass_fields__
        faults = [{key: getattr(fault, key) for key in keys} for fault in found]
        _print_json({"usable": usable, "faults": faults})
    if not usable:
        print("hccviz: the file holds no usable cohort; see its faults.", file=sys.stderr)
    return 0 if usable else 2


def _fault_table(found: Sequence[Fault]) -> tables.Table:
    return {
        name.capitalize(): [str(getattr(fault, name)) for fault in found]
        for name in Fault.__dataclass_fields__
    }


def _print_json(record: dict[str, Any]) -> None:
    json.dump(record, sys.stdout, ensure_ascii=False, indent=1, allow_nan=False)
    sys.stdout.write("\n")
