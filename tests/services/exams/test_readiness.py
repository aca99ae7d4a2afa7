"""Opening an exam: few statements, pinned papers that can be drawn again, nothing met of late."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import select

from learnapp.db.bank.models import QuestionVersion
from learnapp.db.exams.models import BlueprintFixed, Exam, ExamWindow
from learnapp.db.notices.models import Notice
from learnapp.domain.exams.exams import WindowKind
from learnapp.domain.operations.scheduled_jobs import CHECK_AHEAD, PREPARE_AHEAD
from learnapp.services.exams import readiness
from learnapp.services.operations import schedule
from tests.services.conftest import EARLY, ExamFixture
from tests.services.exams.steps import add_window


def test_a_fixed_question_that_was_retired_is_told_a_day_before(ground: ExamFixture):
    opens_at = EARLY + timedelta(days=30)
    with ground.database.writing() as session:
        exam = session.get_one(Exam, ground.exam_id)
        version = session.scalars(
            select(QuestionVersion).where(QuestionVersion.type == "single").limit(1)
        ).one()
        session.add(BlueprintFixed(blueprint_id=exam.blueprint_id, question_id=version.question_id))
        version.status = "retired"
        owner = exam.recorded_by
    add_window(ground, WindowKind.RESIT, opens_at, opens_at + timedelta(hours=1))
    ground.work(opens_at - CHECK_AHEAD)
    with ground.database.reading() as session:
        codes = session.scalars(select(Notice.code).where(Notice.person_id == owner)).all()
        assert "exam_fixed_lost" in codes


def test_the_pool_is_made_before_the_opening_and_kept(ground: ExamFixture):
    opens_at = EARLY + timedelta(days=3)
    window_id = add_window(ground, WindowKind.RESIT, opens_at, opens_at + timedelta(hours=1))
    ground.work(opens_at - PREPARE_AHEAD - timedelta(seconds=1))
    with ground.database.reading() as session:
        assert session.get_one(ExamWindow, window_id).pool_id is None
    ground.work(opens_at - PREPARE_AHEAD)
    with ground.database.reading() as session:
        assert session.get_one(ExamWindow, window_id).pool_id is not None
        jobs = {each.job for each in schedule.due(session, opens_at - timedelta(seconds=1))}
        assert not jobs & {"check_window", "prepare_window"}


def test_whoever_made_an_exam_is_told_a_day_ahead_that_the_bank_is_short(ground: ExamFixture):
    opens_at = EARLY + timedelta(days=5)
    window_id = add_window(ground, WindowKind.RESIT, opens_at, opens_at + timedelta(hours=1))
    _set_short_answers(ground, "retired")
    ground.work(opens_at - CHECK_AHEAD)
    ground.work(opens_at - PREPARE_AHEAD)
    with ground.database.reading() as session:
        notices = session.scalars(select(Notice).where(Notice.code == "exam_short"))
        told = [each for each in notices if each.params["opens_at"] == opens_at.isoformat()]
        assert len(told) == 2 and told[0].params["lacking"] == 2
        assert session.get_one(ExamWindow, window_id).pool_id is None
    _set_short_answers(ground, "published")


def _set_short_answers(ground: ExamFixture, status: str) -> None:
    with ground.database.writing() as session:
        kind = QuestionVersion.type == "short_answer"
        for version in session.scalars(select(QuestionVersion).where(kind)):
            version.status = status


def test_a_window_that_has_its_pool_is_checked_without_its_bank(ground: ExamFixture, monkeypatch):
    """What papers are drawn from is fixed: to try one again under the write lock would tell nothing."""
    opens_at = EARLY + timedelta(days=7)
    window_id = add_window(ground, WindowKind.RESIT, opens_at, opens_at + timedelta(hours=1))
    ground.work(opens_at - PREPARE_AHEAD)
    tried = []
    monkeypatch.setattr(readiness, "shortage_of", lambda *given: tried.append(given) or [])
    with ground.database.writing() as session:
        readiness.check(session, opens_at, window_id)
    assert tried == []
