"""Roster imports: units placed, people joined, roles granted, one-time codes issued, all or nothing."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from learnapp.db import progress as trees
from learnapp.db.bank import ImportJob, ImportRow, StoredFile
from learnapp.db.people import LoginName, Unit
from learnapp.db.scope import must_reach, units_in_scope
from learnapp.domain.calendar import local_day
from learnapp.domain.errors import RuleBroken
from learnapp.domain.people import (
    Basis,
    Category,
    LoginKind,
    Role,
    UnitKind,
    clean_login_name,
)
from learnapp.domain.permissions import Actor, Permission
from learnapp.services import activation, imports, people, progress
from learnapp.services.imports import ImportKind, JobState
from learnapp.services.people import Post
from learnapp.services.roster_file import (
    BASES,
    CATEGORIES,
    KINDS,
    ROLES,
    Roster,
    RosterRow,
    Trouble,
    roles_in,
)

_OVER_SUBTREE = {Role.UNIT_HEAD, Role.LIAISON, Role.ADMIN, Role.MARKER, Role.INSPECTOR,
                 Role.QUESTION_EDITOR, Role.REVIEWER, Role.PROCTOR, Role.TEST_OWNER}


def stage_roster(
    session: Session, actor: Actor, now: datetime, file: StoredFile, roster: Roster
) -> ImportJob:
    """Stage the rows with what is wrong against the database too: units, login names."""
    must_reach(session, actor, Permission.ROSTER_IMPORT, file.owner_unit_id, local_day(now))
    names = _units_by_name(session, actor, now)
    known = set(names)
    for row in roster.units:
        parent = row.fields.get("parent", "")
        if parent and parent not in known:
            row.troubles.append(Trouble("unit_unknown", row.sheet, row.row, {"value": parent}))
        known.add(row.fields.get("name", ""))
    taken = _taken(session, roster.people)
    for row in roster.people:
        unit = row.fields.get("unit", "")
        if unit and unit not in known:
            row.troubles.append(Trouble("unit_unknown", row.sheet, row.row, {"value": unit}))
        for login in _logins(row):
            if login in taken:
                row.troubles.append(
                    Trouble("login_name_taken", row.sheet, row.row, {"value": login})
                )
    rows = [_staged(row) for row in [*roster.units, *roster.people]]
    return imports.stage(session, actor, now, ImportKind.ROSTER, file, rows, [])


def _staged(row: RosterRow) -> dict[str, Any]:
    return {
        "place": {"sheet": row.sheet, "row": row.row},
        "outcome": "to_confirm" if row.troubles else "ready",
        "reasons": [{"code": t.code, "params": t.params} for t in row.troubles],
        "record": row.fields,
        "raw": "",
        "decision": "leave" if row.troubles else "take",
    }


def _units_by_name(session: Session, actor: Actor, now: datetime) -> dict[str, int]:
    reach = units_in_scope(actor, Permission.ROSTER_IMPORT, local_day(now))
    rows = session.execute(
        select(Unit.name, Unit.id).where(Unit.id.in_(reach), Unit.retired_at.is_(None))
    )
    return {name: unit_id for name, unit_id in rows}


def _logins(row: RosterRow) -> list[str]:
    """The cleaned login names that have the right shape."""
    found = []
    for kind in ("badge", "staff_number", "mobile"):
        if row.fields.get(kind):
            try:
                found.append(clean_login_name(row.fields[kind]))
            except RuleBroken:
                continue
    return found


def _taken(session: Session, rows: list[RosterRow]) -> set[str]:
    wanted = [login for row in rows for login in _logins(row)]
    found: set[str] = set()
    for start in range(0, len(wanted), 500):
        part = wanted[start : start + 500]
        found |= set(
            session.scalars(
                select(LoginName.name).where(LoginName.name.in_(part), LoginName.valid_to.is_(None))
            )
        )
    return found


@dataclass(frozen=True)
class Issued:
    """A person's one-time code, shown once and kept only as a hash."""

    name: str
    unit: str
    login_name: str
    code: str


