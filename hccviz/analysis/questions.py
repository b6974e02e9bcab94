"""What of a view a question depends on, so that a rerun computes only what a change touches."""

from __future__ import annotations

from dataclasses import replace

from hccviz.domain.address import View

OPTIONS: dict[str, tuple[str, ...]] = {
    "attrition": (),
    "last_month": (),
    "survival": ("at",),
    "fixed_times": ("at",),
    "competing_risks": ("at",),
    "hazard_shape": ("cut",),
    "follow_up": ("at",),
}
"""Question → the choices of closer looks that change its answer; others are answered whole."""
WITHOUT_HORIZON = ("survival", "competing_risks", "hazard_shape", "follow_up")
WITHOUT_STRATA = ("fixed_times", "competing_risks", "follow_up")


def what_matters(kind: str, view: View) -> View:
    """Return the view without what cannot change the answer to a question.

    Examples
    --------
    >>> what_matters("survival", View(present=True).with_option("axis", "years")) == View()
    True
    """
    if kind not in OPTIONS:
        return view
    kept = tuple(pair for pair in view.outcome if pair[0] in OPTIONS[kind])
    bare = replace(
        view, outcome=kept, criterion="", phase="", present=False, courses=(), dose=(), pins=(),
        reference_fraction_gy="",
    )  # fmt: skip
    if kind in ("attrition", "last_month"):
        endpoint = view.endpoint if kind == "last_month" else ""
        return View(cohorts=view.cohorts, filter=view.filter, endpoint=endpoint)
    if kind in WITHOUT_HORIZON:
        bare = replace(bare, horizon=None)
    if kind in WITHOUT_STRATA:
        bare = replace(bare, strata="")
    return bare
