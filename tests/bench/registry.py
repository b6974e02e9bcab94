"""Ten million rows in a parquet file: time and memory of a view that is scanned, not held.

``python -m tests.bench.registry FILE`` is the process that is measured.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

import numpy as np
import polars as pl
import psutil

from hccviz.data import counts
from hccviz.data.parquet import write_cohort
from hccviz.data.scan import scan_cohort
from hccviz.domain import vocabulary
from hccviz.domain.address import parse_query, read_view
from hccviz.domain.metadata import CohortMetadata
from hccviz.stats.kaplan_meier import estimate_curve
from hccviz.stats.logrank import logrank_test
from tests.bench.timing import say

ROWS = 10_000_000
QUERY = "child_pugh_class=A,B&prior_tace=yes&bed=60..125&ecog=0,1&by=t_stage"


def measure() -> None:
    """Write the file, and measure it in a process of its own."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "registry.parquet"
        write_cohort(path, registry(ROWS).to_arrow(), CohortMetadata(title="bench"))
        subprocess.run([sys.executable, "-m", "tests.bench.registry", str(path)], check=True)


def registry(n: int) -> pl.DataFrame:
    """Return random patients, level codes as enumerations."""
    draw = np.random.default_rng(1)

    def levels(name: str, weights: list[float]) -> pl.Series:
        codes = vocabulary.variables()[name].codes()[: len(weights)]
        places = draw.choice(len(weights), n, p=weights).astype(np.uint32)
        return pl.Series(name, places).cat.to(pl.Enum(codes))

    return pl.DataFrame(
        {
            "child_pugh_class": levels("child_pugh_class", [0.7, 0.25, 0.05]),
            "t_stage": levels("t_stage", [0.25] * 4),
            "ecog": levels("ecog", [0.5, 0.4, 0.1]),
            "prior_tace": draw.integers(0, 2, n).astype(bool),
            "total_dose_gy": np.array([36.0, 45.0, 48.0, 60.0])[draw.integers(0, 4, n)],
            "fractions": np.array([3, 4, 15], np.int64)[draw.integers(0, 3, n)],
            "os_months": np.round(draw.exponential(24, n)),
            "os_event": draw.integers(0, 2, n).astype(np.int8),
        }
    )


def here(path: Path) -> None:
    """Open the file, ask the view several times, and say time and memory."""
    start = time.perf_counter()
    cohort = scan_cohort(path)
    opened = time.perf_counter() - start
    view, ignored = read_view(parse_query(QUERY), cohort.schema)
    assert not ignored, ignored
    process, took = psutil.Process(), []
    before = peak = process.memory_info().rss
    running = True

    def watch() -> None:
        nonlocal peak
        while running:
            peak = max(peak, process.memory_info().rss)
            time.sleep(0.002)

    watcher = threading.Thread(target=watch)
    watcher.start()
    for _ in range(7):
        start = time.perf_counter()
        table = counts.event_table(cohort, view.filter, "os", view.by)
        for group in table.groups:
            estimate_curve(group)
        logrank_test(table)
        took.append(1000 * (time.perf_counter() - start))
    running = False
    watcher.join()
    say(
        f"{cohort.n:,} rows from parquet, 4 predicates, {len(table.groups)} groups: "
        f"{np.median(took):.0f} ms (best {min(took):.0f}), +{(peak - before) / 1e6:.0f} MB; "
        f"checked and opened once in {opened:.1f} s"
    )


if __name__ == "__main__":
    here(Path(sys.argv[1]))
