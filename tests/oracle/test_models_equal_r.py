"""Cox and logistic models, proportional hazards, splines and selection equal R."""

from __future__ import annotations

import math

import numpy as np
import pytest

from hccviz.stats.cox_model import FittedCox, estimate_cox_model, fit_cox_rows
from hccviz.stats.logistic import estimate_logistic_model, fit_logistic_rows, predict_band
from hccviz.stats.schoenfeld import check_proportional_hazards
from hccviz.stats.selection import select_factors
from hccviz.stats.spline_cox import estimate_spline
from tests.oracle.depth_reading import (
    EXACT,
    MODEL,
    covariate,
    model_rows_of,
    numbers,
    rows_of,
    same,
)

MODELS = {name: rows[0] for (name,), rows in rows_of("outputs", "models", "model").items()}
ROWS = rows_of("outputs", "model_rows", "model")
TERMS = rows_of("outputs", "model_terms", "model")
ZPH = rows_of("outputs", "zph", "model", "transform")
RESIDUALS = rows_of("outputs", "zph_residuals", "model", "term")
LOGISTIC = rows_of("outputs", "logistic_rows", "data")
LOGISTIC_TERMS = rows_of("outputs", "logistic_terms", "data")
BANDS = rows_of("outputs", "logistic_band", "data")
SPLINES = rows_of("outputs", "spline", "data", "number", "knots")
SELECTED = rows_of("outputs", "selection", "stage")


def specification(name: str) -> dict:
    row = MODELS[name]
    columns = model_rows_of(row["data"])
    return {
        "covariates": [covariate(f, columns[f]) for f in row["factors"].split()],
        "time": numbers(columns["time"]),
        "event": numbers(columns["event"]),
        "interactions": [tuple(pair.split(":")) for pair in row["interactions"].split()],
        "strata": covariate(row["strata"], columns[row["strata"]]) if row["strata"] else None,
    }


def fitted(name: str) -> FittedCox:
    return fit_cox_rows(**specification(name))


@pytest.mark.parametrize("name", MODELS)
def test_the_table_is_coxph(name: str) -> None:
    model, expected = estimate_cox_model(**specification(name)), MODELS[name]
    assert (model.n, model.n_events) == (int(expected["n"]), int(expected["events"]))
    assert same(model.log_likelihood_null, expected["null"], EXACT)
    assert same(model.log_likelihood, expected["fitted"], EXACT)
    ratio, wald, score = model.tests
    assert same(ratio.p and ratio.df, expected["df"])
    gain = 2.0 * (float(expected["fitted"]) - float(expected["null"]))
    assert same(ratio.statistic, str(gain), MODEL)
    assert same(wald.statistic, expected["wald"], MODEL)
    assert same(score.statistic, expected["score"], MODEL)
    assert same(model.concordance.value, expected["concordance"], EXACT)
    width = (model.concordance.high - model.concordance.low) / (2 * 1.959963984540054)
    assert same(width, expected["concordance_se"], MODEL)
    assert len(model.rows) == len(ROWS[name,])
    for row, other in zip(model.rows, ROWS[name,], strict=True):
        assert (row.term, row.level.replace("number", "").strip(":")) == (
            other["term"],
            other["level"].strip(":"),
        )
        assert same(row.log_ratio, other["coef"], MODEL)
        assert same(row.std_err, other["se"], MODEL)
        assert (row.p is None) == bool(row.why)
        if row.p is not None:
            low = math.exp(float(other["coef"]) - 1.959963984540054 * float(other["se"]))
            assert same(row.ratio.low, str(low), MODEL)


@pytest.mark.parametrize("name", MODELS)
def test_terms_are_drop1(name: str) -> None:
    model = estimate_cox_model(**specification(name))
    found = {term.name: term.likelihood_ratio for term in model.terms}
    for row in TERMS[name,]:
        assert same(found[row["term"]].statistic, row["statistic"], MODEL)
        assert found[row["term"]].df == int(row["df"])
    for term, test in found.items():
        assert (test.p is None) == (term not in {row["term"] for row in TERMS[name,]})


@pytest.mark.parametrize(("name", "transform"), ZPH)
def test_proportional_hazards_is_cox_zph(name: str, transform: str) -> None:
    found = check_proportional_hazards(fitted(name), transform=transform)
    for test, row in zip((*found.tests, found.overall), ZPH[name, transform], strict=True):
        assert same(test.statistic, row["statistic"], MODEL), (test, row)
        assert test.df == int(row["df"])
        assert same(test.p, row["p"], MODEL)


