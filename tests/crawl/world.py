"""The installation that the crawl walks: the demonstration, and in it every state a page can show."""

from __future__ import annotations

import re
import shutil
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path

from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from learnapp.app import create_app
from learnapp.config import Config
from learnapp.db.bank.models import QuestionVersion
from learnapp.db.core.caller import Caller
from learnapp.db.core.engine import Database, make_engine
from learnapp.db.exams.attempt_models import Attempt, Result
from learnapp.db.exams.models import Exam, ExamWindow
from learnapp.db.migrate import upgrade
from learnapp.db.people.lines import default_line
from learnapp.db.people.models import Absence, Grant, LoginName
from learnapp.demo import load
from learnapp.domain.core.permissions import SYSTEM, Role
from learnapp.domain.exams.exams import Release, WindowKind
from learnapp.domain.people.people import UnitKind
from learnapp.services.accounts import activation
from learnapp.services.accounts.passwords import hash_password
from learnapp.services.operations import demonstration, idempotency
from learnapp.services.people import people, roles
from learnapp.services.people.roles import NewGrant
from tests.crawl import marks_day, office_day, reporting_day
from tests.crawl.uploads import (
    MESSY,
    READING,
    duty_roster,
    long_bank,
    many_questions,
    roster,
    upload,
)
from tests.crawl.visitor import Visitor
from tests.determined import FixedClock, SeededRandomness

NOW = datetime(2026, 11, 25, 4, 0, tzinfo=UTC)  # a Wednesday, noon in Shanghai
PASSWORD = demonstration.PASSWORD

# The roles, and the states in which an officer can be; each walks on a copy of its own.
WALKERS = (
    "admin", "head", "marker", "proctor", "officer",
    "excused", "failed", "waiting", "sitting", "alone", "nobody",
)  # fmt: skip
HELD = {
    "admin": {Role.ADMIN},
    "head": {Role.UNIT_HEAD},
    "marker": {Role.MARKER},
    "proctor": {Role.PROCTOR, Role.INSPECTOR},
    "alone": {Role.MARKER, Role.UNIT_HEAD},  # over a unit in which nothing happens
}


@dataclass(frozen=True)
class World:
    """A database with everything in it, and who walks: login names by walker."""

    path: Path
    logins: dict[str, str]
    pages: tuple[tuple[str, str], ...]  # by walker, pages to which no link leads
    posts: tuple[tuple[str, str, dict[str, str]], ...]  # pages that only a post shows

    @contextmanager
    def copy(self, folder: Path) -> Iterator[Flask]:
        """The application over a copy of the database of its own."""
        folder.mkdir(parents=True, exist_ok=True)
        path = folder / "learnapp.sqlite3"
        shutil.copyfile(self.path, path)
        shutil.copytree(self.path.parent / "files", folder / "files", dirs_exist_ok=True)
        app = make_app(folder)
        try:
            yield app
        finally:
            app.extensions["learnapp.database"].engine.dispose()


def make_app(home: Path) -> Flask:
    """The application of an installation, at the crawl's instant."""
    config = Config(home, f"sqlite:///{home / 'learnapp.sqlite3'}")
    app = create_app(config, FixedClock(NOW), SeededRandomness())
    app.config["PROPAGATE_EXCEPTIONS"] = False
    return app


