"""Watching a child process: wall time everywhere, memory where the system sets no limit."""

from __future__ import annotations

import subprocess
import sys
import threading
import time
from typing import Any

_STEP_SECONDS = 0.05


def has_kernel_limits() -> bool:
    """Return True where the system itself holds a process to an address-space limit."""
    return sys.platform.startswith("linux")


class Watch(threading.Thread):
    """A thread that kills a child which takes too long or too much memory.

    Attributes
    ----------
    reason
        ``""`` while all is well; ``"time"``, ``"memory"`` or ``"no_watchdog"`` after a kill.
    """

    def __init__(
        self, child: subprocess.Popen[bytes], wall_seconds: float, memory_bytes: int
    ) -> None:
        super().__init__(daemon=True)
        self.reason = ""
        self._child = child
        self._deadline = time.monotonic() + wall_seconds
        self._memory_bytes = memory_bytes
        self._done = threading.Event()

    def run(self) -> None:
        """Look at the child every few hundredths of a second until it ends."""
        process: Any = None
        if not has_kernel_limits():
            try:
                import psutil  # type: ignore[import-untyped]
            except ImportError:
                self._kill("no_watchdog")
                return
            try:
                process = psutil.Process(self._child.pid)
            except psutil.Error:  # already gone
                return
        while not self._done.wait(_STEP_SECONDS):
            if time.monotonic() > self._deadline:
                self._kill("time")
                return
            if process is not None and self._too_large(process):
                self._kill("memory")
                return

    def stop(self) -> None:
        """End the watch; the child is gone."""
        self._done.set()
        self.join()

    def _too_large(self, process: Any) -> bool:
        import psutil

        try:
            return bool(process.memory_info().rss > self._memory_bytes)
        except psutil.Error:  # it ended in between
            return False

    def _kill(self, reason: str) -> None:
        self.reason = reason
        self._child.kill()
