"""Event files: one patient's course as CSV, read strictly, with row-by-row findings."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from dataclasses import replace

from hccviz.domain import cells
from hccviz.domain.case_records import CaseEvent
from hccviz.domain.cells import Finding
from hccviz.domain.errors import HccvizError
from hccviz.evidence.event_row import COLUMNS, read_row

MAX_BYTES = 500_000
MAX_EVENTS = 500
TEMPLATE = """date,date_to,kind,site,total_dose_gy,fractions,afp_ng_ml,pivka_ii_mau_ml,note
2021-03-02,,diagnosis,liver segment 8,,,412,1250,CT 4 cm
2021-03-20,,tace,liver segment 8,,,,,
2021-05,,radiotherapy,liver segment 8,45,15,,,
2021-08-10,,response,liver segment 8,,,<2,18,CR by mRECIST
2022-01-15,2022-09-01,systemic,,,,,,
"""


def read_bytes(raw: bytes) -> tuple[tuple[CaseEvent, ...], bool, tuple[Finding, ...]]:
    """Read an event file as it comes from a person.

    Returns
    -------
    tuple
        Events in the order of time, whether they have dates, and everything found: a row without
        a usable time or kind is left out, any other wrong cell is left out alone.

    Raises
    ------
    HccvizError
        When the file is too large, is no text, or has no usable headings.
    """
    if len(raw) > MAX_BYTES:
        raise HccvizError(
            f"The file has {len(raw) / 1e6:.1f} MB; expected at most {MAX_BYTES / 1e6:.1f} MB, the "
            "events of one patient. Shorten it."
        )
    if b"\x00" in raw:
        raise HccvizError("This is not text; expected a CSV file. Save the table as CSV (UTF-8).")
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise HccvizError(
            "The file is not UTF-8 text. Save it as CSV UTF-8; other encodings are not guessed."
        ) from None
    return read_text(text)


def read_text(text: str) -> tuple[tuple[CaseEvent, ...], bool, tuple[Finding, ...]]:
    """Read an event file from its text; see :func:`read_bytes`."""
    try:
        lines = list(csv.reader(io.StringIO(text), delimiter=_delimiter(text)))
    except csv.Error as wrong:
        raise HccvizError(f"This is no CSV table ({wrong}). Save the table as CSV.") from None
    lines = [[cell.strip() for cell in line] for line in lines if any(map(str.strip, line))]
    if not lines:
        raise HccvizError("The file is empty; expected headings and one row per event.")
    heads, findings = _headings(lines[0])
    calendar = "date" in heads and not ("month" in heads and _first_is_month(heads, lines[1:]))
    events: list[CaseEvent] = []
    for place, line in enumerate(lines[1 : MAX_EVENTS + 1], start=1):
        event, found = read_row(place, heads, line, calendar=calendar)
        findings += found
        if event is not None:
            events.append(event)
    if len(lines) - 1 > MAX_EVENTS:
        more, most = f"{len(lines) - 1} rows", f"at most {MAX_EVENTS}"
        findings.append(Finding(0, "", more, most, "The rows beyond are left out."))
    events.sort(key=lambda event: event.months)
    return _from_first(events, calendar=calendar), calendar, tuple(findings)


def _delimiter(text: str) -> str:
    head = text.lstrip().split("\n", 1)[0]
    return max(",;\t", key=head.count)


def _headings(line: Sequence[str]) -> tuple[list[str], list[Finding]]:
    """Return the headings, unknown and repeated ones emptied and named."""
    heads = [head.lower().replace(" ", "_") for head in line]
    findings = []
    for place, head in enumerate(heads):
        known = head in COLUMNS and head not in heads[:place]
        if head and not known:
            what = "a heading that is there twice" if head in COLUMNS else "an unknown heading"
            expected = "the documented headings, each once"
            findings.append(
                Finding(0, line[place][: cells.LONGEST], what, expected, "This column is left out.")
            )
        heads[place] = head if known else ""
    if "kind" not in heads or not {"date", "month"} & set(heads):
        found = ", ".join(cells.shown(head) for head in line[:8])
        raise HccvizError(
            f"The first row is no row of headings: found {found}; expected at least kind, and date "
            "or month. Start from the template."
        )
    return heads, findings


def _first_is_month(heads: Sequence[str], lines: Sequence[Sequence[str]]) -> bool:
    """Tell whether the first row with a time counts months; the rest has to follow it."""
    day, month = heads.index("date"), heads.index("month")
    for line in lines:
        if len(line) > max(day, month) and bool(line[day]) != bool(line[month]):
            return bool(line[month])
    return False


def _from_first(events: Sequence[CaseEvent], *, calendar: bool) -> tuple[CaseEvent, ...]:
    """Count the months of a file with dates from its first event."""
    if not calendar or not events:
        return tuple(events)
    start = events[0].months
    return tuple(
        replace(
            event,
            months=event.months - start,
            months_to=None if event.months_to is None else event.months_to - start,
        )
        for event in events
    )
