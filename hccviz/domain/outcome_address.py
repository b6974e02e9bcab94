"""Names of the outcome pages in the address: what a link keeps of a closer look.

Every name begins with ``out.``; one that is at its default is left out of the link. A value that
names a column (``out.against``) is checked against the cohort, a code against the list here.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from urllib.parse import unquote

PREFIX = "out."
MAX_NUMBER = 1e9
MAX_LEVEL = 200


@dataclass(frozen=True, slots=True)
class Option:
    """One name: its default, the codes it accepts, and what it means.

    Attributes
    ----------
    codes
        Accepted codes; empty when the value is a number or a column.
    kind
        ``"code"``, ``"number"`` (0 to 600), ``"response"``, ``"toxicity"``, ``"column"``,
        ``"columns"`` (several, joined by :func:`join_columns`), ``"value"`` (any finite number) or
        ``"text"`` (a level; what it means is checked where it is used).
    """

    default: str
    meaning: str
    codes: tuple[str, ...] = ()
    kind: str = "code"


OPTIONS: dict[str, Option] = {
    "rx": Option(
        "rates", "closer look on the response page",
        ("rates", "agreement", "dose", "time", "failure"),
    ),
    "tox": Option(
        "rates", "closer look on the toxicity page",
        ("rates", "groups", "map", "dose", "time", "rild"),
    ),
    "course": Option(
        "size", "closer look on the page of patient courses",
        ("size", "afp", "scatter", "swimmer"),
    ),
    "against": Option("", "second response criterion", kind="response"),
    "rate": Option("orr", "response rate that is compared", ("orr", "dcr", "cr")),
    "of": Option("evaluable", "denominator of response rates", ("evaluable", "all")),
    "interval": Option("clopper-pearson", "interval of rates", ("clopper-pearson", "wilson")),
    "dose": Option("", "dose on the axis: bed, eqd2 or another dose column", kind="column"),
    "order": Option(
        "frequency", "order of toxicity terms", ("frequency", "severity", "organ", "file")
    ),
    "grade": Option("2", "toxicity from this grade on", ("1", "2", "3", "4", "5")),
    "term": Option("", "toxicity term; empty for the worst over all", kind="toxicity"),
    "landmark": Option("3", "landmark of survival by response, months", kind="number"),
    "compare": Option(
        "landmark", "who is compared after a response", ("landmark", "responders")
    ),
    "start": Option("0", "patients before the first one of the swimmer plot", kind="number"),
    "sub": Option(
        "forest", "closer look on the subgroups page", ("forest", "pair", "cut", "looked")
    ),
    "on": Option("survival", "outcome of the forest", ("survival", "response", "toxicity")),
    "arm": Option("", "level compared in the forest; empty for all others", kind="text"),
    "base": Option("", "level it is compared with; empty for all others", kind="text"),
    "factors": Option("", "factors of the forest; empty for all recorded ones", kind="columns"),
    "measure": Option("difference", "what a forest of rates draws", ("difference", "ratio")),
    "number": Option("", "number whose cut points are looked at", kind="column"),
    "at": Option("", "own cut of that number", kind="value"),
}  # fmt: skip
"""Every name (without ``out.``) with its meaning."""


def is_outcome_name(key: str) -> bool:
    """Tell whether a key of an address belongs to the outcome pages.

    Examples
    --------
    >>> is_outcome_name("out.rate"), is_outcome_name("out.colour")
    (True, False)
    """
    return key.startswith(PREFIX) and key.removeprefix(PREFIX) in OPTIONS


def read_options(
    params: Mapping[str, str],
    responses: tuple[str, ...],
    terms: tuple[str, ...],
    columns: tuple[str, ...],
) -> tuple[tuple[tuple[str, str], ...], tuple[str, ...]]:
    """Read the ``out.`` parts of an address against what a cohort has.

    Returns
    -------
    tuple
        Name and value of what fits and is not at its default, sorted by name; and every part that
        does not fit, as ``key=value (reason)``.
    """
    known = {"response": responses, "toxicity": terms, "column": columns}
    kept: list[tuple[str, str]] = []
    bad: list[str] = []
    for name, option in sorted(OPTIONS.items()):
        raw = params.get(f"{PREFIX}{name}", "")
        if not raw or raw == option.default:
            continue
        accepted = known.get(option.kind, option.codes)
        if option.kind in _FREE:
            wrong = _FREE[option.kind](raw, columns)
            if wrong:
                bad.append(f"{PREFIX}{name}={raw[:80]} ({wrong})")
            else:
                kept.append((name, raw))
        elif option.kind == "number" and not _is_months(raw):
            bad.append(f"{PREFIX}{name}={raw} (a number from 0 to 100000)")
        elif option.kind != "number" and raw not in accepted:
            there = ", ".join(accepted[:12]) or "none here"
            bad.append(f"{PREFIX}{name}={raw} (not one of: {there})")
        else:
            kept.append((name, raw))
    return tuple(kept), tuple(bad)


def join_columns(addresses: Iterable[str]) -> str:
    """Write several column addresses as one value; a comma inside one is escaped.

    Examples
    --------
    >>> join_columns(["sex", "a,b"])
    'sex,a%2Cb'
    """
    return ",".join(a.replace("%", "%25").replace(",", "%2C") for a in addresses)


def split_columns(raw: str) -> tuple[str, ...]:
    """Read what :func:`join_columns` wrote.

    Examples
    --------
    >>> split_columns("sex,a%2Cb")
    ('sex', 'a,b')
    """
    return tuple(dict.fromkeys(unquote(part) for part in raw.split(",") if part))


def _wrong_columns(raw: str, columns: tuple[str, ...]) -> str:
    absent = [name for name in split_columns(raw) if name not in columns]
    return f"no such column: {', '.join(absent[:6])}" if absent else ""


def _wrong_value(raw: str, _: tuple[str, ...]) -> str:
    try:
        known = math.isfinite(float(raw)) and abs(float(raw)) <= MAX_NUMBER
    except ValueError:
        known = False
    return "" if known else "not a number"


def _wrong_text(raw: str, _: tuple[str, ...]) -> str:
    return "" if len(raw) <= MAX_LEVEL else f"longer than {MAX_LEVEL} characters"


_FREE: dict[str, Callable[[str, tuple[str, ...]], str]] = {
    "columns": _wrong_columns, "value": _wrong_value, "text": _wrong_text,
}  # fmt: skip


def _is_months(raw: str) -> bool:
    return raw.replace(".", "", 1).isdecimal() and raw.isascii() and float(raw) <= 100_000
