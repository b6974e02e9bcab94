"""Subgroups in a real browser: a forest sent as a link, two filters pinned against each other."""

from __future__ import annotations

import contextlib
import io
import json
from collections.abc import Callable
from urllib.parse import unquote

from hccviz.cli import main
from tests.browser.visit import Visit

Open = Callable[..., Visit]


def cli(cohort: str, query: str, command: str = "subgroups") -> dict:
    out = io.StringIO()
    with contextlib.redirect_stdout(out):
        assert main([command, cohort, query]) == 0
    return json.loads(out.getvalue())


def test_a_forest_is_made_on_a_phone_and_opened_on_a_desk(visit: Open) -> None:
    phone = visit("/subgroups?cohort=sbrt-incomplete-tace", viewport="phone", theme="dark")
    phone.page.get_by_role("button", name="BED, cut at 100 Gy").click()
    phone.settle()
    assert unquote(phone.query) == "cohort=sbrt-incomplete-tace&by=bed:100"
    said = cli("sbrt-incomplete-tace", "by=bed:100")["forest"]["sentence"]
    assert said in phone.text
    phone.check().photograph("subgroups-forest")
    layout = phone.figure(0)["layout"]
    assert layout["xaxis"]["type"] == "log"
    assert "better: BED ≥100 Gy" in layout["title"]["text"]
    desk = phone.resize("desktop").reload()
    assert said in desk.text
    desk.check().photograph("subgroups-forest")
    desk.page.get_by_text("Show the two curves").click()
    desk.settle()
    assert desk.page.url.split("?")[0].endswith("/survival")
    ratio = cli("sbrt-incomplete-tace", "by=bed:100", "survival")["hazard_ratio"][0]
    value, low, high = (f"{number:.2f}" for number in (ratio["hr"], *ratio["ci"]))
    assert f"Hazard ratio {value} (95% CI {low} to {high}) for BED ≥100 Gy" in desk.text


def test_two_filters_are_pinned_and_compared(visit: Open) -> None:
    page = visit("/subgroups?cohort=reirradiation&out.sub=pair&child_pugh_class=A")
    page.page.get_by_role("button", name="Pin the filter in the rail as A").click()
    page.settle()
    page.keyed("pin-all-b").get_by_role("button").click()
    page.settle().check()
    assert "a.child_pugh_class=A&b=all" in page.query
    assert "36 of these patients are in both" in page.text
    pins = "a.child_pugh_class=A&b.child_pugh_class=B"
    page.go(f"/subgroups?cohort=reirradiation&out.sub=pair&{pins}").check()
    page.photograph("subgroups-pair")
    found = cli("reirradiation", pins)["pair"]
    assert found["sentence"] in page.text
    assert round(found["survival"]["hazard_ratio"][0]["hr"], 2) == 4.75
    assert "Hazard ratio 4.75 (95% CI 1.82 to 12.36) for Subgroup B against Subgroup A" in page.text
    page.turn_to(
        "/subgroups?cohort=registry-simulated&out.sub=cut&out.number=bed&endpoint=lc"
    ).check()
    page.photograph("subgroups-cut")
    page.page.get_by_text("Looked at so far", exact=True).click()
    page.settle().check()
    assert "Local control: best cut of BED, corrected for the search" in page.text
