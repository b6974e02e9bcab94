"""Rows for logistic models: a yes/no outcome beside the factors, and which columns vary."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import narwhals as nw
import numpy as np

from hccviz.data.cohort import Cohort
from hccviz.data.expressions import code_of, narrow, value_of, variable_at
from hccviz.data.model_rows import read_factors
from hccviz.domain.filters import CohortFilter
from hccviz.domain.model_records import Covariate
from hccviz.domain.records import FloatArray


@dataclass(frozen=True, slots=True, eq=False)
class BinaryRows:
    """Filtered patients: factors, and 1 with the outcome, 0 without, NaN where not recorded."""

    covariates: tuple[Covariate, ...]
    outcome: FloatArray


def response_rows(
    cohort: Cohort,
    chosen: CohortFilter,
    criterion: str,
    counted: Sequence[str],
    among: Sequence[str],
    factors: Sequence[str],
    *,
    references: Mapping[str, str] | None = None,
    steps: Mapping[str, float] | None = None,
) -> BinaryRows:
    """Read a response as yes/no: one of ``counted``, of the patients with one of ``among``.

    With ``among`` empty everyone is in the denominator, and a patient whose response is not
    evaluable or not recorded is without the outcome.

    Raises
    ------
    AddressError
        When the cohort lacks the response or a factor, or a reference is no level of its factor.
    """
    code = code_of(variable_at(cohort.schema, criterion))
    without = code.is_in(list(among)) if among else nw.lit(True)
    outcome = (
        nw.when(code.is_in(list(counted)).fill_null(False))
        .then(nw.lit(1.0))
        .otherwise(nw.when(without).then(nw.lit(0.0)))
    )
    return _rows(cohort, chosen, outcome, factors, references, steps)


def toxicity_rows(
    cohort: Cohort,
    chosen: CohortFilter,
    columns: Sequence[str],
    least_grade: int,
    factors: Sequence[str],
    *,
    references: Mapping[str, str] | None = None,
    steps: Mapping[str, float] | None = None,
) -> BinaryRows:
    """Read toxicity as yes/no: worst grade over ``columns`` of at least ``least_grade``.

    A patient in whom none of the columns is recorded has no outcome.

    Raises
    ------
    AddressError
        When the cohort lacks a column, or a reference is no level of its factor.
    """
    for column in columns:
        variable_at(cohort.schema, column)
    worst = nw.max_horizontal(*(nw.col(column).cast(nw.Float64) for column in columns))
    outcome = (
        nw.when(worst >= least_grade)
        .then(nw.lit(1.0))
        .otherwise(nw.when(worst < least_grade).then(nw.lit(0.0)))
    )
    return _rows(cohort, chosen, outcome, factors, references, steps)


def _rows(
    cohort: Cohort,
    chosen: CohortFilter,
    outcome: nw.Expr,
    factors: Sequence[str],
    references: Mapping[str, str] | None,
    steps: Mapping[str, float] | None,
) -> BinaryRows:
    found, covariates = read_factors(
        cohort, chosen, factors, [outcome.alias("_outcome")], references=references, steps=steps
    )
    return BinaryRows(covariates, found["_outcome"].cast(nw.Float64).to_numpy().astype(np.float64))


def varying(
    cohort: Cohort, chosen: CohortFilter, addresses: Sequence[str], *, least_share: float = 0.5
) -> tuple[str, ...]:
    """Return the columns with different values among the filtered patients.

    Parameters
    ----------
    least_share
        Share of the patients in whom a column must be recorded, 0-1.
    """
    there = [variable_at(cohort.schema, a) for a in addresses if a in cohort.schema.variables]
    if not there:
        return ()
    values = [code_of(v) if v.is_categorical else value_of(v, chosen.alpha_beta_gy) for v in there]
    row = (
        narrow(cohort.frame, chosen, cohort.schema)
        .select(*(value.alias(f"v{i}") for i, value in enumerate(values)))
        .select(
            nw.len().alias("n"),
            *(nw.col(f"v{i}").count().alias(f"n{i}") for i in range(len(there))),
            *(nw.col(f"v{i}").min().alias(f"low{i}") for i in range(len(there))),
            *(nw.col(f"v{i}").max().alias(f"high{i}") for i in range(len(there))),
        )
        .collect()
        .rows(named=True)[0]
    )
    return tuple(
        v.address
        for i, v in enumerate(there)
        if row[f"low{i}"] != row[f"high{i}"] and row[f"n{i}"] >= least_share * row["n"]
    )
