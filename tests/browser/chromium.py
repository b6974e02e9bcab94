"""Find a Chromium for the browser tests, or get one: `python tests/browser/chromium.py`.

Looked for in this order: the variable HCCVIZ_CHROMIUM, an installed Chromium, Chrome or Edge,
Debian's package, Playwright's own download. When none can be had, this stops with one sentence:
browser tests are never skipped in silence.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

COMMANDS = (
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
    "microsoft-edge",
)
MAC_APPS = (
    "Google Chrome.app/Contents/MacOS/Google Chrome",
    "Chromium.app/Contents/MacOS/Chromium",
    "Microsoft Edge.app/Contents/MacOS/Microsoft Edge",
)
QUIET = (
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
NO_OUTSIDE_WORLD = "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE localhost, EXCLUDE 127.0.0.1"
ANSWER_SECONDS = 60
INSTALL_SECONDS = 900

NONE_FOUND = (
    "The browser tests need Chromium and none could be found or installed: install Chromium or "
    "Chrome, or set HCCVIZ_CHROMIUM to its path, then run `make test` again."
)


def launch_arguments() -> list[str]:
    """Return the switches for a silent, isolated browser; root has no sandbox to offer."""
    as_root = hasattr(os, "geteuid") and os.geteuid() == 0
    return [*(["--no-sandbox"] if as_root else []), *QUIET, NO_OUTSIDE_WORLD]


def find_chromium() -> str | None:
    """Return the path of a browser that starts, or None."""
    named = os.environ.get("HCCVIZ_CHROMIUM")
    if named:
        return named if _starts(named) else None
    return next((path for path in _places() if _starts(path)), None)


def ensure_chromium() -> str:
    """Return the path of a browser that starts, installing one when there is none.

    Raises
    ------
    SystemExit
        With one sentence, when none is found and none can be installed.
    """
    found = find_chromium()
    if found is None and not os.environ.get("HCCVIZ_CHROMIUM"):
        for install in (_install_debian_package, _install_playwright_build):
            install()
            found = find_chromium()
            if found:
                break
    if found is None:
        raise SystemExit(NONE_FOUND)
    return found


def _places() -> Iterator[str]:
    yield from (path for name in COMMANDS if (path := shutil.which(name)))
    folders = (Path("/Applications"), Path.home() / "Applications")
    yield from (str(folder / app) for folder in folders for app in MAC_APPS)
    downloaded = _playwright_build()
    if downloaded:
        yield downloaded


def _starts(path: str) -> bool:
    """Tell whether the program says it is a browser (Ubuntu has an empty shell of that name)."""
    done = _run([path, "--version"], ANSWER_SECONDS)
    return done is not None and re.search(r"(Chrom\w*|Edge) \d", done.stdout) is not None


def _playwright_build() -> str | None:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        path = playwright.chromium.executable_path
    return path if Path(path).exists() else None


def _install_debian_package() -> None:
    if not shutil.which("apt-get"):
        return
    root = os.geteuid() == 0
    may_sudo = not root and shutil.which("sudo") and _run(["sudo", "-n", "true"], 10)
    if not root and not may_sudo:
        return
    _say("No Chromium here: installing Debian's package.")
    prefix = [] if root else ["sudo", "-n"]
    quiet = ["env", "DEBIAN_FRONTEND=noninteractive", "apt-get", "-qq"]
    _run([*prefix, *quiet, "update"], INSTALL_SECONDS)
    _run([*prefix, *quiet, "install", "-y", "chromium"], INSTALL_SECONDS)


def _install_playwright_build() -> None:
    _say("No Chromium here: asking Playwright for its own.")
    root = hasattr(os, "geteuid") and os.geteuid() == 0
    with_libraries = ["--with-deps"] if root and shutil.which("apt-get") else []
    command = [sys.executable, "-m", "playwright", "install", *with_libraries, "chromium"]
    _run(command, INSTALL_SECONDS)


def _run(command: list[str], seconds: int) -> subprocess.CompletedProcess[str] | None:
    """Run a command without input; return None when it fails, hangs or does not exist."""
    try:
        return subprocess.run(
            command,
            check=True,
            timeout=seconds,
            capture_output=True,
            text=True,
            stdin=subprocess.DEVNULL,
        )
    except (OSError, subprocess.SubprocessError):
        return None


def _say(line: str) -> None:
    sys.stderr.write(line + "\n")


if __name__ == "__main__":
    _say(f"Browser tests use {ensure_chromium()}")
