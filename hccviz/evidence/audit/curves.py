"""Rules about two curves: subgroups against all patients, PFS against OS, by exhaustive search."""

from __future__ import annotations

import math
from bisect import bisect_left
from dataclasses import dataclass

from hccviz.evidence.audit.claims import Claim
from hccviz.evidence.audit.medians import read_rate
from hccviz.evidence.audit.printed import Printed, show
from hccviz.evidence.audit.records import VERDICTS, CellError, Judgement
from hccviz.evidence.audit.risk_sets import (
    LARGEST,
    MOST_CENSORED,
    SLACK,
    Sense,
    Stratum,
    fewest_gone,
    mixture_survival,
    pooled_survival,
)

REMARKABLE = 3
"""From this many censored patients on (and 5 % of all) a reading that needs them is doubted."""
UNKNOWN_CENSORED = 6
LARGEST_MIXTURE = 24
MOST_MIXED = 4
LARGEST_PFS = 60


def subgroup_medians(claim: Claim) -> Judgement:
    """Judge medians of two subgroups against the rate of all patients at one time.

    Neither curve bounds the other pointwise under censoring: both subgroups at or below 50 % leave
    the pooled estimate above 50 % when the right patients were censored. So every order of deaths
    and censorings is searched through for the highest (or lowest) pooled estimate.
    """
    sizes, medians, censored = _subgroups(claim)
    time, rate = claim.number("time"), read_rate(claim)
    strict = claim.text("label").lower() == "first"
    strata = _strata(sizes, medians, float(time.value), float(time.value))
    sense: Sense = "highest" if rate.value > 50 else "lowest"
    told = (
        f"Medians of {medians[0].text} ({sizes[0]}) and {medians[1].text} ({sizes[1]}) against "
        f"{rate.text} % of all at {time.text} months"
    )
    bound = float((rate.low if sense == "highest" else rate.high) / 100)
    return _searched(_Question(strata, sense, bound, told, strict=strict), censored)


def subgroup_median(claim: Claim) -> Judgement:
    """Judge medians of two subgroups against the median of all patients.

    At the overall median the pooled estimate is at most 50 %; a subgroup whose median is later is
    still above it. With ``first`` in the column ``label`` medians are the first time with
    S <= 50 % (SPSS), hence death times: deaths known to come before the subgroups' medians
    (column ``deaths``) must then still fit in.
    """
    sizes, medians, censored = _subgroups(claim)
    overall = claim.number("median")
    strict = claim.text("label").lower() == "first"
    strata = _strata(sizes, medians, float(overall.low), float(overall.high))
    told = (
        f"Medians of {medians[0].text} ({sizes[0]}) and {medians[1].text} ({sizes[1]}) against "
        f"{overall.text} of all"
    )
    asked = []
    if any(s.reached for s in strata):
        before = f"{told}, just before it"
        asked.append(_Question(strata, "highest", 0.5, before, strict=strict, beyond=strict))
    later = [m.low for m, s in zip(medians, strata, strict=True) if s.reached is False]
    if later:
        known = claim.numbers("deaths") if claim.has("deaths") and strict else ()
        between = {d.value for d in known if overall.high < d.low and d.high < min(later)}
        if between:
            told += f", deaths at {' and '.join(d.text for d in known)} still to come"
        asked.append(_Question(strata, "lowest", 0.5, told, len(between), strict))
    if not asked:
        return Judgement("consistent", f"{told}: too close together for a contradiction.")
    found = [_searched(question, censored) for question in asked]
    return min(found, key=lambda judged: list(VERDICTS).index(judged.verdict))


@dataclass(frozen=True, slots=True)
class _Question:
    """Whether the pooled estimate of two strata can be as high (or low) as a bound, 0-1."""

    strata: tuple[Stratum, Stratum]
    sense: Sense
    bound: float
    told: str
    to_come: int = 0
    strict: bool = False
    beyond: bool = False

    @property
    def n(self) -> int:
        return self.strata[0].n + self.strata[1].n

    def extreme(self, censored: int) -> float:
        return pooled_survival(
            self.strata, censored, sense=self.sense, deaths_to_come=self.to_come,
            strict=self.strict,
        )  # fmt: skip

    def reached(self, value: float) -> bool:
        if self.sense == "highest":
            return value > self.bound + SLACK if self.beyond else value >= self.bound - SLACK
        return value <= self.bound + SLACK

    def show(self, value: float, decimals: int) -> str:
        word = "at most" if self.sense == "highest" else "at least"
        return f"{word} {show(100 * value, decimals)} %"


