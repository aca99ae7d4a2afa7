"""What waits for somebody: how much, and the first of it where that has a page of its own."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Waiting:
    """How many wait, and what names the first of them in an address (None: their list does).

    `more`: the count ended there, and more than that many wait.
    """

    count: int
    first: int | str | None = None
    more: bool = False
