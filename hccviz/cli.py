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
from hccviz.data.outcome_counts import records_failures
from hccviz.data.untrusted import read_untrusted
from hccviz.domain.address import View, parse_query, read_view
from hccviz.domain.errors import AddressError, Fault, HccvizError
from hccviz.dose.dvh_file import MAX_BYTES as MAX_DVH_BYTES
from hccviz.dose.dvh_file import decode_dvh
from hccviz.dose.ntcp_query import NTCP_PARAMETERS, evaluate_ntcp, ntcp_json
from hccviz.dose.reirradiation_query import (
    REIRRADIATION_PARAMETERS,
    evaluate_reirradiation,
    reirradiation_json,
)
from hccviz.dose.request import EXAMPLES, PARAMETERS
from hccviz.dose.scenario import evaluate
from hccviz.evidence.audit.own import MAX_BYTES as MAX_AUDIT_BYTES
from hccviz.evidence.audit.own import read_table
from hccviz.evidence.audit.published import STUDIES
from hccviz.evidence.audit.records import Audit
from hccviz.evidence.audit.run import audit_claims, audit_studies, audit_study
from hccviz.export import audit as audit_tables
from hccviz.export import dose as dose_tables
from hccviz.export import dose_courses, dose_plan, outcome_json, records, tables, words

COHORT_VIEWS = ("summary", "survival", "response", "toxicity")

