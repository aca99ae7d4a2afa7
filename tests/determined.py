"""Time and chance that a test sets."""

from __future__ import annotations

import random
from datetime import datetime, timedelta


class FixedClock:
    """A clock that stays until it is set."""

    def __init__(self, instant: datetime) -> None:
        self.instant = instant

    def now(self) -> datetime:
        """The instant it was set to."""
        return self.instant

    def jump(self) -> timedelta | None:
        """It never jumps: time passed as far as it was set."""
        return None


class SeededRandomness:
    """The same draws in each run."""

    def __init__(self, seed: int = 0) -> None:
        self._random = random.Random(seed)

    def seed(self) -> str:
        """Return the next 64 hexadecimal digits of the sequence."""
        return f"{self._random.getrandbits(256):064x}"

    def generator(self) -> random.Random:
        """Return the sequence's own generator."""
        return self._random
