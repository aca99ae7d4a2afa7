"""Opening an exam: few statements, pinned papers that can be drawn again, nothing met of late."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import event, select

from learnapp.db.bank.models import QuestionVersion
from learnapp.db.core.caller import Caller
from learnapp.db.exams.attempt_models import Attempt, PaperQuestion
from learnapp.db.exams.models import BlueprintFixed, Exam, ExamWindow
from learnapp.db.notices.models import Notice
from learnapp.domain.core.errors import Conflict
from learnapp.domain.exams.exams import PaperMode, WindowKind
from learnapp.services.bank import key_exposure
from learnapp.services.exams import attempt_start, exams, proctoring, readiness
from learnapp.services.operations import schedule
from tests.services.conftest import EARLY, ExamFixture
from tests.small_office import NOW


def paper_of(session, public_id: str) -> list[int]:
    return list(
        session.scalars(
            select(PaperQuestion.version_id)
            .join(Attempt, Attempt.id == PaperQuestion.attempt_id)
            .where(Attempt.public_id == public_id)
            .order_by(PaperQuestion.ordinal)
        )
    )


def again(ground: ExamFixture, officer, public_id: str, now, seed: str) -> str:
    """A second attempt, after the first was voided."""
    with ground.database.writing() as session:
        proctoring.void(Caller(session, ground.admin, now), public_id, "停电")
    with ground.database.writing() as session:
        return attempt_start.start(Caller(session, officer, now), ground.window_id, seed).public_id


def test_a_paper_can_be_drawn_again_from_what_is_stored(ground: ExamFixture):
    public_id = ground.start(ground.officer(), EARLY)
    with ground.database.reading() as session:
        attempt = session.scalar(select(Attempt).where(Attempt.public_id == public_id))
        placed = attempt_start.redraw(session, attempt.id)
        assert [each.id for each in placed] == paper_of(session, public_id)
        assert [each.ordinal for each in placed] == list(range(1, len(placed) + 1))


def test_what_was_met_of_late_is_avoided_where_the_bank_allows(ground: ExamFixture):
    officer = ground.officer()
    first = ground.start(officer, EARLY)
    second = again(ground, officer, first, EARLY, "an0ther")
    with ground.database.reading() as session:
        met, now = paper_of(session, first), paper_of(session, second)
        kinds = dict(session.execute(select(QuestionVersion.id, QuestionVersion.type)).all())
        for kind in set(kinds.values()):
            there = sum(each == kind for each in kinds.values())
            repeated = [each for each in now if each in met and kinds[each] == kind]
            assert len(repeated) <= max(0, 4 - there)
        attempt = session.scalar(select(Attempt).where(Attempt.public_id == second))
        assert set(met) == set(attempt.avoided)
        assert [each.id for each in attempt_start.redraw(session, attempt.id)] == now


def test_one_paper_for_all_has_the_same_questions_in_each_persons_order(ground: ExamFixture):
    with ground.database.writing() as session:
        session.get_one(Exam, ground.exam_id).paper = PaperMode.ONE
    try:
        papers = []
        for number in range(6):
            who = ground.officer()
            with ground.database.writing() as session:
                started = attempt_start.start(
                    Caller(session, who, EARLY), ground.window_id, f"seed{number}"
                )
                papers.append(paper_of(session, started.public_id))
        assert len({frozenset(paper) for paper in papers}) == 1
        assert len({tuple(paper) for paper in papers}) > 1
    finally:
        with ground.database.writing() as session:
            session.get_one(Exam, ground.exam_id).paper = PaperMode.EACH


def a_window(ground: ExamFixture, session, opens_at) -> ExamWindow:
    exam = session.get_one(Exam, ground.exam_id)
    return exams.add_window(
        Caller(session, ground.admin, NOW),
        exam,
        WindowKind.RESIT,
        opens_at,
        opens_at + timedelta(hours=1),
    )


def test_fixed_questions_are_on_every_paper(ground: ExamFixture):
    with ground.database.writing() as session:
        exam = session.get_one(Exam, ground.exam_id)
        version = session.scalars(
            select(QuestionVersion).where(QuestionVersion.type == "single").limit(1)
        ).one()
        session.add(BlueprintFixed(blueprint_id=exam.blueprint_id, question_id=version.question_id))
        window = a_window(ground, session, EARLY)
        session.flush()
        wanted, window_id = version.id, window.id
    for number in range(5):
        who = ground.officer()
        with ground.database.writing() as session:
            started = attempt_start.start(Caller(session, who, EARLY), window_id, f"s{number}")
            assert wanted in paper_of(session, started.public_id)


def test_a_fixed_question_that_was_retired_is_told_a_day_before(ground: ExamFixture):
    opens_at = EARLY + timedelta(days=30)
    with ground.database.writing() as session:
        exam = session.get_one(Exam, ground.exam_id)
        version = session.scalars(
            select(QuestionVersion).where(QuestionVersion.type == "single").limit(1)
        ).one()
        session.add(BlueprintFixed(blueprint_id=exam.blueprint_id, question_id=version.question_id))
        version.status = "retired"
        a_window(ground, session, opens_at)
        owner = exam.recorded_by
    ground.work(opens_at - readiness.CHECK_AHEAD)
    with ground.database.reading() as session:
        codes = session.scalars(select(Notice.code).where(Notice.person_id == owner)).all()
        assert "exam_fixed_lost" in codes


def test_a_pool_that_was_undone_with_its_start_is_not_drawn_from(ground: ExamFixture):
    """The first start makes the pool and is refused; the next pool may get the same number."""
    with ground.database.writing() as session:
        blueprint_id = session.get_one(Exam, ground.exam_id).blueprint_id
        window_id = a_window(ground, session, EARLY).id
        some = session.scalars(
            select(QuestionVersion)
            .where(QuestionVersion.type == "single")
            .order_by(QuestionVersion.id.desc())
            .limit(2)
        ).all()
        fixed, seen = some[0], some[1].id
    refused = ground.officer()
    with ground.database.writing() as session:
        key_exposure.record_key_exposure(Caller(session, refused, EARLY), [seen])
    with pytest.raises(Conflict), ground.database.writing() as session:
        attempt_start.start(Caller(session, refused, EARLY), window_id, "5eed")
    with ground.database.writing() as session:
        session.add(BlueprintFixed(blueprint_id=blueprint_id, question_id=fixed.question_id))
    for number in range(5):
        who = ground.officer()
        with ground.database.writing() as session:
            started = attempt_start.start(Caller(session, who, EARLY), window_id, f"s{number}")
            assert fixed.id in paper_of(session, started.public_id)


def test_the_pool_is_made_before_the_opening_and_kept(ground: ExamFixture):
    opens_at = EARLY + timedelta(days=3)
    with ground.database.writing() as session:
        window_id = a_window(ground, session, opens_at).id
    ground.work(opens_at - readiness.PREPARE_AHEAD - timedelta(seconds=1))
    with ground.database.reading() as session:
        assert session.get_one(ExamWindow, window_id).pool_id is None
    ground.work(opens_at - readiness.PREPARE_AHEAD)
    with ground.database.reading() as session:
        assert session.get_one(ExamWindow, window_id).pool_id is not None
        jobs = {each.job for each in schedule.due(session, opens_at - timedelta(seconds=1))}
        assert not jobs & {"check_window", "prepare_window"}


def test_whoever_made_an_exam_is_told_a_day_ahead_that_the_bank_is_short(ground: ExamFixture):
    opens_at = EARLY + timedelta(days=5)
    with ground.database.writing() as session:
        window_id = a_window(ground, session, opens_at).id
    _set_short_answers(ground, "retired")
    ground.work(opens_at - readiness.CHECK_AHEAD)
    ground.work(opens_at - readiness.PREPARE_AHEAD)
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


@pytest.mark.parametrize("kind", ["new", "again"])
def test_a_start_asks_at_most_eight_statements(ground: ExamFixture, kind: str, record_property):
    for _ in range(3):  # the first makes the pool, the second lets this process remember it
        ground.start(ground.officer(), EARLY)
    officer = ground.officer()
    if kind == "again":
        ground.start(officer, EARLY)
    asked: list[str] = []

    def count(_connection, _cursor, statement, *_about):
        if not statement.startswith(("BEGIN", "COMMIT", "ROLLBACK", "PRAGMA")):
            asked.append(statement)

    event.listen(ground.database.engine, "before_cursor_execute", count)
    try:
        ground.start(officer, EARLY)
    finally:
        event.remove(ground.database.engine, "before_cursor_execute", count)
    record_property("tried", f"start, {kind}: {len(asked)} statements without the session's")
    assert len(asked) <= 7, asked
