"""The dose pages in a real browser: plan, re-irradiate, check a histogram, look at patients."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.browser.terminal import cli
from tests.browser.visit import Visit

Open = Callable[..., Visit]
LOOKS = {
    "dose": "/dose?courses=45/3,30/10&ref=1.8",
    "dose-organs": "/dose?courses=45/3&dose.isodose=85",
    "dose-band": "/dose?courses=60/4&dose.show=band",
    "dose-same": "/dose?courses=45/3&ab=3&dose.show=same",
    "dose-formula": "/dose?courses=60/30&dose.overall=44&dose.planned=39&dose.tk=28&dose.k=0.9"
    "&dose.show=formula",
    "dose-usc": "/dose?courses=60/3&ab=8.68&dose.model=usc&dose.alpha=0.33&dose.d0=1.25"
    "&dose.dq=1.82",
    "reirradiation": "/reirradiation?re.organs=duodenum,cord&re.recovery=step,exponential,user",
    "plan-limits": "/plan?plan.course=50/5&plan.convert=yes&plan.unstated=yes",
    "plan-risk": "/plan?plan.ask=risk&plan.mean=28&plan.course=28/14",
    "plan-control": "/plan?plan.ask=control",
    "liver-scores": "/scores",
}
ONE_LOOK_PER_PAGE = ("dose-band", "reirradiation", "plan-limits", "liver-scores")


LUNG = "courses=60/3&ab=8.68&model=usc&alpha=0.33&d0=1.25&dq=1.82"


def fill(seen: Visit, key: str, value: str) -> Visit:
    """Type into the number field of a widget and leave it."""
    field = seen.keyed(f"w-{key}").locator("input")
    field.fill(value)
    field.press("Tab")
    return seen.settle()


def shows(seen: Visit, words: str) -> bool:
    """Wait until the page says something; a busy computer may need a moment."""
    expect(seen.page.get_by_test_id("stMain")).to_contain_text(words, timeout=20_000)
    seen.settle()
    return True


@pytest.mark.parametrize(("theme", "names"), [("light", tuple(LOOKS)), ("dark", ONE_LOOK_PER_PAGE)])
def test_every_look_is_whole(visit: Open, theme: str, names: tuple[str, ...]) -> None:
    seen = visit("/dose", theme=theme)
    for name in names:
        seen.turn_to(LOOKS[name])
        for screen in seen.on_every_screen():
            screen.check().photograph(name)


def test_the_calculator_shows_the_numbers_of_the_command_line(visit: Open) -> None:
    seen = visit("/dose?courses=45/3,30/10")
    told = cli("dose", "courses=45/3,30/10&ab=10&ref=2")
    for course in told["courses"]:
        assert shows(seen, f"{course['bed_gy']:.2f}")
        assert shows(seen, f"{course['eqd2_gy']:.2f}")
    assert shows(seen, f"{told['total']['eqd2_gy']:.2f}")


def test_typing_a_schedule_and_reopening_its_link(visit: Open) -> None:
    seen = visit("/dose")
    fill(seen, "dose-0", "60")
    fill(seen, "fractions-0", "4")
    assert shows(seen, "150.00")
    seen.page.get_by_role("radio", name="α/β band").click()
    seen.settle()
    assert "dose.show=band" in seen.query
    again = visit(seen.page.url)
    assert "150.00" in again.text
    assert "EQD2 of 60 Gy in 4 fractions of 15 Gy" in again.text
    assert "150.00" in seen.reload().text


def test_wrong_courses_are_told_and_never_computed(visit: Open) -> None:
    seen = visit("/dose?courses=45/3,30/10")
    fill(seen, "fractions-0", "2.5")
    assert shows(seen, "Course 1: Number of fractions: found 2.5")
    assert shows(seen, "39.00")
    assert "112.50" not in seen.text
    fill(seen, "fractions-0", "3")
    fill(seen, "dose-0", "4500")
    assert shows(seen, "Did you enter cGy?")
    seen.check()


def test_a_model_without_its_numbers_says_which_are_missing(visit: Open) -> None:
    seen = visit("/dose?courses=60/3&ab=8.68&dose.model=usc")
    assert shows(seen, "α (alpha) is missing")
    seen.page.get_by_role("button", name="Fill in the lung set").click()
    seen.settle()
    assert shows(seen, f"{cli('dose', LUNG)['total']['bed_gy']:.2f}")


def test_csv_and_json_hold_the_screen(visit: Open) -> None:
    seen = visit("/dose?courses=45/3")
    for name, part in (("Table as CSV", "112.50"), ("Everything as JSON", '"bed_gy": 112.5')):
        with seen.page.expect_download() as waiting:
            seen.page.get_by_role("button", name=name).click()
        assert part in Path(waiting.value.path()).read_text(encoding="utf-8")


def test_patients_treated_like_this_and_their_survival(visit: Open) -> None:
    seen = visit("/dose?cohort=registry-simulated&courses=45/3")
    assert shows(seen, "What happened to patients treated like this?")
    fill(seen, "like-width", "5")
    assert "like.width=5" in seen.query
    seen.page.get_by_role("link", name="Show their survival").click()
    seen.settle()
    assert "bed=107.5..117.5" in seen.query
    assert shows(seen, "Kaplan-Meier")


def test_few_patients_are_no_evidence(visit: Open) -> None:
    seen = visit("/dose?cohort=reirradiation&courses=45/3")
    assert shows(seen, "cannot tell")
    seen.check()


def test_the_perforation_patient_step_by_step(visit: Open) -> None:
    seen = visit("/reirradiation")
    assert shows(seen, "176.40")
    seen.page.get_by_role("button", name="Steps of 0, 25 and 50 %").click()
    seen.settle()
    assert shows(seen, "133.20")
    fill(seen, "re-months-1", "13")
    told = cli(
        "reirradiation",
        "courses=45/15,54/18,48/16&organ=duodenum&intervals=13,6&recovery=step",
    )
    assert shows(seen, f"{told['recovered'][0]['eqd2_gy']:.2f}")
    fill(seen, "re-fractions-0", "0")
    assert shows(seen, "Course 1: Number of fractions: found 0")
    assert "176.40" not in seen.text
    seen.check()


def test_a_histogram_is_uploaded_and_every_limit_checked(visit: Open, tmp_path: Path) -> None:
    file = tmp_path / "liver.csv"
    rows = "Dose (Gy);Volume (cc) cumulative\n0;1500\n10;900\n20;300\n30;0\n"
    file.write_text(rows, encoding="utf-8")
    seen = visit("/plan?plan.course=45/3").upload(file)
    assert shows(seen, "Mean dose 13.00 Gy, maximum 30.00 Gy")
    assert shows(seen, "Volume 1500.00 cc")
    assert shows(seen, "✓ met")
    assert shows(seen, "not compared: other fractions")
    assert seen.figures() == 1
    seen.check()
    seen.photograph("plan-histogram")
    seen.page.get_by_role("radio", name="Liver risk (NTCP)").click()
    seen.settle()
    risk = cli("ntcp", str(file), "fractions=3")["ntcp"]
    assert seen.metric("Risk of classic radiation-induced liver disease") == f"{100 * risk:.2f} %"
    assert "1500" not in seen.query


def test_a_bad_histogram_keeps_the_page(visit: Open, tmp_path: Path) -> None:
    file = tmp_path / "liver.csv"
    file.write_text("![x](http://elsewhere.invalid/x.png)\n0,100\n5,oops\n", encoding="utf-8")
    seen = visit("/plan").upload(file)
    assert shows(seen, "in line 3")
    assert shows(seen, "not measured")
    seen.check()


def test_scores_follow_the_values_and_stay_out_of_the_link(visit: Open) -> None:
    seen = visit("/scores")
    fill(seen, "score-bilirubin", "3.5")
    assert shows(seen, "Child-Pugh class B, 7 points")
    fill(seen, "score-albumin", "38")
    assert shows(seen, "Did you enter g/L?")
    assert shows(seen, "Unavailable: the Child-Pugh class above is missing")
    assert "3.5" not in seen.query
    seen.check()
