"""Two criteria on the same patients: stacked bars side by side, and their cross-table."""

from __future__ import annotations

import plotly.graph_objects as go

from hccviz.domain import vocabulary
from hccviz.domain.format import percent
from hccviz.domain.outcome_records import Agreement
from hccviz.figures import theme
from hccviz.figures.theme import Mode


def short_name(column: str) -> str:
    """Return a criterion without the words that all share: ``"mRECIST, in-field"``."""
    return vocabulary.response_label(column).removeprefix("Response by ")


def draw_both(agreement: Agreement, *, mode: Mode = "light") -> go.Figure:
    """Draw one stacked bar per criterion, of the patients whom both rate."""
    names = [theme.text(short_name(c), 26) for c in (agreement.first, agreement.second)]
    labels = {lv.code: lv.label for lv in vocabulary.response_levels()}
    n = agreement.n
    bars = []
    for place, code in enumerate(agreement.levels):
        counts = [sum(agreement.table[place]), sum(row[place] for row in agreement.table)]
        bars.append(
            go.Bar(
                x=[c / n if n else 0.0 for c in counts],
                y=names,
                orientation="h",
                name=labels[code],
                text=[f"{code} {c}" if n and c / n >= 0.07 else "" for c in counts],
                textposition="inside",
                insidetextanchor="middle",
                textangle=0,
                customdata=counts,
                insidetextfont={"color": theme.on_response(code), "size": 13},
                marker={
                    "color": theme.RESPONSE[code],
                    "line": {"width": 1, "color": "rgba(255,255,255,0.6)"},
                },
                hovertemplate=f"{labels[code]}: %{{customdata}} (%{{x:.1%}})<extra>%{{y}}</extra>",
            )
        )
    return go.Figure(
        bars,
        theme.layout(
            mode,
            barmode="stack",
            bargap=0.3,
            height=280,
            margin={"l": 8, "t": 60, "b": 52, "r": 18},
            legend={"traceorder": "normal"},
            xaxis={
                "range": [0, 1.002],
                "dtick": 0.25,
                "tickformat": ".0%",
                "title": {"text": f"of {n:,} patients rated by both", "font": {"size": 13}},
            },
            yaxis={"autorange": "reversed", "automargin": True, "showgrid": False},
        ),
    )


def draw_cross(agreement: Agreement, *, mode: Mode = "light") -> go.Figure:
    """Draw the cross-table; the diagonal, where both agree, is framed."""
    levels, n = agreement.levels, agreement.n
    shares = [[c / n if n else 0.0 for c in row] for row in agreement.table]
    words = [
        [f"{c}<br>{percent(c / n, 0)}" if c and n else "0" for c in row] for row in agreement.table
    ]
    heat = go.Heatmap(
        z=shares,
        x=list(levels),
        y=list(levels),
        text=words,
        texttemplate="%{text}",
        textfont={"size": 13},
        colorscale=[list(stop) for stop in theme.HEAT[mode]],
        zmin=0,
        zmax=max(0.3, max((max(row) for row in shares), default=0.0)),
        showscale=False,
        xgap=2,
        ygap=2,
        hovertemplate="%{y} and %{x}: %{text}<extra></extra>",
    )
    frames = [
        {
            "type": "rect",
            "x0": i - 0.48,
            "x1": i + 0.48,
            "y0": i - 0.48,
            "y1": i + 0.48,
            "line": {"color": theme.palette(mode).text, "width": 1.4},
        }
        for i in range(len(levels))
    ]
    return go.Figure(
        [heat],
        theme.layout(
            mode,
            height=330,
            shapes=frames,
            margin={"l": 8, "t": 56, "b": 10, "r": 8},
            xaxis={
                "side": "top",
                "type": "category",
                "showgrid": False,
                "ticks": "",
                "title": {"text": theme.text(short_name(agreement.second), 34)},
            },
            yaxis={
                "autorange": "reversed",
                "type": "category",
                "automargin": True,
                "showgrid": False,
                "ticks": "",
                "title": {"text": theme.text(short_name(agreement.first), 34)},
            },
        ),
    )
