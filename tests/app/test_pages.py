"""Every page on every built-in cohort: it runs, says what it is, and says the engine's numbers."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest
from streamlit.testing.v1 import AppTest

from hccviz.analysis import views
from hccviz.data.builtin import built_ins, open_built_in
from hccviz.domain.address import parse_query, read_view
from hccviz.domain.metadata import KIND_SENTENCE
from hccviz.export import words as say
from tests.app.conftest import words

PAGES = {
    "overview": "",
    "data": "pages/cohort/data.py",
    "survival": "pages/outcomes/survival.py",
    "response": "pages/outcomes/response.py",
    "toxicity": "pages/outcomes/toxicity.py",
    "dose": "pages/dose/calculator.py",
}


@pytest.mark.parametrize("name", list(built_ins()))
@pytest.mark.parametrize("page", list(PAGES))
def test_a_page_runs_on_a_cohort_and_says_what_the_cohort_is(
    open_app: Callable[..., AppTest], page: str, name: str
) -> None:
    app = open_app(PAGES[page], cohort=name)
    assert not app.exception
    told = words(app)
    assert KIND_SENTENCE[built_ins()[name].metadata.kind] in told
    assert "not a medical device" in told
    assert f"of {built_ins()[name].n:,} patients" in told


@pytest.mark.parametrize(
    "query",
    [
        "cohort=reirradiation&by=child_pugh_class&child_pugh_class=A,B",
        "cohort=reirradiation&by=bed:45,60",
        "cohort=registry-simulated&by=t_stage&bed=60..&etiology=hbv,unknown&endpoint=lc",
        "cohort=sorafenib-rt&by=rt_technique:unknown",
    ],
)
def test_the_survival_page_says_the_engines_sentence(
    open_app: Callable[..., AppTest], query: str
) -> None:
    params = parse_query(query)
    app = open_app(PAGES["survival"], **params)
    cohort = open_built_in(params["cohort"])
    view, ignored = read_view(params, cohort.schema)
    assert not ignored
    assert say.say_survival(views.survival(cohort, view)) in words(app)


def test_figures_hold_the_records_values(open_app: Callable[..., AppTest]) -> None:
    app = open_app(PAGES["survival"], cohort="reirradiation")
    spec = json.loads(app.get("plotly_chart")[0].proto.spec)
    cohort = open_built_in("reirradiation")
    view, _ = read_view({}, cohort.schema)
    curve = views.survival(cohort, view).curves[0]
    assert spec["layout"]["yaxis"]["range"][0] == 0
    names = [trace.get("name") for trace in spec["data"]]
    assert curve.label in names


def test_an_empty_selection_names_the_filter(open_app: Callable[..., AppTest]) -> None:
    app = open_app(PAGES["survival"], cohort="reirradiation", child_pugh_class="B", bed="100..")
    assert not app.exception
    assert "No patient is left" in words(app)
    assert "Widen or remove that filter" in words(app)


def test_whatever_does_not_fit_is_named(open_app: Callable[..., AppTest]) -> None:
    app = open_app("", cohort="reirradiation", t_stage="T9", bed="high", by="nothing", level="2")
    told = words(app)
    for part in ("t_stage=T9", "bed=high", "by=nothing", "level=2"):
        assert f"Ignored: {part}" in told


def test_an_unknown_cohort_opens_the_default_and_says_so(open_app: Callable[..., AppTest]) -> None:
    app = open_app("", cohort="nowhere")
    assert "cohort=nowhere" in words(app)
    assert "302 of 302 patients" in words(app)


def test_a_cohort_without_response_explains_itself(open_app: Callable[..., AppTest]) -> None:
    app = open_app(PAGES["response"], cohort="sbrt-hcc-metastases")
    assert not app.exception
    assert "no response column" in words(app)


def test_pooled_cohorts_keep_their_scales_apart(open_app: Callable[..., AppTest]) -> None:
    app = open_app(PAGES["toxicity"], cohort="reirradiation,sorafenib-rt")
    assert not app.exception
    assert "different scales" in words(app)
    assert "of 61 patients" in words(app)


@pytest.mark.parametrize(
    ("courses", "sentence"),
    [
        ("0/3", "Total dose: found 0"),
        ("-5/3", "Total dose: found -5"),
        ("45/2.5", "Number of fractions: found 2.5"),
        ("1e9/3", "at most 30 Gy per fraction"),
        ("nan/3", "Total dose: found the text"),
        ("45/0", "Number of fractions: found 0"),
    ],
)
def test_a_wrong_course_is_told_and_the_others_stand(
    open_app: Callable[..., AppTest], courses: str, sentence: str
) -> None:
    app = open_app(PAGES["dose"], courses=f"30/10,{courses}")
    assert not app.exception
    told = words(app)
    assert "Course 2" in told
    assert sentence in told
    assert "39.00" in told + " ".join(str(block.value) for block in (*app.code, *app.table))
