"""Dose tables: two decimals everywhere, every source with its mark, columns equally long."""

from __future__ import annotations

import json
import re

import numpy as np
import pytest

from hccviz.dose.comparison import compare, tissue_dose, tornado
from hccviz.dose.dvh import make_dvh
from hccviz.dose.limits import limits
from hccviz.dose.liver_scores import albi_scores, child_pugh
from hccviz.dose.local_control import control_sources
from hccviz.dose.lq import Course
from hccviz.dose.ntcp import LIVER_LKB, ntcp_from_dvh, unavailable
from hccviz.dose.plan_check import check_plan
from hccviz.dose.query import course_entry
from hccviz.dose.reirradiation_query import evaluate_reirradiation
from hccviz.dose.scenario import evaluate
from hccviz.dose.staging import bclc, mrecist
from hccviz.dose.tissues import TISSUES
from hccviz.export import dose, dose_courses, dose_plan
from hccviz.export.tables import to_csv

SBRT = Course.from_total(45, 3)
QUERY = "courses=45/3,30/10&ab=10&ref=1.8&isodose=85"
EXAMPLE = "courses=45/15,54/18,48/16&organ={}&intervals=11,6&recovery=step,exponential"
CORD = evaluate_reirradiation(EXAMPLE.format("cord"))
LIVER = make_dvh(
    np.array([0.0, 10, 20, 30]), np.array([1500.0, 900, 300, 0]), kind="cumulative",
    volume_unit="cc",
)  # fmt: skip
TABLES = {
    "courses": dose.dose_table(evaluate(QUERY)),
    "one wrong": dose.dose_table(evaluate("courses=45/3,0/3&ab=10")),
    "gap": dose.gap_table(evaluate("courses=60/30&ab=10&overall=44&planned=39&tk=28&k=0.9")),
    "tissues": dose.tissue_table([tissue_dose(SBRT, entry) for entry in TISSUES]),
    "sources": dose.tissue_sources([tissue_dose(SBRT, entry) for entry in TISSUES]),
    "band": dose.band_table(tornado(SBRT, TISSUES)),
    "side by side": dose.side_by_side(compare([SBRT, Course.from_total(30, 10)], TISSUES)),
    "contributions": dose_courses.contribution_table(CORD),
    "sums": dose_courses.sum_table(CORD),
    "partial": dose_courses.partial_table([course_entry("45/3"), course_entry("x")], 3),
    "organs": dose_courses.organs_table([evaluate_reirradiation(EXAMPLE.format("liver"))]),
    "limits": dose_plan.limit_table(check_plan("liver", LIVER, SBRT)),
    "limits, narrow": dose_plan.limit_view(check_plan("liver", LIVER, SBRT)),
    "said": dose_plan.said_table(limits(tissue="duodenum", kind="reference")),
    "ntcp": dose_plan.ntcp_table(ntcp_from_dvh(LIVER, 3, LIVER_LKB["primary"])),
    "control": dose_plan.control_table(control_sources()),
    "child-pugh": dose_plan.child_pugh_table(child_pugh(0.8, 3.8, 1.1, "none", "none")),
    "albi": dose_plan.albi_table(albi_scores(0.8, 3.8)),
    "mrecist": dose_plan.mrecist_table(mrecist(baseline_mm=50, current_mm=35)),
    "bclc": dose_plan.bclc_table(
        bclc(tumor_count=1, largest_cm=3, vascular_invasion=False, extrahepatic_disease=False,
             ecog=0, child_pugh_class="A")
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", TABLES)
def test_columns_are_equally_long_and_filled(name):
    table = TABLES[name]
    assert len({len(cells) for cells in table.values()}) == 1
    assert all(cell for head, cells in table.items() for cell in cells)
    assert to_csv(table).count("\n") >= 2


@pytest.mark.parametrize("name", ["courses", "tissues", "band", "sums", "contributions"])
def test_doses_have_two_decimals(name):
    doses = [head for head in TABLES[name] if re.search(r"BED|EQD|dose \(Gy\)|Room", head)]
    assert doses
    for head in doses:
        for number in re.findall(r"\d+\.\d+|\d+(?=$)", " ".join(TABLES[name][head])):
            assert re.fullmatch(r"\d+\.\d\d", number), (head, number)


@pytest.mark.parametrize("name", ["sources", "limits", "said", "control", "bclc", "mrecist"])
def test_every_source_carries_its_mark(name):
    column = next(head for head in TABLES[name] if head == "Source")
    assert all(re.search(r"\[[VACU](:|\])", cell) for cell in TABLES[name][column])


def test_the_sum_is_missing_when_a_course_is_wrong():
    table = TABLES["one wrong"]
    assert table["BED (Gy)"] == ["112.50", "not computed", "not computed"]


def test_lql_is_beside_lq_where_it_differs():
    cells = dict(zip(*list(TABLES["tissues"].values())[:2], strict=True))
    assert cells["Normal liver (3 Gy)"] == "270.00 · LQ-L 189.00"
    assert cells["Hepatocellular carcinoma (10 Gy)"] == "112.50"


def test_the_worked_example_adds_up():
    found = evaluate_reirradiation(EXAMPLE.format("duodenum"))
    table = dose_courses.sum_table(found)
    assert table["Recovery"][0] == "Without recovery"
    assert table["EQD2 (Gy)"][0] == "176.40"
    assert table["Room (Gy)"] == ["none: exceeded"] * 3
    assert "exceeds it by 114.25 Gy" in dose_courses.say_limit(found.comparison)


def test_a_limit_is_drawn_only_where_it_can_be_compared():
    assert dose_courses.limit_as_eqd2(CORD) == pytest.approx(67.75)
    assert dose_courses.limit_as_eqd2(evaluate_reirradiation(EXAMPLE.format("duodenum"))) is None


def test_whole_schedules_fill_the_room():
    found = evaluate_reirradiation("courses=30/10&organ=liver&limit=60")
    table = dose_courses.fits_table(found.comparison)
    assert all(float(cell) >= 0 for cell in table["Left over (Gy)"])
    assert "12 fractions of 2 Gy" in " ".join(table["Schedule"])


def test_what_is_odd_is_said():
    notes = " ".join(dose_plan.limit_notes(check_plan("duodenum", LIVER, SBRT)))
    assert "Vacuous" in notes
    assert "QUANTEC gives < 15 Gy in 3 fractions for metastases" in " ".join(
        dose_plan.limit_notes(check_plan("liver", LIVER, SBRT))
    )


def test_missing_parameters_read_unavailable():
    assert dose_plan.ntcp_table(unavailable("no parameters for this organ"))["Liver"][0] == (
        "unavailable: no parameters for this organ"
    )


def test_json_holds_what_the_command_line_prints():
    made = evaluate(QUERY)
    record = json.loads(dose.scenario_json(made, compare([SBRT], TISSUES), QUERY))
    assert record["query"] == QUERY
    assert {key: record[key] for key in made.to_json()} == json.loads(json.dumps(made.to_json()))
    assert record["tissues"][0][1]["bed_lql_gy"] == 189.0
    assert all(tissue["mark"] in "VACU" for tissue in record["tissues"][0])
