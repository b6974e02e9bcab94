"""The first thing a freshly started dashboard is asked for may be a link to any page."""

from __future__ import annotations

from tests.browser.conftest import PROJECT, visits_to
from tests.browser.server import running


def test_a_link_is_the_first_thing_a_new_server_sees(windows, tmp_path):
    with running(PROJECT, tmp_path / "log.txt") as server:
        visits = visits_to(server, windows)
        seen = next(visits)("/survival?endpoint=os").check()
        assert seen.page.get_by_role("dialog").count() == 0
        assert seen.page.get_by_role("heading", name="Survival", exact=True).count() == 1
        assert list(visits) == []  # closes the window; its silence is demanded here
