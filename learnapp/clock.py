"""The one clock that entry points read; it does not follow a wall clock that jumps."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Protocol

from learnapp.domain.operations import timekeeping
from learnapp.domain.operations.timekeeping import Anchor, ClockReading, Recorded

_AT_ONCE_S = 1.0  # two clocks read within this time were read at one instant


class Clock(Protocol):
    """Gives the instant, and says whether the machine's clock jumped."""

    def now(self) -> datetime:
        """Now, aware, in UTC."""

    def jump(self) -> timedelta | None:
        """By how much the machine's clock jumped and was not followed; None when it did not."""


class MachineClock:
    """A machine's wall clock for as long as it can be believed, else its steady clock run on.

    `settle` says once what was recorded before this process; until then the wall clock is believed.
    """

    def __init__(self, read: Callable[[], ClockReading]) -> None:
        self.read = read
        self.settled = False
        self._anchor: Anchor | None = None

    def now(self) -> datetime:
        """Now, in UTC. Small steps of the wall clock are followed."""
        reading, anchor = self.read(), self._anchor
        if anchor is None or timekeeping.jump(anchor, reading) is None:
            self._anchor = Anchor(reading)
            return reading.wall
        return timekeeping.instant(anchor, reading)

    def jump(self) -> timedelta | None:
        """By how much the wall clock is ahead of the installation's time (negative: behind it)."""
        anchor = self._anchor
        return timekeeping.jump(anchor, self.read()) if anchor else None

    def settle(self, recorded: Recorded | None) -> None:
        """Begin from what an earlier process recorded."""
        self._anchor = timekeeping.anchor_at_start(recorded, self.read())
        self.settled = True

    def follow(self, recorded: Recorded | None) -> None:
        """Take over a record that was confirmed meanwhile; nothing when it does not fit this machine."""
        reading = self.read()
        if recorded is None or recorded.suspected or recorded.reading.boot != reading.boot:
            return
        anchor = Anchor(recorded.reading)
        if timekeeping.jump(anchor, reading) is None:
            self._anchor = anchor


@cache
def _boot() -> str:
    text = Path("/proc/sys/kernel/random/boot_id").read_text(encoding="ascii")
    return text.strip().replace("-", "")


def read_machine() -> ClockReading:
    """The machine's own clocks."""
    boot = _boot()
    while True:
        before = time.clock_gettime(time.CLOCK_BOOTTIME)
        wall = datetime.now(UTC)
        # A process that was held up between the two readings must not take that for a jump.
        if time.clock_gettime(time.CLOCK_BOOTTIME) - before < _AT_ONCE_S:
            return ClockReading(wall, before, boot)


def read_wall() -> datetime:
    """The machine's wall clock as it is, in UTC, believed or not: what other machines are compared with."""
    return read_machine().wall


def read_file(path: Path) -> ClockReading:
    """The clocks that a test has written into a file, run on since it was written.

    One line, an instant: both clocks are there, so time really passed. A second line, another
    instant: there the steady clock is, so the wall clock was set.
    """
    lines = path.read_text(encoding="ascii").split()
    passed = datetime.now(UTC) - datetime.fromtimestamp(path.stat().st_mtime, UTC)
    wall = (datetime.fromisoformat(lines[0]) + passed).astimezone(UTC)
    steady = datetime.fromisoformat(lines[-1]) + passed
    return ClockReading(wall, steady.timestamp(), "file")


def make_clock(clock_file: Path | None) -> MachineClock:
    """The machine's clock, or the one in a file."""
    return MachineClock((lambda: read_file(clock_file)) if clock_file else read_machine)
