"""补考、重考 made from a window's results for exactly those who need them: seen first, then made."""

from __future__ import annotations

from dataclasses import dataclass

from learnapp.db.core.caller import Caller
from learnapp.db.exams import roll as roll_queries
from learnapp.db.exams.models import Exam, ExamWindow, WindowPerson
from learnapp.db.exams.reach import window_in_reach
from learnapp.db.exams.windows import windows_of
from learnapp.db.operations import audit_log
from learnapp.db.people import unit_paths
from learnapp.db.people.scope import units_in_scope
from learnapp.domain.core.calendar import local_day
from learnapp.domain.core.errors import RuleBroken
from learnapp.domain.core.own_case import is_own
from learnapp.domain.core.permissions import Permission
from learnapp.domain.exams.exams import WindowKind, WindowState, WindowTimes
from learnapp.domain.exams.roll import RollState
from learnapp.services.exams import exams, window_roll

# What is made for some of those who were asked: for whom, by the rule of the roll.
FURTHER = (WindowKind.MAKE_UP, WindowKind.RETAKE, WindowKind.RESIT)
_TO_SIT = frozenset({RollState.NOT_YET, RollState.NO_ACCOUNT})


@dataclass(frozen=True)
class InNeed:
    """Somebody for whom the window would be, or who is left out of it."""

    person_id: int
    name: str
    login_name: str
    unit: str


@dataclass(frozen=True)
class FurtherSitting:
    """Whom a further window is for, by unit and name, and whom it is not: who is still excused or
    deferred when it closes, and oneself, whom another has to add."""

    people: list[InNeed]
    away: list[InNeed]
    own: bool
    beside: list[ExamWindow]  # further windows of the kind that are not over


def preview(caller: Caller, window_id: int, kind: WindowKind, times: WindowTimes) -> FurtherSitting:
    """For whom a window with these times would be; nothing is kept of it. Raises as `make`."""
    undone = caller.session.begin_nested()
    try:
        exam, window = _window(caller, window_id, kind, times)
        return _found(caller, exam, window)
    finally:
        undone.rollback()


def make(caller: Caller, window_id: int, kind: WindowKind, times: WindowTimes) -> ExamWindow:
    """A further window of the exam, reserved for exactly those who need it now.

    Raises NotFound, Forbidden, RuleBroken("closes_at", …) as `exams.add_window`, RuleBroken("kind",
    "nobody_in_need").
    """
    exam, window = _window(caller, window_id, kind, times)
    found = _found(caller, exam, window)
    if not found.people:
        raise RuleBroken("kind", "nobody_in_need")
    session = caller.session
    session.add_all(
        WindowPerson(window_id=window.id, person_id=each.person_id) for each in found.people
    )
    session.flush()
    about = {"window": window.id, "people": len(found.people)}
    audit_log.record(caller, "window.restricted", ("exam", exam.id), **about)
    return window


def _window(
    caller: Caller, window_id: int, kind: WindowKind, times: WindowTimes
) -> tuple[Exam, ExamWindow]:
    exam, _of = window_in_reach(caller, window_id, Permission.EXAM_EDIT)
    if kind not in FURTHER:
        raise RuleBroken("kind", "unknown_choice")
    return exam, exams.add_window(caller, exam, kind, times.opens_at, times.closes_at)


def _found(caller: Caller, exam: Exam, window: ExamWindow) -> FurtherSitting:
    """By the roll of the window that was just made, for whom by its rule it is."""
    session, now = caller.session, caller.now
    day = local_day(now)
    reach = units_in_scope(caller.actor, Permission.EXAM_EDIT, day)
    whole = window_roll.roll_of(session, exam, window, now, reach).part(session, None, 0, None)
    names = roll_queries.names_and_logins(session, [each.person_id for each in whole])
    units = unit_paths.labels(session, {each.unit_id for each in whole}, day)

    def named(states: frozenset[RollState]) -> list[InNeed]:
        return [
            InNeed(
                each.person_id,
                names[each.person_id].name,
                names[each.person_id].login_name,
                units[each.unit_id],
            )
            for each in whole
            if each.standing in states and not is_own(caller.actor, each.person_id)
        ]

    return FurtherSitting(
        named(_TO_SIT),
        named(frozenset({RollState.AWAY, RollState.EXCUSED})),
        any(each.standing in _TO_SIT and is_own(caller.actor, each.person_id) for each in whole),
        [
            each
            for each in windows_of(session, exam.id)
            if each.kind == window.kind
            and each.id != window.id
            and each.closes_at > now
            and each.state != WindowState.CANCELLED
        ],
    )
