"""Checks of dose inputs, and the sentences that refuse them.

Every check names the field, says what was found and what was expected, and what to do. The
limits live here and not in a widget, because a link or an imported file has no widget.
"""

from __future__ import annotations

import math
import re
from numbers import Real
from typing import Any

import numpy as np
from numpy.typing import NDArray

from hccviz.domain.errors import DoseInputError

MAX_DOSE_PER_FRACTION_GY = 30.0
"""Above this a dose per fraction is refused: the number is almost certainly in cGy."""
MAX_TOTAL_DOSE_GY = 200.0
"""Above this the physical dose of one course is refused, for the same reason."""
MAX_FRACTIONS = 1000
MIN_ALPHA_BETA_GY = 0.01
MAX_ALPHA_BETA_GY = 1000.0

FIELD_LABELS = {
    "total_dose_gy": "Total dose",
    "fractions": "Number of fractions",
    "dose_per_fraction_gy": "Dose per fraction",
    "alpha_beta_gy": "α/β (ab)",
    "reference_fraction_gy": "Reference fraction (ref)",
    "transition_dose_gy": "Transition dose (dt)",
    "gamma_over_alpha": "γ/α (ga)",
    "alpha_per_gy": "α (alpha)",
    "d0_gy": "D0 (d0)",
    "dq_gy": "Dq (dq)",
    "overall_days": "Overall time (overall)",
    "planned_days": "Planned overall time (planned)",
    "kick_off_days": "Kick-off time (tk)",
    "k_gy_per_day": "Dose lost per day (k)",
    "doubling_days": "Doubling time (tp)",
    "per_day": "Fractions per day (perday)",
    "interval_hours": "Interval between fractions (interval)",
    "half_time_hours": "Repair half-time (thalf)",
    "isodose_percent": "Prescription isodose (isodose)",
    "target_bed_gy": "Target BED (bed)",
    "target_eqd2_gy": "Target EQD2 (eqd2)",
    "time_reference": "Time convention (timeref)",
    "courses": "Courses",
    "model": "Model",
    "solve": "Question (solve)",
    "query": "Query",
    "tissue": "Organ",
    "overlap": "Overlap",
    "organ_dose_gy": "Dose to the organ (doses)",
    "doses": "Doses to the organ (doses)",
    "intervals": "Intervals",
    "dates": "Dates",
    "months": "Interval",
    "planned": "Interval to the planned course (planned)",
    "recovery": "Recovery model (recovery)",
    "recovered": "Recovery (recovered)",
    "floor": "Share that never recovers (floor)",
    "half_time_months": "Half-time (halftime)",
    "limit": "Limit",
    "limit_gy": "Cumulative limit (limit)",
    "mean_dose_gy": "Mean liver dose (mean)",
    "td50_gy": "TD50 (td50)",
    "n": "Volume exponent (n)",
    "m": "Slope (m)",
    "disease": "Disease",
    "dvh": "Dose-volume histogram",
    "volume": "Volumes of the histogram",
    "dose": "Doses of the histogram",
    "kind": "Kind of histogram (kind)",
    "bilirubin": "Bilirubin",
    "albumin": "Albumin",
    "inr": "INR",
    "ascites": "Ascites",
    "encephalopathy": "Encephalopathy",
    "child_pugh_score": "Child-Pugh score",
    "child_pugh_class": "Child-Pugh class",
    "ecog": "ECOG performance status",
    "tumor_count": "Number of tumours",
    "largest_cm": "Largest tumour",
    "vascular_invasion": "Vascular invasion",
    "extrahepatic_disease": "Extrahepatic disease",
    "baseline_mm": "Sum at baseline",
    "current_mm": "Present sum",
    "nadir_mm": "Smallest sum so far",
    "malbi": "Definition of the modified ALBI",
}

_NUMBER = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?", re.ASCII)


def refuse(field: str, found: object, expected: str, action: str) -> DoseInputError:
    """Return the error for one field: found, expected, what to do."""
    label = FIELD_LABELS.get(field, field)
    return DoseInputError(field, f"{label}: found {_shown(found)}; expected {expected}. {action}")


def finite(field: str, value: object) -> float:
    """Return ``value`` as a float, or refuse text, nothing, NaN and infinity.

    Raises
    ------
    DoseInputError
        When ``value`` is not one finite real number.
    """
    if isinstance(value, np.ndarray) and value.ndim == 0:
        value = value.item()
    if isinstance(value, (bool, np.bool_)) or not isinstance(value, Real):
        raise refuse(field, value, "one number", "Enter digits, with a point for decimals.")
    try:
        number = float(value)
    except OverflowError:
        number = math.inf
    if not math.isfinite(number):
        raise refuse(field, value, "a finite number", "Enter digits, with a point for decimals.")
    return number


def positive(field: str, value: object, *, ceiling: float = math.inf, unit: str = "Gy") -> float:
    """Return ``value`` as a float above 0 and not above ``ceiling``."""
    number = finite(field, value)
    unit = f" {unit}" if unit else ""
    if number <= 0:
        raise refuse(field, value, f"a number above 0{unit}", "Correct the number.")
    if number > ceiling:
        raise refuse(field, value, f"at most {ceiling:g}{unit}", "Check the number and its unit.")
    return number


def not_negative(
    field: str, value: object, *, ceiling: float = math.inf, unit: str = "Gy"
) -> float:
    """Return ``value`` as a float of 0 or more and not above ``ceiling``."""
    number = finite(field, value)
    if number < 0:
        expected = f"0 or more {unit}".rstrip()
        raise refuse(field, value, expected, "Correct the number.")
    return 0.0 if number == 0 else positive(field, number, ceiling=ceiling, unit=unit)


