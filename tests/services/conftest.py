"""A database with the small office in which each test, or each example of one, sits an exam anew."""

from __future__ import annotations

import uuid
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta

import pytest

from learnapp.db.core.caller import Caller
from learnapp.db.core.engine import Database, make_engine
from learnapp.db.exams.models import Exam
from learnapp.db.people.lines import default_line
from learnapp.db.people.scope import grants_of
from learnapp.domain.core.calendar import local_day
from learnapp.domain.core.permissions import SYSTEM, Actor
from learnapp.domain.people.people import LoginKind
from learnapp.services.exams import attempt_start
from learnapp.services.operations import schedule
from learnapp.services.people import people
from question_bank.marking import MultipleRule
from tests.services.phones import CrashingEngine
from tests.small_office import NOW, build

EARLY = NOW + timedelta(hours=2)  # the window is open; twenty minutes to answer


class ExamFixture:
    """A database with the small office, which all examples share: each brings its own officer."""

    def __init__(self, url: str) -> None:
        self.database = Database(make_engine(url))
        with self.database.writing() as session:
            staff, self.unit_id, self.window_id, _stage, self.exam_id = build(session)
            self.admin = Actor(staff["admin"], grants_of(session, staff["admin"], local_day(NOW)))
            self.line_id = default_line(session).id
            self.rule = MultipleRule(session.get_one(Exam, self.exam_id).multiple_rule)
        self.crashing = CrashingEngine(self.database.engine)
        self.tally: Counter[str] = Counter()

    def officer(self) -> Actor:
        """Somebody new of whom the exam is asked."""
        self.tally["examples"] += 1
        with self.database.writing() as session:
            names = [(LoginKind.BADGE, uuid.uuid4().hex[:12])]
            person = people.add_person(Caller(session, SYSTEM, NOW), "考生", names)
            post = people.MembershipSpec(self.unit_id, self.line_id)
            people.join(Caller(session, SYSTEM, NOW), person.id, post, date(2026, 1, 1))
            return Actor(person.id)

    def start(self, officer: Actor, now: datetime) -> str:
        """The officer's attempt, begun or gone on with."""
        with self.database.writing() as session:
            return attempt_start.start(
                Caller(session, officer, now), self.window_id, "5eed"
            ).public_id

    def work(self, now: datetime) -> int:
        """What the scheduler does when it looks: each piece in a transaction of its own."""
        with self.database.reading() as session:
            found = schedule.due(session, now)
        for each in found:
            with self.database.writing() as session:
                schedule.carry_out(session, now, each, "5eed")
        return len(found)


@pytest.fixture
def ground(new_office_url: Callable[[], str]) -> Iterator[ExamFixture]:
    """A fresh database for one test, on each backend."""
    made = ExamFixture(new_office_url())
    yield made
    made.database.engine.dispose()
