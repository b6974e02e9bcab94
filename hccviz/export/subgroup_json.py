"""The subgroups page as plain JSON values and as one CSV table."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from hccviz.analysis import cuts, pinned, subgroups
from hccviz.data.cohort import Cohort
from hccviz.domain.address import View
from hccviz.domain.errors import AddressError
from hccviz.domain.subgroup_records import CutLook, PairEstimate, RateForest
from hccviz.domain.survival_records import ForestEstimate
from hccviz.export import subgroup_tables, subgroup_words
from hccviz.export.outcome_json import record_json
from hccviz.export.records import summary_json, survival_json, toxicity_json
from hccviz.export.tables import Table

NOTHING_ASKED = (
    "Nothing is compared. Give a split for a forest (by=bed:100), two subgroups "
    "(a.child_pugh_class=A&b.child_pugh_class=B, or a=all), or a number to cut (out.number=bed)."
)

_NAMES = {
    "by": "what is compared: a factor, or a number with its cut (bed:100, age_years:median)",
    "out.arm, out.base": "level compared, level it is compared with; empty for all the others",
    "endpoint": "endpoint of the forest, of the curves and of the cut points (os, lc, …)",
    "out.rows": "factors of the forest, joined by commas; all recorded ones when absent",
    "criterion": "response criterion; out.rate (orr, dcr, cr) and out.of (evaluable, all)",
    "phase": "phase of toxicity; out.term (a column) and out.grade (1 to 5, from that grade on)",
    "out.on": "forest of the CSV: survival, response or toxicity (the JSON has all three)",
    "a.COLUMN, b.COLUMN": "filters of two pinned subgroups; a=all and b=all for everybody",
    "out.number": "number whose cut points are looked at (bed, tumor_size_cm, …)",
    "out.threshold": "your own cut of that number",
    "COLUMN": "filter of the forest and of the cut points, as in every view",
}
HELP = "\n".join([
    'usage: python -m hccviz subgroups COHORT "QUERY" [--json|--csv]', "",
    "forests with interaction tests, two pinned subgroups side by side, cut points of a number", "",
    "names:", *(f"  {name:<18}  {meaning}" for name, meaning in _NAMES.items()), "", "examples:",
    *(f"  python -m hccviz subgroups {line}" for line in (
        'sbrt-incomplete-tace "by=bed:100&endpoint=os"',
        'registry-simulated "by=child_pugh_class&out.arm=B&out.base=A&out.rows=sex,bed"',
        'reirradiation "a.child_pugh_class=A&b.child_pugh_class=B" --csv',
        'registry-simulated "out.number=bed&out.threshold=100&endpoint=lc"',
    )),
])  # fmt: skip
"""What ``subgroups --help`` prints."""


def subgroups_json(cohort: Cohort, view: View) -> dict[str, Any]:
    """Return forests (with ``by``), the pair (with ``a.``, ``b.``) and cuts (with a number).

    A part that is not asked for or cannot be answered is null beside ``<name>_why``.

    Raises
    ------
    AddressError
        When nothing is asked for, or nothing that is asked for can be answered.
    """
    split = view.by is not None
    parts: dict[str, tuple[bool, Callable[[], dict[str, Any]], str]] = {
        "forest": (split, lambda: _forest(subgroups.forest(cohort, view)), "by"),
        "response_forest": (split, lambda: _rates(cohort, view, "response"), "by"),
        "toxicity_forest": (split, lambda: _rates(cohort, view, "toxicity"), "by"),
        "pair": (bool(view.pins), lambda: _pair(pinned.pair(cohort, view)), "a. and b."),
        "cut_points": (
            bool(view.option("number")) or _cuts(cohort, view),
            lambda: _cut(cuts.cut_points(cohort, view)),
            "out.number",
        ),
    }  # fmt: skip
    if not any(asked for asked, _, _ in parts.values()):
        raise AddressError(NOTHING_ASKED)
    made: dict[str, Any] = {
        "endpoint": view.endpoint or None, "by": view.by.to_param() if view.by else None,
    }  # fmt: skip
    refused = []
    for name, (asked, answer, key) in parts.items():
        try:
            made[name] = answer() if asked else None
            if not asked:
                made[f"{name}_why"] = f"not asked for ({key})"
        except AddressError as reason:
            made |= {name: None, f"{name}_why": str(reason)}
            refused.append(str(reason))
    if all(made[name] is None for name in parts):
        raise AddressError(refused[0])
    return made


def subgroups_table(cohort: Cohort, view: View) -> Table:
    """Return the table of the forest, else of the two subgroups, else of the cuts.

    Raises
    ------
    AddressError
        When nothing is asked for, or it cannot be answered.
    """
    if view.by is not None and view.option("on") == "survival":
        return subgroup_tables.forest_table(subgroups.forest(cohort, view))
    if view.by is not None:
        return subgroup_tables.rate_forest_table(subgroups.rate_forest(cohort, view))
    if view.pins:
        return subgroup_tables.pair_table(pinned.pair(cohort, view))
    if view.option("number"):
        return subgroup_tables.cut_table(cuts.cut_points(cohort, view))
    raise AddressError(NOTHING_ASKED)


def _cuts(cohort: Cohort, view: View) -> bool:
    return view.by is not None and cohort.schema.variables[view.by.address].is_number


def _forest(estimate: ForestEstimate) -> dict[str, Any]:
    return {"sentence": subgroup_words.say_forest(estimate), **record_json(estimate)}


def _rates(cohort: Cohort, view: View, on: str) -> dict[str, Any]:
    estimate: RateForest = subgroups.rate_forest(cohort, view.with_option("on", on))
    return {"sentence": subgroup_words.say_rate_forest(estimate), **record_json(estimate)}


def _pair(found: PairEstimate) -> dict[str, Any]:
    bare = replace(found, baseline=None, survival=None, toxicity_grades=None)
    return {
        "sentence": subgroup_words.say_pair(found),
        **record_json(bare),
        "baseline": summary_json(found.baseline) if found.baseline else None,
        "survival": survival_json(found.survival) if found.survival else None,
        "toxicity_grades": toxicity_json(found.toxicity_grades) if found.toxicity_grades else None,
    }


def _cut(look: CutLook) -> dict[str, Any]:
    return {
        "sentence": subgroup_words.say_cut_points(look),
        "why_not_evidence": subgroup_words.why_not_evidence(look),
        **record_json(look),
    }
