"""Response, toxicity and patient courses in a real browser: whole, linked, equal to the CLI."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from tests.browser.terminal import cli
from tests.browser.visit import Visit

COHORTS = (
    "sbrt-incomplete-tace", "reirradiation", "sbrt-hcc-metastases", "sorafenib-rt",
    "registry-simulated",
)  # fmt: skip
Open = Callable[..., Visit]


@pytest.mark.parametrize(
    ("cohort", "viewport", "theme"),
    [
        *((cohort, "desktop", "light") for cohort in COHORTS),
        ("sorafenib-rt", "phone", "dark"),
        ("registry-simulated", "phone", "dark"),
    ],
)
def test_every_page_is_whole_on_every_cohort(
    visit: Open, cohort: str, viewport: str, theme: str
) -> None:
    looks = {
        "response": "/response?out.rx=dose",
        "failure": "/response?out.rx=failure&by=sex",
        "toxicity": "/toxicity?by=sex&out.order=organ&out.tox=groups",
        "map": "/toxicity?out.tox=map",
        "courses": "/courses?out.course=swimmer",
    }
    page = None
    for name, look in looks.items():
        address = f"{look}&cohort={cohort}"
        page = page.turn_to(address) if page else visit(address, viewport=viewport, theme=theme)
        page.check()
        page.photograph(f"outcomes-{name}-{cohort}")


def test_two_criteria_on_the_same_patients(visit: Open) -> None:
    page = visit("/response?cohort=sorafenib-rt")
    page.page.get_by_text("Two criteria", exact=True).click()
    page.settle()
    assert "out.rx=agreement" in page.query
    told = cli("response", "sorafenib-rt", "")["agreement"]
    assert told["orr_first"]["count"] == told["orr_first"]["n"] == 11
    assert told["orr_second"]["count"] == 3
    assert told["sentence"] in page.text
    other = visit(page.page.url, viewport="phone")
    assert told["sentence"] in other.text
    other.check()


def test_time_to_response_and_landmark(visit: Open) -> None:
    page = visit("/response?cohort=sbrt-incomplete-tace&out.rx=time")
    page.check()
    told = cli("response", "sbrt-incomplete-tace", "")
    assert told["time_to_response"]["sentence"] in page.text
    assert told["landmark"]["sentence"] in page.text
    assert "115/288, 39.9%" in page.text
    assert "240/288, 83.3%" in page.text


def test_a_long_swimmer_is_turned_page_by_page(visit: Open) -> None:
    page = visit("/courses?cohort=sbrt-incomplete-tace&out.course=swimmer&out.start=40")
    assert "Patients 41 to 80 of 302" in page.text
    page.check()


def forty_terms(path: Path) -> Path:
    rng, n = np.random.default_rng(11), 90
    names = [
        "oesophageal haemorrhage perforation",
        "musculoskeletal connective tissue disorder",
        "peripheral sensory neuropathy grade",
        "hypophosphataemia with electrolyte",
    ]
    columns: dict[str, object] = {
        "patient_id": [f"p{i}" for i in range(n)],
        "sex": rng.choice(["male", "female"], n),
        "total_dose_gy": rng.choice([30.0, 45.0, 50.0], n),
        "fractions": rng.choice([3, 5, 10], n),
        "os_months": rng.exponential(20, n).round(1) + 0.1,
        "os_event": rng.integers(0, 2, n),
    }
    for i in range(40):
        term = f"{names[i % 4].replace(' ', '_')}_of_kind_{i}"
        columns[f"tox_acute_{term}"] = rng.choice(6, n, p=[0.6, 0.2, 0.1, 0.06, 0.03, 0.01])
    pl.DataFrame(columns).write_parquet(path)
    return path


@pytest.mark.parametrize("viewport", ["desktop", "phone"])
def test_forty_terms_with_long_names_stay_readable(
    visit: Open, tmp_path: Path, viewport: str
) -> None:
    page = visit("/data", viewport=viewport).upload(forty_terms(tmp_path / "forty.parquet"))
    page.page.get_by_role("link", name="Toxicity").click()
    page.settle().check()
    for look in ("Patient map", "Dose", "Rates"):
        page.keyed("w-out-tox").get_by_text(look, exact=True).click()
        page.settle().check()
        page.photograph(f"forty-{look.lower().replace(' ', '-')}")
    ticks = page.figure(0)["layout"]["yaxis"]["ticktext"]
    assert len(ticks) == 41
    assert all(len(line) <= 26 for tick in ticks for line in tick.split("<br>"))
