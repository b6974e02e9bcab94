"""Forest plots: one row per subgroup, boxes by events, limits as lines, all patients first."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

import plotly.graph_objects as go

from hccviz.domain import format as fmt
from hccviz.domain.records import Quantity, TestResult
from hccviz.domain.subgroup_records import RateForest, RateForestRow
from hccviz.domain.survival_records import ForestEstimate, ForestRow
from hccviz.figures import theme
from hccviz.figures.theme import Mode

ROW_PX, TOP_PX, BOTTOM_PX, LEFT_PX, RIGHT_PX = 32, 34, 108, 138, 112
ONE_LINE = 21
FARTHEST = 16.0  # no limit stretches an axis of ratios farther than this from 1
_EDGE = 200.0
_BOX = 17.0


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a forest: all patients, the heading of a factor, or a level."""

    kind: Literal["overall", "heading", "row"]
    label: str
    count: str = ""
    said: str = ""
    shown: Quantity | None = None
    events: int = 0


def draw_forest(
    estimate: ForestEstimate, *, favours: tuple[str, str], mode: Mode = "light"
) -> go.Figure:
    """Draw hazard ratios on a log axis with a line at 1.

    Parameters
    ----------
    favours
        What a ratio below 1, and above 1, speaks for.
    """

    def line(kind: Literal["overall", "row"], row: ForestRow, under: str = "") -> Line:
        label, told = fmt.within(row.label, under), _said(row.ratio, 2)
        return Line(kind, label, _count(row.n_events, row.n), told, row.ratio, row.n_events)

    lines = [line("overall", estimate.overall)]
    for factor in estimate.factors:
        lines.append(_heading(factor.label, factor.interaction))
        lines += [line("row", row, factor.label) for row in factor.rows]
    head = f"HR ({100 * estimate.level:g}% CI)"
    return _draw(lines, head, "Hazard ratio", favours, mode, log=True)


def draw_rate_forest(
    estimate: RateForest,
    *,
    favours: tuple[str, str],
    mode: Mode = "light",
    measure: str = "difference",
) -> go.Figure:
    """Draw risk differences (line at 0) or odds ratios (log axis, line at 1).

    Parameters
    ----------
    favours
        What a value left of the line, and right of it, speaks for.
    measure
        ``"difference"`` or ``"ratio"``.
    """
    ratio = measure == "ratio"

    def line(kind: Literal["overall", "row"], row: RateForestRow, under: str = "") -> Line:
        shown = row.odds_ratio if ratio else row.difference
        said = _said(shown, 2) if ratio else _said(shown, 0, 100.0)
        label = fmt.within(row.label, under)
        return Line(kind, label, _count(row.n_events, row.n), said, shown, row.n_events)

    lines = [line("overall", estimate.overall)]
    for factor in estimate.factors:
        lines.append(_heading(factor.label, factor.interaction))
        lines += [line("row", row, factor.label) for row in factor.rows]
    head = f"{'OR' if ratio else 'RD, %'} ({100 * estimate.level:g}% CI)"
    return _draw(lines, head, "Odds ratio" if ratio else "Risk difference", favours, mode,
                 log=ratio)  # fmt: skip


def _heading(label: str, test: TestResult) -> Line:
    told = f"interaction p {fmt.p_value(test.p)}" if test.p is not None else "interaction: –"
    return Line("heading", label, said=told)


def _count(events: int, n: int) -> str:
    return f"{fmt.count(events)}/{fmt.count(n)}"


def _said(q: Quantity, decimals: int, scale: float = 1.0) -> str:
    """Write an estimate in the narrow column: ``"0.61 (0.40–0.93)"``."""
    if q.value is None:
        return "not estimable"

    def end(value: float | None) -> str:
        return "∞" if value is None else fmt.number(value * scale, decimals)

    dash = " to " if scale != 1.0 else fmt.DASH
    return f"{fmt.number(q.value * scale, decimals)} ({end(q.low)}{dash}{end(q.high)})"


