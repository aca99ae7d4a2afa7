"""Named queries of the ledger of records that staff opened."""

from __future__ import annotations

from datetime import date
from typing import NamedTuple

from sqlalchemy import ColumnElement, Select, and_, false, or_, select
from sqlalchemy.orm import Session, aliased

from learnapp.db.accounts.access import belongs_to
from learnapp.db.core.caller import Caller
from learnapp.db.exams.models import Exam, ExamWindow
from learnapp.db.operations.models import RecordAccess, Setting
from learnapp.db.people.login_names import first_login
from learnapp.db.people.models import Membership, Person
from learnapp.db.people.scope import units_in_scope
from learnapp.domain.core.calendar import local_day
from learnapp.domain.core.permissions import Permission
from learnapp.domain.operations.record_access import RecordKind

ASKS_FOR_REASON = "record_reasons"  # the setting


def asks_for_reason(session: Session) -> bool:
    """Whether a record opens only after its reason was stated."""
    row = session.get(Setting, ASKS_FOR_REASON)
    return bool(row and row.value)


def is_entered(session: Session, seen: RecordAccess) -> bool:
    """Whether the reader has an entry of that day for it."""
    found = select(RecordAccess.id).where(
        RecordAccess.kind == seen.kind,
        RecordAccess.subject_id == seen.subject_id,
        RecordAccess.reader_id == seen.reader_id,
        RecordAccess.on_day == seen.on_day,
    )
    return session.scalar(found.limit(1)) is not None


class LedgerRow(NamedTuple):
    """An entry with the names of who read and of what was read."""

    id: int
    kind: str
    reader: str
    reader_login: str | None
    person: str | None
    exam: str | None
    reason: str
    on_day: date


def within(caller: Caller, before: int | None, most: int) -> list[LedgerRow]:
    """The newest entries about people and exams of units within reach; `before`: older than that one."""
    found = _entries().where(_reached(caller))
    if before is not None:
        found = found.where(RecordAccess.id < before)
    rows = caller.session.execute(found.order_by(RecordAccess.id.desc()).limit(most))
    return [LedgerRow(*row) for row in rows]


def of_person(session: Session, person_id: int, most: int) -> list[LedgerRow]:
    """Who opened the person's record lately, but for guidance groups and themselves."""
    found = _entries().where(
        RecordAccess.kind == RecordKind.PERSON,
        RecordAccess.subject_id == person_id,
        RecordAccess.reader_id != person_id,
        RecordAccess.by_group == false(),
    )
    rows = session.execute(found.order_by(RecordAccess.id.desc()).limit(most))
    return [LedgerRow(*row) for row in rows]


def _entries() -> Select[int, str, str, str | None, str | None, str | None, str, date]:
    reader, person = aliased(Person), aliased(Person)
    about_person = and_(
        RecordAccess.kind == RecordKind.PERSON, person.id == RecordAccess.subject_id
    )
    about_window = and_(
        RecordAccess.kind == RecordKind.WINDOW, ExamWindow.id == RecordAccess.subject_id
    )
    return (
        select(
            RecordAccess.id,
            RecordAccess.kind,
            reader.name,
            first_login(reader.id),
            person.name,
            Exam.title,
            RecordAccess.reason,
            RecordAccess.on_day,
        )
        .join(reader, reader.id == RecordAccess.reader_id)
        .outerjoin(person, about_person)
        .outerjoin(ExamWindow, about_window)
        .outerjoin(Exam, Exam.id == ExamWindow.exam_id)
    )


def _reached(caller: Caller) -> ColumnElement[bool]:
    right, today = Permission.AUDIT_READ, local_day(caller.now)
    reach = units_in_scope(caller.actor, right, today)
    people = select(Membership.person_id).where(belongs_to(caller.actor, right, today, reach))
    owned = select(ExamWindow.id).join(Exam, Exam.id == ExamWindow.exam_id)
    owned = owned.where(Exam.owner_unit_id.in_(reach))
    return or_(
        and_(RecordAccess.kind == RecordKind.PERSON, RecordAccess.subject_id.in_(people)),
        and_(RecordAccess.kind == RecordKind.WINDOW, RecordAccess.subject_id.in_(owned)),
    )
