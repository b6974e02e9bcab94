"""Every published or recomputed number of ``vectors.csv``, within 1e-4 Gy."""

import csv
import json
from pathlib import Path

import pytest

from hccviz.domain.errors import DoseInputError
from hccviz.dose.isoeffect import solve_dose_per_fraction, solve_fractions
from hccviz.dose.liver_scores import albi_scores, child_pugh
from hccviz.dose.lq import Course, bed, eqd2, eqdx, eqdx_whole_fractions
from hccviz.dose.models import LQ, LQL
from hccviz.dose.ntcp import LIVER_LKB, ntcp_from_mean_dose
from hccviz.dose.overlap import OrganCourse
from hccviz.dose.recovery import ExponentialRecovery
from hccviz.dose.reirradiation import cumulate
from hccviz.dose.scenario import evaluate
from hccviz.dose.timing import (
    DailyFractions,
    TimeFactor,
    bed_incomplete_repair,
    compensate_gap,
    normalisation_course,
)

ROWS = list(csv.DictReader((Path(__file__).parent / "vectors.csv").open(encoding="utf-8")))


def near(value):
    return pytest.approx(float(value), abs=1e-4)


def by_model(*models):
    rows = [row for row in ROWS if row["model"] in models]
    assert rows
    return pytest.mark.parametrize("row", rows, ids=lambda row: row["id"])


def course(row):
    return Course.from_total(float(row["total_dose_gy"]), float(row["fractions"]))


def ratio(row):
    return float(row["alpha_beta_gy"])


def extra(row):
    return json.loads(row["extra_params"]) if row["extra_params"] else {}


def test_every_model_of_the_table_has_a_test():
    assert {row["model"] for row in ROWS} == {
        "LQ", "LQL", "REIRR_SUM", "REIRR_RECOVERY", "ISODOSE_NORM", "LQ_EQD1.8_INT", "ALBI",
        "LQ_TIME", "LQ_BID", "GAP", "ISO_SOLVE_D", "ISO_SOLVE_N", "LKB", "INVALID",
    }  # fmt: skip


@by_model("LQ", "ISODOSE_NORM", "LQ_EQD1.8_INT")
def test_linear_quadratic(row):
    one = course(row)
    assert bed(one.total_dose_gy, one.fractions, alpha_beta_gy=ratio(row)) == near(row["bed_gy"])
    assert eqd2(one.total_dose_gy, one.fractions, alpha_beta_gy=ratio(row)) == near(row["eqd2_gy"])


@by_model("LQ", "ISODOSE_NORM")
def test_the_query_gives_the_same_numbers(row):
    query = f"courses={row['total_dose_gy']}/{row['fractions']}&ab={row['alpha_beta_gy']}"
    total = evaluate(query).total
    assert total.bed_gy == near(row["bed_gy"])
    assert total.eqd2_gy == near(row["eqd2_gy"])


@by_model("LQ_EQD1.8_INT")
def test_whole_fractions_of_the_sorafenib_study(row):
    expected = extra(row)
    one, reference = course(row), expected["ref_fraction_gy"]
    exact = eqdx(
        one.total_dose_gy,
        one.fractions,
        alpha_beta_gy=ratio(row),
        reference_fraction_gy=reference,
    )
    whole = eqdx_whole_fractions(one, alpha_beta_gy=ratio(row), reference_fraction_gy=reference)
    assert exact == near(expected["eqd1.8_exact"])
    assert whole.fractions == expected["whole_1.8_fractions"]
    assert whole.total_dose_gy == near(expected["expect_rounded"])


@by_model("ISODOSE_NORM")
def test_normalisation_point(row):
    wanted = extra(row)
    centre = normalisation_course(course(row), wanted["rx_isodose_pct"])
    assert centre.total_dose_gy == near(wanted["expect"]["norm_point_dose_gy"])
    if "norm_point_bed10" in wanted["expect"]:
        found = bed(centre.total_dose_gy, centre.fractions, alpha_beta_gy=10)
        assert found == near(wanted["expect"]["norm_point_bed10"])


@by_model("LQL")
def test_linear_quadratic_linear(row):
    wanted, one = extra(row), course(row)
    model = LQL(ratio(row), wanted["dT_gy"], wanted["gamma_over_alpha"])
    assert model == LQL.tangent(ratio(row))
    assert model.bed(one.total_dose_gy, one.fractions) == near(row["bed_gy"])
    assert model.equivalent(one.total_dose_gy, one.fractions, 2) == near(row["eqd2_gy"])


@by_model("REIRR_SUM")
def test_sum_of_courses(row):
    wanted = extra(row)
    courses = tuple(OrganCourse(Course.from_total(*pair)) for pair in wanted["courses"])
    found = cumulate(courses, organ="", alpha_beta_gy=ratio(row))
    assert found.bed_gy == near(row["bed_gy"])
    assert found.eqd2_gy == near(row["eqd2_gy"])
    each = [item.eqd2_gy for item in found.contributions]
    assert each == [near(value) for value in wanted.get("per_course_eqd2", each)]
    printed = wanted.get("printed_cumulative_eqd2", found.eqd2_gy)
    assert found.eqd2_gy == pytest.approx(printed, abs=0.05)


