"""A further window of an exam: when it falls due, and what was decided without it."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import select

from learnapp.db.core.caller import Caller
from learnapp.db.exams.models import Exam, ExamWindow, WindowCorrection
from learnapp.db.progress import counters
from learnapp.domain.exams.exams import WindowKind, WindowState
from learnapp.services.exams import (
    added_windows,
    exams,
    window_corrections,
)
from learnapp.services.operations import verify
from tests.services.conftest import EARLY, ExamFixture
from tests.services.exams.steps import CLOSES, OPENS, correct, deed, due
from tests.small_office import NOW

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


def test_a_window_added_after_the_only_one_was_cancelled_is_asked_and_falls_due_with_it(
    ground: ExamFixture,
):
    with ground.database.writing() as session:
        counters.refresh(session, NOW)
    with ground.database.writing() as session:
        exam = session.get_one(Exam, ground.exam_id)
        again = exams.add_window(
            Caller(session, ground.admin, NOW), exam, WindowKind.MAKE_UP, OPENS + DAY, CLOSES + DAY
        ).id
    deed(ground, window_corrections.cancel, NOW, ground.window_id, "停电")
    deed(ground, window_corrections.cancel, NOW, again, "停电")
    assert due(ground) is None
    with ground.database.writing() as session:
        exam = session.get_one(Exam, ground.exam_id)
        exams.add_window(
            Caller(session, ground.admin, NOW),
            exam,
            WindowKind.MAIN,
            OPENS + 5 * MINUTE,
            CLOSES + HOUR,
        )
    assert due(ground) == CLOSES + HOUR
    with ground.database.writing() as session:
        counters.refresh_stale(session, NOW + MINUTE)
        assert verify.differences(session, NOW + MINUTE) == []


def test_what_a_make_up_repeats_is_decided_anew_once_further_main_papers_may_be_drawn(
    ground: ExamFixture,
):
    with ground.database.writing() as session:
        exam = session.get_one(Exam, ground.exam_id)
        made = exams.add_window(
            Caller(session, ground.admin, NOW), exam, WindowKind.MAKE_UP, OPENS + DAY, CLOSES + DAY
        )
        made.overlap = 0
        window_id = made.id
    correct(ground, EARLY, closes=CLOSES + HOUR)
    with ground.database.writing() as session:
        assert session.get_one(ExamWindow, window_id).overlap is None
        session.get_one(ExamWindow, window_id).overlap = 0
        exam = session.get_one(Exam, ground.exam_id)
        exams.add_window(
            Caller(session, ground.admin, EARLY), exam, WindowKind.MAIN, OPENS + DAY, CLOSES + DAY
        )
    with ground.database.reading() as session:
        assert session.get_one(ExamWindow, window_id).overlap is None


def test_only_a_further_main_window_changes_what_falls_due(office):
    window_corrections.cancel(office.caller(), office.window_id, "停电")
    made = ExamWindow(
        exam_id=office.exam_id,
        kind=WindowKind.MAKE_UP,
        opens_at=OPENS,
        closes_at=CLOSES + HOUR,
        state=WindowState.PLANNED,
        recorded_at=NOW,
    )
    office.session.add(made)
    office.session.flush()

    def kinds() -> list[str]:
        found = select(WindowCorrection.kind).order_by(WindowCorrection.id)
        return list(office.session.scalars(found))

    added_windows.follow_added(office.caller(), made)
    assert kinds() == ["cancelled"]
    made.kind = WindowKind.MAIN
    added_windows.follow_added(office.caller(), made)
    assert kinds() == ["cancelled", "added"]
    (added,) = office.session.scalars(
        select(WindowCorrection).where(WindowCorrection.kind == "added")
    )
    assert (added.window_id, added.due_from, added.due_to) == (made.id, CLOSES, CLOSES + HOUR)
