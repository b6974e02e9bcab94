"""Rules for every file of the project."""

from __future__ import annotations

import re

from tests.architecture.sources import CODE, files, imported, modules, name

OUTSIDE_THE_PROJECT = "../" + "shared"  # in two parts, or this file would break its own rule
RAW_HTML = "unsafe" + "_allow_html"
SAYS_NOTHING = {"utils", "util", "helpers", "helper", "misc", "common", "stuff"}
LONGEST_MODULE = 600


def test_nothing_refers_to_a_place_outside_the_checkout():
    found = [name(path) for path in files() if OUTSIDE_THE_PROJECT.encode() in path.read_bytes()]
    assert not found


def test_no_raw_html():
    found = [name(p) for p in modules(*CODE) if RAW_HTML in p.read_text()]
    assert not found, f"{found}: text from files is text everywhere"


def test_a_module_is_named_by_what_it_holds():
    found = [name(p) for p in modules(*CODE, "tests") if p.stem in SAYS_NOTHING]
    assert not found


def test_no_module_is_a_book():
    lengths = {name(p): p.read_text().count("\n") for p in modules(*CODE, "tests")}
    assert not {path: n for path, n in lengths.items() if n > LONGEST_MODULE}


def test_nothing_is_unpickled():
    forbidden = re.compile(r"^(pickle|dill|cloudpickle|marshal|shelve|joblib)\b")
    found = [
        f"{name(path)}: {module}"
        for path in modules(*CODE)
        for module in imported(path)
        if forbidden.match(module)
    ]
    assert not found


def test_no_eval():
    calls = re.compile(r"(?<![\w.])(eval|exec)\(")
    found = [name(p) for p in modules(*CODE) if calls.search(p.read_text())]
    assert not found
