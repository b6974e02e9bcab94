"""Two tasks timed in turn, so that a busy moment of the machine meets both."""

from __future__ import annotations

import statistics
import sys
import time
from collections.abc import Callable


def interleaved(a: Callable[[], object], b: Callable[[], object], runs: int) -> tuple[float, float]:
    """Return the median milliseconds of two tasks run in turn."""
    a()
    b()
    took: tuple[list[float], list[float]] = ([], [])
    for _ in range(runs):
        for task, times in zip((a, b), took, strict=True):
            start = time.perf_counter()
            task()
            times.append(1000 * (time.perf_counter() - start))
    return statistics.median(took[0]), statistics.median(took[1])


def say(line: str) -> None:
    """Print a line at once."""
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()
