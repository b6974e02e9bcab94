"""Figures of the dose calculator: tornado over α/β, curves of equal effect, strips of doses."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import plotly.graph_objects as go

from hccviz.analysis.bridge import DoseStrip
from hccviz.dose.comparison import IsoeffectCurve, TissueDose
from hccviz.dose.lq import Course, plain
from hccviz.figures import theme
from hccviz.figures.theme import Mode

ROW_HEIGHT = 46


def draw_tornado(doses: Sequence[TissueDose], *, mode: Mode = "light") -> go.Figure:
    """Draw EQD2 over the α/β band of each tissue, the widest on top, a mark at the value offered.

    Parameters
    ----------
    doses
        Tissues with a band, the widest spread first.
    """
    ordered = list(reversed(doses))
    names = [theme.text(dose.tissue.label) for dose in ordered]
    rows = list(range(len(ordered)))
    low = [min(dose.eqd2_at_low_gy, dose.eqd2_at_high_gy) for dose in ordered]
    colours = theme.palette(mode)
    bars = go.Bar(
        y=rows,
        x=[dose.eqd2_spread_gy for dose in ordered],
        base=low,
        orientation="h",
        width=0.4,
        name="over the α/β band",
        marker={"color": theme.faded(colours.groups[0], 0.45)},
        customdata=[
            [
                f"{dose.eqd2_at_low_gy:.2f}",
                f"{dose.eqd2_at_high_gy:.2f}",
                plain(dose.tissue.low_gy),
                plain(dose.tissue.high_gy),
            ]
            for dose in ordered
        ],
        hovertext=names,
        hovertemplate="%{hovertext}: %{customdata[0]} Gy at α/β %{customdata[2]}, "
        "%{customdata[1]} Gy at α/β %{customdata[3]}<extra></extra>",
    )
    points = go.Scatter(
        y=rows,
        x=[dose.eqd2_gy for dose in ordered],
        mode="markers",
        name="at the α/β offered",
        marker={"color": colours.groups[1], "size": 11, "symbol": "diamond"},
        hovertext=names,
        hovertemplate="%{hovertext}: %{x:.2f} Gy<extra></extra>",
    )
    return go.Figure(
        [bars, points],
        theme.layout(
            mode,
            height=130 + ROW_HEIGHT * len(ordered),
            margin={"t": 56, "l": 8},
            annotations=row_labels(names, mode),
            xaxis={"title": {"text": "EQD2 (Gy)"}, "rangemode": "tozero"},
            yaxis=rows_axis(len(rows)),
        ),
    )


def draw_isoeffect(
    curves: Sequence[tuple[str, IsoeffectCurve]], course: Course, *, mode: Mode = "light"
) -> go.Figure:
    """Draw total dose against dose per fraction at equal BED, one curve per model, and the course.

    Parameters
    ----------
    curves
        Name of the model and its curve.
    course
        The schedule whose effect the curves keep.
    """
    lines = [
        go.Scatter(
            x=curve.dose_per_fraction_gy,
            y=curve.total_dose_gy,
            mode="lines",
            name=theme.text(name),
            line={"color": theme.group_colour(i, mode), "dash": theme.DASHES[i], "width": 2.5},
            customdata=curve.fractions,
            hovertemplate="%{customdata:.2f} fractions of %{x:.2f} Gy: %{y:.2f} Gy<extra></extra>",
        )
        for i, (name, curve) in enumerate(curves)
    ]
    point = go.Scatter(
        x=[course.dose_per_fraction_gy],
        y=[course.total_dose_gy],
        mode="markers",
        name="this schedule",
        marker={"color": theme.palette(mode).text, "size": 11, "symbol": "diamond"},
        hovertemplate=f"{theme.text(course.text)}<extra></extra>",
    )
    return go.Figure(
        [*lines, point],
        theme.layout(
            mode,
            height=360,
            margin={"t": 40},
            xaxis={"title": {"text": "Dose per fraction (Gy)"}, "rangemode": "tozero"},
            yaxis={"title": {"text": "Total dose (Gy)"}, "rangemode": "tozero"},
        ),
    )


def row_labels(names: Sequence[str], mode: Mode) -> list[dict[str, Any]]:
    """Return the names of horizontal rows as text above each row, so that a phone has room."""
    return [
        {"text": name, "x": 0, "xref": "paper", "xanchor": "left", "y": place + 0.22,
         "yanchor": "bottom", "showarrow": False, "align": "left",
         "font": {"size": 13, "color": theme.palette(mode).muted}}
        for place, name in enumerate(names)
    ]  # fmt: skip


def rows_axis(rows: int) -> dict[str, Any]:
    """Return an axis of unnamed rows from 0 upwards, with room for the label above each."""
    return {"showticklabels": False, "showgrid": False, "range": [-0.4, rows - 0.2]}


def draw_strip(
    strips: Sequence[DoseStrip], bed_gy: float, window: tuple[float, float], *, mode: Mode = "light"
) -> go.Figure:
    """Draw where the doses of each cohort lie, one row per cohort, and the dose in question.

    Parameters
    ----------
    strips
        Cohorts with a recorded dose; the darkness of a field is the share of its patients.
    bed_gy, window
        The dose in question, and the range that counts as near it, Gy.
    """
    colours = theme.palette(mode)
    shown = [strip for strip in reversed(strips) if strip.n]
    rows = []
    for place, strip in enumerate(shown):
        most = max(strip.counts)
        fields = [
            (low, high, count)
            for low, high, count in zip(strip.edges, strip.edges[1:], strip.counts, strict=False)
            if count
        ]
        rows.append(
            go.Bar(
                y=[place] * len(fields),
                base=[low for low, _, _ in fields],
                x=[high - low for low, high, _ in fields],
                orientation="h",
                width=0.4,
                marker={
                    "color": [
                        theme.faded(colours.groups[0], 0.2 + 0.8 * count / most)
                        for _, _, count in fields
                    ]
                },
                customdata=[[f"{low:g}", f"{high:g}", count] for low, high, count in fields],
                hovertemplate="BED %{customdata[0]} to <%{customdata[1]} Gy: "
                "%{customdata[2]} patients<extra></extra>",
            )
        )
    line = {"color": colours.groups[1], "width": 2.5}
    shapes = [
        {"type": "rect", "x0": window[0], "x1": window[1], "y0": 0, "y1": 1, "yref": "paper",
         "fillcolor": theme.faded(colours.groups[1], 0.15), "line": {"width": 0}},
        {"type": "line", "x0": bed_gy, "x1": bed_gy, "y0": 0, "y1": 1, "yref": "paper",
         "line": line},
    ]  # fmt: skip
    return go.Figure(
        rows,
        theme.layout(
            mode,
            height=100 + ROW_HEIGHT * len(shown),
            showlegend=False,
            barmode="overlay",
            margin={"l": 8, "t": 8},
            shapes=shapes,
            annotations=row_labels([f"{theme.text(s.title)} ({s.n:,})" for s in shown], mode),
            xaxis={"title": {"text": "BED (Gy)"}},
            yaxis=rows_axis(len(shown)),
        ),
    )
