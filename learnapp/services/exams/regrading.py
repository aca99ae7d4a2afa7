"""What a key revision changes: every attempt that had the question, and the marks that follow."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from learnapp.db.bank.models import KeyRevision
from learnapp.db.core.caller import Caller
from learnapp.db.exams import attempt_history, attempt_papers, attempts, current_marks, regrading
from learnapp.db.exams.attempt_models import Attempt, PaperQuestion
from learnapp.db.exams.attempt_papers import MarkRow
from learnapp.db.exams.models import Exam
from learnapp.db.exams.regrading import PlaceToRegrade
from learnapp.db.notices.outbox import notify
from learnapp.domain.core.errors import RuleBroken
from learnapp.domain.exams.rulings import MarkedAs, Ruling, RulingPlace, Tally, award, tally
from learnapp.services.exams import auto_marking
from question_bank.marking import Marked, MultipleRule
from question_bank.model import Key, QuestionType, response_from_json


@dataclass(frozen=True)
class Ruled:
    """What a key revision says: its ruling, its key, and the explanation and source that it puts
    right (None: as they are)."""

    ruling: Ruling
    key: Key
    explanation: Any | None = None
    source: str | None = None


@dataclass(frozen=True)
class MarkChange:
    """What a revision changes for one attempt: the mark of the question, the sum, and the pass.

    `before` is None where the answer waited for a marker; `marked` says whether the attempt had a
    result: where it had none, nothing can turn.
    """

    attempt_id: int
    question: int
    question_id: int
    person_id: int
    person: str
    exam: str
    before: int | None
    after: int
    right: bool | None
    sum_before: Tally
    sum_after: Tally
    marked: bool
    passed_before: bool
    passed_after: bool

    @property
    def shows(self) -> bool:
        """Whether the person's result says something else than before."""
        return self.before != self.after or self.sum_before.full != self.sum_after.full

    @property
    def loses(self) -> bool:
        """Whether the person had passed and would not have."""
        return self.passed_before and not self.passed_after

    @property
    def wins(self) -> bool:
        """Whether the person had not passed and would have."""
        return self.marked and self.passed_after and not self.passed_before


@dataclass(frozen=True)
class RegradePreview:
    """All that a revision would change: `used` is how many attempts had the question and are marked,
    `touched` those that get a new mark; `checks` how many readings lose their check question."""

    used: int
    touched: tuple[MarkChange, ...]
    checks: int = 0

    @property
    def changes(self) -> tuple[MarkChange, ...]:
        """The attempts whose result says something else than before."""
        return tuple(each for each in self.touched if each.shows)

    @property
    def passes_lost(self) -> int:
        """How many who passed would not have."""
        return sum(each.loses for each in self.touched)

    @property
    def passes_won(self) -> int:
        """How many who did not pass would have."""
        return sum(each.wins for each in self.touched)


@dataclass(frozen=True)
class _Place:
    full: int
    awarded: int
    ruling: str


def changes_of(session: Session, version_id: int, ruled: Ruled) -> RegradePreview:
    """What the revision would change. Raises RuleBroken where it would leave a paper without a
    question that counts, or where nobody has read a void answer that is to count again."""
    if ruled.ruling is Ruling.VOID_OUT and regrading.counts_alone(session, version_id):
        raise RuleBroken("answer", "void_leaves_nothing")
    found = list(_changes(session, version_id, ruled))
    touched = (change for change, moved in found if moved or change.shows)
    return RegradePreview(len(found), tuple(touched))


def _changes(session: Session, version_id: int, ruled: Ruled) -> Iterator[tuple[MarkChange, bool]]:
    """Every attempt that was marked by the version's key, with what the revision would give, and
    whether its mark then rests on another ruling."""
    for asked in regrading.places_with(session, version_id):
        marks = attempt_papers.marks_of(session, asked.attempt.id)
        last = marks.get(asked.place.ordinal)
        if last is None and not ruled.ruling.voids:
            continue  # it waits for a marker, who will see the new key
        change = _change(session, asked, marks, ruled)
        yield change, last is None or last.ruling != ruled.ruling


