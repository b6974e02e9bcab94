"""Patient × term map: each patient a column, the worst grade a colour."""

from __future__ import annotations

from typing import Any

import numpy as np
import plotly.graph_objects as go

from hccviz.domain.outcome_records import PatientMap
from hccviz.figures import theme
from hccviz.figures.theme import Mode

MOST_COLUMNS = 1200


def draw_patient_map(
    patients: PatientMap, order: tuple[str, ...], *, mode: Mode = "light"
) -> go.Figure:
    """Draw the map; the most burdened patient is on the left."""
    rows = [patients.terms.index(term) for term in order]
    n = patients.grades.shape[1]
    keep = np.unique(np.linspace(0, max(n - 1, 0), min(n, MOST_COLUMNS)).round().astype(np.int64))
    grades = patients.grades[rows][:, keep].astype(np.int64)
    names = [theme.lines(patients.labels[r], 24) for r in rows]
    step = 36 if any("<br>" in name for name in names) else 27
    few = len(keep) <= 80
    heat = go.Heatmap(
        z=grades,
        colorscale=_scale(mode),
        zmin=-1.5,
        zmax=5.5,
        showscale=False,
        xgap=1 if few else 0,
        ygap=1.5,
        customdata=np.where(grades < 0, "not recorded", np.char.add("grade ", grades.astype(str))),
        hovertemplate="%{customdata}<extra></extra>",
        x=list(range(len(keep))),
        y=list(range(len(rows))),
    )
    return go.Figure(
        [heat, *_legend(mode)],
        theme.layout(
            mode,
            height=190 + step * max(len(rows), 3),
            margin={"l": 8, "t": 20, "b": 36, "r": 10},
            legend={"itemclick": False,
                    "itemdoubleclick": False},
            xaxis={
                "showticklabels": False,
                "ticks": "",
                "showgrid": False,
                "range": [-0.5, max(len(keep), 1) - 0.5],
                "title": {"text": "Patients, most toxicity first", "font": {"size": 13}},
            },
            yaxis={
                "tickvals": list(range(len(rows))),
                "ticktext": names,
                "tickfont": {"size": 12.5},
                "range": [len(rows) - 0.5, -0.5],
                "automargin": True,
                "showgrid": False,
                "ticks": "",
            },
        ),
    )  # fmt: skip


def colours(mode: Mode) -> tuple[str, ...]:
    """Return the colours of "not recorded" and grades 0-5."""
    blank = "#ffffff" if mode == "light" else "#0e1519"
    return (blank, *theme.GRADES)


def _scale(mode: Mode) -> list[list[Any]]:
    """Return seven flat steps for -1 … 5."""
    steps: list[list[Any]] = []
    for place, colour in enumerate(colours(mode)):
        steps += [[place / 7, colour], [(place + 1) / 7, colour]]
    return steps


def _legend(mode: Mode) -> list[Any]:
    names = ("Not recorded", *(f"Grade {g}" for g in range(6)))
    return [
        go.Scatter(
            x=[None],
            y=[None],
            mode="markers",
            name=name,
            marker={
                "symbol": "square",
                "size": 12,
                "color": colour,
                "line": {"width": 1, "color": theme.palette(mode).muted},
            },
        )
        for name, colour in zip(names, colours(mode), strict=True)
    ]
