"""Counts from queries equal counts made by hand from the rows."""

from __future__ import annotations

import polars as pl
import pytest

from hccviz.data import baseline, counts
from hccviz.data.builtin import open_built_in
from hccviz.data.cohort import Cohort, pool
from hccviz.domain.address import parse_query, read_view
from hccviz.domain.errors import AddressError
from hccviz.domain.filters import CohortFilter

QUERIES = [
    "",
    "child_pugh_class=A,B",
    "child_pugh_class=A,unknown&t_stage=T1,T2&prior_tace=yes",
    "bed=60..125,unknown&by=bed:60,100",
    "tumor_size_cm=2..5&by=sex",
    "afp_ng_ml=unknown&by=etiology:unknown",
    "t_substage=T3a,T3b&by=t_stage",
    "by=age_years:q4",
    "tox_acute_nausea=1,2&by=study",
]


@pytest.fixture(scope="module")
def registry() -> Cohort:
    return open_built_in("registry-simulated")


def by_hand(cohort: Cohort, query: str) -> pl.DataFrame:
    """Filter rows one by one in plain Python."""
    view, ignored = read_view(parse_query(query), cohort.schema)
    assert not ignored
    rows = cohort.frame.to_native().collect().to_dicts()
    kept = []
    for row in rows:
        dose, n = row["total_dose_gy"], row["fractions"]
        row["bed_gy"] = None if dose is None or n is None else dose * (1 + dose / n / 10)
        keep = True
        for clause in view.filter.clauses:
            value = row[cohort.schema.variables[clause.address].name]
            if value is None:
                keep &= clause.unknown
            elif hasattr(clause, "levels"):
                text = ("yes" if value else "no") if isinstance(value, bool) else str(value)
                keep &= text in clause.levels
            else:
                inside = clause.recorded
                inside &= clause.low is None or value >= clause.low
                inside &= clause.high is None or value <= clause.high
                keep &= inside
        if keep:
            kept.append(row)
    return pl.DataFrame(kept, infer_schema_length=None)


@pytest.mark.parametrize("query", QUERIES)
def test_event_tables_add_up_to_the_rows(registry: Cohort, query: str) -> None:
    view, _ = read_view(parse_query(query), registry.schema)
    rows = by_hand(registry, query)
    table = counts.event_table(registry, view.filter, "os", view.by)
    usable = rows.filter(pl.col("os_months").is_not_null() & pl.col("os_event").is_not_null())
    assert table.n_missing == rows.height - usable.height
    assert table.n + table.n_unknown_group == usable.height
    if view.by is None:
        by_time = (
            usable.group_by("os_months").agg(pl.col("os_event").sum(), pl.len()).sort("os_months")
        )
        group = table.groups[0]
        assert group.time.tolist() == by_time["os_months"].to_list()
        assert group.events.tolist() == by_time["os_event"].to_list()
        assert (group.events + group.censored).tolist() == by_time["len"].to_list()
    ladder = counts.count_attrition(registry, view.filter)
    assert ladder.left == rows.height
    assert ladder.total - sum(s.excluded for s in ladder.steps) == ladder.left


@pytest.mark.parametrize("query", QUERIES)
def test_toxicity_and_response_add_up_to_the_rows(registry: Cohort, query: str) -> None:
    view, _ = read_view(parse_query(query), registry.schema)
    rows = by_hand(registry, query)
    criterion = registry.schema.responses[0]
    response = counts.count_response(registry, view.filter, criterion, view.by)
    total = int(response.counts.sum() + response.missing.sum()) + response.n_unknown_group
    assert total == rows.height
    grades = counts.count_toxicity(registry, view.filter, "acute", view.by)
    place = grades.terms.index("tox_acute_nausea")
    if view.by is None:
        assert int(response.counts[0, 0]) == rows.filter(pl.col(criterion) == "CR").height
        for grade in range(6):
            expected = rows.filter(pl.col("tox_acute_nausea") == grade).height
            assert int(grades.counts[0, place, grade]) == expected
        worst = rows.select(pl.max_horizontal(list(grades.terms)).alias("worst"))["worst"]
        assert int(grades.any_counts[0, 3]) == int((worst == 3).sum())
    every = int(grades.any_counts.sum() + grades.none_recorded.sum()) + grades.n_unknown_group
    assert every == rows.height


def test_live_counts_leave_the_factors_own_filter_out(registry: Cohort) -> None:
    view, _ = read_view(parse_query("child_pugh_class=A&sex=male"), registry.schema)
    found = counts.count_levels(registry, view.filter, "child_pugh_class")
    rows = by_hand(registry, "sex=male")
    for level in ("A", "B", "C"):
        assert found[level] == rows.filter(pl.col("child_pugh_class") == level).height
    assert found["unknown"] == rows.filter(pl.col("child_pugh_class").is_null()).height


def test_bed_filter_keeps_its_own_printed_value() -> None:
    cohort = open_built_in("sbrt-incomplete-tace")
    view, _ = read_view({"bed": "79.2..79.2"}, cohort.schema)
    assert counts.count_attrition(cohort, view.filter).left == 16


def test_median_split_uses_the_filtered_patients(registry: Cohort) -> None:
    view, _ = read_view(parse_query("sex=female&by=age_years:median"), registry.schema)
    table = counts.event_table(registry, view.filter, "os", view.by)
    median = by_hand(registry, "sex=female")["age_years"].median()
    assert table.groups[0].level == f"<{round(float(median), 6):.10g}"


def test_baseline_matches_the_rows(registry: Cohort) -> None:
    view, _ = read_view(parse_query("prior_tace=yes"), registry.schema)
    rows = by_hand(registry, "prior_tace=yes")
    table = baseline.count_baseline(registry, view.filter)
    age = next(r for r in table.rows if r.column == "age_years").numbers[0]
    assert age.median == pytest.approx(rows["age_years"].median(), abs=1e-12)
    assert age.quartile_1 == pytest.approx(rows["age_years"].quantile(0.25, "linear"), abs=1e-12)
    assert age.std_dev == pytest.approx(rows["age_years"].std(), rel=1e-12)
    assert age.missing == rows["age_years"].null_count()
    sex = next(r for r in table.rows if r.column == "sex")
    assert dict(zip(sex.levels, sex.counts[0].tolist(), strict=True)) == {
        "female": rows.filter(pl.col("sex") == "female").height,
        "male": rows.filter(pl.col("sex") == "male").height,
    }


def test_histogram_counts_every_recorded_patient(registry: Cohort) -> None:
    for address in ("age_years", "tumor_size_cm", "bed", "prior_tace_sessions"):
        made = baseline.count_histogram(registry, CohortFilter(), address)
        assert int(made.counts.sum()) + made.missing == registry.n


def test_pool_keeps_every_patient_and_fills_in_study() -> None:
    parts = [open_built_in(n) for n in ("reirradiation", "sorafenib-rt", "sbrt-hcc-metastases")]
    both = pool(parts)
    assert both.n == sum(c.n for c in parts)
    frame = both.frame.to_native().collect()
    assert frame["study"].null_count() == 0
    assert frame["patient_id"].n_unique() == both.n
    assert set(both.schema.endpoints) == {"os", "lc", "pfs", "dmfs", "ttp"}


def test_an_endpoint_that_is_not_there_is_told() -> None:
    cohort = open_built_in("reirradiation")
    with pytest.raises(AddressError, match=r"This cohort has no endpoint pfs .* It has: os"):
        counts.event_table(cohort, CohortFilter(), "pfs")
