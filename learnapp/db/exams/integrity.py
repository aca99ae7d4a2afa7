"""Named queries of signals: what was answered and noticed in a window, whole."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import ColumnElement, Text, cast, func, select
from sqlalchemy.orm import Session

from learnapp.db.bank.models import QuestionVersion
from learnapp.db.core.many import one_of
from learnapp.db.exams import current_marks
from learnapp.db.exams.attempt_models import AnswerEventRow, Attempt, Mark, PageFact, PaperQuestion
from learnapp.db.exams.roll import units_at_start
from learnapp.db.people.login_names import first_login
from learnapp.db.people.models import Person, Unit
from learnapp.domain.exams.exams import AttemptState, Channel
from question_bank.kinds import CHOICES


@dataclass(frozen=True, slots=True)
class SatOnline:
    """An attempt that was handed in online."""

    id: int
    public_id: str
    person_id: int
    started_at: datetime
    submitted_at: datetime


def _online(window_id: int) -> list[ColumnElement[bool]]:
    """Conditions: handed in online in the window, whatever became of the person since."""
    return [
        Attempt.window_id == window_id,
        Attempt.state == AttemptState.SUBMITTED,
        Attempt.channel == Channel.ONLINE,
    ]


def sat_in(session: Session, window_id: int) -> list[SatOnline]:
    """The attempts handed in online, in the order of their ids."""
    rows = session.execute(
        select(
            Attempt.id,
            Attempt.public_id,
            Attempt.person_id,
            Attempt.started_at,
            Attempt.submitted_at,
        )
        .where(*_online(window_id))
        .order_by(Attempt.id)
    )
    return [
        SatOnline(
            id=row.id,
            public_id=row.public_id,
            person_id=row.person_id,
            started_at=row.started_at,
            submitted_at=row.submitted_at,
        )
        for row in rows
    ]


def count_online(session: Session, window_id: int) -> int:
    """How many attempts were handed in online."""
    count = select(func.count()).select_from(Attempt).where(*_online(window_id))
    return session.scalar(count) or 0


def units_of(session: Session, line_id: int, attempt_ids: Collection[int]) -> dict[int, int]:
    """Per person the unit, whichever it is, in which they counted when they began the attempt."""
    return units_at_start(session, line_id, attempt_ids, select(Unit.id))


@dataclass(frozen=True, slots=True)
class WhoSat:
    """Whose attempt it is, as staff know them."""

    person_id: int
    name: str
    login_name: str


def who_sat(session: Session, attempt_ids: Collection[int]) -> dict[int, WhoSat]:
    """Whose attempts these are, by the id of the attempt."""
    rows = session.execute(
        select(Attempt.id, Person.id, Person.name, first_login().label("login_name"))
        .join(Person, Person.id == Attempt.person_id)
        .where(one_of(Attempt.id, attempt_ids))
    )
    return {row[0]: WhoSat(row[1], row[2], row[3] or "") for row in rows}


@dataclass(frozen=True, slots=True)
class Noticed:
    """What the page of an attempt noticed; `seconds` is how long it was left."""

    attempt_id: int
    kind: str
    seconds: int


def noticed_in(session: Session, attempt_ids: Collection[int]) -> list[Noticed]:
    """What the pages of these attempts noticed."""
    rows = session.execute(
        select(PageFact.attempt_id, PageFact.kind, PageFact.seconds).where(
            one_of(PageFact.attempt_id, attempt_ids)
        )
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


class GivenChoice(NamedTuple):
    """A held choice of an attempt; `response` is its JSON text, one of "null" or None was cleared."""

    attempt_id: int
    version_id: int
    response: str | None
    right: bool | None


def choices_in(session: Session, attempt_ids: Collection[int]) -> list[GivenChoice]:
    """Each held choice of these attempts to a question that counts, of each attempt the latest last."""
    rows = session.execute(
        select(
            AnswerEventRow.attempt_id,
            PaperQuestion.version_id,
            cast(AnswerEventRow.response, Text),
            Mark.right,
        )
        .join(
            PaperQuestion,
            (PaperQuestion.attempt_id == AnswerEventRow.attempt_id)
            & (PaperQuestion.ordinal == AnswerEventRow.question),
        )
        .join(Mark, current_marks.of_place())
        .where(
            one_of(AnswerEventRow.attempt_id, attempt_ids),
            AnswerEventRow.state == "held",
            PaperQuestion.type.in_(sorted(CHOICES)),
            current_marks.is_current(),
            current_marks.says_something(),
        )
        .order_by(AnswerEventRow.attempt_id, AnswerEventRow.seq, AnswerEventRow.event_id)
    )
    return [GivenChoice(*row) for row in rows]


def offered(session: Session, version_ids: Collection[int]) -> dict[int, tuple[str, int]]:
    """Per question version its type and how many options it offers."""
    rows = session.execute(
        select(QuestionVersion.id, QuestionVersion.type, QuestionVersion.options).where(
            one_of(QuestionVersion.id, version_ids)
        )
    )
    return {row.id: (row.type, len(row.options)) for row in rows}
