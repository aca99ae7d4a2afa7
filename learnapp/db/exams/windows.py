"""Named queries of windows: with their exams, with what was begun in them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from learnapp.db.core.caller import Caller
from learnapp.db.exams.attempt_models import Attempt
from learnapp.db.exams.models import Exam, ExamWindow, WindowPerson
from learnapp.db.exams.result_visibility import has_begun
from learnapp.db.people.scope import units_in_scope
from learnapp.db.progress.figure_facts import stages_in_force
from learnapp.db.study.models import Item, Requirement, Stage
from learnapp.domain.core.calendar import end_of, local_day, start_of
from learnapp.domain.core.permissions import Permission
from learnapp.domain.exams.exams import (
    AttemptState,
    Channel,
    ExamKind,
    WindowKind,
    WindowState,
)


@dataclass(frozen=True)
class WindowOfExam:
    """A window with its exam."""

    exam: Exam
    window: ExamWindow


def cancelled_since(session: Session, since: datetime) -> list[WindowOfExam]:
    """The main windows that are cancelled and would have closed after an instant, by opening."""
    rows = session.execute(
        select(Exam, ExamWindow)
        .join(ExamWindow, ExamWindow.exam_id == Exam.id)
        .where(
            ExamWindow.state == WindowState.CANCELLED,
            ExamWindow.closes_at > since,
            ExamWindow.kind == WindowKind.MAIN,
        )
        .order_by(ExamWindow.opens_at, ExamWindow.id)
    ).all()
    return [WindowOfExam(exam, window) for exam, window in rows]


def is_begun(session: Session, window_id: int) -> bool:
    """Whether anybody has begun an attempt in a window, whatever became of it."""
    begun = select(Attempt.id).where(Attempt.window_id == window_id).limit(1)
    return session.scalar(begun) is not None


def batch_size(session: Session, window_id: int) -> int:
    """How many people a window is reserved for; 0 when it is for everybody."""
    listed = select(func.count()).select_from(WindowPerson)
    return session.scalar(listed.where(WindowPerson.window_id == window_id)) or 0


@dataclass(frozen=True)
class WindowWithAttempts:
    """A window with its exam, and how many attempts it has."""

    exam: Exam
    window: ExamWindow
    attempts: int


def windows_held(caller: Caller, permission: Permission) -> list[WindowWithAttempts]:
    """The windows within reach, the newest first, 200 at most: without 补学, which nobody holds, and
    without those of exams put away, unless something was begun in them."""
    reach = units_in_scope(caller.actor, permission, local_day(caller.now))
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
            or_(Exam.retired_at.is_(None), count > 0),
            ExamWindow.kind != WindowKind.REMEDIAL,
        )
        .order_by(ExamWindow.opens_at.desc(), ExamWindow.id.desc())
        .limit(200)
    )
    return [WindowWithAttempts(exam, window, number) for exam, window, number in rows]


def windows_of(session: Session, exam_id: int) -> Sequence[ExamWindow]:
    """The windows of an exam, the first to open first."""
    statement = select(ExamWindow).where(ExamWindow.exam_id == exam_id)
    return session.scalars(statement.order_by(ExamWindow.opens_at)).all()


def main_beside(session: Session, window: ExamWindow) -> Sequence[ExamWindow]:
    """The other main windows of a window's exam, cancelled ones too."""
    return session.scalars(
        select(ExamWindow).where(
            ExamWindow.exam_id == window.exam_id,
            ExamWindow.id != window.id,
            ExamWindow.kind == WindowKind.MAIN,
        )
    ).all()


def main_before(session: Session, exam: Exam, window: ExamWindow) -> tuple[Exam, ExamWindow] | None:
    """The last main window that opened before a window, of another exam of the same kind and owner;
    without practice that was put away, and without what was cancelled."""
    found = session.execute(
        select(Exam, ExamWindow)
        .join(ExamWindow, ExamWindow.exam_id == Exam.id)
        .where(
            Exam.id != exam.id,
            Exam.kind == exam.kind,
            Exam.owner_unit_id == exam.owner_unit_id,
            Exam.retired_at.is_(None),
            ExamWindow.kind == WindowKind.MAIN,
            ExamWindow.state != WindowState.CANCELLED,
            ExamWindow.opens_at < window.opens_at,
        )
        .order_by(ExamWindow.opens_at.desc(), ExamWindow.id.desc())
        .limit(1)
    ).one_or_none()
    return None if found is None else (found[0], found[1])


def main_in_year(caller: Caller, kind: ExamKind, year: int) -> list[tuple[Exam, ExamWindow]]:
    """The main windows of a kind of exam that opened in a year, within reach of who reads marks, the
    first to open first; without cancelled ones and what is still to open."""
    reach = units_in_scope(caller.actor, Permission.MARKS_READ, local_day(caller.now))
    rows = caller.session.execute(
        select(Exam, ExamWindow)
        .join(ExamWindow, ExamWindow.exam_id == Exam.id)
        .where(
            Exam.owner_unit_id.in_(reach),
            Exam.kind == kind,
            ExamWindow.kind == WindowKind.MAIN,
            ExamWindow.state != WindowState.CANCELLED,
            ExamWindow.opens_at >= start_of(date(year, 1, 1)),
            ExamWindow.opens_at < end_of(date(year, 12, 31)),
            ExamWindow.opens_at <= caller.now,
        )
        .order_by(ExamWindow.opens_at, ExamWindow.id)
    )
    return [(exam, window) for exam, window in rows]


def opens_first_at(session: Session, exam_id: int) -> datetime | None:
    """When the first main window of an exam that is not cancelled opens; None where there is none."""
    return session.scalar(
        select(func.min(ExamWindow.opens_at)).where(
            ExamWindow.exam_id == exam_id,
            ExamWindow.kind == WindowKind.MAIN,
            ExamWindow.state != WindowState.CANCELLED,
        )
    )


def with_closed_keys(session: Session, exam_id: int, now: datetime) -> Sequence[ExamWindow]:
    """The windows of an exam that have begun and whose keys are not recorded as open."""
    return session.scalars(
        select(ExamWindow).where(
            ExamWindow.exam_id == exam_id,
            ExamWindow.keys_shown_at.is_(None),
            has_begun(now),
        )
    ).all()


def attempts_that_count(session: Session, window_id: int) -> int:
    """How many attempts count in a window: handed in, or open on paper."""
    counts = (Attempt.state == AttemptState.SUBMITTED) | (
        (Attempt.state == AttemptState.OPEN) & (Attempt.channel == Channel.PAPER)
    )
    found = select(func.count()).select_from(Attempt)
    return session.scalar(found.where(Attempt.window_id == window_id, counts)) or 0


def last_day_asked(session: Session, exam_id: int) -> date | None:
    """The last day of the stage in force that asks the exam, the earliest of several; None where no
    stage asks it."""
    stages = [each.id for each in stages_in_force(session)]
    return session.scalar(
        select(func.min(Stage.last_day))
        .join(Requirement, Requirement.stage_id == Stage.id)
        .join(Item, Item.id == Requirement.item_id)
        .where(Item.exam_id == exam_id, Stage.id.in_(stages))
    )
