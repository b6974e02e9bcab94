"""Builds the cohort files from the frozen tables: ``python -m hccviz.evidence.cohorts``.

Reads ``data/published/<cohort>_patients.csv`` and ``<cohort>.toml``, verifies every printed count
and writes ``data/cohorts/<cohort>.parquet``, bit for bit the same on every run. The search that
found the tables is ``python -m hccviz.evidence.reconstruct``.
"""

from __future__ import annotations

import argparse
import sys
import tomllib
from collections.abc import Sequence
from pathlib import Path

import pyarrow as pa

from hccviz.data.parquet import write_cohort
from hccviz.domain.errors import HccvizError
from hccviz.domain.metadata import CohortMetadata
from hccviz.evidence.frozen import COHORTS, PUBLISHED, read_columns, typed_table
from hccviz.evidence.registry.build import build_registry
from hccviz.evidence.registry.model import metadata as registry_metadata
from hccviz.evidence.targets import STUDIES
from hccviz.evidence.verify import verify_exact

REGISTRY = "registry-simulated"


def build_study(name: str) -> tuple[pa.Table, CohortMetadata]:
    """Return the table and the metadata of a reconstructed cohort.

    Parameters
    ----------
    name
        One of `STUDIES`.
    """
    table = typed_table(read_columns(PUBLISHED / f"{name}_patients.csv"))
    return table, read_metadata(PUBLISHED / f"{name}.toml")


def build_cohort(name: str) -> tuple[pa.Table, CohortMetadata]:
    """Return the table and the metadata of any built-in cohort."""
    return (build_registry(), registry_metadata()) if name == REGISTRY else build_study(name)


def read_metadata(path: Path) -> CohortMetadata:
    """Read what a cohort says about itself."""
    return CohortMetadata.from_mapping(tomllib.loads(path.read_text(encoding="utf-8")))


def build_all(target: Path = COHORTS) -> list[Path]:
    """Write every built-in cohort; return the files written.

    Raises
    ------
    HccvizError
        When a frozen table misses a printed count; nothing is written for it.
    """
    target.mkdir(parents=True, exist_ok=True)
    written = []
    for name in (*STUDIES, REGISTRY):
        table, metadata = build_cohort(name)
        counted = f", {verify_exact(name, table)} printed numbers exact" if name in STUDIES else ""
        path = target / f"{name}.parquet"
        write_cohort(path, table, metadata)
        written.append(path)
        print(f"{path.name}: {table.num_rows} patients, {table.num_columns} columns{counted}")
    return written


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the build; return the exit code."""
    parser = argparse.ArgumentParser(prog="python -m hccviz.evidence.cohorts", description=__doc__)
    parser.add_argument("--into", type=Path, default=COHORTS, help="folder for the parquet files")
    try:
        build_all(parser.parse_args(arguments).into)
    except HccvizError as error:
        print(error, file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
