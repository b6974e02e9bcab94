"""The closer looks at survival: their numbers, and a sentence wherever there is none."""

from __future__ import annotations

import json
from dataclasses import replace

import numpy as np
import pyarrow as pa
import pytest

from hccviz.analysis import survival_depth, views
from hccviz.analysis.looks import missing
from hccviz.analysis.questions import what_matters
from hccviz.data.builtin import built_ins, open_built_in
from hccviz.data.cohort import Cohort, cohort_from_table
from hccviz.data.counts import event_table
from hccviz.domain.address import Split, View, parse_query, read_view
from hccviz.domain.errors import AddressError
from hccviz.export import survival_tables, survival_words, words
from hccviz.export.survival_json import survival_view_json
from hccviz.figures.hazards import draw_log_minus_log, draw_periods
from hccviz.figures.horizons import draw_follow_up, draw_means
from hccviz.figures.incidence import draw_incidence, draw_stacked
from hccviz.figures.survival import draw_survival

TACE = "sbrt-incomplete-tace"


def asked(query: str, cohort: str = TACE) -> tuple[Cohort, View]:
    opened = open_built_in(cohort)
    view, ignored = read_view(parse_query(query), opened.schema)
    assert not ignored
    return opened, view


def made(**columns: list) -> Cohort:
    n = len(next(iter(columns.values())))
    ids = {"patient_id": [f"p{i}" for i in range(n)]}
    return cohort_from_table("made", pa.table(ids | columns), "0")


# --------------------------------------------------------------------------- landmark


def test_a_landmark_leaves_out_who_left_before_and_says_so():
    cohort, view = asked("landmark=12&by=child_pugh_class")
    found = views.survival(cohort, view)
    everyone = event_table(cohort, view.filter, "os", view.by)
    later = sum(int((g.events + g.censored)[g.time >= 12].sum()) for g in everyone.groups)
    assert sum(c.n for c in found.curves) == later
    assert found.landmark.n == everyone.n - later
    assert found.landmark.n_events + found.landmark.n_censored == found.landmark.n
    assert f"{found.landmark.n} patients left before the landmark at 12 months" in found.warnings[0]
    assert words.say_survival(found).startswith("Of patients at risk at 12 months: median")
    assert "Landmark analysis" in words.explain_survival(found, "start")


def test_nothing_is_claimed_before_the_landmark():
    cohort, view = asked("landmark=24&by=child_pugh_class&endpoint=lc")
    for curve in views.survival(cohort, view).curves:
        early = [r for r in curve.rates if r.time_months < 24]
        assert [(r.survival.value, r.at_risk) for r in early] == [(None, 0)]
        assert early[0].survival.why == "before the landmark (24 months)"
    for curve in survival_depth.competing_risks(cohort, view).curves:
        assert curve.rates[0].event.why == "before the landmark (24 months)"
        assert (curve.rates[0].naive, curve.rates[0].at_risk) == (None, 0)
    fixed = survival_depth.fixed_times(cohort, view)
    assert [d.why for d in fixed.differences if d.time_months < 24] == [
        "before the landmark (24 months)"
    ]


def test_means_from_a_landmark_do_not_count_the_months_before_it():
    cohort, view = asked("landmark=6&horizon=36")
    found = survival_depth.fixed_times(cohort, view).means
    (group,) = found.groups
    assert found.start == 6
    assert 0 < group.mean.value <= 30
    assert group.mean.value + group.lost.value == pytest.approx(30)
    curve = views.survival(cohort, view).curves[0]
    inside = curve.time <= 36
    edges = np.concatenate(([6.0], curve.time[inside], [36.0]))
    heights = np.concatenate(([1.0], curve.survival[inside]))
    assert group.mean.value == pytest.approx(float((np.diff(edges) * heights).sum()))


