"""Checks of columns with levels: categories, grades, responses, yes/no, T stage."""

from __future__ import annotations

from dataclasses import dataclass, replace

import pyarrow as pa
import pyarrow.compute as pc

from hccviz.data.checks_numbers import is_numeric, neither_0_nor_1
from hccviz.data.checks_words import (
    Outcome,
    any_true,
    counted_rows,
    distinct,
    either,
    listed,
    number_of,
    quoted,
    shown_name,
)
from hccviz.domain.errors import Fault
from hccviz.domain.vocabulary import UNKNOWN, Variable, variables

_ASIDE = "The column is set aside until then."
MISSING_WORDS = frozenset(
    ("", UNKNOWN, "not recorded", "not available", "missing", "na", "n/a", "nan", "null", ".")
)


def as_text(column: pa.ChunkedArray) -> pa.ChunkedArray:
    """Return any simple column as text; whole numbers without a decimal point."""
    if is_numeric(column.type) and pa.types.is_floating(column.type):
        whole = pc.and_(pc.equal(column, pc.round(column)), pc.less(pc.abs(column), 2**53))
        if pc.all(whole, min_count=0).as_py():
            return column.cast(pa.int64(), safe=False).cast(pa.string())
        rest = pc.if_else(whole, column, pa.scalar(0.0)).cast(pa.int64(), safe=False)
        return pc.if_else(whole, rest.cast(pa.string()), column.cast(pa.string()))
    return column if column.type == pa.string() else column.cast(pa.string())


@dataclass(frozen=True, slots=True)
class Encoded:
    """A text column as its distinct values and, for each row, the place among them."""

    values: list[str | None]
    places: pa.ChunkedArray

    def mapped(self, answers: list[object], kind: pa.DataType) -> pa.ChunkedArray:
        """Return for each row the answer that belongs to its value; null stays null."""
        taken = pc.take(pa.array(answers, kind), self.places)
        return taken if isinstance(taken, pa.ChunkedArray) else pa.chunked_array([taken])


def encoded(texts: pa.ChunkedArray) -> Encoded:
    """Return a text column by its distinct values."""
    coded = texts.dictionary_encode().unify_dictionaries()
    if coded.num_chunks == 0:
        return Encoded([], pa.chunked_array([[]], pa.int32()))
    places = pa.chunked_array([chunk.indices for chunk in coded.chunks])
    return Encoded(coded.chunk(0).dictionary.to_pylist(), places)


def _spellings(variable: Variable) -> dict[str, str]:
    """Return every accepted spelling, in lower case, with its code."""
    spellings: dict[str, str] = {}
    for level in variable.levels:
        for word in (level.code, level.label, *level.synonyms):
            spellings.setdefault(word.casefold(), level.code)
        if level.code.isdecimal():
            spellings.setdefault(f"{level.code}.0", level.code)
    return spellings


def check_levels(variable: Variable, column: pa.ChunkedArray, expected: str = "") -> Outcome:
    """Check a column whose values must be level codes of the vocabulary.

    The code itself, its label and its listed synonyms are accepted in any case; whatever is not
    the very code is listed as a warning. Any other value sets the column aside.

    Parameters
    ----------
    variable
        The column and its levels.
    column
        Its values, of any simple type.
    expected
        What to print as expected; the codes when empty.
    """
    name = variable.name
    codes, known = set(variable.codes()), _spellings(variable)
    texts = encoded(as_text(column))
    folded = [(value or "").strip().casefold() for value in texts.values]
    answers = [
        value if value in codes else known.get(fold)
        for value, fold in zip(texts.values, folded, strict=True)
    ]
    is_missing = [a is None and f in MISSING_WORDS for a, f in zip(answers, folded, strict=True)]
    unknown = [a is None and not m for a, m in zip(answers, is_missing, strict=True)]
    expected = expected or either(variable.codes())
    if any(unknown):
        wrong = texts.mapped(list(unknown), pa.bool_())
        return Outcome({}, (_unknown_levels(variable, as_text(column), wrong, expected),))
    faults = []
    pairs = {v: a for v, a in zip(texts.values, answers, strict=True) if a is not None and v != a}
    if pairs:
        translated = texts.mapped([v in pairs for v in texts.values], pa.bool_())
        faults.append(_translated(variable, pairs, translated))
    if any(is_missing):
        faults.append(
            missing_words(name, as_text(column), texts.mapped(list(is_missing), pa.bool_()))
        )
    return Outcome({name: texts.mapped(list(answers), pa.string())}, tuple(faults))


