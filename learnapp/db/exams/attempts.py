"""Named queries of attempts: the paper as pinned, the events as held, and what ran out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    String,
    bindparam,
    func,
    or_,
    select,
    true,
)
from sqlalchemy.orm import Session

from learnapp.db.accounts.models import SignIn
from learnapp.db.accounts.sign_ins import sign_in_that_holds
from learnapp.db.bank.models import KeyRevision, Passage, QuestionVersion
from learnapp.db.core.base import BigId, total
from learnapp.db.core.compiled_statements import Prepared
from learnapp.db.core.engine import RawCursor
from learnapp.db.core.statements import AnySelect
from learnapp.db.exams import current_marks
from learnapp.db.exams.attempt_models import (
    Admission,
    Allowance,
    AnswerEventRow,
    Attempt,
    Mark,
    PaperQuestion,
    Result,
)
from learnapp.db.exams.models import Exam, ExamWindow
from learnapp.domain.core.errors import NotFound
from learnapp.domain.exams.answers import AnswerEvent, EventState, latest
from learnapp.domain.exams.exams import deadline

extra_seconds = (
    select(total(Allowance.seconds))
    .where(Allowance.attempt_id == Attempt.id)
    .correlate(Attempt)
    .scalar_subquery()
)
_highest_seq = (
    select(func.coalesce(func.max(AnswerEventRow.seq), 0))
    .where(AnswerEventRow.attempt_id == Attempt.id)
    .correlate(Attempt)
    .scalar_subquery()
)
_events = (
    select(func.count())
    .select_from(AnswerEventRow)
    .where(AnswerEventRow.attempt_id == Attempt.id)
    .correlate(Attempt)
    .scalar_subquery()
)


@dataclass(frozen=True)
class Place:
    """What a response to one place of a paper may be."""

    type: str
    blanks: int
    option_ids: tuple[str, ...]


@dataclass(frozen=True)
class LockedAttempt:
    """An attempt as a write needs it."""

    id: int
    public_id: str
    exam_id: int
    window_id: int
    person_id: int
    channel: str
    state: str
    submitted_at: datetime | None
    deadline: datetime
    max_seq: int
    events: int  # how many it has, counted or not
    places: dict[int, Place]


def _locked(wanted: ColumnElement[bool], whose: ColumnElement[bool]) -> AnySelect:
    """The attempt beside each place wanted, and once alone if there is none of them."""
    return (
        select(
            Attempt.id,
            Attempt.person_id,
            Attempt.exam_id,
            Attempt.window_id,
            Attempt.channel,
            Attempt.state,
            Attempt.submitted_at,
            Attempt.base_deadline,
            extra_seconds.label("extra"),
            _highest_seq.label("max_seq"),
            _events.label("events"),
            PaperQuestion.ordinal,
            PaperQuestion.type,
            PaperQuestion.blanks,
            PaperQuestion.option_order,
        )
        .outerjoin(PaperQuestion, (PaperQuestion.attempt_id == Attempt.id) & wanted)
        .where(Attempt.public_id == bindparam("public_id", type_=String()), whose)
        .with_for_update(of=Attempt)
    )


_ONE = PaperQuestion.ordinal == bindparam("question", type_=BigId)
_OF_PERSON = Attempt.person_id == bindparam("person_id", type_=BigId)
_OF_SIGNED_IN = Attempt.person_id.in_(sign_in_that_holds(SignIn.person_id))
_LOCK_ALL = Prepared(lambda _: _locked(true(), _OF_PERSON))
_LOCK_SIGNED_IN = Prepared(lambda _: _locked(_ONE, _OF_SIGNED_IN))


def lock_sitting(session: Session, public_id: str, person_id: int) -> LockedAttempt:
    """The person's own attempt with all its places, locked against a submit at the same instant.

    One statement. Raises NotFound for another person's attempt as for none.
    """
    found = _sitting(public_id, _LOCK_ALL.rows(session, public_id=public_id, person_id=person_id))
    if found is None:
        raise NotFound("attempt_unknown")
    return found


def lock_signed_in(
    direct: RawCursor, public_id: str, digest: bytes, now: datetime, question: int
) -> LockedAttempt | None:
    """The same for the person whose session has the token of this digest, with one place; None if there
    is no such attempt or no such session."""
    # SQLite's own integers end at 64 bits; no paper has such a place.
    place = question if 0 <= question < 2**31 else -1
    rows = _LOCK_SIGNED_IN.rows(direct, public_id=public_id, digest=digest, now=now, question=place)
    return _sitting(public_id, rows)


def _sitting(public_id: str, rows: Sequence[Any]) -> LockedAttempt | None:
    if not rows:
        return None
    first = rows[0]
    return LockedAttempt(
        id=first.id,
        public_id=public_id,
        exam_id=first.exam_id,
        window_id=first.window_id,
        person_id=first.person_id,
        channel=first.channel,
        state=first.state,
        submitted_at=first.submitted_at,
        deadline=deadline(first.base_deadline, first.extra),
        max_seq=first.max_seq,
        events=first.events,
        places={
            row.ordinal: Place(row.type, row.blanks, tuple(row.option_order))
            for row in rows
            if row.ordinal is not None
        },
    )


_KEEP_ONE = Prepared(
    lambda insert: (
        insert(AnswerEventRow)
        .values({each.key: bindparam(each.key) for each in AnswerEventRow.__table__.columns})
        .on_conflict_do_nothing()
        .returning(AnswerEventRow.event_id)
    )
)


def keep_event(session: Session | RawCursor, row: dict[str, Any]) -> bool:
    """Insert an event; False if it is there already."""
    return bool(_KEEP_ONE.rows(session, **row))


def event_states(
    session: Session, attempt_id: int, event_ids: Sequence[str]
) -> dict[str, EventState]:
    """What each of these events was told, for those that are held here."""
    rows = session.execute(
        select(AnswerEventRow.event_id, AnswerEventRow.state).where(
            AnswerEventRow.attempt_id == attempt_id, AnswerEventRow.event_id.in_(event_ids)
        )
    )
    return {event_id: EventState(state) for event_id, state in rows}


_ATTEMPT = bindparam("attempt_id", type_=BigId)
_ADMITTED = (
    select(Admission.event_id)
    .where(
        Admission.attempt_id == AnswerEventRow.attempt_id,
        Admission.event_id == AnswerEventRow.event_id,
    )
    .correlate(AnswerEventRow)
    .exists()
)
_ANSWERS = Prepared(
    lambda _: select(
        AnswerEventRow.event_id,
        AnswerEventRow.seq,
        AnswerEventRow.question,
        AnswerEventRow.response,
        AnswerEventRow.flagged,
    ).where(AnswerEventRow.attempt_id == _ATTEMPT, or_(AnswerEventRow.state == "held", _ADMITTED))
)


def answers_of(session: Session, attempt_id: int) -> dict[int, AnswerEvent]:
    """Per question the event that is the answer: the highest of those that count.

    Those are the held ones, and the late ones that a person admitted.
    """
    return latest(AnswerEvent(*row) for row in _ANSWERS.rows(session, attempt_id=attempt_id))


_HEAD = Prepared(
    lambda _: (
        select(
            Attempt.id,
            Attempt.public_id,
            Attempt.person_id,
            Attempt.exam_id,
            Attempt.window_id,
            Attempt.channel,
            Attempt.number,
            Attempt.state,
            Attempt.started_at,
            Attempt.submitted_at,
            Attempt.base_deadline,
            extra_seconds.label("extra"),
            Exam.title,
            Exam.kind,
            Exam.pass_mark,
            Exam.release,
            Exam.multiple_rule,
            Exam.bands,
            ExamWindow.closes_at,
            ExamWindow.kind.label("window_kind"),
        )
        .join(Exam, Exam.id == Attempt.exam_id)
        .join(ExamWindow, ExamWindow.id == Attempt.window_id)
        .where(
            Attempt.public_id == bindparam("public_id", type_=String()),
            Attempt.person_id == bindparam("person_id", type_=BigId),
        )
    )
)
_PAPER = Prepared(
    lambda _: (
        select(
            PaperQuestion.ordinal,
            PaperQuestion.section,
            PaperQuestion.type,
            PaperQuestion.blanks,
            PaperQuestion.option_order,
            PaperQuestion.marks,
            PaperQuestion.version_id,
            QuestionVersion.question_id,
            QuestionVersion.stem,
            QuestionVersion.options,
            QuestionVersion.explanation,
            QuestionVersion.source,
            Passage.content.label("passage"),
        )
        .join(QuestionVersion, QuestionVersion.id == PaperQuestion.version_id)
        .outerjoin(Passage, Passage.id == QuestionVersion.passage_id)
        .where(PaperQuestion.attempt_id == _ATTEMPT)
        .order_by(PaperQuestion.ordinal)
    )
)
_newest_key = (
    select(func.max(KeyRevision.number))
    .where(KeyRevision.version_id == PaperQuestion.version_id)
    .correlate(PaperQuestion)
    .scalar_subquery()
)
_KEYS = Prepared(
    lambda _: (
        select(
            PaperQuestion.ordinal,
            PaperQuestion.type,
            PaperQuestion.marks,
            KeyRevision.id.label("revision_id"),
            KeyRevision.ruling,
            KeyRevision.key,
            KeyRevision.explanation,
            KeyRevision.source,
        )
        .join(
            KeyRevision,
            (KeyRevision.version_id == PaperQuestion.version_id)
            & (KeyRevision.number == _newest_key),
        )
        .where(PaperQuestion.attempt_id == _ATTEMPT)
        .order_by(PaperQuestion.ordinal)
    )
)
_MARKS = Prepared(
    lambda _: (
        select(*Mark.__table__.columns, KeyRevision.ruling, PaperQuestion.marks.label("full"))
        .join(KeyRevision, KeyRevision.id == Mark.key_revision_id)
        .join(PaperQuestion, current_marks.of_place())
        .join(Attempt, Attempt.id == Mark.attempt_id)
        .where(Mark.attempt_id == _ATTEMPT, Mark.number > Attempt.marks_from)
        .order_by(Mark.question, Mark.number)
    )
)
_RESULT = Prepared(
    lambda _: (
        select(*Result.__table__.columns)
        .join(Attempt, Attempt.id == Result.attempt_id)
        .where(Result.attempt_id == _ATTEMPT, Result.number > Attempt.results_from)
        .order_by(Result.number.desc())
        .limit(1)
    )
)

_ASKED = Prepared(
    lambda _: (
        select(
            Attempt.id,
            Attempt.person_id,
            Attempt.exam_id,
            Attempt.channel,
            Attempt.state,
            Attempt.submitted_at,
            Attempt.marks_from,
            Attempt.results_from,
            Exam.multiple_rule,
            Exam.pass_mark,
            Exam.counts,
        )
        .join(Exam, Exam.id == Attempt.exam_id)
        .where(Attempt.id == _ATTEMPT)
    )
)


@dataclass(frozen=True)
class AttemptSummary:
    """An attempt with its exam and window, as its candidate's pages need it."""

    id: int
    public_id: str
    person_id: int
    exam_id: int
    window_id: int
    channel: str
    number: int
    state: str
    started_at: datetime
    submitted_at: datetime | None
    deadline: datetime
    title: str
    kind: str
    pass_mark: int
    release: str
    multiple_rule: str
    bands: list[Any]
    closes_at: datetime
    window_kind: str


