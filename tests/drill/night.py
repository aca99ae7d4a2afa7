"""The exam night: everything that is lost in turn while people answer, and the reckoning."""

from __future__ import annotations

import os
import random
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

from sqlalchemy import text

from learnapp.db.core.engine import Database, make_engine
from learnapp.db.exams.models import Exam
from learnapp.db.operations.leadership import SCHEDULER
from tests.drill.databases import Databases
from tests.drill.ending import hand_in, reckoning, say
from tests.drill.machines import Machine
from tests.drill.offices import PORT, Offices
from tests.drill.people import Candidate, Cost, Room, candidates, cost
from tests.guard import holds_within, let_pass
from tests.reliability.phones import Way
from tests.small_office import NOW, build, officers

FROZEN_S = 60
_FIRST = 400_000  # the first badge
EARLY = NOW + timedelta(hours=2)
LATE = EARLY + timedelta(hours=5)
LONG_S = 3 * 3600  # of the exam: it outlasts the drill on any machine
_PATRONI = ("patroni", "postgres")


class Night:
    """All machines, with an open exam and everybody at the test page."""

    def __init__(self, folder: Path, people: int, workers: int) -> None:
        self.databases = Databases(folder)
        self.offices = Offices(folder, EARLY, workers)
        self._count = people
        self.people: list[Candidate] = []
        self.costs: dict[str, Cost] = {}
        self.most_leading = 0

    def begin(self) -> None:
        """Start everything, make the office, and let everybody open the test page."""
        self.databases.start()
        say(f"databases: {self.databases.roles()}")
        self.offices.start()
        say("web machines: all three migrated at once and are ready")
        self.database = Database(make_engine(self.databases.url))
        with self.database.writing() as session:
            _staff, unit_id, self.window_id, _stage, exam_id = build(session)
            officers(session, unit_id, _FIRST, self._count)
            session.get_one(Exam, exam_id).duration_s = LONG_S
        logins = [str(_FIRST + n) for n in range(self._count)]
        ways = [Way(PORT, each.address) for each in self.offices.balancers]
        self.people = candidates(logins, ways, [random.Random(n) for n in range(self._count)])
        with ThreadPoolExecutor(4) as hands:
            list(hands.map(lambda person: person.open(self.window_id), self.people))
        say(f"{self._count} people have the test page open")

    def scheduler_leads(self) -> int:
        """How many processes hold the scheduler's lock."""
        group, number = SCHEDULER
        question = text(
            "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND granted "
            "AND classid = :group AND objid = :number"
        )
        with self.database.engine.connect() as connection:
            return int(connection.scalar(question, {"group": group, "number": number}) or 0)

    def wait_one_leads(self) -> None:
        """Wait until exactly one process of all machines leads the scheduled work."""
        found = holds_within(60, lambda: self.scheduler_leads() == 1)
        assert found, f"{self.scheduler_leads()} processes lead the scheduler"

    @contextmanager
    def trouble(self, room: Room, what: str) -> Iterator[None]:
        """One thing that is lost: within, it is lost and brought back; afterwards all is whole again."""
        begun = time.monotonic()
        yield
        self.databases.wait_whole()
        assert holds_within(60, self.databases.etcd_is_whole), "etcd is not whole"
        self.offices.wait_well()
        room.wait_all_saved(what)
        self.wait_one_leads()
        self.costs[what] = found = cost(self.people, begun, time.monotonic())
        say(
            f"{what}: longest without any save {found.silent_s:.1f} s, "
            f"longest from an answer to its acknowledgement {found.longest_s:.1f} s, "
            f"{found.saves} saved"
        )

    def end(self) -> bool:
        """Everybody hands in, or is late and handed in; whether all that was acknowledged holds."""
        hand_in(self.people, lambda: self.offices.set_clock(LATE), self.database)
        say(f"primaries at once: {max(1, self.most_leading)}")
        return reckoning(self.people, self.database) and self.most_leading < 2


def web_killed(night: Night, room: Room) -> None:
    """kill -9 of everything on the web machine, then its start."""
    machine = night.offices.webs[0]
    with night.trouble(room, "a web machine killed"):
        machine.kill()
        room.wait_all_saved("a web machine killed")
        night.offices.start_web(machine)


