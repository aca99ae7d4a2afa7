"""Marking: closed types at once, short answers by a person, then the result and its completion."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, Select, func, insert, select
from sqlalchemy.orm import Session

from learnapp.db import attempts as queries
from learnapp.db.base import total
from learnapp.db.exams import Attempt, Exam, Mark, MarksRelease, PaperQuestion, Result
from learnapp.db.insert import insert_if_new
from learnapp.db.scope import units_in_scope
from learnapp.db.study import Item
from learnapp.domain.answers import AnswerEvent
from learnapp.domain.calendar import local_day
from learnapp.domain.errors import Conflict, NotFound, RuleBroken
from learnapp.domain.exams import AttemptState, Channel
from learnapp.domain.permissions import SYSTEM, Actor, Permission
from learnapp.services import audit, study
from question_bank.marking import MultipleRule, mark
from question_bank.model import QuestionType, key_from_json, response_from_json


def mark_closed_types(session: Session, now: datetime, attempt_id: int) -> None:
    """Mark all that a rule can mark; what needs a person waits. Then the result, if all is marked.

    For an attempt that was just handed in and has no mark yet.
    """
    asked = queries.asked_of(session, attempt_id)
    answers = queries.answers_of(session, attempt_id)
    places = queries.keys_of(session, attempt_id)
    rule = MultipleRule(asked.multiple_rule)
    rows = [
        row
        for place in places
        if (row := _marked(attempt_id, now, place, answers.get(place.ordinal), rule)) is not None
    ]
    if rows:
        session.execute(insert(Mark), rows)
    if len(rows) < len(places):
        return
    awarded, full = sum(row["awarded"] for row in rows), sum(place.marks for place in places)
    _settle(session, now, asked, awarded, full)


def _marked(
    attempt_id: int, now: datetime, place: Any, answer: AnswerEvent | None, rule: MultipleRule
) -> dict[str, Any] | None:
    """The row of a mark that a rule can give; None for what needs a person."""
    kind = QuestionType(place.type)
    given = None if answer is None else answer.response
    response = None if given is None else response_from_json(kind, given)
    marked = mark(kind, key_from_json(place.key), response, place.marks, rule)
    if marked.awarded is None:
        return None
    return {
        "attempt_id": attempt_id,
        "question": place.ordinal,
        "number": 1,
        "key_revision_id": place.revision_id,
        "awarded": marked.awarded,
        "right": marked.right,
        "comment": "",
        "recorded_at": now,
        "recorded_by": None,
    }


def conclude(
    session: Session, now: datetime, attempt_id: int, keep_pass: bool = False
) -> None:
    """Record the result once every place has a mark, and the completion if it was passed.

    `keep_pass`: whoever had passed has passed, whatever the marks say now.
    """
    session.flush()
    full, places = session.execute(
        select(total(PaperQuestion.marks), func.count()).where(
            PaperQuestion.attempt_id == attempt_id
        )
    ).one()
    marks = queries.marks_of(session, attempt_id)
    if len(marks) < places:
        return
    awarded = sum(each.awarded for each in marks.values())
    before = queries.result_of(session, attempt_id)
    if before is None or (before.awarded, before.full) != (awarded, full):
        asked = queries.asked_of(session, attempt_id)
        _settle(session, now, asked, awarded, full, before, keep_pass)


def _settle(
    session: Session,
    now: datetime,
    asked: Any,
    awarded: int,
    full: int,
    before: Any | None = None,
    keep_pass: bool = False,
) -> None:
    """Append the result. An exam passed is an item completed, at the time it was handed in."""
    passed = awarded >= asked.pass_mark or (keep_pass and before is not None and before.passed)
    result = Result(
        attempt_id=asked.id,
        number=before.number + 1 if before else 1,
        awarded=awarded,
        full=full,
        passed=passed,
        recorded_at=now,
    )
    session.add(result)
    session.flush()
    item_id = session.scalar(select(Item.id).where(Item.exam_id == asked.exam_id))
    if not passed or asked.state != AttemptState.SUBMITTED or item_id is None:
        return
    study.complete(
        session,
        SYSTEM,
        now,
        asked.person_id,
        item_id,
        Channel(asked.channel),
        {"attempt": asked.id, "awarded": awarded, "full": full},
        f"attempt:{asked.id}",
        occurred_at=asked.submitted_at,
    )


@dataclass(frozen=True)
class Waiting:
    """A short answer that waits for its mark: whose it is stays unknown to the marker."""

    attempt: str
    question: int
    exam_title: str
    marks: int
    submitted_at: datetime
    stem: Any
    response: dict[str, Any]
    key: dict[str, Any]


def waiting(session: Session, actor: Actor, now: datetime, limit: int = 50) -> list[Waiting]:
    """The short answers that wait, oldest first, of exams within reach and not one's own."""
    attempts = session.execute(
        _waiting_places(actor, now).order_by(Attempt.submitted_at, Attempt.id).limit(limit)
    ).all()
    found = []
    for attempt_id, ordinal in attempts:
        found.append(_as_waiting(session, attempt_id, ordinal))
    return found


