"""Organ limits: as printed, for their own number of fractions, oddities kept."""

import pytest

from hccviz.domain.errors import DoseInputError
from hccviz.dose.dvh_file import parse_dvh
from hccviz.dose.limits import check_limit, convert_limit, limit, limits
from hccviz.dose.lq import Course, bed
from hccviz.dose.plan_check import check_plan, measure
from hccviz.dose.schedules import SCHEDULES, STUDIES
from hccviz.dose.tissues import MARK_MEANING, TISSUES, organs, tissue

THREE, FOUR, FIVE = (Course.from_total(45, count) for count in (3, 4, 5))


def test_the_table_is_whole():
    table = limits()
    assert len(table) == 43
    assert len({entry.code for entry in table}) == 43
    assert {entry.study for entry in table} == {*STUDIES, "quantec"}
    codes = {entry.code for entry in TISSUES}
    for entry in table:
        assert entry.tissue in codes | {""}
        assert entry.mark in MARK_MEANING
        assert entry.text
        assert entry.fractions_text
        assert (entry.limit is None) == (entry.metric == "none")
        assert bool(entry.fractions) == (entry.rule in ("stated", "assumed"))


def test_limits_as_printed():
    assert [entry.text for entry in limits(study="sbrt-liver", kind="organ")] == [
        "Mean dose < 15 Gy",
        "Volume below 15 Gy ≥ 700 mL",
        "V55Gy < 5 %",
        "V15Gy < 35 %",
        "Maximum dose < 30 Gy",
        "Maximum dose < 30 Gy",
        "Maximum dose < 18 Gy",
        "Maximum dose < 30 Gy",
    ]


@pytest.mark.parametrize(
    ("code", "value", "course", "status"),
    [
        ("sbrt-liver-mean", 13, THREE, "met"),
        ("sbrt-liver-mean", 13.01, THREE, "exceeded"),
        ("sbrt-liver-mean", 1, FOUR, "other fractions"),
        ("sl-liver-mean", 15, THREE, "exceeded"),
        ("sl-liver-mean", 14.99, THREE, "met"),
        ("sbrt-liver-700", 700, THREE, "met"),
        ("sbrt-liver-700", 699, THREE, "exceeded"),
        ("sbrt-duodenum-d2cc", 17, FOUR, "met"),
        ("sbrt-duodenum-d2cc", 17, FIVE, "other fractions"),
        ("so-duodenum-d2cc", 40, THREE, "fractions not stated"),
        ("re-liver-v50", 50, FIVE, "met"),
        ("re-clinical", 50, FIVE, "no number"),
        ("q-conv-hcc-5", 27, Course.from_total(50, 25), "met"),
        ("q-conv-hcc-5", 27, THREE, "other fractions"),
        ("q-primary-6", 18, Course.from_total(48, 6), "exceeded"),
    ],
)
def test_checks(code, value, course, status):
    assert check_limit(limit(code), value, course).status == status


def test_the_oddities_are_shown():
    assert any("Vacuous" in text for text in check_limit(limit("sl-duodenum-v55"), 0, THREE).notes)
    assert any("metastases" in text for text in check_limit(limit("sl-liver-mean"), 9, THREE).notes)
    found = check_limit(limit("sbrt-stomach-d2cc"), 9, THREE)
    assert "does not state" in found.notes[0]
    found = check_limit(limit("so-liver-mean"), 20, THREE, accept_unstated=True)
    assert found.status == "met"
    assert "does not state" in found.notes[0]


def test_conversion_is_explicit_isoeffective_and_marked():
    original = limit("sbrt-liver-mean")
    five = convert_limit(original, 5, alpha_beta_gy=3)
    assert bed(five.limit, 5, alpha_beta_gy=3) == pytest.approx(bed(13, 3, alpha_beta_gy=3))
    found = check_limit(five, 15, FIVE)
    assert found.status == "met"
    assert "Converted from 3 fractions" in found.notes[0]
    assert five.fractions_text == "5 fractions (converted)"
    assert check_limit(five, 15, THREE).status == "other fractions"
    assert limit("sbrt-liver-mean") == original


def test_conversion_of_a_volume_limit_moves_its_dose():
    five = convert_limit(limit("sbrt-liver-700"), 5, alpha_beta_gy=3)
    assert five.limit == 700
    assert five.at > 15


def test_conversion_from_several_fraction_numbers_takes_the_stricter():
    three = convert_limit(limit("sbrt-stomach-d2cc"), 3, alpha_beta_gy=3)
    assert three.limit < 18


def test_conversion_of_a_conventional_limit():
    found = convert_limit(limit("q-conv-hcc-5"), 14, alpha_beta_gy=2.5)
    assert found.limit == pytest.approx(28)


@pytest.mark.parametrize("code", ["so-liver-mean", "re-liver-v50", "re-clinical", "sl-ptv-max"])
def test_what_cannot_be_converted_is_refused(code):
    with pytest.raises(DoseInputError, match="cannot be converted"):
        convert_limit(limit(code), 5, alpha_beta_gy=3)


@pytest.mark.parametrize("value", [-1, float("nan"), "12", None])
def test_wrong_values_are_refused(value):
    with pytest.raises(DoseInputError):
        check_limit(limit("sl-heart-max"), value, THREE)


def test_unknown_names_are_refused():
    with pytest.raises(DoseInputError):
        limit("no-such")
    with pytest.raises(DoseInputError, match="hcc, liver"):
        tissue("spleen")


def test_a_plan_against_every_liver_limit():
    text = "Dose (Gy);cumulative volume (cc)\n0;1500\n10;900\n20;300\n30;0"
    found = {entry.limit.code: entry for entry in check_plan("liver", parse_dvh(text), THREE)}
    assert found["sbrt-liver-mean"].value == pytest.approx(13)
    assert found["sbrt-liver-700"].status == "met"
    assert found["re-liver-v50"].value == pytest.approx(15)
    assert found["q-primary-6"].status == "other fractions"
    relative = parse_dvh("Dose (Gy);Volume (%)\n0;100\n10;60\n30;0")
    by_code = {entry.limit.code: entry for entry in check_plan("liver", relative, THREE)}
    assert by_code["sbrt-liver-700"].status == "not measured"
    assert check_plan("duodenum", relative, FOUR)[0].status == "not measured"


def test_maximum_and_volume_limits_from_a_histogram():
    dvh = parse_dvh("Dose (Gy);cumulative cc\n0;100\n10;20\n20;0")
    measured = {
        "sl-heart-max": 20,
        "sl-kidney-v15": 10,
        "sbrt-duodenum-d2cc": 19,
        "sl-ptv-max": None,
    }
    for code, value in measured.items():
        expected = None if value is None else pytest.approx(value)
        assert measure(limit(code), dvh, THREE) == expected


def test_tissues():
    assert tissue("hcc").role == "tumour"
    assert organs()[0].code == "liver"
    for entry in TISSUES:
        assert entry.low_gy <= entry.alpha_beta_gy <= entry.high_gy
        assert entry.has_band == bool(entry.alternatives)
        assert entry.mark_meaning


def test_schedules():
    assert len(SCHEDULES) == 17
    assert SCHEDULES[7].label == "45 Gy / 3 fx · SBRT after incomplete TACE, n = 302"
    assert all(entry.study in STUDIES for entry in SCHEDULES)
