"""Tables of the regression page, the same on screen and as CSV."""

from __future__ import annotations

from collections.abc import Sequence

from hccviz.analysis.model_lines import ModelLine, model_lines
from hccviz.domain import format as fmt
from hccviz.domain.model_records import ModelEstimate, ModelRow, Selection, SelectionStep
from hccviz.domain.records import Quantity, TestResult
from hccviz.domain.regression_records import CurveLook, HazardsLook, Regression, SelectionLook
from hccviz.export.tables import Table

RATIO = {"cox": "HR", "logistic": "OR"}
INDENT = "\N{EM SPACE}"


def ratio(q: Quantity) -> str:
    """Write a ratio with its interval, with three decimals where two would read 1.00.

    Examples
    --------
    >>> ratio(Quantity(2.304, 1.1, 4.9)), ratio(Quantity(0.9961, 0.994, 0.9981))
    ('2.30 (1.10 to 4.90)', '0.996 (0.994 to 0.998)')
    """
    return fmt.quantity(q, decimals_of(q.value))


def decimals_of(value: float | None) -> int:
    """Return how many decimals a ratio is written with: three near 1 and below 0.1, else two."""
    if value is None:
        return 2
    near_one = value != 1.0 and f"{value:.2f}" == "1.00"
    return 3 if near_one or value < 0.1 else 2


def regression_table(found: Regression) -> Table:
    """Return every factor alone and together, as papers print it."""
    return _both(found.alone, found.joint, found.outcome.kind, found.level)


def selection_table(found: SelectionLook) -> Table:
    """Return every factor alone beside the model that the selection leaves over."""
    chosen = found.selection
    level = chosen.univariable[0].level
    return _both(chosen.univariable, chosen.final, found.outcome.kind, level)


def _both(
    alone: Sequence[ModelEstimate],
    joint: ModelEstimate | None,
    kind: str,
    level: float,
) -> Table:
    lines = model_lines(alone, joint)
    what = f"{RATIO[kind]} ({100 * level:g}% CI)"
    table: Table = {
        "Factor": [_indented(line) for line in lines],
        "Patients": [_count(line.n) for line in lines],
        "Events": [_count(line.n_events) for line in lines],
        f"Univariable {what}": [_cell(line, line.alone, line.why) for line in lines],
        "Univariable p": [_p(line.alone, line.p_alone) for line in lines],
    }
    if joint is not None:
        table[f"Multivariable {what}"] = [_cell(line, line.joint, "") for line in lines]
        table["Multivariable p"] = [_p(line.joint, line.p_joint) for line in lines]
        if any(line.kind == "reference" for line in lines):
            held = {term.name for term in joint.terms}
            _blank_references(table, f"Multivariable {what}", lines, alone, held)
    return table


def _blank_references(
    table: Table, column: str, lines: Sequence[ModelLine], alone: Sequence[ModelEstimate],
    held: set[str],
) -> None:  # fmt: skip
    """Take "reference" off the factors that are not in the multivariable model."""
    names = iter([m.terms[0].name for m in alone if m.rows and m.rows[0].reference])
    for place, line in enumerate(lines):
        if line.kind == "reference" and next(names) not in held:
            table[column][place] = fmt.DASH


def _indented(line: ModelLine) -> str:
    below = line.kind in ("reference", "level")
    return f"{INDENT}{line.label}" if below else line.label


def _count(n: int | None) -> str:
    return "" if n is None else fmt.count(n)


def _cell(line: ModelLine, row: ModelRow | None, why: str) -> str:
    if line.kind == "reference":
        return "reference"
    if row is None:
        return why if line.kind == "factor" else fmt.DASH
    return ratio(row.ratio)


def _p(row: ModelRow | None, whole: float | None) -> str:
    p = row.p if row is not None else whole
    return "" if p is None else fmt.p_value(p)


