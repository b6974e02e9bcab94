"""Achieved versus printed: every target of a study recomputed from its cohort table."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import pyarrow as pa

from hccviz.domain.errors import HccvizError
from hccviz.evidence.measures import measure
from hccviz.evidence.selection import Patients
from hccviz.evidence.targets import EXACT, Target, read_targets


@dataclass(frozen=True, slots=True)
class Achieved:
    """A printed number, the cohort's value, and whether both agree at printed precision."""

    target: Target
    value: float | None
    holds: bool

    @property
    def relative_error(self) -> float | None:
        """Distance over the printed value; None when nothing can be compared."""
        if self.value is None or self.target.printed == 0:
            return None
        if self.holds:
            return 0.0
        return abs(self.value - self.target.printed) / abs(self.target.printed)


def achieve(table: pa.Table, targets: Iterable[Target]) -> list[Achieved]:
    """Recompute targets from a cohort table; targets of the status ``context`` are left out."""
    patients = Patients(table)
    rows = []
    for target in targets:
        if target.status != "context":
            value = measure(patients, target)
            rows.append(Achieved(target, value, target.holds(value)))
    return rows


def verify_exact(cohort: str, table: pa.Table) -> int:
    """Check every target that must hold exactly; return how many there are.

    Raises
    ------
    HccvizError
        Naming every printed number that the table misses.
    """
    rows = achieve(table, (t for t in read_targets(cohort) if t.status == EXACT))
    missed = [
        f"{row.target.id}: printed {row.target.printed:g}, found {row.value}"
        for row in rows
        if not row.holds
    ]
    if missed:
        raise HccvizError(
            f"The frozen table of {cohort} misses {len(missed)} printed numbers: "
            f"{'; '.join(missed)}. Restore data/published/{cohort}_patients.csv, or search anew."
        )
    return len(rows)
