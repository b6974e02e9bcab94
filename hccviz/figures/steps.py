"""What curves over time share: the axis in months or years, thinned steps, one hover for all."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from hccviz.domain import format as fmt
from hccviz.figures import theme
from hccviz.figures.theme import Mode

MAX_DRAWN_STEPS = 1500
MAX_HOVERED = 180
MONTH_STEPS = (1, 2, 3, 6, 12, 24, 36, 60, 120, 240)
YEAR_STEPS = (3, 6, 12, 24, 36, 60, 120, 240)
MOST_TICKS = 6

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class TimeAxis:
    """The time axis of a figure; all its arguments and results are months unless said otherwise.

    Attributes
    ----------
    last
        Longest time drawn.
    start
        Where curves begin: the landmark, else 0.
    years
        Label the axis in years.
    """

    last: float
    start: float = 0.0
    years: bool = False

    @property
    def unit(self) -> str:
        """``"months"`` or ``"years"``."""
        return "years" if self.years else "months"

    def shown(self, months: Any) -> Any:
        """Return times in the unit of the axis."""
        return months / 12.0 if self.years else months

    def ticks(self) -> list[float]:
        """Return few round times from the start to the last time; a landmark is one of them."""
        width = max(self.last - self.start, 1e-9)
        steps = YEAR_STEPS if self.years else MONTH_STEPS
        step = next((s for s in steps if width / s <= MOST_TICKS), 480)
        first = np.ceil((self.start + 0.45 * step) / step) * step if self.start else 0.0
        rest = [float(t) for t in np.arange(first, self.last + 1e-9, step)]
        return [self.start, *rest] if self.start else rest

    def layout(self, **extra: Any) -> dict[str, Any]:
        """Return the x axis for plotly."""
        ticks, width = self.ticks(), max(self.last - self.start, 1e-9)
        title = self.unit.capitalize()
        if self.start:
            title += f" (landmark at {fmt.plain(self.start)}{' months' if self.years else ''})"
        form = ":.2f" if self.years else ":.1f"
        made = {
            "range": [
                self.shown(self.start - 0.055 * width),
                self.shown(self.last + 0.03 * width),
            ],
            "tickvals": [self.shown(t) for t in ticks],
            "ticktext": [f"{self.shown(t):.4g}" for t in ticks],
            "title": {"text": title},
            "showgrid": False,
            "fixedrange": True,
            "unifiedhovertitle": {"text": f"%{{x{form}}} {self.unit}"},
        }
        return made | extra

    def line_at(self, months: float, mode: Mode) -> dict[str, Any]:
        """Return a thin upright line at one time."""
        x = self.shown(months)
        line = {"color": theme.palette(mode).muted, "width": 1, "dash": "dot"}
        return {"type": "line", "x0": x, "x1": x, "y0": 0, "y1": 1, "yref": "y domain",
                "line": line}  # fmt: skip


def last_time(times: Sequence[Floats]) -> float:
    """Return the longest of several curves' times, months; 12 when there is none."""
    return max((float(t[-1]) for t in times if t.size), default=12.0)


def thinned(size: int, most: int = MAX_DRAWN_STEPS) -> NDArray[np.int64]:
    """Return the steps to draw: all, or evenly chosen ones that keep both ends."""
    if size <= most:
        return np.arange(size)
    return np.unique(np.linspace(0, size - 1, most).round().astype(np.int64))


def hovered(times: Sequence[Floats], axis: TimeAxis) -> Floats:
    """Return the times at which all curves are read together: where any of them steps."""
    there = [t for t in times if t.size]
    if not there:
        return np.zeros(0)
    every = np.unique(np.concatenate([[axis.start], *there]))
    return every[thinned(every.size, MAX_HOVERED)]


def hover_trace(
    axis: TimeAxis, at: Floats, y: Floats, told: list[str], label: str, colour: str
) -> dict[str, Any]:
    """Return the points that answer the pointer: as small as the line under them.

    ``customdata`` of a point is its time in months and what is said of it.
    """
    return {
        "type": "scatter",
        "x": axis.shown(at),
        "y": y,
        "customdata": [[float(t), text] for t, text in zip(at.tolist(), told, strict=True)],
        "mode": "markers",
        "marker": {"size": 2, "color": colour},
        "unselected": {"marker": {"opacity": 1}},
        "showlegend": False,
        "hovertemplate": "%{customdata[1]}<extra>"
        f'<span style="color:{colour}">{theme.text(label, 26)}</span></extra>',
    }


def band(
    x: Floats, lower: Floats, upper: Floats, colour: str, opacity: float, group: str
) -> list[dict[str, Any]]:
    """Return the two traces of a stepped confidence band."""
    common = {
        "type": "scatter", "x": x, "mode": "lines", "line": {"width": 0, "shape": "hv"},
        "hoverinfo": "skip", "showlegend": False, "legendgroup": group,
    }  # fmt: skip
    return [
        {**common, "y": upper},
        {**common, "y": lower, "fill": "tonexty", "fillcolor": theme.faded(colour, opacity)},
    ]


def band_opacity(groups: int) -> float:
    """Return how opaque bands are: fainter for several groups, none when they would only blur."""
    return 0.15 if groups <= 2 else 0.08 if groups <= 6 else 0.0


def told_share(value: float, low: float, high: float, known: bool, at_risk: int) -> str:
    """Say a share with its limits and the number at risk, as the pointer shows it."""
    limits = f" ({100 * low:.1f} to {100 * high:.1f})" if known else ""
    return f"{100 * value:.1f}%{limits}, {at_risk} at risk"
