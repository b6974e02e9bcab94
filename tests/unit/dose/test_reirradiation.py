"""Re-irradiation: the worked example, recovery models, overlap, limits and room."""

from datetime import date

import pytest

from hccviz.domain.errors import DoseInputError
from hccviz.dose.cumulative_limits import fitting_schedules, published_limit
from hccviz.dose.lq import Course
from hccviz.dose.overlap import OrganCourse
from hccviz.dose.recovery import (
    ExponentialRecovery,
    StepRecovery,
    UserRecovery,
    intervals_from_dates,
)
from hccviz.dose.reirradiation import WORKED_EXAMPLE, WORKED_EXAMPLE_INTERVALS, cumulate
from hccviz.dose.reirradiation_query import evaluate_reirradiation, reirradiation_json

EXAMPLE = tuple(OrganCourse(course) for course in WORKED_EXAMPLE)


def example(**more):
    arguments = {
        "organ": "duodenum",
        "alpha_beta_gy": 3,
        "intervals_months": WORKED_EXAMPLE_INTERVALS,
        **more,
    }
    return cumulate(EXAMPLE, **arguments)


def test_the_patient_with_the_perforation():
    found = example(recovery=(StepRecovery(), UserRecovery()))
    assert [round(item.eqd2_gy, 4) for item in found.contributions] == [54.0, 64.8, 57.6]
    assert found.eqd2_gy == pytest.approx(176.4)
    assert found.bed_gy == pytest.approx(294)
    step, user = found.recovered
    assert step.remaining == (0.5, 0.75, 1.0)
    assert step.eqd2_gy == pytest.approx(54 * 0.5 + 64.8 * 0.75 + 57.6)
    assert user.eqd2_gy == found.eqd2_gy


def test_a_planned_course_lets_the_last_one_recover():
    found = example(recovery=(StepRecovery(),), planned_after_months=12)
    assert found.recovered[0].remaining == (0.5, 0.5, 0.5)
    assert found.contributions[-1].months_ago == 12


def test_overlap_decides_what_counts():
    courses = (
        OrganCourse(Course.from_total(45, 15), "apart"),
        OrganCourse(Course.from_total(54, 18), "adjacent", 20),
        OrganCourse(Course.from_total(48, 16), "adjacent"),
        OrganCourse(Course.from_total(30, 10), "overlapping", 0),
    )
    found = cumulate(courses, organ="duodenum", alpha_beta_gy=3)
    assert [item.counted_dose_gy for item in found.contributions] == [0, 20, 48, 0]
    assert sum("upper bound" in text for text in found.warnings) == 1


def test_an_organ_dose_above_the_prescription_is_doubtful():
    course = OrganCourse(Course.from_total(45, 15), "overlapping", 60)
    assert any("exceeds the prescription" in text for text in course.warnings())


def test_limit_and_room():
    cord = published_limit("cord")
    one = (OrganCourse(Course.from_total(40, 20)),)
    found = cumulate(one, organ="cord", alpha_beta_gy=2, limit=cord).comparison
    assert found.used_gy == pytest.approx(80)
    assert found.room_gy == pytest.approx(55.5)
    assert not found.exceeded
    assert "26/13" in [course.code for course in found.fits]
    for course in found.fits:
        assert cord.dose(course) <= found.room_gy
        more = Course.from_fraction(course.dose_per_fraction_gy, course.fractions + 1)
        assert cord.dose(more) > found.room_gy


def test_the_limit_is_compared_at_its_own_alpha_beta():
    found = example(limit=published_limit("duodenum")).comparison
    assert found.used_gy == pytest.approx(159.25)
    assert found.exceeded
    assert found.fits == ()


def test_conditions_of_a_limit_are_named():
    cord = published_limit("cord")
    courses = (OrganCourse(Course.from_total(60, 30)), OrganCourse(Course.from_total(20, 10)))
    notes = cumulate(
        courses,
        organ="cord",
        alpha_beta_gy=2,
        intervals_months=(4,),
        limit=cord,
        recovery=(ExponentialRecovery(),),
    )
    assert any("98 Gy" in text for text in notes.comparison.notes)
    assert any("6 months" in text for text in notes.comparison.notes)
    assert any("without recovery" in text for text in notes.recovered[0].comparison.notes)
    unknown = cumulate(courses, organ="cord", alpha_beta_gy=2, limit=cord)
    assert any("unknown" in text for text in unknown.comparison.notes)


def test_no_published_limit_for_the_liver():
    assert published_limit("liver") is None


@pytest.mark.parametrize("room", [0, -5, 0.5])
def test_no_room_no_schedule(room):
    assert fitting_schedules(room, alpha_beta_gy=3) == ()


