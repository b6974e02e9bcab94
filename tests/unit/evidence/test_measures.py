"""What a printed number is compared with: subgroups, counts, quantiles, rates, regressions."""

from __future__ import annotations

import math

import numpy as np
import pyarrow as pa
import pytest

from hccviz.evidence.logistic import logistic_wald
from hccviz.evidence.measures import measure
from hccviz.evidence.selection import Patients
from hccviz.evidence.targets import Target


def target(statistic, **given):
    words = dict.fromkeys(("id", "place", "subgroup", "variable", "levels", "by", "model"), "")
    rest = {"printed": 0.0, "decimals": 1, "operator": "=", "status": "exact"}
    return Target(**words | rest | {"repeats": "", "note": ""} | {"statistic": statistic} | given)


@pytest.fixture(scope="module")
def patients():
    return Patients(
        pa.table(
            {
                "patient_id": ["a", "b", "c", "d", "e"],
                "sex": ["male", "male", "female", None, "female"],
                "prior_tace": [True, False, True, None, True],
                "total_dose_gy": [45.0, 30.0, 48.0, 45.0, 60.0],
                "fractions": [3, 10, 3, 15, 4],
                "age_years": [50.0, 60.0, None, 70.0, 80.0],
                "os_months": [2.0, 4.0, 6.0, 8.0, 10.0],
                "os_event": [1, 1, 0, 1, 1],
            }
        )
    )


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("", "abcde"),
        ("sex=male", "ab"),
        ("sex=male,unknown", "abd"),
        ("prior_tace=yes&sex=female", "ce"),
        ("age_years=60..", "bde"),
        ("age_years=..60|sex=female", "abce"),
        ("bed=100..", "ace"),
        ("eqd2=48.7..48.8", "d"),
    ],
)
def test_queries_keep_the_named_patients(patients, query, expected):
    kept = patients.where(query)
    assert "".join(p for p, k in zip("abcde", kept, strict=True) if k) == expected


def test_percentages_leave_out_the_unrecorded(patients):
    share = target("percent", variable="sex", levels="sex=male")
    assert measure(patients, share) == 50.0


def test_numbers_leave_out_the_unrecorded(patients):
    assert measure(patients, target("median", variable="age_years")) == 65.0
    assert measure(patients, target("max", variable="age_years")) == 80.0


def test_survival_of_five_patients(patients):
    assert measure(patients, target("km_rate_5", variable="os")) == pytest.approx(60.0)
    assert measure(patients, target("km_median", variable="os")) == 8.0
    assert measure(patients, target("events", variable="os")) == 4.0
    assert measure(patients, target("median", variable="os_months")) == 6.0


def test_a_target_holds_at_its_printed_precision():
    assert target("median", printed=11.2, decimals=1).holds(11.2499)
    assert not target("median", printed=11.2, decimals=1).holds(11.26)
    assert target("cox_p", printed=0.001, operator="<").holds(0.0004)
    assert not target("cox_p", printed=0.001, operator="<").holds(0.002)
    assert not target("median", printed=1.0).holds(None)


def test_logistic_regression_of_a_two_by_two_table():
    x = np.repeat([0.0, 0.0, 1.0, 1.0], [30, 10, 20, 20])
    y = np.repeat([0.0, 1.0, 0.0, 1.0], [30, 10, 20, 20])
    ratio, low, high, p = logistic_wald(x, y)
    error = math.sqrt(1 / 30 + 1 / 10 + 1 / 20 + 1 / 20)
    assert ratio == pytest.approx(3.0)
    assert math.log(high / low) == pytest.approx(2 * 1.959963984540054 * error)
    assert p == pytest.approx(math.erfc(math.log(3) / error / math.sqrt(2)))


def test_a_censoring_near_the_median_does_not_move_its_limits():
    """The density at the median lies between two death times, whoever leaves between them."""
    months = [1.0, 2.0, 3.0, 5.0, 6.0, 7.0, 9.0, 12.0]
    event = [1, 1, 1, 1, 0, 1, 1, 1]

    def limits(leaves):
        table = {"os_months": [*months, leaves], "os_event": [*event, 0]}
        cohort = Patients(pa.table(table))
        return [
            measure(cohort, target(f"km_median_{side}", variable="os")) for side in ("low", "high")
        ]

    assert limits(3.2) == limits(4.8)
