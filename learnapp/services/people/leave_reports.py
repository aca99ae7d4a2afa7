"""值班、请假的报备: reported by oneself, confirmed by the liaison, then an absence like any other."""

from __future__ import annotations

from collections.abc import Sequence

from learnapp.db.core.caller import Caller
from learnapp.db.notices.outbox import notify
from learnapp.db.people import history
from learnapp.db.people import leave_reports as queries
from learnapp.db.people.leave_reports import Contact, LeaveDays
from learnapp.db.people.models import Absence, LeaveReport
from learnapp.domain.core.calendar import local_day
from learnapp.domain.core.errors import NotFound, RuleBroken
from learnapp.domain.core.own_case import refuse_own
from learnapp.domain.core.permissions import Permission
from learnapp.domain.study.programme import AbsenceKind
from learnapp.services.people import absences
from learnapp.services.people.absences import NewAbsence

_MOST = 200  # waiting reports on a page
_CONTACTS = 6


def report(caller: Caller, new: NewAbsence) -> int:
    """Report one's own days away; the id. The same days again are the report that waits already.

    Raises RuleBroken of "last_day".
    """
    absences.must_be_likely(new)
    person_id = caller.actor.own_id()
    days = LeaveDays(person_id, new.kind, new.first_day, new.last_day)
    known = queries.waiting_twin(caller.session, days)
    if known is not None:
        return known.id
    row = LeaveReport(
        person_id=person_id,
        kind=new.kind,
        first_day=new.first_day,
        last_day=new.last_day,
        reason=new.reason.strip(),
        recorded_at=caller.now,
        answer="",
    )
    caller.session.add(row)
    caller.session.flush()
    return row.id


def take_back(caller: Caller, report_id: int) -> bool:
    """Take back one's own report while nobody has decided; False once somebody has, or it is gone."""
    row = queries.own_report(caller.session, caller.actor.own_id(), report_id)
    if row is None or row.decided_at is not None:
        return False
    caller.session.delete(row)
    caller.session.flush()
    return True


def own_absences(caller: Caller) -> tuple[list[Absence], Sequence[LeaveReport]]:
    """One's own absences in force, and what one reported, the newest first."""
    person_id = caller.actor.own_id()
    rows = history.absences_of(caller.session, person_id)
    reports = queries.reports_of(caller.session, person_id)
    return [each for each in rows if not each.cancelled], reports


def waiting(caller: Caller) -> list[tuple[LeaveReport, str]]:
    """(report, name) of what waits for the actor, the earliest day first. Raises Forbidden."""
    caller.actor.must(Permission.ABSENCE_RECORD)
    return queries.waiting_within(caller, _MOST)


def confirm(caller: Caller, report_id: int) -> bool:
    """Make a report within reach an absence, and tell its person; False if it was decided before.

    Raises Forbidden, NotFound.
    """
    row = _to_decide(caller, report_id)
    if row.decided_at is not None:
        return False
    new = NewAbsence(AbsenceKind(row.kind), row.first_day, row.last_day, row.reason)
    row.absence_id = absences.record(caller, row.person_id, new)
    _decide(caller, row, "leave_confirmed")
    return True


def refuse(caller: Caller, report_id: int, answer: str) -> bool:
    """Refuse a report within reach with a reason that its person reads; False if it was decided before.

    Raises Forbidden, NotFound, RuleBroken("answer", "text_missing").
    """
    row = _to_decide(caller, report_id)
    if row.decided_at is not None:
        return False
    if not answer.strip():
        raise RuleBroken("answer", "text_missing")
    row.answer = answer.strip()
    _decide(caller, row, "leave_refused")
    return True


def _to_decide(caller: Caller, report_id: int) -> LeaveReport:
    caller.actor.must(Permission.ABSENCE_RECORD)
    row = queries.report_within(caller, report_id)
    if row is None:
        raise NotFound("report_unknown")
    refuse_own(caller.actor, row.person_id)
    return row


def _decide(caller: Caller, row: LeaveReport, code: str) -> None:
    row.decided_at, row.decided_by = caller.now, caller.actor.person_id
    caller.session.flush()
    params = {
        "kind": row.kind,
        "first": row.first_day.isoformat(),
        "last": row.last_day.isoformat(),
        "answer": row.answer,
    }
    notify(caller.session, caller.now, row.person_id, code, params)


def contacts(caller: Caller) -> list[Contact]:
    """Whom the actor can ask, the nearest first."""
    today = local_day(caller.now)
    return queries.contacts_of(caller.session, caller.actor.own_id(), today, _CONTACTS)
