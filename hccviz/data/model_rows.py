"""Rows for regression models: the only statistics that counts cannot carry."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import narwhals as nw
import numpy as np

from hccviz.data.cohort import Cohort
from hccviz.data.expressions import code_of, known_endpoint, narrow, value_of, variable_at
from hccviz.domain.errors import AddressError
from hccviz.domain.filters import CohortFilter
from hccviz.domain.model_records import Covariate
from hccviz.domain.records import FloatArray
from hccviz.domain.vocabulary import Variable


@dataclass(frozen=True, slots=True, eq=False)
class ModelRows:
    """Filtered patients: factors, and time and event of an endpoint (NaN where not recorded)."""

    covariates: tuple[Covariate, ...]
    time: FloatArray
    event: FloatArray

    def covariate(self, name: str) -> Covariate:
        """Return one factor by its address."""
        return next(c for c in self.covariates if c.name == name)


def model_rows(
    cohort: Cohort,
    chosen: CohortFilter,
    endpoint_code: str,
    factors: Sequence[str],
    *,
    references: Mapping[str, str] | None = None,
    steps: Mapping[str, float] | None = None,
) -> ModelRows:
    """Read the factors of a model and the endpoint of every filtered patient, in one query.

    Parameters
    ----------
    cohort, chosen
        Cohort and filter.
    endpoint_code
        Endpoint of the cohort (``"os"``).
    factors
        Addresses of categories and numbers; BED and EQD2 at the filter's α/β.
    references
        Reference level by address; the first level where none is named.
    steps
        Number of units per ratio by address; 1 where none is named.

    Returns
    -------
    ModelRows
        Covariates are named by their addresses, in the order of ``factors``.

    Raises
    ------
    AddressError
        When the cohort lacks the endpoint or a factor, or a reference is no level of its factor.
    """
    names = known_endpoint(cohort.schema, endpoint_code)
    found, covariates = read_factors(
        cohort,
        chosen,
        factors,
        (
            nw.col(names.months_column).cast(nw.Float64).alias("_time"),
            nw.col(names.event_column).cast(nw.Float64).alias("_event"),
        ),
        references=references,
        steps=steps,
    )
    return ModelRows(
        covariates,
        found["_time"].to_numpy().astype(np.float64),
        found["_event"].to_numpy().astype(np.float64),
    )


def read_factors(
    cohort: Cohort,
    chosen: CohortFilter,
    factors: Sequence[str],
    outcome: Sequence[nw.Expr],
    *,
    references: Mapping[str, str] | None = None,
    steps: Mapping[str, float] | None = None,
) -> tuple[nw.DataFrame[Any], tuple[Covariate, ...]]:
    """Read factors beside the expressions of an outcome, of every filtered patient.

    Parameters are those of :func:`model_rows`; ``outcome`` are named expressions.
    """
    variables = [variable_at(cohort.schema, address) for address in factors]
    frame = narrow(cohort.frame, chosen, cohort.schema)
    found = frame.select(
        *outcome,
        *(
            (code_of(v) if v.is_categorical else value_of(v, chosen.alpha_beta_gy)).alias(f"_{i}")
            for i, v in enumerate(variables)
        ),
    ).collect()
    covariates = tuple(
        _covariate(v, found[f"_{i}"], (references or {}).get(v.address, ""),
                   (steps or {}).get(v.address, 1.0))
        for i, v in enumerate(variables)
    )  # fmt: skip
    return found, covariates


def _covariate(
    variable: Variable, values: nw.Series[Any], reference: str, step: float
) -> Covariate:
    """Put one column into the form of a model."""
    if not variable.is_categorical:
        numbers = values.cast(nw.Float64).to_numpy().astype(np.float64)
        return Covariate(
            variable.address, variable.label, numbers, step=step, unit=variable.unit or ""
        )
    if reference and reference not in variable.codes():
        raise AddressError(
            f"{variable.label} has no level {reference}. "
            f"It has: {', '.join(variable.codes())}. Choose one of these as the reference."
        )
    codes = np.array(values.to_list(), dtype=object)
    labels = tuple(level.label for level in variable.levels)
    return Covariate(variable.address, variable.label, codes, variable.codes(), labels, reference)
