"""What a printed number is, in words: its statistic, what it is of, and whom it is about."""

from __future__ import annotations

from hccviz.domain import format as fmt
from hccviz.domain import vocabulary
from hccviz.domain.filters import RangeClause, Schema, parse_clause
from hccviz.domain.vocabulary import Variable
from hccviz.evidence.links_closer import FAILED
from hccviz.evidence.targets import Target
from hccviz.stats.rates import EVALUABLE

NUMBERS = {
    "median": "Median", "q1": "Lower quartile of", "q3": "Upper quartile of", "min": "Smallest",
    "max": "Largest", "mean": "Mean", "sd": "Standard deviation of",
}  # fmt: skip
_EXTREMES = {"min": "Shortest", "max": "Longest"}
_LIMITS = {"low": ", lower 95% limit", "high": ", upper 95% limit"}
_RATIOS = {"hr": "Hazard ratio", "or": "Odds ratio"}
_TESTS = {
    "logrank_p": "Log-rank p", "chi2_p": "χ² p", "ttest_p": "t test p", "cox_p": "Cox model p",
    "logit_p": "Logistic model p",
}  # fmt: skip
P_VALUES = tuple(_TESTS)
_ROLES = {"bound": "limit", "range_min": "from", "range_max": "to"}
_SPELLED = {
    "afp": "AFP", "alt": "ALT", "ast": "AST", "bed": "BED", "cm": "(cm)", "cr": "CR", "ct": "CT",
    "ctv": "CTV", "ecog": "ECOG", "eqd2": "EQD2", "eso": "esophagus", "fu": "follow-up",
    "fx": "fractions", "gi": "GI", "gy": "(Gy)", "hcc": "HCC", "hi": "upper", "kps": "KPS",
    "lc": "local control",
    "lm": "liver metastases", "lo": "lower", "lbowel": "large bowel", "ltfu": "lost to follow-up",
    "mg": "mg", "ml": "mL", "mm": "(mm)", "mv": "(MV)", "n": "number", "oar": "limit,",
    "pct": "(%)", "pei": "PEI", "plt": "platelets", "ptv": "PTV", "rfa": "RFA", "rt": "RT",
    "sbrt": "SBRT", "tace": "TACE", "tnm": "TNM", "excl": "excluded", "dx": "diagnosis",
}  # fmt: skip
"""Words of own columns and of numbers that are no column, as people write them."""


def say_quantity(target: Target, schema: Schema) -> str:
    """Say what a printed number is: ``"Median overall survival, Child-Pugh class A"``."""
    who = say_query(target.subgroup, schema)
    told = _what(target, schema)
    return f"{told}, {who}" if who else told


def _what(target: Target, schema: Schema) -> str:
    statistic = target.statistic
    if target.variable.startswith("@"):
        told = f"{_spelled(target.variable.removeprefix('@'))} {_ROLES.get(statistic, '')}".strip()
        return _large(told)
    if statistic == "n":
        return "Patients"
    if statistic in ("count", "percent"):
        noun = "Patients" if statistic == "count" else "Share"
        return f"{noun}: {say_query(target.levels, schema)}"
    name = small(say_variable(target.variable, schema))
    if statistic in NUMBERS:
        timed = target.variable.endswith("_months") and statistic in _EXTREMES
        return f"{_EXTREMES[statistic] if timed else NUMBERS[statistic]} {name}"
    if statistic.startswith("km_rate_"):
        return f"{_large(name)} at {statistic.removeprefix('km_rate_')} months"
    first, _, limit = statistic.rpartition("_")
    if statistic.startswith("km_median"):
        return f"Median {name}{_LIMITS.get(limit, '')}"
    if statistic == "events":
        return f"Events: {name}"
    told = _TESTS.get(statistic) or f"{_RATIOS[first or statistic]}{_LIMITS.get(limit, '')}"
    outcome = say_query(target.levels, schema) if target.levels else name
    adjusted = ", adjusted" if target.model else ""
    return f"{told}: {outcome} by {_comparison(target.by, schema)}{adjusted}"


def _comparison(by: str, schema: Schema) -> str:
    if "=" not in by:
        return f"{small(say_variable(by, schema))} (per unit)"
    return f"{say_query(by, schema)} (against the others)"


def _large(name: str) -> str:
    return f"{name[:1].upper()}{name[1:]}"


def small(name: str) -> str:
    """Begin a label with a small letter, unless its first word is an abbreviation or a name.

    Examples
    --------
    >>> small("Overall survival"), small("AFP fell"), small("Child-Pugh class")
    ('overall survival', 'AFP fell', 'Child-Pugh class')
    """
    first = name.split(" ")[0].split("-")[0]
    named = first[1:] != first[1:].lower() or first in ("Child", "Japanese") or len(first) == 1
    return name if named else f"{name[:1].lower()}{name[1:]}"


