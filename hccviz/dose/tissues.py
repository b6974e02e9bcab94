"""α/β per tissue: the value offered, its band, its source, and how far that was verified."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from hccviz.dose import checks

Mark = Literal["V", "A", "C", "U"]

MARK_MEANING: dict[Mark, str] = {
    "V": "primary text read",
    "A": "abstract only",
    "C": "secondary transcription or public code",
    "U": "not verified",
}


@dataclass(frozen=True, slots=True)
class Tissue:
    """α/β of one tissue.

    Attributes
    ----------
    code, label
        Stable code and name on screen.
    role
        ``"tumour"`` or ``"organ"``.
    alpha_beta_gy
        Value offered, Gy.
    low_gy, high_gy
        Band of the published values known to us, Gy; equal when there is no second value.
    source
        Where the value comes from.
    mark
        Verification mark of the value; see :data:`MARK_MEANING`.
    alternatives
        Other published values, in words, each with its own mark.
    """

    code: str
    label: str
    role: Literal["tumour", "organ"]
    alpha_beta_gy: float
    low_gy: float
    high_gy: float
    source: str
    mark: Mark
    alternatives: str = ""

    @property
    def has_band(self) -> bool:
        """True when more than one published value is known."""
        return self.low_gy < self.high_gy

    @property
    def mark_meaning(self) -> str:
        """The verification mark in words."""
        return MARK_MEANING[self.mark]


TISSUES: tuple[Tissue, ...] = (
    Tissue("hcc", "Hepatocellular carcinoma", "tumour", 10, 10, 15,
           "used by four of the five studies", "V",
           "15.0 ± 2.0 (Tai 2008, abstract only)"),
    Tissue("liver", "Normal liver", "organ", 3, 2, 8,
           "usual late-tissue value, secondary sources", "C",
           "2.5 (secondary); 2 and, in livers with hepatitis, 8 (Son 2013, abstract only)"),
    Tissue("duodenum", "Duodenum, late", "organ", 3, 2.2, 6,
           "usual late-tissue value, secondary sources", "C", "2.5; 2.2 to 6.0 (secondary)"),
    Tissue("stomach", "Stomach, late", "organ", 3, 2.2, 6,
           "usual late-tissue value, secondary sources", "C", "2.5; 2.2 to 6.0 (secondary)"),
    Tissue("bowel", "Bowel, late", "organ", 3, 2.2, 6,
           "usual late-tissue value, secondary sources", "C", "2.5; 2.2 to 6.0 (secondary)"),
    Tissue("cord", "Spinal cord, cervical and thoracic", "organ", 2, 0.87, 2,
           "Nieder 2006, Int J Radiat Oncol Biol Phys 66:1446", "A",
           "0.87 (QUANTEC fit, abstract only)"),
    Tissue("cord_lumbar", "Spinal cord, lumbar", "organ", 4, 4, 4,
           "Nieder 2006, Int J Radiat Oncol Biol Phys 66:1446", "A"),
    Tissue("skin_late", "Skin, late", "organ", 2.3, 2.3, 2.3, "secondary sources", "C"),
    Tissue("skin_acute", "Skin, acute", "organ", 10.8, 10.8, 10.8, "secondary sources", "C"),
    Tissue("kidney", "Kidney", "organ", 2.5, 2.5, 2.5, "secondary sources", "C"),
    Tissue("heart", "Heart", "organ", 2, 2, 2, "secondary sources", "C"),
    Tissue("oesophagus", "Oesophagus, late", "organ", 3, 3, 3, "secondary sources", "C"),
    Tissue("rectum", "Rectum, late", "organ", 3, 3, 3,
           "used by the sorafenib study for one rectal course", "V"),
)  # fmt: skip

_BY_CODE = {tissue.code: tissue for tissue in TISSUES}


def tissue(code: str) -> Tissue:
    """Return one tissue by its code.

    Raises
    ------
    DoseInputError
        When the code is unknown; the message lists the known ones.

    Examples
    --------
    >>> tissue("hcc").alpha_beta_gy
    10
    """
    if code not in _BY_CODE:
        known = ", ".join(_BY_CODE)
        raise checks.refuse("tissue", code, f"one of {known}", "Correct the name.")
    return _BY_CODE[code]


def organs() -> tuple[Tissue, ...]:
    """Return the normal tissues, liver first."""
    return tuple(entry for entry in TISSUES if entry.role == "organ")
