"""The query behind page and terminal: grammar, record, and what each mistake says."""

import json

import pytest

from hccviz.domain.errors import DoseInputError
from hccviz.dose.query import parse_course, read_query
from hccviz.dose.request import EXAMPLES
from hccviz.dose.scenario import PARAMETERS, evaluate, parse_scenario


def error(query):
    with pytest.raises(DoseInputError) as caught:
        evaluate(query).checked()
    return caught.value


def test_record_of_the_command_line():
    found = evaluate("courses=45/3,30/10&ab=10&ref=2").to_json()
    assert list(found) == [
        "courses", "total", "alpha_beta_gy", "reference_fraction_gy", "model", "warnings",
    ]  # fmt: skip
    assert found["courses"][0] == {
        "total_dose_gy": 45.0,
        "fractions": 3,
        "dose_per_fraction_gy": 15.0,
        "bed_gy": 112.5,
        "eqd2_gy": 93.75,
    }
    assert found["total"] == {"bed_gy": 151.5, "eqd2_gy": 126.25}
    assert json.loads(json.dumps(found)) == found


def test_another_reference_is_added_and_eqd2_stays():
    found = evaluate("courses=39/13&ab=3&ref=1.8").to_json()
    assert found["courses"][0]["eqd2_gy"] == 46.8
    assert found["courses"][0]["eqdx_gy"] == 48.75
    assert found["total"]["eqdx_gy"] == 48.75


@pytest.mark.parametrize(
    "text", ["45/3", " 45 / 3 ", "3x15", "3×15", "3*15", "3 X 15", "45 Gy/3 fx", "15 Gy x 3",
             "3 fractions x 15", "45gy/3", "45.0/3.0"],
)  # fmt: skip
def test_ways_to_write_a_course(text):
    course = parse_course(text)
    assert (course.total_dose_gy, course.fractions) == (45, 3)


@pytest.mark.parametrize(
    ("text", "field"),
    [
        ("45/0", "fractions"),
        ("0/3", "total_dose_gy"),
        ("-45/3", "total_dose_gy"),
        ("45/2.5", "fractions"),
        ("nan/3", "total_dose_gy"),
        ("inf/3", "total_dose_gy"),
        ("1e9/3", "total_dose_gy"),
        ("1e999/3", "total_dose_gy"),
        ("abc/3", "total_dose_gy"),
        ("45/", "fractions"),
        ("/3", "total_dose_gy"),
        ("45", "courses"),
        ("45/3/2", "fractions"),
        ("4500/3", "total_dose_gy"),
        ("4500cGy/3", "total_dose_gy"),
        ("45/3Gy", "fractions"),
        ("3fx/45", "total_dose_gy"),
        ("15Gy x 3Gy", "fractions"),
        ("3x1500", "dose_per_fraction_gy"),
        ("2.5x18", "fractions"),
        ("4_5/3", "total_dose_gy"),
        ("٤٥/3", "total_dose_gy"),
    ],
)
def test_wrong_courses_name_the_field(text, field):
    found = error(f"courses={text}&ab=10")
    assert found.field == field
    assert "expected" in str(found)


def test_one_wrong_course_leaves_the_others_standing():
    found = evaluate("courses=45/2.5,30/10&ab=10")
    assert found.courses[0].error.field == "fractions"
    assert found.courses[1].values.bed_gy == 39.0
    assert found.total is None
    assert found.to_json()["total"] == {"bed_gy": None, "eqd2_gy": None}
    assert "wrong" in found.to_json()["total_why"]


def test_decimal_comma_is_explained():
    assert "point for decimals" in str(error("courses=58,42/23&ab=10"))


