"""A study as the dashboard tells it: its abstract, and every printed number against its cohort."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Literal, get_args

from hccviz.data.builtin import COHORT_FOLDER
from hccviz.data.cohort import Cohort, sha256_of
from hccviz.domain.address import View
from hccviz.domain.errors import AddressError, HccvizError
from hccviz.evidence.frozen import PUBLISHED
from hccviz.evidence.links import Link, link_of
from hccviz.evidence.members import patients_of, unknown_columns
from hccviz.evidence.targets import STUDIES, Target, read_targets
from hccviz.evidence.verify import Achieved, achieve

Verdict = Literal["reproduced", "near", "differs", "impossible", "conflict", "context"]
VERDICTS: tuple[str, ...] = get_args(Verdict)
NEAR = 0.02
"""Relative distance up to which a number that misses its printed precision is called near."""

ABSTRACTS = PUBLISHED / "abstracts.toml"
CASE = "case"


@dataclass(frozen=True, slots=True)
class Abstract:
    """A study in our own words; every text is empty where the paper says nothing."""

    title: str
    design: str
    treatment: str
    endpoints: str
    time_origin: str
    findings: str
    careful: str


@dataclass(frozen=True, slots=True)
class Printed:
    """One printed number with what the cohort gives for it.

    Attributes
    ----------
    value
        The cohort's value; None when it has none, and for numbers that are not about the cohort.
    verdict
        ``reproduced`` at printed precision, ``near`` (within 2 %), ``differs``; ``impossible`` and
        ``conflict`` as the target says; ``context`` for what is not about the cohort.
    relative_error
        Distance over the printed value; 0 when it agrees, None when nothing can be compared.
    link
        The view that shows it, or None.
    """

    target: Target
    value: float | None
    verdict: Verdict
    relative_error: float | None
    link: Link | None


@dataclass(frozen=True, slots=True)
class Study:
    """A reconstructed study: abstract and every printed number in the order of the paper."""

    name: str
    title: str
    abstract: Abstract
    rows: tuple[Printed, ...]

    def count(self, verdict: str) -> int:
        """Return how many printed numbers have a verdict."""
        return sum(row.verdict == verdict for row in self.rows)

    def places(self) -> tuple[str, ...]:
        """Return where the study printed something, in its order."""
        return tuple(dict.fromkeys(row.target.place for row in self.rows))


def is_study(cohort: Cohort) -> bool:
    """Tell whether a cohort is one of the reconstructed studies, to the byte."""
    return cohort.name in STUDIES and cohort.sha256 == _sha256_of_study(cohort.name)


@cache
def _sha256_of_study(name: str) -> str:
    path = COHORT_FOLDER / f"{name}.parquet"
    return sha256_of(path.read_bytes()) if path.is_file() else ""


def read_study(cohort: Cohort, _: View | None = None) -> Study:
    """Return every printed number of a study, recomputed from its cohort.

    Raises
    ------
    AddressError
        When the cohort is not one of the reconstructed studies.
    HccvizError
        When a printed number names a column or level that the cohort lacks.
    """
    if not is_study(cohort):
        raise AddressError(
            f"No study is printed for this cohort. Choose one of: {', '.join(STUDIES)}."
        )
    patients = patients_of(cohort)
    targets = read_targets(cohort.name)
    strange = [s for t in targets for s in unknown_columns(t, patients, cohort.schema)]
    if strange:
        raise HccvizError(
            f"data/published/{cohort.name}_targets.csv names what the cohort does not have: "
            f"{'; '.join(strange)}. Correct these rows."
        )
    found = {row.target.id: row for row in achieve(patients.table, targets)}
    rows = []
    for target in targets:
        row = found.get(target.id)
        if row is None:
            rows.append(Printed(target, None, "context", None, None))
        else:
            link = link_of(target, cohort, patients)
            rows.append(Printed(target, row.value, verdict_of(row), row.relative_error, link))
    return Study(cohort.name, cohort.metadata.title, abstracts()[cohort.name], tuple(rows))


def verdict_of(row: Achieved) -> Verdict:
    """Return how a recomputed number stands to its print."""
    if row.target.status in ("impossible", "conflict"):
        return row.target.status  # type: ignore[return-value]
    if row.holds:
        return "reproduced"
    error = row.relative_error
    return "near" if error is not None and error <= NEAR else "differs"


@cache
def abstracts(path: Path = ABSTRACTS) -> dict[str, Abstract]:
    """Return the abstract of every study, and of the case report, by name."""
    told = tomllib.loads(path.read_text(encoding="utf-8"))
    fields = Abstract.__dataclass_fields__
    return {
        name: Abstract(**{key: row.get(key, "") for key in fields}) for name, row in told.items()
    }
