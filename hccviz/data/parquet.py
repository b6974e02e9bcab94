"""Writing cohort files: one parquet file, metadata inside, identical bytes for identical input."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from hccviz.domain.metadata import METADATA_KEY, CohortMetadata

ROW_GROUP_ROWS = 128_000


def write_cohort(path: Path, table: pa.Table, metadata: CohortMetadata) -> None:
    """Write one row per patient to a cohort file.

    Parameters
    ----------
    path
        Target; replaced if it exists.
    table
        Columns by the vocabulary (see docs/cohort-format.md); missing values are null.
    metadata
        Written as JSON under the parquet key ``hccviz``.
    """
    table = table.replace_schema_metadata({METADATA_KEY: metadata.to_bytes()})
    pq.write_table(
        table, path, row_group_size=ROW_GROUP_ROWS, compression="zstd",
        version="2.6", write_page_checksum=True,
    )  # fmt: skip
