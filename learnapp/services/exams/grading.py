"""阅卷: the short answers that wait for a marker, read without names, by one or by two and a third."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy.orm import Session

from learnapp.db.core.caller import Caller
from learnapp.db.exams import answers_to_mark, attempt_papers, attempts, current_marks
from learnapp.db.exams.answers_to_mark import PlaceToMark
from learnapp.db.exams.attempt_models import (
    Attempt,
    MarkOpinion,
)
from learnapp.db.exams.attempt_papers import KeyRow, ResultRow
from learnapp.db.exams.models import Exam
from learnapp.db.exams.outcomes import knows_marks
from learnapp.db.notices.outbox import notify
from learnapp.db.operations import audit_log
from learnapp.domain.core import lengths
from learnapp.domain.core.errors import Conflict, NotFound
from learnapp.domain.core.own_case import refuse_own
from learnapp.domain.core.permissions import Actor, Permission
from learnapp.domain.exams.grading import ARBITER, Opinion, check_awarded, seat_for, settled, shares
from learnapp.services.exams import auto_marking

# How long a marker may think again of a mark just given.
SECOND_THOUGHT = timedelta(minutes=30)


@dataclass(frozen=True)
class Answer:
    """A short answer as its marker reads it: whose it is stays unknown.

    `attempt` is the attempt's marking id, which no other page shows.

    `others` are the opinions of both markers where an arbiter is asked, else empty; `mine` is what
    the marker thought before, when they think again.
    """

    attempt: str
    question: int
    exam_title: str
    marks: int
    submitted_at: datetime
    stem: Any
    response: dict[str, Any]
    key: dict[str, Any]
    points: list[tuple[str, int]]
    others: list[MarkOpinion]
    mine: MarkOpinion | None


def grading_queue(caller: Caller, limit: int = 50) -> list[Answer]:
    """The answers that wait for the actor, one question after another, in an order of their own.

    One question's answers together make marks even; each marker's own order keeps two who sit
    side by side from reading the same one.
    """
    places = answers_to_mark.first_places(caller.session, caller.actor, caller.now, limit)
    return [
        _answer(caller.session, caller.actor, attempt_id, ordinal) for attempt_id, ordinal in places
    ]


def count_waiting(caller: Caller) -> int:
    """How many there are, at most one more than `answers_to_mark.MOST_COUNTED`."""
    return answers_to_mark.count(caller.session, caller.actor, caller.now)


def load_answer(caller: Caller, marking_id: str, question: int) -> Answer:
    """An answer the actor may give an opinion on now, for the first time or again.

    Raises NotFound outside their reach, Conflict("already_marked") when it is not their turn.
    """
    row = _place(caller, marking_id, question)
    opinions = answers_to_mark.opinions_on(caller.session, row.attempt_id, question)
    if _seat(row, opinions, caller.actor, caller.now) is None:
        raise Conflict("already_marked")
    return _answer(caller.session, caller.actor, row.attempt_id, question)


def _answer(session: Session, actor: Actor, attempt_id: int, ordinal: int) -> Answer:
    attempt = session.get_one(Attempt, attempt_id)
    if attempt.submitted_at is None:
        raise NotFound("answer_unknown")
    exam = session.get_one(Exam, attempt.exam_id)
    place = next(p for p in attempt_papers.paper_of(session, attempt_id) if p.ordinal == ordinal)
    key = _key_of(session, attempt_id, ordinal).key
    answer = attempts.answers_of(session, attempt_id).get(ordinal)
    opinions = answers_to_mark.opinions_on(session, attempt_id, ordinal)
    arbiter = exam.markers == 2 and {1, 2} <= {each.seat for each in opinions}
    mine = next((each for each in opinions if each.recorded_by == actor.person_id), None)
    points = key.get("points", [])
    return Answer(
        attempt=attempt.marking_id,
        question=ordinal,
        exam_title=exam.title,
        marks=place.marks,
        submitted_at=attempt.submitted_at,
        stem=place.stem,
        response=(answer.response if answer else None) or {"text": ""},
        key=key,
        points=list(zip(points, shares(place.marks, len(points)), strict=True)),
        others=[each for each in opinions if each.seat < ARBITER] if arbiter else [],
        mine=mine,
    )


def _place(caller: Caller, marking_id: str, question: int, lock: bool = False) -> PlaceToMark:
    """A short answer within reach. Raises NotFound, Forbidden("own_case")."""
    place = answers_to_mark.place_to_mark(caller, marking_id, question, lock)
    if place is None:
        raise NotFound("answer_unknown")
    refuse_own(caller.actor, place.person_id)
    return place


def _opinions(opinions: Sequence[MarkOpinion]) -> list[Opinion]:
    return [Opinion(each.seat, each.recorded_by, each.awarded) for each in opinions]


def _seat(
    row: PlaceToMark, opinions: Sequence[MarkOpinion], actor: Actor, now: datetime
) -> int | None:
    """The actor's seat now; none of their own once their time to think again is over."""
    person_id = actor.own_id()
    seat = seat_for(row.markers, row.marks, _opinions(opinions), person_id)
    own = next((each for each in opinions if each.recorded_by == person_id), None)
    return None if own is not None and now > own.recorded_at + SECOND_THOUGHT else seat


