"""Rates with intervals as a row of points, one row per group."""

from __future__ import annotations

from typing import Any

import plotly.graph_objects as go

from hccviz.domain import format as fmt
from hccviz.domain.outcome_records import RateComparison
from hccviz.domain.records import Proportion, ToxicityEstimate
from hccviz.figures import theme
from hccviz.figures.theme import Mode

ROW_PX = 54
NAMES = {"orr": "Objective response (CR + PR)", "dcr": "Disease control (CR + PR + SD)",
         "cr": "Complete response"}  # fmt: skip
DENOMINATOR = {"evaluable": "evaluable patients", "all": "all patients"}


def draw_rates(comparison: RateComparison, *, mode: Mode = "light") -> go.Figure:
    """Draw one rate with its interval per group, a dotted line at the first group's."""
    rows = comparison.rows
    names = [theme.lines(row.label, 24) for row in rows]
    points = [
        interval_points([row.rate], [place], theme.group_colour(place, mode))
        for place, row in enumerate(rows)
    ]
    shapes = []
    if len(rows) > 1 and rows[0].rate.share.value is not None:
        shapes = [_reference(rows[0].rate.share.value, mode)]
    ticks = [
        f"{name}<br>{fmt.count(row.rate.count)}/{fmt.count(row.rate.n)}"
        for name, row in zip(names, rows, strict=True)
    ]
    title = f"{NAMES[comparison.rate]},<br>of {DENOMINATOR[comparison.of]}"
    return go.Figure(
        points, _layout(ticks, title, 80 + ROW_PX * max(len(rows), 1), mode, shapes=shapes)
    )


def draw_toxicity_rates(
    estimate: ToxicityEstimate, order: tuple[str, ...], *, mode: Mode = "light", severe: bool
) -> go.Figure:
    """Draw the share with any grade, or grade 3 or more, of every term; one point per group.

    Parameters
    ----------
    order
        Terms, from top to bottom; the row over all terms comes first.
    severe
        Grade 3 or more; else any grade.
    """
    traces = []
    rows = ["any", *order]
    many = len(estimate.groups)
    labels: dict[str, str] = {}
    for place, group in enumerate(estimate.groups):
        found = {r.term: r for r in (group.overall, *group.rows)}
        labels |= {code: row.label for code, row in found.items()}
        shares = [found[code].severe if severe else found[code].any_grade for code in rows]
        offset = (place - (many - 1) / 2) * min(0.28, 0.8 / max(many, 1))
        traces.append(
            interval_points(
                shares,
                [row + offset for row in range(len(rows))],
                theme.group_colour(place, mode),
                name=theme.text(group.label, 30),
            )
        )
    ticks = [theme.lines(labels[code], 24) for code in rows]
    what = "Grade 3 or more" if severe else "Any grade"
    title = f"{what}, of patients<br>with the term recorded"
    wrapped = any("<br>" in tick for tick in ticks)
    step = max(34 if wrapped else 26, 20 + 10 * min(many, 4))
    return go.Figure(
        traces, _layout(ticks, title, 110 + step * len(rows), mode, showlegend=many > 1)
    )


def interval_points(
    rates: list[Proportion], places: list[float] | list[int], colour: str, name: str = ""
) -> Any:
    """Return one trace of points with horizontal error bars; what is not estimable is left out."""
    known = [(r, y) for r, y in zip(rates, places, strict=True) if r.share.value is not None]
    values = [r.share.value or 0.0 for r, _ in known]
    return go.Scatter(
        x=values,
        y=[y for _, y in known],
        mode="markers",
        name=name,
        showlegend=bool(name),
        marker={"color": colour, "size": 9},
        error_x={
            "type": "data",
            "symmetric": False,
            "array": [(r.share.high or 0.0) - v for (r, _), v in zip(known, values, strict=True)],
            "arrayminus": [
                v - (r.share.low or 0.0) for (r, _), v in zip(known, values, strict=True)
            ],
            "color": colour,
            "thickness": 1.8,
            "width": 4,
        },
        customdata=[fmt.proportion(r) for r, _ in known],
        hovertemplate="%{customdata}<extra>" + name + "</extra>",
    )


def _reference(value: float, mode: Mode) -> dict[str, Any]:
    line = {"color": theme.palette(mode).muted, "width": 1, "dash": "dot"}
    return {"type": "line", "x0": value, "x1": value, "y0": 0, "y1": 1, "yref": "paper",
            "line": line}  # fmt: skip


def _layout(ticks: list[str], title: str, height: int, mode: Mode, **extra: Any) -> dict[str, Any]:
    return theme.layout(
        mode,
        height=height,
        margin={"l": 8, "t": 34 if extra.get("showlegend") else 12, "b": 66, "r": 18},
        xaxis={
            "range": [-0.02, 1.02],
            "tickformat": ".0%",
            "dtick": 0.25,
            "title": {"text": title, "font": {"size": 13}},
        },
        yaxis={
            "tickvals": list(range(len(ticks))),
            "ticktext": ticks,
            "tickfont": {"size": 12.5},
            "range": [len(ticks) - 0.4, -0.6],
            "automargin": True,
            "showgrid": False,
        },
        **{"showlegend": False, **extra},
    )
