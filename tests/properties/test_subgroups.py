"""What must hold for every subgroup comparison, whatever the patients."""

from __future__ import annotations

import functools
import math

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from hccviz.analysis import cuts, pinned, subgroups, views
from hccviz.data.builtin import open_built_in
from hccviz.data.cohort import Cohort
from hccviz.domain.address import Split, View, parse_query, read_view
from hccviz.domain.filters import CohortFilter, LevelClause, RangeClause
from hccviz.domain.model_address import joined, names_in
from hccviz.domain.records import EventTable, GroupEvents
from hccviz.domain.subgroup_records import RateGroup, RateSubgroups, RateTable
from hccviz.stats.arms import choose_arms, two_arms
from hccviz.stats.cox import estimate_hazard_ratios
from hccviz.stats.rate_forest import estimate_rate_forest, odds_interaction

cohort = functools.cache(open_built_in)
FEW = settings(max_examples=8, deadline=None)
NAMES = ("sbrt-incomplete-tace", "reirradiation", "sbrt-hcc-metastases")


@st.composite
def event_tables(draw: st.DrawFn) -> EventTable:
    """Three or four groups of a few patients each, with ties."""
    groups = []
    for place in range(draw(st.integers(3, 4))):
        times = draw(st.lists(st.integers(1, 12), min_size=2, max_size=12))
        events = draw(st.lists(st.booleans(), min_size=len(times), max_size=len(times)))
        at, where = np.unique(np.array(times, dtype=np.float64), return_inverse=True)
        died = np.bincount(where, weights=events, minlength=at.size).astype(np.int64)
        everyone = np.bincount(where, minlength=at.size).astype(np.int64)
        groups.append(GroupEvents(f"g{place}", f"G{place}", at, died, everyone - died))
    return EventTable("os", "by", tuple(groups))


@settings(deadline=None)
@given(event_tables(), st.integers(0, 2))
def test_arms_keep_every_patient_and_turning_them_inverts_the_ratio(
    table: EventTable, place: int
) -> None:
    codes = [g.level for g in table.groups]
    one = choose_arms(codes, codes, arm=codes[place])
    other = choose_arms(codes, codes, base=codes[place])
    assert not isinstance(one, str)
    assert not isinstance(other, str)
    merged = two_arms(table, one)
    assert merged.n == table.n
    events = sum(g.n_events for g in table.groups)
    assert sum(g.n_events for g in merged.groups) == events
    a = estimate_hazard_ratios(merged)[0].ratio
    b = estimate_hazard_ratios(two_arms(table, other))[0].ratio
    assert (a.value is None) == (b.value is None)
    if a.value is not None and b.value is not None:
        assert math.isclose(a.value * b.value, 1.0, rel_tol=1e-6)
        assert math.isclose((a.low or 0.0) * (b.high or 0.0), 1.0, rel_tol=1e-6)


@st.composite
def rate_subgroups(draw: st.DrawFn) -> RateSubgroups:
    """A comparison of two arms within two to five levels."""
    count = draw(st.integers(2, 5))
    levels = tuple(f"l{i}" for i in range(count))

    def group(arm: str) -> RateGroup:
        n = draw(st.integers(1, 40))
        return RateGroup(arm, arm, draw(st.integers(0, n)), n)

    tables = tuple(RateTable("by", (group("r"), group("c"))) for _ in levels)
    return RateSubgroups("f", "F", levels, levels, tables)


def total(found: RateSubgroups) -> RateTable:
    cells = zip(*(table.groups for table in found.tables), strict=True)
    return RateTable("by", tuple(
        RateGroup(g[0].level, g[0].label, sum(x.count for x in g), sum(x.n for x in g))
        for g in cells
    ))  # fmt: skip


