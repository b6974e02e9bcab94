"""The subgroups page in Streamlit's test runner: every look, every cohort, every odd input."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest
from streamlit.testing.v1 import AppTest

from hccviz.cli import main
from hccviz.data.builtin import built_ins
from tests.app.conftest import words

PAGE = "pages/outcomes/subgroups.py"
SURVIVAL = "pages/outcomes/survival.py"
Open = Callable[..., AppTest]
LOOKS = (
    {"by": "age_years"},
    {"by": "sex", "out.on": "toxicity", "out.measure": "ratio"},
    {"out.sub": "pair", "a.sex": "male", "b.sex": "female"},
    {"out.sub": "cut"},
)


def told(cohort: str, query: str, capsys: pytest.CaptureFixture[str]) -> dict:
    capsys.readouterr()
    assert main(["subgroups", cohort, query]) == 0
    return json.loads(capsys.readouterr().out)


def go(app: AppTest, **params: str) -> AppTest:
    """Follow a link within the session."""
    app.query_params.clear()
    for key, value in params.items():
        app.query_params[key] = value
    app.run()
    assert not app.exception, params
    assert "nan" not in words(app).lower().split(), params
    return app


@pytest.mark.parametrize("cohort", built_ins())
def test_every_look_of_every_cohort(open_app: Open, cohort: str) -> None:
    app = open_app(PAGE, cohort=cohort)
    assert "Choose what to compare" in words(app)
    for params in LOOKS:
        go(app, cohort=cohort, **params)
    assert "this session" in words(app)


def test_page_and_command_line_say_the_same(
    open_app: Open, capsys: pytest.CaptureFixture[str]
) -> None:
    app = open_app(PAGE)
    for cohort, part, params in (
        ("sbrt-incomplete-tace", "forest", {"by": "bed:100"}),
        ("reirradiation", "forest", {"by": "child_pugh_class", "endpoint": "lc"}),
        ("sorafenib-rt", "response_forest", {"by": "child_pugh_class", "out.on": "response"}),
        ("reirradiation", "toxicity_forest",
         {"by": "sex", "out.on": "toxicity", "out.grade": "1"}),
        ("reirradiation", "pair",
         {"out.sub": "pair", "a.child_pugh_class": "A", "b.child_pugh_class": "B"}),
        ("sbrt-incomplete-tace", "cut_points", {"out.sub": "cut", "out.number": "age_years"}),
    ):  # fmt: skip
        query = "&".join(f"{key}={value}" for key, value in params.items())
        go(app, cohort=cohort, **params)
        assert told(cohort, query, capsys)[part]["sentence"] in words(app)


def test_a_comparison_is_chosen_with_one_click_and_its_arms_in_the_link(open_app: Open) -> None:
    app = open_app(PAGE, cohort="registry-simulated", **{"out.rows": "sex,bed"})
    app.button(key="example-child_pugh_class").click().run()
    assert app.query_params["by"] == "child_pugh_class"
    assert "Child-Pugh class B or C" in words(app)
    app.selectbox(key="w-out-arm").set_value("B").run()
    assert app.query_params["out.arm"] == "B"
    assert app.query_params["out.base"] == "A"
    assert "In neither group and left out: Child-Pugh class C." in words(app)
    app.selectbox(key="w-compare").set_value("sex").run()
    assert "out.arm" not in app.query_params
    assert "Ignored" not in words(app)
    go(app, cohort="registry-simulated", by="child_pugh_class", **{"out.arm": "Z"})
    assert "Ignored: out.arm=Z (not a level of the split)" in words(app)


def test_two_filters_of_the_rail_are_pinned_swapped_and_cleared(open_app: Open) -> None:
    app = open_app(PAGE, cohort="reirradiation", child_pugh_class="A", **{"out.sub": "pair"})
    assert "pin them as A" in words(app)
    app.button(key="pin-a").click().run()
    assert app.query_params["a.child_pugh_class"] == "A"
    app.button(key="pin-all-b").click().run()
    assert app.query_params["b"] == "all"
    text = words(app)
    assert "36 of these patients are in both" in text
    assert "log-rank: not estimable: 36 patients are in both" in text
    app.button(key="swap-pins").click().run()
    assert app.query_params["a"] == "all"
    assert app.query_params["b.child_pugh_class"] == "A"
    app.button(key="unpin-a").click().run()
    assert "a" not in app.query_params
    app.button(key="reset-all").click().run()
    assert "child_pugh_class" not in app.query_params
    app.button(key="edit-b").click().run()
    assert app.query_params["child_pugh_class"] == "A"


def test_odd_inputs_get_a_sentence_and_leave_the_page_whole(open_app: Open) -> None:
    app = open_app(PAGE)
    for params, sentence in (
        ({"by": "prior_tace"}, "there is only one group: Prior TACE: yes"),
        ({"by": "bed:500"}, "there is only one group: BED <500 Gy"),
        ({"by": "sex", "bed": "500.."}, "No patient is left"),
        ({"by": "sex", "out.on": "response", "cohort": "sbrt-hcc-metastases"},
         "no response column"),
        ({"out.sub": "cut", "out.number": "bed", "out.threshold": "500", "cohort": "reirradiation"},
         "no patient is at or above 500 Gy"),
        ({"out.sub": "pair", "a.sex": "male", "b.bed": "500.."}, "no patient is in B"),
        ({"out.sub": "pair", "a.bed": "500..", "b.bed": "600.."}, "no patient is in A and none"),
        ({"out.sub": "pair", "a": "all", "b": "all"}, "They are the same patients"),
    ):  # fmt: skip
        go(app, **params)
        assert sentence in words(app), params


def test_the_session_counts_what_it_has_looked_at(open_app: Open) -> None:
    app = open_app(SURVIVAL, cohort="reirradiation", by="sex")
    app.switch_page(PAGE).run()
    assert "comparison" in words(app)
    go(app, cohort="reirradiation", by="sex", **{"out.rows": "child_pugh_class"})
    both = "2 comparisons were looked at in this session"
    assert both in words(app)  # the comparison itself was seen on the survival page already
    go(app, cohort="reirradiation", by="sex", **{"out.rows": "child_pugh_class"})
    assert both in words(app)
    go(app, cohort="reirradiation", **{"out.sub": "cut", "out.number": "age_years"})
    assert "3 comparisons were looked at" in words(app)
    go(app, cohort="reirradiation", **{"out.sub": "looked"})
    assert "Holm" in words(app)
    app.button(key="forget").click().run()
    assert "No comparison has been tested in this session yet." in words(app)


def test_tests_of_other_pages_count_too(open_app: Open) -> None:
    app = open_app("pages/outcomes/response.py", cohort="reirradiation", by="child_pugh_class")
    app.switch_page("pages/outcomes/regression.py").run()
    go(app, cohort="reirradiation", **{"out.factors": "sex,child_pugh_class"})
    app.switch_page(PAGE).run()
    go(app, cohort="reirradiation", **{"out.sub": "looked"})
    told = " ".join(table.value.to_string() for table in app.table).replace("\\", "")
    assert "ORR of evaluable patients by Child-Pugh class" in told
    assert "Overall survival: Sex, beside the others" in told


def test_an_own_cut_becomes_the_split(open_app: Open) -> None:
    app = open_app(PAGE, cohort="registry-simulated",
                   **{"out.sub": "cut", "out.number": "bed", "endpoint": "lc"})  # fmt: skip
    assert "The best cut is chosen because it looks best" in words(app)
    app.text_input(key="w-out-at").set_value("ninety").run()
    assert "“ninety” is not a number" in words(app)
    app.text_input(key="w-out-at").set_value("90").run()
    assert "Your cut 90 Gy: hazard ratio" in words(app)
    app.button(key="use-cut").click().run()
    assert app.query_params["by"] == "bed:90"
