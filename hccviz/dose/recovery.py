"""Recovery between courses: models of how much of an earlier dose a tissue has forgotten.

All are extrapolations. The evidence is mostly from the spinal cord; none was found for liver or
duodenum, and the sum without recovery is therefore always shown first.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from itertools import pairwise

from hccviz.dose import checks
from hccviz.dose.tissues import Mark

DAYS_PER_MONTH = 365.25 / 12
MAX_MONTHS = 1200.0


@dataclass(frozen=True, slots=True)
class StepRecovery:
    """Nothing before 6 months, a quarter from 6, half from 12 months on."""

    code = "step"
    label = "Steps of 0, 25 and 50 %"
    mark: Mark = "C"
    evidence = (
        "Convention from secondary sources: 0 % before 6 months, 25 % from 6 to 12, 50 % from 12"
        " months on. Not derived from liver or bowel."
    )

    def remaining(self, months: float, _position: int = 0) -> float:
        """Return the share of the earlier BED that still counts after ``months``.

        Examples
        --------
        >>> [StepRecovery().remaining(months) for months in (5.9, 6, 12)]
        [1.0, 0.75, 0.5]
        """
        checks.not_negative("months", months, ceiling=MAX_MONTHS, unit="months")
        return 1.0 if months < 6 else 0.75 if months < 12 else 0.5


@dataclass(frozen=True, slots=True)
class ExponentialRecovery:
    """Residual share S + (1 − S)·2^(−t/T½) of the earlier BED.

    Attributes
    ----------
    floor
        S, the share that never recovers, 0-1.
    half_time_months
        T½ in months.
    """

    floor: float = 0.2
    half_time_months: float = 24.0
    code = "exponential"
    label = "Exponential"
    mark: Mark = "A"
    evidence = (
        "Parameters for the spinal cord only (20 % never recovers, half-time 24 months; abstract"
        " only). Cord recovery is described from about 70 days and followed to 3 years."
    )

    def __post_init__(self) -> None:
        checks.not_negative("floor", self.floor, ceiling=1, unit="")
        checks.positive("half_time_months", self.half_time_months, ceiling=MAX_MONTHS, unit="")

    def remaining(self, months: float, _position: int = 0) -> float:
        """Return the share of the earlier BED that still counts after ``months``.

        Examples
        --------
        >>> round(ExponentialRecovery().remaining(24), 6)
        0.6
        """
        months = checks.not_negative("months", months, ceiling=MAX_MONTHS, unit="months")
        return float(self.floor + (1 - self.floor) * 2.0 ** (-months / self.half_time_months))


@dataclass(frozen=True, slots=True)
class UserRecovery:
    """Recovery entered by the user, per earlier course.

    Attributes
    ----------
    recovered_percent
        One number for every earlier course, or one each, in their order; 0 unless entered.
    """

    recovered_percent: tuple[float, ...] = (0.0,)
    code = "user"
    label = "As entered"
    mark: Mark = "U"
    evidence = "Entered by the user; no recovery parameters for liver or duodenum were found."

    def __post_init__(self) -> None:
        if not self.recovered_percent:
            raise checks.refuse("recovered", None, "at least one percentage", "Enter 0 for none.")
        for percent in self.recovered_percent:
            checks.not_negative("recovered", percent, ceiling=100, unit="%")

    def remaining(self, months: float, position: int = 0) -> float:
        """Return the share of the BED of the earlier course ``position`` that still counts."""
        checks.not_negative("months", months, ceiling=MAX_MONTHS, unit="months")
        given = self.recovered_percent
        if len(given) > 1 and position >= len(given):
            found = checks.Phrase(f"{len(given)} percentages")
            action = "Give one for all, or one per earlier course."
            raise checks.refuse("recovered", found, f"one for course {position + 1}", action)
        return 1 - (given[0] if len(given) == 1 else given[position]) / 100


Recovery = StepRecovery | ExponentialRecovery | UserRecovery


def recovery_warnings(model: Recovery, organ: str, months: tuple[float, ...]) -> tuple[str, ...]:
    """Return what is doubtful about a recovery model for this organ and these intervals."""
    found = []
    if isinstance(model, ExponentialRecovery):
        if not organ.startswith("cord"):
            found.append("The exponential recovery model was derived for the spinal cord only.")
        if any(value < 70 / DAYS_PER_MONTH for value in months):
            found.append("Recovery of the cord is described only from about 70 days on.")
        if any(value > 36 for value in months):
            found.append("Recovery of the cord was followed for 3 years; beyond is extrapolation.")
    elif isinstance(model, StepRecovery):
        found.append("The recovery steps are a convention, not a measurement in this organ.")
    return tuple(found)


def intervals_from_dates(dates: tuple[date, ...]) -> tuple[float, ...]:
    """Return the intervals between consecutive dates in months of 30.44 days.

    Raises
    ------
    DoseInputError
        When a date is not after the one before.

    Examples
    --------
    >>> intervals_from_dates((date(2010, 1, 1), date(2011, 1, 1)))
    (11.991786447638603,)
    """
    for earlier, later in pairwise(dates):
        if later <= earlier:
            found = checks.Phrase(f"{later.isoformat()} after {earlier.isoformat()}")
            raise checks.refuse("dates", found, "dates in ascending order", "Sort the courses.")
    return tuple((later - earlier).days / DAYS_PER_MONTH for earlier, later in pairwise(dates))
