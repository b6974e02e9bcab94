"""Rounds of leaps for SBRT after TACE: a linear programme proposes moves, a set of them is kept.

Effects of small moves add up (`tace_leaps`), so the least that the printed windows must be missed
by is a linear programme over shares of moves. Its solution tells where to go; the annealed set is
whole moves near it. Windows start wide and narrow to the printed digits. Then moves get smaller and
smaller, each size mending what the one before has left.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from hccviz.evidence.search.tace_leaps import (
    FEATURES,
    best_set,
    effects_of,
    feature_loss,
    refresh,
)
from hccviz.evidence.search.tace_loss import (
    AGE,
    NAMES,
    PARTS,
    SESSIONS,
    SIZE,
    SIZE_PART,
)
from hccviz.evidence.search.tace_models import Array, Flags
from hccviz.evidence.search.tace_moves import (
    FOLLOW_UP_QUARTILES,
    NEAR,
    NEVER_DEATHS,
    NOTED,
    allowed,
    never_deaths,
    printed_quartiles,
    put,
)
from hccviz.evidence.search.tace_programme import shares, steady, windows

WEIGHT = 0.03
"""What a move costs in the set."""
OTHERS = (2000, 300)
"""Moves of the least price that a set may draw on, at the first and second try."""


@dataclass(frozen=True, slots=True)
class Stage:
    """How leaps are made.

    Attributes
    ----------
    floor
        Least half width of a window, in standard errors; 0 for the printed digits.
    small
        Largest effect of a move on any coefficient, in standard errors.
    cap, pool, steps
        Moves in the programme's solution (0: no programme, small sets from nothing), moves drawn,
        and steps of the annealing.
    gap, reach
        Loss of a miss, and where the loss of its distance (in half widths) levels off.
    heat
        Where the annealing starts.
    near, inside
        Ranks that neighbours are apart at most, and the share of a window to stay in.
    contacts
        Share of moves that shift a last contact: small effects on every coefficient at once.
    room
        How much a leap may raise the loss, for smaller leaps of the same phase to mend.
    """

    floor: float
    small: float
    cap: int
    pool: int
    steps: int
    gap: float
    reach: float
    heat: float
    near: int = NEAR
    inside: float = 1.0
    contacts: float = 0.0
    room: float = 0.0


SETTLING = tuple(
    Stage(0.0, small, 30, 60_000, 8_000_000, 0.05, 20.0, 4.0, near, 0.6, contacts, room)
    for small, near, contacts, room in (
        (0.15, 12, 0.0, 150.0), (0.075, 12, 0.0, 40.0), (0.04, 3, 0.2, 20.0),
        (0.02, 3, 0.2, 12.0), (0.01, 3, 0.2, 8.0), (0.005, 3, 0.2, 0.0),
    )
)  # fmt: skip
"""Ever smaller moves: each size mends what rounding the one before to whole moves has left."""

LAST = Stage(0.0, 0.25, 0, 40_000, 20_000_000, 0.6, 1.5, 0.3)
LAST_CONTACTS = Stage(0.0, 0.05, 0, 40_000, 20_000_000, 0.6, 1.5, 0.3, 3, 1.0, 0.2)
LANDING = (
    *(
        Stage(0.0, small, 25, 40_000, 8_000_000, 0.05, 20.0, 1.0, 3, 0.9, 0.5, room)
        for small, room in ((0.02, 12.0), (0.01, 6.0), (0.006, 3.0), (0.006, 0.0))
    ),
    LAST_CONTACTS,
    LAST_CONTACTS,
    LAST_CONTACTS,
)
"""Near the print sums of effects hold to the printed digits: set off anew, land on more of them."""
PHASES: tuple[tuple[Stage, ...], ...] = (
    (Stage(0.015, 0.25, 80, 15_000, 15_000_000, 0.1, 8.0, 4.0),),
    (Stage(0.004, 0.10, 40, 30_000, 20_000_000, 0.3, 4.0, 4.0),),
    (Stage(0.0, 0.07, 15, 50_000, 40_000_000, 0.6, 2.0, 3.0),),
    (LAST,),
    SETTLING,
    (LAST,),
    (LAST_CONTACTS,),
    LANDING,
)


@dataclass(frozen=True, slots=True)
class Core:
    """Columns of a core, changed in place; ``fits`` are starts of the models."""

    x: Array
    months: Array
    died: Flags
    lc_months: Array
    failed: Flags
    present: Array
    fits: Array

    @classmethod
    def of(cls, columns: dict[str, list[Any]]) -> Core:
        """Read the columns of a core file."""
        order = np.argsort(-np.array(columns["os_months"], dtype=float), kind="stable")

        def column(name: str, kind: type) -> Any:
            return np.array(columns[name], dtype=kind)[order]

        fits = np.zeros((PARTS, 6))
        fits[SIZE_PART, :2] = -4.3, 0.6
        return cls(
            np.array([column(name, float) for name in NAMES]).T.copy(),
            column("os_months", float),
            column("os_event", np.int64),
            column("lc_months", float),
            column("lc_event", np.int64),
            1.0 - column("afp_missing", float),
            fits,
        )

    def columns(self) -> dict[str, list[Any]]:
        """Return the columns of a core file."""
        found: dict[str, list[Any]] = {
            name: [float(v) if name in ("tumor_size_cm", "bed_gy") else int(v) for v in values]
            for name, values in zip(NAMES, self.x.T, strict=True)
        }
        return found | {
            "os_months": self.months.tolist(),
            "os_event": self.died.tolist(),
            "lc_months": [round(float(v), 6) for v in self.lc_months],
            "lc_event": self.failed.tolist(),
            "afp_missing": [int(v) for v in 1.0 - self.present],
        }

    def orders(self) -> Flags:
        """Sort patients by descending time of death and of failure."""
        return np.array([np.argsort(-self.months), np.argsort(-self.lc_months)])

    def features(self) -> Array:
        """Fit everything to the core as it is."""
        found, everything = np.zeros(FEATURES), np.ones(PARTS, dtype=np.bool_)
        for _ in range(4):  # the fits stop near; each starts from the last
            refresh(
                found, everything, self.orders(), self.x, self.months, self.died, self.lc_months,
                self.failed, self.present, self.fits,
            )  # fmt: skip
        return found

    def copy(self) -> tuple[Any, ...]:
        """Return copies of what a leap changes."""
        kept = (self.x, self.months, self.died, self.lc_months, self.failed, self.fits)
        return tuple(column.copy() for column in kept)

    def restore(self, kept: tuple[Any, ...]) -> None:
        """Undo a leap."""
        for column, old in zip(
            (self.x, self.months, self.died, self.lc_months, self.failed, self.fits),
            kept,
            strict=True,
        ):
            column[:] = old

    def make(self, who: Flags, after: Array) -> None:
        """Make moves: patients ``who`` (m, 2) become ``after`` (m, 2, `NOTED`)."""
        for i, values in zip(who.ravel(), after.reshape(-1, NOTED), strict=True):
            put(values, i, self.x, self.months, self.died, self.lc_months, self.failed)

    def possible(self) -> bool:
        """Return whether every patient and every printed quartile holds."""
        quartiles = np.percentile(self.months, [25, 50, 75])
        return (
            all(
                allowed(i, self.x, self.months, self.died, self.lc_months, self.failed)
                for i in range(len(self.months))
            )
            and never_deaths(self.x, self.died) == NEVER_DEATHS
            and all(printed_quartiles(self.x[:, k].copy(), k) for k in (SIZE, SESSIONS, AGE))
            and bool(np.all(np.abs(quartiles - FOLLOW_UP_QUARTILES) < 0.05))
        )


def descend(
    core: Core, bounds: Array, terms: Flags, seed: int, phase: tuple[Stage, ...]
) -> tuple[float, float]:
    """Make the leaps of a phase one after the other, all or none.

    Returns the loss before and after, both as the last stage counts it.
    """
    kept, last = core.copy(), phase[-1]
    goals, counted = windows(bounds, last.floor, last.inside)
    before = feature_loss(core.features(), goals, counted, last.gap, last.reach)
    for number, stage in enumerate(phase):
        _, after = leap(core, bounds, terms, seed + 1000 * number, stage)
    if after < before:
        return before, after
    core.restore(kept)
    return before, before


def leap(core: Core, bounds: Array, terms: Flags, seed: int, stage: Stage) -> tuple[float, float]:
    """Make one leap that raises the loss by less than its room; return the loss before and after.

    Parameters
    ----------
    core, bounds, terms
        The core, the printed bounds, and the terms that moves may exchange.
    seed
        Of the moves drawn and of the annealing.
    stage
        How wide the windows are and how far to leap.
    """
    gap, reach = stage.gap, stage.reach
    goals, counted = windows(bounds, stage.floor, stage.inside)
    at = core.features()
    before = feature_loss(at, goals, counted, gap, reach)
    effects, who, after = effects_of(
        seed, stage.pool, stage.near, stage.contacts, terms, at, core.orders(), core.x,
        core.months, core.died, core.lc_months, core.failed, core.present, core.fits,
    )  # fmt: skip
    looked = np.flatnonzero(counted)
    size = np.max(np.abs(effects[:, 2 * looked]) / goals[looked, 8], axis=1)
    fine = (size > 0.0) & (size < stage.small)
    fine &= steady(core.x, who, after)
    effects, who, after = effects[fine], who[fine], after[fine]
    if not len(effects):
        return before, before
    share, price = np.zeros(len(effects)), np.zeros(len(effects))
    if stage.cap:
        share, price = shares(at, effects, who, goals, counted, stage.cap)
    for turn, others in enumerate(OTHERS if stage.cap else (len(effects),)):
        cheapest = np.argsort(price, kind="stable")[:others]
        at_hand = np.unique(np.concatenate([np.flatnonzero(share > 1e-6), cheapest]))
        chosen = share[at_hand] > 0.5
        best_set(
            seed + turn, stage.steps, stage.heat, 0.04, chosen, at, effects[at_hand],
            who[at_hand], goals, counted, gap, reach, WEIGHT,
        )  # fmt: skip
        kept = core.copy()
        core.make(who[at_hand][chosen], after[at_hand][chosen])
        loss = feature_loss(core.features(), goals, counted, gap, reach)
        if loss < before + stage.room - 1e-6 and core.possible():
            return before, loss
        core.restore(kept)
    return before, before
