"""Checks of dose columns: dose and fractions together, doses in cGy, a file's own BED or EQD2."""

from __future__ import annotations

import re
from collections.abc import Mapping

import pyarrow as pa
import pyarrow.compute as pc

from hccviz.data.checks_numbers import is_numeric, not_a_number
from hccviz.data.checks_words import Outcome, any_true, counted_rows, distinct, shown_name
from hccviz.domain.errors import Fault
from hccviz.domain.vocabulary import DEFAULT_ALPHA_BETA_GY

HIGHEST_DOSE_GY = 200.0
HIGHEST_FRACTION_GY = 30.0
LOWEST_FRACTION_GY = 0.5
DOSE_TOLERANCE_GY = 0.5

Columns = Mapping[str, pa.ChunkedArray]
_OWN_DOSE = re.compile(r"(?P<kind>bed|eqd2)(_?(gy)?_?(10|gy10)?)?(_?gy)?")
_NOT_COMPUTED = "BED and EQD2 cannot be computed"


def own_dose_kind(name: str) -> str | None:
    """Return ``bed`` or ``eqd2`` when a file's column claims to hold it; None for any other.

    Examples
    --------
    >>> own_dose_kind("BED10 (Gy)"), own_dose_kind("eqd2_gy"), own_dose_kind("bed_in_file")
    ('bed', 'eqd2', None)
    """
    match = _OWN_DOSE.fullmatch(re.sub(r"[^a-z0-9]+", "_", name.casefold()).strip("_"))
    return match["kind"] if match else None


def check_dose(columns: Columns) -> Outcome:
    """Check ``total_dose_gy`` and ``fractions`` together, each already checked on its own.

    Returns
    -------
    Outcome
        The two columns, as far as they are usable.
    """
    kept = {name: columns[name] for name in ("total_dose_gy", "fractions") if name in columns}
    faults: list[Fault] = []
    dose, fractions = kept.get("total_dose_gy"), kept.get("fractions")
    if dose is not None:
        wrong = _impossible_dose(dose, fractions)
        if wrong is not None:
            faults.append(wrong)
            del kept["total_dose_gy"]
            return Outcome(kept, tuple(faults))
        faults.extend(_without_partner("total_dose_gy", "fractions", dose, fractions))
        if fractions is not None:
            faults.extend(_small_fractions(dose, fractions))
    if fractions is not None:
        faults.extend(_without_partner("fractions", "total_dose_gy", fractions, dose))
    return Outcome(kept, tuple(faults))


def _impossible_dose(dose: pa.ChunkedArray, fractions: pa.ChunkedArray | None) -> Fault | None:
    nothing = pc.equal(dose, 0)
    if any_true(nothing):
        count, rows = counted_rows(nothing)
        return Fault(
            "error", "total_dose_gy", count, f"a dose of 0 Gy in {rows}", "a dose above 0 Gy",
            "Leave the cell empty where no dose is recorded. The column is set aside until then.",
        )  # fmt: skip
    high = pc.greater(dose, HIGHEST_DOSE_GY)
    if fractions is not None:
        each = pc.divide(dose, fractions.cast(pa.float64(), safe=False))
        high = pc.or_kleene(high, pc.greater(each, HIGHEST_FRACTION_GY))
    if not any_true(high):
        return None
    count, rows = counted_rows(high)
    return Fault(
        "error", "total_dose_gy", count, f"{distinct(dose, high)} Gy in {rows}",
        f"at most {HIGHEST_DOSE_GY:.0f} Gy in all and {HIGHEST_FRACTION_GY:.0f} Gy per fraction",
        "Are these cGy? Divide by 100. The column is set aside until then.",
    )  # fmt: skip


def _without_partner(
    name: str, partner: str, values: pa.ChunkedArray, others: pa.ChunkedArray | None
) -> list[Fault]:
    recorded = pc.is_valid(values)
    alone = recorded if others is None else pc.and_(recorded, pc.is_null(others))
    if not any_true(alone):
        return []
    count, rows = counted_rows(alone)
    if others is None:
        found = f"{name} without a usable column {partner}"
        action = f"{_NOT_COMPUTED} for {count:,} rows. Add {partner}."
    else:
        found = f"{name} without {partner} in {rows}"
        action = f"{_NOT_COMPUTED} for these rows. Complete them if you can."
    return [Fault("warning", name, count, found, "dose and fractions in the same rows", action)]


