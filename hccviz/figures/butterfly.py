"""Two groups' toxicity as a butterfly: bars to the left and to the right of the terms."""

from __future__ import annotations

from typing import Any

import plotly.graph_objects as go

from hccviz.domain.format import of, percent
from hccviz.domain.records import ToxicityEstimate, ToxicityGroup
from hccviz.figures import theme
from hccviz.figures.theme import Mode

STEPS = (0.1, 0.25, 0.5, 1.0)


def draw_butterfly(
    estimate: ToxicityEstimate, order: tuple[str, ...], *, mode: Mode = "light"
) -> go.Figure:
    """Draw any grade (pale) and grade 3 or more (full) of the first two groups, back to back."""
    left, right = estimate.groups[:2]
    codes = ["any", *order]
    rows = list(range(len(codes)))
    found = [{r.term: r for r in (g.overall, *g.rows)} for g in (left, right)]
    longest = max((f[c].any_grade.share.value or 0.0 for f in found for c in codes), default=0.0)
    reach = next((s for s in STEPS if longest <= s), 1.0)
    traces: list[Any] = []
    for place, (group, side) in enumerate(((left, -1), (right, 1))):
        traces += _wings(group, codes, rows, side, theme.group_colour(place, mode))
    names = [theme.lines(found[0][c].label, 24) for c in codes]
    step = 36 if any("<br>" in name for name in names) else 27
    ticks = [-reach, -reach / 2, 0, reach / 2, reach]
    return go.Figure(
        traces,
        theme.layout(
            mode,
            barmode="overlay",
            bargap=0.25,
            height=170 + step * len(codes),
            margin={"l": 8, "t": 20, "b": 52, "r": 14},
            xaxis={
                "range": [-reach * 1.03, reach * 1.03],
                "tickvals": ticks,
                "ticktext": [percent(abs(t), 0) for t in ticks],
                "title": {"text": "of patients with the term recorded", "font": {"size": 13}},
                "zeroline": True,
                "zerolinecolor": theme.palette(mode).text,
            },
            yaxis={
                "tickvals": rows,
                "ticktext": names,
                "tickfont": {"size": 12.5},
                "range": [len(codes) - 0.4, -0.6],
                "automargin": True,
                "showgrid": False,
                "ticks": "",
            },
        ),
    )


def _wings(
    group: ToxicityGroup, codes: list[str], rows: list[int], side: int, colour: str
) -> list[Any]:
    found = {r.term: r for r in (group.overall, *group.rows)}
    made = []
    for severe, words in ((False, "any grade"), (True, "grade ≥ 3")):
        rates = [found[c].severe if severe else found[c].any_grade for c in codes]
        made.append(
            go.Bar(
                x=[side * (r.share.value or 0.0) for r in rates],
                y=rows,
                orientation="h",
                name=f"{theme.text(group.label, 24)}, {words}",
                marker={"color": colour if severe else theme.faded(colour, 0.38)},
                customdata=[of(r.count, r.n) for r in rates],
                hovertemplate=f"{words}: %{{customdata}}<extra>{theme.text(group.label)}</extra>",
            )
        )
    return made