@pytest.mark.parametrize(
    ("query", "field", "words"),
    [
        ("", "courses", "courses=45/3"),
        ("courses=&ab=10", "courses", "empty"),
        ("course=45/3", "course", "Did you mean courses?"),
        ("courses=45/3&zz=1", "zz", "known are courses, ab"),
        ("courses=45/3&courses=30/10", "courses", "twice"),
        ("courses=45/3&ab", "query", "name=value"),
        ("courses=45/3&ab=", "ab", "empty"),
        ("courses=45/3&ab=0", "alpha_beta_gy", "above 0"),
        ("courses=45/3&ab=ten", "alpha_beta_gy", "“ten”"),
        ("courses=45/3&ab=nan", "alpha_beta_gy", "number"),
        ("courses=45/3&ref=0", "reference_fraction_gy", "above 0"),
        ("courses=45/3&model=cubic", "model", "lq, lql, usc"),
        ("courses=45/3&dt=20", "dt", "model=lql"),
        ("courses=45/3&model=lql&dt=0", "transition_dose_gy", "above 0"),
        ("courses=45/3&model=lql&ga=-1", "gamma_over_alpha", "above 0"),
        ("courses=45/3&model=usc&alpha=0.33&d0=1.25", "dq_gy", "missing"),
        ("courses=45/3&model=usc&alpha=0.9&d0=1.25&dq=1", "d0_gy", "α·D0"),
        ("courses=60/30&overall=42", "kick_off_days", "missing"),
        ("courses=60/30&overall=42&tk=28", "alpha_per_gy", "missing"),
        ("courses=60/30&overall=20&tk=28&k=0.6", "overall_days", "at least 29"),
        ("courses=60/30&overall=900&tk=0&k=0.6", "overall_days", "more than the BED"),
        ("courses=60/30&overall=42,40&tk=28&k=0.6", "overall_days", "one time per course"),
        ("courses=60/30&k=0.6", "k", "overall"),
        ("courses=60/30&overall=42&tk=28&k=0.6&tp=4", "tp", "without k"),
        ("courses=60/30&overall=42&tk=28&k=-1", "k_gy_per_day", "0 or more"),
        ("courses=60/30&overall=39&planned=44&tk=28&k=0.9", "overall_days", "planned"),
        ("courses=60/30,45/3&overall=44,5&planned=39&tk=28&k=0.9", "planned_days", "exactly one"),
        ("courses=60/30&overall=40&tk=4&k=1.72&timeref=own", "k_gy_per_day", "gains"),
        ("courses=45/3&ab=3&perday=2&interval=6&thalf=4", "dose_per_fraction_gy", "transition"),
        ("courses=54/45&perday=2&thalf=4", "interval_hours", "missing"),
        ("courses=54/45&perday=5&interval=6&thalf=4", "interval_hours", "within one day"),
        ("courses=54/45&interval=6", "interval", "perday"),
        ("courses=45/3&isodose=0.85", "isodose_percent", "Enter 85"),
        ("courses=45/3&isodose=300", "isodose_percent", "at most 120"),
        ("solve=n&bed=100&ab=10", "dose_per_fraction_gy", "missing"),
        ("solve=d&bed=100&ab=10", "fractions", "missing"),
        ("solve=n&d=4&ab=10", "target_bed_gy", "exactly one"),
        ("solve=n&d=4&bed=100&eqd2=80&ab=10", "target_bed_gy", "exactly one"),
        ("solve=n&d=400&bed=100&ab=10", "dose_per_fraction_gy", "cGy"),
        ("solve=n&d=0.01&bed=100&ab=10", "dose_per_fraction_gy", "larger dose"),
        ("solve=d&n=2.5&bed=100&ab=10", "fractions", "whole"),
        ("solve=d&n=1&bed=10000&ab=10", "target_bed_gy", "at most"),
        ("courses=45/3&n=3", "n", "solve=d"),
    ],
)
def test_what_each_mistake_says(query, field, words):
    found = error(query)
    assert found.field == field
    assert words in str(found)


def test_too_many_courses():
    assert error("courses=" + ",".join(["45/3"] * 51)).field == "courses"
    assert error("courses=" + "1" * 20_000).field == "query"


def test_alpha_beta_left_out_is_said():
    assert "10 Gy" in evaluate("courses=60/30").warnings[0]


def test_percent_encoding_and_question_mark():
    assert evaluate("?courses=45%2F3%2C30%2F10&ab=10").total.bed_gy == 151.5
    assert read_query("a=1&b=x+y") == {"a": "1", "b": "x y"}


def test_lql_leaves_the_tumour_and_lowers_the_liver():
    assert evaluate("courses=45/3&ab=10&model=lql&dt=20").total.bed_gy == 112.5
    assert evaluate("courses=45/3&ab=3&model=lql").total.bed_gy == 189.0
    assert evaluate("courses=45/3&ab=3").total.bed_gy == 270.0


