"""What the command line says, asked in the test's own process: a new one takes over a second."""

from __future__ import annotations

import contextlib
import io
import json
from typing import Any

from hccviz.cli import main


def cli(*arguments: str) -> Any:
    """Return the JSON that ``python -m hccviz`` prints."""
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed):
        assert main(list(arguments)) == 0
    return json.loads(printed.getvalue())
