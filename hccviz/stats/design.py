"""From factors to the columns of a regression model: references, steps, interactions, who is in."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from hccviz.domain.errors import HccvizError
from hccviz.domain.model_records import Covariate, Dropped
from hccviz.domain.records import FloatArray, IntArray
from hccviz.stats.cautions import count

Interaction = tuple[str, str]
NUMBER = "number"


@dataclass(frozen=True, slots=True)
class DesignColumn:
    """One column of the matrix: which term, level and reference it stands for."""

    term: str
    label: str
    level: str
    reference: str
    reference_label: str = ""
    level_label: str = ""


@dataclass(frozen=True, slots=True, eq=False)
class Design:
    """Covariates of the complete patients as a matrix.

    Attributes
    ----------
    matrix
        Shape (n, p): indicators of levels against their reference, numbers per step, products.
    columns
        What the columns mean, length p.
    terms
        Name → label of factors and interactions ("sex:ecog"), in order.
    parts
        Interaction → the names of its two factors.
    kept
        Patients that are complete, shape (n_all,).
    stratum
        Code of the stratum per complete patient, shape (n,).
    dropped, notes
        What the others lack; references that had to change.
    """

    matrix: NDArray[np.float64]
    columns: tuple[DesignColumn, ...]
    terms: dict[str, str]
    parts: dict[str, Interaction]
    kept: NDArray[np.bool_]
    stratum: IntArray
    dropped: tuple[Dropped, ...]
    notes: tuple[str, ...]

    def places(self, term: str) -> IntArray:
        """Columns of a term."""
        return np.flatnonzero([column.term == term for column in self.columns])

    def without(self, term: str) -> IntArray:
        """Columns of all other terms."""
        return np.flatnonzero([column.term != term for column in self.columns])


def build_design(
    covariates: Sequence[Covariate],
    *,
    interactions: Sequence[Interaction] = (),
    strata: Covariate | None = None,
    usable: NDArray[np.bool_] | None = None,
    outcome: str = "the endpoint",
) -> Design:
    """Columns of a model for the patients in whom everything is recorded.

    Parameters
    ----------
    covariates
        Factors in the order of the table. Levels that no complete patient has are left out.
    interactions
        Pairs of names among ``covariates``; each adds the products of their columns.
    strata
        A category whose levels get their own baseline.
    usable
        Patients whose outcome is recorded, shape (n,).
    outcome
        How the outcome is called where it is what a patient lacks.

    Returns
    -------
    Design

    Raises
    ------
    HccvizError
        When there is no factor, a name is given twice, an interaction names a factor that is not
        in the model, or a step is not above 0.

    Examples
    --------
    >>> sex = Covariate("sex", "Sex", np.array(["m", "f", None], object), ("f", "m"), ("F", "M"))
    >>> build_design([sex]).matrix.tolist()
    [[1.0], [0.0]]
    """
    _check(covariates, interactions)
    recorded = {c.name: _recorded(c) for c in (*covariates, *([strata] if strata else []))}
    n = len(next(iter(recorded.values())))
    usable = np.ones(n, dtype=bool) if usable is None else usable
    kept = np.logical_and.reduce([usable, *recorded.values()])
    columns: list[DesignColumn] = []
    values: list[FloatArray] = []
    notes: list[str] = []
    for covariate in covariates:
        made, numbers, note = _columns(covariate, kept)
        columns += made
        values += numbers
        notes += note
    terms = {c.name: c.label for c in covariates}
    parts: dict[str, Interaction] = {}
    for a, b in interactions:
        name = f"{a}:{b}"
        made, numbers = _products(name, a, b, columns, values)
        columns += made
        values += numbers
        terms[name], parts[name] = f"{terms[a]} × {terms[b]}", (a, b)
    absent = [Dropped("", outcome, int((~usable).sum()))] + [
        Dropped(c.name, c.label, int((usable & ~recorded[c.name]).sum()))
        for c in (*covariates, *([strata] if strata else []))
    ]
    matrix = np.column_stack(values) if values else np.empty((int(kept.sum()), 0))
    return Design(
        matrix=matrix,
        columns=tuple(columns),
        terms=terms,
        parts=parts,
        kept=kept,
        stratum=_stratum(strata, kept),
        dropped=tuple(d for d in absent if d.n),
        notes=(*_who(kept, absent), *notes),
    )


def _check(covariates: Sequence[Covariate], interactions: Sequence[Interaction]) -> None:
    """Refuse what no model can be built of."""
    names = [c.name for c in covariates]
    if not names:
        raise HccvizError("A model needs at least one factor. Choose one.")
    for c in covariates:
        if names.count(c.name) > 1:
            raise HccvizError(f"{c.label} is in the model twice. Leave one out.")
        if not (np.isfinite(c.step) and c.step > 0):
            raise HccvizError(f"The step of {c.label} is {c.step:g}; it must be above 0.")
    for a, b in interactions:
        if a == b or not {a, b} <= set(names):
            raise HccvizError(
                f"The interaction {a} × {b} needs two different factors of the model. "
                f"There are: {', '.join(names)}."
            )


def _recorded(covariate: Covariate) -> NDArray[np.bool_]:
    """Mark the patients in whom a factor is recorded."""
    if covariate.is_category:
        known = set(covariate.levels)
        return np.array([value in known for value in covariate.values.tolist()], dtype=bool)
    return np.isfinite(covariate.values.astype(np.float64))


def _columns(
    covariate: Covariate, kept: NDArray[np.bool_]
) -> tuple[list[DesignColumn], list[FloatArray], list[str]]:
    """Columns of one factor among the complete patients, with a note when its reference changed."""
    name, label = covariate.name, covariate.label
    values = covariate.values[kept]
    if not covariate.is_category:
        per = _per(covariate)
        number = values.astype(np.float64) / covariate.step
        return [DesignColumn(name, per, "", "", level_label=per)], [number], []
    labels = dict(zip(covariate.levels, covariate.level_labels or covariate.levels, strict=True))
    there = set(values.tolist())
    present = [code for code in covariate.levels if code in there]
    wanted = covariate.reference or (covariate.levels[0] if covariate.levels else "")
    notes: list[str] = []
    reference = wanted
    if wanted not in present and present:
        reference = present[0]
        if covariate.reference:
            notes = [
                f"{label}: no complete patient in the reference {labels.get(wanted, wanted)}; "
                f"{labels[reference]} is the reference."
            ]
    others = [code for code in present if code != reference]
    made = [
        DesignColumn(
            name, f"{label}: {labels[code]}", code, reference, labels[reference], labels[code]
        )
        for code in others
    ]
    return made, [(values == code).astype(np.float64) for code in others], notes


def _per(covariate: Covariate) -> str:
    """Label of a number with what its ratio is per: "Age, per 10 years", "Size, per cm"."""
    unit = covariate.unit
    if covariate.step != 1.0:
        return f"{covariate.label}, per {covariate.step:g} {unit or 'units'}"
    return f"{covariate.label}, per {unit.removesuffix('s')}" if unit else covariate.label


def _products(
    name: str, a: str, b: str, columns: list[DesignColumn], values: list[FloatArray]
) -> tuple[list[DesignColumn], list[FloatArray]]:
    """Columns of an interaction."""
    made, numbers = [], []
    for i, one in enumerate(columns):
        for j, other in enumerate(columns):
            if one.term == a and other.term == b:
                label = f"{one.label} × {other.label}"
                level = f"{one.level or NUMBER}:{other.level or NUMBER}"
                made.append(DesignColumn(name, label, level, "", "", label))
                numbers.append(values[i] * values[j])
    return made, numbers


def _stratum(strata: Covariate | None, kept: NDArray[np.bool_]) -> IntArray:
    """Code the strata of the complete patients."""
    if strata is None:
        return np.zeros(int(kept.sum()), dtype=np.int64)
    codes = np.unique(strata.values[kept].astype(str), return_inverse=True)[1]
    return codes.astype(np.int64)


def _who(kept: NDArray[np.bool_], absent: Sequence[Dropped]) -> tuple[str, ...]:
    """Return the sentence about complete patients, or none when everyone is complete."""
    n, everyone = int(kept.sum()), len(kept)
    if n == everyone:
        return ()
    lacking = ", ".join(f"{d.label} in {d.n}" for d in absent if d.n)
    return (
        f"Complete patients only: {n} of {count(everyone, 'patient')}; not recorded: {lacking}.",
    )
