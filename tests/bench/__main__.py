"""Speed of the engine beside lifelines and R on rows, and of every page, in one run.

``python -m tests.bench`` prints medians of interleaved runs and the ratio; it asserts nothing.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable
from dataclasses import replace

import lifelines
import narwhals as nw
import numpy as np
import pandas as pd
import polars as pl
from lifelines import CoxPHFitter, KaplanMeierFitter
from lifelines.statistics import multivariate_logrank_test, pairwise_logrank_test
from lifelines.utils import median_survival_times

from hccviz.analysis import views
from hccviz.data import counts
from hccviz.data.builtin import built_ins, open_built_in
from hccviz.data.cohort import Cohort, describe_columns, typed
from hccviz.data.subgroups import subgroup_tables
from hccviz.domain.address import Split, View, parse_query, read_view
from hccviz.domain.filters import CohortFilter
from hccviz.domain.metadata import CohortMetadata
from hccviz.domain.records import EventTable
from hccviz.figures.response import draw_response
from hccviz.figures.survival import draw_survival
from hccviz.figures.toxicity import draw_toxicity
from hccviz.stats.forest import estimate_forest
from hccviz.stats.kaplan_meier import estimate_band, estimate_curve
from hccviz.stats.logrank import logrank_test
from tests.bench import registry, with_r
from tests.bench.timing import interleaved, say

QUERIES = {
    "reirradiation": "child_pugh_class=A,B&age_years=30..&bed=30..130&sex=male,female&by=t_stage",
    "sbrt-incomplete-tace": "child_pugh_class=A&age_years=40..&bed=60..&ecog=0,1&by=bclc_stage",
    "sbrt-hcc-metastases": "age_years=30..&bed=60..&sex=male,female&by=diagnosis",
    "sorafenib-rt": "age_years=30..&bed=20..&sex=male,female&by=prior_systemic",
    "registry-simulated": "child_pugh_class=A,B&t_stage=T1,T2,T3&bed=60..&by=prior_tace",
}
BIG = "child_pugh_class=A,B&t_stage=T1,T2,T3&bed=60..125&by=t_stage"


def main() -> None:
    """Print the table."""
    warnings.simplefilter("ignore")
    say(f"lifelines {lifelines.__version__}; {with_r.version()}")
    say("kernel: Kaplan-Meier with band, log-rank, from an event table")
    say("curves: the same with quartiles, rates and follow-up")
    say("core: filter, curves with band and median, log-rank")
    say("view: also follow-up, pairs and hazard ratios, all that the survival page shows")
    say(f"{'':46}{'hccviz ms':>12}{'lifelines ms':>14}{'ratio':>8}{'R ms':>10}{'ratio':>8}")
    for name in built_ins():
        kernel(name, open_built_in(name), QUERIES.get(name, ""))
    for name in built_ins():
        compare(name, open_built_in(name), QUERIES.get(name, ""))
    for n in (1_000_000,):
        compare(f"{n:,} rows in memory, whole months", synthetic(n, decimals=0), BIG)
        compare(f"{n:,} rows in memory, times of 1/100 month", synthetic(n, decimals=2), BIG)
        compare(f"{n:,} rows in memory, no time twice", synthetic(n, decimals=9), BIG)
    registry.measure()
    forest(open_built_in("sbrt-incomplete-tace"))
    for name in built_ins():
        pages(name, open_built_in(name), QUERIES.get(name, ""))


def compare(title: str, cohort: Cohort, query: str) -> None:
    """Time filter → record against lifelines on the rows, and the drawing of the record."""
    view, ignored = read_view(parse_query(query), cohort.schema)
    if ignored:
        raise SystemExit(f"{title}: {ignored}")
    rows = cohort.frame.to_native().collect()
    frame = rows.select("os_months", "os_event", *_needed(cohort, view)).to_pandas()
    runs = 11 if len(frame) < 100_000 else 3
    for what, ours, theirs, n in (
        ("core", lambda: core(cohort, view), lambda: by_lifelines(frame, cohort, view), runs),
        (
            "view",
            lambda: views.survival(cohort, view),
            lambda: by_lifelines(frame, cohort, view, whole=True),
            min(runs, 5) if len(frame) < 100_000 else 1,
        ),
    ):
        own, other = interleaved(ours, theirs, n)
        said = f"{what} {title:41}{own:12.1f}{other:14.1f}{other / own:8.1f}"
        if what == "core" and len(frame) >= 100_000:
            kept = _filtered(frame, cohort, view)
            r = with_r.milliseconds(kept.os_months, kept.os_event, kept[_split(cohort, view)], 3)
            said += f"{r:10.0f}{r / own:8.1f}" if r else f"   {with_r.ABSENT}"
        say(said)


def kernel(name: str, cohort: Cohort, query: str) -> None:
    """Time the estimates from an event table against lifelines on the same patients."""
    view, _ = read_view(parse_query(query), cohort.schema)
    whole = replace(view, filter=CohortFilter(alpha_beta_gy=view.filter.alpha_beta_gy))
    table = counts.event_table(cohort, whole.filter, "os", whole.by)
    parts = []
    for group in table.groups:
        time = np.repeat(np.tile(group.time, 2), np.concatenate((group.events, group.censored)))
        parts.append((group.level, time, np.arange(time.size) < group.n_events))
    levels = np.repeat([level for level, _, _ in parts], [len(time) for _, time, _ in parts])
    every, died = (np.concatenate([part[i] for part in parts]) for i in (1, 2))

    def theirs() -> None:
        for _, time, event in parts:
            median_survival_times(KaplanMeierFitter().fit(time, event).confidence_interval_)
        if len(parts) > 1:
            multivariate_logrank_test(every, levels, died)

    def bands() -> None:
        for group in table.groups:
            estimate_band(group)
        if len(parts) > 1:
            logrank_test(table)

    title = f"{name}, n = {table.n:,}, {len(parts)} groups"
    for what, ours in (("kernel", bands), ("curves", lambda: estimates(table))):
        own, other = interleaved(ours, theirs, 25)
        say(f"{what} {title:39}{own:12.2f}{other:14.1f}{other / own:8.1f}")


def forest(cohort: Cohort) -> None:
    """Time a comparison within twelve factors, from rows to record."""
    usable = [v for v in cohort.schema.variables.values() if v.is_categorical or v.is_number]
    factors = [
        Split(v.address, quantiles=2) if v.is_number else Split(v.address)
        for v in usable
        if v.address != "child_pugh_class"
    ][:12]
    by = Split("child_pugh_class")

    def ours() -> None:
        chosen = CohortFilter()
        overall = counts.event_table(cohort, chosen, "os", by)
        estimate_forest(overall, subgroup_tables(cohort, chosen, "os", by, factors))

    own, _ = interleaved(ours, lambda: None, 9)
    say(f"forest over {len(factors)} factors, n = {cohort.n}: {own:.0f} ms")


def core(cohort: Cohort, view: View) -> None:
    """Filter, estimate every group's curve with band and median, test by log-rank."""
    estimates(counts.event_table(cohort, view.filter, "os", view.by))


