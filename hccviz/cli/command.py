"""What a view of the command line is, and how every one of them answers."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from hccviz.domain.errors import AddressError
from hccviz.export import tables


@dataclass(frozen=True, slots=True)
class Command:
    """One view.

    Attributes
    ----------
    run
        Answers and returns the exit status.
    what
        What it shows, in a few words.
    help
        Text of its own help; None when the general one says all.
    """

    run: Callable[[argparse.Namespace], int]
    what: str
    help: Callable[[], str] | None = None


def answer(
    given: argparse.Namespace,
    record: Callable[[], dict[str, Any]],
    table: Callable[[], tables.Table],
    *comments: str,
) -> int:
    """Print the table as CSV when it was asked for, the record as JSON otherwise."""
    if given.csv:
        sys.stdout.write(tables.to_csv(table(), *comments))
    else:
        json.dump(record(), sys.stdout, ensure_ascii=False, indent=1, allow_nan=False)
        sys.stdout.write("\n")
    return 0


def read_file(path: Path, most: int, otherwise: str) -> bytes:
    """Return the bytes of a file, one more than ``most`` at the most.

    Raises
    ------
    AddressError
        When there is no such file; ``otherwise`` says what to do.
    """
    if not path.is_file():
        raise AddressError(f"Found no file named {path}. {otherwise}")
    with path.open("rb") as file:
        return file.read(most + 1)
