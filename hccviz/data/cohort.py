"""A checked cohort: rows behind a lazy frame, and everything known about its columns."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from pathlib import Path

import narwhals as nw
import polars as pl
import polars.selectors as cs
import pyarrow as pa
import pyarrow.parquet as pq

from hccviz.data.checks import check_table
from hccviz.data.checks_own import most_levels
from hccviz.data.derive import derive_columns
from hccviz.domain import vocabulary
from hccviz.domain.errors import CohortFileError, Fault
from hccviz.domain.filters import Schema, column_address
from hccviz.domain.metadata import METADATA_KEY, CohortMetadata
from hccviz.domain.vocabulary import Variable

FEW_VALUES = 6
"""A file's own whole-number column with at most this many values is read as levels (1, 2, 3)."""


@dataclass(frozen=True, slots=True, eq=False)
class Cohort:
    """A cohort that passed the checks.

    Attributes
    ----------
    name
        Address code (``"sbrt-incomplete-tace"``), or ``"uploaded"``.
    frame
        One row per patient; categorical columns hold level codes, booleans booleans.
    n
        Number of patients.
    sha256
        Of the file's bytes; of the parts' hashes for a pool. The key of every cache.
    faults
        What the checks found and let pass or set aside.
    derived
        Sentences: which columns hccviz added, from what.
    """

    name: str
    metadata: CohortMetadata
    schema: Schema
    frame: nw.LazyFrame[pl.LazyFrame]
    n: int
    sha256: str
    faults: tuple[Fault, ...] = ()
    derived: tuple[str, ...] = ()


def open_cohort(path: Path) -> Cohort:
    """Open one of our own cohort files. A file from outside goes through `untrusted` first.

    Raises
    ------
    CohortFileError
        When the file holds no usable cohort.
    """
    raw = path.read_bytes()
    return cohort_from_table(path.stem, pq.read_table(pa.BufferReader(raw)), sha256_of(raw))


def sha256_of(raw: bytes) -> str:
    """Return the SHA-256 of a file's bytes, hexadecimal."""
    return hashlib.sha256(raw).hexdigest()


def cohort_from_table(name: str, table: pa.Table, sha256: str) -> Cohort:
    """Check a table, derive what can be derived, and describe its columns.

    Raises
    ------
    CohortFileError
        When nothing usable is left; ``faults`` of the error hold every fault.
    """
    metadata = CohortMetadata.from_bytes((table.schema.metadata or {}).get(METADATA_KEY))
    checked = check_table(table)
    if checked.fatal:
        raise UnusableTableError(checked.faults)
    full, derived = derive_columns(checked.table)
    frame = pl.from_arrow(full)
    assert isinstance(frame, pl.DataFrame)
    schema = describe_columns(frame.columns, frame.get_column)
    lazy = nw.from_native(typed(frame, schema).lazy())
    return Cohort(name, metadata, schema, lazy, frame.height, sha256, checked.faults, derived)


class UnusableTableError(CohortFileError):
    """No usable cohort is left; carries every fault, so that they can be shown at once."""

    def __init__(self, faults: tuple[Fault, ...]) -> None:
        fatal = [fault.sentence() for fault in faults if fault.severity == "fatal"]
        super().__init__(" ".join(fatal))
        self.faults = faults


def describe_columns(columns: list[str], values_of: Callable[[str], pl.Series]) -> Schema:
    """Return what a checked frame can be filtered and split by, in dictionary order.

    Values are asked for only where they decide: for ``study`` and for the file's own columns.
    """
    parts = [part for column in columns if (part := _endpoint_of(column, columns))]
    order = list(vocabulary.variables())
    names = sorted(columns, key=lambda c: order.index(c) if c in order else len(order))
    found = [v for name in names if (v := _variable_of(name, columns, values_of)) is not None]
    if {"total_dose_gy", "fractions"} <= set(columns):
        at = next((i for i, v in enumerate(found) if v.name == "fractions"), len(found)) + 1
        found[at:at] = [vocabulary.variables()["bed_gy"], vocabulary.variables()["eqd2_gy"]]
    known = [code for code in vocabulary.endpoints() if code in parts]
    phases = {
        phase: tuple(c for c in columns if (t := vocabulary.toxicity_term(c)) and t.phase == phase)
        for phase in vocabulary.phases()
    }
    return Schema(
        variables={v.address: v for v in found},
        endpoints=(*known, *(code for code in dict.fromkeys(parts) if code not in known)),
        responses=tuple(
            sorted(filter(vocabulary.is_response, columns), key=vocabulary.response_rank)
        ),
        toxicity={phase: terms for phase, terms in phases.items() if terms},
    )


def typed(frame: pl.DataFrame, schema: Schema) -> pl.DataFrame:
    """Return the frame with level codes as enumerations, which filter and group much faster."""
    columns = [
        pl.col(v.name).cast(pl.Enum(v.codes()))
        for v in schema.variables.values()
        if v.is_categorical and frame.schema.get(v.name) == pl.String
    ]
    return frame.with_columns(columns)