def whole(field: str, value: object, *, ceiling: int = MAX_FRACTIONS) -> int:
    """Return ``value`` as a whole number of 1 or more; 3.0 counts as 3, 2.5 is refused."""
    number = finite(field, value)
    if number < 1 or number != math.floor(number):
        action = "Enter the number of sessions, for example 3."
        raise refuse(field, value, "a whole number of 1 or more", action)
    if number > ceiling:
        raise refuse(field, value, f"at most {ceiling}", "Check the number.")
    return int(number)


def alpha_beta(value: object) -> float:
    """Return a usable α/β in Gy; 0, negative, not finite and absurd values are refused."""
    number = positive("alpha_beta_gy", value, ceiling=MAX_ALPHA_BETA_GY)
    if number < MIN_ALPHA_BETA_GY:
        action = "Tissues lie between about 0.5 and 25 Gy."
        raise refuse("alpha_beta_gy", value, f"at least {MIN_ALPHA_BETA_GY:g} Gy", action)
    return number


def reference_fraction(value: object) -> float:
    """Return a usable reference dose per fraction in Gy."""
    return positive("reference_fraction_gy", value, ceiling=MAX_DOSE_PER_FRACTION_GY)


def plausible_dose(field: str, total_dose_gy: float, fractions: int) -> None:
    """Refuse a dose that only makes sense in cGy, or not at all.

    The ceiling is 30 Gy per fraction and 200 Gy per course: above it the sentence asks whether
    cGy was meant, when a hundredth of the number would be plausible.
    """
    per_fraction = total_dose_gy / fractions
    if total_dose_gy <= MAX_TOTAL_DOSE_GY and per_fraction <= MAX_DOSE_PER_FRACTION_GY:
        return
    found = f"{total_dose_gy:.10g} Gy in {fractions} ({per_fraction:.6g} Gy per fraction)"
    ceilings = (MAX_DOSE_PER_FRACTION_GY, MAX_TOTAL_DOSE_GY)
    expected = "at most {:g} Gy per fraction and {:g} Gy in total".format(*ceilings)
    in_gray = total_dose_gy / 100
    if in_gray <= MAX_TOTAL_DOSE_GY and in_gray / fractions <= MAX_DOSE_PER_FRACTION_GY:
        action = f"Did you enter cGy? {total_dose_gy:g} cGy is {in_gray:g} Gy."
    else:
        action = "Check the dose and its unit (Gy)."
    raise refuse(field, Phrase(found), expected, action)


def positive_array(field: str, values: Any) -> NDArray[np.float64]:
    """Return ``values`` as float64; every element must be finite and above 0."""
    array = np.asarray(values)
    if array.dtype.kind not in "iuf":
        action = "Convert the column to numbers first."
        raise refuse(field, Phrase(f"values of type {array.dtype}"), "numbers", action)
    numbers = array.astype(np.float64)
    bad = ~(np.isfinite(numbers) & (numbers > 0))
    _refuse_first(field, numbers, bad, "finite numbers above 0")
    return numbers


def whole_array(field: str, values: Any) -> NDArray[np.float64]:
    """Return ``values`` as float64; every element must be a whole number of 1 or more."""
    numbers = positive_array(field, values)
    bad = (numbers < 1) | (numbers != np.floor(numbers)) | (numbers > MAX_FRACTIONS)
    _refuse_first(field, numbers, bad, f"whole numbers from 1 to {MAX_FRACTIONS}")
    return numbers


def plausible_arrays(total: NDArray[np.float64], fractions: NDArray[np.float64]) -> None:
    """Refuse arrays that hold a dose above the ceiling; see :func:`plausible_dose`."""
    total, fractions = np.broadcast_arrays(total, fractions)
    bad = (total > MAX_TOTAL_DOSE_GY) | (total / fractions > MAX_DOSE_PER_FRACTION_GY)
    if bad.any():
        first = int(np.flatnonzero(bad)[0])
        plausible_dose("total_dose_gy", float(total.flat[first]), int(fractions.flat[first]))


def number_from_text(field: str, text: str) -> float:
    """Return the number a person typed; words, NaN, infinity and odd notations are refused."""
    stripped = text.strip()
    if not stripped:
        raise refuse(field, Phrase("nothing"), "a number", "Enter one, or leave the name out.")
    if not _NUMBER.fullmatch(stripped):
        action = "Enter digits, with a point for decimals."
        raise refuse(field, stripped, "a number", action)
    return finite(field, float(stripped))


class Phrase(str):
    """Words of our own inside a message; anything else found is shown in quotes."""

    __slots__ = ()


def _shown(found: object) -> str:
    if isinstance(found, Phrase):
        return str(found)
    if isinstance(found, str):
        short = found if len(found) <= 40 else found[:37] + "…"
        return f"the text “{short}”"
    if found is None:
        return "nothing"
    if isinstance(found, Real) and not isinstance(found, bool):
        return f"{float(found):.10g}"
    return f"{type(found).__name__}"


def _refuse_first(
    field: str, numbers: NDArray[np.float64], bad: NDArray[np.bool_], expected: str
) -> None:
    if not bad.any():
        return
    first = int(np.flatnonzero(bad)[0])
    found = f"{numbers.flat[first]:g} in position {first + 1} ({int(bad.sum())} such values)"
    raise refuse(field, Phrase(found), expected, "Leave these rows out or correct them.")
