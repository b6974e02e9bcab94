"""What a rule calls impossible is impossible: every rule against all small cases."""

from __future__ import annotations

import math
from collections.abc import Iterator
from fractions import Fraction
from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hccviz.evidence.audit.claims import Claim
from hccviz.evidence.audit.counts import likelihood_ratio_p, yates_p
from hccviz.evidence.audit.printed import match, read_printed
from hccviz.evidence.audit.records import Judgement
from hccviz.evidence.audit.risk_sets import (
    Stratum,
    failure_sets,
    fewest_gone,
    mixture_survival,
    pooled_survival,
)
from hccviz.evidence.audit.rules import RULES
from hccviz.stats.proportions import pearson_test

HALF = Fraction(1, 2)
State = tuple[int, int, Fraction, Fraction, Fraction, int]


def judge(rule: str, **cells: object) -> Judgement:
    return RULES[rule].check(Claim(1, {name: str(cell) for name, cell in cells.items()}))


# ------------------------------------------------------------- exhaustive search, brute force


def pooled_states(n1: int, n2: int, censored: int) -> Iterator[State]:
    """Every state that deaths and censorings of two strata can reach, in exact fractions."""
    seen: set[State] = set()
    open_: list[State] = [(n1, n2, Fraction(1), Fraction(1), Fraction(1), 0)]
    while open_:
        state = open_.pop()
        if state in seen:
            continue
        seen.add(state)
        r1, r2, s1, s2, pooled, c = state
        after = pooled * Fraction(r1 + r2 - 1, r1 + r2) if r1 + r2 else pooled
        if r1:
            open_.append((r1 - 1, r2, s1 * Fraction(r1 - 1, r1), s2, after, c))
            if c < censored:
                open_.append((r1 - 1, r2, s1, s2, pooled, c + 1))
        if r2:
            open_.append((r1, r2 - 1, s1, s2 * Fraction(r2 - 1, r2), after, c))
            if c < censored:
                open_.append((r1, r2 - 1, s1, s2, pooled, c + 1))
    yield from seen


def fits(left: int, survival: Fraction, reached: bool | None, *, strict: bool) -> bool:
    if reached is None:
        return True
    if reached:
        return survival <= HALF
    return left > 0 and (survival > HALF if strict else survival >= HALF)


def room(state: State, reached: tuple[bool | None, bool | None], *, strict: bool) -> int:
    """Deaths that can still come while the strata that are above 0.5 stay there."""
    found = 0
    for left, survival, known in zip(state[:2], state[2:4], reached, strict=True):
        for deaths in range(left, -1, -1):
            after = survival * Fraction(left - deaths, left) if left else survival
            if fits(left - deaths, after, known, strict=strict):
                found += deaths
                break
    return found


SIZES = st.tuples(st.integers(1, 5), st.integers(1, 4))
KNOWN = st.sampled_from([True, False, None])


@settings(max_examples=80, deadline=None)
@given(SIZES, KNOWN, KNOWN, st.integers(0, 4), st.booleans(), st.booleans(), st.integers(0, 2))
def test_pooled_survival_is_the_extreme_of_all_orders(sizes, a, b, censored, up, strict, to_come):
    censored = min(censored, sum(sizes) - 1)
    to_come = 0 if up else to_come
    ends = [
        s[4]
        for s in pooled_states(*sizes, censored)
        if fits(s[0], s[2], a, strict=strict)
        and fits(s[1], s[3], b, strict=strict)
        and (not to_come or room(s, (a, b), strict=strict) >= to_come)
    ]
    found = pooled_survival(
        (Stratum(sizes[0], a), Stratum(sizes[1], b)), censored,
        sense="highest" if up else "lowest", deaths_to_come=to_come, strict=strict,
    )  # fmt: skip
    if to_come and True in (a, b):  # what a stratum that is through asks for is left out: a bound
        assert not ends or found <= float(min(ends)) + 1e-9
    elif not ends:
        assert math.isnan(found)
    else:
        assert found == pytest.approx(float((max if up else min)(ends)), abs=1e-9)


def progression_states(n: int) -> set[tuple[int, int, Fraction, Fraction]]:
    """Progression-free, progressed, PFS, OS: every state of one cohort."""
    seen: set[tuple[int, int, Fraction, Fraction]] = set()
    open_ = [(n, 0, Fraction(1), Fraction(1))]
    while open_:
        state = open_.pop()
        if state in seen:
            continue
        seen.add(state)
        free, ill, pfs, os = state
        left = free + ill
        if free:
            ended = pfs * Fraction(free - 1, free)
            open_.append((free - 1, ill + 1, ended, os))
            open_.append((free - 1, ill, ended, os * Fraction(left - 1, left)))
            open_.append((free - 1, ill, pfs, os))
        if ill:
            open_.append((free, ill - 1, pfs, os * Fraction(left - 1, left)))
            open_.append((free, ill - 1, pfs, os))
    return seen


