"""Rules about counts and percentages: what is possible for that n, what adds up, what is below."""

from __future__ import annotations

from fractions import Fraction
from math import ceil, floor

from hccviz.evidence.audit.claims import Claim
from hccviz.evidence.audit.printed import Match, Printed, match, show
from hccviz.evidence.audit.records import CellError, Judgement

WIDEST = 50
"""Counts on either side that are looked at; with more of them any percentage is possible."""
HOW: dict[Match, str] = {
    "half": "an exact half, rounded down",
    "truncated": "truncated instead of rounded",
    "rounded up": "rounded up",
    "one unit": "one unit of the last digit away: neither rounding nor truncation, as where a "
    "column was made to add up",
}


def percentage(claim: Claim) -> Judgement:
    """Judge whether a percentage is possible for that n (GRIM), and whether its count gives it.

    A percentage of n patients is 100 k/n for a whole k. With the count printed, k is known; without
    it, every k that prints like this (rounded, or truncated) will do. Percentages of another
    printed denominator (column ``other``) are told apart.

    References
    ----------
    Brown NJL, Heathers JAJ. Soc Psychol Personal Sci 2017;8:363-9.
    """
    n, printed = claim.whole("n", least=1), claim.number("percent")
    if printed.value > 100 or printed.value < 0:
        return Judgement("impossible", f"{printed.text} % lies outside 0 to 100 %.", "0 to 100 %")
    if claim.has("count"):
        found = _of_count(claim.whole("count"), n, printed)
    else:
        found = _of_any(n, printed)
    if claim.has("other") and found.verdict in ("impossible", "inconsistent"):
        other = claim.whole("other", least=1)
        counted = (
            _of_count(claim.whole("count"), other, printed)
            if claim.has("count")
            else _of_any(other, printed)
        )
        if counted.verdict in ("consistent", "rounding"):
            return Judgement(
                "inconsistent",
                f"{found.argument} It is a percentage of {other}: {counted.argument}",
                found.recomputed,
            )
    return found


def _of_count(count: int, n: int, printed: Printed) -> Judgement:
    if count > n:
        return Judgement("impossible", f"{count} patients cannot be among {n}.", f"at most {n}")
    exact = Fraction(100 * count, n)
    value = show(exact, printed.decimals)
    told = f"{count}/{n} = {show(exact, printed.decimals + 2)} %"
    if printed.operator != "=":
        return _compared(exact, printed, told)
    kind = match(exact, printed)
    if kind == "rounded":
        return Judgement("consistent", f"{told}.", f"{value} %")
    if kind != "no":
        return Judgement(
            "rounding",
            f"{told} rounds to {value} %; {printed.text} % is {HOW[kind]}.",
            f"{value} %",
        )
    other = _of_any(n, printed)
    if other.verdict == "impossible":
        return Judgement(
            "impossible",
            f"{told}, not {printed.text} %; and no count of {n} prints as {printed.text} % "
            f"({_neighbours(n, printed)}).",
            f"{value} %",
        )
    return Judgement(
        "inconsistent",
        f"{told}, not {printed.text} %, which would be {other.argument}",
        f"{value} %",
    )


def _of_any(n: int, printed: Printed) -> Judgement:
    if printed.operator != "=":
        return Judgement("consistent", f"Some count of {n} is {printed.text} %.")
    middle, reach = printed.value * n / 100, min(printed.unit * n / 100, Fraction(WIDEST))
    near = range(max(0, floor(middle - reach)), min(n, ceil(middle + reach)) + 1)
    kinds = {k: match(Fraction(100 * k, n), printed) for k in near}
    rounded = [k for k, kind in kinds.items() if kind == "rounded"]
    if rounded:
        many = " (and other counts)" if len(rounded) > 1 else ""
        k = min(rounded, key=lambda k: abs(k - middle))
        told = f"{k}/{n} = {show(Fraction(100 * k, n), printed.decimals + 2)} %{many}."
        return Judgement("consistent", told, f"{k}/{n}")
    cut = [k for k, kind in kinds.items() if kind in ("truncated", "half", "rounded up")]
    if cut:
        exact = Fraction(100 * cut[0], n)
        value = show(exact, printed.decimals)
        return Judgement(
            "rounding",
            f"{cut[0]}/{n} = {show(exact, printed.decimals + 2)} % rounds to {value} %; "
            f"{printed.text} % is {HOW[kinds[cut[0]]]}.",
            f"{value} %",
        )
    return Judgement(
        "impossible",
        f"No count of {n} prints as {printed.text} %, rounded or truncated: "
        f"{_neighbours(n, printed)}.",
        _neighbours(n, printed),
    )


def _neighbours(n: int, printed: Printed) -> str:
    k = floor(printed.value * n / 100)
    told = [
        f"{i}/{n} = {show(Fraction(100 * i, n), printed.decimals)} %" for i in (k, k + 1) if i <= n
    ]
    return ", ".join(told)


def _compared(exact: Fraction, printed: Printed, told: str) -> Judgement:
    if holds(exact, printed):
        return Judgement("consistent", f"{told}, {printed.text} %.", f"{show(exact)} %")
    return Judgement("inconsistent", f"{told}, not {printed.text} %.", f"{show(exact)} %")


