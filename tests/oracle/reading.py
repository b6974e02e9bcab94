"""Read the rows that R read and the numbers that R gave."""

from __future__ import annotations

import csv
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from hccviz.domain.records import EventTable, GroupEvents

HERE = Path(__file__).parent
Row = dict[str, str]


def read(path: Path) -> list[Row]:
    """Rows of a CSV file as text."""
    with path.open(newline="") as file:
        return list(csv.DictReader(file))


def outputs(name: str, *keys: str) -> dict[tuple[str, ...], list[Row]]:
    """Rows of one output file, gathered by some of its columns."""
    gathered: dict[tuple[str, ...], list[Row]] = defaultdict(list)
    for row in read(HERE / "outputs" / f"{name}.csv"):
        gathered[tuple(row[key] for key in keys)].append(row)
    return dict(gathered)


def number(text: str) -> float | None:
    """Return a number, None where R gave NA."""
    return float(text) if text else None


def group_events(level: str, time: Sequence[float], event: Sequence[int]) -> GroupEvents:
    """Count one group by exact time."""
    distinct, place = np.unique(np.asarray(time, dtype=np.float64), return_inverse=True)
    happened = np.asarray(event, dtype=bool)
    size = len(distinct)
    return GroupEvents(
        level=level,
        label=level,
        time=distinct,
        events=np.bincount(place[happened], minlength=size).astype(np.int64),
        censored=np.bincount(place[~happened], minlength=size).astype(np.int64),
    )


def family(dataset: str) -> str:
    """Return what a data set belongs to: a cohort, data of R, random ones or edge cases."""
    if ":" in dataset:
        return dataset.split(":")[0]
    return {"random": "random", "r": "own-data-of-r"}.get(dataset.split("_")[0], "edge-cases")


def by_family(cases: Iterable[tuple[Any, ...]]) -> Callable[[Callable[..., None]], Any]:
    """Run a test on all cases of a family in turn; a failure names its case.

    Thousands of small comparisons cost more as tests of their own than they take to compute. The
    first part of a case is the name of its data set.
    """
    families: dict[str, list[tuple[Any, ...]]] = defaultdict(list)
    for case in cases:
        families[family(case[0])].append(case)

    def decorate(test: Callable[..., None]) -> Any:
        def of_all(cases: list[tuple[Any, ...]]) -> None:
            assert cases
            for case in cases:
                try:
                    test(*case)
                except Exception as error:
                    error.add_note(f"in {', '.join(str(x) for x in case if len(str(x)) < 80)}")
                    raise

        return pytest.mark.parametrize("cases", families.values(), ids=families.keys())(of_all)

    return decorate


def _table(
    time: np.ndarray, event: np.ndarray, group: np.ndarray, strata: tuple[EventTable, ...] = ()
) -> EventTable:
    groups = tuple(
        group_events(level, time[group == level], event[group == level])
        for level in sorted(set(group.tolist()))
    )
    return EventTable("os", "group", groups, ordered=True, strata=strata)


def event_table(
    time: Sequence[float],
    event: Sequence[int],
    group: Sequence[str],
    stratum: Sequence[str] | None = None,
) -> EventTable:
    """Event table of rows, stratified when strata are given; groups in sorted order."""
    t, e, g = np.asarray(time, dtype=np.float64), np.asarray(event), np.asarray(group)
    if stratum is None:
        return _table(t, e, g)
    s = np.asarray(stratum)
    within = [s == code for code in sorted(set(s.tolist()))]
    return _table(t, e, g, tuple(_table(t[w], e[w], g[w]) for w in within))


def _dataset(rows: Iterable[Row], *, stratified: bool) -> EventTable:
    rows = list(rows)
    return event_table(
        [float(r["time"]) for r in rows],
        [int(r["event"]) for r in rows],
        [r["group"] for r in rows],
        [r["stratum"] for r in rows] if stratified else None,
    )


def small_datasets(*, stratified: bool = False) -> dict[str, EventTable]:
    """Edge cases, random battery and R's own data sets, by name."""
    gathered: dict[str, list[Row]] = defaultdict(list)
    for path in sorted((HERE / "inputs").glob("*.csv")):
        if path.name not in ("proportions.csv", "tables.csv"):
            for row in read(path):
                gathered[row["dataset"]].append(row)
    return {name: _dataset(rows, stratified=stratified) for name, rows in gathered.items()}


def cohort_datasets() -> dict[str, EventTable]:
    """Built-in cohorts: one table per endpoint and split, named cohort:endpoint:split."""
    tables = {}
    for path in sorted((HERE / "cohorts").glob("*.csv")):
        rows = read(path)
        columns = list(rows[0])
        endpoints = [c.removesuffix("_months") for c in columns if c.endswith("_months")]
        splits = [c for c in columns if not c.endswith(("_months", "_event"))]
        for endpoint in endpoints:
            for split in ["", *splits]:
                needed = [f"{endpoint}_months", f"{endpoint}_event", *([split] if split else [])]
                used = [r for r in rows if all(r[c] for c in needed)]
                if used:
                    tables[f"{path.stem}:{endpoint}:{split}"] = event_table(
                        [float(r[needed[0]]) for r in used],
                        [int(r[needed[1]]) for r in used],
                        [r[split] if split else "all" for r in used],
                    )
    return tables
