"""缓考 and 免考: asked for people before a window's close, decided by another, taken back in time."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Select
from sqlalchemy.orm import Session

from learnapp.db.core.caller import Caller
from learnapp.db.exams import dispensations as queries
from learnapp.db.exams import roll as roll_queries
from learnapp.db.exams.dispensations import DispensationFilter, DispensationRow
from learnapp.db.exams.models import Dispensation, Exam, ExamWindow
from learnapp.db.exams.reach import exam_in_reach
from learnapp.db.notices.outbox import notify
from learnapp.db.operations import audit_log
from learnapp.db.people import unit_trees
from learnapp.db.people.lines import default_line
from learnapp.db.people.models import Absence
from learnapp.db.people.scope import units_in_scope
from learnapp.db.progress import counters
from learnapp.domain.core import lengths
from learnapp.domain.core.calendar import local_day
from learnapp.domain.core.errors import Conflict, NotFound, RuleBroken
from learnapp.domain.core.own_case import refuse_own
from learnapp.domain.core.permissions import SYSTEM, Permission
from learnapp.domain.exams.dispensations import (
    DISPENSABLE,
    DispensationKind,
    DispensationState,
    NewDispensation,
    check_decision,
    check_new,
    check_withdrawal,
    span_of,
)
from learnapp.domain.exams.exams import WindowState
from learnapp.domain.study.programme import AbsenceKind
from learnapp.services.exams import window_roll
from learnapp.services.exams.window_roll import OnRoll


def windows_to_ask(caller: Caller, chosen: int | None = None) -> list[tuple[ExamWindow, str]]:
    """The windows to choose from, the soonest to close first, each with its exam's title: the first
    hundred, and the one that was chosen."""
    above = _units_above(caller)
    found = queries.windows_to_ask(caller, above)
    if chosen is not None and chosen not in {window.id for window, _title in found}:
        found += queries.windows_to_ask(caller, above, chosen)
    return found


def _units_above(caller: Caller) -> set[int]:
    session, day = caller.session, local_day(caller.now)
    caller.actor.must(Permission.DISPENSATION_ASK)
    mine = {held.unit_id for held in caller.actor.over(Permission.DISPENSATION_ASK)}
    up = unit_trees.above(session, mine, default_line(session).id, day, None)
    return {each for found in up.values() for each in found}


def _asked_about(caller: Caller, window_id: int) -> tuple[Exam, ExamWindow]:
    for window, _title in queries.windows_to_ask(caller, _units_above(caller), window_id):
        return caller.session.get_one(Exam, window.exam_id), window
    raise NotFound("window_unknown")


def check(
    caller: Caller, window_id: int, people: Sequence[int], new: NewDispensation
) -> list[OnRoll]:
    """Whom of a window's roll it would be asked for, all of them or none.

    Raises NotFound, Forbidden("own_case"), RuleBroken of "people": name_needed,
    dispensation_not_asked, dispensation_sat, dispensation_there; and as `check_new`.
    """
    caller.actor.must(Permission.DISPENSATION_ASK)
    refuse_own(caller.actor, *people)
    exam, window = _asked_about(caller, window_id)
    check_new(new, local_day(window.closes_at))
    if not people:
        raise RuleBroken("people", "name_needed")
    session, now = caller.session, caller.now
    reach = units_in_scope(caller.actor, Permission.DISPENSATION_ASK, local_day(now))
    found = _on_roll(caller, window, people, reach)
    _none_of(
        session, "dispensation_there", sorted(queries.with_one(session, exam.id, list(people)))
    )
    return found


def _on_roll(
    caller: Caller, window: ExamWindow, people: Sequence[int], reach: Select[int]
) -> list[OnRoll]:
    """These people as they are on the window's roll now: asked to sit, and nothing to show yet.

    Raises RuleBroken of "people": dispensation_not_asked, dispensation_sat.
    """
    session = caller.session
    found = window_roll.some_of(session, window, caller.now, people, reach)
    roll = {each.person_id: each for each in found}
    _none_of(session, "dispensation_not_asked", [each for each in people if each not in roll])
    sat = [each for each in roll if roll[each].standing not in DISPENSABLE]
    _none_of(session, "dispensation_sat", sat)
    return [roll[each] for each in people]


def _none_of(session: Session, code: str, wrong: Sequence[int]) -> None:
    if wrong:
        names = roll_queries.names_and_logins(session, wrong)
        raise RuleBroken("people", code, names=[names[each].name for each in wrong])


def ask(caller: Caller, window_id: int, people: Sequence[int], new: NewDispensation) -> int:
    """Ask for it, for all of these people; how many. Raises as `check`."""
    found = check(caller, window_id, people, new)
    exam, window = _asked_about(caller, window_id)
    deferral = new.kind is DispensationKind.DEFERRAL
    for each in found:
        caller.session.add(
            Dispensation(
                exam_id=exam.id,
                window_id=window.id,
                person_id=each.person_id,
                kind=new.kind,
                until=new.until if deferral else None,
                reason=new.reason.strip()[: lengths.LINE],
                state=DispensationState.ASKED,
                recorded_at=caller.now,
                recorded_by=caller.actor.own_id(),
            )
        )
        _record(caller, "asked", each.person_id, exam.id, new.kind)
    caller.session.flush()
    return len(found)


def _record(caller: Caller, what: str, person_id: int, exam_id: int, kind: str) -> None:
    about = ("person", person_id)
    audit_log.record(caller, f"dispensation.{what}", about, exam=exam_id, dispensation=str(kind))


def decide(caller: Caller, dispensation_id: int, approves: bool, remark: str) -> bool:
    """Approve or refuse; False where that was decided so before.

    An approval does what an absence does to this one exam: a deferral leaves the window's 应考 and
    falls due at the end of the study week after its last day, an exemption is owed no more. The
    person is told, without the reason. What held when it was asked must hold at an approval, too: the
    window is not over, and the person has not begun.

    Raises NotFound, Forbidden("own_case"), as `check_decision`; for an approval also
    Conflict("dispensation_late") and RuleBroken of "people": dispensation_not_asked, dispensation_sat.
    """
    row = queries.lock(caller, dispensation_id)
    if row is None:
        raise NotFound("dispensation_unknown")
    exam = exam_in_reach(caller, row.exam_id, Permission.DISPENSATION_DECIDE)
    refuse_own(caller.actor, row.person_id)
    wanted = DispensationState.APPROVED if approves else DispensationState.REFUSED
    if row.state == wanted:
        return False
    state = DispensationState(row.state)
    check_decision(state, row.recorded_by, caller.actor.person_id, approves, remark)
    if approves:
        _check_now(caller, row)
    row.state, row.remark = wanted, remark.strip()[: lengths.LINE]
    row.decided_at, row.decided_by = caller.now, caller.actor.person_id
    if approves:
        row.absence_id = _let_be_away(caller, row)
    _record(caller, wanted, row.person_id, exam.id, row.kind)
    _tell(caller, row, exam.title)
    return True


def _check_now(caller: Caller, row: Dispensation) -> None:
    window = caller.session.get_one(ExamWindow, row.window_id)
    if window.closes_at <= caller.now:
        raise Conflict("dispensation_late")
    everywhere = units_in_scope(SYSTEM, Permission.DISPENSATION_ASK, local_day(caller.now))
    _on_roll(caller, window, [row.person_id], everywhere)


def _let_be_away(caller: Caller, row: Dispensation) -> int:
    item_id = queries.item_of(caller.session, row.exam_id)
    new = NewDispensation(DispensationKind(row.kind), row.until, row.reason)
    span = span_of(new, local_day(caller.now), item_id)
    away = Absence(
        person_id=row.person_id,
        kind=AbsenceKind.EXAM,
        effect=span.effect,
        first_day=span.first_day,
        last_day=span.last_day,
        reason=row.reason,
        cancelled=False,
        item_id=item_id,
        recorded_at=caller.now,
        recorded_by=caller.actor.person_id,
    )
    caller.session.add(away)
    caller.session.flush()
    counters.refresh(caller.session, caller.now, [row.person_id])
    return away.id


def _tell(caller: Caller, row: Dispensation, exam: str) -> None:
    params = {
        "exam": exam,
        "kind": str(row.kind),
        "state": str(row.state),
        "until": row.until.isoformat() if row.until else None,
    }
    notify(caller.session, caller.now, row.person_id, "dispensation", params)


def withdraw(caller: Caller, dispensation_id: int, reason: str) -> bool:
    """Take back what was asked (by who asked or may decide) or approved (by who may decide), before the
    window closes; False for a repeat, whoever took it back. The exam is asked again as if it had not been.

    Raises NotFound, Forbidden, Forbidden("own_case"), and as `check_withdrawal`.
    """
    row = queries.lock(caller, dispensation_id)
    if row is None:
        raise NotFound("dispensation_unknown")
    refuse_own(caller.actor, row.person_id)
    if row.state == DispensationState.APPROVED or row.recorded_by != caller.actor.person_id:
        exam_in_reach(caller, row.exam_id, Permission.DISPENSATION_DECIDE)
    if row.state == DispensationState.WITHDRAWN:
        return False
    session = caller.session
    window = session.get_one(ExamWindow, row.window_id)
    over = window.closes_at <= caller.now and window.state != WindowState.CANCELLED
    was = DispensationState(row.state)
    check_withdrawal(was, over, reason)
    row.state, row.withdrawn_because = DispensationState.WITHDRAWN, reason.strip()[: lengths.LINE]
    row.withdrawn_at, row.withdrawn_by = caller.now, caller.actor.person_id
    if row.absence_id is not None:
        _take_back(caller, row.absence_id)
    _record(caller, "withdrawn", row.person_id, row.exam_id, row.kind)
    if was is DispensationState.APPROVED:
        _tell(caller, row, session.get_one(Exam, row.exam_id).title)
    return True


def _take_back(caller: Caller, absence_id: int) -> None:
    old = caller.session.get_one(Absence, absence_id)
    caller.session.add(
        Absence(
            person_id=old.person_id,
            kind=old.kind,
            effect=old.effect,
            first_day=old.first_day,
            last_day=old.last_day,
            reason=old.reason,
            cancelled=True,
            item_id=old.item_id,
            supersedes_id=old.id,
            recorded_at=caller.now,
            recorded_by=caller.actor.person_id,
        )
    )
    caller.session.flush()
    counters.refresh(caller.session, caller.now, [old.person_id])


def listed(
    caller: Caller, wanted: DispensationFilter, offset: int, limit: int
) -> tuple[list[DispensationRow], int]:
    """A page of those within reach, the newest first, and how many there are. Two statements."""
    caller.actor.must(Permission.DISPENSATION_ASK)
    return queries.rows_of(caller, wanted, offset, limit), queries.count(caller, wanted)


def one(caller: Caller, dispensation_id: int) -> DispensationRow:
    """One within reach. Raises NotFound."""
    caller.actor.must(Permission.DISPENSATION_ASK)
    found = queries.rows_of(caller, DispensationFilter(), 0, 1, dispensation_id)
    if not found:
        raise NotFound("dispensation_unknown")
    return found[0]
