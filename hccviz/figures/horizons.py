"""The area under curves up to a horizon, and how long patients were followed."""

from __future__ import annotations

from typing import Any

import numpy as np
import plotly.graph_objects as go

from hccviz.domain import vocabulary
from hccviz.domain.records import SurvivalCurve
from hccviz.domain.survival_records import FixedTimes, FollowUpEstimate
from hccviz.figures import theme
from hccviz.figures.steps import TimeAxis, last_time, thinned
from hccviz.figures.theme import Mode


def draw_means(found: FixedTimes, *, mode: Mode = "light", years: bool = False) -> go.Figure:
    """Draw the curves with the area up to the horizon: that area is the restricted mean."""
    start = found.means.start if found.means else 0.0
    horizon = found.means.horizon if found.means else 0.0
    axis = TimeAxis(max(last_time([c.time for c in found.curves]), horizon), start, years)
    traces: list[Any] = []
    for place, curve in enumerate(found.curves):
        traces += [
            _area(curve, place, mode, axis, horizon),
            _line(curve, place, mode, axis, curve.label, "%{y:.1%}"),
        ]
    names = vocabulary.endpoint(found.endpoint)
    title = "Alive" if found.endpoint == "os" else f"Without {names.happening}"
    return _over_time(traces, axis, mode, title, [axis.line_at(horizon, mode)], len(found.curves))


def draw_follow_up(
    found: FollowUpEstimate, *, mode: Mode = "light", years: bool = False
) -> go.Figure:
    """Draw the reverse Kaplan-Meier curve of every group; the line at 50 % reads the median."""
    start = found.landmark.time_months if found.landmark else 0.0
    axis = TimeAxis(last_time([g.curve.time for g in found.groups]), start, years)
    traces = [
        _line(g.curve, place, mode, axis, g.label, "%{y:.1%}")
        for place, g in enumerate(found.groups)
    ]
    half = {"type": "line", "x0": 0, "x1": 1, "xref": "x domain", "y0": 0.5, "y1": 0.5,
            "line": {"color": theme.palette(mode).muted, "width": 1, "dash": "dot"}}  # fmt: skip
    return _over_time(traces, axis, mode, "Still followed", [half], len(found.groups))


def _line(
    curve: SurvivalCurve, place: int, mode: Mode, axis: TimeAxis, label: str, told: str
) -> dict[str, Any]:
    keep = thinned(curve.time.size, 600)
    return {
        "type": "scatter",
        "x": axis.shown(np.concatenate(([axis.start], curve.time[keep]))),
        "y": np.concatenate(([1.0], curve.survival[keep])),
        "mode": "lines",
        "line": {"color": theme.group_colour(place, mode), "width": 2.2, "shape": "hv",
                 "dash": theme.group_dash(place, mode)},
        "name": theme.text(label, 34),
        "hovertemplate": f"%{{x:.1f}} {axis.unit}, {told}<extra>{theme.text(label, 26)}</extra>",
    }  # fmt: skip


def _area(
    curve: SurvivalCurve, place: int, mode: Mode, axis: TimeAxis, horizon: float
) -> dict[str, Any]:
    inside = np.flatnonzero(curve.time <= horizon)
    inside = inside[thinned(inside.size, 600)]
    survival = np.concatenate(([1.0], curve.survival[inside]))
    end = min(horizon, float(curve.time[-1]) if survival[-1] > 0 and curve.time.size else horizon)
    return {
        "type": "scatter",
        "x": axis.shown(np.concatenate(([axis.start], curve.time[inside], [max(end, axis.start)]))),
        "y": np.concatenate((survival, survival[-1:])),
        "mode": "lines",
        "line": {"width": 0, "shape": "hv"},
        "fill": "tozeroy",
        "fillcolor": theme.faded(theme.group_colour(place, mode), 0.1),
        "hoverinfo": "skip",
        "showlegend": False,
    }


def _over_time(
    traces: list[Any],
    axis: TimeAxis,
    mode: Mode,
    title: str,
    shapes: list[dict[str, Any]],
    groups: int,
) -> go.Figure:
    return go.Figure(
        traces,
        theme.layout(
            mode,
            height=360,
            margin={"l": 60, "r": 14, "t": 50 if groups > 1 else 16, "b": 50},
            showlegend=groups > 1,
            shapes=shapes,
            xaxis=axis.layout(),
            yaxis={"range": [0, 1.02], "tickformat": ".0%", "dtick": 0.25, "fixedrange": True,
                   "title": {"text": theme.text(title, 34)}},
        ),
    )  # fmt: skip
