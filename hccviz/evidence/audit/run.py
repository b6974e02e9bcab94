"""Running the rules: over the claims of a study, or over a table of one's own."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache

from hccviz.domain.errors import HccvizError
from hccviz.evidence.audit.claims import Claim
from hccviz.evidence.audit.published import STUDIES, study_claims
from hccviz.evidence.audit.records import VERDICTS, Audit, CellError, Finding, RowFault
from hccviz.evidence.audit.rules import RULES, Rule, fitting

MOST_SEARCHES = 10
"""Exhaustive searches in one table of one's own."""


def audit_claims(claims: Iterable[Claim], notes: tuple[str, ...] = ()) -> Audit:
    """Judge claims one by one; a row that cannot be judged becomes a fault, never an error.

    Parameters
    ----------
    claims
        Rows of printed numbers.
    notes
        What was remarkable when they were read.

    Returns
    -------
    Audit
        Findings by row; faults by row.
    """
    findings: list[Finding] = []
    faults: list[RowFault] = []
    searches = 0
    for claim in claims:
        try:
            rules = _rules_of(claim)
        except CellError as wrong:
            faults.append(RowFault(claim.row, wrong.column, wrong.found, wrong.expected))
            continue
        for rule in rules:
            searches += rule.heavy and not claim.study
            if searches > MOST_SEARCHES and rule.heavy:
                found = f"more than {MOST_SEARCHES} exhaustive searches"
                faults.append(RowFault(claim.row, "rule", found, "fewer in one table"))
                continue
            try:
                findings.append(_judge(claim, rule))
            except CellError as wrong:
                faults.append(RowFault(claim.row, wrong.column, wrong.found, wrong.expected))
            except HccvizError as wrong:
                faults.append(RowFault(claim.row, "", str(wrong), "numbers that can be computed"))
    return Audit(tuple(findings), tuple(faults), notes)


@cache
def audit_study(name: str) -> Audit:
    """Audit one of the five studies by its address code; gravest first, then by rule.

    Raises
    ------
    KeyError
        When there is no such study.
    """
    found = audit_claims(study_claims(name))
    gravity, rank = list(VERDICTS), list(RULES)
    ranked = sorted(
        found.findings, key=lambda f: (gravity.index(f.verdict), rank.index(f.rule), f.row)
    )
    return Audit(tuple(ranked), found.faults, found.notes)


def audit_studies() -> dict[str, Audit]:
    """Audit all five studies."""
    return {name: audit_study(name) for name in STUDIES}


def _rules_of(claim: Claim) -> tuple[Rule, ...]:
    name = claim.text("rule").lower().replace(" ", "_").replace("-", "_")
    if not name:
        there = fitting(claim)
        if not there:
            filled = ", ".join(c for c in claim.cells if claim.has(c)) or "nothing"
            raise CellError(
                "", f"{filled[:60]} filled", "the columns of a rule, such as n, count and percent"
            )
        return there
    if name not in RULES:
        raise CellError("rule", f"“{name[:40]}”", f"one of {', '.join(RULES)}, or nothing")
    rule = RULES[name]
    missing = [column for column in rule.needs if not claim.has(column)]
    if missing:
        raise CellError(missing[0], "nothing", f"a value: {name} needs {', '.join(rule.needs)}")
    return (rule,)


def _judge(claim: Claim, rule: Rule) -> Finding:
    judged = rule.check(claim)
    return Finding(
        claim.row, rule.code, rule.title, claim.study, claim.text("place"), claim.words(),
        claim.text("against"), judged.verdict, judged.argument, judged.recomputed,
    )  # fmt: skip
