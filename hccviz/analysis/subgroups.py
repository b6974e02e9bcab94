"""Forests: one comparison in all patients and in subgroups, as hazard ratios or as rates."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from hccviz.analysis import views
from hccviz.analysis.cuts import later
from hccviz.data import counts
from hccviz.data.baseline import group_sizes
from hccviz.data.cohort import Cohort
from hccviz.data.subgroup_rates import Outcome, rate_tables
from hccviz.data.subgroups import subgroup_tables
from hccviz.domain import vocabulary
from hccviz.domain.address import Split, View
from hccviz.domain.after_start import known_after_start
from hccviz.domain.errors import AddressError
from hccviz.domain.model_address import names_in
from hccviz.domain.subgroup_records import Arms, RateForest
from hccviz.domain.survival_records import ForestEstimate, SubgroupTable
from hccviz.domain.vocabulary import Variable
from hccviz.stats.arms import arms_within, choose_arms, rates_within, two_arms, two_rates
from hccviz.stats.forest import estimate_forest
from hccviz.stats.rate_forest import estimate_rate_forest
from hccviz.stats.rates import COUNTED, EVALUABLE

SECTIONS = ("patient", "liver", "tumour", "prior", "radiotherapy")
"""Sections whose columns are the factors of a forest when none are chosen."""

TWINS = {"eqd2": "bed", "t_substage": "t_stage"}
"""Factors that say again what another one says: not among the factors of a forest by default."""

MOST_FACTORS = 40
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
    wanted = names_in(view.option("rows"))
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
    table, told = later(counts.event_table(cohort, view.filter, endpoint, by), view)
    arms = _arms(cohort, view, [(g.level, g.label) for g in table.groups])
    found = subgroup_tables(cohort, view.filter, endpoint, by, factors_of(cohort, view))
    within = [arms_within(_later_within(subgroup, view), arms) for subgroup in found]
    shown, single = _shown(within, view)
    estimate = estimate_forest(
        two_arms(table, arms), shown, reference=arms.codes[0], level=view.level
    )
    told = (*told, *_cautions(cohort, view))
    return replace(estimate, notes=(*told, *estimate.notes, *_notes(arms, single)))


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


def _later_within(subgroup: SubgroupTable, view: View) -> SubgroupTable:
    return replace(subgroup, tables=tuple(later(t, view)[0] for t in subgroup.tables))


def _cautions(cohort: Cohort, view: View) -> tuple[str, ...]:
    """Warn of a split that is known only after month 0, and of strata that a forest ignores."""
    variable = cohort.schema.variables[_split_of(view).address]
    told = []
    if known_after_start(variable) and not view.landmark:
        told.append(
            f"{variable.label} is known only after month 0: whoever lived longer had more time to "
            "get it. Count survival from a landmark (Survival page) before you compare."
        )
    if view.strata:
        told.append(
            "A forest is not stratified: with “Stratify by” the Survival page gives another hazard "
            "ratio."
        )
    return tuple(told)


def _split_of(view: View) -> Split:
    if view.by is None:
        raise AddressError(NO_SPLIT)
    return view.by


def groups_of(cohort: Cohort, view: View) -> tuple[tuple[str, str], ...]:
    """Return code and label of every group of the split that has patients with the outcome."""
    by = _split_of(view)
    if view.option("on") == "survival":
        endpoint = views.endpoint_of(cohort, view)
        table, _ = later(counts.event_table(cohort, view.filter, endpoint, by), view)
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
    if view.option("rows"):
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