def holds(exact: Fraction, printed: Printed) -> bool:
    """Tell whether a value fits a printed bound such as ``<0.001`` or ``>80``."""
    return {
        "<": exact < printed.value,
        "≤": exact <= printed.value,
        ">": exact > printed.value,
        "≥": exact >= printed.value,
    }.get(printed.operator, exact == printed.value)


def parts(claim: Claim) -> Judgement:
    """Judge whether the parts of a whole add up to it.

    Parts that exclude each other cannot add up to more than the whole; to less only when some
    patients belong to none of them or were not recorded.
    """
    counts, n = claim.wholes("counts"), claim.whole("n")
    total = sum(counts)
    told = f"{' + '.join(map(str, counts))} = {total}"
    if total == n:
        return Judgement("consistent", f"{told}, the whole.", str(total))
    if total > n:
        return Judgement(
            "impossible", f"{told}, more than the whole of {n}: a patient is counted twice.",
            str(total),
        )  # fmt: skip
    return Judgement(
        "inconsistent", f"{told} of {n}: {n - total} patients are in none of the parts.", str(total)
    )


def exclusive(claim: Claim) -> Judgement:
    """Judge whether groups that exclude each other by definition fit into the whole."""
    counts, n = claim.wholes("counts"), claim.whole("n")
    total = sum(counts)
    told = f"{' + '.join(map(str, counts))} = {total}"
    if total <= n:
        return Judgement("consistent", f"{told}, within {n}.", str(total))
    return Judgement(
        "inconsistent",
        f"{told}, but there are {n}: at least {total - n} would be in two groups that exclude each "
        "other by definition.",
        f"at most {n}",
    )


def percent_sum(claim: Claim) -> Judgement:
    """Judge whether percentages of one whole add up to 100.

    Each of k rounded percentages is off by half a unit of its last digit at most; truncated ones
    by one unit. Beyond that the sum cannot be 100.
    """
    shown = claim.numbers("values")
    total = sum((p.value for p in shown), Fraction(0))
    slack = sum((p.unit for p in shown), Fraction(0)) / 2
    told = f"{' + '.join(p.text for p in shown)} = {show(total)} %"
    off = abs(total - 100)
    if off == 0:
        return Judgement("consistent", f"{told}.", f"{show(total)} %")
    if off <= slack:
        return Judgement(
            "consistent",
            f"{told}: rounding of {len(shown)} numbers explains up to {show(slack)}.",
            f"{show(total)} %",
        )
    if off <= 2 * slack:
        return Judgement(
            "rounding", f"{told}: more than rounding explains ({show(slack)}), not more than "
            "truncation does.", f"{show(total)} %",
        )  # fmt: skip
    return Judgement(
        "inconsistent",
        f"{told}: rounding explains at most {show(slack)}, truncation {show(2 * slack)}.",
        f"{show(total)} %",
    )


def at_most(claim: Claim) -> Judgement:
    """Judge whether a number that includes another one, or bounds it, is not below it."""
    value, bound = claim.number("value"), claim.number("other")
    if value.value <= bound.value:
        return Judgement("consistent", f"{value.text} is not above {bound.text}.")
    if value.low <= bound.high:
        return Judgement("rounding", f"{value.text} is above {bound.text} within rounding only.")
    return Judgement(
        "inconsistent",
        f"{value.text} is above {bound.text}, which bounds it.",
        f"at most {bound.text}",
    )


def selection(claim: Claim) -> Judgement:
    """Judge whether a printed entry rule was followed: p below the limit in, others out."""
    inside = claim.numbers("values")
    outside = claim.numbers("other_values") if claim.has("other_values") else ()
    limit = claim.number("threshold")
    wrong_in = [p.text for p in inside if p.operator == "=" and p.value >= limit.value]
    wrong_out = [p.text for p in outside if p.value < limit.value]
    if not wrong_in and not wrong_out:
        return Judgement(
            "consistent",
            f"{len(inside)} with p below {limit.text} are in, {len(outside)} others are out.",
        )
    told = [f"{p} is in although not below {limit.text}" for p in wrong_in]
    told += [f"{p} is out although below {limit.text}" for p in wrong_out]
    return Judgement("inconsistent", f"Of the p values, {'; '.join(told)}.", f"p < {limit.text}")


def median_split(claim: Claim) -> Judgement:
    """Judge a median against the number of patients at or above a cut.

    With a median below the cut, at most half of n (rounded down) can be at or above it; with one
    at or above the cut, at least half of n (rounded up; half of an even n) must be.
    """
    n, count = claim.whole("n", least=1), claim.whole("count")
    median, cut = claim.number("median"), claim.number("threshold")
    if count > n:
        raise CellError("count", str(count), f"at most n = {n}")
    most_below, least_above = n // 2, (n + 1) // 2
    if median.high < cut.value and count > most_below:
        return Judgement(
            "impossible",
            f"With a median of {median.text}, below {cut.text}, at most {most_below} of {n} can be "
            f"at {cut.text} or more; {count} are printed.",
            f"at most {most_below}",
        )
    if median.low >= cut.value and count < least_above:
        return Judgement(
            "impossible",
            f"With a median of {median.text}, at least {least_above} of {n} are at {cut.text} or "
            f"more; {count} are printed.",
            f"at least {least_above}",
        )
    place = f"value {(n + 1) // 2} of {n}" if n % 2 else "between the two middle values"
    return Judgement(
        "consistent",
        f"{count} of {n} at {cut.text} or more, {n - count} below; the median, {place}, may be "
        f"{median.text}.",
    )
