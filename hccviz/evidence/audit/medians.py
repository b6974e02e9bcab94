"""Rules about one survival curve: median against rate, interval, follow-up, numbers of failures."""

from __future__ import annotations

from fractions import Fraction
from itertools import pairwise
from math import ceil

from hccviz.evidence.audit.claims import Claim
from hccviz.evidence.audit.printed import Printed, match, show
from hccviz.evidence.audit.records import CellError, Judgement, Verdict
from hccviz.evidence.audit.risk_sets import LARGEST, failure_sets

HALF = Fraction(50)
MOST_FAILURES = 3
MOST_FEWER = 200


def read_rate(claim: Claim, column: str = "rate") -> Printed:
    """Return a rate in per cent.

    Raises
    ------
    CellError
        When it is none, or not within 0 to 100.
    """
    found = claim.number(column)
    if not 0 <= found.value <= 100:
        raise CellError(column, found.text, "a rate from 0 to 100 %")
    return found


def median_rate(claim: Claim) -> Judgement:
    """Judge a median against a rate: survival never rises.

    The median is the first time at which S is at most 50 %, so S is at most 50 % from then on and
    above it (at least 50 % where the median is the middle of a flat stretch) before.
    """
    median, time, rate = claim.number("median"), claim.number("time"), read_rate(claim)
    if median.high <= time.value and rate.low > HALF:
        return Judgement(
            "impossible",
            f"S({median.text}) is at most 50 % by definition of the median and never rises, so "
            f"S({time.text}) is at most 50 %; {rate.text} % is printed.",
            f"S({time.text}) at most 50 %",
        )
    if median.low > time.value and rate.high < HALF:
        return Judgement(
            "impossible",
            f"Before the median of {median.text} S is not below 50 %; {rate.text} % is printed for "
            f"{time.text} months.",
            f"S({time.text}) at least 50 %",
        )
    side = "at most" if median.value <= time.value else "at least"
    return Judgement(
        "consistent",
        f"A median of {median.text} asks for S({time.text}) of {side} 50 %; {rate.text} % is.",
    )


def median_interval(claim: Claim) -> Judgement:
    """Judge a median against its interval, and tell a symmetric (normal) interval.

    An interval by inverting the band of the curve is not symmetric; one from an estimated density
    (as SPSS prints it) is, and is cut off at 0.
    """
    median, low, high = claim.number("median"), claim.number("low"), claim.number("high")
    if low.low > median.high or median.low > high.high:
        return Judgement(
            "impossible",
            f"{median.text} lies outside its own interval {low.text} to {high.text}.",
        )
    below, above = median.value - low.value, high.value - median.value
    slack = median.unit + (low.unit + high.unit) / 2
    if abs(below - above) <= slack:
        return Judgement(
            "consistent",
            f"Symmetric, {median.text} ± {show(above, 1)}: a normal approximation, as SPSS prints "
            "it.",
            f"±{show(above, 1)}",
        )
    if low.value == 0 and above > below:
        return Judgement(
            "consistent", f"{median.text} ± {show(above, 1)}, cut off at 0.", f"±{show(above, 1)}"
        )
    return Judgement("consistent", f"{median.text} lies within {low.text} to {high.text}.")


