"""The audit page in Streamlit's test runner: five studies, one's own table, bad input."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from streamlit.testing.v1 import AppTest

from hccviz.evidence.audit.published import STUDIES
from hccviz.evidence.audit.run import audit_study
from hccviz.export.audit import say_audit
from tests.app.conftest import words

PAGE = "pages/evidence/audit.py"
Open = Callable[..., AppTest]


def everything(app: AppTest) -> str:
    tables = [table.value.to_csv() for table in app.table]
    return "\n".join([words(app), *tables]).replace("\\", "")


@pytest.mark.parametrize("name", STUDIES)
def test_every_study_shows_its_findings_in_question(open_app: Open, name: str):
    app = open_app(PAGE, **{"out.audit": name})
    assert not app.exception
    shown = everything(app)
    assert say_audit(audit_study(name)) in shown
    for finding in audit_study(name).findings:
        if finding.verdict != "consistent":
            assert finding.argument.replace("\\", "") in shown


def test_the_page_is_not_about_the_cohort_in_the_rail(open_app: Open):
    app = open_app(PAGE, cohort="sorafenib-rt")
    assert "18 patients" not in app.title[0].value
    assert say_audit(audit_study("sorafenib-rt")) in everything(app)


def test_consistent_findings_stand_in_a_table(open_app: Open):
    app = open_app(PAGE, **{"out.audit": "reirradiation", "out.finding": "consistent"})
    assert not app.exception
    assert "27/43 = 62.791 %" in everything(app)
    assert "Impossible" not in "".join(m.value for m in app.markdown if "-badge[" in m.value)


def test_a_rule_filters(open_app: Open):
    app = open_app(PAGE, **{"out.audit": "reirradiation"})
    app.selectbox(key="w-audit-rule").set_value("median_rate").run()
    badges = [m.value for m in app.markdown if "-badge[" in m.value]
    assert len(badges) == 1
    assert "Impossible" in badges[0]


def test_the_own_table_starts_with_examples(open_app: Open):
    app = open_app(PAGE, **{"out.audit": "own"})
    assert not app.exception
    shown = everything(app)
    assert "7 printed claims checked" in shown
    assert "S(12) is at most 50 %" in shown


def test_an_upload_is_checked_row_by_row(open_app: Open):
    app = open_app(PAGE, **{"out.audit": "own"})
    text = (
        "claim;n;count;percent;counts\n"
        "good;43;27;62,8;\n"
        "zero;0;3;50;\n"
        "words;many;3;50;\n"
        "too much;10;;120;\n"
        "![x](http://example.org/a.png);76;;24.7;\n"
    )
    app.file_uploader(key="audit-file-0").upload("claims.csv", text.encode()).run()
    assert not app.exception
    shown = everything(app)
    assert "“62,8” is read as 62.8" in shown
    assert "a whole number, 1 to" in shown
    assert "“many”" in shown
    assert "120 % lies outside 0 to 100 %" in shown
    assert all("![" not in m.value for m in app.markdown)


@pytest.mark.parametrize(
    ("data", "told"),
    [
        (b"", "The file is empty"),
        (b"a,b\n1,2\n", "expected some of"),
        (b"\x00\x01\x02", "no text"),
    ],
)
def test_a_file_that_is_no_table_is_refused_with_a_sentence(open_app: Open, data: bytes, told: str):
    app = open_app(PAGE, **{"out.audit": "own"})
    app.file_uploader(key="audit-file-0").upload("claims.csv", data).run()
    assert not app.exception
    assert told in "".join(error.value for error in app.error).replace("\\", "")
