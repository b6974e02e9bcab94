"""Single patients' courses: waterfalls, dose against size, swimmer plot, map of toxicities."""

from __future__ import annotations

import numpy as np

from hccviz.analysis import views
from hccviz.analysis.outcomes import dose_of
from hccviz.data import courses, patients
from hccviz.data.cohort import Cohort
from hccviz.domain.address import View
from hccviz.domain.outcome_records import DoseSizes, PatientMap, Swimmer, Waterfall
from hccviz.stats.proportions import proportion

LANES = 40
"""Patients on one swimmer plot."""
SIZE_LINE, AFP_LINE = -30.0, -80.0
"""Falls that are counted: 30 % of size for orientation, 80 % of AFP as a study reports it."""


def criterion_of(cohort: Cohort, view: View) -> str:
    """Return the criterion that colours patients, ``""`` when the cohort has none."""
    return views.criterion_of(cohort, view) if cohort.schema.responses else ""


def size_waterfall(cohort: Cohort, view: View) -> Waterfall:
    """Return the size change of each patient, largest growth first."""
    return _waterfall(cohort, view, afp=False)


def afp_waterfall(cohort: Cohort, view: View) -> Waterfall:
    """Return the percent change of alpha-fetoprotein of each patient, largest rise first."""
    return _waterfall(cohort, view, afp=True)


def _waterfall(cohort: Cohort, view: View, *, afp: bool) -> Waterfall:
    criterion = criterion_of(cohort, view)
    found, column = patients.changes(cohort, view.filter, criterion, afp=afp)
    none = np.zeros(0)
    before, after = (found["before"], found["after"]) if afp else (none, none)
    if afp:
        usable = before > 0
        change = np.where(usable, 100.0 * (after / np.where(usable, before, 1.0) - 1.0), np.nan)
    else:
        change = found["change"]
    there = np.flatnonzero(~np.isnan(change))
    order = there[np.argsort(-change[there], kind="stable")]
    hidden = patients.hidden_below(len(order))
    shown = order if not hidden else order[:0]
    line = AFP_LINE if afp else SIZE_LINE
    variable = cohort.schema.variables[column]
    return Waterfall(
        column=column,
        label="Alpha-fetoprotein" if afp else variable.label,
        unit=variable.unit,
        criterion=criterion,
        line=line,
        values=change[shown],
        before=before[shown] if afp else none,
        after=after[shown] if afp else none,
        categories=patients.words_of(found["category"][shown]),
        n=len(order),
        n_missing=len(change) - len(order),
        median=float(np.median(change[order])) if len(order) and not hidden else None,
        fell=proportion(
            int((change[order] <= line).sum()),
            len(order),
            method=view.option("interval"),
            level=view.level,
        ),
        hidden=hidden,
    )


def dose_sizes(cohort: Cohort, view: View) -> DoseSizes:
    """Return dose, tumor size and recorded response of each patient."""
    return patients.dose_sizes(
        cohort, view.filter, dose_of(cohort, view), criterion_of(cohort, view)
    )


def swimmer(cohort: Cohort, view: View) -> Swimmer:
    """Return the courses of the next `LANES` patients, the longest first."""
    start = int(float(view.option("start")))
    return courses.swimmer(cohort, view.filter, criterion_of(cohort, view), start, LANES)


def patient_map(cohort: Cohort, view: View) -> PatientMap:
    """Return worst grades by term and patient."""
    phase = views.phase_of(cohort, view)
    views.one_scale(cohort, phase)
    return patients.patient_map(cohort, view.filter, phase, cohort.metadata.scales.get(phase, ""))
