"""Cumulative incidence of a response or a toxicity, with what forestalls it."""

from __future__ import annotations

from typing import Any

import numpy as np
import plotly.graph_objects as go
from numpy.typing import NDArray

from hccviz.domain.outcome_records import TimeToEvent
from hccviz.domain.survival_records import IncidenceCurve
from hccviz.figures import theme
from hccviz.figures.theme import Mode

MOST_STEPS = 1000


def draw_time_to_event(
    found: TimeToEvent, *, mode: Mode = "light", marks: tuple[float, ...] = ()
) -> go.Figure:
    """Draw cumulative incidence per group; with one group also that of the competing event.

    ``marks`` are months at which a thin line stands.
    """
    curves = found.incidence.curves
    traces: list[Any] = []
    for place, curve in enumerate(curves):
        traces += _curve(curve, place, mode, found.event if len(curves) == 1 else curve.label)
    if len(curves) == 1:
        traces.append(_rival(curves[0], found.competing, mode))
    last = max((float(c.time[-1]) for c in curves if c.time.size), default=12.0)
    step = next((s for s in (1, 2, 3, 6, 12, 24, 36, 60, 120) if last / s <= 6), 240)
    line = {"color": theme.palette(mode).muted, "width": 1, "dash": "dot"}
    return go.Figure(
        traces,
        theme.layout(
            mode,
            height=400,
            margin={"l": 60, "t": 62, "b": 50, "r": 18},
            shapes=[
                {"type": "line", "x0": m, "x1": m, "y0": 0, "y1": 1, "yref": "paper", "line": line}
                for m in marks
                if m < last
            ],
            xaxis={"title": {"text": "Months"}, "dtick": step, "range": [0, last * 1.02],
                   "showgrid": False},
            yaxis={"range": [0, 1.03], "tickformat": ".0%", "dtick": 0.25,
                   "title": {"text": "Cumulative incidence"}},
        ),
    )  # fmt: skip


def _curve(curve: IncidenceCurve, place: int, mode: Mode, name: str) -> list[Any]:
    colour = theme.group_colour(place, mode)
    keep = _thinned(curve.time.size)
    x = np.concatenate(([0.0], curve.time[keep]))

    def path(values: NDArray[np.float64]) -> NDArray[np.float64]:
        return np.concatenate(([0.0], values[keep]))

    edge: dict[str, Any] = {
        "x": x, "mode": "lines", "line": {"width": 0, "shape": "hv"}, "hoverinfo": "skip",
        "showlegend": False, "legendgroup": curve.level,
    }  # fmt: skip
    words = theme.text(f"{name[:1].upper()}{name[1:]}", 34)
    return [
        go.Scatter(y=path(curve.event.upper), **edge),
        go.Scatter(
            y=path(curve.event.lower), fill="tonexty", fillcolor=theme.faded(colour, 0.14), **edge
        ),
        go.Scatter(
            x=x,
            y=path(curve.event.share),
            mode="lines",
            name=words,
            legendgroup=curve.level,
            line={"color": colour, "width": 2.4, "shape": "hv",
                  "dash": theme.group_dash(place, mode)},
            hovertemplate="%{x:.1f} months<br>%{y:.1%}<extra>" + words + "</extra>",
        ),
    ]  # fmt: skip


def _rival(curve: IncidenceCurve, words: str, mode: Mode) -> Any:
    keep = _thinned(curve.time.size)
    name = theme.text(f"First: {words}", 34)
    return go.Scatter(
        x=np.concatenate(([0.0], curve.time[keep])),
        y=np.concatenate(([0.0], curve.competing.share[keep])),
        mode="lines",
        name=name,
        line={"color": theme.palette(mode).muted, "width": 2, "shape": "hv", "dash": "dash"},
        hovertemplate="%{x:.1f} months<br>%{y:.1%}<extra>" + name + "</extra>",
    )


def _thinned(size: int) -> NDArray[np.int64]:
    if size <= MOST_STEPS:
        return np.arange(size)
    return np.unique(np.linspace(0, size - 1, MOST_STEPS).round().astype(np.int64))
