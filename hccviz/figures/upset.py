"""Failure pattern: sites and their combinations in UpSet form."""

from __future__ import annotations

from typing import Any

import plotly.graph_objects as go

from hccviz.domain import format as fmt
from hccviz.domain.outcome_records import FailurePattern
from hccviz.figures import theme
from hccviz.figures.theme import Mode

DOT = 15
SHORT = {"locoregional": "Locoregional*"}
"""Names that need a star and a note under the figure."""


def draw_upset(pattern: FailurePattern, *, mode: Mode = "light") -> go.Figure:
    """Draw patients per combination as bars over a matrix that says which sites it holds."""
    columns = list(range(len(pattern.members)))
    traces: list[Any] = []
    totals = pattern.counts.sum(axis=0)
    many = len(pattern.group_labels) > 1
    for place, label in enumerate(pattern.group_labels):
        counts = pattern.counts[place].tolist()
        failed = pattern.n_failed[place]
        traces.append(
            go.Bar(
                x=columns,
                y=counts,
                name=theme.text(label, 30),
                width=0.62,
                marker={"color": theme.group_colour(place, mode)},
                customdata=[f"{fmt.of(c, failed)} of {failed} with a failure" for c in counts],
                hovertemplate="%{customdata}<extra>" + theme.text(label) + "</extra>",
                showlegend=many,
            )
        )
    traces += _matrix(pattern, mode)
    rows = len(pattern.sites)
    height = 300 + 34 * rows
    share = (34 * rows + 12) / (height - 74)
    return go.Figure(
        traces,
        theme.layout(
            mode,
            barmode="stack",
            legend={"traceorder": "normal"},
            height=height,
            margin={"l": 16, "t": 44, "b": 30, "r": 16},
            annotations=[
                {
                    "x": x,
                    "y": float(n),
                    "text": f"{int(n)}",
                    "showarrow": False,
                    "yanchor": "bottom",
                    "font": {"size": 14},
                }
                for x, n in zip(columns, totals, strict=True)
            ],
            xaxis={
                "range": [-0.6, max(len(columns) - 0.4, 1.6)],
                "showticklabels": False,
                "ticks": "",
                "showgrid": False,
                "anchor": "y2",
            },
            yaxis={
                "domain": [share, 1],
                "title": {"text": "Patients"},
                "rangemode": "tozero",
                "range": [0, float(totals.max(initial=1)) * 1.16],
                "automargin": True,
            },
            yaxis2=theme.axis(
                mode,
                domain=[0, share - 0.03],
                tickvals=list(range(rows)),
                ticktext=[
                    f"{SHORT.get(site, label)} ({_with(pattern, i)})"
                    for i, (site, label) in enumerate(
                        zip(pattern.sites, pattern.labels, strict=True)
                    )
                ],
                range=[rows - 0.4, -0.6],
                showgrid=False,
                automargin=True,
                ticks="",
            ),
        ),
    )


def _with(pattern: FailurePattern, site: int) -> int:
    """Return how many patients failed at one site, alone or with others."""
    return int(sum(n for m, n in zip(pattern.members, pattern.counts.sum(axis=0), strict=True)
                   if m[site]))  # fmt: skip


def _matrix(pattern: FailurePattern, mode: Mode) -> list[Any]:
    colours = theme.palette(mode)
    made: list[Any] = []
    for x, members in enumerate(pattern.members):
        held = [row for row, inside in enumerate(members) if inside]
        made.append(
            go.Scatter(
                x=[x] * len(members),
                y=list(range(len(members))),
                mode="markers",
                yaxis="y2",
                showlegend=False,
                hoverinfo="skip",
                marker={
                    "size": DOT,
                    "color": [colours.text if inside else colours.grid for inside in members],
                },
            )
        )
        made.append(
            go.Scatter(
                x=[x, x],
                y=[min(held), max(held)],
                mode="lines",
                yaxis="y2",
                showlegend=False,
                hoverinfo="skip",
                line={"color": colours.text, "width": 3},
            )
        )
    return made
