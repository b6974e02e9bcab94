"""The answers of the subgroups page: forests, pinned subgroups, cuts of a number."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from hccviz.analysis import views
from hccviz.data import counts
from hccviz.data.baseline import group_sizes
from hccviz.data.cohort import Cohort
from hccviz.data.model_rows import model_rows
from hccviz.data.pairs import PIN, count_both, count_in, pinned_cohort
from hccviz.data.subgroup_rates import Outcome, rate_tables
from hccviz.data.subgroups import subgroup_tables
from hccviz.domain import vocabulary
from hccviz.domain.address import Split, View
from hccviz.domain.errors import AddressError
from hccviz.domain.filters import CohortFilter
from hccviz.domain.outcome_address import split_columns
from hccviz.domain.records import Quantity, ToxicityEstimate
from hccviz.domain.subgroup_records import Arms, CutLook, OwnCut, PairEstimate, RateForest
from hccviz.domain.survival_records import ForestEstimate
from hccviz.domain.vocabulary import Variable
from hccviz.stats.arms import arms_within, choose_arms, rates_within, two_arms, two_rates
from hccviz.stats.cox import estimate_hazard_ratios
from hccviz.stats.cutpoints import explore_cut_points
from hccviz.stats.forest import estimate_forest
from hccviz.stats.pairs import pair_response, pair_survival, pair_toxicity, why_untested
from hccviz.stats.rate_forest import estimate_rate_forest
from hccviz.stats.rates import COUNTED, EVALUABLE

SECTIONS = ("patient", "liver", "tumour", "prior", "radiotherapy")
"""Sections whose columns are the factors of a forest when none are chosen."""

TWINS = {"eqd2": "bed", "t_substage": "t_stage"}
"""Factors that say again what another one says: not among the factors of a forest by default."""

MOST_FACTORS = 40
NUMBERS = ("bed", "total_dose_gy", "tumor_size_cm", "afp_ng_ml")
EXAMPLES = (
    Split("bed", cuts=(100.0,)), Split("prior_tace"), Split("child_pugh_class"),
    Split("vascular_invasion"), Split("tumor_size_cm", quantiles=2), Split("sex"),
    Split("age_years", quantiles=2),
)  # fmt: skip
NO_SPLIT = (
    "Nothing is compared yet. Choose what to compare, such as prior TACE, or BED cut at 100 Gy "
    "(by=bed:100)."
)
RATES = {"orr": "objective response (CR + PR)", "dcr": "disease control (CR + PR + SD)",
         "cr": "complete response"}  # fmt: skip
AMONG = {"evaluable": "of evaluable patients", "all": "of all patients"}


def possible_factors(cohort: Cohort, view: View) -> tuple[Variable, ...]:
    """Return every column that can form the subgroups of a forest, in dictionary order."""
    by = view.by.address if view.by else ""
    return tuple(v for v in cohort.schema.splits() if v.address not in (by, "study"))


def factors_of(cohort: Cohort, view: View) -> tuple[Split, ...]:
    """Return the factors of a forest: the chosen ones, else every recorded column of baseline.

    A number is cut at its median. A cohort without a known column gets its own columns.
    """
    there = possible_factors(cohort, view)
    wanted = split_columns(view.option("factors"))
    if wanted:
        chosen = [v for v in there if v.address in wanted]
    else:
        by = view.by.address if view.by else ""
        names = {v.address for v in there} | {by}
        chosen = [
            v for v in there
            if v.section in SECTIONS
            and not (v.address in TWINS and TWINS[v.address] in names)
            and TWINS.get(by) != v.address
        ]  # fmt: skip
        chosen = chosen or [v for v in there if v.section == "other"]
    return tuple(Split(v.address, quantiles=2 if v.is_number else 0) for v in chosen[:MOST_FACTORS])


def forest(cohort: Cohort, view: View) -> ForestEstimate:
    """Return hazard ratios of the comparison in all patients and in the subgroups.

    Raises
    ------
    AddressError
        When nothing is compared, or the split has no two arms with patients.
    """
    by = _split_of(view)
    endpoint = views.endpoint_of(cohort, view)
    table = counts.event_table(cohort, view.filter, endpoint, by)
    arms = _arms(cohort, view, [(g.level, g.label) for g in table.groups])
    found = subgroup_tables(cohort, view.filter, endpoint, by, factors_of(cohort, view))
    within = [arms_within(subgroup, arms) for subgroup in found]
    shown, single = _shown(within, view)
    estimate = estimate_forest(
        two_arms(table, arms), shown, reference=arms.codes[0], level=view.level
    )
    return replace(estimate, notes=(*estimate.notes, *_notes(arms, single)))


def rate_forest(cohort: Cohort, view: View) -> RateForest:
    """Return risk differences and odds ratios of a response or toxicity, as ``out.on`` says.

    Raises
    ------
    AddressError
        When nothing is compared, the split has no two arms with patients, or the cohort records
        no such outcome.
    """
    by = _split_of(view)
    outcome, told, good = outcome_of(cohort, view)
    overall, found = rate_tables(cohort, view.filter, outcome, by, factors_of(cohort, view))
    arms = _arms(cohort, view, [(g.level, g.label) for g in overall.groups])
    shown, single = _shown([rates_within(subgroup, arms) for subgroup in found], view)
    estimate = estimate_rate_forest(
        two_rates(overall, arms), shown, outcome=told, good=good, arms=arms.codes, level=view.level
    )
    return replace(estimate, notes=(*estimate.notes, *_notes(arms, single)))


def outcome_of(cohort: Cohort, view: View) -> tuple[Outcome, str, bool]:
    """Return the outcome that a forest of rates counts, what it is called, and if it is good."""
    if view.option("on") == "toxicity":
        return _toxicity_outcome(cohort, view)
    criterion = views.criterion_of(cohort, view)
    rate, of = view.option("rate"), view.option("of")
    everyone = of == "all"
    among = (*EVALUABLE, "NE") if everyone else EVALUABLE
    name = vocabulary.response_label(criterion).removeprefix("Response by ")
    return (
        Outcome((criterion,), COUNTED[rate], among, missing_counts=everyone),
        f"{RATES[rate]} by {name}, {AMONG[of]}",
        True,
    )


def _toxicity_outcome(cohort: Cohort, view: View) -> tuple[Outcome, str, bool]:
    phase = views.phase_of(cohort, view)
    views.one_scale(cohort, phase)
    known = cohort.schema.toxicity[phase]
    term = view.option("term")
    columns = (term,) if term in known else known
    grades = tuple(str(grade) for grade in range(6))
    least = int(view.option("grade"))
    found = vocabulary.toxicity_term(term) if term in known else None
    what = found.label.lower() if found else "toxicity"
    grade = (
        "of any grade" if least == 1 else f"of grade {least}" + (" or more" if least < 5 else "")
    )
    name = vocabulary.phases().get(phase, phase).lower()
    return Outcome(columns, grades[least:], grades), f"{name} {what} {grade}", False


def _split_of(view: View) -> Split:
    if view.by is None:
        raise AddressError(NO_SPLIT)
    return view.by


def groups_of(cohort: Cohort, view: View) -> tuple[tuple[str, str], ...]:
    """Return code and label of every group of the split that has patients with the outcome."""
    by = _split_of(view)
    if view.option("on") == "survival":
        endpoint = views.endpoint_of(cohort, view)
        table = counts.event_table(cohort, view.filter, endpoint, by)
        return tuple((g.level, g.label) for g in table.groups)
    rates, _ = rate_tables(cohort, view.filter, outcome_of(cohort, view)[0], by, ())
    return tuple((g.level, g.label) for g in rates.groups)


def arms_of(cohort: Cohort, view: View) -> Arms:
    """Return the two arms that the forest compares.

    Raises
    ------
    AddressError
        When the split has no two arms with patients.
    """
    return _arms(cohort, view, groups_of(cohort, view))


def _arms(cohort: Cohort, view: View, groups: Sequence[tuple[str, str]]) -> Arms:
    by = _split_of(view)
    codes, labels = [code for code, _ in groups], [label for _, label in groups]
    arms = choose_arms(codes, labels, view.option("arm"), view.option("base"))
    if isinstance(arms, str):
        raise AddressError(
            f"{by.describe(cohort.schema.variables[by.address])} cannot be compared: {arms}. "
            "Choose another comparison, another cut, or widen the filter."
        )
    return arms


def examples(cohort: Cohort, view: View) -> tuple[Split, ...]:
    """Return up to four comparisons to start with: those in which both groups have patients."""
    found: list[Split] = []
    for split in EXAMPLES:
        variable = cohort.schema.variables.get(split.address)
        if variable is not None and len(found) < 4:
            sizes = group_sizes(cohort, view.filter, split)
            if sum(n > 0 for n in sizes.values()) > 1:
                found.append(split)
    return tuple(found)


def _shown(found: list[Any], view: View) -> tuple[list[Any], list[str]]:
    """Return the factors to show, and the labels of those that hold no subgroup to compare in.

    A factor that was chosen is always shown.
    """
    if view.option("factors"):
        return found, []
    speaks = [len(s.levels) >= 2 and any(len(t.groups) == 2 for t in s.tables) for s in found]
    silent = [s.label for s, told in zip(found, speaks, strict=True) if not told]
    return [s for s, told in zip(found, speaks, strict=True) if told], silent


def _notes(arms: Arms, silent: list[str]) -> tuple[str, ...]:
    out = f"In neither group and left out: {', '.join(arms.left_out)}." if arms.left_out else ""
    alone = (
        f"Not shown, only one level here or one group in each level: {', '.join(silent)}."
        if silent
        else ""
    )
    return tuple(sentence for sentence in (out, alone) if sentence)


# --------------------------------------------------------------------------- pinned subgroups


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
    why = why or ("" if len(table.groups) == 2 else _one_sided([g.label for g in table.groups]))
    estimate, gaps = pair_survival(table, ci=view.ci, level=view.level, times=view.times, why=why)
    return estimate, gaps, ""


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


# --------------------------------------------------------------------------- cuts of a number


def numbers_of(cohort: Cohort) -> tuple[Variable, ...]:
    """Return the numbers that can be cut, doses, size and AFP first."""
    there = [v for v in cohort.schema.splits() if v.is_number]
    first = [v for name in NUMBERS for v in there if v.address == name]
    return tuple(dict.fromkeys((*first, *there)))


def cut_points(cohort: Cohort, view: View) -> CutLook:
    """Return every cut of a number with its hazard ratio, and the user's own cut.

    The number is the one named (``out.number``), else that of the split, else the first one that
    has a cut with enough patients on both sides.

    Raises
    ------
    AddressError
        When the cohort records no number, or no endpoint.
    """
    there = {v.address: v for v in numbers_of(cohort)}
    if not there:
        raise AddressError("This cohort records no number that could be cut.")
    wanted = [view.option("number"), view.by.address if view.by else ""]
    named = [there[name] for name in wanted if name in there][:1]
    looks = (_cut_look(cohort, view, variable) for variable in named or there.values())
    first = next(looks)
    if named or not first.estimate.why:
        return first
    return next((look for look in looks if not look.estimate.why), first)


def _cut_look(cohort: Cohort, view: View, variable: Variable) -> CutLook:
    endpoint = views.endpoint_of(cohort, view)
    rows = model_rows(cohort, view.filter, endpoint, [variable.address])
    number = rows.covariates[0]
    estimate = explore_cut_points(number, rows.time, rows.event, level=view.level)
    given = number.values.astype(np.float64)
    known = given[np.isfinite(given) & np.isfinite(rows.time) & np.isfinite(rows.event)]
    low, high = (float(known.min()), float(known.max())) if known.size else (None, None)
    at = _own_cut(view, variable)
    return CutLook(
        endpoint=endpoint,
        estimate=estimate,
        low=low,
        high=high,
        n_missing=len(rows.time) - estimate.n,
        own=None if at is None else _at(cohort, view, endpoint, variable, at),
    )


def _own_cut(view: View, variable: Variable) -> float | None:
    if view.option("at"):
        return float(view.option("at"))
    by = view.by
    return by.cuts[0] if by and by.address == variable.address and len(by.cuts) == 1 else None


def _at(cohort: Cohort, view: View, endpoint: str, variable: Variable, at: float) -> OwnCut:
    """Compare at or above a cut with below, as the survival page does."""
    split = Split(variable.address, cuts=(at,))
    table = counts.event_table(cohort, view.filter, endpoint, split)
    n = {("≥" if g.level.startswith("≥") else "<"): g.n for g in table.groups}
    below, above = n.get("<", 0), n.get("≥", 0)
    if not below or not above:
        side = "below" if not below else "at or above"
        unit = f" {variable.unit}" if variable.unit else ""
        why = f"not estimable: no patient is {side} {at:g}{unit}"
        return OwnCut(at, below, above, Quantity(None, why=why), None)
    ratio = estimate_hazard_ratios(table, level=view.level)[0]
    return OwnCut(at, below, above, ratio.ratio, ratio.p)


ANSWERS = {
    "forest": forest, "rate_forest": rate_forest, "pair": pair, "cut_points": cut_points,
    "arms": arms_of, "arm_groups": groups_of, "split_examples": examples,
}  # fmt: skip
"""Every question of the page by name, for the caches of the dashboard."""
