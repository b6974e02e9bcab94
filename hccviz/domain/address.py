"""The address: the whole view in one query string, for links, the CLI, captions and caches."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Literal, get_args
from urllib.parse import parse_qsl, urlencode

from hccviz.domain.dose_address import MAX_VALUE, is_dose_name
from hccviz.domain.filters import VIEW_KEYS, CohortFilter, Schema
from hccviz.domain.outcome_address import OPTIONS, PREFIX, read_options
from hccviz.domain.vocabulary import UNKNOWN, Variable

ConfidenceTransform = Literal["log-log", "log", "plain"]
DEFAULT_COHORT = "sbrt-incomplete-tace"
DEFAULT_TIMES = (12.0, 24.0, 36.0, 60.0)
MAX_CUTS = 6
MAX_COURSES = 20
MAX_MONTHS = 1200.0
PINS = ("a", "b")
EVERYBODY = "all"
"""What a link says of a pinned subgroup that is the whole cohort: ``a=all``."""


@dataclass(frozen=True, slots=True)
class Split:
    """How a figure is split into groups.

    Attributes
    ----------
    address
        The factor, by its address.
    cuts
        Cut points of a number, increasing: (45, 60) gives <45, 45-<60, ≥60.
    quantiles
        Number of equal groups by rank (2 = at the median), instead of cuts; 0 for none.
    unknown
        True when patients without a value form a group of their own.
    """

    address: str
    cuts: tuple[float, ...] = ()
    quantiles: int = 0
    unknown: bool = False

    def to_param(self) -> str:
        """Return the address form: ``"bed:45,60"``, ``"age_years:median"``, ``"sex"``."""
        parts = [_plain(cut) for cut in self.cuts]
        if self.quantiles:
            parts = ["median" if self.quantiles == 2 else f"q{self.quantiles}"]
        if self.unknown:
            parts.append(UNKNOWN)
        return f"{self.address}:{','.join(parts)}" if parts else self.address

    @classmethod
    def from_param(cls, raw: str, schema: Schema) -> Split:
        """Read the address form.

        Raises
        ------
        ValueError
            With the reason, when it does not fit the cohort.
        """
        address, rest = _split_address(raw, schema)
        variable = schema.variables.get(address)
        if variable is None:
            raise ValueError("this cohort has no such column")
        parts = [part for part in rest.split(",") if part]
        unknown = UNKNOWN in parts
        parts = [part for part in parts if part != UNKNOWN]
        if variable.is_categorical:
            if parts:
                raise ValueError(f"{variable.label} has levels, not cut points")
            return cls(address, unknown=unknown)
        return _number_split(cls(address, unknown=unknown), variable, parts)

    def describe(self, variable: Variable) -> str:
        """Return the split as people say it: ``"BED, cut at 45 and 60 Gy"``."""
        if self.quantiles == 2:
            return f"{variable.label}, cut at the median"
        if self.quantiles:
            return f"{variable.label}, {self.quantiles} groups of equal size"
        if self.cuts:
            cuts = " and ".join(_plain(cut) for cut in self.cuts)
            unit = f" {variable.unit}" if variable.unit else ""
            return f"{variable.label}, cut at {cuts}{unit}"
        return variable.label


def _split_address(raw: str, schema: Schema) -> tuple[str, str]:
    if raw in schema.variables:
        return raw, ""
    address, _, rest = raw.rpartition(":")
    return (address, rest) if address else (raw, "")


def _number_split(split: Split, variable: Variable, parts: list[str]) -> Split:
    if not variable.is_number:
        raise ValueError(f"{variable.label} cannot split a figure")
    if parts in ([], ["median"]):
        return replace(split, quantiles=2)
    if len(parts) == 1 and parts[0] in ("q3", "q4", "q5"):
        return replace(split, quantiles=int(parts[0][1:]))
    try:
        cuts = tuple(sorted({float(part) for part in parts}))
    except ValueError:
        raise ValueError("cut points are numbers, or median, q3, q4, q5") from None
    if not all(math.isfinite(cut) for cut in cuts):
        raise ValueError("cut points are finite numbers")
    if len(cuts) > MAX_CUTS:
        raise ValueError(f"at most {MAX_CUTS} cut points")
    return replace(split, cuts=cuts)


@dataclass(frozen=True, slots=True)
class View:
    """Everything that decides what a page shows.

    Attributes
    ----------
    cohorts
        Built-in names, pooled when there are several; ``("uploaded",)`` for the session's file.
    endpoint, criterion, phase
        ``""`` for the first one that the cohort has.
    times
        Months at which rates are given.
    landmark, horizon
        Months from which survival is counted, and up to which means are restricted; None for the
        start and for the longest that every group allows.
    pins
        Filters of the pinned subgroups, by ``"a"`` and ``"b"``; each is a whole filter, whatever
        the filter of the view. α/β is always that of the view's filter.
    courses, reference_fraction_gy
        Schedules of the dose calculator as written (``45/3``, ``3x15``), and the fraction size of
        its additional equivalent dose; checked by the calculator, not here.
    dose
        Everything else that the dose pages keep, as name and value sorted by name; the names are
        those of :mod:`hccviz.domain.dose_address`, the values are checked by the pages.
    outcome
        What the outcome pages keep of a closer look, as name and value sorted by name; see
        :mod:`hccviz.domain.outcome_address`.
    """

    cohorts: tuple[str, ...] = (DEFAULT_COHORT,)
    filter: CohortFilter = field(default_factory=CohortFilter)
    endpoint: str = ""
    by: Split | None = None
    ci: ConfidenceTransform = "log-log"
    level: float = 0.95
    times: tuple[float, ...] = DEFAULT_TIMES
    landmark: float | None = None
    horizon: float | None = None
    criterion: str = ""
    phase: str = ""
    strata: str = ""
    present: bool = False
    courses: tuple[str, ...] = ()
    reference_fraction_gy: str = ""
    dose: tuple[tuple[str, str], ...] = ()
    outcome: tuple[tuple[str, str], ...] = ()
    pins: tuple[tuple[str, CohortFilter], ...] = ()

    def pinned(self, pin: str) -> CohortFilter | None:
        """Return the filter of a pinned subgroup with the view's α/β, or None."""
        found = dict(self.pins).get(pin)
        return None if found is None else replace(found, alpha_beta_gy=self.filter.alpha_beta_gy)

    def with_pin(self, pin: str, chosen: CohortFilter | None) -> View:
        """Return the view with a subgroup pinned, or taken off when ``chosen`` is None."""
        kept = dict(self.pins)
        kept.pop(pin, None)
        if chosen is not None:
            kept[pin] = CohortFilter(chosen.clauses)
        return replace(self, pins=tuple(sorted(kept.items())))

    def option(self, name: str) -> str:
        """Return a choice of the outcome pages; its default when the view names none."""
        return dict(self.outcome).get(name, OPTIONS[name].default)

    def with_option(self, name: str, value: str) -> View:
        """Return the view with another choice of the outcome pages."""
        kept = {**dict(self.outcome), name: value}
        chosen = (pair for pair in sorted(kept.items()) if pair[1] != OPTIONS[pair[0]].default)
        return replace(self, outcome=tuple(chosen))

    def to_params(self) -> dict[str, str]:
        """Return the address as ordered parts; what is at its default is left out."""
        plain = {
            "endpoint": self.endpoint,
            "by": self.by.to_param() if self.by else "",
            "ci": self.ci if self.ci != "log-log" else "",
            "level": f"{self.level:g}" if self.level != 0.95 else "",
            "times": ",".join(_plain(t) for t in self.times) if self.times != DEFAULT_TIMES else "",
            "landmark": _plain(self.landmark) if self.landmark is not None else "",
            "horizon": _plain(self.horizon) if self.horizon is not None else "",
            "criterion": self.criterion,
            "phase": self.phase,
            "strata": self.strata,
            "view": "present" if self.present else "",
            "courses": ",".join(self.courses),
            "ref": self.reference_fraction_gy,
        }
        given = {key: value for key, value in plain.items() if value}
        outcome = {f"{PREFIX}{name}": value for name, value in self.outcome}
        pins = {key: value for pin, chosen in self.pins for key, value in _pin(pin, chosen).items()}
        rest = {**self.filter.to_params(), **given, **pins, **dict(self.dose), **outcome}
        if not rest and self.cohorts == (DEFAULT_COHORT,):
            return {}
        return {"cohort": ",".join(self.cohorts), **rest}

    def to_query(self) -> str:
        """Return the address as a query string, readable where the standard allows."""
        return urlencode(self.to_params(), safe=",.:")


