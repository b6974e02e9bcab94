"""R was asked about the cohorts as they are now."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.oracle.export_cohorts import COHORTS, exported

HERE = Path(__file__).parent


@pytest.mark.parametrize("path", sorted(COHORTS.glob("*.parquet")), ids=lambda p: p.stem)
def test_the_exported_cohort_is_the_built_in_one(path: Path) -> None:
    committed = (HERE / "cohorts" / f"{path.stem}.csv").read_text("utf-8")
    assert committed == exported(path), (
        "Run python tests/oracle/export_cohorts.py, then Rscript tests/oracle/make_oracle.R."
    )
