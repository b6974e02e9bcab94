"""First events of patients: each rule of the query on one patient, and what it refuses."""

from __future__ import annotations

import pyarrow as pa
import pytest

from hccviz.data.cohort import Cohort, cohort_from_table
from hccviz.data.competing import competes, competing_table
from hccviz.domain.address import Split
from hccviz.domain.errors import AddressError
from hccviz.domain.filters import CohortFilter

# lc_months, lc_event, os_months, os_event, sex
PATIENTS = [
    (5.0, 1, 9.0, 1, "male"),  # event, death later
    (5.0, 0, 5.0, 1, "male"),  # censored by the death
    (5.0, 1, 5.0, 1, "male"),  # both at once: the event
    (7.0, 0, 6.0, 1, "male"),  # death before the last assessment
    (7.0, 1, 6.0, 1, "male"),  # an event after the death cannot be
    (4.0, 0, 8.0, 1, "female"),  # death after the last assessment
    (4.0, 0, 8.0, 0, "female"),
    (4.0, 0, None, None, "female"),
    (None, None, 8.0, 1, "female"),
    (3.0, 1, 8.0, 0, None),
]


@pytest.fixture
def cohort() -> Cohort:
    names = ["lc_months", "lc_event", "os_months", "os_event", "sex"]
    columns = dict(zip(names, map(list, zip(*PATIENTS, strict=True)), strict=True))
    ids = {"patient_id": [f"p{i}" for i in range(len(PATIENTS))]}
    return cohort_from_table("made", pa.table(ids | columns), "0")


def test_every_rule(cohort):
    table = competing_table(cohort, CohortFilter(), "lc")
    (group,) = table.groups
    assert group.time.tolist() == [3.0, 4.0, 5.0, 6.0]
    assert group.events.tolist() == [1, 0, 2, 0]
    assert group.competing.tolist() == [0, 0, 1, 2]
    assert group.censored.tolist() == [0, 2, 0, 0]
    assert (table.n, table.n_missing, table.n_died_later) == (8, 2, 1)


def test_a_patient_without_a_group_is_counted(cohort):
    table = competing_table(cohort, CohortFilter(), "lc", Split("sex"))
    assert [g.n for g in table.groups] == [2, 5]  # female, male
    assert (table.n_unknown_group, table.n_missing) == (1, 2)


def test_death_cannot_compete_with_survival(cohort):
    assert competes(cohort, "lc")
    assert not competes(cohort, "os")
    with pytest.raises(AddressError, match="counts death as its own event"):
        competing_table(cohort, CohortFilter(), "os")
    with pytest.raises(AddressError, match="no endpoint cr"):
        competing_table(cohort, CohortFilter(), "cr")
