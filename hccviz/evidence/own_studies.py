"""The reader's own rows of the literature table: read strictly, with row-by-row findings."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from hccviz.domain import cells
from hccviz.domain.cells import CellError, Finding
from hccviz.domain.literature_records import PrintedCount, Study
from hccviz.domain.records import Proportion
from hccviz.evidence.literature import counted, other_denominators
from hccviz.stats.proportions import proportion

COLUMNS = {
    "study": "Study",
    "year": "Year",
    "n": "Patients",
    "orr_count": "CR + PR (patients)",
    "orr_pct": "ORR (%)",
    "dcr_count": "CR + PR + SD (patients)",
    "dcr_pct": "DCR (%)",
}
"""Columns of the table that the reader fills in, with their headings."""
MAX_ROWS = 50
MAX_PATIENTS = 10_000_000
_LONGEST_NAME = 60


def read_own(
    rows: Sequence[Mapping[str, str]],
) -> tuple[tuple[Study, ...], tuple[Finding, ...]]:
    """Read the reader's rows; empty ones are skipped, wrong cells and rows are named.

    Parameters
    ----------
    rows
        Cells as typed, by the codes of :data:`COLUMNS`; a missing cell is an empty one.

    Returns
    -------
    tuple
        Studies that can be used, and everything found. A row without a usable number of patients
        or without a usable rate is left out; other wrong cells are left out alone.
    """
    studies: list[Study] = []
    findings: list[Finding] = []
    for place, row in enumerate(rows, start=1):
        typed = {code: str(row.get(code, "") or "").strip() for code in COLUMNS}
        if not any(typed.values()):
            continue
        if place > MAX_ROWS:
            expected = f"at most {MAX_ROWS} rows"
            findings.append(
                Finding(place, "", "more rows", expected, "The rest is left out.", row_used=False)
            )
            break
        study, found = _Row(place, typed).read()
        findings += found
        if study is not None:
            studies.append(study)
    return tuple(studies), tuple(findings)


class _Row:
    """One row while it is read."""

    def __init__(self, place: int, typed: dict[str, str]) -> None:
        self.place, self.typed = place, typed
        self.findings: list[Finding] = []

    def read(self) -> tuple[Study | None, list[Finding]]:
        n = self.whole("n", 1, MAX_PATIENTS, needed=True)
        year = self.whole("year", 1900, 2100)
        if n is None:  # whatever else is wrong is told at once
            for rate in ("orr", "dcr"):
                self.whole(f"{rate}_count", 0, MAX_PATIENTS)
                self.percent(f"{rate}_pct")
            return None, self.findings
        rates = {rate: r for rate in ("orr", "dcr") if (r := self.rate(rate, n)) is not None}
        if not rates:
            self.say("orr_pct", "no usable rate", "ORR or DCR, as patients or in %", used=False)
            return None, self.findings
        if len(rates) == 2 and rates["orr"][1].count > rates["dcr"][1].count:
            found = f"{rates['orr'][1].count} responders and {rates['dcr'][1].count} controlled"
            self.say("dcr_count", found, "at least as many controlled", "Used as typed; check it.")
        return self.study(n, year, rates), self.findings

    def study(
        self, n: int, year: int | None, rates: dict[str, tuple[PrintedCount, Proportion]]
    ) -> Study:
        name = " ".join(self.typed["study"].split())[:_LONGEST_NAME] or f"Own study {self.place}"
        if year is not None and str(year) not in name:
            name = f"{name} {year}"
        return Study(
            name=name, own=True, year=year, design="", n=n, size_cm="", vascular_invasion_pct="",
            total_dose_gy="", dose_per_fraction_gy="", bed_gy=None, eqd2_gy=None, rates=rates,
            median_os_months="", os_pct="", os_at_months="", source="added by you",
            evaluable=other_denominators(rates),
        )  # fmt: skip

    def rate(self, rate: str, n: int) -> tuple[PrintedCount, Proportion] | None:
        """Return one rate from its count or its percent; the count comes first."""
        count = self.whole(f"{rate}_count", 0, n)
        percent = self.percent(f"{rate}_pct")
        if count is not None:
            if percent is not None:
                self.compare(rate, count, n, percent)
            return PrintedCount("", n, "given", (count,), count), proportion(count, n)
        return None if percent is None else counted(percent, n)

    def compare(self, rate: str, count: int, n: int, percent: str) -> None:
        behind = counted(percent, n)[0]
        if behind.rule == "impossible" or count not in behind.candidates:
            found = f"{percent}% beside {count} of {n}, which is {100 * count / n:.2f}%"
            self.say(f"{rate}_pct", found, "the same rate twice", "The patients are used.")

    def percent(self, code: str) -> str | None:
        text = self.typed[code]
        if not text:
            return None
        try:
            cells.number(text, low=0, high=100)
        except CellError as wrong:
            self.refuse(code, wrong)
            return None
        return text.lstrip("+")

    def whole(self, code: str, low: int, high: int, *, needed: bool = False) -> int | None:
        text = self.typed[code]
        if not text and not needed:
            return None
        try:
            return cells.whole(text, low=low, high=high)
        except CellError as wrong:
            self.refuse(code, wrong, used=not needed)
            return None

    def refuse(self, code: str, wrong: CellError, *, used: bool = True) -> None:
        self.say(code, cells.shown(self.typed[code]), wrong.expected, wrong.action, used=used)

    def say(
        self,
        code: str,
        found: str,
        expected: str,
        action: str = "Fill it in.",
        *,
        used: bool = True,
    ) -> None:
        self.findings.append(Finding(self.place, COLUMNS[code], found, expected, action, used))
