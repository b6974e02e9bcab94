"""The command line: the documented JSON, exit 2 with one sentence."""

from __future__ import annotations

import json
from pathlib import Path

import polars as pl
import pytest

from hccviz.cli import main

SURVIVAL_KEYS = {
    "cohort", "filter", "endpoint", "by", "ci", "level", "time_unit", "groups", "tests", "pairwise",
    "hazard_ratio", "warnings",
}  # fmt: skip
CURVE_KEYS = {"time", "survival", "lower", "upper", "at_risk", "events", "censored"}


def run(capsys: pytest.CaptureFixture[str], *argv: str) -> tuple[int, str, str]:
    status = main(argv)
    out, err = capsys.readouterr()
    return status, out, err


def told(capsys: pytest.CaptureFixture[str], *argv: str) -> dict:
    status, out, err = run(capsys, *argv)
    assert (status, err) == (0, "")
    return json.loads(out)


def test_survival_has_the_documented_form(capsys: pytest.CaptureFixture[str]) -> None:
    found = told(capsys, "survival", "reirradiation", "by=child_pugh_class", "--json")
    assert set(found) >= SURVIVAL_KEYS
    assert found["filter"]["query"] == "cohort=reirradiation&by=child_pugh_class"
    assert [g["level"] for g in found["groups"]] == ["A", "B"]
    first = found["groups"][0]
    assert set(first["curve"]) == CURVE_KEYS
    assert first["events"] + first["censored"] == first["n"]
    assert [r["time"] for r in first["rates"]] == [12, 24, 36, 60]
    beyond = found["groups"][1]["rates"][0]
    assert beyond["survival"] is None
    assert "beyond the last follow-up" in beyond["survival_why"]
    assert found["tests"][0]["name"].lower() == "log-rank"
    assert found["hazard_ratio"][0]["reference"] == "A"


@pytest.mark.parametrize("view", ["summary", "survival", "response", "toxicity"])
@pytest.mark.parametrize("form", ["--json", "--csv"])
def test_every_view_answers_on_the_registry(
    capsys: pytest.CaptureFixture[str], view: str, form: str
) -> None:
    status, out, err = run(capsys, view, "registry-simulated", "by=sex&bed=40..", form)
    assert (status, err) == (0, "")
    assert "NaN" not in out
    if form == "--json":
        assert json.loads(out)["cohort"]["kind"] == "simulated"


def test_dose_adds_up(capsys: pytest.CaptureFixture[str]) -> None:
    found = told(capsys, "dose", "courses=45/3,30/10&ab=10&ref=2")
    assert [c["bed_gy"] for c in found["courses"]] == [112.5, 39.0]
    assert found["total"] == {"bed_gy": 151.5, "eqd2_gy": 126.25}
    assert found["warnings"]


WRONG = [
    (("survival", "nowhere"), "neither a built-in cohort nor a file"),
    (("survival", "reirradiation", "t_stage=T9"), "T9"),
    (("survival", "reirradiation", "endpoint=pfs"), "no such endpoint"),
    (("survival", "reirradiation", "child_pugh_class=B&bed=100.."), "No patient is left"),
    (("response", "sbrt-hcc-metastases", "", "--csv"), "no response column"),
    (("dose", "courses=45/2.5"), "whole number"),
    (("dose", "courses=0/3"), "above 0"),
    (("dose", "courses=45/3&ab=0"), "0"),
    (("dose", "courses=45/3&what=1"), "what"),
    (("dose", "courses=1e9/3"), "at most"),
]


@pytest.mark.parametrize(("argv", "part"), WRONG)
def test_wrong_use_is_one_sentence_and_exit_2(
    capsys: pytest.CaptureFixture[str], argv: tuple[str, ...], part: str
) -> None:
    status, out, err = run(capsys, *argv)
    assert status == 2
    assert out == ""
    assert part in err
    assert err.count("\n") == 1


