"""The multivariable model recovers what a simulation put in, and says what it cannot."""

from __future__ import annotations

import numpy as np
import pytest

from hccviz.domain.errors import HccvizError
from hccviz.stats.cox import estimate_hazard_ratios
from hccviz.stats.cox_rows import fit_cox
from tests.oracle.reading import event_table


@pytest.fixture(scope="module")
def simulated() -> dict[str, np.ndarray]:
    """Exponential survival with log hazard ratios 0.7 (B), 1.1 (C) and 0.03 per year of age."""
    rng = np.random.default_rng(3)
    n = 3000
    group = rng.choice(list("ABC"), n)
    age = rng.normal(65.0, 9.0, n)
    log_hazard = 0.7 * (group == "B") + 1.1 * (group == "C") + 0.03 * (age - 65.0)
    time = rng.exponential(20.0 / np.exp(log_hazard))
    limit = rng.uniform(5.0, 60.0, n)
    return {
        "group": group,
        "age": age,
        "time": np.minimum(time, limit),
        "event": (time <= limit).astype(int),
    }


def test_hazard_ratios_of_a_simulation_are_recovered(simulated: dict[str, np.ndarray]) -> None:
    terms = fit_cox(
        {"group": simulated["group"], "age": simulated["age"]},
        simulated["time"],
        simulated["event"],
    )
    assert [(t.column, t.level, t.reference) for t in terms] == [
        ("group", "B", "A"),
        ("group", "C", "A"),
        ("age", "", ""),
    ]
    for term, truth in zip(terms, (0.7, 1.1, 0.03), strict=True):
        assert abs(term.log_ratio - truth) < 3 * term.std_err
        assert term.ratio.low < np.exp(term.log_ratio) < term.ratio.high


def test_one_factor_is_the_model_from_counts(simulated: dict[str, np.ndarray]) -> None:
    terms = fit_cox({"g": simulated["group"]}, simulated["time"], simulated["event"])
    table = event_table(*(simulated[name].tolist() for name in ("time", "event", "group")))
    for term, ratio in zip(terms, estimate_hazard_ratios(table), strict=True):
        assert term.ratio.value == pytest.approx(ratio.ratio.value, rel=1e-6)
        assert term.p == pytest.approx(ratio.p, rel=1e-4)


def test_missing_values_leave_with_their_patients(simulated: dict[str, np.ndarray]) -> None:
    age, group = simulated["age"].copy(), simulated["group"].astype(object)
    age[:200], group[200:300] = np.nan, None
    columns = {"group": simulated["group"][300:], "age": simulated["age"][300:]}
    kept = fit_cox(columns, simulated["time"][300:], simulated["event"][300:])
    assert fit_cox({"group": group, "age": age}, simulated["time"], simulated["event"]) == kept


def test_a_level_without_events_leaves_and_says_so(simulated: dict[str, np.ndarray]) -> None:
    event = np.where(simulated["group"] == "C", 0, simulated["event"])
    columns = {"group": simulated["group"], "age": simulated["age"]}
    b, c, age = fit_cox(columns, simulated["time"], event)
    assert (c.ratio.value, c.why) == (None, "not estimable: no events in C")
    inside = simulated["group"] != "C"
    other = {name: column[inside] for name, column in columns.items()}
    assert (b, age) == fit_cox(other, simulated["time"][inside], event[inside])


def test_a_reference_without_events_still_adjusts(simulated: dict[str, np.ndarray]) -> None:
    event = np.where(simulated["group"] == "A", 0, simulated["event"])
    columns = {"group": simulated["group"], "age": simulated["age"]}
    b, c, age = fit_cox(columns, simulated["time"], event)
    assert b.why == c.why == "not estimable: no events in A"
    named = fit_cox(columns, simulated["time"], event, references={"group": "B"})
    assert age == named[-1]


def test_what_cannot_be_fitted_is_said(simulated: dict[str, np.ndarray]) -> None:
    time, event = simulated["time"], simulated["event"]
    (flat,) = fit_cox({"flat": np.ones(len(time))}, time, event)
    assert flat.why == "not estimable: flat does not vary"
    (none,) = fit_cox({"age": simulated["age"]}, time, np.zeros(len(time)))
    assert none.why == "not estimable: no events"
    (endless,) = fit_cox({"clock": -time[:50]}, time[:50], np.ones(50))
    assert endless.why.startswith("not estimable: the model does not converge")
    with pytest.raises(HccvizError, match="at least one column"):
        fit_cox({}, time, event)
