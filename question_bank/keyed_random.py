"""Chance that can be repeated: numbers and orders that follow from a seed alone, on any machine."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from typing import TypeVar

Id = TypeVar("Id", int, str)

_WORD = 4
_RANGE = 256**_WORD


class Stream:
    """Even numbers from SHA-256 of a seed and a running count; no library's generator is trusted
    to stay the same for the years that a paper must be provable."""

    def __init__(self, seed: str) -> None:
        self._start = hashlib.sha256(f"{seed}:".encode())
        self._block = 0
        self._words: list[int] = []

    def below(self, limit: int) -> int:
        """A number from 0 up to `limit`, which is at most 2^32, each equally likely."""
        fair = _RANGE - _RANGE % limit
        while True:
            if not self._words:
                self._refill()
            word = self._words.pop()
            if word < fair:
                return word % limit

    def shuffled(self, count: int) -> Iterator[int]:
        """The numbers below `count` in random order, made one by one (a sparse Fisher-Yates)."""
        moved: dict[int, int] = {}
        for place in range(count):
            other = place + self.below(count - place)
            yield moved.get(other, other)
            moved[other] = moved.pop(place, place)

    def _refill(self) -> None:
        hashed = self._start.copy()
        hashed.update(self._block.to_bytes(8))
        digest = hashed.digest()
        self._block += 1
        self._words = [
            int.from_bytes(digest[at : at + _WORD]) for at in range(0, len(digest), _WORD)
        ]


def keyed_order(seed: str, ids: Iterable[Id]) -> list[Id]:
    """The ids in the order that the seed gives: by SHA-256 of seed and id."""
    start = hashlib.sha256(f"{seed}:".encode())

    def rank(each: Id) -> tuple[bytes, Id]:
        hashed = start.copy()
        hashed.update(str(each).encode())
        return hashed.digest(), each

    return sorted(ids, key=rank)