@pytest.mark.parametrize("n", [2, 3, 4])
def test_fewest_gone_is_the_least_of_all_orders(n):
    states = progression_states(n)
    for low, high in product(range(5, 100, 10), repeat=2):
        possible = [
            n - free - ill
            for free, ill, pfs, os in states
            if pfs >= Fraction(low, 100) and os <= Fraction(high, 100) and free + ill > 0 and free
        ]
        found = fewest_gone(n, pfs_low=low / 100, os_high=high / 100)
        assert found == (min(possible) if possible else None), (low, high)


@settings(max_examples=60, deadline=None)
@given(SIZES, st.integers(0, 3), st.integers(0, 10), st.integers(0, 10))
def test_mixture_is_the_range_of_all_orders(sizes, censored, first, second):
    bounds = tuple((max(0.0, k / 10 - 0.05), min(1.0, k / 10 + 0.05)) for k in (first, second))
    states = [
        s
        for s in pooled_states(*sizes, censored)
        if s[5] == censored
        and all(
            low - 1e-9 <= v <= high + 1e-9 for v, (low, high) in zip(s[2:4], bounds, strict=True)
        )
    ]
    followed = [float(s[4]) for s in states if s[0] and s[1]]
    found = mixture_survival(sizes, bounds, censored)
    if found is not None:
        assert found[0] >= float(min(s[4] for s in states)) - 1e-9
        assert found[1] <= float(max(s[4] for s in states)) + 1e-9
    if followed:
        assert found is not None
        assert found[0] <= min(followed) + 1e-9
        assert found[1] >= max(followed) - 1e-9


@settings(max_examples=60, deadline=None)
@given(st.integers(1, 9), st.integers(0, 3), st.integers(0, 100))
def test_failure_sets_are_all_there_are(n, failures, percent):
    low, high = (percent - 0.5) / 100, (percent + 0.5) / 100
    values = set()

    def follow(at_risk: int, left: int, survival: Fraction) -> None:
        if left == 0:
            values.add(survival)
        for r in range(at_risk, 0, -1):
            if left:
                follow(r - 1, left - 1, survival * Fraction(r - 1, r))

    follow(n, failures, Fraction(1))
    possible = any(low - 1e-9 <= v <= high + 1e-9 for v in values)
    assert bool(failure_sets(n, failures, low, high)) == possible


# ------------------------------------------------------------- one curve


def curves(n: int) -> Iterator[list[tuple[int, Fraction]]]:
    """Every Kaplan-Meier curve of n patients at times 1, 2, 3 …: (time, S) after each time."""
    for kinds in product((True, False), repeat=n):
        survival, steps = Fraction(1), []
        for i, event in enumerate(kinds):
            survival *= Fraction(n - i - 1, n - i) if event else 1
            steps.append((i + 1, survival))
        yield steps


@pytest.mark.parametrize("n", [1, 2, 3, 4, 5, 6])
def test_no_curve_has_a_median_and_rate_that_are_called_impossible(n):
    for steps in curves(n):
        reached = [t for t, s in steps if s <= HALF]
        if not reached:
            continue
        for time in range(n + 2):
            rate = next((s for t, s in reversed(steps) if t <= time), Fraction(1))
            shown = f"{float(100 * rate):.1f}"
            judged = judge("median_rate", median=reached[0], time=time, rate=shown)
            assert judged.verdict == "consistent", (steps, time)


