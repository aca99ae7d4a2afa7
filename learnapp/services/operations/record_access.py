"""调阅台账: a record that staff open is entered once a day, with its reason where the office asks for one."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy.orm import Session

from learnapp.db.core.caller import Caller
from learnapp.db.core.upsert import insert_if_new
from learnapp.db.operations import audit_log, record_access
from learnapp.db.operations.models import RecordAccess, Setting
from learnapp.db.operations.record_access import LedgerRow
from learnapp.domain.core.calendar import local_day
from learnapp.domain.core.own_case import is_own
from learnapp.domain.core.permissions import Permission
from learnapp.domain.operations.record_access import RecordKind, checked_reason, is_by_group


@dataclass(frozen=True)
class OpenedRecord:
    """Whose record is opened, and by which right."""

    kind: RecordKind
    subject_id: int
    permission: Permission


def must_state(caller: Caller, opened: OpenedRecord) -> bool:
    """Whether a reason is to be stated before the record opens: where the office asks for one, once a
    day for each record, never for one's own."""
    return (
        record_access.asks_for_reason(caller.session)
        and not _is_ones_own(caller, opened)
        and not record_access.is_entered(caller.session, _row(caller, opened, ""))
    )


def is_entered(caller: Caller, opened: OpenedRecord) -> bool:
    """Whether nothing is to be entered: it was today, or the record is one's own."""
    return _is_ones_own(caller, opened) or record_access.is_entered(
        caller.session, _row(caller, opened, "")
    )


def state(caller: Caller, opened: OpenedRecord, reason: str) -> None:
    """Enter the record with its reason, before it opens.

    Raises Forbidden without the right, RuleBroken("reason", …).
    """
    caller.actor.must(opened.permission)
    _enter(caller, opened, checked_reason(reason))


def note(caller: Caller, opened: OpenedRecord) -> None:
    """Enter a record that was opened, where no reason is asked for; a repeat enters nothing."""
    if not _is_ones_own(caller, opened):
        _enter(caller, opened, "")


def ledger(caller: Caller, before: int | None, most: int) -> list[LedgerRow]:
    """The newest entries within reach. Raises Forbidden without the right to the audit."""
    caller.actor.must(Permission.AUDIT_READ)
    return record_access.within(caller, before, most)


def own(caller: Caller, most: int) -> list[LedgerRow]:
    """Who opened the caller's own record lately; what guidance groups did is not among it."""
    return record_access.of_person(caller.session, caller.actor.own_id(), most)


def asks_for_reason(session: Session) -> bool:
    """Whether the office asks for a reason."""
    return record_access.asks_for_reason(session)


def choose(caller: Caller, asks: bool) -> None:
    """Ask for a reason from now on, or no longer. Raises Forbidden. Audited."""
    caller.actor.must(Permission.SECURITY_SET)
    row = caller.session.get(Setting, record_access.ASKS_FOR_REASON)
    if row is None:
        caller.session.add(Setting(name=record_access.ASKS_FOR_REASON, value=asks))
    else:
        row.value = asks
    about = {"name": record_access.ASKS_FOR_REASON, "value": "on" if asks else "off"}
    audit_log.record(caller, "policy.set", ("house", None), **about)
    caller.session.flush()


def _is_ones_own(caller: Caller, opened: OpenedRecord) -> bool:
    return opened.kind is RecordKind.PERSON and is_own(caller.actor, opened.subject_id)


def _row(caller: Caller, opened: OpenedRecord, reason: str) -> RecordAccess:
    return RecordAccess(
        kind=opened.kind,
        subject_id=opened.subject_id,
        reader_id=caller.actor.own_id(),
        on_day=local_day(caller.now),
        reason=reason,
        by_group=is_by_group(caller.actor, opened.permission),
        recorded_at=caller.now,
    )


def _enter(caller: Caller, opened: OpenedRecord, reason: str) -> None:
    row = _row(caller, opened, reason)
    names = ("kind", "subject_id", "reader_id", "on_day", "reason", "by_group", "recorded_at")
    values = {name: getattr(row, name) for name in names}
    caller.session.execute(insert_if_new(caller.session, RecordAccess).values(**values))
