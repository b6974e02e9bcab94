"""Proportional hazards to look at: log-minus-log lines, and hazard ratios by period."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import plotly.graph_objects as go

from hccviz.domain.records import HazardRatio
from hccviz.domain.survival_records import HazardShape
from hccviz.figures import theme
from hccviz.figures.steps import thinned
from hccviz.figures.theme import Mode

MONTHS = (0.25, 0.5, 1, 2, 3, 6, 12, 24, 36, 60, 120, 240)
RATIOS = (0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 50, 100)
WIDEST = 200.0
"""A limit beyond this ratio (or below its inverse) is drawn as reaching the edge."""


def draw_log_minus_log(
    found: HazardShape, *, mode: Mode = "light", years: bool = False
) -> go.Figure:
    """Draw log(-log S) over log time; parallel steps mean proportional hazards."""
    labels = dict(found.labels)
    traces: list[Any] = []
    for place, line in enumerate(found.lines):
        keep = thinned(line.log_time.size, 600)
        months = np.exp(line.log_time[keep])
        traces.append(
            {
                "type": "scatter",
                "x": line.log_time[keep],
                "y": line.value[keep],
                "customdata": months / 12 if years else months,
                "mode": "lines",
                "line": {"color": theme.group_colour(place, mode), "width": 2.2, "shape": "hv",
                         "dash": theme.group_dash(place, mode)},
                "name": theme.text(labels.get(line.level, line.label), 34),
                "hovertemplate": "%{customdata:.1f} " + ("years" if years else "months")
                + ", %{y:.2f}<extra>" + theme.text(line.label, 26) + "</extra>",
            }
        )  # fmt: skip
    first = min((float(t.log_time[0]) for t in found.lines if t.log_time.size), default=0.0)
    last = max((float(t.log_time[-1]) for t in found.lines if t.log_time.size), default=3.0)
    ticks = [m for m in MONTHS if first - 0.2 <= math.log(m) <= last + 0.2]
    cut = math.log(found.cut)
    muted = {"color": theme.palette(mode).muted, "width": 1, "dash": "dot"}
    upright = {"type": "line", "x0": cut, "x1": cut, "y0": 0, "y1": 1, "yref": "paper",
               "line": muted}  # fmt: skip
    return go.Figure(
        traces,
        theme.layout(
            mode,
            height=400,
            margin={"l": 62, "r": 14, "t": 62, "b": 50},
            showlegend=True,
            shapes=[upright] if first <= cut <= last else [],
            xaxis={
                "range": [first - 0.12, last + 0.12],
                "tickvals": [math.log(m) for m in ticks],
                "ticktext": [f"{m / 12 if years else m:.3g}" for m in ticks],
                "title": {"text": f"{'Years' if years else 'Months'}, logarithmic"},
                "showgrid": False,
                "fixedrange": True,
            },
            yaxis={"title": {"text": "log(\N{MINUS SIGN}log S)"}, "fixedrange": True},
        ),
    )


def draw_periods(found: HazardShape, names: list[str], *, mode: Mode = "light") -> go.Figure:
    """Draw the hazard ratio of every group against the first, whole and by period.

    Parameters
    ----------
    names
        Of the rows: the whole follow-up, then each period.
    """
    parts = [found.overall, *(p.hazard_ratios for p in found.pieces.periods)]
    labels, several = dict(found.labels), len(found.overall) > 1
    rows: list[tuple[str, HazardRatio, int]] = []
    for ratios, name in zip(parts, names, strict=True):
        for place, ratio in enumerate(ratios):
            words = f"{labels.get(ratio.level, ratio.level)}, {name[:1].lower()}{name[1:]}"
            rows.append((words if several else name, ratio, place + 1))
    shown = [(y, r, place) for y, (_, r, place) in enumerate(rows) if r.ratio.value is not None]
    traces = [_ratio(y, r, place, mode) for y, r, place in shown]
    ends = [v for _, r, _ in shown for v in (r.ratio.low, r.ratio.high) if v]
    low = max(min([0.5, *ends]), 1 / WIDEST)
    high = min(max([2.0, *ends]), WIDEST)
    muted = theme.palette(mode).muted
    return go.Figure(
        traces,
        theme.layout(
            mode,
            height=110 + 34 * max(len(rows), 1),
            margin={"l": 10, "r": 14, "t": 14, "b": 48},
            showlegend=False,
            shapes=[{"type": "line", "x0": 0, "x1": 0, "y0": 0, "y1": 1, "yref": "paper",
                     "line": {"color": muted, "width": 1}}],
            xaxis={
                "range": [math.log(low) - 0.15, math.log(high) + 0.15],
                "tickvals": [math.log(v) for v in RATIOS if low * 0.85 <= v <= high * 1.15],
                "ticktext": [f"{v:g}" for v in RATIOS if low * 0.85 <= v <= high * 1.15],
                "title": {"text": "Hazard ratio, logarithmic"},
                "fixedrange": True,
            },
            yaxis={
                "range": [len(rows) - 0.5, -0.5],
                "tickvals": list(range(len(rows))),
                "ticktext": [theme.lines(words, 22) for words, *_ in rows],
                "automargin": True,
                "showgrid": False,
                "fixedrange": True,
            },
        ),
    )  # fmt: skip


def _ratio(y: int, ratio: HazardRatio, place: int, mode: Mode) -> dict[str, Any]:
    colour, value = theme.group_colour(place, mode), ratio.ratio
    centre = math.log(value.value or 1.0)
    low = math.log(max(value.low or 1 / WIDEST, 1 / WIDEST))
    high = math.log(min(value.high or WIDEST, WIDEST))
    return {
        "type": "scatter",
        "x": [centre],
        "y": [y],
        "mode": "markers",
        "marker": {"symbol": "square", "size": 9, "color": colour},
        "error_x": {"type": "data", "symmetric": False, "array": [high - centre],
                    "arrayminus": [centre - low], "color": colour, "thickness": 1.6, "width": 4},
        "customdata": [[value.value, value.low, value.high]],
        "hovertemplate": "%{customdata[0]:.2f} (%{customdata[1]:.2f} to %{customdata[2]:.2f})"
        "<extra></extra>",
    }  # fmt: skip
