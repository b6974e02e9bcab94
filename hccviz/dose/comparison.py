"""Schedules side by side: per tissue, LQ beside LQ-L, over the α/β band; isoeffect curves."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from hccviz.dose import checks
from hccviz.dose.lq import Course, bed_formula, eqdx_formula
from hccviz.dose.models import LQL, Model
from hccviz.dose.tissues import Tissue


@dataclass(frozen=True, slots=True)
class TissueDose:
    """What one course means for one tissue.

    Attributes
    ----------
    alpha_beta_gy
        α/β used, Gy: the preset of the tissue unless another was chosen.
    bed_gy, eqd2_gy
        By the linear-quadratic model.
    bed_lql_gy, eqd2_lql_gy
        By LQ-L with a transition at 2 × α/β unless another was chosen; the same below it.
    eqd2_at_low_gy, eqd2_at_high_gy
        EQD2 at the lower and the upper end of the α/β band, by LQ; equal without a band.
    bed_at_low_gy, bed_at_high_gy
        The same for BED.
    """

    course: Course
    tissue: Tissue
    alpha_beta_gy: float
    bed_gy: float
    eqd2_gy: float
    bed_lql_gy: float
    eqd2_lql_gy: float
    bed_at_low_gy: float
    bed_at_high_gy: float
    eqd2_at_low_gy: float
    eqd2_at_high_gy: float

    @property
    def eqd2_spread_gy(self) -> float:
        """Width of the EQD2 over the band, Gy: the order of a tornado plot."""
        return abs(self.eqd2_at_low_gy - self.eqd2_at_high_gy)


def tissue_dose(
    course: Course,
    tissue: Tissue,
    *,
    alpha_beta_gy: float | None = None,
    transition_dose_gy: float | None = None,
) -> TissueDose:
    """Return what a course means for a tissue.

    Parameters
    ----------
    course, tissue
        Schedule and tissue preset.
    alpha_beta_gy
        Instead of the preset of the tissue, Gy.
    transition_dose_gy
        Of LQ-L, instead of 2 × α/β, Gy.

    Examples
    --------
    >>> from hccviz.dose.tissues import tissue
    >>> found = tissue_dose(Course.from_total(45, 3), tissue("liver"))
    >>> found.bed_gy, found.bed_lql_gy
    (270.0, 189.0)
    """
    ratio = tissue.alpha_beta_gy if alpha_beta_gy is None else checks.alpha_beta(alpha_beta_gy)
    dose, count = course.total_dose_gy, course.fractions
    straight = LQL.tangent(ratio, transition_dose_gy)
    low, high = tissue.low_gy, tissue.high_gy
    return TissueDose(
        course,
        tissue,
        ratio,
        float(bed_formula(dose, count, ratio)),
        float(eqdx_formula(dose, count, ratio)),
        float(straight.bed(dose, count)),
        float(straight.equivalent(dose, count, 2.0)),
        float(bed_formula(dose, count, low)),
        float(bed_formula(dose, count, high)),
        float(eqdx_formula(dose, count, low)),
        float(eqdx_formula(dose, count, high)),
    )


def compare(
    courses: Iterable[Course], tissues: Iterable[Tissue]
) -> tuple[tuple[TissueDose, ...], ...]:
    """Return one row per course and in it one entry per tissue."""
    columns = tuple(tissues)
    return tuple(tuple(tissue_dose(course, entry) for entry in columns) for course in courses)


def tornado(course: Course, tissues: Iterable[Tissue]) -> tuple[TissueDose, ...]:
    """Return the tissues with an α/β band, the widest spread of EQD2 first.

    Examples
    --------
    >>> from hccviz.dose.tissues import TISSUES
    >>> tornado(Course.from_total(45, 3), TISSUES)[0].tissue.code
    'liver'
    """
    found = [tissue_dose(course, entry) for entry in tissues if entry.has_band]
    return tuple(sorted(found, key=lambda entry: entry.eqd2_spread_gy, reverse=True))


@dataclass(frozen=True, slots=True)
class IsoeffectCurve:
    """Schedules of equal BED: total dose and number of fractions by dose per fraction.

    The numbers of fractions are exact, not whole: a curve to read from, not a list to treat from.
    """

    bed_gy: float
    dose_per_fraction_gy: NDArray[np.float64]
    fractions: NDArray[np.float64]
    total_dose_gy: NDArray[np.float64]


def isoeffect_curve(
    bed_gy: float, model: Model, *, low_gy: float = 1.0, high_gy: float = 20.0, points: int = 96
) -> IsoeffectCurve:
    """Return the curve of equal BED between two doses per fraction.

    Raises
    ------
    DoseInputError
        When an input is outside its range.

    Examples
    --------
    >>> from hccviz.dose.models import LQ
    >>> curve = isoeffect_curve(112.5, LQ(10), low_gy=15, high_gy=20, points=2)
    >>> float(curve.total_dose_gy[0]), float(curve.fractions[0])
    (45.0, 3.0)
    """
    target = checks.positive("target_bed_gy", bed_gy, ceiling=1e5)
    low = checks.positive("dose_per_fraction_gy", low_gy)
    ceiling = checks.MAX_DOSE_PER_FRACTION_GY
    high = checks.positive("dose_per_fraction_gy", high_gy, ceiling=ceiling)
    if high <= low:
        raise checks.refuse("dose_per_fraction_gy", high, f"more than {low:g} Gy", "Swap them.")
    single = np.linspace(low, high, checks.whole("points", points))
    count = target / np.asarray(model.bed(single, np.ones_like(single)), dtype=np.float64)
    return IsoeffectCurve(target, single, count, count * single)


def same_curve(one: IsoeffectCurve, other: IsoeffectCurve) -> bool:
    """Tell whether two curves are the same to the eye: within 0.01 Gy of each other.

    Examples
    --------
    >>> from hccviz.dose.models import LQ, LQL
    >>> lq = isoeffect_curve(112.5, LQ(10))
    >>> same_curve(lq, isoeffect_curve(112.5, LQL.tangent(10)))
    True
    >>> same_curve(lq, isoeffect_curve(112.5, LQL.tangent(3)))
    False
    """
    return bool(np.allclose(one.total_dose_gy, other.total_dose_gy, rtol=0, atol=0.01))
