"""How much work of one kind fits into a short transaction, learnt from how long the last ones took."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager

_WANTED_S = 0.03  # of this thread's CPU: nobody should wait for a lock beyond 50 ms
_MOST_TIMES = 8  # of the size that it begins with


class Pace:
    """The size of the next part: begins with a safe one and follows the time that parts take, of which
    each should use so many seconds of CPU."""

    def __init__(self, size: int, wanted_s: float = _WANTED_S) -> None:
        self._first = self.size = size
        self._wanted_s = wanted_s

    @contextmanager
    def measured(self) -> Iterator[None]:
        """Time the work of a part of `size`: what others on the machine do makes it no longer."""
        began = time.thread_time()
        yield
        self.took(time.thread_time() - began)

    def took(self, seconds: float) -> None:
        """Follow a part that took so long: at most twice as many next time, never fewer than at first."""
        fitting = int(self.size * min(2.0, self._wanted_s / max(seconds, 0.001)))
        self.size = max(self._first, min(fitting, self._first * _MOST_TIMES))
