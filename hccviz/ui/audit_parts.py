"""The audit page: choose a study or one's own table, counts, filter, findings."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

import pandas as pd
import streamlit as st
from streamlit.runtime.uploaded_file_manager import UploadedFile

from hccviz.evidence.audit.claims import COLUMNS
from hccviz.evidence.audit.own import EXAMPLES, MAX_BYTES, AuditFileError, read_table
from hccviz.evidence.audit.published import CASE, STUDIES
from hccviz.evidence.audit.records import MEANING, VERDICTS, Audit, Finding, Verdict
from hccviz.evidence.audit.rules import RULES
from hccviz.export import audit as tables
from hccviz.ui import cache, components, shell, state
from hccviz.ui.shell import DISCLAIMER, Here
from hccviz.ui.text import plain

OWN = "own"
CARDS = 40
COMPARED = ("twice", "one_of")
"""Rules that compare print with print: nothing is recomputed."""
COLOUR: dict[Verdict, str] = {
    "impossible": "red",
    "inconsistent": "orange",
    "rounding": "blue",
    "consistent": "green",
}
EVERYDAY = (
    "claim", "n", "count", "percent", "counts", "median", "time", "rate", "ratio", "low", "high",
    "p", "dose", "fractions", "label", "value",
)  # fmt: skip
"""Columns of one's own table before a rule is chosen."""


def study(at: Here) -> str:
    """Draw the menu of studies; the last choice is one's own table."""
    names = {**STUDIES, OWN: "Your own table"}
    shown = next((name for name in at.view.cohorts if name in STUDIES), next(iter(STUDIES)))
    current = at.view.option("audit") or shown
    st.selectbox(
        "Study",
        list(names),
        format_func=lambda name: names[name],
        **state.widget("audit-study", current, lambda name: _choose("audit", name)),
    )
    return current


def _choose(name: str, value: str) -> None:
    view = state.view().with_option(name, value)
    state.change(outcome=view.outcome)


def audit_of(at: Here, name: str) -> Audit | None:
    """Return the audit of a study, or of the session's own table after drawing it."""
    if name == OWN:
        return _own_table(at)
    return cache.study_audit(name)


def results(at: Here, name: str, found: Audit) -> None:
    """Draw the summary, the filter and the findings that it keeps."""
    components.sentence(tables.say_audit(found))
    kept = _kept(at, found)
    doubted = [f for f in kept if f.verdict != "consistent"]
    for finding in doubted[:CARDS]:
        _card(finding)
    rest = [*doubted[CARDS:], *(f for f in kept if f.verdict == "consistent")]
    if rest:
        components.table(tables.findings_view(rest))
    if not kept:
        components.note("No finding of this kind.")
    title = "Your own table" if name == OWN else STUDIES[name]
    with st.container(horizontal=True, vertical_alignment="center"):
        components.download(
            tables.audit_table(found),
            name=f"audit-{name}",
            key="audit-csv",
            comments=(f"hccviz audit: {title}", tables.say_audit(found), DISCLAIMER),
        )
        _link(name)


def _link(name: str) -> None:
    """Offer the way from the findings to the study they are about."""
    if name == OWN:
        return
    if name == CASE:
        st.page_link(shell.page_at("case"), label="Open the case")
        st.page_link(shell.page_at("literature"), label="Open the table of seven studies")
        return
    query = {"cohort": name}
    st.page_link(shell.page_at("survival"), label="Open this study's cohort", query_params=query)
    st.page_link(shell.page_at("studies"), label="All printed numbers", query_params=query)


def _kept(at: Here, found: Audit) -> tuple[Finding, ...]:
    counts = found.counts()
    doubted = len(found.findings) - counts["consistent"]
    labels: dict[str, str] = {
        "questioned": f"In question · {doubted}",
        **{str(v): f"{tables.verdict_name(v).split(' or ')[0]} · {counts[v]}" for v in VERDICTS},
        "all": f"All · {len(found.findings)}",
    }
    shown = at.view.option("finding")
    left, right = st.columns([7, 2], vertical_alignment="bottom")
    with left:
        st.segmented_control(
            "Verdict",
            list(labels),
            format_func=lambda code: labels[code],
            required=True,
            wrap=True,
            **state.widget(
                "audit-verdict", shown, lambda code: _choose("finding", code or "questioned")
            ),
        )
    rules = {"": "Every rule", **{f.rule: f.title for f in found.findings}}
    rule = state.recall("audit-rule", "")
    rule = rule if rule in rules else ""
    with right:
        st.selectbox(
            "Rule",
            list(rules),
            format_func=lambda code: rules[code],
            **state.widget("audit-rule", rule, lambda code: state.remember("audit-rule", code)),
        )
    return tuple(
        f
        for f in found.findings
        if (shown in ("all", f.verdict) or (shown == "questioned" and f.verdict != "consistent"))
        and rule in ("", f.rule)
    )


