"""A batch of an exam for those who are on duty on its day, proposed by the duty roster: seen, then made."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from learnapp.db.core.caller import Caller
from learnapp.db.exams import roll as roll_queries
from learnapp.db.exams.models import Exam, ExamWindow, WindowPerson
from learnapp.db.exams.reach import window_in_reach
from learnapp.db.operations import audit_log
from learnapp.db.people import unit_contents, unit_paths
from learnapp.db.people.scope import units_in_scope
from learnapp.domain.core.calendar import local_day
from learnapp.domain.core.errors import RuleBroken
from learnapp.domain.core.own_case import is_own
from learnapp.domain.core.permissions import Permission
from learnapp.domain.exams.exams import WindowKind, WindowTimes
from learnapp.domain.exams.roll import RollState
from learnapp.services.exams import exams, window_roll
from learnapp.services.exams.further_sittings import InNeed

_TO_SIT = frozenset({RollState.NOT_YET, RollState.NO_ACCOUNT, RollState.AWAY})


@dataclass(frozen=True)
class DutyBatch:
    """Whom the roster has on duty on every day of a window and who has not sat it; of them, who is on
    duty on the days of the batch too."""

    people: list[InNeed]
    on_duty_then: list[InNeed]


def propose(caller: Caller, window_id: int, times: WindowTimes) -> DutyBatch:
    """Whom a batch at these times would be for. Raises Forbidden, NotFound."""
    exam, window = window_in_reach(caller, window_id, Permission.EXAM_EDIT)
    return _found(caller, exam, window, times)


def make(caller: Caller, window_id: int, times: WindowTimes) -> ExamWindow:
    """A batch reserved for those who are on duty throughout the window and free at these times.

    Raises Forbidden, NotFound, RuleBroken("closes_at", …) as `exams.add_window`, RuleBroken("opens_at",
    "nobody_on_duty").
    """
    exam, window = window_in_reach(caller, window_id, Permission.EXAM_EDIT)
    found = _found(caller, exam, window, times)
    if not found.people:
        raise RuleBroken("opens_at", "nobody_on_duty")
    session = caller.session
    made = exams.add_window(caller, exam, WindowKind.MAIN, times.opens_at, times.closes_at)
    session.add_all(
        WindowPerson(window_id=made.id, person_id=each.person_id) for each in found.people
    )
    session.flush()
    about = {"window": made.id, "people": len(found.people)}
    audit_log.record(caller, "window.restricted", ("exam", exam.id), **about)
    return made


def _found(caller: Caller, exam: Exam, window: ExamWindow, times: WindowTimes) -> DutyBatch:
    session, now = caller.session, caller.now
    day = local_day(now)
    reach = units_in_scope(caller.actor, Permission.EXAM_EDIT, day)
    whole = window_roll.roll_of(session, exam, window, now, reach).part(session, None, 0, None)
    asked = [
        each
        for each in whole
        if each.standing in _TO_SIT and not is_own(caller.actor, each.person_id)
    ]
    ids = {each.person_id for each in asked}
    busy = _on_duty(caller, ids, WindowTimes(window.opens_at, window.closes_at))
    then = _on_duty(caller, ids, times)
    names = roll_queries.names_and_logins(session, sorted(busy))
    units = unit_paths.labels(session, {each.unit_id for each in asked}, day)
    found = [
        InNeed(
            each.person_id,
            names[each.person_id].name,
            names[each.person_id].login_name,
            units[each.unit_id],
        )
        for each in asked
        if each.person_id in busy
    ]
    return DutyBatch(
        [each for each in found if each.person_id not in then],
        [each for each in found if each.person_id in then],
    )


def _on_duty(caller: Caller, people: set[int], times: WindowTimes) -> set[int]:
    """Those of these people who are on duty on every day of a span of time."""
    first = local_day(times.opens_at)
    last = local_day(times.closes_at - timedelta(microseconds=1))
    days: set[date] = {first + timedelta(days=n) for n in range((last - first).days + 1)}
    duty = unit_contents.duty_days(caller.session, people, first, last)
    return {person_id for person_id, on in duty.items() if days <= on}
