"""The command line's Cox and logistic answers: form, reasons, help."""

from __future__ import annotations

import json

import pytest

from hccviz.cli import main
from hccviz.data.builtin import built_ins

KEYS = {
    "sentence", "kind", "outcome", "univariable", "multivariable", "terms", "dropped", "notes",
    "proportional_hazards", "selection", "spline",
}  # fmt: skip


def told(capsys: pytest.CaptureFixture[str], *argv: str) -> dict:
    assert main(argv) == 0
    out, err = capsys.readouterr()
    assert err == ""
    return json.loads(out, parse_constant=pytest.fail)


@pytest.mark.parametrize("cohort", built_ins())
@pytest.mark.parametrize("view", ["cox", "logistic"])
def test_every_cohort_has_an_answer(
    capsys: pytest.CaptureFixture[str], cohort: str, view: str
) -> None:
    found = told(capsys, view, cohort)
    assert set(found) >= KEYS
    assert found["kind"] == view
    ratio = "hr" if view == "cox" else "or"
    for model in (*found["univariable"], found["multivariable"]):
        for row in model["rows"]:
            assert (row[ratio] is None) == (row["p"] is None) == ("p_why" in row)
            assert row[ratio] is not None or row[f"{ratio}_why"]
    if view == "logistic":
        assert found["proportional_hazards"] is None
        assert "outcome with times" in found["proportional_hazards_why"]


def test_the_form_of_a_cox_answer(capsys: pytest.CaptureFixture[str]) -> None:
    query = "out.factors=child_pugh_class,bed&out.pairs=bed*child_pugh_class&out.number=bed"
    found = told(capsys, "cox", "reirradiation", query)
    assert [t["factor"] for t in found["terms"]] == [
        "child_pugh_class", "bed", "bed:child_pugh_class",
    ]  # fmt: skip
    assert [t["name"] for t in found["multivariable"]["tests"]] == [
        "Cox likelihood ratio", "Cox Wald", "Cox score",
    ]  # fmt: skip
    assert found["proportional_hazards"]["overall"]["p"] is not None
    residuals = found["proportional_hazards"]["residuals"][0]
    assert len(residuals["time"]) == len(residuals["value"]) == 35
    assert found["selection"]["steps"][0]["stage"] == "univariable"
    assert len(found["spline"]["band"]["at"]) == 101
    assert sum(found["spline"]["histogram"]["counts"]) == found["spline"]["n"] == 43


def test_csv_is_the_pages_table(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["logistic", "reirradiation", "out.outcome=grade2", "--csv"]) == 0
    lines = capsys.readouterr().out.splitlines()
    head = next(line for line in lines if line.startswith("Factor"))
    assert head.startswith("Factor,Patients,Events,Univariable OR (95% CI)")
    assert "Not published" in lines[1]
    assert any("not estimable: no events in B" in line for line in lines)


@pytest.mark.parametrize("view", ["cox", "logistic"])
def test_help_names_every_option(capsys: pytest.CaptureFixture[str], view: str) -> None:
    assert main([view, "--help"]) == 0
    out = capsys.readouterr().out
    for name in ("out.factors", "out.joint", "out.refs", "out.steps", "out.pairs", "landmark"):
        assert name in out


@pytest.mark.parametrize("part", ["out.factors=colour", "out.refs=bed:2", "out.enter=0"])
def test_what_does_not_fit_is_one_sentence(capsys: pytest.CaptureFixture[str], part: str) -> None:
    assert main(["cox", "reirradiation", part]) == 2
    assert part.split("=")[0] in capsys.readouterr().err
