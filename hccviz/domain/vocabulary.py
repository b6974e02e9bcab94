"""The one home of names: columns, labels, levels, order, units.

The words themselves stand in ``vocabulary.toml``. Widgets, validation, the dictionary page,
import synonyms and documents are all derived from what this module returns.
"""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass, replace
from functools import cache
from importlib.resources import files
from typing import Any, Literal

Kind = Literal["identifier", "category", "ordered", "boolean", "number", "integer", "text"]

UNKNOWN = "unknown"
UNKNOWN_LABEL = "Not recorded"
DEFAULT_ALPHA_BETA_GY = 10.0


@dataclass(frozen=True, slots=True)
class Level:
    """One value of a categorical variable: stable code, label, accepted spellings."""

    code: str
    label: str
    synonyms: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Variable:
    """One column: what it is called, what it may hold, in which unit.

    Attributes
    ----------
    name, address
        Column name in the file, and its name in links (``bed_gy`` is ``bed``).
    levels
        In their order of meaning; empty for numbers. ``no`` and ``yes`` for a boolean.
    low, high
        Plausible range, both ends inclusive; outside it a value is a fault.
    scale
        ``log`` when a logarithmic axis is the honest one.
    primary
        Among the first filters on every page.
    derived
        Computed by hccviz, never read from the file.
    known
        False for a file's own column that the vocabulary does not list.
    """

    name: str
    label: str
    section: str
    kind: Kind
    description: str = ""
    unit: str = ""
    levels: tuple[Level, ...] = ()
    low: float | None = None
    high: float | None = None
    scale: Literal["linear", "log"] = "linear"
    synonyms: tuple[str, ...] = ()
    address: str = ""
    primary: bool = False
    derived: bool = False
    known: bool = True

    @property
    def is_number(self) -> bool:
        """True when the column is filtered by a range."""
        return self.kind in ("number", "integer")

    @property
    def is_categorical(self) -> bool:
        """True when the column is filtered by levels."""
        return self.kind in ("category", "ordered", "boolean")

    @property
    def label_with_unit(self) -> str:
        """Label and unit, as an axis or a table prints them: ``"Tumor size (cm)"``."""
        return f"{self.label} ({self.unit})" if self.unit else self.label

    def level_label(self, code: str) -> str:
        """Return the label of a level code; the code itself when it is not listed."""
        if code == UNKNOWN:
            return UNKNOWN_LABEL
        return next((lv.label for lv in self.levels if lv.code == code), code)

    def codes(self) -> tuple[str, ...]:
        """Return the level codes in order."""
        return tuple(lv.code for lv in self.levels)

    def with_levels(self, codes: tuple[str, ...]) -> Variable:
        """Return the same variable with levels observed in a file."""
        return replace(self, levels=tuple(Level(c, c) for c in codes))


@dataclass(frozen=True, slots=True)
class Endpoint:
    """A time-to-event endpoint: the pair ``<code>_months``, ``<code>_event``.

    Attributes
    ----------
    event, plural
        What the event is called ("death", "deaths").
    fatal
        True when death is (part of) the event.
    rising
        True when a large share with the event is good news (time to complete response), drawn as
        cumulative incidence.
    """

    code: str
    label: str
    event: str = "event"
    plural: str = "events"
    fatal: bool = False
    rising: bool = False

    @property
    def happening(self) -> str:
        """What happens, within a sentence: the event, or the endpoint's name when it has none."""
        return self.event if self.event != "event" else self.label.lower()

    @property
    def months_column(self) -> str:
        """Column of the time, months."""
        return f"{self.code}_months"

    @property
    def event_column(self) -> str:
        """Column of the event flag, 1 event, 0 censored."""
        return f"{self.code}_event"


@dataclass(frozen=True, slots=True)
class ToxicityTerm:
    """A toxicity column ``tox_<phase>_<term>``."""

    column: str
    phase: str
    term: str
    label: str
    organ_class: str


NO_YES = (Level("no", "No", ("n", "false", "0")), Level("yes", "Yes", ("y", "true", "1")))
GRADES = tuple(Level(str(g), f"Grade {g}") for g in range(6))

_RESPONSE = re.compile(r"response_[a-z0-9]+(_[a-z0-9_]+)?")
_TOXICITY = re.compile(r"tox_(?P<phase>acute|late)_(?P<term>[a-z0-9_]+)")
_ENDPOINT = re.compile(r"(?P<code>[a-z][a-z0-9_]*)_(?P<part>months|event)")


@cache
def _words() -> dict[str, Any]:
    return tomllib.loads((files("hccviz.domain") / "vocabulary.toml").read_text("utf-8"))


def _levels(rows: list[list[str]]) -> tuple[Level, ...]:
    return tuple(Level(code, label, tuple(rest)) for code, label, *rest in rows)


def _variable(row: dict[str, Any]) -> Variable:
    row = dict(row)
    levels = NO_YES if row["kind"] == "boolean" else _levels(row.pop("levels", []))
    synonyms = tuple(row.pop("synonyms", []))
    address = row.pop("address", row["name"])
    return Variable(**row, levels=levels, synonyms=synonyms, address=address)


@cache
def variables() -> dict[str, Variable]:
    """Return every listed variable by column name, in dictionary order."""
    return {row["name"]: _variable(row) for row in _words()["variable"]}


