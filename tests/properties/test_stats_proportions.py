"""What must hold for proportions, tables and standardised differences whatever the counts."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from hccviz.domain.records import LevelCounts, ToxicityCounts
from hccviz.stats.baseline import smd_of_levels
from hccviz.stats.proportions import (
    METHODS,
    fisher_test,
    newcombe_difference,
    pearson_test,
    proportion,
    trend_test,
)
from hccviz.stats.response import LEVELS, estimate_response
from hccviz.stats.toxicity import estimate_toxicity

methods = st.sampled_from(METHODS)
shares = st.integers(1, 400).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n)))
small_tables = arrays(
    np.int64, st.tuples(st.integers(1, 4), st.integers(1, 3)), elements=st.integers(0, 7)
)


@given(shares, methods)
def test_limits_bracket_the_share_and_mirror(pair: tuple[int, int], method: str) -> None:
    count, n = pair
    share, rest = (proportion(x, n, method=method).share for x in (count, n - count))
    assert 0.0 <= share.low <= share.value <= share.high <= 1.0
    assert share.low == pytest.approx(1.0 - rest.high, abs=1e-9)
    assert share.high == pytest.approx(1.0 - rest.low, abs=1e-9)


@given(shares, shares)
def test_difference_is_antisymmetric(a: tuple[int, int], b: tuple[int, int]) -> None:
    forth, back = newcombe_difference(*a, *b), newcombe_difference(*b, *a)
    assert forth.value == pytest.approx(-back.value, abs=1e-12)
    assert forth.low == pytest.approx(-back.high, abs=1e-12)
    assert -1.0 <= forth.low <= forth.value <= forth.high <= 1.0


@given(small_tables)
def test_tests_do_not_care_for_the_side_of_the_table(table: np.ndarray) -> None:
    for test in (pearson_test, fisher_test):
        one, other = test(table), test(table.T[::-1])
        assert one.why == other.why
        assert (one.p is None) == bool(one.why)
        assert one.p is None or one.p == pytest.approx(other.p, rel=1e-8)
        assert one.p is None or 0.0 <= one.p <= 1.0


@given(arrays(np.int64, (2, 2), elements=st.integers(0, 60)))
def test_trend_of_two_groups_is_pearson(table: np.ndarray) -> None:
    trend = trend_test(table[:, 0].tolist(), table.sum(axis=1).tolist())
    assert trend.p is None or trend.p == pytest.approx(pearson_test(table).p, rel=1e-8)


@given(arrays(np.int64, (3, 5), elements=st.integers(0, 20)), st.permutations(LEVELS), methods)
def test_response_counts_everyone_once(table: np.ndarray, order: list[str], method: str) -> None:
    missing = np.array([0, 3, 1])
    shuffled = table[:, [LEVELS.index(code) for code in order]]
    counts = LevelCounts("r", "by", tuple("ABC"), tuple("ABC"), tuple(order), shuffled, missing)
    estimate = estimate_response(counts, method=method, ordered=True)
    for group, row, absent in zip(estimate.groups, table.tolist(), missing.tolist(), strict=True):
        assert group.counts == tuple(row)
        assert group.n_evaluable + row[-1] + absent == group.n_all
        assert group.cr_all.count <= group.orr_all.count <= group.dcr_all.count <= group.n_all
    assert all((test.p is None) == bool(test.why) for test in estimate.tests + estimate.tests_all)


@given(arrays(np.int64, (2, 3, 6), elements=st.integers(0, 9)))
def test_toxicity_rates_come_from_recorded_patients(grades: np.ndarray) -> None:
    counts = ToxicityCounts(
        phase="acute",
        by="by",
        group_levels=("A", "B"),
        group_labels=("A", "B"),
        terms=("tox_acute_a", "tox_acute_b", "tox_acute_c"),
        counts=grades,
        any_counts=grades[:, 0],
        none_recorded=np.array([1, 0]),
    )
    estimate = estimate_toxicity(counts, scale="CTCAE 4.0", labels={})
    for i, group in enumerate(estimate.groups):
        for t, row in enumerate(group.rows):
            assert row.n == grades[i, t].sum() == row.any_grade.n == row.severe.n
            assert row.grades[0] + row.any_grade.count == row.n
            assert (row.any_grade.share.value is None) == (row.n == 0)
    assert len(estimate.differences) == 2 * (3 + 1)


@given(arrays(np.int64, (2, 2), elements=st.integers(0, 50)))
def test_two_levels_have_the_plain_standardised_difference(table: np.ndarray) -> None:
    found = smd_of_levels(table)
    n = table.sum(axis=1)
    if found.value is None:
        assert found.why
        return
    a, b = table[:, 0] / n
    spread = math.sqrt((a * (1 - a) + b * (1 - b)) / 2)
    expected = abs(a - b) / spread if spread else 0.0
    assert found.value == pytest.approx(expected, rel=1e-9, abs=1e-9)


@given(arrays(np.int64, (2, 4), elements=st.integers(0, 50)), st.permutations(range(4)))
def test_order_of_levels_does_not_matter(table: np.ndarray, order: list[int]) -> None:
    one, other = smd_of_levels(table), smd_of_levels(table[::-1, order])
    assert one.why == other.why
    assert one.value is None or one.value == pytest.approx(other.value, rel=1e-7, abs=1e-9)
