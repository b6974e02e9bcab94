"""The lines of a regression table: factor, reference, levels, each alone and together."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from hccviz.domain.model_records import ModelEstimate, ModelRow, ModelTerm


@dataclass(frozen=True, slots=True)
class ModelLine:
    """One line of the table, and one row of the figure.

    Attributes
    ----------
    kind
        ``"factor"`` is the heading of a category, ``"reference"`` and ``"level"`` stand below it;
        ``"number"`` and ``"interaction"`` stand alone.
    n, n_events
        Patients and events of the level (of all complete patients for a number), as in the model
        of the factor alone; None where there is none.
    alone, joint
        The coefficient in either model, or None.
    p_alone, p_joint
        Likelihood-ratio p of the whole factor, given on a heading of more than two levels.
    why
        Why the factor has no model of its own.
    """

    kind: Literal["factor", "reference", "level", "number", "interaction"]
    label: str
    n: int | None = None
    n_events: int | None = None
    alone: ModelRow | None = None
    joint: ModelRow | None = None
    p_alone: float | None = None
    p_joint: float | None = None
    why: str = ""


def model_lines(
    alone: Sequence[ModelEstimate],
    joint: ModelEstimate | None,
) -> tuple[ModelLine, ...]:
    """Return the lines of all factors, then those of the interactions.

    Parameters
    ----------
    alone
        One model per factor.
    joint
        The model of several of them.
    """
    lines: list[ModelLine] = []
    for model in alone:
        lines += _factor(model, joint)
    names = {model.terms[0].name for model in alone}
    lines += [
        ModelLine("interaction", row.label, row.n, row.n_events, joint=row)
        for row in (joint.rows if joint else ())
        if row.term not in names
    ]
    return tuple(lines)


def _factor(model: ModelEstimate, joint: ModelEstimate | None) -> list[ModelLine]:
    term = model.terms[0]
    beside = {row.level: row for row in joint.rows if row.term == term.name} if joint else {}
    row = model.rows[0] if model.rows else None
    if row and not row.reference:
        return [ModelLine("number", row.label, row.n, row.n_events, row, beside.get(""))]
    if row is None:
        return [ModelLine("factor", term.label, model.n, model.n_events, why=_none(model, term))]
    whole = len(model.rows) > 1
    head = ModelLine(
        "factor", term.label,
        p_alone=term.likelihood_ratio.p if whole else None,
        p_joint=_joint_p(joint, term.name) if whole else None,
    )  # fmt: skip
    first = ModelLine(
        "reference", row.reference_label,
        model.n - sum(r.n for r in model.rows),
        model.n_events - sum(r.n_events for r in model.rows),
    )  # fmt: skip
    levels = [
        ModelLine("level", r.level_label, r.n, r.n_events, r, beside.get(r.level))
        for r in model.rows
    ]
    return [head, first, *levels]


def _none(model: ModelEstimate, term: ModelTerm) -> str:
    """Say why a category has no level to compare."""
    return model.why or f"not estimable: {term.label} does not vary among the complete patients"


def _joint_p(joint: ModelEstimate | None, name: str) -> float | None:
    terms = joint.terms if joint else ()
    return next((t.likelihood_ratio.p for t in terms if t.name == name), None)
