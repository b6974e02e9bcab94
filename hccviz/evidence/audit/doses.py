"""Rules about dose: the schedule recomputed and its label identified; median dose and fractions."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from math import floor

from hccviz.domain.errors import DoseInputError
from hccviz.dose import lq
from hccviz.evidence.audit.claims import Claim
from hccviz.evidence.audit.printed import Printed, match, show
from hccviz.evidence.audit.records import CellError, Judgement

DEFAULT_ALPHA_BETA = Fraction(10)
CONVENTIONAL = Fraction(9, 5)  # 1.8 Gy, the other conventional fraction


@dataclass(frozen=True, slots=True)
class _Reading:
    """One quantity that a printed dose may be: code, name, exact value."""

    code: str
    name: str
    value: Fraction


def dose(claim: Claim) -> Judgement:
    """Recompute BED and equivalent doses from the schedule and tell which of them was printed.

    BED = D (1 + d/(α/β)); EQDx = D (d + α/β)/(x + α/β), for x of 2 and of 1.8 Gy, the latter also
    in whole fractions. A label that names another quantity than the number is a contradiction; a
    bare "Gy10" names none and is read by the number.

    References
    ----------
    Fowler JF. Br J Radiol 1989;62:679-94. Bentzen SM et al. Radiother Oncol 2012;105:266-8.
    """
    total, ratio = claim.number("dose"), _alpha_beta(claim)
    count = claim.whole("fractions", least=1)
    printed, label = claim.number("value"), claim.text("label")
    readings = _readings(total, count, ratio)
    wanted = _named(label)
    told = "; ".join(f"{r.name} {show(r.value)} Gy" for r in readings[:3])
    given = f"{total.text} Gy in {count} fractions, α/β {show(ratio)} Gy: {told}."
    fits = [r for r in readings if match(r.value, printed) == "rounded"]
    near = [r for r in readings if match(r.value, printed) != "no"]
    own = [r for r in near if wanted in ("", r.code.split("-")[0])]
    if any(r in fits for r in own):
        which = _names([r for r in own if r in fits])
        word = f" The label “{label}” does not say which." if not wanted else ""
        return Judgement(
            "consistent", f"{given} {printed.text} is {which}.{word}", _gray(own, fits)
        )
    if own and not (fits and wanted):
        first = own[0]
        how = match(first.value, printed)
        said = {"half": "an exact half rounded down", "truncated": "truncated"}.get(
            how, "one unit of the last digit off"
        )
        return Judgement(
            "rounding",
            f"{given} {printed.text} is {first.name}, {said}.",
            f"{show(first.value)} Gy ({first.name})",
        )
    target = next((r for r in readings if r.code == wanted), readings[0])
    if fits:
        return Judgement(
            "inconsistent",
            f"{given} {printed.text} is {_names(fits)}, not {target.name}: the number is right "
            f"under another label than “{label}”.",
            f"{show(target.value)} Gy ({target.name}); {show(fits[0].value)} Gy ({fits[0].name})",
        )
    return Judgement(
        "inconsistent",
        f"{given} {printed.text} is none of them.",
        f"{show(target.value)} Gy ({target.name})",
    )


def dose_median(claim: Claim) -> Judgement:
    """Judge a median dose against the median EQD2 and the number of patients above a cut of it.

    With at least 2 Gy per fraction EQD2 = D (d + α/β)/(2 + α/β) is never below D, patient by
    patient. So the median EQD2 (column ``other``) is not below the median dose, and at least half
    of the patients have an EQD2 of the median dose or more.
    """
    n, count = claim.whole("n", least=1), claim.whole("count")
    median, cut = claim.number("median"), claim.number("threshold")
    needed = (n + 1) // 2
    if claim.number("value").value < 2:
        return Judgement("consistent", "Fractions below 2 Gy: EQD2 may lie below the dose.")
    start = "With at least 2 Gy per fraction EQD2 is never below the physical dose, so "
    few = median.value >= cut.value and count < needed
    half = (
        f"{needed} of {n} patients have an EQD2 of {cut.text} Gy or more where the median dose is "
        f"{median.text}; {count} are printed"
    )
    middle = claim.number("other") if claim.has("other") else None
    if middle is not None and middle.high <= median.low:
        also = f" And {half}." if few else ""
        return Judgement(
            "impossible",
            f"{start}its median is not below that of the dose, {median.text} Gy; {middle.text} is "
            f"printed.{also}",
            f"median EQD2 at least {median.text} Gy, {needed} of {n} at {cut.text} or more",
        )
    if few:
        return Judgement(
            "impossible" if median.low >= cut.value else "inconsistent", f"{start}{half}.",
            f"at least {needed} of {n}",
        )  # fmt: skip
    return Judgement("consistent", f"{count} of {n} with an EQD2 of {cut.text} Gy or more can be.")


def _alpha_beta(claim: Claim) -> Fraction:
    if not claim.has("alpha_beta"):
        return DEFAULT_ALPHA_BETA
    ratio = claim.number("alpha_beta").value
    if ratio <= 0:
        raise CellError("alpha_beta", claim.text("alpha_beta"), "a number above 0")
    return ratio


def _readings(total: Printed, count: int, ratio: Fraction) -> tuple[_Reading, ...]:
    """All quantities, in exact arithmetic; the dose modules check the schedule."""
    try:
        lq.Course.from_total(float(total.value), count)
    except DoseInputError as wrong:
        raise CellError("dose", f"{total.text} Gy in {count}", str(wrong)) from None
    exact: Fraction = lq.bed_formula(total.value, count, ratio)
    conventional: Fraction = lq.eqdx_formula(total.value, count, ratio, CONVENTIONAL)
    whole = max(1, floor(conventional / CONVENTIONAL + Fraction(1, 2)))
    rounded = (
        _Reading(
            "eqd1.8-whole",
            f"the equivalent in whole 1.8 Gy fractions ({whole} × 1.8)",
            CONVENTIONAL * whole,
        ),
    )
    return (
        _Reading("bed", "BED", exact),
        _Reading("eqd2", "EQD2", lq.eqdx_formula(total.value, count, ratio, Fraction(2))),
        _Reading("eqd1.8", "the equivalent in 1.8 Gy fractions", conventional),
        *(() if conventional == rounded[0].value else rounded),
        _Reading("dose", "the physical dose", total.value),
    )


def _named(label: str) -> str:
    """Return the quantity that a label names; nothing for a bare Gy10."""
    word = label.lower().replace(" ", "").replace(",", ".")
    if "bed" in word:
        return "bed"
    if "1.8" in word:
        return "eqd1.8"
    return "eqd2" if "eqd" in word or "2gy" in word else ""


def _names(readings: list[_Reading]) -> str:
    return " or ".join(dict.fromkeys(r.name for r in readings))


def _gray(own: list[_Reading], fits: list[_Reading]) -> str:
    first = next(r for r in own if r in fits)
    return f"{show(first.value)} Gy ({first.name})"