@settings(deadline=None)
@given(rate_subgroups())
def test_turning_the_arms_mirrors_differences_and_inverts_odds_ratios(found: RateSubgroups) -> None:
    asked = {"outcome": "x", "good": True}
    one = estimate_rate_forest(total(found), [found], arms=("r", "c"), **asked)
    other = estimate_rate_forest(total(found), [found], arms=("c", "r"), **asked)
    for a, b in ((one.overall, other.overall),
                 *zip(one.factors[0].rows, other.factors[0].rows, strict=True)):  # fmt: skip
        assert a.difference.value == pytest.approx(-b.difference.value, abs=1e-12)
        assert a.difference.low == pytest.approx(-b.difference.high, abs=1e-12)
        assert a.p == pytest.approx(b.p, abs=1e-12)
        if a.odds_ratio.value and b.odds_ratio.value:
            assert a.odds_ratio.value * b.odds_ratio.value == pytest.approx(1.0, rel=1e-6)
    p, q = one.factors[0].interaction, other.factors[0].interaction
    assert (p.p is None) == (q.p is None)
    if p.p is not None and p.statistic is not None:
        assert p.statistic >= 0.0
        assert p.p == pytest.approx(q.p, abs=1e-6)


@settings(deadline=None)
@given(st.integers(1, 30), st.integers(1, 30), st.integers(2, 5))
def test_equal_levels_show_no_interaction(x: int, y: int, levels: int) -> None:
    table = RateTable("by", (RateGroup("r", "r", x, 31), RateGroup("c", "c", y, 31)))
    names = tuple(map(str, range(levels)))
    found = odds_interaction(RateSubgroups("f", "F", names, names, (table,) * levels), ("r", "c"))
    assert found.p == pytest.approx(1.0, abs=1e-4)
    assert found.df == levels - 1


# --------------------------------------------------------------------------- on whole cohorts

CLAUSES = (
    LevelClause("sex", ("male",)), LevelClause("sex", ("female",)),
    LevelClause("child_pugh_class", ("A",)), LevelClause("child_pugh_class", ("B",)),
    RangeClause("age_years", None, 62.0), RangeClause("age_years", 62.5, None),
    RangeClause("bed", 50.0, None),
)  # fmt: skip
filters = st.lists(st.sampled_from(CLAUSES), max_size=2, unique_by=lambda c: c.address).map(
    lambda clauses: CohortFilter(tuple(clauses))
)


@FEW
@given(st.sampled_from(NAMES), filters, filters)
def test_swapping_a_and_b_mirrors_everything(name: str, a: CohortFilter, b: CohortFilter) -> None:
    of = cohort(name)
    one = pinned.pair(of, View().with_pin("a", a).with_pin("b", b))
    other = pinned.pair(of, View().with_pin("a", b).with_pin("b", a))
    assert (one.n_a, one.n_b, one.n_both) == (other.n_b, other.n_a, other.n_both)
    assert one.n_both <= min(one.n_a, one.n_b)
    assert bool(one.n_both) == ("in both" in one.why_no_test)
    for x, y in zip((*one.response, *one.toxicity), (*other.response, *other.toxicity),
                    strict=True):  # fmt: skip
        assert x.difference.value == pytest.approx(-y.difference.value, abs=1e-12)
        assert x.p == pytest.approx(y.p, abs=1e-12)
        assert (x.a, x.b) == (y.b, y.a)
    assert one.survival is not None
    assert other.survival is not None
    for x, y in zip(one.survival.hazard_ratios, other.survival.hazard_ratios, strict=True):
        assert (x.ratio.value is None) == (y.ratio.value is None)
        if x.ratio.value is not None and y.ratio.value is not None:
            assert x.ratio.value * y.ratio.value == pytest.approx(1.0, rel=1e-6)
            assert x.p == pytest.approx(y.p, abs=1e-9)
    if one.n_both:
        assert all(x.p is None for x in (*one.response, *one.toxicity, *one.survival.tests))
        assert all(x.difference.low is None for x in (*one.response, *one.toxicity))


def sizes(of: Cohort, chosen: CohortFilter) -> int:
    return views.attrition(of, View(filter=chosen)).left