def _pin(pin: str, chosen: CohortFilter) -> dict[str, str]:
    """Write one pinned subgroup: ``a.sex=male``, or ``a=all``."""
    clauses = {f"{pin}.{clause.address}": clause.to_param() for clause in chosen.clauses}
    return clauses or {pin: EVERYBODY}


def parse_query(query: str) -> dict[str, str]:
    """Split a query string; a repeated key is joined by commas.

    Examples
    --------
    >>> parse_query("?sex=male&bed=60..125")
    {'sex': 'male', 'bed': '60..125'}
    """
    params: dict[str, str] = {}
    for key, value in parse_qsl(query.lstrip("?"), keep_blank_values=True):
        params[key] = f"{params[key]},{value}" if key in params else value
    return params


def cohorts_of(params: Mapping[str, str]) -> tuple[str, ...]:
    """Return the cohort names of an address; the default when it names none."""
    names = tuple(dict.fromkeys(n for n in params.get("cohort", "").split(",") if n))
    return names or (DEFAULT_COHORT,)


def read_view(params: Mapping[str, str], schema: Schema) -> tuple[View, tuple[str, ...]]:
    """Read an address against a cohort.

    Returns
    -------
    View, tuple of str
        The view, and everything that does not fit, as ``key=value (reason)``, never dropped
        silently.
    """
    chosen, ignored = CohortFilter.from_params(params, schema)
    view = View(cohorts=cohorts_of(params), filter=chosen)
    bad = list(ignored)
    for key, read in _readers(schema).items():
        raw = params.get(key, "")
        if not raw:
            continue
        try:
            view = read(view, raw)
        except ValueError as reason:
            bad.append(f"{key}={raw} ({reason})")
    kept = {key: value for key, value in params.items() if is_dose_name(key) and value}
    bad.extend(f"{key} (too long)" for key, value in kept.items() if len(value) > MAX_VALUE)
    dose = sorted((key, value) for key, value in kept.items() if len(value) <= MAX_VALUE)
    terms = tuple(term for phase in schema.toxicity.values() for term in phase)
    outcome, misfits = read_options(params, schema.responses, terms, schema.variables)
    bad.extend(misfits)
    view = replace(view, dose=tuple(dose), outcome=outcome)
    for pin in PINS:
        pinned, strange = _read_pin(pin, params, schema)
        view = view.with_pin(pin, pinned)
        bad.extend(strange)
    return view, tuple(bad)