def _endpoint_of(column: str, columns: list[str]) -> str | None:
    part = vocabulary.endpoint_part(column)
    if part is None or part[1] != "months" or f"{part[0]}_event" not in columns:
        return None
    return part[0]


def _variable_of(
    name: str, columns: list[str], values_of: Callable[[str], pl.Series]
) -> Variable | None:
    """Return how a column filters and splits, or None when it does neither."""
    part = vocabulary.endpoint_part(name)
    if name == "patient_id" or (part is not None and _endpoint_of(f"{part[0]}_months", columns)):
        return None
    variable = vocabulary.lookup(name)
    if variable is not None:
        return variable.with_levels(_codes(values_of(name))) if name == "study" else variable
    values = values_of(name)
    label = name.replace("_", " ").strip()
    own = Variable(
        name, label[:1].upper() + label[1:], "other", "text",
        "Column of the file, not in the dictionary.", address=column_address(name), known=False,
    )  # fmt: skip
    if values.dtype == pl.Boolean:
        return replace(own, kind="boolean", levels=vocabulary.NO_YES)
    if values.dtype.is_integer() and values.n_unique() <= FEW_VALUES:
        return replace(own, kind="ordered").with_levels(_codes(values))
    if values.dtype.is_numeric():
        return replace(own, kind="integer" if values.dtype.is_integer() else "number")
    if values.dtype == pl.String and values.n_unique() <= most_levels(values.len()):
        return replace(own, kind="category").with_levels(_codes(values))
    return None


def _codes(values: pl.Series) -> tuple[str, ...]:
    return tuple(str(value) for value in values.drop_nulls().unique().sort().to_list())


def pool(cohorts: Iterable[Cohort]) -> Cohort:
    """Put cohorts under one another, column by column, with ``study`` filled in.

    A column that one of them lacks is "not recorded" for its patients. Columns whose types differ
    become text. Patient identifiers are prefixed by the cohort, so that they stay unique.
    """
    parts = tuple(cohorts)
    if len(parts) == 1:
        return parts[0]
    frames = [_with_study(cohort) for cohort in parts]
    mixed = _mixed_columns(frames)
    frames = [
        f.with_columns(pl.col(c).cast(pl.String) for c in f.columns if c in mixed) for f in frames
    ]
    frame = pl.concat(frames, how="diagonal_relaxed")
    schema = describe_columns(frame.columns, frame.get_column)
    digest = sha256_of("+".join(cohort.sha256 for cohort in parts).encode())
    return Cohort(
        ",".join(cohort.name for cohort in parts), _pooled_metadata(parts), schema,
        nw.from_native(typed(frame, schema).lazy()), frame.height, digest,
        tuple(fault for cohort in parts for fault in cohort.faults),
        tuple(f"{cohort.metadata.title}: {s}" for cohort in parts for s in cohort.derived),
    )  # fmt: skip


def _with_study(cohort: Cohort) -> pl.DataFrame:
    frame = cohort.frame.to_native().collect().with_columns(cs.enum().cast(pl.String))
    title = cohort.metadata.title or cohort.name
    recorded = pl.col("study") if "study" in frame.columns else pl.lit(None, pl.String)
    columns = [recorded.fill_null(title).alias("study")]
    if "patient_id" in frame.columns:
        columns.append(
            pl.format("{}/{}", pl.lit(cohort.name), pl.col("patient_id")).alias("patient_id")
        )
    return frame.with_columns(columns)


def _mixed_columns(frames: list[pl.DataFrame]) -> set[str]:
    kinds: dict[str, set[str]] = {}
    for frame in frames:
        for name, dtype in frame.schema.items():
            kind = "number" if dtype.is_numeric() else str(dtype)
            kinds.setdefault(name, set()).add(kind)
    return {name for name, found in kinds.items() if len(found - {"Null"}) > 1}


def _pooled_metadata(parts: tuple[Cohort, ...]) -> CohortMetadata:
    every = [cohort.metadata for cohort in parts]
    kinds = {m.kind for m in every}
    kind = next(k for k in ("reconstructed", "simulated", "patient") if k in kinds)

    def joined(values: Iterable[str]) -> str:
        return "; ".join(dict.fromkeys(v for v in values if v))

    def merged(mappings: list[dict[str, str]]) -> dict[str, str]:
        keys = dict.fromkeys(key for mapping in mappings for key in mapping)
        return {key: joined(mapping.get(key, "") for mapping in mappings) for key in keys}

    return CohortMetadata(
        title=" + ".join(m.title or c.name for m, c in zip(every, parts, strict=True)),
        kind=kind,  # type: ignore[arg-type]
        citation=joined(m.citation for m in every),
        time_origin=joined(m.time_origin for m in every),
        scales=merged([m.scales for m in every]),
        definitions=merged([m.definitions for m in every]),
        notes=tuple(f"{m.title}: {note}" for m in every for note in m.notes),
    )
