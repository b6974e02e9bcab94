"""Organ limits measured from a dose-volume histogram: which are met, and which cannot be told."""

from __future__ import annotations

from hccviz.dose.dvh import Dvh
from hccviz.dose.limits import LimitCheck, OrganLimit, check_limit, limits
from hccviz.dose.lq import Course


def measure(entry: OrganLimit, dvh: Dvh, course: Course) -> float | None:
    r"""Return the value a limit is about; None when the histogram cannot give it.

    Parameters
    ----------
    entry
        Limit; those about cubic centimetres need a histogram with absolute volumes.
    dvh
        Histogram of the organ.
    course
        Prescription, for limits relative to it.

    Examples
    --------
    >>> from hccviz.dose.dvh_file import parse_dvh
    >>> from hccviz.dose.limits import limit
    >>> liver = parse_dvh("Gy;%\n0;100\n10;60\n20;20\n30;0")
    >>> measure(limit("sbrt-liver-mean"), liver, Course.from_total(45, 3))
    13.0
    """
    at = 0.0 if entry.at is None else entry.at
    if entry.metric == "mean_dose":
        return dvh.mean_gy
    if entry.metric == "max_dose":
        return dvh.max_gy
    if entry.metric == "dose_to_cc":
        return dvh.dose_to_cc(at)
    if entry.metric == "spared_cc":
        return dvh.spared_cc(at)
    if entry.metric == "volume_over_gy_percent":
        return 100 * dvh.share_over(at)
    if entry.metric == "volume_over_percent_of_rx":
        return 100 * dvh.share_over(course.total_dose_gy * at / 100)
    return None


def check_plan(
    tissue: str, dvh: Dvh, course: Course, *, accept_unstated: bool = False
) -> tuple[LimitCheck, ...]:
    """Check every organ limit of one tissue, in the order of the table.

    A limit for another number of fractions is listed with that status and not compared; see
    :func:`hccviz.dose.limits.convert_limit` for a conversion on request.
    """
    found = []
    for entry in limits(tissue=tissue, kind="organ"):
        value = measure(entry, dvh, course)
        if value is None:
            note = "Needs a histogram with volumes in cc."
            found.append(LimitCheck(entry, None, "not measured", (note,)))
        else:
            found.append(check_limit(entry, value, course, accept_unstated=accept_unstated))
    return tuple(found)
