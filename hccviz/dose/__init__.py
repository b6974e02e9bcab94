"""Radiation dose in liver treatment: LQ family, re-irradiation, limits, NTCP, liver scores.

Pure functions and frozen records: numbers in, records out; no screen, no files of patients.
Start with :mod:`hccviz.dose.lq` (BED, EQD2, courses) and :mod:`hccviz.dose.scenario` (one query
string for a whole comparison, behind the page and the command line alike).
"""

from hccviz.dose.lq import Course, bed, eqd2, eqdx

__all__ = ["Course", "bed", "eqd2", "eqdx"]
