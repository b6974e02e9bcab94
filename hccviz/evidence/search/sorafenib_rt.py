"""Search for the survival core of sorafenib with radiotherapy: 18 patients, two endpoints."""

from __future__ import annotations

from typing import Any

import numpy as np

from hccviz.evidence.search.small import (
    HIGH,
    LOGRANK,
    LOW,
    MEDIAN,
    RATE,
    Array,
    anneal,
)

ALL, PRIMARY, METASTASIS, SKIN, NO_SKIN, UNCLASSIFIED = range(6)
OS, TTP = 0, 1
EARLIEST_DEATH, EARLIEST_PROGRESSION, LATEST = 3.0, 1.5, 48.0
SWAPS = np.array([[PRIMARY, METASTASIS], [SKIN, UNCLASSIFIED]])


def goals() -> Array:
    """Return the printed medians with limits, rates and log-rank p as rows for the search."""
    medians = (
        (OS, ALL, 7.8, 3.0, 12.6), (OS, PRIMARY, 7.8, 6.1, 9.5), (OS, METASTASIS, 15.7, 0, 33.7),
        (OS, SKIN, 7.8, 7.2, 8.4), (OS, NO_SKIN, 16.4, 0, 38.5), (TTP, SKIN, 4.1, 2.1, 6.1),
        (TTP, NO_SKIN, 6.9, 6.5, 7.3),
    )  # fmt: skip
    rows: list[list[float]] = []
    for endpoint, group, *values in medians:
        for kind, value in zip((MEDIAN, LOW, HIGH), values, strict=True):
            rows.append([kind, endpoint, group, 0, value, 0.05, 0])
    rows += [[RATE, OS, g, 0, v, 0.5, 12] for g, v in ((ALL, 37), (PRIMARY, 35), (METASTASIS, 60))]
    rows += [[LOGRANK, e, SKIN, NO_SKIN, p, 0.0005, 0] for e, p in ((OS, 0.142), (TTP, 0.127))]
    return np.array(rows, dtype=float)


def search(core: dict[str, list[Any]], seed: int, rounds: int, steps: int) -> dict[str, list[Any]]:
    """Return a better core; every patient lives long enough to be imaged after treatment."""
    months = np.array([core["os_months"], core["ttp_months"]], dtype=float)
    event = np.array([core["os_event"], core["ttp_event"]], dtype=np.int64)
    months[OS] = np.maximum(months[OS], EARLIEST_DEATH)
    late = months[TTP] > months[OS] - 0.05
    months[TTP] = np.where(
        event[TTP] == 0, months[OS], np.where(late, months[OS] - 0.1, months[TTP])
    )
    metastasis = np.array(core["metastasis_group"])
    skin = [[d == level for d in core["derm"]] for level in ("yes", "no", "unclassified")]
    groups = np.array([np.ones(len(metastasis)), 1 - metastasis, metastasis, *skin], dtype=np.int64)
    bounds = np.array([EARLIEST_DEATH, EARLIEST_PROGRESSION]), np.array([LATEST, LATEST])
    fixed = np.zeros(months.shape, dtype=np.int64)
    start = (months, event, groups, fixed, *bounds, SWAPS, goals())
    best = anneal(seed, 0, 1.0, 1.0, False, True, False, *start)
    kept = (months.copy(), event.copy(), groups.copy())
    for turn in range(rounds):
        for linear, hot in ((True, 0.5), (False, 0.4)):
            loss = anneal(
                seed + turn + 500 * (not linear), steps, hot, 0.02, linear, True, turn % 2 == 1,
                months, event, groups, fixed, *bounds, SWAPS, goals(),
            )  # fmt: skip
        if loss < best:
            best, kept = loss, (months.copy(), event.copy(), groups.copy())
        print(
            f"sorafenib, round {turn + 1} of {rounds}: loss {loss:.2f}, best {best:.2f}", flush=True
        )
    months, event, groups = kept
    words = [("yes", "no", "unclassified")[int(g.argmax())] for g in groups[SKIN:].T]
    return {
        "metastasis_group": groups[METASTASIS].tolist(),
        "derm": words,
        "os_months": [round(float(m), 2) for m in months[OS]],
        "os_event": event[OS].tolist(),
        "ttp_months": [round(float(m), 2) for m in months[TTP]],
        "ttp_event": event[TTP].tolist(),
    }
