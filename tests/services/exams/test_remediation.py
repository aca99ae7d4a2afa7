"""What a failed exam's way back offers to read: by law, else by category, else said to be nothing."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import select, update

from learnapp.db.bank.models import BankCategory, QuestionVersion
from learnapp.db.core.caller import Caller
from learnapp.db.exams.attempt_models import PaperQuestion
from learnapp.db.study.models import ReadingVersion
from learnapp.domain.exams.remediation import ReadingReason
from learnapp.services.exams import remediation
from tests.services.conftest import EARLY, ExamFixture
from tests.services.practice.sittings import OVER, sit
from tests.services.practice.test_notebook import a_way_back


def test_a_question_whose_source_leads_nowhere_is_read_for_by_its_category_and_said_so(
    ground: ExamFixture,
):
    a_way_back(ground)
    officer = ground.officer()
    with ground.database.writing() as session:
        session.execute(update(QuestionVersion).values(source="内部教材第三页", law=""))
        session.execute(update(ReadingVersion).values(category="刑事法"))
    sit(ground, officer)
    for now, told in ((EARLY + timedelta(minutes=30), False), (OVER, True)):
        with ground.database.reading() as session:
            way = remediation.way_back(Caller(session, officer, now), ground.exam_id)
            assert way is not None and way.keys is told
            asked = {
                path.split("/")[0]
                for path in session.scalars(
                    select(BankCategory.path)
                    .join(QuestionVersion, QuestionVersion.category_id == BankCategory.id)
                    .join(PaperQuestion, PaperQuestion.version_id == QuestionVersion.id)
                )
            }
            by_category = {each.why for each in way.sections}
            assert by_category == ({ReadingReason.CATEGORY} if "刑事法" in asked else set())
            assert way.nothing_for > 0 and bool(way.unplaced) is told
            assert all(each.source == "内部教材第三页" for each in way.unplaced)


def test_the_law_beside_a_question_leads_to_its_reading_where_the_source_does_not(
    ground: ExamFixture,
):
    a_way_back(ground)
    officer = ground.officer()
    with ground.database.writing() as session:
        session.execute(update(QuestionVersion).values(source="内部教材第三页", law="读物"))
    sit(ground, officer)
    with ground.database.reading() as session:
        way = remediation.way_back(Caller(session, officer, OVER), ground.exam_id)
        assert way is not None and way.nothing_for == 0
        assert {each.why for each in way.sections} == {ReadingReason.LAW} and way.unread == 2
