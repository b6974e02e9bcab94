"""Dose-volume histograms: one record for cumulative, differential, absolute and relative ones."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from hccviz.domain.errors import DoseInputError
from hccviz.dose import checks

FloatArray = NDArray[np.float64]
DvhKind = Literal["auto", "cumulative", "differential"]
VolumeUnit = Literal["auto", "percent", "fraction", "cc"]


@dataclass(frozen=True, slots=True)
class Dvh:
    """A dose-volume histogram of one organ.

    Attributes
    ----------
    bin_dose_gy, bin_share
        Dose of each bin and the share of the volume in it; the shares add up to 1.
    edge_dose_gy, edge_share
        Cumulative curve: share of the volume that receives at least this dose.
    total_cc
        Volume of the organ, cc; None when only relative volumes are known.
    notes
        How the numbers were read, one sentence each.
    """

    bin_dose_gy: FloatArray
    bin_share: FloatArray
    edge_dose_gy: FloatArray
    edge_share: FloatArray
    total_cc: float | None
    notes: tuple[str, ...] = ()

    @property
    def mean_gy(self) -> float:
        """Mean physical dose, Gy."""
        return float(self.bin_dose_gy @ self.bin_share)

    @property
    def max_gy(self) -> float:
        """Upper end of the hottest bin with any volume, Gy."""
        last = int(np.flatnonzero(self.edge_share > 0)[-1])
        return float(self.edge_dose_gy[min(last + 1, self.edge_dose_gy.size - 1)])

    def share_over(self, dose_gy: float) -> float:
        """Share of the volume that receives at least ``dose_gy``; times 100 this is V(dose)."""
        dose = checks.not_negative("dose_gy", dose_gy)
        return float(np.interp(dose, self.edge_dose_gy, self.edge_share, left=1.0, right=0.0))

    def spared_cc(self, dose_gy: float) -> float | None:
        """Volume that receives less than ``dose_gy``, cc; None when no volume in cc is known."""
        if self.total_cc is None:
            return None
        return (1 - self.share_over(dose_gy)) * self.total_cc

    def dose_to_cc(self, volume_cc: float) -> float | None:
        """Least dose in the hottest ``volume_cc``, Gy; None when no volume in cc is known."""
        volume = checks.positive("volume_cc", volume_cc, unit="cc")
        if self.total_cc is None:
            return None
        share = volume / self.total_cc
        if share >= 1:
            return float(self.edge_dose_gy[0])
        return float(np.interp(share, self.edge_share[::-1], self.edge_dose_gy[::-1]))


def make_dvh(
    dose_gy: FloatArray,
    volume: FloatArray,
    *,
    kind: DvhKind = "auto",
    volume_unit: VolumeUnit = "auto",
) -> Dvh:
    """Make a histogram from two columns; ``auto`` decides by the numbers and says what it took.

    Parameters
    ----------
    dose_gy
        Doses, Gy, strictly increasing; bin centres of a differential histogram.
    volume
        Volumes of 0 or more.
    kind, volume_unit
        How to read them.

    Raises
    ------
    DoseInputError
        When the columns cannot be a histogram, or ``auto`` cannot tell.

    Examples
    --------
    >>> dvh = make_dvh(np.array([0.0, 10, 20]), np.array([100.0, 50, 0]))
    >>> dvh.mean_gy, dvh.share_over(5)
    (10.0, 0.75)
    """
    dose, amount = _columns(dose_gy, volume)
    read_kind = _kind(amount, kind)
    unit = _unit(amount, read_kind, volume_unit)
    notes = [f"Read as a {read_kind} histogram with volumes in {_UNIT_TEXT[unit]}."]
    total = float(amount[0] if read_kind == "cumulative" else amount.sum())
    whole = {"percent": 100.0, "fraction": 1.0}.get(unit, total)
    if unit != "cc" and total > whole * 1.02:
        found = checks.Phrase(f"{total:g} in all")
        raise checks.refuse("volume", found, f"at most {whole:g}", "Check the volume unit.")
    total_cc = total if unit == "cc" else None
    if read_kind == "cumulative":
        return _cumulative(dose, amount / max(whole, total), total_cc, notes)
    if abs(total - whole) > 0.005 * whole:
        notes.append(f"The volumes add up to {total:g}; they were scaled to the whole organ.")
    return _differential(dose, amount / total, total_cc, notes)


_UNIT_TEXT = {"percent": "per cent", "fraction": "fractions of 1", "cc": "cc"}


def _columns(dose_gy: FloatArray, volume: FloatArray) -> tuple[FloatArray, FloatArray]:
    dose = np.asarray(dose_gy, dtype=np.float64)
    amount = np.asarray(volume, dtype=np.float64)
    if dose.ndim != 1 or dose.shape != amount.shape or dose.size < 2:
        found = checks.Phrase(f"{dose.size} doses and {amount.size} volumes")
        raise checks.refuse("dvh", found, "two or more of each", "Export the whole histogram.")
    for field, column in (("dose", dose), ("volume", amount)):
        if not np.isfinite(column).all() or (column < 0).any():
            found = checks.Phrase("negative or missing values")
            raise checks.refuse(field, found, "numbers of 0 or more", "Correct the column.")
    if (np.diff(dose) <= 0).any():
        found = checks.Phrase("doses that do not increase from row to row")
        raise checks.refuse("dose", found, "increasing doses", "Sort the rows by dose.")
    if dose[-1] > checks.MAX_TOTAL_DOSE_GY and amount[dose > checks.MAX_TOTAL_DOSE_GY].any():
        found = checks.Phrase(f"doses up to {dose[-1]:g} Gy")
        expected = f"at most {checks.MAX_TOTAL_DOSE_GY:g} Gy"
        raise checks.refuse("dose", found, expected, "Did you export cGy? Divide by 100.")
    if not amount.any():
        raise checks.refuse("volume", checks.Phrase("only zeros"), "a volume", "Check the export.")
    return dose, amount


def _kind(amount: FloatArray, kind: DvhKind) -> Literal["cumulative", "differential"]:
    falling = bool((np.diff(amount) <= 1e-9 * amount.max()).all())
    if kind == "cumulative" and not falling:
        found = checks.Phrase("volumes that rise with dose")
        expected = "volumes that never rise, in a cumulative histogram"
        raise checks.refuse("volume", found, expected, "Choose differential, or sort the rows.")
    if kind != "auto":
        return kind
    if not falling:
        return "differential"
    total, top = float(amount.sum()), float(amount[0])
    adds_up = min(abs(total - 100) / 100, abs(total - 1)) < 0.02
    starts_whole = min(abs(top - 100) / 100, abs(top - 1)) < 0.005
    if starts_whole == adds_up:
        raise DoseInputError(
            "kind",
            "Kind of histogram (kind): found volumes that only fall, which can be read as"
            " cumulative or as differential; expected a choice. Choose one of the two.",
        )
    return "cumulative" if starts_whole else "differential"


def _unit(
    amount: FloatArray, kind: Literal["cumulative", "differential"], unit: VolumeUnit
) -> Literal["percent", "fraction", "cc"]:
    if unit != "auto":
        return unit
    whole = float(amount[0] if kind == "cumulative" else amount.sum())
    if abs(whole - 100) < 2:
        return "percent"
    return "fraction" if abs(whole - 1) < 0.02 else "cc"


def _cumulative(
    dose: FloatArray, share: FloatArray, total_cc: float | None, notes: list[str]
) -> Dvh:
    if dose[0] > 0 and share[0] < 1:
        dose, share = np.insert(dose, 0, 0.0), np.insert(share, 0, 1.0)
    elif share[0] < 1:
        notes.append(f"The histogram starts at {100 * share[0]:g} %; it was scaled to 100 %.")
        share = share / share[0]
    share = np.minimum(share, 1.0)
    bins = (dose[:-1] + dose[1:]) / 2
    parts = -np.diff(share)
    if share[-1] > 0:
        notes.append(f"{100 * share[-1]:.2g} % of the volume lies at or above the last dose.")
        bins, parts = np.append(bins, dose[-1]), np.append(parts, share[-1])
    return Dvh(bins, np.maximum(parts, 0.0), dose, share, total_cc, tuple(notes))


def _differential(
    dose: FloatArray, share: FloatArray, total_cc: float | None, notes: list[str]
) -> Dvh:
    middle = (dose[:-1] + dose[1:]) / 2
    low = max(0.0, 2 * dose[0] - middle[0])
    edges = np.concatenate(([low], middle, [2 * dose[-1] - middle[-1]]))
    cumulative = np.concatenate(([1.0], 1 - np.cumsum(share)))
    cumulative[-1] = 0.0
    notes.append("Doses of the differential histogram were taken as bin centres.")
    return Dvh(dose, share, edges, np.maximum(cumulative, 0.0), total_cc, tuple(notes))