@dataclass(frozen=True)
class GivenGrade:
    """What a marker thinks an answer is worth in hundredths, point by point if there are points."""

    awarded: int
    comment: str = ""
    points: Sequence[int] = ()


def submit_grade(caller: Caller, marking_id: str, question: int, grade: GivenGrade) -> None:
    """Keep an opinion; the mark once it follows.

    Raises NotFound outside the actor's reach, RuleBroken("awarded", …): mark_out_of_range,
    points_do_not_add_up; Conflict("already_marked") when it is not the actor's turn any more.
    """
    session, actor = caller.session, caller.actor
    actor.must(Permission.ANSWER_MARK)
    row = _place(caller, marking_id, question, lock=True)
    check_awarded(row.marks, grade.points, grade.awarded)
    opinions = answers_to_mark.opinions_on(session, row.attempt_id, question)
    seat = _seat(row, opinions, actor, caller.now)
    if seat is None:
        raise Conflict("already_marked")
    before = next((each.revision for each in opinions if each.seat == seat), 0)
    opinion = MarkOpinion(
        attempt_id=row.attempt_id,
        question=question,
        seat=seat,
        revision=before + 1,
        key_revision_id=_key_of(session, row.attempt_id, question).revision_id,
        points=list(grade.points),
        awarded=grade.awarded,
        comment=grade.comment.strip()[: lengths.LINE],
        recorded_at=caller.now,
        recorded_by=actor.person_id,
    )
    session.add(opinion)
    session.flush()
    about = ("attempt", row.attempt_id)
    audit_log.record(caller, "answer.marked", about, question=question, seat=seat)
    _record_mark(caller, row, opinion)


def _key_of(session: Session, attempt_id: int, question: int) -> KeyRow:
    return next(k for k in attempt_papers.keys_of(session, attempt_id) if k.ordinal == question)


def _record_mark(caller: Caller, row: PlaceToMark, opinion: MarkOpinion) -> None:
    """Append the mark that follows from all opinions, if one does and it is new; then the result."""
    session, now = caller.session, caller.now
    opinions = answers_to_mark.opinions_on(session, row.attempt_id, opinion.question)
    awarded = settled(row.markers, row.marks, _opinions(opinions))
    last = attempt_papers.marks_of(session, row.attempt_id).get(opinion.question)
    if awarded is None:
        return
    answers_to_mark.remove(session, row.attempt_id, opinion.question)
    # The same mark by a rule, of an answer that came late, says nothing of the answer that was read.
    if last is not None and last.awarded == awarded and last.recorded_by is not None:
        return
    comments = [each.comment for each in opinions if each.comment]
    mark = {
        "attempt_id": row.attempt_id,
        "question": opinion.question,
        "number": (row.marks_from if last is None else last.number) + 1,
        "key_revision_id": opinion.key_revision_id,
        "awarded": awarded,
        "right": awarded == row.marks,
        "comment": "；".join(dict.fromkeys(comments))[: lengths.LINE],
        "recorded_at": now,
        "recorded_by": caller.actor.person_id,
    }
    current_marks.record(session, [mark])
    before = attempt_papers.result_of(session, row.attempt_id)
    auto_marking.record_result(session, now, row.attempt_id, reason="marked_again")
    after = attempt_papers.result_of(session, row.attempt_id)
    if before is not None and after is not None and before.number != after.number:
        _notify(caller, row, opinion.question, before, after)


def _notify(
    caller: Caller, row: PlaceToMark, question: int, before: ResultRow, after: ResultRow
) -> None:
    """Notify the candidate whose result a changed mark changed."""
    session, now = caller.session, caller.now
    if not knows_marks(session, row.attempt_id, now):
        return
    public_id = session.get_one(Attempt, row.attempt_id).public_id
    places = attempt_papers.paper_of(session, row.attempt_id)
    params = {
        "exam": row.exam,
        "attempt": public_id,
        "question": question,
        "question_id": next(p.question_id for p in places if p.ordinal == question),
        "before": before.awarded,
        "after": after.awarded,
        "kept": False,
    }
    notify(session, now, row.person_id, "regraded", params)


def last_given(caller: Caller) -> tuple[str, int] | None:
    """(marking id, question) of the opinion the actor gave last, while they may think again."""
    since = caller.now - SECOND_THOUGHT
    return answers_to_mark.last_opinion(caller.session, caller.actor.person_id, since)
