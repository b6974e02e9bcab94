"""The answers: counts from the data layer, estimates from the statistics."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from hccviz.analysis import landmarks
from hccviz.data import baseline as table_one
from hccviz.data import counts
from hccviz.data.cohort import Cohort
from hccviz.domain import vocabulary
from hccviz.domain.address import Split, View
from hccviz.domain.errors import AddressError
from hccviz.domain.records import (
    Attrition,
    BaselineRow,
    BaselineTable,
    Histogram,
    ResponseEstimate,
    SurvivalEstimate,
    ToxicityEstimate,
)
from hccviz.stats.baseline import smd_of_levels, smd_of_numbers
from hccviz.stats.response import estimate_response
from hccviz.stats.toxicity import estimate_toxicity


def attrition(cohort: Cohort, view: View) -> Attrition:
    """Return who is left after each filter."""
    return counts.count_attrition(cohort, view.filter)


def endpoint_of(cohort: Cohort, view: View) -> str:
    """Return the endpoint of a view, the cohort's first when the view names none.

    Raises
    ------
    AddressError
        When the cohort has no endpoint at all.
    """
    return _chosen(view.endpoint, cohort.schema.endpoints, "endpoint (<name>_months, <name>_event)")


def criterion_of(cohort: Cohort, view: View) -> str:
    """Return the response column of a view, the cohort's first when the view names none."""
    return _chosen(view.criterion, cohort.schema.responses, "response column (response_…)")


def phase_of(cohort: Cohort, view: View) -> str:
    """Return the toxicity phase of a view, the cohort's first when the view names none."""
    return _chosen(
        view.phase, tuple(cohort.schema.toxicity), "toxicity column (tox_<phase>_<term>)"
    )


def _chosen(wanted: str, there: tuple[str, ...], what: str) -> str:
    if wanted in there:
        return wanted
    if not there:
        raise AddressError(f"This cohort has no {what}. Open a cohort that has one.")
    return there[0]


def survival(cohort: Cohort, view: View) -> SurvivalEstimate:
    """Return the survival estimate of a view: curves, medians, rates, tests, hazard ratios."""
    table = counts.event_table(cohort, view.filter, endpoint_of(cohort, view), view.by, view.strata)
    strata = cohort.schema.variables[view.strata].label if view.strata and view.by else ""
    return landmarks.survival_from(table, view, strata)


def response(cohort: Cohort, view: View) -> ResponseEstimate:
    """Return response by group with ORR, DCR, CR and their tests."""
    table = counts.count_response(cohort, view.filter, criterion_of(cohort, view), view.by)
    ordered = is_ordered(cohort, view)
    method = view.option("interval")
    return estimate_response(table, method=method, level=view.level, ordered=ordered)


def toxicity(cohort: Cohort, view: View) -> ToxicityEstimate:
    """Return term × grade of one phase, by group.

    A pool whose parts were graded by different scales is never added up: it is split by study
    whatever the view asks for, and a warning says so.
    """
    phase = phase_of(cohort, view)
    scale = cohort.metadata.scales.get(phase, "")
    mixed = _mixed(cohort, phase)
    by = Split("study") if mixed else view.by
    table = counts.count_toxicity(cohort, view.filter, phase, by)
    terms = (vocabulary.toxicity_term(column) for column in table.terms)
    labels = {term.column: term.label for term in terms if term}
    made = estimate_toxicity(
        table, scale=scale, labels=labels, method=view.option("interval"), level=view.level
    )
    if not mixed:
        return made
    warning = (
        f"These patients were graded by different scales ({scale}), which cannot be added up: "
        "the table is split by study."
    )
    return replace(made, warnings=(*made.warnings, warning))


def baseline(cohort: Cohort, view: View) -> BaselineTable:
    """Return the baseline table, with standardised mean differences when it is split."""
    table = table_one.count_baseline(cohort, view.filter, view.by)
    if len(table.group_n) < 2:
        return table
    return replace(table, rows=tuple(_with_smd(row) for row in table.rows))


def histogram(cohort: Cohort, view: View, address: str) -> Histogram:
    """Return the distribution of one number by group."""
    by = view.by if view.by is None or view.by.address != address else None
    return table_one.count_histogram(cohort, view.filter, address, by)


def _with_smd(row: BaselineRow) -> BaselineRow:
    if row.numbers:
        smd = smd_of_numbers(row.numbers)
    else:
        smd = smd_of_levels(row.counts if row.counts is not None else np.zeros((0, 0), np.int64))
    return replace(row, smd=smd.value, smd_why=smd.why)


def one_scale(cohort: Cohort, phase: str) -> None:
    """Refuse to add up patients who were graded by different scales.

    Raises
    ------
    AddressError
        When the cohort is a pool whose parts were graded differently.
    """
    if _mixed(cohort, phase):
        raise AddressError(
            f"These patients were graded by different scales ({cohort.metadata.scales[phase]}), "
            "which cannot be added up. Open one cohort alone."
        )


def _mixed(cohort: Cohort, phase: str) -> bool:
    scale = cohort.metadata.scales.get(phase, "")
    return ";" in scale and "study" in cohort.schema.variables


def is_ordered(cohort: Cohort, view: View) -> bool:
    """Tell whether the order of the groups of the split means something."""
    if view.by is None:
        return False
    variable = cohort.schema.variables[view.by.address]
    return variable.is_number or variable.kind == "ordered"
