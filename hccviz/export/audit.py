"""Audit as tables and JSON: the same findings on screen, in files and on the command line."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from typing import Any

from hccviz.domain import format as fmt
from hccviz.evidence.audit.claims import COLUMNS
from hccviz.evidence.audit.own import EXAMPLES
from hccviz.evidence.audit.records import VERDICTS, Audit, Finding, RowFault, Verdict
from hccviz.evidence.audit.rules import RULES, Rule
from hccviz.export.tables import Table

SYMBOL: dict[Verdict, str] = {
    "impossible": "✕",
    "inconsistent": "≠",
    "rounding": "≈",
    "consistent": "✓",
}


def verdict_name(verdict: Verdict) -> str:
    """Return a verdict with its sign: ``"✕ Impossible"``."""
    return f"{SYMBOL[verdict]} {VERDICTS[verdict]}"


def say_audit(found: Audit) -> str:
    """Say how many claims were checked and what came out."""
    counts = found.counts()
    total = sum(counts.values())
    told = ", ".join(f"{counts[v]} {VERDICTS[v].lower()}" for v in VERDICTS)
    many = "claim" if total == 1 else "claims"
    return f"{fmt.count(total)} printed {many} checked: {told}."


def findings_table(findings: Sequence[Finding]) -> Table:
    """Return one row per finding."""
    return {
        "Row": [str(f.row) for f in findings],
        "Verdict": [verdict_name(f.verdict) for f in findings],
        "Rule": [f.title for f in findings],
        "Place": [f.place for f in findings],
        "Claim": [f.claim for f in findings],
        "Against": [f.against for f in findings],
        "Argument": [f.argument for f in findings],
        "Recomputed": [f.recomputed for f in findings],
    }


def audit_table(found: Audit) -> Table:
    """Return the findings, and after them the rows that could not be checked."""
    table = findings_table(found.findings)
    for fault in found.faults:
        cells = {"Row": str(fault.row), "Verdict": "Not checked", "Argument": fault.sentence()}
        for heading, column in table.items():
            column.append(cells.get(heading, ""))
    return table


def findings_view(findings: Sequence[Finding]) -> Table:
    """Return the same rows in three columns, which fit a phone."""
    return {
        "Verdict": [verdict_name(f.verdict) for f in findings],
        "Claim": [f"{f.claim}{f' ({f.place})' if f.place else ''}" for f in findings],
        "Argument": [f.argument for f in findings],
    }


def faults_table(faults: Sequence[RowFault]) -> Table:
    """Return the rows that could not be checked, and why."""
    return {
        "Row": [str(f.row) for f in faults],
        "Column": [f.column or fmt.DASH for f in faults],
        "Found": [f.found for f in faults],
        "Expected": [f.expected for f in faults],
    }


def rules_table(rules: Mapping[str, Rule] = RULES) -> Table:
    """Return every rule with its reason and its columns."""
    return {
        "Rule": [f"{rule.title} ({rule.code})" for rule in rules.values()],
        "Why": [rule.reason for rule in rules.values()],
        "Columns": [_columns(rule) for rule in rules.values()],
    }


def _columns(rule: Rule) -> str:
    told = ", ".join(rule.needs)
    return f"{told}; also {', '.join(rule.takes)}" if rule.takes else told


def columns_table() -> Table:
    """Return every column of a table of claims with its meaning."""
    return {"Column": list(COLUMNS), "Meaning": list(COLUMNS.values())}


def template_csv() -> str:
    """Return a table of claims with an example of each everyday rule."""
    out = io.StringIO()
    writer = csv.DictWriter(out, list(COLUMNS), restval="", lineterminator="\n")
    writer.writeheader()
    writer.writerows(EXAMPLES)
    return out.getvalue()


def audit_json(source: Mapping[str, Any], found: Audit) -> dict[str, Any]:
    """Return an audit by the form of the command line.

    Parameters
    ----------
    source
        What was audited: study and title, or the file.
    """
    return {
        "source": dict(source),
        "summary": {"checked": len(found.findings), **found.counts()},
        "findings": [
            {
                "row": f.row,
                "verdict": f.verdict,
                "rule": f.rule,
                "title": f.title,
                **({"study": f.study} if f.study else {}),
                "place": f.place or None,
                "claim": f.claim,
                "against": f.against or None,
                "argument": f.argument,
                "recomputed": f.recomputed or None,
            }
            for f in found.findings
        ],
        "not_checked": [
            {"row": f.row, "column": f.column or None, "found": f.found, "expected": f.expected}
            for f in found.faults
        ],
        "notes": list(found.notes),
    }
