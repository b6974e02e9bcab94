"""Write endpoint and split columns of the built-in cohorts as CSV, for R to read.

Run ``python tests/oracle/export_cohorts.py`` after a cohort changes, then
``Rscript tests/oracle/make_oracle.R``.
"""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pyarrow.parquet as pq

HERE = Path(__file__).parent
COHORTS = HERE.parents[1] / "data" / "cohorts"
SPLITS = (
    "child_pugh_class",
    "t_stage",
    "prior_tace",
    "bclc_stage",
    "diagnosis",
    "response_mrecist_infield",
)
LARGEST = 500  # rows of a large cohort that are enough for the comparison


def exported(path: Path) -> str:
    """Return one cohort as CSV; numbers keep every digit."""
    table = pq.read_table(path)
    names = set(table.column_names)
    endpoints = sorted(
        name.removesuffix("_months")
        for name in names
        if name.endswith("_months") and f"{name.removesuffix('_months')}_event" in names
    )
    splits = [name for name in SPLITS if name in names]
    columns = [f"{e}{part}" for e in endpoints for part in ("_months", "_event")] + splits
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(columns)
    for row in table.select(columns).slice(0, LARGEST).to_pylist():
        writer.writerow([_text(row[column]) for column in columns])
    return out.getvalue()


def _text(value: object) -> str:
    """Text that reads back as the same value; empty when not recorded."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    return repr(value) if isinstance(value, float) else str(value)


if __name__ == "__main__":
    (HERE / "cohorts").mkdir(exist_ok=True)
    for found in sorted(COHORTS.glob("*.parquet")):
        (HERE / "cohorts" / f"{found.stem}.csv").write_text(exported(found), "utf-8")
