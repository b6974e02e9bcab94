"""Schedules printed in the five studies, as presets: what was given, to what, in which study."""

from __future__ import annotations

from dataclasses import dataclass

from hccviz.dose.lq import Course

STUDIES: dict[str, str] = {
    "re-irradiation": "Hepatic re-irradiation of hepatocellular carcinoma, n = 43",
    "case": "Huge hepatocellular carcinoma, TACE and radiotherapy, one patient",
    "sbrt-incomplete-tace": "SBRT after incomplete TACE, n = 302",
    "sbrt-liver": "SBRT of hepatocellular carcinoma and liver metastases, n = 36",
    "sorafenib-rt": "Sorafenib with radiotherapy, n = 18",
}
"""Studies by a short code, in the order in which they are discussed."""


@dataclass(frozen=True, slots=True)
class Schedule:
    """One schedule that a study prints with its dose and its fractions (or fraction size).

    Attributes
    ----------
    course
        Dose and fractions.
    study
        Code in :data:`STUDIES`.
    target
        What was irradiated.
    note
        What the study says about it: patients, its own "BED" or "EQD2" and what that is.
    """

    course: Course
    study: str
    target: str
    note: str = ""

    @property
    def label(self) -> str:
        """Name on screen: ``45 Gy / 3 fx · SBRT after incomplete TACE, n = 302``."""
        dose = f"{self.course.total_dose_gy:g} Gy / {self.course.fractions} fx"
        return f"{dose} · {STUDIES[self.study]}"


def _schedule(total: float, fractions: int, study: str, target: str, note: str = "") -> Schedule:
    return Schedule(Course.from_total(total, fractions), study, target, note)


SCHEDULES: tuple[Schedule, ...] = (
    _schedule(45, 15, "re-irradiation", "liver", "first course of the patient with a perforation"),
    _schedule(54, 18, "re-irradiation", "liver", "second course, 11 months after the first"),
    _schedule(48, 16, "re-irradiation", "liver", "third course, 6 months after the second"),
    _schedule(30, 12, "case", "liver", "printed EQD2 31.2 Gy; exact 31.25"),
    _schedule(60, 24, "case", "bone metastasis", "printed EQD2 62.5 Gy"),
    _schedule(60, 4, "case", "lung metastasis", "printed EQD2 125 Gy"),
    _schedule(36, 3, "sbrt-incomplete-tace", "liver", "16 patients; printed 80 Gy10, BED is 79.2"),
    _schedule(45, 3, "sbrt-incomplete-tace", "liver", "267 patients; printed 113 Gy10 (BED)"),
    _schedule(48, 3, "sbrt-incomplete-tace", "liver", "2 patients; printed 125 Gy10 (BED)"),
    _schedule(60, 4, "sbrt-incomplete-tace", "liver", "16 patients; printed 150 Gy10 (BED)"),
    _schedule(60, 3, "sbrt-incomplete-tace", "liver", "1 patient; printed 180 Gy10 (BED)"),
    _schedule(42, 3, "sbrt-liver", "liver", "near stomach, duodenum or bowel; printed BED 100.8"),
    _schedule(48, 3, "sbrt-liver", "liver", "otherwise; printed BED 124.8"),
    _schedule(58.42, 23, "sorafenib-rt", "lymph nodes", "2.54 Gy daily; “BED” 61.2 is EQD1.8"),
    _schedule(50.4, 28, "sorafenib-rt", "lymph node", "1.8 Gy daily"),
    _schedule(39, 13, "sorafenib-rt", "pelvic seeding", "3 Gy daily; “48.6” is EQD1.8 at α/β 3"),
    _schedule(30, 5, "sorafenib-rt", "chest wall", "6 Gy daily; “BED” 41.4 is EQD1.8"),
)
"""Printed schedules only; those that had to be inferred from an equivalent dose are left out."""


def schedules(study: str | None = None) -> tuple[Schedule, ...]:
    """Return the presets, of one study or of all.

    Examples
    --------
    >>> [preset.course.code for preset in schedules("sbrt-liver")]
    ['42/3', '48/3']
    """
    return tuple(preset for preset in SCHEDULES if study in (None, preset.study))
