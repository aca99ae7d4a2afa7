"""The small office grown: people, a bank and an exam that was sat, at a size; and what to ask of it."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

from flask.testing import FlaskClient
from sqlalchemy import event, func, select, text

from learnapp.app import create_app
from learnapp.config import Config
from learnapp.db.core.caller import Caller
from learnapp.db.core.engine import Database, make_engine
from learnapp.db.people.scope import grants_of
from learnapp.db.study.models import Portion
from learnapp.domain.core.calendar import local_day
from learnapp.domain.core.permissions import Actor
from learnapp.services.exams import attempt_start, readiness
from learnapp.services.study import portions
from tests.determined import FixedClock, SeededRandomness
from tests.scale import bank, exams
from tests.small_office import NOW, PASSWORD, build

OPEN = NOW + timedelta(hours=2)  # the exam's window is open
UNMARKED_EVERY = 10


@dataclass
class Grown:
    """A filled database with the application over it."""

    database: Database
    client: FlaskClient
    staff: dict[str, int]
    window_id: int
    exam_id: int
    bank_id: int
    people: list[int]
    sat: int  # how many of the people sat the exam
    portion_id: int

    def actor(self, login: str) -> Actor:
        """One of the office's own people with their grants."""
        with self.database.reading() as session:
            return Actor(self.staff[login], grants_of(session, self.staff[login], local_day(NOW)))

    def enter(self, login: str) -> None:
        """Sign one of them in, whoever was."""
        self.client.delete_cookie("learnapp")
        page = self.client.get("/sign-in").text
        token = page.split('name="csrf-token" content="', 1)[1].split('"', 1)[0]
        data = {"login_name": login, "password": PASSWORD, "csrf_token": token}
        self.client.post("/sign-in", data=data)

    def start(self, person_id: int) -> None:
        """A new attempt in the exam."""
        with self.database.writing() as session:
            attempt_start.start(Caller(session, Actor(person_id), OPEN), self.window_id, "5eed")

    def prepare(self) -> None:
        """The pool of the exam's window, as the scheduler makes it before the opening."""
        with self.database.reading() as session:
            ahead = readiness.look_ahead(session, NOW, self.window_id, with_pool=True)
        with self.database.writing("pool") as session:
            readiness.prepare(session, NOW, self.window_id, "5eed", ahead)

    def complete(self, person_id: int) -> None:
        """A completion of a reading's portion."""
        with self.database.writing() as session:
            caller = Caller(session, Actor(person_id), OPEN)
            opened = portions.open_portion(caller, self.portion_id)
            portions.keep_place(caller, opened, opened.last)

    def close(self) -> None:
        """Let go of the connections."""
        self.database.engine.dispose()
        self.client.application.extensions["learnapp.database"].engine.dispose()


def grow(
    url: str,
    folder: Path,
    people: int,
    questions: int,
    sat: int,
    on_paper: int = exams.QUESTIONS,
) -> Grown:
    """Fill a migrated database: of so many people so many sat the exam of the office, and all of
    them one of a month ago; so many questions are in the bank that it draws from."""
    database = Database(make_engine(url))
    with database.writing() as session:
        staff, unit_id, window_id, _stage, exam_id = build(session)
        made = exams.people(session, unit_id, people)
        paper = exams.places(session, exam_id, on_paper)
        store = exams.bank_of(session, exam_id)
        bank.add(session, store, questions)
        _, before = exams.earlier_exam(session, exam_id)
        exams.sit(session, before, made, paper[-2:])
        exams.sit(session, window_id, made[:sat], paper, made[:sat:UNMARKED_EVERY])
        portion_id = session.scalar(select(func.min(Portion.id)))
        bank_id = store.id
    with database.engine.connect() as connection:
        connection.execution_options(isolation_level="AUTOCOMMIT").execute(text("ANALYZE"))
    database.monitor.clear()
    app = create_app(Config(folder, url), FixedClock(OPEN), SeededRandomness())
    return Grown(
        database, app.test_client(), staff, window_id, exam_id, bank_id, made, sat, portion_id or 0
    )


@contextmanager
def statements(*databases: Database) -> Iterator[list[str]]:
    """The statements that these databases are asked while it lasts."""
    found: list[str] = []

    def heard(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        found.append(statement)

    for each in databases:
        event.listen(each.engine, "before_cursor_execute", heard)
    try:
        yield found
    finally:
        for each in databases:
            event.remove(each.engine, "before_cursor_execute", heard)


def measured(deed: Callable[[], Any], times: int = 5) -> tuple[float, float]:
    """(wall, CPU) in milliseconds, medians."""
    walls, cpus = [], []
    for _ in range(times):
        wall, cpu = time.perf_counter(), time.process_time()
        deed()
        walls.append(1000 * (time.perf_counter() - wall))
        cpus.append(1000 * (time.process_time() - cpu))
    return sorted(walls)[times // 2], sorted(cpus)[times // 2]
