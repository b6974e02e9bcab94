"""The rules by name: what each asks for, why it holds, and the function that judges."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from hccviz.evidence.audit import counts, curves, doses, medians, shares, wording
from hccviz.evidence.audit.claims import Claim
from hccviz.evidence.audit.records import Judgement


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule.

    Attributes
    ----------
    code, title
        Name in tables and on screen.
    reason
        Why it holds, in a sentence.
    needs, takes
        Columns that must be filled, and those that may be.
    check
        Function that judges a claim.
    heavy
        True when it searches through orders of events.
    named
        True when it is used only where the column ``rule`` names it.
    """

    code: str
    title: str
    reason: str
    needs: tuple[str, ...]
    check: Callable[[Claim], Judgement]
    takes: tuple[str, ...] = ()
    heavy: bool = False
    named: bool = False


_RULES = (
    Rule(
        "median_rate", "Median against a rate",
        "Survival never rises: from the median on S is at most 50 %, before it at least.",
        ("median", "time", "rate"), medians.median_rate,
    ),
    Rule(
        "percentage", "Percentage possible for n",
        "A percentage of n patients is 100 k/n for a whole k; its printed digits tell rounding "
        "from truncation (GRIM).",
        ("n", "percent"), shares.percentage, ("count", "other"),
    ),
    Rule(
        "parts", "Parts sum to the whole",
        "Parts that exclude each other add up to the whole, never to more.",
        ("counts", "n"), shares.parts,
    ),
    Rule(
        "exclusive", "Groups that exclude each other",
        "Groups that exclude each other by definition hold at most n patients together.",
        ("counts", "n"), shares.exclusive, named=True,
    ),
    Rule(
        "percent_sum", "Percentages sum to 100",
        "k rounded percentages miss 100 by k half units of the last digit at most.",
        ("values",), shares.percent_sum, named=True,
    ),
    Rule(
        "at_most", "A part within what bounds it",
        "A number that is included in another one is not above it.",
        ("value", "other"), shares.at_most, named=True,
    ),
    Rule(
        "selection", "Entry rule of a regression followed",
        "Variables enter below the printed limit of p, and only those.",
        ("values", "threshold"), shares.selection, ("other_values",),
    ),
    Rule(
        "median_split", "Median against a cut",
        "At least half of the patients are at or above the median, at least half at or below.",
        ("n", "median", "threshold", "count"), shares.median_split,
    ),
    Rule(
        "list_median", "Median of the printed values",
        "The median of a list is its middle value.",
        ("values", "median"), medians.list_median, named=True,
    ),
    Rule(
        "median_interval", "Median and its interval",
        "A median lies in its interval; a symmetric one is a normal approximation.",
        ("median", "low", "high"), medians.median_interval,
    ),
    Rule(
        "subgroup_medians", "Subgroup medians against a rate of all",
        "Not ordered pointwise under censoring: every order of deaths and censorings is tried.",
        ("counts", "times", "time", "rate"), curves.subgroup_medians, ("censored", "label"),
        heavy=True,
    ),
    Rule(
        "subgroup_median", "Subgroup medians against the overall one",
        "Not ordered pointwise under censoring: every order of deaths and censorings is tried.",
        ("counts", "times", "median"), curves.subgroup_median, ("censored", "deaths", "label"),
        heavy=True,
    ),
    Rule(
        "subgroup_rates", "Subgroup rates against the overall one",
        "Without censoring the overall rate is the weighted mean; what censoring can move is tried "
        "out.",
        ("counts", "values", "time", "rate"), curves.subgroup_rates, heavy=True,
    ),
    Rule(
        "pfs_os", "PFS against OS",
        "Death ends both; PFS above OS needs censored patients, and follow-up says how many there "
        "can be.",
        ("n", "time", "rate", "value"), curves.pfs_os, ("counts", "times"), heavy=True,
    ),
    Rule(
        "follow_up", "Follow-up against median survival",
        "S is never below the share still observed, so S = 50 % bounds the middle follow-up time.",
        ("n", "median", "value"), medians.follow_up, ("time", "rate"), named=True,
    ),
    Rule(
        "km_share", "What a rate says about censoring",
        "A Kaplan-Meier rate that is no k/n shows that somebody was censored before.",
        ("n", "rate"), medians.km_share, named=True,
    ),
    Rule(
        "km_events", "Rate against the number of failures",
        "Each failure with r at risk multiplies S by (r - 1)/r; every set of r is tried.",
        ("n", "count", "rate"), medians.km_events, heavy=True,
    ),
    Rule(
        "cumulative", "Cumulative rates rise",
        "What is reached stays reached: cumulative percentages rise, survival falls.",
        ("times", "values"), medians.cumulative, ("label",), named=True,
    ),
    Rule(
        "dose", "Dose recomputed, label identified",
        "BED = D (1 + d/(α/β)), EQDx = D (d + α/β)/(x + α/β): the number tells which it is.",
        ("dose", "fractions", "value"), doses.dose, ("alpha_beta", "label"),
    ),
    Rule(
        "dose_median", "Median dose against EQD2",
        "With at least 2 Gy per fraction EQD2 is never below the dose, patient by patient.",
        ("n", "median", "value", "threshold", "count"), doses.dose_median, ("other",), named=True,
    ),
    Rule(
        "counts_p", "p recomputed from counts",
        "The same counts give one p by Pearson, Yates, Fisher and the likelihood ratio each.",
        ("counts", "p"), counts.counts_p, ("label",),
    ),
    Rule(
        "ratio", "Ratio, interval and p together",
        "log HR is the middle of the log limits, and their distance gives p (Wald).",
        ("ratio", "low", "high"), counts.ratio, ("p",),
    ),
    Rule(
        "twice", "Same quantity printed twice",
        "One quantity has one value: in text and table, abstract and results.",
        ("value", "other"), wording.twice,
    ),
    Rule(
        "one_of", "A word or version that exists",
        "A version that was never published cannot have been used.",
        ("value", "other"), wording.one_of, named=True,
    ),
    Rule(
        "timeline", "Durations between two dates",
        "Durations that follow each other fit between the dates they lie between.",
        ("value", "other", "times"), wording.timeline, named=True,
    ),
)  # fmt: skip

RULES: dict[str, Rule] = {rule.code: rule for rule in _RULES}
"""Every rule by its code, in the order of the page."""


def fitting(claim: Claim) -> tuple[Rule, ...]:
    """Return the rules whose columns are filled; one that another includes is left out.

    Examples
    --------
    >>> [r.code for r in fitting(Claim(1, {"n": "43", "count": "27", "percent": "62.8"}))]
    ['percentage']
    """
    filled = {name for name in claim.cells if claim.has(name)}
    there = [r for r in _RULES if not r.named and set(r.needs) <= filled]
    return tuple(
        r for r in there if not any(set(r.needs) < set(o.needs) for o in there if o is not r)
    )
