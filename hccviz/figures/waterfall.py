"""Waterfalls of percent change, before-after lines, and dose against size."""

from __future__ import annotations

from typing import Any

import numpy as np
import plotly.graph_objects as go
from numpy.typing import NDArray

from hccviz.domain import vocabulary
from hccviz.domain.outcome_records import DoseSizes, Waterfall
from hccviz.figures import theme
from hccviz.figures.theme import Mode

MOST_DRAWN = 400
TOP = 150.0
"""Changes above this many percent are cut off and marked."""
NOT_RECORDED = "–"


def drawn(n: int) -> NDArray[np.int64]:
    """Return which of n ordered patients are drawn: all, or evenly chosen ones with both ends."""
    if n <= MOST_DRAWN:
        return np.arange(n)
    return np.unique(np.linspace(0, n - 1, MOST_DRAWN).round().astype(np.int64))


def draw_waterfall(fall: Waterfall, *, mode: Mode = "light") -> go.Figure:
    """Draw one bar per patient, largest growth left, coloured by the recorded category."""
    keep = drawn(len(fall.values))
    values = fall.values[keep]
    codes = [fall.categories[i] or NOT_RECORDED for i in keep]
    traces = []
    for code, label in _categories(codes):
        inside = [i for i, c in enumerate(codes) if c == code]
        shown = np.minimum(values[inside], TOP)
        traces.append(
            go.Bar(
                x=inside,
                y=shown,
                width=0.86 if len(keep) < 120 else 1,
                name=label,
                marker={"color": _colour(code), "line": {"width": 0}},
                customdata=values[inside],
                hovertemplate=f"{label}: %{{customdata:+.0f}}%<extra></extra>",
            )
        )
    cut = [i for i, v in enumerate(values) if v > TOP]
    if cut:
        traces.append(
            go.Scatter(
                x=cut,
                y=[TOP + 6] * len(cut),
                mode="markers",
                name=f"above +{TOP:.0f}%",
                customdata=values[cut],
                marker={"symbol": "triangle-up", "size": 7, "color": theme.palette(mode).text},
                hovertemplate="%{customdata:+.0f}%<extra></extra>",
            )
        )
    lines = (fall.line,) if fall.before.size else (fall.line, 20.0)
    low = min(float(values.min(initial=0.0)), fall.line)
    high = min(float(values.max(initial=0.0)), TOP)
    return go.Figure(
        traces,
        theme.layout(
            mode,
            barmode="overlay",
            bargap=0,
            height=420,
            margin={"l": 62, "t": 58, "b": 40, "r": 48},
            shapes=[_line(y, mode) for y in lines],
            annotations=[_named(y, mode) for y in lines],
            xaxis={
                "showgrid": False,
                "showticklabels": False,
                "ticks": "",
                "range": [-0.8, max(len(keep) - 0.2, 3)],
                "title": {"text": "Patients, ordered by change", "font": {"size": 13}},
            },
            yaxis={
                "range": [low - 6, max(high, 24) + 12],
                "ticksuffix": "%",
                "zeroline": True,
                "zerolinecolor": theme.palette(mode).muted,
                "title": {"text": _axis(fall), "font": {"size": 13}},
            },
        ),
    )


def draw_before_after(fall: Waterfall, *, mode: Mode = "light") -> go.Figure:
    """Draw each patient's value before and after as one line on a logarithmic axis."""
    keep = drawn(len(fall.values))
    falls = fall.values[keep] <= fall.line
    names = (f"Fall of {-fall.line:.0f}% or more", "Less, or a rise")
    colours = (theme.group_colour(0, mode), theme.palette(mode).muted)
    traces = []
    for inside, name, colour in zip((falls, ~falls), names, colours, strict=True):
        rows = keep[inside]
        y: list[float | None] = []
        for before, after in zip(fall.before[rows], fall.after[rows], strict=True):
            y += [float(before), max(float(after), 0.01), None]
        traces.append(
            go.Scatter(
                x=["Before", "After", None] * len(rows),
                y=y,
                mode="lines+markers",
                name=f"{name} ({len(rows)})",
                line={"color": colour, "width": 1.4},
                marker={"size": 6},
                opacity=0.85 if len(keep) < 60 else 0.35,
                hovertemplate=f"%{{x}}: %{{y:,.0f}} {fall.unit}<extra></extra>",
            )
        )
    return go.Figure(
        traces,
        theme.layout(
            mode,
            height=380,
            margin={"l": 74, "t": 58, "b": 34, "r": 18},
            xaxis={"showgrid": False, "type": "category", "range": [-0.35, 1.35]},
            yaxis={
                "type": "log",
                "dtick": 1,
                "exponentformat": "none",
                "separatethousands": True,
                "title": {"text": theme.text(f"{fall.label}, {fall.unit}"), "font": {"size": 13}},
            },
        ),
    )


def draw_dose_sizes(points: DoseSizes, *, mode: Mode = "light") -> go.Figure:
    """Draw tumor size against dose; equal doses are spread a little so that all can be seen."""
    keep = drawn(len(points.dose))
    dose, size = points.dose[keep], points.size_cm[keep]
    codes = [points.categories[i] or NOT_RECORDED for i in keep]
    span = float(np.ptp(points.dose)) if len(points.dose) else 0.0
    spread = 0.02 * (span or 10.0) * np.sin(np.arange(len(keep)) * 2.399963)
    traces = []
    for code, label in _categories(codes):
        inside = [i for i, c in enumerate(codes) if c == code]
        traces.append(
            go.Scatter(
                x=dose[inside] + spread[inside],
                y=size[inside],
                customdata=dose[inside],
                mode="markers",
                name=label,
                marker={
                    "color": _colour(code),
                    "size": 8,
                    "opacity": 0.85,
                    "line": {"width": 0.6, "color": theme.palette(mode).text},
                },
                hovertemplate=f"{label}: %{{customdata:.1f}} {points.unit}, %{{y}} cm"
                "<extra></extra>",
            )
        )
    return go.Figure(
        traces,
        theme.layout(
            mode,
            height=420,
            margin={"l": 58, "t": 58, "b": 52, "r": 18},
            xaxis={"title": {"text": theme.text(f"{points.label}, {points.unit}")}},
            yaxis={"title": {"text": "Tumor size, cm"}, "rangemode": "tozero"},
        ),
    )


def _categories(codes: list[str]) -> list[tuple[str, str]]:
    """Return the categories that occur, in their order of meaning, with labels."""
    known = [(lv.code, lv.label) for lv in vocabulary.response_levels()]
    return [pair for pair in (*known, (NOT_RECORDED, "No category recorded")) if pair[0] in codes]


def _colour(code: str) -> str:
    return theme.RESPONSE.get(code, theme.UNRECORDED)


def _axis(fall: Waterfall) -> str:
    label = f"{fall.label[:1].lower()}{fall.label[1:]}"
    return theme.text(f"Change of {label}" if fall.before.size else fall.label)


def _line(y: float, mode: Mode) -> dict[str, Any]:
    line = {"color": theme.palette(mode).muted, "width": 1.2, "dash": "dash"}
    return {"type": "line", "x0": 0, "x1": 1, "xref": "paper", "y0": y, "y1": y, "line": line}


def _named(y: float, mode: Mode) -> dict[str, Any]:
    return {
        "x": 1.006,
        "xref": "paper",
        "xanchor": "left",
        "y": y,
        "yanchor": "middle",
        "text": f"{y:+.0f}%".replace("-", "\N{MINUS SIGN}"),
        "showarrow": False,
        "font": {"size": 12, "color": theme.palette(mode).muted},
    }
