"""考务: an exam's windows as owner and proctors see them: who sat, who has not, and why."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, func, or_, select
from sqlalchemy.orm import Session

from learnapp.db.core.caller import Caller
from learnapp.db.exams import roll as roll_queries
from learnapp.db.exams.attempt_models import Attempt
from learnapp.db.exams.models import Exam, ExamWindow, MarksRelease
from learnapp.db.exams.outcomes import attempts_in_exam
from learnapp.db.exams.roll import Asked
from learnapp.db.people import unit_paths
from learnapp.db.people.lines import default_line
from learnapp.db.people.scope import units_in_scope
from learnapp.domain.core.calendar import local_day
from learnapp.domain.core.errors import NotFound
from learnapp.domain.core.permissions import Permission
from learnapp.domain.exams.exams import Channel, CountingRule, WindowKind, WindowState
from learnapp.domain.exams.outcomes import AttemptFacts
from learnapp.domain.exams.roll import (
    RollCounts,
    RollFacts,
    RollState,
    RollWindow,
    count_roll,
    decisive_attempt,
    roll_state,
)
from learnapp.domain.study.programme import Due, due_for


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
class Room:
    """One window of an exam with everybody on its roll."""

    exam: Exam
    window: ExamWindow
    windows: list[ExamWindow]
    people: list[Expected]
    released: bool
    totals: RollCounts

    @property
    def about(self) -> RollWindow:
        """The window as the roll's rules see it."""
        return _window(self.exam, self.window)

    @property
    def counts(self) -> Counter[RollState]:
        """How many are what."""
        return Counter(each.standing for each in self.people)


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


def room(caller: Caller, window_id: int, permission: Permission = Permission.ATTEMPT_WATCH) -> Room:
    """A window within the reach that the permission gives. Raises NotFound."""
    session, now = caller.session, caller.now
    exam, window = window_in_reach(caller, window_id, permission)
    reach = units_in_scope(caller.actor, permission, local_day(now))
    windows = session.scalars(
        select(ExamWindow).where(ExamWindow.exam_id == exam.id).order_by(ExamWindow.opens_at)
    ).all()
    released = session.scalar(select(MarksRelease.id).where(MarksRelease.exam_id == exam.id))
    roll = _roll(session, exam, window, now, reach)
    totals = count_roll(_window(exam, window), [(each.standing, each.made) for each in roll], now)
    return Room(exam, window, list(windows), roll, released is not None, totals)


def _window(exam: Exam, window: ExamWindow) -> RollWindow:
    return RollWindow(
        window.id, WindowKind(window.kind), window.closes_at, CountingRule(exam.counts)
    )


def _roll(
    session: Session, exam: Exam, window: ExamWindow, now: datetime, reach: Select[int]
) -> list[Expected]:
    """Everybody within reach on the window's roll, by unit and name: of whom the exam is asked at
    its close, and who has an attempt in it, whatever became of them."""
    asked = roll_queries.asked_in(session, exam.id, min(now, window.closes_at), reach)
    made = attempts_in_exam(session, exam.id, now)
    batch = roll_queries.batch_of(session, window.id)
    units = {person_id: each.unit_id for person_id, each in asked.items()}
    units |= _units_of_others(session, made, asked, reach)
    names = unit_paths.labels(session, set(units.values()), local_day(now))
    about, found = _window(exam, window), []
    # Of a cancelled window only what was begun in it is on the roll.
    cancelled = window.state == WindowState.CANCELLED
    for row in roll_queries.names_and_logins(session, units):
        attempts = tuple(made.get(row.id, ()))
        facts = RollFacts(
            asked=not cancelled and row.id in asked and (batch is None or row.id in batch),
            due=_due(about, asked.get(row.id)),
            has_account=row.account,
            attempts=attempts,
        )
        state = roll_state(about, facts, now)
        if state is None:
            continue
        at = (units[row.id], names[units[row.id]])
        found.append(_expected(row, at, state, decisive_attempt(about, attempts), attempts))
    return sorted(found, key=lambda each: (each.unit_id, each.sort_key, each.person_id))


def _expected(
    row: Any,
    at: tuple[int, str],
    state: RollState,
    attempt: AttemptFacts | None,
    made: tuple[AttemptFacts, ...],
) -> Expected:
    """A person of the roll: `row` has the names, `at` the unit, `attempt` is the one to show."""
    unit_id, unit = at
    return Expected(
        person_id=row.id,
        name=row.name,
        login_name=row.login_name or "",
        sort_key=row.sort_key,
        unit=unit,
        unit_id=unit_id,
        standing=state,
        attempt=None if attempt is None else attempt.public_id,
        on_paper=attempt is not None and attempt.channel is Channel.PAPER,
        made=made,
    )


def _units_of_others(
    session: Session,
    made: dict[int, list[AttemptFacts]],
    asked: dict[int, Asked],
    reach: Select[int],
) -> dict[int, int]:
    """The units of those who have an attempt though the exam is not asked of them any more."""
    others = [attempts[-1].id for person_id, attempts in made.items() if person_id not in asked]
    if not others:
        return {}
    line_id = default_line(session).id
    return roll_queries.units_at_start(session, line_id, others, reach)


def _due(window: RollWindow, asked: Asked | None) -> Due:
    """When the window falls due for a person: a first one with the duty, as the figures have it."""
    if asked is None:
        return Due(window.closes_at)
    if window.kind is WindowKind.MAIN:
        return asked.duty.due
    return due_for(window.closes_at, asked.absences)
