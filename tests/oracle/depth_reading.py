"""Read what R said about the deeper survival statistics."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path

import numpy as np

from hccviz.domain.model_records import Covariate
from hccviz.domain.survival_records import CompetingEvents, CompetingTable
from tests.oracle.reading import Row, number, read

DEPTH = Path(__file__).parent / "depth"
EXACT = 1e-9
MODEL = 1e-6


def rows_of(kind: str, name: str, *keys: str) -> dict[tuple[str, ...], list[Row]]:
    """Rows of ``inputs`` or ``outputs``, gathered by some of their columns."""
    gathered: dict[tuple[str, ...], list[Row]] = defaultdict(list)
    for row in read(DEPTH / kind / f"{name}.csv"):
        gathered[tuple(row[key] for key in keys)].append(row)
    return dict(gathered)


def same(found: float | None, expected: str, tolerance: float = EXACT) -> bool:
    """Equal within an absolute and relative tolerance, or both absent."""
    wanted = number(expected)
    if found is None or wanted is None:
        return found is None and wanted is None
    return math.isclose(found, wanted, rel_tol=tolerance, abs_tol=tolerance)


def competing_events(level: str, time: Iterable[float], status: Iterable[int]) -> CompetingEvents:
    """Count one group by exact time; status 0 censored, 1 event, 2 competing."""
    at, place = np.unique(np.array(list(time), dtype=np.float64), return_inverse=True)
    kinds = np.array(list(status), dtype=np.int64)
    counts = [
        np.bincount(place[kinds == kind], minlength=len(at)).astype(np.int64) for kind in (0, 1, 2)
    ]
    return CompetingEvents(level, level, at, counts[1], counts[2], counts[0])


def competing_table(patients: Iterable[tuple[float, int, str]]) -> CompetingTable:
    """Count patients given as (time, status, group), groups in sorted order."""
    gathered: dict[str, list[tuple[float, int]]] = defaultdict(list)
    for time, status, group in patients:
        gathered[group].append((time, status))
    groups = tuple(
        competing_events(level, *zip(*pairs, strict=True))
        for level, pairs in sorted(gathered.items())
    )
    return CompetingTable("lc", "group", groups)


def model_rows_of(data: str) -> dict[str, list[str]]:
    """Columns of one data set of the regression models, as text; empty where not recorded."""
    rows = read(DEPTH / "inputs" / f"m_{data}.csv")
    return {name: [row[name] for row in rows] for name in rows[0]}


def numbers(values: Iterable[str]) -> np.ndarray:
    """Text as float64, NaN where empty."""
    return np.array([float(v) if v else np.nan for v in values])


def covariate(name: str, values: list[str], label: str = "") -> Covariate:
    """Read a column as R does: a number when every value is one, else levels in sorted order."""
    known = sorted({v for v in values if v})
    if all(v.replace(".", "", 1).lstrip("-").isdigit() for v in known):
        return Covariate(name, label or name, numbers(values))
    codes = np.array([v or None for v in values], dtype=object)
    return Covariate(name, label or name, codes, tuple(known), tuple(known))
