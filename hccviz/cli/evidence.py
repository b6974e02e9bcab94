"""Views of what was published: literature, one patient's course, the audit of printed numbers."""

from __future__ import annotations

import argparse
from pathlib import Path

from hccviz.cli.command import Command, answer, read_file
from hccviz.cli.dose import query_of
from hccviz.domain.address import parse_query
from hccviz.domain.errors import AddressError
from hccviz.evidence import case, literature
from hccviz.evidence.event_file import MAX_BYTES as MAX_EVENT_BYTES
from hccviz.export import case as case_words
from hccviz.export import literature as literature_words


def _literature(given: argparse.Namespace) -> int:
    """Answer with the printed studies and their summary; ``rate=dcr&tau=dl&order=n``."""
    asked = parse_query(query_of(given))
    strange = [name for name in asked if name not in ("rate", "tau", "order")]
    if strange:
        raise AddressError(f"literature knows rate, tau and order; found {', '.join(strange)}.")
    found = literature.review(
        asked.get("rate", "orr"), asked.get("tau", "pm"), asked.get("order", "printed")
    )
    return answer(
        given,
        lambda: literature_words.literature_json(found),
        lambda: literature_words.literature_table(found),
    )


def _case(given: argparse.Namespace) -> int:
    """Answer with the published course, or with that of an event file and what was found in it."""
    course = case.published_case()
    if given.cohort:
        path = Path(given.cohort)
        raw = read_file(path, MAX_EVENT_BYTES, "Give an event file (CSV), or nothing.")
        course = case.own_case(path.stem, raw)
    return answer(
        given,
        lambda: case_words.case_json(course, case.reirradiated(course)),
        lambda: case_words.event_table(course),
    )


COMMANDS = {
    "literature": Command(_literature, "TACE with radiotherapy, summarised"),
    "case": Command(_case, "one patient's events"),
}
