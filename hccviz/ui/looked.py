"""The comparisons that this session has looked at; they live in it and nowhere else."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

from hccviz.analysis import views
from hccviz.domain import vocabulary
from hccviz.domain.outcome_records import RateComparison
from hccviz.domain.records import ResponseEstimate, SurvivalEstimate
from hccviz.domain.regression_records import Regression
from hccviz.domain.subgroup_records import CutLook, PairEstimate, RateForest
from hccviz.domain.survival_records import ComparisonsLooked, ForestEstimate
from hccviz.export.subgroup_words import arm_labels
from hccviz.stats.multiplicity import correct_comparisons
from hccviz.ui import state

if TYPE_CHECKING:
    from hccviz.ui.shell import Here

MOST = 1000
Tested = Iterator[tuple[str, float | None]]


def keep(kind: str, at: Here, record: Any) -> None:
    """Remember every test that an answer shows; an answer without tests is nothing to remember.

    The same question about the same patients is one comparison, on whichever page it is seen.
    """
    if kind not in _TESTS:
        return
    who = at.view.filter.describe(at.cohort.schema) if kind != "pair" else ""
    late = kind != "rate_forest" and at.view.landmark
    since = f"from month {at.view.landmark:g} on" if late else ""
    whom = "; ".join(part for part in (at.cohort.metadata.title or "own file", who, since) if part)
    seen = dict(state.recall("looked", {}))
    for question, p in _TESTS[kind](record, at):
        if p is not None:
            seen[f"{question} [{whom}]"] = p
    state.remember("looked", dict(list(seen.items())[-MOST:]))


def found() -> ComparisonsLooked:
    """Return all of them with Holm's correction, the smallest p first."""
    seen: dict[str, float] = state.recall("looked", {})
    ranked: list[tuple[str, float | None]] = sorted(seen.items(), key=lambda pair: seen[pair[0]])
    return correct_comparisons(ranked)


def forget() -> None:
    """Start counting anew."""
    state.remember("looked", {})


def _survival(estimate: SurvivalEstimate, at: Here) -> Tested:
    if estimate.by and estimate.tests:
        name = vocabulary.endpoint(estimate.endpoint).label
        labels = [curve.label for curve in estimate.curves]
        by = at.cohort.schema.variables[estimate.by].label
        strata = f", stratified by {at.view.strata}" if at.view.strata else ""
        what = (
            f": {labels[1]} against {labels[0]}"
            if len(labels) == 2
            else f" by {by} ({len(labels)} groups)"
        )
        yield f"{name}{what}{strata}", estimate.tests[0].p


def _forest(estimate: ForestEstimate | RateForest, _: Here) -> Tested:
    if isinstance(estimate, RateForest):
        name = f"{estimate.outcome[:1].upper()}{estimate.outcome[1:]}"
    else:
        name = vocabulary.endpoint(estimate.endpoint).label
    first, second = arm_labels(estimate)
    question = f"{name}: {first} against {second}"
    yield question, estimate.overall.p
    for factor in estimate.factors:
        yield f"{question}, interaction with {factor.label}", factor.interaction.p


def _pair(found: PairEstimate, _: Here) -> Tested:
    who = f"{found.sentence_b} against {found.sentence_a}"
    if found.survival is not None and found.survival.tests:
        name = vocabulary.endpoint(found.survival.endpoint).label
        yield f"{name}: {who}", found.survival.tests[0].p
    for row in found.response:
        yield f"{row.label} ({found.criterion}): {who}", row.p
    for row in found.toxicity:
        yield f"{row.label} ({found.phase}): {who}", row.p


def _cut(look: CutLook, _: Here) -> Tested:
    name = vocabulary.endpoint(look.endpoint).label
    yield f"{name}: best cut of {look.estimate.label}, corrected for the search", look.estimate.p


def _rates(found: ResponseEstimate | RateComparison, at: Here) -> Tested:
    if at.view.by is None or not found.tests:
        return
    rate, of = "orr", "evaluable"
    if isinstance(found, RateComparison):
        rate, of = found.rate, found.of
    criterion = vocabulary.response_label(views.criterion_of(at.cohort, at.view))
    by = at.cohort.schema.variables[at.view.by.address].label
    yield f"{criterion}: {rate.upper()} of {of} patients by {by}", found.tests[0].p


def _models(found: Regression, _: Here) -> Tested:
    named = [(model, "alone") for model in found.alone]
    if found.joint is not None and len(found.joint.terms) > 1:
        named.append((found.joint, "beside the others"))
    for model, how in named:
        for term in model.terms:
            p = term.likelihood_ratio.p if term.likelihood_ratio.p is not None else term.wald.p
            yield f"{found.outcome.label}: {term.label}, {how}", p


_TESTS: dict[str, Callable[[Any, Here], Tested]] = {
    "survival": _survival,
    "forest": _forest,
    "rate_forest": _forest,
    "pair": _pair,
    "cut_points": _cut,
    "response": _rates,
    "rates": _rates,
    "regression": _models,
}
