"""The sentences about small groups and left-out patients, the same on every page."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from hccviz.domain.records import TestResult

CAUTION_BELOW = 10  # a caution beside the estimate below this many patients or events
NAMED_BELOW = 5  # a group below this size is named beside an omnibus p


def count(n: int, noun: str) -> str:
    """Count with its noun, in the singular or plural.

    Examples
    --------
    >>> count(1, "patient"), count(0, "event")
    ('1 patient', '0 events')
    """
    return f"{n} {noun}" if n == 1 else f"{n} {noun}s"


def rests_on(groups: Iterable[tuple[str, int]]) -> str:
    """Return the sentence that names groups too small for an omnibus p, or an empty string.

    Parameters
    ----------
    groups
        Label and number of patients of every group tested.

    Examples
    --------
    >>> rests_on([("Child-Pugh A", 30), ("Child-Pugh C", 1)])
    'This p rests on 1 patient in Child-Pugh C.'
    """
    groups = list(groups)
    small = [f"{count(n, 'patient')} in {label}" for label, n in groups if n < NAMED_BELOW]
    if not small or len(groups) < 2:
        return ""
    listed = small[0] if len(small) == 1 else f"{', '.join(small[:-1])} and {small[-1]}"
    return f"This p rests on {listed}."


def noted(tests: Iterable[TestResult], sentence: str) -> tuple[TestResult, ...]:
    """Add a sentence to the note of every test that has a p."""
    return tuple(
        test
        if test.p is None or not sentence
        else replace(test, note=f"{test.note} {sentence}".strip())
        for test in tests
    )


def left_out(n: int, reason: str) -> tuple[str, ...]:
    """Return one sentence about patients that an estimate does not use, or none.

    Examples
    --------
    >>> left_out(2, "without a usable time or event")
    ('2 patients without a usable time or event are left out.',)
    """
    if n == 0:
        return ()
    return (f"{count(n, 'patient')} {reason} {'is' if n == 1 else 'are'} left out.",)
