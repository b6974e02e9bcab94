"""Write the small data sets on which R and hccviz must agree: edge cases and a random battery.

Run ``python tests/oracle/make_inputs.py``, then ``Rscript tests/oracle/make_oracle.R``. Everything
written is committed, so the tests need neither.
"""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np

INPUTS = Path(__file__).parent / "inputs"
SEED = 20261120
BATTERY = 100

# name: {group: "time time+ …"}; a plus marks a censored time, as in a text-book.
EDGES = {
    "all_censored": {"A": "3+ 5+ 9+", "B": "2+ 4+ 4+"},
    "one_event": {"A": "3 5+ 9+", "B": "2+ 4+ 8+"},
    "one_event_last": {"A": "3+ 5+ 9", "B": "2+ 4+ 8+"},
    "group_of_one": {"A": "7", "B": "2 4 6 8 10 12+"},
    "group_of_one_censored": {"A": "7+", "B": "2 4 6 8 10 12+"},
    "half_on_a_flat_stretch": {"A": "1 2 3+ 5+ 6 7", "B": "1 2 4 6"},
    "half_until_the_end": {"A": "2 4 10+ 12+", "B": "3 3 8+ 20+"},
    "quarter_flat_stretches": {"A": "1 2 3 4 5 6 7 8", "B": "1 1 2 2 3 3 9+ 9+"},
    "event_ties_censoring": {"A": "2 2+ 4 4+ 4+ 6", "B": "2+ 4 4 6 6+ 8"},
    "time_zero": {"A": "0 0+ 3 5 8+", "B": "0+ 2 2 6 9"},
    "time_zero_events_only": {"A": "0 0 0", "B": "0 1 2"},
    "heavy_ties": {"A": "1 1 1 1 2 2 2 2+ 3 3 3+ 3+", "B": "1 1 1+ 2 2 2 3 3 3 3"},
    "all_tied": {"A": "4 4 4 4", "B": "4 4 4+ 4+"},
    "to_zero": {"A": "1 2 3 4", "B": "2 3 5 9"},
    "zero_and_plateau": {"A": "1 2 3 4", "B": "10+ 20+ 20+ 30+"},
    "no_events_in_a_group": {"A": "2 3 5 8+", "B": "4+ 6+ 9+", "C": "1 2 6 7"},
    "no_events_in_the_reference": {"A": "4+ 6+ 9+", "B": "2 3 5 8+", "C": "1 2 6 7"},
    "all_before_the_others": {"A": "1 2 3", "B": "10 11 12+", "C": "2 10 12"},
    "chain_without_overlap": {"A": "1 2", "B": "3 4", "C": "5 6"},
    "left_before_the_first_event": {"A": "1+ 2+", "B": "3 4 5+", "C": "3 6 7"},
    "only_one_at_risk": {"A": "1+ 2+", "B": "3 4 5"},
    "single_patient": {"A": "6"},
    "single_group": {"A": "1 2 2+ 5 6+ 8"},
    "last_censored": {"A": "1 2 3 4+", "B": "1 2 3+ 9+"},
    "upper_limit_turns": {"A": "1 2 3 4 5 6+ 6+ 7 8+ 9", "B": "1+ 1+ 1+ 1+ 2 9"},
}


def edge_rows() -> list[tuple[str, str, str, float, int]]:
    """Rows of the edge cases; strata alternate within each group."""
    rows = []
    for name, groups in EDGES.items():
        for group, text in groups.items():
            for i, word in enumerate(text.split()):
                event = 0 if word.endswith("+") else 1
                rows.append((name, group, f"s{i % 2}", float(word.rstrip("+")), event))
    return rows


def battery_rows() -> list[tuple[str, str, str, float, int]]:
    """Rows of the random data sets: 4-40 patients, 1-4 groups, 1-3 strata, many kinds of ties."""
    rng = np.random.default_rng(SEED)
    rows = []
    for k in range(BATTERY):
        n = int(rng.integers(4, 41 if k % 5 == 0 else 16))
        groups = rng.integers(0, rng.integers(1, 5), n)
        strata = rng.integers(0, rng.integers(1, 4), n)
        hazard = rng.uniform(0.3, 3.0, 4)[groups]
        time = rng.exponential(10.0, n) / hazard
        resolution = rng.choice([0.1, 0.5, 1.0, 4.0])
        step = np.floor(time / resolution) if k % 3 == 0 else np.ceil(time / resolution)
        event = rng.random(n) < rng.choice([0.2, 0.5, 0.8, 1.0])
        for g, s, whole, e in zip(groups, strata, step, event, strict=True):
            t = round(float(whole) * float(resolution), 1)
            rows.append((f"random_{k:03d}", "ABCD"[g], f"s{s}", t, int(e)))
    return rows


def proportion_rows() -> list[tuple[int, int]]:
    """Counts for the intervals: the ends, small and large denominators."""
    rng = np.random.default_rng(SEED)
    rows = [(x, n) for n in (1, 2, 5, 10) for x in range(n + 1)]
    for n in (43, 102, 302, 5000, 100_000):
        rows += [(0, n), (1, n), (n // 3, n), (n - 1, n), (n, n), (int(rng.integers(n)), n)]
    return rows


def table_rows() -> list[tuple[str, int, int, int]]:
    """Contingency tables, long form: table, row, column, count."""
    rng = np.random.default_rng(SEED)
    shapes = (
        [(2, 2)] * 25 + [(3, 2)] * 15 + [(5, 2)] * 6 + [(2, 4)] * 6 + [(3, 3)] * 6 + [(4, 3)] * 2
    )
    rows = []
    for k, (r, c) in enumerate(shapes):
        size = 5 if r > 3 or c > 2 else (4, 12, 40, 90)[k % 4]
        table = rng.integers(0, size + 1, (r, c))
        for i in range(r):
            rows += [(f"table_{k:02d}", i, j, int(table[i, j])) for j in range(c)]
    return rows


def _write(name: str, header: list[str], rows: list[tuple]) -> None:
    with (INPUTS / name).open("w", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(header)
        writer.writerows(rows)


if __name__ == "__main__":
    INPUTS.mkdir(exist_ok=True)
    columns = ["dataset", "group", "stratum", "time", "event"]
    _write("edges.csv", columns, edge_rows())
    _write("battery.csv", columns, battery_rows())
    _write("proportions.csv", ["count", "n"], proportion_rows())
    _write("tables.csv", ["table", "row", "column", "count"], table_rows())
