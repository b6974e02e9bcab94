"""Every link of a printed number leads to a view whose record holds the recomputed value."""

from __future__ import annotations

from functools import cache

import pytest

from hccviz.analysis import outcomes, pinned, regression, views
from hccviz.data.builtin import open_built_in
from hccviz.data.cohort import Cohort
from hccviz.domain import vocabulary
from hccviz.domain.address import View, parse_query, read_view
from hccviz.evidence.links import LADDER, Link
from hccviz.evidence.study import Study, read_study
from hccviz.evidence.targets import STUDIES, Target
from hccviz.export.tables import attrition_table

LEAST = {
    "sbrt-incomplete-tace": 150, "reirradiation": 215, "sbrt-hcc-metastases": 225,
    "sorafenib-rt": 230,
}  # fmt: skip
RATES = {"ORR": "orr", "DCR": "dcr"}


@cache
def cohort(name: str) -> Cohort:
    return open_built_in(name)


@cache
def study(name: str) -> Study:
    return read_study(cohort(name))


def followed(link: Link, name: str) -> View:
    """Read the link's address as a browser would."""
    view, ignored = read_view(parse_query(link.view.to_query()), cohort(name).schema)
    assert ignored == ()
    assert view.cohorts == (name,)
    return view


@cache
def record(kind: str, name: str, query: str):
    view, _ = read_view(parse_query(query), cohort(name).schema)
    home = views if hasattr(views, kind) else outcomes
    return getattr(home, kind)(cohort(name), view)


def share(found, target: Target) -> float | None:
    """Return the count of a proportion, or its percentage, as the number was printed."""
    if target.statistic == "count":
        return found.count
    return 100 * found.share.value


def _comparison(found, link: Link, target: Target) -> float | None:
    if link.look == "log-rank test":
        return next(test.p for test in found.tests if "log-rank" in test.name.lower())
    (ratio,) = found.hazard_ratios
    return _ratio(ratio.ratio, ratio.p, target)


def _ratio(found, p: float | None, target: Target) -> float | None:
    return {"hr": found.value, "hr_low": found.low, "hr_high": found.high,
            "cox_p": p}[target.statistic]  # fmt: skip


def on_survival(link: Link, target: Target, name: str, query: str) -> float | None:
    found = record("survival", name, query)
    if link.look in ("log-rank test", "hazard ratio"):
        return _comparison(found, link, target)
    (curve,) = found.curves
    if link.look.startswith("at "):
        month = float(link.look.split()[1])
        return 100 * next(r.survival.value for r in curve.rates if r.time_months == month)
    return {
        "median": curve.median.value,
        "events": curve.n_events,
        "censored": curve.n_censored,
        "naive median": curve.follow_up.naive_median,
        "shortest time": curve.follow_up.minimum,
        "longest time": curve.follow_up.maximum,
    }[link.look]


def on_response(link: Link, target: Target, name: str, query: str) -> float | None:
    view = followed(link, name)
    look = view.option("rx")
    if look == "time":
        (times,) = record("time_to_response", name, query).responders
        by_month = {f"had it by {m:g} months": 100 * p.share.value for m, p in times.reached}
        return {**by_month, "median": times.median, "lower quartile": times.quartile_1,
                "upper quartile": times.quartile_3}[link.look]  # fmt: skip
    if look == "failure":
        found = record("failures", name, query)
        if link.look == "any failure":
            return found.n_failed[0]
        sites = set(vocabulary.failure_levels()[link.look])
        place = next(
            i for i, member in enumerate(found.members)
            if {s for s, inside in zip(found.sites, member, strict=True) if inside} == sites
        )  # fmt: skip
        count = int(found.counts[0, place])
        return count if target.statistic == "count" else 100 * count / found.n_failed[0]
    if link.look == "Pearson χ²":
        tests = record("rates", name, query).tests
        return next(test.p for test in tests if "Pearson" in test.name)
    found = record("response", name, query)
    (group,) = found.groups
    of = view.option("of")
    if link.look in RATES:
        return share(getattr(group, f"{RATES[link.look]}_{of}"), target)
    if link.look == "evaluable":
        return group.n_evaluable
    count = group.counts[found.levels.index(link.look)]
    n = group.n_evaluable if of == "evaluable" else group.n_all
    return count if target.statistic == "count" else 100 * count / n


