"""The closer looks at response and toxicity: counts from the data layer, then estimates."""

from __future__ import annotations

from dataclasses import dataclass

from hccviz.analysis import views
from hccviz.data import outcome_counts, outcome_times
from hccviz.data.builtin import built_ins
from hccviz.data.cohort import Cohort
from hccviz.data.counts import count_category
from hccviz.domain import vocabulary
from hccviz.domain.address import View
from hccviz.domain.errors import AddressError
from hccviz.domain.outcome_records import (
    Agreement,
    DoseResponse,
    FailurePattern,
    RateComparison,
    RildPanel,
    TimeToEvent,
)
from hccviz.domain.records import EventTable, SurvivalEstimate
from hccviz.stats.agreement import estimate_agreement
from hccviz.stats.dose_response import estimate_dose_response
from hccviz.stats.event_times import estimate_time_to_event
from hccviz.stats.rates import COUNTED, EVALUABLE, compare_rates
from hccviz.stats.rild import estimate_rild
from hccviz.stats.survival import estimate_survival

DOSES = ("bed", "eqd2", "cumulative_eqd2_gy", "total_dose_gy", "mean_liver_dose_gy")
_NO_DOSE = (
    "This cohort has no dose (total_dose_gy with fractions, or cumulative_eqd2_gy). Open a cohort "
    "that has one."
)
_ONE_CRITERION = (
    "This cohort has only one response criterion: there is nothing to compare it with. Open a "
    "cohort with two, such as mRECIST and RECIST."
)


@dataclass(frozen=True, slots=True)
class Landmark:
    """Survival by response until a landmark, with what was left out.

    ``responders`` is True for the comparison of early with late responders from the time origin.
    """

    months: float
    responders: bool
    n_before: int
    n_missing: int
    estimate: SurvivalEstimate


def doses_of(cohort: Cohort) -> tuple[str, ...]:
    """Return the doses that can be on an axis, BED first."""
    return tuple(address for address in DOSES if address in cohort.schema.variables)


def dose_of(cohort: Cohort, view: View) -> str:
    """Return the dose on the axis, the cohort's first when the view names none.

    Raises
    ------
    AddressError
        When the cohort records no dose.
    """
    there = doses_of(cohort)
    if not there:
        raise AddressError(_NO_DOSE)
    wanted = view.option("dose")
    return wanted if wanted in there else there[0]


def against_of(cohort: Cohort, view: View) -> str:
    """Return the second criterion: the one named, else another of the same site, else the next.

    Raises
    ------
    AddressError
        When the cohort has only one criterion.
    """
    first = views.criterion_of(cohort, view)
    others = [code for code in cohort.schema.responses if code != first]
    if not others:
        raise AddressError(_ONE_CRITERION)
    if view.option("against") in others:
        return view.option("against")
    site = first.removeprefix("response_").partition("_")[2]
    return next((code for code in others if site and code.endswith(f"_{site}")), others[0])


def rates(cohort: Cohort, view: View) -> RateComparison:
    """Return the chosen response rate by group, each against the first."""
    criterion = views.criterion_of(cohort, view)
    estimate = views.response(cohort, view)
    strata, counted = "", None
    if view.by is not None and view.strata and view.strata in cohort.schema.variables:
        strata = cohort.schema.variables[view.strata].label
        counted = outcome_counts.count_response_strata(
            cohort, view.filter, criterion, view.by, view.strata
        )
    return compare_rates(
        estimate,
        rate=view.option("rate"),
        of=view.option("of"),
        ordered=views.is_ordered(cohort, view),
        strata=strata,
        by_stratum=counted,
    )


def agreement(cohort: Cohort, view: View) -> Agreement:
    """Return how two criteria agree on the same patients."""
    first, second = views.criterion_of(cohort, view), against_of(cohort, view)
    counts = outcome_counts.count_pairs(cohort, view.filter, first, second)
    return estimate_agreement(counts, method=view.option("interval"), level=view.level)


def dose_response(cohort: Cohort, view: View) -> DoseResponse:
    """Return the chosen response rate over dose."""
    criterion = views.criterion_of(cohort, view)
    counts = outcome_counts.count_by_dose(cohort, view.filter, dose_of(cohort, view), (criterion,))
    everyone = view.option("of") == "all"
    return estimate_dose_response(
        counts,
        counted=COUNTED[view.option("rate")],
        among=counts.levels if everyone else EVALUABLE,
        method=view.option("interval"),
        level=view.level,
    )


