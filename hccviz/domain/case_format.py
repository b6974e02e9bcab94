"""How the events of one patient are written, the same in figures, tables and exports."""

from __future__ import annotations

from hccviz.domain import format as fmt
from hccviz.domain.case_records import MARKERS, CaseEvent, MarkerValue


def when(event: CaseEvent) -> str:
    """Write the time of an event, with its end and how sure it is."""
    told = event.when if event.day is not None else f"month {fmt.plain(event.months)}"
    if event.months_to is not None:
        end = event.day_to.isoformat()[:7] if event.day_to else fmt.plain(event.months_to)
        told = f"{told} to {end}"
    return f"about {told}" if event.approximate else told


def marker(value: MarkerValue) -> str:
    """Write a marker value: ``"<2"``, ``"5,658"``."""
    whole, _, rest = fmt.plain(value.value).partition(".")
    return f"{value.bound}{int(whole):,}{'.' if rest else ''}{rest}"


def details(event: CaseEvent) -> str:
    """Write the numbers of an event: schedule and markers."""
    told = []
    if event.total_dose_gy is not None:
        dose = f"{fmt.plain(event.total_dose_gy)} Gy"
        told.append(dose if event.fractions is None else f"{dose} in {event.fractions}")
    if event.eqd2_gy is not None:
        told.append(f"BED {fmt.number(event.bed_gy, 2)} Gy, EQD2 {fmt.number(event.eqd2_gy, 2)} Gy")
    for code, value in (event.markers or {}).items():
        name, unit = MARKERS[code].rstrip(")").split(" (")
        told.append(f"{name} {marker(value)} {unit}")
    return "; ".join(told)
