"""Stacked response bars."""

from __future__ import annotations

import plotly.graph_objects as go

from hccviz.domain import vocabulary
from hccviz.domain.records import ResponseEstimate
from hccviz.figures import theme
from hccviz.figures.theme import Mode


def draw_response(
    estimate: ResponseEstimate, *, mode: Mode = "light", evaluable: bool = True
) -> go.Figure:
    """Draw one stacked bar per group: shares of CR, PR, SD, PD, and NE when all patients count.

    Parameters
    ----------
    evaluable
        Share of evaluable patients (CR + PR + SD + PD); else of all patients, with "not
        evaluable" and "not recorded" as segments.
    """
    labels = {lv.code: lv.label for lv in vocabulary.response_levels()}
    shown = [code for code in estimate.levels if code != "NE" or not evaluable]
    groups = estimate.groups
    names = [theme.text(g.label, 30) for g in groups]
    sizes = [g.n_evaluable if evaluable else g.n_all for g in groups]
    bars = []
    for code in shown:
        counts = [g.counts[estimate.levels.index(code)] for g in groups]
        bars.append(_bar(code, labels[code], names, counts, sizes, theme.RESPONSE[code]))
    missing = [g.n_missing for g in groups]
    if not evaluable and any(missing):
        bars.append(_bar("–", vocabulary.UNKNOWN_LABEL, names, missing, sizes, "#d5dade"))
    ticks = [f"{name}<br>n = {size}" for name, size in zip(names, sizes, strict=True)]
    return go.Figure(
        bars,
        theme.layout(
            mode,
            barmode="stack",
            uniformtext={"minsize": 10, "mode": "hide"},
            bargap=0.35,
            height=120 + 62 * max(2, len(groups)),
            margin={"l": 12, "t": 40, "b": 58},
            legend={"traceorder": "normal"},
            xaxis={
                "range": [0, 1.002],
                "dtick": 0.25,
                "tickformat": ".0%",
                "title": {"text": "of evaluable patients" if evaluable else "of all patients"},
            },
            yaxis={
                "autorange": "reversed",
                "tickvals": names,
                "ticktext": ticks,
                "automargin": True,
                "showgrid": False,
            },
        ),
    )


def _bar(
    code: str, label: str, names: list[str], counts: list[int], sizes: list[int], colour: str
) -> go.Bar:
    shares = [c / n if n else 0.0 for c, n in zip(counts, sizes, strict=True)]
    inside = [f"{code} {c}" if s >= 0.07 else "" for c, s in zip(counts, shares, strict=True)]
    dark_text = code in ("SD", "NE", "–", "PR")
    return go.Bar(
        x=shares,
        y=names,
        orientation="h",
        name=label,
        text=inside,
        textposition="inside",
        insidetextanchor="middle",
        textangle=0,
        customdata=counts,
        insidetextfont={"color": "#14202a" if dark_text else "#ffffff", "size": 13},
        marker={"color": colour, "line": {"width": 1, "color": "rgba(255,255,255,0.6)"}},
        hovertemplate=f"{label}: %{{customdata}} (%{{x:.1%}})<extra>%{{y}}</extra>",
    )