def _small_fractions(dose: pa.ChunkedArray, fractions: pa.ChunkedArray) -> list[Fault]:
    small = pc.less(pc.divide(dose, fractions.cast(pa.float64(), safe=False)), LOWEST_FRACTION_GY)
    if not any_true(small):
        return []
    count, rows = counted_rows(small)
    return [
        Fault(
            "warning",
            "total_dose_gy",
            count,
            f"less than {LOWEST_FRACTION_GY} Gy per fraction in {rows}",
            "the dose of the whole course",
            "Is this the dose per fraction? It is used as it is.",
        )
    ]


def check_own_dose(name: str, target: str, column: pa.ChunkedArray, columns: Columns) -> Outcome:
    """Compare a file's own BED or EQD2 column with the value computed at the default α/β.

    Parameters
    ----------
    name, target
        The column's name in the file, and the name under which it is kept.
    column
        Its values.
    columns
        Checked columns, ``total_dose_gy`` and ``fractions`` among them if usable.
    """
    kind = own_dose_kind(name) or "bed"
    label = kind.upper()
    if not is_numeric(column.type) and not pa.types.is_null(column.type):
        return Outcome({}, (not_a_number(name, column, f"numbers ({label} in Gy)"),))
    values = column.cast(pa.float64(), safe=False)
    expected = f"{label} computed from total_dose_gy and fractions"
    kept = f"It is kept as {target}; filters and figures use the computed {label}."
    dose, fractions = columns.get("total_dose_gy"), columns.get("fractions")
    if dose is None or fractions is None:
        found = f"a {label} column, but no usable total_dose_gy and fractions to compare it with"
        fault = Fault("warning", name, 0, found, expected, f"{kept} Add dose and fractions.")
        return Outcome({target: values}, (fault,))
    fault = _compared(name, kind, values, _computed(dose, fractions), f"{expected} at α/β 10 Gy")
    action = f"{fault.action} {kept}".strip()
    said = Fault("warning", name, fault.rows, fault.found, fault.expected, action)
    return Outcome({target: values}, (said,))


def _computed(dose: pa.ChunkedArray, fractions: pa.ChunkedArray) -> dict[str, pa.ChunkedArray]:
    """Return BED and EQD2 by row at the default α/β."""
    each = pc.divide(dose, fractions.cast(pa.float64(), safe=False))
    bed = pc.multiply(dose, pc.add(pc.divide(each, DEFAULT_ALPHA_BETA_GY), 1.0))
    return {"bed": bed, "eqd2": pc.divide(bed, 1.0 + 2.0 / DEFAULT_ALPHA_BETA_GY)}


def _compared(
    name: str, kind: str, values: pa.ChunkedArray, computed: Columns, expected: str
) -> Fault:
    compared = pc.sum(pc.is_valid(pc.add(values, computed[kind])), min_count=0).as_py()
    wrong = _apart(values, computed[kind])
    if not any_true(wrong):
        found = f"values that agree within {DOSE_TOLERANCE_GY} Gy in all {compared:,} rows compared"
        return Fault("warning", name, 0, found, expected, "")
    count, _ = counted_rows(wrong)
    places = pc.indices_nonzero(pc.fill_null(wrong, False)).slice(0, 3).to_pylist()
    examples = "; ".join(
        f"row {place + 1}: {values[place].as_py():.2f}, "
        f"computed {computed[kind][place].as_py():.2f}"
        for place in places
    )
    found = (
        f"{count:,} of {compared:,} rows that differ by more than {DOSE_TOLERANCE_GY} Gy "
        f"({examples})"
    )
    other = "eqd2" if kind == "bed" else "bed"
    unlike = pc.and_kleene(wrong, pc.fill_null(_apart(values, computed[other]), True))
    action = "Check how it was computed."
    if not any_true(unlike):
        held = other.upper()
        action = f"Where it differs it equals {held}: your {shown_name(name)} column holds {held}."
    return Fault("warning", name, count, found, expected, action)


def _apart(one: pa.ChunkedArray, other: pa.ChunkedArray) -> pa.ChunkedArray:
    return pc.greater(pc.abs(pc.subtract(one, other)), DOSE_TOLERANCE_GY)
