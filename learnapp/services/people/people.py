"""People and units over time: joining and transfer; an end is a superseding row."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

from learnapp.db.core.caller import Caller
from learnapp.db.operations import audit_log
from learnapp.db.people import memberships, unit_trees, units
from learnapp.db.people.locks import lock_person
from learnapp.db.people.login_names import names_held
from learnapp.db.people.models import (
    AuthorityLine,
    LoginName,
    Membership,
    Person,
    Placement,
    Unit,
)
from learnapp.db.people.scope import require_scope
from learnapp.db.progress import counters
from learnapp.domain.core.calendar import local_day
from learnapp.domain.core.errors import Conflict, RuleBroken
from learnapp.domain.core.own_case import refuse_own
from learnapp.domain.core.permissions import Permission
from learnapp.domain.people.names import clean_name, search_key, sort_key
from learnapp.domain.people.people import Basis, Category, LoginKind, UnitKind, clean_login_name
from learnapp.services.accounts import access


def add_line(
    session: Session, code: str, name: str, name_en: str | None, is_default: bool
) -> AuthorityLine:
    """A new line."""
    line = AuthorityLine(code=code, name=name, name_en=name_en, is_default=is_default)
    session.add(line)
    session.flush()
    return line


def add_unit(
    caller: Caller,
    name: str,
    kind: UnitKind,
    level: int,
    name_en: str | None = None,
) -> Unit:
    """A new unit, not yet on any line."""
    unit = Unit(
        name=clean_name(name),
        name_en=name_en,
        kind=kind,
        level=level,
        sort_key=sort_key(clean_name(name)),
        recorded_at=caller.now,
    )
    caller.session.add(unit)
    caller.session.flush()
    audit_log.record(caller, "unit.added", ("unit", unit.id))
    return unit


def place_unit(
    caller: Caller, line_id: int, parent_id: int | None, child_id: int, from_day: date
) -> int:
    """Put a unit under a parent on a line from a day on; its place before ends that day. How many
    people count on the line in it and below it."""
    session = caller.session
    standing = units.placement_of(session, child_id, line_id, from_day)
    if standing is not None:
        session.add(
            Placement(
                line_id=line_id,
                parent_id=standing.parent_id,
                child_id=child_id,
                valid_from=standing.valid_from,
                valid_to=from_day,
                recorded_at=caller.now,
                recorded_by=caller.actor.person_id,
                supersedes_id=standing.id,
            )
        )
    place_new_unit(caller, line_id, parent_id, child_id, from_day)
    return _count_below(caller, line_id, child_id, from_day)


def place_new_unit(
    caller: Caller, line_id: int, parent_id: int | None, unit_id: int, from_day: date
) -> None:
    """Put a unit with no place on a line, and nobody in it or below it to count, under a parent."""
    caller.session.add(
        Placement(
            line_id=line_id,
            parent_id=parent_id,
            child_id=unit_id,
            valid_from=from_day,
            recorded_at=caller.now,
            recorded_by=caller.actor.person_id,
        )
    )
    audit_log.record(caller, "unit.placed", ("unit", unit_id), parent=parent_id)
    caller.session.flush()


def _count_below(caller: Caller, line_id: int, unit_id: int, from_day: date) -> int:
    """Count the people in a unit and below it, which has moved; how many there are."""
    session, today = caller.session, local_day(caller.now)
    below = unit_trees.subtree(unit_id, line_id, max(from_day, today))
    moved = units.members_of(session, below, line_id, today)
    counters.refresh_moved(session, caller.now, line_id, moved)
    return len(moved)


def add_person(
    caller: Caller,
    name: str,
    login_names: list[tuple[LoginKind, str]],
) -> Person:
    """A new person with login names; without a password until a code is used.

    Raises RuleBroken: name_needed; of "login_name" for a bad one or one that somebody holds.
    """
    session, now = caller.session, caller.now
    name = clean_name(name)
    if not name:
        raise RuleBroken("name", "name_needed")
    person = Person(
        name=name,
        sort_key=sort_key(name),
        search_key=search_key(name),
        language="zh",
        text_size="1",
        recorded_at=now,
    )
    session.add(person)
    session.flush()
    for kind, raw in login_names:
        login = clean_login_name(raw)
        if names_held(session, [login]):
            raise RuleBroken("login_name", "login_name_taken", value=login)
        session.add(
            LoginName(
                person_id=person.id,
                name=login,
                kind=kind,
                valid_from=local_day(now),
                recorded_at=now,
            )
        )
        session.flush()
    audit_log.record(caller, "person.added", ("person", person.id))
    return person


@dataclass(frozen=True)
class MembershipSpec:
    """Where a person serves on a line, and as what."""

    unit_id: int
    line_id: int
    basis: Basis = Basis.ESTABLISHMENT
    category: Category = Category.CIVIL_SERVANT
    post: str = ""  # 岗位


@dataclass(frozen=True)
class DaySpan:
    """From a day on, until before another (None: open)."""

    first: date
    end: date | None = None


@dataclass(frozen=True)
class NewPosting:
    """A membership to be added: where, when, whether it counts, and the row whose place it takes."""

    post: MembershipSpec
    span: DaySpan
    counts: bool = True
    supersedes: int | None = None


def join(caller: Caller, person_id: int, post: MembershipSpec, from_day: date) -> None:
    """A first counting membership on the line. Raises Conflict when one counts that day already,
    Forbidden("own_case")."""
    session = caller.session
    refuse_own(caller.actor, person_id)
    lock_person(session, person_id)
    if memberships.counts_on(session, person_id, post.line_id, from_day):
        raise Conflict("membership_counts_already")
    session.add(membership(caller, person_id, NewPosting(post, DaySpan(from_day))))
    audit_log.record(caller, "person.joined", ("person", person_id), unit=post.unit_id)


def transfer(caller: Caller, person_id: int, post: MembershipSpec, from_day: date) -> None:
    """Move a person to another unit on a line from a day on, also a past one (recorded now).

    Memberships that begin later give way: the newest decision rules from its day on. Raises
    NotFound where the person or the unit is out of reach, Forbidden("own_case", "person_above").
    """
    session, actor, now = caller.session, caller.actor, caller.now
    access.reach_to_change(caller, Permission.ROSTER_IMPORT, person_id)
    require_scope(session, actor, Permission.ROSTER_IMPORT, post.unit_id, local_day(now))
    for old in memberships.counting_of(session, person_id, post.line_id):
        if old.valid_to is not None and old.valid_to <= from_day:
            continue
        served = DaySpan(old.valid_from, max(old.valid_from, from_day))
        instead = NewPosting(spec_of(old), served, supersedes=old.id)
        session.add(membership(caller, person_id, instead))
    session.add(membership(caller, person_id, NewPosting(post, DaySpan(from_day))))
    audit_log.record(caller, "person.transferred", ("person", person_id), unit=post.unit_id)
    counters.refresh(session, now, [person_id])


def membership(caller: Caller, person_id: int, new: NewPosting) -> Membership:
    """Return a posting of a person as a row to add, recorded now."""
    return Membership(
        person_id=person_id,
        unit_id=new.post.unit_id,
        line_id=new.post.line_id,
        basis=new.post.basis,
        category=new.post.category,
        post=new.post.post,
        counts=new.counts,
        valid_from=new.span.first,
        valid_to=new.span.end,
        recorded_at=caller.now,
        recorded_by=caller.actor.person_id,
        supersedes_id=new.supersedes,
    )


def spec_of(row: Membership) -> MembershipSpec:
    """What a recorded membership says."""
    return MembershipSpec(
        row.unit_id, row.line_id, Basis(row.basis), Category(row.category), row.post
    )
