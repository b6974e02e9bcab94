"""A table of patients as a constraint problem: flags and choices with exact counts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from ortools.sat.python import cp_model

Flags = list[cp_model.IntVar]

MAX_WEIGHT = 1000
DETERMINISTIC_SECONDS = 60.0
RELATIVE_GAP = 0.15


class PatientTable:
    """Columns of n patients as decision variables; solved once, deterministically.

    A random linear objective picks one of the many solutions, so that patients with a property
    are not simply the first rows; one thread, a fixed seed and a deterministic limit make it
    repeatable.

    Parameters
    ----------
    n
        Number of patients.
    seed
        Seed of the objective and of the solver.
    """

    def __init__(self, n: int, seed: int) -> None:
        self.n = n
        self.seed = seed
        self.model = cp_model.CpModel()
        self._flags: dict[str, Flags] = {}
        self._choices: dict[str, dict[str, Flags]] = {}

    def flag(self, name: str, count: int | None = None) -> Flags:
        """Add a yes/no column; with ``count`` exactly that many patients say yes."""
        flags = [self.model.new_bool_var(f"{name}{i}") for i in range(self.n)]
        self._flags[name] = flags
        if count is not None:
            self.model.add(sum(flags) == count)
        return flags

    def choice(self, name: str, counts: Mapping[str, int]) -> dict[str, Flags]:
        """Add a column with one level per patient, each level exactly as often as given."""
        columns = {
            level: [self.model.new_bool_var(f"{name}_{level}{i}") for i in range(self.n)]
            for level in counts
        }
        for level, count in counts.items():
            self.model.add(sum(columns[level]) == count)
        for i in range(self.n):
            self.model.add_exactly_one(column[i] for column in columns.values())
        self._choices[name] = columns
        return columns

    def columns(self, name: str) -> dict[str, Flags]:
        """Return the flags of a choice by level."""
        return self._choices[name]

    def fix(self, flags: Flags, values: Sequence[bool]) -> None:
        """Make a column equal known values."""
        for flag, value in zip(flags, values, strict=True):
            self.model.add(flag == int(value))

    def only_where(self, flags: Flags, allowed: Sequence[bool]) -> None:
        """Forbid yes where ``allowed`` is false."""
        for flag, ok in zip(flags, allowed, strict=True):
            if not ok:
                self.model.add(flag == 0)

    def implies(self, flags: Flags, others: Flags) -> None:
        """Require the second column wherever the first says yes."""
        for flag, other in zip(flags, others, strict=True):
            self.model.add_implication(flag, other)

    def any_of(self, name: str, columns: Sequence[Flags], count: int) -> Flags:
        """Add a column that says yes exactly where at least one of ``columns`` does."""
        union = self.flag(name, count)
        for i in range(self.n):
            self.model.add_max_equality(union[i], [column[i] for column in columns])
        return union

    def count_where(self, flags: Flags, where: Sequence[bool], count: int) -> None:
        """Require exactly ``count`` yes among the patients where ``where`` is true."""
        self.model.add(sum(f for f, ok in zip(flags, where, strict=True) if ok) == count)

    def solve(self) -> dict[str, list[str] | list[bool]]:
        """Return every column by name; levels for choices, booleans for flags.

        Raises
        ------
        ValueError
            When no table satisfies all constraints.
        """
        weights = np.random.default_rng(self.seed)
        columns = list(self._flags.values())
        columns += [flags for choice in self._choices.values() for flags in choice.values()]
        terms = [f * int(weights.integers(MAX_WEIGHT)) for flags in columns for f in flags]
        self.model.maximize(sum(terms))
        solver = cp_model.CpSolver()
        solver.parameters.num_workers = 1
        solver.parameters.relative_gap_limit = RELATIVE_GAP
        solver.parameters.random_seed = self.seed
        solver.parameters.max_deterministic_time = DETERMINISTIC_SECONDS
        if solver.solve(self.model) not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
            raise ValueError("no patient table satisfies all printed counts at once")
        return self._values(solver)

    def _values(self, solver: cp_model.CpSolver) -> dict[str, list[str] | list[bool]]:
        found: dict[str, list[str] | list[bool]] = {
            name: [bool(solver.value(f)) for f in flags] for name, flags in self._flags.items()
        }
        for name, levels in self._choices.items():
            found[name] = [
                next(level for level, flags in levels.items() if solver.value(flags[i]))
                for i in range(self.n)
            ]
        return found
