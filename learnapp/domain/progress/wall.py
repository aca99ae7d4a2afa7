"""Which units a wall chart shows at an instant: as many as can be read from five metres, in turn."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TypeVar

ROWS = 10  # rows of 64 px with figures of 40 px
_TURN_S = 30

Row = TypeVar("Row")


def sheets(rows: Sequence[Row]) -> list[Sequence[Row]]:
    """The rows in sheets of as many as a screen holds; one empty sheet for none."""
    return [rows[at : at + ROWS] for at in range(0, max(1, len(rows)), ROWS)]


def turn(count: int, now: datetime) -> int:
    """Which of so many sheets is shown now, from 0: each for half a minute, the same on every screen."""
    return int(now.timestamp()) // _TURN_S % max(1, count)
