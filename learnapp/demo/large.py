"""A large demonstration: the small one, and as many officers as wanted in counties and stations around it.

Who is added has no password, but for one officer and a head over everybody; what they have read is inserted
straight into the tables, and counted as everything is.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import islice
from typing import Any

from sqlalchemy.orm import Session

from learnapp.db.core.bulk import insert_rows, new_ids
from learnapp.db.core.caller import Caller
from learnapp.db.core.engine import Database
from learnapp.db.operations import query_statistics
from learnapp.db.people.lines import default_line
from learnapp.db.people.models import LoginName, Membership, Person, Placement, Unit
from learnapp.db.people.units import topmost_unit
from learnapp.db.progress import counters, figure_facts
from learnapp.db.progress.figure_facts import StageInForce
from learnapp.db.study import many_completions
from learnapp.db.study.many_completions import SomeOf100
from learnapp.demo import load as small
from learnapp.domain.core.calendar import local_day, start_of
from learnapp.domain.core.permissions import SYSTEM, Role
from learnapp.domain.people.names import search_key, sort_key
from learnapp.domain.people.people import Basis, Category, LoginKind, UnitKind
from learnapp.services.accounts import activation
from learnapp.services.operations import demonstration
from learnapp.services.operations.demonstration import Login
from learnapp.services.people import people, roles
from learnapp.services.people.roles import NewGrant

_IN_A_STATION = 50
_STATIONS = 40  # of a county
_BATCH = 5_000
_READ_OF_100 = 97  # have read a portion in the best county; four fewer in each of nine others
_FIRST_BADGE = 20_000_000


@dataclass(frozen=True)
class _Crowd:
    """The people that are added: their ids, and the day since which they are there."""

    ids: Sequence[int]
    since: date
    at: datetime


def load(
    database: Database,
    now: datetime,
    count: int,
    password_hash: str,
    report: Callable[[str], None],
) -> list[Login]:
    """Fill an empty database with the demonstration and so many officers more; who may sign in.

    Does nothing, and gives [], where anybody is.
    """
    logins = small.load(database, now, password_hash, report)
    if not logins:
        return []
    with database.writing() as session:
        report(f"  {count:,} more officers")
        line_id, at = default_line(session).id, start_of(local_day(now) - timedelta(days=400))
        stations = _stations(session, line_id, -(-count // _IN_A_STATION), at)
        crowd = _officers(session, line_id, stations, count, at)
        logins += _players(session, line_id, crowd, password_hash)
        demonstration.label(session, logins)
        report("  what they have read")
        for stage in figure_facts.stages_in_force(session):
            _completions(session, stage, crowd, now)
        counters.begin_again(session, now)
    _settle(database, now, report)
    return logins


def _settle(database: Database, now: datetime, report: Callable[[str], None]) -> None:
    """Let the planner know the sizes, and count everybody."""
    with database.writing() as session:
        query_statistics.renew(session, now)
    done, reported = 0, 0
    while True:
        with database.writing() as session:
            found = counters.catch_up(session, now)
        if found is None:
            return
        done += found
        if done - reported >= 10_000:
            reported = done
            report(f"  {done:,} counted")


def _stations(session: Session, line_id: int, count: int, at: datetime) -> list[int]:
    """So many stations in counties under the top unit, the lowest ones' ids."""
    top = topmost_unit(session)
    counties = -(-count // _STATIONS)
    ids = list(new_ids(session, Unit, counties + count))
    names = [f"第{number}县公安局" for number in range(1, counties + 1)]
    names += [f"第{n // _STATIONS + 1}县{n % _STATIONS + 1}号派出所" for n in range(count)]
    about = {"kind": UnitKind.POLICE, "recorded_at": at}
    places = {"line_id": line_id, "valid_from": local_day(at), "recorded_at": at}
    units, placements = [], []
    for number, (unit_id, name) in enumerate(zip(ids, names, strict=True)):
        county = (number - counties) // _STATIONS
        level, parent = (3, top) if number < counties else (4, ids[county])
        units.append(
            {"id": unit_id, "name": name, "level": level, "sort_key": sort_key(name)} | about
        )
        placements.append({"child_id": unit_id, "parent_id": parent} | places)
    _insert(session, Unit, units)
    _insert(session, Placement, placements)
    return ids[counties:]


def _officers(
    session: Session, line_id: int, stations: Sequence[int], count: int, at: datetime
) -> _Crowd:
    ids = new_ids(session, Person, count)
    known = small.known_names()
    spelt = [
        {"name": name, "sort_key": sort_key(name), "search_key": search_key(name)}
        for name in (s + g for s in known["surnames"] for g in known["given"])
    ]
    about = {"language": "zh", "text_size": "1", "recorded_at": at}
    _insert(
        session,
        Person,
        ({"id": each} | spelt[n * 7919 % len(spelt)] | about for n, each in enumerate(ids)),
    )
    held: dict[str, Any] = {"valid_from": local_day(at), "recorded_at": at}
    logins = (
        {"person_id": each, "name": str(_FIRST_BADGE + n), "kind": LoginKind.BADGE} | held
        for n, each in enumerate(ids)
    )
    _insert(session, LoginName, logins)
    post = {"line_id": line_id, "basis": Basis.ESTABLISHMENT, "counts": True} | held
    kinds = (Category.POLICE_OFFICER, Category.POLICE_OFFICER, Category.AUXILIARY)
    posts = (
        {"person_id": each, "unit_id": stations[n // _IN_A_STATION], "category": kinds[n % 3]}
        | post
        for n, each in enumerate(ids)
    )
    _insert(session, Membership, posts)
    return _Crowd(ids, local_day(at), at)


def _insert(session: Session, table: Any, rows: Any) -> None:
    left: Iterator[dict[str, Any]] = iter(rows)
    while batch := list(islice(left, _BATCH)):
        insert_rows(session, table, batch)


def _players(session: Session, line_id: int, crowd: _Crowd, password_hash: str) -> list[Login]:
    """A head over everybody, and the first of the officers, with passwords."""
    caller, top = Caller(session, SYSTEM, crowd.at), topmost_unit(session)
    head = people.add_person(caller, "周望舒", [(LoginKind.STAFF_NUMBER, "top")])
    if top is not None:
        roles.grant(caller, head.id, NewGrant(Role.UNIT_HEAD, top, line_id, crowd.since))
    first = session.get_one(Person, crowd.ids[0])
    for person_id in (head.id, first.id):
        activation.set_password(session, crowd.at, person_id, password_hash)
    return [
        Login("全市负责人", head.name, "top"),
        Login("新增干警", first.name, str(_FIRST_BADGE)),
    ]


def _completions(session: Session, stage: StageInForce, crowd: _Crowd, now: datetime) -> None:
    """Each portion that was planned before today, read on its day by most: by more in some counties."""
    asked = many_completions.portions_before(session, stage.id, local_day(now))
    for number, (item_id, day) in enumerate(asked):
        at = start_of(day) + timedelta(hours=9 + number % 9)
        for county in range(0, len(crowd.ids), _IN_A_STATION * _STATIONS):
            people = crowd.ids[county : county + _IN_A_STATION * _STATIONS]
            share = _READ_OF_100 - county // (_IN_A_STATION * _STATIONS) % 10 * 4
            some = SomeOf100(share, number)
            many_completions.insert(session, item_id, at, (people[0], people[-1]), some)
