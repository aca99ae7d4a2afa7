"""Who holds the write lock for how much CPU, of all services and scheduled jobs that writers wait for."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta

from learnapp.db.core.caller import Caller
from learnapp.db.core.lock_monitor import LockMonitor
from learnapp.domain.core.calendar import local_day
from learnapp.domain.core.permissions import SYSTEM
from learnapp.domain.people.people import Category
from learnapp.jobs import upkeep
from learnapp.jobs.tick import tick
from learnapp.services.exams import readiness
from learnapp.services.people import absences, people, postings, units
from learnapp.services.people.absences import NewAbsence
from learnapp.services.people.people import MembershipSpec
from tests.determined import SeededRandomness
from tests.scale import progress, publishing, roster
from tests.scale.office import OPEN, Grown
from tests.scale.place import Place

MOST_MS = 50


class CpuMonitor(LockMonitor):
    """As the engine's own, by the CPU of the thread that holds the lock: others' load lengthens nothing."""

    @contextmanager
    def holding(self, name: str) -> Iterator[None]:
        """Measure one holder; it begins when the lock is had."""
        began = time.thread_time()
        try:
            yield
        finally:
            self._note(name or "unnamed", time.thread_time() - began)


def of_town(place: Place) -> dict[str, float]:
    """CPU ms by holder: publishing, a roster, midnights, people and units that move."""
    monitor = place.database.monitor = CpuMonitor()
    for part in (progress.counted, progress.work, publishing.measure, roster.measure):
        part(place)
    for name, deed in _of_people(place).items():
        with place.database.writing(name) as session:
            deed(Caller(session, SYSTEM, place.clock.now()))
    for days in (1, 7):  # and over a week's end
        place.clock.instant += timedelta(days=days)
        _round(place)
    return _held(monitor)


def _of_people(place: Place) -> dict[str, Callable[[Caller], object]]:
    town, today = place.town, local_day(place.clock.now())
    post = MembershipSpec(town.stations[-1], town.line_id, category=Category.AUXILIARY)
    away = NewAbsence("leave", today, today + timedelta(days=10), "")
    return {
        "transfer": lambda caller: people.transfer(caller, town.people[3], post, today),
        "absence": lambda caller: absences.record(caller, town.people[4], away),
        "retire": lambda caller: postings.retire(caller, town.people[5]),
        "unit moved": lambda caller: units.move(
            caller, town.stations[0], town.line_id, town.top_id, today
        ),
    }


def _round(place: Place) -> None:
    now = place.clock.now()
    tick(place.database, now, SeededRandomness())
    upkeep_monitor = place.database.monitor
    place.database.monitor = LockMonitor()  # upkeep clears the one that it reads
    upkeep.round_of(place.database, now)
    place.database.monitor = upkeep_monitor


def of_office(grown: Grown) -> dict[str, float]:
    """The same of an exam that nearly everybody sits: pool, starts, completions, its end, the days after."""
    monitor = grown.database.monitor = CpuMonitor()
    grown.prepare()
    with grown.database.reading() as session:  # as the page does it before a start
        readiness.before_start(session, OPEN, grown.window_id)
    fresh = grown.people[grown.sat :][:20]
    for person_id in fresh:
        grown.start(person_id)
        grown.complete(person_id)
    now = OPEN
    for hours in (1, 24, 24, 24 * 7):
        now += timedelta(hours=hours)
        tick(grown.database, now, SeededRandomness())
    return _held(monitor)


def _held(monitor: LockMonitor) -> dict[str, float]:
    return {each.name: each.seconds * 1000 for each in monitor.by_name()}
