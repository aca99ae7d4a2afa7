"""A small office and its people, made through the services, for tests of every layer.

`build` gives one unit, five people, one programme with a reading and an exam that opens an hour
after NOW. `add_proctor` and `add_branch` bring the rest of the cast where a test wants it: somebody
who watches an exam, and a second unit with an admin of its own. All sign in with PASSWORD.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from learnapp.db.accounts.sign_in_facts import POLICY
from learnapp.db.core.caller import Caller
from learnapp.db.exams.models import Exam, ExamWindow
from learnapp.db.operations.models import Setting
from learnapp.db.people.lines import default_line
from learnapp.db.people.models import LoginName, Unit
from learnapp.db.people.scope import grants_of
from learnapp.db.study.models import Stage
from learnapp.domain.core.calendar import CalendarKind, local_day
from learnapp.domain.core.permissions import SYSTEM, Actor, Role
from learnapp.domain.exams.exams import ExamKind
from learnapp.domain.people.people import LoginKind, UnitKind
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
FIRST_DAY = date(2026, 1, 1)  # since when everybody is in their unit, with their role
# Who is in every office, by login name, with their role.
CAST = {
    "admin": Role.ADMIN,
    "head": Role.UNIT_HEAD,
    "marker": Role.MARKER,
    "officer": None,
    "other": None,
}
PATIENT = {"staff_idle_minutes": 14 * 24 * 60, "staff_hours": 14 * 24}
_FIRSTS = (Unit.id, ExamWindow.id, Stage.id, Exam.id)


def build(session: Session) -> tuple[dict[str, int], int, int, int, int]:
    """Fill an empty database: (people by login name, unit id, window id, stage id, exam id).

    What is there already, in a copy of a filled database, is found.
    """
    if (made := _found(session)) is not None:
        return made
    installation.create_admin(session, NOW, "云岭市委政法委", "管理员", "root")
    # Tests move the clock by days under people who are signed in; tests of sessions set limits of their own.
    session.add(Setting(name=POLICY, value=PATIENT))
    line = default_line(session)
    admin = Actor(1, grants_of(session, 1, local_day(NOW)))
    unit_id = admin.grants[0].unit_id
    ids = {login: _add(session, f"{login}甲", login, unit_id, role) for login, role in CAST.items()}
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
    """So many more people of the unit, who sign in by consecutive badges."""
    badges = range(first_badge, first_badge + count)
    return [_add(session, f"考生{badge}", str(badge), unit_id) for badge in badges]


def add_proctor(session: Session, unit_id: int) -> int:
    """Somebody of the unit who watches its exams, as `proctor`; their id."""
    return _add(session, "监考员", "proctor", unit_id, Role.PROCTOR)


def add_branch(session: Session, above: int) -> tuple[int, int]:
    """A second unit below one, with an admin of its own who signs in as `local`: (unit, admin)."""
    system = Caller(session, SYSTEM, NOW)
    branch = people.add_unit(system, "东城分局", UnitKind.POLICE, 2)
    people.place_unit(system, default_line(session).id, above, branch.id, FIRST_DAY)
    return branch.id, _add(session, "分局管理员", "local", branch.id, Role.ADMIN)


def _add(session: Session, name: str, login: str, unit_id: int, role: Role | None = None) -> int:
    """A person of the unit with their role over all below it; their id."""
    system, line_id = Caller(session, SYSTEM, NOW), default_line(session).id
    person = people.add_person(system, name, [(LoginKind.BADGE, login)])
    people.join(system, person.id, people.MembershipSpec(unit_id, line_id), FIRST_DAY)
    activation.set_password(session, NOW, person.id, HASH)
    if role is not None:
        roles.grant(system, person.id, NewGrant(role, unit_id, line_id, FIRST_DAY))
    return person.id


def _programme(session, admin, unit_id, line):
    store = banks.add_bank(Caller(session, admin, NOW), unit_id, "题库", "public")
    banks.add_questions(Caller(session, admin, NOW), store, sample.load())
    about = {"title": "读物", "source": "", "category": "", "classification": "public"}
    sections = [{"heading": f"第{n}节", "html": "<p>正文</p>", "length": 600} for n in (1, 2)]
    reading = readings.add_reading(Caller(session, admin, NOW), unit_id, about, sections)
    stage = programmes.StagePlan("第一阶段", date(2026, 11, 16), date(2026, 12, 4))
    programme, row = programmes.add_programme(
        Caller(session, admin, NOW),
        programmes.NewProgramme(unit_id, line.id, "学习", CalendarKind.WORKING),
        stage,
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
