"""Rows of numbers under curves over time, aligned with the ticks of their axis."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import takewhile
from typing import Any

from hccviz.domain import vocabulary
from hccviz.figures import theme
from hccviz.figures.steps import TimeAxis
from hccviz.figures.theme import Mode

ROW_PX = 19
PLOT_PX = 400
GAP_PX = 62
MARGIN_PX = 120


@dataclass(frozen=True, slots=True)
class RiskRows:
    """The rows under a plot: their labels from top to bottom, and one trace of all numbers."""

    labels: tuple[str, ...]
    trace: dict[str, Any]


def risk_rows(
    labels: Sequence[str],
    blocks: Mapping[str, Sequence[Sequence[int]]],
    axis: TimeAxis,
    mode: Mode,
) -> RiskRows:
    """Lay out numbers under the ticks of an axis.

    Parameters
    ----------
    labels
        Of the groups.
    blocks
        Heading → numbers of every group, one per tick.
    """
    ticks, alone = axis.ticks(), len(labels) == 1
    short = _short_labels(list(labels))
    names: list[str] = []
    cells: list[tuple[float, int, str, str]] = []
    for words, groups in blocks.items():
        if not alone:
            names.append(f"<b>{words}</b>")
        for place, numbers in enumerate(groups):
            colour = theme.group_colour(place, mode)
            told = (f"{int(v)}" for v in numbers)
            cells += [
                (axis.shown(x), len(names), n, colour) for x, n in zip(ticks, told, strict=True)
            ]
            names.append(words if alone else short[place])
    x, y, text, colours = (list(column) for column in zip(*cells, strict=True))
    trace = {
        "type": "scatter", "x": x, "y": y, "text": text, "mode": "text", "yaxis": "y2",
        "textfont": {"color": colours, "size": 12.5}, "hoverinfo": "skip", "showlegend": False,
        "cliponaxis": False,
    }  # fmt: skip
    return RiskRows(tuple(names), trace)


def layout_over_rows(
    rows: RiskRows,
    axis: TimeAxis,
    mode: Mode,
    yaxis: dict[str, Any],
    *,
    legend: bool,
    large: bool,
    shapes: Sequence[dict[str, Any]] = (),
) -> dict[str, Any]:
    """Return the layout of curves with rows of numbers under them."""
    bottom = len(rows.labels) * ROW_PX * (1.3 if large else 1)
    plot_px = PLOT_PX * (1.25 if large else 1)
    height = plot_px + bottom + MARGIN_PX
    start = 1 - plot_px / (height - 44)
    return theme.layout(
        mode,
        height=round(height),
        font={"size": 19 if large else 14},
        margin={"l": 96, "r": 14, "t": 34, "b": 10},
        showlegend=legend,
        hovermode="x unified",
        shapes=list(shapes),
        hoverlabel={"bgcolor": theme.hover_background(mode), "namelength": -1},
        xaxis=axis.layout(
            anchor="y", spikecolor=theme.palette(mode).muted, spikethickness=1, spikedash="dot"
        ),
        yaxis={"domain": [start, 1], "fixedrange": True, **yaxis},
        yaxis2=theme.axis(
            mode,
            domain=[0, start - GAP_PX / height],
            tickvals=list(range(len(rows.labels))),
            ticktext=list(rows.labels),
            range=[len(rows.labels) - 0.4, -0.6],
            showgrid=False,
            tickfont={"size": 12.5},
            fixedrange=True,
            ticks="",
        ),
    )


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
