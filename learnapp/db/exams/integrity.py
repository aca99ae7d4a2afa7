"""Named queries of signals: what was answered and noticed in a window, whole."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from learnapp.db.bank.models import QuestionVersion
from learnapp.db.exams import current_marks
from learnapp.db.exams.attempt_models import AnswerEventRow, Attempt, Mark, PageFact, PaperQuestion
from learnapp.db.exams.roll import units_at_start
from learnapp.db.people.login_names import first_login
from learnapp.db.people.models import Person, Unit
from learnapp.domain.exams.exams import AttemptState, Channel
from question_bank.kinds import CHOICES


@dataclass(frozen=True)
class SatOnline:
    """An attempt that was handed in online, and whose it is."""

    id: int
    public_id: str
    person_id: int
    started_at: datetime
    submitted_at: datetime
    name: str
    login_name: str


def sat_in(session: Session, window_id: int) -> list[SatOnline]:
    """The attempts handed in online, with their person, whatever became of the person since."""
    rows = session.execute(
        select(
            Attempt.id,
            Attempt.public_id,
            Attempt.person_id,
            Attempt.started_at,
            Attempt.submitted_at,
            Person.name,
            first_login().label("login_name"),
        )
        .join(Person, Person.id == Attempt.person_id)
        .where(
            Attempt.window_id == window_id,
            Attempt.state == AttemptState.SUBMITTED,
            Attempt.channel == Channel.ONLINE,
        )
        .order_by(Attempt.id)
    )
    return [
        SatOnline(
            id=row.id,
            public_id=row.public_id,
            person_id=row.person_id,
            started_at=row.started_at,
            submitted_at=row.submitted_at,
            name=row.name,
            login_name=row.login_name or "",
        )
        for row in rows
    ]


def units_of(session: Session, line_id: int, attempt_ids: Collection[int]) -> dict[int, int]:
    """Per person the unit, whichever it is, in which they counted when they began the attempt."""
    return units_at_start(session, line_id, attempt_ids, select(Unit.id))


@dataclass(frozen=True)
class Noticed:
    """What the page of an attempt noticed; `seconds` is how long it was left."""

    attempt_id: int
    kind: str
    seconds: int


def noticed_in(session: Session, window_id: int) -> list[Noticed]:
    """What the pages of a window's attempts noticed."""
    rows = session.execute(
        select(PageFact.attempt_id, PageFact.kind, PageFact.seconds)
        .join(Attempt, Attempt.id == PageFact.attempt_id)
        .where(Attempt.window_id == window_id)
    )
    return [Noticed(*row) for row in rows]


def count_noticed(session: Session, attempt_id: int) -> int:
    """How many facts of an attempt's page are stored."""
    stored = select(func.count()).select_from(PageFact).where(PageFact.attempt_id == attempt_id)
    return session.scalar(stored) or 0


def own_attempt(session: Session, person_id: int | None, public_id: str) -> int | None:
    """The id of a person's own attempt; None for another person's as for none."""
    return session.scalar(
        select(Attempt.id).where(Attempt.public_id == public_id, Attempt.person_id == person_id)
    )


@dataclass(frozen=True, slots=True)
class GivenChoice:
    """A held choice of an attempt; `response` is None where it was cleared."""

    attempt_id: int
    version_id: int
    type: str
    options: list[str]
    response: dict[str, Any] | None
    right: bool


def choices_in(session: Session, window_id: int) -> list[GivenChoice]:
    """Each held choice to a question that counts, the latest last."""
    rows = session.execute(
        select(
            AnswerEventRow.attempt_id,
            PaperQuestion.version_id,
            PaperQuestion.type,
            QuestionVersion.options,
            AnswerEventRow.response,
            Mark.right,
        )
        .join(Attempt, Attempt.id == AnswerEventRow.attempt_id)
        .join(
            PaperQuestion,
            (PaperQuestion.attempt_id == AnswerEventRow.attempt_id)
            & (PaperQuestion.ordinal == AnswerEventRow.question),
        )
        .join(QuestionVersion, QuestionVersion.id == PaperQuestion.version_id)
        .join(Mark, current_marks.of_place())
        .where(
            Attempt.window_id == window_id,
            AnswerEventRow.state == "held",
            PaperQuestion.type.in_(sorted(CHOICES)),
            current_marks.is_current(),
            current_marks.says_something(),
        )
        .order_by(AnswerEventRow.seq, AnswerEventRow.event_id)
    )
    return [GivenChoice(*row) for row in rows]
