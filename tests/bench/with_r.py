"""R's survfit and survdiff on the same rows, where R is installed."""

from __future__ import annotations

import shutil
import subprocess
import tempfile
from pathlib import Path

import pandas as pd

SCRIPT = """
library(survival)
d <- read.csv(commandArgs(TRUE)[1], colClasses = c("numeric", "integer", "factor"))
took <- sapply(1:as.integer(commandArgs(TRUE)[2]), function(i) {
  start <- proc.time()[["elapsed"]]
  survfit(Surv(time, event) ~ group, d, conf.type = "log-log")
  survdiff(Surv(time, event) ~ group, d)
  proc.time()[["elapsed"]] - start
})
cat(1000 * median(took))
"""
ABSENT = "R not found"


def version() -> str:
    """Return the versions of R and its survival package, or that there is none."""
    words = 'cat(R.version.string, "survival", format(packageVersion("survival")))'
    return _answer(words) or ABSENT


def milliseconds(time: pd.Series, event: pd.Series, group: pd.Series, runs: int) -> float | None:
    """Return what curves and test take in R on rows that are already filtered; None without R."""
    if shutil.which("Rscript") is None:
        return None
    with tempfile.TemporaryDirectory() as folder:
        rows = Path(folder) / "rows.csv"
        frame = pd.DataFrame({"time": time, "event": event, "group": group.astype(str)})
        frame.to_csv(rows, index=False)
        told = _answer(SCRIPT, str(rows), str(runs))
    return float(told) if told else None


def _answer(script: str, *arguments: str) -> str:
    if shutil.which("Rscript") is None:
        return ""
    command = ["Rscript", "-e", script, *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=False).stdout.strip()