@pytest.mark.parametrize(("name", "term"), RESIDUALS)
def test_scaled_residuals_are_those_of_cox_zph(name: str, term: str) -> None:
    found = {r.term: r for r in check_proportional_hazards(fitted(name)).residuals}[term]
    rows = RESIDUALS[name, term]
    last = float(rows[-1]["x"])  # R cuts within the last tie of this file
    here = [(x, y) for x, y in zip(found.position, found.value, strict=True) if x < last - 1e-9]
    wanted = [(float(r["x"]), float(r["y"])) for r in rows if float(r["x"]) < last - 1e-9]
    here, wanted = ([(round(x, 8), y) for x, y in pairs] for pairs in (here, wanted))
    np.testing.assert_allclose(sorted(here), sorted(wanted), rtol=1e-6, atol=1e-6)


@pytest.mark.parametrize("data", [data for (data,) in LOGISTIC])
def test_logistic_is_glm(data: str) -> None:
    rows, columns = LOGISTIC[data,], model_rows_of(data)
    happened = numbers(columns["event"]) == 1
    outcome = (happened & (numbers(columns["time"]) < float(rows[0]["limit"]))).astype(float)
    factors = [covariate(f, columns[f]) for f in rows[0]["factors"].split()]
    model = estimate_logistic_model(factors, outcome)
    for found, row in zip(model.rows, rows[1:], strict=True):
        assert f"{found.term}{found.level}" == row["row"]
        if float(row["se"]) > 100.0:  # R runs to infinity
            assert found.why == "not estimable: every patient in e3 has the event"
            continue
        assert same(found.log_ratio, row["coef"], MODEL)
        assert same(found.std_err, row["se"], MODEL)
    for term, row in zip(model.terms, LOGISTIC_TERMS[data,], strict=True):
        assert same(term.likelihood_ratio.statistic, row["statistic"], MODEL)
        assert term.likelihood_ratio.df == int(row["df"])
        assert same(model.aic, row["aic"], MODEL)
    fit = fit_logistic_rows(factors, outcome)
    if fit.diverging.any():
        return
    assert same(float(fit.values[0]), rows[0]["coef"], MODEL)
    band = predict_band(fit, fit.design.matrix[:10], np.arange(10.0))
    for i, row in enumerate(BANDS[data,]):
        assert same(float(band.value[i]), row["fit"], MODEL)
        assert same(float(band.lower[i]), row["low"], MODEL)
        assert same(float(band.upper[i]), row["high"], MODEL)


@pytest.mark.parametrize(("data", "number", "knots"), SPLINES)
def test_spline_is_coxph_on_harrells_basis(data: str, number: str, knots: str) -> None:
    rows, columns = SPLINES[data, number, knots], model_rows_of(data)
    at = [float(row["at"]) for row in rows]
    chosen = [float(knot) for knot in knots.split()]
    found = estimate_spline(
        covariate(number, columns[number]), numbers(columns["time"]), numbers(columns["event"]),
        knots=chosen, at=at,
    )  # fmt: skip
    assert found.band is not None
    assert same(found.overall.statistic, rows[0]["overall"], MODEL)
    assert same(found.nonlinearity.statistic, rows[0]["curved"], MODEL)
    assert same(math.log(found.straight.value), rows[0]["line"], MODEL)
    for i, row in enumerate(rows):
        b, se = float(row["log_ratio"]), float(row["se"])
        assert same(math.log(found.band.value[i]), row["log_ratio"], MODEL)
        assert same(math.log(found.band.lower[i]), str(b - 1.959963984540054 * se), MODEL)
    if len(columns[number]) >= 100:
        same_number = estimate_spline(
            covariate(number, columns[number]), numbers(columns["time"]),
            numbers(columns["event"]), knots=len(chosen),
        )  # fmt: skip
        np.testing.assert_allclose(same_number.knots, chosen)


def test_selection_is_the_recipe_in_r() -> None:
    columns = model_rows_of("lung")
    names = ["age", "sex", "ecog", "karno", "weight"]
    found = select_factors(
        [covariate(name, columns[name]) for name in names],
        numbers(columns["time"]), numbers(columns["event"]),
    )  # fmt: skip
    stages = {
        "univariable": [s for s in found.steps if s.stage == "univariable"],
        "backward": [s for s in found.steps if s.stage == "backward" and not s.kept],
        "kept": [s for s in found.steps if s.stage == "backward" and s.kept],
    }
    for stage, steps in stages.items():
        rows = SELECTED[stage,]
        assert [step.name for step in steps] == [row["name"] for row in rows]
        assert all(same(s.p, r["p"], MODEL) for s, r in zip(steps, rows, strict=True))
    assert [term.name for term in found.final.terms] == ["sex", "ecog"]
