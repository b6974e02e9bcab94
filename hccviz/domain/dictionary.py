"""The data dictionary as a document and as a table, both derived from the vocabulary."""

from __future__ import annotations

from pathlib import Path

from hccviz.domain import vocabulary
from hccviz.domain.vocabulary import Variable

DOCUMENT = Path(__file__).parents[2] / "docs" / "cohort-format.md"

_HEAD = """# The cohort file

<!-- Made from hccviz/domain/vocabulary.toml by `make docs`; change it there. -->

One parquet file, one row per patient. A missing value is null and means *not recorded*: it is never
read as "no". Column names are lower_snake_case with units. Only one endpoint pair is required;
whatever else is there becomes a filter and a grouping factor.

| Rule | What it means |
|---|---|
| `<endpoint>_months`, `<endpoint>_event` | a pair; months from the time origin; event 1, else 0 |
| `response_<criteria>[_<site>]` | {responses} |
| `tox_<phase>_<term>` | worst grade 0-5 of a patient, 0 when recorded and absent; phase {phases} |
| `tox_<phase>_<term>_months` | time of that toxicity, for its cumulative incidence |
| any other column | kept; text and yes/no filter by level, numbers by range |

File metadata: the parquet key `hccviz` holds JSON with `title`, `kind` (`patient`, `reconstructed`
or `simulated`), `citation`, `time_origin`, `scales` (grading scale and version per phase),
`definitions` (per endpoint) and `notes`. All are optional.
"""


def document() -> str:
    """Return docs/cohort-format.md."""
    responses = ", ".join(f"`{lv.code}` {lv.label.lower()}" for lv in vocabulary.response_levels())
    phases = " or ".join(f"`{code}`" for code in vocabulary.phases())
    parts = [_HEAD.format(responses=responses, phases=phases)]
    for code, heading in vocabulary.sections().items():
        rows = [v for v in vocabulary.variables().values() if v.section == code]
        if rows:
            parts.append(_section(heading, rows))
    parts.append(_endpoints())
    parts.append(_toxicity())
    return "\n".join(parts)


def _section(heading: str, rows: list[Variable]) -> str:
    lines = [f"## {heading}", "", "| Column | Label | Values | Meaning |", "|---|---|---|---|"]
    for v in rows:
        name = f"`{v.name}`" + (f" (in links `{v.address}`)" if v.address != v.name else "")
        lines.append(f"| {name} | {v.label} | {values_of(v)} | {v.description} |")
    return "\n".join([*lines, ""])


def values_of(variable: Variable) -> str:
    """Return what a column may hold, in one phrase."""
    if variable.derived and variable.is_number:
        return f"computed, {variable.unit}"
    if variable.kind == "boolean":
        return "true or false"
    if variable.levels:
        return ", ".join(f"`{lv.code}`" for lv in variable.levels)
    if not variable.is_number:
        return "text"
    kind = "whole number" if variable.kind == "integer" else "number"
    unit = f", {variable.unit}" if variable.unit else ""
    ends = f", {variable.low:g} to {variable.high:g}" if variable.high is not None else ""
    return f"{kind}{unit}{ends}"


def _endpoints() -> str:
    lines = ["## Endpoints", "", "| Columns | Endpoint | Event |", "|---|---|---|"]
    lines += [
        f"| `{e.months_column}`, `{e.event_column}` | {e.label} | {e.event} |"
        for e in vocabulary.endpoints().values()
    ]
    return "\n".join([*lines, ""])


def _toxicity() -> str:
    classes = vocabulary.organ_classes()
    lines = ["## Toxicity terms", "", "| Term | Label | Class |", "|---|---|---|"]
    lines += [
        f"| `{term}` | {label} | {classes[organ]} |"
        for term, (label, organ) in vocabulary.toxicity_terms().items()
    ]
    return "\n".join([*lines, ""])


def column_table() -> dict[str, list[str]]:
    """Return the dictionary as a table: column, label, values, meaning."""
    rows = list(vocabulary.variables().values())
    return {
        "Column": [v.name for v in rows],
        "Label": [v.label for v in rows],
        "Values": [values_of(v).replace("`", "") for v in rows],
        "Meaning": [v.description for v in rows],
    }


if __name__ == "__main__":
    DOCUMENT.write_text(document(), "utf-8")
