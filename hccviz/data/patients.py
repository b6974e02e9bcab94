"""The few views of single patients: no identifier, ordered by value, hidden for a handful.

Everything else in hccviz is computed from counts. These records hold one entry per patient
because the figure is one; below `PRIVACY_THRESHOLD` filtered patients they stay empty.
"""

from __future__ import annotations

from typing import Any

import narwhals as nw
import numpy as np
from numpy.typing import NDArray

from hccviz.data.cohort import Cohort
from hccviz.data.expressions import narrow, value_of, variable_at
from hccviz.domain.errors import AddressError
from hccviz.domain.filters import CohortFilter
from hccviz.domain.outcome_records import (
    PRIVACY_THRESHOLD,
    DoseSizes,
    PatientMap,
)
from hccviz.domain.vocabulary import toxicity_term

AFP_PAIRS = (("afp_ng_ml", "afp_after_ng_ml"), ("afp_iu_ml", "afp_after_iu_ml"))
_HIDDEN = "Patients are not shown one by one when fewer than {least} are left; here {n}."


def hidden_below(n: int) -> str:
    """Return why ``n`` patients are not shown one by one, or an empty string."""
    return _HIDDEN.format(least=PRIVACY_THRESHOLD, n=n) if n < PRIVACY_THRESHOLD else ""


def collect(cohort: Cohort, chosen: CohortFilter, **columns: nw.Expr) -> dict[str, Any]:
    """Return columns of the filtered patients as arrays, numbers as float64."""
    frame = narrow(cohort.frame, chosen, cohort.schema)
    rows = frame.select(**columns).collect()
    return {
        name: rows[name].cast(nw.Float64).to_numpy()
        if rows[name].dtype.is_numeric()
        else np.array(rows[name].to_list(), dtype=object)
        for name in columns
    }


def category_of(cohort: Cohort, criterion: str) -> nw.Expr:
    """Return the recorded response, null where there is none or the cohort has no criterion."""
    if criterion not in cohort.schema.variables:
        return nw.lit(None).cast(nw.String)
    return nw.col(criterion)


def words_of(values: NDArray[Any]) -> tuple[str, ...]:
    """Return codes with an empty string for null."""
    return tuple("" if v is None else str(v) for v in values)


def changes(
    cohort: Cohort, chosen: CohortFilter, criterion: str, *, afp: bool
) -> tuple[dict[str, Any], str]:
    """Return percent change with the recorded response of each patient, and the column's name.

    Raises
    ------
    AddressError
        When the cohort records no such change.
    """
    there = cohort.schema.variables
    category = category_of(cohort, criterion)
    if not afp:
        if "size_change_pct" not in there:
            raise AddressError(
                "This cohort records no size change (size_change_pct, percent). Open a cohort "
                "that has it."
            )
        change = nw.col("size_change_pct")
        return collect(cohort, chosen, change=change, category=category), "size_change_pct"
    for before, after in AFP_PAIRS:
        if before in there and after in there:
            found = collect(
                cohort, chosen, before=nw.col(before), after=nw.col(after), category=category
            )
            return found, after
    raise AddressError(
        "This cohort does not record alpha-fetoprotein both before and after (afp_ng_ml and "
        "afp_after_ng_ml, or afp_iu_ml and afp_after_iu_ml). Open a cohort that does."
    )


def dose_sizes(cohort: Cohort, chosen: CohortFilter, address: str, criterion: str) -> DoseSizes:
    """Return dose, tumor size and recorded response of each patient who has the first two.

    Raises
    ------
    AddressError
        When the cohort lacks the dose or the size.
    """
    if "tumor_size_cm" not in cohort.schema.variables:
        raise AddressError("This cohort has no tumor size (tumor_size_cm). Open one that has it.")
    dose = variable_at(cohort.schema, address)
    found = collect(
        cohort, chosen, dose=value_of(dose, chosen.alpha_beta_gy), size=nw.col("tumor_size_cm"),
        category=category_of(cohort, criterion),
    )  # fmt: skip
    there = np.flatnonzero(~(np.isnan(found["dose"]) | np.isnan(found["size"])))
    order = there[np.lexsort((found["size"][there], found["dose"][there]))]
    hidden = hidden_below(len(order))
    shown = order if not hidden else order[:0]
    return DoseSizes(
        dose.label, dose.unit, criterion, found["dose"][shown], found["size"][shown],
        words_of(found["category"][shown]), len(order), len(found["dose"]) - len(order), hidden,
    )  # fmt: skip


def patient_map(cohort: Cohort, chosen: CohortFilter, phase: str, scale: str) -> PatientMap:
    """Return worst grades by term and patient, the most burdened patient first.

    Patients without any recorded term of the phase are left out and counted.
    """
    terms = cohort.schema.toxicity.get(phase, ())
    found = collect(cohort, chosen, **{t: nw.col(t).cast(nw.Float64) for t in terms})
    grades = np.array([found[t] for t in terms]) if terms else np.zeros((0, 0))
    recorded = ~np.isnan(grades).all(axis=0) if terms else np.zeros(0, dtype=bool)
    kept = np.where(np.isnan(grades[:, recorded]), -1, grades[:, recorded]).astype(np.int8)
    hidden = hidden_below(kept.shape[1])
    high = [-(kept >= g).sum(axis=0) for g in (1, 2, 3, 4, 5)]
    order = np.lexsort((*[-row for row in kept[::-1]], *high)) if kept.size else np.zeros(0, int)
    labels = [term.label if (term := toxicity_term(t)) else t for t in terms]
    return PatientMap(
        phase, scale, terms, tuple(labels), kept[:, order] if not hidden else kept[:, :0],
        kept.shape[1], int((~recorded).sum()), hidden,
    )  # fmt: skip
