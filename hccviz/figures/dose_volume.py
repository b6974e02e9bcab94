"""Figure of a dose-volume histogram."""

from __future__ import annotations

import plotly.graph_objects as go

from hccviz.dose.dvh import Dvh
from hccviz.figures import theme
from hccviz.figures.theme import Mode

MOST_POINTS = 400


def draw_dvh(dvh: Dvh, *, mode: Mode = "light") -> go.Figure:
    """Draw the share of the organ that receives at least a dose, with its mean dose."""
    step = max(1, dvh.edge_dose_gy.size // MOST_POINTS)
    colours = theme.palette(mode)
    curve = go.Scatter(
        x=dvh.edge_dose_gy[::step],
        y=100 * dvh.edge_share[::step],
        mode="lines",
        line={"color": theme.group_colour(0, mode), "width": 2.5},
        hovertemplate="%{y:.2f} % receive %{x:.2f} Gy or more<extra></extra>",
    )
    mean = {"type": "line", "x0": dvh.mean_gy, "x1": dvh.mean_gy, "y0": 0, "y1": 1}
    style = {"color": theme.group_colour(1, mode), "width": 2}
    return go.Figure(
        [curve],
        theme.layout(
            mode,
            height=260,
            showlegend=False,
            shapes=[{**mean, "yref": "paper", "line": style}],
            annotations=[
                {"text": f"mean {dvh.mean_gy:.2f} Gy", "x": dvh.mean_gy, "y": 1, "yref": "paper",
                 "xanchor": "left", "xshift": 6, "showarrow": False,
                 "font": {"size": 13, "color": colours.muted}}
            ],
            xaxis={"title": {"text": "Dose (Gy)"}, "rangemode": "tozero"},
            yaxis={"title": {"text": "Volume (%)"}, "range": [0, 105]},
        ),
    )  # fmt: skip
