"""What must hold for competing risks whatever the data."""

from __future__ import annotations

import dataclasses
import math
import random

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from hccviz.stats.competing_risks import estimate_incidence
from hccviz.stats.confidence import TRANSFORMS
from hccviz.stats.gray import gray_test
from hccviz.stats.kaplan_meier import estimate_curve
from tests.oracle.depth_reading import competing_table
from tests.oracle.reading import group_events
from tests.properties.test_stats_survival import numbers_in

Patients = list[tuple[float, int, str]]
times = st.one_of(st.integers(0, 12).map(float), st.floats(0.0, 200.0, allow_subnormal=False))
patients = st.lists(
    st.tuples(times, st.integers(0, 2), st.sampled_from("ABC")), min_size=1, max_size=40
)
transforms = st.sampled_from(TRANSFORMS)


@given(patients, transforms)
def test_no_record_holds_nan_or_an_unexplained_gap(rows: Patients, ci: str) -> None:
    found = estimate_incidence(competing_table(rows), ci=ci)
    assert all(math.isfinite(x) for x in numbers_in(found))
    for test in (*found.tests, *found.competing_tests):
        assert (test.p is None) == bool(test.why)
        assert test.p is None or 0.0 <= test.p <= 1.0
    for curve in found.curves:
        for rate in curve.rates:
            assert (rate.event.value is None) == bool(rate.event.why)


@given(patients, transforms)
def test_shares_add_up_and_stay_within_their_limits(rows: Patients, ci: str) -> None:
    for curve in estimate_incidence(competing_table(rows), ci=ci).curves:
        whole = curve.event.share + curve.competing.share + curve.event_free
        np.testing.assert_allclose(whole, 1.0, atol=1e-12)
        assert (curve.naive >= curve.event.share - 1e-12).all()
        for part in (curve.event, curve.competing):
            assert (np.diff(part.share) >= -1e-15).all()
            assert (part.lower <= part.share + 1e-12).all()
            assert (part.upper >= part.share - 1e-12).all()


@given(patients, st.randoms(use_true_random=False))
def test_the_order_of_patients_does_not_matter(rows: Patients, shuffler: random.Random) -> None:
    shuffled = rows.copy()
    shuffler.shuffle(shuffled)
    one = estimate_incidence(competing_table(rows))
    other = estimate_incidence(competing_table(shuffled))
    assert numbers_in(one) == numbers_in(other)


@given(patients)
def test_without_competing_events_it_is_kaplan_meier(rows: Patients) -> None:
    rows = [(t, min(s, 1), "all") for t, s, _ in rows]
    (curve,) = estimate_incidence(competing_table(rows)).curves
    plain = estimate_curve(group_events("all", [r[0] for r in rows], [r[1] for r in rows]))
    np.testing.assert_allclose(curve.event.share, 1.0 - plain.survival, atol=1e-12)
    np.testing.assert_allclose(curve.event.std_err, plain.std_err, atol=1e-8)
    np.testing.assert_allclose(curve.naive, curve.event.share, atol=1e-12)


@given(patients, st.permutations("ABC"))
def test_relabelling_leaves_gray_unchanged(rows: Patients, names: list[str]) -> None:
    renamed = [(t, s, dict(zip("ABC", names, strict=True))[g]) for t, s, g in rows]
    one, other = gray_test(competing_table(rows)), gray_test(competing_table(renamed))
    assert one.df == other.df
    if one.statistic is not None and other.statistic is not None:
        assert math.isclose(one.statistic, other.statistic, rel_tol=1e-6, abs_tol=1e-9)


@given(patients)
def test_every_patient_twice_leaves_the_incidence_unchanged(rows: Patients) -> None:
    table = competing_table(rows)
    twice = dataclasses.replace(
        table,
        groups=tuple(
            dataclasses.replace(
                g, events=2 * g.events, competing=2 * g.competing, censored=2 * g.censored
            )
            for g in table.groups
        ),
    )
    pairs = zip(estimate_incidence(table).curves, estimate_incidence(twice).curves, strict=True)
    for one, two in pairs:
        np.testing.assert_allclose(one.event.share, two.event.share, atol=1e-12)
