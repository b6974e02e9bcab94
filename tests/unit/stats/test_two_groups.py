"""A factor in two groups: everybody in one, the not recorded in neither; wrong use is said."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hccviz.domain.model_records import Covariate
from hccviz.stats.two_groups import from_number_on, levels_together

LEVELS = ("a", "b", "c", "d", "e", "f")
numbers = st.lists(st.one_of(st.none(), st.floats(-1e6, 1e6)), min_size=1, max_size=30)
codes = st.lists(st.one_of(st.none(), st.sampled_from(LEVELS)), min_size=1, max_size=30)
some = st.sets(st.sampled_from(LEVELS), min_size=1, max_size=5)


def number(values: list[float | None]) -> Covariate:
    array = np.array([np.nan if v is None else v for v in values])
    return Covariate("age", "Age", array, step=10.0, unit="years")


def category(values: list[str | None]) -> Covariate:
    return Covariate("grade", "Grade", np.array(values, dtype=object), LEVELS, LEVELS, "b")


@given(numbers, st.floats(-1e6, 1e6))
def test_a_number_lies_on_one_side_of_its_cut(values: list[float | None], cut: float) -> None:
    found = from_number_on(number(values), cut)
    below, above = found.levels
    for value, group in zip(values, found.values, strict=True):
        assert group == (None if value is None else above if value >= cut else below)
    assert found.is_category
    assert (found.reference, found.step, found.unit) == ("", 1.0, "")


@given(numbers)
def test_without_a_cut_it_is_the_median(values: list[float | None]) -> None:
    known = [v for v in values if v is not None]
    found = from_number_on(number(values), None)
    upper = sum(group == found.levels[1] for group in found.values)
    assert upper == sum(v >= np.median(known) for v in known) if known else upper == 0
    assert 2 * upper >= len(known)


@given(codes, some)
def test_levels_are_together_or_among_the_others(
    values: list[str | None], levels: set[str]
) -> None:
    found = levels_together(category(values), levels)
    others, chosen = found.levels
    for value, group in zip(values, found.values, strict=True):
        assert group == (None if value is None else chosen if value in levels else others)
    assert found.reference == ""
    assert set(chosen.split("|")) <= levels
    assert not set(others.split("|")) & levels


def test_labels_name_who_is_there_and_count_the_rest() -> None:
    found = levels_together(category(["a", "f", None]), ["f"])
    assert found.level_labels == ("a", "f")
    everyone = levels_together(category([*LEVELS]), ["f"])
    assert everyone.level_labels == ("a, b, c, d and 1 more", "f")
    assert from_number_on(number([1.0]), 60.5).level_labels == ("<60.5 years", "≥60.5 years")


def test_a_category_has_no_cut_and_a_number_no_levels() -> None:
    with pytest.raises(ValueError, match="Grade is no number: choose which of its levels"):
        from_number_on(category(["a"]), 3.0)
    with pytest.raises(ValueError, match="Age is a number: choose from where on"):
        levels_together(number([3.0]), ["a"])
    with pytest.raises(ValueError, match="Grade has no level z"):
        levels_together(category(["a"]), ["a", "z"])
