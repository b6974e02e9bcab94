"""Subgroup answers on made-up files: 200 levels, no events, many columns; and their speed."""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import Any

import numpy as np
import pyarrow as pa
import pytest

from hccviz.analysis import cuts, pinned, subgroups
from hccviz.data.builtin import open_built_in
from hccviz.data.cohort import Cohort, cohort_from_table
from hccviz.data.counts import event_table
from hccviz.domain.address import View, parse_query, read_view
from hccviz.domain.errors import AddressError
from hccviz.export import subgroup_tables, subgroup_words
from hccviz.figures.cut_points import draw_cut_points
from hccviz.figures.forest import draw_forest, draw_rate_forest
from hccviz.figures.love import draw_love
from hccviz.stats.cox import estimate_hazard_ratios
from hccviz.stats.landmark import landmark_table

N = 400
SMALLEST_SERVER_SECONDS = 0.3


def made(**columns: Any) -> Cohort:
    rng = np.random.default_rng(5)
    base: Mapping[str, Any] = {
        "patient_id": [f"p{i}" for i in range(N)],
        "arm": ["x" if i % 2 else "y" for i in range(N)],
        "os_months": rng.exponential(20, N).round(1) + 0.1,
        "os_event": rng.integers(0, 2, N),
    }
    return cohort_from_table("made", pa.table({**base, **columns}), "1" * 64)


def asked(cohort: Cohort, query: str) -> View:
    view, ignored = read_view(parse_query(query), cohort.schema)
    assert not ignored
    return view