def build(folder: Path) -> World:
    """Load the demonstration and bring about what it lacks, mostly by the pages themselves."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "learnapp.sqlite3"
    database = Database(make_engine(f"sqlite:///{path}"))
    upgrade(database.engine)
    hashed = hash_password(PASSWORD)
    load.load(database, NOW, hashed, lambda _text: None)
    with database.writing() as session:
        chosen = _choose(session)
        _enter(session, chosen, hashed)
        logins = {walker: _login(session, person_id) for walker, person_id in chosen.items()}
    logins |= {name: name for name in ("admin", "head", "marker", "officer")}
    app = make_app(folder)
    pages, posts = _happen(app, database, logins)
    reporting_day.spend(database, Visitor(app, "head"), NOW)
    reporting_day.inspect(Visitor(app, logins["proctor"]), NOW)
    pages += marks_day.spend(Visitor(app, "admin"), Visitor(app, "officer"))
    app.extensions["learnapp.database"].engine.dispose()
    with database.engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    database.engine.dispose()
    return World(path, logins, pages, posts)


def _excused(session: Session) -> list[int]:
    excused = select(Absence.person_id).where(Absence.effect == "excuses").order_by(Absence.id)
    return list(session.scalars(excused))


def _choose(session: Session) -> dict[str, int]:
    """A person for each state, found among those whom the demonstration made."""
    named = set(session.scalars(select(LoginName.person_id).where(LoginName.name.in_(HELD))))
    way_back = select(ExamWindow.exam_id).where(
        ExamWindow.kind == WindowKind.REMEDIAL, ExamWindow.closes_at > NOW
    )
    failed = session.scalars(
        select(Attempt.person_id)
        .join(Result, Result.attempt_id == Attempt.id)
        .join(Exam, Exam.id == Attempt.exam_id)
        .where(Result.passed.is_(False), Attempt.exam_id.in_(way_back))
        .order_by(Attempt.id)
    ).all()
    waiting = session.scalars(
        select(Attempt.person_id)
        .outerjoin(Result, Result.attempt_id == Attempt.id)
        .where(Result.attempt_id.is_(None), Attempt.state == "submitted")
        .order_by(Attempt.id)
    ).all()
    sat = set(
        session.scalars(
            select(Attempt.person_id)
            .join(ExamWindow, ExamWindow.id == Attempt.window_id)
            .where(ExamWindow.opens_at <= NOW, ExamWindow.closes_at > NOW)
        )
    )
    chosen: dict[str, int] = {}
    taken = set(named)
    for walker, candidates in (
        ("excused", _excused(session)),
        ("failed", failed),
        ("waiting", waiting),
        ("sitting", [n for n in range(1, 61) if n not in sat]),
        ("proctor", [n for n in range(1, 6)]),
        ("alone", [n for n in range(1, 61)]),
    ):
        chosen[walker] = next(n for n in candidates if n not in taken)
        taken.add(chosen[walker])
    return chosen


def _login(session: Session, person_id: int) -> str:
    return session.scalars(select(LoginName.name).where(LoginName.person_id == person_id)).one()


def _enter(session: Session, chosen: dict[str, int], hashed: str) -> None:
    """Passwords for the chosen, and the proctor's role over everything."""
    for person_id in chosen.values():
        activation.set_password(session, NOW, person_id, hashed)
    line = default_line(session)
    root = _root(session)
    for role in (Role.PROCTOR, Role.INSPECTOR):
        grant = NewGrant(role, root, line.id, date(2026, 1, 1), date(2027, 1, 1))
        roles.grant(Caller(session, SYSTEM, NOW), chosen["proctor"], grant)
    _empty_handed(session, chosen["alone"])


def _empty_handed(session: Session, person_id: int) -> None:
    """Somebody marks and leads in a unit that stands nowhere yet: their pages have nothing to show."""
    unit = people.add_unit(Caller(session, SYSTEM, NOW), "新设单位", UnitKind.OTHER, 3)
    for role in (Role.MARKER, Role.UNIT_HEAD):
        roles.grant(
            Caller(session, SYSTEM, NOW), person_id, NewGrant(role, unit.id, None, date(2026, 1, 1))
        )


def _come_in(admin: Visitor, unit: str) -> None:
    """What is read or comes in in the background: as it is before the scheduler begins."""
    many = roster(*((f"大队{n}", f"{500_000 + n}") for n in range(501)))
    admin.landed("/roster/import", file=upload(many, "大名册.xlsx"), unit=unit)
    people = [(f"成批人{n}", f"31{n:04}") for n in range(1, 51)]
    book = upload(roster(*people), "一批人.xlsx")
    for staged in (
        admin.landed("/banks/1/import", file=upload(many_questions(), "一批题.txt")),
        admin.landed("/roster/import", file=book, unit=unit),
    ):
        admin.landed(f"{staged}/confirm")


