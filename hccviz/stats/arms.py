"""Two arms out of the groups of a split: two of its levels, or one against the rest."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import takewhile
from typing import Any

import numpy as np

from hccviz.domain.records import EventTable, GroupEvents
from hccviz.domain.subgroup_records import Arms, RateGroup, RateSubgroups, RateTable
from hccviz.domain.survival_records import SubgroupTable


def choose_arms(
    levels: Sequence[str], labels: Sequence[str], arm: str = "", base: str = ""
) -> Arms | str:
    """Return the two arms of a comparison, or the reason why there are none.

    Parameters
    ----------
    levels, labels
        Codes and labels of the groups that have patients, in order.
    arm, base
        Level compared and level it is compared with; an empty one stands for all the others. With
        both empty the first level is the reference.

    Examples
    --------
    >>> choose_arms(["A", "B", "C"], ["Class A", "Class B", "Class C"]).compared_label
    'Class B or C'
    >>> choose_arms(["A"], ["Child-Pugh class A"])
    'there is only one group: Child-Pugh class A'
    """
    if not levels:
        return "no patient has this split and this outcome recorded"
    if len(levels) == 1:
        return f"there is only one group: {labels[0]}"
    absent = [code for code in (arm, base) if code and code not in levels]
    if absent:
        return f"no patient is in the group {absent[0]}; there are: {', '.join(levels[:12])}"
    if arm and arm == base:
        return "the two groups are the same; choose another one"
    base = base if base or arm else levels[0]
    compared = (arm,) if arm else tuple(code for code in levels if code != base)
    reference = (base,) if base else tuple(code for code in levels if code != arm)
    names = dict(zip(levels, labels, strict=True))
    out = tuple(names[code] for code in levels if code not in (*compared, *reference))
    return Arms(reference, compared, _joined(reference, names), _joined(compared, names), out)


def two_arms(table: EventTable, arms: Arms) -> EventTable:
    """Return an event table with the reference arm first; an arm without patients is left out."""
    made = (
        _added(table.groups, levels, code, label)
        for levels, code, label in zip(
            (arms.reference, arms.compared), arms.codes,
            (arms.reference_label, arms.compared_label), strict=True,
        )
    )  # fmt: skip
    return replace(table, groups=tuple(g for g in made if g is not None), strata=())


def arms_within(subgroup: SubgroupTable, arms: Arms) -> SubgroupTable:
    """Return the same for every level of a factor; levels without either arm are left out."""
    tables = [two_arms(table, arms) for table in subgroup.tables]
    kept = [i for i, table in enumerate(tables) if table.groups]
    return replace(subgroup, tables=tuple(tables[i] for i in kept), **_levels(subgroup, kept))


def two_rates(table: RateTable, arms: Arms) -> RateTable:
    """Return counts of a rate by arm, the reference first; an arm without patients is left out."""
    made = []
    for levels, code, label in zip(
        (arms.reference, arms.compared), arms.codes,
        (arms.reference_label, arms.compared_label), strict=True,
    ):  # fmt: skip
        inside = [g for g in table.groups if g.level in levels]
        n = sum(g.n for g in inside)
        if n:
            made.append(RateGroup(code, label, sum(g.count for g in inside), n))
    return replace(table, groups=tuple(made))


def rates_within(subgroup: RateSubgroups, arms: Arms) -> RateSubgroups:
    """Return the same for every level of a factor; levels without either arm are left out."""
    tables = [two_rates(table, arms) for table in subgroup.tables]
    kept = [i for i, table in enumerate(tables) if table.groups]
    return replace(subgroup, tables=tuple(tables[i] for i in kept), **_levels(subgroup, kept))


def _levels(subgroup: SubgroupTable | RateSubgroups, kept: Sequence[int]) -> dict[str, Any]:
    """Return the levels at some places, with their labels."""
    return {
        "levels": tuple(subgroup.levels[i] for i in kept),
        "level_labels": tuple(subgroup.level_labels[i] for i in kept),
    }


def _joined(levels: tuple[str, ...], names: dict[str, str]) -> str:
    """Name an arm: its level, two levels without saying their common words twice, or the rest."""
    if len(levels) > 2:
        return "All others"
    first, *more = (names[code].split(" ") for code in levels)
    told = [" ".join(first)]
    for other in more:
        pairs = zip(first[:-1], other[:-1], strict=False)
        shared = len(list(takewhile(lambda pair: pair[0] == pair[1], pairs)))
        told.append(" ".join(other[shared:]))
    return " or ".join(told)


def _added(
    groups: Sequence[GroupEvents], levels: tuple[str, ...], code: str, label: str
) -> GroupEvents | None:
    """Add up groups by exact time; None when nobody is in them."""
    inside = [g for g in groups if g.level in levels]
    if not inside:
        return None
    if len(inside) == 1:
        return replace(inside[0], level=code, label=label)
    time, place = np.unique(np.concatenate([g.time for g in inside]), return_inverse=True)
    events, censored = (
        np.bincount(place, weights=np.concatenate(parts), minlength=time.size).astype(np.int64)
        for parts in ([g.events for g in inside], [g.censored for g in inside])
    )
    return GroupEvents(code, label, time, events, censored)