def estimates(table: EventTable) -> None:
    """Estimate every group's curve and test them."""
    for group in table.groups:
        estimate_curve(group)
    logrank_test(table)


def pages(name: str, cohort: Cohort, query: str) -> None:
    """Time the server work of each page."""
    view, _ = read_view(parse_query(query), cohort.schema)
    work: dict[str, Callable[[], object]] = {
        "overview": lambda: views.baseline(cohort, view),
        "survival": lambda: draw_survival(views.survival(cohort, view)),
    }
    if cohort.schema.responses:
        work["response"] = lambda: draw_response(views.response(cohort, view))
    if cohort.schema.toxicity:
        work["toxicity"] = lambda: [draw_toxicity(g) for g in views.toxicity(cohort, view).groups]
    told = []
    for page, task in work.items():
        task()
        took, _ = interleaved(task, lambda: None, 9)
        told.append(f"{page} {took:.0f}")
    say(f"server work, ms, {name}: {', '.join(told)}")


def by_lifelines(frame: pd.DataFrame, cohort: Cohort, view: View, whole: bool = False) -> None:
    """Filter rows and estimate the same with lifelines."""
    kept = _filtered(frame, cohort, view)
    by = _split(cohort, view)
    parts = kept.groupby(by, observed=True) if by else [("all", kept)]
    for _, part in parts:
        fitted = KaplanMeierFitter().fit(part.os_months, part.os_event)
        median_survival_times(fitted.confidence_interval_)
        if whole:
            KaplanMeierFitter().fit(part.os_months, 1 - part.os_event)
    if not by:
        return
    known = kept.dropna(subset=[by])
    groups = known[by].astype(str)
    multivariate_logrank_test(known.os_months, groups, known.os_event)
    if whole:
        if groups.nunique() > 2:
            pairwise_logrank_test(known.os_months, groups, known.os_event)
        design = pd.get_dummies(groups, drop_first=True, dtype=float)
        design = design.assign(os_months=known.os_months, os_event=known.os_event)
        CoxPHFitter().fit(design, "os_months", "os_event")


def _filtered(frame: pd.DataFrame, cohort: Cohort, view: View) -> pd.DataFrame:
    """Return the rows that the view keeps."""
    kept = frame
    for clause in view.filter.clauses:
        variable = cohort.schema.variables[clause.address]
        if variable.name == "bed_gy":
            value = kept.total_dose_gy * (1 + kept.total_dose_gy / kept.fractions / 10)
        else:
            value = kept[variable.name]
        if hasattr(clause, "levels"):
            levels = {"yes": True, "no": False}
            kept = kept[value.isin([levels.get(c, c) for c in clause.levels])]
        else:
            low = -np.inf if clause.low is None else clause.low
            high = np.inf if clause.high is None else clause.high
            kept = kept[(value >= low) & (value <= high)]
    return kept.dropna(subset=["os_months", "os_event"])


def _split(cohort: Cohort, view: View) -> str | None:
    return cohort.schema.variables[view.by.address].name if view.by else None


def synthetic(n: int, *, decimals: int) -> Cohort:
    """Return a cohort of n rows in memory."""
    draw = np.random.default_rng(1)
    frame = pl.DataFrame(
        {
            "child_pugh_class": draw.choice(["A", "B", "C"], n, p=[0.7, 0.25, 0.05]),
            "t_stage": draw.choice(["T1", "T2", "T3", "T4"], n),
            "total_dose_gy": draw.choice([36.0, 45.0, 48.0, 60.0], n),
            "fractions": draw.choice([3, 4, 15], n),
            "os_months": np.round(draw.exponential(24, n), decimals),
            "os_event": draw.integers(0, 2, n),
        }
    )
    schema = describe_columns(frame.columns, frame.get_column)
    lazy = nw.from_native(typed(frame, schema).lazy())
    return Cohort("synthetic", CohortMetadata(), schema, lazy, n, "")


def _needed(cohort: Cohort, view: View) -> list[str]:
    addresses = [c.address for c in view.filter.clauses] + ([view.by.address] if view.by else [])
    names = [cohort.schema.variables[a].name for a in addresses]
    real = [n for n in names if n != "bed_gy"]
    return list(
        dict.fromkeys([*real, *(["total_dose_gy", "fractions"] if "bed_gy" in names else [])])
    )


if __name__ == "__main__":
    main()
