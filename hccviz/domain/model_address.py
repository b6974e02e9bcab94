"""Lists in the address of a regression model: factors, references, steps, groups, interactions.

Items are joined by commas. A reference is ``factor:level``, a step ``factor:10``, two groups
``factor:60`` (from this number on), ``factor:median`` or ``factor:PR|SD`` (these levels), an
interaction ``a*b``. What the grammar uses is escaped inside a name, so that every name of a file
fits.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from urllib.parse import unquote

from hccviz.domain.vocabulary import Variable

MAX_STEP = 1e9
MEDIAN = "median"
Variables = Mapping[str, Variable]


def joined(items: Iterable[str | tuple[str, str]], mark: str = ":") -> str:
    """Write names, or pairs of them, as one value of an address.

    Examples
    --------
    >>> joined(["bed", "own,column"])
    'bed,own%2Ccolumn'
    >>> joined([("sex", "male")]), joined([("bed", "sex")], "*")
    ('sex:male', 'bed*sex')
    """
    return ",".join(
        _escape(item) if isinstance(item, str) else mark.join(map(_escape, item)) for item in items
    )


def names_in(raw: str) -> tuple[str, ...]:
    """Read names from a value of an address.

    Examples
    --------
    >>> names_in("bed,own%2Ccolumn")
    ('bed', 'own,column')
    """
    return tuple(unquote(part) for part in raw.split(",") if part)


def pairs_in(raw: str, mark: str = ":") -> tuple[tuple[str, str], ...]:
    """Read pairs of names from a value of an address; what is no pair is left out.

    Examples
    --------
    >>> pairs_in("sex:male,bed:10"), pairs_in("bed*sex", "*")
    ((('sex', 'male'), ('bed', '10')), (('bed', 'sex'),))
    """
    cut = (part.partition(mark) for part in raw.split(",") if part)
    return tuple((unquote(a), unquote(b)) for a, found, b in cut if found)


def levels_joined(levels: Iterable[str]) -> str:
    """Write levels that form one group.

    Examples
    --------
    >>> levels_joined(["PR", "SD"]), levels_joined(["own|level"])
    ('PR|SD', 'own%7Clevel')
    """
    return "|".join(level.replace("%", "%25").replace("|", "%7C") for level in levels)


def levels_in(raw: str) -> tuple[str, ...]:
    """Read the levels of one group.

    Examples
    --------
    >>> levels_in("PR|SD"), levels_in("own%7Clevel")
    (('PR', 'SD'), ('own|level',))
    """
    return tuple(unquote(level) for level in raw.split("|") if level)


def read_list(
    kind: str, raw: str, variables: Variables, words: Sequence[str] = ()
) -> tuple[str, tuple[str, ...]]:
    """Read a list against the columns of a cohort.

    Parameters
    ----------
    kind
        ``"columns"``, ``"references"``, ``"steps"``, ``"groups"`` or ``"pairs"``.
    raw
        The value as it stands in the address.
    words
        What may stand alone in place of a list ("none").

    Returns
    -------
    str, tuple of str
        What fits, in the written form, and every item that does not, as ``item (reason)``.
    """
    if raw in words and raw not in variables:
        return raw, ()
    good: list[str] = []
    bad: list[str] = []
    for item in dict.fromkeys(part for part in raw.split(",") if part):
        reason = _CHECKS[kind](item, variables)
        if reason:
            bad.append(f"{item} ({reason})")
        else:
            good.append(item)
    return ",".join(good), tuple(bad)


def is_factor(variable: Variable) -> bool:
    """Tell whether a column can be a factor of a model."""
    return variable.is_categorical or variable.is_number


def _column(item: str, variables: Variables) -> str:
    variable = variables.get(unquote(item))
    if variable is None:
        return "this cohort has no such column"
    return "" if is_factor(variable) else f"{variable.label} cannot be a factor"


def _reference(item: str, variables: Variables) -> str:
    name, found, level = item.partition(":")
    variable = variables.get(unquote(name))
    if not found or variable is None:
        return "a reference is written factor:level" if not found else _column(name, variables)
    if not variable.is_categorical:
        return f"{variable.label} has no levels"
    codes = variable.codes()
    return "" if unquote(level) in codes else f"not one of: {', '.join(codes[:12])}"


def _step(item: str, variables: Variables) -> str:
    name, found, step = item.partition(":")
    variable = variables.get(unquote(name))
    if not found or variable is None:
        return "a step is written factor:10" if not found else _column(name, variables)
    if not variable.is_number:
        return f"{variable.label} is no number"
    return "" if is_step(step) else f"a step is a number above 0, at most {MAX_STEP:g}"


def _group(item: str, variables: Variables) -> str:
    name, found, raw = item.partition(":")
    variable = variables.get(unquote(name))
    if not found or variable is None:
        return "two groups are written factor:60" if not found else _column(name, variables)
    if variable.is_number:
        fits = raw == MEDIAN or number_of(raw) is not None
        return "" if fits else "two groups of a number are cut at a number or at the median"
    if not variable.is_categorical:
        return f"{variable.label} cannot be a factor"
    codes, wanted = variable.codes(), levels_in(unquote(raw))
    if not wanted or set(wanted) - set(codes):
        return f"not among the levels: {', '.join(codes[:12])}"
    return "" if set(wanted) != set(codes) else "no level is left for the other group"


def is_step(raw: str) -> bool:
    """Tell whether a text is a usable step: above 0, at most 1e9.

    Examples
    --------
    >>> is_step("10"), is_step("0"), is_step("nan")
    (True, False, False)
    """
    value = number_of(raw)
    return value is not None and 0.0 < value <= MAX_STEP


def number_of(raw: str) -> float | None:
    """Read a finite number, or None.

    Examples
    --------
    >>> number_of("-2.5"), number_of("inf"), number_of("ten")
    (-2.5, None, None)
    """
    try:
        value = float(raw)
    except ValueError:
        return None
    return value if math.isfinite(value) and raw.isascii() and "_" not in raw else None


def _pair(item: str, variables: Variables) -> str:
    a, found, b = item.partition("*")
    if not found:
        return "an interaction is written a*b"
    if a == b:
        return "an interaction needs two different factors"
    return _column(a, variables) or _column(b, variables)


_CHECKS: dict[str, Callable[[str, Variables], str]] = {
    "columns": _column,
    "references": _reference,
    "steps": _step,
    "groups": _group,
    "pairs": _pair,
}
LISTS = frozenset(_CHECKS)
"""Kinds of options whose values are lists."""


def _escape(name: str) -> str:
    for mark in "%,:*":
        name = name.replace(mark, f"%{ord(mark):02X}")
    return name
