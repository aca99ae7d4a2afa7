"""考务: an exam's windows as owner and proctors see them: who sat, who has not, and why."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from learnapp.db.core.caller import Caller
from learnapp.db.exams import roll as roll_queries
from learnapp.db.exams.attempt_models import Attempt
from learnapp.db.exams.models import Exam, ExamWindow, MarksRelease
from learnapp.db.exams.outcomes import attempts_in_exam
from learnapp.db.people import unit_paths
from learnapp.db.people.scope import units_in_scope
from learnapp.domain.core.calendar import local_day
from learnapp.domain.core.errors import NotFound
from learnapp.domain.core.permissions import Permission
from learnapp.domain.exams.exams import Channel, CountingRule, WindowKind
from learnapp.domain.exams.outcomes import AttemptFacts
from learnapp.domain.exams.roll import (
    RollCounts,
    RollState,
    RollWindow,
    count_roll,
    decisive_attempt,
)
from learnapp.services.exams import window_roll
from learnapp.services.exams.window_roll import Roll


@dataclass(frozen=True)
class Expected:
    """A person on a window's roll."""

    person_id: int
    name: str
    login_name: str
    sort_key: str
    unit: str
    unit_id: int
    standing: RollState
    attempt: str | None  # the public id, while it is open or was handed in
    on_paper: bool
    made: tuple[AttemptFacts, ...]


@dataclass(frozen=True)
class Shown:
    """Which part of a roll is looked at: of one standing (None: any), `size` people from an offset on
    (None: all)."""

    standing: RollState | None = None
    offset: int = 0
    size: int | None = None


WHOLE = Shown()


@dataclass(frozen=True)
class Room:
    """One window of an exam: how many on its roll are what, and the part that is looked at, by
    standing, unit and name."""

    exam: Exam
    window: ExamWindow
    windows: list[ExamWindow]
    people: list[Expected]
    counts: Counter[RollState]
    released: bool
    totals: RollCounts

    @property
    def about(self) -> RollWindow:
        """The window as the roll's rules see it."""
        return _window(self.exam, self.window)


def rooms(caller: Caller) -> list[tuple[Exam, ExamWindow, int]]:
    """The windows within reach, the newest first, with how many attempts each has."""
    caller.actor.must(Permission.ATTEMPT_WATCH)
    reach = units_in_scope(caller.actor, Permission.ATTEMPT_WATCH, local_day(caller.now))
    count = (
        select(func.count())
        .where(Attempt.window_id == ExamWindow.id)
        .correlate(ExamWindow)
        .scalar_subquery()
    )
    rows = caller.session.execute(
        select(Exam, ExamWindow, count)
        .join(ExamWindow, ExamWindow.exam_id == Exam.id)
        .where(
            Exam.owner_unit_id.in_(reach),
            or_(Exam.retired_at.is_(None), count > 0),  # what was begun stays in sight
            ExamWindow.kind
            != WindowKind.REMEDIAL,  # nobody holds it; it is among the exam's windows
        )
        .order_by(ExamWindow.opens_at.desc(), ExamWindow.id.desc())
        .limit(200)
    )
    return [(exam, window, number) for exam, window, number in rows]


def window_in_reach(
    caller: Caller, window_id: int, permission: Permission
) -> tuple[Exam, ExamWindow]:
    """A window with its exam, if its owner is within the actor's grants. Raises NotFound."""
    caller.actor.must(permission)
    reach = units_in_scope(caller.actor, permission, local_day(caller.now))
    found = caller.session.execute(
        select(Exam, ExamWindow)
        .join(ExamWindow, ExamWindow.exam_id == Exam.id)
        .where(ExamWindow.id == window_id, Exam.owner_unit_id.in_(reach))
    ).one_or_none()
    if found is None:
        raise NotFound("window_unknown")
    exam, window = found
    return exam, window


def room(
    caller: Caller,
    window_id: int,
    shown: Shown = WHOLE,
    permission: Permission = Permission.ATTEMPT_WATCH,
) -> Room:
    """A window within the reach that the permission gives. Raises NotFound."""
    session, now = caller.session, caller.now
    exam, window = window_in_reach(caller, window_id, permission)
    reach = units_in_scope(caller.actor, permission, local_day(now))
    windows = session.scalars(
        select(ExamWindow).where(ExamWindow.exam_id == exam.id).order_by(ExamWindow.opens_at)
    ).all()
    released = session.scalar(select(MarksRelease.id).where(MarksRelease.exam_id == exam.id))
    about = _window(exam, window)
    roll = window_roll.roll_of(session, exam, window, about, now, reach)
    counts = roll.counts
    return Room(
        exam,
        window,
        list(windows),
        _people(session, exam, about, roll, shown, now),
        counts,
        released is not None,
        count_roll(about, counts, roll.again, now),
    )


def _window(exam: Exam, window: ExamWindow) -> RollWindow:
    return RollWindow(
        window.id, WindowKind(window.kind), window.closes_at, CountingRule(exam.counts)
    )


def _people(
    session: Session,
    exam: Exam,
    about: RollWindow,
    roll: Roll,
    shown: Shown,
    now: datetime,
) -> list[Expected]:
    """The part of a roll that is looked at, with names and attempts."""
    part = roll.part(session, shown.standing, shown.offset, shown.size)
    ids = [each.person_id for each in part]
    names = roll_queries.names_and_logins(session, ids)
    made = attempts_in_exam(session, exam.id, now, ids)
    units = unit_paths.labels(session, {each.unit_id for each in part}, local_day(now))
    found = []
    for each in part:
        attempts = tuple(made.get(each.person_id, ()))
        attempt = decisive_attempt(about, attempts)
        who = names[each.person_id]
        found.append(
            Expected(
                person_id=each.person_id,
                name=who.name,
                login_name=who.login_name,
                sort_key=who.sort_key,
                unit=units[each.unit_id],
                unit_id=each.unit_id,
                standing=each.standing,
                attempt=None if attempt is None else attempt.public_id,
                on_paper=attempt is not None and attempt.channel is Channel.PAPER,
                made=attempts,
            )
        )
    return found
