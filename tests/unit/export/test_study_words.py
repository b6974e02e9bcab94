"""Printed numbers in words."""

from __future__ import annotations

from functools import cache

import pytest

from hccviz.data.builtin import open_built_in
from hccviz.evidence.study import Printed, read_study
from hccviz.evidence.targets import STUDIES
from hccviz.export.study_words import chosen_rows, say_printed, say_value, study_table
from hccviz.export.target_words import say_quantity


@cache
def rows(name: str) -> tuple[dict[str, Printed], object]:
    of = open_built_in(name)
    return {row.target.id: row for row in read_study(of).rows}, of.schema


@pytest.mark.parametrize(
    ("name", "key", "said", "printed"),
    [
        ("reirradiation", "abstract-017", "Median overall survival, Child-Pugh class A",
         "14.2 months"),
        ("reirradiation", "table-3-020",
         "Log-rank p: overall survival by T stage T4 (against the others)", "0.004"),
        ("reirradiation", "abstract-019",
         "Log-rank p: overall survival by Child-Pugh class B (against the others)", "<0.001"),
        ("reirradiation", "table-4-009",
         "Hazard ratio: overall survival by Child-Pugh class B (against the others), adjusted",
         "5.555"),
        ("reirradiation", "table-1-005", "Patients: Age <60 years", "24"),
        ("reirradiation", "abstract-013", "Share: CR or PR by mRECIST, in-field, EQD2 ≥ 45 Gy",
         "81.0%"),
        ("reirradiation", "results-3-004", "Patients: no death", "8"),
        ("sbrt-incomplete-tace", "abstract-015", "Overall survival at 36 months", "72.7%"),
        ("sbrt-incomplete-tace", "table-1-032", "Patients: Alpha-fetoprotein >20 ng/mL", "98"),
        ("sbrt-incomplete-tace", "table-2-019",
         "Hazard ratio, upper 95% limit: local control by tumor size (per unit)", "2.53"),
        ("sbrt-hcc-metastases", "methods-001", "Accrual start", "July 2011"),
        ("sbrt-hcc-metastases", "table-2-063",
         "Patients: Tumor size 2 to <3 cm, Diagnosis Hepatocellular carcinoma", "2"),
        ("sorafenib-rt", "abstract-016", "Patients: hand-foot syndrome (acute), grade 3 or 4", "3"),
        ("sorafenib-rt", "results-response-006", "Mean size change, RT group primary", "−61%"),
    ],
)  # fmt: skip
def test_a_number_is_said_as_people_say_it(name: str, key: str, said: str, printed: str) -> None:
    found, schema = rows(name)
    assert say_quantity(found[key].target, schema) == said
    assert say_printed(found[key].target, schema) == printed


@pytest.mark.parametrize("name", STUDIES)
def test_no_row_shows_a_missing_value_or_an_internal_name(name: str) -> None:
    found, schema = rows(name)
    for key, row in found.items():
        told = (say_quantity(row.target, schema), say_value(row, schema))
        for text in told:
            assert text, key
            assert "nan" not in text.lower().split(), key
            assert "_" not in text, key
            assert "=" not in text.replace("Sorafenib=400", ""), key


def test_rows_are_chosen_by_verdict_place_and_words() -> None:
    of = open_built_in("reirradiation")
    study = read_study(of)
    everything = chosen_rows(study, of.schema)
    assert everything == study.rows
    table = chosen_rows(study, of.schema, place="Table 3", words="class a SURVIVAL")
    assert [row.target.id for row in table] == ["table-3-012"]
    impossible = chosen_rows(study, of.schema, verdict="impossible")
    assert {row.target.status for row in impossible} == {"impossible"}
    shown = study_table(impossible, of.schema)
    assert {len(cells) for cells in shown.values()} == {len(impossible)}
    assert all(shown["Note"])
