"""Edges of the closer looks: nothing to compare, empty cells, one dose, separation."""

from __future__ import annotations

import numpy as np
import pytest

from hccviz.domain.outcome_records import CrossCounts, DoseLevels
from hccviz.stats.agreement import estimate_agreement, kappa
from hccviz.stats.dose_response import estimate_dose_response, fit_logistic
from hccviz.stats.odds import conditional_odds_ratio, mantel_haenszel

LEVELS = ("CR", "PR", "SD", "PD")


def cross(*rows: tuple[int, ...]) -> CrossCounts:
    return CrossCounts("a", "b", LEVELS, np.array(rows, dtype=np.int64), 0)


def test_agreement_of_nobody_says_why() -> None:
    found = estimate_agreement(cross(*[(0, 0, 0, 0)] * 4))
    assert found.kappa.value is None
    assert found.kappa.why
    assert found.exact.p is None
    assert found.exact.why


def test_agreement_of_one_category_is_no_kappa() -> None:
    found = kappa(np.diag([9, 0, 0, 0]))
    assert found.value is None
    assert "same category" in found.why


def test_perfect_agreement_is_one() -> None:
    found = kappa(np.diag([3, 4, 5, 6]))
    assert found.value == pytest.approx(1.0)
    assert found.high == pytest.approx(1.0)


@pytest.mark.parametrize(
    ("dose", "events", "totals", "why"),
    [
        ([60.0], [3], [6], "same dose"),
        ([60.0, 70.0], [0, 0], [5, 5], "agree"),
        ([60.0, 70.0], [0, 5], [5, 5], "separates"),
        ([60.0, 70.0, 80.0], [0, 2, 5], [5, 4, 5], "separates"),
        ([], [], [], "no patient"),
    ],
)
def test_no_curve_is_fitted_where_none_exists(dose, events, totals, why) -> None:
    found = fit_logistic(np.array(dose), np.array(events, dtype=int), np.array(totals, dtype=int))
    assert found.covariance is None
    assert why in found.why


def test_relabelling_outcomes_inverts_the_slope() -> None:
    dose, events, totals = np.array([40.0, 60.0, 80.0]), np.array([3, 6, 9]), np.array([12, 12, 12])
    one, other = fit_logistic(dose, events, totals), fit_logistic(dose, totals - events, totals)
    assert one.slope == pytest.approx(-other.slope)
    assert one.deviance_drop == pytest.approx(other.deviance_drop)


def test_every_patient_is_in_one_bin_and_named_when_left_out() -> None:
    rng = np.random.default_rng(3)
    dose = np.sort(rng.choice(np.arange(30.0, 150.0), 25, replace=False))
    counts = rng.integers(0, 5, (25, 5)).astype(np.int64)
    counts[:, 0] += 1
    doses = DoseLevels("BED", "Gy", (*LEVELS, ""), dose, counts, 7)
    found = estimate_dose_response(doses, counted=("CR", "PR"), among=LEVELS)
    assert sum(b.rate.n for b in found.bins) == found.n == counts[:, :4].sum()
    assert found.n_not_counted == counts[:, 4].sum()
    assert found.n_no_dose == 7
    assert len(found.bins) == 5


def test_odds_ratios_at_the_edge_have_reasons() -> None:
    assert conditional_odds_ratio((0, 0, 3, 4)).why
    endless = conditional_odds_ratio((5, 0, 3, 4))
    assert endless.value is None
    assert endless.why
    assert endless.low is not None
    ratio, test = mantel_haenszel([(0, 0, 3, 4)])
    assert ratio.value is None
    assert test.p is None
    assert test.why
