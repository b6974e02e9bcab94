"""Survival from a landmark on, for everything that starts from an event table."""

from __future__ import annotations

from dataclasses import replace

from hccviz.domain.address import View
from hccviz.domain.records import EventTable, LandmarkCut, Quantity, Rate, SurvivalEstimate
from hccviz.domain.survival_records import CompetingTable, IncidenceEstimate
from hccviz.stats.cautions import count
from hccviz.stats.competing_risks import estimate_incidence
from hccviz.stats.landmark import landmark_incidence, landmark_table
from hccviz.stats.survival import estimate_survival


def times_of(view: View) -> tuple[float, ...]:
    """Return the months at which rates are given: those of the view and the one picked."""
    picked = view.option("at")
    at = {float(picked)} - {0.0} if picked else set()
    return tuple(sorted(at | set(view.times)))


def cut_table(table: EventTable, view: View) -> tuple[EventTable, LandmarkCut | None]:
    """Return the event table from the landmark of a view on, and who is left out by it."""
    if not view.landmark:
        return table, None
    found = landmark_table(table, view.landmark)
    return found.table, LandmarkCut(
        found.time_months, found.n_events_before, found.n_censored_before, found.emptied, found.why
    )


def survival_from(table: EventTable, view: View, strata: str = "") -> SurvivalEstimate:
    """Return the survival estimate of an event table, from the landmark of the view on.

    Parameters
    ----------
    strata
        Label of the stratifying factor, ``""`` for none.
    """
    left, cut = cut_table(table, view)
    made = estimate_survival(left, ci=view.ci, level=view.level, times=times_of(view))
    made = replace(made, strata=strata)
    if cut is None:
        return made
    curves = tuple(
        replace(c, rates=tuple(_not_before(r, cut.time_months) for r in c.rates))
        for c in made.curves
    )
    return replace(made, curves=curves, landmark=cut, warnings=(*notes(cut), *made.warnings))


def incidence_from(table: CompetingTable, view: View) -> IncidenceEstimate:
    """Return the cumulative incidence of first events, from the landmark of the view on."""
    cut: LandmarkCut | None = None
    if view.landmark:
        table, cut = landmark_incidence(table, view.landmark)
    made = estimate_incidence(table, ci=view.ci, level=view.level, times=times_of(view))
    if cut is None:
        return made
    none = Quantity(None, why=before(cut.time_months))
    curves = tuple(
        replace(
            c,
            rates=tuple(
                replace(r, event=none, competing=none, at_risk=0, naive=None)
                if r.time_months < cut.time_months
                else r
                for r in c.rates
            ),
        )
        for c in made.curves
    )
    return replace(made, curves=curves, landmark=cut, warnings=(*notes(cut), *made.warnings))


def before(months: float) -> str:
    """Return the reason for a number that would lie before the landmark."""
    return f"before the landmark ({months:g} months)"


def notes(cut: LandmarkCut) -> tuple[str, ...]:
    """Return the sentences that say whom a landmark leaves out."""
    told = []
    if cut.n:
        told.append(
            f"{count(cut.n, 'patient')} left before the landmark at {cut.time_months:g} months and "
            f"{'is' if cut.n == 1 else 'are'} not counted: {cut.n_events} with the event, "
            f"{cut.n_censored} censored."
        )
    if cut.emptied and not cut.why:
        told.append(f"Nobody is left at the landmark in: {', '.join(cut.emptied)}.")
    return tuple(told)


def _not_before(rate: Rate, months: float) -> Rate:
    """Claim nothing before the landmark."""
    if rate.time_months >= months:
        return rate
    return Rate(rate.time_months, Quantity(None, why=before(months)), 0)
