"""Patients treated like this: the same numbers as the outcome pages, and silence below ten."""

from __future__ import annotations

from dataclasses import replace

import pytest

from hccviz.analysis import views
from hccviz.analysis.bridge import TOO_FEW, around, dose_strip, treated_like_this
from hccviz.data.builtin import built_ins, open_built_in
from hccviz.data.cohort import pool
from hccviz.domain.address import View
from hccviz.domain.filters import CohortFilter, LevelClause

LIKE = View(filter=CohortFilter((around(112.5, 10),)))


def test_the_numbers_are_those_of_the_survival_page():
    cohort = open_built_in("registry-simulated")
    found = treated_like_this(cohort, LIKE)
    for view, value, n in (
        (LIKE, found.outcomes[0].like, found.outcomes[0].n_like),
        (View(), found.outcomes[0].overall, found.outcomes[0].n_overall),
    ):
        curve = views.survival(cohort, replace(view, endpoint="os")).curves[0]
        assert (value, n) == (curve.median, curve.n)
    assert found.n_like == views.attrition(cohort, LIKE).left
    assert found.n_overall == cohort.n


def test_response_and_severe_toxicity_are_those_of_their_pages():
    cohort = open_built_in("sbrt-incomplete-tace")
    outcomes = {outcome.label: outcome for outcome in treated_like_this(cohort, LIKE).outcomes}
    orr = views.response(cohort, LIKE).groups[0].orr_evaluable
    severe = views.toxicity(cohort, replace(LIKE, phase="late")).groups[0].overall.severe
    assert outcomes["Objective response (mRECIST, best response)"].like == orr.share
    assert outcomes["Late toxicity of grade 3 or more"].like == severe.share


@pytest.mark.parametrize("name", list(built_ins()))
@pytest.mark.parametrize("bed", [20.0, 60.0, 112.5])
def test_below_ten_patients_no_number_is_given(name, bed):
    cohort = open_built_in(name)
    found = treated_like_this(cohort, View(filter=CohortFilter((around(bed, 5),))))
    assert found.can_tell == (found.n_like >= 10)
    for outcome in found.outcomes:
        if outcome.n_like < 10:
            assert outcome.like.value is None
            assert outcome.like.why
        if not found.can_tell and outcome.label.startswith("Overall"):
            assert outcome.like.why == TOO_FEW


def test_nobody_is_no_error():
    cohort = open_built_in("reirradiation")
    nobody = View(filter=CohortFilter((around(500, 1), LevelClause("child_pugh_class", ("A",)))))
    found = treated_like_this(cohort, nobody)
    assert found.n_like == 0
    assert all(outcome.like.value is None for outcome in found.outcomes)


def test_scales_are_never_added_up():
    cohort = pool([open_built_in("reirradiation"), open_built_in("sorafenib-rt")])
    toxicity = [o for o in treated_like_this(cohort, View()).outcomes if "Acute" in o.label]
    assert toxicity
    assert all(outcome.overall.value is None for outcome in toxicity)


def test_a_strip_counts_everyone_with_a_dose():
    cohort = open_built_in("sbrt-incomplete-tace")
    strip = dose_strip(cohort, LIKE)
    assert strip.n == 302
    assert len(strip.edges) == len(strip.counts) + 1
