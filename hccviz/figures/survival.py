"""Survival curves with their aligned numbers at risk."""

from __future__ import annotations

from typing import Any

import numpy as np
import plotly.graph_objects as go
from numpy.typing import NDArray

from hccviz.domain import vocabulary
from hccviz.domain.records import SurvivalCurve, SurvivalEstimate
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
from hccviz.stats.kaplan_meier import risk_table


def draw_survival(
    estimate: SurvivalEstimate,
    *,
    mode: Mode = "light",
    bands: bool = True,
    large: bool = False,
    years: bool = False,
    incidence: bool | None = None,
    at: float | None = None,
) -> go.Figure:
    """Draw the curves of an estimate over rows at risk, events and censored.

    Parameters
    ----------
    estimate
        The record; from a landmark on, the axis begins there.
    mode
        Light or dark.
    bands
        Draw the pointwise confidence bands.
    large
        Type for a lecture room.
    years
        Label the time axis in years.
    incidence
        Draw 1 minus survival; None for an endpoint whose event is good news.
    at
        Months at which a thin line stands.
    """
    rising = vocabulary.endpoint(estimate.endpoint).rising if incidence is None else incidence
    start = estimate.landmark.time_months if estimate.landmark else 0.0
    axis = TimeAxis(last_time([c.time for c in estimate.curves]), start, years)
    read_at = hovered([c.time for c in estimate.curves], axis)
    shade = band_opacity(len(estimate.curves)) if bands else 0.0
    traces: list[Any] = []
    for place, curve in enumerate(estimate.curves):
        traces += _curve_traces(curve, place, mode, axis, shade=shade, rising=rising)
        traces.append(_hover(curve, place, mode, axis, read_at, rising=rising))
    tables = [risk_table(curve, axis.ticks()) for curve in estimate.curves]
    words = {"At risk": "at_risk", "Events": "events", "Censored": "censored"}
    rows = risk_rows(
        [curve.label for curve in estimate.curves],
        {word: [getattr(table, field) for table in tables] for word, field in words.items()},
        axis,
        mode,
    )
    traces.append(rows.trace)
    yaxis = {
        "range": [0, 1.02],
        "tickformat": ".0%",
        "title": {"text": theme.text(_axis_title(estimate.endpoint, rising=rising), 46)},
        "dtick": 0.25,
    }
    shapes = [axis.line_at(at, mode)] if at is not None and start <= at <= axis.last else []
    layout = layout_over_rows(
        rows, axis, mode, yaxis, legend=len(estimate.curves) > 1, large=large, shapes=shapes
    )
    return go.Figure(traces, layout)


def _axis_title(endpoint: str, *, rising: bool) -> str:
    """Name what is drawn; 1 minus Kaplan-Meier by its name where death could come first."""
    names = vocabulary.endpoint(endpoint)
    if not rising:
        return names.label
    if names.fatal:
        return f"Cumulative incidence of {names.happening}"
    return f"{names.happening[:1].upper()}{names.happening[1:]}, 1 \N{MINUS SIGN} Kaplan-Meier"


def _curve_traces(
    curve: SurvivalCurve, place: int, mode: Mode, axis: TimeAxis, *, shade: float, rising: bool
) -> list[Any]:
    colour = theme.group_colour(place, mode)
    keep = thinned(curve.time.size)

    def path(values: NDArray[np.float64]) -> NDArray[np.float64]:
        whole = np.concatenate(([1.0], values[keep]))
        return 1 - whole if rising else whole

    x = axis.shown(np.concatenate(([axis.start], curve.time[keep])))
    line = {"color": colour, "width": 2.4, "shape": "hv", "dash": theme.group_dash(place, mode)}
    name = theme.text(curve.label, 34)
    made: list[Any] = []
    if shade:
        lower, upper = (
            np.where(curve.limits_known, v, curve.survival) for v in (curve.lower, curve.upper)
        )
        made += band(x, path(lower), path(upper), colour, shade, curve.level)
    made.append(
        {"type": "scatter", "x": x, "y": path(curve.survival), "mode": "lines", "line": line,
         "name": name, "legendgroup": curve.level, "hoverinfo": "skip"}
    )  # fmt: skip
    marks = np.flatnonzero(curve.censored > 0)
    marks = marks[thinned(marks.size)]
    y = curve.survival[marks]
    made.append(
        {
            "type": "scatter",
            "x": axis.shown(curve.time[marks]),
            "y": 1 - y if rising else y,
            "mode": "markers",
            "showlegend": False,
            "legendgroup": curve.level,
            "name": f"{name} censored",
            "hoverinfo": "skip",
            "unselected": {"marker": {"opacity": 1}},
            "marker": {
                "symbol": "line-ns-open",
                "size": 8,
                "color": colour,
                "line": {"width": 1.3},
            },
        }
    )
    return made


def _hover(
    curve: SurvivalCurve,
    place: int,
    mode: Mode,
    axis: TimeAxis,
    at: NDArray[np.float64],
    *,
    rising: bool,
) -> dict[str, Any]:
    """Return the points that say survival, limits and the number at risk at common times."""
    at = at[at <= (curve.time[-1] if curve.time.size else -1.0)]
    row = np.searchsorted(curve.time, at, side="right") - 1
    first = row < 0
    value = np.where(first, 1.0, curve.survival[row])
    lower = np.where(first, 1.0, curve.lower[row])
    upper = np.where(first, 1.0, curve.upper[row])
    known = ~first & curve.limits_known[row]
    left = curve.at_risk[np.searchsorted(curve.time, at, side="left")]
    if rising:
        value, lower, upper = 1 - value, 1 - upper, 1 - lower
    columns = (value.tolist(), lower.tolist(), upper.tolist(), known.tolist(), left.tolist())
    told = [told_share(*cells) for cells in zip(*columns, strict=True)]
    return hover_trace(axis, at, value, told, curve.label, theme.group_colour(place, mode))