def _happen(
    app: Flask, database: Database, logins: dict[str, str]
) -> tuple[tuple[tuple[str, str], ...], tuple[tuple[str, str, dict[str, str]], ...]]:
    """What the staff and officers do by the pages; gives the pages that no link shows."""
    admin = Visitor(app, "admin")
    unit = _first(r'<option value="(\d+)"', admin.client.get("/roster").text)
    admin.landed("/banks/1/import", file=upload(MESSY, "练习题.txt"))
    admin.landed("/banks/1/import", file=upload(long_bank(), "大题库.txt"))
    admin.landed("/readings/import", file=upload(READING, "读物.md"), unit=unit)
    people = (("新进人", "300001"), ("新来人", "300002"), ("重号人", "100001"))
    staged, *_ = [
        admin.landed("/roster/import", file=upload(roster(each), "名册.xlsx"), unit=unit)
        for each in people
    ]
    _come_in(admin, unit)
    admin.landed("/programmes/1/revise")
    _edit_a_question(admin)
    _report_a_question(app, logins)
    window, person = _paper_attempt(database, logins)
    admin.landed(f"/rooms/{window}/paper", person=str(person))
    attempt = _sit(app, database, logins, window)
    admin.landed(f"{staged}/confirm")
    with database.reading() as session:
        root = _root(session)
    transferred = office_day.spend(admin, _holder(database, "failed", logins), root)
    pages = (
        ("sitting", f"/attempts/{attempt}"),
        ("admin", f"{staged}/codes"),
        ("admin", _on_duty(admin, unit)),
        ("admin", _deed_at_work(database)),
        *(("officer", each) for each in _practise(app)),
        *(("officer", f"/portions/{each}?s=9") for each in range(1, 13)),
        ("admin", f"/people/{_holder(database, 'proctor', logins)}"),
    )
    posts: tuple[tuple[str, str, dict[str, str]], ...] = (
        ("admin", f"/people/{transferred}/transfer", office_day.TRANSFER | {"unit": unit}),
        ("sitting", f"/attempts/{attempt}/submit", {"do": "submit"}),
        ("nobody", f"/attempts/{attempt}/submit", {"q1": "写了一半"}),
        *(("officer", path, data) for path, data in _own_judgement(app, database)),
    )
    return pages, (*office_day.PLANNING, *posts)


def _on_duty(admin: Visitor, unit: str) -> str:
    """A duty roster, uploaded and left open."""
    file = upload(duty_roster("officer", "无此人"), "值班表.xlsx")
    return admin.landed("/duty/import", file=file, unit=unit, effect="none")


def _root(session: Session) -> int:
    """The unit over which the admin has their role."""
    held = select(Grant.unit_id).join(LoginName, LoginName.person_id == Grant.person_id)
    return session.scalars(held.where(LoginName.name == "admin")).first() or 0


def _holder(database: Database, walker: str, logins: dict[str, str]) -> int:
    with database.reading() as session:
        named = select(LoginName.person_id).where(LoginName.name == logins[walker])
        return session.scalars(named).one()


def _own_judgement(app: Flask, database: Database) -> Iterator[tuple[str, dict[str, str]]]:
    """A short answer of free practice, which its writer judges beside the reference."""
    officer = Visitor(app, "officer")
    with database.reading() as session:
        short = select(QuestionVersion.id).where(QuestionVersion.type == "short_answer")
        versions = session.scalars(short.order_by(QuestionVersion.id)).all()
    for version in versions:
        path = f"/practice/questions/{version}"
        if officer.client.get(path).status_code == 200:
            yield path, {"event_id": str(uuid.UUID(int=version)), "q1": "依法办理。"}
            return


def _first(pattern: str, text: str) -> str:
    found = re.search(pattern, text)
    assert found is not None, (pattern, text[:2000])
    return found.group(1)


