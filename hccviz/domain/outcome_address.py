"""Names of the outcome pages in the address: what a link keeps of a closer look.

Every name begins with ``out.``; one that is at its default is left out of the link. A value that
names a column (``out.against``) is checked against the cohort, a code against the list here.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

PREFIX = "out."


@dataclass(frozen=True, slots=True)
class Option:
    """One name: its default, the codes it accepts, and what it means.

    Attributes
    ----------
    codes
        Accepted codes; empty when the value is a number or a column.
    kind
        ``"code"``, ``"number"`` (0 to 600), ``"response"``, ``"toxicity"`` or ``"column"``.
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
    "audit": Option(
        "", "study of the audit page, or own", (
            "reirradiation", "tace-rt-case", "sbrt-incomplete-tace", "sbrt-hcc-metastases",
            "sorafenib-rt", "own",
        ),
    ),
    "verdict": Option(
        "questioned", "findings of the audit page",
        ("questioned", "impossible", "inconsistent", "rounding", "consistent", "all"),
    ),
    "start": Option("0", "patients before the first one of the swimmer plot", kind="number"),
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
        if option.kind == "number" and not _is_months(raw):
            bad.append(f"{PREFIX}{name}={raw} (a number from 0 to 100000)")
        elif option.kind != "number" and raw not in accepted:
            there = ", ".join(accepted[:12]) or "none here"
            bad.append(f"{PREFIX}{name}={raw} (not one of: {there})")
        else:
            kept.append((name, raw))
    return tuple(kept), tuple(bad)


def _is_months(raw: str) -> bool:
    return raw.replace(".", "", 1).isdecimal() and raw.isascii() and float(raw) <= 100_000
