"""Forest of a regression table, scaled Schoenfeld residuals, hazard ratio over a number."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np
import plotly.graph_objects as go

from hccviz.analysis.model_lines import ModelLine
from hccviz.domain import format as fmt
from hccviz.domain.model_records import ModelRow, ScaledResiduals
from hccviz.domain.records import Quantity
from hccviz.domain.regression_records import CurveLook, ModelOutcome
from hccviz.figures import theme
from hccviz.figures.theme import Mode

WIDEST = (0.02, 50.0)
NAMES = {"cox": "Hazard ratio", "logistic": "Odds ratio"}
_TICKS = (0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 50)


def draw_model_forest(
    lines: Sequence[ModelLine], outcome: ModelOutcome, *, mode: Mode = "light"
) -> go.Figure:
    """Draw every ratio with its interval, alone (open) and together (filled), on a log axis.

    What has no ratio keeps its line, empty. Limits beyond 0.02 and 50 are cut off.
    """
    shown = [line for line in lines if line.kind != "reference"]
    together = any(line.joint is not None for line in shown)
    gap = 0.17 if together else 0.0
    alone = _points(shown, "alone", -gap, mode, "Univariable")
    traces = [alone]
    if together:
        traces.append(_points(shown, "joint", gap, mode, "Multivariable"))
    low, high = _range(shown)
    cox = outcome.kind == "cox"
    hint = f"more {theme.text(outcome.plural, 34)}" if cox else "outcome more frequent"
    title = f"{NAMES[outcome.kind]}, log scale<br>above 1: {hint}"
    line = {"color": theme.palette(mode).muted, "width": 1.2}
    step = 42 if any("<br>" in _tick(one) for one in shown) else 30
    return go.Figure(
        traces,
        theme.layout(
            mode,
            height=130 + step * max(len(shown), 2),
            margin={"l": 8, "t": 34, "b": 66, "r": 18},
            showlegend=together,
            shapes=[{"type": "line", "x0": 1, "x1": 1, "y0": 0, "y1": 1, "yref": "paper",
                     "line": line}],
            xaxis={
                "type": "log",
                "range": [math.log10(low), math.log10(high)],
                "tickvals": [t for t in _TICKS if low <= t <= high],
                "title": {"text": title, "font": {"size": 13}},
            },
            yaxis={
                "tickvals": list(range(len(shown))),
                "ticktext": [_tick(one) for one in shown],
                "tickfont": {"size": 12.5},
                "range": [len(shown) - 0.4, -0.6],
                "automargin": True,
                "showgrid": False,
            },
        ),
    )  # fmt: skip


def _tick(line: ModelLine) -> str:
    label = theme.lines(line.label, 24)
    return f"<b>{label}</b>" if line.kind == "factor" else label


def _points(lines: Sequence[ModelLine], which: str, offset: float, mode: Mode, name: str) -> Any:
    rows: list[tuple[int, ModelRow]] = [
        (place, row)
        for place, line in enumerate(lines)
        if (row := getattr(line, which)) is not None and row.ratio.value is not None
    ]
    values = [_clipped(row.ratio.value) for _, row in rows]
    high = [_clipped(row.ratio.high) for _, row in rows]
    low = [_clipped(row.ratio.low) for _, row in rows]
    joint = which == "joint"
    colour = theme.group_colour(0, mode) if joint else theme.palette(mode).muted
    return go.Scatter(
        x=values,
        y=[place + offset for place, _ in rows],
        mode="markers",
        name=name,
        marker={
            "color": colour,
            "size": 9,
            "symbol": "square" if joint else "circle-open",
            "line": {"width": 2, "color": colour},
        },
        error_x={
            "type": "data",
            "symmetric": False,
            "array": [h - v for h, v in zip(high, values, strict=True)],
            "arrayminus": [v - b for b, v in zip(low, values, strict=True)],
            "color": colour,
            "thickness": 1.6,
            "width": 3,
        },
        customdata=[
            [theme.text(row.label), fmt.quantity(row.ratio, 2), fmt.p_value(row.p)]
            for _, row in rows
        ],
        hovertemplate="%{customdata[0]}<br>%{customdata[1]}, p %{customdata[2]}"
        f"<extra>{name}</extra>",
    )


def _clipped(value: float | None) -> float:
    """Keep a number within what a log axis can draw."""
    return min(max(value if value is not None else 1.0, 1e-6), 1e6)


def _range(lines: Sequence[ModelLine]) -> tuple[float, float]:
    ratios = [
        row.ratio
        for line in lines
        for row in (line.alone, line.joint)
        if row is not None and row.ratio.value is not None
    ]
    ends = [e for q in ratios for e in (q.low, q.high) if e is not None]
    low = max(min(ends, default=0.5), WIDEST[0])
    high = min(max(ends, default=2.0), WIDEST[1])
    return min(low / 1.15, 0.45), max(high * 1.15, 2.2)


def draw_residuals(
    residuals: ScaledResiduals, fitted: float | None, *, mode: Mode = "light"
) -> go.Figure:
    """Draw scaled Schoenfeld residuals over time with their smooth line.

    Parameters
    ----------
    residuals
        Of one term.
    fitted
        Its coefficient, drawn dashed.
    """
    r, colour = residuals, theme.group_colour(0, mode)
    faint = 0.6 if len(r.time) < 200 else 0.3
    traces: list[Any] = [
        go.Scatter(
            x=r.position, y=r.value, mode="markers", showlegend=False,
            marker={"color": theme.faded(theme.palette(mode).muted, faint), "size": 5},
            customdata=r.time,
            hovertemplate="month %{customdata:.1f}: %{y:.2f}<extra></extra>",
        )
    ]  # fmt: skip
    span = [float(r.value.min()), float(r.value.max())] if len(r.value) else [0.0, 1.0]
    if len(r.smooth):
        edge = {"mode": "lines", "line": {"width": 0}, "hoverinfo": "skip", "showlegend": False}
        traces += [
            go.Scatter(x=r.smooth_position, y=r.smooth_upper, **edge),
            go.Scatter(x=r.smooth_position, y=r.smooth_lower, fill="tonexty",
                       fillcolor=theme.faded(colour, 0.16), **edge),
            go.Scatter(x=r.smooth_position, y=r.smooth, mode="lines", showlegend=False,
                       line={"color": colour, "width": 2.4}, hoverinfo="skip"),
        ]  # fmt: skip
        span += [float(r.smooth.min()), float(r.smooth.max())]
    level = 1.0 if fitted is None else fitted
    pad = 0.06 * (max(span) - min(span)) or 1.0
    return go.Figure(
        traces,
        theme.layout(
            mode,
            height=270,
            margin={"l": 52, "t": 34, "b": 44, "r": 12},
            title={"text": f"<b>{theme.text(r.label, 44)}</b>", "font": {"size": 14}, "x": 0.01},
            shapes=[{"type": "line", "x0": 0, "x1": 1, "xref": "paper", "y0": level, "y1": level,
                     "line": {"color": theme.palette(mode).muted, "width": 1, "dash": "dash"}}],
            xaxis={"title": {"text": "Months", "font": {"size": 12}}, "showgrid": False,
                   **_month_ticks(r)},
            yaxis={
                "title": {"text": "Log HR" if fitted is not None else "Effect (fitted: 1)",
                          "font": {"size": 12}},
                "range": [min(*span, level) - pad, max(*span, level) + pad],
            },
        ),
    )  # fmt: skip


def _month_ticks(r: ScaledResiduals) -> dict[str, Any]:
    """Put round months at their places on the transformed time axis."""
    if not len(r.time):
        return {}
    last = float(r.time[-1])
    step = next((s for s in (1, 2, 3, 6, 12, 24, 60) if last / s <= 12), 120)
    months = np.arange(step, last + 1e-9, step) if last >= step else np.array([last])
    months = months[months >= r.time[0]]
    places = np.interp(months, r.time, r.position)
    width = float(r.position[-1] - r.position[0]) or 1.0
    kept: list[int] = []
    for i, place in enumerate(places):
        if not kept or place - places[kept[-1]] > 0.09 * width:
            kept.append(i)
    return {
        "tickvals": [float(places[i]) for i in kept],
        "ticktext": [fmt.plain(float(months[i])) for i in kept],
    }


def draw_curve(look: CurveLook, *, mode: Mode = "light") -> go.Figure:
    """Draw the hazard ratio over a number with its band, above a histogram of the patients."""
    s, colour, colours = look.spline, theme.group_colour(0, mode), theme.palette(mode)
    band = s.band
    if band is None:
        raise ValueError("A curve that could not be fitted cannot be drawn.")
    edge = {"mode": "lines", "line": {"width": 0}, "hoverinfo": "skip", "showlegend": False}
    low, high = _span(band.value)
    centres = (look.edges[:-1] + look.edges[1:]) / 2
    ratios = [
        fmt.quantity(Quantity(float(v), float(a), float(b)), 2)
        for v, a, b in zip(band.value, band.lower, band.upper, strict=True)
    ]
    traces = [
        go.Bar(
            x=centres, y=look.counts, width=float(look.edges[1] - look.edges[0]), yaxis="y2",
            showlegend=False,
            marker={"color": theme.faded(colours.muted, 0.35), "line": {"width": 0}},
            hovertemplate="%{y} patients<extra></extra>",
        ),
        go.Scatter(x=band.at, y=np.clip(band.upper, low / 10, high * 10), **edge),
        go.Scatter(x=band.at, y=np.clip(band.lower, low / 10, high * 10), fill="tonexty",
                   fillcolor=theme.faded(colour, 0.16), **edge),
        go.Scatter(
            x=band.at, y=band.value, mode="lines", showlegend=False,
            line={"color": colour, "width": 2.6}, customdata=ratios,
            hovertemplate="%{x:.1f}: %{customdata}<extra>hazard ratio</extra>",
        ),
        go.Scatter(
            x=[s.reference_value], y=[1.0], mode="markers", showlegend=False,
            marker={"color": colours.text, "size": 9, "symbol": "diamond"},
            hovertemplate="reference %{x:.1f}<extra></extra>",
        ),
    ]  # fmt: skip
    unit = f", {s.unit}" if s.unit else ""
    return go.Figure(
        traces,
        theme.layout(
            mode,
            height=430,
            bargap=0,
            margin={"l": 60, "t": 16, "b": 52, "r": 18},
            shapes=[{"type": "line", "x0": 0, "x1": 1, "xref": "paper", "y0": 1, "y1": 1,
                     "line": {"color": colours.muted, "width": 1, "dash": "dash"}}],
            xaxis={
                "title": {"text": theme.text(f"{s.label}{unit}")},
                "showgrid": False,
                "anchor": "y2",
            },
            yaxis={
                "type": "log",
                "domain": [0.2, 1],
                "range": [math.log10(low), math.log10(high)],
                "tickvals": [t for t in _TICKS if low <= t <= high],
                "title": {"text": "Hazard ratio (log scale)"},
            },
            yaxis2=theme.axis(
                mode, domain=[0, 0.15], showgrid=False, showticklabels=False, ticks="",
                title={"text": "Patients", "font": {"size": 12}},
            ),
        ),
    )  # fmt: skip


def _span(values: Any) -> tuple[float, float]:
    """Return the range of the axis: the curve, with room for its band, within 0.02 and 50."""
    low, high = float(np.min(values)), float(np.max(values))
    return max(min(low / 2.2, 0.45), WIDEST[0]), min(max(high * 2.2, 2.2), WIDEST[1])