def test_a_factor_with_200_levels_keeps_the_rest_of_the_forest() -> None:
    cohort = made(centre=[f"c{i % 200}" for i in range(N)], sex=["male", "female"] * (N // 2))
    found = subgroups.forest(cohort, asked(cohort, "by=arm&out.rows=sex,centre"))
    assert found.overall.ratio.value is not None
    rows = {factor.factor: factor for factor in found.factors}
    assert len(rows["sex"].rows) == 2
    assert "more than the 20 a forest can show" in rows["centre"].why
    draw_forest(found, favours=subgroup_words.favours(found))
    assert subgroup_tables.folded(subgroup_tables.forest_table(found))


def test_no_events_is_a_sentence_in_place_of_the_number() -> None:
    cohort = made(os_event=[0] * N, sex=["male", "female"] * (N // 2))
    found = subgroups.forest(cohort, asked(cohort, "by=arm"))
    assert found.overall.ratio.value is None
    assert "no events" in subgroup_words.say_forest(found)
    draw_forest(found, favours=subgroup_words.favours(found))
    look = cuts.cut_points(made(os_event=[0] * N, size=np.arange(N) / 10.0), View())
    assert look.estimate.why
    assert look.estimate.why in subgroup_words.say_cut_points(look)
    draw_cut_points(look)


def test_a_cohort_of_own_columns_only_still_has_factors() -> None:
    cohort = made(**{f"marker_{i}": np.arange(N) % (i + 2) for i in range(60)})
    found = subgroups.forest(cohort, asked(cohort, "by=arm"))
    assert 1 < len(found.factors) <= subgroups.MOST_FACTORS


@pytest.mark.parametrize(
    ("query", "why"),
    [
        ("", "Nothing is compared yet"),
        ("by=sex", "there is only one group: Male"),
        ("by=arm&out.on=response", "no response column"),
        ("by=arm&out.on=toxicity", "no toxicity column"),
        ("by=arm&out.arm=z", "no patient is in the group z"),
    ],
)
def test_what_cannot_be_answered_says_why(query: str, why: str) -> None:
    cohort = made(sex=["male"] * N)
    view = asked(cohort, query)
    ask = subgroups.forest if view.option("on") == "survival" else subgroups.rate_forest
    with pytest.raises(AddressError, match=why):
        ask(cohort, view)


def test_a_pair_needs_both_pins() -> None:
    with pytest.raises(AddressError, match="B is not"):
        pinned.pair(made(), View().with_pin("a", View().filter))


def test_patients_in_both_are_in_both_curves_and_nothing_is_tested() -> None:
    cohort = open_built_in("reirradiation")
    found = pinned.pair(cohort, asked(cohort, "a=all&b.child_pugh_class=A"))
    assert (found.n_a, found.n_b, found.n_both) == (43, 36, 36)
    assert found.survival is not None
    assert [c.n for c in found.survival.curves] == [43, 36]
    assert found.survival.tests[0].p is None
    assert found.survival.tests[0].why == "not estimable: 36 patients are in both"
    assert found.survival.hazard_ratios[0].ratio.value is None
    assert all(gap.difference.low is None and gap.p is None for gap in found.rates)
    assert found.rates[0].difference.value is not None
    assert found.baseline is not None
    assert found.baseline.group_n == (43, 36)
    draw_love(found.baseline)


def test_the_published_split_of_the_reirradiation_study() -> None:
    """ORR 10/22 below and 17/21 at or above an EQD2 of 45 Gy, as printed."""
    cohort = open_built_in("reirradiation")
    found = subgroups.rate_forest(cohort, asked(cohort, "by=eqd2:45&out.on=response"))
    assert [(a.rate.count, a.rate.n) for a in found.overall.arms] == [(10, 22), (17, 21)]
    assert found.overall.p == pytest.approx(0.027, abs=5e-4)
    figure = draw_rate_forest(found, favours=subgroup_words.rate_favours(found), measure="ratio")
    assert len(figure.data) == 3


def test_every_estimate_has_its_box_even_when_its_limits_leave_the_axis() -> None:
    cohort = open_built_in("sbrt-incomplete-tace")
    found = subgroups.forest(cohort, asked(cohort, "by=bed:100"))
    figure = draw_forest(found, favours=subgroup_words.favours(found))
    rows = [found.overall, *(row for factor in found.factors for row in factor.rows)]
    assert len(figure.data[2].x) == sum(row.ratio.value is not None for row in rows)
    low, high = (10.0**end for end in figure.layout.xaxis.range)
    assert all(low < x < high for x in figure.data[2].x)
    assert len(figure.data[1].x) > 0  # arrows
    sizes = dict(zip(figure.data[2].x, figure.data[2].marker.size, strict=True))
    assert sizes[found.overall.ratio.value] == max(sizes.values())


def test_better_is_said_on_the_right_side() -> None:
    cohort = open_built_in("sbrt-incomplete-tace")
    death = subgroups.forest(cohort, asked(cohort, "by=sex&endpoint=os"))
    assert subgroup_words.favours(death) == ("better: Male", "better: Female")
    response = subgroups.forest(cohort, asked(cohort, "by=sex&endpoint=cr"))
    assert subgroup_words.favours(response) == ("better: Female", "better: Male")
    rate = subgroups.rate_forest(cohort, asked(cohort, "by=sex&out.on=response"))
    assert subgroup_words.rate_favours(rate) == ("better: Female", "better: Male")
    harm = subgroups.rate_forest(cohort, asked(cohort, "by=sex&out.on=toxicity"))
    assert subgroup_words.rate_favours(harm) == ("better: Male", "better: Female")


def test_a_forest_over_twelve_factors_is_quick() -> None:
    cohort = open_built_in("sbrt-incomplete-tace")
    names = (
        "age_years,ecog,child_pugh_class,etiology,bclc_stage,tumor_size_cm,afp_ng_ml,prior_rfa,"
        "prior_resection,rt_technique,total_dose_gy,fractions"
    )
    view = asked(cohort, f"by=sex&out.rows={names}")
    for ask in (subgroups.forest, subgroups.rate_forest):
        spent = []
        for _ in range(4):
            start = time.process_time()
            found = ask(cohort, view.with_option("on", "response"))
            spent.append(time.process_time() - start)
        assert len(found.factors) == 12
        assert min(spent) < SMALLEST_SERVER_SECONDS


def test_a_landmark_counts_for_the_forest_the_pair_and_the_cuts() -> None:
    cohort = open_built_in("sbrt-incomplete-tace")
    view = asked(cohort, "by=sex&landmark=12&a.sex=female&b.sex=male&out.rows=age_years")
    whole, pair = subgroups.forest(cohort, view), pinned.pair(cohort, view)
    table = event_table(cohort, view.filter, "os", view.by)
    later = landmark_table(table, 12.0)
    assert whole.overall.n == later.table.n < table.n
    assert whole.overall.ratio == estimate_hazard_ratios(later.table)[0].ratio
    assert later.notes[0] in whole.notes
    assert pair.survival is not None
    ratio = pair.survival.hazard_ratios[0].ratio
    assert (ratio.value, ratio.low) == (whole.overall.ratio.value, whole.overall.ratio.low)
    look = cuts.cut_points(
        cohort, asked(cohort, "out.number=age_years&out.threshold=60&landmark=12")
    )
    assert look.estimate.n == later.table.n
    assert look.own is not None
    assert look.own.n_below + look.own.n_above == later.table.n


def test_a_split_known_only_later_is_named() -> None:
    cohort = open_built_in("sbrt-incomplete-tace")
    view = asked(cohort, "by=response_mrecist_best&out.rows=sex")
    assert "known only after month 0" in subgroups.forest(cohort, view).notes[0]
    late = asked(cohort, "by=response_mrecist_best&out.rows=sex&landmark=3")
    assert not any("month 0" in note for note in subgroups.forest(cohort, late).notes)