def test_a_landmark_after_the_last_time_is_a_sentence_everywhere():
    cohort, view = asked("landmark=500&endpoint=lc&by=child_pugh_class")
    estimate = views.survival(cohort, view)
    assert estimate.curves == ()
    assert "the landmark is after the last follow-up" in words.say_survival(estimate)
    fixed = survival_depth.fixed_times(cohort, view)
    assert fixed.means is None
    assert "Choose an earlier landmark" in survival_words.say_fixed_times(fixed)
    risks = survival_depth.competing_risks(cohort, view)
    assert "Choose an earlier landmark" in survival_words.say_incidence(risks)
    shape = survival_depth.hazard_shape(cohort, view)
    assert "Choose an earlier landmark" in survival_words.say_hazard_shape(shape)
    assert "earlier landmark" in survival_words.say_follow_up(
        survival_depth.follow_up(cohort, view)
    )


def test_a_landmark_can_empty_one_group():
    cohort = made(
        os_months=[2.0, 3.0, 9.0, 12.0],
        os_event=[1, 1, 1, 0],
        sex=["male", "male", *["female"] * 2],
    )
    view = View(by=Split("sex"), landmark=6.0)
    found = views.survival(cohort, view)
    assert [c.label for c in found.curves] == ["Female"]
    assert "Nobody is left at the landmark in: Male." in found.warnings
    assert found.tests[0].why == "not estimable: only one group"
    survival_depth.hazard_shape(cohort, view)


@pytest.mark.parametrize(
    ("cohort", "by", "advised"),
    [
        (TACE, "response_mrecist_best", 3.0),
        (TACE, "response_mrecist_last_tace", None),
        (TACE, "cr_by_month_3", 3.0),
        (TACE, "salvage_after_local_failure", 3.0),
        (TACE, "prior_treatment_sessions", None),
        (TACE, "child_pugh_class", None),
        (TACE, "rild", 3.0),
        ("reirradiation", "later_tace", 3.0),
        ("sorafenib-rt", "tox_acute_nausea", 3.0),
        ("sorafenib-rt", "afp_iu_ml", None),
        ("sbrt-hcc-metastases", "failure_pattern", 3.0),
    ],
)
def test_a_landmark_is_advised_when_the_split_is_known_only_later(cohort, by, advised):
    opened, view = asked(f"by={by}", cohort)
    assert survival_depth.landmark_advice(opened, view) == advised


# --------------------------------------------------------------------------- horizons, hazards


def test_the_horizon_is_one_that_every_group_allows():
    cohort, view = asked("by=child_pugh_class")
    found = survival_depth.fixed_times(cohort, view).means
    assert found.horizon == 24  # 14 of Child-Pugh B are at risk then, 5 at 36 months
    assert found.longest_horizon == pytest.approx(57.9, abs=0.1)
    picked = survival_depth.fixed_times(cohort, view.with_option("at", "25"))
    assert picked.means.horizon == 24
    small, sex = asked("by=sex", "sorafenib-rt")
    few = survival_depth.fixed_times(small, sex).means
    assert few.horizon == few.longest_horizon
    assert all(g.mean.value is not None for g in (*found.groups, *few.groups))
    far = survival_depth.fixed_times(cohort, replace(view, horizon=900.0)).means
    assert any("beyond the last follow-up" in g.mean.why for g in far.groups)


def test_a_picked_time_is_a_rate_everywhere():
    cohort, view = asked("out.at=7.5&endpoint=lc&by=child_pugh_class")
    times = (7.5, 12.0, 24.0, 36.0, 60.0)
    estimate = views.survival(cohort, view)
    assert tuple(r.time_months for r in estimate.curves[0].rates) == times
    assert survival_tables.picked_table(estimate, 7.5)["Group"] == [
        c.label for c in estimate.curves
    ]
    assert {d.time_months for d in survival_depth.fixed_times(cohort, view).differences} == set(
        times
    )
    risks = survival_depth.competing_risks(cohort, view)
    assert "Cumulative incidence at 7.5 months (95% CI)" in survival_tables.picked_table(risks, 7.5)


