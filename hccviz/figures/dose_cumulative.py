"""Figure of the re-irradiation page: the courses of one organ, without and with recovery."""

from __future__ import annotations

import plotly.graph_objects as go

from hccviz.dose.reirradiation import OrganCumulative
from hccviz.figures import theme
from hccviz.figures.dose import ROW_HEIGHT, row_labels, rows_axis
from hccviz.figures.theme import Mode


def draw_cumulative(
    found: OrganCumulative, *, limit_eqd2_gy: float | None = None, mode: Mode = "light"
) -> go.Figure:
    """Draw the EQD2 of each course, stacked: without recovery on top, then each recovery model.

    Parameters
    ----------
    found
        Answer for one organ.
    limit_eqd2_gy
        Cumulative limit as EQD2 at the same α/β; no line is drawn when it cannot be compared.
    """
    shares = [(1.0,) * len(found.contributions), *(entry.remaining for entry in found.recovered)]
    names = ["Without recovery", *(entry.model.label for entry in found.recovered)]
    shares, names = shares[::-1], names[::-1]
    bars = [
        go.Bar(
            y=list(range(len(names))),
            x=[share[place] * item.eqd2_gy for share in shares],
            orientation="h",
            width=0.4,
            name=f"course {place + 1}",
            marker={"color": theme.group_colour(place, mode)},
            hovertemplate=f"course {place + 1}: %{{x:.2f}} Gy<extra></extra>",
        )
        for place, item in enumerate(found.contributions)
    ]
    line = []
    if limit_eqd2_gy is not None:
        line = [
            {"type": "line", "x0": limit_eqd2_gy, "x1": limit_eqd2_gy, "y0": 0, "y1": 1,
             "yref": "paper",
             "line": {"color": theme.palette(mode).text, "width": 2, "dash": "dash"}}
        ]  # fmt: skip
    return go.Figure(
        bars,
        theme.layout(
            mode,
            barmode="stack",
            height=130 + ROW_HEIGHT * len(names),
            margin={"l": 8, "t": 40},
            shapes=line,
            legend={"traceorder": "normal"},
            annotations=row_labels([theme.text(name) for name in names], mode),
            xaxis={"title": {"text": "EQD2 (Gy)"}, "rangemode": "tozero"},
            yaxis=rows_axis(len(names)),
        ),
    )