@by_model("REIRR_RECOVERY")
def test_exponential_recovery(row):
    wanted = extra(row)
    courses = tuple(OrganCourse(Course.from_total(*wanted[name])) for name in ("prior", "new"))
    model = ExponentialRecovery(wanted["S"], wanted["Th_months"])
    found = cumulate(
        courses,
        organ="cord",
        alpha_beta_gy=ratio(row),
        intervals_months=(wanted["interval_months"],),
        recovery=(model,),
    ).recovered[0]
    assert found.remaining[0] == near(wanted["expect"]["residual_fraction"])
    assert found.bed_gy == near(row["bed_gy"])
    assert found.eqd2_gy == near(row["eqd2_gy"])


@by_model("LQ_TIME")
def test_time_factor(row):
    wanted = extra(row)
    query = (
        f"courses={row['total_dose_gy']}/{row['fractions']}&ab={row['alpha_beta_gy']}"
        f"&alpha={wanted['alpha']}&tp={wanted['Tp_days']}&tk={wanted['Tk_days']}"
        f"&overall={wanted['T_days']}"
    )
    assert evaluate(query).total.bed_gy == near(row["bed_gy"])
    assert evaluate(query).total.eqd2_gy == near(row["eqd2_gy"])
    assert evaluate(query + "&timeref=own").total.eqd2_gy == near(70)


@by_model("LQ_BID")
def test_several_fractions_a_day(row):
    wanted = extra(row)
    daily = DailyFractions(wanted["m_per_day"], wanted["delta_t_h"], wanted["t_half_h"])
    assert daily.repair_factor == near(wanted["Hm"])
    found = bed_incomplete_repair(course(row), alpha_beta_gy=ratio(row), daily=daily)
    assert found == near(row["bed_gy"])
    query = (
        f"courses={row['total_dose_gy']}/{row['fractions']}&ab={row['alpha_beta_gy']}"
        f"&perday={daily.per_day}&interval={daily.interval_hours}&thalf={daily.half_time_hours}"
    )
    assert evaluate(query).total.eqd2_gy == near(row["eqd2_gy"])


@by_model("GAP")
def test_gap(row):
    wanted = extra(row)
    found = compensate_gap(
        course(row),
        alpha_beta_gy=ratio(row),
        planned_days=wanted["T_planned"],
        actual_days=wanted["T_actual"],
        factor=TimeFactor(wanted["K_gy_per_day"], wanted["Tk_days"]),
    )
    assert found.bed_planned_gy == near(wanted["expect"]["bed_planned_T"])
    assert found.bed_actual_gy == near(wanted["expect"]["bed_actual_T"])
    assert found.bed_lost_gy == near(wanted["expect"]["bed_lost"])
    assert found.extra_2gy_fractions == near(wanted["expect"]["extra_2gy_fractions_same_T"])


@by_model("ISO_SOLVE_D")
def test_dose_per_fraction_for_a_bed(row):
    wanted = extra(row)
    found = solve_dose_per_fraction(
        wanted["target_bed"], float(row["fractions"]), model=LQ(ratio(row))
    )
    assert found.exact == near(wanted["expect"]["d_gy"])
    assert found.exact * float(row["fractions"]) == near(row["total_dose_gy"])


@by_model("ISO_SOLVE_N")
def test_fractions_for_a_bed(row):
    wanted = extra(row)
    found = solve_fractions(wanted["target_bed"], wanted["d_gy"], model=LQ(ratio(row)))
    expected = wanted["expect"]
    assert found.exact == near(expected["n_exact"])
    assert found.below.course.fractions == expected["n_floor"]
    assert found.above.course.fractions == expected["n_ceil"]
    assert found.below.bed_gy == near(expected["bed_at_floor"])
    assert found.above.bed_gy == near(expected["bed_at_ceil"])


@by_model("LKB")
def test_liver_complication(row):
    wanted, model = extra(row), LIVER_LKB["primary"]
    assert (model.n, model.m) == (wanted["n"], wanted["m"])
    assert model.td50_eqd2_gy == near(wanted["TD50_eqd2_gy"])
    found = ntcp_from_mean_dose(28, 14, model)
    assert found.probability == near(wanted["expect"]["ntcp"])


@by_model("ALBI")
def test_albi(row):
    wanted = extra(row)
    found = albi_scores(wanted["bilirubin_mg_dl"], wanted["albumin_g_dl"])
    assert found.score == near(wanted["expect"]["albi"])
    assert found.grade == wanted["expect"]["grade"]
    points = child_pugh(
        wanted["bilirubin_mg_dl"], wanted["albumin_g_dl"], wanted["inr"], "none", "none"
    )
    labs = points.bilirubin + points.albumin + points.inr
    assert labs == wanted["expect"]["child_pugh_labs_points"]
    assert points.score == wanted["expect"]["child_pugh_if_no_ascites_no_he"]


@by_model("INVALID")
def test_refused(row):
    dose, count, alpha_beta = (
        float(row[name]) for name in ("total_dose_gy", "fractions", "alpha_beta_gy")
    )
    with pytest.raises(DoseInputError):
        bed(dose, count, alpha_beta_gy=alpha_beta)
    query = f"courses={row['total_dose_gy']}/{row['fractions']}&ab={row['alpha_beta_gy']}"
    with pytest.raises(DoseInputError):
        evaluate(query).checked()