def count_waiting(session: Session, actor: Actor, now: datetime) -> int:
    """How many there are."""
    return session.scalar(select(func.count()).select_from(_waiting_places(actor, now).subquery())) or 0


def _waiting_places(actor: Actor, now: datetime) -> Select[tuple[int, int]]:
    """(attempt id, place) of each short answer that waits, as SQL."""
    reach = units_in_scope(actor, Permission.ANSWER_MARK, local_day(now))
    marked = select(Mark.question).where(
        Mark.attempt_id == PaperQuestion.attempt_id, Mark.question == PaperQuestion.ordinal
    )
    return (
        select(PaperQuestion.attempt_id, PaperQuestion.ordinal)
        .join(Attempt, Attempt.id == PaperQuestion.attempt_id)
        .join(Exam, Exam.id == Attempt.exam_id)
        .where(
            Attempt.state == AttemptState.SUBMITTED,
            PaperQuestion.type == QuestionType.SHORT_ANSWER,
            Exam.owner_unit_id.in_(reach),
            Attempt.person_id != actor.person_id,
            ~marked.exists(),
        )
    )


def _as_waiting(session: Session, attempt_id: int, ordinal: int) -> Waiting:
    attempt = session.get_one(Attempt, attempt_id)
    exam = session.get_one(Exam, attempt.exam_id)
    place = next(p for p in queries.paper_of(session, attempt_id) if p.ordinal == ordinal)
    key = next(k for k in queries.keys_of(session, attempt_id) if k.ordinal == ordinal)
    answer = queries.answers_of(session, attempt_id).get(ordinal)
    assert attempt.submitted_at is not None
    return Waiting(
        attempt=attempt.public_id,
        question=ordinal,
        exam_title=exam.title,
        marks=place.marks,
        submitted_at=attempt.submitted_at,
        stem=place.stem,
        response=(answer.response if answer else None) or {"text": ""},
        key=key.key,
    )


def _locked_place(
    session: Session, actor: Actor, now: datetime, public_id: str, question: int
) -> Row[tuple[int, int]]:
    """(attempt id, full marks) of a short answer the actor may mark. Raises NotFound."""
    reach = units_in_scope(actor, Permission.ANSWER_MARK, local_day(now))
    row = session.execute(
        select(Attempt.id, PaperQuestion.marks)
        .join(Exam, Exam.id == Attempt.exam_id)
        .join(PaperQuestion, PaperQuestion.attempt_id == Attempt.id)
        .where(
            Attempt.public_id == public_id,
            Attempt.state == AttemptState.SUBMITTED,
            Attempt.person_id != actor.person_id,
            PaperQuestion.ordinal == question,
            PaperQuestion.type == QuestionType.SHORT_ANSWER,
            Exam.owner_unit_id.in_(reach),
        )
        .with_for_update(of=Attempt)
    ).one_or_none()
    if row is None:
        raise NotFound("answer_unknown")
    return row


def mark_by_person(
    session: Session,
    actor: Actor,
    now: datetime,
    public_id: str,
    question: int,
    awarded: int,
    comment: str,
) -> None:
    """Give a short answer its mark in hundredths, and the result if it was the last one waiting.

    Raises NotFound outside the actor's reach, RuleBroken("awarded", "mark_out_of_range"),
    Conflict("already_marked") when another marker was first.
    """
    actor.must(Permission.ANSWER_MARK)
    row = _locked_place(session, actor, now, public_id, question)
    if not 0 <= awarded <= row.marks:
        raise RuleBroken("awarded", "mark_out_of_range", most=row.marks)
    revision = next(k for k in queries.keys_of(session, row.id) if k.ordinal == question)
    values = {
        "attempt_id": row.id,
        "question": question,
        "number": 1,
        "key_revision_id": revision.revision_id,
        "awarded": awarded,
        "right": awarded == row.marks,
        "comment": comment.strip()[:400],
        "recorded_at": now,
        "recorded_by": actor.person_id,
    }
    statement = insert_if_new(session, Mark).values(values).returning(Mark.question)
    if session.scalar(statement) is None:
        raise Conflict("already_marked")
    audit.record(session, actor, now, "answer.marked", ("attempt", row.id), question=question)
    conclude(session, now, row.id)


def release(session: Session, actor: Actor, now: datetime, exam_id: int) -> None:
    """Set an exam's marks free by hand; a repeat changes nothing."""
    actor.must(Permission.MARKS_RELEASE)
    reach = units_in_scope(actor, Permission.MARKS_RELEASE, local_day(now))
    exam = session.scalar(select(Exam).where(Exam.id == exam_id, Exam.owner_unit_id.in_(reach)))
    if exam is None:
        raise NotFound("exam_unknown")
    row = {"exam_id": exam_id, "released_at": now, "recorded_by": actor.person_id}
    statement = insert_if_new(session, MarksRelease).values(row).returning(MarksRelease.id)
    if session.scalar(statement) is not None:
        audit.record(session, actor, now, "marks.released", ("exam", exam_id))
