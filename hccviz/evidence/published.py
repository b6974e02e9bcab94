"""Whether what a page shows was published: its filter and split against the printed subgroups.

Two descriptions are the same when they name the same columns and mean the same patients of the
cohort. So the order of levels, ``by=child_pugh_class`` for a printed "B against A", and a clause
that keeps everybody make no difference, while a filter on another column that happens to keep the
same patients does.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

import numpy as np

from hccviz.data.baseline import SECTIONS
from hccviz.data.cohort import Cohort
from hccviz.domain.address import PINS, Split, View
from hccviz.domain.filters import CohortFilter
from hccviz.domain.model_address import MEDIAN, levels_in, names_in, pairs_in
from hccviz.domain.vocabulary import DEFAULT_ALPHA_BETA_GY, toxicity_term
from hccviz.evidence.links import split_of
from hccviz.evidence.links_models import RATIOS
from hccviz.evidence.measures import measure
from hccviz.evidence.members import canonical, columns_of, groups, kept, patients_of
from hccviz.evidence.selection import Mask, Patients
from hccviz.evidence.study import is_study
from hccviz.evidence.targets import Target, read_targets
from hccviz.stats.rates import EVALUABLE

OUTCOME_PAGES = ("", "survival", "response", "toxicity", "subgroups", "regression", "courses")
"""URL paths of the pages that say whether their view was published."""

Where = tuple[frozenset[str], bytes]
"""Columns that are named, and the patients that are meant."""


@dataclass(frozen=True, slots=True)
class Publication:
    """Whether a view was published.

    Attributes
    ----------
    places
        Where it was printed, tables first; empty when it was not.
    n_printed, n_reproduced
        Printed numbers about this view, and how many the cohort gives at printed precision.
    """

    places: tuple[str, ...] = ()
    n_printed: int = 0
    n_reproduced: int = 0

    @property
    def status(self) -> str:
        """``"published"`` or ``"not published"``."""
        return "published" if self.places else "not published"


def publication(cohort: Cohort, view: View, page: str = "") -> Publication | None:
    """Return whether the view of an outcome page was published; None for any other cohort.

    Parameters
    ----------
    cohort
        Only a reconstructed study, opened alone and unchanged, has printed numbers.
    page
        URL path, one of `OUTCOME_PAGES`.
    """
    if page not in OUTCOME_PAGES or not is_study(cohort):
        return None
    look = dict(view.outcome).get("sub", "forest") if page == "subgroups" else ""
    plain = view.landmark is None and not view.strata and _usual_dose(view)
    about = _ABOUT.get(page)
    if about is None or not plain or look not in ("", "pair"):
        return Publication()
    patients = patients_of(cohort)
    shown = [
        t for t in read_targets(cohort.name) if t.status != "context" and about(t, cohort, view)
    ]
    seen = _Seen(cohort, patients, _criterion(cohort, view, page))
    found = (_of_models if page == "regression" else _matching)(seen, shown, view)
    own = list({_question(t): t for t in found}.values())
    held = sum(t.holds(measure(patients, t)) for t in own)
    return Publication(_ordered(t.place for t in found), len(own), held)


def _usual_dose(view: View) -> bool:
    """Papers print doses at one alpha/beta; at another one a subgroup by dose is another."""
    named = {clause.address for clause in view.filter.clauses}
    named |= {view.by.address} if view.by else set()
    named |= set(names_in(view.option("factors")))
    return view.filter.alpha_beta_gy == DEFAULT_ALPHA_BETA_GY or not named & {"bed", "eqd2"}


def _ordered(places: Iterable[str]) -> tuple[str, ...]:
    unique = dict.fromkeys(places)
    return tuple(sorted(unique, key=lambda place: not place.startswith("Table")))


def _question(target: Target) -> tuple[str, ...]:
    return (
        target.subgroup, target.variable, target.levels, target.by, target.statistic,
        f"{target.operator}{target.printed:g}",
    )  # fmt: skip


# --------------------------------------------------------------------------- what a page is about


def _endpoint(cohort: Cohort, view: View) -> str:
    return view.endpoint or next(iter(cohort.schema.endpoints), "")


def _on_survival(target: Target, cohort: Cohort, view: View) -> bool:
    code = _endpoint(cohort, view)
    return not target.model and target.variable in (code, f"{code}_months", f"{code}_event")


def _on_regression(target: Target, cohort: Cohort, view: View) -> bool:
    return target.variable == _endpoint(cohort, view)


def _criterion(cohort: Cohort, view: View, page: str = "response") -> str:
    there = cohort.schema.responses
    return (view.criterion or next(iter(there), "")) if page == "response" else ""


def _on_response(target: Target, cohort: Cohort, view: View) -> bool:
    column = _criterion(cohort, view)
    return target.variable == column or f"{column}=" in target.levels


def _on_toxicity(target: Target, cohort: Cohort, view: View) -> bool:
    phase = view.phase or next(iter(cohort.schema.toxicity), "")
    term = toxicity_term(target.variable)
    return term is not None and term.phase == phase


def _on_overview(target: Target, cohort: Cohort, _: View) -> bool:
    variable = cohort.schema.variables.get(target.variable)
    listed = variable is not None and variable.section in SECTIONS
    return target.statistic == "n" or (listed and "|" not in target.levels)


_ABOUT: dict[str, Callable[[Target, Cohort, View], bool]] = {
    "": _on_overview,
    "survival": _on_survival,
    "subgroups": _on_survival,
    "regression": _on_regression,
    "response": _on_response,
    "toxicity": _on_toxicity,
}
"""Patient courses are one by one, and never printed."""


# --------------------------------------------------------------------------- the same patients


@dataclass(frozen=True, slots=True)
class _Seen:
    """How a page sees the patients: on the response page, only those it can evaluate count."""

    cohort: Cohort
    patients: Patients
    criterion: str = ""

    def query(self, query: str) -> Where:
        """Return the place of a printed subgroup."""
        named = set()
        for part in query.split("|"):
            for clause in filter(None, part.split("&")):
                if "|" in query or not self.patients.where(clause).all():
                    named |= columns_of(clause)
        return self._where(named, self.patients.where(query))

    def filter(self, chosen: CohortFilter) -> Where:
        """Return the place of a filter."""
        alone = (CohortFilter((clause,), chosen.alpha_beta_gy) for clause in chosen.clauses)
        named = {canonical(f.clauses[0].address) for f in alone if not kept(self.cohort, f).all()}
        return self._where(named, kept(self.cohort, chosen))

    def group(self, whole: Where, column: str, mark: Mask) -> Where:
        """Return the place of one group of a split."""
        return self._where({*whole[0], canonical(column)}, mark)

    def _where(self, named: set[str], mark: Mask) -> Where:
        if self.criterion:
            evaluable = self.patients.where(f"{self.criterion}={','.join(EVALUABLE)}")
            mark, named = mark & evaluable, named - {self.criterion}
        return frozenset(named), np.packbits(mark).tobytes()


def _matching(seen: _Seen, shown: list[Target], view: View) -> list[Target]:
    """Return the printed numbers about exactly what the view shows."""
    pins = [view.pinned(pin) for pin in PINS]
    if all(pins) and dict(view.outcome).get("sub") == "pair":
        return _of_every_group(seen, shown, [seen.filter(pin) for pin in pins if pin])
    whole = seen.filter(view.filter)
    if view.by is None:
        return [t for t in shown if not t.by and seen.query(t.subgroup) == whole]
    marks = groups(seen.cohort, view.filter, view.by)
    column = canonical(view.by.address)
    parts = [seen.group(whole, column, mark) for mark in marks]
    compared = [
        t for t in shown
        if t.by and columns_of(t.by) == {column} and seen.query(t.subgroup) == whole
        and _groups_of(seen, t, view) == {part[1] for part in parts}
    ]  # fmt: skip
    return compared + _of_every_group(seen, shown, parts, enough=bool(compared))


def _groups_of(seen: _Seen, target: Target, view: View) -> set[bytes]:
    """Return the patients of both groups of a printed comparison; nothing for a bare number."""
    if "=" not in target.by:
        return set()
    inside = kept(seen.cohort, view.filter)
    column = target.by.split("=")[0]
    yes, known = seen.patients.where(target.by), seen.patients.recorded(column)
    masks = (inside & known & yes, inside & known & ~yes)
    return {seen.group((frozenset(), b""), column, mask)[1] for mask in masks}


def _of_every_group(
    seen: _Seen, shown: list[Target], parts: list[Where], *, enough: bool = False
) -> list[Target]:
    """Return what was printed of the groups, when something was printed of each of them.

    With ``enough`` the comparison itself was printed, and whatever was of its groups counts.
    """
    found = {
        part: [t for t in shown if not t.by and seen.query(t.subgroup) == part] for part in parts
    }
    if not enough and not (parts and all(found.values())):
        return []
    return [target for targets in found.values() for target in targets]


def _of_models(seen: _Seen, shown: list[Target], view: View) -> list[Target]:
    """Return the printed ratios of a view's factors, when all were printed alone or together.

    Other steps, references, outcomes or factors are other models. A factor that the print cut in
    two is the same only when it has two levels, or is cut there.
    """
    asked = dict(view.outcome)
    factors = names_in(asked.get("factors", ""))
    other = {"outcome", "refs", "pairs"} & set(asked)
    steps = {f"{name}:1" for name in factors}
    if not factors or other or set(asked.get("steps", "").split(",")) - {"", *steps}:
        return []
    whole = seen.filter(view.filter)
    ratios = [t for t in shown if t.statistic in RATIOS and seen.query(t.subgroup) == whole]
    together = len(factors) > 1 and asked.get("joint") != "none"
    if together:
        ratios = [t for t in ratios if t.model and len(t.model.split(";")) == len(factors)]
    else:
        ratios = [t for t in ratios if not t.model]
    found = {name: [t for t in ratios if _of_factor(seen, t, name, view)] for name in factors}
    return [t for targets in found.values() for t in targets] if all(found.values()) else []


def _of_factor(seen: _Seen, target: Target, factor: str, view: View) -> bool:
    """Tell whether a printed ratio is that of a factor as the view takes it."""
    group = dict(pairs_in(view.option("two"))).get(factor)
    if group is None:
        found = split_of(target.by, seen.cohort, seen.patients, view.filter)
        return target.by == factor or found == (Split(factor), 1)
    column, equals, _ = target.by.partition("=")
    if column != factor or not equals:
        return False
    number = seen.cohort.schema.variables[factor].is_number
    query = f"{factor}={f'{group}..' if number else ','.join(levels_in(group))}"
    if number and group == MEDIAN:
        return False
    inside = kept(seen.cohort, view.filter)
    ours, theirs = (inside & seen.patients.where(q) for q in (query, target.by))
    return np.array_equal(ours, theirs)
