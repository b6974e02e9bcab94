"""Cumulative incidence with a competing event: curves, and stacked shares of all patients."""

from __future__ import annotations

from typing import Any

import numpy as np
import plotly.graph_objects as go

from hccviz.domain import vocabulary
from hccviz.domain.survival_records import IncidenceCurve, IncidenceEstimate
from hccviz.figures import theme
from hccviz.figures.risk_rows import layout_over_rows, risk_rows
from hccviz.figures.steps import (
    TimeAxis,
    band,
    band_opacity,
    hover_trace,
    hovered,
    last_time,
    thinned,
    told_share,
)
from hccviz.figures.theme import Mode

NAIVE = "1 \N{MINUS SIGN} Kaplan-Meier, naive"
TOPS = (0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.8, 1.0)


def draw_incidence(
    found: IncidenceEstimate,
    *,
    mode: Mode = "light",
    bands: bool = True,
    large: bool = False,
    years: bool = False,
    naive: bool = True,
    at: float | None = None,
) -> go.Figure:
    """Draw the cumulative incidence of every group over its number at risk.

    Parameters
    ----------
    found
        Aalen-Johansen estimates.
    mode, bands, large, years, at
        As :func:`hccviz.figures.survival.draw_survival`.
    naive
        Add 1 minus Kaplan-Meier as thin dotted lines, named as naive.
    """
    axis = axis_of(found, years=years)
    read_at = hovered([c.time for c in found.curves], axis)
    shade = band_opacity(len(found.curves)) if bands else 0.0
    traces: list[Any] = []
    for place, curve in enumerate(found.curves):
        traces += _curve(curve, place, mode, axis, shade)
        traces.append(_hover(curve, place, mode, axis, read_at))
    if naive:
        traces += [
            _naive(curve, place, mode, axis, named=place == 0)
            for place, curve in enumerate(found.curves)
        ]
    ticks = np.asarray(axis.ticks())
    blocks = {
        "At risk": [_at_risk(c, ticks) for c in found.curves],
        "Events": [_before(c, c.events, ticks) for c in found.curves],
        f"{found.competing.capitalize()} first": [
            _before(c, c.competing_events, ticks) for c in found.curves
        ],
    }
    rows = risk_rows([c.label for c in found.curves], blocks, axis, mode)
    event = vocabulary.endpoint(found.endpoint).happening
    yaxis = {
        "range": [0, 1.02 * _top(found, naive=naive, bands=bands)],
        "tickformat": ".0%",
        "title": {"text": theme.text(f"Cumulative incidence of {event}", 46)},
        "nticks": 6,
    }
    shapes = [axis.line_at(at, mode)] if at is not None and axis.start <= at <= axis.last else []
    layout = layout_over_rows(
        rows, axis, mode, yaxis, legend=naive or len(found.curves) > 1, large=large, shapes=shapes
    )
    return go.Figure([*traces, rows.trace], layout)


def draw_stacked(
    found: IncidenceEstimate, place: int, *, mode: Mode = "light", years: bool = False
) -> go.Figure:
    """Draw what has happened to all patients of one group: the parts add up to 100 %."""
    curve, axis = found.curves[place], axis_of(found, years=years)
    keep = thinned(curve.time.size, 400)
    x = axis.shown(np.concatenate(([axis.start], curve.time[keep])))
    event = vocabulary.endpoint(found.endpoint).happening
    colours = theme.palette(mode)
    parts = (
        (event[:1].upper() + event[1:], curve.event.share, 0.0, colours.groups[1]),
        (f"{found.competing.capitalize()} first", curve.competing.share, 0.0, colours.groups[5]),
        ("Neither", curve.event_free, 1.0, colours.groups[2]),
    )
    traces = [
        {
            "type": "scatter",
            "x": x,
            "y": np.concatenate(([start], share[keep])),
            "mode": "lines",
            "stackgroup": "all",
            "line": {"width": 0.8, "shape": "hv", "color": colour},
            "fillcolor": theme.faded(colour, 0.75 if name != "Neither" else 0.18),
            "name": theme.text(name, 34),
            "hovertemplate": "%{y:.1%}<extra>" + theme.text(name, 26) + "</extra>",
        }
        for name, share, start, colour in parts
    ]
    end = float(curve.time[-1])
    return go.Figure(
        traces,
        theme.layout(
            mode,
            height=340,
            margin={"l": 70, "r": 14, "t": 70, "b": 48},
            title={"text": theme.text(f"{curve.label} (n = {curve.n:,})", 60),
                   "font": {"size": 14}, "x": 0, "xref": "paper", "y": 0.985, "yanchor": "top"},
            hovermode="x unified",
            hoverlabel={"bgcolor": theme.hover_background(mode), "namelength": -1},
            xaxis=axis.layout(range=[axis.shown(axis.start), axis.shown(end)]),
            yaxis={"range": [0, 1], "tickformat": ".0%", "dtick": 0.25, "fixedrange": True,
                   "title": {"text": "Share of patients"}},
        ),
    )  # fmt: skip


