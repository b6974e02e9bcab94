"""Registry files too large for memory: checked once, then read where they lie, query by query."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from pathlib import Path

import narwhals as nw
import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq

from hccviz.data.checks import check_table
from hccviz.data.cohort import Cohort, describe_columns
from hccviz.domain.errors import CohortFileError, Fault
from hccviz.domain.metadata import METADATA_KEY, CohortMetadata

ROWS_IN_MEMORY = 2_000_000
"""A cohort file with more rows is scanned."""


def scan_cohort(path: Path) -> Cohort:
    """Open one of our own cohort files without keeping its rows in memory.

    Every query reads the columns it needs from the file, so the file must already be as the checks
    would leave it: they run over all rows once, one row group at a time. Columns that
    `hccviz.data.derive` would add are not added. A file written from a checked cohort by
    `hccviz.data.parquet.write_cohort` fulfils this; level codes stored as enumerations are read
    fastest.

    Raises
    ------
    CohortFileError
        When the checks would set aside or change anything; the message says what.
    """
    with path.open("rb") as raw:
        digest = hashlib.file_digest(raw, "sha256").hexdigest()
    file = pq.ParquetFile(path, page_checksum_verification=True)
    metadata = CohortMetadata.from_bytes((file.metadata.metadata or {}).get(METADATA_KEY))
    faults = _checked(path.name, file)
    lazy = pl.scan_parquet(path)
    columns = lazy.collect_schema().names()
    if "patient_id" in columns:
        _demand_one_row_per_patient(path.name, lazy)
    schema = describe_columns(columns, lambda name: _values(lazy, name))
    return Cohort(
        path.stem, metadata, schema, nw.from_native(lazy), file.metadata.num_rows, digest, faults
    )


def _values(lazy: pl.LazyFrame, name: str) -> pl.Series:
    values = lazy.select(name).collect(engine="streaming").get_column(name)
    return values.cast(pl.String) if isinstance(values.dtype, pl.Enum | pl.Categorical) else values


def _checked(name: str, file: pq.ParquetFile) -> tuple[Fault, ...]:
    """Return the warnings of all row groups, each kind once."""
    found: dict[tuple[str, ...], Fault] = {}
    for place in range(file.num_row_groups):
        table = _plain(file.read_row_group(place))
        checked = check_table(table)
        changed = [
            column
            for column in table.column_names
            if column not in checked.table.column_names
            or not checked.table[column].equals(table[column])
        ]
        if checked.fatal or changed:
            told = " ".join(f.sentence() for f in checked.faults if f.severity != "warning")
            raise CohortFileError(
                f"{name} has {file.metadata.num_rows:,} rows, more than the {ROWS_IN_MEMORY:,} "
                "that are kept in memory, so it is read where it lies and must hold exactly what "
                f"the checks accept. In row group {place + 1} they would change: "
                f"{', '.join(changed) or 'everything'}. {told} Correct the file and open it again."
            )
        for fault in checked.faults:
            key = (fault.severity, fault.column, fault.expected, fault.action)
            first = found.setdefault(key, replace(fault, rows=0))
            found[key] = replace(first, rows=first.rows + fault.rows)
    return tuple(found.values())


def _plain(table: pa.Table) -> pa.Table:
    """Return text as text, however it is stored."""
    fields = [
        pa.field(f.name, pa.string())
        if pa.types.is_dictionary(f.type) or pa.types.is_large_string(f.type)
        else pa.field(f.name, f.type)
        for f in table.schema
    ]
    return table.cast(pa.schema(fields))


def _demand_one_row_per_patient(name: str, lazy: pl.LazyFrame) -> None:
    counts = lazy.select(pl.len(), pl.col("patient_id").n_unique().alias("ids")).collect(
        engine="streaming"
    )
    rows, ids = counts.row(0)
    if ids < rows:
        raise CohortFileError(
            f"{name} has {rows:,} rows and {ids:,} different values of patient_id; one row per "
            "patient is expected. Remove the repeated rows and open the file again."
        )
