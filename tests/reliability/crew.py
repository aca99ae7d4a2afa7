"""Threads that work until they are told to rest; what one of them could not bear fails the test."""

from __future__ import annotations

import threading
from collections.abc import Iterable
from typing import Any, Self


class Crew:
    """A thread for each share of the work; `work` is what a thread does until `resting` is set."""

    def __init__(self, shares: Iterable[Any]) -> None:
        self.resting = threading.Event()
        self.troubles: list[BaseException] = []
        self._threads = [threading.Thread(target=self._guarded, args=(each,)) for each in shares]

    def work(self, share: Any) -> None:
        """Do a share, and look at `resting`."""
        raise NotImplementedError

    def _guarded(self, share: Any) -> None:
        try:
            self.work(share)
        except BaseException as trouble:
            self.troubles.append(trouble)

    def __enter__(self) -> Self:
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_about: object) -> None:
        self.resting.set()
        for thread in self._threads:
            thread.join()
        if self.troubles:
            raise self.troubles[0]
