"""How numbers are written for people, the same on screen, in figures and in exports."""

from __future__ import annotations

from hccviz.domain.records import Proportion, Quantity

MINUS = "\N{MINUS SIGN}"
DASH = "\N{EN DASH}"


def number(value: float | None, decimals: int = 1) -> str:
    """Write a number; one that is missing is an en dash.

    Examples
    --------
    >>> number(14.16), number(None)
    ('14.2', '–')
    """
    if value is None:
        return DASH
    text = f"{value:.{decimals}f}"
    return text.replace("-", MINUS) if float(text) != 0 else text.lstrip("-")


def plain(value: float) -> str:
    """Write a number with the digits that it has, at most four decimals.

    Examples
    --------
    >>> plain(45.0), plain(112.5)
    ('45', '112.5')
    """
    return f"{value:.4f}".rstrip("0").rstrip(".").replace("-", MINUS)


def count(value: int) -> str:
    """Write a count with thin groups of thousands.

    Examples
    --------
    >>> count(2400)
    '2,400'
    """
    return f"{value:,}"


def p_value(p: float | None) -> str:
    """Write a p value: three decimals, ``<0.001`` below, never 0.00; None reads "not estimable".

    Examples
    --------
    >>> p_value(0.0162), p_value(0.00002), p_value(None)
    ('0.016', '<0.001', 'not estimable')
    """
    if p is None:
        return "not estimable"
    if p < 0.001:
        return "<0.001"
    return ">0.999" if p > 0.9995 else f"{p:.3f}"


def percent(share: float | None, decimals: int = 1) -> str:
    """Write a share of 0-1 as a percentage.

    Examples
    --------
    >>> percent(0.954)
    '95.4%'
    """
    return DASH if share is None else f"{100 * share:.{decimals}f}%"


def of(x: int, n: int) -> str:
    """Write a count and its share: ``"17 (81.0%)"``; the share of nothing is a dash."""
    return f"{count(x)} ({percent(x / n) if n else DASH})"


def quantity(q: Quantity, decimals: int = 1, scale: float = 1.0, unit: str = "") -> str:
    """Write an estimate with its interval, or the reason why there is none.

    Examples
    --------
    >>> quantity(Quantity(14.2, 9.1, None, why_high="not reached"))
    '14.2 (9.1 to not reached)'
    >>> quantity(Quantity(None, why="not reached"))
    'not reached'
    """
    if q.value is None:
        return q.why or "not estimable"
    value = f"{number(q.value * scale, decimals)}{unit}"
    limits = interval(q, decimals, scale, unit)
    return f"{value} ({limits})" if limits else value


def interval(q: Quantity, decimals: int = 1, scale: float = 1.0, unit: str = "") -> str:
    """Write the interval of an estimate: ``"9.1 to 18.0"``; empty when neither limit is known."""
    ends = [
        (why or "not reached") if end is None else f"{number(end * scale, decimals)}{unit}"
        for end, why in ((q.low, q.why_low), (q.high, q.why_high))
    ]
    if q.low is None and q.high is None:
        return ""
    return " to ".join(ends)


def proportion(p: Proportion) -> str:
    """Write x/n with its percentage and interval: ``"17/21, 81.0% (58.1% to 94.6%)"``."""
    if p.share.value is None:
        return f"{p.count}/{p.n}, {p.share.why or 'not estimable'}"
    return f"{count(p.count)}/{count(p.n)}, {quantity(p.share, 1, 100, '%')}"


def listed(words: list[str], last: str = "and") -> str:
    """Write a list as people say it.

    Examples
    --------
    >>> listed(["A", "B", "C"])
    'A, B and C'
    """
    if len(words) <= 1:
        return "".join(words)
    return f"{', '.join(words[:-1])} {last} {words[-1]}"


def within(label: str, factor: str) -> str:
    """Write a level under the heading of its factor, without saying the factor again.

    Examples
    --------
    >>> within("Age <63 years", "Age"), within("Prior TACE: yes", "Prior TACE")
    ('<63 years', 'Yes')
    >>> within("Male", "Sex")
    'Male'
    """
    rest = label.removeprefix(factor)
    if rest == label or rest[:1] not in (" ", ":") or not rest[1:].strip():
        return label
    rest = rest[1:].strip()
    return f"{rest[:1].upper()}{rest[1:]}" if label[len(factor)] == ":" else rest
