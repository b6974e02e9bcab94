"""Rules about what is printed twice: the same quantity, a word from a list, a course of dates."""

from __future__ import annotations

from datetime import date
from fractions import Fraction

from hccviz.evidence.audit.claims import Claim
from hccviz.evidence.audit.printed import Printed, match, read_printed, show
from hccviz.evidence.audit.records import CellError, Judgement
from hccviz.evidence.audit.shares import holds

DAYS_PER_MONTH = Fraction(1461, 48)  # 365.25 / 12


def twice(claim: Claim) -> Judgement:
    """Compare two printed values of one quantity.

    Equal values agree; a value with fewer decimals may be the other one rounded (or cut off); a
    bound such as ``>80`` must hold for the other value; words agree when they are the same.
    """
    if not claim.has("value") or not claim.has("other"):
        raise CellError("other", "one value only", "the two printed values")
    one, two = claim.text("value"), claim.text("other")
    first, second = read_printed(one), read_printed(two)
    if first is None or second is None:
        same = one.casefold() == two.casefold()
        if same:
            return Judgement("consistent", f"“{one}” stands in both places.", two)
        return Judgement("inconsistent", f"“{one}” in one place, “{two}” in the other.", two)
    return _numbers(first, second)


def _numbers(first: Printed, second: Printed) -> Judgement:
    bounds = [p for p in (first, second) if p.operator != "="]
    if len(bounds) == 1:
        value = second if bounds[0] is first else first
        if holds(value.value, bounds[0]):
            return Judgement("consistent", f"{value.text} is {bounds[0].text}.", value.text)
        return Judgement("inconsistent", f"{value.text} is not {bounds[0].text}.", value.text)
    if first.value == second.value:
        return Judgement("consistent", f"{first.text} in both places.", second.text)
    coarse, fine = sorted((first, second), key=lambda p: p.decimals)
    if coarse.decimals < fine.decimals:
        how = match(fine.value, coarse)
        if how in ("rounded", "truncated", "half", "rounded up"):
            return Judgement(
                "rounding", f"{coarse.text} is {fine.text} with fewer decimals ({how}).", fine.text
            )
    return Judgement(
        "inconsistent", f"{first.text} in one place, {second.text} in the other.", second.text
    )


def one_of(claim: Claim) -> Judgement:
    """Judge whether a printed word or version is one that exists (``other``, joined by +)."""
    value = claim.text("value")
    known = [part.strip() for part in claim.text("other").split("+") if part.strip()]
    if not value or not known:
        raise CellError("value", "nothing", "the word, and in other the words there are")
    if value.casefold() in (word.casefold() for word in known):
        return Judgement("consistent", f"“{value}” is one of {', '.join(known)}.", value)
    return Judgement(
        "inconsistent", f"There is no “{value}”; there are {', '.join(known)}.", ", ".join(known)
    )


def timeline(claim: Claim) -> Judgement:
    """Judge whether printed durations in a row fit between two printed dates.

    ``value`` and ``other`` are the dates (YYYY-MM-DD), ``times`` the durations in months that
    follow each other. A duration can be rounded down by half a unit of its printed digits at most;
    one given in whole years (a multiple of 12) by half a year.
    """
    start, end = _date(claim, "value"), _date(claim, "other")
    spans = claim.numbers("times")
    months = sum((p.value for p in spans), Fraction(0))
    there = Fraction((end - start).days) / DAYS_PER_MONTH
    least = sum((p.value - (6 if p.value % 12 == 0 else p.unit / 2) for p in spans), Fraction(0))
    told = (
        f"{' + '.join(p.text for p in spans)} months = {show(months / 12)} years; from {start} to "
        f"{end} are {show(there / 12)} years"
    )
    if months <= there:
        return Judgement("consistent", f"{told}.", f"{show(there / 12)} years")
    left = there - (months - spans[-1].value)
    argument = (
        f"{told}: at most {show(left / 12)} years are left for the last span of "
        f"{show(spans[-1].value / 12)}."
    )
    if least > there:
        return Judgement(
            "impossible", f"{argument} Rounding does not explain it.", f"{show(left / 12)} years"
        )
    return Judgement(
        "inconsistent",
        f"{argument} It fits only if the earlier spans were shorter than printed.",
        f"at most {show(left / 12)} years",
    )


def _date(claim: Claim, column: str) -> date:
    try:
        return date.fromisoformat(claim.text(column))
    except ValueError:
        raise CellError(column, f"“{claim.text(column)[:20]}”", "a date YYYY-MM-DD") from None
