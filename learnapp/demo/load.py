"""The demonstration: an invented town's programme, with a history made through the services."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from importlib import resources
from typing import Any

import yaml
from sqlalchemy.orm import Session

from learnapp.db.core.caller import Caller
from learnapp.db.core.engine import Database
from learnapp.db.operations.installation import is_empty
from learnapp.db.people.models import AuthorityLine
from learnapp.db.people.scope import grants_of
from learnapp.db.progress import counters
from learnapp.demo import history
from learnapp.domain.core.calendar import CalendarKind, end_of, local_day, start_of, week_of
from learnapp.domain.core.permissions import SYSTEM, Actor, Role
from learnapp.domain.exams.exams import ExamKind
from learnapp.domain.people.people import Category, LoginKind, UnitKind
from learnapp.services.accounts import activation
from learnapp.services.exams import blueprints, exams
from learnapp.services.operations import demonstration, ready_content
from learnapp.services.operations.demonstration import PASSWORD, Login
from learnapp.services.people import people, roles
from learnapp.services.people.people import MembershipSpec
from learnapp.services.people.roles import NewGrant
from learnapp.services.study import programme_lines, programmes, publishing
from learnapp.services.study.programmes import NewProgramme
from question_bank import library, sample
from question_bank.blueprint import Cell
from question_bank.model import QuestionType

_SEED = 20210305
_CELLS = (
    ("一、单项选择题", QuestionType.SINGLE, 6, 600),
    ("二、多项选择题", QuestionType.MULTIPLE, 3, 600),
    ("三、判断题", QuestionType.TRUE_FALSE, 4, 500),
    ("四、填空题", QuestionType.FILL_BLANK, 2, 700),
    ("五、简答题", QuestionType.SHORT_ANSWER, 1, 1200),
)
_PLAYERS = {
    "admin": ("管理员", "zfw", Role.ADMIN),
    "head": ("单位负责人", None, Role.UNIT_HEAD),
    "marker": ("阅卷人", "zfw", Role.MARKER),
    "officer": ("干警", None, None),
}


@dataclass(frozen=True)
class Days:
    """The days of the demonstration's stage, with today in the middle."""

    now: datetime
    monday: date

    @property
    def first(self) -> date:
        """The stage's first day, a Monday."""
        return self.monday - timedelta(weeks=4)

    @property
    def last(self) -> date:
        """The stage's last day, a Friday."""
        return self.monday + timedelta(weeks=4, days=4)

    @property
    def before(self) -> datetime:
        """When all was prepared."""
        return start_of(self.first - timedelta(days=3)) + timedelta(hours=9)

    def window(self, week: int) -> tuple[datetime, datetime]:
        """A past week's exam is on Friday; this week's is open already, and until Sunday."""
        start = self.first + timedelta(weeks=week)
        if start < self.monday:
            friday = start_of(start + timedelta(days=4))
            return friday + timedelta(hours=9), friday + timedelta(hours=18)
        morning = start_of(start) + timedelta(hours=8)
        opens = morning if morning <= self.now else start_of(start)
        return opens, end_of(start + timedelta(days=6))


@dataclass
class Town:
    """What has been made so far."""

    line: AuthorityLine
    units: dict[str, int]
    kinds: dict[str, str]
    staff: dict[int, str]  # person → unit key
    players: dict[str, int]
    names: dict[int, str]


def load(
    database: Database,
    now: datetime,
    password_hash: str,
    report: Callable[[str], None],
    whole: bool = False,
) -> list[Login]:
    """Fill an empty database; does nothing, and gives [], where anybody is.

    `whole`: with all questions and readings of the library, not with the sample's alone.
    """
    with database.writing() as session:
        if not is_empty(session) or demonstration.is_there(session):
            return []
        rng = random.Random(_SEED)
        days = Days(now, week_of(local_day(now))[0])
        before = days.before
        report("  units and people")
        making = _founding(session, rng, before)
        town = _town(making)
        _passwords(session, town, before, password_hash)
        admin = _acting(session, town.players["admin"], before)
        report("  questions, readings, programme")
        made = _content(session, admin, town, before, whole)
        plan = _programme(session, admin, town, days, made)
        programmes.override_day(
            Caller(session, admin, before), plan, local_day(now), True, "演示日"
        )
        publishing.publish(Caller(session, admin, before), plan)
        report("  four weeks of history")
        history.live(session, rng, now, _cast(town, admin, days.first))
        counters.refresh(session, now)
        found = [
            Login(role, town.names[town.players[login]], login)
            for login, (role, _, _) in _PLAYERS.items()
        ]
        demonstration.label(session, found)
        return found


def known_names() -> dict[str, list[str]]:
    """Invented surnames and given names."""
    return {part: _data("names.yaml")[part] for part in ("surnames", "given")}


def _data(name: str) -> Any:
    text = resources.files("learnapp.demo").joinpath(name).read_text(encoding="utf-8")
    return yaml.safe_load(text)


def _acting(session: Session, person_id: int, now: datetime) -> Actor:
    return Actor(person_id, grants_of(session, person_id, local_day(now)))


@dataclass(frozen=True)
class Founding:
    """A town that is being made: by whom, since which day, by which chance, from which names."""

    caller: Caller
    rng: random.Random
    town: Town
    since: date
    names: Iterator[str]


def _founding(session: Session, rng: random.Random, at: datetime) -> Founding:
    """The line, and the names in the order in which they are given."""
    line = people.add_line(session, "default", "块", "Local line", True)
    since = date(local_day(at).year - 1, 1, 1)
    names = iter(_names(rng, _data("names.yaml")))
    return Founding(Caller(session, SYSTEM, at), rng, Town(line, {}, {}, {}, {}, {}), since, names)


