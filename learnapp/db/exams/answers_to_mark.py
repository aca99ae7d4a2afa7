"""Short answers that wait for a marker: stored as rows while they wait, read in order by index."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Select,
    and_,
    bindparam,
    delete,
    func,
    or_,
    select,
    tuple_,
)
from sqlalchemy.orm import Session

from learnapp.db.bank.current_keys import is_void
from learnapp.db.core.base import BigId
from learnapp.db.core.caller import Caller
from learnapp.db.core.compiled_statements import PreparedChange
from learnapp.db.core.many import in_order, one_of_named
from learnapp.db.core.statements import AnySelect
from learnapp.db.exams.attempt_models import (
    Admission,
    AnswerEventRow,
    AnswerToMark,
    Attempt,
    Mark,
    MarkOpinion,
    PaperQuestion,
)
from learnapp.db.exams.models import Exam
from learnapp.db.exams.result_visibility import unfinished_versions
from learnapp.db.people.scope import units_in_scope
from learnapp.domain.core.calendar import local_day
from learnapp.domain.core.permissions import Actor, Permission
from learnapp.domain.exams.exams import AttemptState
from question_bank.model import QuestionType

# A count goes as far as this: nobody marks more in a sitting.
MOST_COUNTED = 200
_PRIME = 104_729
_OF_PLACE = (
    MarkOpinion.attempt_id == PaperQuestion.attempt_id,
    MarkOpinion.question == PaperQuestion.ordinal,
)


def _add(insert: Any) -> Any:
    places = (
        select(
            PaperQuestion.attempt_id,
            PaperQuestion.ordinal,
            Attempt.exam_id,
            PaperQuestion.version_id,
        )
        .join(Attempt, Attempt.id == PaperQuestion.attempt_id)
        .where(
            PaperQuestion.attempt_id == bindparam("attempt_id", type_=BigId),
            one_of_named(PaperQuestion.ordinal, "questions"),
        )
    )
    columns = ["attempt_id", "question", "exam_id", "version_id"]
    return insert(AnswerToMark).from_select(columns, places).on_conflict_do_nothing()


_ADD = PreparedChange(_add)


def add(session: Session, attempt_id: int, questions: Iterable[int]) -> None:
    """Let these places of an attempt that was handed in wait for a marker; a repeat changes nothing."""
    _ADD.run(session, attempt_id=attempt_id, questions=in_order(questions))


def remove(session: Session, attempt_id: int, question: int | None = None) -> None:
    """Let a place, or all of an attempt, wait no more."""
    wanted = delete(AnswerToMark).where(AnswerToMark.attempt_id == attempt_id)
    if question is not None:
        wanted = wanted.where(AnswerToMark.question == question)
    session.execute(wanted)


def may_be_read(actor: Actor, now: datetime) -> list[ColumnElement[bool]]:
    """Conditions: handed in, a short answer that is not void, of an exam within reach, and of no
    question on one's own open paper, whose reference it would show."""
    reach = units_in_scope(actor, Permission.ANSWER_MARK, local_day(now))
    return [
        # As expressions, so that SQLite does not go through all attempts that were handed in.
        Attempt.state.concat("") == AttemptState.SUBMITTED,
        PaperQuestion.type.concat("") == QuestionType.SHORT_ANSWER,
        Exam.owner_unit_id.in_(reach),
        PaperQuestion.version_id.not_in(unfinished_versions(actor.person_id)),
        ~is_void(PaperQuestion.version_id),
    ]


def waiting(actor: Actor, now: datetime) -> AnySelect:
    """(exam, version, attempt, place) of each answer of others without a mark, on which the actor has
    given no opinion yet.

    Two opinions that agree have made the mark; two without one differ and wait for an arbiter.
    """
    mine = select(MarkOpinion.seat).where(*_OF_PLACE, MarkOpinion.recorded_by == actor.person_id)
    return (
        select(
            AnswerToMark.exam_id,
            AnswerToMark.version_id,
            AnswerToMark.attempt_id,
            AnswerToMark.question,
        )
        .join(
            PaperQuestion,
            (PaperQuestion.attempt_id == AnswerToMark.attempt_id)
            & (PaperQuestion.ordinal == AnswerToMark.question),
        )
        .join(Attempt, Attempt.id == AnswerToMark.attempt_id)
        .join(Exam, Exam.id == AnswerToMark.exam_id)
        .where(
            *may_be_read(actor, now),
            Attempt.person_id != actor.person_id,
            _unmarked(),
            ~mine.exists(),
        )
    )


def _unmarked() -> ColumnElement[bool]:
    """Condition on a place: no mark, or one that no person gave of an answer that was admitted."""
    marked = select(Mark.question).where(
        Mark.attempt_id == PaperQuestion.attempt_id,
        Mark.question == PaperQuestion.ordinal,
        Mark.number > Attempt.marks_from,
    )
    # A new key has its author on its marks too: only an opinion says that somebody read the answer.
    by_a_person = marked.where(
        Mark.recorded_by.is_not(None),
        select(MarkOpinion.seat).where(*_OF_PLACE).correlate(PaperQuestion).exists(),
    )
    return or_(~marked.exists(), and_(_admitted().exists(), ~by_a_person.exists()))


