"""What a dose query asks for: the names of its grammar, and the request they make."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from hccviz.dose import checks
from hccviz.dose.lq import alpha_beta_warnings
from hccviz.dose.models import LQ, LQL, USC, Model
from hccviz.dose.query import CourseEntry, QueryReader, parse_courses
from hccviz.dose.timing import DailyFractions, TimeFactor, TimeReference

DEFAULT_ALPHA_BETA_GY = 10.0

PARAMETERS: dict[str, str] = {
    "courses": "courses, total/fractions (45/3) or fractions x dose (3x15), separated by commas",
    "ab": "α/β in Gy (10 is taken, with a warning, when left out)",
    "ref": "reference dose per fraction in Gy for an additional equivalent dose (default 2)",
    "model": "lq (default), lql or usc",
    "dt": "transition dose in Gy: of LQ-L (default 2 × ab), or the limit for several a day",
    "ga": "γ/α of LQ-L (default 1 + 2 × dt/ab)",
    "alpha": "α in 1/Gy: for USC, or with tp for the time factor",
    "d0": "D0 of USC in Gy",
    "dq": "Dq of USC in Gy",
    "overall": "overall time in days, first to last fraction; one per course, by commas",
    "tk": "kick-off time in days, before which nothing is lost",
    "k": "BED lost per day in Gy after tk",
    "tp": "doubling time in days, with alpha instead of k",
    "timeref": "none (default): the reference schedule loses no time; own: it loses its own",
    "planned": "planned overall time in days, to see what a gap cost",
    "perday": "fractions a day, with interval and thalf",
    "interval": "hours between the fractions of one day",
    "thalf": "half-time of repair in hours",
    "isodose": "prescription isodose in %: adds the dose at the 100 % point",
    "solve": "n: fractions for a dose per fraction d; d: dose per fraction for n fractions",
    "n": "number of fractions, for solve=d",
    "d": "dose per fraction in Gy, for solve=n",
    "bed": "target BED in Gy for solve (or eqd2, or courses)",
    "eqd2": "target EQD2 in Gy for solve",
}
"""Every name of the grammar with its meaning, for help texts."""

EXAMPLES: tuple[str, ...] = (
    "courses=45/3,30/10&ab=10&ref=1.8",
    "courses=3x15&ab=3&model=lql",
    "courses=45/3&ab=10&model=lql&dt=20",
    "courses=60/3&ab=8.68&model=usc&alpha=0.33&d0=1.25&dq=1.82",
    "courses=60/30&ab=10&overall=42&tk=28&k=0.6",
    "courses=60/30&ab=10&overall=44&planned=39&tk=28&k=0.9",
    "courses=70/35&ab=10&overall=49&tk=21&alpha=0.3&tp=4&timeref=own",
    "courses=54/45&ab=2&perday=2&interval=6&thalf=4",
    "courses=45/3&ab=10&isodose=85",
    "solve=n&d=4&bed=100&ab=10",
    "solve=d&n=5&courses=45/3&ab=10",
)
"""Queries that work, for help texts."""
SMALL_ALPHA_PER_GY = 0.05
"""Below this an α makes the time factor meaningless (Tai 2008: 0.010 gives K = 0.54)."""

_NEEDS = {
    "dt": "model=lql, or perday",
    "ga": "model=lql",
    "alpha": "model=usc, or tp",
    "d0": "model=usc",
    "dq": "model=usc",
    "tk": "overall",
    "k": "overall",
    "tp": "overall, with alpha and without k",
    "timeref": "overall",
    "planned": "overall",
    "interval": "perday of 2 or more",
    "thalf": "perday of 2 or more",
    "n": "solve=d",
    "d": "solve=n",
    "bed": "solve",
    "eqd2": "solve",
}


@dataclass(frozen=True, slots=True)
class SolveRequest:
    """An isoeffect question; the target is the total of the courses when neither is given."""

    solve_for: str  # "n" or "d"
    given: float  # dose per fraction for "n", number of fractions for "d"
    target_bed_gy: float | None
    target_eqd2_gy: float | None


@dataclass(frozen=True, slots=True)
class ScenarioRequest:
    """A whole comparison, checked except for its single courses.

    Attributes
    ----------
    courses
        One entry per course as written.
    model
        Dose-response model that computes; it holds α/β. Several fractions a day lie below the
        transition dose, where every model is LQ with incomplete repair.
    model_code
        Model that was asked for: ``lq``, ``lql`` or ``usc``.
    reference_fraction_gy
        For the additional equivalent dose; 2 when none is wanted.
    time, overall_days, planned_days
        Repopulation and the overall time of each course; None and empty without it.
    daily
        Several fractions a day; None for once a day.
    transition_gy
        Limit above which several fractions a day are refused.
    isodose_percent, solve
        Optional extras.
    notes
        Warnings about the request as a whole.
    """

    courses: tuple[CourseEntry, ...]
    model: Model
    model_code: str = "lq"
    reference_fraction_gy: float = 2.0
    time: TimeFactor | None = None
    overall_days: tuple[float, ...] = ()
    planned_days: float | None = None
    daily: DailyFractions | None = None
    transition_gy: float = float("inf")
    isodose_percent: float | None = None
    solve: SolveRequest | None = None
    notes: tuple[str, ...] = ()


def parse_scenario(params: Mapping[str, str]) -> ScenarioRequest:
    """Read the named values of a dose query; see :data:`PARAMETERS` for the names.

    Raises
    ------
    DoseInputError
        For an unknown or useless name and for any value outside its range, except those of the
        single courses: they carry their own errors.
    """
    reader = QueryReader(params, PARAMETERS)
    courses = parse_courses(reader.text("courses")) if reader.has("courses") else ()
    given = reader.number("ab", "alpha_beta_gy")
    ratio = checks.alpha_beta(DEFAULT_ALPHA_BETA_GY if given is None else given)
    notes = alpha_beta_warnings(ratio)
    if given is None:
        notes += ("α/β was not given: 10 Gy, the usual value for tumours, was taken.",)
    reference = checks.reference_fraction(_or(reader.number("ref", "reference_fraction_gy"), 2.0))
    model_code = reader.choice("model", ("lq", "lql", "usc"), "lq")
    model, model_notes = _model(reader, model_code, ratio)
    daily = _daily(reader)
    transition = model.transition_gy
    if daily is not None:
        model = LQ(ratio, daily.repair_factor)
        if model_code == "lq":
            transition = _or(reader.number("dt", "transition_dose_gy"), 2 * ratio)
            checks.positive("transition_dose_gy", transition, ceiling=100)
    time, overall, planned = _time(reader, len(courses))
    if (
        time is not None
        and "tp" in params
        and _or(reader.number("alpha", "alpha"), 1) < (SMALL_ALPHA_PER_GY)
    ):
        notes += (
            f"α below {SMALL_ALPHA_PER_GY:g} per Gy makes the dose lost per day large whatever"
            " the doubling time: it is an artefact of the fit, not a growth rate.",
        )
    solve = _solve(reader, bool(courses))
    isodose = reader.number("isodose", "isodose_percent")
    reader.finish(_NEEDS)
    if not courses and solve is None:
        raise checks.refuse(
            "courses", None, "at least one course, such as courses=45/3", "Add courses=…"
        )
    return ScenarioRequest(
        courses, model, model_code, reference, time, overall, planned, daily, transition,
        isodose, solve, notes + model_notes,
    )  # fmt: skip


def _daily(reader: QueryReader) -> DailyFractions | None:
    per_day = reader.number("perday", "per_day")
    if per_day is None or checks.whole("per_day", per_day, ceiling=24) == 1:
        return None
    why = "several fractions a day need it"
    return DailyFractions(
        int(per_day),
        reader.required("interval", "interval_hours", why),
        reader.required("thalf", "half_time_hours", why),
    )


def _model(reader: QueryReader, code: str, ratio: float) -> tuple[Model, tuple[str, ...]]:
    if code == "lql":
        return _lql(reader, ratio)
    if code == "usc":
        why = "the universal survival curve needs it, and no set for liver cancer is known"
        model = USC(
            ratio,
            reader.required("alpha", "alpha_per_gy", why),
            reader.required("d0", "d0_gy", why),
            reader.required("dq", "dq_gy", why),
        )
        if abs(model.jump) <= 0.01:
            return model, ()
        return model, (
            f"α/β of {ratio:g} Gy does not fit the other parameters: the curve jumps by"
            f" {100 * model.jump:+.0f} % at {model.transition_gy:.2f} Gy.",
        )
    return LQ(ratio), ()


def _lql(reader: QueryReader, ratio: float) -> tuple[Model, tuple[str, ...]]:
    transition = reader.number("dt", "transition_dose_gy")
    slope = reader.number("ga", "gamma_over_alpha")
    model = LQL.tangent(ratio, transition)
    if slope is not None:
        model = LQL(ratio, model.transition_dose_gy, slope)
    if transition is not None:
        return model, ()
    edge = f"{model.transition_dose_gy:g}"
    return model, (f"The transition dose was not given: 2 × α/β = {edge} Gy was taken.",)


def _time(
    reader: QueryReader, n_courses: int
) -> tuple[TimeFactor | None, tuple[float, ...], float | None]:
    overall = reader.numbers("overall", "overall_days")
    if not overall:
        return None, (), None
    if len(overall) != n_courses:
        found = checks.Phrase(f"{len(overall)} for {n_courses} courses")
        action = "Separate the times by commas."
        raise checks.refuse("overall_days", found, "one time per course", action)
    kick_off = reader.required("tk", "kick_off_days", "0 if the loss starts at once")
    reference = reader.choice("timeref", ("none", "own"), "none")
    mode: TimeReference = "own" if reference == "own" else "none"
    planned = reader.number("planned", "planned_days")
    if planned is not None and n_courses != 1:
        found = checks.Phrase(f"{n_courses} courses")
        raise checks.refuse("planned_days", found, "exactly one course", "Look at one at a time.")
    loss = reader.number("k", "k_gy_per_day")
    if loss is not None:
        return TimeFactor(loss, kick_off, mode), overall, planned
    why = "the overall time has an effect only with k, or with alpha and tp"
    alpha = reader.required("alpha", "alpha_per_gy", why)
    doubling = reader.required("tp", "doubling_days", why)
    return TimeFactor.from_growth(alpha, doubling, kick_off, mode), overall, planned


def _solve(reader: QueryReader, has_courses: bool) -> SolveRequest | None:
    if not reader.has("solve"):
        return None
    wanted = reader.choice("solve", ("n", "d"), "n")
    if wanted == "n":
        given = reader.required("d", "dose_per_fraction_gy", "solve=n needs it")
    else:
        given = reader.required("n", "fractions", "solve=d needs it")
    target_bed = reader.number("bed", "target_bed_gy")
    target_eqd2 = reader.number("eqd2", "target_eqd2_gy")
    targets = sum((target_bed is not None, target_eqd2 is not None, has_courses))
    if targets != 1:
        found = checks.Phrase(f"{targets} targets")
        expected = "exactly one of bed, eqd2 and courses"
        raise checks.refuse("target_bed_gy", found, expected, "Give one target.")
    return SolveRequest(wanted, given, target_bed, target_eqd2)


def _or(value: float | None, default: float) -> float:
    return default if value is None else value
