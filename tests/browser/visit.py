"""One reader at one screen: what a journey can do, read and demand of a page."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from playwright.sync_api import TimeoutError as PlaywrightTimeout

from tests.browser.server import TRACEBACK, Server

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from playwright.sync_api import Browser, ConsoleMessage, Locator, Page

VIEWPORTS = {"desktop": (1440, 900), "phone": (390, 844)}
THEMES = ("light", "dark")

REST_MILLISECONDS = 400  # longer than the widgets' own delay before they tell the server
SETTLE_MILLISECONDS = 60_000
UPLOADED = "/_stcore/upload_file/"
TALLEST_PICTURE = 12_000
WANTED = "HCCVIZ_PICTURES"
SCREENSHOTS = Path(__file__).parents[2] / "screenshots"
CHECKS = (Path(__file__).parent / "page_checks.js").read_text(encoding="utf-8")
AT_HOME = ("127.0.0.1", "localhost", "::1")
# On a deep link Streamlit first looks for its server below the page's own path, then at the root.
LOOKING_FOR_SERVER = re.compile(r"/[^/]+/_stcore/(health|host-config)$")


@dataclass
class Visit:
    """A page in a window of its own (no cookies or storage shared with another visit).

    Attributes
    ----------
    server
        The dashboard it looks at.
    page
        Playwright's page, for anything not offered here.
    viewport, theme
        Names out of ``VIEWPORTS`` and ``THEMES``.
    complaints
        Console errors, script errors and requests to other computers, as they happen.
    heard
        What listens on the page for those, by the name of the event.
    """

    server: Server
    page: Page
    viewport: str
    theme: str
    complaints: list[str] = field(default_factory=list)
    log_start: int = 0
    heard: dict[str, Callable[..., None]] = field(default_factory=dict)

    # --- moving about --------------------------------------------------------------------------
    def go(self, address: str = "/") -> Visit:
        """Open a path of the dashboard (``/survival?endpoint=os``) or a whole link; settle."""
        url = address if "://" in address else f"{self.server.address}/{address.lstrip('/')}"
        self.page.goto(url, wait_until="domcontentloaded")
        return self.settle()

    def turn_to(self, address: str) -> Visit:
        """Change the address as back and forward do, without loading the dashboard anew; settle."""
        begun = self.ask("runsBegun")
        self.page.evaluate("to => window.hccvizChecks.turnTo(to)", f"/{address.lstrip('/')}")
        self.page.wait_for_function("begun => window.hccvizChecks.runsBegun() > begun", arg=begun)
        return self.settle()

    def reload(self) -> Visit:
        """Press the browser's reload; settle."""
        self.page.reload(wait_until="domcontentloaded")
        return self.settle()

    def back(self) -> Visit:
        """Press the browser's back; settle."""
        self.page.go_back(wait_until="commit")
        return self.settle()

    def forward(self) -> Visit:
        """Press the browser's forward; settle."""
        self.page.go_forward(wait_until="commit")
        return self.settle()

    def resize(self, viewport: str) -> Visit:
        """Change the window to another of ``VIEWPORTS``; settle."""
        width, height = VIEWPORTS[viewport]
        self.viewport = viewport
        self.page.set_viewport_size({"width": width, "height": height})
        return self.settle()

    def on_every_screen(self) -> Iterator[Visit]:
        """Show the page on each of ``VIEWPORTS`` in turn, beginning with the one it is on."""
        here = self.viewport
        for viewport in (here, *(other for other in VIEWPORTS if other != here)):
            yield self if viewport == self.viewport else self.resize(viewport)

    def open_sidebar(self) -> Visit:
        """Show the filter rail where a narrow screen has folded it away; settle."""
        button = self.page.get_by_test_id("stExpandSidebarButton")
        if button.is_visible():
            button.click()
        return self.settle()

    def close_sidebar(self) -> Visit:
        """Fold the filter rail away; settle."""
        button = self.page.get_by_test_id("stSidebarCollapseButton").get_by_role("button")
        if button.is_visible():
            button.click()
        return self.settle()

    def settle(self) -> Visit:
        """Wait until the script has ended, every element is drawn and nothing has moved since."""
        self.ask("startWatching")
        return self._rest()

    def _rest(self) -> Visit:
        try:
            self.page.wait_for_function(
                "wait => window.hccvizChecks?.atRestFor(wait)",
                arg=REST_MILLISECONDS,
                timeout=SETTLE_MILLISECONDS,
            )
        except PlaywrightTimeout:
            raise AssertionError(
                f"{self.page.url} never came to rest: {self.ask('busyWith')}"
            ) from None
        return self

    # --- reading -------------------------------------------------------------------------------
    @property
    def query(self) -> str:
        """The query string of the address bar, without the question mark."""
        return urlsplit(self.page.url).query

    @property
    def text(self) -> str:
        """All words of the main area, as the reader sees them."""
        return self.page.get_by_test_id("stMain").inner_text()

    def keyed(self, key: str) -> Locator:
        """Return the element that was given ``key=`` in the code."""
        return self.page.locator(f".st-key-{re.sub(r'[^a-zA-Z0-9_-]', '-', key)}")

    def metric(self, label: str) -> str:
        """Return the value of the metric with this label.

        Raises
        ------
        AssertionError
            When the page has no such metric; the message lists those it has.
        """
        metrics: list[tuple[str, str]] = self.page.get_by_test_id("stMetric").evaluate_all(
            """all => all.map(metric => ["stMetricLabel", "stMetricValue"].map(
                id => metric.querySelector(`[data-testid=${id}]`)?.innerText.trim() ?? ""))"""
        )
        values = dict(metrics)
        assert label in values, f"no metric {label!r} among {sorted(values)}"
        return values[label]

    def figure(self, index: int = 0) -> dict[str, Any]:
        """Return what plotly holds of a drawn figure: ``data`` and ``layout``, counted from 0."""
        found: dict[str, Any] = (
            self.page.locator(".js-plotly-plot")
            .nth(index)
            .evaluate("plot => JSON.parse(JSON.stringify({data: plot.data, layout: plot.layout}))")
        )
        return found

    def figures(self) -> int:
        """Return how many figures are drawn."""
        return self.page.locator(".js-plotly-plot").count()

    def upload(self, path: Path, *, key: str | None = None) -> Visit:
        """Give a file to the upload field (with this key, else the only one); settle.

        The page is at rest while the file travels: wait for its arrival first.
        """
        place = self.keyed(key) if key else self.page
        with self.page.expect_response(lambda answer: UPLOADED in answer.url):
            place.locator("input[type=file]").set_input_files(path)
        return self.settle()

    def ask(self, check: str) -> Any:
        """Return what one function of page_checks.js says."""
        return self.page.evaluate(f"window.hccvizChecks?.{check}()")

    # --- demanding -----------------------------------------------------------------------------
    def check(self) -> Visit:
        """Demand that the page as it stands is whole; the message lists everything wrong.

        No exception, nothing to scroll sideways, no words cut off, and in a figure no words
        outside it or on top of each other. A page that settled and was not touched since is not
        waited for again.
        """
        self._rest()
        faults = [
            *(f"exception: {text}" for text in self.ask("exceptions")),
            *(f"scrolls sideways: {text}" for text in self.ask("wider")),
            *(f"cut label: {text}" for text in self.ask("cutLabels")),
            *(f"cut in a figure: {text}" for text in self.ask("cutFigureText")),
            *(f"words on words in a figure: {text}" for text in self.ask("heapedFigureText")),
        ]
        where = f"{self.page.url} on {self.viewport}, {self.theme}"
        assert not faults, "\n".join([where, *faults])
        return self

    def check_silence(self) -> None:
        """Demand no console error, no request to another computer, no traceback in the log."""
        printed = self.server.log()[self.log_start :]
        traceback = [printed[printed.index(TRACEBACK) :][:3000]] if TRACEBACK in printed else []
        assert not self.complaints + traceback, "\n".join(self.complaints + traceback)

    def photograph(self, name: str) -> Path | None:
        """Save the page from top to end as ``screenshots/NAME-VIEWPORT-THEME.png``.

        Only for a person who wants to look (``make pictures``): it doubles the time of a page.
        """
        if not os.environ.get(WANTED):
            return None
        SCREENSHOTS.mkdir(exist_ok=True)
        path = SCREENSHOTS / f"{name}-{self.viewport}-{self.theme}.png"
        width, height = VIEWPORTS[self.viewport]
        tall = min(max(int(self.ask("height")), height), TALLEST_PICTURE)
        self.page.set_viewport_size({"width": width, "height": tall})
        self.settle()
        self.page.screenshot(path=path)
        self.page.set_viewport_size({"width": width, "height": height})
        self.settle()
        return path