def _admitted() -> Select[int]:
    """The admitted answer to a place: it came late, and was empty when the rule marked it."""
    return (
        select(AnswerEventRow.question)
        .join(
            Admission,
            (Admission.attempt_id == AnswerEventRow.attempt_id)
            & (Admission.event_id == AnswerEventRow.event_id),
        )
        .where(
            AnswerEventRow.attempt_id == PaperQuestion.attempt_id,
            AnswerEventRow.question == PaperQuestion.ordinal,
            AnswerEventRow.response.is_not(None),
        )
    )


def _in_order(found: AnySelect) -> AnySelect:
    """By index, so that the first ones are found without a look at the others."""
    return found.order_by(
        AnswerToMark.exam_id,
        AnswerToMark.version_id,
        AnswerToMark.attempt_id,
        AnswerToMark.question,
    )


def first_places(
    session: Session, actor: Actor, now: datetime, limit: int
) -> list[tuple[int, int]]:
    """(attempt id, place) of what waits for the actor, one question after another.

    Within a question each marker begins at an attempt of their own and goes round, so that two who
    sit side by side do not read the same one.
    """
    found: list[tuple[int, int]] = []
    after: tuple[int, int] = (0, 0)
    group = tuple_(AnswerToMark.exam_id, AnswerToMark.version_id)
    while len(found) < limit:
        first = session.execute(
            _in_order(waiting(actor, now)).where(group > after).limit(1)
        ).first()
        if first is None:
            break
        after = (first.exam_id, first.version_id)
        found += _of_question(session, actor, now, after, limit - len(found))
    return found


def _of_question(
    session: Session, actor: Actor, now: datetime, group: tuple[int, int], limit: int
) -> list[tuple[int, int]]:
    """The first answers to one question from the actor's own beginning on, then those before it."""
    within = (AnswerToMark.exam_id == group[0], AnswerToMark.version_id == group[1])
    low = session.scalar(select(func.min(AnswerToMark.attempt_id)).where(*within)) or 0
    high = session.scalar(select(func.max(AnswerToMark.attempt_id)).where(*within)) or 0
    begin = low + (actor.person_id or 0) * _PRIME % (high - low + 1)
    found: list[tuple[int, int]] = []
    for part in (AnswerToMark.attempt_id >= begin, AnswerToMark.attempt_id < begin):
        rows = session.execute(
            waiting(actor, now)
            .where(*within, part)
            .order_by(AnswerToMark.attempt_id, AnswerToMark.question)
            .limit(limit - len(found))
        )
        found += [(row.attempt_id, row.question) for row in rows]
        if len(found) == limit:
            break
    return found


def count(session: Session, actor: Actor, now: datetime) -> int:
    """How many wait for the actor; MOST_COUNTED + 1 means more than that."""
    some = _in_order(waiting(actor, now)).limit(MOST_COUNTED + 1).subquery()
    return session.scalar(select(func.count()).select_from(some)) or 0


@dataclass(frozen=True)
class PlaceToMark:
    """A short answer within reach: its attempt and whose it is, its full marks, and how its exam is
    marked."""

    attempt_id: int
    person_id: int
    marks_from: int
    marks: int
    markers: int
    exam: str


def place_to_mark(
    caller: Caller, marking_id: str, question: int, lock: bool = False
) -> PlaceToMark | None:
    """The place of an attempt, by its marking id, that the actor may read; None where there is none."""
    wanted = (
        select(
            Attempt.id,
            Attempt.person_id,
            Attempt.marks_from,
            PaperQuestion.marks,
            Exam.markers,
            Exam.title,
        )
        .join(Exam, Exam.id == Attempt.exam_id)
        .join(PaperQuestion, PaperQuestion.attempt_id == Attempt.id)
        .where(
            Attempt.marking_id == marking_id,
            PaperQuestion.ordinal == question,
            *may_be_read(caller.actor, caller.now),
        )
    )
    if lock:
        wanted = wanted.with_for_update(of=Attempt)
    row = caller.session.execute(wanted).one_or_none()
    return None if row is None else PlaceToMark(*row)


def opinions_on(session: Session, attempt_id: int, question: int) -> list[MarkOpinion]:
    """The newest opinion in each seat on an answer."""
    rows = session.scalars(
        select(MarkOpinion)
        .where(MarkOpinion.attempt_id == attempt_id, MarkOpinion.question == question)
        .order_by(MarkOpinion.seat, MarkOpinion.revision)
    )
    return list({row.seat: row for row in rows}.values())


def last_opinion(
    session: Session, person_id: int | None, since: datetime
) -> tuple[str, int] | None:
    """(marking id, question) of the opinion that a marker gave last, from an instant on."""
    row = session.execute(
        select(Attempt.marking_id, MarkOpinion.question)
        .join(Attempt, Attempt.id == MarkOpinion.attempt_id)
        .where(MarkOpinion.recorded_by == person_id, MarkOpinion.recorded_at >= since)
        .order_by(MarkOpinion.recorded_at.desc(), MarkOpinion.attempt_id, MarkOpinion.question)
        .limit(1)
    ).one_or_none()
    return None if row is None else (row.marking_id, row.question)
