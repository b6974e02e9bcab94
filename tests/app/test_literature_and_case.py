"""Literature and case page in Streamlit's test runner: choices, own rows, own files, privacy."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest
from streamlit.testing.v1 import AppTest

from hccviz.cli import main
from hccviz.evidence.event_file import TEMPLATE
from tests.app.conftest import PROJECT, words

LITERATURE = "pages/evidence/literature.py"
CASE = "pages/evidence/case.py"
Open = Callable[..., AppTest]


def tables(app: AppTest) -> str:
    return "\n".join(t.value.to_csv() for t in [*app.table, *app.dataframe]).replace("\\", "")


def figure(app: AppTest) -> str:
    (plot,) = app.get("plotly_chart")
    return str(plot.proto.spec)


# ------------------------------------------------------------------ literature


def test_the_literature_page_says_what_the_command_line_says(
    open_app: Open, capsys: pytest.CaptureFixture[str]
) -> None:
    app = open_app(LITERATURE, **{"out.pooled": "dcr", "out.tau": "dl"})
    assert not app.exception
    assert main(["literature", "rate=dcr&tau=dl"]) == 0
    summary = json.loads(capsys.readouterr().out)["summary"]
    assert f"{100 * summary['random']:.1f}%" in words(app)
    assert f"{summary['tau2']:.3f}" in tables(app)
    assert "58 of 69 = 84.06%" in tables(app)
    assert "Disease control ranged from 36.4% to 97.1% in 7 studies with 796 patients" in words(app)


def test_the_choices_are_in_the_link(open_app: Open) -> None:
    app = open_app(LITERATURE)
    assert "Not in the figure: Kim 2014" in words(app)
    app.selectbox(key="w-out-studies").select("rate").run()
    app.selectbox(key="w-out-fixed").select("yes").run()
    assert app.query_params["out.studies"] == "rate"
    assert "Fixed-effect summary" in figure(app)
    shown = next(t.value for t in app.dataframe if "Weight (%)" in t.value)
    assert shown["Study"].iloc[0] == "Yu 2017"
    assert "Ignored" not in words(app)


def test_what_a_link_cannot_mean_is_named(open_app: Open) -> None:
    assert "Ignored: out.pooled=cr" in words(open_app(**{"out.pooled": "cr"}))


def own(app: AppTest, *rows: dict[str, str]) -> AppTest:
    """Type rows: the runner has no table editor, so they are put where the editor keeps them."""
    app.session_state["m-own-studies"] = rows
    return app.switch_page(CASE).run().switch_page(LITERATURE).run()


def test_own_rows_are_in_the_figure_and_never_in_the_link(open_app: Open) -> None:
    row = {"study": "![x](http://elsewhere.invalid)", "year": "2024", "n": "40", "orr_count": "0"}
    app = own(open_app(LITERATURE), row, {"study": "<b>B</b>", "n": "12", "orr_pct": "100"})
    assert not app.exception
    assert "in 8 studies with 813 patients" in words(app)
    assert "added by you" in figure(app)
    assert "<b>B" not in figure(app).replace("&lt;b&gt;B", "")
    assert "elsewhere" not in str(app.query_params)
    assert "0.5 is added to both cells of that study (done here)" in words(app)


def test_wrong_rows_are_told_one_by_one(open_app: Open) -> None:
    app = own(
        open_app(LITERATURE),
        {"study": "A", "n": "0", "orr_count": "1"},
        {"study": "B", "n": "20", "orr_pct": "47,4"},
        {"study": "C", "n": "20", "orr_pct": "101"},
        {"study": "D", "n": "twenty", "orr_pct": "10"},
    )
    assert not app.exception
    shown = tables(app)
    for part in ("“0”", "“47,4”", "“101”", "“twenty”", "This row is left out."):
        assert part in shown
    assert "in 6 studies with 761 patients" in words(app)


# ------------------------------------------------------------------ case


def test_the_published_case(open_app: Open) -> None:
    app = open_app(CASE)
    assert not app.exception
    assert "no viable tumour at the last visit in August 2019" in words(app)
    assert "The printed intervals cannot all be true" in words(app)
    for part in ("37.50", "62.50", "150.00", "agrees: 31.25 lies half-way", "5,658"):
        assert part in tables(app)
    assert "PIVKA-II" in figure(app)
    app.selectbox(key="w-out-clock").select("months").run()
    assert app.query_params["out.clock"] == "months"
    assert "Months since the first event" in figure(app)


def upload(app: AppTest, text: str, name: str = "mine.csv") -> AppTest:
    return app.file_uploader[0].upload(name, text.encode(), "text/csv").run()


def test_an_own_file_is_drawn_and_forgotten(open_app: Open) -> None:
    app = upload(open_app(CASE), TEMPLATE.replace("CT 4 cm", "SECRET"))
    assert not app.exception
    assert "mine.csv" in words(app)
    assert "5 events" in words(app)
    assert "58.50" in tables(app)  # BED of 45 Gy in 15
    assert "48.75" in tables(app)
    assert "SECRET" in tables(app)
    assert "courses" not in app.query_params
    assert "printed intervals" not in words(app)
    app.button(key="case-forget").click().run()
    assert "The printed intervals cannot all be true" in words(app)
    assert "SECRET" not in tables(app)


def test_faults_of_an_own_file_are_told(open_app: Open) -> None:
    text = TEMPLATE + '2022-02,rt,liver\n01/02/2022,,tace,,,,,,\n2022-03,,tace,,,,"2,5",,\n'
    app = upload(open_app(CASE), text)
    assert not app.exception
    for part in ("“liver”", "“01/02/2022”", "“2,5”", "decimal point"):
        assert part in tables(app)


def test_a_refused_file_leaves_what_was_shown(open_app: Open) -> None:
    app = upload(open_app(CASE), "![x](http://elsewhere.invalid),b\n1,2\n")
    assert not app.exception
    assert "no row of headings" in words(app)
    assert "August 2019" in words(app)
    app = upload(app, TEMPLATE, "good.csv")
    assert "no row of headings" not in words(app)
    assert "good.csv" in words(app)


def test_clear_my_data_forgets_typed_rows_and_files(open_app: Open) -> None:
    app = own(upload(open_app(CASE), TEMPLATE), {"study": "A", "n": "9", "orr_count": "1"})
    assert "in 7 studies" in words(app)
    app.switch_page("pages/cohort/data.py").run()
    raw = (PROJECT / "data" / "cohorts" / "sorafenib-rt.parquet").read_bytes()
    app.file_uploader[0].upload("c.parquet", raw, "application/octet-stream").run()
    app.button(key="clear").click().run()
    for key in ("m-case", "m-own-studies", "m-own-studies-start"):
        assert key not in app.session_state
    assert "in 6 studies" in words(app.switch_page(LITERATURE).run())