def _unknown_levels(
    variable: Variable, texts: pa.ChunkedArray, wrong: pa.ChunkedArray, expected: str
) -> Fault:
    count, rows = counted_rows(wrong)
    return Fault(
        "error", variable.name, count, f"{distinct(texts, wrong)} in {rows}",
        f"{expected} ({variable.label})",
        f"Write one of these codes, or leave the cell empty. {_ASIDE}",
    )  # fmt: skip


def _translated(variable: Variable, pairs: dict[str | None, str], mask: pa.ChunkedArray) -> Fault:
    count, _ = counted_rows(mask)
    said = listed(f"{quoted(value)} as {code}" for value, code in pairs.items())
    return Fault(
        "warning", variable.name, count,
        f"{number_of(count, 'value')} in another spelling, read {said}",
        f"the codes {either(variable.codes())}", "Check that this is what the values mean.",
    )  # fmt: skip


def missing_words(name: str, texts: pa.ChunkedArray, mask: pa.ChunkedArray) -> Fault:
    """Return the warning that words such as "unknown" count as not recorded."""
    count, _ = counted_rows(mask)
    return Fault(
        "warning", shown_name(name), count,
        f"{distinct(texts, mask)} in {number_of(count, 'row')}",
        "an empty cell (null) for a missing value", "These values count as not recorded.",
    )  # fmt: skip


def check_boolean(variable: Variable, column: pa.ChunkedArray) -> Outcome:
    """Check a yes/no column: booleans, 0 and 1, or words; booleans out."""
    if pa.types.is_boolean(column.type):
        return Outcome({variable.name: column})
    expected = "yes or no, true or false, 1 or 0"
    if is_numeric(column.type):
        wrong = neither_0_nor_1(column)
        if any_true(wrong):
            fault = _unknown_levels(variable, as_text(column), wrong, expected)
            return Outcome({}, (fault,))
        return Outcome({variable.name: pc.equal(column, 1)})
    checked = check_levels(variable, column, expected)
    columns = {name: pc.equal(codes, "yes") for name, codes in checked.columns.items()}
    return replace(checked, columns=columns)


def check_grade(variable: Variable, column: pa.ChunkedArray) -> Outcome:
    """Check a toxicity column: whole grades 0 to 5, int8 out."""
    checked = check_levels(variable, column, "whole grades 0, 1, 2, 3, 4 or 5")
    if not checked.columns:
        action = f"Write the worst grade as a number (3, not G3), or leave it empty. {_ASIDE}"
        return Outcome({}, (replace(checked.faults[0], action=action),))
    columns = {name: codes.cast(pa.int8()) for name, codes in checked.columns.items()}
    return replace(checked, columns=columns)


def check_t_stage(variable: Variable, column: pa.ChunkedArray, *, keep_substage: bool) -> Outcome:
    """Check the T stage; substages are collapsed and kept beside it as ``t_substage``.

    Parameters
    ----------
    variable, column
        ``t_stage`` of the vocabulary, and the file's values.
    keep_substage
        False when the file has a ``t_substage`` column of its own.
    """
    substage = variables()["t_substage"]
    finer = tuple(level for level in substage.levels if level.code not in variable.codes())
    both = replace(variable, levels=(*variable.levels, *finer))
    expected = f"{either(variable.codes())}, with substages such as T1a or T3b"
    checked = check_levels(both, column, expected)
    stages = checked.columns.get(variable.name)
    if stages is None:
        return checked
    has_substage = pc.greater(pc.utf8_length(stages), 2)
    columns = {variable.name: pc.utf8_slice_codeunits(stages, 0, 2)}
    if not any_true(has_substage):
        return replace(checked, columns=columns)
    if keep_substage:
        columns[substage.name] = stages
    count, _ = counted_rows(has_substage)
    kept = "The substage is kept in t_substage." if keep_substage else (
        "The file's own t_substage is kept."
    )  # fmt: skip
    fault = Fault(
        "warning", variable.name, count,
        f"{number_of(count, 'value')} with a substage ({distinct(stages, has_substage)})",
        f"the stages {either(variable.codes())}", f"They are collapsed to the stage. {kept}",
    )  # fmt: skip
    return Outcome(columns, (*checked.faults, fault))
