"""Roster imports: units placed, people joined, roles granted, one-time codes issued, all or nothing."""

from __future__ import annotations

from collections.abc import Sequence
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
from learnapp.domain.unit_names import UnitNames
from learnapp.services import activation, imports, people, progress
from learnapp.services.imports import ImportKind, JobState
from learnapp.services.people import Post
from learnapp.services.roster_file import (
    BASES,
    CATEGORIES,
    KINDS,
    LOGIN_COLUMNS,
    ROLES,
    UNIT_SHEET,
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
    tree = _tree(session, actor, now)
    for row in roster.units:
        _place_unit(tree, row, file.owner_unit_id)
    taken = _taken(session, roster.people)
    for row in roster.people:
        if row.fields.get("unit"):
            _unit_of(tree, row, _written(row.fields))
        _name_role_units(tree, row)
        for login in _logins(row):
            if login in taken:
                row.troubles.append(
                    Trouble("login_name_taken", row.sheet, row.row, {"value": login})
                )
    rows = [_staged(row) for row in [*roster.units, *roster.people]]
    return imports.stage(session, actor, now, ImportKind.ROSTER, file, rows, [])


def _name_role_units(tree: UnitNames, row: RosterRow) -> None:
    """Find the units that the row's roles name, and keep what they mean for the preview."""
    named = [(word, unit) for word, unit in roles_in(row.fields) if unit]
    found = [(word, _unit_of(tree, row, unit)) for word, unit in named]
    row.fields["roles_over"] = [
        {"role": word, "unit": tree.shortest(unit_id)}
        for word, unit_id in found
        if unit_id is not None
    ]


def _staged(row: RosterRow) -> dict[str, Any]:
    return {
        "place": {"sheet": row.sheet, "row": row.row},
        "outcome": "to_confirm" if row.troubles else "ready",
        "reasons": [{"code": t.code, "params": t.params} for t in row.troubles],
        "record": row.fields,
        "raw": "",
        "decision": "leave" if row.troubles else "take",
    }


def _tree(session: Session, actor: Actor, now: datetime) -> UnitNames:
    """The units within reach, by name and by what they stand under on the line of the pages."""
    parents = trees.parents_on(session, people.default_line(session).id, local_day(now))
    reach = units_in_scope(actor, Permission.ROSTER_IMPORT, local_day(now))
    rows = session.execute(
        select(Unit.id, Unit.name)
        .where(Unit.id.in_(reach), Unit.retired_at.is_(None))
        .order_by(Unit.id)
    )
    return UnitNames.of((unit_id, name, parents.get(unit_id)) for unit_id, name in rows)


def _written(fields: dict[str, Any]) -> str:
    """The unit as a row of people names it: with the one above it where the row says so."""
    above = fields.get("above") or ""
    return f"{above}/{fields['unit']}" if above else str(fields["unit"])


def _place_unit(tree: UnitNames, row: RosterRow, owner_id: int) -> int | None:
    """The unit that a row of the sheet of units means, new or there; None with its trouble noted.

    A row without a parent means the one unit of that name, or a new one under the owner.
    """
    name, parent = row.fields.get("name", ""), row.fields.get("parent", "")
    if not name:
        return None
    if parent:
        above = _unit_of(tree, row, parent)
        return None if above is None else tree.add(name, above)
    there = tree.find(name)
    return _unit_of(tree, row, name) if there else tree.add(name, owner_id)


def _unit_of(tree: UnitNames, row: RosterRow, written: str) -> int | None:
    """The one unit that is meant; else None, and the row says why."""
    found = tree.find(written)
    if len(found) == 1:
        return found[0]
    params: dict[str, Any] = {"value": written}
    if found:
        params["choices"] = "；".join(tree.shortest(each) for each in found[:4])
    code = "unit_ambiguous" if found else "unit_unknown"
    row.troubles.append(Trouble(code, row.sheet, row.row, params))
    return None


def _logins(row: RosterRow) -> list[str]:
    """The cleaned login names that have the right shape."""
    found = []
    for kind in LOGIN_COLUMNS:
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
    brought = _bring(session, actor, now, job, rows)
    session.flush()
    codes = activation.issue(session, actor, now, [person_id for person_id, _ in brought])
    progress.refresh(session, now, [person_id for person_id, _ in brought])
    imports.end(session, actor, now, job, JobState.DONE)
    return [
        Issued(row.record["name"], row.record["unit"], first_login_of(row), codes[person_id])
        for person_id, row in brought
    ]


def first_login_of(row: ImportRow) -> str:
    """The login name by which a row's person is told apart; as written where it is none yet."""
    found = next((row.record[kind] for kind in LOGIN_COLUMNS if row.record.get(kind)), "")
    try:
        return clean_login_name(found)
    except RuleBroken:
        return str(found)


def _bring(
    session: Session, actor: Actor, now: datetime, job: ImportJob, rows: Sequence[ImportRow]
) -> list[tuple[int, ImportRow]]:
    """Make the units and the people of the rows; each person's id with the row.

    Units are told apart as when the rows were staged; one that has been made or has got a namesake
    since then is found here, and a row that no longer means one unit refuses the whole.
    """
    tree = _tree(session, actor, now)
    made: dict[int, int] = {}
    brought: list[tuple[int, ImportRow]] = []
    for row in sorted(rows, key=lambda each: each.place["sheet"] != UNIT_SHEET):
        is_unit = row.place["sheet"] == UNIT_SHEET
        again = RosterRow(row.place["sheet"], row.place["row"], row.record)
        if is_unit:
            place = _place_unit(tree, again, job.owner_unit_id)
        else:
            place = _unit_of(tree, again, _written(row.record))
        if place is None:
            raise RuleBroken("file", "roster_has_troubles", count=1)
        if is_unit:
            if place < 0:
                made[place] = _bring_unit(session, actor, now, tree, place, made, row)
            continue
        unit_id = made.get(place, place)
        person_id = _bring_person(session, actor, now, row, unit_id)
        _bring_roles(session, actor, now, tree, made, again, person_id, unit_id)
        brought.append((person_id, row))
    return brought


def _bring_unit(
    session: Session,
    actor: Actor,
    now: datetime,
    tree: UnitNames,
    place: int,
    made: dict[int, int],
    row: ImportRow,
) -> int:
    """Make the unit under its parent; its id."""
    fields = row.record
    above = tree.parent(place)
    parent = session.get_one(Unit, made.get(above, above))
    kind = KINDS.get(fields.get("kind", ""), UnitKind(parent.kind))
    unit = people.add_unit(
        session, actor, now, fields["name"], kind, parent.level + 1, fields.get("name_en") or None
    )
    # A unit counts from long ago: facts of the past may be recorded for it.
    line_id = people.default_line(session).id
    people.place_unit(session, actor, now, line_id, parent.id, unit.id, _long_ago(now))
    return unit.id


def _long_ago(now: datetime) -> date:
    return date(local_day(now).year - 1, 1, 1)


def _bring_person(
    session: Session, actor: Actor, now: datetime, row: ImportRow, unit_id: int
) -> int:
    fields = row.record
    logins = [
        (kind, fields[kind.value])
        for kind in (LoginKind.BADGE, LoginKind.STAFF_NUMBER, LoginKind.MOBILE)
        if fields.get(kind.value)
    ]
    person = people.add_person(session, actor, now, fields["name"], logins)
    today = local_day(now)
    line_id = people.default_line(session).id
    post = Post(
        unit_id,
        line_id,
        BASES.get(fields.get("basis", ""), Basis.ESTABLISHMENT),
        CATEGORIES.get(fields.get("category", ""), Category.OTHER),
    )
    people.join(session, actor, now, person.id, post, today)
    return person.id


def _bring_roles(
    session: Session,
    actor: Actor,
    now: datetime,
    tree: UnitNames,
    made: dict[int, int],
    row: RosterRow,
    person_id: int,
    own_unit_id: int,
) -> None:
    """Give the roles of a row, each over the unit that it names, else over the person's own."""
    line_id, today = people.default_line(session).id, local_day(now)
    for word, written in roles_in(row.fields):
        role = ROLES[word]
        if role is Role.OFFICER:
            continue
        place = _unit_of(tree, row, written) if written else own_unit_id
        if place is None:
            raise RuleBroken("file", "roster_has_troubles", count=1)
        over = line_id if role in _OVER_SUBTREE else None
        people.grant(session, actor, now, person_id, role, made.get(place, place), over, today)
