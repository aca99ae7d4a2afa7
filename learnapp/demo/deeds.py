"""What happens at which instant, carried out in the order of time, some in each transaction."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy.orm import Session

from learnapp.db.core.engine import Database
from learnapp.domain.core.errors import DomainError

log = logging.getLogger("learnapp.demo")

AT_ONCE = 40  # deeds of a transaction: others write in between
Doing = Callable[[Session], None]
Rounds = Callable[[Database, datetime, bool], None]
"""The scheduler's work at an instant, in transactions of its own; of windows alone if so asked."""
Progress = Callable[[datetime], None]


@dataclass(frozen=True, order=True)
class Deed:
    """Something that somebody does at an instant; `rank` orders what happens at the same one."""

    at: datetime
    rank: int
    do: Doing = field(compare=False)


@dataclass(frozen=True)
class Scene:
    """Where deeds are carried out: on which database, with which scheduler's rounds, told to whom."""

    database: Database
    rounds: Rounds
    progress: Progress
    windows_alone: bool = False


def carry_out(scene: Scene, deeds: Iterable[Deed], ticks: Iterable[datetime]) -> int:
    """Carry out the deeds in order, with the scheduler's rounds at `ticks` (before what happens at the
    same instant); how many were refused by a rule, as people are."""
    refused = 0
    left = sorted(deeds)
    start = 0
    for tick in [*sorted(set(ticks)), None]:
        end = len(left) if tick is None else _before(left, tick, start)
        for part in _parts(left[start:end]):
            refused += _together(scene.database, part)
            scene.progress(part[-1].at)
        start = end
        if tick is not None:
            scene.rounds(scene.database, tick, scene.windows_alone)
            scene.progress(tick)
    return refused


def _before(left: list[Deed], tick: datetime, start: int) -> int:
    while start < len(left) and left[start].at < tick:
        start += 1
    return start


def _parts(deeds: list[Deed]) -> Iterator[list[Deed]]:
    for first in range(0, len(deeds), AT_ONCE):
        yield deeds[first : first + AT_ONCE]


def _together(database: Database, part: list[Deed]) -> int:
    refused = 0
    with database.writing("demonstration") as session:
        for deed in part:
            try:
                deed.do(session)
            except DomainError as error:
                refused += 1
                log.info("refused at %s: %s", deed.at, error.code)
    return refused
