"""Which part of a long list a page shows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeVar

Entry = TypeVar("Entry")


@dataclass(frozen=True)
class PageSpan:
    """A page of a list: its number, from 1 on, and how many entries a page has."""

    number: int
    size: int

    @property
    def offset(self) -> int:
        """How many entries come before it."""
        return (self.number - 1) * self.size

    def of(self, whole: Sequence[Entry]) -> Sequence[Entry]:
        """Return the entries of the whole list that are on the page."""
        return whole[self.offset : self.offset + self.size]
