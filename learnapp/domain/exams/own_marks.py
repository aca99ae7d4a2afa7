"""A person's own marks over time, as the points of a small chart; never beside anybody else's."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from learnapp.domain.core.share import Share


@dataclass(frozen=True)
class OwnMark:
    """A mark that its person may see, in hundredths of marks, and whether they passed."""

    title: str
    attempt: str
    at: datetime
    awarded: int
    full: int
    passed: bool

    @property
    def permille(self) -> int:
        """The share of the full marks; 0 where nothing could be had."""
        return Share(self.awarded, self.full).permille or 0


@dataclass(frozen=True)
class ChartPoint:
    """A mark in the chart: from left to right by time, from the top down; and whether it passed."""

    x: int
    y: int
    passed: bool


def chart_points(marks: Sequence[OwnMark], width: int, height: int) -> list[ChartPoint]:
    """The marks as points of a chart so wide and high, the earliest at the left edge, full marks at
    the top; one mark alone lies in the middle."""
    if not marks:
        return []
    first = min(each.at for each in marks)
    span = max(each.at for each in marks) - first
    return [
        ChartPoint(
            width // 2 if not span else round((each.at - first) / span * width),
            height - height * each.permille // 1000,
            each.passed,
        )
        for each in sorted(marks, key=lambda each: each.at)
    ]
