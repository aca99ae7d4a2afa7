"""Named queries of exams in the time of a report: which had a window, who had handed in."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from learnapp.db.core.many import one_of
from learnapp.db.exams.attempt_models import Attempt
from learnapp.db.exams.models import Exam, ExamWindow, MarksRelease
from learnapp.db.exams.releases import count_handed_in, count_marked
from learnapp.db.study.models import Item
from learnapp.domain.exams.exams import UNCOUNTED, AttemptState, Release, WindowKind, WindowState
from learnapp.domain.reports.weekly import WeekExam


@dataclass(frozen=True)
class ExamOfWeek:
    """An exam with the item by which stages ask for it."""

    item_id: int
    exam: WeekExam


def exams_of_week(
    session: Session, items: Collection[int], since: datetime, until: datetime
) -> list[ExamOfWeek]:
    """The exams among these items with a window that was open at some time from `since` to `until`,
    the first to open first; practice, trials and 补学 are none."""
    rows = session.execute(
        select(Item.id, Exam, ExamWindow)
        .join(Exam, Exam.id == Item.exam_id)
        .join(ExamWindow, ExamWindow.exam_id == Exam.id)
        .where(
            one_of(Item.id, items),
            Exam.kind.not_in(UNCOUNTED),
            ExamWindow.kind != WindowKind.REMEDIAL,
            ExamWindow.state != WindowState.CANCELLED,
        )
        .order_by(ExamWindow.opens_at, ExamWindow.id)
    ).all()
    windows: dict[int, list[ExamWindow]] = {}
    exams: dict[int, Exam] = {}
    for item_id, exam, window in rows:
        exams[item_id] = exam
        windows.setdefault(item_id, []).append(window)
    return [
        ExamOfWeek(item_id, _reported(session, exams[item_id], theirs, until))
        for item_id, theirs in windows.items()
        if any(each.opens_at < until and each.closes_at > since for each in theirs)
    ]


def _reported(
    session: Session, exam: Exam, windows: Sequence[ExamWindow], until: datetime
) -> WeekExam:
    """An exam as it is at `until`: running while one window is open or a batch is still to come."""
    begun = [each for each in windows if each.opens_at < until]
    running = any(
        each.closes_at > until and (each.opens_at < until or each.kind == WindowKind.MAIN)
        for each in windows
    )
    return WeekExam(
        exam.id,
        exam.title,
        exam.kind,
        begun[0].opens_at,
        max(each.closes_at for each in begun),
        running,
        _marks_shown(session, exam, running, until),
    )


def _marks_shown(session: Session, exam: Exam, running: bool, until: datetime) -> bool:
    """Whether the marks of those who handed in may be seen by their heads' reports."""
    if exam.release == Release.BY_HAND:
        released = select(MarksRelease.released_at).where(MarksRelease.exam_id == exam.id)
        at = session.scalar(released)
        if at is None or at > until:
            return False
    return not running and count_marked(session, exam.id) >= count_handed_in(session, exam.id)


def handed_in(session: Session, exam_id: int, until: datetime) -> set[int]:
    """The people who had handed in an attempt by then that was not voided by then; not in 补学."""
    return set(
        session.scalars(
            select(Attempt.person_id)
            .join(ExamWindow, ExamWindow.id == Attempt.window_id)
            .where(
                Attempt.exam_id == exam_id,
                ExamWindow.kind != WindowKind.REMEDIAL,
                Attempt.submitted_at <= until,
                or_(Attempt.state == AttemptState.SUBMITTED, Attempt.voided_at > until),
            )
        )
    )
