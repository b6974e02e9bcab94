"""Studies in a real browser: from a printed number to the view that shows it, and back."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.browser.visit import Visit

Open = Callable[..., Visit]


def test_from_a_printed_number_to_the_page_that_shows_it(visit: Open) -> None:
    page = visit("/studies?cohort=reirradiation&out.place=Table 3&out.find=class A")
    row = page.keyed("printed-table-3-012")
    assert "Median overall survival, Child-Pugh class A" in row.inner_text()
    recomputed = row.locator("strong").nth(1).inner_text()
    page.check().photograph("studies-row")
    row.get_by_role("link").click()
    page.settle()
    assert "/survival?" in page.page.url
    assert "child_pugh_class=A" in page.query
    assert "36 of 43 patients" in page.text
    assert f"{float(recomputed.split()[0]):.1f}" in page.text
    assert "Table 3" in page.text
    page.check().photograph("studies-survival")
    page.page.get_by_role("link", name="Printed numbers").click()
    page.settle()
    assert "out.place=Table" in page.query


@pytest.mark.parametrize(("viewport", "theme"), [("desktop", "light"), ("phone", "dark")])
def test_a_study_is_whole_and_narrowed_by_verdict(visit: Open, viewport: str, theme: str) -> None:
    page = visit("/studies?cohort=sbrt-hcc-metastases", viewport=viewport, theme=theme)
    page.check().photograph("studies")
    page.keyed("w-verdict").get_by_text("Impossible", exact=False).click()
    page.settle()
    assert "out.verdict=impossible" in page.query
    assert "65.6% printed" in page.text
    page.check().photograph("studies-impossible")
