"""Local control as observed at different doses: bands and their conflict, never a curve."""

from __future__ import annotations

from dataclasses import dataclass

from hccviz.dose.tissues import Mark


@dataclass(frozen=True, slots=True)
class ControlBand:
    """Local control in one published dose band.

    Attributes
    ----------
    dose
        The band in the words of the source.
    years, control_percent
        Times, and local control at each, per cent.
    """

    dose: str
    years: tuple[int, ...]
    control_percent: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class ControlSource:
    """What one source found about dose and local control.

    Attributes
    ----------
    disease
        ``"primary"`` or ``"metastases"``.
    finding
        One sentence.
    bands
        Empty when the source prints no rates.
    mark
        Verification mark.
    """

    source: str
    disease: str
    finding: str
    bands: tuple[ControlBand, ...]
    mark: Mark


CONTROL_SOURCES: tuple[ControlSource, ...] = (
    ControlSource(
        "HyTEC (Ohri 2021), n = 431",
        "primary",
        "No evidence of a dose response in primary liver cancer.",
        (ControlBand("all doses", (1, 2, 3), (93, 89, 86)),),
        "A",
    ),
    ControlSource(
        "Jang 2013",
        "primary",
        "Local control rose with dose.",
        (
            ControlBand("above 54 Gy in 3 fractions", (2,), (100,)),
            ControlBand("45 to 54 Gy in 3 fractions", (2,), (78,)),
            ControlBand("below 45 Gy in 3 fractions", (2,), (64,)),
        ),
        "A",
    ),
    ControlSource(
        "SBRT after incomplete TACE, n = 302",
        "primary",
        "Hazard ratio of local failure per Gy of BED 0.95 univariate, 0.97 (p = 0.073)"
        " multivariate.",
        (),
        "V",
    ),
    ControlSource(
        "HyTEC (Ohri 2021)",
        "metastases",
        "Local control of metastases was higher above a BED of 100 Gy10.",
        (
            ControlBand("BED above 100 Gy10", (3,), (93,)),
            ControlBand("BED up to 100 Gy10", (3,), (65,)),
        ),
        "A",
    ),
)

CONFLICT = (
    "The sources disagree: the largest pooled analysis found no dose response in primary liver"
    " cancer, a smaller one found one, and the largest study here found a trend that does not"
    " remain significant. No curve is drawn, because none is supported."
)


def control_sources(disease: str | None = None) -> tuple[ControlSource, ...]:
    """Return what the sources found, for one disease or for both.

    Examples
    --------
    >>> len(control_sources("primary"))
    3
    """
    return tuple(entry for entry in CONTROL_SOURCES if disease in (None, entry.disease))
