"""The audit page in a real browser: read the findings, filter, link; check a table of one's own."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.browser.visit import Visit

Open = Callable[..., Visit]


def shows(seen: Visit, words: str) -> bool:
    expect(seen.page.get_by_test_id("stMain")).to_contain_text(words, timeout=20_000)
    seen.settle()
    return True


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_findings_of_a_study(visit: Open, theme: str) -> None:
    seen = visit("/audit?cohort=reirradiation", theme=theme)
    assert shows(seen, "S(12) is at most 50 %")
    for screen in seen.on_every_screen():
        screen.check().photograph("audit")
    if theme == "dark":
        return
    seen.resize("desktop")
    seen.page.get_by_role("radio", name="✓ Consistent").click()
    assert shows(seen, "27/43 = 62.791 %")
    assert "out.finding=consistent" in seen.query
    with seen.page.expect_download() as waiting:
        seen.page.get_by_role("button", name="Table as CSV").click()
    assert "at most 54.6 %" in Path(waiting.value.path()).read_text(encoding="utf-8")
    seen.page.get_by_role("link", name="Open this study's cohort").click()
    assert shows(seen, "Survival")


def test_a_table_of_ones_own(visit: Open, tmp_path: Path) -> None:
    file = tmp_path / "claims.csv"
    file.write_text("n;percent\n76;24,7\n0;10\nmany;<b>x</b>\n", encoding="utf-8")
    seen = visit("/audit?out.audit=own")
    assert shows(seen, "7 printed claims checked")
    seen.photograph("audit-own")
    seen.upload(file)
    assert shows(seen, "No count of 76 prints as 24.7 %")
    assert shows(seen, "Rows that could not be checked")
    for screen in seen.on_every_screen():
        screen.check().photograph("audit-own-upload")