@cache
def endpoints() -> dict[str, Endpoint]:
    """Return every known endpoint by code, in order of use."""
    return {row["code"]: Endpoint(**row) for row in _words()["endpoint"]}


@cache
def sections() -> dict[str, str]:
    """Return section code → heading, in reading order."""
    return dict(_words()["sections"])


@cache
def response_levels() -> tuple[Level, ...]:
    """Return CR, PR, SD, PD, NE."""
    return _levels(_words()["response"]["levels"])


@cache
def phases() -> dict[str, str]:
    """Return toxicity phase → label."""
    return dict(_words()["toxicity"]["phases"])


@cache
def organ_classes() -> dict[str, str]:
    """Return organ class of toxicity terms → heading, in reading order."""
    return dict(_words()["toxicity"]["classes"])


@cache
def toxicity_terms() -> dict[str, tuple[str, str]]:
    """Return listed toxicity term → (label, organ class)."""
    return {code: (label, organ) for code, label, organ in _words()["toxicity"]["terms"]}


@cache
def failure_sites() -> dict[str, str]:
    """Return site of failure → label, in reading order."""
    return dict(_words()["failure"]["sites"])


@cache
def failure_levels() -> dict[str, tuple[str, ...]]:
    """Return level of ``failure_pattern`` → the sites that it names."""
    return {code: tuple(sites) for code, *sites in _words()["failure"]["patterns"]}


def endpoint(code: str) -> Endpoint:
    """Return the endpoint of a code; one that is not listed is labelled by its code.

    Examples
    --------
    >>> endpoint("os").label
    'Overall survival'
    >>> endpoint("recurrence").label
    'Recurrence'
    """
    return endpoints().get(code) or Endpoint(code, code.replace("_", " ").capitalize())


def endpoint_part(column: str) -> tuple[str, str] | None:
    """Split ``os_months`` into ``("os", "months")``; None when it is no endpoint column."""
    match = _ENDPOINT.fullmatch(column)
    return (match["code"], match["part"]) if match else None


def toxicity_term(column: str) -> ToxicityTerm | None:
    """Return what a ``tox_<phase>_<term>`` column stands for; None for any other column.

    Examples
    --------
    >>> toxicity_term("tox_acute_nausea").label
    'Nausea'
    """
    match = _TOXICITY.fullmatch(column)
    if match is None or match["term"].endswith("_months"):
        return None
    term = match["term"]
    label, organ = toxicity_terms().get(term, (term.replace("_", " ").capitalize(), "other"))
    return ToxicityTerm(column, match["phase"], term, label, organ)


def toxicity_onset(column: str) -> ToxicityTerm | None:
    """Return the term whose onset a ``tox_<phase>_<term>_months`` column holds.

    Examples
    --------
    >>> toxicity_onset("tox_late_rib_fracture_months").column
    'tox_late_rib_fracture'
    """
    if _TOXICITY.fullmatch(column) is None or not column.endswith("_months"):
        return None
    return toxicity_term(column.removesuffix("_months"))


def is_response(column: str) -> bool:
    """Return True for a ``response_<criteria>[_<site>]`` column."""
    return _RESPONSE.fullmatch(column) is not None


def response_label(column: str) -> str:
    """Return the label of a response column.

    Examples
    --------
    >>> response_label("response_mrecist_infield")
    'Response by mRECIST, in-field'
    """
    words = _words()["response"]
    criteria, _, site = column.removeprefix("response_").partition("_")
    name = dict(words["criteria"]).get(criteria, criteria.upper())
    place = dict(words["sites"]).get(site, site.replace("_", " "))
    return f"Response by {name}" + (f", {place}" if place else "")


def response_rank(column: str) -> tuple[int, int]:
    """Return the place of a response column: by site, then by criteria, as the dictionary lists."""
    words = _words()["response"]
    criteria, _, site = column.removeprefix("response_").partition("_")
    sites, names = [code for code, _ in words["sites"]], [code for code, _ in words["criteria"]]
    return (
        sites.index(site) if site in sites else len(sites) - 1,
        names.index(criteria) if criteria in names else len(names),
    )


def lookup(column: str) -> Variable | None:
    """Return the variable of a column by name or by pattern; None when it is a file's own.

    Endpoint columns are not variables: see `endpoint_part`.

    Examples
    --------
    >>> lookup("tumor_size_cm").unit
    'cm'
    >>> lookup("tox_late_rib_fracture").label
    'Rib fracture (late)'
    """
    if column in variables():
        return variables()[column]
    if is_response(column):
        return Variable(
            column, response_label(column), "response", "ordered",
            "Response category as recorded.", levels=response_levels(), address=column,
        )  # fmt: skip
    if term := toxicity_term(column):
        return Variable(
            column, f"{term.label} ({term.phase})", "toxicity", "ordered",
            "Worst grade, 0-5.", levels=GRADES, address=column,
        )  # fmt: skip
    if onset := toxicity_onset(column):
        return Variable(
            column, f"Onset of {onset.label.lower()} ({onset.phase})", "toxicity", "number",
            "Time of the toxicity, from the time origin.", unit="months", low=0, high=600,
            address=column,
        )  # fmt: skip
    return None
