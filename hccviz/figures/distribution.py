"""Histograms of the baseline page and the strip of a dose among a cohort's doses."""

from __future__ import annotations

from itertools import pairwise

import plotly.graph_objects as go

from hccviz.domain.records import Histogram
from hccviz.domain.vocabulary import Variable
from hccviz.figures import theme
from hccviz.figures.theme import Mode

EDGE = "rgba(255,255,255,0.7)"


def draw_histogram(histogram: Histogram, variable: Variable, *, mode: Mode = "light") -> go.Figure:
    """Draw patients per bin; groups are stacked."""
    edges = histogram.edges
    centres = (edges[:-1] + edges[1:]) / 2
    width = float(edges[1] - edges[0])
    bars = [
        go.Bar(
            x=centres,
            y=histogram.counts[i],
            width=width,
            name=theme.text(label, 30),
            customdata=[[f"{a:g}", f"{b:g}"] for a, b in pairwise(edges)],
            marker={"color": theme.group_colour(i, mode), "line": {"width": 0.5, "color": EDGE}},
            hovertemplate="%{customdata[0]} to <%{customdata[1]}: %{y} patients<extra></extra>",
        )
        for i, label in enumerate(histogram.group_labels)
    ]
    return go.Figure(
        bars,
        theme.layout(
            mode,
            barmode="stack",
            bargap=0,
            height=300,
            showlegend=len(bars) > 1,
            margin={"t": 30},
            xaxis={"title": {"text": theme.text(variable.label_with_unit)}, "showgrid": False},
            yaxis={"title": {"text": "Patients"}},
        ),
    )
