"""Names of the dose pages in the address: what a link keeps of a dose comparison.

A name is ``page.name``; after the point stands the name that the command line uses for the same
thing, so that a link reads like the query. Names about one organ end with its code
(``re.overlap.duodenum``). Only prescriptions, models and choices are kept: dates, blood values and
uploaded histograms belong to one patient and never enter an address.
"""

from __future__ import annotations

DOSE_NAMES: dict[str, str] = {
    "dose.model": "dose-response model: lq, lql or usc",
    "dose.dt": "transition dose, Gy",
    "dose.ga": "γ/α of LQ-L",
    "dose.alpha": "α, 1/Gy, of USC or of the time factor",
    "dose.d0": "D0 of USC, Gy",
    "dose.dq": "Dq of USC, Gy",
    "dose.overall": "overall time, days, one per course",
    "dose.planned": "planned overall time, days",
    "dose.tk": "kick-off time, days",
    "dose.k": "BED lost per day, Gy",
    "dose.tp": "doubling time, days",
    "dose.timeref": "time convention of the equivalent dose",
    "dose.perday": "fractions a day",
    "dose.interval": "hours between the fractions of a day",
    "dose.thalf": "repair half-time, hours",
    "dose.isodose": "prescription isodose, %",
    "dose.course": "number of the course that is looked at closely",
    "dose.show": "what is shown of it: organs, band, same or formula",
    "dose.solve": "n: fractions for a dose per fraction; d: the other way round",
    "dose.n": "number of fractions, for solve=d",
    "dose.d": "dose per fraction, Gy, for solve=n",
    "dose.bed": "BED to reach, Gy; without it that of the course",
    "like.course": "patients treated like this: number of the course",
    "like.width": "patients treated like this: BED up to this much away, Gy",
    "like.child_pugh_class": "patients treated like this: Child-Pugh classes",
    "like.prior_tace": "patients treated like this: earlier TACE, yes or no",
    "like.size_from": "patients treated like this: least tumour size, cm",
    "like.size_to": "patients treated like this: largest tumour size, cm",
    "re.courses": "courses in the order given",
    "re.intervals": "months between them",
    "re.planned": "months from the last course to a planned one",
    "re.organs": "organ codes",
    "re.recovery": "recovery models",
    "re.recovered": "per cent recovered, as entered",
    "re.floor": "share that never recovers",
    "re.halftime": "half-time of recovery, months",
    "plan.course": "the plan that is checked, total/fractions",
    "plan.organ": "organ whose limits are checked",
    "plan.ask": "limits (default), risk or control",
    "plan.unstated": "yes: compare also where the source states no fractions",
    "plan.convert": "yes: convert limits to these fractions",
    "plan.disease": "primary or metastases",
    "plan.mean": "mean dose to the normal liver, Gy",
    "plan.ab": "α/β of the liver, Gy",
    "plan.kind": "how a histogram is read: cumulative or differential",
    "plan.volume": "volumes of a histogram: percent, fraction or cc",
    "plan.dose": "doses of a histogram: gy or cgy",
}
"""Every name with its meaning."""

ORGAN_NAMES: dict[str, str] = {
    "re.overlap": "overlap class of each course in this organ",
    "re.doses": "dose of each course to this organ, Gy, - where unknown",
    "re.ab": "α/β of this organ, Gy",
    "re.limit": "cumulative EQD2 limit of this organ, Gy",
}
"""Names that end with the code of an organ."""
PREFIXES = tuple(sorted({name.split(".")[0] + "." for name in DOSE_NAMES}))
MAX_VALUE = 400


def is_dose_name(key: str) -> bool:
    """Tell whether a key of an address belongs to the dose pages.

    Examples
    --------
    >>> is_dose_name("dose.model"), is_dose_name("re.ab.liver"), is_dose_name("dose.colour")
    (True, True, False)
    """
    head, _, organ = key.rpartition(".")
    return key in DOSE_NAMES or (head in ORGAN_NAMES and organ.replace("_", "").isalpha())
