"""The journeys that must feel effortless, in a real browser."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import polars as pl
import pytest

from tests.browser.terminal import cli
from tests.browser.visit import THEMES, Visit

PAGES = {
    "overview": "/",
    "data": "/data",
    "survival": "/survival",
    "response": "/response",
    "toxicity": "/toxicity",
    "dose": "/dose",
}
QUERY = "cohort=reirradiation&child_pugh_class=A&by=t_stage"


@pytest.mark.parametrize("theme", THEMES)
def test_every_page_is_whole(visit: Callable[..., Visit], theme: str) -> None:
    page = visit(f"/?{QUERY}", theme=theme)
    for name, path in PAGES.items():
        page.turn_to(f"{path}?{QUERY}")
        for screen in page.on_every_screen():
            screen.check().photograph(name)


def test_the_filter_rail_fits_a_phone(visit: Callable[..., Visit]) -> None:
    page = visit(f"/survival?{QUERY}&bed=40..100,unknown", viewport="phone").open_sidebar()
    page.check()


def test_open_filter_read_equals_the_command_line(visit: Callable[..., Visit]) -> None:
    page = visit("/survival?cohort=reirradiation")
    page.page.get_by_role("button", name="A · 36").click()
    page.settle()
    told = cli("survival", "reirradiation", "child_pugh_class=A")
    assert f"{told['filter']['n']} of {told['cohort']['n']} patients" in page.text
    assert f"was {told['groups'][0]['median']:.1f} months" in page.text
    assert "child_pugh_class=A" in page.query


def test_state_survives_pages_reload_back_and_a_copied_link(visit: Callable[..., Visit]) -> None:
    page = visit("/survival?cohort=reirradiation")
    page.page.get_by_role("button", name="A · 36").click()
    page.settle()
    page.page.get_by_role("button", name="T4 · 10").click()
    page.settle()
    assert "10 of 43 patients" in page.text
    page.page.get_by_role("link", name="Toxicity").click()
    page.settle()
    assert "10 of 43 patients" in page.text
    page.reload()
    assert "10 of 43 patients" in page.text
    page.back()
    page.back()
    assert "36 of 43 patients" in page.text
    page.forward()
    assert "10 of 43 patients" in page.text
    other = visit(page.page.url)
    assert "10 of 43 patients" in other.text


def test_a_bad_link_is_named_and_the_rest_is_used(visit: Callable[..., Visit]) -> None:
    page = visit("/survival?cohort=reirradiation&t_stage=T9&child_pugh_class=A&bed=9..1&foo=2")
    assert "36 of 43 patients" in page.text
    for bad in ("t_stage=T9", "bed=9..1", "foo=2"):
        assert bad in page.text


def test_an_upload_is_read_checked_and_gone_after_clearing(
    visit: Callable[..., Visit], tmp_path: Path
) -> None:
    path = tmp_path / "ward.parquet"
    frame = pl.DataFrame(
        {
            "patient_id": [f"p{i}" for i in range(40)],
            "child_pugh_class": ["A", "B"] * 20,
            "centre ![x](https://example.org/beacon.png) <b>bold</b>": ["$x$", ":red[y]"] * 20,
            "os_months": [float(i) for i in range(40)],
            "os_event": [1, 0] * 20,
        }
    )
    frame.write_parquet(path)
    page = visit("/data").upload(path)
    assert "40 of 40 patients" in page.text
    assert "cohort=uploaded" in page.query
    page.check()
    page.page.get_by_role("link", name="Overview").click()
    page.settle()
    assert "![x]" in page.text
    page.check()
    page.page.get_by_role("link", name="Data", exact=True).click()
    page.settle()
    page.page.get_by_role("button", name="Clear my data").click()
    page.settle()
    assert "302 of 302 patients" in page.text


def test_a_refused_file_keeps_the_last_good_state(
    visit: Callable[..., Visit], tmp_path: Path
) -> None:
    page = visit("/data?cohort=reirradiation")
    path = tmp_path / "broken.parquet"
    path.write_bytes(b"PAR1 this is no parquet file PAR1")
    page.upload(path)
    assert "broken.parquet cannot be used" in page.text
    assert "43 of 43 patients" in page.text
    page.check()


def test_an_empty_selection_says_which_filter_to_widen(visit: Callable[..., Visit]) -> None:
    page = visit("/survival?cohort=reirradiation&child_pugh_class=B&bed=100..")
    assert "No patient is left" in page.text
    page.check()
    page.page.get_by_role("button", name="Remove all filters").click()
    page.settle()
    assert "43 of 43 patients" in page.text


def test_dose_leads_to_the_patients_treated_like_this(visit: Callable[..., Visit]) -> None:
    page = visit("/dose?cohort=sbrt-incomplete-tace&courses=45/3")
    assert "112.50" in page.text
    assert "93.75" in page.text
    page.page.get_by_role("link", name="Show their survival").click()
    page.settle()
    assert "bed=102.5..122.5" in page.query
    told = cli("survival", "sbrt-incomplete-tace", "bed=102.5..122.5")
    assert f"{told['filter']['n']} of 302 patients" in page.text
