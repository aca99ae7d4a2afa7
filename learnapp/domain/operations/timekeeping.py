"""Whether a machine's clock can be believed: the wall clock beside one that nobody can set.

A wall clock that is put forward by a day would end every exam that is open. The machine also has a
steady clock, which counts the seconds since it was started and goes on while it sleeps. Within one
start of the machine the two go together; where they part, somebody or something set the wall clock.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from learnapp.domain.exams.answers import GRACE

# A step within the grace for transport cannot end an attempt that still had time.
STEP = GRACE
# A machine that was off for longer than this is asked about: nobody switches a server off for it.
LONGEST_STANDSTILL = timedelta(days=30)


@dataclass(frozen=True)
class ClockReading:
    """Both clocks of a machine at one instant."""

    wall: datetime
    steady: float  # seconds since the machine was started, sleep included
    boot: str  # which start of the machine: steady clocks of two starts cannot be compared


@dataclass(frozen=True)
class Recorded:
    """What was recorded last: the installation's time then, and whether a jump was suspected."""

    reading: ClockReading
    suspected: bool = False


@dataclass(frozen=True)
class Anchor:
    """An instant that is believed; `ahead` is how far the wall clock may run ahead of the steady one."""

    reading: ClockReading
    ahead: timedelta = STEP


def anchor_at_start(recorded: Recorded | None, now: ClockReading) -> Anchor:
    """What a process believes when it starts.

    In the same start of the machine the last record holds, so that a jump while the program was
    stopped is seen. After another start of the machine time goes on from the last record, and a wall
    clock up to `LONGEST_STANDSTILL` later is a standstill; an earlier one is not, and a jump that was
    suspected before is not forgotten by starting the machine again.
    """
    if recorded is None:
        return Anchor(now)
    if recorded.reading.boot == now.boot:
        return Anchor(recorded.reading)
    goes_on = ClockReading(recorded.reading.wall, now.steady, now.boot)
    return Anchor(goes_on, STEP if recorded.suspected else LONGEST_STANDSTILL)


def jump(anchor: Anchor, now: ClockReading) -> timedelta | None:
    """By how much the wall clock parted from the steady one; None while it can be believed."""
    parted = now.wall - _run_on(anchor, now)
    return None if -STEP <= parted <= anchor.ahead else parted


def instant(anchor: Anchor, now: ClockReading) -> datetime:
    """The time to go by: the wall clock's, or after a jump the steady clock's run on from the anchor."""
    return now.wall if jump(anchor, now) is None else _run_on(anchor, now)


def _run_on(anchor: Anchor, now: ClockReading) -> datetime:
    return anchor.reading.wall + timedelta(seconds=now.steady - anchor.reading.steady)
