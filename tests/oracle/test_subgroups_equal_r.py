"""Forests of rates, arms out of several levels and pinned subgroups equal R."""

from __future__ import annotations

import math

import pyarrow as pa
import pytest

from hccviz.analysis import pinned, subgroups, views
from hccviz.data.cohort import Cohort, cohort_from_table
from hccviz.domain.address import View, parse_query, read_view
from hccviz.domain.subgroup_records import RateGroup, RateSubgroups, RateTable
from hccviz.stats.rate_forest import odds_interaction
from tests.oracle.reading import HERE, number, outputs, read

ARMS = {name: rows[0] for (name,), rows in outputs("subgroup_arms", "name").items()}
QUERIES = {
    "others": "by=perf&out.base=e0",
    "one-of-three": "by=perf&out.arm=e2",
    "two-levels": "by=perf&out.arm=e1&out.base=e0",
}
PINS = {
    "others": "a.perf=e0&b.perf=e1,e2,e3",
    "one-of-three": "a.perf=e0,e1,e3&b.perf=e2",
    "two-levels": "a.perf=e0&b.perf=e1",
}


def close(found: float | None, expected: str, tolerance: float = 1e-7) -> bool:
    wanted = number(expected)
    if found is None or wanted is None:
        return found is None and wanted is None
    return math.isclose(found, wanted, rel_tol=tolerance, abs_tol=tolerance)


@pytest.fixture(scope="module")
def lung() -> Cohort:
    rows = read(HERE / "depth" / "inputs" / "m_lung.csv")
    best = {r["karno"]: "CR" if int(r["karno"]) >= 90 else "PD" for r in rows if r["karno"]}
    table = pa.table(
        {
            "patient_id": [f"p{i}" for i in range(len(rows))],
            "os_months": [number(r["time"]) for r in rows],
            "os_event": [int(r["event"]) for r in rows],
            "perf": [r["ecog"] or None for r in rows],
            "arm_sex": [r["sex"] for r in rows],
            "response_mrecist_infield": [best.get(r["karno"]) for r in rows],
        }
    )
    return cohort_from_table("lung", table, "0" * 64)


def view_of(cohort: Cohort, query: str) -> View:
    view, ignored = read_view(parse_query(query), cohort.schema)
    assert not ignored
    return view


@pytest.mark.parametrize("row", read(HERE / "outputs" / "subgroup_interaction.csv"),
                         ids=lambda r: r["cells"][:24])  # fmt: skip
def test_the_interaction_of_odds_ratios_is_anova_of_glm(row: dict[str, str]) -> None:
    cells = [tuple(int(v) for v in cell.split("/")) for cell in row["cells"].split()]
    levels = tuple(str(i) for i in range(len(cells) // 2))
    tables = tuple(
        RateTable("arm", tuple(
            RateGroup(arm, arm, *cells[2 * i + j]) for j, arm in enumerate("rc")
        ))
        for i in range(len(levels))
    )  # fmt: skip
    found = odds_interaction(RateSubgroups("by", "By", levels, levels, tables), ("r", "c"))
    assert close(found.statistic, row["statistic"], 1e-6)
    assert found.df == int(row["df"])


@pytest.mark.parametrize("name", QUERIES)
def test_a_forest_of_two_arms_is_coxph_and_glm(lung: Cohort, name: str) -> None:
    row, view = ARMS[name], view_of(lung, f"{QUERIES[name]}&out.rows=arm_sex")
    forest = subgroups.forest(lung, view)
    ratio = forest.overall.ratio
    for found, key in ((ratio.value, "hr"), (ratio.low, "low"), (ratio.high, "high")):
        assert close(found, row[key])
    assert close(forest.overall.p, row["p"])
    assert close(forest.factors[0].interaction.statistic, row["statistic"], 1e-6)
    rates = subgroups.rate_forest(lung, view.with_option("on", "response"))
    gap = rates.overall.difference
    for found, key in ((gap.value, "gap"), (gap.low, "gap_low"), (gap.high, "gap_high")):
        assert close(found, row[key])
    assert close(rates.overall.p, row["fisher"])
    assert close(rates.factors[0].interaction.statistic, row["odds_statistic"], 1e-6)


@pytest.mark.parametrize("name", PINS)
def test_two_pinned_subgroups_are_the_same_question(lung: Cohort, name: str) -> None:
    row, pair = ARMS[name], pinned.pair(lung, view_of(lung, PINS[name]))
    assert pair.n_both == 0
    assert pair.survival is not None
    ratio = pair.survival.hazard_ratios[0].ratio
    for found, key in ((ratio.value, "hr"), (ratio.low, "low"), (ratio.high, "high")):
        assert close(found, row[key])
    first = pair.response[0]
    for found, key in (
        (first.difference.value, "gap"), (first.difference.low, "gap_low"), (first.p, "fisher"),
    ):  # fmt: skip
        assert close(found, row[key])


def test_the_survival_page_says_the_same_of_two_levels(lung: Cohort) -> None:
    found = views.survival(lung, view_of(lung, "by=perf&perf=e0,e1"))
    assert close(found.hazard_ratios[0].ratio.value, ARMS["two-levels"]["hr"])
