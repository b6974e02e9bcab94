"""Fixtures of the browser journeys: a dashboard per test process, a window per visit.

``make test`` keeps each file in one process (``--dist loadfile``); all journeys of a process share
one dashboard and one browser.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import sync_playwright

from tests.browser.chromium import NONE_FOUND, find_chromium, launch_arguments
from tests.browser.server import Server, running
from tests.browser.visit import Visit, Windows

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

HERE = Path(__file__).parent
PROJECT = HERE.parents[1]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark the journeys, so that ``-m "not browser"`` runs the rest in a hurry."""
    for item in items:
        if HERE in item.path.parents:
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """The dashboard of this project, running."""
    with running(PROJECT, tmp_path_factory.mktemp("server") / "log.txt") as dashboard:
        yield dashboard


@pytest.fixture(scope="package")
def windows() -> Iterator[Windows]:
    """Windows of a headless Chromium: Playwright's event loop ends with the last journey."""
    path = find_chromium()
    if path is None:
        pytest.fail(NONE_FOUND, pytrace=False)
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=path, args=launch_arguments())
        yield Windows(chromium)
        chromium.close()


@pytest.fixture
def visit(windows: Windows, server: Server) -> Iterator[Callable[..., Visit]]:
    """Open pages: ``visit("/survival", viewport="phone", theme="dark")``, settled.

    When the test ends, every page it opened must have been silent: no console error, no request to
    another computer, no traceback in the server's log.
    """
    yield from visits_to(server, windows)


def visits_to(server: Server, windows: Windows) -> Iterator[Callable[..., Visit]]:
    """Do the work of the ``visit`` fixture for any server."""
    opened: list[Visit] = []

    def open_page(address: str = "/", *, viewport: str = "desktop", theme: str = "light") -> Visit:
        opened.append(windows.open(server, viewport=viewport, theme=theme))
        return opened[-1].go(address)

    yield open_page
    for visit in opened:
        windows.put_away(visit)
    for visit in opened:
        visit.check_silence()
