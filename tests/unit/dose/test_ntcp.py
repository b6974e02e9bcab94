"""Histograms, gEUD and the liver model, against hand calculation."""

import numpy as np
import pytest

from hccviz.domain.errors import DoseInputError
from hccviz.dose.dvh import make_dvh
from hccviz.dose.dvh_file import parse_dvh, read_dvh
from hccviz.dose.local_control import CONFLICT, control_sources
from hccviz.dose.ntcp import (
    LIVER_LKB,
    geud,
    liver_parameters,
    lkb,
    ntcp_from_dvh,
    ntcp_from_mean_dose,
)
from hccviz.dose.ntcp_query import evaluate_ntcp, ntcp_json

CUMULATIVE = "Dose (Gy),Volume (%)\n0,100\n10,60\n20,20\n30,0\n"
DIFFERENTIAL = "dose,volume differential cc\n5,400\n15,400\n25,200\n"


def test_cumulative_and_differential_are_the_same_organ():
    one, other = parse_dvh(CUMULATIVE), parse_dvh(DIFFERENTIAL)
    assert one.mean_gy == pytest.approx(other.mean_gy) == pytest.approx(13)
    assert one.bin_share.tolist() == pytest.approx(other.bin_share.tolist())
    assert one.total_cc is None
    assert other.total_cc == 1000


def test_metrics():
    dvh = parse_dvh("dose (Gy);cumulative volume (cc)\n0;1500\n10;900\n20;300\n30;0")
    assert dvh.share_over(10) == pytest.approx(0.6)
    assert dvh.share_over(15) == pytest.approx(0.4)
    assert dvh.spared_cc(15) == pytest.approx(900)
    assert dvh.dose_to_cc(300) == pytest.approx(20)
    assert dvh.dose_to_cc(1e4) == 0
    assert dvh.max_gy == parse_dvh(DIFFERENTIAL).max_gy == 30
    relative = parse_dvh(CUMULATIVE)
    assert relative.spared_cc(15) is None
    assert relative.dose_to_cc(2) is None


@pytest.mark.parametrize(
    "text",
    [
        "0;100\n10;60\n20;20\n30;0",
        "0\t1\n10\t0.6\n20\t0.2\n30\t0",
        "0 100\n10 60\n20 20\n30 0",
        "Dose [cGy], cumulative %\n0,100\n1000,60\n2000,20\n3000,0",
        "\ufeff# exported\ndose;volume\n0,0;100,0\n10,0;60,0\n20,0;20,0\n30,0;0,0\n",
        '"0","100"\n"10","60"\n"20","20"\n"30","0",\n',
    ],
)
def test_ways_to_write_a_histogram(text):
    assert parse_dvh(text).mean_gy == pytest.approx(13)


def test_a_histogram_that_starts_late_or_ends_early():
    late = parse_dvh("cumulative %\n10,90\n20,0")
    assert late.mean_gy == pytest.approx(0.1 * 5 + 0.9 * 15)
    early = parse_dvh("cumulative %\n0,100\n10,50")
    assert early.mean_gy == pytest.approx(0.5 * 5 + 0.5 * 10)
    assert any("last dose" in text for text in early.notes)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "0 doses"),
        ("dose,volume\n", "0 doses"),
        ("10,5\n", "1 doses"),
        ("0,100\nten,50\n", "line 2"),
        ("0,100,3\n10,50,4\n", "0 doses"),
        ("0,100\n10,nan\n", "line 2"),
        ("0,100\n0,50\n", "increasing"),
        ("10,100\n0,50\n", "increasing"),
        ("0,100\n10,-5\n", "0 or more"),
        ("0,0\n10,0\n", "only zeros"),
        ("0,100\n3000,50\n4000,0\n", "cGy"),
        ("cumulative\n0,50\n10,100\n", "never rise"),
        ("cumulative %\n0,150\n10,0\n", "volume unit"),
    ],
)
def test_wrong_histograms(text, words):
    with pytest.raises(DoseInputError, match=words):
        parse_dvh(text)


def test_falling_volumes_that_add_up_are_differential():
    assert parse_dvh("0,60\n10,40\n").mean_gy == pytest.approx(4)


def test_bytes_of_a_file():
    for data in (
        CUMULATIVE.encode(),
        CUMULATIVE.encode("utf-16"),
        "Dose (Gy);cm³\n0;100\n10;60\n20;20\n30;0".encode("latin-1"),
    ):
        assert read_dvh(data).mean_gy == pytest.approx(13)
    for wrong in (
        b"PK\x03\x04\x00\x00",
        b"\xff\xfe\x00",
        b"0,100\n" * 1_000_000,
        b"",
        b"a\n" * 200,
    ):
        with pytest.raises(DoseInputError):
            read_dvh(wrong)


def test_a_histogram_that_can_be_both_asks():
    with pytest.raises(DoseInputError, match="cumulative or as differential"):
        parse_dvh("0,700\n10,300\n20,100")
    assert parse_dvh("0,700\n10,300\n20,0", kind="cumulative").total_cc == 700


