"""Names of the outcome pages in the address: what a link keeps of a closer look.

Every name begins with ``out.``; one that is at its default is left out of the link. A value that
names a column (``out.against``) is checked against the cohort, a code against the list here.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from hccviz.domain.model_address import LISTS, Variables, number_of, read_list

PREFIX = "out."
MAX_TEXT = 200
RATES = ("cr", "orr", "dcr")
"""Response rates that can be a yes/no outcome."""
GRADES = ("grade1", "grade2", "grade3", "grade4", "grade5")
"""Toxicity from this grade on as a yes/no outcome."""


@dataclass(frozen=True, slots=True)
class Option:
    """One name: its default, the codes it accepts, and what it means.

    Attributes
    ----------
    codes
        Accepted codes; empty when the value is a number or a column.
    kind
        ``"code"``, ``"number"`` (0 to 100000), ``"response"``, ``"toxicity"``, ``"column"`` or
        ``"text"`` (at most 200 characters); for regression models also ``"outcome"``,
        ``"numeric"`` (a column of numbers), ``"share"`` (above 0, at most 1), ``"value"`` (any
        number) and the lists of :mod:`hccviz.domain.model_address`, where ``codes`` are words that
        stand for a list.
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
    "sv": Option(
        "times", "closer look on the survival page", ("times", "competing", "hazards", "follow")
    ),
    "curve": Option(
        "endpoint", "what the curves show; endpoint: as usual for it",
        ("endpoint", "survival", "incidence"),
    ),
    "axis": Option("months", "unit of the time axis", ("months", "years")),
    "at": Option("", "further time at which rates are given, months", kind="number"),
    "cut": Option("", "where hazard ratios by period change, months", kind="number"),
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
    "pooled": Option("orr", "rate that the literature page summarises", ("orr", "dcr")),
    "tau": Option("pm", "estimator of the variance between studies", ("pm", "dl")),
    "studies": Option(
        "printed", "order of the studies of the literature page",
        ("printed", "year", "n", "rate", "dose", "size"),
    ),
    "fixed": Option("no", "fixed-effect summary drawn beside the random one", ("no", "yes")),
    "clock": Option("calendar", "time axis of the case page", ("calendar", "months")),
    "audit": Option(
        "", "study of the audit page, or own", (
            "reirradiation", "tace-rt-case", "sbrt-incomplete-tace", "sbrt-hcc-metastases",
            "sorafenib-rt", "own",
        ),
    ),
    "finding": Option(
        "questioned", "findings of the audit page",
        ("questioned", "impossible", "inconsistent", "rounding", "consistent", "all"),
    ),
    "start": Option("0", "patients before the first one of the swimmer plot", kind="number"),
    "study": Option("", "the case report in place of the cohort's study", ("case",)),
    "verdict": Option(
        "", "printed numbers of this verdict",
        ("reproduced", "near", "differs", "impossible", "conflict", "context"),
    ),
    "place": Option("", "printed numbers of this place, as Table 3", kind="text"),
    "find": Option("", "printed numbers whose description holds these words", kind="text"),
    "row": Option("0", "printed numbers before the first one listed", kind="number"),
    "reg": Option(
        "table", "closer look on the regression page", ("table", "selection", "hazards", "curve")
    ),
    "outcome": Option(
        "", "yes/no outcome of a logistic model: cr, orr, dcr, or grade3 for toxicity from that "
        "grade on; empty for a Cox model of the endpoint",
        kind="outcome",
    ),
    "factors": Option("", "factors of the models; empty for the usual ones", ("none",), "columns"),
    "joint": Option(
        "", "factors of the multivariable model; empty for all, recipe for those that the "
        "selection keeps",
        ("none", "recipe"), "columns",
    ),
    "refs": Option("", "reference levels, as child_pugh_class:B", kind="references"),
    "steps": Option("", "units per ratio of a number, as age_years:10,bed:10", kind="steps"),
    "two": Option(
        "", "factors in two groups: from a number on, or levels together, as "
        "age_years:60,t_stage:T3|T4; age_years:median cuts at the median", kind="groups",
    ),
    "pairs": Option("", "interactions, as bed*child_pugh_class", kind="pairs"),
    "enter": Option("0.2", "univariable p below which a factor enters the selection", kind="share"),
    "stay": Option("0.05", "p below which a factor stays in the selection", kind="share"),
    "scale": Option(
        "km", "time scale of the test of proportional hazards", ("km", "rank", "identity", "log")
    ),
    "number": Option("", "number of the curve and of the cut points", kind="numeric"),
    "knots": Option("4", "knots of the curve", ("3", "4", "5")),
    "zero": Option("", "value at which the curve is 1; empty for the median", kind="value"),
    "adjust": Option("no", "curve beside the other factors of the model", ("no", "yes")),
    "sub": Option(
        "forest", "closer look on the subgroups page", ("forest", "pair", "cut", "looked")
    ),
    "on": Option("survival", "outcome of the forest", ("survival", "response", "toxicity")),
    "arm": Option("", "level compared in the forest; empty for all others", kind="text"),
    "base": Option("", "level it is compared with; empty for all others", kind="text"),
    "rows": Option("", "factors of the forest; empty for all recorded ones", kind="columns"),
    "measure": Option("difference", "what a forest of rates draws", ("difference", "ratio")),
    "threshold": Option("", "own cut of the number whose cut points are looked at", kind="value"),
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
    variables: Variables,
) -> tuple[tuple[tuple[str, str], ...], tuple[str, ...]]:
    """Read the ``out.`` parts of an address against what a cohort has.

    Returns
    -------
    tuple
        Name and value of what fits and is not at its default, sorted by name; and every part that
        does not fit, as ``key=value (reason)``.
    """
    known = {
        "response": responses,
        "toxicity": terms,
        "column": tuple(variables),
        "numeric": tuple(address for address, v in variables.items() if v.is_number),
        "outcome": (RATES if responses else ()) + (GRADES if terms else ()),
    }
    kept: list[tuple[str, str]] = []
    bad: list[str] = []
    for name, option in sorted(OPTIONS.items()):
        raw = params.get(f"{PREFIX}{name}", "")
        if not raw or raw == option.default:
            continue
        if option.kind in LISTS:
            raw, misfits = read_list(option.kind, raw, variables, option.codes)
            bad.extend(f"{PREFIX}{name}={part}" for part in misfits)
        elif reason := _misfit(option, raw, known.get(option.kind, option.codes)):
            told = raw if len(raw) <= MAX_TEXT else f"{raw[:20]}…"
            bad.append(f"{PREFIX}{name}={told} ({reason})")
            continue
        if raw:
            kept.append((name, raw))
    return tuple(kept), tuple(bad)


def _misfit(option: Option, raw: str, accepted: tuple[str, ...]) -> str:
    """Return why a value does not fit, or an empty string."""
    if option.kind == "number":
        return "" if _is_months(raw) else "a number from 0 to 100000"
    if option.kind == "text":
        return "" if len(raw) <= MAX_TEXT else f"longer than {MAX_TEXT} characters"
    if option.kind in ("share", "value"):
        value = number_of(raw)
        if option.kind == "share":
            fits = value is not None and 0.0 < value <= 1.0
            return "" if fits else "a number above 0, at most 1"
        return "" if value is not None else "a number"
    return "" if raw in accepted else f"not one of: {', '.join(accepted[:12]) or 'none here'}"


def _is_months(raw: str) -> bool:
    return raw.replace(".", "", 1).isdecimal() and raw.isascii() and float(raw) <= 100_000
