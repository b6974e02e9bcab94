"""The whole app in Streamlit's test runner, one page at a time."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

PROJECT = Path(__file__).parents[2]


@pytest.fixture
def open_app(monkeypatch: pytest.MonkeyPatch) -> Callable[..., AppTest]:
    """Open the app at a page with query parameters, and run it once."""
    monkeypatch.chdir(PROJECT)

    def opened(page: str = "", **params: str) -> AppTest:
        app = AppTest.from_file(str(PROJECT / "app.py"), default_timeout=60)
        for key, value in params.items():
            app.query_params[key] = value
        app.run()
        return app.switch_page(page).run() if page else app

    return opened


def words(app: AppTest) -> str:
    """Return everything the page says, markdown escapes taken out."""
    parts = [
        block.value
        for kind in (
            "title",
            "header",
            "subheader",
            "markdown",
            "caption",
            "info",
            "warning",
            "error",
        )
        for block in getattr(app, kind)
    ]
    return "\n".join(str(part) for part in parts).replace("\\", "")
