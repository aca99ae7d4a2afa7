"""Named queries of what a key revision touches: papers, people, readings."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Select, case, exists, func, or_, select
from sqlalchemy.orm import Session, aliased

from learnapp.db.bank.current_keys import is_void
from learnapp.db.bank.models import KeyRevision, QuestionReport, QuestionVersion
from learnapp.db.core.aliases import lasting_alias
from learnapp.db.core.base import total
from learnapp.db.core.many import one_of
from learnapp.db.exams import current_marks
from learnapp.db.exams.attempt_models import Attempt, Mark, PaperMarks, PaperQuestion, Result
from learnapp.db.exams.attempt_papers import ResultRow
from learnapp.db.exams.attempts import answer_of_place
from learnapp.db.exams.models import Exam
from learnapp.db.people.models import Person
from learnapp.db.study.models import Portion
from learnapp.domain.exams.exams import AttemptState
from learnapp.domain.exams.rulings import Ruling
from question_bank.kinds import QuestionType


class LastMark(NamedTuple):
    """The current mark of a place, and the ruling of the key revision by which it was given."""

    attempt_id: int
    number: int
    awarded: int
    comment: str
    ruling: str
    key_revision_id: int


class MarkSums(NamedTuple):
    """What the marked places of an attempt come to: how many they are, the marks and full marks of those
    that count, and the full marks of all, in hundredths."""

    attempt_id: int
    marked: int
    awarded: int
    full: int
    paper: int


@dataclass(frozen=True, slots=True)
class PlaceToRegrade:
    """A place of a paper that was handed in: whose attempt, of which exam and question, how it stands.

    `answer` is the JSON text of its answer ("null" or None: none); `judged` the mark (in hundredths)
    and right that a person gave a short answer last, regardless of a void ruling since; `places` how
    many places the paper has.
    """

    attempt_id: int
    public_id: str
    person_id: int
    person: str
    marks_from: int
    results_from: int
    ordinal: int
    type: str
    marks: int
    question_id: int
    answer: str | None
    exam: Exam
    places: int
    last: LastMark | None
    judged: tuple[int, bool | None] | None
    sums: MarkSums
    result: ResultRow | None


def _handed_in_with(version_id: int, after: int) -> Select[int]:
    return (
        select(PaperQuestion.attempt_id)
        .join(Attempt, Attempt.id == PaperQuestion.attempt_id)
        .where(
            PaperQuestion.version_id == version_id,
            PaperQuestion.attempt_id > after,
            Attempt.state == AttemptState.SUBMITTED,
            # Marks that people gave on paper are theirs: there are no answers to mark again.
            PaperQuestion.attempt_id.not_in(
                select(PaperMarks.attempt_id).where(PaperMarks.agrees_with.is_not(None))
            ),
        )
    )


def attempts_with(session: Session, version_id: int, after: int, most: int) -> list[int]:
    """The next attempts that were handed in and have a version on their paper, by their ids."""
    wanted = _handed_in_with(version_id, after).order_by(PaperQuestion.attempt_id)
    return list(session.scalars(wanted.limit(most)))


def count_attempts_with(
    session: Session, version_id: int, after: int = 0, most: int | None = None
) -> int:
    """How many attempts that were handed in, from behind one on, have a version on their paper; counted
    up to `most`."""
    some = _handed_in_with(version_id, after).limit(most).subquery()
    return session.scalar(select(func.count()).select_from(some)) or 0


def lock_attempts(session: Session, attempt_ids: Collection[int]) -> None:
    """Lock these attempts, in order, against marks that others give."""
    wanted = select(Attempt.id).where(one_of(Attempt.id, attempt_ids)).order_by(Attempt.id)
    session.execute(wanted.with_for_update())


class AttemptOfExam(NamedTuple):
    """Whose attempt it is, in which exam."""

    id: int
    person_id: int
    person: str
    exam: str


def called(session: Session, attempt_ids: Collection[int]) -> dict[int, AttemptOfExam]:
    """Whose attempts these are."""
    rows = session.execute(
        select(Attempt.id, Person.id, Person.name, Exam.title)
        .join(Person, Person.id == Attempt.person_id)
        .join(Exam, Exam.id == Attempt.exam_id)
        .where(one_of(Attempt.id, attempt_ids))
    )
    return {row[0]: AttemptOfExam(*row) for row in rows}


_LATER, _OTHER, _LATER_RESULT = lasting_alias(Mark), lasting_alias(Mark), lasting_alias(Result)
_IS_LAST = ~exists().where(
    _LATER.attempt_id == Mark.attempt_id,
    _LATER.question == Mark.question,
    _LATER.number > Mark.number,
)


def places_of(
    session: Session, version_id: int, attempt_ids: Collection[int]
) -> list[PlaceToRegrade]:
    """The places of a version on these papers that were handed in, in the order of the attempts; a few
    statements, however many they are."""
    rows = _places(session, version_id, attempt_ids)
    exam_ids = (row.exam_id for row in rows)
    exams = {
        each.id: each for each in session.scalars(select(Exam).where(one_of(Exam.id, exam_ids)))
    }
    written = [row.id for row in rows if row.type == QuestionType.SHORT_ANSWER]
    judged = _judged(session, version_id, written) if written else {}
    last = _last_marks(session, version_id, attempt_ids)
    sums, results = _sums(session, attempt_ids), _results(session, attempt_ids)
    counts = _count_places(session, attempt_ids)
    return [
        PlaceToRegrade(
            attempt_id=row.id,
            public_id=row.public_id,
            person_id=row.person_id,
            person=row.name,
            marks_from=row.marks_from,
            results_from=row.results_from,
            ordinal=row.ordinal,
            type=row.type,
            marks=row.marks,
            question_id=row.question_id,
            answer=row.answer,
            exam=exams[row.exam_id],
            places=counts[row.id],
            last=last.get(row.id),
            judged=judged.get(row.id),
            sums=sums.get(row.id, MarkSums(row.id, 0, 0, 0, 0)),
            result=results.get(row.id),
        )
        for row in rows
    ]


def _places(session: Session, version_id: int, attempt_ids: Collection[int]) -> Sequence[Any]:
    return session.execute(
        select(
            Attempt.id,
            Attempt.public_id,
            Attempt.person_id,
            Person.name,
            Attempt.marks_from,
            Attempt.results_from,
            PaperQuestion.ordinal,
            PaperQuestion.type,
            PaperQuestion.marks,
            QuestionVersion.question_id,
            answer_of_place().label("answer"),
            Attempt.exam_id,
        )
        .join(PaperQuestion, PaperQuestion.attempt_id == Attempt.id)
        .join(QuestionVersion, QuestionVersion.id == PaperQuestion.version_id)
        .join(Person, Person.id == Attempt.person_id)
        .where(
            one_of(Attempt.id, attempt_ids),
            PaperQuestion.version_id == version_id,
            Attempt.state == AttemptState.SUBMITTED,
        )
        .order_by(Attempt.id)
    ).all()


def _of_place(version_id: int, attempt_ids: Collection[int]) -> list[ColumnElement[bool]]:
    return [
        one_of(PaperQuestion.attempt_id, attempt_ids),
        PaperQuestion.version_id == version_id,
        Mark.number > Attempt.marks_from,
    ]


def _last_marks(
    session: Session, version_id: int, attempt_ids: Collection[int]
) -> dict[int, LastMark]:
    rows = session.execute(
        select(
            Mark.attempt_id,
            Mark.number,
            Mark.awarded,
            Mark.comment,
            KeyRevision.ruling,
            Mark.key_revision_id,
        )
        .join(PaperQuestion, current_marks.of_place())
        .join(Attempt, Attempt.id == Mark.attempt_id)
        .join(KeyRevision, KeyRevision.id == Mark.key_revision_id)
        .where(*_of_place(version_id, attempt_ids), _IS_LAST)
    )
    return {row[0]: LastMark(*row) for row in rows}


def _judged(
    session: Session, version_id: int, attempt_ids: Collection[int]
) -> dict[int, tuple[int, bool | None]]:
    """Per attempt the last mark of its place that was given by its key, not because it was void."""
    rows = session.execute(
        select(Mark.attempt_id, Mark.awarded, Mark.right)
        .join(PaperQuestion, current_marks.of_place())
        .join(Attempt, Attempt.id == Mark.attempt_id)
        .join(KeyRevision, KeyRevision.id == Mark.key_revision_id)
        .where(*_of_place(version_id, attempt_ids), KeyRevision.ruling == Ruling.KEY)
        .order_by(Mark.number)
    )
    return {attempt_id: (awarded, right) for attempt_id, awarded, right in rows}


def _sums(session: Session, attempt_ids: Collection[int]) -> dict[int, MarkSums]:
    counts = KeyRevision.ruling != Ruling.VOID_OUT
    rows = session.execute(
        select(
            Mark.attempt_id,
            func.count(),
            total(case((counts, Mark.awarded), else_=0)),
            total(case((counts, PaperQuestion.marks), else_=0)),
            total(PaperQuestion.marks),
        )
        .join(PaperQuestion, current_marks.of_place())
        .join(Attempt, Attempt.id == Mark.attempt_id)
        .join(KeyRevision, KeyRevision.id == Mark.key_revision_id)
        .where(one_of(Mark.attempt_id, attempt_ids), Mark.number > Attempt.marks_from, _IS_LAST)
        .group_by(Mark.attempt_id)
    )
    return {row[0]: MarkSums(*row) for row in rows}


def _results(session: Session, attempt_ids: Collection[int]) -> dict[int, ResultRow]:
    later = exists().where(
        _LATER_RESULT.attempt_id == Result.attempt_id, _LATER_RESULT.number > Result.number
    )
    rows = session.execute(
        select(*Result.__table__.columns)
        .join(Attempt, Attempt.id == Result.attempt_id)
        .where(one_of(Result.attempt_id, attempt_ids), Result.number > Attempt.results_from, ~later)
    )
    return {row.attempt_id: ResultRow(*row) for row in rows}


def _count_places(session: Session, attempt_ids: Collection[int]) -> dict[int, int]:
    rows = session.execute(
        select(PaperQuestion.attempt_id, func.count())
        .where(one_of(PaperQuestion.attempt_id, attempt_ids))
        .group_by(PaperQuestion.attempt_id)
    )
    return {attempt_id: count for attempt_id, count in rows}


def counts_alone(session: Session, version_id: int) -> bool:
    """Whether a paper that was not voided would have no question left that counts without it."""
    other = aliased(PaperQuestion)
    rest = (
        select(other.ordinal)
        .where(
            other.attempt_id == PaperQuestion.attempt_id,
            other.version_id != version_id,
            ~is_void(other.version_id, Ruling.VOID_OUT),
        )
        .exists()
    )
    alone = (
        select(PaperQuestion.attempt_id)
        .join(Attempt, Attempt.id == PaperQuestion.attempt_id)
        .where(PaperQuestion.version_id == version_id, Attempt.state != AttemptState.VOIDED, ~rest)
    )
    return session.scalar(alone.limit(1)) is not None


def are_asked(session: Session, window_id: int, version_ids: Collection[int]) -> bool:
    """Whether one of these versions is on a paper of the window."""
    if not version_ids:
        return False
    found = (
        select(PaperQuestion.attempt_id)
        .join(Attempt, Attempt.id == PaperQuestion.attempt_id)
        .where(one_of(PaperQuestion.version_id, version_ids), Attempt.window_id == window_id)
    )
    return session.scalar(found.limit(1)) is not None


def was_never_read(session: Session, version_id: int) -> bool:
    """Whether a short answer has marks because its question is void, and none that a person gave."""
    by_key = select(KeyRevision.id).where(
        KeyRevision.id == _OTHER.key_revision_id, KeyRevision.ruling == Ruling.KEY
    )
    judged = exists().where(
        _OTHER.attempt_id == Mark.attempt_id,
        _OTHER.question == Mark.question,
        _OTHER.number > Attempt.marks_from,
        by_key.exists(),
    )
    found = (
        select(Mark.attempt_id)
        .join(PaperQuestion, current_marks.of_place())
        .join(Attempt, Attempt.id == Mark.attempt_id)
        .where(
            PaperQuestion.version_id == version_id,
            PaperQuestion.type == QuestionType.SHORT_ANSWER,
            Attempt.state == AttemptState.SUBMITTED,
            Mark.number > Attempt.marks_from,
            ~judged,
        )
    )
    return session.scalar(found.limit(1)) is not None


def sat_or_reported(session: Session, person_id: int | None, version_id: int) -> bool:
    """Whether a version is on a paper of the person that was not voided, or was reported by them."""
    sat = (
        select(Attempt.id)
        .join(PaperQuestion, PaperQuestion.attempt_id == Attempt.id)
        .where(
            PaperQuestion.version_id == version_id,
            Attempt.person_id == person_id,
            Attempt.state != AttemptState.VOIDED,
        )
    )
    reported = select(QuestionReport.id).where(
        QuestionReport.version_id == version_id, QuestionReport.person_id == person_id
    )
    return bool(session.scalar(select(or_(sat.exists(), reported.exists()))))


def portions_checked_by(session: Session, version_id: int) -> int:
    """How many portions of readings have a version as their check question."""
    return session.scalar(select(func.count()).where(Portion.check_version_id == version_id)) or 0