def _edit_a_question(admin: Visitor) -> None:
    """A new version of a question that waits for its review."""
    page = admin.client.get("/questions/3/edit").text
    fields = dict(re.findall(r'name="([a-z_0-9-]+)"[^>]*value="([^"]*)"', page))
    fields |= dict(re.findall(r'<textarea[^>]*name="([a-z_0-9-]+)"[^>]*>\r?\n?([^<]*)', page))
    fields.pop("csrf_token", None)
    for name, inside in re.findall(
        r'<select[^>]*name="([a-z_0-9-]+)"[^>]*>(.*?)</select>', page, re.S
    ):
        chosen = re.search(r'<option selected value="([^"]*)"', inside)
        fields[name] = chosen.group(1) if chosen else ""
    admin.landed("/questions/3/edit", **fields | {"explanation": "按有关规定处理。"})


def _report_a_question(app: Flask, logins: dict[str, str]) -> None:
    """An officer says of a question on an old paper that it is wrong."""
    officer = Visitor(app, logins["officer"])
    result = re.findall(r'href="(/attempts/[^"]+/result)"', officer.client.get("/exams").text)[-1]
    officer.post(f"{result.removesuffix('/result')}/questions/1/report", text="答案好像不对")


def _paper_attempt(database: Database, logins: dict[str, str]) -> tuple[int, int]:
    """The window that is open, and somebody who has not sat it and walks nowhere."""
    with database.reading() as session:
        window = session.scalars(
            select(ExamWindow.id).where(
                ExamWindow.opens_at <= NOW, ExamWindow.closes_at > NOW, ExamWindow.kind == "main"
            )
        ).one()
        sat = select(Attempt.person_id).where(Attempt.window_id == window)
        walking = select(LoginName.person_id).where(LoginName.name.in_(logins.values()))
        person = session.scalars(
            select(LoginName.person_id)
            .where(LoginName.person_id.not_in(sat), LoginName.person_id.not_in(walking))
            .order_by(LoginName.person_id)
        ).first()
        assert person is not None
        return window, person


def _released_by_hand(database: Database, window: int) -> None:
    """The marks of the exam that is open wait for somebody to set them free."""
    with database.writing() as session:
        exam_id = session.get_one(ExamWindow, window).exam_id
        session.get_one(Exam, exam_id).release = Release.BY_HAND


def _deed_at_work(database: Database) -> str:
    """A deed of the admin's that another request is doing: where a second press waits for it."""
    with database.writing() as session:
        admin = session.scalars(select(LoginName.person_id).where(LoginName.name == "admin")).one()
        return f"/deeds/{idempotency.ask(session, admin, 'k' * 64, 'roster.upload', NOW).action_id}"


def _sit(app: Flask, database: Database, logins: dict[str, str], window: int) -> str:
    """Somebody begins the exam and goes away; its marks are released by hand."""
    sitting = Visitor(app, logins["sitting"])
    landed = sitting.landed(f"/windows/{window}/start")
    _released_by_hand(database, window)
    return landed.rpartition("/")[2]


def _practise(app: Flask) -> Iterator[str]:
    """The officer answers a question of free practice and one that is judged by oneself."""
    officer = Visitor(app, "officer")
    for bank in (2, 1):
        reply = officer.client.get(f"/practice/next?bank={bank}", follow_redirects=True)
        action = re.search(r'<form[^>]*action="(/practice/questions/\d+[^"]*)"', reply.text)
        if action is None:
            continue
        fields = dict(re.findall(r'type="hidden" name="([a-z_]+)" value="([^"]*)"', reply.text))
        fields.pop("csrf_token", None)
        option = re.search(r'name="q1" value="([^"]+)"', reply.text)
        if option:
            fields["q1"] = option.group(1)
        answered = officer.post(action.group(1).replace("&amp;", "&"), **fields)
        if answered.status_code == 303:
            yield answered.headers["Location"]