def confirm_roster(session: Session, actor: Actor, now: datetime, public_id: str) -> list[Issued]:
    """Bring the whole roster in, in one transaction; raises RuleBroken while any row is doubtful.

    A roster is imported whole or not at all: half a roster makes wrong figures.
    """
    job = imports.take_staged(session, actor, now, public_id, ImportKind.ROSTER)
    rows = imports.rows_of(session, job, size=0)
    doubtful = [row for row in rows if row.outcome != "ready"]
    if doubtful:
        raise RuleBroken("file", "roster_has_troubles", count=len(doubtful))
    line = people.default_line(session)
    today = local_day(now)
    units = _units_by_name(session, actor, now)
    for row in rows:
        if row.place["sheet"] == "单位":
            _bring_unit(session, actor, now, job, row, units, line.id)
    brought: list[tuple[int, ImportRow]] = []
    for row in rows:
        if row.place["sheet"] != "单位":
            brought.append((_bring_person(session, actor, now, row, units, line.id, today), row))
    session.flush()
    codes = activation.issue(session, actor, now, [person_id for person_id, _ in brought])
    progress.refresh(session, now, [person_id for person_id, _ in brought])
    imports.end(session, actor, now, job, JobState.DONE)
    return [
        Issued(row.record["name"], row.record["unit"], _first_login(row), codes[person_id])
        for person_id, row in brought
    ]


def _first_login(row: ImportRow) -> str:
    found = [row.record.get(kind) for kind in ("badge", "staff_number", "mobile")]
    return clean_login_name(next(login for login in found if login))


def _bring_unit(
    session: Session,
    actor: Actor,
    now: datetime,
    job: ImportJob,
    row: ImportRow,
    units: dict[str, int],
    line_id: int,
) -> None:
    """Make the unit, or leave the one of that name within reach as it is."""
    fields = row.record
    if fields["name"] in units:
        return
    parent_id = units[fields["parent"]] if fields.get("parent") else job.owner_unit_id
    parent = session.get_one(Unit, parent_id)
    kind = KINDS.get(fields.get("kind", ""), UnitKind(parent.kind))
    unit = people.add_unit(
        session, actor, now, fields["name"], kind, parent.level + 1, fields.get("name_en") or None
    )
    # A unit counts from long ago: facts of the past may be recorded for it.
    people.place_unit(session, actor, now, line_id, parent_id, unit.id, _long_ago(now))
    units[unit.name] = unit.id


def _long_ago(now: datetime) -> date:
    return date(local_day(now).year - 1, 1, 1)


def _bring_person(
    session: Session,
    actor: Actor,
    now: datetime,
    row: ImportRow,
    units: dict[str, int],
    line_id: int,
    today: date,
) -> int:
    fields = row.record
    logins = [
        (kind, fields[kind.value])
        for kind in (LoginKind.BADGE, LoginKind.STAFF_NUMBER, LoginKind.MOBILE)
        if fields.get(kind.value)
    ]
    person = people.add_person(session, actor, now, fields["name"], logins)
    unit_id = units[fields["unit"]]
    post = Post(
        unit_id,
        line_id,
        BASES.get(fields.get("basis", ""), Basis.ESTABLISHMENT),
        CATEGORIES.get(fields.get("category", ""), Category.OTHER),
    )
    people.join(session, actor, now, person.id, post, today)
    for word in roles_in(fields.get("role", "")):
        role = ROLES[word]
        if role is not Role.OFFICER:
            over = line_id if role in _OVER_SUBTREE else None
            people.grant(session, actor, now, person.id, role, unit_id, over, today)
    return person.id


def reachable_units(
    session: Session, actor: Actor, now: datetime, permission: Permission
) -> list[tuple[Unit, int]]:
    """The units within reach in tree order with their depth, for a choice on a form."""
    line = people.default_line(session)
    parents = trees.parents_on(session, line.id, local_day(now))
    reach = units_in_scope(actor, permission, local_day(now))
    units = {unit.id: unit for unit in session.scalars(select(Unit).where(Unit.id.in_(reach)))}
    children: dict[int | None, list[Unit]] = {}
    for unit in sorted(units.values(), key=lambda each: (each.level, each.sort_key)):
        parent = parents.get(unit.id)
        children.setdefault(parent if parent in units else None, []).append(unit)
    found: list[tuple[Unit, int]] = []

    def add(unit: Unit, depth: int) -> None:
        found.append((unit, depth))
        for child in children.get(unit.id, []):
            add(child, depth + 1)

    for top in children.get(None, []):
        add(top, 0)
    return found