def test_an_unknown_view_is_exit_2(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as stop:
        main(["colour", "reirradiation"])
    assert stop.value.code == 2


def test_check_lists_every_fault(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    path = tmp_path / "bad.parquet"
    pl.DataFrame(
        {
            "os_months": [1.0, 2.0],
            "os_event": [0, 2],
            "t_stage": ["T3x", "T1"],
            "age_years": [50, 400],
        }
    ).write_parquet(path)
    status, out, err = run(capsys, "check", str(path), "--json")
    assert status == 2
    assert "no usable cohort" in err
    columns = {fault["column"] for fault in json.loads(out)["faults"]}
    assert {"os_event", "t_stage", "age_years"} <= columns


def test_a_file_gives_the_same_numbers_as_the_built_in(
    capsys: pytest.CaptureFixture[str],
) -> None:
    own = str(Path(__file__).parents[3] / "data" / "cohorts" / "reirradiation.parquet")
    a = told(capsys, "survival", own, "by=t_stage")
    b = told(capsys, "survival", "reirradiation", "by=t_stage")
    assert a["groups"] == b["groups"]
    assert a["cohort"]["sha256"] == b["cohort"]["sha256"]


def test_evidence_answers_with_printed_and_recomputed(capsys: pytest.CaptureFixture[str]) -> None:
    found = told(capsys, "evidence", "reirradiation", "out.verdict=impossible")
    assert found["study"] == "reirradiation"
    assert len(found["rows"]) == found["counts"]["impossible"]
    row = next(r for r in found["rows"] if r["id"] == "results-3-006")
    assert (row["printed"], row["verdict"]) == (57, "impossible")
    assert row["view"]["page"] == "survival"
    seen = told(capsys, "survival", "reirradiation", row["view"]["query"])
    rate = next(r for r in seen["groups"][0]["rates"] if r["time"] == 12)
    assert 100 * rate["survival"] == pytest.approx(row["recomputed"])
    status, out, _ = run(capsys, "evidence", "reirradiation", "out.place=Table 5", "--csv")
    assert status == 0
    assert out.startswith("Id,Place,Quantity,Printed,Recomputed,Verdict")
    assert run(capsys, "evidence", "registry-simulated")[0] == 2
    assert run(capsys, "evidence", "reirradiation", "child_pugh_class=A")[0] == 2


def test_every_view_says_whether_it_was_published(capsys: pytest.CaptureFixture[str]) -> None:
    published = told(capsys, "survival", "reirradiation", "by=child_pugh_class")["published"]
    assert published["status"] == "published"
    assert published["places"][0] == "Table 3"
    assert told(capsys, "summary", "reirradiation", "by=sex")["published"]["places"] == []
    assert told(capsys, "survival", "registry-simulated")["published"] is None
    status, out, _ = run(capsys, "toxicity", "reirradiation", "by=sex", "--csv")
    assert status == 0
    assert "Not published" in out


def test_subgroups_answer_what_is_asked(capsys: pytest.CaptureFixture[str]) -> None:
    found = told(capsys, "subgroups", "reirradiation", "by=child_pugh_class&endpoint=os")
    row = found["forest"]["overall"]
    assert [arm["n"] for arm in row["arms"]] == [36, 7]
    assert round(row["ratio"]["value"], 2) == 4.75
    assert found["forest"]["factors"][0]["interaction"]["name"].startswith("interaction")
    assert found["response_forest"]["overall"]["difference"]["ci"][0] is not None
    assert found["toxicity_forest"]["outcome"] == "acute toxicity of grade 2 or more"
    assert (found["pair"], found["pair_why"]) == (None, "not asked for (a. and b.)")
    pair = told(capsys, "subgroups", "reirradiation", "a=all&b.child_pugh_class=A")["pair"]
    assert pair["n_both"] == 36
    assert pair["survival"]["hazard_ratio"][0]["hr_why"] == "not estimable: 36 patients are in both"
    assert pair["response"][0]["p"] is None
    cut = told(capsys, "subgroups", "reirradiation", "out.number=age_years&out.threshold=500")
    assert cut["cut_points"]["estimate"]["p"] >= cut["cut_points"]["estimate"]["p_naive"]
    assert "at or above 500" in cut["cut_points"]["own"]["ratio"]["value_why"]


@pytest.mark.parametrize("query", ["by=sex", "a.sex=male&b.sex=female", "out.number=age_years"])
def test_subgroups_as_csv(capsys: pytest.CaptureFixture[str], query: str) -> None:
    status, out, err = run(capsys, "subgroups", "reirradiation", query, "--csv")
    assert (status, err) == (0, "")
    assert len(out.splitlines()) > 5
    assert "NaN" not in out


def test_subgroups_explain_their_names(capsys: pytest.CaptureFixture[str]) -> None:
    status, out, _ = run(capsys, "subgroups", "--help")
    assert status == 0
    assert "out.number" in out


@pytest.mark.parametrize(
    ("query", "why"),
    [
        ("", "Nothing is compared"),
        ("by=prior_tace", "only one group"),
        ("by=child_pugh_class&out.arm=C", "no patient is in the group C"),
        ("a.sex=male", "B is not"),
        ("by=sex&out.rows=nothing", "out.rows=nothing (this cohort has no such column)"),
        ("out.number=bed&out.threshold=high", "a number"),
    ],
)
def test_subgroups_say_what_is_wrong(
    capsys: pytest.CaptureFixture[str], query: str, why: str
) -> None:
    status, out, err = run(capsys, "subgroups", "sbrt-incomplete-tace", query)
    assert (status, out) == (2, "")
    assert why in err
