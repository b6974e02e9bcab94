"""The studies page: every study, its verdicts, its links; the notice on the outcome pages."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from streamlit.testing.v1 import AppTest

from hccviz.data.builtin import open_built_in
from hccviz.evidence.study import CASE, abstracts, read_study
from hccviz.evidence.targets import STUDIES
from hccviz.export.study_words import NOT_PUBLISHED, chosen_rows, say_printed, say_value
from hccviz.export.target_words import say_quantity
from tests.app.conftest import words

PAGE = "pages/evidence/studies.py"
Open = Callable[..., AppTest]


@pytest.mark.parametrize("name", STUDIES)
def test_a_study_tells_its_abstract_and_its_first_numbers(open_app: Open, name: str) -> None:
    app = open_app(PAGE, cohort=name)
    assert not app.exception
    told = words(app)
    assert abstracts()[name].careful.replace("\\", "") in told
    cohort = open_built_in(name)
    study = read_study(cohort)
    for row in study.rows[:25]:
        assert say_quantity(row.target, cohort.schema) in told
        assert f"**{say_printed(row.target, cohort.schema)}** printed" in told
        if row.verdict != "context":
            assert f"**{say_value(row, cohort.schema)}** here" in told
    pills = next(p for p in app.get("button_group") if p.key == "w-verdict")
    assert f"All · {len(study.rows)}" in list(pills.options)


def test_a_link_narrows_by_verdict_place_and_words(open_app: Open) -> None:
    params = {"out.verdict": "impossible", "out.place": "Table 3", "out.find": "response"}
    app = open_app(PAGE, cohort="reirradiation", **params)
    cohort = open_built_in("reirradiation")
    rows = chosen_rows(read_study(cohort), cohort.schema, verdict="impossible", place="Table 3")
    told = words(app)
    for row in rows:
        assert row.target.note in told
    empty = open_app(PAGE, cohort="reirradiation", **{"out.place": "Nowhere"})
    assert not empty.exception
    assert "No printed number fits" in words(empty)


def test_choosing_a_study_switches_the_cohort(open_app: Open) -> None:
    app = open_app(PAGE, cohort="registry-simulated")
    assert "not one of the published studies" in words(app)
    app.selectbox(key="w-study").select("sorafenib-rt").run()
    assert not app.exception
    assert app.query_params["cohort"] == "sorafenib-rt"
    assert abstracts()["sorafenib-rt"].design in words(app)
    app.selectbox(key="w-study").select(CASE).run()
    assert not app.exception
    assert abstracts()[CASE].findings in words(app)
    assert app.query_params["out.study"] == CASE


@pytest.mark.parametrize(
    ("page", "params", "sentence"),
    [
        ("pages/outcomes/survival.py", {"by": "child_pugh_class"}, "Table 3"),
        ("pages/outcomes/survival.py", {"by": "t_stage"}, NOT_PUBLISHED),
        ("pages/outcomes/response.py", {"by": "eqd2:45"}, "Table 2"),
        ("pages/outcomes/toxicity.py", {}, "Table 5"),
        ("pages/outcomes/course.py", {}, NOT_PUBLISHED),
        ("", {}, "Table 1"),
    ],
)
def test_an_outcome_page_says_whether_its_view_was_published(
    open_app: Open, page: str, params: dict[str, str], sentence: str
) -> None:
    app = open_app(page, cohort="reirradiation", **params)
    assert not app.exception
    assert sentence in app.info[0].value.replace("\\", "")


@pytest.mark.parametrize("cohort", ["registry-simulated", "reirradiation,sorafenib-rt"])
def test_no_other_cohort_speaks_of_print(open_app: Open, cohort: str) -> None:
    told = words(open_app("pages/outcomes/survival.py", cohort=cohort))
    assert "Not published" not in told
    assert "This view" not in told
