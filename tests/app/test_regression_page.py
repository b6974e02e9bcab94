"""The regression page in Streamlit's test runner: every look of every cohort, equal to the CLI."""

from __future__ import annotations

import io
import json
from collections.abc import Callable

import polars as pl
import pytest
from streamlit.testing.v1 import AppTest

from hccviz.cli import main
from hccviz.data.builtin import built_ins
from tests.app.conftest import words

PAGE = "pages/outcomes/regression.py"
Open = Callable[..., AppTest]


def told(view: str, cohort: str, query: str, capsys: pytest.CaptureFixture[str]) -> dict:
    capsys.readouterr()
    assert main([view, cohort, query]) == 0
    return json.loads(capsys.readouterr().out)


@pytest.mark.parametrize("cohort", built_ins())
@pytest.mark.parametrize("outcome", ["", "grade2"])
def test_every_look_of_every_cohort(open_app: Open, cohort: str, outcome: str) -> None:
    more = {"out.outcome": outcome} if outcome else {}
    for look in ("table", "selection", "hazards", "curve"):
        app = open_app(PAGE, cohort=cohort, **{"out.reg": look}, **more)
        assert not app.exception, look
        assert not app.error, look
        assert "nan" not in words(app).lower().split(), look


@pytest.mark.parametrize(
    ("cohort", "look", "key", "params"),
    [
        ("sbrt-incomplete-tace", "table", "", {"out.joint": "recipe"}),
        ("reirradiation", "selection", "selection", {"out.enter": "0.1"}),
        ("reirradiation", "hazards", "proportional_hazards", {"out.scale": "rank"}),
        ("registry-simulated", "curve", "spline", {"out.number": "tumor_size_cm"}),
        ("reirradiation", "table", "", {"out.outcome": "cr", "out.of": "all"}),
    ],
)
def test_page_and_command_line_say_the_same(
    open_app: Open, capsys: pytest.CaptureFixture[str],
    cohort: str, look: str, key: str, params: dict[str, str],
) -> None:  # fmt: skip
    query = "&".join(f"{name}={value}" for name, value in params.items())
    found = told("cox", cohort, query, capsys)
    sentence = (found[key] if key else found)["sentence"]
    app = open_app(PAGE, cohort=cohort, **{"out.reg": look}, **params)
    assert not app.exception
    assert sentence in words(app)


def test_the_table_of_the_page_is_the_csv(
    open_app: Open, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["cox", "sbrt-incomplete-tace", "endpoint=os", "--csv"]) == 0
    csv = capsys.readouterr().out
    app = open_app(PAGE, endpoint="os")
    cells = [str(cell) for column in app.table[0].value.to_numpy().tolist() for cell in column]
    ratios = [cell.replace("\\", "") for cell in cells if " to " in cell]
    assert len(ratios) == 10
    assert all(ratio in csv for ratio in ratios)


def test_choices_are_written_into_the_link(open_app: Open) -> None:
    app = open_app(PAGE, cohort="reirradiation")
    app.multiselect(key="w-reg-factors").set_value(["child_pugh_class", "bed"]).run()
    assert app.query_params["out.factors"] == "child_pugh_class,bed"
    app.selectbox(key="w-reg-ref-child_pugh_class").set_value("B").run()
    assert app.query_params["out.refs"] == "child_pugh_class:B"
    app.number_input(key="w-reg-step-bed").set_value(10.0).run()
    assert app.query_params["out.steps"] == "bed:10"
    app.multiselect(key="w-reg-pairs").set_value(["child_pugh_class*bed"]).run()
    assert app.query_params["out.pairs"] == "child_pugh_class*bed"
    app.number_input(key="w-reg-landmark").set_value(3.0).run()
    assert app.query_params["landmark"] == "3"
    app.selectbox(key="w-reg-outcome").set_value("grade2").run()
    assert app.query_params["out.outcome"] == "grade2"
    app.selectbox(key="w-reg-outcome").set_value("endpoint:lc").run()
    assert "out.outcome" not in app.query_params
    assert app.query_params["endpoint"] == "lc"
    assert not app.exception
    app.selectbox(key="w-reg-ref-child_pugh_class").set_value("A").run()
    assert "out.refs" not in app.query_params
    app.multiselect(key="w-reg-factors").set_value([]).run()
    assert app.query_params["out.factors"] == "none"
    assert "choose at least one factor" in words(app)