def test_recovery_says_where_it_comes_from():
    found = example(recovery=(ExponentialRecovery(),))
    assert any("spinal cord only" in text for text in found.warnings)
    assert "cord" in ExponentialRecovery.evidence


@pytest.mark.parametrize(
    ("months", "share"), [(0, 1), (5.99, 1), (6, 0.75), (11.99, 0.75), (12, 0.5), (60, 0.5)]
)
def test_steps(months, share):
    assert StepRecovery().remaining(months) == share


def test_entered_recovery_per_course():
    model = UserRecovery((10, 30))
    assert model.remaining(5, 0) == pytest.approx(0.9)
    assert model.remaining(5, 1) == pytest.approx(0.7)
    with pytest.raises(DoseInputError, match="one for course 3"):
        model.remaining(5, 2)


def test_recovery_applies_even_without_an_interval_in_time():
    found = cumulate(
        EXAMPLE[:2],
        organ="duodenum",
        alpha_beta_gy=3,
        intervals_months=(0,),
        recovery=(UserRecovery((50,)),),
    )
    assert found.recovered[0].remaining == (0.5, 1.0)


@pytest.mark.parametrize(
    "build",
    [
        lambda: ExponentialRecovery(1.5),
        lambda: ExponentialRecovery(0.2, 0),
        lambda: ExponentialRecovery(float("nan")),
        lambda: UserRecovery((-1,)),
        lambda: UserRecovery((101,)),
        lambda: UserRecovery(()),
        lambda: StepRecovery().remaining(-1),
        lambda: example(intervals_months=(11,)),
        lambda: example(intervals_months=(11, -6)),
        lambda: example(alpha_beta_gy=0),
        lambda: cumulate((), organ="", alpha_beta_gy=3),
        lambda: example(intervals_months=None, recovery=(StepRecovery(),)),
        lambda: OrganCourse(Course.from_total(45, 15), "near"),
        lambda: OrganCourse(Course.from_total(45, 15), "adjacent", -1),
        lambda: intervals_from_dates((date(2010, 1, 1), date(2010, 1, 1))),
    ],
)
def test_wrong_input_is_refused(build):
    with pytest.raises(DoseInputError):
        build()


def test_query_of_the_worked_example():
    query = "courses=45/15,54/18,48/16&intervals=11,6&organ=duodenum&recovery=step"
    found = reirradiation_json(evaluate_reirradiation(query))
    assert found["total"]["eqd2_gy"] == pytest.approx(176.4)
    assert found["recovered"][0]["remaining"] == [0.5, 0.75, 1.0]
    assert found["limit"]["used_gy"] == pytest.approx(159.25)
    assert found["limit"]["mark"] == "V"


def test_query_with_dates_doses_and_limit():
    found = evaluate_reirradiation(
        "courses=45/15,54/18&dates=2009-01-01,2010-01-01&ab=3&overlap=overlapping,adjacent"
        "&doses=-,20&limit=100&recovery=step,user&recovered=25&planned=6"
    )
    assert found.contributions[1].counted_dose_gy == 20
    assert found.contributions[0].months_ago == pytest.approx(17.99, abs=0.01)
    assert found.recovered[1].remaining == (0.75, 0.75)
    assert found.comparison.limit.limit_gy == 100


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("ab=3", "courses"),
        ("courses=45/15,54", "courses"),
        ("courses=45/15", "alpha_beta_gy"),
        ("courses=45/15&organ=spleen", "tissue"),
        ("courses=45/15,54/18&ab=3&intervals=1,2", "intervals"),
        ("courses=45/15,54/18&ab=3&dates=2009-01-01", "dates"),
        ("courses=45/15,54/18&ab=3&dates=2009-01-01,then", "dates"),
        ("courses=45/15,54/18&ab=3&dates=2009-01-01,2010-01-01&intervals=6", "intervals"),
        ("courses=45/15,54/18&ab=3&overlap=near", "overlap"),
        ("courses=45/15,54/18&ab=3&overlap=apart,apart,apart", "overlap"),
        ("courses=45/15,54/18&ab=3&doses=1,2,3", "doses"),
        ("courses=45/15,54/18&ab=3&recovery=magic", "recovery"),
        ("courses=45/15,54/18&ab=3&recovery=step", "intervals"),
        ("courses=45/15&ab=3&recovered=10", "recovered"),
        ("courses=45/15&ab=3&interval=10", "interval"),
        ("courses=45/15&ab=3&limit=0", "limit_gy"),
    ],
)
def test_wrong_queries_name_the_field(query, field):
    with pytest.raises(DoseInputError) as caught:
        evaluate_reirradiation(query)
    assert caught.value.field == field