def _draw(
    lines: Sequence[Line],
    head: str,
    title: str,
    favours: tuple[str, str],
    mode: Mode,
    *,
    log: bool,
) -> go.Figure:
    colours = theme.palette(mode)
    low, high, ticks = _ratio_axis(lines) if log else _difference_axis(lines)
    height = TOP_PX + BOTTOM_PX + ROW_PX * len(lines)
    neutral = 1.0 if log else 0.0
    axis = {
        "range": [math.log10(low), math.log10(high)] if log else [low, high],
        "type": "log" if log else "linear",
        "tickvals": ticks,
        "ticktext": [f"{t:g}" if log else f"{100 * t:g}".replace("-", fmt.MINUS) for t in ticks],
        "title": {"text": title + ("" if log else ", %"), "font": {"size": 12.5}},
        "fixedrange": True,
    }
    rule = {"type": "line", "x0": neutral, "x1": neutral, "y0": -0.5, "y1": len(lines) - 0.5,
            "line": {"color": colours.muted, "width": 1.2}}  # fmt: skip
    stripes = [
        {"type": "rect", "xref": "paper", "x0": 0, "x1": 1, "y0": place - 0.5, "y1": place + 0.5,
         "fillcolor": theme.faded(colours.muted, 0.08), "line": {"width": 0}, "layer": "below"}
        for place, line in enumerate(lines) if line.kind == "heading"
    ]  # fmt: skip
    sides = f"← {theme.text(favours[0], 46)}<br>{theme.text(favours[1], 46)} →"
    return go.Figure(
        _traces(lines, low, high, mode),
        theme.layout(
            mode,
            height=height,
            margin={"l": LEFT_PX, "r": RIGHT_PX, "t": TOP_PX, "b": BOTTOM_PX},
            xaxis=axis,
            yaxis={"range": [len(lines) - 0.5, -0.5], "visible": False, "fixedrange": True},
            shapes=[*stripes, rule],
            annotations=_words(lines, head, mode),
            title={"text": sides, "font": {"size": 12.5, "color": colours.text}, "x": 0.5,
                   "xanchor": "center", "xref": "container", "yref": "container",
                   "y": 30 / height, "yanchor": "bottom"},
            showlegend=False,
        ),
    )  # fmt: skip


def _traces(lines: Sequence[Line], low: float, high: float, mode: Mode) -> list[Any]:
    colours = theme.palette(mode)
    shown = [(i, line, line.shown) for i, line in enumerate(lines) if line.shown is not None]
    known = [(i, line, q) for i, line, q in shown if q.value is not None]
    most = max((line.events for _, line, _ in known), default=0) or 1
    bars: dict[str, list[Any]] = {"x": [], "y": []}
    arrows: dict[str, list[Any]] = {"x": [], "y": [], "symbol": []}
    for place, _, q in known:
        ends = [low if q.low is None else q.low, high if q.high is None else q.high]
        bars["x"] += [max(ends[0], low), min(ends[1], high), None]
        bars["y"] += [place, place, None]
        for beyond, at, symbol in (
            (ends[0] < low or q.low is None, low, "triangle-left"),
            (ends[1] > high or q.high is None, high, "triangle-right"),
        ):
            if beyond:
                arrows["x"].append(at)
                arrows["y"].append(place)
                arrows["symbol"].append(symbol)
    inside = [(i, line, q) for i, line, q in known if low <= (q.value or 0.0) <= high]
    tint = colours.groups[0]
    return [
        {"type": "scatter", "mode": "lines", "hoverinfo": "skip",
         "line": {"color": tint, "width": 1.8}, **bars},
        {"type": "scatter", "mode": "markers", "hoverinfo": "skip", "x": arrows["x"],
         "y": arrows["y"], "cliponaxis": False,
         "marker": {"symbol": arrows["symbol"], "size": 8, "color": tint}},
        {"type": "scatter", "mode": "markers",
         "x": [q.value for _, _, q in inside], "y": [i for i, _, _ in inside],
         "marker": {
             "symbol": ["diamond" if li.kind == "overall" else "square" for _, li, _ in inside],
             "size": [max(_BOX * math.sqrt(li.events / most), 4.0) for _, li, _ in inside],
             "color": [colours.groups[1] if li.kind == "overall" else tint for _, li, _ in inside],
             "line": {"width": 0}, "opacity": 1,
         },
         "customdata": [f"{theme.text(li.label)}<br>{li.said}<br>{li.count} with the event"
                        for _, li, _ in inside],
         "hovertemplate": "%{customdata}<extra></extra>"},
    ]  # fmt: skip


