"""Dose-response models: LQ, LQ-L and USC, each a small record with the same four questions.

A model answers: the BED of a course, its equivalent in reference fractions, the dose per fraction
that gives a wanted BED, and where (if anywhere) its linear part begins.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np

from hccviz.domain.errors import DoseInputError
from hccviz.dose import checks
from hccviz.dose.lq import Course, bed_formula, eqdx_formula, plain


@dataclass(frozen=True, slots=True)
class LQ:
    """Linear-quadratic model, optionally with incomplete repair between fractions of one day.

    Attributes
    ----------
    alpha_beta_gy
        α/β in Gy.
    repair_factor
        Hm of Thames; 0 when each fraction is fully repaired before the next.
    """

    alpha_beta_gy: float
    repair_factor: float = 0.0
    code = "lq"
    transition_gy = math.inf

    def __post_init__(self) -> None:
        checks.alpha_beta(self.alpha_beta_gy)
        checks.not_negative("repair_factor", self.repair_factor, unit="")

    def bed(self, total_dose_gy: Any, fractions: Any) -> Any:
        """BED in Gy; unchecked numbers or arrays."""
        if self.repair_factor == 0:
            return bed_formula(total_dose_gy, fractions, self.alpha_beta_gy)
        weight = fractions * self.alpha_beta_gy
        return total_dose_gy * (total_dose_gy * (1 + self.repair_factor) + weight) / weight

    def equivalent(self, total_dose_gy: Any, fractions: Any, reference_fraction_gy: float) -> Any:
        """Equivalent dose in reference fractions given once a day, Gy."""
        if self.repair_factor == 0:
            ratio = self.alpha_beta_gy
            return eqdx_formula(total_dose_gy, fractions, ratio, reference_fraction_gy)
        return _per_reference(self, self.bed(total_dose_gy, fractions), reference_fraction_gy)

    def relative_effectiveness(self, dose_per_fraction_gy: float) -> float:
        """BED per Gy at this dose per fraction, once a day."""
        return 1 + dose_per_fraction_gy / self.alpha_beta_gy

    def dose_per_fraction(self, bed_per_fraction_gy: float) -> float:
        """Dose per fraction whose BED is ``bed_per_fraction_gy``: the root of the quadratic."""
        slope = 4 * (1 + self.repair_factor) / self.alpha_beta_gy
        return 2 * bed_per_fraction_gy / (1 + math.sqrt(1 + slope * bed_per_fraction_gy))


@dataclass(frozen=True, slots=True)
class LQL:
    """Linear-quadratic-linear model: above the transition dose the curve goes on straight.

    BED = n·[dT·(1 + dT/R) + (γ/α)·(d − dT)] for d > dT, else LQ.

    Attributes
    ----------
    alpha_beta_gy
        α/β in Gy.
    transition_dose_gy
        dT in Gy; usually about 2 × α/β.
    gamma_over_alpha
        Slope of the straight part; 1 + 2·dT/R continues the curve without a kink.

    References
    ----------
    Astrahan M. Med Phys 2008;35:4161-72. Voyant C et al. Rep Pract Oncol Radiother 2014;19:47-55.

    Examples
    --------
    >>> LQL(2, 4, 5).bed(8, 1)
    32.0
    """

    alpha_beta_gy: float
    transition_dose_gy: float
    gamma_over_alpha: float
    code = "lql"

    def __post_init__(self) -> None:
        checks.alpha_beta(self.alpha_beta_gy)
        checks.positive("transition_dose_gy", self.transition_dose_gy, ceiling=100)
        checks.positive("gamma_over_alpha", self.gamma_over_alpha, ceiling=1e5, unit="")

    @classmethod
    def tangent(cls, alpha_beta_gy: float, transition_dose_gy: float | None = None) -> LQL:
        """Make the smooth model: dT = 2 × α/β unless given, γ/α = 1 + 2·dT/R."""
        ratio = checks.alpha_beta(alpha_beta_gy)
        transition = 2 * ratio if transition_dose_gy is None else transition_dose_gy
        transition = checks.positive("transition_dose_gy", transition)
        return cls(ratio, transition, 1 + 2 * transition / ratio)

    @property
    def transition_gy(self) -> float:
        """Dose per fraction at which the straight part begins."""
        return self.transition_dose_gy

    def bed(self, total_dose_gy: Any, fractions: Any) -> Any:
        """BED in Gy; unchecked numbers or arrays."""
        single = total_dose_gy / fractions
        edge = self.transition_dose_gy
        excess = np.maximum(single - edge, 0.0)
        linear = fractions * (
            bed_formula(edge, 1, self.alpha_beta_gy) + self.gamma_over_alpha * excess
        )
        curved = bed_formula(total_dose_gy, fractions, self.alpha_beta_gy)
        return _number(np.where(single > edge, linear, curved))

    def equivalent(self, total_dose_gy: Any, fractions: Any, reference_fraction_gy: float) -> Any:
        """Equivalent dose in reference fractions, by the same model, Gy."""
        return _per_reference(self, self.bed(total_dose_gy, fractions), reference_fraction_gy)

    def relative_effectiveness(self, dose_per_fraction_gy: float) -> float:
        """BED per Gy at this dose per fraction."""
        return float(self.bed(dose_per_fraction_gy, 1)) / dose_per_fraction_gy

    def dose_per_fraction(self, bed_per_fraction_gy: float) -> float:
        """Dose per fraction whose BED is ``bed_per_fraction_gy``."""
        at_edge = float(bed_formula(self.transition_dose_gy, 1, self.alpha_beta_gy))
        if bed_per_fraction_gy <= at_edge:
            return LQ(self.alpha_beta_gy).dose_per_fraction(bed_per_fraction_gy)
        return self.transition_dose_gy + (bed_per_fraction_gy - at_edge) / self.gamma_over_alpha


@dataclass(frozen=True, slots=True)
class USC:
    """Universal survival curve: LQ below the transition dose, multi-target straight line above.

    BED = (D − n·Dq)/(α·D0) for d > D_T with D_T = 2·Dq/(1 − α·D0).

    Attributes
    ----------
    alpha_beta_gy
        α/β of the curved part, Gy. The pieces join only when it equals
        4·α·D0·Dq/(1 − α·D0)²; see :attr:`jump`.
    alpha_per_gy, d0_gy, dq_gy
        α in 1/Gy, D0 and Dq in Gy.

    References
    ----------
    Park C et al. Int J Radiat Oncol Biol Phys 2008;70:847-52 (abstract read; formula and lung
    parameters from a secondary source; no set for liver cancer was found).

    Examples
    --------
    >>> round(USC(8.684, 0.33, 1.25, 1.82).bed(60, 3), 2)
    132.22
    """

    alpha_beta_gy: float
    alpha_per_gy: float
    d0_gy: float
    dq_gy: float
    code = "usc"

    def __post_init__(self) -> None:
        checks.alpha_beta(self.alpha_beta_gy)
        alpha = checks.positive("alpha_per_gy", self.alpha_per_gy, ceiling=5, unit="per Gy")
        d0 = checks.positive("d0_gy", self.d0_gy, ceiling=50)
        checks.positive("dq_gy", self.dq_gy, ceiling=50)
        if alpha * d0 >= 1:
            found = checks.Phrase(f"{d0:g} Gy, so that α·D0 is {alpha * d0:.3g}")
            action = "The straight part must be steeper than the start of the curve."
            raise checks.refuse("d0_gy", found, "α·D0 below 1", action)

    @property
    def transition_gy(self) -> float:
        """Dose per fraction at which the straight part begins: 2·Dq/(1 − α·D0)."""
        return 2 * self.dq_gy / (1 - self.alpha_per_gy * self.d0_gy)

    @property
    def jump(self) -> float:
        """Relative step of the BED at the transition; 0 when α/β fits the other parameters."""
        edge = self.transition_gy
        return float(self._line(edge) / bed_formula(edge, 1, self.alpha_beta_gy)) - 1

    def _line(self, single: Any) -> Any:
        return (single - self.dq_gy) / (self.alpha_per_gy * self.d0_gy)

    def bed(self, total_dose_gy: Any, fractions: Any) -> Any:
        """BED in Gy; unchecked numbers or arrays."""
        single = total_dose_gy / fractions
        curved = bed_formula(total_dose_gy, fractions, self.alpha_beta_gy)
        above = single > self.transition_gy
        return _number(np.where(above, fractions * self._line(single), curved))

    def equivalent(self, total_dose_gy: Any, fractions: Any, reference_fraction_gy: float) -> Any:
        """Equivalent dose in reference fractions, by the same model, Gy."""
        return _per_reference(self, self.bed(total_dose_gy, fractions), reference_fraction_gy)

    def relative_effectiveness(self, dose_per_fraction_gy: float) -> float:
        """BED per Gy at this dose per fraction."""
        return float(self.bed(dose_per_fraction_gy, 1)) / dose_per_fraction_gy

    def dose_per_fraction(self, bed_per_fraction_gy: float) -> float:
        """Dose per fraction whose BED is ``bed_per_fraction_gy``."""
        curved = LQ(self.alpha_beta_gy).dose_per_fraction(bed_per_fraction_gy)
        if curved <= self.transition_gy:
            return curved
        line = bed_per_fraction_gy * self.alpha_per_gy * self.d0_gy + self.dq_gy
        return max(line, self.transition_gy)


Model = LQ | LQL | USC


def bed_lql(
    course: Course,
    *,
    alpha_beta_gy: float,
    transition_dose_gy: float | None = None,
    gamma_over_alpha: float | None = None,
) -> float:
    """BED of one course by LQ-L; see :class:`LQL` and :meth:`LQL.tangent` for what is left out.

    Examples
    --------
    >>> bed_lql(Course.from_total(45, 3), alpha_beta_gy=3)
    189.0
    """
    model = LQL.tangent(alpha_beta_gy, transition_dose_gy)
    if gamma_over_alpha is not None:
        model = LQL(alpha_beta_gy, model.transition_dose_gy, gamma_over_alpha)
    return float(model.bed(course.total_dose_gy, course.fractions))


def bed_usc(
    course: Course, *, alpha_beta_gy: float, alpha_per_gy: float, d0_gy: float, dq_gy: float
) -> float:
    """BED of one course by the universal survival curve; see :class:`USC`."""
    model = USC(alpha_beta_gy, alpha_per_gy, d0_gy, dq_gy)
    return float(model.bed(course.total_dose_gy, course.fractions))


def refuse_above_transition(course: Course, transition_gy: float) -> None:
    """Refuse several fractions a day when one of them exceeds the transition dose.

    Raises
    ------
    DoseInputError
        Incomplete repair is a statement about the quadratic term, which the straight part lacks.
    """
    if course.dose_per_fraction_gy <= transition_gy:
        return
    raise DoseInputError(
        "dose_per_fraction_gy",
        f"Dose per fraction: found {plain(course.dose_per_fraction_gy)} Gy several times a day;"
        f" expected at most the transition dose of {plain(transition_gy)} Gy, above which"
        " incomplete repair is not defined. Use one fraction a day or smaller fractions.",
    )


def _per_reference(model: Model, bed_gy: Any, reference_fraction_gy: float) -> Any:
    """Divide a BED by 1 + x/R (one division), or by the model's own effect of a large x."""
    if reference_fraction_gy > model.transition_gy:
        return bed_gy / model.relative_effectiveness(reference_fraction_gy)
    ratio = model.alpha_beta_gy
    return bed_gy * ratio / (ratio + reference_fraction_gy)


def _number(values: Any) -> Any:
    return float(values) if np.ndim(values) == 0 else values
