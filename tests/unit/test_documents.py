"""Documents tell the truth about the code."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import hccviz
from hccviz.cli import main
from hccviz.data.builtin import built_ins

PROJECT = Path(__file__).parents[2]
README = (PROJECT / "README.md").read_text("utf-8")
CHANGELOG = (PROJECT / "CHANGELOG.md").read_text("utf-8")


def views(capsys: pytest.CaptureFixture[str]) -> list[str]:
    with pytest.raises(SystemExit):
        main(["--help"])
    told = capsys.readouterr().out
    block = told.split("views:")[1].split("examples:")[0]
    return re.findall(r"^  ([a-z]+) ", block, re.M) + re.findall(r"\s{2,}([a-z]+) {2,}", block)


def test_the_readme_names_every_view_of_the_command_line(
    capsys: pytest.CaptureFixture[str],
) -> None:
    names = set(views(capsys))
    assert {"summary", "survival", "response", "toxicity", "dose", "check"} <= names
    for name in names:
        assert f"hccviz {name}" in README, name


def test_the_changelog_has_this_version_and_says_whether_numbers_moved() -> None:
    assert hccviz.__version__ in CHANGELOG
    assert "Numbers that changed" in CHANGELOG


def test_every_picture_and_file_of_the_readme_exists() -> None:
    for target in re.findall(r"\]\(([^)#]+)\)", README):
        if "://" not in target:
            assert (PROJECT / target).exists(), target


def test_the_readmes_command_lines_work(capsys: pytest.CaptureFixture[str]) -> None:
    lines = re.findall(r"^\.venv/bin/python -m hccviz (.+)$", README, re.M)
    tried = 0
    for line in lines:
        words = [a or b for a, b in re.findall(r'"([^"]*)"|(\S+)', line)]
        if any(word.endswith((".parquet", ".csv")) for word in words):
            continue
        assert main(words) == 0, line
        tried += 1
    capsys.readouterr()
    assert tried >= 4


def test_the_readme_counts_the_built_in_cohorts() -> None:
    kinds = [b.metadata.kind for b in built_ins().values()]
    assert "Four are *reconstructed*" in README
    assert kinds.count("reconstructed") == 4
    assert kinds.count("simulated") == 1
