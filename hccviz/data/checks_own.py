"""Checks of columns that the vocabulary does not list, of patient_id and of the free-text study."""

from __future__ import annotations

import re
from collections.abc import Collection
from functools import cache

import pyarrow as pa
import pyarrow.compute as pc

from hccviz.data.checks_levels import as_text, encoded, missing_words
from hccviz.data.checks_numbers import is_numeric, without_infinite
from hccviz.data.checks_words import Outcome, any_true, counted_rows, shown_name
from hccviz.domain.errors import Fault
from hccviz.domain.vocabulary import UNKNOWN, endpoints, variables

MAX_LEVELS = 200
_TIME_WORDS = ("time", "day", "days", "week", "weeks", "month", "year", "years", "mo", "m")
_EVENT_WORDS = ("status", "censor", "censored", "cens", "indicator", "flag", "dead", "death")


def check_own_column(name: str, column: pa.ChunkedArray) -> Outcome:
    """Check a column of the file's own: kept as it is, by its type.

    Returns
    -------
    Outcome
        bool, int64, float64 or string; dates as text.
    """
    kind = column.type
    if pa.types.is_boolean(kind):
        return Outcome({name: column})
    if is_numeric(kind):
        if pa.types.is_integer(kind) and kind != pa.uint64():
            return Outcome({name: column.cast(pa.int64())})
        values, faults = without_infinite(name, column.cast(pa.float64(), safe=False))
        return Outcome({name: values}, faults)
    if pa.types.is_temporal(kind):
        fault = Fault(
            "warning", shown_name(name), len(column) - column.null_count, "dates",
            "times in months since the time origin",
            "Dates are kept as text and not used. They can identify patients: remove them if you "
            "do not need them.",
        )  # fmt: skip
        return Outcome({name: column.cast(pa.string())}, (fault,))
    return check_free_text(name, column)


def check_free_text(name: str, column: pa.ChunkedArray) -> Outcome:
    """Check a text column with levels of its own: missing words become null, many levels noted."""
    texts = as_text(column)
    coded = encoded(texts)
    empty = [(v or "").strip().casefold() in ("", UNKNOWN) for v in coded.values]
    faults = []
    values = texts
    if any(empty):
        faults.append(missing_words(name, texts, coded.mapped(list(empty), pa.bool_())))
        kept = [None if gone else v for v, gone in zip(coded.values, empty, strict=True)]
        values = coded.mapped(list(kept), pa.string())
    most, count = most_levels(len(texts)), len(coded.values)
    if count > most:
        fault = Fault(
            "warning", shown_name(name), 0, f"{count:,} different texts",
            f"at most {most} levels in a column to filter or group by",
            "The column is kept, but is no filter. If it holds names or notes, remove it.",
        )  # fmt: skip
        faults.append(fault)
    return Outcome({name: values}, tuple(faults))


def most_levels(rows: int) -> int:
    """Return how many distinct texts a file's own column may have to be a filter.

    Half as many as there are patients (a column of names is no factor), at least 12, at most 200.
    """
    return min(MAX_LEVELS, max(rows // 2, 12))


def check_patient_id(column: pa.ChunkedArray | None, rows: int) -> Outcome:
    """Check that every patient has one identifier; text out.

    Identifiers themselves are never printed, only their rows.
    """
    numbers = pa.chunked_array([pa.array(range(1, rows + 1), pa.int64())]).cast(pa.string())
    numbered = pc.binary_join_element_wise("row", numbers, " ")
    if column is None:
        fault = Fault(
            "warning", "patient_id", 0, "no column patient_id", "one pseudonym per patient",
            "Row numbers are used, so a patient listed twice would go unnoticed.",
        )  # fmt: skip
        return Outcome({"patient_id": numbered}, (fault,))
    texts = as_text(column)
    blank = pc.equal(pc.utf8_trim_whitespace(texts), "")
    texts = pc.if_else(pc.fill_null(blank, True), pa.scalar(None, pa.string()), texts)
    faults = (*_repeated_patients(texts), *_nameless_patients(texts))
    return Outcome({"patient_id": pc.coalesce(texts, numbered)}, faults)


def _repeated_patients(texts: pa.ChunkedArray) -> list[Fault]:
    counts = pc.value_counts(texts.drop_null())
    if len(counts) == len(texts) - texts.null_count:
        return []
    again = counts.field("values").filter(pc.greater(counts.field("counts"), 1))
    count, where = counted_rows(pc.is_in(texts, value_set=again))
    fault = Fault(
        "fatal", "patient_id", count, f"the same identifier more than once, in {where}",
        "one row per patient, each with its own patient_id",
        "Remove the repeated rows, or join the lesions of a patient into one row.",
    )  # fmt: skip
    return [fault]


def _nameless_patients(texts: pa.ChunkedArray) -> list[Fault]:
    absent = pc.is_null(texts)
    if not any_true(absent):
        return []
    count, where = counted_rows(absent)
    fault = Fault(
        "warning", "patient_id", count, f"no identifier in {where}", "one pseudonym per patient",
        "Row numbers are used there.",
    )  # fmt: skip
    return [fault]


def _folded(name: str) -> str:
    return re.sub(r"[^a-z0-9]+", " ", name.casefold()).strip()


@cache
def _known_spellings() -> dict[str, tuple[str, str]]:
    """Return folded spelling → (column name, label with unit), of variables and endpoints."""
    known: dict[str, tuple[str, str]] = {}
    for variable in variables().values():
        if variable.derived:
            continue
        words = (variable.name, variable.label, variable.label_with_unit, *variable.synonyms)
        label = f"{variable.label}, {variable.unit}" if variable.unit else variable.label
        for word in words:
            known.setdefault(_folded(word), (variable.name, label))
    for code, point in endpoints().items():
        for words, part, label in (
            (("months", *_TIME_WORDS), "months", f"{point.label}, months"),
            (("event", *_EVENT_WORDS), "event", f"{point.label}, 1 {point.event}, 0 censored"),
        ):
            for word in words:
                known.setdefault(f"{code} {word}", (f"{code}_{part}", label))
                known.setdefault(_folded(f"{point.label} {word}"), (f"{code}_{part}", label))
    return known


def likely_name(name: str, present: Collection[str]) -> Fault | None:
    """Return the hint that a column looks like one of the vocabulary; None when it does not.

    Parameters
    ----------
    name
        A column that the vocabulary does not list.
    present
        All columns of the file: a name that is taken already is not suggested.

    Examples
    --------
    >>> likely_name("AGE", ()).sentence()
    'Column AGE: found a name that looks like age_years (Age, years); expected that exact name. \
Rename it, or use it as it is.'
    """
    target, label = _known_spellings().get(_folded(name), ("", ""))
    if not target or target in present:
        return None
    convert = ""
    if target.endswith("_months") and re.search(r"(day|week|year|time)s?$", _folded(name)):
        convert = " with the times in months"
    return Fault(
        "warning", shown_name(name), 0, f"a name that looks like {target} ({label})",
        "that exact name", f"Rename it{convert}, or use it as it is.",
    )  # fmt: skip
