"""Query strings of the dose views, read name by name; a name nobody reads is an error.

The grammar is that of a web address: ``courses=45/3,30/10&ab=10``. Courses are written
``total/fractions`` (``45/3``) or ``fractions x dose`` (``3x15``: three fractions of 15 Gy).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from typing import NamedTuple
from urllib.parse import parse_qsl

from hccviz.domain.errors import DoseInputError
from hccviz.dose import checks
from hccviz.dose.lq import Course

MAX_COURSES = 50
_MAX_QUERY = 10_000
_UNIT = re.compile(r"\s*(cgy|gy|fx|fractions?)\s*$", re.IGNORECASE)
_TIMES = re.compile(r"\s*[x×*]\s*(?=[\d.+-])", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class CourseEntry:
    """One course as it was written, and what it means or why it means nothing.

    Exactly one of ``course`` and ``error`` is given, so that one wrong course leaves the others
    standing.
    """

    text: str
    course: Course | None
    error: DoseInputError | None = None


class QueryReader:
    """Reads named values once each and knows which were never read."""

    def __init__(self, params: Mapping[str, str], known: Iterable[str]) -> None:
        self._params = dict(params)
        self._known = tuple(known)
        self._read: set[str] = set()
        for name in self._params:
            if name not in self._known:
                raise self._unknown(name)

    def has(self, name: str) -> bool:
        """Tell whether the name was given at all."""
        return name in self._params

    def text(self, name: str, default: str = "") -> str:
        """Return a value as text."""
        self._read.add(name)
        value = self._params.get(name)
        if value is None:
            return default
        if not value.strip():
            raise DoseInputError(name, f"{name} is empty. Give it a value, or leave it out.")
        return value.strip()

    def choice(self, name: str, options: tuple[str, ...], default: str) -> str:
        """Return one of ``options``."""
        value = self.text(name, default).lower()
        if value not in options:
            expected = f"one of {', '.join(options)}"
            raise checks.refuse(name, value, expected, "Correct the value.")
        return value

    def number(self, name: str, field: str) -> float | None:
        """Return a number, or None when the name is absent."""
        value = self.text(name)
        return checks.number_from_text(field, value) if value else None

    def required(self, name: str, field: str, why: str) -> float:
        """Return a number that must be there; ``why`` says what needs it."""
        value = self.number(name, field)
        if value is None:
            raise DoseInputError(
                field, f"{checks.FIELD_LABELS.get(field, field)} is missing: {why}. Add {name}=…"
            )
        return value

    def numbers(self, name: str, field: str) -> tuple[float, ...]:
        """Return a comma-separated list of numbers; empty when the name is absent."""
        value = self.text(name)
        parts = value.split(",") if value else []
        return tuple(checks.number_from_text(field, part) for part in parts)

    def finish(self, needs: Mapping[str, str]) -> None:
        """Refuse names that were given but had no part; ``needs`` says what each belongs to."""
        for name in self._params:
            if name not in self._read:
                need = needs.get(name, "another choice of the other names")
                raise DoseInputError(
                    name, f"{name} has no effect here: it belongs to {need}. Add that or remove it."
                )

    def _unknown(self, name: str) -> DoseInputError:
        near = get_close_matches(name, self._known, n=1)
        hint = f" Did you mean {near[0]}?" if near else ""
        shown = name if len(name) <= 40 else name[:37] + "…"
        known = ", ".join(self._known)
        return DoseInputError(name, f"Unknown name “{shown}”; known are {known}.{hint}")


def read_query(query: str) -> dict[str, str]:
    """Split a query string into names and values; a name given twice is an error.

    Examples
    --------
    >>> read_query("courses=45/3,30/10&ab=10")
    {'courses': '45/3,30/10', 'ab': '10'}
    """
    stripped = query.strip().lstrip("?")
    if len(stripped) > _MAX_QUERY:
        raise DoseInputError("query", "The query is longer than 10,000 characters. Shorten it.")
    params: dict[str, str] = {}
    for part in stripped.split("&"):
        if part and "=" not in part:
            action = "Write name=value, joined by &."
            raise checks.refuse("query", part.strip(), "name=value", action)
    for name, value in parse_qsl(stripped, keep_blank_values=True):
        name = name.strip()
        if name in params:
            raise DoseInputError(name, f"{name} is given twice. Keep one of the two.")
        params[name] = value
    return params


def parse_courses(text: str) -> tuple[CourseEntry, ...]:
    """Read a comma-separated list of courses; a wrong one carries its error."""
    parts = [part.strip() for part in text.split(",")]
    if len(parts) > MAX_COURSES:
        found = checks.Phrase(f"{len(parts)} courses")
        raise checks.refuse("courses", found, f"at most {MAX_COURSES}", "Leave some out.")
    return tuple(course_entry(part) for part in parts)


def course_entry(text: str) -> CourseEntry:
    """Make one entry; an error of :func:`parse_course` is kept, not raised."""
    try:
        return CourseEntry(text, parse_course(text))
    except DoseInputError as error:
        return CourseEntry(text, None, error)


def parse_course(text: str) -> Course:
    """Read one course: ``45/3`` is 45 Gy in 3 fractions, ``3x15`` is 3 fractions of 15 Gy.

    Units may be written: ``45 Gy/3 fx``, ``15 Gy x 3``.

    Raises
    ------
    DoseInputError
        When it is neither, or its numbers are outside their range.

    Examples
    --------
    >>> parse_course("45/3") == parse_course("3x15") == parse_course("15 Gy × 3")
    True
    """
    if "/" in text:
        dose, _, count = text.partition("/")
        total, fractions = _amount("total_dose_gy", dose), _amount("fractions", count)
        _same_unit("total_dose_gy", dose, total, "fx")
        _same_unit("fractions", count, fractions, "gy")
        return Course.from_total(total.number, fractions.number)
    sides = _TIMES.split(text)
    if len(sides) != 2:
        expected = "total/fractions such as 45/3, or fractions x dose such as 3x15"
        action = "Use a point for decimals; a comma separates courses."
        found = text if text else checks.Phrase("nothing")
        raise checks.refuse("courses", found, expected, action)
    return _product(*sides)


def _product(left: str, right: str) -> Course:
    if _amount("fractions", left).unit == "gy" or _amount("fractions", right).unit == "fx":
        left, right = right, left
    count, single = _amount("fractions", left), _amount("dose_per_fraction_gy", right)
    _same_unit("fractions", left, count, "gy")
    _same_unit("dose_per_fraction_gy", right, single, "fx")
    return Course.from_fraction(single.number, count.number)


class _Amount(NamedTuple):
    number: float
    unit: str  # "gy", "fx" or ""


def _amount(field: str, text: str) -> _Amount:
    """Return a number and its unit; cGy is refused."""
    found = _UNIT.search(text)
    unit = found.group(1).lower() if found else ""
    if unit == "cgy":
        action = "Divide by 100: 4500 cGy is 45 Gy."
        raise checks.refuse(field, text.strip(), "a dose in Gy", action)
    number = checks.number_from_text(field, text[: found.start()] if found else text)
    return _Amount(number, unit if unit in ("", "gy") else "fx")


def _same_unit(field: str, text: str, amount: _Amount, wrong: str) -> None:
    if amount.unit == wrong:
        expected = "a number of fractions" if wrong == "gy" else "a dose in Gy"
        action = "Write 45/3 for 45 Gy in 3 fractions, or 3x15 for 3 fractions of 15 Gy."
        raise checks.refuse(field, text.strip(), expected, action)
