"""Two arms out of several levels: which, what they are called, and why not."""

from __future__ import annotations

import pytest

from hccviz.domain.subgroup_records import OTHERS, Arms, RateGroup, RateSubgroups, RateTable
from hccviz.stats.arms import choose_arms
from hccviz.stats.forest import MOST_LEVELS
from hccviz.stats.pairs import why_untested
from hccviz.stats.rate_forest import estimate_rate_forest

CODES = ["A", "B", "C"]
LABELS = ["Child-Pugh class A", "Child-Pugh class B", "Child-Pugh class C"]


def chosen(arm: str = "", base: str = "") -> Arms:
    found = choose_arms(CODES, LABELS, arm, base)
    assert isinstance(found, Arms)
    return found


def test_without_a_choice_the_first_level_is_the_reference() -> None:
    arms = chosen()
    assert (arms.reference, arms.compared) == (("A",), ("B", "C"))
    assert arms.codes == ("A", OTHERS)
    assert arms.compared_label == "Child-Pugh class B or C"
    assert not arms.left_out


def test_a_level_against_the_rest_and_two_levels() -> None:
    assert chosen(arm="B").reference_label == "Child-Pugh class A or C"
    two = chosen(arm="C", base="A")
    assert two.codes == ("A", "C")
    assert two.left_out == ("Child-Pugh class B",)
    many = choose_arms(list("abcd"), list("abcd"))
    assert isinstance(many, Arms)
    assert many.compared_label == "All others"


@pytest.mark.parametrize(
    ("levels", "arm", "base", "why"),
    [
        ([], "", "", "no patient has this split"),
        (["A"], "", "", "only one group: Child-Pugh class A"),
        (CODES, "D", "", "no patient is in the group D"),
        (CODES, "B", "B", "the two groups are the same"),
    ],
)
def test_what_cannot_be_compared_says_why(levels: list[str], arm: str, base: str, why: str) -> None:
    found = choose_arms(levels, LABELS[: len(levels)], arm, base)
    assert isinstance(found, str)
    assert why in found


@pytest.mark.parametrize(
    ("sizes", "why"),
    [
        ((3, 4, 0), ""),
        ((3, 4, 1), "not estimable: 1 patient is in both"),
        ((3, 4, 2), "not estimable: 2 patients are in both"),
        ((0, 4, 0), "not estimable: no patient is in A"),
        ((0, 0, 0), "not estimable: no patient is in A and none in B"),
    ],
)
def test_two_subgroups_are_tested_only_when_they_are_separate(
    sizes: tuple[int, int, int], why: str
) -> None:
    assert why_untested(*sizes) == why


def table(*groups: tuple[str, int, int]) -> RateTable:
    return RateTable("by", tuple(RateGroup(code, code, x, n) for code, x, n in groups))


def test_rows_that_cannot_speak_have_a_reason_and_no_number() -> None:
    levels = ("all", "one", "none")
    factor = RateSubgroups("f", "F", levels, levels, (
        table(("r", 3, 9), ("c", 5, 9)), table(("c", 1, 2)), table(("r", 0, 4), ("c", 0, 5)),
    ))  # fmt: skip
    found = estimate_rate_forest(
        table(("r", 3, 13), ("c", 6, 16)), [factor], outcome="x", good=True, arms=("r", "c")
    )
    speaks, alone, silent = found.factors[0].rows
    assert speaks.odds_ratio.value is not None
    assert alone.difference.value is None
    assert "only c has patients" in alone.why
    assert silent.difference.value == 0.0
    assert silent.odds_ratio.value is None
    assert silent.odds_ratio.why
    test = found.factors[0].interaction
    assert test.p is None
    assert "fewer than two levels" in test.why


def test_two_hundred_levels_are_refused_with_a_sentence() -> None:
    levels = tuple(f"centre {i}" for i in range(200))
    factor = RateSubgroups("f", "Centre", levels, levels, (table(("r", 1, 2), ("c", 1, 2)),) * 200)
    found = estimate_rate_forest(
        table(("r", 200, 400), ("c", 200, 400)), [factor], outcome="x", good=True, arms=("r", "c")
    )
    assert found.overall.difference.value == 0.0
    assert not found.factors[0].rows
    assert f"more than the {MOST_LEVELS} a forest can show" in found.factors[0].why


def test_one_arm_is_no_forest() -> None:
    found = estimate_rate_forest(table(("c", 1, 2)), [], outcome="x", good=True, arms=("r", "c"))
    assert "only c has patients" in found.why
    empty = estimate_rate_forest(table(), [], outcome="x", good=True, arms=("r", "c"))
    assert "nobody in these two groups" in empty.why
