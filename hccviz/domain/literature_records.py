"""Records of the literature page: counts behind printed percents, and their summary."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from hccviz.domain.records import Proportion, Quantity

CountRule = Literal["given", "rounded", "several", "truncated", "impossible"]


@dataclass(frozen=True, slots=True)
class PrintedCount:
    """The whole number of patients behind a printed percent.

    Attributes
    ----------
    printed
        The percent as printed, without the sign (``"47.4"``); empty when only a count was given.
    n
        Denominator.
    rule
        ``given``: the count itself was given. ``rounded``: exactly one whole number of ``n``
        rounds to the percent. ``several``: more than one does. ``truncated``: none rounds to it,
        but one is cut off to it. ``impossible``: none gives it either way.
    candidates
        Every whole number that gives the percent by that rule; for ``impossible`` the two whole
        numbers around it.
    used
        The candidate nearest to the printed percent.
    """

    printed: str
    n: int
    rule: CountRule
    candidates: tuple[int, ...]
    used: int


@dataclass(frozen=True, slots=True)
class PooledStudy:
    """One study in a summary. Weights are shares of 1 in the fixed and the random summary."""

    name: str
    rate: Proportion
    weight_fixed: float
    weight_random: float
    corrected: bool
    """True when nobody or everybody responded and 0.5 was added to both cells."""


@dataclass(frozen=True, slots=True)
class PooledRate:
    """A rate over several studies; every share is in 0-1.

    Attributes
    ----------
    estimator
        ``"pm"`` (Paule-Mandel) or ``"dl"`` (DerSimonian-Laird).
    random, fixed
        Summaries with their limits; None inside with a reason below two studies.
    prediction
        Where the rate of a further study of the same kind may lie; the value is that of ``random``.
    tau2
        Variance of the logit between studies; None below two studies.
    i2
        Share of the variation that chance does not explain, 0-1.
    """

    estimator: str
    level: float
    studies: tuple[PooledStudy, ...]
    random: Quantity
    fixed: Quantity
    prediction: Quantity
    tau2: float | None
    i2: float | None
    q: float | None
    df: int
    p: float | None

    @property
    def patients(self) -> int:
        """Number of patients in all studies."""
        return sum(study.rate.n for study in self.studies)


@dataclass(frozen=True, slots=True)
class Study:
    """One row of the literature table: what was printed, and what follows from it.

    Texts are as printed and empty where nothing is. Doses are Gy, ``bed_gy`` and ``eqd2_gy`` are
    the lowest and highest value that the printed doses allow, None where they do not tell.
    """

    name: str
    own: bool
    year: int | None
    design: str
    n: int
    size_cm: str
    vascular_invasion_pct: str
    total_dose_gy: str
    dose_per_fraction_gy: str
    bed_gy: tuple[float, float] | None
    eqd2_gy: tuple[float, float] | None
    rates: dict[str, tuple[PrintedCount, Proportion]]
    """By ``"orr"`` and ``"dcr"``; a rate that is not available is not in it."""
    median_os_months: str
    os_pct: str
    os_at_months: str
    source: str
    note: str = ""
    evaluable: tuple[int, ...] = ()
    """Smaller denominators of which every printed percent is a rounded whole number; looked for
    only where ``n`` does not give them all."""


@dataclass(frozen=True, slots=True)
class Literature:
    """The table with its source, its caveats, and the summary of one rate."""

    title: str
    citation: str
    footnote: str
    caveats: tuple[str, ...]
    studies: tuple[Study, ...]
    rate: str
    pooled: PooledRate

    @property
    def without(self) -> tuple[str, ...]:
        """Names of the studies that do not report the rate."""
        return tuple(study.name for study in self.studies if self.rate not in study.rates)
