"""A dashboard of our own for each test process, on a free port of this computer."""

from __future__ import annotations

import os
import re
import socket
import subprocess
import sys
import time
import urllib.request
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

START_SECONDS = 90
COLOUR = re.compile("\x1b\\[[0-9;]*m")
TRACEBACK = "Traceback (most recent call last)"


@dataclass(frozen=True)
class Server:
    """A running dashboard.

    Attributes
    ----------
    address
        For instance ``http://127.0.0.1:40123``, without a slash at the end.
    log_file
        What the server printed, where the errors are that the browser does not show.
    """

    address: str
    log_file: Path

    def log(self) -> str:
        """Return everything the server has printed, without colours."""
        return COLOUR.sub("", self.log_file.read_text(encoding="utf-8", errors="replace"))


@contextmanager
def running(folder: Path, log_file: Path) -> Iterator[Server]:
    """Serve ``folder/app.py`` with the settings of ``folder/.streamlit`` until the block ends."""
    port = _free_port()
    server = Server(f"http://127.0.0.1:{port}", log_file)
    with log_file.open("wb") as log:
        process = subprocess.Popen(
            _command(port, folder),
            cwd=folder,
            env=_clean_environment(),
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
        )
    try:
        _wait_until_healthy(server, process)
        yield server
    finally:
        process.terminate()
        try:
            process.wait(timeout=10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _command(port: int, folder: Path) -> list[str]:
    options = {
        "server.port": str(port),
        "server.headless": "true",
        "server.fileWatcherType": "none",
    }
    switches = [text for name, value in options.items() for text in (f"--{name}", value)]
    ours = (folder / "hccviz" / "ui" / "serve.py").exists()
    start = ["hccviz.ui.serve"] if ours else ["streamlit", "run", "app.py"]
    return [sys.executable, "-m", *start, *switches]


def _clean_environment() -> dict[str, str]:
    kept = {name: v for name, v in os.environ.items() if not name.startswith("STREAMLIT_")}
    return kept | {"PYTHONUNBUFFERED": "1"}


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait_until_healthy(server: Server, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline and process.poll() is None:
        if _is_healthy(server.address):
            return
        time.sleep(0.1)
    raise RuntimeError(f"The dashboard did not start. It printed:\n{server.log()[-3000:]}")


def _is_healthy(address: str) -> bool:
    """Ask for the health page; unknown pages answer 200 too, so its body decides."""
    try:
        with urllib.request.urlopen(f"{address}/_stcore/health", timeout=2) as answer:
            return bool(answer.read().strip() == b"ok")
    except OSError:
        return False