def balancer_killed(night: Night, room: Room) -> None:
    """kill -9 of one of two balancers; the phones go to the other."""
    machine = night.offices.balancers[0]
    with night.trouble(room, "a balancer killed"):
        machine.kill()
        room.wait_all_saved("a balancer killed")
        night.offices.start_balancer(machine)


def primary_killed(night: Night, room: Room) -> None:
    """kill -9 of Patroni and PostgreSQL on the primary."""
    machine = night.databases.primary()
    with night.trouble(room, "the primary database killed"):
        machine.kill(*_PATRONI)
        room.wait_all_saved("the primary database killed")
        night.databases.start_patroni(machine)


def replica_killed(night: Night, room: Room) -> None:
    """kill -9 of Patroni and PostgreSQL on the synchronous replica, for which saves wait."""
    (name,) = (name for name, role in night.databases.roles().items() if role == "sync_standby")
    (machine,) = (each for each in night.databases.machines if each.name == name)
    with night.trouble(room, "the synchronous replica killed"):
        machine.kill(*_PATRONI)
        room.wait_all_saved("the synchronous replica killed")
        night.databases.start_patroni(machine)


def etcd_killed(night: Night, room: Room) -> None:
    """kill -9 of etcd's leader."""
    machine = night.databases.etcd_leader()
    with night.trouble(room, "etcd's leader killed"):
        machine.kill("etcd")
        room.wait_all_saved("etcd's leader killed")
        night.databases.start_etcd(machine)


def primary_frozen(night: Night, room: Room) -> None:
    """SIGSTOP of Patroni and PostgreSQL on the primary together, SIGCONT a minute later."""
    _away(night, room, "the primary frozen for 60 s", _freeze, _thaw)


def primary_cut_off(night: Night, room: Room) -> None:
    """Nothing reaches the primary's machine or leaves it, for a minute."""
    _away(night, room, "the primary cut off for 60 s", Machine.cut, Machine.join)


def replica_cut_off(night: Night, room: Room) -> None:
    """Nothing reaches the synchronous replica's machine or leaves it, for a minute."""
    (name,) = (name for name, role in night.databases.roles().items() if role == "sync_standby")
    (machine,) = (each for each in night.databases.machines if each.name == name)
    with night.trouble(room, "the synchronous replica cut off for 60 s"):
        machine.cut()
        let_pass(FROZEN_S)
        machine.join()


def _freeze(machine: Machine) -> None:
    machine.freeze(*_PATRONI)


def _thaw(machine: Machine) -> None:
    machine.thaw(*_PATRONI)


def _away(
    night: Night,
    room: Room,
    what: str,
    lose: Callable[[Machine], None],
    bring_back: Callable[[Machine], None],
) -> None:
    """Lose the primary's machine for a minute; whoever comes back finds that another leads."""
    machine = night.databases.primary()
    with night.trouble(room, what):
        lose(machine)
        let_pass(FROZEN_S)
        led = night.databases.leading()
        assert len(led) == 1 and led[0] is not machine, f"{what}: nobody took over"
        bring_back(machine)
        end = time.monotonic() + 20
        while time.monotonic() < end:
            night.most_leading = max(night.most_leading, len(night.databases.leading()))


def disk_filled(night: Night, room: Room) -> None:
    """The disk of the primary is filled to its last byte for a minute. It goes on leading and refuses what
    it cannot write: Patroni does not look at disks, and those of the others hold the same."""
    machine = night.databases.primary()
    with night.trouble(room, "the primary's disk full for 60 s"):
        ballast = machine.folder / "disk/ballast"
        fill(ballast)
        let_pass(FROZEN_S)
        ballast.unlink()


def fill(ballast: Path) -> None:
    """Fill what is left of a disk, to its last byte."""
    handle = os.open(ballast, os.O_WRONLY | os.O_CREAT, 0o600)
    try:
        for size in (1 << 20, 4096, 1):
            try:
                while True:
                    os.write(handle, b"\0" * size)
            except OSError:
                continue
    finally:
        os.close(handle)


TROUBLES = {
    "web": web_killed,
    "balancer": balancer_killed,
    "primary": primary_killed,
    "replica": replica_killed,
    "etcd": etcd_killed,
    "frozen": primary_frozen,
    "cut": primary_cut_off,
    "cut-replica": replica_cut_off,
    "disk": disk_filled,
}
