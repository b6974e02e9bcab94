"""Lists of a model in a link: there and back, whatever a column is called; misfits named."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hccviz.data.builtin import open_built_in
from hccviz.domain.address import View, parse_query, read_view
from hccviz.domain.model_address import joined, levels_in, levels_joined, names_in, pairs_in

SCHEMA = open_built_in("reirradiation").schema
names = st.text(st.characters(codec="utf-8", exclude_characters="\x00"), min_size=1, max_size=12)


@given(st.lists(names, max_size=4), st.lists(st.tuples(names, names), max_size=4))
def test_any_name_survives(single: list[str], pairs: list[tuple[str, str]]) -> None:
    assert names_in(joined(single)) == tuple(single)
    for mark in ":*":
        assert pairs_in(joined(pairs, mark), mark) == tuple(pairs)
    assert levels_in(levels_joined(single)) == tuple(single)


def test_a_whole_model_survives_the_link() -> None:
    view = (
        View(cohorts=("reirradiation",))
        .with_option("factors", "child_pugh_class,bed")
        .with_option("joint", "bed")
        .with_option("refs", "child_pugh_class:B")
        .with_option("steps", "bed:10")
        .with_option("two", "age_years:60,bed:median,t_stage:T3|T4")
        .with_option("pairs", "bed*child_pugh_class")
        .with_option("enter", "0.1")
        .with_option("zero", "-2.5")
        .with_option("outcome", "grade3")
    )
    again, ignored = read_view(parse_query(view.to_query()), SCHEMA)
    assert ignored == ()
    assert again == view


@pytest.mark.parametrize(
    ("part", "reason"),
    [
        ("out.factors=colour,bed", "no such column"),
        ("out.refs=bed:3", "BED has no levels"),
        ("out.refs=child_pugh_class:Z", "not one of: A, B, C"),
        ("out.refs=child_pugh_class", "written factor:level"),
        ("out.steps=bed:0", "above 0"),
        ("out.steps=sex:3", "is no number"),
        ("out.two=sex", "written factor:60"),
        ("out.two=colour:3", "no such column"),
        ("out.two=bed:x", "cut at a number or at the median"),
        ("out.two=t_stage:T9", "not among the levels: T1"),
        ("out.two=t_stage:", "not among the levels"),
        ("out.two=child_pugh_class:A|B|C", "no level is left"),
        ("out.pairs=bed", "written a*b"),
        ("out.pairs=bed*bed", "two different"),
        ("out.enter=2", "above 0, at most 1"),
        ("out.zero=x", "a number"),
        ("out.number=sex", "not one of"),
        ("out.outcome=death", "not one of: cr, orr, dcr"),
    ],
)
def test_what_does_not_fit_is_named(part: str, reason: str) -> None:
    view, ignored = read_view(parse_query(part), SCHEMA)
    assert len(ignored) == 1
    assert reason in ignored[0]
    kept = (("factors", "bed"),) if part == "out.factors=colour,bed" else ()
    assert view.outcome == kept
