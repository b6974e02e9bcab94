"""Rows for models and counts for forests, read from the built-in cohorts."""

from __future__ import annotations

import numpy as np
import pytest

from hccviz.data.builtin import open_built_in
from hccviz.data.counts import event_table
from hccviz.data.model_rows import model_rows
from hccviz.data.subgroups import subgroup_tables
from hccviz.domain.address import Split
from hccviz.domain.errors import AddressError
from hccviz.domain.filters import CohortFilter
from hccviz.stats.cox_model import estimate_cox_model
from hccviz.stats.forest import estimate_forest


@pytest.fixture(scope="module")
def cohort():
    return open_built_in("sbrt-incomplete-tace")


def test_a_model_of_the_cohort(cohort):
    factors = ["child_pugh_class", "tumor_size_cm", "bed", "sex"]
    rows = model_rows(
        cohort, CohortFilter(), "os", factors, references={"sex": "female"}, steps={"bed": 10.0}
    )
    model = estimate_cox_model(rows.covariates, rows.time, rows.event)
    assert [row.term for row in model.rows] == factors
    assert model.n_all == cohort.n
    assert all(row.ratio.value is not None for row in model.rows)
    assert "per 10 Gy" in model.rows[2].label
    assert rows.covariate("bed").values.dtype == np.float64


def test_what_is_not_there_is_refused(cohort):
    with pytest.raises(AddressError, match="no endpoint xyz"):
        model_rows(cohort, CohortFilter(), "xyz", ["sex"])
    with pytest.raises(AddressError, match="no level Z"):
        model_rows(cohort, CohortFilter(), "os", ["sex"], references={"sex": "Z"})
    with pytest.raises(AddressError, match="no column nowhere"):
        subgroup_tables(cohort, CohortFilter(), "os", Split("sex"), [Split("nowhere")])


def test_subgroups_add_up_to_all_patients(cohort):
    by = Split("bed", cuts=(100.0,))
    factors = [Split("child_pugh_class"), Split("age_years", quantiles=2)]
    overall = event_table(cohort, CohortFilter(), "os", by)
    tables = subgroup_tables(cohort, CohortFilter(), "os", by, factors)
    for table in tables:
        assert sum(t.n for t in table.tables) + table.n_unknown == overall.n
    forest = estimate_forest(overall, tables)
    assert (forest.compared, forest.reference) == ("≥100", "<100")
    assert [len(f.rows) for f in forest.factors] == [2, 2]
    assert all(f.interaction.p is not None for f in forest.factors)
