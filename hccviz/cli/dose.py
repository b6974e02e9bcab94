"""Views of a dose: courses, courses added up per organ, risk for the liver."""

from __future__ import annotations

import argparse
from functools import partial
from pathlib import Path

from hccviz.cli.command import Command, answer, read_file
from hccviz.dose.dvh_file import MAX_BYTES, decode_dvh
from hccviz.dose.ntcp_query import NTCP_PARAMETERS, evaluate_ntcp, ntcp_json
from hccviz.dose.reirradiation_query import (
    REIRRADIATION_PARAMETERS,
    evaluate_reirradiation,
    reirradiation_json,
)
from hccviz.dose.request import EXAMPLES, PARAMETERS
from hccviz.dose.scenario import evaluate
from hccviz.export import dose as dose_tables
from hccviz.export import dose_courses, dose_plan

_HELP: dict[str, tuple[str, dict[str, str], tuple[str, ...]]] = {
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


def query_of(given: argparse.Namespace) -> str:
    """Return the query of a view without a cohort: both words, joined."""
    return "&".join(part for part in (given.cohort, given.query) if part)


def _dose(given: argparse.Namespace) -> int:
    scenario = evaluate(query_of(given)).checked()
    if scenario.solution is not None and not scenario.courses:
        table = dose_tables.isoeffect_table(scenario.solution, scenario.request.model)
    else:
        table = dose_tables.dose_table(scenario)
    return answer(given, scenario.to_json, lambda: table)


def _reirradiation(given: argparse.Namespace) -> int:
    found = evaluate_reirradiation(query_of(given))
    return answer(given, lambda: reirradiation_json(found), lambda: dose_courses.sum_table(found))


def _ntcp(given: argparse.Namespace) -> int:
    """Answer from a mean dose, or from a histogram when the first word is no query."""
    path = Path(given.cohort)
    if "=" in given.cohort and not path.is_file():
        found = evaluate_ntcp(query_of(given))
    else:
        instead = (
            "Give a histogram (CSV: dose, volume) and then the query, or only a query such as "
            '"mean=28&fractions=14".'
        )
        raw = read_file(path, MAX_BYTES, instead)
        found = evaluate_ntcp(given.query, dvh_text=decode_dvh(raw))
    return answer(given, lambda: ntcp_json(found), lambda: dose_plan.ntcp_table(found))


def _help(view: str) -> str:
    """Return the help of a view: every name of its query, and queries that work."""
    what, names, examples = _HELP[view]
    width = max(map(len, names))
    file = " [FILE]" if view == "ntcp" else ""
    lines = [f'usage: python -m hccviz {view}{file} "QUERY" [--json|--csv]', "", what, "", "names:"]
    lines += [f"  {name:<{width}}  {meaning}" for name, meaning in names.items()]
    lines += ["", "examples:", *(f'  python -m hccviz {view} "{query}"' for query in examples)]
    if view == "ntcp":
        lines.append('  python -m hccviz ntcp liver.csv "fractions=5&disease=primary"')
    return "\n".join(lines)


COMMANDS = {
    "dose": Command(_dose, "BED and EQD2 of courses", partial(_help, "dose")),
    "reirradiation": Command(
        _reirradiation, "courses added up per organ", partial(_help, "reirradiation")
    ),
    "ntcp": Command(_ntcp, "risk for the liver", partial(_help, "ntcp")),
}
