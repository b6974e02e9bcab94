"""One function behind the dose page and the command line: a query in, a scenario out."""

from __future__ import annotations

import math

from hccviz.domain.errors import DoseInputError
from hccviz.dose import checks
from hccviz.dose.formula import bed_line, equivalent_line
from hccviz.dose.isoeffect import Isoeffect, solve_dose_per_fraction, solve_fractions
from hccviz.dose.lq import Course, course_warnings
from hccviz.dose.models import refuse_above_transition
from hccviz.dose.query import CourseEntry, read_query
from hccviz.dose.request import PARAMETERS, ScenarioRequest, SolveRequest, parse_scenario
from hccviz.dose.scenario_records import CourseResult, DoseScenario, DoseValues
from hccviz.dose.timing import after_loss, compensate_gap, normalisation_course, overall_time

__all__ = [
    "PARAMETERS",
    "CourseResult",
    "DoseScenario",
    "DoseValues",
    "ScenarioRequest",
    "evaluate",
    "evaluate_request",
    "parse_scenario",
]


def evaluate(query: str) -> DoseScenario:
    """Evaluate a dose query such as ``courses=45/3,30/10&ab=10&ref=2``.

    Raises
    ------
    DoseInputError
        When the request as a whole is wrong. A single wrong course does not raise: it carries its
        error, and :meth:`DoseScenario.checked` raises it.

    Examples
    --------
    >>> scenario = evaluate("courses=45/3,30/10&ab=10")
    >>> scenario.total
    DoseValues(bed_gy=151.5, eqd2_gy=126.25, eqdx_gy=None)
    """
    return evaluate_request(parse_scenario(read_query(query)))


def evaluate_request(request: ScenarioRequest) -> DoseScenario:
    """Evaluate a request that was already read; see :func:`evaluate`."""
    results = tuple(
        _evaluate_course(entry, position, request) for position, entry in enumerate(request.courses)
    )
    total, why = _total(results)
    solution = None
    if request.solve is not None:
        target = None if total is None else total.bed_gy
        solution = _solve(request, request.solve, target)
        total, why = (total, why) if results else (None, "alternatives are not added up")
    warnings = list(request.notes)
    for result in results:
        warnings.extend(result.warnings)
    if solution is not None:
        for neighbour in (solution.below, solution.above):
            if neighbour is not None:
                warnings.extend(course_warnings(neighbour.course, model=request.model_code))
    return DoseScenario(request, results, total, why, solution, tuple(dict.fromkeys(warnings)))


def _evaluate_course(entry: CourseEntry, position: int, request: ScenarioRequest) -> CourseResult:
    if entry.course is None:
        return CourseResult(entry.text, None, None, error=entry.error)
    try:
        return _course_result(entry.text, entry.course, position, request)
    except DoseInputError as error:
        return CourseResult(entry.text, None, None, error=error)


def _course_result(
    text: str, course: Course, position: int, request: ScenarioRequest
) -> CourseResult:
    if request.daily is not None:
        refuse_above_transition(course, request.transition_gy)
    values, lines = _values(course, position, request)
    norm, norm_bed = None, None
    if request.isodose_percent is not None:
        norm = normalisation_course(course, request.isodose_percent)
        norm_bed = float(request.model.bed(norm.total_dose_gy, norm.fractions))
    gap = None
    if request.planned_days is not None and request.time is not None:
        gap = compensate_gap(
            course,
            alpha_beta_gy=request.model.alpha_beta_gy,
            planned_days=request.planned_days,
            actual_days=request.overall_days[position],
            factor=request.time,
        )
    warnings = course_warnings(course, model=request.model_code)
    return CourseResult(text, course, values, "\n".join(lines), norm, norm_bed, gap, warnings)


def _values(
    course: Course, position: int, request: ScenarioRequest
) -> tuple[DoseValues, list[str]]:
    """BED and equivalents with the time factor, and the lines of the formula."""
    model, factor, wanted = request.model, request.time, request.reference_fraction_gy
    references = (2.0,) if wanted == 2 else (2.0, wanted)
    bed_gy = float(model.bed(course.total_dose_gy, course.fractions))
    if factor is None:
        doses = [
            float(model.equivalent(course.total_dose_gy, course.fractions, reference))
            for reference in references
        ]
        lines = [bed_line(course, model)]
    else:
        per_day = request.daily.per_day if request.daily else 1
        days = overall_time(course, request.overall_days[position], per_day)
        bed_gy = after_loss(bed_gy, factor.loss_gy(days))
        doses = [factor.equivalent(bed_gy, model, reference) for reference in references]
        times = {"overall": days, "kick_off": factor.kick_off_days}
        lines = [bed_line(course, model, k=factor.k_gy_per_day, **times)]
    for reference, dose in zip(references, doses, strict=True):
        lines.append(equivalent_line(model, bed_gy, reference, dose))
    return DoseValues(bed_gy, doses[0], doses[1] if wanted != 2 else None), lines


def _total(results: tuple[CourseResult, ...]) -> tuple[DoseValues | None, str]:
    if not results:
        return None, "no course was given"
    found = [result.values for result in results if result.values is not None]
    if len(found) < len(results):
        return None, "a course is wrong; see its error"
    other = [value.eqdx_gy for value in found if value.eqdx_gy is not None]
    return DoseValues(
        math.fsum(value.bed_gy for value in found),
        math.fsum(value.eqd2_gy for value in found),
        math.fsum(other) if other else None,
    ), ""


def _solve(
    request: ScenarioRequest, question: SolveRequest, total_bed_gy: float | None
) -> Isoeffect | None:
    if question.target_bed_gy is not None:
        target = question.target_bed_gy
    elif question.target_eqd2_gy is not None:
        eqd2_gy = checks.positive("target_eqd2_gy", question.target_eqd2_gy, ceiling=1e5)
        target = eqd2_gy * request.model.relative_effectiveness(2.0)
    elif total_bed_gy is not None:
        target = total_bed_gy
    else:
        return None  # the wrong course already says why
    if question.solve_for == "n":
        return solve_fractions(target, question.given, model=request.model)
    return solve_dose_per_fraction(target, question.given, model=request.model)
