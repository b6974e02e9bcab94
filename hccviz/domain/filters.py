"""The filter as data: one codec for links, CLI and captions, and one sentence for people.

A clause keeps the patients whose value is among the levels (or inside the range) it names.
Patients without a value are left out unless the clause names ``unknown``.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from urllib.parse import unquote

from hccviz.domain.dose_address import PREFIXES, is_dose_name
from hccviz.domain.outcome_address import PREFIX, is_outcome_name
from hccviz.domain.vocabulary import (
    DEFAULT_ALPHA_BETA_GY,
    UNKNOWN,
    UNKNOWN_LABEL,
    Variable,
)

VIEW_KEYS = frozenset(
    {
        "a",
        "b",
        "cohort",
        "endpoint",
        "by",
        "ci",
        "level",
        "strata",
        "landmark",
        "horizon",
        "view",
        "times",
        "ab",
        "criterion",
        "phase",
        "courses",
        "ref",
    }
)
"""Keys of an address that are not columns."""


@dataclass(frozen=True, slots=True)
class Schema:
    """What a cohort can be filtered and split by.

    Attributes
    ----------
    variables
        Address → variable, for every column that can filter or split, in dictionary order.
    endpoints, responses
        Endpoint codes and response columns that the cohort has.
    toxicity
        Phase → toxicity columns.
    """

    variables: Mapping[str, Variable]
    endpoints: tuple[str, ...] = ()
    responses: tuple[str, ...] = ()
    toxicity: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def splits(self) -> tuple[Variable, ...]:
        """Return every variable that can split a figure."""
        return tuple(v for v in self.variables.values() if v.is_categorical or v.is_number)


def column_address(name: str) -> str:
    """Return the address key of a file's own column; one that clashes with a view key is prefixed.

    Examples
    --------
    >>> column_address("overlap_class"), column_address("level")
    ('overlap_class', 'col.level')
    """
    clash = name in VIEW_KEYS or name.startswith(("a.", "b.", "col.", PREFIX, *PREFIXES))
    return f"col.{name}" if clash else name


@dataclass(frozen=True, slots=True)
class LevelClause:
    """Keep patients with one of ``levels``; with ``unknown``, also those without a value."""

    address: str
    levels: tuple[str, ...]
    unknown: bool = False

    def to_param(self) -> str:
        """Return the value part of the address: ``"A,B,unknown"``."""
        codes = [_escape(code) for code in self.levels]
        return ",".join([*codes, UNKNOWN] if self.unknown else codes)

    def describe(self, variable: Variable) -> str:
        """Return the clause as people say it: ``"Child-Pugh class A or B"``."""
        labels = [variable.level_label(code) for code in self.levels]
        if self.unknown:
            labels.append(UNKNOWN_LABEL.lower())
        if variable.kind == "boolean" and len(labels) == 1:
            return f"{variable.label}: {labels[0].lower()}"
        return f"{variable.label} {_either(labels)}"


@dataclass(frozen=True, slots=True)
class RangeClause:
    """Keep patients with ``low <= value <= high``; an open side is None.

    With ``recorded`` False only patients without a value are kept.
    """

    address: str
    low: float | None = None
    high: float | None = None
    unknown: bool = False
    recorded: bool = True

    def to_param(self) -> str:
        """Return the value part of the address: ``"60..125"``."""
        if not self.recorded:
            return UNKNOWN
        text = f"{_number(self.low)}..{_number(self.high)}"
        return f"{text},{UNKNOWN}" if self.unknown else text

    def describe(self, variable: Variable) -> str:
        """Return the clause as people say it: ``"BED 60 to 125 Gy"``."""
        unit = f" {variable.unit}" if variable.unit else ""
        if not self.recorded:
            return f"{variable.label} {UNKNOWN_LABEL.lower()}"
        if self.low is None and self.high is None:
            text = f"{variable.label} recorded"
        elif self.low is None:
            text = f"{variable.label} ≤ {_number(self.high)}{unit}"
        elif self.high is None:
            text = f"{variable.label} ≥ {_number(self.low)}{unit}"
        else:
            text = f"{variable.label} {_number(self.low)} to {_number(self.high)}{unit}"
        return f"{text} or {UNKNOWN_LABEL.lower()}" if self.unknown else text


Clause = LevelClause | RangeClause


@dataclass(frozen=True, slots=True)
class CohortFilter:
    """All clauses of a view, in the order in which the attrition ladder applies them.

    Attributes
    ----------
    clauses
        At most one per column.
    alpha_beta_gy
        α/β at which BED and EQD2 are computed, Gy.
    """

    clauses: tuple[Clause, ...] = ()
    alpha_beta_gy: float = DEFAULT_ALPHA_BETA_GY

    @classmethod
    def from_params(
        cls, params: Mapping[str, str], schema: Schema
    ) -> tuple[CohortFilter, tuple[str, ...]]:
        """Read the column parts of an address.

        Returns
        -------
        CohortFilter, tuple of str
            The filter, and every part that does not fit this cohort, as ``key=value (reason)``.
        """
        clauses: list[Clause] = []
        ignored: list[str] = []
        for key, raw in params.items():
            if key in VIEW_KEYS or key[:2] in ("a.", "b.") or is_dose_name(key):
                continue
            if is_outcome_name(key):
                continue
            variable = schema.variables.get(key)
            if variable is None:
                ignored.append(f"{key}={raw} (this cohort has no such column)")
                continue
            clause, bad = parse_clause(variable, raw)
            ignored.extend(f"{key}={part}" for part in bad)
            if clause is not None:
                clauses.append(clause)
        ratio, bad_ratio = _alpha_beta(params.get("ab"))
        return cls(tuple(clauses), ratio), (*ignored, *bad_ratio)

    def to_params(self) -> dict[str, str]:
        """Return the address parts; the default α/β is left out."""
        params = {clause.address: clause.to_param() for clause in self.clauses}
        if self.alpha_beta_gy != DEFAULT_ALPHA_BETA_GY:
            params["ab"] = _number(self.alpha_beta_gy)
        return params

    def clause(self, address: str) -> Clause | None:
        """Return the clause of a column, or None."""
        return next((c for c in self.clauses if c.address == address), None)

    def with_clause(self, clause: Clause) -> CohortFilter:
        """Return the filter with this clause in place of the column's old one, or at the end."""
        if self.clause(clause.address) is None:
            return replace(self, clauses=(*self.clauses, clause))
        swapped = (clause if c.address == clause.address else c for c in self.clauses)
        return replace(self, clauses=tuple(swapped))

    def without(self, address: str) -> CohortFilter:
        """Return the filter without the clause of a column."""
        return replace(self, clauses=tuple(c for c in self.clauses if c.address != address))

    def describe(self, schema: Schema) -> str:
        """Return the filter as one phrase: ``"Child-Pugh class A, T stage T1, T2 or T3"``."""
        phrases = tuple(self.phrases(schema))
        if not phrases:
            return "all patients"
        text = "; ".join(phrases)
        doses = {"bed", "eqd2"} & {c.address for c in self.clauses}
        return f"{text} (α/β {_number(self.alpha_beta_gy)} Gy)" if doses else text

    def phrases(self, schema: Schema) -> Iterator[str]:
        """Yield each clause as people say it."""
        for clause in self.clauses:
            yield clause.describe(schema.variables[clause.address])


