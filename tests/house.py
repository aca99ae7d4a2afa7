"""A small house made through the services, for tests of every floor: one unit, five people, one
programme with a reading and an exam that opens an hour after NOW."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from learnapp.db.core.caller import Caller
from learnapp.db.exams.models import Exam, ExamWindow
from learnapp.db.people.lines import default_line
from learnapp.db.people.models import LoginName, Unit
from learnapp.db.people.scope import grants_of
from learnapp.db.study.models import Stage
from learnapp.domain.core.calendar import CalendarKind, local_day
from learnapp.domain.core.permissions import SYSTEM, Actor, Role
from learnapp.domain.exams.exams import ExamKind
from learnapp.domain.people.people import LoginKind
from learnapp.services.accounts import activation
from learnapp.services.accounts.passwords import hash_password
from learnapp.services.bank import banks
from learnapp.services.exams import blueprints, exams
from learnapp.services.operations import installation
from learnapp.services.people import people, roles
from learnapp.services.people.roles import NewGrant
from learnapp.services.study import programme_lines, programmes, publishing, readings
from question_bank import sample
from question_bank.blueprint import Cell
from question_bank.model import QuestionType

NOW = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)
PASSWORD = "correct horse 7"
HASH = hash_password(PASSWORD)
CAST = {
    "admin": Role.ADMIN,
    "head": Role.UNIT_HEAD,
    "marker": Role.MARKER,
    "officer": None,
    "other": None,
}
_FIRSTS = (Unit.id, ExamWindow.id, Stage.id, Exam.id)


def build(session: Session) -> tuple[dict[str, int], int, int, int, int]:
    """Fill an empty database: (people by login name, unit id, window id, stage id, exam id).

    What is there already, in a copy of a filled database, is found.
    """
    if (made := _found(session)) is not None:
        return made
    installation.create_admin(session, NOW, "云岭市委政法委", "管理员", "root")
    line = default_line(session)
    admin = Actor(1, grants_of(session, 1, local_day(NOW)))
    unit_id = admin.grants[0].unit_id
    ids = {}
    for login, role in CAST.items():
        person = people.add_person(
            Caller(session, SYSTEM, NOW), f"{login}甲", [(LoginKind.BADGE, login)]
        )
        people.join(
            Caller(session, SYSTEM, NOW),
            person.id,
            people.MembershipSpec(unit_id, line.id),
            date(2026, 1, 1),
        )
        activation.set_password(session, NOW, person.id, HASH)
        if role:
            day = date(2026, 1, 1)
            roles.grant(
                Caller(session, SYSTEM, NOW), person.id, NewGrant(role, unit_id, line.id, day)
            )
        ids[login] = person.id
    return (ids, unit_id, *_programme(session, admin, unit_id, line))


def _found(session: Session) -> tuple[dict[str, int], int, int, int, int] | None:
    ids = dict(
        session.execute(
            select(LoginName.name, LoginName.person_id).where(LoginName.name.in_(CAST))
        ).all()
    )
    if not ids:
        return None
    firsts = (session.scalars(select(func.min(each))).one() for each in _FIRSTS)
    return (ids, *firsts)


def officers(session: Session, unit_id: int, first_badge: int, count: int) -> list[int]:
    """So many more people of the unit, who can sign in by consecutive badges with PASSWORD."""
    line, ids = default_line(session), []
    for number in range(first_badge, first_badge + count):
        badge = [(LoginKind.BADGE, str(number))]
        person = people.add_person(Caller(session, SYSTEM, NOW), f"考生{number}", badge)
        post = people.MembershipSpec(unit_id, line.id)
        people.join(Caller(session, SYSTEM, NOW), person.id, post, date(2026, 1, 1))
        activation.set_password(session, NOW, person.id, HASH)
        ids.append(person.id)
    return ids


def _programme(session, admin, unit_id, line):
    store = banks.add_bank(Caller(session, admin, NOW), unit_id, "题库", "public")
    banks.add_questions(Caller(session, admin, NOW), store, sample.load())
    about = {"title": "读物", "source": "", "category": "", "classification": "public"}
    sections = [{"heading": f"第{n}节", "html": "<p>正文</p>", "length": 600} for n in (1, 2)]
    reading = readings.add_reading(Caller(session, admin, NOW), unit_id, about, sections)
    stage = programmes.StagePlan("第一阶段", date(2026, 11, 16), date(2026, 12, 4))
    programme, row = programmes.add_programme(
        Caller(session, admin, NOW), unit_id, line, "学习", CalendarKind.WORKING, stage
    )
    programme_lines.require_reading(Caller(session, admin, NOW), programme.id, reading.id)
    cells = [
        Cell(n, str(type_), type_, None, None, 2, 1000) for n, type_ in enumerate(QuestionType, 1)
    ]
    blueprint = blueprints.add_blueprint(Caller(session, admin, NOW), store.id, "方案", cells)
    plan = exams.ExamPlan(
        "周测",
        ExamKind.WEEKLY,
        timedelta(minutes=20),
        NOW + timedelta(hours=1),
        NOW + timedelta(hours=9),
    )
    exam = exams.add_exam(Caller(session, admin, NOW), blueprint.id, plan)
    programme_lines.require_exam(Caller(session, admin, NOW), programme.id, exam.id)
    publishing.publish(Caller(session, admin, NOW), programme.id)
    return 1, row.id, exam.id