def toxicity_dose(cohort: Cohort, view: View) -> DoseResponse:
    """Return the share with the chosen grade or worse over dose, of patients with it recorded."""
    phase = views.phase_of(cohort, view)
    views.one_scale(cohort, phase)
    term = view.option("term")
    known = cohort.schema.toxicity[phase]
    columns = (term,) if term in known else known
    counts = outcome_counts.count_by_dose(cohort, view.filter, dose_of(cohort, view), columns)
    least = int(view.option("grade"))
    return estimate_dose_response(
        counts,
        counted=[code for code in counts.levels if code and int(code) >= least],
        among=[code for code in counts.levels if code],
        method=view.option("interval"),
        level=view.level,
    )


def time_to_response(cohort: Cohort, view: View) -> TimeToEvent:
    """Return the cumulative incidence of complete response, and the responders' times."""
    table = outcome_times.response_times(cohort, view.filter, view.by)
    return estimate_time_to_event(
        table,
        event=vocabulary.endpoint("cr").event,
        ci=view.ci,
        method=view.option("interval"),
        level=view.level,
    )


def onset_terms(cohort: Cohort, phase: str) -> tuple[str, ...]:
    """Return the toxicity columns of a phase whose time of onset is recorded."""
    there = cohort.schema.variables
    return tuple(c for c in cohort.schema.toxicity.get(phase, ()) if f"{c}_months" in there)


def time_to_toxicity(cohort: Cohort, view: View) -> TimeToEvent:
    """Return the cumulative incidence of one toxicity with death competing.

    Raises
    ------
    AddressError
        When no term of the phase has a time of onset.
    """
    phase = views.phase_of(cohort, view)
    views.one_scale(cohort, phase)
    timed = onset_terms(cohort, phase)
    if not timed:
        raise AddressError(
            "This cohort records no time of onset of its toxicities. Columns such as "
            f"tox_{phase}_{'nausea' if phase == 'acute' else 'gastritis'}_months (months from the "
            "time origin) make a cumulative incidence possible."
        )
    term = view.option("term") if view.option("term") in timed else timed[0]
    grade = int(view.option("grade"))
    table = outcome_times.toxicity_times(cohort, view.filter, term, grade, view.by)
    found = vocabulary.toxicity_term(term)
    label = found.label.lower() if found else term
    return estimate_time_to_event(
        table,
        event=f"{label} of grade {grade}" + (" or more" if grade < 5 else ""),
        ci=view.ci,
        method=view.option("interval"),
        level=view.level,
        times=(6.0, 12.0, 24.0),
    )


def landmark(cohort: Cohort, view: View) -> Landmark:
    """Return survival by complete response until the chosen landmark."""
    months = float(view.option("landmark"))
    responders = view.option("compare") == "responders"
    found = outcome_times.landmark_groups(cohort, view.filter, months, responders=responders)
    table = EventTable("os", "cr", found.groups)
    estimate = estimate_survival(table, ci=view.ci, level=view.level, times=view.times)
    return Landmark(months, responders, found.n_before, found.n_missing, estimate)


def failures(cohort: Cohort, view: View) -> FailurePattern:
    """Return the combinations of failure sites by group."""
    return outcome_counts.count_failures(cohort, view.filter, view.by)


def rild(cohort: Cohort, view: View) -> RildPanel:
    """Return radiation-induced liver disease by group, with every study's definition.

    Raises
    ------
    AddressError
        When the cohort does not record it.
    """
    if "rild" not in cohort.schema.variables:
        raise AddressError(
            "This cohort does not record radiation-induced liver disease (rild: none, classic, "
            "non_classic)."
        )
    counts = count_category(cohort, view.filter, "rild", view.by)
    return estimate_rild(
        counts, _definitions(cohort), method=view.option("interval"), level=view.level
    )


def _definitions(cohort: Cohort) -> tuple[tuple[str, str], ...]:
    """Return study and definition of liver disease, this cohort's first."""
    own = (cohort.metadata.title or "This file", cohort.metadata.definitions.get("rild", ""))
    others = (
        (b.metadata.title, b.metadata.definitions["rild"])
        for b in built_ins().values()
        if "rild" in b.metadata.definitions and b.metadata.kind != "simulated"
    )
    told = {own[0]: own[1] or "Not defined in the file."}
    return tuple({**told, **{t: d for t, d in others if t not in told}}.items())
