"""An attempt that was handed in by mistake is open again, while that gives nobody an advantage."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from learnapp.db.bank.reach import version_in_reach
from learnapp.db.core.caller import Caller
from learnapp.db.exams.attempt_models import (
    Allowance,
    Attempt,
    AttemptReopening,
    Mark,
    PaperQuestion,
    Result,
)
from learnapp.db.exams.models import Exam, ExamWindow
from learnapp.db.exams.outcomes import attempts_of
from learnapp.db.notices.models import Notice
from learnapp.db.people.models import Person
from learnapp.db.people.scope import grants_of
from learnapp.domain.core.calendar import local_day
from learnapp.domain.core.errors import Conflict, RuleBroken
from learnapp.domain.core.permissions import Actor, Permission
from learnapp.domain.exams.answers import AnswerEvent
from learnapp.services.bank import item_statistics
from learnapp.services.exams import (
    attempts,
    grading,
    key_correction,
    proctoring,
    reopening,
)
from learnapp.services.exams.grading import GivenGrade
from tests.rulings import KEEPS, VOID_FULL
from tests.services.bank.test_questions import single_of
from tests.services.conftest import EARLY, ExamFixture
from tests.services.exams.steps import CLOSES, agree, deadline, deed

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
LATE = CLOSES - 5 * MINUTE  # an attempt that begins now is cut short by the close


def answer(session, officer, now, public_id: str, place: int, text: str, seq: int) -> None:
    event = AnswerEvent(f"00000000-0000-4000-8000-{seq:012d}", seq, place, {"text": text})
    told = attempts.receive(Caller(session, officer, now), public_id, [event]).acknowledged
    assert [state for _, state in told] == ["held"]


def test_an_attempt_handed_in_by_mistake_goes_on_with_the_time_it_had(ground: ExamFixture):
    officer, at = ground.officer(), EARLY + 5 * MINUTE
    public_id = ground.start(officer, EARLY)
    with ground.database.writing() as session:
        attempts.submit(Caller(session, officer, at), public_id)
        looked = reopening.look(Caller(session, ground.admin, at + HOUR), public_id)
        assert looked.left == 15 * MINUTE and looked.refusal is None
    until = deed(ground, reopening.reopen, at + HOUR, public_id, 0, "手滑")
    assert until == at + HOUR + 15 * MINUTE == deadline(ground, officer)
    assert deed(ground, reopening.reopen, at + HOUR, public_id, 0, "手滑") is None
    with ground.database.writing() as session:
        notice = session.scalars(select(Notice)).one()
        assert (notice.person_id, notice.code) == (officer.own_id(), "attempt_reopened")
        assert session.scalar(select(func.count(AttemptReopening.id))) == 1
        places = attempts_places(session, public_id)
        answer(session, officer, at + HOUR, public_id, places["short_answer"], "第二次写的", 1)
        attempts.submit(Caller(session, officer, at + HOUR + MINUTE), public_id)
        waiting = grading.count_waiting(
            Caller(session, marker(ground, session), at + HOUR + MINUTE)
        )
        assert waiting == 1  # it was empty, and 0, when it was handed in first
        agree(session, at + HOUR + MINUTE)
        made = attempts_of(session, officer.own_id(), ground.exam_id, at + HOUR + MINUTE)
        assert made[0].passed is None
        mark(ground, session, at + 2 * HOUR, public_id, 1000)
        agree(session, at + 2 * HOUR)
        made = attempts_of(session, officer.own_id(), ground.exam_id, at + 2 * HOUR)
        assert made[0].awarded == 1000
        assert session.scalar(select(func.max(Result.number))) == 2
        assert session.scalar(select(func.min(Mark.number))) == 1


def attempts_places(session, public_id: str) -> dict[str, int]:
    rows = session.execute(
        select(PaperQuestion.type, PaperQuestion.ordinal)
        .join(Attempt, Attempt.id == PaperQuestion.attempt_id)
        .where(Attempt.public_id == public_id)
        .order_by(PaperQuestion.ordinal.desc())
    )
    return {type_: ordinal for type_, ordinal in rows}


def marker(ground: ExamFixture, session):
    person_id = session.scalar(select(Person.id).where(Person.name == "marker甲"))
    return Actor(person_id, grants_of(session, person_id, local_day(EARLY)))


def mark(ground: ExamFixture, session, now, public_id: str, marks: int) -> None:
    place = attempts_places(session, public_id)["short_answer"]
    known_by = session.scalar(select(Attempt.marking_id).where(Attempt.public_id == public_id))
    grading.submit_grade(
        Caller(session, marker(ground, session), now), known_by, place, GivenGrade(marks, "好")
    )


def test_what_the_clock_handed_in_needs_minutes_and_is_handed_in_once_more(ground: ExamFixture):
    officer, over = ground.officer(), EARLY + 21 * MINUTE
    public_id = ground.start(officer, EARLY)
    ground.work(over)
    with pytest.raises(RuleBroken) as nothing:
        deed(ground, reopening.reopen, over, public_id, 0, "停电")
    assert nothing.value.code == "minutes_needed"
    assert deed(ground, reopening.reopen, over, public_id, 10, "停电") == over + 10 * MINUTE
    ground.work(over + 5 * MINUTE)
    with ground.database.reading() as session:
        assert session.scalar(select(Attempt.state).where(Attempt.public_id == public_id)) == "open"
    ground.work(over + 11 * MINUTE)
    with ground.database.reading() as session:
        row = session.scalars(select(Attempt).where(Attempt.public_id == public_id)).one()
        assert (row.state, row.submitted_at) == ("submitted", over + 10 * MINUTE)


def test_a_clock_that_ran_ahead_took_nothing(ground: ExamFixture):
    """Handed in at a deadline that had not come: the time by the right clock is left."""
    officer = ground.officer()
    public_id = ground.start(officer, EARLY)
    ground.work(EARLY + DAY)
    right = EARLY + 5 * MINUTE
    with ground.database.writing() as session:
        session.query(ExamWindow).update({"keys_shown_at": None})
        assert reopening.look(Caller(session, ground.admin, right), public_id).left == 15 * MINUTE
    assert deed(ground, reopening.reopen, right, public_id, 0, "时钟跳了") == EARLY + 20 * MINUTE
    with ground.database.reading() as session:
        assert session.scalar(select(func.count(Allowance.id))) == 0


def test_a_question_put_right_is_no_marking_by_hand(ground: ExamFixture):
    officer, at = ground.officer(), EARLY + 5 * MINUTE
    public_id = ground.start(officer, EARLY)
    with ground.database.writing() as session:
        attempts.submit(Caller(session, officer, at), public_id)
        mine = session.scalars(select(Attempt).where(Attempt.public_id == public_id)).one()
        place = single_of(session, mine.id)
        key_correction.revise(
            Caller(session, ground.admin, at + MINUTE), place.version_id, VOID_FULL, KEEPS
        )
        before = session.scalar(select(func.count()).where(Mark.attempt_id == mine.id))
    assert deed(ground, reopening.reopen, at + HOUR, public_id, 10, "手滑") is not None
    with ground.database.writing() as session:
        attempts.submit(Caller(session, officer, at + HOUR + MINUTE), public_id)
        count = session.scalar(select(func.count()).where(Mark.attempt_id == mine.id))
        assert count > before
        agree(session, at + HOUR + MINUTE)


def test_an_attempt_stays_handed_in_once_keys_or_marks_are_out_or_it_was_marked(
    ground: ExamFixture,
):
    def refused(now, public_id) -> str:
        with pytest.raises(Conflict) as why:
            deed(ground, reopening.reopen, now, public_id, 10, "手滑")
        return why.value.code

    officer, again, marked = ground.officer(), ground.officer(), ground.officer()
    public_id = ground.start(marked, EARLY)
    with ground.database.writing() as session:
        session.get_one(Exam, ground.exam_id).tries = 2
        place = attempts_places(session, public_id)["short_answer"]
        answer(session, marked, EARLY, public_id, place, "写了", 1)
        attempts.submit(Caller(session, marked, EARLY), public_id)
        mark(ground, session, EARLY, public_id, 500)
    assert refused(EARLY, public_id) == "marked_by_hand"
    first = ground.start(again, EARLY)
    with ground.database.writing() as session:
        attempts.submit(Caller(session, again, EARLY), first)
    ground.start(again, EARLY)
    assert refused(EARLY, first) == "begun_since"
    mine = ground.start(officer, EARLY)
    with ground.database.writing() as session:
        attempts.submit(Caller(session, officer, EARLY), mine)
        proctoring.void(Caller(session, ground.admin, EARLY), first, "x")
    assert refused(EARLY, first) == "not_handed_in"
    ground.work(CLOSES + HOUR)
    assert refused(CLOSES + HOUR, mine) == "keys_are_out"


def test_an_attempt_that_a_new_key_regraded_may_be_open_again(ground: ExamFixture):
    officer = ground.officer()
    public_id = ground.start(officer, EARLY)
    with ground.database.writing() as session:
        attempts.submit(Caller(session, officer, EARLY), public_id)
        version_id = session.scalar(
            select(PaperQuestion.version_id).where(PaperQuestion.type == "single")
        )
        revised = key_correction.revise(
            Caller(session, ground.admin, EARLY), version_id, VOID_FULL, KEEPS
        )
        assert revised and revised.used == 1
    assert deed(ground, reopening.reopen, EARLY + MINUTE, public_id, 0, "手滑")
    with ground.database.writing() as session:
        attempts.submit(Caller(session, officer, EARLY + 2 * MINUTE), public_id)
        agree(session, EARLY + 2 * MINUTE)
        made = attempts_of(session, officer.own_id(), ground.exam_id, EARLY + 2 * MINUTE)
        assert made[0].awarded > 0


def test_figures_count_no_mark_of_a_hand_in_that_was_undone(ground: ExamFixture):
    officer = ground.officer()
    public_id = ground.start(officer, EARLY)
    with ground.database.writing() as session:
        attempts.submit(Caller(session, officer, EARLY), public_id)
        place = attempts_places(session, public_id)["short_answer"]
        version_id = session.scalar(
            select(PaperQuestion.version_id).where(PaperQuestion.ordinal == place)
        )
        version = version_in_reach(
            Caller(session, ground.admin, EARLY), version_id, Permission.KEY_REVISE
        )
        assert item_statistics.of_version(session, version).found.uses == 1
    deed(ground, reopening.reopen, EARLY + MINUTE, public_id, 0, "手滑")
    with ground.database.writing() as session:
        answer(session, officer, EARLY + MINUTE, public_id, place, "第二次写的", 1)
        attempts.submit(Caller(session, officer, EARLY + 2 * MINUTE), public_id)
        version = version_in_reach(
            Caller(session, ground.admin, EARLY), version_id, Permission.KEY_REVISE
        )
        assert item_statistics.of_version(session, version).found.uses == 0
