"""A rate over dose: the fitted curve with its band over the observed rates with their n."""

from __future__ import annotations

from typing import Any

import plotly.graph_objects as go

from hccviz.domain import format as fmt
from hccviz.domain.outcome_records import DoseBin, DoseResponse
from hccviz.figures import theme
from hccviz.figures.theme import Mode


def draw_dose_response(
    estimate: DoseResponse, *, mode: Mode = "light", what: str = "Response"
) -> go.Figure:
    """Draw the logistic curve and band over observed rates; the size of a point is its n."""
    colour = theme.group_colour(0, mode)
    traces: list[Any] = []
    if len(estimate.dose):
        edge = {"mode": "lines", "line": {"width": 0}, "hoverinfo": "skip", "showlegend": False}
        traces += [
            go.Scatter(x=estimate.dose, y=estimate.high, **edge),
            go.Scatter(
                x=estimate.dose, y=estimate.low, fill="tonexty",
                fillcolor=theme.faded(colour, 0.16), **edge,
            ),
            go.Scatter(
                x=estimate.dose, y=estimate.share, mode="lines", showlegend=False,
                line={"color": colour, "width": 2.4},
                hovertemplate="%{x:.1f}: %{y:.1%}<extra>logistic fit</extra>",
            ),
        ]  # fmt: skip
    traces.append(_observed(estimate.bins, mode))
    xs = [b.mean for b in estimate.bins]
    return go.Figure(
        traces,
        theme.layout(
            mode,
            height=400,
            margin={"l": 60, "t": 34, "b": 52, "r": 18},
            annotations=[_size(b, place, mode) for place, b in enumerate(estimate.bins)],
            xaxis={
                "title": {"text": _axis(estimate)},
                "showgrid": False,
                "range": _padded(min(xs), max(xs)) if xs else [0, 1],
            },
            yaxis={
                "range": [-0.03, 1.17],
                "tickformat": ".0%",
                "tickvals": [0, 0.25, 0.5, 0.75, 1],
                "title": {"text": theme.text(what, 40)},
            },
        ),
    )


def _observed(bins: tuple[DoseBin, ...], mode: Mode) -> Any:
    dark = theme.palette(mode).text
    shares = [b.rate.share for b in bins]
    return go.Scatter(
        x=[b.mean for b in bins],
        y=[s.value or 0.0 for s in shares],
        mode="markers",
        showlegend=False,
        marker={"color": dark, "size": [min(7 + b.rate.n**0.5, 20) for b in bins]},
        error_y={
            "type": "data",
            "symmetric": False,
            "array": [(s.high or 0.0) - (s.value or 0.0) for s in shares],
            "arrayminus": [(s.value or 0.0) - (s.low or 0.0) for s in shares],
            "color": dark,
            "thickness": 1.4,
            "width": 4,
        },
        customdata=[[span_of(b), fmt.proportion(b.rate)] for b in bins],
        hovertemplate="%{customdata[0]}: %{customdata[1]}<extra>observed</extra>",
    )


def draw_grades_by_dose(estimate: DoseResponse, *, mode: Mode = "light") -> go.Figure:
    """Draw worst grades in every dose bin as one stacked bar of shares."""
    names = [f"{span_of(b)}<br>n = {b.rate.n:,}" for b in estimate.bins]
    bars = []
    for place, code in enumerate(estimate.levels):
        counts = [b.counts[place] for b in estimate.bins]
        if not any(counts):
            continue
        shares = [c / b.rate.n for c, b in zip(counts, estimate.bins, strict=True)]
        bars.append(
            go.Bar(
                x=shares,
                y=names,
                orientation="h",
                name=f"Grade {code}",
                text=[str(c) if s >= 0.05 else "" for c, s in zip(counts, shares, strict=True)],
                textposition="inside",
                insidetextanchor="middle",
                textangle=0,
                insidetextfont={"color": theme.on_grade(int(code)), "size": 12.5},
                customdata=counts,
                marker={
                    "color": theme.GRADES[int(code)],
                    "line": {"width": 1, "color": "rgba(255,255,255,0.5)"},
                },
                hovertemplate=f"Grade {code}: %{{customdata}} (%{{x:.1%}})<extra>%{{y}}</extra>",
            )
        )
    return go.Figure(
        bars,
        theme.layout(
            mode,
            barmode="stack",
            bargap=0.3,
            height=150 + 52 * max(2, len(names)),
            margin={"l": 8, "t": 64, "b": 52, "r": 18},
            legend={"traceorder": "normal"},
            xaxis={
                "range": [0, 1.002],
                "dtick": 0.25,
                "tickformat": ".0%",
                "title": {"text": "of patients with a recorded grade", "font": {"size": 13}},
            },
            yaxis={
                "automargin": True,
                "showgrid": False,
                "autorange": "reversed",
                "title": {"text": _axis(estimate), "font": {"size": 13}},
            },
        ),
    )


def span_of(dose_bin: DoseBin) -> str:
    """Return the doses of a bin: ``"60"`` or ``"60 to 75"``."""
    low, high = fmt.plain(round(dose_bin.low, 1)), fmt.plain(round(dose_bin.high, 1))
    return low if low == high else f"{low} to {high}"


def _axis(estimate: DoseResponse) -> str:
    unit = f", {estimate.unit}" if estimate.unit else ""
    return theme.text(f"{estimate.label}{unit}")


def _padded(low: float, high: float) -> list[float]:
    margin = 0.08 * (high - low) or 5.0
    return [low - margin, high + margin]


def _size(dose_bin: DoseBin, place: int, mode: Mode) -> dict[str, Any]:
    return {
        "x": dose_bin.mean,
        "y": 1.13 - 0.065 * (place % 2),
        "text": f"n={dose_bin.rate.n:,}",
        "showarrow": False,
        "textangle": 0,
        "font": {"size": 11.5, "color": theme.palette(mode).muted},
    }
