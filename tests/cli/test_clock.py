"""`learnapp clock` shows a jump of the machine's clock, and follows it once it is confirmed."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

from learnapp.db.core.engine import Database, make_engine
from learnapp.domain.operations.timekeeping import ClockReading
from learnapp.services.operations import timekeeping
from tests.cli.commands import run
from tests.small_office import NOW

JUMP = timedelta(days=2)


def _record(home: Path, wall: datetime) -> None:
    """What the running installation recorded last of the machine whose clock is in a file."""
    database = Database(make_engine(f"sqlite:///{home / 'learnapp.sqlite3'}"))
    with database.writing() as session:
        timekeeping.record(session, ClockReading(wall, NOW.timestamp(), "file"), suspected=False)
    database.engine.dispose()


def _machine(home: Path, wall: datetime) -> str:
    """A clock file: the wall shows this, the steady clock is where it was."""
    path = home / "clock"
    path.write_text(f"{wall.isoformat()}\n{NOW.isoformat()}\n")
    return str(path)


def test_a_right_clock_agrees_with_the_kept_time(home: Path):
    _record(home, NOW)
    file = _machine(home, NOW)
    assert "they agree" in run(home, "clock", "show", LEARNAPP_CLOCK_FILE=file).stdout
    done = run(home, "clock", "confirm", LEARNAPP_CLOCK_FILE=file)
    assert done.exit_code == 0 and "nothing to confirm" in done.stdout


def test_a_jump_is_shown_until_it_is_confirmed(home: Path):
    _record(home, NOW)
    file = _machine(home, NOW + JUMP)
    seen = run(home, "clock", "show", LEARNAPP_CLOCK_FILE=file).stdout
    assert f"jumped by {JUMP.total_seconds():.0f} s" in seen
    machine, kept = (line.split()[1] for line in seen.splitlines()[:2])
    apart = datetime.fromisoformat(machine) - datetime.fromisoformat(kept)
    assert timedelta(0) <= abs(apart - JUMP) <= timedelta(seconds=1)
    done = run(home, "clock", "confirm", LEARNAPP_CLOCK_FILE=file)
    assert "followed from now on" in done.stdout
    assert "they agree" in run(home, "clock", "show", LEARNAPP_CLOCK_FILE=file).stdout
