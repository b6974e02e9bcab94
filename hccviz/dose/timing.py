"""Time: repopulation, gaps, several fractions a day, and the dose at the normalisation point."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

from hccviz.domain.errors import DoseInputError
from hccviz.dose import checks
from hccviz.dose.lq import Course, bed_formula
from hccviz.dose.models import LQ, Model, refuse_above_transition

TimeReference = Literal["none", "own"]
DAYS_PER_FRACTION = 7 / 5
"""Length of the 2 Gy reference schedule per fraction, at five fractions a week."""
MAX_DAYS = 1000.0


@dataclass(frozen=True, slots=True)
class TimeFactor:
    """Repopulation: BED lost per day after the kick-off time.

    Attributes
    ----------
    k_gy_per_day
        K, Gy of BED per day. There is no default: the only published value for liver cancer
        (Tai 2008, 0.54) follows from a very small α and is not to be relied on.
    kick_off_days
        Tk; no dose is lost before it.
    reference
        Convention for the equivalent dose. ``"none"``: the reference schedule loses nothing,
        EQD2 = BED_T/(1 + 2/R). ``"own"``: the reference schedule, at five fractions a week, loses
        its own time too. 35 × 2 Gy in 49 days is 56.5 Gy under the first and 70 Gy under the
        second (α/β 10, α 0.3, Tp 4 d, Tk 21 d), so the convention is always named.
    """

    k_gy_per_day: float
    kick_off_days: float
    reference: TimeReference = "none"

    def __post_init__(self) -> None:
        checks.not_negative("k_gy_per_day", self.k_gy_per_day, ceiling=10, unit="Gy per day")
        checks.not_negative("kick_off_days", self.kick_off_days, ceiling=MAX_DAYS, unit="days")
        if self.reference not in ("none", "own"):
            action = "Choose one of the two."
            raise checks.refuse("time_reference", self.reference, "none or own", action)

    @classmethod
    def from_growth(
        cls,
        alpha_per_gy: float,
        doubling_days: float,
        kick_off_days: float,
        reference: TimeReference = "none",
    ) -> TimeFactor:
        """Make the factor from α and the doubling time Tp: K = ln 2/(α·Tp).

        Examples
        --------
        >>> round(TimeFactor.from_growth(0.3, 4, 21).k_gy_per_day, 6)
        0.577623
        """
        alpha = checks.positive("alpha_per_gy", alpha_per_gy, ceiling=5, unit="per Gy")
        doubling = checks.positive("doubling_days", doubling_days, ceiling=MAX_DAYS, unit="days")
        return cls(math.log(2) / (alpha * doubling), kick_off_days, reference)

    def loss_gy(self, overall_days: float) -> float:
        """BED lost in ``overall_days``, Gy."""
        return self.k_gy_per_day * max(0.0, overall_days - self.kick_off_days)

    def equivalent(self, bed_gy: float, model: Model, reference_fraction_gy: float) -> float:
        """Equivalent dose of a BED that has lost its time, by the convention ``reference``."""
        per_gray = model.relative_effectiveness(reference_fraction_gy)
        plain_dose = bed_gy / per_gray
        days_per_gray = DAYS_PER_FRACTION / reference_fraction_gy
        if self.reference == "none" or plain_dose * days_per_gray <= self.kick_off_days:
            return plain_dose
        gain = per_gray - self.k_gy_per_day * days_per_gray
        if gain <= 0:
            raise checks.refuse(
                "k_gy_per_day",
                self.k_gy_per_day,
                "a loss smaller than what each reference fraction gains",
                "Use timeref=none, or a smaller K.",
            )
        return (bed_gy - self.k_gy_per_day * self.kick_off_days) / gain


def bed_with_time(
    course: Course, *, alpha_beta_gy: float, overall_days: float, factor: TimeFactor
) -> float:
    """BED of a course after repopulation, Gy: BED − K·max(0, T − Tk).

    Examples
    --------
    >>> factor = TimeFactor(0.6, 28)
    >>> bed_with_time(
    ...     Course.from_total(60, 30), alpha_beta_gy=10, overall_days=42, factor=factor
    ... )
    63.6
    """
    checks.alpha_beta(alpha_beta_gy)
    days = overall_time(course, overall_days)
    full = float(bed_formula(course.total_dose_gy, course.fractions, alpha_beta_gy))
    return after_loss(full, factor.loss_gy(days))


def overall_time(course: Course, overall_days: float, per_day: int = 1) -> float:
    """Check the overall time of a course, in days from its first to its last fraction.

    Thirty daily fractions that start on a Monday take 39 days; 29 is the least (every day).
    """
    days = checks.not_negative("overall_days", overall_days, ceiling=MAX_DAYS, unit="days")
    least = math.ceil(course.fractions / per_day) - 1
    if days < least:
        expected = f"at least {least} days for {course.fractions} fractions"
        action = "Count the days from the first to the last fraction, weekends included."
        raise checks.refuse("overall_days", days, expected, action)
    return days


def after_loss(bed_gy: float, loss_gy: float) -> float:
    """Subtract the loss; refuse when nothing would be left."""
    left = bed_gy - loss_gy
    if left <= 0:
        raise DoseInputError(
            "overall_days",
            f"Overall time (overall): found a loss of {loss_gy:.2f} Gy, more than the BED of"
            f" {bed_gy:.2f} Gy; expected less. Check the overall time and the dose lost per day.",
        )
    return left


# ------------------------------------------------------------------ several fractions a day


@dataclass(frozen=True, slots=True)
class DailyFractions:
    """Several fractions a day with incomplete repair between them; full repair overnight.

    Attributes
    ----------
    per_day
        Fractions on a treatment day, m.
    interval_hours, half_time_hours
        Time between them, and the half-time of repair.
    """

    per_day: int
    interval_hours: float
    half_time_hours: float

    def __post_init__(self) -> None:
        count = checks.whole("per_day", self.per_day, ceiling=24)
        gap = checks.positive("interval_hours", self.interval_hours, ceiling=24, unit="hours")
        checks.positive("half_time_hours", self.half_time_hours, ceiling=100, unit="hours")
        if (count - 1) * gap >= 24:
            expected = f"{count} fractions within one day"
            raise checks.refuse("interval_hours", gap, expected, "Shorten the interval.")
        object.__setattr__(self, "per_day", count)

    @property
    def repair_factor(self) -> float:
        """Hm of Thames: (2/m)·Σ (m − k)·φᵏ, which is φ itself for two fractions a day.

        The closed form (2/m)(φ/(1−φ))(m − (1−φᵐ)/(1−φ)) summed out, so that it stays exact when
        hardly anything is repaired (φ near 1).

        References
        ----------
        Thames HD. Int J Radiat Biol 1985;47:319-39; as in Voyant 2014, Eq. 4-5.

        Examples
        --------
        >>> round(DailyFractions(2, 6, 4).repair_factor, 6)
        0.353553
        """
        left = 2.0 ** (-self.interval_hours / self.half_time_hours)
        count = self.per_day
        return 2 / count * math.fsum((count - k) * left**k for k in range(1, count))


def bed_incomplete_repair(
    course: Course,
    *,
    alpha_beta_gy: float,
    daily: DailyFractions,
    transition_dose_gy: float | None = None,
) -> float:
    """BED of a course given several times a day: D·(1 + (1 + Hm)·d/R), Gy.

    Refused above the transition dose, which is 2 × α/β unless given.

    Examples
    --------
    >>> course = Course.from_total(54, 45)
    >>> round(bed_incomplete_repair(course, alpha_beta_gy=2, daily=DailyFractions(2, 6, 4)), 5)
    97.85513
    """
    model = LQ(alpha_beta_gy, daily.repair_factor)
    limit = 2 * alpha_beta_gy if transition_dose_gy is None else transition_dose_gy
    refuse_above_transition(course, limit)
    return float(model.bed(course.total_dose_gy, course.fractions))


# ------------------------------------------------------------------ gaps


@dataclass(frozen=True, slots=True)
class GapResult:
    """What an interruption cost and what would make up for it.

    Attributes
    ----------
    bed_planned_gy, bed_actual_gy, bed_lost_gy
        BED in the planned and in the actual overall time, and the difference.
    extra_fractions
        Further fractions of the same size, given without further delay, that restore the planned
        BED: exact number; give the next whole number up or down knowingly.
    extra_2gy_fractions
        The same in 2 Gy fractions.
    """

    bed_planned_gy: float
    bed_actual_gy: float
    bed_lost_gy: float
    extra_fractions: float
    extra_2gy_fractions: float


def compensate_gap(
    course: Course,
    *,
    alpha_beta_gy: float,
    planned_days: float,
    actual_days: float,
    factor: TimeFactor,
) -> GapResult:
    """Return the BED an interruption costs, K × days beyond Tk, and the fractions that restore it.

    References
    ----------
    Dale RG et al. Clin Oncol 2002;14:382-93.

    Examples
    --------
    >>> gap = compensate_gap(
    ...     Course.from_total(60, 30), alpha_beta_gy=10, planned_days=39, actual_days=44,
    ...     factor=TimeFactor(0.9, 28),
    ... )
    >>> round(gap.bed_lost_gy, 4), round(gap.extra_2gy_fractions, 4)
    (4.5, 1.875)
    """
    if actual_days < planned_days:
        expected = f"at least the planned {planned_days:g} days"
        raise checks.refuse("overall_days", actual_days, expected, "Swap the two numbers.")
    planned, actual = (
        bed_with_time(course, alpha_beta_gy=alpha_beta_gy, overall_days=days, factor=factor)
        for days in (planned_days, actual_days)
    )
    lost = factor.loss_gy(actual_days) - factor.loss_gy(planned_days)
    same = float(bed_formula(course.dose_per_fraction_gy, 1, alpha_beta_gy))
    two = float(bed_formula(2.0, 1, alpha_beta_gy))
    return GapResult(planned, actual, lost, lost / same, lost / two)


# ------------------------------------------------------------------ isodose


def normalisation_course(course: Course, isodose_percent: float) -> Course:
    """Return the course at the normalisation point (100 %) of a prescription to an isodose.

    Examples
    --------
    >>> normalisation_course(Course.from_total(45, 3), 90).total_dose_gy
    50.0
    """
    percent = checks.positive("isodose_percent", isodose_percent, ceiling=120, unit="%")
    if percent < 10:
        raise checks.refuse("isodose_percent", percent, "percent, 10 to 120", "Enter 85, not 0.85.")
    return Course.from_total(course.total_dose_gy / (percent / 100), course.fractions)