def test_usc_above_its_transition():
    query = "courses=60/3&ab=8.684&model=usc&alpha=0.33&d0=1.25&dq=1.82"
    found = evaluate(query)
    assert found.total.bed_gy == pytest.approx((60 - 3 * 1.82) / (0.33 * 1.25))
    assert "(60 − 3 × 1.82) / (0.33 × 1.25)" in found.courses[0].formula
    assert any("jumps" in text for text in evaluate(query.replace("8.684", "3")).warnings)


def test_formulas_show_the_numbers():
    lines = evaluate("courses=45/3&ab=10&ref=1.8").courses[0].formula.splitlines()
    assert lines == [
        "BED = 45 × (1 + 15/10) = 112.50 Gy",
        "EQD2 = 112.50 / (1 + 2/10) = 93.75 Gy",
        "EQD1.8 = 112.50 / (1 + 1.8/10) = 95.34 Gy",
    ]
    lql = evaluate("courses=45/3&ab=3&model=lql").courses[0].formula
    assert "3 × [6 × (1 + 6/3) + 5 × (15 − 6)] = 189.00 Gy" in lql
    late = evaluate("courses=60/30&ab=10&overall=42&tk=28&k=0.6").courses[0].formula
    assert "60 × (1 + 2/10) − 0.6 × (42 − 28) = 63.60 Gy" in late
    twice = evaluate("courses=54/45&ab=2&perday=2&interval=6&thalf=4").courses[0].formula
    assert "54 × (1 + (1 + 0.3536) × 1.2/2) = 97.86 Gy" in twice


def test_solutions_show_both_whole_neighbours():
    found = evaluate("solve=n&d=4&bed=100&ab=10").to_json()
    assert found["solution"]["fractions_exact"] == pytest.approx(100 / 5.6)
    assert found["solution"]["below"]["fractions"] == 17
    assert found["solution"]["above"]["bed_gy"] == pytest.approx(100.8)
    assert found["total"]["bed_gy"] is None
    assert "not added" in found["total_why"]


def test_solutions_for_an_eqd2_or_for_given_courses():
    by_eqd2 = evaluate("solve=n&d=3&eqd2=93.75&ab=10").solution
    by_course = evaluate("solve=n&d=3&courses=45/3&ab=10").solution
    assert by_eqd2.exact == pytest.approx(by_course.exact)
    assert evaluate("solve=d&n=3&bed=112.5&ab=10").solution.above.course.code == "45/3"


def test_an_exact_solution_is_one_schedule():
    found = evaluate("solve=n&d=2&bed=60&ab=10").solution
    assert found.below == found.above
    assert found.below.course.code == "50/25"


def test_a_solution_above_the_ceiling_is_left_out():
    found = evaluate("solve=n&d=2&bed=1000&ab=10").solution
    assert found.below is None
    assert found.above is None


def test_gap_and_isodose_are_added_to_the_row():
    row = evaluate("courses=60/30&ab=10&overall=44&planned=39&tk=28&k=0.9").to_json()["courses"][0]
    assert row["gap"]["bed_lost_gy"] == pytest.approx(4.5)
    row = evaluate("courses=45/3&ab=10&isodose=90").to_json()["courses"][0]
    assert row["norm_point_dose_gy"] == 50.0


def test_the_time_convention_is_named():
    found = evaluate("courses=70/35&ab=10&alpha=0.3&tp=4&tk=21&overall=49&timeref=own")
    assert found.to_json()["time_reference"] == "own"
    assert found.total.eqd2_gy == pytest.approx(70)
    assert "its own time" in found.courses[0].formula


def test_every_seed_sbrt_schedule_carries_the_caution():
    for text in ("36/3", "45/3", "48/3", "60/4", "60/3"):
        assert any("per fraction" in line for line in evaluate(f"courses={text}&ab=10").warnings)


def test_warnings_are_not_repeated():
    found = evaluate("courses=45/3,45/3&ab=10").warnings
    assert len(found) == len(set(found)) == 1


@pytest.mark.parametrize("query", EXAMPLES)
def test_every_example_works(query):
    evaluate(query).checked().to_json()


def test_a_tiny_alpha_is_named():
    query = "courses=60/30&ab=15&overall=42&tk=28&alpha=0.01&tp=128"
    assert any("artefact" in text for text in evaluate(query).warnings)


def test_every_name_is_documented():
    assert parse_scenario({"courses": "45/3"}).model.alpha_beta_gy == 10
    assert all(text and text[0] != " " for text in PARAMETERS.values())
