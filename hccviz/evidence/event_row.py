"""One row of an event file, read strictly: what is wrong is named and left out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date

from hccviz.domain import cells
from hccviz.domain.case_records import KINDS, MARKERS, Bound, CaseEvent, MarkerValue
from hccviz.domain.cells import CellError, Finding
from hccviz.domain.errors import DoseInputError
from hccviz.dose.lq import Course, bed, eqd2

MAX_MONTHS = 1200.0
DAYS_PER_MONTH = 365.25 / 12
ALPHA_BETA_GY = 10.0
"""α/β of tumour for BED and EQD2 of the courses."""
COLUMNS = {
    "date": "when, as 2019-08-27 or 2019-08; a file has either dates or months",
    "month": "when, in months from a start of your choice, as 14.5",
    "date_to": "optional end of a treatment that lasted, as a date",
    "month_to": "the same in months",
    "kind": f"what happened: {', '.join(KINDS)}",
    "site": "where, as liver segment 3",
    "total_dose_gy": "physical dose of the whole course of radiotherapy, Gy",
    "fractions": "its number of fractions",
    "afp_ng_ml": "alpha-fetoprotein, ng/mL; <2 below detection, >60500 above the range",
    "pivka_ii_mau_ml": "PIVKA-II (des-gamma-carboxyprothrombin), mAU/mL; < and > as above",
    "printed_eqd2_gy": "optional: what a report calls the EQD2 of the course, to be compared",
    "approximate": "optional: yes when the time is not known exactly, drawn hollow",
    "note": "optional words, without names or numbers that identify a person",
}
"""Every column that is read, with its meaning; only ``kind`` and a time are needed."""
SYNONYMS = {"rt": "radiotherapy", "sbrt": "radiotherapy", "ebrt": "radiotherapy",
            "surgery": "resection", "ablation": "rfa", "followup": "follow_up"}  # fmt: skip


def read_row(
    place: int, heads: Sequence[str], line: Sequence[str], *, calendar: bool
) -> tuple[CaseEvent | None, list[Finding]]:
    """Read one row.

    Parameters
    ----------
    place
        Its number, from 1 below the headings.
    heads, line
        Headings (``""`` for a column that is not read) and cells.
    calendar
        True when the file has dates, False when it counts months.

    Returns
    -------
    tuple
        The event, or None without a usable kind or time; and everything found. BED and EQD2 are
        at α/β 10 Gy. Months of a file with dates are counted from the year 1.
    """
    return _Row(place, heads, line, calendar=calendar).read()


class _Row:
    """One row while it is read."""

    def __init__(
        self, place: int, heads: Sequence[str], line: Sequence[str], *, calendar: bool
    ) -> None:
        self.place, self.calendar = place, calendar
        self.extra = len(line) > len(heads)
        self.cells: Mapping[str, str] = {
            head: cell for head, cell in zip(heads, line, strict=False) if head
        }
        self.findings: list[Finding] = []

    def read(self) -> tuple[CaseEvent | None, list[Finding]]:
        if self.extra:
            found = "more cells than headings"
            expected = "one cell per heading"
            action = "Is there a decimal comma, or a comma in a text without quotes?"
            self.say("", found, expected, action, used=False)
            return None, self.findings
        kind, when = self.kind(), self.when()
        months, day = when or (0.0, None)
        months_to, day_to = self.until(months) if when else (None, None)
        total, fractions = self.dose(kind or "radiotherapy")
        event = CaseEvent(
            row=self.place,
            kind=kind or "",
            when=self.text("date" if self.calendar else "month"),
            months=months,
            months_to=months_to,
            day=day,
            day_to=day_to,
            site=self.text("site"),
            approximate=self.yes("approximate"),
            total_dose_gy=total,
            fractions=fractions,
            printed_eqd2_gy=self.printed(),
            markers={code: value for code in MARKERS if (value := self.marker(code)) is not None},
            note=self.text("note"),
        )
        if kind is None or when is None:
            return None, self.findings
        return self.computed(event), self.findings

    # --- what and when -------------------------------------------------------------------------

    def kind(self) -> str | None:
        raw = self.text("kind")
        code = raw.lower().replace(" ", "_").replace("-", "_")
        code = SYNONYMS.get(code, code)
        if code in KINDS:
            return code
        expected = f"one of {', '.join(KINDS)}"
        self.say("kind", cells.shown(raw), expected, "Choose one.", used=False)
        return None

    def when(self) -> tuple[float, date | None] | None:
        day, month = self.text("date"), self.text("month")
        name = "date" if self.calendar else "month"
        if day and month:
            found = f"date {cells.shown(day)} and month {cells.shown(month)}"
            self.say("date", found, "one of the two", "Empty one of them.", used=False)
            return None
        if (month and self.calendar) or (day and not self.calendar):
            other, expected = ("month" if month else "date"), f"a {name}, as in the other rows"
            self.say(other, cells.shown(month or day), expected, "Use one of the two.", used=False)
            return None
        return self.time(name, used=False)

    def until(self, start: float) -> tuple[float | None, date | None]:
        name = "date_to" if self.calendar else "month_to"
        end = self.time(name, used=True) if self.text(name) else None
        if end is not None and end[0] < start:
            self.say(name, cells.shown(self.text(name)), "a time after the start", "Correct it.")
            end = None
        return end if end is not None else (None, None)

    def time(self, name: str, *, used: bool) -> tuple[float, date | None] | None:
        text = self.text(name)
        try:
            if not self.calendar:
                return cells.number(text, low=-MAX_MONTHS, high=MAX_MONTHS), None
            day = cells.day(text)
            return day.toordinal() / DAYS_PER_MONTH, day
        except CellError as wrong:
            self.say(name, cells.shown(text), wrong.expected, wrong.action, used=used)
            return None

    # --- numbers -------------------------------------------------------------------------------

    def dose(self, kind: str) -> tuple[float | None, int | None]:
        if kind != "radiotherapy":
            for name in ("total_dose_gy", "fractions"):
                if self.text(name):
                    found = f"{cells.shown(self.text(name))} for {KINDS[kind]}"
                    self.say(name, found, "a dose with radiotherapy only", "Check the kind.")
            return None, None
        total = self.number("total_dose_gy", low=0.0)
        fractions = self.number("fractions", low=1.0)
        if fractions is not None and fractions != int(fractions):
            self.say("fractions", cells.shown(self.text("fractions")), "a whole number")
            fractions = None
        return total, None if fractions is None else int(fractions)

    def computed(self, event: CaseEvent) -> CaseEvent:
        """Add BED and EQD2 where dose and fractions make a possible course."""
        if event.kind != "radiotherapy":
            return event
        total, fractions = event.total_dose_gy, event.fractions
        if total is None or fractions is None:
            if not any(f.column in ("total_dose_gy", "fractions") for f in self.findings):
                missing = "total_dose_gy" if total is None else "fractions"
                self.say(missing, "nothing", "dose and fractions of radiotherapy",
                         "Without both there is no BED.")  # fmt: skip
            return event
        try:
            course = Course.from_total(total, fractions)
        except DoseInputError as wrong:
            found = f"{total:g} Gy in {fractions}"
            self.say("total_dose_gy", found, "a possible course in Gy", str(wrong))
            return replace(event, total_dose_gy=None, fractions=None)
        given = (course.total_dose_gy, course.fractions)
        return replace(
            event,
            bed_gy=bed(*given, alpha_beta_gy=ALPHA_BETA_GY),
            eqd2_gy=eqd2(*given, alpha_beta_gy=ALPHA_BETA_GY),
        )

    def printed(self) -> str:
        value = self.number("printed_eqd2_gy", low=0.0)
        return "" if value is None else self.text("printed_eqd2_gy")

    def marker(self, code: str) -> MarkerValue | None:
        text = self.text(code)
        if not text:
            return None
        bound: Bound = "<" if text[0] == "<" else ">" if text[0] == ">" else ""
        try:
            value = cells.number(text.lstrip("<>≤≥").strip(), low=0.0)
        except CellError as wrong:
            self.say(code, cells.shown(text), wrong.expected, wrong.action)
            return None
        if value == 0:
            action = "Below detection, write the limit, as <2; a log axis has no 0."
            self.say(code, cells.shown(text), "a value above 0", action)
            return None
        return MarkerValue(value, bound)

    def number(self, name: str, *, low: float) -> float | None:
        text = self.text(name)
        if not text:
            return None
        try:
            return cells.number(text, low=low)
        except CellError as wrong:
            self.say(name, cells.shown(text), wrong.expected, wrong.action)
            return None

    def yes(self, name: str) -> bool:
        text = self.text(name).lower()
        if text not in ("", "yes", "no"):
            self.say(name, cells.shown(text), "yes or no", "It is read as no.")
        return text == "yes"

    def text(self, name: str) -> str:
        return self.cells.get(name, "")

    def say(
        self,
        column: str,
        found: str,
        expected: str,
        action: str = "Correct it.",
        *,
        used: bool = True,
    ) -> None:
        self.findings.append(Finding(self.place, column, found, expected, action, used))
