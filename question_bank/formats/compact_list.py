"""A long sequence held small: what a file of a hundred thousand questions becomes in memory."""

from __future__ import annotations

import pickle
import zlib
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, TypeVar, overload

# As many as an admin's ordinary file holds stay as they are and cost nothing.
_BLOCK = 2_000

Item = TypeVar("Item")


class Packed(Sequence[Item]):
    """Values appended once and read many times; full blocks of them are kept compressed.

    What is read from a block is a copy: the values are meant to be immutable.
    """

    def __init__(self, items: Iterable[Item] = ()) -> None:
        self._blocks: list[bytes] = []
        self._last: list[Item] = []
        self._open: tuple[int, list[Item]] = (-1, [])
        for each in items:
            self.append(each)

    def append(self, item: Item) -> None:
        """Add one at the end."""
        self._last.append(item)
        if len(self._last) == _BLOCK:
            self._blocks.append(zlib.compress(pickle.dumps(self._last, pickle.HIGHEST_PROTOCOL), 1))
            self._last = []

    def __len__(self) -> int:
        return len(self._blocks) * _BLOCK + len(self._last)

    @overload
    def __getitem__(self, index: int) -> Item: ...
    @overload
    def __getitem__(self, index: slice) -> list[Item]: ...
    def __getitem__(self, index: int | slice) -> Any:
        if isinstance(index, slice):
            return [self[each] for each in range(*index.indices(len(self)))]
        place = range(len(self))[index]
        return self._block(place // _BLOCK)[place % _BLOCK]

    def __iter__(self) -> Iterator[Item]:
        for number in range(len(self._blocks) + 1):
            yield from self._block(number)

    def _block(self, number: int) -> list[Item]:
        """One block's values; the one unpacked last is kept, for those who read in order."""
        if number == len(self._blocks):
            return self._last
        if self._open[0] != number:
            self._open = (number, pickle.loads(zlib.decompress(self._blocks[number])))
        return self._open[1]
