"""One patient's course: treatments, findings and markers over one time axis."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from textwrap import wrap
from typing import Any

import plotly.graph_objects as go

from hccviz.domain.case_format import details, when
from hccviz.domain.case_records import (
    FINDINGS,
    MARKERS,
    TREATMENTS,
    CaseCourse,
    CaseEvent,
    MarkerValue,
)
from hccviz.figures import theme
from hccviz.figures.theme import Mode

LANE_PX, MARKERS_PX, GAP_PX, FOOT_PX, HEAD_PX = 34, 210, 46, 50, 10
_SYMBOLS = {"diagnosis": "circle", "recurrence": "diamond", "progression": "triangle-up",
            "metastasis": "star", "response": "circle", "toxicity": "x", "imaging": "square",
            "follow_up": "circle", "death": "cross"}  # fmt: skip
_BOUNDS = {"": "circle", "<": "triangle-down", ">": "triangle-up"}
_LONGEST_NOTE = 420
_YEARS_ONLY = 60.0
_SIDES = ("top center", "bottom center")  # labels in turn, so that neighbours do not touch


def draw_timeline(course: CaseCourse, *, months: bool = False, mode: Mode = "light") -> go.Figure:
    """Draw the course in up to three panels; a panel without anything to show is left out.

    Parameters
    ----------
    months
        True for months since the first event, where the file has dates.
    """
    dates = course.calendar and not months
    lanes = [
        {kind: label for kind, label in kinds.items() if any(e.kind == kind for e in course.events)}
        for kinds in (TREATMENTS, FINDINGS)
    ]
    marked = [event for event in course.events if event.markers]
    panels: list[tuple[int, dict[str, str]]] = [(LANE_PX * len(k), k) for k in lanes if k]
    heights = [height for height, _ in panels] + ([MARKERS_PX] if marked else [])
    domains = _domains(heights)
    traces: list[Any] = []
    axes: dict[str, Any] = {}
    for place, (_, kinds) in enumerate(panels):
        name = _axis_name(place)
        traces += _lanes(course, kinds, name, dates, mode)
        axes[f"yaxis{name[1:]}"] = _lane_axis(kinds, domains[place], mode)
    if marked:
        name = _axis_name(len(panels))
        traces += _markers(marked, name, dates, mode)
        axes[f"yaxis{name[1:]}"] = _marker_axis(domains[-1], mode)
    return go.Figure(
        traces,
        theme.layout(
            mode,
            height=HEAD_PX + FOOT_PX + sum(heights) + GAP_PX * max(len(heights) - 1, 0),
            margin={"l": 8, "t": HEAD_PX, "b": FOOT_PX, "r": 18},
            legend=_legend(domains[-1] if domains else [0.0, 1.0]),
            xaxis=_time_axis(course, dates, _axis_name(max(len(heights) - 1, 0))),
            **axes,
        ),
    )


def _axis_name(place: int) -> str:
    return "y" if place == 0 else f"y{place + 1}"


def _domains(heights: Sequence[int]) -> list[list[float]]:
    """Return the share of the height that each panel takes, the first one on top."""
    total = sum(heights) + GAP_PX * max(len(heights) - 1, 0)
    domains, top = [], float(total)
    for height in heights:
        domains.append([max(0.0, (top - height) / total), top / total])
        top -= height + GAP_PX
    return domains


def _x(event: CaseEvent, dates: bool, *, end: bool = False) -> Any:
    if dates:
        day = event.day_to if end else event.day
        return None if day is None else day.isoformat()
    return event.months_to if end else event.months


def _lanes(
    course: CaseCourse, kinds: dict[str, str], axis: str, dates: bool, mode: Mode
) -> list[Any]:
    traces = []
    for lane, kind in enumerate(kinds):
        events = [event for event in course.events if event.kind == kind]
        colour = _colour(kind, mode)
        traces += [
            _span(event, lane, axis, colour, dates)
            for event in events
            if event.months_to is not None
        ]
        traces.append(_points(events, lane, axis, colour, dates, _labels(course, events)))
    return traces


def _points(
    events: list[CaseEvent], lane: int, axis: str, colour: str, dates: bool, labels: list[str]
) -> Any:
    symbols = [_SYMBOLS.get(e.kind, "square") + ("-open" if e.approximate else "") for e in events]
    return go.Scatter(
        x=[_x(event, dates) for event in events],
        y=[lane] * len(events),
        yaxis=axis,
        mode="markers+text" if any(labels) else "markers",
        text=labels,
        textposition=[_SIDES[place % 2] for place in range(len(events))],
        textfont={"size": 11.5, "color": colour},
        cliponaxis=False,
        marker={"symbol": symbols, "size": 12, "color": colour, "line": {"width": 2}},
        customdata=[_hover(event) for event in events],
        hovertemplate="%{customdata}<extra></extra>",
        showlegend=False,
    )


def _span(event: CaseEvent, lane: int, axis: str, colour: str, dates: bool) -> Any:
    return go.Scatter(
        x=[_x(event, dates), _x(event, dates, end=True)],
        y=[lane, lane],
        yaxis=axis,
        mode="lines",
        line={"color": theme.faded(colour, 0.35 if event.approximate else 0.7), "width": 10},
        customdata=[_hover(event)] * 2,
        hovertemplate="%{customdata}<extra></extra>",
        showlegend=False,
    )


def _labels(course: CaseCourse, events: list[CaseEvent]) -> list[str]:
    """Return the schedules over radiotherapy marks, or none when they would lie on each other."""
    if not any(event.bed_gy for event in events):
        return [""] * len(events)
    span = (course.events[-1].months - course.events[0].months) or 1.0
    starts = [event.months for event in events]
    near = any(b - a < 0.06 * span for a, b in pairwise(starts))
    if near:
        return [""] * len(events)
    return [
        f"{event.total_dose_gy:g}/{event.fractions}" if event.bed_gy else "" for event in events
    ]


def _colour(kind: str, mode: Mode) -> str:
    if kind in TREATMENTS:
        return theme.group_colour(list(TREATMENTS).index(kind), mode)
    if kind in ("recurrence", "progression", "metastasis"):
        return theme.RESPONSE["PD"]
    if kind == "response":
        return theme.RESPONSE["PR"]
    if kind == "toxicity":
        return theme.GRADES[3]
    palette = theme.palette(mode)
    return palette.text if kind in ("diagnosis", "death") else palette.muted


def _hover(event: CaseEvent) -> str:
    head = f"<b>{event.label}</b>, {theme.text(when(event), 40)}"
    note = event.note if len(event.note) <= _LONGEST_NOTE else f"{event.note[:_LONGEST_NOTE]}…"
    lines = [*wrap(event.site[:120], 46), *wrap(details(event), 46), *wrap(note, 46)]
    return "<br>".join([head, *(theme.text(line) for line in lines if line)])


def _markers(events: list[CaseEvent], axis: str, dates: bool, mode: Mode) -> list[Any]:
    traces = []
    for place, (code, label) in enumerate(MARKERS.items()):
        there = [(e, m) for e in events if (m := (e.markers or {}).get(code)) is not None]
        if there:
            traces.append(_marker_line(there, label, place, axis, dates, mode))
    return traces


def _marker_line(
    there: list[tuple[CaseEvent, MarkerValue]],
    label: str,
    place: int,
    axis: str,
    dates: bool,
    mode: Mode,
) -> Any:
    colour = theme.group_colour(place, mode)
    return go.Scatter(
        x=[_x(event, dates) for event, _ in there],
        y=[value.value for _, value in there],
        yaxis=axis,
        mode="lines+markers",
        name=label,
        line={"color": colour, "width": 1.5, "dash": "solid" if place == 0 else "dash"},
        marker={
            "symbol": [_BOUNDS[value.bound] for _, value in there],
            "size": 10,
            "color": colour,
        },
        customdata=[_hover(event) for event, _ in there],
        hovertemplate="%{customdata}<extra></extra>",
    )


def _lane_axis(kinds: dict[str, str], domain: list[float], mode: Mode) -> dict[str, Any]:
    return theme.axis(
        mode,
        domain=domain,
        tickvals=list(range(len(kinds))),
        ticktext=list(kinds.values()),
        tickfont={"size": 12.5},
        range=[len(kinds) - 0.4, -0.75],
        automargin=True,
        ticks="",
    )


def _marker_axis(domain: list[float], mode: Mode) -> dict[str, Any]:
    return theme.axis(
        mode,
        domain=domain,
        type="log",
        dtick=1,
        tickformat=",~r",
        automargin=True,
        title={"text": "Markers (log)", "font": {"size": 12.5}},
    )


def _time_axis(course: CaseCourse, dates: bool, anchor: str) -> dict[str, Any]:
    span = course.events[-1].months - course.events[0].months if course.events else 0.0
    axis: dict[str, Any] = {"anchor": anchor, "automargin": True, "tickangle": 0}
    if dates:  # a month and its year need more room than a year
        many, title = (8 if span > _YEARS_ONLY else 4), {"text": "Date", "font": {"size": 13}}
        return {**axis, "type": "date", "nticks": many, "title": title}
    origin = " since the first event" if course.calendar else ""
    return {**axis, "nticks": 8, "title": {"text": f"Months{origin}", "font": {"size": 13}}}


def _legend(domain: list[float]) -> dict[str, Any]:
    return {"y": domain[1], "yanchor": "bottom", "x": 0, "itemclick": False,
            "itemdoubleclick": False, "font": {"size": 12.5}}  # fmt: skip
