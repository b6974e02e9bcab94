"""Response, toxicity and baseline records: order, denominators and sentences."""

from __future__ import annotations

import numpy as np
import pytest

from hccviz.domain.errors import HccvizError
from hccviz.domain.records import LevelCounts, NumberSummary, ToxicityCounts
from hccviz.stats.baseline import smd_of_levels, smd_of_numbers
from hccviz.stats.proportions import fisher_test, pearson_test, proportion, trend_test
from hccviz.stats.response import estimate_response
from hccviz.stats.toxicity import estimate_toxicity


def response(counts: list[list[int]], *, by: str = "child_pugh_class") -> LevelCounts:
    levels = tuple("ABC"[: len(counts)])
    return LevelCounts(
        column="response_mrecist_infield",
        by=by,
        group_levels=levels,
        group_labels=tuple(f"Child-Pugh {level}" for level in levels),
        levels=("CR", "PR", "SD", "PD", "NE"),
        counts=np.array(counts),
        missing=np.zeros(len(counts), dtype=np.int64),
        n_unknown_group=2,
    )


def test_fisher_comes_first_when_an_expected_count_is_small() -> None:
    many = estimate_response(response([[20, 20, 20, 20, 0], [10, 30, 30, 10, 5]]))
    assert [t.name for t in many.tests] == ["Pearson chi-square", "Fisher exact"]
    few = estimate_response(response([[2, 2, 2, 2, 0], [1, 3, 3, 1, 5]]), ordered=True)
    assert [t.name for t in few.tests] == ["Fisher exact", "Pearson chi-square"]
    three = estimate_response(response([[9, 2, 2, 2, 0]] * 3), ordered=True)
    assert [t.name for t in three.tests][2] == "Cochran-Armitage trend"


def test_non_evaluable_patients_count_only_among_all() -> None:
    (group,) = estimate_response(response([[1, 2, 3, 4, 10]], by="")).groups
    assert (group.n_evaluable, group.n_all) == (10, 20)
    assert (group.orr_evaluable.share.value, group.orr_all.share.value) == (0.3, 0.15)
    assert (group.dcr_evaluable.count, group.cr_all.count) == (6, 1)


def test_small_response_groups_are_named() -> None:
    found = estimate_response(response([[20, 20, 20, 20, 0], [0, 1, 2, 0, 0]]))
    assert found.warnings == (
        "Read Child-Pugh B with caution: 3 evaluable patients.",
        "2 patients without a recorded value of the split are left out.",
    )
    assert {t.note for t in found.tests} == {"This p rests on 3 patients in Child-Pugh B."}


def test_without_a_split_there_is_no_test() -> None:
    assert estimate_response(response([[5, 5, 5, 5, 5]], by="")).tests == ()
    (test, _) = estimate_response(response([[5, 5, 5, 5, 5]])).tests
    assert test.why.startswith("not estimable: fewer than two groups")


def test_an_unknown_response_is_an_error_in_words() -> None:
    counts = LevelCounts("r", "", ("",), ("All",), ("CR", "XX"), np.ones((1, 2)), np.zeros(1))
    with pytest.raises(HccvizError, match="response XX; expected CR, PR, SD, PD, NE"):
        estimate_response(counts)


def toxicity(any_counts: list[list[int]]) -> ToxicityCounts:
    table = np.array(any_counts)
    return ToxicityCounts(
        phase="late",
        by="prior_tace",
        group_levels=("yes", "no"),
        group_labels=("TACE", "No TACE"),
        terms=("tox_late_ulcer", "tox_late_rild"),
        counts=np.stack((table, np.zeros_like(table)), axis=1),
        any_counts=table,
        none_recorded=np.array([2, 0]),
    )


def test_toxicity_differences_are_second_minus_first() -> None:
    found = estimate_toxicity(
        toxicity([[30, 5, 5, 5, 5, 0], [40, 5, 3, 2, 0, 0]]),
        scale="RTOG/EORTC late",
        labels={"tox_late_ulcer": "Ulcer"},
    )
    ulcer = found.differences[1]
    assert (ulcer.term, ulcer.grade_from) == ("tox_late_ulcer", 3)
    assert ulcer.difference.value == pytest.approx(2 / 50 - 10 / 50)
    assert ulcer.difference.low < ulcer.difference.value < ulcer.difference.high
    assert found.groups[0].rows[0].label == "Ulcer"
    assert found.groups[0].n == 52
    assert found.groups[0].overall.severe.count == 10
    assert found.warnings == ("2 patients without any recorded term are left out.",)


def test_a_term_that_is_not_recorded_has_no_rate() -> None:
    found = estimate_toxicity(toxicity([[3, 0, 0, 0, 0, 0]] * 2), scale="", labels={})
    rild = found.groups[0].rows[1]
    assert (rild.n, rild.any_grade.share.value, rild.any_grade.share.why) == (
        0,
        None,
        "no patients",
    )
    by_term = {(d.term, d.grade_from): d for d in found.differences}
    assert by_term["tox_late_rild", 1].difference.why == "not estimable: a group has no patients"
    assert by_term["tox_late_ulcer", 1].fisher_p is None
    assert found.warnings[0] == "The file does not name the grading scale of late toxicity."


def test_an_empty_denominator_has_a_reason() -> None:
    assert proportion(0, 0).share.why == "no patients"
    for choice in ({"method": "wald"}, {"level": 0.0}):
        with pytest.raises(HccvizError):
            proportion(1, 2, **choice)
    with pytest.raises(HccvizError, match="3 in 2"):
        proportion(3, 2)


def test_tables_without_contrast_have_a_reason() -> None:
    for table in ([[0, 0], [3, 4]], [[3, 0], [4, 0]]):
        for test in (pearson_test(np.array(table)), fisher_test(np.array(table))):
            assert test.p is None
            assert test.why.startswith("not estimable")
    assert trend_test([0, 0], [5, 5]).why.startswith("not estimable")
    assert fisher_test(np.full((6, 6), 30)).why.startswith("not computed")


def test_standardised_differences_need_two_groups_with_spread() -> None:
    def summary(mean: float | None, std_dev: float | None) -> NumberSummary:
        return NumberSummary(9, 0, None, None, None, None, None, mean, std_dev)

    three = [summary(1.0, 2.0), summary(2.0, 2.0), summary(4.0, 2.0), summary(9.0, None)]
    assert smd_of_numbers(three).value == pytest.approx(1.5)
    assert smd_of_numbers([summary(1.0, 2.0), summary(None, None)]).why.startswith("not estim")
    assert smd_of_numbers([summary(1.0, 0.0), summary(2.0, 0.0)]).why.endswith("of the groups")
    assert smd_of_levels(np.array([[3, 0], [0, 4]])).why.endswith("no level in common")
    assert smd_of_levels(np.array([[3, 1], [0, 0]])).why.startswith("not estimable: fewer than two")
    assert smd_of_levels(np.array([[3, 0], [4, 0]])).value == 0.0