def _town(making: Founding) -> Town:
    """Units on one line, and about five people each."""
    town = making.town
    for each in _data("names.yaml")["units"]:
        unit = people.add_unit(
            making.caller, each["name"], UnitKind(each["kind"]), each["level"], each["name_en"]
        )
        parent = town.units.get(each["parent"]) if each["parent"] else None
        people.place_unit(making.caller, town.line.id, parent, unit.id, making.since)
        town.units[each["key"]], town.kinds[each["key"]] = unit.id, each["kind"]
    badge = 100001
    for key in town.units:
        for _ in range(5):
            town.staff[_person(making, key, (LoginKind.BADGE, str(badge)))] = key
            badge += 1
    _players(making)
    return town


def _names(rng: random.Random, known: dict[str, list[str]]) -> list[str]:
    pairs = [s + g for s in known["surnames"] for g in known["given"]]
    return rng.sample(pairs, 80)


def _person(making: Founding, key: str, login: tuple[LoginKind, str]) -> int:
    """The next person, in the unit of this key."""
    town, name = making.town, next(making.names)
    person = people.add_person(making.caller, name, [login])
    kind = town.kinds[key]
    category = {
        "police": making.rng.choice([Category.POLICE_OFFICER, Category.AUXILIARY]),
        "court": Category.JUDGE,
        "procuratorate": Category.PROCURATOR,
    }.get(kind, Category.CIVIL_SERVANT)
    post = MembershipSpec(town.units[key], town.line.id, category=category)
    people.join(making.caller, person.id, post, making.since)
    town.names[person.id] = name
    return person.id


def _players(making: Founding) -> None:
    """Who signs in: an admin, a unit head of the police, a marker, an officer of a station."""
    town = making.town
    police = next(key for key, kind in town.kinds.items() if kind == "police")
    station = [key for key, kind in town.kinds.items() if kind == "police"][-1]
    for login, (_, key, role) in _PLAYERS.items():
        where = key or (station if role is None else police)
        person_id = _person(making, where, (LoginKind.STAFF_NUMBER, login))
        town.players[login] = person_id
        town.staff[person_id] = where
        if role is not None:
            held = NewGrant(role, town.units[where], town.line.id, making.since)
            roles.grant(making.caller, person_id, held)


def _passwords(session: Session, town: Town, at: datetime, password_hash: str) -> None:
    codes = activation.issue(Caller(session, SYSTEM, at), list(town.players.values()))
    for code in codes.values():
        activation.activate(session, at, code, PASSWORD, password_hash)


@dataclass(frozen=True)
class DemoContent:
    """What the programme is made of."""

    bank_id: int
    reading_ids: list[int]


def _content(session: Session, admin: Actor, town: Town, at: datetime, whole: bool) -> DemoContent:
    """The sample bank and six readings with their checks; the whole library too, if wanted."""
    owner, caller = town.units["zfw"], Caller(session, admin, at)
    ready_content.add_questions(caller, owner, sample.load())
    _, made = ready_content.add_readings(caller, owner, _own_readings())
    for part in ready_content.parts() if whole else ():
        ready_content.load(caller, owner, part)
    store = ready_content.bank_of(caller, owner, ready_content.QUESTIONS_BANK)
    return DemoContent(store.id, made)


def _own_readings() -> list[ready_content.ReadyReading]:
    """The six readings beside this module, in the order of their files."""
    folder = resources.files("learnapp.demo")
    checks = library.checks_of(folder.joinpath("checks.yaml"))
    files = sorted(folder.joinpath("readings").iterdir(), key=lambda each: each.name)
    return [
        ready_content.reading_of(each.read_text(encoding="utf-8"), each.name, checks)
        for each in files
    ]


def _programme(session: Session, admin: Actor, town: Town, days: Days, made: DemoContent) -> int:
    """Nine weeks round today, readings spread, a weekly exam in each week up to this one."""
    at = days.before
    stage = programmes.StagePlan("第一阶段 学习教育", days.first, days.last)
    name = f"{days.monday.year}年度日学周测月考"
    programme, _ = programmes.add_programme(
        Caller(session, admin, at),
        NewProgramme(town.units["zfw"], town.line.id, name, CalendarKind.WORKING),
        stage,
    )
    for reading_id in made.reading_ids:
        programme_lines.require_reading(Caller(session, admin, at), programme.id, reading_id)
    cells = [Cell(n, s, t, None, None, c, m) for n, (s, t, c, m) in enumerate(_CELLS, 1)]
    blueprint = blueprints.add_blueprint(
        Caller(session, admin, at), made.bank_id, "周测方案", cells
    )
    for week in range(5):
        opens, closes = days.window(week)
        plan = exams.ExamPlan(
            f"第{week + 1}周周测",
            ExamKind.WEEKLY,
            timedelta(minutes=30),
            opens,
            closes,
            way_back=timedelta(days=21),
        )
        exam = exams.add_exam(Caller(session, admin, at), blueprint.id, plan)
        programme_lines.require_exam(Caller(session, admin, at), programme.id, exam.id)
    return programme.id


def _cast(town: Town, admin: Actor, first: date) -> history.Cast:
    """Who takes part; one judge is moved from the county's court to its tribunal."""
    tribunal = MembershipSpec(town.units["ft_sq"], town.line.id, category=Category.JUDGE)
    marker, officer = town.players["marker"], town.players["officer"]
    return history.Cast(town.staff, admin, marker, officer, first, ("fy_qx", tribunal))
