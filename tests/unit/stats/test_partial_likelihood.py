"""The closed form for heavy ties is the written-out Efron sum, and its derivatives are right."""

from __future__ import annotations

import numpy as np
import pytest

from hccviz.stats import partial_likelihood
from hccviz.stats.partial_likelihood import efron_terms, expand
from hccviz.stats.risk_sets import RiskSets

POINT = np.array([0.0, 0.7, -1.2])


@pytest.fixture
def heavy() -> RiskSets:
    """Three groups, monthly times, hundreds of deaths at each, everybody dead at the last."""
    rng = np.random.default_rng(7)
    deaths = rng.integers(0, 120, (3, 20)).astype(float)
    censored = rng.integers(0, 60, (3, 20))
    censored[:, -1] = 0
    at_risk = np.cumsum((deaths + censored)[:, ::-1], axis=1)[:, ::-1]
    return RiskSets(deaths, at_risk)


def test_closed_form_is_the_written_out_sum(
    heavy: RiskSets, monkeypatch: pytest.MonkeyPatch
) -> None:
    closed = expand(efron_terms(heavy), POINT)
    assert efron_terms(heavy).tied_deaths.shape[1] > 15
    monkeypatch.setattr(partial_likelihood, "_WRITTEN_OUT", 10**9)
    assert efron_terms(heavy).tied_deaths.size == 0
    written = expand(efron_terms(heavy), POINT)
    assert closed.log_likelihood == pytest.approx(written.log_likelihood, rel=1e-12)
    np.testing.assert_allclose(closed.score, written.score, rtol=1e-9, atol=1e-8)
    np.testing.assert_allclose(closed.information, written.information, rtol=1e-9, atol=1e-8)


def test_derivatives_are_those_of_the_likelihood(heavy: RiskSets) -> None:
    terms, h = efron_terms(heavy), 1e-5
    here = expand(terms, POINT)
    for i in range(3):
        step = h * np.eye(3)[i]
        up, down = expand(terms, POINT + step), expand(terms, POINT - step)
        slope = (up.log_likelihood - down.log_likelihood) / (2 * h)
        assert here.score[i] == pytest.approx(slope, rel=1e-5, abs=1e-3)
        np.testing.assert_allclose(
            here.information[i], (down.score - up.score) / (2 * h), rtol=1e-5, atol=1e-3
        )
