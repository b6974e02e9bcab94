"""Organ limits printed by the studies and by QUANTEC, and a checker that respects fractions.

A limit holds for the number of fractions its source states. It is never compared with another
number silently: the check says so, and :func:`convert_limit` makes a marked conversion on request.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass, replace
from functools import lru_cache
from importlib.resources import files
from typing import Literal, cast

from hccviz.dose import checks
from hccviz.dose.lq import Course, bed_formula
from hccviz.dose.models import LQ
from hccviz.dose.tissues import Mark

Rule = Literal["stated", "assumed", "unstated", "conventional", "any", "converted"]
Kind = Literal["organ", "target", "eligibility", "reference", "caution", "qualitative"]
Status = Literal[
    "met", "exceeded", "other fractions", "fractions not stated", "no number", "not measured"
]
CONVENTIONAL_GY = (1.5, 2.2)
"""Doses per fraction that count as conventional when a source says no more than that."""
_DOSE_METRICS = ("mean_dose", "max_dose", "dose_to_cc")
_VOLUME_METRICS = ("spared_cc", "volume_over_gy_percent")


@dataclass(frozen=True, slots=True)
class OrganLimit:
    """One limit as printed.

    Attributes
    ----------
    code, study
        Stable code; study code of :mod:`hccviz.dose.schedules` or ``"quantec"``.
    organ, tissue
        Organ as printed and its tissue code (``""`` when there is none).
    metric, at
        What is measured (``mean_dose``, ``max_dose``, ``dose_to_cc``, ``spared_cc``,
        ``volume_over_gy_percent``, …) and its parameter: the 2 of D2cc, the 15 of V15.
    operator, limit, unit
        ``<``, ``<=``, ``>``, ``>=``, ``=`` or ``~``; limit None when the source has no number.
    fractions, rule
        Numbers of fractions it holds for, and how we know: stated, assumed (from the schedules
        of the study), unstated, conventional, any (relative or not about fractions), converted.
    kind
        Organ limit, target, eligibility, reference, caution or qualitative.
    quote, source, mark
        Words of the source, place, verification mark.
    oddity
        What is strange about it; shown wherever the limit is.
    """

    code: str
    study: str
    organ: str
    tissue: str
    metric: str
    at: float | None
    operator: str
    limit: float | None
    unit: str
    fractions: tuple[int, ...]
    rule: Rule
    kind: Kind
    quote: str
    source: str
    mark: Mark
    oddity: str

    @property
    def text(self) -> str:
        """The limit in short: ``D2cc < 18 Gy``; the quote when there is no number."""
        if self.limit is None:
            return self.quote
        at = "" if self.at is None else f"{self.at:.4g}"
        name = _METRIC_TEXT.get(self.metric, self.metric).format(at=at)
        unit = "%" if self.unit == "%" else self.unit
        return f"{name} {_SIGN.get(self.operator, self.operator)} {self.limit:.4g} {unit}"

    @property
    def fractions_text(self) -> str:
        """The numbers of fractions in words."""
        numbers = ", ".join(str(count) for count in self.fractions)
        return {
            "stated": f"{numbers} fractions",
            "assumed": f"{numbers} fractions (assumed, not stated)",
            "unstated": "fractions not stated",
            "conventional": "conventional fractions",
            "any": "any fractions",
            "converted": f"{numbers} fractions (converted)",
        }[self.rule]


@dataclass(frozen=True, slots=True)
class LimitCheck:
    """One limit beside one measured value; ``notes`` carry every reservation."""

    limit: OrganLimit
    value: float | None
    status: Status
    notes: tuple[str, ...]


_METRIC_TEXT = {
    "mean_dose": "Mean dose",
    "max_dose": "Maximum dose",
    "dose_to_cc": "D{at}cc",
    "spared_cc": "Volume below {at} Gy",
    "volume_over_gy_percent": "V{at}Gy",
    "volume_over_percent_of_rx": "Volume over {at} % of the prescription",
    "coverage_percent": "Volume covered by {at} % of the prescription",
    "isodose_percent": "Prescription isodose",
    "max_percent_of_rx": "Maximum, of the prescription",
    "residual_cc": "Residual functional volume",
    "eqd2": "EQD2 (α/β {at})",
    "bed": "BED (α/β {at})",
}
_SIGN = {"<=": "≤", ">=": "≥", "~": "about"}


def limits(
    *, study: str | None = None, tissue: str | None = None, kind: Kind | None = None
) -> tuple[OrganLimit, ...]:
    """Return the limits, all or those of one study, tissue or kind.

    Examples
    --------
    >>> [entry.text for entry in limits(study="sbrt-liver", tissue="cord")]
    ['Maximum dose < 18 Gy']
    """
    return tuple(
        entry
        for entry in _table()
        if study in (None, entry.study)
        and tissue in (None, entry.tissue)
        and kind in (None, entry.kind)
    )


def limit(code: str) -> OrganLimit:
    """Return one limit by its code, or refuse an unknown one."""
    for entry in _table():
        if entry.code == code:
            return entry
    raise checks.refuse("limit", code, "the code of a limit", "Correct the name.")


def check_limit(
    entry: OrganLimit, value: float, course: Course, *, accept_unstated: bool = False
) -> LimitCheck:
    """Compare a measured value with a limit, for the course that was planned.

    Parameters
    ----------
    entry, value
        Limit, and the value of its metric in its unit.
    course
        Prescription: its number of fractions decides whether the limit holds.
    accept_unstated
        Compare also when the source states no number of fractions; the result says so.

    Raises
    ------
    DoseInputError
        When the value is not a number of 0 or more.

    Examples
    --------
    >>> check_limit(limit("sbrt-liver-mean"), 12.5, Course.from_total(45, 3)).status
    'met'
    >>> check_limit(limit("sbrt-liver-mean"), 12.5, Course.from_total(50, 5)).status
    'other fractions'
    """
    found = checks.not_negative(entry.code, value, unit=entry.unit)
    notes = [entry.oddity] if entry.oddity else []
    if entry.limit is None:
        return LimitCheck(entry, found, "no number", tuple(notes))
    blocked, reason = _holds(entry, course, accept_unstated)
    if reason:
        notes.insert(0, reason)
    if blocked:
        return LimitCheck(entry, found, blocked, tuple(notes))
    status: Status = "met" if _compare(found, entry.operator, entry.limit) else "exceeded"
    return LimitCheck(entry, found, status, tuple(notes))


def convert_limit(entry: OrganLimit, fractions: int, *, alpha_beta_gy: float) -> OrganLimit:
    """Return the limit converted to another number of fractions by the LQ model, marked so.

    The dose (or the dose at which a volume is measured) is replaced by the one of equal BED. A
    limit for several numbers of fractions is converted from the largest, the stricter choice;
    one for conventional fractions from 2 Gy each.

    Raises
    ------
    DoseInputError
        When the limit has no dose, or its source states no number of fractions.

    Examples
    --------
    >>> convert_limit(limit("sbrt-liver-mean"), 5, alpha_beta_gy=3).text
    'Mean dose ≤ 15.58 Gy'
    """
    count = checks.whole("fractions", fractions)
    model = LQ(checks.alpha_beta(alpha_beta_gy))
    dose = entry.limit if entry.metric in _DOSE_METRICS else entry.at
    if dose is None or entry.metric not in _DOSE_METRICS + _VOLUME_METRICS:
        found = checks.Phrase(f"“{entry.text}”, which holds no dose")
        raise checks.refuse("limit", found, "a limit with a dose", "It cannot be converted.")
    if entry.rule == "conventional":
        target = dose * model.relative_effectiveness(2.0)
        origin = "2 Gy fractions"
    elif entry.fractions:
        target = float(bed_formula(dose, max(entry.fractions), alpha_beta_gy))
        origin = f"{max(entry.fractions)} fractions"
    else:
        found = checks.Phrase(f"“{entry.text}”, whose source states no fractions")
        raise checks.refuse("limit", found, "a stated number", "It cannot be converted.")
    converted = count * model.dose_per_fraction(target / count)
    note = f"Converted from {origin} by the LQ model at α/β {alpha_beta_gy:g} Gy. {entry.oddity}"
    changed = replace(
        entry, fractions=(count,), rule="converted", oddity=note.strip(),
        code=f"{entry.code}@{count}",
    )  # fmt: skip
    if entry.metric in _DOSE_METRICS:
        return replace(changed, limit=converted)
    return replace(changed, at=converted)


def _holds(entry: OrganLimit, course: Course, accept: bool) -> tuple[Status | None, str]:
    count = course.fractions
    if entry.rule == "unstated":
        reason = "The source does not state the number of fractions."
        return (None if accept else "fractions not stated"), reason
    if entry.rule == "conventional":
        low, high = CONVENTIONAL_GY
        if low <= course.dose_per_fraction_gy <= high:
            return None, ""
        return "other fractions", "Holds for conventional fractions of about 2 Gy only."
    if entry.rule == "any" or count in entry.fractions:
        note = "The source does not state the number of fractions; its schedules had "
        numbers = " or ".join(str(number) for number in entry.fractions)
        return None, f"{note}{numbers}." if entry.rule == "assumed" else ""
    return "other fractions", f"Holds for {entry.fractions_text}, not for {count}."


def _compare(value: float, operator: str, bound: float) -> bool:
    if operator == "<":
        return value < bound
    if operator in ("<=", "~"):
        return value <= bound
    if operator == ">":
        return value > bound
    return value >= bound  # ">=", and "=" as the least that was asked for


@lru_cache(maxsize=1)
def _table() -> tuple[OrganLimit, ...]:
    text = files("hccviz.dose").joinpath("organ_limits.csv").read_text(encoding="utf-8")
    return tuple(_row(row) for row in csv.DictReader(text.splitlines()))


def _row(row: dict[str, str]) -> OrganLimit:
    counts = tuple(int(part) for part in row["fractions"].split(";") if part)
    return OrganLimit(
        row["code"], row["study"], row["organ"], row["tissue"], row["metric"],
        float(row["at"]) if row["at"] else None, row["operator"],
        float(row["limit"]) if row["limit"] else None, row["unit"], counts,
        cast("Rule", row["rule"]), cast("Kind", row["kind"]), row["quote"], row["source"],
        cast("Mark", row["mark"]), row["oddity"],
    )  # fmt: skip