def list_median(claim: Claim) -> Judgement:
    """Judge a median against the printed values of all patients."""
    values = sorted(claim.numbers("values"), key=lambda p: p.value)
    n, printed = len(values), claim.number("median")
    middle = (values[(n - 1) // 2].value + values[n // 2].value) / 2
    told = f"The middle of {', '.join(p.text for p in values)} is {show(middle)}"
    how = match(middle, printed)
    if how == "rounded":
        return Judgement("consistent", f"{told}.", show(middle))
    verdict: Verdict = "inconsistent" if how == "no" else "rounding"
    return Judgement(verdict, f"{told}, not {printed.text}.", show(middle))


def cumulative(claim: Claim) -> Judgement:
    """Judge whether cumulative percentages rise (or survival falls) with their times."""
    times, values = claim.numbers("times"), claim.numbers("values")
    if len(times) != len(values) or len(times) < 2:
        raise CellError("values", f"{len(values)} values", f"one per time ({len(times)})")
    ranked = sorted(zip(times, values, strict=True), key=lambda pair: pair[0].value)
    falls = claim.text("label").lower() == "falls"
    for (t, before), (u, after) in pairwise(ranked):
        drop = before.low > after.high if not falls else after.low > before.high
        if drop and t.value < u.value:
            way = "fall" if not falls else "rise"
            return Judgement(
                "impossible",
                f"From {before.text} % at {t.text} to {after.text} % at {u.text}: it cannot {way}.",
            )
    told = ", ".join(f"{v.text} % at {t.text}" for t, v in ranked)
    return Judgement("consistent", f"{told}: {'falling' if falls else 'rising'} throughout.")


def follow_up(claim: Claim) -> Judgement:
    """Judge a median follow-up of all patients (deaths included) against the median survival.

    A Kaplan-Meier estimate is never below the share r/n still under observation, and at least
    r/(n - 1) once somebody was censored: a printed rate (before the median) that is no k/n says
    so. S = 50 % at the median therefore bounds r, and with it the middle follow-up time.
    """
    n, median, shown = claim.whole("n", least=2), claim.number("median"), claim.number("value")
    censored, why = _somebody_censored(claim, n, median)
    left = (n - 1) // 2 if censored else n // 2
    needed = (n + 1) // 2
    told = (
        f"S({median.text}) is at most 50 % and never below the share still under observation{why}: "
        f"at most {left} of {n} are followed beyond {median.text} months"
    )
    if shown.low > median.high and left < needed:
        return Judgement(
            "impossible",
            f"{told}. The median of all {n} follow-up times is then at most {median.text}; "
            f"{shown.text} is printed (deaths counted in, as a plain median).",
            f"at most {median.text}",
        )
    if shown.value == median.value and n % 2 and not censored:
        most = max(0, n - 2 * (n - (n + 1) // 2))
        return Judgement(
            "consistent",
            f"{told}. A follow-up median of {shown.text}, the same, leaves {n - needed} of {n} "
            f"beyond it, so at most {most} (and ties) was censored before.",
            f"at most {most} censored before {median.text} months",
        )
    return Judgement("consistent", f"{told}; a follow-up median of {shown.text} can be.")


def _somebody_censored(claim: Claim, n: int, median: Printed) -> tuple[bool, str]:
    if not claim.has("rate") or not claim.has("time"):
        return False, ""
    rate, time = read_rate(claim), claim.number("time")
    if time.value > median.low or _share(n, rate) is not None:
        return False, ""
    return True, (
        f", above it once somebody was censored, as {rate.text} % at {time.text} months shows "
        f"(no k/{n})"
    )


def _share(n: int, rate: Printed) -> int | None:
    """Return a k with 100 k/n printing as the rate; None when there is none."""
    k = ceil(rate.low * n / 100)
    return k if 0 <= k <= n and Fraction(100 * k, n) <= rate.high else None


def km_share(claim: Claim) -> Judgement:
    """Tell what a Kaplan-Meier rate says about censoring.

    Without censoring S is k/n. A rate that is no k/n shows that somebody was censored before; it
    is no percentage of patients and not to be judged like one.
    """
    n, rate = claim.whole("n", least=1), read_rate(claim)
    k = _share(n, rate)
    if k is not None:
        return Judgement("consistent", f"{rate.text} % is {k}/{n}, possible without censoring.")
    for fewer in range(n - 1, max(0, n - MOST_FEWER), -1):
        k = _share(fewer, rate)
        if k is not None:
            return Judgement(
                "consistent",
                f"{rate.text} % is no k/{n}: at least one patient was censored before; "
                f"{k}/{fewer} would give it.",
                f"e.g. {k}/{fewer}",
            )
    return Judgement("consistent", f"{rate.text} % is no k/{n}: somebody was censored before.")


def km_events(claim: Claim) -> Judgement:
    """Judge a Kaplan-Meier rate against the number of failures in all.

    Each failure with r at risk multiplies the estimate by (r - 1)/r, r at most n and falling. Up
    to three failures every set of numbers at risk is tried; with more, only the bound: all of them
    before that time leave at most (n - k)/n.
    """
    n, count = claim.whole("n", least=1), claim.whole("count")
    rate = read_rate(claim)
    if count > n:
        raise CellError("count", str(count), f"at most n = {n}")
    if n > LARGEST or count > MOST_FAILURES:
        top = Fraction(100 * (n - count), n)
        said = "above" if rate.low > top else "not above"
        extra = "so some came later" if rate.low > top else "so all may have come before"
        return Judgement(
            "consistent",
            f"With all {count} failures before, S is at most {n - count}/{n} = {show(top, 1)} %; "
            f"{rate.text} % is {said} that, {extra}.",
            f"at most {show(top, 1)} %",
        )
    low, high = float(rate.low / 100), float(min(rate.high, Fraction(100)) / 100)
    ways = {k: failure_sets(n, k, low, high) for k in range(count + 1)}
    total = sum(map(len, ways.values()))
    if not total:
        return Judgement(
            "impossible",
            f"No numbers at risk at up to {count} failures among {n} give {rate.text} %.",
        )
    fewest = min(k for k, sets in ways.items() if sets)
    shown = "; ".join(_at_risk(s) for k in ways for s in ways[k][:3])
    never = [str(k) for k, sets in ways.items() if not sets and k > fewest]
    also = f" {' or '.join(never)} failures before cannot give it." if never else ""
    return Judgement(
        "consistent",
        f"{rate.text} % needs {fewest} of {count} failures before, at risk {shown} ({total} "
        f"possible {'set' if total == 1 else 'sets'}).{also}",
        f"at risk {shown}",
    )


def _at_risk(places: tuple[int, ...]) -> str:
    return " and ".join(map(str, places)) if places else "nobody failed"