def head_of(session: Session, public_id: str, person_id: int) -> AttemptSummary:
    """The person's own attempt. Raises NotFound for another person's as for none."""
    found = _HEAD.rows(session, public_id=public_id, person_id=person_id)
    if not found:
        raise NotFound("attempt_unknown")
    told = found[0]._asdict()
    until = deadline(told.pop("base_deadline"), told.pop("extra"))
    return AttemptSummary(**told, deadline=until)


def asked_of(session: Session, attempt_id: int) -> Any:
    """An attempt with what its exam asks, as marking needs it."""
    return _ASKED.rows(session, attempt_id=attempt_id)[0]


def paper_of(session: Session, attempt_id: int) -> Sequence[Any]:
    """The pinned places in order, with what each question says."""
    return _PAPER.rows(session, attempt_id=attempt_id)


def keys_of(session: Session, attempt_id: int) -> Sequence[Any]:
    """Per place its marks and the newest key revision of its question version."""
    return _KEYS.rows(session, attempt_id=attempt_id)


def marks_of(session: Session, attempt_id: int) -> dict[int, Any]:
    """The current mark of each place (the highest number), with the place's full marks and the
    ruling by which it was given."""
    return {mark.question: mark for mark in _MARKS.rows(session, attempt_id=attempt_id)}


def result_of(session: Session, attempt_id: int) -> Any | None:
    """The current result, or None while something waits to be marked."""
    found = _RESULT.rows(session, attempt_id=attempt_id)
    return found[0] if found else None