EPILOG = """views:
  summary    baseline table              survival   curves, medians, rates, tests
  response   CR/PR/SD/PD, ORR, DCR       toxicity   worst grade per term
  dose       BED and EQD2 of courses     check      what is wrong with a file
  ntcp       risk for the liver          reirradiation  courses added up per organ
  audit      printed numbers that cannot be true, of a study or of a CSV table of claims

examples:
  python -m hccviz survival reirradiation "by=child_pugh_class"
  python -m hccviz survival my.parquet "child_pugh_class=A&bed=100..&by=prior_tace" --json
  python -m hccviz dose "courses=45/3,30/10&ab=10&ref=2"
  python -m hccviz check my.parquet
  python -m hccviz audit reirradiation   (or all, or claims.csv)
  python -m hccviz dose --help           (also reirradiation --help and ntcp --help)

exit status: 0, or 2 with one sentence when something cannot be read or computed"""


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command line; return the exit status."""
    words_given = sys.argv[1:] if argv is None else list(argv)
    if words_given[:1] and words_given[0] in DOSE_VIEWS and {"-h", "--help"} & set(words_given):
        print(_dose_help(words_given[0]))
        return 0
    given = _parser().parse_args(words_given)
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
    parser.add_argument(
        "view", choices=[*COHORT_VIEWS, *DOSE_VIEWS, "check", "audit"], metavar="VIEW"
    )
    parser.add_argument(
        "cohort", metavar="COHORT",
        help="built-in name (several joined by commas) or a parquet file; for dose: the courses; "
        "for audit: a study, all, or a CSV file",
    )  # fmt: skip
    parser.add_argument("query", nargs="?", default="", metavar="QUERY", help="as in a link")
    form = parser.add_mutually_exclusive_group()
    form.add_argument("--json", action="store_true", help="JSON (the default)")
    form.add_argument("--csv", action="store_true", help="the table of the page as CSV")
    return parser


def _run(given: argparse.Namespace) -> int:
    if given.view in DOSE_VIEWS:
        return DOSE_VIEWS[given.view](given)
    if given.view == "check":
        return _check(given)
    if given.view == "audit":
        return _audit(given)
    cohort = _open(given.cohort)
    view, ignored = read_view(parse_query(given.query), cohort.schema)
    if ignored:
        raise AddressError(f"The query does not fit this cohort: {'; '.join(ignored)}.")
    view = replace(view, cohorts=tuple(cohort.name.split(",")))
    ladder = views.attrition(cohort, view)
    if ladder.left == 0:
        raise AddressError(words.say_empty(ladder))
    record = _record(given, cohort, view)
    if given.csv:
        phrase = view.filter.describe(cohort.schema)
        sys.stdout.write(
            tables.to_csv(_TABLES[given.view](record), words.say_attrition(ladder, phrase))
        )
        return 0
    head = records.head_json(cohort, view, ladder)
    if given.view in _CLOSER:
        _print_json({**head, **_CLOSER[given.view](record, cohort, view)})
    else:
        _print_json({**head, **_JSON[given.view](record)})
    return 0


def _record(given: argparse.Namespace, cohort: Cohort, view: View) -> Any:
    """Return what a view shows; None for a cohort with failure sites but no response column."""
    only_failures = not cohort.schema.responses and records_failures(cohort)
    if given.view == "response" and not given.csv and only_failures:
        return None
    return getattr(views, given.view if given.view != "summary" else "baseline")(cohort, view)


_JSON: dict[str, Callable[[Any], dict[str, Any]]] = {
    "summary": records.summary_json,
    "survival": records.survival_json,
}

_CLOSER: dict[str, Callable[[Any, Cohort, View], dict[str, Any]]] = {
    "response": outcome_json.response_view_json,
    "toxicity": outcome_json.toxicity_view_json,
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
    scenario = evaluate(_dose_query(given)).checked()
    table = dose_tables.dose_table(scenario)
    if scenario.solution is not None and not scenario.courses:
        table = dose_tables.isoeffect_table(scenario.solution, scenario.request.model)
    _print_dose(given, scenario.to_json(), table)
    return 0


def _reirradiation(given: argparse.Namespace) -> int:
    found = evaluate_reirradiation(_dose_query(given))
    _print_dose(given, reirradiation_json(found), dose_courses.sum_table(found))
    return 0


def _ntcp(given: argparse.Namespace) -> int:
    """Answer from a mean dose, or from a histogram when the first word is no query."""
    if "=" in given.cohort and not Path(given.cohort).is_file():
        found = evaluate_ntcp(_dose_query(given))
    else:
        found = evaluate_ntcp(given.query, dvh_text=_histogram(Path(given.cohort)))
    _print_dose(given, ntcp_json(found), dose_plan.ntcp_table(found))
    return 0


def _histogram(path: Path) -> str:
    if not path.is_file():
        raise AddressError(
            f"Found no file named {path}. Give a histogram (CSV: dose, volume) and then the query, "
            'or only a query such as "mean=28&fractions=14".'
        )
    with path.open("rb") as file:
        return decode_dvh(file.read(MAX_DVH_BYTES + 1))


def _dose_query(given: argparse.Namespace) -> str:
    return "&".join(part for part in (given.cohort, given.query) if part)


def _print_dose(given: argparse.Namespace, record: dict[str, Any], table: tables.Table) -> None:
    if given.csv:
        sys.stdout.write(tables.to_csv(table))
    else:
        _print_json(record)


DOSE_VIEWS: dict[str, Callable[[argparse.Namespace], int]] = {
    "dose": _dose,
    "reirradiation": _reirradiation,
    "ntcp": _ntcp,
}
_DOSE_HELP: dict[str, tuple[str, dict[str, str], tuple[str, ...]]] = {
    "dose": ("BED and equivalent doses of courses", PARAMETERS, EXAMPLES),
    "reirradiation": (
        "several courses added up in one organ",
        REIRRADIATION_PARAMETERS,
        (
            "courses=45/15,54/18,48/16&organ=duodenum&intervals=11,6",
            "courses=30/10,24/3&organ=cord&intervals=24&recovery=step,exponential",
            "courses=45/15,50/25&organ=liver&overlap=overlapping,adjacent&doses=-,20&limit=60",
        ),
    ),
    "ntcp": (
        "risk of classic liver disease, from a mean dose or from a histogram file (CSV)",
        NTCP_PARAMETERS,
        ("mean=28&fractions=14", "mean=18&fractions=6&disease=metastases"),
    ),
}


def _dose_help(view: str) -> str:
    """Return the help of a dose view: every name of its query, and queries that work."""
    what, names, examples = _DOSE_HELP[view]
    width = max(map(len, names))
    file = " [FILE]" if view == "ntcp" else ""
    lines = [f'usage: python -m hccviz {view}{file} "QUERY" [--json|--csv]', "", what, "", "names:"]
    lines += [f"  {name:<{width}}  {meaning}" for name, meaning in names.items()]
    lines += ["", "examples:", *(f'  python -m hccviz {view} "{query}"' for query in examples)]
    if view == "ntcp":
        lines.append('  python -m hccviz ntcp liver.csv "fractions=5&disease=primary"')
    return "\n".join(lines)


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


def _audit(given: argparse.Namespace) -> int:
    """Audit a study, all of them, or a table of claims (CSV)."""
    name = given.cohort
    if name == "all":
        made = audit_studies()
        if given.csv:
            found = [f for audit in made.values() for f in audit.findings]
            table = {"Study": [f.study for f in found], **audit_tables.findings_table(found)}
            sys.stdout.write(tables.to_csv(table))
        else:
            _print_json({"studies": [_study_json(study, audit) for study, audit in made.items()]})
        return 0
    if name in STUDIES:
        audit = audit_study(name)
        record = _study_json(name, audit)
    else:
        claims, notes = read_table(_claims_file(Path(name)))
        audit = audit_claims(claims, notes)
        record = audit_tables.audit_json({"file": Path(name).name}, audit)
    if given.csv:
        sys.stdout.write(tables.to_csv(audit_tables.audit_table(audit)))
    else:
        _print_json(record)
    return 0


def _study_json(name: str, audit: Audit) -> dict[str, Any]:
    return audit_tables.audit_json({"study": name, "title": STUDIES[name]}, audit)


def _claims_file(path: Path) -> bytes:
    if not path.is_file():
        raise AddressError(
            f"Found neither a study nor a file named {path}. Studies: {', '.join(STUDIES)}, or "
            "all. Choose one of these, or give the path of a CSV table of claims."
        )
    with path.open("rb") as file:
        return file.read(MAX_AUDIT_BYTES + 1)


def _fault_table(found: Sequence[Fault]) -> tables.Table:
    return {
        name.capitalize(): [str(getattr(fault, name)) for fault in found]
        for name in Fault.__dataclass_fields__
    }


def _print_json(record: dict[str, Any]) -> None:
    json.dump(record, sys.stdout, ensure_ascii=False, indent=1, allow_nan=False)
    sys.stdout.write("\n")
