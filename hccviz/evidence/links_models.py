"""Links into pages that compare pooled levels (pinned subgroups) or fit models (regression)."""

from __future__ import annotations

from dataclasses import replace

from hccviz.data.cohort import Cohort
from hccviz.domain.address import View
from hccviz.domain.filters import parse_range
from hccviz.domain.model_address import joined, levels_joined
from hccviz.evidence.members import as_filter, both, kept
from hccviz.evidence.selection import Patients
from hccviz.evidence.targets import Target

RATIOS = ("hr", "hr_low", "hr_high", "cox_p")


def pinned_pair(target: Target, cohort: Cohort, patients: Patients, view: View) -> View | None:
    """Return the view of two pinned subgroups: the printed one as B, the others as A.

    For levels that a split would keep apart: T4 against T1 to T3.
    """
    column, equals, raw = target.by.partition("=")
    variable = cohort.schema.variables.get(column)
    if variable is None or not equals or not variable.is_categorical:
        return None
    if target.statistic not in (*RATIOS, "logrank_p") or set(raw) & set("&|;"):
        return None
    inside = kept(cohort, view.filter)
    others = [
        code for code in variable.codes()
        if code not in raw.split(",") and (inside & patients.where(f"{column}={code}")).any()
    ]  # fmt: skip
    queries = [both(target.subgroup, f"{column}={levels}") for levels in (",".join(others), raw)]
    pins = [as_filter(query, cohort.schema) if query else None for query in queries]
    if not others or pins[0] is None or pins[1] is None:
        return None
    alone = View(cohorts=view.cohorts, endpoint=view.endpoint).with_option("sub", "pair")
    return alone.with_pin("a", pins[0]).with_pin("b", pins[1])


def one_number(target: Target, cohort: Cohort, view: View) -> View | None:
    """Return the view of a Cox model with one number as its only factor, per unit."""
    variable = cohort.schema.variables.get(target.by)
    if variable is None or not variable.is_number:
        return None
    if target.statistic not in RATIOS:
        return None
    asked = replace(view, times=View().times).with_option("factors", target.by)
    return asked.with_option("steps", f"{target.by}:1")


def together(target: Target, cohort: Cohort, view: View) -> View | None:
    """Return the view of the multivariable model that a printed ratio is from; None for another.

    Every term is a number per unit, or two groups as the paper cut them.
    """
    if not target.model or target.statistic not in RATIOS:
        return None
    found = [_term(term, cohort) for term in target.model.split(";")]
    if any(name is None for name, _ in found):
        return None
    names = [name for name, _ in found if name]
    asked = replace(view, times=View().times).with_option("factors", joined(names))
    groups = [(name, group) for name, group in found if name and group]
    return asked.with_option("two", joined(groups))


def _term(term: str, cohort: Cohort) -> tuple[str | None, str]:
    """Return the factor of a printed term, and its two groups ("" for a number per unit)."""
    column, equals, raw = term.partition("=")
    variable = cohort.schema.variables.get(column)
    if variable is None:
        return None, ""
    if variable.is_number and not equals:
        return column, ""
    if variable.is_number:
        low, high = parse_range(raw)
        return (None, "") if low is None or high is not None else (column, f"{low:.10g}")
    fits = bool(equals) and variable.is_categorical and not set(raw) & set("&|;")
    return column if fits else None, levels_joined(raw.split(","))
