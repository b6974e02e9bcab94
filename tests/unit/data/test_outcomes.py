"""Counts of the closer looks on a small hand-made cohort."""

from __future__ import annotations

from dataclasses import replace

import polars as pl
import pyarrow as pa
import pytest

from hccviz.analysis import courses, looks, outcomes
from hccviz.data.cohort import Cohort, cohort_from_table
from hccviz.domain.address import View
from hccviz.domain.errors import AddressError
from hccviz.domain.filters import CohortFilter, LevelClause, RangeClause


def cohort(**columns: list) -> Cohort:
    n = len(next(iter(columns.values())))
    base = {
        "patient_id": [f"p{i}" for i in range(n)],
        "os_months": [float(10 + i) for i in range(n)],
        "os_event": [i % 2 for i in range(n)],
    }
    table: pa.Table = pl.DataFrame({**base, **columns}).to_arrow()
    return cohort_from_table("small", table, "0" * 64)


def test_a_criterion_recorded_for_some_and_not_evaluable_for_others() -> None:
    made = cohort(
        response_mrecist_overall=["CR", "PR", "NE", None, "SD", "PD"],
        response_recist_overall=["PR", "PR", "CR", "CR", None, "PD"],
    )
    found = outcomes.agreement(made, View())
    assert found.n == 3
    assert found.n_left_out == 3
    assert found.same.count == 2


def test_competing_events_before_a_response_count_as_such() -> None:
    made = cohort(
        cr_months=[2.0, 3.0, 5.0, 13.0, 14.0, None],
        cr_event=[1, 1, 1, 0, 0, None],
        lc_months=[2.0, 1.0, 10.0, 4.0, 14.0, 15.0],
        lc_event=[1, 1, 0, 1, 0, 0],
    )
    found = outcomes.time_to_response(made, View())
    (curve,) = found.incidence.curves
    # 0: CR and failure together count as CR; 1: failure first; 2: CR; 3: failure; 4: censored
    assert (curve.n, curve.n_events, curve.n_competing) == (5, 2, 2)
    assert found.incidence.n_missing == 1
    assert found.competing == "local failure or death"


def test_onset_without_a_time_is_left_out_and_named() -> None:
    made = cohort(
        tox_acute_nausea=[0, 2, 3, 2, None, 1],
        tox_acute_nausea_months=[None, 1.0, 2.0, None, None, 4.0],
    )
    found = outcomes.time_to_toxicity(made, View())
    (curve,) = found.incidence.curves
    assert found.event == "nausea of grade 2 or more"
    assert (curve.n, curve.n_events) == (4, 2)
    assert found.incidence.n_missing == 2
    assert looks.missing(made, View(), "tox")["time"] == ""


def test_failure_sites_from_three_booleans() -> None:
    made = cohort(
        failure_infield=[True, True, False, False, None, False],
        failure_outfield=[False, True, False, True, False, False],
        failure_distant=[False, True, False, False, True, False],
    )
    found = outcomes.failures(made, View())
    assert found.n_recorded == (5,)
    assert found.n_failed == (3,)
    assert found.n_missing == 1
    assert {m: int(n) for m, n in zip(found.members, found.counts[0], strict=True)} == {
        (True, False, False): 1, (True, True, True): 1, (False, True, False): 1,
    }  # fmt: skip


def test_a_size_change_never_makes_a_category() -> None:
    made = cohort(
        size_change_pct=[-100.0, -50.0, 0.0, 40.0, 90.0, None],
        response_recist_overall=["PD", None, "CR", "SD", "PR", "SD"],
    )
    found = courses.size_waterfall(made, View())
    assert found.values.tolist() == [90.0, 40.0, 0.0, -50.0, -100.0]
    assert found.categories == ("PR", "SD", "CR", "", "PD")
    assert (found.fell.count, found.fell.n, found.n_missing) == (2, 5, 1)


def test_afp_of_zero_before_has_no_percent_change() -> None:
    made = cohort(
        afp_ng_ml=[100.0, 0.0, 50.0, 10.0, 8.0, 9.0],
        afp_after_ng_ml=[20.0, 5.0, 50.0, 1.0, 16.0, 9.0],
    )
    found = courses.afp_waterfall(made, View())
    assert found.n == 5
    assert found.n_missing == 1
    assert (found.fell.count, found.fell.n) == (2, 5)  # exactly -80 % and -90 %


@pytest.mark.parametrize("ask", ["size_waterfall", "swimmer", "patient_map"])
def test_a_handful_of_patients_is_never_shown_one_by_one(ask) -> None:
    made = cohort(
        sex=["male", "male", "male", "male", "female", "female"],
        size_change_pct=[-10.0, -20.0, -30.0, -40.0, -50.0, -60.0],
        tox_acute_nausea=[0, 1, 2, 3, 0, 1],
    )
    few = View(filter=CohortFilter((LevelClause("sex", ("male",)),)))
    found = getattr(courses, ask)(made, few)
    assert found.hidden
    shown = {"size_waterfall": "values", "swimmer": "lanes", "patient_map": "grades"}[ask]
    values = getattr(found, shown)
    assert not (values.size if hasattr(values, "size") else len(values))
    everyone = getattr(courses, ask)(made, replace(few, filter=CohortFilter()))
    assert not everyone.hidden


def test_courses_carry_marks_with_and_without_times() -> None:
    made = cohort(
        lc_months=[3.0, 11.0, 12.0, 13.0, 14.0, 15.0], lc_event=[1, 0, 0, 0, 0, 0],
        later_tace=[True, False, None, True, False, False],
        later_tace_months=[5.0, None, None, None, None, None],
        later_rfa=[False, False, False, False, False, True],
    )  # fmt: skip
    found = courses.swimmer(made, View())
    assert [lane.months for lane in found.lanes] == [15.0, 14.0, 13.0, 12.0, 11.0, 10.0]
    assert found.labels == {"lc": "Local failure", "later_tace": "Later TACE",
                            "later_rfa": "Later RFA"}  # fmt: skip
    told = [[(m.code, m.months) for m in lane.marks] for lane in found.lanes]
    assert told[0] == [("later_rfa", None)]
    assert told[2] == [("later_tace", None)]
    assert told[-1] == [("lc", 3.0), ("later_tace", 5.0)]


def test_worst_grade_over_dose_uses_patients_with_a_grade() -> None:
    made = cohort(
        total_dose_gy=[30.0, 30.0, 40.0, 40.0, 50.0, None],
        fractions=[10, 10, 10, 10, 10, None],
        tox_acute_nausea=[0, 1, 2, None, 3, 3],
        tox_acute_fatigue=[1, 0, None, None, 0, 3],
    )
    found = outcomes.toxicity_dose(made, View())
    assert (found.n, found.n_events, found.n_no_dose, found.n_not_counted) == (4, 2, 1, 1)
    high = View(filter=CohortFilter((RangeClause("bed", 50.0, None),)))
    assert outcomes.toxicity_dose(made, high).n == 2


def test_what_a_cohort_lacks_is_said() -> None:
    made = cohort(sex=["male"] * 6)
    for ask in (outcomes.agreement, outcomes.dose_response, outcomes.time_to_response,
                outcomes.landmark, outcomes.failures, outcomes.rild, courses.size_waterfall,
                courses.afp_waterfall, courses.dose_sizes):  # fmt: skip
        with pytest.raises(AddressError):
            ask(made, View())
    assert all(looks.missing(made, View(), "rx").values())
    assert looks.missing(made, View(), "course")["swimmer"] == ""
