"""Term × grade heatmap."""

from __future__ import annotations

from typing import Any

import plotly.graph_objects as go

from hccviz.domain.format import percent
from hccviz.domain.records import ToxicityGroup, ToxicityRow
from hccviz.figures import theme
from hccviz.figures.theme import Mode

ROW_PX = 38
COLUMNS = ("1", "2", "3", "4", "5", "any", "≥ 3")


def draw_toxicity(
    group: ToxicityGroup,
    order: tuple[tuple[str, tuple[str, ...]], ...] = (),
    *,
    mode: Mode = "light",
    title: str = "",
) -> go.Figure:
    """Draw worst grade per term of one group: n and % in each cell, the row over all terms first.

    The denominator of a row is the number of patients with that term recorded.

    Parameters
    ----------
    order
        Headings with their terms, from top to bottom; a heading ``""`` is not drawn. Without it
        the terms stand as in the record.
    """
    found = {row.term: row for row in group.rows}
    rows: list[ToxicityRow | str] = [group.overall]
    for words, terms in order or (("", tuple(found)),):
        rows += [words] if words else []
        rows += [found[term] for term in terms]
    places = [y for y, row in enumerate(rows) if not isinstance(row, str)]
    heads = [(row, y) for y, row in enumerate(rows) if isinstance(row, str)]
    shares = [_shares(row) for row in rows]
    names = [theme.lines(row.label, 20) for row in rows if not isinstance(row, str)]
    heat = go.Heatmap(
        z=shares,
        x=list(COLUMNS),
        y=list(range(len(rows))),
        text=[_words(row) for row in rows],
        texttemplate="%{text}",
        textfont={"size": 11},
        colorscale=[list(stop) for stop in theme.HEAT[mode]],
        zmin=0,
        zmax=max(0.3, *(s for r in shares for s in r if s is not None)),
        showscale=False,
        xgap=2,
        ygap=2,
        customdata=[[_recorded(row)] * len(COLUMNS) for row in rows],
        hovertemplate="%{x}: %{text}, of %{customdata}<extra></extra>",
    )
    return go.Figure(
        [heat],
        theme.layout(
            mode,
            height=82 + ROW_PX * len(rows),
            annotations=[_heading(words, y, mode) for words, y in heads],
            margin={"l": 8, "t": 58 if title else 34, "b": 10, "r": 8},
            title={
                "text": theme.text(title, 60),
                "font": {"size": 15},
                "x": 0,
                "y": 1,
                "yref": "container",
                "yanchor": "top",
                "pad": {"t": 8},
            },
            xaxis={
                "side": "top",
                "type": "category",
                "showgrid": False,
                "tickfont": {"size": 12},
                "ticks": "",
            },
            yaxis={
                "range": [len(rows) - 0.48, -0.52],
                "tickvals": places,
                "ticktext": names,
                "tickfont": {"size": 12.5},
                "automargin": True,
                "showgrid": False,
                "ticks": "",
            },
        ),
    )


def _heading(words: str, y: int, mode: Mode) -> dict[str, Any]:
    return {
        "x": 0,
        "xref": "paper",
        "xanchor": "left",
        "y": y + 0.12,
        "yanchor": "middle",
        "text": f"<b>{theme.text(words)}</b>",
        "showarrow": False,
        "font": {"size": 12.5, "color": theme.palette(mode).muted},
    }


def _shares(row: ToxicityRow | str) -> list[float | None]:
    if isinstance(row, str):
        return [None] * len(COLUMNS)
    return [n / row.n if row.n else 0.0 for n in _cells(row)]


def _recorded(row: ToxicityRow | str) -> str:
    return "" if isinstance(row, str) else f"{row.n:,} recorded<br>{theme.text(row.label)}"


def _words(row: ToxicityRow | str) -> list[str]:
    if isinstance(row, str):
        return [""] * len(COLUMNS)
    return [_word(n, row.n) for n in _cells(row)]


def _cells(row: ToxicityRow) -> list[int]:
    return [*row.grades[1:], row.any_grade.count, row.severe.count]


def _word(n: int, of: int) -> str:
    if of == 0:
        return "–"
    return f"{n}<br>{percent(n / of, 0)}" if n else "0"
