"""The claims of the five studies: those that follow from the printed numbers, and a written table.

``data/published/audit_claims.csv`` holds what needs context (what is held against what); pairs of
count and percentage, ratios with interval and p, and medians with rates are taken from the printed
numbers of each study (:mod:`hccviz.evidence.targets`). Nothing here knows a verdict.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from hccviz.domain.vocabulary import (
    endpoints,
    is_response,
    lookup,
    response_label,
    toxicity_term,
)
from hccviz.evidence.audit.claims import Claim
from hccviz.evidence.frozen import PUBLISHED, read_columns, read_rows, typed_table
from hccviz.evidence.selection import Patients
from hccviz.evidence.targets import Target, read_targets

CLAIMS = PUBLISHED / "audit_claims.csv"
MOST_WAYS = 3
CASE = "tace-rt-case"
STUDIES: dict[str, str] = {
    "reirradiation": "Hepatic re-irradiation for HCC (n = 43)",
    CASE: "Huge HCC, TACE and radiotherapy: one patient, and a table of seven studies",
    "sbrt-incomplete-tace": "SBRT after incomplete TACE (n = 302)",
    "sbrt-hcc-metastases": "SBRT for HCC and liver metastases (n = 36)",
    "sorafenib-rt": "Sorafenib with radiotherapy (n = 18)",
}
"""The five studies by their address code, with a title; all but the case are also cohorts."""

_RATIOS = {
    "hr": ("hr", "hr_low", "hr_high", "cox_p"),
    "or": ("or", "or_low", "or_high", "logit_p"),
}


def study_claims(name: str) -> tuple[Claim, ...]:
    """Return every claim of a study, the written ones first.

    Raises
    ------
    KeyError
        When there is no such study.
    """
    if name not in STUDIES:
        raise KeyError(name)
    rows = [
        {key: cell for key, cell in row.items() if cell and key != "study"}
        for row in read_rows(CLAIMS)
        if row["study"] == name
    ]
    if name != CASE:
        rows += derived_rows(name)
    return tuple(Claim(i, row, name) for i, row in enumerate(rows, start=1))


def derived_rows(name: str) -> list[dict[str, str]]:
    """Return the claims that the printed numbers of a cohort's study make by themselves."""
    told = [t for t in read_targets(name) if not t.variable.startswith("@")]
    own = [t for t in told if not t.repeats]
    patients = Patients(typed_table(read_columns(PUBLISHED / f"{name}_patients.csv")))
    return [*_percentages(own, patients), *_ratios(told), *_medians(own)]


def _percentages(targets: Iterable[Target], patients: Patients) -> Iterator[dict[str, str]]:
    counts: dict[tuple[str, ...], Target] = {}
    for target in targets:
        key = (target.place, target.subgroup, target.variable, target.levels)
        if target.statistic == "count" and target.operator == "=":
            counts[key] = target
        if target.statistic != "percent":
            continue
        among = patients.where(target.subgroup) & patients.recorded(target.variable)
        count = counts.get(key)
        told = f"{_printed(target)} %"
        told = f"{_printed(count)} ({told})" if count else told
        row = {
            "rule": "percentage",
            "place": target.place,
            "claim": _sentence(f"{_what(target)}: {told}"),
            "against": f"{int(among.sum())} patients",
            "n": str(int(among.sum())),
            "percent": _printed(target),
        }
        yield row | ({"count": _printed(count)} if count else {})


def _ratios(targets: Iterable[Target]) -> Iterator[dict[str, str]]:
    groups: dict[tuple[str, ...], dict[str, Target]] = {}
    for target in targets:
        key = (target.variable, target.subgroup, target.by, target.model)
        groups.setdefault(key, {}).setdefault(target.statistic, target)
    for found in groups.values():
        for names in _RATIOS.values():
            middle, low, high, p = (found.get(name) for name in names)
            if middle is None or low is None or high is None:
                continue
            span = f"{_printed(middle)} ({_printed(low)}-{_printed(high)})"
            told = f", p {_printed(p)}" if p else ""
            model = " multivariable" if ";" in middle.model else ""
            row = {
                "rule": "ratio",
                "place": middle.place,
                "claim": f"{_name(middle.variable)} by {_query(middle.by)}{model}: {span}{told}",
                "ratio": _printed(middle),
                "low": _printed(low),
                "high": _printed(high),
            }
            yield row | ({"p": _printed(p)} if p else {})


