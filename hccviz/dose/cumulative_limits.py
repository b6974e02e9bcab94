"""Published figures for the dose of several courses together, and schedules that fit below one."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

from hccviz.dose import checks
from hccviz.dose.lq import Course, bed_formula, eqdx_formula
from hccviz.dose.tissues import Mark

Quantity = Literal["eqd2", "bed"]
DOSES_PER_FRACTION_GY = (1.8, 2.0, 2.5, 3.0, 4.0, 5.0, 6.0, 8.0, 10.0, 12.0, 15.0)


@dataclass(frozen=True, slots=True)
class CumulativeLimit:
    """A cumulative dose not to be exceeded; it holds for its own quantity and α/β only.

    Attributes
    ----------
    code, organs
        Stable code and the tissue codes it is about.
    limit_gy, quantity, alpha_beta_gy
        Value in Gy, as EQD2 or BED, at this α/β.
    course_limit_gy, interval_months
        Further conditions: each course, and the least interval; None when there is none.
    meaning, source, mark
        What the number is in words, where it comes from, how far that was verified.
    """

    code: str
    organs: tuple[str, ...]
    limit_gy: float
    quantity: Quantity
    alpha_beta_gy: float
    meaning: str
    source: str
    mark: Mark
    course_limit_gy: float | None = None
    interval_months: float | None = None

    def dose(self, course: Course) -> float:
        """Return the dose of a course in this limit's quantity and at its α/β, Gy."""
        formula = bed_formula if self.quantity == "bed" else eqdx_formula
        return float(formula(course.total_dose_gy, course.fractions, self.alpha_beta_gy))


CUMULATIVE_LIMITS: tuple[CumulativeLimit, ...] = (
    CumulativeLimit(
        "gi-45", ("stomach", "duodenum", "bowel"), 45, "eqd2", 10,
        "tolerance of the gastrointestinal tract in general, quoted at α/β 10 although late"
        " tissue is usually taken as 3; not a limit for re-irradiation",
        "re-irradiation study, discussion", "V",
    ),
    CumulativeLimit(
        "cord-nieder", ("cord", "cord_lumbar"), 135.5, "bed", 2,
        "cumulative BED of the spinal cord with a low risk of myelopathy",
        "Nieder 2006, Int J Radiat Oncol Biol Phys 66:1446", "A",
        course_limit_gy=98, interval_months=6,
    ),
)  # fmt: skip


def user_limit(limit_gy: float, alpha_beta_gy: float, organ: str) -> CumulativeLimit:
    """Return a cumulative EQD2 limit entered by the user."""
    value = checks.positive("limit_gy", limit_gy, ceiling=1000)
    ratio = checks.alpha_beta(alpha_beta_gy)
    meaning = "cumulative EQD2 entered by the user"
    return CumulativeLimit("user", (organ,), value, "eqd2", ratio, meaning, "user", "U")


def published_limit(organ: str) -> CumulativeLimit | None:
    """Return the published cumulative figure for an organ, or None when none was found.

    Examples
    --------
    >>> published_limit("cord").limit_gy, published_limit("liver")
    (135.5, None)
    """
    return next((entry for entry in CUMULATIVE_LIMITS if organ in entry.organs), None)


def fitting_schedules(
    room_gy: float,
    *,
    quantity: Quantity = "eqd2",
    alpha_beta_gy: float,
    doses_per_fraction_gy: tuple[float, ...] = DOSES_PER_FRACTION_GY,
) -> tuple[Course, ...]:
    """Return, for each dose per fraction, the longest whole schedule that fits in ``room_gy``.

    Doses of which not even one fraction fits are left out; no room gives no schedule.

    Examples
    --------
    >>> [course.code for course in fitting_schedules(20, alpha_beta_gy=3)][:3]
    ['19.8/11', '20/10', '17.5/7']
    """
    ratio = checks.alpha_beta(alpha_beta_gy)
    room = checks.finite("room_gy", room_gy)
    found = []
    for value in doses_per_fraction_gy:
        single = checks.positive("dose_per_fraction_gy", value)
        formula = bed_formula if quantity == "bed" else eqdx_formula
        each = float(formula(single, 1, ratio))
        count = math.floor(room / each + 1e-9)
        count = min(count, math.floor(checks.MAX_TOTAL_DOSE_GY / single))
        if count >= 1:
            found.append(Course.from_fraction(single, count))
    return tuple(found)
