"""What the models of a view read: factors as the reader takes them, stratum, and the outcome."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from hccviz.analysis import model_factors, views
from hccviz.data.binary_rows import response_rows, toxicity_rows
from hccviz.data.cohort import Cohort
from hccviz.data.model_rows import model_rows
from hccviz.domain.address import View
from hccviz.domain.model_address import MEDIAN, levels_in, pairs_in
from hccviz.domain.model_records import Covariate
from hccviz.domain.outcome_address import RATES
from hccviz.domain.records import FloatArray
from hccviz.domain.regression_records import ModelOutcome
from hccviz.stats.rates import COUNTED, EVALUABLE
from hccviz.stats.two_groups import from_number_on, levels_together


@dataclass(frozen=True, slots=True, eq=False)
class Rows:
    """Covariates by name, the stratum, and the outcome of the filtered patients."""

    outcome: ModelOutcome
    covariates: dict[str, Covariate]
    strata: Covariate | None
    time: FloatArray
    event: FloatArray
    n_before: int

    def of(self, names: Sequence[str]) -> list[Covariate]:
        """Return covariates by name."""
        return [self.covariates[name] for name in names]


def read_rows(cohort: Cohort, view: View, names: Sequence[str], curved: str = "") -> Rows:
    """Read what the models of a view need, once; a number that is ``curved`` is never grouped."""
    outcome, strata = model_factors.outcome_of(cohort, view), model_factors.strata_of(cohort, view)
    every = tuple(dict.fromkeys([*names, *([strata] if strata else [])]))
    references = dict(pairs_in(view.option("refs")))
    steps = {name: float(step) for name, step in pairs_in(view.option("steps"))}
    if outcome.kind == "cox":
        found = model_rows(
            cohort, view.filter, outcome.code, every, references=references, steps=steps
        )
        covariates, time, event = found.covariates, found.time, found.event
    else:
        read = (
            response_rows(
                cohort, view.filter, views.criterion_of(cohort, view), COUNTED[outcome.code],
                () if view.option("of") == "all" else EVALUABLE, every,
                references=references, steps=steps,
            )
            if outcome.code in RATES
            else toxicity_rows(
                cohort, view.filter, model_factors.toxicity_columns(cohort, view),
                int(outcome.code[-1]), every, references=references, steps=steps,
            )
        )  # fmt: skip
        covariates, time, event = read.covariates, np.zeros(len(read.outcome)), read.outcome
    groups = {a: raw for a, raw in pairs_in(view.option("two")) if a not in (curved, strata)}
    landmark = landmark_of(outcome, view)
    gone = np.zeros(len(time), dtype=bool) if landmark is None else time < landmark
    left = {c.name: replace(c, values=c.values[~gone]) for c in covariates}
    left = {name: _grouped(c, groups.get(name, "")) for name, c in left.items()}
    return Rows(outcome, left, left.get(strata), time[~gone], event[~gone], int(gone.sum()))


def _grouped(covariate: Covariate, raw: str) -> Covariate:
    """Return a factor in the two groups that the address asks for, or as it is."""
    if not raw:
        return covariate
    if covariate.is_category:
        return levels_together(covariate, levels_in(raw))
    return from_number_on(covariate, None if raw == MEDIAN else float(raw))


def landmark_of(outcome: ModelOutcome, view: View) -> float | None:
    """Return the month from which a Cox model counts; None for the start, or another model."""
    return view.landmark if outcome.kind == "cox" and view.landmark else None