def _card(finding: Finding) -> None:
    """Draw one finding: verdict in colour, sign and word; claim; argument; recomputed value."""
    with st.container(border=True):
        verdict = f":{COLOUR[finding.verdict]}-badge[{tables.verdict_name(finding.verdict)}]"
        place = f" · {plain(finding.place)}" if finding.place else ""
        st.markdown(f"{verdict} {plain(finding.title)}{place}")
        against = f" — {plain(finding.against)}" if finding.against else ""
        st.markdown(f"**{plain(finding.claim)}**{against}")
        st.markdown(plain(finding.argument))
        if finding.recomputed and finding.rule not in COMPARED:
            st.caption(f"Recomputed: {plain(finding.recomputed)}")


def _own_table(at: Here) -> Audit | None:
    """Draw the table to type or paste into, and the upload; return what the rules say."""
    del at
    st.markdown(
        "Type or paste your claims, one per row, or open a CSV file. Fill only the columns that a "
        "claim has; every rule that they suffice for is applied. Keep the decimals as printed. "
        "The table stays in the memory of this session."
    )
    with st.container(horizontal=True, vertical_alignment="bottom"):
        file = st.file_uploader(
            "Table of claims (CSV)",
            type=["csv", "txt"],
            max_upload_size=MAX_BYTES // 1_000_000,
            key=f"audit-file-{state.recall('generation', 0)}",
        )
        st.download_button(
            "Template (CSV)",
            data=tables.template_csv,
            file_name="audit-template.csv",
            mime="text/csv",
            on_click="ignore",
            key="audit-template",
        )
    notes = _take(file)
    rows = _edited()
    found = cache.own_audit(tuple(tuple(row.items()) for row in rows))
    for note in dict.fromkeys((*notes, *found.notes)):
        st.caption(plain(note))
    if found.faults:
        components.table(tables.faults_table(found.faults), title="Rows that could not be checked")
    if not found.findings:
        components.note("Nothing is checked yet.")
        return None
    return found


def _take(file: UploadedFile | None) -> tuple[str, ...]:
    """Read a newly uploaded file into the session's table; say why when it cannot be read."""
    if file is None:
        return ()
    raw = file.getvalue()
    mark = hashlib.sha256(raw).hexdigest()
    kept = state.recall("audit", {})
    if kept.get("mark") == mark:
        return tuple(kept["notes"])
    try:
        claims, notes = read_table(raw)
    except AuditFileError as wrong:
        st.error(plain(wrong))
        return ()
    state.remember("audit", {"mark": mark, "rows": [dict(c.cells) for c in claims], "notes": notes})
    return notes


def _edited() -> list[dict[str, str]]:
    """Draw the editor and return its filled rows."""
    kept = state.recall("audit", {})
    base: Sequence[dict[str, str]] = kept.get("rows", EXAMPLES)
    choices = {"": "Everyday columns", "*": "All columns", **{c: r.title for c, r in RULES.items()}}
    chosen = st.selectbox(
        "Columns for",
        list(choices),
        format_func=lambda code: choices[code],
        key="audit-columns",
        width=360,
    )
    frame = pd.DataFrame([{name: row.get(name, "") for name in COLUMNS} for row in base], dtype=str)
    edited = st.data_editor(
        frame,
        key=f"audit-editor-{kept.get('mark', 'examples')}-{state.recall('generation', 0)}",
        num_rows="dynamic",
        hide_index=True,
        width="stretch",
        column_order=_shown(chosen),
        column_config={
            **{
                name: st.column_config.TextColumn(name.replace("_", " "), help=told)
                for name, told in COLUMNS.items()
            },
            "rule": st.column_config.SelectboxColumn(
                options=list(dict.fromkeys(["", *RULES, *(row.get("rule", "") for row in base)])),
                help=COLUMNS["rule"],
            ),
        },
    )
    return [
        {str(name): str(cell) for name, cell in row.items() if isinstance(cell, str) and cell}
        for row in edited.to_dict("records")
    ]


def _shown(chosen: str) -> list[str]:
    if chosen == "*":
        return list(COLUMNS)
    if chosen in RULES:
        rule = RULES[chosen]
        return ["rule", "place", "claim", *rule.needs, *rule.takes]
    return list(EVERYDAY)


def method() -> None:
    """Say what the verdicts mean, which rules there are, and what a table needs."""
    with st.expander("The rules and what they ask for"):
        components.table(tables.rules_table(), title="Rules")
        components.table(tables.columns_table(), title="Columns")
    meanings = " ".join(f"{VERDICTS[v]}: {told}" for v, told in MEANING.items())
    components.method(
        f"{meanings} Percentages after Brown and Heathers (GRIM), halves rounded up. Subgroup "
        "curves against the overall one and PFS against OS are decided by an exhaustive search "
        "over all orders of deaths and censorings (Efron's redistribution to the right): what is "
        "called impossible has no such order. A reading that needs 3 or more censored patients "
        "(and 5 % of all) is called inconsistent. Ratios by the Wald interval, with every value "
        "that prints alike. Percentages of a study are checked against the printed group sizes."
    )
