"""Cumulative incidence and Gray's test equal R's survival and cmprsk."""

from __future__ import annotations

import pyarrow as pa
import pytest

from hccviz.data.cohort import Cohort, cohort_from_table
from hccviz.data.competing import competing_table as count_competing
from hccviz.domain.address import Split
from hccviz.domain.filters import CohortFilter
from hccviz.stats.competing_risks import estimate_incidence_curve
from hccviz.stats.confidence import TRANSFORMS
from hccviz.stats.gray import gray_test
from tests.oracle.depth_reading import DEPTH, competing_table, rows_of, same
from tests.oracle.reading import by_family, read

TABLES = {
    name: competing_table((float(r["time"]), int(r["status"]), r["group"]) for r in rows)
    for source in ("competing", "r_mgus2")
    for (name,), rows in rows_of("inputs", source, "dataset").items()
}
INCIDENCE = rows_of("outputs", "incidence", "dataset", "ci")
GRAY = rows_of("outputs", "gray", "dataset", "state")
FIRST = rows_of("outputs", "first_events", "cohort", "endpoint")


@by_family(INCIDENCE)
def test_incidence_is_multi_state_survfit(dataset: str, ci: str) -> None:
    assert ci in TRANSFORMS
    rows = iter(INCIDENCE[dataset, ci])
    for group in TABLES[dataset].groups:
        curve = estimate_incidence_curve(group, ci=ci)
        for found in (curve.event, curve.competing):
            for i, at in enumerate(curve.time):
                row = next(rows)
                assert same(float(at), row["time"])
                assert int(row["at_risk"]) == curve.at_risk[i]
                assert same(float(found.share[i]), row["share"])
                assert same(float(found.std_err[i]), row["std_err"], 1e-8 if i < 0 else 1e-9)
                # R gives the point itself as its limits where the standard error is 0
                assert bool(found.limits_known[i]) == bool(row["low"]), row
                assert same(float(found.lower[i]), row["low"] or row["share"])
                assert same(float(found.upper[i]), row["high"] or row["share"])
    assert next(rows, None) is None


@by_family(key for key in GRAY if key[0] in TABLES)
def test_gray_is_cuminc(dataset: str, state: str) -> None:
    (row,) = GRAY[dataset, state]
    found = gray_test(TABLES[dataset], of="events" if state == "1" else "competing")
    if float(row["statistic"]) == -1.0:  # cuminc: a covariance of lower rank
        assert found.df is None or found.df < int(row["df"]) or found.why
    else:
        assert same(found.statistic, row["statistic"]), (found, row)
        assert found.df == int(row["df"])
        assert same(found.p, row["p"])


def exported_cohort(name: str) -> Cohort:
    """Read the rows that R read as a cohort of its own."""
    rows = read(DEPTH / "inputs" / f"c_{name}.csv")
    columns: dict[str, list] = {"patient_id": [f"p{i}" for i in range(len(rows))]}
    for column in rows[0]:
        values = [row[column] or None for row in rows]
        if column.endswith(("_months", "_event")):
            kind = float if column.endswith("_months") else int
            columns[column] = [None if v is None else kind(v) for v in values]
        else:
            columns[column] = values
    return cohort_from_table(name, pa.table(columns), "0")


@pytest.mark.parametrize(("cohort", "endpoint"), FIRST)
def test_first_events_of_the_cohorts(cohort: str, endpoint: str) -> None:
    """R derived them from the exported rows, which lack patients without a Child-Pugh class."""
    (row,) = FIRST[cohort, endpoint]
    table = count_competing(
        exported_cohort(cohort), CohortFilter(), endpoint,
        Split("child_pugh_class"),
    )  # fmt: skip
    assert table.n == int(row["n"])
    assert sum(g.n_events for g in table.groups) == int(row["events"])
    assert sum(g.n_competing for g in table.groups) == int(row["competing"])
    exported = read(DEPTH / "inputs" / f"c_{cohort}.csv")
    assert table.n + table.n_missing + table.n_unknown_group == len(exported)
    for state, of in (("1", "events"), ("2", "competing")):
        for gray in GRAY.get((f"{cohort}:{endpoint}", state), []):
            found = gray_test(table, of=of)
            if float(gray["statistic"]) != -1.0:
                assert same(found.statistic, gray["statistic"])
