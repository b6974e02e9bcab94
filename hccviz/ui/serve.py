"""Start the dashboard: ``python -m hccviz.ui.serve [--server.port 8501 …]``.

The same as ``streamlit run app.py``, except that Streamlit is told beforehand that the folder
``pages`` is not its old automatic one. Otherwise the very first link to a page, opened on a server
that has just started, shows a "Page not found" dialog over the right page.
"""

from __future__ import annotations

import sys
from pathlib import Path

from streamlit.runtime.pages_manager import PagesManager
from streamlit.web import cli

APP = Path(__file__).parents[2] / "app.py"


def main(arguments: list[str]) -> None:
    """Run the server with Streamlit's own options."""
    PagesManager.uses_pages_directory = False
    cli.main(["run", str(APP), *arguments])


if __name__ == "__main__":
    main(sys.argv[1:])
