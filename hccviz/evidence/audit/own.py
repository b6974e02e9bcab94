"""A table of one's own as claims: CSV text or rows from a screen, read cell by cell.

Every cell stays text until a rule asks for it. Decimal commas, other headings and unknown columns
are read as far as they are clear, and every such reading is told with its row.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Mapping, Sequence

from hccviz.domain.errors import HccvizError
from hccviz.evidence.audit.claims import COLUMNS, WORDS, Claim

MAX_BYTES = 1_000_000
MAX_ROWS = 500
MAX_COLUMNS = 100
MAX_CELL = 300
MAX_NOTES = 40
_COUNTS = ("n", "count", "counts", "censored", "fractions")
_THOUSANDS = re.compile(r"\d{1,3}(,\d{3})+")
_DECIMAL = re.compile(r"\d+,\d+")
_SYNONYMS = {
    "kind": "rule", "check": "rule", "hr": "ratio", "or": "ratio", "hazard_ratio": "ratio",
    "odds_ratio": "ratio", "lower": "low", "upper": "high", "p_value": "p", "p-value": "p",
    "%": "percent", "percentage": "percent", "events": "count", "total_dose_gy": "dose",
    "dose_gy": "dose", "ab": "alpha_beta", "α/β": "alpha_beta", "months": "time",
    "printed": "value", "text": "claim",
}  # fmt: skip
EXAMPLES: tuple[dict[str, str], ...] = (
    {"claim": "Responders 27 (62.8 %)", "n": "43", "count": "27", "percent": "62.8"},
    {"claim": "Vascular invasion 24.7 % of 76", "n": "76", "percent": "24.7"},
    {"claim": "Overlap 13, adjacent 21, apart 9", "n": "43", "counts": "13+21+9"},
    {"claim": "Median 11.2 months, 57 % at 12", "median": "11.2", "time": "12", "rate": "57"},
    {"claim": "HR 2.78 (1.29-5.98), p 0.009", "ratio": "2.78", "low": "1.29", "high": "5.98",
     "p": "0.009"},
    {"claim": "Response 17/21 against 10/22, p 0.016", "counts": "17+4/10+12", "p": "0.016"},
    {"claim": "39 Gy in 13 fractions, BED 48.6 Gy", "dose": "39", "fractions": "13",
     "alpha_beta": "3", "label": "BED", "value": "48.6"},
)  # fmt: skip
"""Rows of the template; an empty rule means every rule whose columns are filled."""


class AuditFileError(HccvizError):
    """A file that is no table of claims."""


def read_table(data: bytes) -> tuple[tuple[Claim, ...], tuple[str, ...]]:
    """Read a CSV file: claims by row, and what was remarkable.

    Comma, semicolon and tab separate columns; UTF-8, UTF-16 with a byte order mark and Latin-1 are
    understood; lines that start with # are comments.

    Raises
    ------
    AuditFileError
        When the file is too large, is no text, or has none of the documented columns.
    """
    if len(data) > MAX_BYTES:
        raise AuditFileError(
            f"Found a file of {len(data) / 1e6:.1f} MB; a table of claims has at most "
            f"{MAX_BYTES / 1e6:g} MB. Keep the rows that are to be checked."
        )
    text = _decode(data)
    lines = [line for line in text.splitlines() if line.strip() and not line.startswith("#")]
    if not lines:
        raise AuditFileError("The file is empty. Expected a heading and at least one row.")
    mark = max((";", "\t", ","), key=lines[0].count)
    try:
        heading, *rows = list(csv.reader(io.StringIO("\n".join(lines)), delimiter=mark))
    except csv.Error as wrong:
        raise AuditFileError(f"The file is no CSV table ({wrong}). Save it as CSV.") from None
    if len(heading) > MAX_COLUMNS:
        raise AuditFileError(
            f"Found {len(heading)} columns; a table of claims has at most {MAX_COLUMNS}. Keep the "
            "documented ones."
        )
    names, notes = _headings(heading)
    if not set(names) & set(COLUMNS):
        raise AuditFileError(
            f"Found the columns {', '.join(h.strip()[:20] for h in heading[:6])}; expected some of "
            f"{', '.join(COLUMNS)}. Download the template to see them."
        )
    made = [dict(zip(names, row, strict=False)) for row in rows]
    for number, row in enumerate(rows, start=1):
        if len(row) > len(heading) and any(cell.strip() for cell in row[len(heading) :]):
            notes.append(
                f"Row {number}: {len(row)} cells under {len(heading)} headings; the last were "
                "left out. Decimal commas need quotes, or semicolons between columns."
            )
    claims, told = claims_of(made)
    return claims, tuple([*notes, *told][: MAX_NOTES + 1])


def claims_of(rows: Sequence[Mapping[str, object]]) -> tuple[tuple[Claim, ...], tuple[str, ...]]:
    """Return claims and remarks of rows (column → cell); empty rows are passed over."""
    claims: list[Claim] = []
    notes: list[str] = []
    for number, row in enumerate(rows, start=1):
        if len(claims) >= MAX_ROWS:
            notes.append(f"Only the first {MAX_ROWS} rows are checked; there are {len(rows)}.")
            break
        cells = {}
        for column, cell in row.items():
            text = "" if cell is None else str(cell).strip()[:MAX_CELL]
            if column not in COLUMNS or text in ("", "None", "nan", "NaN"):
                continue
            cells[column] = _clean(number, column, text, notes)
        if cells:
            claims.append(Claim(number, cells))
    if len(notes) > MAX_NOTES:
        notes = [*notes[:MAX_NOTES], f"… and {len(notes) - MAX_NOTES} more remarks."]
    return tuple(claims), tuple(notes)


def _clean(number: int, column: str, text: str, notes: list[str]) -> str:
    """Read decimal commas, and a % sign where a percentage belongs; tell it."""
    if column in WORDS:
        return text
    made = text.removesuffix("%").strip() if column in ("percent", "rate") else text
    where = f"Row {number}, column {column}: “{text[:40]}”"
    if column in _COUNTS and _THOUSANDS.fullmatch(made):
        made = made.replace(",", "")
        notes.append(f"{where} is read as {made} (commas between thousands).")
    elif _DECIMAL.search(made):
        made = re.sub(r"(?<=\d),(?=\d)", ".", made)
        notes.append(f"{where} is read as {made[:40]} (decimal comma).")
    return made


def _headings(heading: Sequence[str]) -> tuple[list[str], list[str]]:
    names: list[str] = []
    notes: list[str] = []
    for cell in heading:
        word = cell.strip().strip("\ufeff").lower().replace(" ", "_")
        name = _SYNONYMS.get(word, word)
        if name in names:
            notes.append(f"Column {cell.strip()[:40]} stands twice; the first one is used.")
            name = ""
        elif name not in COLUMNS and word not in ("", "study"):
            notes.append(f"Column {cell.strip()[:40]} is not one that the audit knows; left out.")
        names.append(name if name in COLUMNS else f"-{len(names)}")
    return names, notes


def _decode(data: bytes) -> str:
    wide = data[:2] in (b"\xff\xfe", b"\xfe\xff")
    if b"\x00" in data and not wide:
        raise AuditFileError("Found a file that is no text; expected CSV. Export the table as CSV.")
    try:
        return data.decode("utf-16" if wide else "utf-8-sig")
    except UnicodeDecodeError:
        if wide:
            raise AuditFileError("The file is no readable text. Save it as CSV, UTF-8.") from None
        return data.decode("latin-1")
