"""Which factors are known only after month 0, so that survival by them needs a landmark.

The one place that decides it: by section and name of the vocabulary, and by the words in the name
of a file's own column.
"""

from __future__ import annotations

import re

from hccviz.domain.vocabulary import Variable

SECTIONS = ("response", "toxicity")
"""Sections whose columns describe what happened after the start."""
BEFORE = re.compile(r"afp_iu_ml|response_.*_last_tace")
"""Columns of those sections that were recorded before it."""
OWN = re.compile(
    r"(later|salvage|post|subsequent|new|time_to|failure|recurrence)_.*"
    r"|.*_(worsened|reduced|fell|after|by_month)(_.*)?"
)
OWN_BEFORE = re.compile(r"(prior|previous|before|last)_.*")
MONTHS = re.compile(r"_by_month_(\d+)|_(\d+)m$")
USUAL_MONTHS = 3.0
"""A landmark to begin with when the column names none: the usual first assessment."""


def known_after_start(variable: Variable) -> bool:
    """Tell whether a factor can be known only some time after month 0.

    Examples
    --------
    >>> from hccviz.domain import vocabulary
    >>> known_after_start(vocabulary.lookup("response_mrecist_best"))
    True
    >>> known_after_start(vocabulary.lookup("response_mrecist_last_tace"))
    False
    """
    if BEFORE.fullmatch(variable.name):
        return False
    if variable.section in SECTIONS:
        return True
    own = not variable.known and not OWN_BEFORE.fullmatch(variable.name)
    return own and OWN.fullmatch(variable.name) is not None


def first_landmark(variable: Variable) -> float:
    """Return the landmark to begin with, months: the one in the column's name, else the usual one.

    Examples
    --------
    >>> first_landmark(Variable("response_easl_6m", "", "response", "ordered"))
    6.0
    """
    named = MONTHS.search(variable.name)
    return float(next(g for g in named.groups() if g)) if named else USUAL_MONTHS
