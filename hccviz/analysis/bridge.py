"""From a dose to the patients who had it: what happened to them, beside the whole cohort."""

from __future__ import annotations

from dataclasses import dataclass, replace

from hccviz.analysis import views
from hccviz.data.cohort import Cohort
from hccviz.domain import vocabulary
from hccviz.domain.address import View
from hccviz.domain.filters import CohortFilter, RangeClause
from hccviz.domain.records import Quantity
from hccviz.stats.proportions import proportion

FEWEST = 10
"""Below this many patients the bridge says that it cannot tell."""
TOO_FEW = f"cannot tell: fewer than {FEWEST} patients"
ENDPOINTS = ("os", "lc")
MONTHS = 24.0


@dataclass(frozen=True, slots=True)
class Outcome:
    """One outcome of the patients treated like this and of the whole cohort.

    Attributes
    ----------
    label
        What it is, for people.
    unit
        ``"months"``, or ``"share"`` for a probability of 0-1.
    like, overall
        The estimates; withheld (None, with the reason) below :data:`FEWEST` patients.
    n_like, n_overall
        Patients behind each of them.
    """

    label: str
    unit: str
    like: Quantity
    n_like: int
    overall: Quantity
    n_overall: int


@dataclass(frozen=True, slots=True)
class Bridge:
    """The answer to "what happened to patients treated like this?".

    Attributes
    ----------
    n_like, n_overall
        Patients treated like this, patients of the whole cohort.
    sentence
        Who "like this" is, in words.
    outcomes
        Survival, local control, response, severe toxicity, as far as the cohort records them.
    """

    n_like: int
    n_overall: int
    sentence: str
    outcomes: tuple[Outcome, ...]

    @property
    def can_tell(self) -> bool:
        """True when there are enough patients treated like this."""
        return self.n_like >= FEWEST


@dataclass(frozen=True, slots=True)
class DoseStrip:
    """Where the doses of one cohort lie: patients per bin of BED."""

    title: str
    edges: tuple[float, ...]
    counts: tuple[int, ...]

    @property
    def n(self) -> int:
        """Patients with a recorded dose."""
        return sum(self.counts)


def treated_like_this(cohort: Cohort, view: View) -> Bridge:
    """Return the outcomes of the patients a view selects, beside those of the whole cohort.

    Parameters
    ----------
    cohort
        Any cohort; what it does not record is left out or said to be missing.
    view
        Its filter says who is treated like this; endpoints and splits in it have no effect.
    """
    like = replace(
        view,
        by=None,
        endpoint="",
        strata="",
        times=(MONTHS,),
        criterion="",
        phase="",
        landmark=None,
        outcome=(),
    )
    whole = replace(like, filter=CohortFilter(alpha_beta_gy=view.filter.alpha_beta_gy))
    outcomes = [
        *(pair for code in ENDPOINTS for pair in _survival(cohort, like, whole, code)),
        *_response(cohort, like, whole),
        *_toxicity(cohort, like, whole),
    ]
    n_like, n_overall = (views.attrition(cohort, v).left for v in (like, whole))
    sentence = like.filter.describe(cohort.schema)
    return Bridge(n_like, n_overall, sentence, tuple(outcomes))


def around(bed_gy: float, width_gy: float) -> RangeClause:
    """Return the filter clause "BED within ``width_gy`` of ``bed_gy``".

    Examples
    --------
    >>> around(112.5, 10)
    RangeClause(address='bed', low=102.5, high=122.5, unknown=False, recorded=True)
    """
    return RangeClause("bed", round(max(0.0, bed_gy - width_gy), 6), round(bed_gy + width_gy, 6))


def dose_strip(cohort: Cohort, view: View) -> DoseStrip:
    """Return the distribution of BED in a whole cohort; empty when it records no dose.

    Only the α/β of the view counts.
    """
    title = cohort.metadata.title or "Your file"
    if "bed" not in cohort.schema.variables:
        return DoseStrip(title, (), ())
    everybody = View(filter=CohortFilter((), view.filter.alpha_beta_gy))
    found = views.histogram(cohort, everybody, "bed")
    counts = found.counts.sum(axis=0).tolist() if found.counts.size else []
    return DoseStrip(title, tuple(found.edges.tolist()), tuple(counts))


def _survival(cohort: Cohort, like: View, whole: View, code: str) -> list[Outcome]:
    label = vocabulary.endpoint(code).label
    if code not in cohort.schema.endpoints:
        missing = Quantity(None, why="not recorded in this cohort")
        return [Outcome(f"{label}, median", "months", missing, 0, missing, 0)]
    medians, rates, sizes = [], [], []
    for view in (like, whole):
        curves = views.survival(cohort, replace(view, endpoint=code)).curves
        curve = curves[0] if curves else None
        size = curve.n if curve else 0
        sizes.append(size)
        known = curve is not None and size >= FEWEST
        medians.append(curve.median if curve and known else Quantity(None, why=TOO_FEW))
        rates.append(curve.rates[0].survival if curve and known else Quantity(None, why=TOO_FEW))
    return [
        Outcome(f"{label}, median", "months", medians[0], sizes[0], medians[1], sizes[1]),
        Outcome(f"{label} at {MONTHS:g} months", "share", rates[0], sizes[0], rates[1], sizes[1]),
    ]


def _response(cohort: Cohort, like: View, whole: View) -> list[Outcome]:
    if not cohort.schema.responses:
        return []
    counted = []
    for view in (like, whole):
        groups = views.response(cohort, view).groups
        found = groups[0].orr_evaluable if groups else None
        counted.append((found.count, found.n) if found else (0, 0))
    name = vocabulary.response_label(cohort.schema.responses[0])
    return [_shares(f"Objective response ({name.removeprefix('Response by ')})", *counted)]


def _toxicity(cohort: Cohort, like: View, whole: View) -> list[Outcome]:
    made = []
    for phase in cohort.schema.toxicity:
        groups = [views.toxicity(cohort, replace(v, phase=phase)).groups for v in (like, whole)]
        name = vocabulary.phases().get(phase, phase)
        label = f"{name} toxicity of grade 3 or more"
        if any(len(found) > 1 for found in groups):
            mixed = Quantity(None, why="graded by different scales, which cannot be added up")
            made.append(Outcome(label, "share", mixed, 0, mixed, 0))
            continue
        severe = [found[0].overall.severe if found else None for found in groups]
        counted = [(found.count, found.n) if found else (0, 0) for found in severe]
        made.append(_shares(label, *counted))
    return made


def _shares(label: str, like: tuple[int, int], whole: tuple[int, int]) -> Outcome:
    found = [
        proportion(*pair).share if pair[1] >= FEWEST else Quantity(None, why=TOO_FEW)
        for pair in (like, whole)
    ]
    return Outcome(label, "share", found[0], like[1], found[1], whole[1])