def test_the_cut_is_where_events_are():
    cohort = made(
        os_months=[1.0, 2.0, 3.0, 4.0, 5.0, 6.0], os_event=[1] * 6, sex=["male", "female"] * 3
    )
    view = View(by=Split("sex"))
    assert survival_depth.hazard_shape(cohort, view).cut == 3.5
    chosen = view.with_option("cut", "2")
    found = survival_depth.hazard_shape(cohort, chosen)
    assert [p.n_events for p in found.pieces.periods] == [2, 4]


def test_hazards_need_groups():
    cohort, view = asked("")
    with pytest.raises(AddressError, match="nothing is split"):
        survival_depth.hazard_shape(cohort, view)


def test_strata_reach_tests_and_periods_and_are_named():
    cohort, view = asked("by=child_pugh_class&strata=sex")
    estimate = views.survival(cohort, view)
    assert estimate.tests[0].name == "stratified log-rank"
    assert "stratified by Sex" in words.explain_survival(estimate, "")
    found = survival_depth.hazard_shape(cohort, view)
    plain = survival_depth.hazard_shape(cohort, replace(view, strata=""))
    assert found.strata == "Sex"
    assert found.overall == estimate.hazard_ratios
    assert found.proportional.statistic != plain.proportional.statistic


# --------------------------------------------------------------------------- competing risks


def test_competing_risks_are_refused_with_the_reason():
    cohort, view = asked("endpoint=os", "sbrt-hcc-metastases")
    with pytest.raises(AddressError, match="nothing competes"):
        survival_depth.competing_risks(cohort, view)
    with pytest.raises(AddressError, match="counts death as its own event"):
        survival_depth.competing_risks(cohort, replace(view, endpoint="pfs"))
    alone = made(lc_months=[1.0, 2.0], lc_event=[0, 1])
    with pytest.raises(AddressError, match="no overall survival"):
        survival_depth.competing_risks(alone, View())


def test_a_files_own_endpoint_is_offered_and_doubted():
    cohort = made(
        os_months=[5.0, 9.0, 12.0], os_event=[1, 0, 1],
        seeding_months=[2.0, 9.0, 12.0], seeding_event=[1, 0, 0],
    )  # fmt: skip
    assert cohort.schema.endpoints == ("os", "seeding")
    found = survival_depth.competing_risks(cohort, View(endpoint="seeding"))
    assert (found.curves[0].n_events, found.curves[0].n_competing) == (1, 1)
    assert "seeding is not in the dictionary of endpoints" in found.warnings[-1]


def test_naive_is_never_below_the_incidence_beside_it():
    for name in built_ins():
        cohort = open_built_in(name)
        for code in survival_depth.rival_endpoints(cohort):
            found = survival_depth.competing_risks(cohort, View(endpoint=code))
            for rate in found.curves[0].rates:
                if rate.event.value is not None:
                    assert rate.naive >= rate.event.value - 1e-12


def test_stacked_shares_add_up_to_everybody():
    cohort, view = asked("endpoint=lc&landmark=6")
    figure = draw_stacked(survival_depth.competing_risks(cohort, view), 0)
    total = sum(np.asarray(trace.y, dtype=float) for trace in figure.data)
    assert np.allclose(total, 1.0)
    assert figure.data[0].x[0] == 6.0


# --------------------------------------------------------------------------- follow-up


def test_follow_up_is_the_one_of_the_curves():
    cohort, view = asked("by=child_pugh_class", "registry-simulated")
    estimate = views.survival(cohort, view)
    for group, curve in zip(
        survival_depth.follow_up(cohort, view).groups, estimate.curves, strict=True
    ):
        assert group.curve.median.value == curve.follow_up.reverse_km_median.value
        assert group.naive_median == curve.follow_up.naive_median
        known = dict(group.status_known)[12.0]
        lost = int(curve.censored[curve.time < 12].sum())
        assert (known.count, known.n) == (curve.n - lost, curve.n)


# --------------------------------------------------------------------------- bad input

