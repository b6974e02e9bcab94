"""The closer looks at survival as plain JSON values, each with its spoken sentence."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from hccviz.analysis import survival_depth
from hccviz.data.cohort import Cohort
from hccviz.domain.address import View
from hccviz.domain.errors import AddressError
from hccviz.domain.records import HazardRatio, LandmarkCut, SurvivalEstimate, TestResult
from hccviz.domain.survival_records import (
    FixedTimes,
    FollowUpEstimate,
    HazardShape,
    Incidence,
    IncidenceCurve,
    IncidenceEstimate,
    IncidenceRate,
    RestrictedMeanEstimate,
)
from hccviz.export import survival_words, words
from hccviz.export.records import proportion_json, quantity_json, survival_json

Ask = Callable[[Cohort, View], Any]
Say = Callable[[Any], str]


def survival_view_json(estimate: SurvivalEstimate, cohort: Cohort, view: View) -> dict[str, Any]:
    """Return everything of the survival page.

    A look that the cohort or the view cannot answer is null beside ``<name>_why``.
    """
    advice = survival_depth.landmark_advice(cohort, view)
    made = {
        "sentence": words.say_survival(estimate),
        **survival_json(estimate),
        "strata": view.strata or None,
        "landmark": _cut_json(estimate.landmark),
        "landmark_advised": advice,
    }
    looks: tuple[tuple[Ask, Callable[[Any], dict[str, Any]], tuple[str, ...]], ...] = (
        (survival_depth.fixed_times, _fixed_json, ("rate_differences", "restricted_mean")),
        (survival_depth.competing_risks, _competing_json, ("competing_risks",)),
        (
            survival_depth.hazard_shape,
            _hazards_json,
            ("proportional_hazards", "piecewise", "log_minus_log"),
        ),
        (survival_depth.follow_up, _follow_json, ("follow_up",)),
    )
    for ask, write, names in looks:
        try:
            made |= write(ask(cohort, view))
        except AddressError as reason:
            for name in names:
                made |= {name: None, f"{name}_why": str(reason)}
    return made


def _cut_json(cut: LandmarkCut | None) -> dict[str, Any] | None:
    if cut is None:
        return None
    return {
        "months": cut.time_months,
        "left_out": cut.n,
        "left_out_events": cut.n_events,
        "left_out_censored": cut.n_censored,
        "emptied": list(cut.emptied),
        **({"why": cut.why} if cut.why else {}),
    }


def _fixed_json(found: FixedTimes) -> dict[str, Any]:
    differences = [
        {
            "time": d.time_months,
            "level": d.level,
            "reference": d.reference,
            **quantity_json("difference", d.difference),
            **_p("p", d.p, d.why),
        }
        for d in found.differences
    ]
    if found.means is None:
        return {
            "rate_differences": differences,
            "restricted_mean": None,
            "restricted_mean_why": found.why,
        }
    means = {"sentence": survival_words.say_fixed_times(found), **_means_json(found.means)}
    return {"rate_differences": differences, "restricted_mean": means}


def _means_json(means: RestrictedMeanEstimate) -> dict[str, Any]:
    return {
        "start": means.start,
        "horizon": means.horizon,
        "longest_horizon": means.longest_horizon,
        "groups": [
            {
                "level": g.level,
                "label": g.label,
                "n": g.n,
                **quantity_json("mean", g.mean),
                "std_err": g.std_err,
                **quantity_json("lost", g.lost, ci="lost_ci"),
            }
            for g in means.groups
        ],
        "differences": [
            {
                "level": d.level,
                "reference": d.reference,
                **quantity_json("difference", d.difference),
                **_p("p", d.p, d.why),
                **quantity_json("ratio", d.ratio, ci="ratio_ci"),
                **_p("p_ratio", d.p_ratio, d.ratio.why),
            }
            for d in means.differences
        ],
    }


def _competing_json(found: IncidenceEstimate) -> dict[str, Any]:
    return {
        "competing_risks": {
            "sentence": survival_words.say_incidence(found),
            "competing": found.competing,
            "n_missing": found.n_missing,
            "n_unknown_group": found.n_unknown_group,
            "landmark": _cut_json(found.landmark),
            "groups": [_incidence_json(c) for c in found.curves],
            "tests": [_test_json(t) for t in found.tests],
            "competing_tests": [_test_json(t) for t in found.competing_tests],
            "warnings": list(found.warnings),
        }
    }


def _incidence_json(curve: IncidenceCurve) -> dict[str, Any]:
    return {
        "level": curve.level,
        "label": curve.label,
        "n": curve.n,
        "events": curve.n_events,
        "competing": curve.n_competing,
        "censored": curve.n_censored,
        "rates": [_incidence_rate_json(r) for r in curve.rates],
        "curve": {
            "time": curve.time.tolist(),
            "event": _limits_json(curve.event),
            "competing": _limits_json(curve.competing),
            "event_free": curve.event_free.tolist(),
            "naive": curve.naive.tolist(),
            "at_risk": curve.at_risk.tolist(),
        },
    }


def _incidence_rate_json(rate: IncidenceRate) -> dict[str, Any]:
    return {
        "time": rate.time_months,
        **quantity_json("event", rate.event),
        **quantity_json("competing", rate.competing, ci="competing_ci"),
        "naive": rate.naive,
        "at_risk": rate.at_risk,
    }


def _limits_json(found: Incidence) -> dict[str, Any]:
    known = found.limits_known.tolist()
    return {
        "share": found.share.tolist(),
        "lower": [v if k else None for v, k in zip(found.lower.tolist(), known, strict=True)],
        "upper": [v if k else None for v, k in zip(found.upper.tolist(), known, strict=True)],
    }


def _hazards_json(found: HazardShape) -> dict[str, Any]:
    return {
        "proportional_hazards": {
            "sentence": survival_words.say_hazard_shape(found),
            **_test_json(found.proportional),
        },
        "piecewise": {
            "cut": found.cut,
            "periods": [
                {
                    "start": period.start,
                    "stop": period.stop,
                    "events": period.n_events,
                    "hazard_ratio": [_ratio_json(r) for r in period.hazard_ratios],
                }
                for period in found.pieces.periods
            ],
            "change": _test_json(found.pieces.change),
        },
        "log_minus_log": [
            {
                "level": line.level,
                "log_time": line.log_time.tolist(),
                "value": line.value.tolist(),
                **({"why": line.why} if line.why else {}),
            }
            for line in found.lines
        ],
    }


def _follow_json(found: FollowUpEstimate) -> dict[str, Any]:
    return {
        "follow_up": {
            "sentence": survival_words.say_follow_up(found),
            "groups": [
                {
                    "level": g.level,
                    "label": g.label,
                    **quantity_json("reverse_km_median", g.curve.median),
                    "naive_median": g.naive_median,
                    "event_free_median": g.event_free_median,
                    "min": g.minimum,
                    "max": g.maximum,
                    "status_known": [{"time": t, **proportion_json(p)} for t, p in g.status_known],
                }
                for g in found.groups
            ],
            "test": _test_json(found.test),
        }
    }


def _ratio_json(ratio: HazardRatio) -> dict[str, Any]:
    return {
        "level": ratio.level,
        "reference": ratio.reference,
        **quantity_json("hr", ratio.ratio),
        **_p("p", ratio.p, ratio.why),
    }


def _test_json(test: TestResult) -> dict[str, Any]:
    made = {"name": test.name, "statistic": test.statistic, "df": test.df}
    made |= _p("p", test.p, test.why)
    return made | ({"note": test.note} if test.note else {})


def _p(name: str, p: float | None, why: str) -> dict[str, Any]:
    return {name: p} if p is not None else {name: None, f"{name}_why": why or "not estimable"}