def parse_clause(variable: Variable, raw: str) -> tuple[Clause | None, list[str]]:
    """Read the value part of one column.

    Returns
    -------
    Clause or None, list of str
        None when nothing of it fits; then the parts that do not fit, with the reason.
    """
    parts = [part for part in raw.split(",") if part]
    unknown = UNKNOWN in parts
    values = [part for part in parts if part != UNKNOWN]
    if variable.is_number:
        return _range_clause(variable, values, unknown)
    known = set(variable.codes())
    codes = [unquote(part) for part in values]
    good = tuple(dict.fromkeys(code for code in codes if code in known))
    bad = [f"{code} (not a level of {variable.label})" for code in codes if code not in known]
    if not good and not unknown:
        return None, bad or [f"{raw} (no level named)"]
    return LevelClause(variable.address, good, unknown), bad


def _range_clause(
    variable: Variable, values: list[str], unknown: bool
) -> tuple[RangeClause | None, list[str]]:
    if not values:
        bare = RangeClause(variable.address, None, None, unknown, recorded=False)
        return (bare, []) if unknown else (None, ["(empty)"])
    try:
        low, high = parse_range(values[0])
    except ValueError:
        return None, [f"{values[0]} (a range is written low..high)"]
    if low is not None and high is not None and low > high:
        return None, [f"{values[0]} (the lower end is above the upper one)"]
    return RangeClause(variable.address, low, high, unknown), list(values[1:])


def parse_range(text: str) -> tuple[float | None, float | None]:
    """Read ``lo..hi`` with either side open; a single number means exactly that number.

    Raises
    ------
    ValueError
        When it is no range of finite numbers.

    Examples
    --------
    >>> parse_range("60..125"), parse_range("..3"), parse_range("45")
    ((60.0, 125.0), (None, 3.0), (45.0, 45.0))
    """
    low, dots, high = text.partition("..")
    ends = [float(end) if end else None for end in ((low, high) if dots else (low, low))]
    if not dots and not low:
        raise ValueError(text)
    if any(end is not None and not math.isfinite(end) for end in ends):
        raise ValueError(text)
    return ends[0], ends[1]


def _alpha_beta(raw: str | None) -> tuple[float, tuple[str, ...]]:
    if raw is None:
        return DEFAULT_ALPHA_BETA_GY, ()
    try:
        ratio = float(raw)
    except ValueError:
        ratio = math.nan
    if math.isfinite(ratio) and 0 < ratio <= 100:
        return ratio, ()
    return DEFAULT_ALPHA_BETA_GY, (f"ab={raw} (α/β is a number of Gy above 0, at most 100)",)


def _escape(code: str) -> str:
    """Escape what the grammar uses inside a level (a comma, the word unknown)."""
    escaped = code.replace("%", "%25").replace(",", "%2C")
    return "%75nknown" if escaped == UNKNOWN else escaped


def _number(value: float | None) -> str:
    """Write a number as short as it can be read back exactly; an open end is empty."""
    if value is None:
        return ""
    return f"{int(value)}" if value == int(value) and abs(value) < 1e15 else repr(float(value))


def _either(labels: list[str]) -> str:
    if len(labels) <= 1:
        return "".join(labels)
    return f"{', '.join(labels[:-1])} or {labels[-1]}"
