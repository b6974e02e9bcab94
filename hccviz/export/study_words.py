"""Printed numbers in words, and printed against recomputed as table and JSON."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from hccviz.domain import format as fmt
from hccviz.domain.filters import Schema
from hccviz.evidence.published import Publication
from hccviz.evidence.study import VERDICTS, Printed, Study
from hccviz.evidence.targets import Target
from hccviz.export.tables import Table
from hccviz.export.target_words import NUMBERS, P_VALUES, say_quantity, variable_of

VERDICT_WORDS = {
    "reproduced": "reproduced",
    "near": "within 2%",
    "differs": "differs",
    "impossible": "impossible",
    "conflict": "conflict",
    "context": "not about the cohort",
}
NOT_PUBLISHED = "Not published: one of many tables consistent with the print, not evidence."
PAGE_NAMES = {
    "": "Overview", "survival": "Survival", "response": "Response", "toxicity": "Toxicity",
    "subgroups": "Subgroups", "regression": "Regression",
}  # fmt: skip
MOST_PLACES = 3
MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September",
    "October", "November", "December",
)  # fmt: skip

# --------------------------------------------------------------------------- numbers


def unit_of(target: Target, schema: Schema) -> str:
    """Return the unit of a printed number; ``%`` for shares, ``""`` for counts, ratios and p."""
    if target.statistic == "percent" or target.statistic.startswith("km_rate_"):
        return "%"
    if target.statistic.startswith("km_median"):
        return " months"
    if target.statistic not in NUMBERS:
        return ""
    variable = variable_of(target.variable, schema)
    unit = variable.unit if variable else "months" if target.variable.endswith("_months") else ""
    return unit if unit in ("", "%") else f" {unit}"


def say_printed(target: Target, schema: Schema) -> str:
    """Write a number as it was printed: ``"62.8%"``, ``"<0.001"``, ``"11.2 months"``."""
    if target.statistic == "year":
        year, part = divmod(target.printed, 1)
        return f"{MONTHS[int(part * 12)]} {year:.0f}" if part else f"{year:.0f}"
    sign = "" if target.operator == "=" else target.operator
    return f"{sign}{fmt.number(target.printed, target.decimals)}{unit_of(target, schema)}"


def say_value(row: Printed, schema: Schema) -> str:
    """Write what the cohort gives, with one decimal more than the print; a count without any."""
    target = row.target
    if row.verdict == "context":
        return fmt.DASH
    if row.value is None:
        return "not reached" if target.statistic.startswith("km_") else "not estimable"
    if target.statistic in P_VALUES:
        return fmt.p_value(row.value)
    decimals = 0 if target.statistic in ("n", "count", "events") else target.decimals + 1
    return f"{fmt.number(row.value, decimals)}{unit_of(target, schema)}"


def say_distance(row: Printed) -> str:
    """Write the relative distance of a number that misses its print."""
    if not row.relative_error:
        return ""
    return fmt.percent(row.relative_error, 1 if row.relative_error >= 0.001 else 2)


# --------------------------------------------------------------------------- rows together


def chosen_rows(study: Study, schema: Schema, *, verdict: str = "", place: str = "",
                words: str = "") -> tuple[Printed, ...]:  # fmt: skip
    """Return the rows of a verdict and a place whose description holds every word asked for."""
    asked = _words(words)
    return tuple(
        row
        for row in study.rows
        if (not verdict or row.verdict == verdict)
        and (not place or row.target.place == place)
        and (not asked or _holds(_searched(row, schema), asked))
    )


def _words(text: str) -> list[str]:
    return re.findall(r"[\w.]+", text.lower())


def _holds(there: list[str], asked: list[str]) -> bool:
    """Tell whether every word is there; from three letters on, a beginning is enough."""
    return all(
        any(word == w or (len(w) > 2 and word.startswith(w)) for word in there) for w in asked
    )


def _searched(row: Printed, schema: Schema) -> list[str]:
    target = row.target
    said = (say_quantity(target, schema), target.place, target.note, say_printed(target, schema))
    return _words(" ".join(said))


def study_table(rows: Sequence[Printed], schema: Schema) -> Table:
    """Return printed, recomputed, verdict, distance and the view of each row."""
    return {
        "Id": [row.target.id for row in rows],
        "Place": [row.target.place for row in rows],
        "Quantity": [say_quantity(row.target, schema) for row in rows],
        "Printed": [say_printed(row.target, schema) for row in rows],
        "Recomputed": [say_value(row, schema) for row in rows],
        "Verdict": [VERDICT_WORDS[row.verdict] for row in rows],
        "Distance": [say_distance(row) for row in rows],
        "Repeats": [row.target.repeats for row in rows],
        "Page": [PAGE_NAMES[row.link.page] if row.link else "" for row in rows],
        "View": [row.link.view.to_query() if row.link else "" for row in rows],
        "Look for": [row.link.look if row.link else "" for row in rows],
        "Note": [row.target.note for row in rows],
    }


def study_json(study: Study, rows: Sequence[Printed], schema: Schema) -> dict[str, Any]:
    """Return abstract, counts over the whole study, and the chosen rows as plain JSON values."""
    fields = study.abstract.__dataclass_fields__
    return {
        "study": study.name,
        "title": study.title,
        "abstract": {name: getattr(study.abstract, name) for name in fields},
        "counts": {verdict: study.count(verdict) for verdict in VERDICTS},
        "rows": [_row_json(row, schema) for row in rows],
    }


def _row_json(row: Printed, schema: Schema) -> dict[str, Any]:
    target = row.target
    made: dict[str, Any] = {
        "id": target.id,
        "place": target.place,
        "quantity": say_quantity(target, schema),
        "subgroup": target.subgroup,
        "variable": target.variable,
        "levels": target.levels,
        "by": target.by,
        "model": target.model,
        "statistic": target.statistic,
        "operator": target.operator,
        "printed": target.printed,
        "decimals": target.decimals,
        "recomputed": row.value,
        "verdict": row.verdict,
        "relative_error": row.relative_error,
        "repeats": target.repeats or None,
        "note": target.note or None,
        "view": None,
    }
    if row.value is None:
        made["recomputed_why"] = (
            "not about the cohort" if row.verdict == "context" else say_value(row, schema)
        )
    if row.link:
        made["view"] = {
            "page": row.link.page or "overview",
            "query": row.link.view.to_query(),
            "look_for": row.link.look,
        }
    return made


# --------------------------------------------------------------------------- was it published


def say_publication(found: Publication) -> str:
    """Say whether a view was published, in one short sentence."""
    if not found.places:
        return NOT_PUBLISHED
    shown = list(found.places[:MOST_PLACES])
    more = len(found.places) - len(shown)
    if more:
        shown.append(f"{more} more place{'s' if more > 1 else ''}")
    where = fmt.listed(shown)
    missed = found.n_printed - found.n_reproduced
    if not missed:
        return f"This view reproduces {where}."
    numbers = f"{missed} of {found.n_printed} printed numbers"
    return f"This view was published ({where}); {numbers} are not reproduced exactly."


def publication_json(found: Publication | None) -> dict[str, Any] | None:
    """Return status and places; None for a cohort that is not a reconstructed study."""
    if found is None:
        return None
    return {
        "status": found.status,
        "places": list(found.places),
        "printed": found.n_printed,
        "reproduced": found.n_reproduced,
        "sentence": say_publication(found),
    }
