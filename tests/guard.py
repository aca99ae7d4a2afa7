"""Starting programs that cannot outlive the test run, however it ends."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

# Waiting costs a fast machine nothing; only a test that fails anyway takes so long.
PATIENCE_S = 120.0
# The shell becomes the program; a watcher beside it waits on a pipe that only the test process
# holds. When that process ends, even by SIGKILL, the pipe closes and the watcher ends the program.
_SCRIPT = """
exec 3<&0 </dev/null
( cat <&3 >/dev/null; kill -INT $$ 2>/dev/null; sleep 3; rm -rf -- "$GUARD_FOLDER"; kill -KILL 0
) >/dev/null 2>&1 &
exec 3<&-
exec "$@"
"""


class Guarded:
    """A program in a process group of its own; `folder` goes with it when the tests are killed."""

    def __init__(self, args: Sequence[str], log: Path, folder: Path | None = None, **options: Any):
        env = dict(options.pop("env", None) or os.environ)
        env["GUARD_FOLDER"] = str(folder or "")
        self.log = log
        with log.open("ab") as out:
            self.process = subprocess.Popen(
                ["/bin/sh", "-c", _SCRIPT, "guard", *args],
                stdin=subprocess.PIPE,
                stdout=out,
                stderr=subprocess.STDOUT,
                env=env,
                start_new_session=True,
                **options,
            )

    @property
    def running(self) -> bool:
        """Whether the program has not ended."""
        return self.process.poll() is None

    def tail(self, lines: int = 40) -> str:
        """The end of what the program wrote."""
        text = self.log.read_text(encoding="utf-8", errors="replace")
        return "\n".join(text.splitlines()[-lines:])

    def stop(self, with_signal: int = signal.SIGTERM, patience: float = 60) -> int:
        """Ask the program to end and wait; kill what is left of its group; give its exit code."""
        if self.running:
            self.process.send_signal(with_signal)
        with contextlib.suppress(subprocess.TimeoutExpired):
            self.process.wait(patience)
        self._sweep()
        return self.process.wait()

    def kill(self) -> None:
        """End the program and its children at once, as a power cut would."""
        self._sweep()
        self.process.wait()

    def _sweep(self) -> None:
        """Kill the group, the watcher included, before its pipe is closed."""
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        if self.process.stdin and not self.process.stdin.closed:
            self.process.stdin.close()


class Ended(RuntimeError):
    """A program ended while it was waited for."""


def wait_until(check: Any, what: str, program: Guarded, patience: float = PATIENCE_S) -> None:
    """Ask again until `check()` holds; fail with the program's last words."""

    def holds() -> bool:
        if not program.running:
            raise Ended(f"{what}: the program ended\n{program.tail()}")
        return bool(check())

    if not holds_within(patience, holds):
        raise RuntimeError(f"{what}: not within {patience:.0f} s\n{program.tail()}")


def holds_within(patience: float, check: Callable[[], bool]) -> bool:
    """Ask again until `check()` holds; whether it did within so many seconds."""
    end = time.monotonic() + patience
    while not check():
        if time.monotonic() > end:
            return False
        time.sleep(0.05)
    return True


def let_pass(seconds: float) -> None:
    """Let time pass where time is what is tested, a sender's pace for example; never to wait for something."""
    time.sleep(seconds)
