"""Write the small data sets of the deeper survival statistics, for R and hccviz to read.

Run ``python tests/oracle/make_survival_depth_inputs.py``, then
``Rscript tests/oracle/make_survival_depth_oracle.R``. Everything written is committed.
"""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np

INPUTS = Path(__file__).parent / "depth" / "inputs"
SEED = 20261121
BATTERY = 60

# name: {group: "time status …"}; bare = event, x = competing event, + = censored.
EDGES = {
    "no_competing": {"A": "1 2+ 3 5 8+", "B": "2 4 4 9+ 9+"},
    "only_competing": {"A": "1x 2+ 3x", "B": "2x 4x 4+"},
    "all_censored": {"A": "1+ 2+", "B": "2+ 4+"},
    "tied_kinds": {"A": "2 2x 2+ 4 4x 6", "B": "2x 2 3 4 4x 4+ 7"},
    "time_zero": {"A": "0 0x 1 2+ 5", "B": "0+ 1x 3 3 4x"},
    "group_of_one": {"A": "3", "B": "1 2x 4 5+ 6 7x 8"},
    "one_group": {"A": "1 2x 2 3+ 4x 5 6+"},
    "to_the_end": {"A": "1 2x 3 4x 5", "B": "1x 2 2 3x 6"},
    "everyone_has_it": {"A": "1 2 3 4", "B": "2 3 5 6"},
    "left_before": {"A": "1+ 1+", "B": "2 3x 4 5+", "C": "2x 3 6 7"},
    "heavy_ties": {"A": "1 1 1 1x 2 2 2x 2+ 3 3", "B": "1 1x 1x 1+ 2 2 3 3 3x 4+"},
    "three": {"A": "1 3x 5 7+ 8", "B": "2 2 4x 6x 9+", "C": "1x 2x 3 4 5+ 6"},
}
MARKS = {"x": 2, "+": 0}


def competing_rows() -> list[tuple[str, str, float, int]]:
    """Edge cases and a random battery: dataset, group, time, status (0, 1, 2)."""
    rows = []
    for name, groups in EDGES.items():
        for group, text in groups.items():
            for word in text.split():
                rows.append((name, group, float(word.rstrip("x+")), MARKS.get(word[-1], 1)))
    rng = np.random.default_rng(SEED)
    for k in range(BATTERY):
        n = int(rng.integers(6, 60 if k % 3 == 0 else 20))
        group = rng.integers(0, rng.integers(1, 5), n)
        hazard = rng.uniform(0.4, 2.5, 4)[group]
        resolution = float(rng.choice([0.1, 0.5, 2.0]))
        whole = np.ceil(rng.exponential(10.0, n) / hazard / resolution)
        status = rng.choice([0, 1, 2], n, p=[(0.3, 0.4, 0.3), (0.1, 0.2, 0.7)][k % 2])
        for g, w, s in zip(group, whole, status, strict=True):
            rows.append((f"random_{k:02d}", "ABCD"[g], round(float(w) * resolution, 1), int(s)))
    return rows


def write(name: str, header: list[str], rows: list[tuple]) -> None:
    """Write one CSV file."""
    with (INPUTS / name).open("w", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(header)
        writer.writerows(rows)


if __name__ == "__main__":
    INPUTS.mkdir(parents=True, exist_ok=True)
    write("competing.csv", ["dataset", "group", "time", "status"], competing_rows())
