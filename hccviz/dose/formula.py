"""The formula with the numbers put in, as plain text: what a physicist checks by hand."""

from __future__ import annotations

from hccviz.dose.lq import Course, plain
from hccviz.dose.models import LQ, LQL, USC, Model


def formula(course: Course, alpha_beta_gy: float, reference_fraction_gy: float = 2.0) -> str:
    """Return BED and equivalent dose of a course with the numbers put in, by the LQ model.

    Examples
    --------
    >>> print(formula(Course.from_total(45, 3), 10))
    BED = 45 × (1 + 15/10) = 112.50 Gy
    EQD2 = 112.50 / (1 + 2/10) = 93.75 Gy
    """
    model = LQ(alpha_beta_gy)
    bed_gy = float(model.bed(course.total_dose_gy, course.fractions))
    lines = [bed_line(course, model), equivalent_line(model, bed_gy, 2.0)]
    if reference_fraction_gy != 2:
        lines.append(equivalent_line(model, bed_gy, reference_fraction_gy))
    return "\n".join(lines)


def bed_line(
    course: Course, model: Model, *, k: float = 0.0, overall: float = 0.0, kick_off: float = 0.0
) -> str:
    """Return ``BED = … Gy`` under any model, with the time loss when ``k`` is given."""
    value = float(model.bed(course.total_dose_gy, course.fractions))
    text = _bed_terms(course, model)
    if k:
        late = max(0.0, overall - kick_off)
        value -= k * late
        shown = f"({plain(overall)} − {plain(kick_off)})" if late else "0"
        text += f" − {_exact(k)} × {shown}"
    return f"BED = {text} = {value:.2f} Gy"


def equivalent_line(
    model: Model, bed_gy: float, reference_fraction_gy: float, value: float | None = None
) -> str:
    """Return ``EQD2 = … Gy`` (or EQD1.8, …) for a BED under any model.

    A ``value`` that is not this quotient (because the reference schedule loses its own time) is
    shown with that reason.
    """
    x = plain(reference_fraction_gy)
    effect = model.relative_effectiveness(reference_fraction_gy)
    if value is not None and abs(value - bed_gy / effect) > 1e-6:
        return f"EQD{x} = {value:.2f} Gy (the reference schedule loses its own time)"
    value = bed_gy / effect
    inside = f"(1 + {x}/{_exact(model.alpha_beta_gy)})"
    if reference_fraction_gy > model.transition_gy:
        inside = _exact(effect)
    return f"EQD{x} = {bed_gy:.2f} / {inside} = {value:.2f} Gy"


def _bed_terms(course: Course, model: Model) -> str:
    total, count = plain(course.total_dose_gy), course.fractions
    single, ratio = plain(course.dose_per_fraction_gy), _exact(model.alpha_beta_gy)
    straight = course.dose_per_fraction_gy > model.transition_gy
    if isinstance(model, LQL) and straight:
        edge, slope = plain(model.transition_dose_gy), _exact(model.gamma_over_alpha)
        return f"{count} × [{edge} × (1 + {edge}/{ratio}) + {slope} × ({single} − {edge})]"
    if isinstance(model, USC) and straight:
        alpha, d0, dq = _exact(model.alpha_per_gy), _exact(model.d0_gy), _exact(model.dq_gy)
        return f"({total} − {count} × {dq}) / ({alpha} × {d0})"
    if isinstance(model, LQ) and model.repair_factor:
        return f"{total} × (1 + (1 + {_exact(model.repair_factor)}) × {single}/{ratio})"
    return f"{total} × (1 + {single}/{ratio})"


def _exact(value: float) -> str:
    """Write a parameter with up to four decimals and no needless zeros."""
    return f"{value:.4f}".rstrip("0").rstrip(".") or "0"