def _words(lines: Sequence[Line], head: str, mode: Mode) -> list[dict[str, Any]]:
    """Return labels left and estimates right of the plot, at fixed places on every screen."""
    muted = theme.palette(mode).muted
    common = {"xref": "paper", "yref": "y", "showarrow": False, "xanchor": "left",
              "font": {"size": 12}, "align": "left"}  # fmt: skip
    made: list[dict[str, Any]] = [
        {**common, "x": 0, "xshift": -LEFT_PX + 4, "y": 0, "yshift": ROW_PX - 4,
         "text": f"<span style='color:{muted}'>events/patients</span>"},
        {**common, "x": 1, "xshift": 8, "y": 0, "yshift": ROW_PX - 4,
         "text": f"<span style='color:{muted}'>{head}</span>"},
    ]  # fmt: skip
    for place, line in enumerate(lines):
        strong = line.kind != "row"
        room = ONE_LINE if strong else ONE_LINE - 2
        label = theme.text(line.label, 44 if line.kind == "heading" else room)
        told = f"<b>{label}</b>" if strong else label
        if line.count:
            short = len(line.label) + len(line.count) + 1 <= room
            told += f"{' ' if short else '<br>'}<span style='color:{muted}'>{line.count}</span>"
        indent = 4 if strong else 14
        made.append({**common, "x": 0, "xshift": -LEFT_PX + indent, "y": place, "text": told})
        if line.kind == "heading":
            made.append({**common, "x": 1, "xshift": RIGHT_PX - 4, "xanchor": "right", "y": place,
                         "text": f"<span style='color:{muted}'>{line.said}</span>"})  # fmt: skip
        else:
            text = f"<b>{line.said}</b>" if strong else line.said
            made.append({**common, "x": 1, "xshift": 8, "y": place, "text": text})
    return made


def _ends(lines: Sequence[Line]) -> list[float]:
    found = [line.shown for line in lines if line.shown and line.shown.value is not None]
    return [v for q in found for v in (q.value, q.low, q.high) if v is not None]


def _ratio_axis(lines: Sequence[Line]) -> tuple[float, float, list[float]]:
    """Return the ends of a log axis and its ticks; what lies beyond gets an arrow."""
    ends = [v for v in _ends(lines) if v > 0]
    found = [line.shown.value for line in lines if line.shown and line.shown.value]
    low = max(min([0.45, *(0.9 * v for v in ends)]), 1.0 / FARTHEST)
    high = min(max([2.2, *(1.1 * v for v in ends)]), FARTHEST)
    low = max(min([low, *(0.8 * v for v in found)]), 1.0 / _EDGE)  # every box, not every limit
    high = min(max([high, *(1.25 * v for v in found)]), _EDGE)
    steps = (0.25, 0.5, 1.0, 2.0, 4.0)
    if high / low > 40:
        steps = (0.1, 0.3, 1.0, 3.0, 10.0)
    if high / low > 300:
        steps = (0.01, 0.1, 1.0, 10.0, 100.0)
    return low, high, [step for step in steps if low <= step <= high]


def _difference_axis(lines: Sequence[Line]) -> tuple[float, float, list[float]]:
    """Return symmetric ends of an axis of differences and its ticks."""
    most = max([0.1, *(abs(v) for v in _ends(lines))])
    end = next(step for step in (0.1, 0.2, 0.4, 0.6, 1.0) if step >= min(most, 1.0))
    half = end / 2
    return -1.04 * end, 1.04 * end, [-end, -half, 0.0, half, end]