def on_toxicity(link: Link, target: Target, name: str, query: str) -> float | None:
    if followed(link, name).option("tox") == "rild":
        (row,) = record("rild", name, query).rows
        return share(getattr(row, link.look.replace("-", "_")), target)
    found = record("toxicity", name, query)
    row = next(r for r in found.groups[0].rows if r.term == target.variable)
    if link.look == "any grade":
        return share(row.any_grade, target)
    if link.look == "grade 3 or more":
        return share(row.severe, target)
    count = row.grades[int(link.look.removeprefix("grade "))]
    return count if target.statistic == "count" else 100 * count / row.n


def on_overview(link: Link, target: Target, name: str, query: str) -> float | None:
    if link.look == "patients":
        return record("attrition", name, query).left
    if link.look == LADDER:
        ladder = attrition_table(record("attrition", name, query))
        base = "of those before" if target.subgroup else "of all"
        return float(ladder[base][-1].removesuffix("%"))
    row = next(r for r in record("baseline", name, query).rows if r.column == target.variable)
    assert link.look.startswith(f"{row.label}: ")
    if row.numbers:
        (number,) = row.numbers
        return {"median": number.median, "q1": number.quartile_1, "q3": number.quartile_3,
                "min": number.minimum, "max": number.maximum}[target.statistic]  # fmt: skip
    level = target.levels.partition("=")[2]
    count = int(row.counts[0, row.levels.index(level)]) if level in row.levels else 0
    return count if target.statistic == "count" else 100 * count / int(row.counts[0].sum())


def on_subgroups(link: Link, target: Target, name: str, query: str) -> float | None:
    """Two pinned subgroups: their estimate is read as that of the survival page."""
    return _comparison(pinned.pair(cohort(name), followed(link, name)).survival, link, target)


def on_regression(link: Link, target: Target, name: str, query: str) -> float | None:
    found = regression.regression(cohort(name), followed(link, name))
    if link.look == "multivariable":
        row = next(r for r in found.joint.rows if r.term == target.by.partition("=")[0])
        return _ratio(row.ratio, row.p, target)
    (alone,) = found.alone
    (row,) = alone.rows
    return _ratio(row.ratio, row.p, target)


READERS = {
    "survival": on_survival, "response": on_response, "toxicity": on_toxicity, "": on_overview,
    "subgroups": on_subgroups, "regression": on_regression,
}  # fmt: skip


@pytest.mark.parametrize("name", STUDIES)
def test_every_link_shows_the_recomputed_number(name: str) -> None:
    linked = [row for row in study(name).rows if row.link]
    assert len(linked) >= LEAST[name]
    wrong = []
    for row in linked:
        followed(row.link, name)
        shown = READERS[row.link.page](row.link, row.target, name, row.link.view.to_query())
        if row.link.look == LADDER:  # a table: printed to one decimal
            shown = row.value if shown == round(row.value, 1) else shown
        same = shown == row.value or shown == pytest.approx(row.value, rel=1e-6, abs=1e-9)
        if not same:
            wrong.append((row.target.id, row.link.look, shown, row.value))
    assert wrong == []


def test_what_a_page_does_not_show_has_no_link() -> None:
    found = {row.target.id: row for name in ("reirradiation",) for row in study(name).rows}
    pooled = found["table-3-020"].link  # T1-3 against T4: the split makes four groups
    assert pooled is None or pooled.page == "subgroups"
    assert found["table-4-009"].link.page == "regression"  # adjusted, as the paper cut its factors
    assert found["table-2-006"].link.look == LADDER  # SD or PD together
    assert found["results-4-001"].link is None  # any of six toxicities: a filter has no "or"
    limits = [r for r in study("sorafenib-rt").rows if r.target.statistic.startswith("km_median_")]
    assert limits
    assert not any(row.link for row in limits)
