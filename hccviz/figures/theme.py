"""One template, light and dark, and one colour per clinical meaning."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

Mode = Literal["light", "dark"]


@dataclass(frozen=True, slots=True)
class Palette:
    """Colours of one mode. Every text colour has a contrast of at least 4.5 to the background."""

    text: str
    muted: str
    grid: str
    background: str
    groups: tuple[str, ...]


LIGHT = Palette(
    "#1f2a33",
    "#55636e",
    "#e3e8ec",
    "rgba(0,0,0,0)",
    ("#0b5c8a", "#c2410c", "#117a5b", "#8b3a8f", "#a16207", "#475569", "#b4235a", "#3f6212"),
)
DARK = Palette(
    "#e6edf3",
    "#9fb0bd",
    "#2c3944",
    "rgba(0,0,0,0)",
    ("#58b2e8", "#ff9a62", "#4fc8a0", "#d59ae0", "#e5b94e", "#a9b8c6", "#ff8fb1", "#a5cf5c"),
)

RESPONSE = {"CR": "#117733", "PR": "#44aa99", "SD": "#ddcc77", "PD": "#cc6677", "NE": "#a7afb6"}
"""Colour of each response category, the same on every page."""

GRADES = ("#dfe5ea", "#fde3b5", "#fbb56b", "#ee7a3b", "#c0392b", "#5b1a1a")
"""Colour of toxicity grades 0-5, the same on every page."""

UNRECORDED = "#d5dade"
"""Colour of patients without a recorded category or grade."""

HEAT = {
    "light": ((0.0, "#f4f7f9"), (0.001, "#fff1dc"), (0.35, "#fdb366"), (1.0, "#b3361f")),
    "dark": ((0.0, "#1b242c"), (0.001, "#3a2a1c"), (0.35, "#6e3d1d"), (1.0, "#a64f1c")),
}
DASHES = ("solid", "dash", "dot", "dashdot")
FONT = "Source Sans, Source Sans Pro, Segoe UI, Helvetica, Arial, sans-serif"


def palette(mode: Mode) -> Palette:
    """Return the palette of a mode."""
    return DARK if mode == "dark" else LIGHT


def group_colour(place: int, mode: Mode) -> str:
    """Return the colour of the group at a place in its variable's order."""
    colours = palette(mode).groups
    return colours[place % len(colours)]


def group_dash(place: int, mode: Mode) -> str:
    """Return the line style of a group: solid, then other dashes when the colours repeat."""
    return DASHES[(place // len(palette(mode).groups)) % len(DASHES)]


def on_response(code: str) -> str:
    """Return the colour of text on a response category."""
    return "#14202a" if code in ("SD", "NE", "PR") else "#ffffff"


def on_grade(grade: int) -> str:
    """Return the colour of text on a toxicity grade."""
    return "#14202a" if grade <= 3 else "#ffffff"


def hover_background(mode: Mode) -> str:
    """Return an opaque background for words that lie over curves."""
    return "#1b242c" if mode == "dark" else "#ffffff"


def faded(colour: str, alpha: float) -> str:
    """Return a ``#rrggbb`` colour with an opacity of 0-1."""
    red, green, blue = (int(colour[i : i + 2], 16) for i in (1, 3, 5))
    return f"rgba({red},{green},{blue},{alpha})"


def layout(mode: Mode, **extra: Any) -> dict[str, Any]:
    """Return the layout that every figure starts from, with ``extra`` on top."""
    colours = palette(mode)
    axis = {
        "gridcolor": colours.grid,
        "linecolor": colours.muted,
        "tickcolor": colours.muted,
        "zeroline": False,
        "title": {"standoff": 8},
    }
    base: dict[str, Any] = {
        "font": {"family": FONT, "size": 14, "color": colours.text},
        "paper_bgcolor": colours.background,
        "plot_bgcolor": colours.background,
        "margin": {"l": 56, "r": 16, "t": 16, "b": 48},
        "hoverlabel": {"font": {"family": FONT, "size": 13}},
        "legend": {
            "orientation": "h",
            "x": 0,
            "y": 1.02,
            "yanchor": "bottom",
            "itemsizing": "constant",
        },
        "xaxis": axis,
        "yaxis": axis,
        "hovermode": "closest",
        "dragmode": False,
    }
    return merged(base, extra)


def merged(base: dict[str, Any], extra: dict[str, Any]) -> dict[str, Any]:
    """Return ``base`` with ``extra`` laid over it, nested mappings merged."""
    result = dict(base)
    for key, value in extra.items():
        old = result.get(key)
        both = isinstance(old, dict) and isinstance(value, dict)
        result[key] = merged(old, value) if both else value  # type: ignore[arg-type]
    return result


def axis(mode: Mode, **extra: Any) -> dict[str, Any]:
    """Return a further axis in the style of the template."""
    return merged(layout(mode)["xaxis"], extra)


def lines(label: str, width: int = 26) -> str:
    """Return a label on at most two lines of ``width`` characters, shortened beyond that.

    Examples
    --------
    >>> lines("Gastrointestinal haemorrhage, upper")
    'Gastrointestinal<br>haemorrhage, upper'
    """
    if len(label) <= width:
        return text(label)
    space = label.rfind(" ", 0, width + 1)
    end = space if space > 0 else width
    return f"{text(label[:end])}<br>{text(label[end:].strip(), width)}"


def text(label: str, width: int = 0) -> str:
    """Return a label from a file as plain text for plotly, which reads a subset of HTML.

    ``width`` above 0 shortens it with an ellipsis; the full label belongs into the hover text.
    """
    if width and len(label) > width:
        label = label[: width - 1].rstrip() + "…"
    return label.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
