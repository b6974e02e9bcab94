"""What the audit says of the five studies, and of rows that a person would get wrong."""

from __future__ import annotations

import csv
import re
from pathlib import Path

import pytest

from hccviz.domain.outcome_address import OPTIONS
from hccviz.evidence.audit.claims import COLUMNS, Claim
from hccviz.evidence.audit.own import EXAMPLES, MAX_ROWS, AuditFileError, claims_of, read_table
from hccviz.evidence.audit.published import CLAIMS, STUDIES, study_claims
from hccviz.evidence.audit.records import VERDICTS
from hccviz.evidence.audit.rules import RULES
from hccviz.evidence.audit.run import MOST_SEARCHES, audit_claims, audit_study
from hccviz.evidence.frozen import read_rows
from hccviz.export.audit import template_csv

EXAMPLES_FOUND = Path(__file__).with_name("audit_examples.csv")
KNOWN = list(csv.DictReader(EXAMPLES_FOUND.open(encoding="utf-8")))


AGAINST_RATE = {"rule": "subgroup_medians", "counts": "20+20", "time": 12}
AGAINST_MEDIAN = {"rule": "subgroup_median", "counts": "20+20", "median": 12}


def judged(**cells: object) -> tuple[str, str]:
    found = audit_claims([Claim(1, {name: str(cell) for name, cell in cells.items()})])
    assert not found.faults
    return found.findings[0].verdict, found.findings[0].argument


@pytest.mark.parametrize("known", KNOWN, ids=lambda k: f"{k['study']}: {k['claim'][:40]}")
def test_known_findings_of_the_studies(known: dict[str, str]):
    found = [
        f
        for f in audit_study(known["study"]).findings
        if f.rule == known["rule"] and f.claim.startswith(known["claim"])
    ]
    assert found, "no such claim"
    assert any(
        f.verdict == known["verdict"] and known["recomputed"] in f.recomputed for f in found
    ), [(f.verdict, f.recomputed) for f in found]


@pytest.mark.parametrize("name", STUDIES)
def test_every_claim_of_a_study_is_judged(name: str):
    found = audit_study(name)
    assert not found.faults
    assert {f.row for f in found.findings} == {c.row for c in study_claims(name)}
    assert all(f.argument.endswith(".") for f in found.findings)


def test_the_claims_hold_no_verdicts():
    rows = read_rows(CLAIMS)
    assert set(rows[0]) == {"study", *COLUMNS}
    assert {row["study"] for row in rows} == set(STUDIES)
    assert {row["rule"] for row in rows} <= set(RULES)
    text = " ".join(cell for row in rows for cell in row.values()).lower()
    assert not re.search(r"\b(impossible|inconsistent|truncat\w+)\b", text)


def test_the_address_knows_every_study_and_verdict():
    assert set(OPTIONS["audit"].codes) == {*STUDIES, "own"}
    assert set(VERDICTS) < set(OPTIONS["finding"].codes)


@pytest.mark.parametrize(
    ("cells", "verdict"),
    [
        ({"n": 22, "count": 12, "percent": "54.5"}, "consistent"),
        ({"n": 22, "count": 12, "percent": "54.6"}, "rounding"),
        ({"n": 8, "count": 1, "percent": "12"}, "rounding"),
        ({"n": 1000, "count": 12, "percent": "1.3"}, "rounding"),
        ({"n": 1000, "count": 12, "percent": "2.5"}, "inconsistent"),
        ({"n": 10, "count": 11, "percent": "110"}, "impossible"),
        ({"n": 10, "percent": "-3"}, "impossible"),
        ({"n": 43, "count": 8, "percent": "<20"}, "consistent"),
        ({"n": 43, "counts": "24+20"}, "impossible"),
        ({"n": 43, "counts": "24+18"}, "inconsistent"),
        ({"median": "11.2", "time": 12, "rate": 50}, "consistent"),
        ({"median": "11.96", "time": 12, "rate": 57}, "impossible"),
        ({"median": "12.0", "time": 12, "rate": 57}, "consistent"),
        ({"median": "13", "time": 12, "rate": 49}, "impossible"),
        ({"ratio": "2.0", "low": "2.2", "high": "3.0"}, "impossible"),
        ({"ratio": "2.0", "low": "1.0", "high": "3.0"}, "inconsistent"),
        ({"ratio": "2.0", "low": "1.0", "high": "4.0", "p": "0.500"}, "inconsistent"),
        ({"ratio": "2.0", "low": "1.0", "high": "4.0", "p": "0.050"}, "consistent"),
        ({"dose": 45, "fractions": 3, "value": 113, "label": "EQD2"}, "inconsistent"),
        ({"dose": 45, "fractions": 3, "value": 94, "label": "EQD2"}, "consistent"),
        ({"dose": 45, "fractions": 3, "value": 93, "label": "EQD2"}, "rounding"),
        ({"dose": 45, "fractions": 3, "value": 50, "label": ""}, "inconsistent"),
        ({"counts": "7+0/4+3", "p": "0.192"}, "consistent"),
        ({"value": "12", "other": "12.0"}, "consistent"),
        ({"rule": "pfs_os", "n": 40, "time": 12, "rate": 60, "value": 50}, "consistent"),
        ({"rule": "pfs_os", "n": 40, "time": 12, "rate": 50, "value": 60}, "inconsistent"),
        ({"rule": "subgroup_rates", "counts": "20+20", "values": "40+60", "time": 12, "rate": 50},
         "consistent"),
        ({**AGAINST_RATE, "times": "8+9", "rate": 57}, "inconsistent"),
        ({**AGAINST_RATE, "times": "8+9", "rate": 57, "censored": 0}, "impossible"),
        ({**AGAINST_RATE, "times": "15+16", "rate": 30, "censored": 2}, "impossible"),
        ({**AGAINST_MEDIAN, "times": "14+15", "censored": 2}, "consistent"),
        ({**AGAINST_MEDIAN, "times": "14+15", "censored": 2, "label": "first"}, "impossible"),
        ({**AGAINST_MEDIAN, "times": "8+9", "censored": 0}, "consistent"),
        ({**AGAINST_MEDIAN, "times": "8+9", "censored": 0, "label": "first"}, "impossible"),
        ({**AGAINST_MEDIAN, "times": "12+12"}, "consistent"),
    ],
)  # fmt: skip
def test_verdicts(cells: dict[str, object], verdict: str):
    assert judged(**cells)[0] == verdict


