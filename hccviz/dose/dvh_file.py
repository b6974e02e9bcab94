"""Reading a dose-volume histogram from text: two columns, dose and volume."""

from __future__ import annotations

import re

import numpy as np

from hccviz.domain.errors import DoseInputError
from hccviz.dose import checks
from hccviz.dose.dvh import Dvh, DvhKind, VolumeUnit, make_dvh

MAX_BYTES = 5_000_000
MAX_ROWS = 100_000
_SPACES = re.compile(r"[\t ]+")


def parse_dvh(
    text: str, *, kind: DvhKind = "auto", volume_unit: VolumeUnit = "auto", dose_unit: str = "auto"
) -> Dvh:
    r"""Read a histogram from CSV text: dose first, then volume.

    Columns are separated by commas, semicolons (then commas may be decimals), tabs or spaces.
    Lines before the first pair of numbers are headings: ``cGy``, ``%``, ``cc``, ``cumulative``
    and ``differential`` in them are heeded unless an argument says otherwise.

    Raises
    ------
    DoseInputError
        When a line is not a pair of numbers (it is named), or the numbers are no histogram.

    Examples
    --------
    >>> parse_dvh("Dose (cGy);Volume (%)\n0;100\n1000;50\n2000;0").mean_gy
    10.0
    """
    if len(text) > MAX_BYTES:
        found = checks.Phrase(f"{len(text) / 1e6:.1f} MB")
        raise checks.refuse("dvh", found, "at most 5 MB", "Export the histogram of one organ.")
    heading, pairs = _read_rows(text)
    words = heading.lower()
    if dose_unit == "auto":
        dose_unit = "cgy" if "cgy" in words else "gy"
    if dose_unit.lower() not in ("gy", "cgy"):
        raise checks.refuse("dose_unit", dose_unit, "Gy or cGy", "Choose one.")
    numbers = np.array(pairs, dtype=np.float64).reshape(-1, 2)
    scale = 0.01 if dose_unit.lower() == "cgy" else 1.0
    return make_dvh(
        numbers[:, 0] * scale,
        numbers[:, 1],
        kind=_heeded_kind(kind, words),
        volume_unit=_heeded_unit(volume_unit, words),
    )


def read_dvh(
    data: bytes,
    *,
    kind: DvhKind = "auto",
    volume_unit: VolumeUnit = "auto",
    dose_unit: str = "auto",
) -> Dvh:
    """Read a histogram from the bytes of a file; see :func:`parse_dvh`.

    UTF-8, UTF-16 with a byte order mark and Latin-1 are understood.
    """
    return parse_dvh(decode_dvh(data), kind=kind, volume_unit=volume_unit, dose_unit=dose_unit)


def decode_dvh(data: bytes) -> str:
    """Return the text of a histogram file, or refuse what is too large or no text."""
    if len(data) > MAX_BYTES:
        found = checks.Phrase(f"{len(data) / 1e6:.1f} MB")
        raise checks.refuse("dvh", found, "at most 5 MB", "Export the histogram of one organ.")
    if b"\x00" in data and data[:2] not in (b"\xff\xfe", b"\xfe\xff"):
        found = checks.Phrase("a file that is not text")
        raise checks.refuse("dvh", found, "a CSV file", "Export the histogram as CSV.")
    encoding = "utf-16" if data[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8"
    try:
        return data.decode(encoding)
    except UnicodeDecodeError:
        return data.decode("latin-1")


def _read_rows(text: str) -> tuple[str, list[tuple[float, float]]]:
    heading: list[str] = []
    pairs: list[tuple[float, float]] = []
    for number, line in enumerate(text.lstrip("\ufeff").splitlines(), start=1):
        stripped = line.strip()
        if not stripped or stripped.startswith("#"):
            continue
        pair = _pair(stripped)
        if pair is not None:
            pairs.append(pair)
        elif pairs:
            found = checks.Phrase(f"“{stripped[:40]}” in line {number}")
            raise checks.refuse("dvh", found, "two numbers", "Keep the columns of one organ only.")
        else:
            heading.append(stripped[:200])
        if len(heading) > 100:
            found = checks.Phrase("100 lines without a pair of numbers")
            raise checks.refuse("dvh", found, "dose and volume", "Keep two columns only.")
        if len(pairs) > MAX_ROWS:
            raise checks.refuse("dvh", checks.Phrase("more"), "at most 100,000 rows", "Shorten it.")
    return " ".join(heading), pairs


def _pair(line: str) -> tuple[float, float] | None:
    """Return the two numbers of a line, or None when it holds anything else."""
    if ";" in line:
        cells = [cell.replace(",", ".") for cell in line.split(";")]
    elif "," in line:
        cells = line.split(",")
    else:
        cells = _SPACES.split(line)
    cells = [cell.strip().strip('"') for cell in cells]
    while len(cells) > 2 and not cells[-1]:
        cells.pop()
    if len(cells) != 2:
        return None
    try:
        first, second = (checks.number_from_text("dvh", cell) for cell in cells)
    except DoseInputError:
        return None
    return first, second


def _heeded_kind(kind: DvhKind, words: str) -> DvhKind:
    if kind != "auto":
        return kind
    cumulative, differential = "cumulative" in words, "differential" in words
    if cumulative == differential:
        return "auto"
    return "cumulative" if cumulative else "differential"


def _heeded_unit(unit: VolumeUnit, words: str) -> VolumeUnit:
    if unit != "auto":
        return unit
    percent = "%" in words or "percent" in words
    absolute = re.search(r"\b(cc|cm3|cm³|ml)\b", words) is not None
    if percent == absolute:
        return "auto"
    return "percent" if percent else "cc"
