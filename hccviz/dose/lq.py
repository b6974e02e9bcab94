"""Linear-quadratic dose: courses, BED and equivalent dose, for scalars and arrays.

BED = D·(1 + d/R) and EQDx = BED/(1 + x/R), with D the total dose, d the dose per fraction,
R = α/β and x the reference fraction, all in Gy. Written as one division, so that 45 Gy in 3
fractions at 10 Gy is exactly 112.5 and 93.75 in floating point.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, overload

import numpy as np
from numpy.typing import NDArray

from hccviz.domain.errors import DoseInputError
from hccviz.dose import checks

LQ_CAUTION_GY = 10.0
"""From this dose per fraction on the linear-quadratic model is uncertain (Brenner 2008)."""
LQ_STRONG_CAUTION_GY = 18.0
"""Above this dose per fraction there is little evidence for the model at all."""


@dataclass(frozen=True, slots=True)
class Course:
    """One course of equal fractions; always valid, whichever way it was made.

    Attributes
    ----------
    total_dose_gy, fractions, dose_per_fraction_gy
        Physical dose in Gy (at most 200), whole number of fractions, dose of each (at most 30).
    """

    total_dose_gy: float
    fractions: int
    dose_per_fraction_gy: float

    def __post_init__(self) -> None:
        total = checks.positive("total_dose_gy", self.total_dose_gy)
        fractions = checks.whole("fractions", self.fractions)
        single = checks.positive("dose_per_fraction_gy", self.dose_per_fraction_gy)
        checks.plausible_dose("total_dose_gy", total, fractions)
        if not math.isclose(total, single * fractions, rel_tol=1e-9):
            found = checks.Phrase(f"{total:g} Gy, but {fractions} × {single:g} Gy per fraction")
            action = "Give only two of the three."
            raise checks.refuse("total_dose_gy", found, "the product of the two", action)
        object.__setattr__(self, "total_dose_gy", total)
        object.__setattr__(self, "fractions", fractions)
        object.__setattr__(self, "dose_per_fraction_gy", single)

    @classmethod
    def from_total(cls, total_dose_gy: float, fractions: float) -> Course:
        """Make a course from its total dose and number of fractions.

        Examples
        --------
        >>> Course.from_total(45, 3).dose_per_fraction_gy
        15.0
        """
        total = checks.positive("total_dose_gy", total_dose_gy)
        count = checks.whole("fractions", fractions)
        checks.plausible_dose("total_dose_gy", total, count)
        return cls(total, count, total / count)

    @classmethod
    def from_fraction(cls, dose_per_fraction_gy: float, fractions: float) -> Course:
        """Make a course from its dose per fraction and number of fractions.

        The product is taken in decimals: 23 fractions of 2.54 Gy are 58.42 Gy exactly as written.

        Examples
        --------
        >>> Course.from_fraction(2.54, 23).total_dose_gy
        58.42
        """
        single = checks.positive("dose_per_fraction_gy", dose_per_fraction_gy)
        count = checks.whole("fractions", fractions)
        total = float(Decimal(repr(single)) * count)
        checks.plausible_dose("dose_per_fraction_gy", total, count)
        return cls(total, count, single)

    @property
    def text(self) -> str:
        """The course as a clinician writes it: ``45 Gy in 3 fractions of 15 Gy``."""
        plural = "fraction" if self.fractions == 1 else "fractions"
        return (
            f"{plain(self.total_dose_gy)} Gy in {self.fractions} {plural}"
            f" of {plain(self.dose_per_fraction_gy)} Gy"
        )

    @property
    def code(self) -> str:
        """The course as an address writes it: ``45/3``."""
        return f"{self.total_dose_gy:.12g}/{self.fractions}"


def plain(value: float) -> str:
    """Write a dose without needless zeros, at most two decimals (four below 0.1).

    Examples
    --------
    >>> plain(45.0), plain(50 / 3), plain(0.038)
    ('45', '16.67', '0.038')
    """
    decimals = 2 if abs(value) >= 0.1 or value == 0 else 4
    text = f"{value:.{decimals}f}"
    return text.rstrip("0").rstrip(".")


def bed_formula(total_dose_gy: Any, fractions: Any, alpha_beta_gy: Any) -> Any:
    """BED as a bare formula, unchecked: for numbers, arrays and column expressions alike."""
    weight = fractions * alpha_beta_gy
    return total_dose_gy * (total_dose_gy + weight) / weight


def eqdx_formula(
    total_dose_gy: Any, fractions: Any, alpha_beta_gy: Any, reference_fraction_gy: Any = 2
) -> Any:
    """Equivalent dose as a bare formula, unchecked; see :func:`bed_formula`."""
    product = total_dose_gy * (total_dose_gy + fractions * alpha_beta_gy)
    return product / (fractions * (reference_fraction_gy + alpha_beta_gy))


@overload
def bed(total_dose_gy: float, fractions: float, *, alpha_beta_gy: float) -> float: ...
@overload
def bed(
    total_dose_gy: NDArray[Any], fractions: NDArray[Any] | float, *, alpha_beta_gy: Any
) -> NDArray[np.float64]: ...
@overload
def bed(
    total_dose_gy: float, fractions: NDArray[Any], *, alpha_beta_gy: Any
) -> NDArray[np.float64]: ...
@overload
def bed(
    total_dose_gy: float, fractions: float, *, alpha_beta_gy: NDArray[Any]
) -> NDArray[np.float64]: ...
def bed(total_dose_gy: Any, fractions: Any, *, alpha_beta_gy: Any) -> Any:
    """Biologically effective dose of one course (or of many, as arrays).

    Parameters
    ----------
    total_dose_gy
        Physical dose of the whole course, Gy; finite, above 0, at most 200.
    fractions
        Number of equal fractions; whole, 1 or more.
    alpha_beta_gy
        α/β of the tissue, Gy; above 0. No default: the choice is clinical.

    Returns
    -------
    float or numpy.ndarray
        Gy, without repopulation or incomplete repair. An array if any input is one; arrays must
        be complete (NaN is refused: leave patients without a dose out first).

    Raises
    ------
    DoseInputError
        When an input is outside its range; the message names the field.

    References
    ----------
    Fowler JF. Br J Radiol 1989;62:679-94.

    Examples
    --------
    >>> bed(45, 3, alpha_beta_gy=10)
    112.5
    """
    return bed_formula(*_checked(total_dose_gy, fractions, alpha_beta_gy))


@overload
def eqdx(
    total_dose_gy: float, fractions: float, *, alpha_beta_gy: float, reference_fraction_gy: float
) -> float: ...
@overload
def eqdx(
    total_dose_gy: Any, fractions: Any, *, alpha_beta_gy: Any, reference_fraction_gy: float
) -> Any: ...
def eqdx(
    total_dose_gy: Any, fractions: Any, *, alpha_beta_gy: Any, reference_fraction_gy: float
) -> Any:
    """Equivalent dose in fractions of ``reference_fraction_gy``; parameters as :func:`bed`.

    Examples
    --------
    >>> eqdx(39, 13, alpha_beta_gy=3, reference_fraction_gy=1.8)
    48.75
    """
    reference = checks.reference_fraction(reference_fraction_gy)
    return eqdx_formula(*_checked(total_dose_gy, fractions, alpha_beta_gy), reference)


@overload
def eqd2(total_dose_gy: float, fractions: float, *, alpha_beta_gy: float) -> float: ...
@overload
def eqd2(total_dose_gy: Any, fractions: Any, *, alpha_beta_gy: Any) -> Any: ...
def eqd2(total_dose_gy: Any, fractions: Any, *, alpha_beta_gy: Any) -> Any:
    """Equivalent dose in 2 Gy fractions; parameters, errors and arrays as :func:`bed`.

    References
    ----------
    Bentzen SM et al. Radiother Oncol 2012;105:266-8.

    Examples
    --------
    >>> eqd2(45, 3, alpha_beta_gy=10)
    93.75
    """
    return eqdx_formula(*_checked(total_dose_gy, fractions, alpha_beta_gy))


def eqdx_whole_fractions(
    course: Course, *, alpha_beta_gy: float, reference_fraction_gy: float
) -> Course:
    """Return the equivalent course in whole reference fractions, rounded to the nearest number.

    The convention of the sorafenib study, which calls the result BED.

    Examples
    --------
    >>> eqdx_whole_fractions(
    ...     Course.from_total(39, 13), alpha_beta_gy=3, reference_fraction_gy=1.8
    ... ).total_dose_gy
    48.6
    """
    exact = eqdx(
        course.total_dose_gy,
        course.fractions,
        alpha_beta_gy=alpha_beta_gy,
        reference_fraction_gy=reference_fraction_gy,
    )
    count = max(1, math.floor(exact / reference_fraction_gy + 0.5))
    return Course.from_fraction(reference_fraction_gy, count)


def course_warnings(course: Course, *, model: str = "lq") -> tuple[str, ...]:
    """Return what is doubtful about a course, one sentence each."""
    single, count = course.dose_per_fraction_gy, course.fractions
    found = []
    if single < 0.5:
        found.append(f"{course.text}: less than 0.5 Gy per fraction is unusual; check the input.")
    if count > 100:
        found.append(f"{course.text}: more than 100 fractions is unusual; check the input.")
    if single > LQ_STRONG_CAUTION_GY:
        found.append(
            f"{course.text}: above 18 Gy per fraction the linear-quadratic model has little"
            " evidence and probably overestimates the effect; do not rely on this number."
        )
    elif single >= LQ_CAUTION_GY:
        found.append(
            f"{course.text}: from 10 Gy per fraction on the linear-quadratic model is uncertain;"
            " compare with LQ-L."
        )
    if model != "lq" and single >= LQ_CAUTION_GY:
        found[-1] = (
            f"{course.text}: at 10 Gy per fraction and more the result depends on the model and"
            f" its transition dose; {model.upper()} is one of several."
        )
    return tuple(found)


def alpha_beta_warnings(alpha_beta_gy: float) -> tuple[str, ...]:
    """Return a sentence when α/β lies outside 0.5 to 25 Gy."""
    if 0.5 <= alpha_beta_gy <= 25:
        return ()
    return (f"α/β of {plain(alpha_beta_gy)} Gy is outside 0.5 to 25 Gy; check the input.",)


def _checked(total_dose_gy: Any, fractions: Any, alpha_beta_gy: Any) -> tuple[Any, Any, Any]:
    """Check all three, as scalars or as arrays, and return them as float64."""
    if not any(_is_array(value) for value in (total_dose_gy, fractions, alpha_beta_gy)):
        course = Course.from_total(total_dose_gy, fractions)
        return course.total_dose_gy, course.fractions, checks.alpha_beta(alpha_beta_gy)
    total = checks.positive_array("total_dose_gy", total_dose_gy)
    count = checks.whole_array("fractions", fractions)
    ratio = checks.positive_array("alpha_beta_gy", alpha_beta_gy)
    for value in (ratio.min(initial=1.0), ratio.max(initial=1.0)):
        checks.alpha_beta(float(value))
    try:
        checks.plausible_arrays(total, count)
        np.broadcast_shapes(total.shape, count.shape, ratio.shape)
    except DoseInputError:
        raise
    except ValueError:
        found = checks.Phrase(f"columns of different length {total.shape}, {count.shape}")
        raise checks.refuse("fractions", found, "one length", "Align the columns.") from None
    return total, count, ratio


def _is_array(value: object) -> bool:
    return isinstance(value, (list, tuple)) or (isinstance(value, np.ndarray) and value.ndim > 0)
