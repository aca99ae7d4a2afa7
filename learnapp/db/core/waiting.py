"""What waits for somebody: how much, and the first of it where that has a page of its own."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Waiting:
    """How many wait, and what names the first of them in an address (None: their list does)."""

    count: int
    first: int | str | None = None
