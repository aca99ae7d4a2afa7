"""The reckoning: what phones were told, beside what the database holds in the end."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from learnapp.db.exams import attempt_papers, attempts
from learnapp.db.exams.attempt_models import AnswerEventRow, Attempt, Mark, Result
from learnapp.db.exams.models import Exam
from learnapp.domain.exams.exams import AttemptState
from question_bank.marking import MultipleRule, mark
from question_bank.model import QuestionType, key_from_json, response_from_json
from tests.reliability.phones import Phone


def reckon(session: Session, phones: Sequence[Phone]) -> Counter[str]:
    """How often something went wrong, by what; all zero in a good house."""
    wrong: Counter[str] = Counter(
        {
            "acknowledged answers lost": 0,
            "events kept twice": 0,
            "late events counted": 0,
            "marked twice": 0,
            "marked otherwise than the answers held": 0,
        }
    )
    for phone in phones:
        _of_phone(session, phone, wrong)
    return wrong


def _of_phone(session: Session, phone: Phone, wrong: Counter[str]) -> None:
    public_id = phone.path.rpartition("/")[2]
    attempt = session.scalars(select(Attempt).where(Attempt.public_id == public_id)).one()
    rows = session.scalars(
        select(AnswerEventRow).where(AnswerEventRow.attempt_id == attempt.id)
    ).all()
    kept = {row.event_id: row.state for row in rows}
    wrong["events kept twice"] += len(rows) - len(kept)
    wrong["acknowledged answers lost"] += sum(
        kept.get(event_id) != state for event_id, state in phone.told.items()
    )
    wrong["late events counted"] += sum(kept.get(each) == "held" for each in phone.late)
    answers = attempts.answers_of(session, attempt.id)
    for event_id, state in phone.told.items():
        event = phone.made[event_id]
        answer = answers.get(event["question"])
        if state == "held" and (answer is None or answer.seq < event["seq"]):
            wrong["acknowledged answers lost"] += 1
    if attempt.state == AttemptState.SUBMITTED:
        _marks(session, attempt, answers, wrong)


def _marks(session: Session, attempt: Attempt, answers: dict, wrong: Counter[str]) -> None:
    count = select(func.count()).where(Result.attempt_id == attempt.id)
    wrong["marked twice"] += max(0, (session.scalar(count) or 0) - 1)
    marks = session.scalars(select(Mark).where(Mark.attempt_id == attempt.id)).all()
    wrong["marked twice"] += len(marks) - len({each.question for each in marks})
    given = {each.question: each.awarded for each in marks}
    rule = MultipleRule(session.get_one(Exam, attempt.exam_id).multiple_rule)
    for place in attempt_papers.keys_of(session, attempt.id):
        kind = QuestionType(place.type)
        answer = answers.get(place.ordinal)
        told = None if answer is None or answer.response is None else answer.response
        response = None if told is None else response_from_json(kind, told)
        right = mark(kind, key_from_json(place.key), response, place.marks, rule).awarded
        if right is not None and given.get(place.ordinal) != right:
            wrong["marked otherwise than the answers held"] += 1
