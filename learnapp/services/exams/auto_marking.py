"""Marking: closed types at once, then the result and its completion; short answers: markers.py."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import exists, func, select
from sqlalchemy.orm import Session

from learnapp.db.core.caller import Caller
from learnapp.db.core.upsert import insert_if_new
from learnapp.db.exams import answers_to_mark, attempt_papers, attempts, current_marks
from learnapp.db.exams.attempt_models import Attempt, PaperQuestion, Result
from learnapp.db.exams.models import Exam, ExamWindow, MarksRelease
from learnapp.db.operations import audit_log
from learnapp.db.people.scope import units_in_scope
from learnapp.domain.core.calendar import local_day
from learnapp.domain.core.errors import Conflict, NotFound
from learnapp.domain.core.own_case import refuse_own
from learnapp.domain.core.permissions import Actor, Permission
from learnapp.domain.exams.answers import AnswerEvent
from learnapp.domain.exams.exams import AttemptState, WindowKind, WindowState
from learnapp.domain.exams.rulings import Ruling, Tally, award, tally
from learnapp.services.exams import credit
from question_bank.marking import MultipleRule
from question_bank.model import QuestionType, key_from_json, response_from_json


def mark_closed_types(session: Session, now: datetime, attempt_id: int) -> None:
    """Mark all that a rule can mark; what needs a person waits. Then the result, if all is marked.

    For an attempt that was just handed in, for the first time or again.
    """
    asked = attempt_papers.asked_of(session, attempt_id)
    answers = attempts.answers_of(session, attempt_id)
    places = attempt_papers.keys_of(session, attempt_id)
    rule = MultipleRule(asked.multiple_rule)
    rows = [
        row
        for place in places
        if (row := _marked(attempt_id, now, place, answers.get(place.ordinal), rule)) is not None
    ]
    for row in rows:
        row["number"] += asked.marks_from
    current_marks.record(session, rows)
    if len(rows) < len(places):
        marked_now = {row["question"] for row in rows}
        rest = [each.ordinal for each in places if each.ordinal not in marked_now]
        answers_to_mark.add(session, attempt_id, rest)
        return
    awarded = {row["question"]: row["awarded"] for row in rows}
    marked = [_Marked(place.marks, awarded[place.ordinal], place.ruling) for place in places]
    _record_result(session, now, asked, tally(marked))


@dataclass(frozen=True)
class _Marked:
    """A place with its full marks, its marks, and the ruling by which they were given."""

    full: int
    awarded: int
    ruling: str


def _marked(
    attempt_id: int, now: datetime, place: Any, answer: AnswerEvent | None, rule: MultipleRule
) -> dict[str, Any] | None:
    """The row of a mark that a rule can give; None for what needs a person."""
    kind = QuestionType(place.type)
    given = None if answer is None else answer.response
    response = None if given is None else response_from_json(kind, given)
    key, ruling = key_from_json(place.key), Ruling(place.ruling)
    marked = award(ruling, kind, key, response, place.marks, rule)
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


def mark_again(caller: Caller, attempt_id: int, question: int) -> None:
    """Mark one place again by its rule, after its answer changed; a short answer waits for a person.

    Appended only where it gives another mark; the result follows.
    """
    session = caller.session
    place = next(
        row for row in attempt_papers.keys_of(session, attempt_id) if row.ordinal == question
    )
    rule = MultipleRule(attempt_papers.asked_of(session, attempt_id).multiple_rule)
    answer = attempts.answers_of(session, attempt_id).get(question)
    row = _marked(attempt_id, caller.now, place, answer, rule)
    last = attempt_papers.marks_of(session, attempt_id).get(question)
    if row is None:
        answers_to_mark.add(session, attempt_id, [question])
    if row is None or last is None or last.awarded == row["awarded"]:
        return
    row |= {"number": last.number + 1, "recorded_by": caller.actor.person_id}
    current_marks.record(session, [row])
    record_result(session, caller.now, attempt_id)


def record_result(
    session: Session,
    now: datetime,
    attempt_id: int,
    keep_pass: bool | None = None,
    reason: str = "last_counts",
) -> None:
    """Record the result once every place has a mark, and the completion if it was passed.

    `keep_pass` is the decision of a correction: who had passed has passed, whatever the marks say
    now, or has not. Without one (None) a pass that a decision kept stays kept. `reason` is kept with a
    completion that has to be withdrawn.
    """
    session.flush()
    places = session.scalar(select(func.count()).where(PaperQuestion.attempt_id == attempt_id))
    marks = attempt_papers.marks_of(session, attempt_id)
    if len(marks) < (places or 0):
        return
    found = tally(marks.values())
    before = attempt_papers.result_of(session, attempt_id)
    if before is None or (before.awarded, before.full) != (found.awarded, found.full):
        asked = attempt_papers.asked_of(session, attempt_id)
        _record_result(session, now, asked, found, before, keep_pass, reason)


def _record_result(
    session: Session,
    now: datetime,
    asked: Any,
    found: Tally,
    before: Any | None = None,
    keep_pass: bool | None = None,
    reason: str = "last_counts",
) -> None:
    """Append the result; the completion of the exam follows from it."""
    passed = found.passes(asked.pass_mark)
    if before is not None and before.passed:
        earned = Tally(before.awarded, before.full, found.paper).passes(asked.pass_mark)
        passed = passed or (not earned if keep_pass is None else keep_pass)
    number = (before.number if before else asked.results_from) + 1
    told = {"awarded": found.awarded, "full": found.full}
    session.add(Result(attempt_id=asked.id, number=number, passed=passed, recorded_at=now, **told))
    credit.follow_results(session, now, asked.person_id, asked.exam_id, reason)


def has_sat(session: Session, actor: Actor, exam_id: int) -> bool:
    """Whether the actor has an attempt in the exam that was not voided."""
    wanted = select(Attempt.id).where(
        Attempt.exam_id == exam_id,
        Attempt.person_id == actor.person_id,
        Attempt.state != AttemptState.VOIDED,
    )
    return session.scalar(wanted.limit(1)) is not None


@dataclass(frozen=True)
class Releasing:
    """What a release would set free: how many handed in, how many of those are marked."""

    handed_in: int
    marked: int


def releasing(caller: Caller, exam_id: int) -> Releasing:
    """How many results a release would let people see, and whether it may be pressed now.

    Raises NotFound, Forbidden("own_case"), Conflict("release_too_early") before the first main window
    opens, Conflict("nothing_marked") while no attempt is marked.
    """
    exam = _releasable(caller, exam_id)
    opens_at = caller.session.scalar(
        select(func.min(ExamWindow.opens_at)).where(
            ExamWindow.exam_id == exam.id,
            ExamWindow.kind == WindowKind.MAIN,
            ExamWindow.state != WindowState.CANCELLED,
        )
    )
    if opens_at is not None and caller.now < opens_at:
        raise Conflict("release_too_early", opens_at=opens_at)
    handed_in = select(Attempt.id).where(
        Attempt.window_id.in_(select(ExamWindow.id).where(ExamWindow.exam_id == exam_id)),
        Attempt.state == AttemptState.SUBMITTED,
    )
    has_result = exists().where(
        Result.attempt_id == Attempt.id, Result.number > Attempt.results_from
    )
    counted = [
        caller.session.scalar(select(func.count()).select_from(each.subquery())) or 0
        for each in (handed_in, handed_in.where(has_result))
    ]
    if not counted[1]:
        raise Conflict("nothing_marked")
    return Releasing(*counted)


def release(caller: Caller, exam_id: int) -> None:
    """Set an exam's marks free by hand, once there are any; a repeat changes nothing.

    It is not taken back: what people have seen they have seen. Raises as `releasing` does.
    """
    session = caller.session
    if session.scalar(select(MarksRelease.id).where(MarksRelease.exam_id == exam_id)) is None:
        releasing(caller, exam_id)
    _releasable(caller, exam_id)
    row = {"exam_id": exam_id, "released_at": caller.now, "recorded_by": caller.actor.person_id}
    statement = insert_if_new(session, MarksRelease).values(row).returning(MarksRelease.id)
    if session.scalar(statement) is not None:
        audit_log.record(caller, "marks.released", ("exam", exam_id))


def _releasable(caller: Caller, exam_id: int) -> Exam:
    """The exam within reach; another person than one who sat it releases its marks."""
    actor = caller.actor
    actor.must(Permission.MARKS_RELEASE)
    reach = units_in_scope(actor, Permission.MARKS_RELEASE, local_day(caller.now))
    exam = caller.session.scalar(
        select(Exam).where(Exam.id == exam_id, Exam.owner_unit_id.in_(reach))
    )
    if exam is None:
        raise NotFound("exam_unknown")
    if has_sat(caller.session, actor, exam_id):
        refuse_own(actor, actor.person_id)
    return exam
