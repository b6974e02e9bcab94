"""BCLC stage and mRECIST category from what was measured; both suggest, neither decides."""

from __future__ import annotations

from dataclasses import dataclass

from hccviz.domain.errors import DoseInputError
from hccviz.dose import checks

BCLC_SOURCE = "BCLC rules as commonly transcribed; not verified against the publication"
MRECIST_SOURCE = "Lencioni and Llovet, Semin Liver Dis 2010;30:52-60 (secondary transcription)"
_EPS = 1e-9  # a change that is 30 % but for rounding is 30 %


@dataclass(frozen=True, slots=True)
class Bclc:
    """BCLC stage with the rule that gave it; ``mark`` is the verification mark."""

    stage: str
    reason: str
    mark: str = "U"


def bclc(
    *,
    tumor_count: int,
    largest_cm: float,
    vascular_invasion: bool,
    extrahepatic_disease: bool,
    ecog: int,
    child_pugh_class: str,
) -> Bclc:
    """Return the BCLC stage.

    0: single tumour up to 2 cm. A: single, or up to 3 tumours of at most 3 cm. B: more. C:
    vascular invasion, extrahepatic disease or ECOG 1-2. D: ECOG 3-4 or Child-Pugh C.

    Raises
    ------
    DoseInputError
        When an input is outside its range.

    Examples
    --------
    >>> bclc(tumor_count=1, largest_cm=1.8, vascular_invasion=False,
    ...      extrahepatic_disease=False, ecog=0, child_pugh_class="A").stage
    '0'
    """
    count = checks.whole("tumor_count", tumor_count)
    size = checks.positive("largest_cm", largest_cm, ceiling=40, unit="cm")
    status = checks.not_negative("ecog", ecog, ceiling=4, unit="")
    if status != int(status):
        raise checks.refuse("ecog", ecog, "a whole number from 0 to 4", "Correct the number.")
    if child_pugh_class not in ("A", "B", "C"):
        raise checks.refuse("child_pugh_class", child_pugh_class, "A, B or C", "Choose one.")
    for field, value in (("vascular_invasion", vascular_invasion), ("extrahepatic_disease",
                         extrahepatic_disease)):  # fmt: skip
        if not isinstance(value, bool):
            raise checks.refuse(field, value, "yes or no", "Choose one of the two.")
    if status >= 3 or child_pugh_class == "C":
        return Bclc("D", "ECOG 3-4 or Child-Pugh C (transplant candidates excepted)")
    if vascular_invasion or extrahepatic_disease or status >= 1:
        return Bclc("C", "vascular invasion, extrahepatic disease or ECOG 1-2")
    return _by_burden(count, size)


def _by_burden(count: int, size: float) -> Bclc:
    if count == 1 and size <= 2:
        return Bclc("0", "single tumour of at most 2 cm")
    if count == 1:
        return Bclc("A", "single tumour")
    if count <= 3 and size <= 3:
        return Bclc("A", "up to three tumours of at most 3 cm")
    return Bclc("B", "multinodular, no invasion, ECOG 0")


@dataclass(frozen=True, slots=True)
class Mrecist:
    """mRECIST category with the changes behind it, in per cent (None from a sum of zero)."""

    category: str
    change_from_baseline_pct: float | None
    change_from_nadir_pct: float | None
    reason: str


def mrecist(
    *,
    baseline_mm: float,
    current_mm: float | None,
    nadir_mm: float | None = None,
    new_lesion: bool = False,
) -> Mrecist:
    """Return the mRECIST category of the target lesions.

    Parameters
    ----------
    baseline_mm, current_mm, nadir_mm
        Sums of the diameters of *viable* (arterially enhancing) tumour, mm. The nadir is the
        smallest sum so far, the baseline included; the baseline is taken when it is absent.
        A current sum of 0 means no arterial enhancement is left.
        None means that it could not be measured: not evaluable.
    new_lesion
        A new lesion is progression whatever the sum.

    Raises
    ------
    DoseInputError
        When a sum is negative, not finite, or the nadir exceeds the baseline.

    Examples
    --------
    >>> mrecist(baseline_mm=50, current_mm=35).category
    'PR'
    >>> mrecist(baseline_mm=50, current_mm=36, nadir_mm=30).category
    'PD'
    """
    baseline = checks.positive("baseline_mm", baseline_mm, ceiling=2000, unit="mm")
    if current_mm is None:
        if new_lesion:
            return Mrecist("PD", None, None, "new lesion")
        return Mrecist("NE", None, None, "the target lesions could not be measured")
    current = checks.not_negative("current_mm", current_mm, ceiling=2000, unit="mm")
    nadir = baseline
    if nadir_mm is not None:
        nadir = checks.not_negative("nadir_mm", nadir_mm, ceiling=2000, unit="mm")
    if nadir > baseline:
        raise DoseInputError(
            "nadir_mm",
            f"Nadir: found {nadir:g} mm; expected at most the baseline of {baseline:g} mm,"
            " because the nadir is the smallest sum so far. Correct one of the two.",
        )
    from_baseline = 100 * (current - baseline) / baseline
    from_nadir = 100 * (current - nadir) / nadir if nadir else None
    category, reason = _category(current, from_baseline, from_nadir, new_lesion)
    return Mrecist(category, from_baseline, from_nadir, reason)


def _category(
    current: float, from_baseline: float, from_nadir: float | None, new_lesion: bool
) -> tuple[str, str]:
    if new_lesion:
        return "PD", "new lesion"
    if current == 0:
        return "CR", "no arterial enhancement left in any target lesion"
    if from_nadir is None:
        return "PD", "viable tumour again after none was left"
    if from_nadir >= 20 - _EPS:
        return "PD", "at least 20 % above the nadir"
    if from_baseline <= -30 + _EPS:
        return "PR", "at least 30 % below baseline"
    return "SD", "neither 30 % below baseline nor 20 % above the nadir"