def _searched(question: _Question, censored: int | None) -> Judgement:
    """Search with more and more censored patients until the print can be reached."""
    n = question.n
    if n > LARGEST:
        raise CellError("counts", f"{n} patients", f"at most {LARGEST} for an exhaustive search")
    limit = min(n - 1, UNKNOWN_CENSORED if censored is None else MOST_CENSORED)
    most = limit if censored is None else min(censored, limit)
    without = question.extreme(0)
    value = without if question.reached(without) else question.extreme(most)
    if question.reached(value):
        k = bisect_left(range(most + 1), True, key=lambda k: question.reached(question.extreme(k)))
        return _reachable(question, k, without)
    if math.isnan(value):
        return Judgement("impossible", f"{question.told}: no order of events gives the medians.")
    shown = question.show(value, 2)
    start = question.show(without, 1)
    if censored is None or censored > most:
        return Judgement(
            "inconsistent",
            f"{question.told}: the pooled curve is {start} there without censoring, and {shown} "
            f"with up to {most} patients censored before. Not decided beyond"
            f"{'; give the number censored.' if censored is None else '.'}",
            shown,
        )
    return Judgement(
        "impossible",
        f"{question.told}: over every order of deaths and up to {most} censorings the pooled "
        f"Kaplan-Meier estimate is {shown} there ({start} without censoring).",
        shown,
    )


def _reachable(question: _Question, k: int, without: float) -> Judgement:
    if k == 0:
        return Judgement("consistent", f"{question.told}: possible, even without censoring.")
    start = f"{question.show(without, 1)} without censoring"
    argument = (
        f"{question.told}: the pooled curve is {start}; at least {k} patients must have been "
        "censored before"
    )
    if k >= max(REMARKABLE, math.ceil(question.n / 20)):
        return Judgement(
            "inconsistent",
            f"{argument}, and the right ones. Not impossible by itself.",
            f"at least {k} censored; {start}",
        )
    return Judgement("consistent", f"{argument}.", f"at least {k} censored")


def subgroup_rates(claim: Claim) -> Judgement:
    """Judge rates of two subgroups against the rate of all patients at the same time.

    Without censoring the pooled rate is the mean of both, weighted by patients. Censoring moves it;
    how many censored patients the printed rate needs is found by trying every order of events.
    """
    sizes = _two(claim.wholes("counts"), "counts")
    rates = claim.numbers("values")
    if len(rates) != 2:
        raise CellError("values", f"{len(rates)} rates", "two, in the order of counts")
    rate, n = read_rate(claim), sum(sizes)
    mixed = sum(float(r.value) * k for r, k in zip(rates, sizes, strict=True)) / n
    slack = sum(float(r.unit) / 2 * k for r, k in zip(rates, sizes, strict=True)) / n
    told = (
        f"{rates[0].text} % of {sizes[0]} and {rates[1].text} % of {sizes[1]} make "
        f"{show(mixed, 1)} % together, weighted by patients; {rate.text} % is printed"
    )
    if abs(mixed - float(rate.value)) <= slack + float(rate.unit) / 2:
        return Judgement("consistent", f"{told}.", f"{show(mixed, 1)} %")
    if n > LARGEST_MIXTURE:
        return Judgement(
            "inconsistent",
            f"{told}. Only patients censored before can explain it; not searched through beyond "
            f"{LARGEST_MIXTURE} patients.",
            f"{show(mixed, 1)} %",
        )
    bounds = tuple((float(r.low / 100), float(r.high / 100)) for r in rates)
    for k in range(MOST_MIXED + 1):
        span = mixture_survival((sizes[0], sizes[1]), (bounds[0], bounds[1]), k)
        if span and span[0] <= rate.high / 100 + SLACK and span[1] >= rate.low / 100 - SLACK:
            return _mixed(k, n, told, mixed)
    return Judgement(
        "inconsistent",
        f"{told}. No order of events with up to {MOST_MIXED} censored patients gives it.",
        f"{show(mixed, 1)} %",
    )


