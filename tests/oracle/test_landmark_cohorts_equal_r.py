"""The survival page's numbers of whole cohorts, from the start and from landmarks, equal R's."""

from __future__ import annotations

import csv
import math
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from hccviz.analysis import survival_depth, views
from hccviz.data.builtin import open_built_in
from hccviz.domain.address import Split, View
from hccviz.domain.records import SurvivalEstimate
from hccviz.domain.survival_records import (
    FixedTimes,
    FollowUpEstimate,
    HazardShape,
    IncidenceEstimate,
)

HERE = Path(__file__).parent
TIMES = (12.0, 24.0, 36.0)
EXACT, FITTED = 1e-9, 1e-6


@dataclass
class Asked:
    """Everything that the page asks about one cohort from one landmark."""

    survival: SurvivalEstimate
    fixed: FixedTimes
    hazards: HazardShape
    follow: FollowUpEstimate
    risks: IncidenceEstimate


def rows() -> dict[tuple[str, str], list[dict[str, str]]]:
    found: dict[tuple[str, str], list[dict[str, str]]] = {}
    with (HERE / "depth/outputs/landmark_cohorts.csv").open(encoding="utf-8") as file:
        for row in csv.DictReader(file):
            found.setdefault((row["cohort"], row["landmark"]), []).append(row)
    return found


ROWS = rows()


def ask(cohort_name: str, landmark: str) -> Asked:
    cohort = open_built_in(cohort_name)
    months = float(landmark) or None
    view = View(by=Split("child_pugh_class"), times=TIMES, landmark=months, horizon=36.0)
    local = View(by=view.by, times=TIMES, landmark=months, endpoint="lc")
    return Asked(
        views.survival(cohort, view),
        survival_depth.fixed_times(cohort, view),
        survival_depth.hazard_shape(cohort, view),
        survival_depth.follow_up(cohort, view),
        survival_depth.competing_risks(cohort, local),
    )


def read(asked: Asked, row: dict[str, str]) -> float | None:
    group, time = row["group"], float(row["time"] or 0)
    curve = {c.level: c for c in asked.survival.curves}.get(group)
    mean = {g.level: g for g in asked.fixed.means.groups}.get(group)
    rate = next((r for r in curve.rates if r.time_months == time), None) if curve else None
    risk = {c.level: c for c in asked.risks.curves}.get(group)
    event = next((r for r in risk.rates if r.time_months == time), None) if risk else None
    followed = {g.level: g for g in asked.follow.groups}.get(group)
    ratio = {r.level: r for r in asked.survival.hazard_ratios}.get(group)
    pick: dict[str, Callable[[], float | None]] = {
        "n": lambda: curve.n,
        "median": lambda: curve.median.value,
        "median_low": lambda: curve.median.low,
        "median_high": lambda: curve.median.high,
        "survival": lambda: rate.survival.value,
        "rmst": lambda: mean.mean.value,
        "rmst_se": lambda: mean.std_err,
        "follow_up": lambda: followed.curve.median.value,
        "incidence": lambda: event.event.value,
        "death_first": lambda: event.competing.value,
        "logrank": lambda: asked.survival.tests[0].statistic,
        "follow_up_logrank": lambda: asked.follow.test.statistic,
        "log_hr": lambda: math.log(ratio.ratio.value),
        "zph": lambda: asked.hazards.proportional.statistic,
        "gray": lambda: asked.risks.tests[0].statistic,
        "gray_death": lambda: asked.risks.competing_tests[0].statistic,
    }
    return pick[row["what"]]()


@pytest.mark.parametrize(("cohort", "landmark"), ROWS)
def test_every_number_is_the_one_of_r(cohort: str, landmark: str) -> None:
    asked = ask(cohort, landmark)
    for row in ROWS[cohort, landmark]:
        found = read(asked, row)
        if not row["value"]:
            assert found is None, row
            continue
        size = FITTED if row["what"] in ("log_hr", "zph") else EXACT
        assert found == pytest.approx(float(row["value"]), rel=size, abs=size), row
