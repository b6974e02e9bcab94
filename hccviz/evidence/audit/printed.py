"""Numbers as they were printed: value, decimals and sign of comparison, in exact arithmetic."""

from __future__ import annotations

import re
from dataclasses import dataclass
from fractions import Fraction
from math import floor
from typing import Literal

Match = Literal["rounded", "half", "truncated", "rounded up", "one unit", "no"]

_NUMBER = re.compile(r"([<>≤≥=~]?)\s*([-−]?(?:\d+(?:\.\d*)?|\.\d+))")
MAX_LENGTH = 24


@dataclass(frozen=True, slots=True)
class Printed:
    """A printed number.

    Attributes
    ----------
    text
        As printed, for sentences.
    value
        Exact value of the digits.
    decimals
        Printed decimals; they say how far the true value may be away.
    operator
        ``=``, ``<``, ``>``, ``≤`` or ``≥``.
    """

    text: str
    value: Fraction
    decimals: int
    operator: str = "="

    @property
    def unit(self) -> Fraction:
        """One unit of the last printed digit."""
        return Fraction(1, 10**self.decimals)

    @property
    def low(self) -> Fraction:
        """Least value that prints like this."""
        return self.value - self.unit / 2

    @property
    def high(self) -> Fraction:
        """Largest value that prints like this (or would be rounded down to it)."""
        return self.value + self.unit / 2


def read_printed(text: str) -> Printed | None:
    """Read a printed number; None when it is none.

    Examples
    --------
    >>> read_printed("62.80").decimals, read_printed("<0.001").operator
    (2, '<')
    >>> read_printed("12/43") is None
    True
    """
    found = _NUMBER.fullmatch(text.strip()) if len(text.strip()) <= MAX_LENGTH else None
    if found is None:
        return None
    digits = found[2].replace("−", "-")
    sign = found[1] if found[1] not in ("", "~") else "="
    return Printed(text.strip(), Fraction(digits), len(digits.partition(".")[2]), sign)


def match(exact: Fraction, printed: Printed) -> Match:
    """Tell how a printed number comes from an exact one, halves rounded up as is usual.

    Returns
    -------
    str
        ``rounded``; ``half`` (an exact half that was rounded down); ``truncated``;
        ``rounded up``; ``one unit`` (one unit of the last digit from the rounded value); ``no``.

    Examples
    --------
    >>> match(Fraction(2900, 36), read_printed("80.5"))
    'truncated'
    """
    scaled, shown = exact / printed.unit, printed.value / printed.unit
    rounded = floor(scaled + Fraction(1, 2))
    if shown == rounded:
        return "rounded"
    if shown == scaled - Fraction(1, 2):
        return "half"
    if shown == floor(scaled):
        return "truncated"
    if shown == floor(scaled) + 1:
        return "rounded up"
    return "one unit" if abs(shown - rounded) == 1 else "no"


def show(value: Fraction | float, decimals: int = 2) -> str:
    """Write a recomputed number with at most so many decimals, halves rounded up.

    Examples
    --------
    >>> show(Fraction(125, 4), 1), show(Fraction(45), 2)
    ('31.3', '45')
    """
    exact = Fraction(value)
    scaled = floor(abs(exact) * 10**decimals + Fraction(1, 2))
    text = f"{scaled // 10**decimals}.{scaled % 10**decimals:0{decimals}d}" if decimals else ""
    text = text.rstrip("0").rstrip(".") if decimals else str(scaled)
    return f"−{text}" if exact < 0 and scaled else text