def factor_tests_table(found: Regression) -> Table:
    """Return likelihood-ratio and Wald p of every factor as a whole, alone and together."""
    joint = {term.name: term for term in found.joint.terms} if found.joint else {}
    names = dict.fromkeys([m.terms[0].name for m in found.alone])
    alone = {m.terms[0].name: m.terms[0] for m in found.alone}
    every = [*names, *(name for name in joint if name not in names)]
    labels = {name: (alone.get(name) or joint[name]).label for name in every}
    table: Table = {"Factor": [labels[name] for name in every], "df": []}
    table["df"] = [fmt.count((alone.get(name) or joint[name]).df) for name in every]
    for title, terms in (("Univariable", alone), ("Multivariable", joint)):
        if not terms:
            continue
        for test, field in (("likelihood ratio", "likelihood_ratio"), ("Wald", "wald")):
            table[f"{title} p ({test})"] = [
                _test_p(getattr(terms[name], field)) if name in terms else fmt.DASH
                for name in every
            ]
    return table


def _test_p(test: TestResult) -> str:
    return fmt.p_value(test.p) if test.p is not None else test.why or "not estimable"


def facts_table(model: ModelEstimate) -> Table:
    """Return what there is to say of a multivariable model as a whole."""
    cox = model.kind == "cox"
    facts = {
        "Complete patients": f"{fmt.count(model.n)} of {fmt.count(model.n_all)}",
        "Events": fmt.count(model.n_events),
        ("Concordance (Harrell's C)" if cox else "Area under the ROC curve"): fmt.quantity(
            model.concordance, 3
        ),
        "AIC": fmt.number(model.aic, 2),
        "Log-likelihood, without and with the factors": (
            f"{fmt.number(model.log_likelihood_null, 2)}, {fmt.number(model.log_likelihood, 2)}"
        ),
    }
    if model.strata:
        facts["Stratified by"] = model.strata
    return {"": list(facts), "Multivariable model": list(facts.values())}


def dropped_table(model: ModelEstimate) -> Table:
    """Return who is not in a model: what is not recorded, in how many."""
    return {
        "Not recorded": [d.label for d in model.dropped],
        "Patients": [fmt.count(d.n) for d in model.dropped],
    }


def steps_table(chosen: Selection) -> Table:
    """Return every step of a selection."""
    return {
        "Step": [_stage(s) for s in chosen.steps],
        "Factor": [s.label for s in chosen.steps],
        "p (likelihood ratio)": [
            fmt.p_value(s.p) if s.p is not None else s.why or "not estimable" for s in chosen.steps
        ],
        "Decision": [decision(s, chosen) for s in chosen.steps],
        "Patients": [fmt.count(s.n) for s in chosen.steps],
        "Events": [fmt.count(s.n_events) for s in chosen.steps],
    }


def _stage(step: SelectionStep) -> str:
    return "Alone" if step.stage == "univariable" else "Together"


def decision(step: SelectionStep, chosen: Selection) -> str:
    """Return what was decided about a factor: ``"enters: p below 0.2"``."""
    if step.stage == "univariable":
        limit = f"{chosen.p_enter:g}"
        if step.p is None:
            return "does not enter: not estimable"
        return f"enters: p below {limit}" if step.kept else f"does not enter: p {limit} or more"
    limit = f"{chosen.p_stay:g}"
    if step.p is None:
        return "leaves: not estimable"
    return f"stays: p below {limit}" if step.kept else f"leaves: largest p, {limit} or more"


def hazards_table(found: HazardsLook) -> Table:
    """Return the test of proportional hazards per factor and overall."""
    tests = (*found.hazards.tests, found.hazards.overall)
    return {
        "Factor": [t.name for t in tests],
        "χ²": [fmt.number(t.statistic, 2) for t in tests],
        "df": [fmt.DASH if t.df is None else fmt.plain(t.df) for t in tests],
        "p": [_test_p(t) for t in tests],
    }


def curve_table(found: CurveLook) -> Table:
    """Return the hazard ratio along the number, at about a dozen values of it."""
    band = found.spline.band
    if band is None:
        return {found.spline.label: [], "HR": []}
    step = max(len(band.at) // 12, 1)
    unit = f" ({found.spline.unit})" if found.spline.unit else ""
    rows = range(0, len(band.at), step)
    return {
        f"{found.spline.label}{unit}": [fmt.plain(round(float(band.at[i]), 2)) for i in rows],
        "Hazard ratio": [
            ratio(Quantity(float(band.value[i]), float(band.lower[i]), float(band.upper[i])))
            for i in rows
        ],
    }