def test_factors_in_two_groups_follow_link_and_choice(open_app: Open) -> None:
    chosen = {"out.factors": "age_years,t_stage,bed", "out.two": "t_stage:T4"}
    app = open_app(PAGE, cohort="reirradiation", **chosen)
    assert app.multiselect(key="w-reg-two").value == ["t_stage"]
    assert app.multiselect(key="w-reg-levels-t_stage").value == ["T4"]
    assert "w-reg-ref-t_stage" not in [box.key for box in app.selectbox]
    app.multiselect(key="w-reg-two").set_value(["age_years", "t_stage"]).run()
    assert app.query_params["out.two"] == "age_years:median,t_stage:T4"
    assert app.number_input(key="w-reg-cut-age_years").value is None
    app.number_input(key="w-reg-cut-age_years").set_value(60.0).run()
    assert app.query_params["out.two"] == "t_stage:T4,age_years:60"
    cells = [str(cell) for row in app.table[0].value.to_numpy().tolist() for cell in row]
    assert {"≥60 years", "T1, T2, T3", "T4"} <= {cell.strip() for cell in cells}
    app.multiselect(key="w-reg-levels-t_stage").set_value([]).run()
    assert app.query_params["out.two"] == "age_years:60,t_stage:T2|T3|T4"
    app.multiselect(key="w-reg-two").set_value([]).run()
    assert "out.two" not in app.query_params
    assert not app.exception


def test_an_interaction_of_a_link_is_shown_in_either_order(open_app: Open) -> None:
    chosen = {"out.factors": "child_pugh_class,bed", "out.pairs": "bed*child_pugh_class"}
    app = open_app(PAGE, cohort="reirradiation", **chosen)
    assert app.multiselect(key="w-reg-pairs").value == ["child_pugh_class*bed"]


def test_the_selected_model_goes_into_the_table(open_app: Open) -> None:
    app = open_app(PAGE, cohort="sbrt-incomplete-tace", **{"out.reg": "selection"})
    assert "4 of 5 factors enter (p < 0.2 alone)" in words(app)
    app.button(key="reg-adopt").click().run()
    assert app.query_params["out.joint"] == "recipe"
    assert "With 3 factors together" in words(app)


def test_what_does_not_fit_is_a_notice(open_app: Open) -> None:
    wrong = {"out.factors": "colour,bed", "out.refs": "bed:3", "out.enter": "7"}
    text = words(open_app(cohort="reirradiation", **wrong))
    for name in wrong:
        assert f"Ignored: {name}=" in text


def test_an_empty_selection_and_a_present_view(open_app: Open) -> None:
    app = open_app(PAGE, cohort="reirradiation", child_pugh_class="B", bed="500..")
    assert not app.exception
    assert "No patient is left" in words(app)
    app = open_app(PAGE, cohort="reirradiation", view="present")
    assert not app.exception
    assert not app.multiselect


def test_a_hard_file_of_ones_own_leaves_the_page_intact(open_app: Open) -> None:
    n = 300
    out = io.BytesIO()
    event = [i % 3 % 2 for i in range(n)]
    pl.DataFrame(
        {
            "os_months": [float(1 + (i * 37) % 90) for i in range(n)],
            "os_event": event,
            "age_years": [float(40 + (i * 7) % 45) for i in range(n)],
            "physician_pseudonym": [f"physician number {i % 150}" for i in range(n)],
            "died_once_more": [("alive", "dead")[e] for e in event],
            **{f"marker_{k}": [float((i * (k + 3)) % 101) for i in range(n)] for k in range(295)},
        }
    ).write_parquet(out)
    app = open_app("pages/cohort/data.py")
    raw = ("hard.parquet", out.getvalue(), "application/octet-stream")
    app.file_uploader[0].set_value([raw])
    app = app.run().switch_page(PAGE).run()
    assert not app.exception
    chosen = ["age_years", "physician_pseudonym", "died_once_more"]
    app.multiselect(key="w-reg-factors").set_value(chosen).run()
    assert not app.exception
    shown = str(app.table[0].value).replace("\\", "") + words(app)
    assert "too many levels" in shown
    for look in ("selection", "hazards", "curve"):
        app.button_group(key="w-out-reg").set_value(look).run()
        assert not app.exception
        assert not app.error
