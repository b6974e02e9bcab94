"""Survival in a real browser: a landmark by response, and local control with death competing."""

from __future__ import annotations

import contextlib
import io
import json
from collections.abc import Callable

from hccviz.cli import main
from hccviz.domain.format import percent
from tests.browser.visit import Visit

TACE = "sbrt-incomplete-tace"
Open = Callable[..., Visit]


def cli(query: str) -> dict:
    out = io.StringIO()
    with contextlib.redirect_stdout(out):
        assert main(["survival", TACE, query]) == 0
    return json.loads(out.getvalue())


def test_a_landmark_by_response_and_a_time_picked_on_the_curve(visit: Open) -> None:
    page = visit(f"/survival?cohort={TACE}&by=cr_by_month_3")
    assert "immortal time" in page.text
    page.page.get_by_role("button", name="Month 3").click()
    page.settle().check()
    assert "landmark=3" in page.query
    told = cli("by=cr_by_month_3&landmark=3")
    assert told["sentence"] in page.text
    assert f"{told['landmark']['left_out']} patients left before the landmark" in page.text
    axis = page.figure(0)["layout"]["xaxis"]
    assert axis["ticktext"][0] == "3"
    assert 0 < axis["tickvals"][0] - axis["range"][0] < 4
    page.photograph("survival-landmark")

    plot = page.page.locator(".js-plotly-plot").first
    plot.scroll_into_view_if_needed()
    box = plot.locator(".nsewdrag").first.bounding_box()
    assert box is not None
    x, y = box["x"] + 0.5 * box["width"], box["y"] + 0.4 * box["height"]
    page.page.mouse.move(x - 4, y)
    page.page.mouse.move(x, y)
    page.page.wait_for_timeout(300)
    hover = plot.locator(".hoverlayer").text_content() or ""
    assert "months" in hover
    assert hover.count("at risk") == 2
    page.page.mouse.click(x, y)
    page.settle()
    assert "out.at=" in page.query
    picked = page.keyed("picked").inner_text()
    at = float(page.query.split("out.at=")[1].split("&")[0])
    for group in cli(page.query)["groups"]:
        rate = next(r for r in group["rates"] if r["time"] == at)
        assert percent(rate["survival"]) in picked
        assert percent(rate["survival"]) in hover
    other = visit(page.page.url, viewport="phone", theme="dark")
    assert other.keyed("picked").inner_text().split() == picked.split()
    other.check().photograph("survival-landmark")
    page.page.get_by_role("button", name="Forget this time").click()
    page.settle()
    assert "out.at" not in page.query


def test_local_control_with_death_competing(visit: Open) -> None:
    page = visit(f"/survival?cohort={TACE}&by=child_pugh_class")
    page.page.get_by_text("Competing risks", exact=True).click()
    page.settle()
    assert "nothing competes with it" in page.text
    page.page.get_by_role("button", name="Local control").click()
    page.settle().check()
    told = cli("by=child_pugh_class&endpoint=lc")["competing_risks"]
    assert told["sentence"] in page.text
    for rate in told["groups"][0]["rates"]:
        assert percent(rate["event"]) in page.text
        assert percent(rate["naive"]) in page.text
    assert page.figures() == 4
    page.photograph("survival-competing")
    for look in ("Fixed times and means", "Proportional hazards", "Follow-up"):
        page.page.get_by_text(look, exact=True).click()
        page.settle().check()
        page.photograph(f"survival-{look.split()[0].lower()}")
    page.resize("phone").check().photograph("survival-follow-up")
