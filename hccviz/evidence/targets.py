"""What a study printed, one row per number, from ``data/published/<cohort>_targets.csv``."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from hccviz.evidence.frozen import PUBLISHED, read_rows

STUDIES = ("sbrt-incomplete-tace", "reirradiation", "sbrt-hcc-metastases", "sorafenib-rt")
EXACT = "exact"
STATUSES = (EXACT, "approached", "impossible", "conflict", "context")


@dataclass(frozen=True, slots=True)
class Target:
    """One printed number.

    Attributes
    ----------
    id
        Stable name within the study, ``T1-012``.
    place
        Where it stands: ``"Table 1"``, ``"Abstract"``.
    subgroup
        The patients it is about, in the address grammar; empty for all.
    variable
        Column, endpoint code, or ``@name`` for what is not a column (years, dose limits).
    levels
        What is counted among ``subgroup``, as a query; empty for numbers and times.
    by
        The tested group, as a query, or the bare name of a numeric column.
    model
        Terms of a regression, separated by ``;`` (queries or bare columns).
    statistic
        ``n count percent median q1 q3 min max mean sd events km_median km_rate_<months>
        km_median_low km_median_high logrank_p chi2_p hr hr_low hr_high cox_p or or_low or_high
        logit_p ttest_p``.
    printed, decimals, operator
        Value, printed decimals, and ``=``, ``<``, ``>`` or their like.
    status
        ``exact`` must hold in the cohort file; ``approached`` is optimised; ``impossible`` is
        proven not to be possible; ``conflict`` contradicts another printed number that the cohort
        follows; ``context`` is not about the patients of the cohort.
    repeats
        Id of the row that this one repeats.
    note
        Why, for impossible and conflict.
    """

    id: str
    place: str
    subgroup: str
    variable: str
    levels: str
    by: str
    model: str
    statistic: str
    printed: float
    decimals: int
    operator: str
    status: str
    repeats: str
    note: str

    @property
    def tolerance(self) -> float:
        """Half a unit of the last printed digit."""
        return float(0.5 * 10.0**-self.decimals)

    def holds(self, value: float | None) -> bool:
        """Return True when a value agrees with the print at its precision."""
        if value is None or value != value:
            return False
        slack = self.tolerance * (1 + 1e-9) + 1e-12
        if self.operator in ("<", "≤"):
            return value <= self.printed
        if self.operator in (">", "≥"):
            return value >= self.printed
        return abs(value - self.printed) <= slack


def read_targets(cohort: str, folder: Path = PUBLISHED) -> tuple[Target, ...]:
    """Return every printed number of a study, in the order of the paper."""
    return tuple(_target(row) for row in read_rows(folder / f"{cohort}_targets.csv"))


def _target(row: dict[str, str]) -> Target:
    words = {name: row[name] for name in Target.__slots__ if name not in ("printed", "decimals")}
    return Target(**words, printed=float(row["printed"]), decimals=int(row["decimals"]))  # type: ignore[arg-type]
