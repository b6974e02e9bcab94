"""Models of a view: the published recipe, choices of the link, bad input in words."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import polars as pl
import pytest

from hccviz.analysis import model_factors
from hccviz.analysis.model_lines import model_lines
from hccviz.analysis.regression import curve, hazards, regression, relevant, selection
from hccviz.data.builtin import built_ins, open_built_in
from hccviz.data.cohort import Cohort, cohort_from_table
from hccviz.domain.address import View, parse_query, read_view
from hccviz.domain.errors import AddressError
from hccviz.export.regression_tables import regression_table
from hccviz.export.regression_words import cautions_of, say_curve, say_regression

TACE = "sbrt-incomplete-tace"


def asked(name: str, query: str = "") -> tuple[Cohort, View]:
    cohort = open_built_in(name)
    return cohort, view_of(cohort, query)


def view_of(cohort: Cohort, query: str) -> View:
    view, ignored = read_view(parse_query(query), cohort.schema)
    assert ignored == ()
    return replace(view, cohorts=(cohort.name,))


def own(columns: dict[str, object]) -> Cohort:
    return cohort_from_table("own", pl.DataFrame(columns).to_arrow(), "0" * 64)


def rng_cohort(n: int = 120, **columns: object) -> Cohort:
    rng = np.random.default_rng(3)
    return own(
        {
            "os_months": rng.exponential(20.0, n).round(1) + 0.1,
            "os_event": rng.integers(0, 2, n),
            "age_years": rng.normal(60.0, 8.0, n).round(),
            **columns,
        }
    )


def test_the_published_recipe_enters_below_p_0_2_and_keeps_what_the_study_printed() -> None:
    found = selection(*asked(TACE, "out.factors=age_years,ecog,child_pugh_class,etiology,"
                             "bclc_stage,tumor_size_cm,bed,prior_treatment_sessions"))  # fmt: skip
    chosen = found.selection
    alone = [s for s in chosen.steps if s.stage == "univariable"]
    together = [s for s in chosen.steps if s.stage == "backward"]
    assert all(s.kept == (s.p is not None and s.p < 0.2) for s in alone)
    assert {s.name for s in together} == {s.name for s in alone if s.kept}
    assert all(s.p >= 0.05 for s in together if not s.kept)
    assert all(s.p < 0.05 for s in together if s.kept)
    printed = {"child_pugh_class", "bed"}  # significant in the study's own table
    assert printed <= {t.name for t in chosen.final.terms}


def test_the_univariable_table_is_the_studys() -> None:
    found = regression(*asked(TACE, "endpoint=os"))
    rows = {r.term: r for m in found.alone for r in m.rows}
    assert rows["age_years"].ratio.value == pytest.approx(1.01, abs=0.006)
    assert rows["child_pugh_class"].ratio.value == pytest.approx(3.98, abs=0.02)
    assert rows["bclc_stage"].ratio.value == pytest.approx(1.71, abs=0.02)
    assert rows["tumor_size_cm"].ratio.value == pytest.approx(1.29, abs=0.01)
    assert rows["bed"].ratio.value == pytest.approx(0.97, abs=0.006)


@pytest.mark.parametrize("name", built_ins())
def test_every_endpoint_and_yes_no_outcome_of_every_cohort(name: str) -> None:
    cohort = open_built_in(name)
    queries = [f"endpoint={code}" for code in cohort.schema.endpoints]
    queries += [f"out.outcome={code}" for code in model_factors.binary_outcomes(cohort)]
    for query in queries:
        found = regression(cohort, view_of(cohort, query))
        assert found.alone, query
        for model in (*found.alone, *([found.joint] if found.joint else [])):
            assert all((row.p is None) == bool(row.why) for row in model.rows), query
        table = regression_table(found)
        assert len({len(cells) for cells in table.values()}) == 1
        assert "nan" not in " ".join(cell for cells in table.values() for cell in cells).lower()
        assert "nan" not in say_regression(found).lower()


def test_reference_step_interaction_and_strata_follow_the_link() -> None:
    query = (
        "out.factors=child_pugh_class,t_stage,bed,sex&out.refs=t_stage:T4,child_pugh_class:B"
        "&out.steps=bed:10&out.pairs=bed*child_pugh_class&strata=sex"
    )
    cohort, view = asked("reirradiation", query)
    found = regression(cohort, view)
    assert found.joint.strata == "Sex"
    assert "Sex stratifies the model, so it has no ratio of its own." in found.cautions
    assert {r.reference for r in found.joint.rows if r.term == "t_stage"} == {"T4"}
    assert {r.reference for r in found.joint.rows if r.term == "child_pugh_class"} == {"B"}
    assert "BED × Child-Pugh class" in [t.label for t in found.joint.terms]
    assert "With 3 factors together" in say_regression(found)
    assert any("inside an interaction" in told for told in cautions_of(found))
    plain = regression(*asked("reirradiation", "out.factors=bed&strata=sex"))
    per_ten = regression(*asked("reirradiation", "out.factors=bed&out.steps=bed:10&strata=sex"))
    one, ten = (m.alone[0].rows[0].log_ratio for m in (plain, per_ten))
    assert ten == pytest.approx(10 * one)


def test_two_groups_are_those_of_a_file_that_has_them_as_columns() -> None:
    """Factors cut by the link give what the same factors cut in the file give."""
    stage = np.random.default_rng(5).choice(["I", "II", "III", "IV"], 120)
    cohort = rng_cohort(staging=stage)
    table = cohort.frame.to_native().collect()
    cut = table.select("os_months", "os_event").with_columns(
        older=pl.when(table["age_years"] >= 60).then(pl.lit("yes")).otherwise(pl.lit("no")),
        late=pl.when(table["staging"].cast(str).is_in(["II", "IV"])).then(pl.lit("yes"))
        .otherwise(pl.lit("no")),
    )  # fmt: skip
    query = "out.factors=age_years,staging&out.two=age_years:60,staging:II|IV"
    found = regression(cohort, view_of(cohort, query)).joint
    ready = own(cut.to_dict(as_series=False))
    expected = regression(ready, view_of(ready, "out.factors=older,late")).joint
    assert [r.n for r in found.rows] == [r.n for r in expected.rows]
    for one, other in zip(found.rows, expected.rows, strict=True):
        assert one.log_ratio == pytest.approx(other.log_ratio, rel=1e-9)
        assert one.std_err == pytest.approx(other.std_err, rel=1e-9)
    assert [r.reference for r in found.rows] == ["<60", "I|III"]


def test_two_groups_leave_curve_strata_and_an_absent_level_alone() -> None:
    query = "out.factors=bed&out.two=bed:80,sex:male&out.number=bed&strata=sex"
    cohort, view = asked("reirradiation", query)
    drawn, plain = (
        curve(cohort, view), curve(*asked("reirradiation", "out.number=bed&strata=sex"))
    )  # fmt: skip
    assert plain.spline.straight.value is not None
    assert drawn.spline.straight == plain.spline.straight
    assert drawn.counts.tolist() == plain.counts.tolist()
    assert regression(cohort, view).alone[0].rows[0].level == "≥80"
    nobody = regression(
        *asked("reirradiation", "out.factors=child_pugh_class&out.two=child_pugh_class:C")
    )
    assert "no factor of the model varies" in " ".join(
        regression_table(nobody)["Univariable HR (95% CI)"]
    )


def test_the_recipe_can_fill_the_table() -> None:
    cohort, view = asked(TACE, "out.joint=recipe")
    found = regression(cohort, view)
    chosen = selection(cohort, view).selection.final
    assert [t.name for t in found.joint.terms] == [t.name for t in chosen.terms]
    assert found.joint.aic == chosen.aic


def test_a_landmark_leaves_out_who_left_before() -> None:
    cohort, view = asked(TACE, "landmark=3&out.factors=cr_by_month_3,bed")
    found = regression(cohort, view)
    assert found.alone[0].n + found.n_before == 302
    told = cautions_of(found)
    assert told[0].startswith("Only patients still under observation at month 3")
    assert "With the landmark at month 3" in told[1]
    early = regression(*asked(TACE, "out.factors=cr_by_month_3,bed"))
    assert "Count from a landmark" in early.cautions[0]


def test_the_outcome_is_no_factor_of_itself() -> None:
    query = "out.outcome=cr&out.factors=response_mrecist_best,age_years"
    found = regression(*asked(TACE, query))
    assert [m.terms[0].name for m in found.alone] == ["age_years"]
    assert "is left out: it is the outcome itself." in found.cautions[0]


def test_none_chosen_and_none_together_are_said() -> None:
    cohort, view = asked(TACE, "out.factors=none")
    found = regression(cohort, view)
    assert (found.alone, found.joint) == ((), None)
    assert "choose at least one factor that varies" in say_regression(found)
    with pytest.raises(AddressError, match="at least one factor"):
        selection(cohort, view)
    with pytest.raises(AddressError, match="no factor is chosen"):
        hazards(cohort, view)
    found = regression(*asked(TACE, "out.joint=none"))
    assert (found.joint, found.joint_why) == (None, "none is asked for")


def test_two_hundred_levels_leave_the_rest_intact() -> None:
    n = 400
    cohort = rng_cohort(n, centre_code=[f"k{i % 200}" for i in range(n)])
    view = view_of(cohort, "out.factors=age_years,centre_code")
    found = regression(cohort, view)
    assert "has 200 levels" in found.alone[1].why
    assert [t.name for t in found.joint.terms] == ["age_years"]
    assert "too many levels" in " ".join(found.cautions)
    lines = model_lines(found.alone, found.joint)
    assert [line.kind for line in lines] == ["number", "factor"]


def test_a_list_without_end_is_cut_aloud() -> None:
    rng = np.random.default_rng(5)
    cohort = rng_cohort(200, **{f"marker_{k}": rng.normal(size=200) for k in range(60)})
    every = ",".join(f"marker_{k}" for k in range(60))
    found = regression(cohort, view_of(cohort, f"out.factors={every}"))
    assert len(found.alone) == model_factors.MOST_FACTORS
    assert found.cautions[0] == "Only the first 30 of 60 factors are looked at."


def test_no_events_and_a_function_of_the_outcome_are_words() -> None:
    n = 120
    calm = rng_cohort(n, os_event=[0] * n)
    found = regression(calm, view_of(calm, ""))
    assert "no events" in say_regression(found)
    assert hazards(calm, view_of(calm, "")).hazards.why.startswith("not estimable: no events")
    assert "no events" in say_curve(curve(calm, view_of(calm, "")))
    base = rng_cohort(n)
    event = base.frame.collect()["os_event"].to_list()
    twin = rng_cohort(n, died_again=[f"is{e}" for e in event])
    found = regression(twin, view_of(twin, "out.factors=age_years,died_again"))
    assert found.alone[0].rows[0].p is not None
    assert "no events in is0" in found.alone[1].rows[0].why
    assert found.joint is not None


def test_perfect_separation_is_words() -> None:
    n = 60
    code = ["CR" if i % 2 else "SD" for i in range(n)]
    cohort = rng_cohort(n, response_mrecist_overall=code, marker=[float(i % 2) for i in range(n)])
    found = regression(cohort, view_of(cohort, "out.outcome=cr&out.factors=age_years,marker"))
    row = found.alone[1].rows[0]
    assert row.p is None
    assert "not estimable" in row.why
    assert found.alone[0].rows[0].p is not None


def test_ratios_without_end_leave_the_limit_that_r_finds() -> None:
    """R 4, survival 3: coxph of the same rows warns of three and still converges for the rest."""
    cohort, view = asked(
        "sorafenib-rt", "endpoint=os&out.factors=etiology,response_mrecist_infield,age_years"
    )
    rows = {(r.term, r.level): r for r in regression(cohort, view).joint.rows}
    assert "no events in Hepatitis C" in rows["etiology", "hcv"].why
    assert "monotone likelihood" in rows["etiology", "non_b_non_c"].why
    assert "monotone likelihood" in rows["response_mrecist_infield", "NE"].why
    for key, coefficient in {
        ("response_mrecist_infield", "PR"): -0.752740115853,
        ("age_years", ""): 0.009224161283,
    }.items():
        assert rows[key].log_ratio == pytest.approx(coefficient, abs=1e-6)


def test_a_number_with_few_values_says_so_in_place_of_a_curve() -> None:
    cohort, view = asked(TACE, "endpoint=lc")
    found = curve(cohort, view)
    assert found.spline.band is None
    assert "different values of BED, too few for a curve; hazard ratio" in say_curve(found)
    sized = curve(*asked(TACE, "out.number=tumor_size_cm&out.zero=2&out.adjust=yes&out.knots=3"))
    assert sized.spline.reference_value == 2.0
    assert len(sized.spline.knots) == 3
    assert "Tumor size" not in sized.spline.adjusted_for
    assert int(sized.counts.sum()) == sized.spline.n


def test_only_what_matters_is_computed_again() -> None:
    _, view = asked(TACE, "out.reg=curve&out.knots=3&by=sex&out.factors=bed")
    assert relevant(view, "regression") == relevant(view.with_option("knots", "5"), "regression")
    assert relevant(view, "curve") != relevant(view.with_option("knots", "5"), "curve")
    assert relevant(view, "regression").option("factors") == "bed"
