"""Writes achieved versus printed: ``python -m hccviz.evidence.achieved``."""

from __future__ import annotations

import sys
from typing import Any

from hccviz.evidence.cohorts import build_study
from hccviz.evidence.frozen import PUBLISHED, write_columns
from hccviz.evidence.targets import STUDIES, read_targets
from hccviz.evidence.verify import Achieved, achieve


def achieved_columns(rows: list[Achieved]) -> dict[str, list[Any]]:
    """Return the table of a study: printed, achieved, verdict, and the distance of a miss."""
    return {
        "id": [row.target.id for row in rows],
        "status": [row.target.status for row in rows],
        "printed": [f"{row.target.printed:.{row.target.decimals}f}" for row in rows],
        "operator": [row.target.operator for row in rows],
        "achieved": ["" if row.value is None else f"{row.value:.6g}" for row in rows],
        "matches": [row.holds for row in rows],
        "relative_error": [
            "" if row.relative_error is None else f"{row.relative_error:.4f}" for row in rows
        ],
    }


def summary(rows: list[Achieved]) -> str:
    """Say how many of the approached numbers match, repeats left out."""
    own = [row for row in rows if row.target.status == "approached" and not row.target.repeats]
    near = [row for row in own if row.holds or (row.relative_error or 1) <= 0.02]
    matched = sum(row.holds for row in own)
    return f"{matched} of {len(own)} at printed precision, {len(near)} within 2 %"


def main() -> int:
    """Recompute every study and write its table; return the exit code."""
    for name in STUDIES:
        rows = achieve(build_study(name)[0], read_targets(name))
        write_columns(PUBLISHED / f"{name}_achieved.csv", achieved_columns(rows))
        print(f"{name}: {summary(rows)}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
