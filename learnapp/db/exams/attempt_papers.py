"""Named queries of an attempt as it is read: its head, paper, keys, marks and result."""

from __future__ import annotations

from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import (
    String,
    bindparam,
    func,
    select,
)
from sqlalchemy.orm import Session

from learnapp.db.bank.models import KeyRevision, Passage, QuestionVersion
from learnapp.db.core.base import BigId
from learnapp.db.core.compiled_statements import Prepared
from learnapp.db.exams import current_marks
from learnapp.db.exams.attempt_models import (
    Attempt,
    Mark,
    PaperQuestion,
    Result,
)
from learnapp.db.exams.attempts import extra_seconds
from learnapp.db.exams.models import Exam, ExamWindow
from learnapp.domain.core.errors import NotFound
from learnapp.domain.exams.deadline import deadline

_ATTEMPT = bindparam("attempt_id", type_=BigId)


class AttemptSummary(NamedTuple):
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
    base_deadline: datetime
    extra: int
    title: str
    kind: str
    pass_mark: int
    release: str
    multiple_rule: str
    bands: list[Any]
    closes_at: datetime
    window_kind: str

    @property
    def deadline(self) -> datetime:
        """Until when it can be answered, with all that was added."""
        return deadline(self.base_deadline, self.extra)


class PlaceRow(NamedTuple):
    """A pinned place of a paper with what its question says; texts as JSON has them."""

    ordinal: int
    section: str
    type: str
    blanks: int
    option_order: list[str]
    marks: int
    version_id: int
    question_id: int
    stem: Any
    options: list[Any]
    explanation: Any
    source: str
    passage: Any | None


class KeyRow(NamedTuple):
    """A pinned place with the newest key revision of its version; None: as the version has it."""

    ordinal: int
    type: str
    marks: int
    revision_id: int
    ruling: str
    key: Any
    explanation: Any | None
    source: str | None


class MarkRow(NamedTuple):
    """A mark in hundredths, beside the full marks of its place and the ruling it was given by."""

    attempt_id: int
    question: int
    number: int
    key_revision_id: int
    awarded: int
    right: bool | None
    comment: str
    recorded_at: datetime
    recorded_by: int | None
    ruling: str
    full: int


class ResultRow(NamedTuple):
    """A total in hundredths once every place has a mark."""

    attempt_id: int
    number: int
    awarded: int
    full: int
    passed: bool
    recorded_at: datetime


class MarkedAttempt(NamedTuple):
    """An attempt with what its exam asks, as marking needs it."""

    id: int
    person_id: int
    exam_id: int
    channel: str
    state: str
    submitted_at: datetime | None
    marks_from: int
    results_from: int
    multiple_rule: str
    pass_mark: int
    counts: str


_HEAD = Prepared(
    AttemptSummary,
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
    ),
)


_PAPER = Prepared(
    PlaceRow,
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
    ),
)


_newest_key = (
    select(func.max(KeyRevision.number))
    .where(KeyRevision.version_id == PaperQuestion.version_id)
    .correlate(PaperQuestion)
    .scalar_subquery()
)


_KEYS = Prepared(
    KeyRow,
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
    ),
)


_MARKS = Prepared(
    MarkRow,
    lambda _: (
        select(*Mark.__table__.columns, KeyRevision.ruling, PaperQuestion.marks.label("full"))
        .join(KeyRevision, KeyRevision.id == Mark.key_revision_id)
        .join(PaperQuestion, current_marks.of_place())
        .join(Attempt, Attempt.id == Mark.attempt_id)
        .where(Mark.attempt_id == _ATTEMPT, Mark.number > Attempt.marks_from)
        .order_by(Mark.question, Mark.number)
    ),
)


_RESULT = Prepared(
    ResultRow,
    lambda _: (
        select(*Result.__table__.columns)
        .join(Attempt, Attempt.id == Result.attempt_id)
        .where(Result.attempt_id == _ATTEMPT, Result.number > Attempt.results_from)
        .order_by(Result.number.desc())
        .limit(1)
    ),
)


_ASKED = Prepared(
    MarkedAttempt,
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
    ),
)


def head_of(session: Session, public_id: str, person_id: int) -> AttemptSummary:
    """The person's own attempt. Raises NotFound for another person's as for none."""
    found = _HEAD.rows(session, public_id=public_id, person_id=person_id)
    if not found:
        raise NotFound("attempt_unknown")
    return found[0]


def asked_of(session: Session, attempt_id: int) -> MarkedAttempt:
    """An attempt with what its exam asks, as marking needs it."""
    return _ASKED.rows(session, attempt_id=attempt_id)[0]


def paper_of(session: Session, attempt_id: int) -> list[PlaceRow]:
    """The pinned places in order, with what each question says."""
    return _PAPER.rows(session, attempt_id=attempt_id)


def count_places(session: Session, attempt_id: int) -> int:
    """How many places the paper of an attempt has."""
    count = select(func.count()).where(PaperQuestion.attempt_id == attempt_id)
    return session.scalar(count) or 0


def keys_of(session: Session, attempt_id: int) -> list[KeyRow]:
    """Per place its marks and the newest key revision of its question version."""
    return _KEYS.rows(session, attempt_id=attempt_id)


def marks_of(session: Session, attempt_id: int) -> dict[int, MarkRow]:
    """The current mark of each place (the highest number), with the place's full marks and the
    ruling by which it was given."""
    return {mark.question: mark for mark in _MARKS.rows(session, attempt_id=attempt_id)}


def result_of(session: Session, attempt_id: int) -> ResultRow | None:
    """The current result, or None while something waits to be marked."""
    found = _RESULT.rows(session, attempt_id=attempt_id)
    return found[0] if found else None