def _change(
    session: Session, asked: PlaceToRegrade, marks: dict[int, MarkRow], ruled: Ruled
) -> MarkChange:
    """What the revision changes for one attempt with these marks."""
    place, exam, last = asked.place, asked.exam, marks.get(asked.place.ordinal)
    marked = _awarded(session, place, exam, ruled, last)
    result = attempt_papers.result_of(session, place.attempt_id)
    given = _Place(place.marks, marked.awarded or 0, ruled.ruling)
    counted: dict[int, RulingPlace] = {**marks, place.ordinal: given}
    after = tally(counted.values())
    return MarkChange(
        attempt_id=place.attempt_id,
        question=place.ordinal,
        question_id=asked.question_id,
        person_id=asked.attempt.person_id,
        person=asked.person,
        exam=exam.title,
        before=None if last is None else last.awarded,
        after=given.awarded,
        right=marked.right,
        sum_before=tally(marks.values()),
        sum_after=after,
        marked=result is not None,
        passed_before=result is not None and result.passed,
        passed_after=result is not None and after.passes(exam.pass_mark),
    )


def _awarded(
    session: Session, place: PaperQuestion, exam: Exam, ruled: Ruled, last: MarkRow | None
) -> Marked:
    """The mark by the revision. Where a person marks, their judgement stays."""
    kind = QuestionType(place.type)
    marked_as = MarkedAs(kind, place.marks, MultipleRule(exam.multiple_rule))
    if ruled.ruling.voids:
        return award(ruled.ruling, ruled.key, None, marked_as)
    if kind is QuestionType.SHORT_ANSWER:
        judged = attempt_history.judged_of(session, place.attempt_id, place.ordinal)
        if judged is None:
            raise RuleBroken("answer", "void_unmarked")
        return Marked(judged.awarded, judged.right)
    answer = attempts.answers_of(session, place.attempt_id).get(place.ordinal)
    given = answer.response if answer is not None else None
    response = response_from_json(kind, given) if given is not None else None
    return award(ruled.ruling, ruled.key, response, marked_as)


def regrade(
    caller: Caller,
    revision: KeyRevision,
    change: MarkChange,
    keeps_passes: bool,
) -> None:
    """Append the mark and what follows from it; notify the person whose result changed."""
    session, now = caller.session, caller.now
    last = attempt_papers.marks_of(session, change.attempt_id).get(change.question)
    before = last.number if last else attempt_papers.asked_of(session, change.attempt_id).marks_from
    mark = {
        "attempt_id": change.attempt_id,
        "question": change.question,
        "number": before + 1,
        "key_revision_id": revision.id,
        "awarded": change.after,
        "right": change.right,
        "comment": "" if last is None else last.comment,
        "recorded_at": now,
        "recorded_by": caller.actor.person_id,
    }
    current_marks.record(session, [mark])
    auto_marking.record_result(
        session,
        now,
        change.attempt_id,
        keep_pass=keeps_passes,
        reason=revision.reason,
    )
    if change.marked and change.shows:
        _notify(session, now, revision, change, keeps_passes)


def _notify(
    session: Session, now: datetime, revision: KeyRevision, change: MarkChange, keeps_passes: bool
) -> None:
    """A notice to whose result changed; it names exam and question.

    `inbox.notices_of` holds it back until the marks may be seen, and the question until its key
    may be: the change of one question's marks says whether its answer was right.
    """
    attempt = session.get_one(Attempt, change.attempt_id)
    params: dict[str, Any] = {
        "exam": change.exam,
        "attempt": attempt.public_id,
        "question": change.question,
        "question_id": change.question_id,
        "ruling": revision.ruling,
        "before": change.sum_before.awarded,
        "after": change.sum_after.awarded,
        "full_before": change.sum_before.full,
        "full_after": change.sum_after.full,
        "kept": keeps_passes and change.loses,
    }
    notify(session, now, attempt.person_id, "regraded", params)
    session.flush()
