"""The subgroups page in Streamlit's test runner: every look, every cohort, every odd input."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest
from streamlit.testing.v1 import AppTest

from hccviz.cli import main
from hccviz.data.builtin import built_ins
from tests.app.conftest import words

PAGE = "pages/outcomes/subgroups.py"
SURVIVAL = "pages/outcomes/survival.py"
Open = Callable[..., AppTest]
ASKED = {
    "forest": {"by": "age_years"},
    "arms": {"by": "child_pugh_class", "out.base": "A"},
    "response": {"by": "sex", "out.on": "response"},
    "toxicity": {"by": "sex", "out.on": "toxicity", "out.measure": "ratio"},
    "start": {},
    "pair": {"out.sub": "pair", "a.sex": "male", "b.sex": "female"},
    "overlap": {"out.sub": "pair", "a": "all", "b.sex": "male"},
    "unpinned": {"out.sub": "pair"},
    "cut": {"out.sub": "cut", "out.number": "age_years", "out.at": "500"},
    "looked": {"out.sub": "looked"},
}


def told(cohort: str, query: str, capsys: pytest.CaptureFixture[str]) -> dict:
    capsys.readouterr()
    assert main(["subgroups", cohort, query]) == 0
    return json.loads(capsys.readouterr().out)


@pytest.mark.parametrize("cohort", built_ins())
def test_every_look_of_every_cohort(open_app: Open, cohort: str) -> None:
    for name, params in ASKED.items():
        app = open_app(PAGE, cohort=cohort, **params)
        assert not app.exception, name
        text = words(app).lower()
        assert "nan" not in text.split(), name
