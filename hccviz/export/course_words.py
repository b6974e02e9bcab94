"""What a clinician would say of single patients' courses."""

from __future__ import annotations

from hccviz.domain import format as fmt
from hccviz.domain.outcome_records import DoseSizes, PatientMap, Swimmer, Waterfall
from hccviz.export.outcome_words import criterion_name

THINNED = 400


def say_waterfall(fall: Waterfall) -> str:
    """Say how many fell by how much."""
    if not fall.n:
        return "No patient has this change recorded."
    if fall.hidden:
        return fall.hidden
    what = "The size of the target" if fall.unit == "%" else fall.label
    middle = "" if fall.median is None else f"; median change {_signed(fall.median)}"
    return (
        f"{what} fell by at least {-fall.line:g}% in {fmt.proportion(fall.fell)} of the patients "
        f"with this change recorded{middle}."
    )


def _signed(value: float) -> str:
    return f"{'+' if value > 0 else ''}{fmt.number(value, 0)}%"


def explain_waterfall(fall: Waterfall) -> str:
    """Say what the colours and lines mean."""
    colour = (
        f"Colours: {criterion_name(fall.criterion)} as recorded, never derived from the change"
        if fall.criterion
        else "No response is recorded in this cohort"
    )
    lines = (
        "Lines at −30% and +20% are for orientation only"
        if fall.unit == "%"
        else f"Line at {fmt.number(fall.line, 0)}%; change = after / before − 1, patients with a "
        "value of 0 before are left out"
    )
    return (
        f"{colour}. {lines}. {fmt.count(fall.n)} patients, {fmt.count(fall.n_missing)} without "
        f"this change are not shown.{_thinned(fall.n)}"
    )


def _thinned(n: int) -> str:
    return f" {THINNED} of them are drawn, evenly over the order." if n > THINNED else ""


def say_dose_sizes(points: DoseSizes) -> str:
    """Say what the scatter shows."""
    if points.hidden:
        return points.hidden
    colour = (
        f", coloured by {criterion_name(points.criterion)} as recorded" if points.criterion else ""
    )
    return f"Tumor size against {points.label} of {fmt.count(points.n)} patients{colour}."


def explain_dose_sizes(points: DoseSizes) -> str:
    """Say who is not shown."""
    return (
        f"{fmt.count(points.n_missing)} patients without dose or size are not shown. Points of "
        f"equal dose are spread a little sideways.{_thinned(points.n)}"
    )


def say_swimmer(swimmer: Swimmer) -> str:
    """Say which patients are shown."""
    if swimmer.hidden or not swimmer.lanes:
        return swimmer.hidden or "No patient has a time on study recorded."
    last = swimmer.start + len(swimmer.lanes)
    died = sum(lane.died for lane in swimmer.lanes)
    return (
        f"Patients {fmt.count(swimmer.start + 1)} to {fmt.count(last)} of {fmt.count(swimmer.n)}, "
        f"longest time on study first; {fmt.count(died)} of these {fmt.count(len(swimmer.lanes))} "
        "died."
    )


def explain_swimmer(swimmer: Swimmer, origin: str) -> str:
    """Say what a lane is."""
    colour = (
        f"Colour of a lane: {criterion_name(swimmer.criterion)} as recorded over the whole time, "
        "not when it began. "
        if swimmer.criterion
        else ""
    )
    return (
        f"One lane per patient from month 0 ({origin or 'not stated in the file'}) to death or "
        f"last follow-up. {colour}* The time is not recorded: these marks stand behind "
        "the end of the lane. "
        f"{fmt.count(swimmer.n_missing)} patients without a time on study are not shown. No "
        "identifier is shown."
    )


def say_patient_map(patients: PatientMap) -> str:
    """Say who is in the map."""
    if patients.hidden:
        return patients.hidden
    many = len(patients.terms)
    terms = "1 term" if many == 1 else f"{many} terms"
    return (
        f"Worst grade of {fmt.count(patients.n)} patients in {terms}; each column is one patient."
    )


def explain_patient_map(patients: PatientMap) -> str:
    """Say how the map is ordered."""
    many = patients.n > 1200
    return (
        f"Grading scale: {patients.scale or 'not stated in the file'}. Patients are ordered by how "
        "many severe, then milder toxicities they had, and are not identified; "
        f"{fmt.count(patients.n_missing)} without any recorded term are not shown. Fewer than five "
        "patients are never shown one by one."
        + (" 1,200 columns are drawn, evenly over the order." if many else "")
    )
