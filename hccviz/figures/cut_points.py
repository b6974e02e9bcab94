"""Hazard ratio at every cut of a number, with the best one and the reader's own."""

from __future__ import annotations

import math
from typing import Any

import plotly.graph_objects as go

from hccviz.domain import format as fmt
from hccviz.domain.records import Quantity
from hccviz.domain.subgroup_records import CutLook
from hccviz.figures import theme
from hccviz.figures.theme import Mode

FARTHEST = 20.0


def draw_cut_points(look: CutLook, *, mode: Mode = "light", log_x: bool = False) -> go.Figure:
    """Draw the hazard ratio of at or above against below, over the cut, with its limits.

    Parameters
    ----------
    look
        Cuts without a ratio are left out of the line.
    log_x
        Logarithmic axis of the number, for one whose values are all above 0.
    """
    found = look.estimate
    colours = theme.palette(mode)
    tint, best_tint = colours.groups[0], colours.groups[1]
    known = [cut for cut in found.cuts if cut.ratio.value is not None]
    x = [cut.value for cut in known]
    low, high = _ends([cut.ratio for cut in known])
    unit = f" {found.unit}" if found.unit else ""
    hover = [
        f"cut at {fmt.plain(c.value)}{unit}<br>HR {fmt.quantity(c.ratio, 2)}<br>"
        f"{fmt.count(c.n_below)} below, {fmt.count(c.n_above)} at or above"
        for c in known
    ]
    traces: list[Any] = [
        _edge(x, [min(c.ratio.high or high, high) for c in known]),
        {**_edge(x, [max(c.ratio.low or low, low) for c in known]), "fill": "tonexty",
         "fillcolor": theme.faded(tint, 0.15)},
        {"type": "scatter", "x": x, "y": [c.ratio.value for c in known], "mode": "lines+markers",
         "line": {"color": tint, "width": 2}, "marker": {"size": 5}, "name": "Every cut",
         "customdata": hover, "hovertemplate": "%{customdata}<extra></extra>"},
    ]  # fmt: skip
    if found.best is not None and found.best.ratio.value is not None:
        traces.append(_mark(found.best.value, found.best.ratio, "Best cut", best_tint, "diamond"))
    own = look.own
    if own is not None and own.ratio.value is not None and low <= own.ratio.value <= high:
        traces.append(_mark(own.value, own.ratio, "Your cut", colours.groups[2], "star"))
    return go.Figure(traces, _layout(look, (low, high), mode, log_x=log_x))


def _layout(look: CutLook, ends: tuple[float, float], mode: Mode, *, log_x: bool) -> dict[str, Any]:
    colours = theme.palette(mode)
    found = look.estimate
    unit = f" ({found.unit})" if found.unit else ""
    ticks = [t for t in (0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 20) if ends[0] <= t <= ends[1]]
    log_x = log_x and (look.low or 0.0) > 0.0
    return theme.layout(
        mode,
        height=420,
        margin={"l": 58, "r": 18, "t": 40, "b": 64},
        xaxis={"title": {"text": f"Cut of {theme.text(found.label, 30)}{unit}"},
               "type": "log" if log_x else "linear", "fixedrange": True, "nticks": 7},
        yaxis={"title": {"text": "Hazard ratio, at or above : below"}, "type": "log",
               "range": [math.log10(e) for e in ends], "tickvals": ticks,
               "ticktext": [f"{t:g}" for t in ticks], "fixedrange": True},
        shapes=[{"type": "line", "x0": 0, "x1": 1, "xref": "paper", "y0": 1, "y1": 1,
                 "line": {"color": colours.muted, "width": 1.2}}],
        showlegend=True,
    )  # fmt: skip


def _edge(x: list[float], y: list[float]) -> dict[str, Any]:
    return {"type": "scatter", "x": x, "y": y, "mode": "lines", "line": {"width": 0},
            "hoverinfo": "skip", "showlegend": False}  # fmt: skip


def _mark(x: float, ratio: Quantity, name: str, colour: str, symbol: str) -> dict[str, Any]:
    return {"type": "scatter", "x": [x], "y": [ratio.value], "mode": "markers", "name": name,
            "marker": {"symbol": symbol, "size": 14, "color": colour},
            "hovertemplate": f"{name}: {fmt.plain(x)}<br>HR {fmt.quantity(ratio, 2)}"
            "<extra></extra>"}  # fmt: skip


def _ends(ratios: list[Quantity]) -> tuple[float, float]:
    """Return the ends of the log axis: all estimates, and limits not farther than 20 from 1."""
    given = [v for q in ratios for v in (q.value, q.low, q.high) if v]
    return (
        max(min([0.45, *(0.9 * v for v in given)]), 1 / FARTHEST),
        min(max([2.2, *(1.1 * v for v in given)]), FARTHEST),
    )