def _read_pin(
    pin: str, params: Mapping[str, str], schema: Schema
) -> tuple[CohortFilter | None, tuple[str, ...]]:
    """Read one pinned subgroup; None when the address has none of it that fits."""
    given = {k.removeprefix(f"{pin}."): v for k, v in params.items() if k.startswith(f"{pin}.")}
    chosen, ignored = CohortFilter.from_params(given, schema)
    strangers = (f"{key}={given[key]} (not a column)" for key in given if key in VIEW_KEYS)
    said = tuple(f"{pin}.{part}" for part in (*ignored, *strangers))
    whole = params.get(pin, "")
    if whole and whole != EVERYBODY:
        said = (*said, f"{pin}={whole} (a pinned subgroup is written {pin}.column=…, or {pin}=all)")
    return (chosen if chosen.clauses or whole == EVERYBODY else None), said


def _readers(schema: Schema) -> dict[str, Callable[[View, str], View]]:
    def one_of(raw: str, known: tuple[str, ...], what: str) -> str:
        if raw not in known:
            raise ValueError(f"{what}; there are: {', '.join(known) or 'none'}")
        return raw

    def endpoint(view: View, raw: str) -> View:
        return replace(view, endpoint=one_of(raw, schema.endpoints, "no such endpoint"))

    def criterion(view: View, raw: str) -> View:
        return replace(view, criterion=one_of(raw, schema.responses, "no such response"))

    def phase(view: View, raw: str) -> View:
        return replace(view, phase=one_of(raw, tuple(schema.toxicity), "no such phase"))

    def transform(view: View, raw: str) -> View:
        known = get_args(ConfidenceTransform)
        return replace(view, ci=one_of(raw, known, "no such transform"))  # type: ignore[arg-type]

    def strata(view: View, raw: str) -> View:
        known = tuple(a for a, v in schema.variables.items() if v.is_categorical)
        return replace(view, strata=one_of(raw, known, "no such factor"))

    def present(view: View, raw: str) -> View:
        return replace(view, present=one_of(raw, ("present",), "no such view") == "present")

    return {
        "endpoint": endpoint,
        "by": lambda view, raw: replace(view, by=Split.from_param(raw, schema)),
        "ci": transform,
        "level": lambda view, raw: replace(view, level=_level(raw)),
        "times": lambda view, raw: replace(view, times=parse_times(raw)),
        "landmark": lambda view, raw: replace(view, landmark=_months(raw)),
        "horizon": lambda view, raw: replace(view, horizon=_horizon(raw)),
        "criterion": criterion,
        "phase": phase,
        "strata": strata,
        "view": present,
        "courses": lambda view, raw: replace(view, courses=tuple(raw.split(",")[:MAX_COURSES])),
        "ref": lambda view, raw: replace(view, reference_fraction_gy=raw),
    }


def parse_times(raw: str) -> tuple[float, ...]:
    """Read the months at which rates are given, at most twelve.

    Raises
    ------
    ValueError
        When a part is no positive number.

    Examples
    --------
    >>> parse_times("6, 12,24")
    (6.0, 12.0, 24.0)
    """
    try:
        times = tuple(sorted({float(part) for part in raw.split(",") if part.strip()}))
    except ValueError:
        times = ()
    if not times or len(times) > 12 or not all(math.isfinite(t) and t > 0 for t in times):
        raise ValueError("times are up to twelve numbers of months above 0, as 6,12,24")
    return times


def _months(raw: str) -> float:
    try:
        months = float(raw)
    except ValueError:
        months = math.nan
    if not 0 <= months <= MAX_MONTHS:
        raise ValueError(f"a number of months from 0 to {MAX_MONTHS:g}")
    return months


def _horizon(raw: str) -> float:
    months = _months(raw)
    if months == 0:
        raise ValueError("means are restricted to a number of months above 0")
    return months


def _level(raw: str) -> float:
    try:
        level = float(raw)
    except ValueError:
        level = math.nan
    if not 0.5 <= level <= 0.999:
        raise ValueError("the confidence level is a number from 0.5 to 0.999")
    return level


def _plain(value: float) -> str:
    return f"{int(value)}" if value == int(value) else repr(value)
