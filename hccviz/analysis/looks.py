"""Which closer looks a cohort can answer, and what it lacks for the others."""

from __future__ import annotations

from hccviz.analysis import outcomes, survival_depth
from hccviz.data.cohort import Cohort
from hccviz.data.outcome_counts import records_failures
from hccviz.data.patients import AFP_PAIRS
from hccviz.domain.address import View

RESPONSE = "a response column (response_…)"


def missing(cohort: Cohort, view: View, page: str) -> dict[str, str]:
    """Return closer look → what the cohort lacks for it, ``""`` when it can be drawn.

    Parameters
    ----------
    page
        ``"rx"`` (response), ``"tox"`` (toxicity), ``"course"`` (patient courses), ``"sv"``
        (survival) or ``"sub"`` (subgroups).
    """
    ask = {
        "rx": _response,
        "tox": _toxicity,
        "course": _courses,
        "sv": _survival,
        "sub": _subgroups,
    }
    return ask[page](cohort, view)


def _response(cohort: Cohort, _: View) -> dict[str, str]:
    responses = cohort.schema.responses
    return {
        "rates": _need(bool(responses), RESPONSE),
        "agreement": _need(len(responses) > 1, "a second response column"),
        "dose": _need(bool(responses and outcomes.doses_of(cohort)), "a response and a dose"),
        "time": _need("cr" in cohort.schema.endpoints, "cr_months with cr_event"),
        "failure": _need(records_failures(cohort), "failure_infield, _outfield, _distant"),
    }


def _toxicity(cohort: Cohort, view: View) -> dict[str, str]:
    phases = tuple(cohort.schema.toxicity)
    phase = view.phase if view.phase in phases else (phases[0] if phases else "")
    timed = outcomes.onset_terms(cohort, phase)
    return {
        "rates": "",
        "groups": "",
        "map": "",
        "dose": _need(bool(outcomes.doses_of(cohort)), "a dose"),
        "time": _need(bool(timed), f"times of onset (tox_{phase or 'acute'}_…_months)"),
        "rild": _need("rild" in cohort.schema.variables, "rild"),
    }


def _courses(cohort: Cohort, _: View) -> dict[str, str]:
    there = cohort.schema.variables
    afp = any(before in there and after in there for before, after in AFP_PAIRS)
    scatter = "tumor_size_cm" in there and bool(outcomes.doses_of(cohort))
    return {
        "size": _need("size_change_pct" in there, "size_change_pct"),
        "afp": _need(afp, "AFP before and after (afp_ng_ml, afp_after_ng_ml)"),
        "scatter": _need(scatter, "tumor_size_cm and a dose"),
        "swimmer": _need("os" in cohort.schema.endpoints, "os_months with os_event"),
    }


def _survival(cohort: Cohort, _: View) -> dict[str, str]:
    there = bool(cohort.schema.endpoints)
    rivals = bool(survival_depth.rival_endpoints(cohort))
    endpoint = _need(there, "an endpoint (<name>_months, <name>_event)")
    return {
        "times": endpoint,
        "competing": _need(rivals, "a non-fatal endpoint and overall survival (os_months)"),
        "hazards": endpoint,
        "follow": endpoint,
    }


def _subgroups(cohort: Cohort, _: View) -> dict[str, str]:
    number = any(v.is_number for v in cohort.schema.splits()) and bool(cohort.schema.endpoints)
    cut = _need(number, "a number and an endpoint")
    return {"forest": "", "pair": "", "cut": cut, "looked": ""}


def _need(there: bool, what: str) -> str:
    return "" if there else what
