"""The table of TACE with radiotherapy: what was printed, the counts behind it, the summary."""

from __future__ import annotations

import tomllib
from collections.abc import Sequence
from functools import cache

from hccviz.domain.errors import HccvizError
from hccviz.domain.literature_records import Literature, PrintedCount, Study
from hccviz.domain.records import Proportion
from hccviz.dose.lq import bed_formula, eqdx_formula
from hccviz.evidence.frozen import PUBLISHED, read_rows
from hccviz.stats.meta_analysis import ESTIMATORS, pool_rates
from hccviz.stats.printed_percent import count_behind, denominators_behind
from hccviz.stats.proportions import proportion

RATES = ("orr", "dcr")
ORDERS = ("printed", "year", "n", "rate", "dose", "size")
ALPHA_BETA_GY = 10.0
"""α/β of tumour, at which the doses of the table are compared."""
_FILE = "tace-rt-literature"


def review(
    rate: str = "orr", estimator: str = "pm", order: str = "printed", own: Sequence[Study] = ()
) -> Literature:
    """Return the studies with one rate summarised.

    Parameters
    ----------
    rate
        ``"orr"`` or ``"dcr"``.
    estimator
        Of the variance between studies, ``"pm"`` or ``"dl"``.
    order
        ``"printed"``, ``"year"``, ``"n"``, ``"rate"``, ``"dose"`` or ``"size"``; descending for
        numbers of patients, rates, doses and sizes. What is not printed comes last.
    own
        Studies that the reader added; they come after the printed ones and are summarised too.

    Raises
    ------
    HccvizError
        When a choice is unknown.
    """
    for name, value, known in (
        ("rate", rate, RATES),
        ("tau", estimator, tuple(ESTIMATORS)),
        ("order", order, ORDERS),
    ):
        if value not in known:
            raise HccvizError(f"{name}={value} is not known; choose one of {', '.join(known)}.")
    told = tomllib.loads((PUBLISHED / f"{_FILE}.toml").read_text("utf-8"))
    studies = [*printed_studies(), *own]
    studies.sort(key=lambda study: _place(study, order, rate))
    rows = [
        (study.name, found[1].count, found[1].n)
        for study in studies
        if (found := study.rates.get(rate)) is not None
    ]
    return Literature(
        title=told["title"],
        citation=told["citation"],
        footnote=told["footnote"],
        caveats=tuple(told["caveats"]),
        studies=tuple(studies),
        rate=rate,
        pooled=pool_rates(rows, estimator=estimator),
    )


@cache
def printed_studies() -> tuple[Study, ...]:
    """Return the rows of the printed table, in its order."""
    return tuple(_study(row) for row in read_rows(PUBLISHED / f"{_FILE}.csv"))


def counted(printed: str, n: int) -> tuple[PrintedCount, Proportion]:
    """Return the count behind a printed percent, and its exact interval."""
    found = count_behind(printed, n)
    return found, proportion(found.used, n)


def other_denominators(rates: dict[str, tuple[PrintedCount, Proportion]]) -> tuple[int, ...]:
    """Return smaller denominators that give every percent of a row, when its own does not."""
    counts = [count for count, _ in rates.values()]
    if not any(count.rule in ("truncated", "impossible") for count in counts):
        return ()
    percents = tuple(count.printed for count in counts if count.printed)
    return denominators_behind(percents, counts[0].n)


def _study(row: dict[str, str]) -> Study:
    n = int(row["n"])
    rates = {rate: counted(row[f"{rate}_pct"], n) for rate in RATES if row[f"{rate}_pct"]}
    bed, eqd2 = (None, None) if row["dose_label"] else _biological(row)
    unit = f" {row['dose_label']}" if row["dose_label"] else ""
    return Study(
        name=row["study"],
        own=False,
        year=int(row["study"].split()[-1]),
        design=row["design"],
        n=n,
        size_cm=row["size_cm"].replace(">=", "≥"),
        vascular_invasion_pct=row["vascular_invasion_pct"],
        total_dose_gy=row["total_dose_gy"].replace("-", "–") + unit,
        dose_per_fraction_gy=row["dose_per_fraction_gy"].replace("-", "–"),
        bed_gy=bed,
        eqd2_gy=eqd2,
        rates=rates,
        median_os_months=row["median_os_months"],
        os_pct=row["os_pct"],
        os_at_months=row["os_at_months"],
        source=f"{row['source']}; reference {row['reference']}",
        note=row["note"],
        evaluable=other_denominators(rates),
    )


def _biological(row: dict[str, str]) -> tuple[tuple[float, float], tuple[float, float]]:
    """Return BED and EQD2 at the lower and at the upper ends of the printed doses."""
    doses = list(zip(_ends(row["total_dose_gy"]), _ends(row["dose_per_fraction_gy"]), strict=True))
    bed, eqd2 = (
        [float(formula(total, total / single, ALPHA_BETA_GY)) for total, single in doses]
        for formula in (bed_formula, eqdx_formula)
    )
    return (bed[0], bed[1]), (eqd2[0], eqd2[1])


def _ends(text: str) -> tuple[float, float]:
    low, _, high = text.partition("-")
    return float(low), float(high or low)


def _number(text: str) -> float:
    return float(text.lstrip("≥")) if text else 0.0


def _place(study: Study, order: str, rate: str) -> float:
    """Return what a study is sorted by, the least first."""
    if order == "year":
        return study.year or 9999
    if order == "n":
        return -study.n
    if order == "rate":
        return -(study.rates[rate][1].share.value or 0.0) if rate in study.rates else 1.0
    if order == "dose":
        return -study.eqd2_gy[1] if study.eqd2_gy else 1.0
    return -_number(study.size_cm) if order == "size" else 0.0
