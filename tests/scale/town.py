"""A town of any size, inserted straight into the tables: a tree of units, officers, a programme of
60 requirements in its ninth week, and what was completed of it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from itertools import islice
from typing import Any

from sqlalchemy import Select, func, insert, literal, select, text
from sqlalchemy.orm import Session

from learnapp.db.core.base import Document, Instant
from learnapp.db.core.caller import Caller
from learnapp.db.core.engine import Database
from learnapp.db.people.lines import default_line
from learnapp.db.people.models import Absence, LoginName, Membership, Person, Placement, Unit
from learnapp.db.people.scope import grants_of
from learnapp.db.study.models import (
    Completion,
    Item,
    Portion,
    Programme,
    ProgrammeRevision,
    Reading,
    ReadingSection,
    ReadingVersion,
    Requirement,
    Stage,
)
from learnapp.domain.core.calendar import StudyCalendar, local_day, week_end
from learnapp.domain.core.permissions import SYSTEM, Actor, Role
from learnapp.domain.people.people import Basis, Category, LoginKind, UnitKind
from learnapp.domain.study.programme import ItemKind
from learnapp.services.accounts import activation
from learnapp.services.operations import installation
from learnapp.services.people import people, roles
from learnapp.services.people.roles import NewGrant
from tests.small_office import HASH, NOW

REQUIREMENTS = 60
IN_A_UNIT = 50
BELOW = 10  # units under one that is no station
FIRST_DAY, LAST_DAY = date(2026, 9, 21), date(2026, 12, 18)
LONG_AGO = datetime(2026, 9, 1, tzinfo=UTC)
_BATCH = 20_000


@dataclass(frozen=True)
class Town:
    """What was made: ids of the top unit, of the stations, of the stage, of its items."""

    head: Actor  # signs in as "head" with the password of tests.small_office
    line_id: int
    top_id: int
    stations: list[int]
    stage_id: int
    programme_id: int
    items: list[int]
    people: range


def build(database: Database, count: int) -> Town:
    """Fill an empty, migrated database with so many officers; counters are not computed."""
    with database.writing() as session:
        installation.create_admin(session, LONG_AGO, "云岭市委政法委", "管理员", "root")
        activation.set_password(session, LONG_AGO, next_id(session, Person) - 1, HASH)
        line_id = default_line(session).id
        top_id = session.scalars(select(Unit.id)).one()
        stations = _tree(session, line_id, top_id, max(1, count // IN_A_UNIT))
        head = _head(session, top_id, line_id)
        officers = _officers(session, line_id, stations, count)
        items = _items(session, top_id)
        programme_id, stage_id = _programme(session, top_id, line_id, items)
        _completions(session, officers, items)
        _absences(session, officers)
    analyze(database)
    return Town(head, line_id, top_id, stations, stage_id, programme_id, items, officers)


def analyze(database: Database) -> None:
    """Let the planner know the sizes."""
    with database.writing() as session:
        session.execute(text("ANALYZE"))


def insert_all(session: Session, table: Any, rows: Iterable[dict[str, Any]]) -> None:
    """Insert many rows in batches."""
    left = iter(rows)
    while batch := list(islice(left, _BATCH)):
        session.execute(insert(table), batch)


def next_id(session: Session, table: Any) -> int:
    """The first id that no row has."""
    return (session.scalar(select(func.max(table.id))) or 0) + 1


def after_bulk(session: Session, *tables: Any) -> None:
    """PostgreSQL counts its ids itself: let it go on after those that were given."""
    if session.get_bind().dialect.name == "postgresql":
        for table in tables:
            name = table.__tablename__
            session.execute(
                text(f"SELECT setval(pg_get_serial_sequence('{name}', 'id'), max(id)) FROM {name}")
            )


def _tree(session: Session, line_id: int, top_id: int, stations: int) -> list[int]:
    """Units under the top so that each has at most BELOW children; the lowest ones."""
    levels, width = [stations], stations
    while width > BELOW:
        width = -(-width // BELOW)
        levels.insert(0, width)
    first = next_id(session, Unit)
    units: list[dict[str, Any]] = []
    places: list[dict[str, Any]] = []
    above = [top_id]
    for depth, width in enumerate(levels):
        level = range(first, first + width)
        for number, unit_id in enumerate(level):
            name = f"单位{depth + 2}-{number:05d}"
            units.append(
                {"id": unit_id, "name": name, "kind": UnitKind.POLICE, "level": depth + 2}
                | {"sort_key": name, "recorded_at": LONG_AGO}
            )
            parent = above[number * len(above) // width]
            places.append(
                {"line_id": line_id, "parent_id": parent, "child_id": unit_id}
                | {"valid_from": date(2026, 1, 1), "recorded_at": LONG_AGO}
            )
        first, above = first + width, list(level)
    insert_all(session, Unit, units)
    insert_all(session, Placement, places)
    after_bulk(session, Unit)
    return above


def _head(session: Session, top_id: int, line_id: int) -> Actor:
    badge = [(LoginKind.BADGE, "head")]
    person = people.add_person(Caller(session, SYSTEM, LONG_AGO), "负责人", badge)
    activation.set_password(session, LONG_AGO, person.id, HASH)
    caller = Caller(session, SYSTEM, LONG_AGO)
    new = NewGrant(Role.UNIT_HEAD, top_id, line_id, local_day(LONG_AGO))
    roles.grant(caller, person.id, new)
    session.flush()
    return Actor(person.id, grants_of(session, person.id, local_day(NOW)))


def _officers(session: Session, line_id: int, stations: list[int], count: int) -> range:
    first = next_id(session, Person)
    found = range(first, first + count)
    insert_all(session, Person, (_person(n) for n in found))
    insert_all(
        session,
        LoginName,
        (
            {"person_id": n, "name": f"5{n:07d}", "kind": LoginKind.BADGE}
            | {"valid_from": date(2026, 1, 1), "recorded_at": LONG_AGO}
            for n in found
        ),
    )
    insert_all(
        session,
        Membership,
        (
            {"person_id": n, "unit_id": stations[index * len(stations) // count]}
            | {
                "line_id": line_id,
                "basis": Basis.ESTABLISHMENT,
                "category": Category.POLICE_OFFICER,
            }
            | {"counts": True, "valid_from": date(2026, 1, 1), "recorded_at": LONG_AGO}
            for index, n in enumerate(found)
        ),
    )
    after_bulk(session, Person)
    return found


def _person(number: int) -> dict[str, Any]:
    name, key = f"干警{number:07d}", f"{number * 7919 % 10_000_019:08d}"
    return {"id": number, "name": name, "sort_key": key, "search_key": key, "recorded_at": LONG_AGO}


def _items(session: Session, top_id: int) -> list[int]:
    """One reading in as many portions as there are requirements."""
    reading = Reading(owner_unit_id=top_id, classification="public", recorded_at=LONG_AGO)
    session.add(reading)
    session.flush()
    version = ReadingVersion(
        reading_id=reading.id, number=1, title="读物", source="", category="", length=60_000,
        recorded_at=LONG_AGO,
    )  # fmt: skip
    session.add(version)
    session.flush()
    found = []
    for ordinal in range(1, REQUIREMENTS + 1):
        portion = Portion(reading_id=reading.id, ordinal=ordinal)
        session.add(portion)
        session.flush()
        section = {"heading": f"第{ordinal}节", "html": "<p>正文</p>", "length": 1000}
        session.add(
            ReadingSection(version_id=version.id, ordinal=ordinal, portion_id=portion.id, **section)
        )
        item = Item(kind=ItemKind.PORTION, title=f"读物 {ordinal}", portion_id=portion.id)
        session.add(item)
        session.flush()
        found.append(item.id)
    return found


def _programme(session: Session, top_id: int, line_id: int, items: list[int]) -> tuple[int, int]:
    programme = Programme(
        owner_unit_id=top_id, line_id=line_id, name="学习", calendar="working", recorded_at=LONG_AGO
    )
    session.add(programme)
    session.flush()
    revision = ProgrammeRevision(
        programme_id=programme.id, number=1, state="published", recorded_at=LONG_AGO,
        published_at=LONG_AGO,
    )  # fmt: skip
    session.add(revision)
    session.flush()
    stage = Stage(
        revision_id=revision.id, ordinal=1, name="第一阶段", first_day=FIRST_DAY, last_day=LAST_DAY
    )
    session.add(stage)
    session.flush()
    days = StudyCalendar().study_days(FIRST_DAY, LAST_DAY)
    for number, item_id in enumerate(items):
        day = days[number * len(days) // len(items)]
        asked = {"required": True, "plan_day": day, "due_at": week_end(day), "audience": {}}
        session.add(Requirement(stage_id=stage.id, item_id=item_id, **asked))
    session.flush()
    return programme.id, stage.id


def _completions(session: Session, officers: range, items: list[int]) -> None:
    """Two of three items, each by three of four people: when it was planned or somewhat later."""
    began = LONG_AGO + timedelta(days=20)
    for number, item_id in enumerate(items[: REQUIREMENTS * 2 // 3]):
        at = literal(began + timedelta(days=1.4 * number), Instant())
        values: dict[str, Any] = {
            "person_id": Person.id, "item_id": literal(item_id), "channel": literal("online"),
            "evidence": literal({}, Document), "source": literal("scale"), "occurred_at": at,
            "recorded_at": at,
        }  # fmt: skip
        some = (Person.id * 7919 + number * 104_729) % 100 < 75
        chosen = select(*values.values()).where(Person.id.in_(range_of(officers)), some)
        session.execute(insert(Completion).from_select(list(values), chosen))


def range_of(people: range) -> Select[int]:
    """The ids of a range of people, as SQL."""
    return select(Person.id).where(Person.id >= people.start, Person.id < people.stop)


def _absences(session: Session, officers: range) -> None:
    """One in thirty was away for a week that held a due time."""
    insert_all(
        session,
        Absence,
        (
            {"person_id": n, "kind": "leave", "effect": "defers", "reason": "", "cancelled": False}
            | {"first_day": date(2026, 11, 18), "last_day": date(2026, 11, 24)}
            | {"recorded_at": LONG_AGO}
            for n in officers[::30]
        ),
    )
