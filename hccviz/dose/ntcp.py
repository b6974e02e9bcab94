"""Normal-tissue complication of the liver: generalised EUD and the Lyman-Kutcher-Burman model."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from hccviz.dose import checks
from hccviz.dose.dvh import Dvh
from hccviz.dose.lq import Course, course_warnings, eqdx, eqdx_formula
from hccviz.dose.tissues import Mark

Disease = Literal["primary", "metastases"]


@dataclass(frozen=True, slots=True)
class LkbParameters:
    """Parameters of one model, with the fractionation in which the tolerance dose is stated.

    Attributes
    ----------
    n, m
        Volume exponent and slope.
    td50_gy, reference_fraction_gy
        Dose of 50 % risk, Gy, in fractions of this size.
    alpha_beta_gy
        α/β used to convert doses to EQD2.
    label, source, mark
        What it predicts, where it comes from, verification mark.
    """

    n: float
    m: float
    td50_gy: float
    reference_fraction_gy: float
    alpha_beta_gy: float
    label: str
    source: str
    mark: Mark

    def __post_init__(self) -> None:
        checks.positive("n", self.n, ceiling=100, unit="")
        checks.positive("m", self.m, ceiling=10, unit="")
        checks.positive("td50_gy", self.td50_gy, ceiling=500)
        checks.reference_fraction(self.reference_fraction_gy)
        checks.alpha_beta(self.alpha_beta_gy)

    @property
    def td50_eqd2_gy(self) -> float:
        """Dose of 50 % risk as EQD2, Gy."""
        ratio = self.alpha_beta_gy
        return self.td50_gy * (self.reference_fraction_gy + ratio) / (2 + ratio)


_SOURCE = "Dawson 2002 as transcribed; that the doses are at 1.5 Gy per fraction is inferred"
LIVER_LKB: dict[Disease, LkbParameters] = {
    "primary": LkbParameters(
        0.97, 0.12, 39.8, 1.5, 2.5, "RILD, primary liver cancer", _SOURCE, "C"
    ),
    "metastases": LkbParameters(0.97, 0.12, 45.8, 1.5, 2.5, "RILD, liver metastases", _SOURCE, "C"),
}
"""Classic radiation-induced liver disease; TD50 is 35.4 and 40.7 Gy as EQD2 at α/β 2.5."""


@dataclass(frozen=True, slots=True)
class Ntcp:
    """A complication probability, or why there is none.

    Attributes
    ----------
    probability
        0-1; None when unavailable.
    why
        Reason in words when unavailable.
    geud_gy
        Generalised equivalent uniform dose as EQD2, Gy.
    mean_dose_gy
        Physical mean dose, Gy.
    parameters
        The model used.
    warnings
        Reservations, one sentence each.
    """

    probability: float | None
    why: str
    geud_gy: float | None
    mean_dose_gy: float | None
    parameters: LkbParameters | None
    warnings: tuple[str, ...] = ()


def geud(dose_gy: NDArray[np.float64], volume_share: NDArray[np.float64], *, n: float) -> float:
    """Return the generalised equivalent uniform dose (Σ v·D^(1/n))^n, Gy.

    References
    ----------
    Niemierko A. Med Phys 1999;26:1100 (abstract).

    Examples
    --------
    >>> round(geud(np.array([10.0, 30.0]), np.array([0.5, 0.5]), n=1), 6)
    20.0
    """
    exponent = 1 / checks.positive("n", n, ceiling=100, unit="")
    top = float(dose_gy.max(initial=0.0))
    if top == 0:
        return 0.0
    moment = float(volume_share @ (dose_gy / top) ** exponent)
    return float(top * moment ** (1 / exponent))


def lkb(geud_gy: float, *, td50_gy: float, m: float) -> float:
    """Return Φ((gEUD − TD50)/(m·TD50)).

    Examples
    --------
    >>> lkb(40, td50_gy=40, m=0.12)
    0.5
    """
    return 0.5 * math.erfc(-(geud_gy - td50_gy) / (m * td50_gy) / math.sqrt(2))


def unavailable(why: str) -> Ntcp:
    """Return the record that says why no probability is given."""
    return Ntcp(None, f"unavailable: {why}", None, None, None)


def liver_parameters(disease: str, *, alpha_beta_gy: float | None = None) -> LkbParameters:
    """Return the parameters for ``primary`` or ``metastases``, at another α/β if wanted."""
    if disease not in LIVER_LKB:
        expected = "primary or metastases"
        raise checks.refuse("disease", disease, expected, "Choose one of the two.")
    found = LIVER_LKB["primary" if disease == "primary" else "metastases"]
    return found if alpha_beta_gy is None else replace(found, alpha_beta_gy=alpha_beta_gy)


def ntcp_from_mean_dose(
    mean_dose_gy: float, fractions: float | None, parameters: LkbParameters | None
) -> Ntcp:
    """Return the risk when the whole liver receives the mean dose uniformly.

    Parameters
    ----------
    mean_dose_gy
        Mean dose to the normal liver, Gy.
    fractions
        Number of fractions; without it the probability is unavailable.
    parameters
        Model; without it the probability is unavailable.

    Examples
    --------
    >>> round(ntcp_from_mean_dose(28, 14, LIVER_LKB["primary"]).probability, 4)
    0.0411
    """
    if parameters is None:
        return unavailable("no parameters for this organ")
    if fractions is None:
        return unavailable("the number of fractions is missing")
    course = Course.from_total(mean_dose_gy, fractions)
    dose = eqdx(
        course.total_dose_gy,
        course.fractions,
        alpha_beta_gy=parameters.alpha_beta_gy,
        reference_fraction_gy=2.0,
    )
    note = (
        "From the mean dose, as if the whole liver received it uniformly: a plan with hot spots"
        " has a higher risk. Use the dose-volume histogram where there is one."
    )
    warnings = (note, *_model_warnings(parameters), *course_warnings(course))
    risk = lkb(dose, td50_gy=parameters.td50_eqd2_gy, m=parameters.m)
    return Ntcp(risk, "", dose, course.total_dose_gy, parameters, warnings)


def ntcp_from_dvh(dvh: Dvh, fractions: float | None, parameters: LkbParameters | None) -> Ntcp:
    """Return the risk from a histogram; every bin is converted with its own dose per fraction.

    Examples
    --------
    >>> from hccviz.dose.dvh import make_dvh
    >>> uniform = make_dvh(np.array([27.99, 28.01]), np.array([50.0, 50.0]), kind="differential")
    >>> round(ntcp_from_dvh(uniform, 14, LIVER_LKB["primary"]).probability, 4)
    0.0411
    """
    if parameters is None:
        return unavailable("no parameters for this organ")
    if fractions is None:
        return unavailable("the number of fractions is missing")
    count = checks.whole("fractions", fractions)
    converted = eqdx_formula(dvh.bin_dose_gy, count, parameters.alpha_beta_gy)
    dose = geud(converted, dvh.bin_share, n=parameters.n)
    hottest = dvh.max_gy / count
    warnings = (*dvh.notes, *_model_warnings(parameters))
    if hottest > checks.MAX_DOSE_PER_FRACTION_GY:
        checks.plausible_dose("dose", dvh.max_gy, count)
    if hottest >= 10:
        warnings += (
            f"Parts of the liver receive {hottest:.1f} Gy per fraction, where the"
            " linear-quadratic conversion is uncertain.",
        )
    risk = lkb(dose, td50_gy=parameters.td50_eqd2_gy, m=parameters.m)
    return Ntcp(risk, "", dose, dvh.mean_gy, parameters, warnings)


def _model_warnings(parameters: LkbParameters) -> tuple[str, ...]:
    if parameters.source != _SOURCE:
        return ()
    notes = ["The parameters describe classic liver disease in livers of good function."]
    if parameters.alpha_beta_gy != 2.5:
        notes.append("The model was derived with an α/β of 2.5 Gy; another one was chosen.")
    return tuple(notes)
