"""Radiation-induced liver disease: classic and non-classic, with exact intervals."""

from __future__ import annotations

from hccviz.domain.outcome_records import RildPanel, RildRow
from hccviz.domain.records import LevelCounts
from hccviz.stats.cautions import CAUTION_BELOW, count
from hccviz.stats.proportions import proportion


def estimate_rild(
    counts: LevelCounts,
    definitions: tuple[tuple[str, str], ...],
    *,
    method: str = "clopper-pearson",
    level: float = 0.95,
) -> RildPanel:
    """Shares of classic and non-classic disease among the patients with it recorded.

    Parameters
    ----------
    counts
        Patients per group and level ``none``, ``classic``, ``non_classic``.
    definitions
        Study and definition, to be read with the numbers.
    method, level
        Interval of the shares.
    """
    rows = []
    for place, label in enumerate(counts.group_labels):
        found = dict(zip(counts.levels, counts.counts[place].tolist(), strict=True))
        n = sum(found.values())
        classic, other = found.get("classic", 0), found.get("non_classic", 0)
        shares = [
            proportion(x, n, method=method, level=level) for x in (classic, other, classic + other)
        ]
        rows.append(RildRow(label, n, int(counts.missing[place]), *shares))
    small = tuple(
        f"Read {row.label} with caution: {count(row.n, 'patient')} with this recorded."
        for row in rows
        if row.n < CAUTION_BELOW
    )
    return RildPanel(counts.by, tuple(rows), definitions, counts.n_unknown_group, small)
