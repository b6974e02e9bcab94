"""Fixtures of the browser journeys: a dashboard per test process, a window per visit."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import sync_playwright

from tests.browser.chromium import NONE_FOUND, find_chromium, launch_arguments
from tests.browser.server import Server, running
from tests.browser.visit import Visit, open_visit

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from playwright.sync_api import Browser

HERE = Path(__file__).parent
PROJECT = HERE.parents[1]


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Keep each file of journeys in one process: one server and one browser serve it."""
    for item in items:
        if HERE in item.path.parents:
            item.add_marker(pytest.mark.browser)
            item.add_marker(pytest.mark.xdist_group(f"browser-{item.path.stem}"))


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """The dashboard of this project, running."""
    with running(PROJECT, tmp_path_factory.mktemp("server") / "log.txt") as dashboard:
        yield dashboard


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """A headless Chromium (per file: Playwright's event loop must not outlive the journeys)."""
    path = find_chromium()
    if path is None:
        pytest.fail(NONE_FOUND, pytrace=False)
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=path, args=launch_arguments())
        yield chromium
        chromium.close()


@pytest.fixture
def visit(browser: Browser, server: Server) -> Iterator[Callable[..., Visit]]:
    """Open windows: ``visit("/survival", viewport="phone", theme="dark")``, settled.

    When the test ends, every window it opened must have been silent: no console error, no
    request to another computer, no traceback in the server's log.
    """
    yield from visits_to(server, browser)


def visits_to(server: Server, browser: Browser) -> Iterator[Callable[..., Visit]]:
    """Do the work of the ``visit`` fixture for any server."""
    opened: list[Visit] = []

    def open_page(address: str = "/", *, viewport: str = "desktop", theme: str = "light") -> Visit:
        opened.append(open_visit(browser, server, viewport=viewport, theme=theme))
        return opened[-1].go(address)

    yield open_page
    for visit in opened:
        visit.page.context.close()
    for visit in opened:
        visit.check_silence()
