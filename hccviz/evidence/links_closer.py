"""Links into the closer looks: time to response, failure pattern, liver disease."""

from __future__ import annotations

from dataclasses import replace

from hccviz.data.cohort import Cohort
from hccviz.data.outcome_times import response_times
from hccviz.domain.address import View
from hccviz.domain.vocabulary import failure_levels
from hccviz.evidence.members import as_filter, kept
from hccviz.evidence.selection import Patients
from hccviz.evidence.targets import Target

PATTERN = "failure_pattern"
FAILED = ",".join(code for code, sites in failure_levels().items() if sites)
BY_MONTH = {"cr_months=..3": "had it by 3 months", "cr_months=..6": "had it by 6 months"}
QUARTILES = {"median": "median", "q1": "lower quartile", "q3": "upper quartile"}
RILD = {
    "rild=classic": "classic", "rild=non_classic": "non-classic",
    "rild=classic,non_classic": "either",
}  # fmt: skip


def time_to_response(target: Target, cohort: Cohort, patients: Patients) -> tuple[View, str] | None:
    """Return view and place of a time among the patients with complete response.

    The page leaves out whoever progressed before: there is a link only where nobody did.
    """
    if target.variable != "cr_months" or "cr" not in cohort.schema.endpoints or not target.subgroup:
        return None
    everybody = View(cohorts=(cohort.name,)).with_option("rx", "time")
    responders = sum(
        int(g.events.sum()) for g in response_times(cohort, everybody.filter, None).groups
    )
    meant = patients.where(target.subgroup)
    with_event = patients.where("cr_event=1")
    if (meant != with_event).any() or int(meant.sum()) != responders:
        return None
    if target.statistic == "percent" and target.levels in BY_MONTH:
        return everybody, BY_MONTH[target.levels]
    look = "" if target.levels else QUARTILES.get(target.statistic, "")
    return (everybody, look) if look else None


def failure(target: Target, cohort: Cohort, patients: Patients) -> tuple[View, str] | None:
    """Return view and place of a combination of failure sites, among patients with a failure."""
    if target.variable != PATTERN or target.statistic not in ("count", "percent"):
        return None
    rest = "&".join(c for c in target.subgroup.split("&") if c and c != f"{PATTERN}={FAILED}")
    chosen = as_filter(rest, cohort.schema)
    code = target.levels.removeprefix(f"{PATTERN}=")
    if chosen is None or rest == target.subgroup:
        return None
    view = replace(View(cohorts=(cohort.name,)).with_option("rx", "failure"), filter=chosen)
    if code == FAILED:
        return (view, "any failure") if target.statistic == "count" else None
    seen = (kept(cohort, chosen) & patients.where(target.levels)).any()
    return (view, code) if seen and code in failure_levels() else None


def liver_disease(target: Target, cohort: Cohort) -> tuple[View, str] | None:
    """Return view and place of radiation-induced liver disease."""
    chosen = as_filter(target.subgroup, cohort.schema)
    if target.variable != "rild" or target.levels not in RILD or chosen is None:
        return None
    view = replace(View(cohorts=(cohort.name,)).with_option("tox", "rild"), filter=chosen)
    return view, RILD[target.levels]
