"""Result records of the subgroups page: forests of rates, pinned subgroups, cuts of a number.

The rules are those of ``records``: frozen, no NaN, a reason in words where there is no value.
"""

from __future__ import annotations

from dataclasses import dataclass

from hccviz.domain.records import (
    BaselineTable,
    Proportion,
    Quantity,
    SurvivalEstimate,
    TestResult,
    ToxicityEstimate,
)
from hccviz.domain.survival_records import CutPointEstimate, RateDifference

# --------------------------------------------------------------------------- what is compared


@dataclass(frozen=True, slots=True)
class Arms:
    """Two arms made from the levels of a split; both hold at least one level.

    Attributes
    ----------
    reference, compared
        Levels of each arm, by code.
    reference_label, compared_label
        What they are called.
    left_out
        Labels of the levels in neither arm.
    """

    reference: tuple[str, ...]
    compared: tuple[str, ...]
    reference_label: str
    compared_label: str
    left_out: tuple[str, ...] = ()

    @property
    def codes(self) -> tuple[str, str]:
        """Codes of reference and compared arm: a level's own, or ``others`` for several."""
        return tuple(  # type: ignore[return-value]
            levels[0] if len(levels) == 1 else OTHERS for levels in (self.reference, self.compared)
        )


OTHERS = "others"


# --------------------------------------------------------------------------- forest of rates


@dataclass(frozen=True, slots=True)
class RateGroup:
    """Patients of one group with the outcome, and patients in whom it is known."""

    level: str
    label: str
    count: int
    n: int


@dataclass(frozen=True, slots=True)
class RateTable:
    """Counts of one outcome by group; groups without patients are left out.

    ``n_missing`` patients have no known outcome, ``n_unknown_group`` no recorded value of the
    split.
    """

    by: str
    groups: tuple[RateGroup, ...]
    n_missing: int = 0
    n_unknown_group: int = 0


@dataclass(frozen=True, slots=True)
class RateSubgroups:
    """The same counts within every level of one factor; empty levels are left out."""

    factor: str
    label: str
    levels: tuple[str, ...]
    level_labels: tuple[str, ...]
    tables: tuple[RateTable, ...]
    n_unknown: int = 0


@dataclass(frozen=True, slots=True)
class RateArm:
    """One arm in one row of a forest of rates."""

    level: str
    label: str
    rate: Proportion


@dataclass(frozen=True, slots=True)
class RateForestRow:
    """Both arms in one subgroup; difference and odds ratio are compared against reference.

    ``level`` is empty for all patients; ``p`` is Fisher's.
    """

    level: str
    label: str
    n: int
    n_events: int
    arms: tuple[RateArm, ...]
    difference: Quantity
    odds_ratio: Quantity
    p: float | None
    why: str = ""


@dataclass(frozen=True, slots=True)
class RateForestFactor:
    """The subgroups of one factor with the test that the odds ratio is the same in all."""

    factor: str
    label: str
    rows: tuple[RateForestRow, ...]
    interaction: TestResult
    n_unknown: int
    why: str = ""


@dataclass(frozen=True, slots=True)
class RateForest:
    """A comparison of one rate between two arms, in all patients and in subgroups.

    ``outcome`` is what is counted, in words ("objective response (CR + PR), of evaluable
    patients"); ``good`` tells whether more of it is good news.
    """

    outcome: str
    good: bool
    by: str
    compared: str
    reference: str
    level: float
    overall: RateForestRow
    factors: tuple[RateForestFactor, ...]
    notes: tuple[str, ...] = ()
    why: str = ""


# --------------------------------------------------------------------------- pinned subgroups


@dataclass(frozen=True, slots=True)
class RateContrast:
    """One rate in both subgroups, and B minus A; ``p`` is Fisher's."""

    label: str
    a: Proportion
    b: Proportion
    difference: Quantity
    p: float | None
    why: str = ""


@dataclass(frozen=True, slots=True)
class PairEstimate:
    """Two pinned subgroups side by side. Every difference is B minus A, every ratio B over A.

    Attributes
    ----------
    sentence_a, sentence_b
        Who they are.
    n_a, n_b, n_both
        Patients of each, and of both at once.
    why_no_test
        Why nothing is tested (patients in both, an empty subgroup); ``""`` when tests are given.
    baseline
        Characteristics of both, with standardised mean differences.
    survival, rates
        Curves of both, and differences of survival; None with ``survival_why``.
    response, toxicity
        Contrasts; empty with their reasons. ``toxicity_grades`` are the tables behind it.
    """

    sentence_a: str
    sentence_b: str
    n_a: int
    n_b: int
    n_both: int
    why_no_test: str
    baseline: BaselineTable | None
    survival: SurvivalEstimate | None
    rates: tuple[RateDifference, ...]
    survival_why: str
    criterion: str
    response: tuple[RateContrast, ...]
    response_why: str
    phase: str
    toxicity: tuple[RateContrast, ...]
    toxicity_grades: ToxicityEstimate | None
    toxicity_why: str


# --------------------------------------------------------------------------- cuts of a number


@dataclass(frozen=True, slots=True)
class OwnCut:
    """Hazard ratio at a cut that the user chose: at or above against below."""

    value: float
    n_below: int
    n_above: int
    ratio: Quantity
    p: float | None


@dataclass(frozen=True, slots=True)
class CutLook:
    """All cuts of a number for one endpoint, and the user's own cut."""

    endpoint: str
    estimate: CutPointEstimate
    low: float | None
    high: float | None
    n_missing: int
    own: OwnCut | None
