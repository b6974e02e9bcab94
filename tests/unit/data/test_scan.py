"""A registry file is read where it lies, with the same answers, or refused with the reason."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from hccviz.analysis import views
from hccviz.data import builtin
from hccviz.data.builtin import open_built_in
from hccviz.data.parquet import write_cohort
from hccviz.data.scan import scan_cohort
from hccviz.domain.address import parse_query, read_view
from hccviz.domain.errors import CohortFileError

NAME = "registry-simulated"
QUERY = "child_pugh_class=A,B&t_stage=T1,T2,unknown&bed=60..&by=prior_tace&strata=sex"


@pytest.fixture
def stored(tmp_path: Path) -> Path:
    """The simulated registry, written from the checked cohort."""
    cohort = open_built_in(NAME)
    path = tmp_path / f"{NAME}.parquet"
    write_cohort(path, cohort.frame.to_native().collect().to_arrow(), cohort.metadata)
    return path


def test_a_scanned_cohort_answers_as_the_one_in_memory(stored: Path) -> None:
    scanned, held = scan_cohort(stored), open_built_in(NAME)
    assert scanned.schema == held.schema
    assert (scanned.n, scanned.metadata) == (held.n, held.metadata)
    view, ignored = read_view(parse_query(QUERY), held.schema)
    assert not ignored
    one, other = (views.survival(cohort, view) for cohort in (scanned, held))
    assert [c.n for c in one.curves] == [c.n for c in other.curves]
    for a, b in zip(one.curves, other.curves, strict=True):
        assert (a.survival == b.survival).all()
        assert (a.lower == b.lower).all()
    assert (one.tests, one.hazard_ratios) == (other.tests, other.hazard_ratios)
    assert views.attrition(scanned, view) == views.attrition(held, view)
    assert views.baseline(scanned, view).group_n == views.baseline(held, view).group_n


def test_a_large_built_in_file_is_scanned(stored: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(builtin, "COHORT_FOLDER", stored.parent)
    monkeypatch.setattr(builtin, "ROWS_IN_MEMORY", 10)
    assert "PARQUET SCAN" in open_built_in(NAME).frame.to_native().explain().upper()


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (pl.col("os_months") * -1.0, r"os_months.*negative"),
        (pl.col("child_pugh_class").cast(pl.String) + "x", "child_pugh_class"),
        (pl.lit("p1").alias("patient_id"), r"patient_id"),
    ],
)
def test_a_file_that_the_checks_would_change_is_refused(
    stored: Path, change: pl.Expr, said: str
) -> None:
    pl.read_parquet(stored).with_columns(change).write_parquet(stored)
    with pytest.raises(CohortFileError, match=said):
        scan_cohort(stored)


def test_the_same_patient_in_two_row_groups_is_found(stored: Path) -> None:
    table = pq.read_table(stored)
    pq.write_table(pa.concat_tables([table, table]), stored, row_group_size=table.num_rows)
    with pytest.raises(CohortFileError, match="different values of patient_id"):
        scan_cohort(stored)
