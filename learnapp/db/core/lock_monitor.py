"""Who held the write lock longest: the one figure that tells what made everybody else wait."""

from __future__ import annotations

import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

_SKIPPED = ("learnapp/db/core/", "/contextlib.py", "/learnapp/web/core/request_context.py")


@dataclass(frozen=True)
class LockHold:
    """A holder of the write lock: the name of what was done, and for how many seconds."""

    name: str
    seconds: float


class LockMonitor:
    """The longest holder by name, and of all, since the process started or `clear`."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._longest: dict[str, float] = {}

    @contextmanager
    def holding(self, name: str) -> Iterator[None]:
        """Measure one holder, however its work ends; without a name it is the calling function's."""
        name = name or _caller()
        began = time.perf_counter()
        try:
            yield
        finally:
            self._note(name, time.perf_counter() - began)

    def _note(self, name: str, seconds: float) -> None:
        if seconds > self._longest.get(name, 0.0):
            with self._lock:
                self._longest[name] = max(seconds, self._longest.get(name, 0.0))

    def longest(self) -> LockHold | None:
        """The longest holder; None while nobody has written."""
        found = self.by_name()
        return found[0] if found else None

    def by_name(self) -> list[LockHold]:
        """The longest of each name, the longest first."""
        with self._lock:
            found = [LockHold(name, seconds) for name, seconds in self._longest.items()]
        return sorted(found, key=lambda each: (-each.seconds, each.name))

    def clear(self) -> None:
        """Forget what was measured."""
        with self._lock:
            self._longest.clear()


def _caller() -> str:
    """The nearest function outside the engine that opened the transaction, as module:function."""
    frame = sys._getframe(1)
    while frame.f_back is not None:
        file = frame.f_code.co_filename
        if not any(part in file for part in _SKIPPED):
            break
        frame = frame.f_back
    return f"{frame.f_globals.get('__name__', '?')}:{frame.f_code.co_qualname}"