SPLITS = (
    Split("sex"), Split("age_years", quantiles=2), Split("bed", cuts=(60.0,)),
    Split("child_pugh_class"), Split("vascular_invasion"),
)  # fmt: skip


@FEW
@given(st.sampled_from(NAMES), filters, st.sampled_from(SPLITS), st.sampled_from(["os", "lc"]))
def test_forest_and_survival_page_show_the_same_hazard_ratio(
    name: str, chosen: CohortFilter, by: Split, endpoint: str
) -> None:
    of = cohort(name)
    assume(by.address in of.schema.variables)
    view = View(filter=chosen, by=by, endpoint=endpoint).with_option("rows", "sex")
    curves = views.survival(of, view)
    assume(len(curves.curves) == 2)
    found, ratio = subgroups.forest(of, view), curves.hazard_ratios[0]
    assert found.overall.ratio == ratio.ratio
    assert found.overall.p == ratio.p
    assert (found.compared, found.reference) == (ratio.level, ratio.reference)
    assert sum(arm.n for arm in found.overall.arms) == sum(c.n for c in curves.curves)
    for factor in found.factors:
        assert sum(row.n for row in factor.rows) + factor.n_unknown == found.overall.n


@FEW
@given(st.sampled_from(NAMES), filters, st.sampled_from(["A", "B"]))
def test_a_level_against_the_rest_is_a_pair_of_pins(
    name: str, chosen: CohortFilter, level: str
) -> None:
    of = cohort(name)
    chosen = chosen.without("child_pugh_class")
    others = tuple(c for c in "ABC" if c != level)
    view = View(filter=chosen, by=Split("child_pugh_class")).with_option("arm", level)
    view = view.with_option("rows", "sex")
    pins = View()
    for pin, levels in (("a", others), ("b", (level,))):
        pins = pins.with_pin(pin, chosen.with_clause(LevelClause("child_pugh_class", levels)))
    pair = pinned.pair(of, pins)
    assume(pair.n_a > 0)
    assume(pair.n_b > 0)
    assert pair.survival is not None
    a, b = subgroups.forest(of, view).overall.ratio, pair.survival.hazard_ratios[0].ratio
    assert (a.value, a.low, a.high) == (b.value, b.low, b.high)


@FEW
@given(st.sampled_from(NAMES), filters, st.floats(40, 130).map(lambda x: round(x, 1)))
def test_an_own_cut_is_the_split_of_the_survival_page(
    name: str, chosen: CohortFilter, cut: float
) -> None:
    of = cohort(name)
    view = View(filter=chosen).with_option("number", "bed").with_option("threshold", f"{cut:g}")
    assume(sizes(of, chosen) > 0)
    own = cuts.cut_points(of, view).own
    assert own is not None
    curves = views.survival(of, View(filter=chosen, by=Split("bed", cuts=(cut,))))
    assert own.n_below + own.n_above == sum(c.n for c in curves.curves)
    if len(curves.curves) == 2:
        assert own.ratio == curves.hazard_ratios[0].ratio
    else:
        assert "no patient is" in own.ratio.why


@given(st.lists(st.text(min_size=1, max_size=8), unique=True, max_size=5))
def test_columns_survive_the_link(addresses: list[str]) -> None:
    assert names_in(joined(addresses)) == tuple(addresses)


@pytest.mark.parametrize("query", [
    "by=child_pugh_class&out.arm=B&out.base=A&out.rows=sex,age_years",
    "out.sub=pair&a.sex=male&b=all", "out.sub=cut&out.number=bed&out.threshold=-1.5",
    "out.on=toxicity&out.grade=3&out.measure=ratio",
])  # fmt: skip
def test_every_choice_survives_the_link(query: str) -> None:
    schema = cohort("registry-simulated").schema
    view, ignored = read_view(parse_query(query), schema)
    assert not ignored
    again, _ = read_view(parse_query(view.to_query()), schema)
    assert again == view
