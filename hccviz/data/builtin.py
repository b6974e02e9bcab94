"""The cohorts that come with hccviz."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pyarrow.parquet as pq

from hccviz.data.cohort import Cohort, open_cohort
from hccviz.data.scan import ROWS_IN_MEMORY, scan_cohort
from hccviz.domain.errors import AddressError
from hccviz.domain.metadata import METADATA_KEY, CohortMetadata

COHORT_FOLDER = Path(__file__).parents[2] / "data" / "cohorts"


@dataclass(frozen=True, slots=True)
class BuiltIn:
    """A built-in cohort before it is opened: address code, metadata, number of patients."""

    name: str
    metadata: CohortMetadata
    n: int

    @property
    def label(self) -> str:
        """Title with the number of patients, as the cohort menu shows it."""
        title = self.metadata.title or self.name
        return title if "n = " in title else f"{title} (n = {self.n:,})"


@cache
def built_ins() -> dict[str, BuiltIn]:
    """Return every built-in cohort by its address code, reconstructed ones first."""
    found = []
    for path in sorted(COHORT_FOLDER.glob("*.parquet")):
        footer = pq.read_metadata(path)
        metadata = CohortMetadata.from_bytes((footer.metadata or {}).get(METADATA_KEY))
        found.append(BuiltIn(path.stem, metadata, footer.num_rows))
    found.sort(key=lambda b: (b.metadata.kind == "simulated", -b.n))
    return {b.name: b for b in found}


def open_built_in(name: str) -> Cohort:
    """Open a built-in cohort by its address code.

    Raises
    ------
    AddressError
        When there is none of that name; the message lists them.
    """
    if name not in built_ins():
        raise AddressError(
            f"There is no built-in cohort {name}. There are: {', '.join(built_ins())}. "
            "Choose one of these, or give the path of a parquet file."
        )
    opened = scan_cohort if built_ins()[name].n > ROWS_IN_MEMORY else open_cohort
    return opened(COHORT_FOLDER / f"{name}.parquet")
