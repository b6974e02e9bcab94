"""The harness must see what it claims to see: a small app with one fault of each kind."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import pytest

from tests.browser.conftest import PROJECT, visits_to
from tests.browser.server import running
from tests.browser.visit import THEMES, VIEWPORTS, Visit

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tests.browser.server import Server
    from tests.browser.visit import Windows

APP = """
import time

import plotly.graph_objects as go
import streamlit as st


def sound():
    st.title("Survival")
    with st.sidebar:
        bed = st.slider("BED (Gy)", 0, 100, 50, key="bed")
        st.multiselect("Child-Pugh class", ["A", "B", "C"], ["A"], key="child_pugh_class")
    st.metric("Patients", bed)
    if st.button("Slow", key="slow"):
        time.sleep(1.5)
        st.metric("Late", "arrived")
    figure = go.Figure([go.Scatter(x=[0, 10], y=[1, bed / 100])], {"title": {"text": "Curve"}})
    st.plotly_chart(figure, key="curve", width="stretch")
    file = st.file_uploader("Cohort file", key="cohort_file")
    if file:
        st.metric("Bytes", len(file.getvalue()))
    st.write("asked for", st.query_params.get("endpoint", "nothing"))


def faulty():
    st.title("Faults")
    fault = st.query_params.get("fault")
    if fault == "wide":
        st.html("<div style='width: 3000px'>wide</div>")
    if fault == "cut":
        st.metric("A label that is much too long for the narrow place it has", 3, width=120)
    if fault == "cut-in-figure":
        layout = {"margin": {"l": 0}, "yaxis": {"automargin": False, "title": {"text": "Overall"}}}
        st.plotly_chart(go.Figure([go.Scatter(x=[0, 1], y=[10000, 20000])], layout), theme=None)
    if fault == "heap":
        note = {"x": 0.5, "y": 0.5, "showarrow": False}
        notes = [note | {"text": "one"}, note | {"text": "other"}]
        st.plotly_chart(go.Figure([go.Scatter(x=[0, 1], y=[0, 1])], {"annotations": notes}))
    if fault == "beacon":
        st.markdown("![x](http://elsewhere.invalid/x.png)")
    if fault == "exception":
        raise ValueError("boom")


pages = [
    st.Page(sound, title="Survival", default=True),
    st.Page(faulty, title="Faults", url_path="faulty"),
]
st.set_page_config(layout="wide")
st.navigation({"Outcomes": pages}).run()
"""


@pytest.fixture(scope="module")
def toy(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    folder = tmp_path_factory.mktemp("toy")
    (folder / "app.py").write_text(APP, encoding="utf-8")
    shutil.copytree(PROJECT / ".streamlit", folder / ".streamlit")
    with running(folder, folder / "log.txt") as server:
        yield server


@pytest.fixture
def visit(windows: Windows, toy: Server) -> Iterator[Callable[..., Visit]]:
    yield from visits_to(toy, windows)


@pytest.mark.parametrize("theme", THEMES)
def test_a_sound_page_passes_on_every_screen_in_the_theme_asked_for(visit, theme):
    seen = visit("/", theme=theme)
    for viewport in VIEWPORTS:
        seen.resize(viewport).check()
    background = seen.page.get_by_test_id("stApp").evaluate(
        "app => getComputedStyle(app).backgroundColor.match(/\\d+/g).map(Number)"
    )
    assert (sum(background) > 600) == (theme == "light")


def test_reading_and_acting(visit, tmp_path):
    seen = visit("/?endpoint=os")
    assert seen.metric("Patients") == "50"
    assert "asked for os" in seen.text.replace("\n", " ")
    assert seen.figures() == 1
    assert seen.figure()["data"][0]["x"] == [0, 10]
    file = tmp_path / "cohort.parquet"
    file.write_bytes(b"12345")
    assert seen.upload(file, key="cohort_file").metric("Bytes") == "5"
    seen.keyed("bed").get_by_role("slider").press("ArrowRight")
    assert seen.settle().metric("Patients") == "51"


def test_settling_waits_for_a_slow_script(visit):
    seen = visit("/")
    seen.keyed("slow").get_by_role("button").click()
    assert seen.settle().metric("Late") == "arrived"


def test_moving_in_history_and_narrow_sidebar(visit):
    seen = visit("/", viewport="phone")
    seen.open_sidebar()
    assert seen.keyed("bed").is_visible()
    seen.close_sidebar()
    seen.go("/faulty").check()
    assert "Survival" in seen.back().text
    assert "Faults" in seen.forward().text
    assert "Faults" in seen.reload().text


@pytest.mark.parametrize(
    ("fault", "said"),
    [
        ("wide", "scrolls sideways"),
        ("cut", "cut label: A label"),
        ("cut-in-figure", "cut in a figure"),
        ("heap", "words on words in a figure: one / other"),
    ],
)
def test_a_broken_page_is_told(visit, fault, said):
    with pytest.raises(AssertionError, match=said):
        visit(f"/faulty?fault={fault}").check()


def test_a_request_to_another_computer_is_told(windows, toy):
    visits = visits_to(toy, windows)
    next(visits)("/faulty?fault=beacon")
    with pytest.raises(AssertionError, match=r"another computer: http://elsewhere\.invalid"):
        next(visits)


def test_an_exception_is_told_by_the_page_and_by_the_servers_log(windows, toy):
    visits = visits_to(toy, windows)
    broken = next(visits)("/faulty?fault=exception")
    with pytest.raises(AssertionError, match="exception"):
        broken.check()
    with pytest.raises(AssertionError, match="boom"):
        next(visits)
