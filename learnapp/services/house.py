"""Setting a house up: the default line, the first unit, the first admin; facts about the installation."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from learnapp.db.house import AuditEntry, Setting
from learnapp.db.people import Line, Membership, Person, Unit
from learnapp.domain.calendar import local_day
from learnapp.domain.errors import NotFound
from learnapp.domain.people import LoginKind, Role, UnitKind
from learnapp.domain.permissions import SYSTEM, Actor, Permission
from learnapp.services import activation, people
from learnapp.services.people import Post


def is_empty(session: Session) -> bool:
    """Whether nobody is here yet."""
    return not session.scalar(select(func.count()).select_from(Person))


def create_admin(
    session: Session, now: datetime, unit_name: str, name: str, login_name: str
) -> str:
    """A first (or further) admin over the topmost unit, made if missing; the one-time code."""
    line = session.scalar(select(Line).where(Line.is_default.is_(True)))
    if line is None:
        line = people.add_line(session, "default", "块", "Local line", True)
    unit = session.scalar(select(Unit).order_by(Unit.level, Unit.id).limit(1))
    if unit is None:
        unit = people.add_unit(session, SYSTEM, now, unit_name, UnitKind.COMMISSION, 1)
        long_ago = date(local_day(now).year - 1, 1, 1)
        people.place_unit(session, SYSTEM, now, line.id, None, unit.id, long_ago)
    person = people.add_person(session, SYSTEM, now, name, [(LoginKind.STAFF_NUMBER, login_name)])
    today = local_day(now)
    people.grant(session, SYSTEM, now, person.id, Role.ADMIN, unit.id, line.id, today)
    session.flush()
    # An admin serves the programme and is asked nothing by it: a membership that does not count.
    post = Post(unit.id, line.id)
    session.add(
        Membership(
            person_id=person.id,
            unit_id=post.unit_id,
            line_id=post.line_id,
            basis=post.basis,
            category=post.category,
            counts=False,
            valid_from=today,
            recorded_at=now,
        )
    )
    return activation.issue(session, SYSTEM, now, [person.id])[person.id]


def setting(session: Session, name: str) -> Any:
    """A fact about this installation, or None."""
    row = session.get(Setting, name)
    return row.value if row else None


def set_setting(session: Session, name: str, value: Any) -> None:
    """Record a fact about this installation."""
    row = session.get(Setting, name)
    if row is None:
        session.add(Setting(name=name, value=value))
    else:
        row.value = value
    session.flush()


def audit_entries(
    session: Session, actor: Actor, page: int, size: int = 50
) -> tuple[list[AuditEntry], int]:
    """A page of the audit, newest first. For admins of the topmost unit alone."""
    actor.must(Permission.AUDIT_READ)
    top = session.scalar(select(Unit.id).order_by(Unit.level, Unit.id).limit(1))
    if not any(held.unit_id == top for held in actor.over(Permission.AUDIT_READ)):
        raise NotFound("audit_unknown")
    total = session.scalar(select(func.count()).select_from(AuditEntry)) or 0
    rows = session.scalars(
        select(AuditEntry)
        .order_by(AuditEntry.id.desc())
        .limit(size)
        .offset((page - 1) * size)
    )
    return list(rows), total
