"""The printed table of TACE with radiotherapy, and the reader's own rows."""

from __future__ import annotations

import csv
import io

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hccviz.domain.errors import HccvizError
from hccviz.evidence.literature import printed_studies, review
from hccviz.evidence.own_studies import COLUMNS, MAX_ROWS, read_own
from hccviz.export import literature as told
from hccviz.export.tables import to_csv


def row(**cells: str) -> dict[str, str]:
    return {**dict.fromkeys(COLUMNS, ""), **cells}


def test_the_printed_studies_with_their_counts() -> None:
    found = {s.name: {r: c.used for r, (c, _) in s.rates.items()} for s in printed_studies()}
    assert found == {
        "Guo 2003": {"orr": 36, "dcr": 66},
        "Shirai 2010": {"orr": 7, "dcr": 17},
        "Xu 2011": {"orr": 27, "dcr": 124},
        "Yoon 2012": {"orr": 116, "dcr": 150},
        "Kim 2014": {"dcr": 34},
        "Yu 2017": {"orr": 48, "dcr": 59},
        "Yoon 2018": {"orr": 15, "dcr": 25},
    }


def test_doses_are_recomputed_where_they_tell() -> None:
    found = {s.name: (s.bed_gy, s.eqd2_gy) for s in printed_studies()}
    assert found["Shirai 2010"] == ((56.25, 56.25), (46.875, 46.875))
    assert found["Guo 2003"][0] == pytest.approx((35.4, 60.0))
    assert found["Yu 2017"] == (None, None)  # printed as Gy10: BED or EQD2, nobody can tell
    assert sum(s.n for s in printed_studies()) == 796


def test_the_summary_is_that_of_r() -> None:
    orr, dcr = review("orr"), review("dcr")
    assert orr.pooled.random.value == pytest.approx(0.3802781684411)
    assert dcr.pooled.random.value == pytest.approx(0.8063199746059)
    assert orr.without == ("Kim 2014",)
    assert "6.2% to 85.2%" in told.summary_table(orr)["Objective response (CR + PR)"]


@pytest.mark.parametrize(
    ("order", "first", "last"),
    [
        ("printed", "Guo 2003", "Yoon 2018"),
        ("year", "Guo 2003", "Yoon 2018"),
        ("n", "Yoon 2012", "Shirai 2010"),
        ("rate", "Yu 2017", "Kim 2014"),
        ("dose", "Guo 2003", "Yu 2017"),
        ("size", "Kim 2014", "Guo 2003"),
    ],
)
def test_orders(order: str, first: str, last: str) -> None:
    names = [study.name for study in review(order=order).studies]
    assert (names[0], names[-1]) == (first, last)


def test_unknown_choices_are_named() -> None:
    with pytest.raises(HccvizError, match="order=colour is not known"):
        review(order="colour")


def test_every_column_is_equally_long_and_safe_for_a_spreadsheet() -> None:
    own, _ = read_own([row(study="=1+1", n="20", orr_count="7")])
    table = told.literature_table(review(own=own))
    assert {len(cells) for cells in table.values()} == {8}
    lines = list(csv.reader(io.StringIO(to_csv(table))))
    assert lines[-1][0] == "'=1+1 (added by you)"
    assert "7 of 19" in lines[2]  # and not 7/19, which a spreadsheet takes for a day in July
    assert all(isinstance(n, float) for n in told.sortable(table)["Patients"])


def test_what_does_not_fit_is_told() -> None:
    said = " ".join(told.study_notes(review()))
    for part in ("58 of 69 = 84.06%", "With 130 patients", "27 of 140", "35 Gy in 10", "24.7%"):
        assert part in said


# ------------------------------------------------------------------ own rows


def test_own_rows_join_the_summary() -> None:
    own, findings = read_own(
        [
            row(study="Mine", year="2024", n="40", orr_count="20", dcr_pct="87.5"),
            row(),
            row(study="Theirs", n="30", orr_pct="33.3"),
        ]
    )
    assert findings == ()
    assert [(s.name, s.own, s.rates["orr"][1].count) for s in own] == [
        ("Mine 2024", True, 20),
        ("Theirs", True, 10),
    ]
    assert own[0].rates["dcr"][0].used == 35
    assert len(review(own=own).pooled.studies) == 8


@pytest.mark.parametrize(
    ("cells", "column", "found", "expected", "used"),
    [
        ({"n": "0", "orr_count": "0"}, "Patients", "“0”", "from 1 to", False),
        ({"n": "", "orr_count": "3"}, "Patients", "nothing", "a number", False),
        ({"n": "many", "orr_count": "3"}, "Patients", "“many”", "a number", False),
        ({"n": "20.5", "orr_count": "3"}, "Patients", "“20.5”", "a whole number", False),
        ({"n": "1,200", "orr_count": "3"}, "Patients", "“1,200”", "no comma", False),
        ({"n": "20", "orr_pct": "120"}, "ORR (%)", "“120”", "from 0 to 100", True),
        ({"n": "20", "orr_pct": "47,4"}, "ORR (%)", "“47,4”", "no comma", True),
        ({"n": "20", "orr_pct": "47 %"}, "ORR (%)", "“47 %”", "a number such as", True),
        ({"n": "20", "orr_pct": "nan"}, "ORR (%)", "“nan”", "a number such as", True),
        ({"n": "20", "orr_pct": "1e2"}, "ORR (%)", "“1e2”", "a number such as", True),
        ({"n": "20", "orr_count": "21"}, "CR + PR (patients)", "“21”", "from 0 to 20", True),
        ({"n": "20", "orr_count": "-1"}, "CR + PR (patients)", "“-1”", "from 0 to 20", True),
        ({"n": "20"}, "ORR (%)", "no usable rate", "as patients or in %", False),
        ({"n": "20", "orr_count": "3", "orr_pct": "50"}, "ORR (%)", "15.00%", "twice", True),
        ({"n": "20", "orr_count": "9", "dcr_count": "3"}, "CR + PR + SD (patients)",
         "9 responders", "at least as many", True),
        ({"n": "20", "orr_count": "3", "year": "99"}, "Year", "“99”", "from 1900", True),
    ],
)  # fmt: skip
def test_wrong_cells_are_named(
    cells: dict[str, str], column: str, found: str, expected: str, used: bool
) -> None:
    _, findings = read_own([row(study="X", **cells)])
    first = findings[0]
    assert first.row == 1
    assert first.column == column
    assert found in first.found
    assert expected in first.expected
    assert first.row_used is used
    (line, *_) = told.finding_table(findings)["What is wrong, and what to do"]
    assert found in line
    assert ("left out" in line) is not used


def test_many_findings_are_cut_and_counted() -> None:
    _, findings = read_own([row(n="x", year="y", orr_pct="z", dcr_pct="w") for _ in range(50)])
    table = told.finding_table(findings)
    assert {len(cells) for cells in table.values()} == {101}
    assert table["What is wrong, and what to do"][-1] == f"and {len(findings) - 100} more."


def test_too_many_rows() -> None:
    own, findings = read_own([row(study=str(i), n="5", orr_count="1") for i in range(60)])
    assert len(own) == MAX_ROWS
    assert "at most 50 rows" in findings[-1].expected


@settings(max_examples=40, deadline=None)
@given(st.lists(st.fixed_dictionaries({c: st.text(max_size=8) for c in COLUMNS}), max_size=4))
def test_no_row_ever_raises(rows: list[dict[str, str]]) -> None:
    own, _ = read_own(rows)
    found = review(own=own)
    told.literature_table(found)
    told.study_notes(found)
