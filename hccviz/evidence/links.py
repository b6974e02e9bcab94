"""The view of the dashboard that shows a printed number: page, address, and where to look.

A link is made only where the page shows the number itself, not something near it: limits of a
median as SPSS prints them have none.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from hccviz.data.baseline import SECTIONS
from hccviz.data.cohort import Cohort
from hccviz.domain.address import DEFAULT_TIMES, Split, View
from hccviz.domain.filters import CohortFilter, parse_range
from hccviz.domain.vocabulary import toxicity_term
from hccviz.evidence.links_closer import failure, liver_disease, time_to_response
from hccviz.evidence.links_models import RATIOS, one_number, pinned_pair, together
from hccviz.evidence.members import as_filter, both, groups, kept
from hccviz.evidence.selection import Mask, Patients
from hccviz.evidence.targets import Target
from hccviz.stats.rates import COUNTED, EVALUABLE

OVERVIEW = ""
LADDER = "who was excluded"
LOG_RANK, RATIO, ADJUSTED = "log-rank test", "hazard ratio", "multivariable"
SUMMARIES = {
    "median": "median", "q1": "quartiles", "q3": "quartiles", "min": "range", "max": "range",
}  # fmt: skip
TIMES = ("median", "min", "max")
SHARES = ("count", "percent")
ALL_GRADES, SEVERE = ("1", "2", "3", "4", "5"), ("3", "4", "5")


@dataclass(frozen=True, slots=True)
class Link:
    """Where the dashboard shows a number.

    Attributes
    ----------
    page
        URL path: ``""`` (overview), ``"survival"``, ``"response"``, ``"toxicity"``, and
        ``"subgroups"`` or ``"regression"`` where their pages can show it.
    look
        What to look for there, in the words of the page.
    """

    page: str
    view: View
    look: str


def link_of(target: Target, cohort: Cohort, patients: Patients) -> Link | None:
    """Return the view that shows a printed number of a reconstructed cohort, or None."""
    chosen = as_filter(target.subgroup, cohort.schema)
    if chosen is None or not kept(cohort, chosen).any():
        return None
    view = View(cohorts=(cohort.name,), filter=chosen)
    return (
        _closer(target, cohort, patients)
        or _survival(target, cohort, patients, view)
        or _response(target, cohort, patients, view)
        or _toxicity(target, cohort, patients, view)
        or _overview(target, cohort, patients, view)
    )


def _closer(target: Target, cohort: Cohort, patients: Patients) -> Link | None:
    if found := time_to_response(target, cohort, patients) or failure(target, cohort, patients):
        return Link("response", *found)
    found = liver_disease(target, cohort)
    return Link("toxicity", *found) if found else None


def split_of(
    query: str, cohort: Cohort, patients: Patients, chosen: CohortFilter
) -> tuple[Split, int] | None:
    """Return the split that forms exactly the groups of a query and its rest, and its place.

    ``"child_pugh_class=B"`` is the split by class where nobody is of class C; ``"t_stage=T4"`` is
    none where T1, T2 and T3 are groups of their own.
    """
    column, equals, raw = query.partition("=")
    variable = cohort.schema.variables.get(column)
    if variable is None or not equals or {"&", "|", ";"} & set(raw):
        return None
    split = Split(column)
    if variable.is_number:
        low, high = parse_range(raw)
        if low is None or high is not None:
            return None
        split = Split(column, cuts=(low,))
    made = groups(cohort, chosen, split)
    yes = patients.where(query) & kept(cohort, chosen)
    if len(made) != 2:
        return None
    return next(((split, i) for i in (0, 1) if np.array_equal(made[i], yes)), None)


def _survival(target: Target, cohort: Cohort, patients: Patients, view: View) -> Link | None:
    code, _, part = target.variable.rpartition("_")
    code = code if part in ("months", "event") else target.variable
    if code not in cohort.schema.endpoints:
        return None
    view = replace(view, endpoint=code)
    if target.model:
        model = together(target, cohort, view)
        return Link("regression", model, ADJUSTED) if model else None
    if target.by:
        return _comparison(target, cohort, patients, view)
    if part == "months":
        looks = dict(zip(TIMES, ("naive median", "shortest time", "longest time"), strict=True))
        there = target.statistic in TIMES
        return Link("survival", view, looks[target.statistic]) if there else None
    if part == "event":
        looks = {f"{code}_event=1": "events", f"{code}_event=0": "censored"}
        there = target.statistic == "count" and target.levels in looks
        return Link("survival", view, looks[target.levels]) if there else None
    if target.statistic == "km_median":
        return Link("survival", view, "median")
    if target.statistic.startswith("km_rate_"):
        month = float(target.statistic.removeprefix("km_rate_"))
        times = view.times if month in DEFAULT_TIMES else (month,)
        return Link("survival", replace(view, times=times), f"at {month:g} months")
    return Link("survival", view, "events") if target.statistic == "events" else None


def _comparison(target: Target, cohort: Cohort, patients: Patients, view: View) -> Link | None:
    found = split_of(target.by, cohort, patients, view.filter)
    if found is not None and target.statistic == "logrank_p":
        return Link("survival", replace(view, by=found[0]), LOG_RANK)
    # The page compares with the first group: the printed ratio must be that of the second.
    if found is not None and found[1] == 1 and target.statistic in RATIOS:
        return Link("survival", replace(view, by=found[0]), RATIO)
    if pinned := pinned_pair(target, cohort, patients, view):
        return Link("subgroups", pinned, LOG_RANK if target.statistic == "logrank_p" else RATIO)
    model = one_number(target, cohort, view)
    return Link("regression", model, RATIO) if model else None


def _response(target: Target, cohort: Cohort, patients: Patients, view: View) -> Link | None:
    column, _, raw = target.levels.partition("=")
    if column not in cohort.schema.responses or column != target.variable or set(raw) & set("&|;"):
        return None
    inside = kept(cohort, view.filter)
    levels = tuple(raw.split(","))
    recorded = int((inside & patients.recorded(column)).sum())
    evaluable = int((inside & patients.where(f"{column}={','.join(EVALUABLE)}")).sum())
    if recorded not in (evaluable, int(inside.sum())):
        return None
    view = replace(view, criterion=column).with_option(
        "of", "evaluable" if recorded == evaluable else "all"
    )
    rate = next((name for name, counted in COUNTED.items() if set(counted) == set(levels)), "")
    if target.statistic == "chi2_p":
        found = split_of(target.by, cohort, patients, view.filter) if rate else None
        if found is None:
            return None
        return Link("response", replace(view.with_option("rate", rate), by=found[0]), "Pearson χ²")
    if target.statistic not in SHARES or not evaluable:
        return None
    if len(levels) == 1 and (levels[0] != "NE" or target.statistic == "count"):
        return Link("response", view, levels[0])
    if rate:
        return Link("response", view, rate.upper())
    whole = set(levels) == set(EVALUABLE) and target.statistic == "count"
    return Link("response", view, "evaluable") if whole else None


def _toxicity(target: Target, cohort: Cohort, patients: Patients, view: View) -> Link | None:
    term = toxicity_term(target.variable)
    column, _, raw = target.levels.partition("=")
    if term is None or column != target.variable or target.statistic not in SHARES:
        return None
    if set(raw) & set("&|;") or column not in cohort.schema.variables:
        return None
    inside = kept(cohort, view.filter)

    def marked(grades: tuple[str, ...]) -> Mask:
        return inside & patients.where(f"{column}={','.join(grades)}")

    levels = tuple(raw.split(","))
    looks = {ALL_GRADES: "any grade", SEVERE: "grade 3 or more"}
    looks |= {(grade,): f"grade {grade}" for grade in ALL_GRADES}
    wanted = marked(levels)
    same = [grades for grades in looks if grades == levels] or [
        grades for grades in (ALL_GRADES, SEVERE) if np.array_equal(marked(grades), wanted)
    ]
    return Link("toxicity", replace(view, phase=term.phase), looks[same[0]]) if same else None


def _overview(target: Target, cohort: Cohort, patients: Patients, view: View) -> Link | None:
    if target.by:
        return None
    if target.statistic == "n":
        return Link(OVERVIEW, view, "patients")
    variable = cohort.schema.variables.get(target.variable)
    if variable is not None and variable.section in SECTIONS:
        if variable.is_number and target.statistic in SUMMARIES:
            return Link(OVERVIEW, view, f"{variable.label}: {SUMMARIES[target.statistic]}")
        column, _, raw = target.levels.partition("=")
        alone = column == target.variable and raw in variable.codes()
        if alone and variable.is_categorical and target.statistic in SHARES:
            return Link(OVERVIEW, view, f"{variable.label}: {variable.level_label(raw)}")
    if target.statistic not in SHARES:
        return None
    query = both(target.subgroup, target.levels)
    chosen = as_filter(query, cohort.schema) if query else None
    look = "patients" if target.statistic == "count" else ""
    if not look and _is_share_left(target, patients):
        look = LADDER
    return Link(OVERVIEW, replace(view, filter=chosen), look) if chosen and look else None


def _is_share_left(target: Target, patients: Patients) -> bool:
    """Return whether the last step of the ladder of filters leaves the printed percentage.

    Of all, or of those before: what a subgroup leaves. Not where some are not recorded.
    """
    recorded = patients.recorded(target.variable)[patients.where(target.subgroup)].all()
    return bool(recorded) and not (target.subgroup and "&" in target.levels)
