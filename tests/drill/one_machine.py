"""`make drill`: one machine with SQLite on a disk of its own, which is killed, filled, locked, set to another
day and made read-only by an error of its file system, while people answer.

The disk is an ext4 image of 300 MB. Root; where something is lacking the reason is printed.
"""

from __future__ import annotations

import random
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from datetime import datetime, timedelta
from pathlib import Path

from learnapp.db.core.engine import Database, make_engine
from learnapp.db.exams.models import Exam
from learnapp.db.migrate import upgrade
from learnapp.db.progress import counters
from tests.drill import apart
from tests.drill.ending import hand_in, reckoning, say
from tests.drill.night import EARLY, LATE, LONG_S, fill
from tests.drill.people import Candidate, Room, candidates, cost
from tests.guard import holds_within, let_pass
from tests.reliability.phones import Way
from tests.server import Server
from tests.small_office import NOW, build, officers

PEOPLE = 60
AWAY_S = 15  # longer than a page of the application waits for the database's lock (8 s)
_FIRST = 400_000


class Disk:
    """An ext4 file system in a file, mounted where the installation keeps everything."""

    def __init__(self, folder: Path) -> None:
        self.folder, self._image = folder / "home", folder / "image"
        self.folder.mkdir(mode=0o700)
        with self._image.open("wb") as image:
            image.truncate(300 << 20)
        _run("mkfs.ext4", "-q", "-m", "0", str(self._image))
        self.mount()

    def mount(self) -> None:
        """Mount it, to become read-only at the first error."""
        _run("mount", "-o", "loop,errors=remount-ro", str(self._image), str(self.folder))
        self.folder.chmod(0o700)

    def fail(self) -> None:
        """Let the kernel find an error in the file system."""
        device = _run("findmnt", "-no", "SOURCE", str(self.folder)).strip()
        Path(f"/sys/fs/ext4/{Path(device).name}/trigger_fs_error").write_text("1", encoding="ascii")

    def repair(self) -> None:
        """Check it as an operator would, and mount it again."""
        unmount = [
            "umount",
            str(self.folder),
        ]  # once the last of the killed processes has let it go
        gone = holds_within(20, lambda: subprocess.run(unmount, check=False).returncode == 0)
        assert gone, f"somebody uses {self.folder} still"
        subprocess.run(["e2fsck", "-fy", str(self._image)], check=False, capture_output=True)
        self.mount()


def _run(*command: str) -> str:
    done = subprocess.run(command, check=False, capture_output=True, text=True)
    assert done.returncode == 0, f"{' '.join(command)}: {done.stderr}"
    return done.stdout


class OneMachine:
    """A server on the disk, with an open exam and everybody at the test page."""

    def __init__(self, folder: Path) -> None:
        self.disk = Disk(folder)
        self.file = self.disk.folder / "learnapp.sqlite3"
        self.database = Database(make_engine(f"sqlite:///{self.file}"))
        upgrade(self.database.engine)
        with self.database.writing() as session:
            _staff, unit_id, window_id, _stage, exam_id = build(session)
            counters.refresh(session, NOW, officers(session, unit_id, _FIRST, PEOPLE))
            session.get_one(Exam, exam_id).duration_s = LONG_S
        self.database.engine.dispose()  # nothing of ours keeps the disk in use
        self.server = Server(folder, now=EARLY, workers=2)
        self._begun = time.monotonic()
        self.server.start()
        chances = [random.Random(n) for n in range(PEOPLE)]
        logins = [str(_FIRST + n) for n in range(PEOPLE)]
        self.people: list[Candidate] = candidates(logins, [Way(self.server.port)], chances)
        with ThreadPoolExecutor(4) as hands:
            list(hands.map(lambda person: person.open(window_id), self.people))
        say(f"{PEOPLE} people have the test page open")

    def now(self) -> datetime:
        """The time that really is, at the server."""
        return EARLY + timedelta(seconds=time.monotonic() - self._begun)

    @contextmanager
    def trouble(self, room: Room, what: str) -> Iterator[None]:
        """Something is lost within; afterwards everybody's answers are saved again."""
        begun = time.monotonic()
        yield
        room.wait_all_saved(what)
        found = cost(self.people, begun, time.monotonic())
        say(
            f"{what}: longest without any save {found.silent_s:.1f} s, longest from an answer to its "
            f"acknowledgement {found.longest_s:.1f} s, {found.saves} saved"
        )


def killed(machine: OneMachine) -> None:
    """kill -9 of all processes, and a start."""
    machine.server.kill()
    machine.server.start()


def disk_full(machine: OneMachine) -> None:
    """Not a byte is left for a while."""
    ballast = machine.disk.folder / "ballast"
    fill(ballast)
    let_pass(AWAY_S)
    ballast.unlink()


def locked(machine: OneMachine) -> None:
    """Another program, a backup tool say, holds the database's write lock."""
    with closing(sqlite3.connect(machine.file, isolation_level=None)) as other:
        other.execute("PRAGMA busy_timeout=60000")
        other.execute("BEGIN EXCLUSIVE")
        let_pass(AWAY_S)
        other.execute("ROLLBACK")


def clock_jumped(machine: OneMachine) -> None:
    """The machine's clock says tomorrow, and is put right."""
    machine.server.set_clock(machine.now() + timedelta(days=1), really=machine.now())
    let_pass(AWAY_S)
    machine.server.set_clock(machine.now(), really=machine.now())


def read_only(machine: OneMachine) -> None:
    """The file system finds an error and lets nothing be written; it is repaired, and the server started."""
    machine.disk.fail()
    let_pass(AWAY_S)
    machine.server.kill()
    machine.disk.repair()
    machine.server.start()


TROUBLES: dict[str, Callable[[OneMachine], None]] = {
    "the server killed": killed,
    f"the disk full for {AWAY_S} s": disk_full,
    f"the database locked by another program for {AWAY_S} s": locked,
    f"the clock a day ahead for {AWAY_S} s": clock_jumped,
    f"the file system read-only for {AWAY_S} s, then repaired": read_only,
}


def inside(folder: Path) -> int:
    """The whole of it; 1 when something acknowledged does not hold."""
    machine = OneMachine(folder)
    with Room(machine.people) as room:
        room.wait_all_saved("at the beginning")
        for what, lose in TROUBLES.items():
            with machine.trouble(room, what):
                lose(machine)
    hand_in(machine.people, lambda: machine.server.set_clock(LATE), machine.database)
    whole = reckoning(machine.people, machine.database)
    say(f"learnapp verify: {machine.server.run('verify').strip().splitlines()[-1]}")
    machine.server.stop()
    return 0 if whole else 1


if __name__ == "__main__":
    if reason := apart.lacking("mkfs.ext4", "e2fsck", "findmnt"):
        print(f"the drill of one machine was not held: {reason}")
        sys.exit(0)
    sys.exit(apart.held("tests.drill.one_machine", inside))