def test_geud_limits():
    dose, share = np.array([10.0, 20, 30]), np.array([0.2, 0.5, 0.3])
    assert geud(dose, share, n=1) == pytest.approx(dose @ share)
    assert geud(dose, share, n=0.01) == pytest.approx(30, rel=0.02)
    assert geud(np.zeros(2), np.array([0.5, 0.5]), n=0.5) == 0
    assert geud(np.array([200.0, 200.0]), np.array([0.5, 0.5]), n=0.001) == pytest.approx(200)


def test_lkb():
    assert lkb(40, td50_gy=40, m=0.12) == 0.5
    assert lkb(40 * 1.12, td50_gy=40, m=0.12) == pytest.approx(0.841345, abs=1e-6)


def test_reference_fraction_of_the_parameters():
    assert LIVER_LKB["primary"].td50_eqd2_gy == pytest.approx(35.3778, abs=1e-4)
    assert LIVER_LKB["metastases"].td50_eqd2_gy == pytest.approx(40.7111, abs=1e-4)


def test_quantec_is_reproduced():
    low = ntcp_from_mean_dose(28, 14, LIVER_LKB["primary"]).probability
    high = ntcp_from_mean_dose(36, 18, LIVER_LKB["primary"]).probability
    assert low < 0.05
    assert high == pytest.approx(0.56, abs=0.01)


def test_every_bin_has_its_own_dose_per_fraction():
    dvh = make_dvh(np.array([3.0, 27.0]), np.array([50.0, 50.0]), kind="differential")
    model = LIVER_LKB["primary"]
    single = np.array([1.0, 9.0])
    eqd2 = 3 * single * (single + 2.5) / 4.5
    expected = (0.5 * (eqd2 ** (1 / 0.97)).sum()) ** 0.97
    found = ntcp_from_dvh(dvh, 3, model)
    assert found.geud_gy == pytest.approx(expected)
    assert found.geud_gy > ntcp_from_mean_dose(15, 3, model).geud_gy


def test_missing_parameters_are_unavailable():
    for found in (
        ntcp_from_mean_dose(28, None, LIVER_LKB["primary"]),
        ntcp_from_mean_dose(28, 14, None),
        ntcp_from_dvh(parse_dvh(CUMULATIVE), None, LIVER_LKB["primary"]),
        ntcp_from_dvh(parse_dvh(CUMULATIVE), 14, None),
    ):
        assert found.probability is None
        assert found.why.startswith("unavailable: ")


def test_doubtful_models_are_named():
    found = ntcp_from_mean_dose(30, 3, liver_parameters("primary", alpha_beta_gy=3))
    assert any("α/β of 2.5" in text for text in found.warnings)
    assert any("uniformly" in text for text in found.warnings)
    assert any("uncertain" in text for text in found.warnings)


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("fractions=14", "mean_dose_gy"),
        ("mean=0&fractions=14", "total_dose_gy"),
        ("mean=nan&fractions=14", "mean_dose_gy"),
        ("mean=28&fractions=2.5", "fractions"),
        ("mean=2800&fractions=14", "total_dose_gy"),
        ("mean=28&fractions=14&disease=other", "disease"),
        ("mean=28&fractions=14&m=0", "m"),
        ("mean=28&fractions=14&kind=cumulative", "kind"),
        ("mean=28&fractions=14&ab=-1", "alpha_beta_gy"),
        ("mean=28&sessions=14", "sessions"),
    ],
)
def test_wrong_queries_name_the_field(query, field):
    with pytest.raises(DoseInputError) as caught:
        evaluate_ntcp(query)
    assert caught.value.field == field


def test_query_with_a_histogram():
    found = ntcp_json(evaluate_ntcp("fractions=10&disease=metastases", dvh_text=CUMULATIVE))
    assert 0 < found["ntcp"] < 1
    assert found["mean_dose_gy"] == pytest.approx(13)
    assert found["model"]["td50_eqd2_gy"] == pytest.approx(40.7111, abs=1e-4)
    with pytest.raises(DoseInputError, match="without a histogram"):
        evaluate_ntcp("fractions=10&mean=3", dvh_text=CUMULATIVE)
    assert ntcp_json(evaluate_ntcp("mean=28"))["ntcp_why"].startswith("unavailable")


def test_entered_parameters_are_marked():
    found = evaluate_ntcp("mean=28&fractions=14&td50=28&n=1&m=0.2")
    assert found.probability == pytest.approx(0.5)
    assert found.parameters.mark == "U"


def test_local_control_has_no_curve_but_a_conflict():
    assert "No curve" in CONFLICT
    assert [entry.mark for entry in control_sources()] == ["A", "A", "V", "A"]
    for entry in control_sources():
        for band in entry.bands:
            assert len(band.years) == len(band.control_percent)
