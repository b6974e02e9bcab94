"""The simulated registry: its documented hazard ratios come back from a Cox model."""

from __future__ import annotations

import math

import numpy as np
import pyarrow.parquet as pq
import pytest

from hccviz.domain.vocabulary import variables
from hccviz.evidence.cohorts import REGISTRY
from hccviz.evidence.frozen import COHORTS
from hccviz.evidence.measures import term, times
from hccviz.evidence.registry.model import DEATH, LOCAL_FAILURE, metadata
from hccviz.evidence.selection import Patients
from hccviz.stats.cox_rows import fit_cox

COLUMNS = {  # factor of the notes → what a reader of the file would enter
    "Child-Pugh B": "child_pugh_class=B",
    "Child-Pugh C": "child_pugh_class=C",
    "T2": "t_stage=T2",
    "T3": "t_stage=T3,T3a,T3b",
    "T4": "t_stage=T4",
    "ECOG 1 or more": "ecog=1,2,3,4",
    "AFP 400 ng/mL or more": "afp_ng_ml=400..",
    "extrahepatic disease": "extrahepatic_disease=yes",
    "BED 100 Gy or more": "bed=100..",
    "tumor size, per cm": "tumor_size_cm",
    "vascular invasion": "vascular_invasion=yes",
    "prior TACE": "prior_tace=yes",
}


@pytest.fixture(scope="module")
def registry():
    return Patients(pq.read_table(COHORTS / f"{REGISTRY}.parquet"))


@pytest.mark.parametrize(("code", "truth"), [("os", DEATH), ("lc", LOCAL_FAILURE)])
def test_cox_recovers_the_documented_hazard_ratios(registry, code, truth):
    months, event = times(registry, code)
    seen = ~np.isnan(months)
    columns = {factor: term(registry, COLUMNS[factor])[seen] for factor in truth}
    found = fit_cox(columns, months[seen], event[seen])
    for row in found:
        distance = abs(row.log_ratio - math.log(truth[row.column]))
        assert distance < 2.576 * row.std_err, (row.column, row.ratio)


def test_every_listed_variable_is_filled(registry):
    derived = {name for name, variable in variables().items() if variable.derived}
    other_forms = {n for n in variables() if n.startswith("failure_") or n.endswith("_iu_ml")}
    assert set(variables()) - derived - other_forms <= set(registry.table.column_names)
    phases = [c.split("_")[1] for c in registry.table.column_names if c.startswith("tox_")]
    assert phases.count("acute") == 12
    assert phases.count("late") == 8


def test_missing_values_stay_between_two_and_fifteen_percent(registry):
    for name in registry.table.column_names:
        share = 1 - registry.recorded(name).mean()
        assert share == 0 or 0.01 < share < 0.16, name


def test_notes_name_every_true_ratio():
    notes = " ".join(metadata().notes)
    for event, model in (("death", DEATH), ("local failure", LOCAL_FAILURE)):
        for factor, ratio in model.items():
            assert f"True hazard ratio for {event}: {factor} {ratio:g}." in notes


def test_substages_and_plain_stages_are_mixed(registry):
    stages = set(registry.words("t_stage"))
    assert {"T1", "T1a", "T1b", "T2", "T3", "T3a", "T3b", "T4"} <= stages