@pytest.mark.parametrize("n", [2, 3, 4, 5, 6])
def test_no_cohort_has_a_follow_up_that_is_called_impossible(n):
    for steps, kinds in zip(curves(n), product((True, False), repeat=n), strict=True):
        reached = [t for t, s in steps if s <= HALF]
        if not reached:
            continue
        middle = (steps[(n - 1) // 2][0] + steps[n // 2][0]) / 2
        for time in range(1, reached[0]):
            rate = f"{float(100 * steps[time - 1][1]):.1f}"
            judged = judge(
                "follow_up", n=n, median=f"{reached[0]}.0", value=f"{middle:.1f}", time=time,
                rate=rate,
            )  # fmt: skip
            assert judged.verdict == "consistent", (kinds, time)


@settings(deadline=None)
@given(st.lists(st.integers(0, 9), min_size=1, max_size=9), st.integers(0, 9))
def test_no_sample_has_a_median_and_cut_that_are_called_impossible(values, cut):
    count = sum(v >= cut for v in values)
    judged = judge(
        "median_split", n=len(values), median=f"{np.median(values):.1f}", threshold=cut, count=count
    )
    assert judged.verdict == "consistent"


@settings(deadline=None)
@given(st.lists(st.tuples(st.integers(1, 15), st.integers(2, 15)), min_size=1, max_size=8),
       st.integers(2, 60))  # fmt: skip
def test_no_doses_have_a_median_that_is_called_impossible(courses, cut):
    doses = [count * single for count, single in courses]
    eqd2 = [d * (single + 10) / 12 for d, (_, single) in zip(doses, courses, strict=True)]
    judged = judge(
        "dose_median", n=len(doses), median=f"{np.median(doses):.1f}", value=2, threshold=cut,
        count=sum(e >= cut for e in eqd2), other=f"{np.median(eqd2):.1f}",
    )  # fmt: skip
    assert judged.verdict != "impossible"


# ------------------------------------------------------------- counts, tests, doses


@given(st.integers(1, 60), st.integers(0, 3), st.data())
def test_a_percentage_is_called_impossible_only_where_no_count_gives_it(n, decimals, data):
    shown = data.draw(st.integers(0, 100 * 10**decimals))
    text = f"{shown / 10**decimals:.{decimals}f}"
    printed = read_printed(text)
    kinds = {match(Fraction(100 * k, n), printed) for k in range(n + 1)}
    verdict = judge("percentage", n=n, percent=text).verdict
    if "rounded" in kinds:
        assert verdict == "consistent"
    elif kinds & {"half", "truncated", "rounded up"}:
        assert verdict == "rounding"
    else:
        assert verdict == "impossible"


@given(st.integers(1, 400), st.integers(0, 3), st.data())
def test_a_count_and_its_rounded_or_truncated_percentage(n, decimals, data):
    k = data.draw(st.integers(0, n))
    scaled = Fraction(100 * k * 10**decimals, n)
    rounded, cut = math.floor(scaled + HALF), math.floor(scaled)
    for value, verdict in ((rounded, "consistent"), (cut, "rounding")):
        text = f"{value / 10**decimals:.{decimals}f}"
        found = judge("percentage", n=n, count=k, percent=text).verdict
        assert found == ("consistent" if value == rounded else verdict)


@given(st.lists(st.integers(0, 50), min_size=1, max_size=6), st.integers(-3, 3))
def test_parts(counts, off):
    n = max(0, sum(counts) + off)
    verdict = judge("parts", n=n, counts="+".join(map(str, counts))).verdict
    total = sum(counts)
    assert verdict == (
        "consistent" if total == n else "impossible" if total > n else "inconsistent"
    )


@given(st.lists(st.integers(1, 40), min_size=2, max_size=6))
def test_rounded_percentages_of_one_whole_are_never_called_inconsistent(counts):
    shown = [math.floor(Fraction(1000 * c, sum(counts)) + HALF) / 10 for c in counts]
    values = "+".join(f"{v:.1f}" for v in shown)
    assert judge("percent_sum", values=values).verdict == "consistent"


@given(st.floats(-2, 2), st.floats(0.05, 1.5), st.integers(2, 3), st.integers(2, 3))
def test_a_printed_wald_interval_is_never_called_wrong(log_ratio, error, decimals, p_decimals):
    z = 1.959963984540054
    low, middle, high = (math.exp(log_ratio + k * z * error) for k in (-1, 0, 1))
    p = math.erfc(abs(log_ratio / error) / math.sqrt(2))
    cells = {"ratio": middle, "low": low, "high": high}
    texts = {name: f"{value:.{decimals}f}" for name, value in cells.items()}
    assert judge("ratio", **texts, p=f"{p:.{p_decimals}f}").verdict == "consistent"


@given(st.lists(st.integers(1, 30), min_size=4, max_size=4))
def test_every_test_of_a_fourfold_table_is_recognised(counts):
    a, b, c, d = counts
    table = np.array([[a, b], [c, d]])
    for p in (pearson_test(table).p, yates_p(table), likelihood_ratio_p(table)):
        found = judge("counts_p", counts=f"{a}+{b}/{c}+{d}", p=f"{p:.4f}")
        assert found.verdict == "consistent"
    assert likelihood_ratio_p(table) <= 1
    assert yates_p(table) >= pearson_test(table).p - 1e-12


@given(st.integers(10, 80), st.integers(1, 40), st.sampled_from([2, 3, 10]))
def test_every_dose_under_its_own_label(total, count, ratio):
    if total / count > 30:
        return
    single = Fraction(total, count)
    values = {
        "BED": total * (1 + single / ratio),
        "EQD2": total * (single + ratio) / (2 + ratio),
        "EQD1.8": total * (single + ratio) / (Fraction(9, 5) + ratio),
    }
    for label, value in values.items():
        shown = math.floor(value * 10 + HALF) / 10
        cells = {"dose": total, "fractions": count, "alpha_beta": ratio, "value": f"{shown:.1f}"}
        assert judge("dose", **cells, label=label).verdict == "consistent"
        other = {"BED": "EQD2", "EQD2": "BED", "EQD1.8": "BED"}[label]
        if abs(values[other] - value) > Fraction(1, 5):
            assert judge("dose", **cells, label=other).verdict == "inconsistent"
