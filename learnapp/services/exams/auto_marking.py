"""Marking: closed types at once, then the result and its completion; short answers: grading.py."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from learnapp.db.core.caller import Caller
from learnapp.db.core.upsert import insert_if_new
from learnapp.db.exams import (
    answers_to_mark,
    attempt_papers,
    attempts,
    current_marks,
    releases,
    windows,
)
from learnapp.db.exams.attempt_history import has_sat
from learnapp.db.exams.attempt_models import Result
from learnapp.db.exams.attempt_papers import KeyRow, MarkedAttempt, ResultRow
from learnapp.db.exams.models import Exam, MarksRelease
from learnapp.db.exams.reach import exam_in_reach
from learnapp.db.operations import audit_log
from learnapp.domain.core.errors import Conflict
from learnapp.domain.core.own_case import refuse_own
from learnapp.domain.core.permissions import Permission
from learnapp.domain.exams.answers import AnswerEvent
from learnapp.domain.exams.exams import Release
from learnapp.domain.exams.rulings import MarkedAs, Ruling, Tally, award, tally
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
    _record_result(session, now, asked, NewResult(tally(marked)))


@dataclass(frozen=True)
class _Marked:
    """A place with its full marks, its marks, and the ruling by which they were given."""

    full: int
    awarded: int
    ruling: str


def _marked(
    attempt_id: int,
    now: datetime,
    place: KeyRow,
    answer: AnswerEvent | None,
    rule: MultipleRule,
) -> dict[str, Any] | None:
    """The row of a mark that a rule can give; None for what needs a person."""
    kind = QuestionType(place.type)
    given = None if answer is None else answer.response
    response = None if given is None else response_from_json(kind, given)
    key, ruling = key_from_json(place.key), Ruling(place.ruling)
    marked = award(ruling, key, response, MarkedAs(kind, place.marks, rule))
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
    now, or has not. Without one (None) a pass that a decision kept stays. `reason` is stored with a
    completion that has to be withdrawn.
    """
    session.flush()
    places = attempt_papers.count_places(session, attempt_id)
    marks = attempt_papers.marks_of(session, attempt_id)
    if len(marks) < places:
        return
    found = tally(marks.values())
    before = attempt_papers.result_of(session, attempt_id)
    if before is None or (before.awarded, before.full) != (found.awarded, found.full):
        asked = attempt_papers.asked_of(session, attempt_id)
        _record_result(session, now, asked, NewResult(found, before, keep_pass, reason))


def judge_again(session: Session, now: datetime, attempt_id: int) -> bool:
    """Record the result anew where the exam's pass mark makes another of the same marks; whether it
    did. A pass that was earned is kept; the completion follows."""
    session.flush()
    found = tally(attempt_papers.marks_of(session, attempt_id).values())
    before = attempt_papers.result_of(session, attempt_id)
    asked = attempt_papers.asked_of(session, attempt_id)
    new = NewResult(found, before, keep_pass=True)
    if before is None or new.passes(asked.pass_mark) == before.passed:
        return False
    _record_result(session, now, asked, new)
    return True


@dataclass(frozen=True)
class NewResult:
    """What the marks of an attempt come to now, and the result before (None: it is the first).

    `keep_pass` and `reason` are those of `record_result`.
    """

    found: Tally
    before: ResultRow | None = None
    keep_pass: bool | None = None
    reason: str = "last_counts"

    def passes(self, pass_mark: int) -> bool:
        """Whether it is a pass: by its marks, or because one that was earned or given is kept."""
        passed = self.found.passes(pass_mark)
        if self.before is None or not self.before.passed:
            return passed
        old = Tally(self.before.awarded, self.before.full, self.found.paper)
        return passed or (not old.passes(pass_mark) if self.keep_pass is None else self.keep_pass)


def _record_result(session: Session, now: datetime, asked: MarkedAttempt, new: NewResult) -> None:
    """Append the result; the completion of the exam follows from it."""
    found, before, passed = new.found, new.before, new.passes(asked.pass_mark)
    number = (before.number if before else asked.results_from) + 1
    points = {"awarded": found.awarded, "full": found.full}
    session.add(
        Result(attempt_id=asked.id, number=number, passed=passed, recorded_at=now, **points)
    )
    credit.follow_results(session, now, asked.person_id, asked.exam_id, new.reason)


@dataclass(frozen=True)
class Releasing:
    """What a release would publish: how many handed in, how many of those are marked."""

    handed_in: int
    marked: int


def releasing(caller: Caller, exam_id: int) -> Releasing:
    """How many results a release would let people see, and whether it may be pressed now.

    Raises NotFound, Forbidden("own_case"), Conflict("release_automatic") for an exam whose marks need no
    release, Conflict("release_too_early") before the first main window opens, Conflict("nothing_marked")
    while no attempt is marked.
    """
    exam = _releasable(caller, exam_id)
    if exam.release != Release.BY_HAND:
        raise Conflict("release_automatic")
    opens_at = windows.opens_first_at(caller.session, exam.id)
    if opens_at is not None and caller.now < opens_at:
        raise Conflict("release_too_early", opens_at=opens_at)
    handed_in = releases.count_handed_in(caller.session, exam_id)
    marked = releases.count_marked(caller.session, exam_id)
    if not marked:
        raise Conflict("nothing_marked")
    return Releasing(handed_in, marked)


def release(caller: Caller, exam_id: int) -> None:
    """Set an exam's marks free by hand, once there are any; a repeat changes nothing.

    It cannot be undone: people have seen their marks. Raises as `releasing` does.
    """
    session = caller.session
    if not releases.is_released(session, exam_id):
        releasing(caller, exam_id)
    _releasable(caller, exam_id)
    row = {"exam_id": exam_id, "released_at": caller.now, "recorded_by": caller.actor.person_id}
    statement = insert_if_new(session, MarksRelease).values(row).returning(MarksRelease.id)
    if session.scalar(statement) is not None:
        audit_log.record(caller, "marks.released", ("exam", exam_id))


def _releasable(caller: Caller, exam_id: int) -> Exam:
    """The exam within reach; another person than one who sat it releases its marks."""
    exam = exam_in_reach(caller, exam_id, Permission.MARKS_RELEASE)
    if has_sat(caller.session, caller.actor.person_id, exam_id):
        refuse_own(caller.actor, caller.actor.person_id)
    return exam
