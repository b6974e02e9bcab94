"""The dose pages in Streamlit's test runner: what works, what is refused, what stays private."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest
from streamlit.testing.v1 import AppTest

from hccviz.analysis.bridge import around, treated_like_this
from hccviz.cli import main
from hccviz.data.builtin import open_built_in
from hccviz.domain import format as fmt
from hccviz.domain.address import View
from hccviz.domain.filters import CohortFilter
from hccviz.dose.request import EXAMPLES
from hccviz.dose.scenario import evaluate
from hccviz.export.dose import dose_table
from tests.app.conftest import words

CALCULATOR = "pages/dose/calculator.py"
COURSES = "pages/dose/reirradiation.py"
PLAN = "pages/dose/limits.py"
SCORES = "pages/dose/scores.py"
Open = Callable[..., AppTest]


def everything(app: AppTest) -> str:
    """Return words, tables, code, metrics of the page."""
    cells = [table.value.to_csv() for table in app.table] + [block.value for block in app.code]
    metrics = [f"{metric.label} {metric.value}" for metric in app.metric]
    return "\n".join([words(app), *cells, *metrics]).replace("\\", "")


def dotted(**params: str) -> dict[str, str]:
    return {key.replace("__", "."): value for key, value in params.items()}


# ------------------------------------------------------------------ calculator


@pytest.mark.parametrize("query", [text for text in EXAMPLES if not text.startswith("solve")])
def test_every_documented_query_shows_the_numbers_of_the_command_line(open_app: Open, query: str):
    params = dict(part.split("=", 1) for part in query.split("&"))
    plain = {key: params.pop(key) for key in ("courses", "ab", "ref") if key in params}
    app = open_app(CALCULATOR, **plain, **{f"dose.{key}": v for key, v in params.items()})
    assert not app.exception
    assert not app.error
    shown = everything(app)
    for column in ("BED (Gy)", "EQD2 (Gy)"):
        for cell in dose_table(evaluate(query))[column]:
            assert cell in shown


@pytest.mark.parametrize("look", ["organs", "band", "same", "formula"])
def test_every_closer_look(open_app: Open, look: str):
    app = open_app(CALCULATOR, courses="45/3,30/10", **{"dose.show": look})
    assert not app.exception
    assert not app.error
    expected = {
        "organs": "162.00 · LQ-L 113.40",
        "band": "103.50 to 191.25 Gy",
        "same": "10.8 Gy",
        "formula": "BED = 45 × (1 + 15/10) = 112.50 Gy",
    }
    assert expected[look] in everything(app)


def test_isoeffect_of_a_wanted_bed(open_app: Open):
    params = dotted(dose__show="same", dose__solve="n", dose__d="4", dose__bed="100")
    app = open_app(CALCULATOR, courses="45/3", **params)
    assert "17.86 fractions" in everything(app)
    assert "68 Gy in 17 fractions of 4 Gy" in everything(app)


@pytest.mark.parametrize(
    ("params", "sentence"),
    [
        ({"courses": "4500/3"}, "Did you enter cGy?"),
        ({"courses": "45/inf"}, "Number of fractions: found the text"),
        ({"courses": "45/3", "dose.overall": "1", "dose.tk": "0", "dose.k": "1"}, "at least 2"),
        ({"courses": "45/3", "dose.overall": "20"}, "Kick-off time (tk) is missing"),
        ({"courses": "45/3", "dose.model": "usc"}, "α (alpha) is missing"),
        ({"courses": "45/3", "dose.k": "abc", "dose.overall": "20", "dose.tk": "1"}, "“abc”"),
        ({"courses": "60/2", "dose.perday": "2", "dose.interval": "6", "dose.thalf": "4"},
         "incomplete repair is not defined"),
        ({"courses": "45/3", "ref": "-1"}, "Reference fraction (ref): found -1"),
        ({"courses": "45/3", "dose.model": "lqq"}, "Ignored: dose.model=lqq"),
        ({"courses": "45/3&model=usc"}, "Number of fractions: found the text"),
        ({"courses": "45/3", "dose.show": "same", "dose.n": "2.5"}, "whole number"),
        ({"courses": "45/3", "like.width": "-1"}, "expected a number of Gy, 0 or more"),
    ],
)  # fmt: skip
def test_wrong_input_is_one_sentence(open_app: Open, params: dict[str, str], sentence: str):
    app = open_app(CALCULATOR, **params)
    assert not app.exception
    assert sentence in words(app)


@pytest.mark.parametrize(
    ("params", "sentence"),
    [
        ({"dose.colour": "red"}, "Ignored: dose.colour=red"),
        ({"re.overlap.": "apart"}, "Ignored: re.overlap.=apart"),
        ({"ab": "-2"}, "α/β is a number of Gy above 0"),
    ],
)
def test_what_a_link_cannot_mean_is_named(open_app: Open, params: dict[str, str], sentence: str):
    assert sentence in words(open_app(**params))


def test_typing_changes_the_link_and_a_wrong_course_leaves_the_others(open_app: Open):
    app = open_app(CALCULATOR, courses="45/3,30/10")
    app.number_input(key="w-fractions-0").set_value(2.5).run()
    assert "Course 1: Number of fractions: found 2.5" in words(app)
    assert "39.00" in everything(app)
    assert "112.50" not in everything(app)
    app.number_input(key="w-fractions-0").set_value(5.0).run()
    assert app.query_params["courses"] == "45/5,30/10"
    assert "85.50" in everything(app)


def test_alpha_beta_follows_the_tissue_and_back(open_app: Open):
    app = open_app(CALCULATOR, courses="45/3")
    app.selectbox(key="w-dose-tissue").select("liver").run()
    assert app.query_params["ab"] == "3"
    assert "270.00" in everything(app)
    app.number_input(key="w-dose-ab").set_value(0.0).run()
    assert "The old one is kept" in words(app)
    assert "270.00" in everything(app)


def test_patients_like_this_are_those_of_the_analysis(open_app: Open):
    app = open_app(CALCULATOR, cohort="registry-simulated", courses="45/3")
    chosen = View(filter=CohortFilter((around(112.5, 10),)))
    found = treated_like_this(open_built_in("registry-simulated"), chosen)
    shown = everything(app)
    assert f"{found.n_like} of 2,400 patients" in shown
    assert f"{fmt.quantity(found.outcomes[0].like)} months" in shown


def test_with_few_patients_it_cannot_tell(open_app: Open):
    app = open_app(CALCULATOR, cohort="reirradiation", courses="45/3")
    assert "cannot tell what happens after this dose" in words(app)
    assert "cannot tell: fewer than 10 patients" in everything(app)


def test_the_form_narrows_who_is_like_this(open_app: Open):
    params = dotted(like__child_pugh_class="A", like__prior_tace="yes", like__size_to="3")
    app = open_app(CALCULATOR, cohort="registry-simulated", courses="45/3", **params)
    assert not app.exception
    assert "Child-Pugh class A" in words(app)
    assert "Tumour size ≤ 3 cm" in words(app) or "≤ 3 cm" in words(app)


# ------------------------------------------------------------------ re-irradiation


def test_the_worked_example_comes_first_without_recovery(open_app: Open):
    app = open_app(COURSES)
    shown = everything(app)
    assert "duodenum perforated" in shown
    assert "EQD2 of 176.40 Gy (BED 294.00 Gy) at α/β 3 Gy" in shown
    assert "exceeds it by 114.25 Gy" in shown
    assert "not a limit for re-irradiation" in shown


def test_recovery_says_its_evidence_and_needs_intervals(open_app: Open):
    app = open_app(COURSES, **{"re.recovery": "step,exponential,user", "re.recovered": "10"})
    shown = everything(app)
    assert "133.20" in shown
    assert "spinal cord only" in shown
    assert "no recovery parameters for liver or duodenum were found" in shown
    app = open_app(COURSES, **{"re.courses": "45/15,54/18", "re.recovery": "step"})
    assert "Recovery needs the months between all courses" in words(app)
    assert not app.error


def test_a_wrong_course_leaves_no_stale_sum(open_app: Open):
    app = open_app(COURSES)
    app.number_input(key="w-re-fractions-1").set_value(0.0).run()
    shown = everything(app)
    assert "Course 2: Number of fractions: found 0" in shown
    assert "176.40" not in shown
    assert "54.00" in shown
    app.number_input(key="w-re-fractions-1").set_value(18.0).run()
    assert "176.40" in everything(app)


def test_overlap_and_organ_dose_count(open_app: Open):
    params = {"re.overlap.duodenum": "apart,adjacent,overlapping", "re.doses.duodenum": "-,20,-"}
    app = open_app(COURSES, **params)
    assert "nothing (apart)" in everything(app)
    assert "20 Gy (as entered)" in everything(app)
    app.selectbox(key="w-re-overlap-duodenum-0").select("overlapping").run()
    assert app.query_params["re.overlap.duodenum"] == "overlapping,adjacent,overlapping"
    assert "45 Gy (in full)" in everything(app)


def test_several_organs_against_their_limits_and_what_fits(open_app: Open):
    params = {"re.courses": "30/10", "re.organs": "liver,cord", "re.limit.liver": "60"}
    app = open_app(COURSES, **params)
    shown = everything(app)
    assert "All organs" in shown
    assert "leaves 24.00 Gy" in shown
    assert "24 Gy in 12 fractions of 2 Gy" in shown
    assert "Nieder 2006" in shown
    assert "[A]" in shown


def test_removing_a_course_joins_its_intervals(open_app: Open):
    app = open_app(COURSES)
    app.button(key="re-remove-1").click().run()
    assert app.query_params["re.courses"] == "45/15,48/16"
    assert app.query_params["re.intervals"] == "17"


def test_dates_become_months_and_stay_out_of_the_link(open_app: Open):
    from datetime import date

    app = open_app(COURSES, **{"re.courses": "45/15,54/18", "re.recovery": "step"})
    app.toggle(key="w-by-date").set_value(True).run()
    app.date_input(key="w-re-date-0").set_value(date(2020, 1, 1)).run()
    app.date_input(key="w-re-date-1").set_value(date(2021, 1, 1)).run()
    assert app.query_params["re.intervals"] == "12.02"
    assert "2020" not in str(app.query_params)
    app.date_input(key="w-re-date-1").set_value(date(2019, 1, 1)).run()
    assert "dates in ascending order" in words(app)


# ------------------------------------------------------------------ plan


def dvh(name: str = "liver.csv", text: str = "Dose (Gy),Volume (%)\n0,100\n10,60\n20,20\n30,0\n"):
    return name, text.encode(), "text/csv"


def test_limits_hold_for_their_own_fractions_only(open_app: Open):
    app = open_app(PLAN, **{"plan.course": "50/5"})
    app.number_input(key="w-plan-liver-mean_dose-0").set_value(14.0).run()
    shown = everything(app)
    assert "not compared: other fractions" in shown
    assert "fractions not stated" in shown
    assert "(converted)" not in shown
    app.toggle(key="w-plan.convert").set_value(True).run()
    shown = everything(app)
    assert "Mean dose ≤ 15.58 Gy" in shown
    assert "(converted)" in shown
    assert "Converted from 3 fractions by the LQ model" in shown


def test_oddities_of_the_sources_are_said(open_app: Open):
    app = open_app(PLAN, **{"plan.organ": "duodenum"})
    assert "Vacuous" in words(app)
    assert "QUANTEC gives < 15 Gy in 3 fractions for metastases" in words(open_app(PLAN))


def test_measured_values_stay_out_of_the_link(open_app: Open):
    app = open_app(PLAN)
    app.number_input(key="w-plan-liver-mean_dose-0").set_value(12.5).run()
    assert "✓ met" in everything(app)
    assert "12.5" not in str(app.query_params)
    app.number_input(key="w-plan-liver-mean_dose-0").set_value(-1.0).run()
    assert not app.exception
    assert "0 or more" in words(app)


def test_a_histogram_is_read_checked_and_forgotten(open_app: Open):
    app = open_app(PLAN)
    app.file_uploader[0].upload(*dvh()).run()
    assert not app.exception
    assert "Mean dose 13.00 Gy, maximum 30.00 Gy" in words(app)
    assert "✓ met" in everything(app)
    assert "Needs a histogram with volumes in cc" in words(app)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "two or more of each"),
        ("a,b\nc,d\n", "two or more of each"),
        ("0,100\n10,x\n", "in line 2"),
        ("0,100\n10,-5\n", "negative"),
        ("0,100\n20,50\n10,0\n", "doses that do not increase"),
        ("0,1500\n10,900\n20,0\n", "How to read it"),
        ("<script>alert(1)</script>\n0,nan\n", "two or more of each"),
    ],
)
def test_a_bad_histogram_is_one_sentence(open_app: Open, text: str, sentence: str):
    app = open_app(PLAN)
    app.file_uploader[0].upload(*dvh(text=text)).run()
    assert not app.exception
    assert sentence in "\n".join(str(error.value) for error in app.error).replace("\\", "")


def test_liver_risk_from_the_mean_dose(open_app: Open):
    app = open_app(PLAN, **dotted(plan__ask="risk", plan__mean="28", plan__course="28/14"))
    assert app.metric[0].value == "4.11 %"
    assert "[C: secondary transcription" in everything(app)


def test_liver_risk_is_unavailable_without_a_dose(open_app: Open):
    app = open_app(PLAN, **{"plan.ask": "risk"})
    assert "Unavailable: the mean liver dose is missing" in words(app)
    assert not app.metric


def test_local_control_shows_the_conflict_and_no_curve(open_app: Open):
    app = open_app(PLAN, **{"plan.ask": "control"})
    assert "The sources disagree" in words(app)
    assert "No curve is drawn" in words(app)
    assert not app.get("plotly_chart")


# ------------------------------------------------------------------ scores


def test_units_can_be_switched_and_the_patient_stays_the_same(open_app: Open):
    app = open_app(SCORES)
    before = [line for line in words(app).splitlines() if "ALBI grade" in line]
    app.selectbox(key="w-score-bilirubin_unit").select("µmol/L").run()
    app.selectbox(key="w-score-albumin_unit").select("g/L").run()
    assert app.number_input(key="w-score-bilirubin").value == pytest.approx(13.6832)
    assert app.number_input(key="w-score-albumin").value == 38
    assert [line for line in words(app).splitlines() if "ALBI grade" in line] == before
    assert "score" not in str(app.query_params)


def test_scores_name_their_definitions(open_app: Open):
    shown = everything(open_app(SCORES))
    for part in (
        "Child-Pugh class A, 5 points",
        "ALBI grade 2",
        "Modified ALBI, −2.27",
        "Modified ALBI, −3.02/−2.08",
        "BCLC A",
        "PR: at least 30 % below baseline",
    ):
        assert part in shown


@pytest.mark.parametrize(
    ("key", "value", "sentence"),
    [
        ("bilirubin", 0.0, "Bilirubin: found 0"),
        ("albumin", 38.0, "Did you enter g/L?"),
        ("inr", -1.0, "INR: found -1"),
        ("ecog", 7.0, "ECOG performance status: found 7"),
        ("tumor_count", 1.5, "whole number"),
        ("nadir_mm", 90.0, "at most the baseline"),
        ("baseline_mm", 0.0, "Sum at baseline: found 0"),
    ],
)
def test_a_wrong_value_is_one_sentence(open_app: Open, key: str, value, sentence: str):
    app = open_app(SCORES)
    app.number_input(key=f"w-score-{key}").set_value(value).run()
    assert not app.exception
    assert sentence in words(app)


# ------------------------------------------------------------------ the command line


@pytest.mark.parametrize("view", ["dose", "reirradiation", "ntcp"])
def test_help_documents_every_name(capsys: pytest.CaptureFixture[str], view: str):
    from hccviz.dose.ntcp_query import NTCP_PARAMETERS
    from hccviz.dose.reirradiation_query import REIRRADIATION_PARAMETERS
    from hccviz.dose.request import PARAMETERS

    assert main([view, "--help"]) == 0
    told = capsys.readouterr().out
    names = {
        "dose": PARAMETERS, "reirradiation": REIRRADIATION_PARAMETERS, "ntcp": NTCP_PARAMETERS,
    }  # fmt: skip
    for name, meaning in names[view].items():
        assert f"  {name} " in told
        assert meaning in told
    for line in told.split("examples:")[1].splitlines():
        if '"' in line and ".csv" not in line:
            assert main([view, line.split('"')[1]]) == 0


def test_the_command_of_the_page_gives_the_page(open_app: Open, capsys: pytest.CaptureFixture[str]):
    app = open_app(COURSES, **{"re.recovery": "step"})
    command = next(block.value for block in app.code if "hccviz reirradiation" in block.value)
    assert main(["reirradiation", command.split('"')[1]]) == 0
    record = json.loads(capsys.readouterr().out)
    assert record["total"]["eqd2_gy"] == pytest.approx(176.4)
    assert record["recovered"][0]["eqd2_gy"] == pytest.approx(133.2)


def test_a_histogram_on_the_command_line(tmp_path, capsys: pytest.CaptureFixture[str]):
    file = tmp_path / "liver.csv"
    file.write_bytes(dvh()[1])
    assert main(["ntcp", str(file), "fractions=5"]) == 0
    assert json.loads(capsys.readouterr().out)["mean_dose_gy"] == 13.0
    assert main(["ntcp", str(tmp_path / "none.csv"), "fractions=5"]) == 2
    assert main(["ntcp", "mean=28"]) == 0
    assert json.loads(capsys.readouterr().out)["ntcp_why"].startswith("unavailable")
