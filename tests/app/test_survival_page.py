"""The survival page in Streamlit's test runner: every closer look, and the command line's words."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest
from streamlit.testing.v1 import AppTest

from hccviz.cli import main
from hccviz.data.builtin import built_ins
from tests.app.conftest import words

PAGE = "pages/outcomes/survival.py"
LOOKS = ("times", "competing", "hazards", "follow")
SPLITS = {
    "registry-simulated": "t_stage",
    "reirradiation": "bed:45,60",
    "sbrt-hcc-metastases": "diagnosis",
    "sbrt-incomplete-tace": "response_mrecist_best",
    "sorafenib-rt": "sex",
}
Open = Callable[..., AppTest]


def told(cohort: str, query: str, capsys: pytest.CaptureFixture[str]) -> dict:
    capsys.readouterr()
    assert main(["survival", cohort, query]) == 0
    return json.loads(capsys.readouterr().out)


@pytest.mark.parametrize("cohort", built_ins())
def test_every_closer_look_of_every_cohort(
    open_app: Open, capsys: pytest.CaptureFixture[str], cohort: str
) -> None:
    endpoint = "ttp" if cohort == "sorafenib-rt" else "lc"
    params = {"by": SPLITS[cohort], "endpoint": endpoint, "landmark": "2", "out.axis": "years"}
    found = told(cohort, "&".join(f"{k}={v}" for k, v in params.items()), capsys)
    sentences = {
        "times": found["restricted_mean"]["sentence"],
        "competing": found["competing_risks"]["sentence"],
        "hazards": found["proportional_hazards"]["sentence"],
        "follow": found["follow_up"]["sentence"],
    }
    for look in LOOKS:
        app = open_app(PAGE, cohort=cohort, **params, **{"out.sv": look})
        assert not app.exception, look
        text = words(app)
        assert found["sentence"] in text
        assert sentences[look] in text, look
        assert "landmark analysis" in text.lower()
        assert "nan" not in text.lower().split(), look


def test_a_split_known_only_later_offers_the_landmark_first(open_app: Open) -> None:
    app = open_app(PAGE, cohort="sbrt-incomplete-tace", by="response_mrecist_best")
    assert "immortal time" in words(app)
    assert "landmark" not in app.query_params
    assert "288 with the event" in words(app)  # nothing is changed unasked
    app.button(key="landmark-advised").click().run()
    assert app.query_params["landmark"] == "3"
    assert "Of patients at risk at 3 months" in words(app)
    app.slider(key="w-landmark").set_value(6.0).run()
    assert app.query_params["landmark"] == "6"
    app.button(key="landmark-advised").click().run()
    assert "landmark" not in app.query_params
    other = open_app(PAGE, cohort="sbrt-incomplete-tace", by="response_mrecist_last_tace")
    assert "immortal time" not in words(other)


def test_survival_itself_has_no_competing_event_but_the_way_is_shown(open_app: Open) -> None:
    app = open_app(PAGE, cohort="sbrt-incomplete-tace", **{"out.sv": "competing"})
    assert "nothing competes with it" in words(app)
    app.button(key="endpoint-lc").click().run()
    assert app.query_params["endpoint"] == "lc"
    assert "Cumulative incidence of local failure" in words(app)


def test_incidence_of_an_event_that_death_forestalls_is_not_one_minus_kaplan_meier(
    open_app: Open,
) -> None:
    app = open_app(PAGE, cohort="sbrt-incomplete-tace", endpoint="lc", **{"out.curve": "incidence"})
    figure = json.loads(app.get("plotly_chart")[0].proto.spec)
    names = [trace.get("name") for trace in figure["data"]]
    assert "1 − Kaplan-Meier, naive" in names
    assert figure["layout"]["yaxis"]["title"]["text"] == "Cumulative incidence of local failure"
    assert "Cumulative incidence of local failure" in words(app)
    death = open_app(PAGE, cohort="sbrt-incomplete-tace", **{"out.curve": "incidence"})
    figure = json.loads(death.get("plotly_chart")[0].proto.spec)
    assert figure["layout"]["yaxis"]["title"]["text"] == "Cumulative incidence of death"


def test_choices_live_in_the_link(open_app: Open) -> None:
    app = open_app(PAGE, cohort="sbrt-incomplete-tace", by="child_pugh_class")
    app.button_group(key="w-out-axis").set_value("years").run()
    assert app.query_params["out.axis"] == "years"
    figure = json.loads(app.get("plotly_chart")[0].proto.spec)
    assert figure["layout"]["xaxis"]["title"]["text"] == "Years"
    app.selectbox(key="w-strata").set_value("sex").run()
    assert app.query_params["strata"] == "sex"
    assert "stratified log-rank" in words(app).lower()
    app.number_input(key="w-horizon").set_value(24.0).run()
    assert app.query_params["horizon"] == "24"
    assert "Mean time alive up to 24 months" in words(app)
    app.button_group(key="w-out-sv").set_value("hazards").run()
    app.number_input(key="w-out-cut").set_value(6.0).run()
    assert app.query_params["out.cut"] == "6"
    assert "up to 6 months" in words(app)


def test_a_picked_time_is_shown_and_forgotten(open_app: Open) -> None:
    app = open_app(PAGE, cohort="reirradiation", **{"out.at": "7.5"})
    heads = [str(column) for table in app.table for column in table.value.columns]
    assert "Survival at 7.5 months (95% CI)".replace("%", "") in "".join(heads).replace(
        "\\", ""
    ).replace("%", "")
    app.button(key="forget-time").click().run()
    assert "out.at" not in app.query_params


def test_a_landmark_after_the_last_time_leaves_the_page_standing(open_app: Open) -> None:
    for look in LOOKS:
        app = open_app(PAGE, cohort="sorafenib-rt", landmark="400", by="sex", **{"out.sv": look})
        assert not app.exception, look
        assert "the landmark is after the last follow-up" in words(app)