def _spelled(name: str) -> str:
    words = name.replace("_", " ").split(" ")
    return " ".join(_SPELLED.get(word.lower(), word) for word in words)


def say_variable(name: str, schema: Schema) -> str:
    """Return the label of a column or an endpoint of a target."""
    if variable := variable_of(name, schema):
        return variable.label
    if name in ("fu", "os_months"):
        return "Follow-up"
    code, _, part = name.rpartition("_")
    if part == "months":
        return f"Time to {vocabulary.endpoint(code).event}"
    return vocabulary.endpoint(name).label


def variable_of(name: str, schema: Schema) -> Variable | None:
    """Return the variable of a column; a file's own one with its label spelled out."""
    if name == "fraction_size_gy":
        return Variable(name, "Dose per fraction", "radiotherapy", "number", unit="Gy")
    found = schema.variables.get(name)
    if found is None or found.known:
        return found
    return Variable(**{
        **{field: getattr(found, field) for field in Variable.__dataclass_fields__},
        "label": _large(_spelled(found.name)),
    })  # fmt: skip


# --------------------------------------------------------------------------- whom it is about


def say_query(query: str, schema: Schema) -> str:
    """Say a printed subgroup: ``"Child-Pugh class A; T stage T1, T2 or T3"``; empty for all.

    Groups joined by ``;`` are all levels of one column, and said by its name.
    """
    if ";" in query:
        return small(say_variable(query.partition("=")[0], schema))
    alternatives = [_conjunction(part, schema) for part in query.split("|") if part]
    return fmt.listed(alternatives, "or")


def _conjunction(query: str, schema: Schema) -> str:
    clauses = (clause.partition("=") for clause in query.split("&"))
    return "; ".join(_clause(name, raw, schema) for name, _, raw in clauses)


def _clause(name: str, raw: str, schema: Schema) -> str:
    code, _, part = name.rpartition("_")
    if part == "event" and code in schema.endpoints:
        event = vocabulary.endpoint(code).event
        return event if raw == "1" else f"no {event}"
    if vocabulary.is_response(name):
        return _response(name, raw)
    if vocabulary.toxicity_term(name):
        return _toxicity(name, raw)
    if name == "failure_pattern" and raw == FAILED:
        return "any failure"
    variable = variable_of(name, schema)
    if variable is None:
        label = say_variable(name, schema)
        variable = Variable(name, label, "endpoint", "number", unit="months", address=name)
    clause, _ = parse_clause(variable, raw)
    if isinstance(clause, RangeClause) and not clause.unknown:
        return f"{variable.label} {_range(clause)}{_unit(variable)}"
    told = clause.describe(variable) if clause else f"{variable.label} {raw}"
    return told if variable.known else told.replace("_", " ")


def _unit(variable: Variable) -> str:
    return f" {variable.unit}" if variable.unit else ""


def _response(name: str, raw: str) -> str:
    how = vocabulary.response_label(name).removeprefix("Response ")
    levels = raw.split(",")
    if set(levels) == set(EVALUABLE):
        return f"evaluable {how}"
    return f"{fmt.listed(levels, 'or')} {how}"


def _toxicity(name: str, raw: str) -> str:
    term = vocabulary.toxicity_term(name)
    label = f"{small(term.label)} ({term.phase})" if term else name
    grades = raw.split(",")
    if grades == ["1", "2", "3", "4", "5"]:
        return f"{label}, any grade"
    if len(grades) > 1 and grades[-1] == "5":
        return f"{label}, grade {grades[0]} or more"
    return f"{label}, grade {fmt.listed(grades, 'or')}"


def _range(clause: RangeClause) -> str:
    """Write a range as papers do: ``..44.99`` is below 45, ``20.01..`` above 20.

    Examples
    --------
    >>> [_range(RangeClause("x", *ends)) for ends in ((None, 44.99), (20.01, None), (2, 2.99))]
    ['<45', '>20', '2 to <3']
    """
    low = None if clause.low is None else _end(clause.low, -0.01)
    high = None if clause.high is None else _end(clause.high, 0.01)
    if low and high:
        (shown, open_below), (top, open_above) = low, high
        if shown == top:
            return shown
        return f"{'>' if open_below else ''}{shown} to {'<' if open_above else ''}{top}"
    if low:
        return f"{'>' if low[1] else '≥ '}{low[0]}"
    return f"{'<' if high[1] else '≤ '}{high[0]}" if high else "recorded"


def _end(value: float, step: float) -> tuple[str, bool]:
    """Return an end of a range, and whether it stands just beside a round number."""
    beside = round(value + step, 6)
    if beside.is_integer() and not float(value).is_integer():
        return fmt.plain(beside), True
    rounded = round(value, 4)
    return fmt.plain(rounded), abs(rounded - value) > 0
