"""Of settled windows the replaced answers and page facts go; of attempts in question nothing does."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

from sqlalchemy import delete, select

from learnapp.db.bank.models import QuestionReport
from learnapp.db.core.caller import Caller
from learnapp.db.exams.attempt_models import AnswerEventRow, Attempt, PageFact, PaperQuestion
from learnapp.db.exams.models import ExamWindow
from learnapp.db.operations.models import AuditEntry
from learnapp.db.progress import counters
from learnapp.domain.exams.answers import AnswerEvent
from learnapp.services.exams import answer_traces, attempts
from learnapp.services.operations import verify
from tests.services.conftest import EARLY, ExamFixture
from tests.services.sweeps import (
    OVER,
    SETTLED,
    answers,
    count,
    events_of,
    settle,
    sit,
    sweep,
)


def test_of_a_settled_window_the_replaced_answers_go_and_the_answers_stay(ground: ExamFixture):
    _, attempt_id = sit(ground)
    settle(ground)
    before, given = count(ground, AnswerEventRow), answers(ground, attempt_id)
    with ground.database.writing() as session:
        counters.refresh_stale(session, SETTLED)
        agreed = verify.differences(session, SETTLED)
    assert before == 3 * len(given)
    assert sweep(ground, OVER + timedelta(days=89)) == 0
    assert sweep(ground, SETTLED) == before - len(given) + 1  # and what the page noticed
    assert answers(ground, attempt_id) == given
    assert count(ground, AnswerEventRow) == len(given) and count(ground, PageFact) == 0
    with ground.database.reading() as session:
        assert session.get_one(ExamWindow, ground.window_id).condensed_at == SETTLED
        entry = session.scalars(
            select(AuditEntry).where(AuditEntry.action == "retention.removed")
        ).one()
        assert (entry.detail["rule"], entry.detail["count"]) == ("answers", before - len(given) + 1)
    with ground.database.reading() as session:
        assert verify.differences(session, SETTLED) == agreed


def test_an_attempt_that_is_open_unmarked_or_contested_keeps_all_it_has(ground: ExamFixture):
    _, plain = sit(ground)
    _, reported = sit(ground)
    _, unmarked = sit(ground)
    officer, late = sit(ground)
    still_open = ground.officer()
    ground.start(still_open, EARLY)
    with ground.database.writing() as session:
        public_id = session.get_one(Attempt, late).public_id
        event = AnswerEvent(str(uuid4()), 900, 1, None)
        attempts.receive(Caller(session, officer, OVER), public_id, [event])
        row = session.get_one(Attempt, unmarked)
        row.results_from = 9  # its result belongs to a hand-in that was undone
        session.add(_report(session, reported, still_open.own_id()))
    settle(ground)
    held = {each: count(ground, AnswerEventRow, events_of(each)) for each in (reported, late)}
    sweep(ground, SETTLED)
    for each, number in held.items():
        assert count(ground, AnswerEventRow, events_of(each)) == number
    assert count(ground, AnswerEventRow, events_of(unmarked)) > len(answers(ground, unmarked))
    with ground.database.reading() as session:
        assert session.get_one(ExamWindow, ground.window_id).condensed_at is None
        shared = answer_traces.next_part(session, SETTLED - timedelta(days=90), None)
        assert shared is not None
    with ground.database.writing() as session:
        session.execute(delete(QuestionReport))
    sweep(ground, SETTLED + timedelta(days=1))
    for each in (plain, reported):
        assert count(ground, AnswerEventRow, events_of(each)) == len(answers(ground, each))
    assert count(ground, AnswerEventRow, events_of(late)) == held[late]


def _report(session, attempt_id: int, person_id: int) -> QuestionReport:
    version_id = session.scalars(
        select(PaperQuestion.version_id).where(PaperQuestion.attempt_id == attempt_id)
    ).first()
    return QuestionReport(
        version_id=version_id,
        person_id=person_id,
        attempt_id=attempt_id,
        question=1,
        text="答案不对",
        state="open",
        answer="",
        recorded_at=EARLY,
    )


def test_nothing_of_a_window_goes_before_its_keys_are_settled(ground: ExamFixture):
    _, attempt_id = sit(ground)
    before = count(ground, AnswerEventRow)
    assert sweep(ground, SETTLED) == 0  # the scheduler stood still: the window is not closed
    assert count(ground, AnswerEventRow, events_of(attempt_id)) == before


def test_what_changed_since_it_was_found_stays(ground: ExamFixture):
    _, attempt_id = sit(ground)
    settle(ground)
    before, somebody = SETTLED - timedelta(days=90), ground.officer()
    with ground.database.reading() as session:
        part = answer_traces.next_part(session, before, None)
    with ground.database.writing() as session:
        session.add(_report(session, attempt_id, somebody.own_id()))
    with ground.database.writing() as session:
        assert answer_traces.remove(session, SETTLED, before, part) == 0
        assert session.get_one(ExamWindow, ground.window_id).condensed_at is None
