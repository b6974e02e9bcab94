"""Agreement, odds ratios, strata and dose-response equal R; the studies' own tables come back."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest

from hccviz.analysis import courses, outcomes, views
from hccviz.data.builtin import open_built_in
from hccviz.domain.address import Split, View
from hccviz.domain.outcome_records import CrossCounts, DoseLevels
from hccviz.stats.agreement import estimate_agreement
from hccviz.stats.dose_response import GRID, estimate_dose_response, fit_logistic
from hccviz.stats.odds import conditional_odds_ratio, mantel_haenszel
from tests.oracle.reading import HERE, number, read

EXACT = 1e-9
ROUGH = 2e-3  # fisher.test stops its own root search early
OUTPUTS = HERE / "outputs"


def rows(name: str) -> list[dict[str, str]]:
    return read(OUTPUTS / f"outcome_{name}.csv")


def same(found: float | None, expected: str, tolerance: float = EXACT) -> bool:
    wanted = number(expected)
    if found is None or wanted is None:
        return found is None and wanted is None
    return math.isclose(found, wanted, rel_tol=tolerance, abs_tol=tolerance)


@pytest.mark.parametrize("row", rows("odds"), ids=lambda r: f"{r['a']}-{r['b']}-{r['c']}-{r['d']}")
def test_the_conditional_odds_ratio_is_that_of_fisher_test(row) -> None:
    table = tuple(int(row[key]) for key in "abcd")
    found = conditional_odds_ratio(table, level=float(row["level"]))
    assert same(found.value, row["value"], 1e-8)
    assert same(found.low, row["low"], 1e-8)
    assert same(found.high, row["high"], 1e-8)
    assert bool(found.why) == (found.value is None)
    if row["rough"] and row["value"]:
        assert same(found.value, row["rough"], ROUGH)


@pytest.mark.parametrize("row", rows("strata"), ids=lambda r: r["cells"][:20])
def test_strata_are_mantelhaen_test(row) -> None:
    tables = [tuple(int(c) for c in part.split()) for part in row["cells"].split(";")]
    ratio, test = mantel_haenszel(tables)
    for value, key in zip((ratio.value, ratio.low, ratio.high), ("value", "low", "high"),
                          strict=True):  # fmt: skip
        assert same(value, row[key])
    assert same(test.statistic, row["statistic"])
    assert same(test.p, row["p"])


@pytest.mark.parametrize("row", rows("agreement"), ids=lambda r: r["cells"][:20])
def test_agreement_is_kappa_bowker_and_mcnemar(row) -> None:
    table = np.array([int(c) for c in row["cells"].split()], dtype=np.int64).reshape(4, 4)
    found = estimate_agreement(CrossCounts("a", "b", ("CR", "PR", "SD", "PD"), table, 0))
    for kind in ("kappa", "weighted"):
        value = getattr(found, kind)
        assert same(value.value, row[kind])
        assert same(value.low, row[f"{kind}_low"])
        assert same(value.high, row[f"{kind}_high"])
    if row["bowker"]:  # R gives nothing when a pair of cells is empty
        assert same(found.bowker.statistic, row["bowker"])
        assert same(found.bowker.df, row["bowker_df"])
        assert same(found.bowker.p, row["bowker_p"])
    assert same(found.mcnemar.statistic, row["mcnemar"])
    assert same(found.mcnemar.p, row["mcnemar_p"])
    assert same(found.exact.p, row["exact_p"])


@pytest.mark.parametrize("row", rows("dose"), ids=lambda r: r["dose"])
def test_dose_response_is_glm(row) -> None:
    dose, n, y = (np.array([int(v) for v in row[key].split()]) for key in ("dose", "n", "y"))
    fit = fit_logistic(dose.astype(float), y, n)
    assert fit.covariance is not None
    assert same(fit.intercept, row["intercept"], 1e-7)
    assert same(fit.slope, row["slope"], 1e-7)
    assert same(math.sqrt(fit.covariance[1, 1]), row["se"], 1e-7)
    assert same(fit.deviance_drop, row["drop"], 1e-7)
    levels = DoseLevels("BED", "Gy", ("CR", "PD"), dose.astype(float),
                        np.column_stack((y, n - y)), 0)  # fmt: skip
    found = estimate_dose_response(levels, counted=("CR",), among=("CR", "PD"))
    middle = GRID // 2
    for values, key in ((found.share, "middle"), (found.low, "low"), (found.high, "high")):
        assert same(float(values[middle]), row[key], 1e-7)


def test_reirradiation_prints_pearson_and_we_show_fisher_too() -> None:
    """0.016 for 17/21 against 10/22 is an uncorrected Pearson; Fisher gives 0.027."""
    cohort = open_built_in("reirradiation")
    found = outcomes.rates(cohort, View(by=Split("eqd2", cuts=(45.0,))))
    assert [(r.rate.count, r.rate.n) for r in found.rows] == [(10, 22), (17, 21)]
    p = {test.name: test.p for test in found.tests}
    assert round(p["Pearson chi-square"], 3) == 0.016
    assert round(p["Fisher exact"], 3) == 0.027


def test_sorafenib_mrecist_against_recist_and_the_afp_fall() -> None:
    cohort = open_built_in("sorafenib-rt")
    found = outcomes.agreement(cohort, View(criterion="response_mrecist_infield"))
    assert (found.first, found.second) == ("response_mrecist_infield", "response_recist_infield")
    assert (found.orr_first.count, found.orr_second.count, found.n) == (11, 3, 11)
    afp = courses.afp_waterfall(cohort, View())
    assert (afp.fell.count, afp.fell.n) == (7, 13)


def test_sbrt_time_to_complete_response_as_printed() -> None:
    """39.9 % and 83.3 % of the 288 responders by 3 and 6 months, median 3.4 (1.9 to 4.7)."""
    cohort = open_built_in("sbrt-incomplete-tace")
    found = outcomes.time_to_response(cohort, View())
    (times,) = found.responders
    assert times.n == 288
    assert [round(100 * p.share.value, 1) for _, p in times.reached] == [39.9, 83.3]
    assert [round(q, 1) for q in (times.median, times.quartile_1, times.quartile_3)] == [
        3.4, 1.9, 4.7,
    ]  # fmt: skip
    (curve,) = found.incidence.curves
    assert (curve.n, curve.n_events) == (302, 288)
    assert curve.rates[0].event.value < times.reached[0][1].share.value


def test_sbrt_failure_pattern_is_table_3() -> None:
    cohort = open_built_in("sbrt-hcc-metastases")
    found = outcomes.failures(cohort, View(by=Split("diagnosis")))
    assert found.n_failed == (7, 15)
    cells = {
        frozenset(s for s, held in zip(found.sites, m, strict=True) if held): tuple(
            found.counts[:, i].tolist()
        )
        for i, m in enumerate(found.members)
    }
    assert cells == {
        frozenset({"infield"}): (1, 1),
        frozenset({"outfield"}): (4, 4),
        frozenset({"infield", "outfield"}): (0, 1),
        frozenset({"distant"}): (0, 2),
        frozenset({"locoregional", "distant"}): (2, 7),
    }


def test_sbrt_liver_disease_of_every_study_is_defined() -> None:
    cohort = open_built_in("sbrt-incomplete-tace")
    found = outcomes.rild(cohort, View())
    assert found.rows[0].n == 302
    assert found.rows[0].either.count == found.rows[0].non_classic.count
    studies = [study for study, _ in found.definitions]
    assert studies[0] == cohort.metadata.title
    assert len(studies) == 3


def test_a_landmark_leaves_out_who_did_not_reach_it() -> None:
    cohort = open_built_in("sbrt-incomplete-tace")
    found = outcomes.landmark(cohort, View())
    assert sum(c.n for c in found.estimate.curves) + found.n_before == 302
    assert [c.level for c in found.estimate.curves] == ["early", "not_yet"]
    late = outcomes.landmark(cohort, replace(View()).with_option("compare", "responders"))
    assert sum(c.n for c in late.estimate.curves) == 288


def test_pooled_scales_are_never_added_up() -> None:
    from hccviz.data.cohort import pool
    from hccviz.domain.errors import AddressError

    both = pool([open_built_in("reirradiation"), open_built_in("sorafenib-rt")])
    for ask in (outcomes.toxicity_dose, courses.patient_map):
        with pytest.raises(AddressError, match="different scales"):
            ask(both, View())
    assert len(views.toxicity(both, View()).groups) == 2
