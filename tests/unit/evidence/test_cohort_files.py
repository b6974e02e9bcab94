"""The built-in cohort files: reproducible, as exact as the print, fit for the vocabulary."""

from __future__ import annotations

import pyarrow.parquet as pq
import pytest

from hccviz.data.builtin import open_built_in
from hccviz.domain.metadata import METADATA_KEY, CohortMetadata
from hccviz.domain.vocabulary import endpoint_part, lookup, toxicity_term, variables
from hccviz.evidence.cohorts import REGISTRY, STUDIES, build_all
from hccviz.evidence.frozen import COHORTS
from hccviz.evidence.selection import Patients
from hccviz.evidence.targets import EXACT, STATUSES, read_targets
from hccviz.evidence.verify import achieve

SIZES = {
    "reirradiation": 43,
    "sbrt-incomplete-tace": 302,
    "sbrt-hcc-metastases": 36,
    "sorafenib-rt": 18,
    REGISTRY: 2400,
}
COUNTS = {
    "reirradiation": 180,
    "sbrt-incomplete-tace": 145,
    "sbrt-hcc-metastases": 230,
    "sorafenib-rt": 250,
}


@pytest.fixture(scope="module")
def rebuilt(tmp_path_factory):
    folder = tmp_path_factory.mktemp("cohorts")
    build_all(folder)
    return folder


@pytest.mark.parametrize("name", SIZES)
def test_rebuilding_gives_identical_bytes(rebuilt, name):
    assert (rebuilt / f"{name}.parquet").read_bytes() == (COHORTS / f"{name}.parquet").read_bytes()


@pytest.mark.parametrize("name", STUDIES)
def test_every_exact_number_equals_the_print(name):
    table = pq.read_table(COHORTS / f"{name}.parquet")
    exact = [t for t in read_targets(name) if t.status == EXACT]
    assert len(exact) >= COUNTS[name]
    missed = [
        (r.target.id, r.target.printed, r.value) for r in achieve(table, exact) if not r.holds
    ]
    assert missed == []


@pytest.mark.parametrize("name", STUDIES)
def test_targets_are_well_formed(name):
    targets = read_targets(name)
    ids = [t.id for t in targets]
    assert len(ids) == len(set(ids))
    for target in targets:
        assert target.status in STATUSES
        assert target.repeats == "" or target.repeats in ids
        assert target.note or target.status not in ("impossible", "conflict")


@pytest.mark.parametrize("name", SIZES)
def test_columns_conform_to_the_vocabulary(name):
    table = pq.read_table(COHORTS / f"{name}.parquet")
    assert table.num_rows == SIZES[name]
    assert len(set(table["patient_id"].to_pylist())) == table.num_rows
    for column in table.column_names:
        values = [v for v in table[column].to_pylist() if v is not None]
        assert values, f"{column} is empty"
        variable = lookup(column)
        if variable is None or variable.kind in ("identifier", "text") or column == "study":
            continue
        if variable.kind == "boolean":
            assert {type(v) for v in values} == {bool}, column
        elif variable.is_number:
            assert variable.low is None or min(values) >= variable.low, column
            assert variable.high is None or max(values) <= variable.high, column
        elif toxicity_term(column):
            assert set(values) <= set(range(6)), column
        else:
            known = variable if column != "t_stage" else variables()["t_substage"]
            assert set(values) <= set(known.codes()), column


@pytest.mark.parametrize("name", SIZES)
def test_endpoints_come_in_pairs_and_never_outlive_the_patient(name):
    table = pq.read_table(COHORTS / f"{name}.parquet")
    parts = [p for c in table.column_names if (p := endpoint_part(c))]
    codes = {code for code, _ in parts}
    assert len(parts) == 2 * len(codes)
    patients = Patients(table)
    end = patients.numbers("os_months")
    for code in codes:
        months, event = patients.numbers(f"{code}_months"), patients.numbers(f"{code}_event")
        seen = ~(months != months)
        assert (months[seen] <= end[seen] + 1e-9).all(), code
        assert (months[seen] >= 0).all()
        assert set(event[seen]) <= {0.0, 1.0}


@pytest.mark.parametrize("name", SIZES)
def test_metadata_says_what_the_file_is(name):
    footer = pq.read_metadata(COHORTS / f"{name}.parquet").metadata
    metadata = CohortMetadata.from_bytes(footer[METADATA_KEY])
    assert metadata.kind == ("simulated" if name == REGISTRY else "reconstructed")
    assert metadata.title
    assert metadata.citation
    assert metadata.time_origin
    assert metadata.scales
    assert "os" in metadata.definitions
    assert len(metadata.notes) >= 3


@pytest.mark.parametrize("name", SIZES)
def test_the_file_opens_without_any_error(name):
    assert [f for f in open_built_in(name).faults if f.severity != "warning"] == []
