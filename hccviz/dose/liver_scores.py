"""Liver function and stage: Child-Pugh, ALBI and its variants, BCLC, from single values.

The bare formulas (:func:`albi`, :func:`child_pugh_class`, …) take plain numbers so that cohort
columns can be derived by the same rules; the records around them check and explain.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

from hccviz.dose import checks

UMOL_PER_MG_DL = 17.104
"""Bilirubin: µmol/L in one mg/dL."""
BilirubinUnit = Literal["mg/dL", "µmol/L"]
AlbuminUnit = Literal["g/dL", "g/L"]
Ascites = Literal["none", "mild", "moderate_severe"]
Encephalopathy = Literal["none", "grade_1_2", "grade_3_4"]
_ASCITES_POINTS = {"none": 1, "mild": 2, "moderate_severe": 3}
_ENCEPHALOPATHY_POINTS = {"none": 1, "grade_1_2": 2, "grade_3_4": 3}
ALBI_CUTS = (-2.60, -1.39)

MALBI_DEFINITIONS: dict[str, tuple[str, str]] = {
    "2.27": ("-2.27", "grade 2 divided into 2a and 2b at −2.27 (not verified)"),
    "3.02": ("-3.02/-2.08", "grades cut at −3.02 and −2.08 (secondary source)"),
}
"""The two definitions in use under the one name "modified ALBI": cut points and words."""


def bilirubin_mg_dl(value: float, unit: BilirubinUnit = "mg/dL") -> float:
    """Return bilirubin in mg/dL.

    Examples
    --------
    >>> round(bilirubin_mg_dl(17.104, "µmol/L"), 6)
    1.0
    """
    amount = checks.positive("bilirubin", value, unit=unit)
    factor = _factor("bilirubin", unit, {"mg/dL": 1.0, "µmol/L": UMOL_PER_MG_DL})
    return checks.positive("bilirubin", amount / factor, ceiling=100, unit="mg/dL")


def albumin_g_dl(value: float, unit: AlbuminUnit = "g/dL") -> float:
    """Return albumin in g/dL; above 10 g/dL it asks whether g/L was meant."""
    amount = checks.positive("albumin", value, unit=unit)
    amount /= _factor("albumin", unit, {"g/dL": 1.0, "g/L": 10.0})
    if amount > 10:
        action = "Did you enter g/L? Then choose that unit."
        raise checks.refuse("albumin", value, "at most 10 g/dL", action)
    return amount


# ------------------------------------------------------------------ formulas on plain numbers


def albi(bilirubin_mg_dl: float, albumin_g_dl: float) -> float:
    """Return the ALBI score: 0.66·log10(bilirubin, µmol/L) − 0.085·(albumin, g/L).

    References
    ----------
    Johnson PJ et al. J Clin Oncol 2015;33:550-8 (secondary transcription).

    Examples
    --------
    >>> round(albi(0.8, 3.8), 4)
    -2.4801
    """
    return 0.66 * math.log10(bilirubin_mg_dl * UMOL_PER_MG_DL) - 0.085 * (albumin_g_dl * 10)


def albi_grade(score: float) -> int:
    """Return the ALBI grade: 1 up to −2.60, 2 up to −1.39, else 3.

    Examples
    --------
    >>> albi_grade(-2.60), albi_grade(-2.59), albi_grade(-1.38)
    (1, 2, 3)
    """
    return 1 if score <= ALBI_CUTS[0] else 2 if score <= ALBI_CUTS[1] else 3


def malbi_grade(score: float, definition: str) -> str:
    """Return the modified ALBI grade by one of :data:`MALBI_DEFINITIONS`, which must be named.

    Examples
    --------
    >>> malbi_grade(-2.48, "2.27"), malbi_grade(-2.48, "3.02")
    ('2a', '2')
    """
    if definition not in MALBI_DEFINITIONS:
        expected = "2.27 or 3.02: there are two scores of this name"
        raise checks.refuse("malbi", definition, expected, "Choose one.")
    if definition == "3.02":
        return "1" if score <= -3.02 else "2" if score <= -2.08 else "3"
    grade = albi_grade(score)
    if grade == 2:
        return "2a" if score <= -2.27 else "2b"
    return str(grade)


def ez_albi(bilirubin_mg_dl: float, albumin_g_dl: float) -> float:
    """Return the EZ-ALBI score: bilirubin (mg/dL) − 9 × albumin (g/dL) (abstract only).

    Examples
    --------
    >>> round(ez_albi(0.8, 3.8), 2)
    -33.4
    """
    return bilirubin_mg_dl - 9 * albumin_g_dl


def bilirubin_points(mg_dl: float) -> int:
    """Return the Child-Pugh points of bilirubin: below 2, 2 to 3, above 3 mg/dL."""
    return 1 if mg_dl < 2 else 2 if mg_dl <= 3 else 3


def albumin_points(g_dl: float) -> int:
    """Return the Child-Pugh points of albumin: above 3.5, 2.8 to 3.5, below 2.8 g/dL."""
    return 1 if g_dl > 3.5 else 2 if g_dl >= 2.8 else 3


def inr_points(inr: float) -> int:
    """Return the Child-Pugh points of the INR: below 1.7, 1.7 to 2.3, above 2.3."""
    return 1 if inr < 1.7 else 2 if inr <= 2.3 else 3


def child_pugh_class(score: float) -> str:
    """Return the Child-Pugh class of 5 to 15 points: A to 6, B to 9, C from 10.

    Examples
    --------
    >>> [child_pugh_class(score) for score in (5, 6, 7, 9, 10)]
    ['A', 'A', 'B', 'B', 'C']
    """
    points = checks.whole("child_pugh_score", score, ceiling=15)
    if points < 5:
        raise checks.refuse("child_pugh_score", score, "5 to 15 points", "Correct the score.")
    return "A" if points <= 6 else "B" if points <= 9 else "C"


# ------------------------------------------------------------------ records


@dataclass(frozen=True, slots=True)
class ChildPugh:
    """Child-Pugh score: points of each item in the order of the score, their sum and class."""

    bilirubin: int
    albumin: int
    inr: int
    ascites: int
    encephalopathy: int

    @property
    def score(self) -> int:
        """Sum of the points, 5-15."""
        return self.bilirubin + self.albumin + self.inr + self.ascites + self.encephalopathy

    @property
    def child_class(self) -> str:
        """Class A, B or C."""
        return child_pugh_class(self.score)


def child_pugh(
    bilirubin: float,
    albumin: float,
    inr: float,
    ascites: str,
    encephalopathy: str,
    *,
    bilirubin_unit: BilirubinUnit = "mg/dL",
    albumin_unit: AlbuminUnit = "g/dL",
) -> ChildPugh:
    """Return the Child-Pugh score; every one of the five items must be given.

    Limits in mg/dL and g/dL; other units are converted first.

    References
    ----------
    Pugh RN et al. Br J Surg 1973;60:646-9, INR in place of the prothrombin time (secondary
    transcription).

    Examples
    --------
    >>> found = child_pugh(0.8, 3.8, 1.08, "none", "none")
    >>> found.score, found.child_class
    (5, 'A')
    """
    ratio = checks.positive("inr", inr, ceiling=20, unit="")
    return ChildPugh(
        bilirubin_points(bilirubin_mg_dl(bilirubin, bilirubin_unit)),
        albumin_points(albumin_g_dl(albumin, albumin_unit)),
        inr_points(ratio),
        _level("ascites", ascites, _ASCITES_POINTS),
        _level("encephalopathy", encephalopathy, _ENCEPHALOPATHY_POINTS),
    )


@dataclass(frozen=True, slots=True)
class Albi:
    """ALBI and its relatives of one patient.

    Attributes
    ----------
    score, grade
        ALBI and its grade 1-3.
    malbi_2_27, malbi_3_02
        The two gradings called "modified ALBI"; see :data:`MALBI_DEFINITIONS`.
    ez_albi
        EZ-ALBI score.
    """

    score: float
    grade: int
    malbi_2_27: str
    malbi_3_02: str
    ez_albi: float


def albi_scores(
    bilirubin: float,
    albumin: float,
    *,
    bilirubin_unit: BilirubinUnit = "mg/dL",
    albumin_unit: AlbuminUnit = "g/dL",
) -> Albi:
    """Return all albumin-bilirubin scores from the two values.

    Examples
    --------
    >>> found = albi_scores(0.8, 38, albumin_unit="g/L")
    >>> round(found.score, 4), found.grade, found.malbi_2_27
    (-2.4801, 2, '2a')
    """
    bili = bilirubin_mg_dl(bilirubin, bilirubin_unit)
    albu = albumin_g_dl(albumin, albumin_unit)
    score = albi(bili, albu)
    return Albi(
        score,
        albi_grade(score),
        malbi_grade(score, "2.27"),
        malbi_grade(score, "3.02"),
        ez_albi(bili, albu),
    )


def _level(field: str, value: object, points: dict[str, int]) -> int:
    if not isinstance(value, str) or value not in points:
        expected = f"one of {', '.join(points)}"
        raise checks.refuse(field, value, expected, "Choose one of them.")
    return points[value]


def _factor(field: str, unit: object, factors: dict[str, float]) -> float:
    key = "µmol/L" if unit in ("umol/L", "μmol/L") else unit
    if not isinstance(key, str) or key not in factors:
        raise checks.refuse(field, unit, f"a unit of {', '.join(factors)}", "Choose the unit.")
    return factors[key]
