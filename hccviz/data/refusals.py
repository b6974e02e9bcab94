"""The sentences for files that cannot be opened: what was found, what was expected, what to do."""

from __future__ import annotations

from typing import Any

_DO_EXPORT = "Export the table as a parquet file and open that."
_DO_AGAIN = "Export, copy or download it again."

SENTENCES: dict[str, str] = {
    "no_file": "There is no readable file {found}; expected a cohort file in parquet format. "
    "Check the path.",
    "folder": "{found} is a folder; expected one cohort file in parquet format. "
    "Name a file inside it.",
    "empty": "This file is empty (0 bytes); expected a cohort file in parquet format. " + _DO_AGAIN,
    "not_parquet": "This is not a parquet file: it looks like {found}; expected a cohort file in "
    "parquet format. " + _DO_EXPORT,
    "truncated": "This parquet file is cut off: it begins well, but its end is missing after "
    "{found} bytes; expected a whole file. " + _DO_AGAIN,
    "encrypted": "This parquet file is encrypted; expected one that is not. Export it without "
    "encryption.",
    "file_bytes": "This file has {found_mb} MB; expected at most {file_bytes_mb} MB. "
    "Remove columns that are not needed, or use the command line on your own machine.",
    "footer": "The table of contents of this parquet file is damaged; expected one that can be "
    "read. " + _DO_AGAIN,
    "pages": "This parquet file is damaged inside: its data do not fit its table of contents or "
    "its checksums; expected intact data. " + _DO_AGAIN,
    "row_sum": "This parquet file contradicts itself: its parts do not add up to the {found} rows "
    "it announces; expected equal numbers. " + _DO_AGAIN,
    "no_rows": "This parquet file has no rows; expected one row per patient. "
    "Check the filter or query that wrote it.",
    "no_columns": "This parquet file has no columns; expected at least an endpoint pair such as "
    "os_months and os_event. " + _DO_EXPORT,
    "rows": "This file announces {found} rows; expected at most {rows}, one per patient. "
    "Check that it holds one row per patient.",
    "columns": "This file has {found} columns; expected at most {columns}. "
    "Remove columns that are not needed.",
    "row_groups": "This file is cut into {found} row groups; expected at most {row_groups}, and "
    "fewer for many columns. Write it again with row groups of about 128,000 rows.",
    "uncompressed_bytes": "This file unpacks to {found_mb} MB; expected at most "
    "{uncompressed_bytes_mb} MB. Remove columns that are not needed.",
    "answer_bytes": "The data of this file take more than {answer_bytes_mb} MB in memory; expected "
    "less. Remove columns that are not needed.",
    "metadata_bytes": "The description inside this file has {found} bytes; expected at most "
    "{metadata_bytes}. Shorten its title and notes.",
    "memory": "Reading this file needs more than {memory_bytes_mb} MB of memory; expected less. It "
    "may be damaged or made to harm: use it only if you know its source, with fewer columns.",
    "time": "Reading this file was stopped because it took too long; expected at most "
    "{cpu_seconds} seconds of work and {wall_seconds} in all. It may be damaged or made to harm: "
    "use it only if you know its source, with fewer columns.",
    "killed": "Reading this file was stopped by the system, for want of memory or time; expected a "
    "file that can be read within {memory_bytes_mb} MB. Try again, or with fewer columns.",
    "crash": "This file made the reader fail, so it was not opened; expected an intact parquet "
    "file. " + _DO_AGAIN,
    "busy": "Other files are being read at the moment; expected a free place. Try again in a "
    "minute.",
    "start": "The safe file reader could not start; expected pyarrow in this installation. "
    "Install the packages of requirements.txt again.",
    "no_watchdog": "The safe file reader could not start: on this system it needs the package "
    "psutil. Install the packages of requirements.txt again.",
}

_BEGINNINGS: tuple[tuple[bytes, str], ...] = (
    (b"PK\x03\x04", "an Excel workbook or a ZIP archive"),
    (b"\xd0\xcf\x11\xe0", "an old Excel workbook (.xls)"),
    (b"\x1f\x8b", "a gzip archive"),
    (b"%PDF", "a PDF document"),
    (b"ARROW1", "an Arrow or Feather file"),
    (b"$FL", "an SPSS file (.sav)"),
    (b"<", "a web page or XML"),
    (b"{", "JSON text"),
    (b"[", "JSON text"),
)


def kind_of_bytes(head: bytes, tail: bytes, size: int) -> tuple[str, str]:
    """Return the reason and detail for which bytes are plainly no parquet file.

    Parameters
    ----------
    head, tail, size
        First 16 bytes, last 4 bytes, length.

    Returns
    -------
    tuple of str
        ``("", "")`` when it may be one.

    Examples
    --------
    >>> kind_of_bytes(b"patient_id;age", b"x,61", 400)
    ('not_parquet', 'text, perhaps CSV')
    """
    if size == 0:
        return "empty", ""
    if head.startswith(b"PARE"):
        return "encrypted", ""
    if head.startswith(b"PAR1"):
        whole = size >= 12 and tail == b"PAR1"
        return ("", "") if whole else ("truncated", f"{size:,}")
    named = next((name for start, name in _BEGINNINGS if head.lstrip().startswith(start)), "")
    return "not_parquet", named or ("text, perhaps CSV" if _is_text(head) else "something else")


def _is_text(head: bytes) -> bool:
    if head.startswith((b"\xff\xfe", b"\xfe\xff", b"\xef\xbb\xbf")):
        return True
    return all(byte >= 32 or byte in (9, 10, 13) for byte in head)


def refusal_sentence(reason: str, found: str, limits: dict[str, Any]) -> str:
    """Return the sentence of a reason, with what was found and the limits filled in."""
    words: dict[str, str] = {"found": found}
    if found.isdecimal():
        words["found"] = f"{int(found):,}"
        words["found_mb"] = f"{int(found) / 1e6:,.0f}"
    for name, value in limits.items():
        words[name] = f"{value:,.0f}" if value >= 2 else f"{value:g}"
        words[f"{name}_mb"] = f"{value / 1e6:,.0f}"
    words.setdefault("found_mb", found or "too many")
    return SENTENCES.get(reason, SENTENCES["crash"]).format_map(words)
