"""The small office for tests of services: one transaction that is undone, or a database of its own in
which people sit an exam."""

from __future__ import annotations

import uuid
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta

import pytest
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from learnapp.db.core.caller import Caller
from learnapp.db.core.engine import Database, make_engine
from learnapp.db.exams.models import Exam
from learnapp.db.people.lines import default_line
from learnapp.db.people.scope import grants_of
from learnapp.db.progress import counters
from learnapp.db.study.models import Programme
from learnapp.domain.core.calendar import local_day
from learnapp.domain.core.permissions import SYSTEM, Actor, Role
from learnapp.domain.people.people import LoginKind
from learnapp.services.exams import attempt_start, attempts
from learnapp.services.operations import schedule
from learnapp.services.people import people, roles
from learnapp.services.people.roles import NewGrant
from question_bank.marking import MultipleRule
from tests.services.phones import CrashingEngine
from tests.small_office import FIRST_DAY, NOW, add_branch, build

EARLY = NOW + timedelta(hours=2)  # the window is open; twenty minutes to answer


class Office:
    """The small office inside a transaction: its people by login name, and who asks."""

    def __init__(self, session: Session) -> None:
        self.session = session
        cast, self.unit_id, self.window_id, self.stage_id, self.exam_id = build(session)
        self.staff = {"root": 1, **cast}
        self.line_id = default_line(session).id
        self.programme_id = session.scalars(select(Programme.id)).one()

    def caller(self, login: str = "admin", now: datetime = NOW) -> Caller:
        """The person who signs in by this name asks, with their grants of that day."""
        person_id = self.staff[login]
        grants = grants_of(self.session, person_id, local_day(now))
        return Caller(self.session, Actor(person_id, grants), now)

    def system(self, now: datetime = NOW) -> Caller:
        """The installation itself asks."""
        return Caller(self.session, SYSTEM, now)

    early = EARLY

    def appoint(self, login: str, *more: Role) -> Caller:
        """The person gets further roles over the unit and all below it, and asks."""
        for role in more:
            new = NewGrant(role, self.unit_id, self.line_id, FIRST_DAY)
            roles.grant(self.system(), self.staff[login], new)
        return self.caller(login)

    def hand_in(self, login: str, now: datetime = EARLY) -> str:
        """An attempt in which the person answers nothing; its public id."""
        caller = self.caller(login, now)
        public_id: str = attempt_start.start(caller, self.window_id, "5eed").public_id
        attempts.submit(caller, public_id)
        self.session.flush()
        return public_id

    def add_branch(self) -> int:
        """A branch below the unit, whose admin signs in as `local`; the branch's id."""
        branch, self.staff["local"] = add_branch(self.session, self.unit_id)
        counters.refresh(self.session, NOW, [self.staff["local"]])
        return branch


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

    def appoint(self, role: Role) -> Actor:
        """Somebody new with a role over the unit and all below it."""
        person_id = self.officer().own_id()
        with self.database.writing() as session:
            new = NewGrant(role, self.unit_id, self.line_id, FIRST_DAY)
            roles.grant(Caller(session, SYSTEM, NOW), person_id, new)
            return Actor(person_id, grants_of(session, person_id, local_day(NOW)))

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


@pytest.fixture(scope="session")
def undone_office(new_office_url: Callable[[], str]) -> Iterator[Engine]:
    """A database with the small office in which nothing is ever committed, on each backend."""
    engine = make_engine(new_office_url())
    yield engine
    engine.dispose()


@pytest.fixture
def office(undone_office: Engine) -> Iterator[Office]:
    """The small office as it was built: what a test does there is undone after it.

    Each test has an engine of its own, which remembers no rows of another test, over the same
    connections and compiled statements.
    """
    with Database(undone_office.execution_options()).writing() as session:
        yield Office(session)
        session.rollback()


@pytest.fixture
def ground(new_office_url: Callable[[], str]) -> Iterator[ExamFixture]:
    """A fresh database for one test, on each backend."""
    made = ExamFixture(new_office_url())
    yield made
    made.database.engine.dispose()
