"""Event files: the published case, a user's own, and everything that can be wrong with one."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hccviz.domain.case_records import CaseEvent
from hccviz.domain.errors import HccvizError
from hccviz.evidence.case import own_case, published_case, reirradiated
from hccviz.evidence.event_file import MAX_BYTES, MAX_EVENTS, TEMPLATE
from hccviz.evidence.event_row import COLUMNS
from hccviz.export import case as told
from hccviz.figures.timeline import draw_timeline

HEADS = "date,kind,site,total_dose_gy,fractions,afp_ng_ml,pivka_ii_mau_ml,note\n"


def read(text: str):
    return own_case("mine", text.encode())


# ------------------------------------------------------------------ the published case


def test_the_published_case_is_read_without_a_finding() -> None:
    case = published_case()
    assert case.findings == ()
    assert case.calendar
    assert len(case.events) == 18
    assert case.events[0].when == "2006-08"
    assert case.events[-1].months / 12 == pytest.approx(13.0, abs=0.1)


def test_its_doses_are_recomputed_and_compared() -> None:
    table = told.course_table(published_case())
    assert table["BED, α/β 10 (Gy)"] == ["37.50", "75.00", "150.00"]
    assert table["EQD2, α/β 10 (Gy)"] == ["31.25", "62.50", "125.00"]
    assert table["Verdict"] == [
        "agrees: 31.25 lies half-way between two roundings", "agrees", "agrees",
    ]  # fmt: skip
    assert reirradiated(published_case()) == ()


def test_the_printed_intervals_are_kept() -> None:
    events = published_case().events
    at = {(e.kind, e.site): e.months for e in events}
    liver = at["radiotherapy", "liver segment 3"]
    assert at["metastasis", "right iliac bone"] - liver == pytest.approx(16, abs=0.6)
    lung = at["metastasis", "right middle lobe of the lung"]
    assert lung - liver == pytest.approx(42, abs=0.6)
    assert (events[-1].months - liver) / 12 == pytest.approx(8.4, abs=0.05)
    assert (events[-1].months - at["radiotherapy", "right iliac bone"]) / 12 == pytest.approx(
        6.8, abs=0.05
    )
    exact = [e.when for e in events if not e.approximate]
    assert exact == ["2006-08", "2006-10-23", "2019-08-27"]


@pytest.mark.parametrize(
    ("printed", "verdict"),
    [
        ("62.5", "agrees"),
        ("62", "agrees: 62.50 lies half-way between two roundings"),
        ("75.0", "differs: this is the BED"),
        ("60", "differs: EQD2 is 62.50, BED 75.00 Gy"),
        ("", "–"),
    ],
)
def test_verdicts(printed: str, verdict: str) -> None:
    event = CaseEvent(
        1, "radiotherapy", "0", 0.0, bed_gy=75.0, eqd2_gy=62.5, printed_eqd2_gy=printed
    )
    assert told.verdict(event) == verdict


# ------------------------------------------------------------------ own files


def test_the_template_is_a_good_file() -> None:
    case = read(TEMPLATE)
    assert case.findings == ()
    assert [e.kind for e in case.events] == [
        "diagnosis", "tace", "radiotherapy", "response", "systemic",
    ]  # fmt: skip
    assert set(TEMPLATE.split("\n")[0].split(",")) <= set(COLUMNS)
    markers = case.events[3].markers
    assert markers is not None
    assert (markers["afp_ng_ml"].value, markers["afp_ng_ml"].bound) == (2.0, "<")
    assert case.events[-1].months_to is not None
    assert "AFP <2 ng/mL" in told.details(case.events[3])


def test_months_semicolons_and_synonyms() -> None:
    case = read("\ufeffMonth;Kind;Site;Total dose Gy;Fractions\n12;SBRT;Liver;45;3\n0;surgery;;;\n")
    assert case.findings == ()
    assert not case.calendar
    assert [e.kind for e in case.events] == ["resection", "radiotherapy"]
    assert case.events[1].eqd2_gy == 93.75


def test_the_same_site_twice_is_added_up() -> None:
    case = read(
        HEADS + "2020-01,rt,Liver  S3,30,12,,,\n2021-01,rt,liver s3,45,15,,,\n2022-01,rt,,8,1,,,\n"
    )
    (again,) = reirradiated(case)
    assert again.rows == (1, 2)
    assert again.eqd2_gy == pytest.approx(31.25 + 48.75)
    assert "courses 1 and 2 add up" in told.say_courses((again,), case)[0]


@pytest.mark.parametrize(
    ("line", "column", "found", "expected", "used"),
    [
        ("2020-01,chemo,,,,,,", "kind", "“chemo”", "one of resection", False),
        ("2020-01,,,,,,,", "kind", "nothing", "one of", False),
        ("01/02/2020,tace,,,,,,", "date", "“01/02/2020”", "YYYY-MM-DD", False),
        ("27.8.2019,tace,,,,,,", "date", "“27.8.2019”", "YYYY-MM-DD", False),
        ("20190827,tace,,,,,,", "date", "“20190827”", "YYYY-MM-DD", False),
        ("2019-W35,tace,,,,,,", "date", "“2019-W35”", "YYYY-MM-DD", False),
        ("2019-02-30,tace,,,,,,", "date", "“2019-02-30”", "YYYY-MM-DD", False),
        ("2019-13,tace,,,,,,", "date", "“2019-13”", "YYYY-MM-DD", False),
        (",tace,,,,,,", "date", "nothing", "YYYY-MM-DD", False),
        ("2020-01,rt,,many,3,,,", "total_dose_gy", "“many”", "a number", True),
        ('2020-01,rt,,"45,5",3,,,', "total_dose_gy", "“45,5”", "no comma", True),
        ("2020-01,rt,,45,5,3,,,", "", "more cells", "one cell per heading", False),
        ("2020-01,rt,,-45,3,,,", "total_dose_gy", "“-45”", "0 or more", True),
        ("2020-01,rt,,0,3,,,", "total_dose_gy", "0 Gy in 3", "possible course", True),
        ("2020-01,rt,,4500,3,,,", "total_dose_gy", "4500 Gy in 3", "possible course", True),
        ("2020-01,rt,,45,2.5,,,", "fractions", "“2.5”", "whole number", True),
        ("2020-01,rt,,45,0,,,", "fractions", "“0”", "1 or more", True),
        ("2020-01,rt,,45,,,,", "fractions", "nothing", "dose and fractions", True),
        ("2020-01,tace,,45,3,,,", "total_dose_gy", "for TACE", "radiotherapy only", True),
        ("2020-01,marker,,,,0,,", "afp_ng_ml", "“0”", "above 0", True),
        ("2020-01,marker,,,,high,,", "afp_ng_ml", "“high”", "a number", True),
        ("2020-01,marker,,,,-3,,", "afp_ng_ml", "“-3”", "0 or more", True),
        ('2020-01,marker,,,,,"5,658",', "pivka_ii_mau_ml", "“5,658”", "no comma", True),
    ],
)
def test_faults_are_found_row_by_row(
    line: str, column: str, found: str, expected: str, used: bool
) -> None:
    case = read(f"{HEADS}2019-01-01,diagnosis,liver,,,12,,\n{line}\n")
    first = case.findings[0]
    assert (first.row, first.column) == (2, column)
    assert found in first.found
    assert expected in first.expected
    assert len(case.events) == 1 + used
    draw_timeline(case)


def test_every_fault_of_a_row_is_told_at_once() -> None:
    case = read(f'{HEADS}1.2.2020,chemo,,"2,5",x,0,,\n')
    found = [finding.column for finding in case.findings]
    assert found == ["kind", "date", "total_dose_gy", "fractions", "afp_ng_ml"]


def test_a_comma_that_may_mean_two_things_is_not_guessed() -> None:
    case = read(f'{HEADS}2020-01,marker,,,,"2,160",,\n')
    assert "Write 2.160 or, if the comma groups thousands, 2160." in case.findings[0].action
    case = read(f'{HEADS}2020-01,marker,,,,"2,5",,\n')
    assert case.findings[0].action == "Write 2.5."


def test_date_and_month_are_one_or_the_other() -> None:
    case = read("date,month,kind\n2020-01,,tace\n2020-02,3,tace\n,4,tace\n")
    assert [(f.row, f.column) for f in case.findings] == [(2, "date"), (3, "month")]
    assert len(case.events) == 1
    case = read("date,month,kind\n,3,tace\n2020-02,,tace\n")
    assert not case.calendar
    assert case.findings[0].column == "date"


def test_an_end_before_its_start_is_left_out() -> None:
    case = read("month,month_to,kind\n5,3,systemic\n5,9,systemic\n")
    assert [e.months_to for e in case.events] == [None, 9.0]
    assert case.findings[0].expected == "a time after the start"


def test_unknown_and_repeated_headings_are_named() -> None:
    case = read("date,kind,colour,kind\n2020-01,tace,red,rfa\n")
    assert [f.column for f in case.findings] == ["colour", "kind"]
    assert case.events[0].kind == "tace"


@pytest.mark.parametrize(
    ("raw", "sentence"),
    [
        (b"", "The file is empty"),
        (b"\n \n", "The file is empty"),
        (b"a,b\n1,2\n", "no row of headings"),
        (b"date,site\n2020-01,liver\n", "expected at least kind"),
        (b"PAR1\x00\x01", "not text"),
        (b"kind,date\n\xff\xfe\xfd", "not UTF-8"),
        (b"x" * (MAX_BYTES + 1), "expected at most 0.5 MB"),
        (b'date,kind\n"' + b"x" * 200_000 + b'",tace', "no CSV table"),
    ],
)
def test_what_is_no_event_file_is_one_sentence(raw: bytes, sentence: str) -> None:
    with pytest.raises(HccvizError, match=sentence):
        own_case("mine", raw)


def test_many_rows_are_cut_and_said() -> None:
    case = read("month,kind\n" + "".join(f"{i % 60},tace\n" for i in range(MAX_EVENTS + 100)))
    assert len(case.events) == MAX_EVENTS
    assert case.findings[-1].found == "600 rows"
    assert len(draw_timeline(case).data) >= 1


def test_only_headings() -> None:
    case = read("month,kind\n")
    assert case.events == ()
    assert "No event" in told.say_case(case)
    json.dumps(told.case_json(case, ()), allow_nan=False)


@settings(max_examples=40, deadline=None)
@given(st.lists(st.lists(st.text(max_size=10), min_size=8, max_size=8), max_size=4))
def test_no_file_ever_raises_anything_else(rows: list[list[str]]) -> None:
    body = "\n".join(",".join(cells) for cells in rows)
    try:
        case = read(HEADS + body)
    except (HccvizError, UnicodeEncodeError):
        return
    told.event_table(case)
    told.case_json(case, reirradiated(case))
    draw_timeline(case)


# ------------------------------------------------------------------ the figure


def test_names_from_a_file_are_text_in_the_figure() -> None:
    case = read(HEADS + "2020-01,tace,<b>x</b><a href=1>,,,5,,<i>note</i>\n")
    figure = draw_timeline(case)
    hover = " ".join(str(text) for trace in figure.data for text in trace.customdata)
    assert "<a" not in hover
    assert "<i>" not in hover
    assert "&lt;b&gt;x" in hover


def test_panels_follow_what_there_is() -> None:
    full = draw_timeline(published_case(), mode="dark")
    assert {trace.yaxis or "y" for trace in full.data} == {"y", "y2", "y3"}
    assert full.layout.yaxis3.type == "log"
    assert full.layout.xaxis.type == "date"
    months = draw_timeline(published_case(), months=True)
    assert months.layout.xaxis.title.text == "Months since the first event"
    only = draw_timeline(read("month,kind,afp_ng_ml\n1,marker,5\n"))
    assert only.layout.yaxis.type == "log"
    hollow = [s for t in full.data for s in (t.marker.symbol or ()) if "open" in str(s)]
    assert len(hollow) == 15


def test_the_documented_columns_are_those_of_the_published_file() -> None:
    root = Path(__file__).parents[3] / "data" / "published" / "case-course.csv"
    assert set(root.read_text("utf-8").split("\n")[0].split(",")) <= set(COLUMNS)
