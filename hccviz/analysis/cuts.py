"""Every cut of a number with its hazard ratio, and the reader's own cut."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from hccviz.analysis import views
from hccviz.data import counts
from hccviz.data.cohort import Cohort
from hccviz.data.model_rows import model_rows
from hccviz.domain.address import Split, View
from hccviz.domain.errors import AddressError
from hccviz.domain.records import EventTable, Quantity
from hccviz.domain.subgroup_records import CutLook, OwnCut
from hccviz.domain.vocabulary import Variable
from hccviz.stats.cox import estimate_hazard_ratios
from hccviz.stats.cutpoints import explore_cut_points
from hccviz.stats.landmark import landmark_table

NUMBERS = ("bed", "total_dose_gy", "tumor_size_cm", "afp_ng_ml")


def later(table: EventTable, view: View) -> tuple[EventTable, tuple[str, ...]]:
    """Return the event table from the landmark of the view on, and whom that leaves out."""
    if not view.landmark:
        return table, ()
    cut = landmark_table(table, view.landmark)
    return cut.table, cut.notes


def numbers_of(cohort: Cohort) -> tuple[Variable, ...]:
    """Return the numbers that can be cut, doses, size and AFP first."""
    there = [v for v in cohort.schema.splits() if v.is_number]
    first = [v for name in NUMBERS for v in there if v.address == name]
    return tuple(dict.fromkeys((*first, *there)))


def cut_points(cohort: Cohort, view: View) -> CutLook:
    """Return every cut of a number with its hazard ratio, and the user's own cut.

    The number is the one named (``out.number``), else that of the split, else the first one that
    has a cut with enough patients on both sides.

    Raises
    ------
    AddressError
        When the cohort records no number, or no endpoint.
    """
    there = {v.address: v for v in numbers_of(cohort)}
    if not there:
        raise AddressError("This cohort records no number that could be cut.")
    wanted = [view.option("number"), view.by.address if view.by else ""]
    named = [there[name] for name in wanted if name in there][:1]
    looks = (_cut_look(cohort, view, variable) for variable in named or there.values())
    first = next(looks)
    if named or not first.estimate.why:
        return first
    return next((look for look in looks if not look.estimate.why), first)


def _cut_look(cohort: Cohort, view: View, variable: Variable) -> CutLook:
    endpoint = views.endpoint_of(cohort, view)
    rows = model_rows(cohort, view.filter, endpoint, [variable.address])
    number = rows.covariates[0]
    late = ~(rows.time < (view.landmark or 0.0))
    rows = replace(rows, time=np.where(late, rows.time, np.nan))
    estimate = explore_cut_points(number, rows.time, rows.event, level=view.level)
    given = number.values.astype(np.float64)
    known = given[np.isfinite(given) & np.isfinite(rows.time) & np.isfinite(rows.event)]
    low, high = (float(known.min()), float(known.max())) if known.size else (None, None)
    at = _own_cut(view, variable)
    return CutLook(
        endpoint=endpoint,
        estimate=estimate,
        low=low,
        high=high,
        n_missing=int(late.sum()) - estimate.n,
        own=None if at is None else _at(cohort, view, endpoint, variable, at),
    )


def _own_cut(view: View, variable: Variable) -> float | None:
    if view.option("threshold"):
        return float(view.option("threshold"))
    by = view.by
    return by.cuts[0] if by and by.address == variable.address and len(by.cuts) == 1 else None


def _at(cohort: Cohort, view: View, endpoint: str, variable: Variable, at: float) -> OwnCut:
    """Compare at or above a cut with below, as the survival page does."""
    split = Split(variable.address, cuts=(at,))
    table, _ = later(counts.event_table(cohort, view.filter, endpoint, split), view)
    n = {("≥" if g.level.startswith("≥") else "<"): g.n for g in table.groups}
    below, above = n.get("<", 0), n.get("≥", 0)
    if not below or not above:
        side = "below" if not below else "at or above"
        unit = f" {variable.unit}" if variable.unit else ""
        why = f"not estimable: no patient is {side} {at:g}{unit}"
        return OwnCut(at, below, above, Quantity(None, why=why), None)
    ratio = estimate_hazard_ratios(table, level=view.level)[0]
    return OwnCut(at, below, above, ratio.ratio, ratio.p)