@pytest.mark.parametrize(
    ("cells", "column"),
    [
        ({"n": 0, "percent": 10}, "n"),
        ({"n": "many", "percent": 10}, "n"),
        ({"n": "10.5", "percent": 10}, "n"),
        ({"n": 10, "percent": "ten"}, "percent"),
        ({"n": 10, "counts": "3+x"}, "counts"),
        ({"counts": "1+2", "p": "0.05"}, "counts"),
        ({"counts": "0+0/1+2", "p": "0.05"}, "counts"),
        ({"median": 10, "time": 12, "rate": 140}, "rate"),
        ({"ratio": "-1", "low": "0.2", "high": "3"}, "ratio"),
        ({"dose": 45, "fractions": 0, "value": 50}, "fractions"),
        ({"dose": 4500, "fractions": 3, "value": 50}, "dose"),
        ({"dose": 45, "fractions": 3, "value": 50, "alpha_beta": 0}, "alpha_beta"),
        ({"rule": "magic", "n": 3}, "rule"),
        ({"rule": "percentage", "n": 3}, "percent"),
        ({"place": "Table 1"}, ""),
        ({**AGAINST_RATE, "counts": "10+10+10", "times": "8+9+7", "rate": 50}, "counts"),
        ({**AGAINST_RATE, "counts": "500+500", "times": "8+9", "rate": 57}, "counts"),
        ({"rule": "timeline", "value": "yesterday", "other": "2019-01-01", "times": "12"}, "value"),
        ({"n": "9" * 40, "percent": 10}, "n"),
        ({"n": 10, "counts": "+".join(["1"] * 80)}, "counts"),
    ],
)  # fmt: skip
def test_a_bad_row_is_named_and_the_others_are_judged(cells: dict[str, object], column: str):
    rows = [
        Claim(1, {k: str(v) for k, v in cells.items()}),
        Claim(2, {"n": "43", "percent": "62.8"}),
    ]
    found = audit_claims(rows)
    assert [f.row for f in found.findings] == [2]
    assert [(f.row, f.column) for f in found.faults] == [(1, column)]
    assert found.faults[0].sentence().endswith(".")


def test_searches_in_one_table_are_limited():
    row = {"rule": "km_events", "n": "13", "count": "2", "rate": "85.7"}
    found = audit_claims(Claim(i, row) for i in range(1, 31))
    assert len(found.findings) == MOST_SEARCHES
    assert len(found.faults) == 30 - MOST_SEARCHES


def test_the_template_reads_back_and_its_examples_are_judged():
    claims, notes = read_table(template_csv().encode())
    assert [dict(c.cells) for c in claims] == [dict(row) for row in EXAMPLES]
    assert not notes
    found = audit_claims(claims)
    assert not found.faults
    assert {f.verdict for f in found.findings} == {"consistent", "impossible", "inconsistent"}


def test_semicolons_decimal_commas_and_other_headings():
    text = "Kind;N;HR;Lower;Upper;p-value;colour\n;43;2,78;1,29;5,98;0,009;red\n"
    claims, notes = read_table(text.encode("latin-1"))
    assert claims[0].cells["ratio"] == "2.78"
    assert any("Row 1, column ratio: “2,78” is read as 2.78" in note for note in notes)
    assert any("colour" in note for note in notes)


def test_commas_between_thousands_and_in_lists():
    (claim,), notes = claims_of([{"n": "1,234", "percent": "62,8 %", "times": "11,7+9,9"}])
    assert claim.cells == {"n": "1234", "percent": "62.8", "times": "11.7+9.9"}
    assert len(notes) == 3


def test_an_unquoted_decimal_comma_is_named():
    _, notes = read_table(b"n,percent\n43,62,8\n")
    assert "Decimal commas need quotes" in notes[0]


@pytest.mark.parametrize(
    "data",
    [b"", b"\n\n", b"# only a comment\n", b"a,b\n1,2\n", b"\x89PNG\x00\x00",
     b"n,percent\n" * 200_000, b"n" + b"," * 5_000, b"\xff\xfe\x00"],
)  # fmt: skip
def test_what_is_no_table_is_refused_with_a_sentence(data: bytes):
    with pytest.raises(AuditFileError, match=r"\.$"):
        read_table(data)


def test_only_the_first_rows_are_checked():
    claims, notes = claims_of([{"n": "43", "percent": "62.8"}] * (MAX_ROWS + 5))
    assert len(claims) == MAX_ROWS
    assert str(MAX_ROWS) in notes[0]
