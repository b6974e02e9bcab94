"""Survival curves with their aligned numbers at risk."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import takewhile
from typing import Any

import numpy as np
import plotly.graph_objects as go
from numpy.typing import NDArray

from hccviz.domain import vocabulary
from hccviz.domain.records import SurvivalCurve, SurvivalEstimate
from hccviz.figures import theme
from hccviz.figures.theme import Mode
from hccviz.stats.kaplan_meier import risk_table

ROW_PX = 19
PLOT_PX = 400
MAX_DRAWN_STEPS = 1500


def draw_survival(
    estimate: SurvivalEstimate, *, mode: Mode = "light", bands: bool = True, large: bool = False
) -> go.Figure:
    """Draw the curves of an estimate over rows at risk, events and censored.

    Parameters
    ----------
    estimate
        The record; an endpoint whose event is good news is drawn as cumulative incidence.
    mode
        Light or dark.
    bands
        Draw the pointwise confidence bands.
    large
        Type for a lecture room.
    """
    rising = vocabulary.endpoint(estimate.endpoint).rising
    ticks = time_ticks(estimate)
    shade = (0.15 if len(estimate.curves) <= 2 else 0.08) if bands else 0.0
    traces: list[Any] = []
    for place, curve in enumerate(estimate.curves):
        traces += _curve_traces(curve, place, mode, shade=shade, rising=rising)
    rows = _risk_rows(estimate, ticks, mode)
    traces.append(rows.trace)
    bottom = len(rows.labels) * ROW_PX * (1.3 if large else 1)
    height = PLOT_PX * (1.25 if large else 1) + bottom + 120
    return go.Figure(
        traces, _layout(estimate, ticks, rows.labels, bottom / height, height, mode, rising, large)
    )


def time_ticks(estimate: SurvivalEstimate) -> list[float]:
    """Return six or fewer round times from 0 to the last one observed."""
    last = max((float(c.time[-1]) for c in estimate.curves if c.time.size), default=12.0)
    steps = (1, 2, 3, 6, 12, 24, 36, 60, 120, 240)
    step = next((s for s in steps if last / s <= 6), 480)
    return [float(t) for t in np.arange(0, last + 1e-9, step)]


def _curve_traces(
    curve: SurvivalCurve, place: int, mode: Mode, *, shade: float, rising: bool
) -> list[Any]:
    colour = theme.group_colour(place, mode)
    keep = _thinned(curve.time.size)

    def path(values: NDArray[np.float64]) -> NDArray[np.float64]:
        whole = np.concatenate(([1.0], values[keep]))
        return 1 - whole if rising else whole

    x = np.concatenate(([0.0], curve.time[keep]))
    line = {"color": colour, "width": 2.4, "shape": "hv", "dash": theme.group_dash(place, mode)}
    name = theme.text(curve.label, 34)
    made: list[Any] = []
    if shade:
        edge = {"width": 0, "shape": "hv"}
        common = {
            "x": x,
            "mode": "lines",
            "line": edge,
            "hoverinfo": "skip",
            "showlegend": False,
            "legendgroup": curve.level,
        }
        lower, upper = (
            np.where(curve.limits_known, v, curve.survival) for v in (curve.lower, curve.upper)
        )
        made.append(_scatter(y=path(upper), **common))
        made.append(
            _scatter(y=path(lower), fill="tonexty", fillcolor=theme.faded(colour, shade), **common)
        )
    at_risk = np.concatenate(([curve.n], curve.at_risk[keep]))
    hover = (
        "%{x:.1f} months<br>%{y:.1%}<br>%{customdata} at risk<extra>"
        + theme.text(curve.label)
        + "</extra>"
    )
    made.append(
        _scatter(
            x=x,
            y=path(curve.survival),
            customdata=at_risk,
            mode="lines",
            line=line,
            name=name,
            legendgroup=curve.level,
            hovertemplate=hover,
        )
    )
    marks = np.flatnonzero(curve.censored > 0)
    marks = marks[_thinned(marks.size)]
    y = curve.survival[marks]
    made.append(
        _scatter(
            x=curve.time[marks],
            y=1 - y if rising else y,
            mode="markers",
            showlegend=False,
            legendgroup=curve.level,
            name=f"{name} censored",
            hoverinfo="skip",
            marker={"symbol": "line-ns-open", "size": 8, "color": colour, "line": {"width": 1.3}},
        )
    )
    return made


def _thinned(size: int) -> NDArray[np.int64]:
    """Return the steps to draw: all, or evenly chosen ones that keep both ends."""
    if size <= MAX_DRAWN_STEPS:
        return np.arange(size)
    return np.unique(np.linspace(0, size - 1, MAX_DRAWN_STEPS).round().astype(np.int64))


def _scatter(**properties: Any) -> dict[str, Any]:
    """Return a trace; a plain mapping is checked once by the figure, an object twice."""
    return {"type": "scatter", **properties}


@dataclass(frozen=True, slots=True)
class _Rows:
    """The rows under the plot: their labels from top to bottom, and one trace of all numbers."""

    labels: tuple[str, ...]
    trace: dict[str, Any]


def _risk_rows(estimate: SurvivalEstimate, ticks: list[float], mode: Mode) -> _Rows:
    alone = len(estimate.curves) == 1
    short = _short_labels([curve.label for curve in estimate.curves])
    tables = [risk_table(curve, ticks) for curve in estimate.curves]
    labels: list[str] = []
    cells: list[tuple[float, int, str, str]] = []
    for words, field in (("At risk", "at_risk"), ("Events", "events"), ("Censored", "censored")):
        if not alone:
            labels.append(f"<b>{words}</b>")
        for place, table in enumerate(tables):
            colour = theme.group_colour(place, mode)
            numbers = (f"{int(v)}" for v in getattr(table, field))
            cells += [(x, len(labels), n, colour) for x, n in zip(ticks, numbers, strict=True)]
            labels.append(words if alone else short[place])
    x, y, text, colours = (list(column) for column in zip(*cells, strict=True))
    font = {"color": colours, "size": 12.5}
    trace = _scatter(
        x=x, y=y, text=text, mode="text", yaxis="y2", textfont=font, hoverinfo="skip",
        showlegend=False, cliponaxis=False,
    )  # fmt: skip
    return _Rows(tuple(labels), trace)


def _short_labels(labels: list[str]) -> list[str]:
    """Return the labels without the words that all of them begin with, shortened to fit."""
    told = [label for label in labels if label != vocabulary.UNKNOWN_LABEL]
    start = _common_start(told) if len(told) > 1 else ""
    start = start[: start.rfind(" ") + 1]
    return [theme.text(label.removeprefix(start), 13) for label in labels]


def _common_start(labels: list[str]) -> str:
    first, last = min(labels), max(labels)
    same = (a == b for a, b in zip(first, last, strict=False))
    return first[: sum(1 for _ in takewhile(bool, same))]


def _layout(
    estimate: SurvivalEstimate,
    ticks: list[float],
    labels: tuple[str, ...],
    share: float,
    height: float,
    mode: Mode,
    rising: bool,
    large: bool,
) -> dict[str, Any]:
    names = vocabulary.endpoint(estimate.endpoint)
    last = max((float(c.time[-1]) for c in estimate.curves if c.time.size), default=12.0)
    what = f"Cumulative {names.event}" if rising else names.label
    plot_px = height - 120 - share * height
    gap = 62 / height
    return theme.layout(
        mode,
        height=round(height),
        font={"size": 19 if large else 14},
        margin={"l": 96, "r": 14, "t": 34, "b": 10},
        showlegend=len(estimate.curves) > 1,
        xaxis={
            "range": [-0.055 * last, last * 1.03],
            "tickvals": ticks,
            "title": {"text": "Months"},
            "anchor": "y",
            "showgrid": False,
        },
        yaxis={
            "domain": [1 - plot_px / (height - 44), 1],
            "range": [0, 1.02],
            "tickformat": ".0%",
            "title": {"text": what},
            "dtick": 0.25,
        },
        yaxis2=theme.axis(
            mode,
            domain=[0, 1 - plot_px / (height - 44) - gap],
            tickvals=list(range(len(labels))),
            ticktext=list(labels),
            range=[len(labels) - 0.4, -0.6],
            showgrid=False,
            tickfont={"size": 12.5},
            fixedrange=True,
            ticks="",
        ),
    )
