"""Balance of two groups: standardised mean differences, the largest first."""

from __future__ import annotations

from typing import Any

import plotly.graph_objects as go

from hccviz.domain import format as fmt
from hccviz.domain.records import BaselineTable
from hccviz.figures import theme
from hccviz.figures.theme import Mode

ROW_PX = 24
MOST_ROWS = 30
IMBALANCE = 0.1
"""A standardised mean difference above this is often read as imbalance."""


def draw_love(table: BaselineTable, *, mode: Mode = "light") -> go.Figure:
    """Draw the standardised mean difference of each characteristic, a line at 0.1."""
    found = [(row.label, row.smd) for row in table.rows if row.smd is not None]
    found.sort(key=lambda pair: -pair[1])
    found = found[:MOST_ROWS]
    colours = theme.palette(mode)
    tints = [colours.groups[1] if smd > IMBALANCE else colours.groups[0] for _, smd in found]
    places = list(range(len(found)))
    far = max([0.5, *(1.08 * smd for _, smd in found)])
    stems: dict[str, list[Any]] = {"x": [], "y": []}
    for place, (_, smd) in enumerate(found):
        stems["x"] += [0, smd, None]
        stems["y"] += [place, place, None]
    line = {"color": colours.muted, "width": 1.2, "dash": "dot"}
    return go.Figure(
        [
            {"type": "scatter", "mode": "lines", "hoverinfo": "skip",
             "line": {"color": colours.grid, "width": 3}, **stems},
            {"type": "scatter", "mode": "markers", "x": [smd for _, smd in found], "y": places,
             "marker": {"size": 10, "color": tints},
             "customdata": [f"{theme.text(label)}: {fmt.number(smd, 2)}" for label, smd in found],
             "hovertemplate": "%{customdata}<extra></extra>"},
        ],
        theme.layout(
            mode,
            height=90 + ROW_PX * max(len(found), 1),
            margin={"l": 8, "t": 12, "b": 56, "r": 18},
            showlegend=False,
            xaxis={"range": [0, far], "title": {"text": "Standardised mean difference"},
                   "fixedrange": True},
            yaxis={"tickvals": places, "ticktext": [theme.text(label, 24) for label, _ in found],
                   "tickfont": {"size": 12.5}, "range": [len(found) - 0.4, -0.6],
                   "automargin": True, "showgrid": False, "fixedrange": True},
            shapes=[{"type": "line", "x0": IMBALANCE, "x1": IMBALANCE, "y0": 0, "y1": 1,
                     "yref": "paper", "line": line}],
        ),
    )  # fmt: skip
