"""The command ``audit``: studies, files, and what cannot be read."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from hccviz.cli import main


def run(capsys: pytest.CaptureFixture[str], *words: str) -> str:
    assert main(["audit", *words]) == 0
    return capsys.readouterr().out


def test_a_study_as_json(capsys: pytest.CaptureFixture[str]):
    told = json.loads(run(capsys, "tace-rt-case", "--json"))
    assert told["source"]["study"] == "tace-rt-case"
    assert told["summary"]["impossible"] == 2
    assert told["findings"][0]["verdict"] == "impossible"
    assert told["findings"][0]["argument"].startswith("No count of 76 prints as 24.7 %")


def test_all_studies_as_csv(capsys: pytest.CaptureFixture[str]):
    lines = run(capsys, "all", "--csv").splitlines()
    assert lines[0] == "Study,Row,Verdict,Rule,Place,Claim,Against,Argument,Recomputed"
    assert sum("✕ Impossible" in line for line in lines) == 10


def test_an_own_file(capsys: pytest.CaptureFixture[str], tmp_path: Path):
    file = tmp_path / "claims.csv"
    file.write_text("n;count;percent\n22;12;55,5\n0;1;10\nx;1;10\n", encoding="utf-8")
    told = json.loads(run(capsys, str(file)))
    assert [f["verdict"] for f in told["findings"]] == ["impossible"]
    assert [(f["row"], f["column"]) for f in told["not_checked"]] == [(2, "n"), (3, "n")]
    assert "decimal comma" in told["notes"][0]
    assert "3,Not checked" in run(capsys, str(file), "--csv")


@pytest.mark.parametrize("content", [b"", b"a,b\n1,2\n", b"\x00\x01", None])
def test_what_cannot_be_read_is_one_sentence_and_exit_2(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, content: bytes | None
):
    file = tmp_path / "claims.csv"
    if content is not None:
        file.write_bytes(content)
    assert main(["audit", str(file)]) == 2
    captured = capsys.readouterr()
    assert not captured.out
    assert captured.err.startswith("hccviz: ")
    assert captured.err.count("\n") == 1


def test_the_help_names_it(capsys: pytest.CaptureFixture[str]):
    with pytest.raises(SystemExit):
        main(["--help"])
    assert "audit" in capsys.readouterr().out