def _medians(targets: Iterable[Target]) -> Iterator[dict[str, str]]:
    groups: dict[tuple[str, str], dict[str, Target]] = {}
    for target in targets:
        groups.setdefault((target.variable, target.subgroup), {})[target.statistic] = target
    for (variable, subgroup), found in groups.items():
        median = found.get("km_median")
        if median is None:
            continue
        whose = f"{_name(variable)}{', ' + _query(subgroup) if subgroup else ''}"
        told = f"{whose}: median {_printed(median)}"
        base = {"place": median.place, "median": _printed(median)}
        for statistic, rate in found.items():
            if statistic.startswith("km_rate_") and rate.operator == "=":
                time = statistic.removeprefix("km_rate_")
                yield {
                    "rule": "median_rate", **base, "claim": f"{told} months",
                    "against": f"{_printed(rate)} % at {time} months ({rate.place})",
                    "time": time, "rate": _printed(rate),
                }  # fmt: skip
        low, high = found.get("km_median_low"), found.get("km_median_high")
        if low and high:
            span = f"({_printed(low)}-{_printed(high)})"
            yield {
                "rule": "median_interval", **base, "claim": f"{told} {span}",
                "low": _printed(low), "high": _printed(high),
            }  # fmt: skip


def _printed(target: Target) -> str:
    sign = "" if target.operator == "=" else target.operator
    return f"{sign}{target.printed:.{target.decimals}f}"


def _sentence(text: str) -> str:
    return f"{text[:1].upper()}{text[1:]}"


def _what(target: Target) -> str:
    told = _query(target.levels) or _name(target.variable)
    return f"{told}, among {_query(target.subgroup)}" if target.subgroup else told


def _query(query: str) -> str:
    """Return a query of the address grammar as words."""
    ways = [", ".join(map(_clause, way.split("&"))) for way in query.split("|") if way]
    if len(ways) > MOST_WAYS:
        ways = [*ways[: MOST_WAYS - 1], f"{len(ways) - MOST_WAYS + 1} others"]
    return " or ".join(ways)


def _clause(part: str) -> str:
    name, _, levels = part.partition("=")
    if not levels:
        return _name(name)
    if is_response(name) and levels == "CR,PR,SD,PD":
        return f"evaluable for {_name(name)}"
    if ".." in levels:
        return f"{_name(name)} {_range(*levels.split('..', 1))}"
    codes = levels.split(",")
    if toxicity_term(name):
        return f"{_name(name)} grade {codes[0]}{f'-{codes[-1]}' if len(codes) > 1 else ''}"
    known = None if is_response(name) else lookup(name)
    labels = {level.code: level.label for level in known.levels} if known else {}
    told = [labels.get(code, code.replace("_", " ")) for code in codes]
    return f"{_name(name)} {'/'.join(told)}"


def _range(low: str, high: str) -> str:
    """Return a range as words; ends such as 59.99 stand for "below 60"."""
    if low == high:
        return low
    above = f"above {low.removesuffix('.01')}" if low.endswith(".01") else f"{low} or more"
    below = f"below {float(high) + 0.01:g}" if high.endswith(".99") else f"{high} or less"
    if not low or not high:
        return below if not low else above
    return f"{low} to {below}" if high.endswith(".99") else f"{low} to {high}"


def _name(column: str) -> str:
    if column in endpoints():
        return endpoints()[column].label
    if is_response(column):
        return response_label(column)
    known = lookup(column)
    if known:
        return known.label
    return {"bed": "BED", "eqd2": "EQD2"}.get(column, column.replace("_", " "))
