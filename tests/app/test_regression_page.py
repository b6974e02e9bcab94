"""The regression page in Streamlit's test runner: every look of every cohort, equal to the CLI."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest
from streamlit.testing.v1 import AppTest

from hccviz.cli import main
from hccviz.data.builtin import built_ins
from tests.app.conftest import words

PAGE = "pages/outcomes/regression.py"
Open = Callable[..., AppTest]


def told(view: str, cohort: str, query: str, capsys: pytest.CaptureFixture[str]) -> dict:
    capsys.readouterr()
    assert main([view, cohort, query]) == 0
    return json.loads(capsys.readouterr().out)


@pytest.mark.parametrize("cohort", built_ins())
@pytest.mark.parametrize("outcome", ["", "grade2"])
def test_every_look_of_every_cohort(open_app: Open, cohort: str, outcome: str) -> None:
    more = {"out.outcome": outcome} if outcome else {}
    for look in ("table", "selection", "hazards", "curve"):
        app = open_app(PAGE, cohort=cohort, **{"out.reg": look}, **more)
        assert not app.exception, look
        assert not app.error, look
        assert "nan" not in words(app).lower().split(), look
