"""The regression page in a real browser: whole, linked, equal to the command line."""

from __future__ import annotations

import contextlib
import io
import json
from collections.abc import Callable
from pathlib import Path
from urllib.parse import unquote

import numpy as np
import polars as pl
import pytest

from hccviz.cli import main
from tests.browser.visit import Visit

Open = Callable[..., Visit]


def cli(view: str, cohort: str, query: str) -> dict:
    out = io.StringIO()
    with contextlib.redirect_stdout(out):
        assert main([view, cohort, query]) == 0
    return json.loads(out.getvalue())


def test_a_model_from_the_first_look_to_a_link(visit: Open) -> None:
    query = (
        "cohort=reirradiation&out.factors=child_pugh_class,t_stage,bed,age_years"
        "&out.steps=bed:10&out.two=age_years:60&out.pairs=bed*child_pugh_class&out.refs=t_stage:T4"
    )
    page = visit(f"/regression?{query}").check()
    told = cli("cox", "reirradiation", query)
    assert told["sentence"] in page.text
    assert "BED, per 10 Gy × Child-Pugh class: B" in page.text
    page.page.get_by_text("How the models are built").click()
    page.settle().check()
    page.photograph("regression-built")
    assert page.keyed("w-reg-cut-age_years").locator("input").input_value() == "60"
    assert "≥60 years" in page.text
    page.page.get_by_text("Proportional hazards", exact=True).click()
    page.settle().check()
    assert told["proportional_hazards"]["sentence"] in page.text
    assert page.figures() == 5
    page.page.get_by_text("Selection", exact=True).click()
    page.settle()
    page.page.get_by_text("Show this model in the table").click()
    page.settle().check()
    assert "out.joint=recipe" in page.query
    again = cli("cox", "reirradiation", page.query)
    assert again["sentence"] in page.text
    other = visit(page.page.url, viewport="phone", theme="dark").check()
    assert again["sentence"] in other.text
    other.photograph("regression-recipe")
    other.turn_to("/regression?cohort=registry-simulated&out.reg=curve&endpoint=lc").check()
    assert cli("cox", "registry-simulated", "endpoint=lc")["spline"]["sentence"] in other.text


def hard_file(path: Path) -> Path:
    """A file of 300 columns with long names, one of 150 levels and one that is the outcome."""
    rng, n = np.random.default_rng(8), 300
    event = rng.integers(0, 2, n)
    columns: dict[str, object] = {
        "os_months": rng.exponential(20, n).round(1) + 0.1,
        "os_event": event,
        "age_years": rng.normal(60, 8, n).round(),
        "treating_physician_pseudonym": [f"physician number {i % 150}" for i in range(n)],
        "died_once_more": [("alive", "dead")[e] for e in event],
        "previous_interventional_procedure_of_the_liver": rng.choice(
            ["transarterial radioembolisation", "percutaneous ethanol injection", "none"], n
        ),
    }
    columns |= {f"marker_{i}": rng.normal(size=n).round(3) for i in range(294)}
    pl.DataFrame(columns).write_parquet(path)
    return path


@pytest.mark.parametrize("viewport", ["desktop", "phone"])
def test_a_hard_file_leaves_the_page_intact(visit: Open, tmp_path: Path, viewport: str) -> None:
    page = visit("/data", viewport=viewport).upload(hard_file(tmp_path / "hard.parquet"))
    query = (
        "cohort=uploaded&out.factors=age_years,treating_physician_pseudonym,died_once_more,"
        "previous_interventional_procedure_of_the_liver"
    )
    page.page.wait_for_url("**cohort=uploaded**")
    page.page.get_by_role("link", name="Regression").click()
    page.page.wait_for_url("**/regression*")
    page.settle().check()
    field = page.keyed("w-reg-factors").locator("input")
    for name in ("Treating", "Died", "Previous"):
        field.fill(name)
        field.press("Enter")
        page.settle()
    assert query.partition("&")[2] in unquote(page.query)
    page.check()
    page.photograph("regression-hard")
    assert "has 150 levels; a table of more than 20 cannot be read" in page.text
    assert "no events in alive" in page.text
    assert "Age, per year" in page.text
