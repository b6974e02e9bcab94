"""The literature and case pages in a real browser: type a study, sort, open an event file."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from urllib.parse import unquote

import pytest
from playwright.sync_api import expect

from hccviz.evidence.event_file import TEMPLATE
from tests.browser.visit import Visit

Open = Callable[..., Visit]
SECRET = "Kowalski"


def shows(seen: Visit, words: str) -> Visit:
    """Wait until the page says something; a busy computer may need a moment."""
    expect(seen.page.get_by_test_id("stMain")).to_contain_text(words, timeout=20_000)
    return seen.settle()


def type_study(seen: Visit, cells: list[str]) -> Visit:
    """Type a row into the table of own studies, from its first cell on."""
    grid = seen.keyed("own-studies").locator("canvas").first
    grid.click(position={"x": 80, "y": 55}, force=True)
    field = seen.page.locator("#portal textarea, #portal input").first
    for cell in cells:
        seen.page.keyboard.press("Enter")
        field.fill(cell)
        seen.page.keyboard.press("Tab")
        expect(field).to_be_hidden()
        seen.settle()
    return seen


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_every_look_is_whole(visit: Open, theme: str) -> None:
    seen = visit("/literature?out.fixed=yes&out.pooled=dcr&out.studies=rate", theme=theme)
    for name, path in (("literature", ""), ("case", "/case")):
        if path:
            seen.turn_to(path)
        for screen in seen.on_every_screen():
            screen.check().photograph(name)


def test_a_study_typed_by_hand_joins_the_figure(visit: Open) -> None:
    seen = shows(visit("/literature"), "in 6 studies with 761 patients")
    seen.page.get_by_text("Add your own studies").click()
    type_study(seen.settle(), [SECRET, "2024", "40", "20"])
    shows(seen, f"In use: {SECRET} 2024.")
    shows(seen, "in 7 studies with 801 patients")
    assert any("added by you" in tick for tick in seen.figure()["layout"]["yaxis"]["ticktext"])
    seen.check()
    seen.photograph("literature-own")
    with seen.page.expect_download() as waiting:
        seen.page.get_by_role("button", name="Table as CSV").click()
    assert f"{SECRET} 2024 (added by you)" in Path(waiting.value.path()).read_text("utf-8")
    seen.page.get_by_test_id("stMain").get_by_text("Literature").first.click()
    seen.page.get_by_role("link", name="Case").click()
    shows(seen, "One patient's course")
    seen.back()
    shows(seen, "in 7 studies with 801 patients")
    assert SECRET not in seen.page.url


def test_an_own_event_file_with_faults_on_a_phone(visit: Open, tmp_path: Path) -> None:
    file = tmp_path / "events.csv"
    rows = f'2022-03-01,,rt,liver segment 8,24,3,,,{SECRET}\n27.8.2022,,tace,,,,"2,5",,\n'
    file.write_text(TEMPLATE + rows, encoding="utf-8")
    seen = visit("/case", viewport="phone", theme="dark")
    seen.page.get_by_text("Open your own event file").click()
    seen.settle().upload(file)
    shows(seen, "6 events over 18.0 months")
    shows(seen, "YYYY-MM-DD")
    shows(seen, "courses 1 and 2 add up to a BED of 101.70 Gy")
    seen.check()
    seen.photograph("case-own")
    assert SECRET not in seen.page.url
    assert "courses" not in seen.query
    seen.page.get_by_role("button", name="Open these schedules in the dose calculator").click()
    shows(seen, "Dose calculator")
    assert "courses=45/15,24/3" in unquote(seen.query)
    assert SECRET not in seen.page.url
