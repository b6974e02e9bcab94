"""The studies page's record: recomputed from the cohort file, row by row."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

import pyarrow.parquet as pq
import pytest

from hccviz.data.builtin import open_built_in
from hccviz.data.cohort import Cohort
from hccviz.domain.errors import AddressError, HccvizError
from hccviz.evidence import study as studies
from hccviz.evidence.frozen import COHORTS, PUBLISHED, read_rows
from hccviz.evidence.members import patients_of, unknown_columns
from hccviz.evidence.study import CASE, VERDICTS, Study, abstracts, read_study
from hccviz.evidence.targets import STUDIES, read_targets
from hccviz.evidence.verify import achieve


@cache
def cohort(name: str) -> Cohort:
    return open_built_in(name)


@cache
def study(name: str) -> Study:
    return read_study(cohort(name))


@pytest.mark.parametrize("name", STUDIES)
def test_every_row_is_recomputed_from_the_parquet_file(name: str) -> None:
    table = pq.read_table(COHORTS / f"{name}.parquet")
    expected = {r.target.id: r.value for r in achieve(table, read_targets(name))}
    found = {r.target.id: r.value for r in study(name).rows if r.verdict != "context"}
    assert found.keys() == expected.keys()
    for key, value in expected.items():
        assert found[key] == pytest.approx(value, rel=1e-9, abs=1e-12), key


@pytest.mark.parametrize("name", STUDIES)
def test_the_committed_table_is_what_the_parquet_file_gives(name: str) -> None:
    table = pq.read_table(COHORTS / f"{name}.parquet")
    computed = achieve(table, read_targets(name))
    committed = read_rows(PUBLISHED / f"{name}_achieved.csv")
    assert [row["id"] for row in committed] == [row.target.id for row in computed]
    for row, now in zip(committed, computed, strict=True):
        assert row["status"] == now.target.status
        assert row["matches"] == ("true" if now.holds else "false"), row["id"]
        was = float(row["achieved"]) if row["achieved"] else None
        assert was == pytest.approx(now.value, rel=1e-4, abs=1e-9), row["id"]


@pytest.mark.parametrize("name", STUDIES)
def test_every_row_has_a_verdict_and_nothing_is_lost(name: str) -> None:
    found = study(name)
    assert [row.target for row in found.rows] == list(read_targets(name))
    assert sum(found.count(verdict) for verdict in VERDICTS) == len(found.rows)
    for row in found.rows:
        if row.verdict == "reproduced":
            assert row.target.holds(row.value)
        elif row.verdict in ("near", "differs"):
            assert not row.target.holds(row.value)
            assert row.target.status not in ("impossible", "conflict", "context")
        else:
            assert row.verdict == row.target.status


@pytest.mark.parametrize("name", STUDIES)
def test_every_filter_fits_the_cohort(name: str) -> None:
    of = cohort(name)
    patients = patients_of(of)
    said = [s for t in read_targets(name) for s in unknown_columns(t, patients, of.schema)]
    assert said == []


@pytest.mark.parametrize(
    ("field", "query", "named"),
    [
        ("subgroup", "child_pugh=A", "column child_pugh"),
        ("subgroup", "child_pugh_class=A&stage=T1..", "column stage"),
        ("levels", "child_pugh_class=D", "level D of child_pugh_class"),
        ("by", "albi_grade=1", "column albi_grade"),
        ("model", "age_years;smoker=yes", "column smoker"),
        ("variable", "ttp", "variable ttp"),
    ],
)
def test_a_row_that_names_an_unknown_column_is_refused(
    monkeypatch: pytest.MonkeyPatch, field: str, query: str, named: str
) -> None:
    good = next(t for t in read_targets("reirradiation") if t.id == "table-3-012")
    bad = replace(good, **{field: query})
    monkeypatch.setattr(studies, "read_targets", lambda _: (good, bad))
    with pytest.raises(HccvizError, match=named):
        read_study(cohort("reirradiation"))


def test_a_cohort_that_is_no_study_is_refused() -> None:
    with pytest.raises(AddressError, match="Choose one of"):
        read_study(cohort("registry-simulated"))


def test_every_study_has_an_abstract_in_our_own_words() -> None:
    assert set(abstracts()) == {*STUDIES, CASE}
    for told in abstracts().values():
        assert all(getattr(told, field) for field in told.__dataclass_fields__)
