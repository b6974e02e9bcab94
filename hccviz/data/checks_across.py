"""Checks of columns against one another: statements about one patient that cannot both be true."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import pyarrow as pa
import pyarrow.compute as pc

from hccviz.data.checks_words import any_true, counted_rows
from hccviz.domain.errors import Fault
from hccviz.domain.vocabulary import endpoint, endpoint_part

Columns = Mapping[str, pa.ChunkedArray]
_USED = "Both are used as they are; correct the wrong one."


def check_contradictions(columns: Columns) -> tuple[Fault, ...]:
    """Return the contradictions between checked columns, as warnings."""
    return (
        *_child_pugh(columns),
        *_substage(columns),
        *_sessions(columns),
        *_after_death(columns),
    )


def child_pugh_class_of(score: pa.ChunkedArray) -> pa.ChunkedArray:
    """Return the Child-Pugh class of a score: A 5-6, B 7-9, C 10-15; null elsewhere."""
    possible = pc.and_(pc.greater_equal(score, 5), pc.less_equal(score, 15))
    codes = pc.if_else(pc.less_equal(score, 6), "A", pc.if_else(pc.less_equal(score, 9), "B", "C"))
    return pc.if_else(possible, codes, pa.scalar(None, pa.string()))


def _fault(name: str, wrong: pa.ChunkedArray, found: str, expected: str) -> Iterator[Fault]:
    if any_true(wrong):
        count, rows = counted_rows(wrong)
        yield Fault("warning", name, count, f"{found} in {rows}", expected, _USED)


def _child_pugh(columns: Columns) -> Iterator[Fault]:
    level, score = columns.get("child_pugh_class"), columns.get("child_pugh_score")
    if level is not None and score is not None:
        wrong = pc.not_equal(level, child_pugh_class_of(score))
        yield from _fault(
            "child_pugh_class", wrong, "a class that contradicts child_pugh_score",
            "A for 5-6 points, B for 7-9, C for 10-15",
        )  # fmt: skip


def _substage(columns: Columns) -> Iterator[Fault]:
    stage, finer = columns.get("t_stage"), columns.get("t_substage")
    if stage is not None and finer is not None:
        wrong = pc.not_equal(stage, pc.utf8_slice_codeunits(finer, 0, 2))
        yield from _fault(
            "t_substage", wrong, "a substage that contradicts t_stage", "the same stage in both"
        )


def _sessions(columns: Columns) -> Iterator[Fault]:
    tace, sessions = columns.get("prior_tace"), columns.get("prior_tace_sessions")
    if tace is not None and sessions is not None:
        wrong = pc.xor(tace, pc.greater(sessions, 0))
        yield from _fault(
            "prior_tace_sessions", wrong, "a number of sessions that contradicts prior_tace",
            "0 sessions exactly where prior_tace is no",
        )  # fmt: skip


def _after_death(columns: Columns) -> Iterator[Fault]:
    times, died = columns.get("os_months"), columns.get("os_event")
    if times is None or died is None:
        return
    for name in columns:
        part = endpoint_part(name)
        if part is None or part[1] != "months" or part[0] == "os":
            continue
        point = endpoint(part[0])
        if point.event_column not in columns:
            continue
        late = pc.greater(pc.subtract(columns[name], times), 0.05)
        wrong = pc.and_kleene(late, pc.equal(died, 1))
        yield from _fault(
            name, wrong, "a time after the patient's death (os_months)",
            f"no follow-up for {point.label.lower()} after death",
        )  # fmt: skip
