"""Views of what was published: literature, one patient's course, the audit of printed numbers."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from hccviz.cli.command import Command, answer, read_file
from hccviz.cli.dose import query_of
from hccviz.domain.address import parse_query
from hccviz.domain.errors import AddressError
from hccviz.evidence import case, literature
from hccviz.evidence.audit.own import MAX_BYTES as MAX_AUDIT_BYTES
from hccviz.evidence.audit.own import read_table
from hccviz.evidence.audit.published import STUDIES
from hccviz.evidence.audit.records import Audit
from hccviz.evidence.audit.run import audit_claims, audit_studies, audit_study
from hccviz.evidence.event_file import MAX_BYTES as MAX_EVENT_BYTES
from hccviz.export import audit as audit_tables
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


def _audit(given: argparse.Namespace) -> int:
    """Audit a study, all of them, or a table of claims (CSV)."""
    name = given.cohort
    if name == "all":
        made = audit_studies()
        found = [finding for audit in made.values() for finding in audit.findings]
        return answer(
            given,
            lambda: {"studies": [_study_json(study, audit) for study, audit in made.items()]},
            lambda: {"Study": [f.study for f in found], **audit_tables.findings_table(found)},
        )
    if name in STUDIES:
        audit = audit_study(name)
        record = _study_json(name, audit)
    else:
        instead = (
            f"Studies: {', '.join(STUDIES)}, or all. Choose one of these, or give the path of a "
            "CSV table of claims."
        )
        audit = audit_claims(*read_table(read_file(Path(name), MAX_AUDIT_BYTES, instead)))
        record = audit_tables.audit_json({"file": Path(name).name}, audit)
    return answer(given, lambda: record, lambda: audit_tables.audit_table(audit))


def _study_json(name: str, audit: Audit) -> dict[str, Any]:
    return audit_tables.audit_json({"study": name, "title": STUDIES[name]}, audit)


COMMANDS = {
    "audit": Command(_audit, "printed numbers that cannot be true, of a study or of a CSV table"),
    "literature": Command(_literature, "TACE with radiotherapy, summarised"),
    "case": Command(_case, "one patient's events"),
}
