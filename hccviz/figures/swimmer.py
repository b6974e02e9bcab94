"""Swimmer plot: one lane per patient."""

from __future__ import annotations

from typing import Any

import plotly.graph_objects as go

from hccviz.domain import vocabulary
from hccviz.domain.outcome_records import Swimmer
from hccviz.figures import theme
from hccviz.figures.theme import Mode

LANE_PX = 15
SYMBOLS = {"cr": "star", "lc": "diamond", "ihrfs": "triangle-up", "dmfs": "square",
           "ttp": "diamond", "pfs": "diamond"}  # fmt: skip
OTHER_SYMBOLS = ("circle", "pentagon", "hexagon", "cross", "triangle-down", "bowtie")
NOT_RECORDED = "–"


def draw_swimmer(swimmer: Swimmer, *, mode: Mode = "light") -> go.Figure:
    """Draw time on study as bars, with marks for what happened; the longest course on top.

    A mark whose time is not recorded stands behind the end of its bar.
    """
    lanes = swimmer.lanes
    end = max((lane.months for lane in lanes), default=12.0)
    traces = [*_bars(swimmer), *_marks(swimmer, end, mode), *_ends(swimmer, mode)]
    untimed = any(mark.months is None for lane in lanes for mark in lane.marks)
    return go.Figure(
        traces,
        theme.layout(
            mode,
            barmode="overlay",
            bargap=0.3,
            height=170 + LANE_PX * max(len(lanes), 6),
            margin={"l": 16, "t": 20, "b": 52, "r": 18},
            legend={"y": 1.01, "font": {"size": 12.5}},
            xaxis={
                "range": [0, end * (1.18 if untimed else 1.05)],
                "title": {"text": "Months"},
            },
            yaxis={
                "showticklabels": False,
                "ticks": "",
                "showgrid": False,
                "range": [len(lanes) - 0.4, -0.6],
                "title": {"text": "Patients", "font": {"size": 13}},
            },
        ),
    )


def _bars(swimmer: Swimmer) -> list[Any]:
    known = [(lv.code, lv.label) for lv in vocabulary.response_levels()]
    made = []
    for code, label in (*known, ("", "No category recorded")):
        inside = [i for i, lane in enumerate(swimmer.lanes) if lane.category == code]
        if inside:
            months = [swimmer.lanes[i].months for i in inside]
            made.append(
                go.Bar(
                    x=months,
                    y=inside,
                    orientation="h",
                    name=label,
                    width=0.72,
                    opacity=0.75,
                    marker={"color": theme.RESPONSE.get(code, theme.UNRECORDED)},
                    hovertemplate=f"{label}, %{{x:.1f}} months on study<extra></extra>",
                )
            )
    return made


def _marks(swimmer: Swimmer, end: float, mode: Mode) -> list[Any]:
    made = []
    others = iter(OTHER_SYMBOLS * 4)
    colours = theme.palette(mode)
    for place, (code, label) in enumerate(swimmer.labels.items()):
        symbol = SYMBOLS.get(code) or next(others)
        at = [
            (mark.months, i)
            for i, lane in enumerate(swimmer.lanes)
            for mark in lane.marks
            if mark.code == code
        ]
        if not at:
            continue
        x = [
            months
            if months is not None
            else swimmer.lanes[i].months + end * (0.03 + 0.028 * _untimed(swimmer, i, code))
            for months, i in at
        ]
        timed = at[0][0] is not None
        name = theme.text(label, 34) + ("" if timed else "*")
        fill = colours.text if code == "cr" else theme.group_colour(place, mode)
        made.append(
            go.Scatter(
                x=x,
                y=[i for _, i in at],
                mode="markers",
                name=name,
                cliponaxis=False,
                marker={
                    "symbol": symbol,
                    "size": 10,
                    "color": fill,
                    "line": {"width": 0.8, "color": "#ffffff" if mode == "light" else "#10181f"},
                },
                hovertemplate=name + (", month %{x:.1f}" if timed else "") + "<extra></extra>",
            )
        )
    return made


def _untimed(swimmer: Swimmer, lane: int, code: str) -> int:
    """Return how many marks without a time stand before this one behind the bar."""
    marks = [m.code for m in swimmer.lanes[lane].marks if m.months is None]
    return marks.index(code) + 1


def _ends(swimmer: Swimmer, mode: Mode) -> list[Any]:
    made = []
    for died, symbol, label in ((True, "x-thin-open", "Death"), (False, "arrow-right", "Alive")):
        inside = [i for i, lane in enumerate(swimmer.lanes) if lane.died == died]
        if inside:
            made.append(
                go.Scatter(
                    x=[swimmer.lanes[i].months for i in inside],
                    y=inside,
                    mode="markers",
                    name=label,
                    cliponaxis=False,
                    marker={
                        "symbol": symbol,
                        "size": 9,
                        "color": theme.palette(mode).text,
                        "line": {"width": 2 if died else 0, "color": theme.palette(mode).text},
                    },
                    hovertemplate=f"{label}, month %{{x:.1f}}<extra></extra>",
                )
            )
    return made
