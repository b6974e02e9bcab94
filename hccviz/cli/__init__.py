"""The same numbers without a browser: ``python -m hccviz VIEW COHORT ["QUERY"] [--json|--csv]``."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence

from hccviz.cli import cohorts, dose, evidence
from hccviz.domain.errors import HccvizError

COMMANDS = {**cohorts.COMMANDS, **dose.COMMANDS, **evidence.COMMANDS}
EXAMPLES = (
    'survival reirradiation "by=child_pugh_class"',
    'survival my.parquet "child_pugh_class=A&bed=100..&by=prior_tace" --json',
    'subgroups sbrt-incomplete-tace "by=bed:100&endpoint=os"',
    'cox reirradiation "out.factors=child_pugh_class,bed&out.steps=bed:10"',
    "check my.parquet",
    'dose "courses=45/3,30/10&ab=10&ref=2"',
    'evidence reirradiation "out.verdict=impossible" --csv',
    "audit reirradiation   (or all, or claims.csv)",
    'literature "rate=dcr&order=n" --csv',
    "case events.csv       (without a file: the published case)",
)


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command line; return the exit status."""
    words = sys.argv[1:] if argv is None else list(argv)
    named = COMMANDS.get(words[0]) if words else None
    if named is not None and named.help is not None and {"-h", "--help"} & set(words):
        print(named.help())
        return 0
    given = _parser().parse_args(words)
    try:
        return COMMANDS[given.view].run(given)
    except HccvizError as wrong:
        print(f"hccviz: {wrong}", file=sys.stderr)
        return 2
    except BrokenPipeError:
        sys.stderr.close()
        return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m hccviz", epilog=_epilog(),
        formatter_class=argparse.RawDescriptionHelpFormatter,
        description="Survival, response, toxicity and dose of liver-cancer cohorts.",
    )  # fmt: skip
    parser.add_argument("view", choices=COMMANDS, metavar="VIEW")
    parser.add_argument(
        "cohort", nargs="?", default="", metavar="COHORT",
        help="built-in name (several joined by commas) or a parquet file; for dose: the courses; "
        "for audit: a study, all, or a CSV file; for literature: the query or nothing; for case: "
        "an event file or nothing",
    )  # fmt: skip
    parser.add_argument("query", nargs="?", default="", metavar="QUERY", help="as in a link")
    form = parser.add_mutually_exclusive_group()
    form.add_argument("--json", action="store_true", help="JSON (the default)")
    form.add_argument("--csv", action="store_true", help="the table of the page as CSV")
    return parser


def _epilog() -> str:
    """Return the views, examples that work, and what the exit status means."""
    width = max(map(len, COMMANDS))
    told = [name for name, command in COMMANDS.items() if command.help is not None]
    return "\n".join(
        [
            "views:",
            *(f"  {name:<{width}}  {command.what}" for name, command in COMMANDS.items()),
            "",
            "examples:",
            *(f"  python -m hccviz {example}" for example in EXAMPLES),
            "",
            f"more about a view: python -m hccviz {told[0]} --help",
            f"  (also {', '.join(told[1:])})",
            "",
            "exit status: 0, or 2 with one sentence when something cannot be read or computed",
        ]
    )
