"""Two pinned subgroups side by side, each a whole filter by itself."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from hccviz.analysis import views
from hccviz.analysis.cuts import later
from hccviz.data import counts
from hccviz.data.cohort import Cohort
from hccviz.data.pairs import PIN, count_both, count_in, pinned_cohort
from hccviz.domain.address import Split, View
from hccviz.domain.errors import AddressError
from hccviz.domain.filters import CohortFilter
from hccviz.domain.records import ToxicityEstimate
from hccviz.domain.subgroup_records import PairEstimate
from hccviz.stats.pairs import pair_response, pair_survival, pair_toxicity, why_untested


def pair(cohort: Cohort, view: View) -> PairEstimate:
    """Return the two pinned subgroups side by side; the view's own filter has no part in it.

    Raises
    ------
    AddressError
        When A or B is not pinned.
    """
    a, b = view.pinned("a"), view.pinned("b")
    if a is None or b is None:
        missing = " and ".join(name for name, pin in (("A", a), ("B", b)) if pin is None)
        raise AddressError(
            f"Two subgroups are compared when both are pinned; {missing} is not. Set the filters, "
            "then pin them (in a link: a.child_pugh_class=A&b.child_pugh_class=B, or a=all)."
        )
    n_a, n_b, n_both = count_in(cohort, a), count_in(cohort, b), count_both(cohort, a, b)
    why = why_untested(n_a, n_b, n_both)
    both = pinned_cohort(cohort, a, b)
    asked = replace(
        view, filter=CohortFilter(alpha_beta_gy=view.filter.alpha_beta_gy), by=Split(PIN), strata=""
    )
    survival, gaps, survival_why = _pair_survival(both, asked, why)
    response, response_why = _pair_response(both, asked, why)
    grades, toxicity_why = _pair_toxicity(both, asked)
    return PairEstimate(
        sentence_a=a.describe(cohort.schema),
        sentence_b=b.describe(cohort.schema),
        n_a=n_a,
        n_b=n_b,
        n_both=n_both,
        why_no_test=why,
        baseline=views.baseline(both, asked) if n_a or n_b else None,
        survival=survival,
        rates=gaps,
        survival_why=survival_why,
        criterion=views.criterion_of(both, asked) if cohort.schema.responses else "",
        response=response,
        response_why=response_why,
        phase=views.phase_of(both, asked) if cohort.schema.toxicity else "",
        toxicity=pair_toxicity(grades, why=why) if grades is not None else (),
        toxicity_grades=grades,
        toxicity_why=toxicity_why,
    )


def _pair_survival(both: Cohort, view: View, why: str) -> Any:
    try:
        table = counts.event_table(both, view.filter, views.endpoint_of(both, view), view.by)
    except AddressError as reason:
        return None, (), str(reason)
    table, told = later(table, view)
    why = why or ("" if len(table.groups) == 2 else _one_sided([g.label for g in table.groups]))
    times = tuple(t for t in view.times if t >= (view.landmark or 0.0))
    estimate, gaps = pair_survival(table, ci=view.ci, level=view.level, times=times, why=why)
    return replace(estimate, warnings=(*told, *estimate.warnings)), gaps, ""


def _pair_response(both: Cohort, view: View, why: str) -> Any:
    try:
        estimate = views.response(both, view)
    except AddressError as reason:
        return (), str(reason)
    if len(estimate.groups) < 2:
        return (), why or _one_sided([g.label for g in estimate.groups])
    return pair_response(estimate, of=view.option("of"), why=why), ""


def _pair_toxicity(both: Cohort, view: View) -> tuple[ToxicityEstimate | None, str]:
    try:
        views.one_scale(both, views.phase_of(both, view))
        return views.toxicity(both, view), ""
    except AddressError as reason:
        return None, str(reason)


def _one_sided(labels: list[str]) -> str:
    return (
        f"not estimable: only {labels[0]} has it recorded" if labels else "nobody has it recorded"
    )
