"""What a cohort file says about itself, in its parquet key ``hccviz``."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field
from typing import Any, Literal, get_args

CohortKind = Literal["reconstructed", "simulated", "patient"]
METADATA_KEY = b"hccviz"

KIND_SENTENCE: dict[str, str] = {
    "reconstructed": "Rebuilt from the printed tables of a study: these are not patients, and a "
    "subgroup that was not published is not evidence.",
    "simulated": "Invented by a computer for demonstration: not patients, no evidence.",
    "patient": "",
}


@dataclass(frozen=True, slots=True)
class CohortMetadata:
    """Title, kind and conventions of a cohort.

    Attributes
    ----------
    kind
        ``reconstructed``, ``simulated`` or ``patient`` (the default for a file that says nothing).
    citation
        Where the numbers come from, as a reference list prints it.
    time_origin
        What month 0 is ("start of second radiotherapy"); ``""`` when the file does not say.
    scales
        Toxicity phase → grading scale and version ("CTCAE 4.0").
    definitions
        Endpoint code (or ``rild``) → definition used by the study.
    notes
        Further sentences shown on the overview page.
    """

    title: str = ""
    kind: CohortKind = "patient"
    citation: str = ""
    time_origin: str = ""
    scales: dict[str, str] = field(default_factory=dict)
    definitions: dict[str, str] = field(default_factory=dict)
    notes: tuple[str, ...] = ()

    def to_bytes(self) -> bytes:
        """Return the JSON that stands in the parquet footer; keys sorted, so bytes are stable."""
        return json.dumps(asdict(self), sort_keys=True, ensure_ascii=False).encode()

    @classmethod
    def from_bytes(cls, raw: bytes | None) -> CohortMetadata:
        """Read the footer's JSON; whatever does not fit is left at its default.

        A file from outside may hold anything under our key, so every value is checked for its type.
        """
        try:
            row: Any = json.loads(raw) if raw else {}
        except ValueError:
            row = {}
        return cls.from_mapping(row if isinstance(row, dict) else {})

    @classmethod
    def from_mapping(cls, row: dict[str, Any]) -> CohortMetadata:
        """Read a mapping; values of the wrong type are left at their default."""

        def text(key: str) -> str:
            return value if isinstance(value := row.get(key), str) else ""

        def texts(key: str) -> dict[str, str]:
            value = row.get(key)
            pairs = value.items() if isinstance(value, dict) else ()
            return {str(k): v for k, v in pairs if isinstance(v, str)}

        kind = text("kind")
        notes = row.get("notes")
        return cls(
            title=text("title"),
            kind=kind if kind in get_args(CohortKind) else "patient",  # type: ignore[arg-type]
            citation=text("citation"),
            time_origin=text("time_origin"),
            scales=texts("scales"),
            definitions=texts("definitions"),
            notes=tuple(n for n in notes if isinstance(n, str)) if isinstance(notes, list) else (),
        )
