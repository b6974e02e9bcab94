"""Which patients a printed subgroup means: the address grammar on a frozen table."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from hccviz.domain.filters import parse_range
from hccviz.domain.vocabulary import DEFAULT_ALPHA_BETA_GY

Mask = NDArray[np.bool_]


@dataclass(frozen=True)
class Patients:
    """A cohort table as columns; BED and EQD2 are computed at alpha/beta 10 Gy."""

    table: pa.Table

    @property
    def n(self) -> int:
        """Number of patients."""
        return int(self.table.num_rows)

    @cached_property
    def fits(self) -> dict[tuple[str, ...], Any]:
        """Regression models fitted on this table so far, by what they ask."""
        return {}

    @cached_property
    def dose(self) -> dict[str, NDArray[np.float64]]:
        """BED, EQD2 and dose per fraction."""
        if "total_dose_gy" not in self.table.column_names:
            return {}
        total = self.table["total_dose_gy"].to_numpy()
        size = total / self.table["fractions"].to_numpy()
        bed = total * (1 + size / DEFAULT_ALPHA_BETA_GY)
        equivalent = bed / (1 + 2 / DEFAULT_ALPHA_BETA_GY)
        return {"bed": bed, "eqd2": equivalent, "fraction_size_gy": size}

    def numbers(self, name: str) -> NDArray[np.float64]:
        """Return a numeric column; not recorded is NaN."""
        if name in self.dose:
            return self.dose[name]
        values = self.table[name].to_pylist()
        return np.array([np.nan if v is None else float(v) for v in values])

    def words(self, name: str) -> list[str | None]:
        """Return a column as level codes: yes/no for booleans, the number for grades."""
        values = self.table[name].to_pylist()
        if pa.types.is_boolean(self.table[name].type):
            return [None if v is None else ("yes" if v else "no") for v in values]
        return [None if v is None else str(v) for v in values]

    def recorded(self, name: str) -> Mask:
        """Mark the patients with a value."""
        if name in self.dose:
            return np.ones(self.n, dtype=bool)
        return np.array([v is not None for v in self.table[name].to_pylist()])

    def where(self, query: str) -> Mask:
        """Mark the patients that a query keeps; ``&`` joins clauses, ``|`` joins queries.

        A clause is ``column=level,level`` or ``column=lo..hi`` (both ends inclusive); a word
        ``unknown`` among the levels keeps the patients without a value.
        """
        mask = np.zeros(self.n, dtype=bool)
        for part in query.split("|"):
            kept = np.ones(self.n, dtype=bool)
            for clause in filter(None, part.split("&")):
                kept &= self._clause(*clause.split("=", 1))
            mask |= kept
        return mask

    def _clause(self, name: str, levels: str) -> Mask:
        if ".." in levels:
            low, high = parse_range(levels)
            values = self.numbers(name)
            above = np.ones(self.n, dtype=bool) if low is None else values >= low
            return above & ~np.isnan(values) & (True if high is None else values <= high)
        wanted = levels.split(",")
        return np.array(
            [("unknown" if word is None else word) in wanted for word in self.words(name)]
        )
