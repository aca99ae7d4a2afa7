"""What a demonstration is made with: its database, the scheduler's work, and who hears how far it is."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from learnapp.db.core.engine import Database
from learnapp.demo.deeds import Deed, Progress, Rounds


@dataclass(frozen=True)
class Making:
    """Where a town is made, and whom that is said to: what is made now, and how far it is (0 to 1)."""

    database: Database
    rounds: Rounds
    report: Callable[[str], None]
    progress: Callable[[float], None]


def progress_of(making: Making, deeds: list[Deed], part: tuple[float, float]) -> Progress:
    """How far these deeds are, as a part of the whole: by how many of them lie behind an instant."""
    times = sorted(each.at for each in deeds)
    low, high = part
    done = [0]

    def report(at: datetime) -> None:
        while done[0] < len(times) and times[done[0]] <= at:
            done[0] += 1
        making.progress(low + (high - low) * done[0] / max(1, len(times)))

    return report
