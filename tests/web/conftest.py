"""A small house made through the services, and the real application over it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from learnapp.app import create_app
from learnapp.clock import FixedClock
from learnapp.config import Config
from learnapp.db.engine import Database, make_engine
from learnapp.db.scope import grants_of
from learnapp.domain.calendar import CalendarKind, local_day
from learnapp.domain.exams import ExamKind
from learnapp.domain.people import LoginKind, Role
from learnapp.domain.permissions import SYSTEM, Actor
from learnapp.services import activation, bank, exams, house, people, programmes, readings
from learnapp.services.passwords import hash_password
from question_bank import sample
from question_bank.blueprint import Cell
from question_bank.model import QuestionType

NOW = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)
PASSWORD = "correct horse 7"
CAST = {
    "admin": Role.ADMIN,
    "head": Role.UNIT_HEAD,
    "marker": Role.MARKER,
    "officer": None,
    "other": None,
}


@dataclass
class House:
    """The application, its clock, and who is in it."""

    client: FlaskClient
    clock: FixedClock
    database: Database
    people: dict[str, int]
    unit_id: int
    window_id: int
    stage_id: int
    exam_id: int

    def token(self, path: str = "/sign-in") -> str:
        """A form token of the session as it is."""
        page = self.client.get(path, follow_redirects=True).text
        found = re.search(r'name="csrf-token" content="([^"]+)"', page)
        assert found
        return found.group(1)

    def post(self, path: str, **data: str):
        """A form post with its token."""
        return self.client.post(path, data={**data, "csrf_token": self.token()})

    def enter(self, login: str, password: str = PASSWORD):
        """Sign somebody in, whoever was."""
        self.client.delete_cookie("learnapp")
        return self.post("/sign-in", login_name=login, password=password)


HASH = hash_password(PASSWORD)


@pytest.fixture
def home(sqlite_url: str, tmp_path: Path) -> Iterator[House]:
    """One unit, five people, one programme with a reading and an exam that opened an hour ago."""
    database = Database(make_engine(sqlite_url))
    clock = FixedClock(NOW + timedelta(hours=2))
    with database.writing() as session:
        made = _make(session)
    app = create_app(Config(tmp_path / "home", sqlite_url), clock)
    app.config["PROPAGATE_EXCEPTIONS"] = False
    yield House(app.test_client(), clock, database, *made)
    database.engine.dispose()
    app.extensions["learnapp.database"].engine.dispose()


def _make(session):
    house.create_admin(session, NOW, "云岭市委政法委", "管理员", "root")
    line = people.default_line(session)
    admin = Actor(1, grants_of(session, 1, local_day(NOW)))
    unit_id = admin.grants[0].unit_id
    ids = {}
    for login, role in CAST.items():
        person = people.add_person(session, SYSTEM, NOW, f"{login}甲", [(LoginKind.BADGE, login)])
        people.join(session, SYSTEM, NOW, person.id, people.Post(unit_id, line.id), date(2026, 1, 1))
        activation.set_password(session, NOW, person.id, HASH)
        if role:
            day = date(2026, 1, 1)
            people.grant(session, SYSTEM, NOW, person.id, role, unit_id, line.id, day)
        ids[login] = person.id
    return (ids, unit_id, *_programme(session, admin, unit_id, line))


def _programme(session, admin, unit_id, line):
    store = bank.add_bank(session, admin, NOW, unit_id, "题库", "public")
    bank.add_questions(session, admin, NOW, store, sample.load())
    about = {"title": "读物", "source": "", "category": "", "classification": "public"}
    sections = [{"heading": f"第{n}节", "html": "<p>正文</p>", "length": 600} for n in (1, 2)]
    reading = readings.add_reading(session, admin, NOW, unit_id, about, sections)
    stage = programmes.StagePlan("第一阶段", date(2026, 11, 16), date(2026, 12, 4))
    programme, row = programmes.add_programme(
        session, admin, NOW, unit_id, line, "学习", CalendarKind.WORKING, stage
    )
    programmes.require_reading(session, admin, NOW, programme.id, reading.id)
    cells = [
        Cell(n, str(type_), type_, None, None, 2, 1000) for n, type_ in enumerate(QuestionType, 1)
    ]
    blueprint = exams.add_blueprint(session, admin, NOW, store.id, "方案", cells)
    plan = exams.ExamPlan(
        "周测",
        ExamKind.WEEKLY,
        timedelta(minutes=20),
        NOW + timedelta(hours=1),
        NOW + timedelta(hours=9),
    )
    exam = exams.add_exam(session, admin, NOW, blueprint.id, plan)
    programmes.require_exam(session, admin, NOW, programme.id, exam.id)
    programmes.publish(session, admin, NOW, programme.id)
    return 1, row.id, exam.id