def _mixed(k: int, n: int, told: str, mixed: float) -> Judgement:
    argument = f"{told}. At least {k} patients must have been censored before, and the right ones."
    doubted = k >= max(REMARKABLE, math.ceil(n / 20))
    return Judgement(
        "inconsistent" if doubted else "consistent",
        f"{argument} Not impossible by itself." if doubted else argument,
        f"{show(mixed, 1)} % without censoring",
    )


def pfs_os(claim: Claim) -> Judgement:
    """Judge progression-free against overall survival at one time.

    Death ends both, so PFS should not be above OS; yet the two estimates are not ordered pointwise
    when progression-free patients are censored. How many patients must be gone (dead or censored)
    for that is searched through. Medians of follow-up above that time bound how many are: of n with
    such a median at most half.
    """
    n, time = claim.whole("n", least=1), claim.number("time")
    overall, free = read_rate(claim), read_rate(claim, "value")
    told = f"PFS {free.text} % and OS {overall.text} % at {time.text} months"
    if free.low <= overall.high:
        return Judgement("consistent", f"{told}: PFS is not above OS.")
    if n > LARGEST_PFS:
        return Judgement(
            "inconsistent",
            f"{told}: death ends PFS too, so PFS above OS needs many censored patients, or deaths "
            f"were censored (a rate of the event alone). Not searched through for {n} patients.",
            f"at most {overall.text} %",
        )
    gone = fewest_gone(n, pfs_low=float(free.low / 100), os_high=float(overall.high / 100))
    if gone is None:
        return Judgement("impossible", f"{told}: no order of events gives both.")
    allowed, why = _allowed_gone(claim, n, time)
    needs = f"{told}: over every order of events at least {gone} of {n} must be dead or censored"
    if gone > allowed:
        turned = f" Exchanged (PFS {overall.text}, OS {free.text}) they do not conflict."
        return Judgement(
            "impossible", f"{needs} by then; {why} allow {allowed}.{turned}",
            f"needs {gone}, allowed {allowed}",
        )  # fmt: skip
    return Judgement(
        "inconsistent", f"{needs} by then. Not impossible by itself.", f"needs {gone} gone"
    )


def _allowed_gone(claim: Claim, n: int, time: Printed) -> tuple[int, str]:
    if not claim.has("times") or not claim.has("counts"):
        return n, "the numbers"
    sizes, medians = claim.wholes("counts"), claim.numbers("times")
    if len(sizes) != len(medians) or sum(sizes) != n:
        raise CellError("counts", claim.text("counts"), f"one per median, {n} in all")
    allowed = sum(k // 2 if m.low > time.value else k for k, m in zip(sizes, medians, strict=True))
    told = " and ".join(f"{m.text} ({k})" for m, k in zip(medians, sizes, strict=True))
    return allowed, f"follow-up medians of {told}"


def _subgroups(claim: Claim) -> tuple[tuple[int, int], tuple[Printed, Printed], int | None]:
    sizes = _two(claim.wholes("counts"), "counts")
    medians = claim.numbers("times")
    if len(medians) != 2:
        raise CellError("times", f"{len(medians)} medians", "two, in the order of counts")
    censored = claim.whole("censored", most=sum(sizes)) if claim.has("censored") else None
    return sizes, (medians[0], medians[1]), censored


def _two(sizes: tuple[int, ...], column: str) -> tuple[int, int]:
    if len(sizes) != 2 or min(sizes) < 1:
        raise CellError(column, "+".join(map(str, sizes)), "two groups, such as 24+19")
    return sizes[0], sizes[1]


def _strata(
    sizes: tuple[int, int], medians: tuple[Printed, Printed], low: float, high: float
) -> tuple[Stratum, Stratum]:
    """Tell which subgroup has reached 50 % at a time known within bounds, as far as it is known."""
    known = [True if m.high <= low else False if m.low > high else None for m in medians]
    return Stratum(sizes[0], known[0]), Stratum(sizes[1], known[1])
