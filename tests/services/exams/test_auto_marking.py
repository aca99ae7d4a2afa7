"""Marking by rule: at the hand-in, after a ruling, and the release of what was marked."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from learnapp.db.core.caller import Caller
from learnapp.db.exams import attempt_papers
from learnapp.db.exams.attempt_models import (
    PaperQuestion,
)
from learnapp.db.exams.models import Exam
from learnapp.domain.core.errors import Conflict
from learnapp.domain.exams.rulings import Ruling
from learnapp.services.exams import (
    attempts,
    auto_marking,
    reopening,
)
from tests.rulings import VOID_FULL, VOID_OUT
from tests.services.conftest import EARLY, ExamFixture
from tests.services.exams.steps import attempts_agree, deed, newest, result, revise
from tests.small_office import NOW

LATER = EARLY + timedelta(minutes=5)


def test_marks_set_free_by_hand_close_the_way_back(ground: ExamFixture):
    officer = ground.officer()
    with pytest.raises(Conflict, match="release_automatic"):
        deed(ground, auto_marking.release, EARLY, ground.exam_id)
    with ground.database.writing() as session:
        session.get_one(Exam, ground.exam_id).release = "by_hand"
    for now, code in ((NOW, "release_too_early"), (EARLY, "nothing_marked")):
        with pytest.raises(Conflict) as refused:
            deed(ground, auto_marking.release, now, ground.exam_id)
        assert refused.value.code == code
    public_id = ground.start(officer, EARLY)
    with ground.database.writing() as session:
        attempts.submit(Caller(session, officer, EARLY), public_id)
        told = auto_marking.releasing(Caller(session, ground.admin, EARLY), ground.exam_id)
        assert (told.handed_in, told.marked) == (1, 1)
    deed(ground, auto_marking.release, EARLY, ground.exam_id)
    deed(ground, auto_marking.release, EARLY, ground.exam_id)
    with pytest.raises(Conflict) as out:
        deed(ground, reopening.reopen, EARLY, public_id, 10, "手滑")
    assert out.value.code == "marks_are_out"


def test_who_hands_in_after_the_ruling_is_marked_by_it(ground):
    officer = ground.officer()
    public_id = ground.start(officer, EARLY)
    with ground.database.writing() as session:
        attempt = attempt_papers.head_of(session, public_id, officer.person_id)
        places = session.scalars(
            select(PaperQuestion)
            .where(PaperQuestion.attempt_id == attempt.id)
            .order_by(PaperQuestion.ordinal)
        ).all()
        revise(ground, session, places[0].version_id, VOID_FULL)
        revise(ground, session, places[1].version_id, VOID_OUT)
        attempts.submit(Caller(session, officer, LATER), public_id, [])
        full, out = (newest(session, attempt.id, each.ordinal) for each in places[:2])
        assert (full.awarded, full.right, full.ruling) == (places[0].marks, None, Ruling.VOID_FULL)
        assert (out.awarded, out.right, out.ruling) == (0, None, Ruling.VOID_OUT)
        paper = sum(each.marks for each in places)
        assert result(session, attempt.id)[:2] == (places[0].marks, paper - places[1].marks)
        assert attempts_agree(session)
