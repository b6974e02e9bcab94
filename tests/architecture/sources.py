"""The project's own files, read once for the checks of this folder."""

from __future__ import annotations

import ast
import subprocess
from functools import cache
from pathlib import Path

PROJECT = Path(__file__).parents[2]
PAGES = "pages"
CODE = ("app.py", PAGES, "hccviz")


@cache
def files() -> tuple[Path, ...]:
    """Return every file that git tracks or would track."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=PROJECT,
        check=True,
        capture_output=True,
        text=True,
    ).stdout.split("\0")
    return tuple(path for name in listed if name and (path := PROJECT / name).is_file())


def modules(*folders: str) -> list[Path]:
    """Return the Python files below these folders, and single files named outright."""
    wanted = [PROJECT / folder for folder in folders]
    python = [path for path in files() if path.suffix == ".py"]
    return sorted(path for path in python for w in wanted if path == w or w in path.parents)


def tree(path: Path) -> ast.Module:
    """Return the syntax tree of a Python file."""
    return ast.parse(path.read_text(encoding="utf-8"), filename=str(path))


def imported(path: Path) -> set[str]:
    """Return the dotted names that a file imports, wherever in the file it does so."""
    names: set[str] = set()
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            names |= {f"{node.module}.{alias.name}" for alias in node.names}
    return names


def name(path: Path) -> str:
    """Return the path below the project, for messages and test names."""
    return path.relative_to(PROJECT).as_posix()
