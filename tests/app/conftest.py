"""The whole app in Streamlit's test runner, one page at a time."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

PROJECT = Path(__file__).parents[2]


@pytest.fixture(scope="session")
def addresses() -> Any:
    """The pages by address, which the test runner learns from a first run of the app."""
    return AppTest.from_file(str(PROJECT / "app.py"), default_timeout=60).run()._registered_pages


@pytest.fixture
def open_app(monkeypatch: pytest.MonkeyPatch, addresses: Any) -> Callable[..., AppTest]:
    """Open the app at a page with query parameters, as a link does, and run it once."""
    monkeypatch.chdir(PROJECT)

    def opened(page: str = "", **params: str) -> AppTest:
        app = AppTest.from_file(str(PROJECT / "app.py"), default_timeout=60)
        app._registered_pages = addresses  # else a page is looked for by the name of its file
        for key, value in params.items():
            app.query_params[key] = value
        return (app.switch_page(page) if page else app).run()

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