def axis_of(found: IncidenceEstimate, *, years: bool) -> TimeAxis:
    """Return the time axis of an incidence figure."""
    start = found.landmark.time_months if found.landmark else 0.0
    return TimeAxis(last_time([c.time for c in found.curves]), start, years)


def _curve(
    curve: IncidenceCurve, place: int, mode: Mode, axis: TimeAxis, shade: float
) -> list[Any]:
    colour = theme.group_colour(place, mode)
    keep = thinned(curve.time.size)
    x = axis.shown(np.concatenate(([axis.start], curve.time[keep])))
    lower, upper, share = (
        np.concatenate(([0.0], v[keep]))
        for v in (curve.event.lower, curve.event.upper, curve.event.share)
    )
    made: list[Any] = band(x, lower, upper, colour, shade, curve.level) if shade else []
    line = {"color": colour, "width": 2.4, "shape": "hv", "dash": theme.group_dash(place, mode)}
    made.append(
        {"type": "scatter", "x": x, "y": share, "mode": "lines", "line": line,
         "name": theme.text(curve.label, 34), "legendgroup": curve.level, "hoverinfo": "skip"}
    )  # fmt: skip
    return made


def _naive(
    curve: IncidenceCurve, place: int, mode: Mode, axis: TimeAxis, *, named: bool
) -> dict[str, Any]:
    keep = thinned(curve.time.size)
    return {
        "type": "scatter",
        "x": axis.shown(np.concatenate(([axis.start], curve.time[keep]))),
        "y": np.concatenate(([0.0], curve.naive[keep])),
        "mode": "lines",
        "line": {"color": theme.group_colour(place, mode), "width": 1.2, "shape": "hv",
                 "dash": "dot"},
        "name": NAIVE,
        "legendgroup": "naive",
        "showlegend": named,
        "hoverinfo": "skip",
    }  # fmt: skip


def _hover(
    curve: IncidenceCurve, place: int, mode: Mode, axis: TimeAxis, at: np.ndarray
) -> dict[str, Any]:
    at = at[at <= (curve.time[-1] if curve.time.size else -1.0)]
    row = np.searchsorted(curve.time, at, side="right") - 1
    first = row < 0
    share = np.where(first, 0.0, curve.event.share[row])
    columns = (
        share.tolist(),
        curve.event.lower[row].tolist(),
        curve.event.upper[row].tolist(),
        (~first & curve.event.limits_known[row]).tolist(),
        _at_risk(curve, at),
    )
    naive = np.where(first, 0.0, curve.naive[row])
    told = [
        f"{told_share(*cells)}, naive {100 * other:.1f}%"
        for cells, other in zip(zip(*columns, strict=True), naive.tolist(), strict=True)
    ]
    return hover_trace(axis, at, share, told, curve.label, theme.group_colour(place, mode))


def _at_risk(curve: IncidenceCurve, at: np.ndarray) -> list[int]:
    """Count patients with no event and under observation just before each time."""
    left = np.concatenate((curve.at_risk, [0]))
    return [int(n) for n in left[np.searchsorted(curve.time, at, side="left")]]


def _before(curve: IncidenceCurve, counts: np.ndarray, at: np.ndarray) -> list[int]:
    total = np.concatenate(([0], np.cumsum(counts)))
    return [int(n) for n in total[np.searchsorted(curve.time, at, side="left")]]


def _top(found: IncidenceEstimate, *, naive: bool, bands: bool) -> float:
    """Return a round top of the axis above everything drawn."""
    drawn = [c.event.upper if bands else c.event.share for c in found.curves]
    drawn += [c.naive for c in found.curves] if naive else []
    most = max((float(values.max()) for values in drawn if values.size), default=0.0)
    return next((top for top in TOPS if most <= top), 1.0)