class Windows:
    """The browser windows of one process of tests, used again and again.

    Each new window, and each new page in one, would read and compile the dashboard's program anew,
    which takes longer than most tests: a page that is put away keeps it, and loses its cookies and
    its storage.
    """

    def __init__(self, browser: Browser) -> None:
        self._browser = browser
        self._idle: list[Page] = []

    def open(self, server: Server, *, viewport: str, theme: str) -> Visit:
        """Return an empty page that records every complaint from its first moment."""
        width, height = VIEWPORTS[viewport]
        page = self._idle.pop() if self._idle else self._new_page()
        page.set_viewport_size({"width": width, "height": height})
        page.emulate_media(color_scheme="dark" if theme == "dark" else "light")
        visit = Visit(server, page, viewport, theme, log_start=len(server.log()))
        visit.heard = _listen(page, visit)
        return visit

    def put_away(self, visit: Visit) -> None:
        """Empty a page for the next visit, and close all that it opened."""
        page = visit.page
        for event, hear in visit.heard.items():
            page.remove_listener(event, hear)  # type: ignore[arg-type]
        for other in page.context.pages:
            if other is not page:
                other.close()
        if page.url.startswith(visit.server.address):
            page.evaluate("() => { localStorage.clear(); sessionStorage.clear(); }")
        page.goto("about:blank")
        page.context.clear_cookies()
        self._idle.append(page)

    def _new_page(self) -> Page:
        window = self._browser.new_context(accept_downloads=True, locale="en-GB")
        window.grant_permissions(["clipboard-read", "clipboard-write"])
        window.add_init_script(CHECKS)
        page = window.new_page()
        page.set_default_timeout(SETTLE_MILLISECONDS)
        return page


def _listen(page: Page, visit: Visit) -> dict[str, Callable[..., None]]:
    def on_request(url: str) -> None:
        host = urlsplit(url).hostname
        if host and host not in AT_HOME:
            visit.complaints.append(f"request to another computer: {url}")

    def on_console(line: ConsoleMessage) -> None:
        source = str(line.location["url"])
        if line.type == "error" and not LOOKING_FOR_SERVER.search(urlsplit(source).path):
            visit.complaints.append(f"console error: {line.text} ({source})")

    heard: dict[str, Callable[..., None]] = {
        "request": lambda request: on_request(request.url),
        "websocket": lambda socket: on_request(socket.url),
        "pageerror": lambda error: visit.complaints.append(f"script error: {error}"),
        "console": on_console,
        "popup": lambda other: _listen(other, visit),
    }
    for event, hear in heard.items():
        page.on(event, hear)  # type: ignore[call-overload]
    return heard
