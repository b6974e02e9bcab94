"""Searches the patient tables anew: ``python -m hccviz.evidence.reconstruct [cohort …]``.

Stage b, with ``--rounds``: event times and their patients by simulated annealing, from the frozen
core on. Stage a: every other printed column around the core, by a constraint solver. Needs the
build-time packages ``numba`` and ``ortools``; results are written to ``data/published``.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Sequence
from importlib import import_module
from typing import Any

from hccviz.domain.vocabulary import endpoint_part, is_response, toxicity_term, variables
from hccviz.evidence.frozen import PUBLISHED, read_core, write_columns
from hccviz.evidence.targets import STUDIES

PREFIX = {
    "reirradiation": "RERT", "sbrt-incomplete-tace": "TACE",
    "sbrt-hcc-metastases": "META", "sorafenib-rt": "SORA",
}  # fmt: skip
SEARCHED = ("sbrt-incomplete-tace", "reirradiation", "sorafenib-rt")
"""Studies whose core can be annealed; the remaining one is frozen as it is."""

Complete = Callable[[dict[str, list[Any]], int], dict[str, list[Any]]]


def complete_study(name: str, seed: int) -> dict[str, list[Any]]:
    """Return all columns of a study around its frozen survival core."""
    module = import_module(f"hccviz.evidence.completion.{name.replace('-', '_')}")
    solve: Complete = module.complete
    columns = solve(read_core(PUBLISHED / f"{name}_core.csv"), seed)
    n = len(columns["os_months"])
    width = max(2, len(str(n)))
    head = {
        "patient_id": [f"{PREFIX[name]}-{i:0{width}d}" for i in range(1, n + 1)],
        "study": [name] * n,
    }
    return head | in_dictionary_order(columns)


def improve_core(name: str, seed: int, rounds: int, steps: int) -> None:
    """Anneal the survival core of a study from where it is; the result replaces the frozen one.

    A search that starts hot can end farther from the print, and not every core can be completed:
    compare ``python -m hccviz.evidence.achieved`` before keeping it, or restore the frozen core.
    """
    module = import_module(f"hccviz.evidence.search.{name.replace('-', '_')}")
    path = PUBLISHED / f"{name}_core.csv"
    write_columns(path, module.search(read_core(path), seed, rounds, steps))


def in_dictionary_order(columns: dict[str, list[Any]]) -> dict[str, list[Any]]:
    """Sort columns: vocabulary first in its order, then response, endpoints, own, toxicity."""
    known = {name: place for place, name in enumerate(variables())}

    def place(name: str) -> tuple[int, int]:
        if toxicity_term(name) or name == "rild":
            return 4, 0
        if is_response(name):
            return 1, 0
        if endpoint_part(name):
            return 3, 0
        return (0, known[name]) if name in known else (2, 0)

    return {name: columns[name] for name in sorted(columns, key=place)}


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the search; return the exit code."""
    parser = argparse.ArgumentParser(prog="python -m hccviz.evidence.reconstruct")
    parser.add_argument("cohort", nargs="*", help=f"any of {STUDIES}; all when none is named")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--rounds", type=int, default=0, help="rounds of annealing; 0 for none")
    parser.add_argument("--steps", type=int, default=120_000, help="moves per round")
    options = parser.parse_args(arguments)
    for name in options.cohort or STUDIES:
        if options.rounds and name in SEARCHED:
            improve_core(name, options.seed, options.rounds, options.steps)
        columns = complete_study(name, options.seed)
        write_columns(PUBLISHED / f"{name}_patients.csv", columns)
        print(f"{name}: {len(columns['patient_id'])} patients, {len(columns)} columns")
    return 0


if __name__ == "__main__":
    sys.exit(main())
