"""The last round of the scheduler, written into the lock file that its leader holds.

The time is the machine's monotonic clock, which every process of the machine shares: a wall clock
that jumps makes no leader look dead. The few bytes are rewritten in place, on a full disk too.
"""

from __future__ import annotations

import os
import time
from pathlib import Path

LATE_S = 15  # several rounds: one may take a while


def beat(handle: int) -> None:
    """A round was done; `handle` is the leader's lock file. A disk that refuses it is no failure."""
    try:
        os.pwrite(handle, f"{time.monotonic():020.3f}\n".encode(), 0)
    except OSError:
        return


def age_s(lock: Path) -> float | None:
    """Seconds since the last round; None when there was none since the machine started."""
    try:
        age = time.monotonic() - float(lock.read_bytes())
    except (OSError, ValueError):
        return None
    return age if age >= 0 else None
