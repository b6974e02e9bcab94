"""Response, toxicity and patient courses in Streamlit's test runner: every closer look."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest
from streamlit.testing.v1 import AppTest

from hccviz.cli import main
from hccviz.data.builtin import built_ins
from tests.app.conftest import words

RESPONSE = "pages/outcomes/response.py"
TOXICITY = "pages/outcomes/toxicity.py"
COURSE = "pages/outcomes/course.py"
LOOKS = {
    RESPONSE: ("rx", ("rates", "agreement", "dose", "time", "failure")),
    TOXICITY: ("tox", ("rates", "groups", "map", "dose", "time", "rild")),
    COURSE: ("course", ("size", "afp", "scatter", "swimmer")),
}
Open = Callable[..., AppTest]


def told(view: str, cohort: str, query: str, capsys: pytest.CaptureFixture[str]) -> dict:
    capsys.readouterr()
    assert main([view, cohort, query]) == 0
    return json.loads(capsys.readouterr().out)


@pytest.mark.parametrize("cohort", built_ins())
@pytest.mark.parametrize("page", LOOKS)
def test_every_closer_look_of_every_cohort(open_app: Open, page: str, cohort: str) -> None:
    name, looks = LOOKS[page]
    for look in looks:
        app = open_app(page, cohort=cohort, **{f"out.{name}": look})
        assert not app.exception, look
        assert "nan" not in words(app).lower().split(), look


@pytest.mark.parametrize(
    ("page", "view", "key", "cohort", "params"),
    [
        (RESPONSE, "response", "rates", "reirradiation", {"by": "eqd2:45"}),
        (RESPONSE, "response", "agreement", "sorafenib-rt", {"out.rx": "agreement"}),
        (RESPONSE, "response", "dose_response", "reirradiation", {"out.rx": "dose"}),
        (RESPONSE, "response", "time_to_response", "sbrt-incomplete-tace", {"out.rx": "time"}),
        (RESPONSE, "response", "landmark", "sbrt-incomplete-tace", {"out.rx": "time"}),
        (
            RESPONSE, "response", "failure_pattern", "sbrt-hcc-metastases",
            {"out.rx": "failure", "by": "diagnosis"},
        ),
        (COURSE, "response", "size_change", "sorafenib-rt", {}),
        (COURSE, "response", "afp_change", "sorafenib-rt", {"out.course": "afp"}),
        (COURSE, "response", "swimmer", "reirradiation", {"out.course": "swimmer"}),
        (TOXICITY, "toxicity", "patient_map", "reirradiation", {"out.tox": "map"}),
        (TOXICITY, "toxicity", "dose_response", "reirradiation", {"out.tox": "dose"}),
        (TOXICITY, "toxicity", "rild", "sbrt-incomplete-tace", {"out.tox": "rild"}),
    ],
    ids=lambda value: value if isinstance(value, str) and "/" not in value else "",
)  # fmt: skip
def test_page_and_command_line_say_the_same(
    open_app: Open, capsys: pytest.CaptureFixture[str],
    page: str, view: str, key: str, cohort: str, params: dict[str, str],
) -> None:  # fmt: skip
    query = "&".join(f"{name}={value}" for name, value in params.items())
    sentence = told(view, cohort, query, capsys)[key]["sentence"]
    app = open_app(page, cohort=cohort, **params)
    assert not app.exception
    assert sentence in words(app)


def test_choosing_a_look_is_written_into_the_link(open_app: Open) -> None:
    app = open_app(RESPONSE, cohort="sorafenib-rt")
    app.button_group(key="w-out-rx").set_value("agreement").run()
    assert app.query_params["out.rx"] == "agreement"
    assert "kappa" in words(app)
    app.selectbox(key="w-out-against").set_value("response_recist_overall").run()
    assert app.query_params["out.against"] == "response_recist_overall"
    app.button_group(key="w-out-rx").set_value("rates").run()
    assert "out.rx" not in app.query_params


def test_denominator_and_interval_live_in_the_link(open_app: Open) -> None:
    app = open_app(RESPONSE, cohort="sorafenib-rt", **{"out.of": "all", "out.interval": "wilson"})
    text = words(app)
    assert "11/18" in text
    assert "of all patients" in text
    assert "Wilson" in text


def test_what_a_cohort_cannot_answer_is_named_not_offered(open_app: Open) -> None:
    app = open_app(RESPONSE, cohort="sbrt-hcc-metastases")
    assert app.button_group(key="w-out-rx").options == ["Failure pattern"]
    assert "Two criteria (needs a second response column)" in words(app)


def test_few_patients_are_not_shown_one_by_one(open_app: Open) -> None:
    few = {"cohort": "reirradiation", "t_stage": "T1", "out.course": "swimmer"}
    text = words(open_app(COURSE, **few))
    assert "3 of 43 patients" in text
    assert "Patients are not shown one by one when fewer than 5 are left; here 3." in text


def test_an_empty_selection_stops_with_the_way_out(open_app: Open) -> None:
    for page in LOOKS:
        app = open_app(page, cohort="reirradiation", child_pugh_class="B", bed="500..")
        assert not app.exception
        assert "No patient is left" in words(app)
