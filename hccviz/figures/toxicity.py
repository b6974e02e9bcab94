"""Term × grade heatmap."""

from __future__ import annotations

import plotly.graph_objects as go

from hccviz.domain.format import percent
from hccviz.domain.records import ToxicityGroup, ToxicityRow
from hccviz.figures import theme
from hccviz.figures.theme import Mode

COLUMNS = ("1", "2", "3", "4", "5", "any", "≥ 3")


def draw_toxicity(group: ToxicityGroup, *, mode: Mode = "light", title: str = "") -> go.Figure:
    """Draw worst grade per term of one group: n and % in each cell, the row over all terms first.

    The denominator of a row is the number of patients with that term recorded.
    """
    rows = [group.overall, *group.rows]
    shares = [[n / row.n if row.n else 0.0 for n in _cells(row)] for row in rows]
    words = [[_word(n, row.n) for n in _cells(row)] for row in rows]
    names = [theme.text(row.label, 28) for row in rows]
    heat = go.Heatmap(
        z=shares,
        x=list(COLUMNS),
        y=list(range(len(rows))),
        text=words,
        texttemplate="%{text}",
        textfont={"size": 12},
        colorscale=[list(stop) for stop in theme.HEAT[mode]],
        zmin=0,
        zmax=max(0.3, max((max(r) for r in shares), default=0.0)),
        showscale=False,
        xgap=2,
        ygap=2,
        customdata=[[row.n] * len(COLUMNS) for row in rows],
        hovertemplate="%{x}: %{text}, of %{customdata} recorded<extra></extra>",
    )
    return go.Figure(
        [heat],
        theme.layout(
            mode,
            height=120 + 38 * len(rows),
            margin={"l": 8, "t": 58 if title else 34, "b": 10, "r": 8},
            title={
                "text": theme.text(title, 60),
                "font": {"size": 15},
                "x": 0,
                "y": 0.99,
                "yanchor": "top",
            },
            xaxis={
                "side": "top",
                "type": "category",
                "showgrid": False,
                "tickfont": {"size": 12},
                "ticks": "",
            },
            yaxis={
                "autorange": "reversed",
                "tickvals": list(range(len(rows))),
                "ticktext": names,
                "automargin": True,
                "showgrid": False,
                "ticks": "",
            },
        ),
    )


def _cells(row: ToxicityRow) -> list[int]:
    return [*row.grades[1:], row.any_grade.count, row.severe.count]


def _word(n: int, of: int) -> str:
    if of == 0:
        return "–"
    return f"{n}<br>{percent(n / of, 0)}" if n else "0"
