"""Pages are thin: they compose what the rooms offer and compute nothing."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

import pytest

from tests.architecture.sources import PAGES as FOLDER
from tests.architecture.sources import imported, modules, name, tree

if TYPE_CHECKING:
    from pathlib import Path

LONGEST_PAGE = 60
MAY_IMPORT = ("streamlit", "hccviz.ui", "hccviz.figures", "hccviz.export", "hccviz.dose")
MAY_IMPORT += ("hccviz.domain", "hccviz.evidence", "__future__", "typing", "collections.abc")
ARITHMETIC = (ast.Sub, ast.Mult, ast.Div, ast.FloorDiv, ast.Mod, ast.Pow, ast.MatMult)
AGGREGATES = {"sum", "min", "max", "round", "abs", "sorted"}

PAGES = modules(FOLDER, "app.py")


def test_there_are_pages():
    assert len(PAGES) > 1


@pytest.fixture(params=PAGES, ids=name)
def page(request: pytest.FixtureRequest) -> Path:
    return request.param


def test_a_page_is_short(page):
    lines = page.read_text(encoding="utf-8").splitlines()
    assert len(lines) <= LONGEST_PAGE, f"{name(page)} has {len(lines)} lines: move work to a room"


def test_a_page_imports_only_rooms_for_pages(page):
    strangers = [
        module
        for module in imported(page)
        if not any(module == home or module.startswith(f"{home}.") for home in MAY_IMPORT)
    ]
    assert not strangers, f"{name(page)} imports {sorted(strangers)}"


def test_a_page_does_not_compute(page):
    found = [
        f"line {node.lineno}: {ast.unparse(node)}"
        for node in ast.walk(tree(page))
        if (isinstance(node, ast.BinOp) and isinstance(node.op, ARITHMETIC))
        or (isinstance(node, ast.BinOp) and _adds_numbers(node))
        or (
            isinstance(node, ast.Call)
            and isinstance(node.func, ast.Name)
            and node.func.id in AGGREGATES
        )
    ]
    assert not found, f"{name(page)} computes: {found}"


def test_a_page_defines_nothing_to_reuse(page):
    found = [n.name for n in tree(page).body if isinstance(n, ast.ClassDef)]
    assert not found, f"{name(page)} defines {found}: that belongs in hccviz.ui"


def test_a_page_leaves_the_session_to_the_shell(page):
    found = [
        node.lineno
        for node in ast.walk(tree(page))
        if isinstance(node, ast.Attribute) and node.attr in {"session_state", "query_params"}
    ]
    assert not found, f"{name(page)} touches the session at lines {found}: ask hccviz.ui"


def _adds_numbers(node: ast.BinOp) -> bool:
    """Tell additions with a number in them; adding texts and lists is composing."""
    return isinstance(node.op, ast.Add) and any(
        isinstance(side, ast.Constant) and isinstance(side.value, int | float)
        for side in (node.left, node.right)
    )
