"""Two arbitrary filters as the two groups of one table."""

from __future__ import annotations

from dataclasses import replace

import narwhals as nw

from hccviz.data.cohort import Cohort
from hccviz.data.expressions import narrow
from hccviz.domain.filters import CohortFilter
from hccviz.domain.vocabulary import Level, Variable

PIN = "_pin"
"""Column and address of the pinned subgroup, ``a`` or ``b``."""

_LEVELS = (Level("a", "A"), Level("b", "B"))


def pinned_cohort(cohort: Cohort, a: CohortFilter, b: CohortFilter) -> Cohort:
    """Return a cohort of the patients of A under those of B, with :data:`PIN` to split by.

    A patient of both stands in it twice, so that each group is whole; whoever tests the groups
    must first ask :func:`count_both`.
    """
    parts = [
        narrow(cohort.frame, chosen, cohort.schema).with_columns(nw.lit(code).alias(PIN))
        for code, chosen in (("a", a), ("b", b))
    ]
    pin = Variable(PIN, "Subgroup", "pin", "category", levels=_LEVELS, address=PIN)
    schema = replace(cohort.schema, variables={**cohort.schema.variables, PIN: pin})
    frame = nw.concat(parts, how="vertical")
    return replace(cohort, schema=schema, frame=frame, n=sum(count_in(cohort, f) for f in (a, b)))


def count_in(cohort: Cohort, chosen: CohortFilter) -> int:
    """Count the patients of a filter."""
    frame = narrow(cohort.frame, chosen, cohort.schema)
    return int(frame.select(nw.len()).collect().item())


def count_both(cohort: Cohort, a: CohortFilter, b: CohortFilter) -> int:
    """Count the patients that both filters keep."""
    frame = narrow(narrow(cohort.frame, a, cohort.schema), b, cohort.schema)
    return int(frame.select(nw.len()).collect().item())
