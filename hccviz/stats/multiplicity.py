"""How many comparisons were looked at, and what is left of the smallest p."""

from __future__ import annotations

from collections.abc import Sequence

from hccviz.domain.survival_records import Comparison, ComparisonsLooked
from hccviz.stats.cautions import count
from hccviz.stats.logrank import holm

ALPHA = 0.05


def correct_comparisons(looked: Sequence[tuple[str, float | None]]) -> ComparisonsLooked:
    """Holm's correction over the comparisons that a session has looked at.

    Parameters
    ----------
    looked
        Label and p of every comparison, in the order in which they were seen; p is None where the
        test was not estimable. The same label twice is one comparison, with its last p.

    Returns
    -------
    ComparisonsLooked

    References
    ----------
    Holm S. Scand J Stat 1979;6:65-70; R ``p.adjust(method = "holm")``.

    Examples
    --------
    >>> correct_comparisons([("A", 0.01), ("B", 0.2)]).sentence
    '2 comparisons were looked at; 1 is below 0.05 (A), 1 after correction for all of them (A).'
    """
    seen = dict(looked)
    labels, raw = list(seen), list(seen.values())
    adjusted = holm(raw)
    found = tuple(
        Comparison(label, p, p_holm) for label, p, p_holm in zip(labels, raw, adjusted, strict=True)
    )
    tested = sum(p is not None for p in raw)
    return ComparisonsLooked(found, tested, _sentence(found, tested))


def _sentence(found: Sequence[Comparison], tested: int) -> str:
    """Say how many stay below 0.05."""
    if not tested:
        return "No comparison has been tested yet."
    before = [c.label for c in found if c.p is not None and c.p < ALPHA]
    after = [c.label for c in found if c.p_holm is not None and c.p_holm < ALPHA]
    looked = f"{count(tested, 'comparison')} {'was' if tested == 1 else 'were'} looked at"
    if not before:
        return f"{looked}; none is below {ALPHA:g}."
    named = f" ({', '.join(after)})" if after else ""
    return (
        f"{looked}; {len(before)} {'is' if len(before) == 1 else 'are'} below {ALPHA:g} "
        f"({', '.join(before)}), {len(after) or 'none'} after correction for all of them"
        f"{named}."
    )
