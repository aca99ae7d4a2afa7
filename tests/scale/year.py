"""A year of a small office through the real services: portions, weekly tests, monthly exams, practice."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from learnapp.db.bank.models import QuestionVersion
from learnapp.db.core.caller import Caller
from learnapp.db.core.engine import Database
from learnapp.db.exams.attempt_papers import keys_of
from learnapp.db.exams.attempts import lock_sitting
from learnapp.db.exams.models import ExamWindow
from learnapp.db.people.lines import default_line
from learnapp.db.people.models import Unit
from learnapp.db.people.scope import grants_of
from learnapp.db.study.models import Portion
from learnapp.domain.core.calendar import CalendarKind, local_day, start_of
from learnapp.domain.core.permissions import SYSTEM, Actor, Role
from learnapp.domain.exams.answers import AnswerEvent
from learnapp.domain.exams.exams import ExamKind
from learnapp.domain.people.people import LoginKind
from learnapp.jobs.tick import tick
from learnapp.services.accounts import activation, sign_in
from learnapp.services.bank import banks
from learnapp.services.exams import attempt_start, attempts, blueprints, exams, grading, integrity
from learnapp.services.exams.grading import GivenGrade
from learnapp.services.operations import installation
from learnapp.services.people import people, roles
from learnapp.services.people.roles import NewGrant
from learnapp.services.practice import free_practice
from learnapp.services.study import portions, programme_lines, programmes, publishing, readings
from question_bank import sample
from question_bank.blueprint import Cell
from question_bank.model import QuestionType
from tests.determined import SeededRandomness
from tests.scale import bank
from tests.small_office import HASH

MONDAY = date(2026, 1, 5)
BUILT = start_of(MONDAY) - timedelta(days=14)
PORTIONS_A_WEEK = 5
PRACTISED_A_WEEK = 10
SIGN_INS_A_WEEK = 3
# (questions of a type, marks each): a weekly test has 20, a monthly exam 50 with two short answers.
WEEKLY = ((QuestionType.SINGLE, 20),)
MONTHLY = ((QuestionType.SINGLE, 48), (QuestionType.SHORT_ANSWER, 2))
# Of a hundred questions so many are changed once, twice, three times before handing in.
CHANGES = ((40, 1), (35, 2), (15, 3), (10, 4))


@dataclass
class Year:
    """An office, how many weeks its people study, and where the simulated time is."""

    database: Database
    officers: list[int]
    marker: Actor
    bank_id: int
    portions: list[int]
    windows: dict[int, list[int]] = field(default_factory=dict)  # by week
    weeks: int = 52
    at_night: Callable[[Database, datetime], Any] = lambda _database, _now: None


def build(database: Database, officers: int, questions: int = 1000, weeks: int = 52) -> Year:
    """Fill an empty, migrated database: the plan of a year for so many officers of one unit."""
    with database.writing() as session:
        installation.create_admin(session, BUILT, "云岭市委政法委", "管理员", "root")
        unit_id = session.scalars(select(Unit.id)).one()
        line_id = default_line(session).id
        admin = _person(session, unit_id, "admin", Role.ADMIN)
        marker = _person(session, unit_id, "marker", Role.MARKER)
        made = [_person(session, unit_id, f"5{n:05}", None) for n in range(officers)]
        caller = Caller(session, _actor(session, admin), BUILT)
        exam_bank = banks.add_bank(caller, unit_id, "考试题库", "public")
        bank.add(session, exam_bank, questions)
        banks.add_questions(caller, exam_bank, sample.load())
        own = banks.add_bank(caller, unit_id, "练习题库", "public")
        bank.add(session, own, 300)
        plan = programmes.StagePlan(
            "全年", MONDAY, MONDAY + timedelta(weeks=weeks) - timedelta(days=3)
        )
        programme, _ = programmes.add_programme(
            caller, programmes.NewProgramme(unit_id, line_id, "学习", CalendarKind.WORKING), plan
        )
        read = _reading(caller, unit_id, own.id, weeks)
        programme_lines.require_reading(caller, programme.id, read[0])
        year = Year(database, made, _actor(session, marker), own.id, read[1], weeks=weeks)
        for week, exam_id in _exams(caller, exam_bank.id, weeks):
            programme_lines.require_exam(caller, programme.id, exam_id)
            wanted = select(ExamWindow.id).where(ExamWindow.exam_id == exam_id)
            year.windows.setdefault(week, []).append(session.scalars(wanted).one())
        publishing.publish(caller, programme.id)
    return year


def live(year: Year) -> None:
    """Let the year pass, day by day."""
    for week in range(year.weeks):
        monday = MONDAY + timedelta(weeks=week)
        for day in range(7):
            _day(year, week, start_of(monday + timedelta(days=day)), day)


def _day(year: Year, week: int, begins: datetime, day: int) -> None:
    database = year.database
    rng = random.Random(f"{week}/{day}")
    tick(database, begins + timedelta(hours=1), SeededRandomness())
    at = begins + timedelta(hours=9)
    for person_id in year.officers:
        if day < PORTIONS_A_WEEK:
            _study(year, person_id, at, week * PORTIONS_A_WEEK + day)
        if day % 2 == 0 and day < 2 * SIGN_INS_A_WEEK:
            with database.writing() as session:
                sign_in.succeed(session, person_id, "微信 · Android", at, _visitor(person_id))
        if day == 5:
            for _ in range(PRACTISED_A_WEEK):
                _practise(year, person_id, at, rng)
    if day == 4:
        for window_id in year.windows.get(week, ()):
            with database.reading() as session:
                window = session.get_one(ExamWindow, window_id)
                session.expunge(window)
            tick(database, window.opens_at, SeededRandomness())
            for person_id in year.officers:
                _sit(year, person_id, window, rng)
            tick(database, window.closes_at, SeededRandomness())
    if day == 6:
        _mark(year, at)
    year.at_night(database, begins + timedelta(days=1, hours=3))


def _visitor(person_id: int) -> sign_in.Visitor:
    return sign_in.Visitor(f"10.0.{person_id // 250}.{person_id % 250}", f"device {person_id}")


def _study(year: Year, person_id: int, at: datetime, number: int) -> None:
    with year.database.writing() as session:
        caller = Caller(session, Actor(person_id), at)
        opened = portions.open_portion(caller, year.portions[number])
        opened = portions.keep_place(caller, opened, opened.last)
        if (person_id + number) % 4 == 0:
            opened = portions.answer_check(caller, opened, {"options": ["b"]})
        portions.answer_check(caller, opened, {"options": ["a"]})


def _practise(year: Year, person_id: int, at: datetime, rng: random.Random) -> None:
    with year.database.writing() as session:
        caller = Caller(session, Actor(person_id), at)
        version_id = free_practice.next_to_practise(caller, rng, year.bank_id, "")
        if version_id is None:
            return
        event_id = _event_id(rng)
        asked = free_practice.ask(caller, version_id, event_id)
        given = free_practice.Given({"options": [rng.choice("aab")]})
        free_practice.answer(caller, asked, event_id, given)


def _sit(year: Year, person_id: int, window: ExamWindow, rng: random.Random) -> None:
    begun = window.opens_at + timedelta(minutes=1)
    at = begun + timedelta(minutes=12)
    actor = Actor(person_id)
    with year.database.writing() as session:
        seed = f"{rng.getrandbits(128):032x}"
        public_id = attempt_start.start(Caller(session, actor, begun), window.id, seed).public_id
    with year.database.writing() as session:
        sitting = lock_sitting(session, public_id, person_id)
        keys = {row.ordinal: row.key for row in keys_of(session, sitting.id)}
        events = list(_events(sitting, keys, rng))
        caller = Caller(session, actor, at)
        for start in range(0, len(events), 100):
            attempts.receive(caller, public_id, events[start : start + 100])
        left = {"fact_id": _event_id(rng), "kind": "left", "seconds": 7}
        integrity.store_page_facts(caller, public_id, [left])
        attempts.submit(caller, public_id)


def _events(sitting: Any, keys: dict[int, Any], rng: random.Random) -> Iterator[AnswerEvent]:
    seq = 0
    for question, place in sitting.places.items():
        for change in reversed(range(_changes(rng, place.type))):
            seq += 1
            response = _response(place, keys[question], rng, is_last=change == 0)
            yield AnswerEvent(_event_id(rng), seq, question, response)


def _changes(rng: random.Random, type_: str) -> int:
    if type_ == QuestionType.SHORT_ANSWER:
        return 8  # the page saves while one writes
    return rng.choices([n for _, n in CHANGES], [share for share, _ in CHANGES])[0]


def _response(place: Any, key: Any, rng: random.Random, is_last: bool) -> dict[str, Any]:
    if place.type == QuestionType.SHORT_ANSWER:
        return {"text": "依法应当先行告知当事人权利义务，再作出决定。" * (4 if is_last else 2)}
    if is_last and rng.random() < 0.8:
        return {"options": key["options"]}
    return {"options": [rng.choice(place.option_ids)]}


def _mark(year: Year, at: datetime) -> None:
    with year.database.writing() as session:
        caller = Caller(session, year.marker, at)
        for each in grading.grading_queue(caller, limit=1000):
            given = GivenGrade(each.marks * 3 // 4)
            grading.submit_grade(caller, each.attempt, each.question, given)


def _event_id(rng: random.Random) -> str:
    return str(UUID(int=rng.getrandbits(128), version=4))


def _actor(session: Session, person_id: int) -> Actor:
    return Actor(person_id, grants_of(session, person_id, MONDAY))


def _person(session: Session, unit_id: int, login: str, role: Role | None) -> int:
    system, line_id = Caller(session, SYSTEM, BUILT), default_line(session).id
    person = people.add_person(system, f"干警{login}", [(LoginKind.BADGE, login)])
    people.join(system, person.id, people.MembershipSpec(unit_id, line_id), local_day(BUILT))
    activation.set_password(session, BUILT, person.id, HASH)
    if role is not None:
        new = NewGrant(role, unit_id, line_id, local_day(BUILT))
        roles.grant(system, person.id, new)
    return person.id


def _reading(caller: Caller, unit_id: int, bank_id: int, weeks: int) -> tuple[int, list[int]]:
    """(reading, its portions in order), each with a check question."""
    session = caller.session
    about = {"title": "读物", "source": "", "category": "", "classification": "public"}
    sections = [
        {"heading": f"第{n}节", "html": "<p>正文</p>", "length": 1500}
        for n in range(weeks * PORTIONS_A_WEEK)
    ]
    reading = readings.add_reading(caller, unit_id, about, sections)
    wanted = select(Portion).where(Portion.reading_id == reading.id).order_by(Portion.ordinal)
    made = session.scalars(wanted).all()
    checks = session.scalars(
        select(QuestionVersion.id)
        .where(QuestionVersion.bank_id == bank_id, QuestionVersion.status == "published")
        .order_by(QuestionVersion.id)
    ).all()
    for portion, version_id in zip(made, checks, strict=False):
        portion.check_version_id = version_id
    session.flush()
    return reading.id, [each.id for each in made]


def _exams(caller: Caller, bank_id: int, weeks: int) -> Iterator[tuple[int, int]]:
    """(week, exam) of each weekly test and, every fourth week, of a monthly exam."""
    weekly = _blueprint(caller, bank_id, "周测", WEEKLY)
    monthly = _blueprint(caller, bank_id, "月考", MONTHLY)
    for week in range(weeks):
        friday = start_of(MONDAY + timedelta(weeks=week, days=4))
        yield week, _exam(caller, weekly, ExamKind.WEEKLY, friday + timedelta(hours=10))
        if week % 4 == 3 and week < 48:
            yield week, _exam(caller, monthly, ExamKind.MONTHLY, friday + timedelta(hours=14))


def _blueprint(
    caller: Caller, bank_id: int, name: str, parts: tuple[tuple[QuestionType, int], ...]
) -> int:
    cells = [
        Cell(n, str(type_), type_, None, None, count, 100)
        for n, (type_, count) in enumerate(parts, 1)
    ]
    return blueprints.add_blueprint(caller, bank_id, name, cells).id


def _exam(caller: Caller, blueprint_id: int, kind: ExamKind, opens_at: datetime) -> int:
    plan = exams.ExamPlan(
        kind, kind, timedelta(minutes=60), opens_at, opens_at + timedelta(hours=3)
    )
    return exams.add_exam(caller, blueprint_id, plan).id
