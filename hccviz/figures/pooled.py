"""Forest plot of one rate over studies, with its summaries."""

from __future__ import annotations

import math
from collections.abc import Collection
from typing import Any

import plotly.graph_objects as go

from hccviz.domain import format as fmt
from hccviz.domain.literature_records import PooledRate, PooledStudy
from hccviz.domain.records import Quantity
from hccviz.figures import theme
from hccviz.figures.theme import Mode

ROW_PX = 46
_OWN_COLOUR, _PRINTED_COLOUR = 1, 0
_DIAMOND = 0.28


def draw_pooled(
    pooled: PooledRate, title: str, *, own: Collection[str] = (), fixed: bool = False,
    mode: Mode = "light",
) -> go.Figure:  # fmt: skip
    """Draw one row per study, then the diamond of the summary and the prediction interval.

    Parameters
    ----------
    title
        Words of the axis.
    own
        Names of the studies that the reader added; they have their own colour and say so.
    fixed
        True to draw the fixed-effect summary too.
    """
    studies = pooled.studies
    traces = [_study(study, row, study.name in own, mode) for row, study in enumerate(studies)]
    ticks = [_tick(study, own=study.name in own) for study in studies]
    row = len(studies)
    shapes: list[dict[str, Any]] = []
    if pooled.random.value is not None:
        for name, q in (
            ("Random-effects summary", pooled.random),
            *((("Fixed-effect summary", pooled.fixed),) if fixed else ()),
        ):
            traces.append(_diamond(name, q, row, mode, filled=name.startswith("Random")))
            ticks.append(f"<b>{name}</b><br>{fmt.quantity(q, 1, 100, '%')}")
            row += 1
        if pooled.prediction.low is not None:
            traces.append(_prediction(pooled.prediction, row, mode))
            ticks.append(
                f"95% prediction interval<br>{fmt.interval(pooled.prediction, 0, 100, '%')}"
            )
            row += 1
        shapes = [_line(pooled.random.value, len(studies), mode), _rule(len(studies), mode)]
    return go.Figure(
        traces,
        theme.layout(
            mode,
            height=86 + ROW_PX * max(row, 2),
            margin={"l": 8, "t": 10, "b": 56, "r": 18},
            shapes=shapes,
            showlegend=False,
            xaxis={
                "range": [-0.02, 1.02],
                "tickformat": ".0%",
                "dtick": 0.25,
                "title": {"text": theme.text(title), "font": {"size": 13}},
            },
            yaxis={
                "tickvals": list(range(row)),
                "ticktext": ticks,
                "tickfont": {"size": 12.5},
                "range": [row - 0.4, -0.6],
                "automargin": True,
                "showgrid": False,
                "ticks": "",
            },
        ),
    )


def _tick(study: PooledStudy, *, own: bool) -> str:
    rate = study.rate
    mark = "added by you, " if own else ""
    number = f"{fmt.count(rate.count)}/{fmt.count(rate.n)}, {fmt.percent(rate.share.value)}"
    return f"{theme.text(study.name, 26)}<br>{mark}{number}"


def _study(study: PooledStudy, row: int, own: bool, mode: Mode) -> Any:
    colour = theme.group_colour(_OWN_COLOUR if own else _PRINTED_COLOUR, mode)
    share = study.rate.share
    value, low, high = share.value or 0.0, share.low or 0.0, share.high or 0.0
    told = f"{theme.text(study.name)}{' (added by you)' if own else ''}: "
    told += f"{fmt.proportion(study.rate)}; weight {fmt.percent(study.weight_random)}"
    return go.Scatter(
        x=[value],
        y=[row],
        mode="markers",
        marker={
            "symbol": "diamond" if own else "square",
            "color": colour,
            "size": 6 + 22 * math.sqrt(study.weight_random / 2),
        },
        error_x={
            "type": "data",
            "symmetric": False,
            "array": [high - value],
            "arrayminus": [value - low],
            "color": colour,
            "thickness": 1.8,
            "width": 4,
        },
        hovertemplate=f"{told}<extra></extra>",
    )


def _diamond(name: str, q: Quantity, row: int, mode: Mode, *, filled: bool) -> Any:
    colour = theme.palette(mode).text
    value, low, high = q.value or 0.0, q.low or 0.0, q.high or 0.0
    return go.Scatter(
        x=[low, value, high, value, low],
        y=[row, row - _DIAMOND, row, row + _DIAMOND, row],
        mode="lines",
        fill="toself",
        fillcolor=theme.faded(colour, 0.85 if filled else 0.15),
        line={"color": colour, "width": 1.5},
        hoveron="fills",
        text=f"{name}: {fmt.quantity(q, 1, 100, '%')}",
        hoverinfo="text",
    )


def _prediction(q: Quantity, row: int, mode: Mode) -> Any:
    colour = theme.palette(mode).muted
    return go.Scatter(
        x=[q.low, q.high],
        y=[row, row],
        mode="lines+markers",
        line={"color": colour, "width": 5},
        marker={"symbol": "line-ns-open", "size": 14, "color": colour, "line": {"width": 2}},
        hovertemplate="Where the rate of a further study may lie: "
        f"{fmt.interval(q, 1, 100, '%')}<extra></extra>",
    )


def _line(value: float, rows: int, mode: Mode) -> dict[str, Any]:
    line = {"color": theme.palette(mode).muted, "width": 1, "dash": "dot"}
    return {"type": "line", "x0": value, "x1": value, "y0": -0.6, "y1": rows, "line": line}


def _rule(rows: int, mode: Mode) -> dict[str, Any]:
    line = {"color": theme.palette(mode).grid, "width": 1}
    return {
        "type": "line", "xref": "paper", "x0": 0, "x1": 1,
        "y0": rows - 0.5, "y1": rows - 0.5, "line": line,
    }  # fmt: skip