CASES = {
    "all censored": ([3.0, 5.0, 8.0, 9.0], [0, 0, 0, 0], ["male", "female"] * 2),
    "everybody dead": ([3.0, 5.0, 8.0, 9.0], [1, 1, 1, 1], ["male", "female"] * 2),
    "one group": ([3.0, 5.0, 8.0, 9.0], [1, 0, 1, 0], ["male"] * 4),
    "one patient": ([3.0], [1], ["male"]),
    "all at one time": ([3.0] * 4, [1, 0, 1, 0], ["male", "female"] * 2),
    "all at month 0": ([0.0] * 4, [1, 0, 1, 0], ["male", "female"] * 2),
    "no events in one group": ([3.0, 5.0, 8.0, 9.0], [1, 0, 1, 0], ["male", "female"] * 2),
    "nobody in any group": ([3.0, 5.0], [1, 0], [None, None]),
}  # fmt: skip


@pytest.mark.parametrize("case", CASES)
@pytest.mark.parametrize("query", ["", "landmark=4", "landmark=60", "out.at=4&horizon=2&out.cut=1"])
def test_bad_input_is_told_and_drawn(case, query):
    time, event, sex = CASES[case]
    columns = {"os_months": time, "os_event": event, "lc_months": time, "lc_event": event}
    cohort = made(**columns, sex=pa.array(sex, pa.string()))
    for part in ("", "&by=sex", "&by=sex&endpoint=lc", "&by=sex&strata=sex"):
        view, _ = read_view(parse_query(query + part), cohort.schema)
        estimate = views.survival(cohort, view)
        told = [words.say_survival(estimate), json.dumps(
            survival_view_json(estimate, cohort, view), allow_nan=False
        )]  # fmt: skip
        if estimate.curves:
            draw_survival(estimate, years=True, at=view.landmark)
        for look, (ask, say, draw, table) in LOOKS.items():
            try:
                record = ask(cohort, view)
            except AddressError as reason:
                told.append(str(reason))
                continue
            told.append(say(record))
            table(record)
            draw(record)
            assert "nan" not in told[-1].lower().split(), look
        assert all(told)


def _stacked(found):
    if found.curves:
        draw_incidence(found, years=True)
        for place in range(len(found.curves)):
            draw_stacked(found, place)


def _hazards(found):
    draw_log_minus_log(found)
    names = [
        "Whole follow-up",
        *(survival_words.period_name(found, p) for p in found.pieces.periods),
    ]
    draw_periods(found, names)


LOOKS = {
    "times": (
        survival_depth.fixed_times,
        survival_words.say_fixed_times,
        lambda r: draw_means(r) if r.means else None,
        lambda r: (
            survival_tables.differences_table(r),
            r.means and survival_tables.means_table(r.means),
        ),
    ),
    "competing": (
        survival_depth.competing_risks, survival_words.say_incidence, _stacked,
        survival_tables.incidence_table,
    ),
    "hazards": (
        survival_depth.hazard_shape, survival_words.say_hazard_shape, _hazards,
        survival_tables.periods_table,
    ),
    "follow": (
        survival_depth.follow_up, survival_words.say_follow_up, draw_follow_up,
        survival_tables.follow_up_table,
    ),
}  # fmt: skip


def test_only_looks_that_the_cohort_can_answer_are_offered():
    assert not any(missing(open_built_in(TACE), View(), "sv").values())
    alone = made(os_months=[1.0, 2.0], os_event=[0, 1])
    lacking = missing(alone, View(), "sv")
    assert [name for name, what in lacking.items() if what] == ["competing"]


def test_a_question_depends_on_what_touches_it():
    view = View(by=Split("sex"), landmark=3.0).with_option("at", "7")
    for kind in ("survival", "fixed_times", "competing_risks", "hazard_shape", "follow_up"):
        same = what_matters(kind, view.with_option("axis", "years").with_option("sv", "follow"))
        assert same == what_matters(kind, view)
        assert what_matters(kind, replace(view, landmark=4.0)) != what_matters(kind, view)
    assert what_matters("survival", replace(view, horizon=9.0)) == what_matters("survival", view)
    assert what_matters("fixed_times", replace(view, horizon=9.0)).horizon == 9.0
    assert what_matters("response", view) is view
