"""Named queries of attempts as they are written: locked with their places, events stored and read back."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any, NamedTuple

from sqlalchemy import (
    ColumnElement,
    ScalarSelect,
    String,
    Text,
    bindparam,
    cast,
    func,
    or_,
    select,
    true,
)
from sqlalchemy.orm import Session

from learnapp.db.accounts.models import SignIn
from learnapp.db.accounts.sign_ins import sign_in_that_holds
from learnapp.db.core.base import BigId, Instant, total
from learnapp.db.core.compiled_statements import Prepared
from learnapp.db.core.engine import RawCursor
from learnapp.db.core.statements import AnySelect
from learnapp.db.exams.attempt_models import (
    Admission,
    Allowance,
    AnswerEventRow,
    Attempt,
    PaperQuestion,
)
from learnapp.domain.core.errors import NotFound
from learnapp.domain.exams.answers import AnswerEvent, EventState, latest
from learnapp.domain.exams.deadline import deadline
from learnapp.domain.exams.exams import AttemptState, Channel

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
class PaperPlace:
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
    places: dict[int, PaperPlace]


class _LockedRow(NamedTuple):
    id: int
    person_id: int
    exam_id: int
    window_id: int
    channel: str
    state: str
    submitted_at: datetime | None
    base_deadline: datetime
    extra: int
    max_seq: int
    events: int
    ordinal: int | None
    type: str
    blanks: int
    option_order: list[str]


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
_LOCK_ALL = Prepared(_LockedRow, lambda _: _locked(true(), _OF_PERSON))
_LOCK_SIGNED_IN = Prepared(_LockedRow, lambda _: _locked(_ONE, _OF_SIGNED_IN))


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


def _sitting(public_id: str, rows: Sequence[_LockedRow]) -> LockedAttempt | None:
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
            row.ordinal: PaperPlace(row.type, row.blanks, tuple(row.option_order))
            for row in rows
            if row.ordinal is not None
        },
    )


class _PlaceRow(NamedTuple):
    ordinal: int
    type: str
    blanks: int
    option_order: list[str]


_PLACES = Prepared(
    _PlaceRow,
    lambda _: (
        select(
            PaperQuestion.ordinal,
            PaperQuestion.type,
            PaperQuestion.blanks,
            PaperQuestion.option_order,
        )
        .join(Attempt, Attempt.id == PaperQuestion.attempt_id)
        .where(Attempt.public_id == bindparam("public_id", type_=String()))
        .order_by(PaperQuestion.ordinal)
    ),
)
_MOST_PAPERS = 10_000  # of a place for each question, all of one kind being one
_papers: dict[str, tuple[PaperPlace, ...]] = {}
_one_of_a_kind: Callable[..., PaperPlace] = lru_cache(maxsize=10_000)(PaperPlace)


def place_of(direct: RawCursor, public_id: str, question: int) -> PaperPlace | None:
    """What a response to a place of a paper may be; None where it has no such place.

    A paper is pinned: what a process has read of one, it need not read again.
    """
    paper = _papers.get(public_id)
    if paper is None:
        rows = _PLACES.rows(direct, public_id=public_id)
        if not rows or [row.ordinal for row in rows] != list(range(1, len(rows) + 1)):
            return None
        paper = tuple(_one_of_a_kind(row.type, row.blanks, tuple(row.option_order)) for row in rows)
        if len(_papers) >= _MOST_PAPERS:
            _papers.clear()
        _papers[public_id] = paper
    return paper[question - 1] if 1 <= question <= len(paper) else None


class SavedAtOnce(NamedTuple):
    """An attempt whose event was stored by one statement: its deadline, and its highest count before."""

    base_deadline: datetime
    extra: int
    max_seq: int


def _save_at_once(insert: Any) -> AnySelect:
    """The event, if the attempt is its sender's, open and within its own time; the attempt is locked
    against a submit at the same instant, and read again where it waited for one."""
    sitting = (
        select(
            Attempt.id,
            Attempt.base_deadline,
            extra_seconds.label("extra"),
            _highest_seq.label("max_seq"),
        )
        .where(
            Attempt.public_id == bindparam("public_id", type_=String()),
            _OF_SIGNED_IN,
            Attempt.channel == str(Channel.ONLINE),
            Attempt.state == str(AttemptState.OPEN),
            Attempt.submitted_at.is_(None),
            Attempt.base_deadline >= bindparam("now", type_=Instant()),
            _events < bindparam("most_events", type_=BigId),
        )
        .with_for_update(of=Attempt)
        .cte("sitting")
    )
    event = {
        each.key: bindparam(each.key, type_=each.type)
        for each in AnswerEventRow.__table__.columns
        if each.key != "attempt_id"
    }
    stored = (
        insert(AnswerEventRow)
        .from_select(["attempt_id", *event], select(sitting.c.id, *event.values()))
        .on_conflict_do_nothing()
        .returning(AnswerEventRow.event_id)
        .cte("stored")
    )
    return select(sitting.c.base_deadline, sitting.c.extra, sitting.c.max_seq).join(stored, true())


_SAVE_AT_ONCE = Prepared(SavedAtOnce, _save_at_once)


def save_at_once(
    direct: RawCursor, public_id: str, digest: bytes, now: datetime, event: dict[str, Any]
) -> SavedAtOnce | None:
    """Store an event that counts, in one statement of PostgreSQL; None, with nothing stored, where it
    is not that plain. `event` has its columns, and as `most_events` how many an attempt may have."""
    rows = _SAVE_AT_ONCE.rows(direct, public_id=public_id, digest=digest, now=now, **event)
    return rows[0] if rows else None


class _EventRow(NamedTuple):
    event_id: str


class _AnswerRow(NamedTuple):
    event_id: str
    seq: int
    question: int
    response: Any
    flagged: bool


_KEEP_ONE = Prepared(
    _EventRow,
    lambda insert: (
        insert(AnswerEventRow)
        .values({each.key: bindparam(each.key) for each in AnswerEventRow.__table__.columns})
        .on_conflict_do_nothing()
        .returning(AnswerEventRow.event_id)
    ),
)


def keep_event(session: Session | RawCursor, row: dict[str, Any]) -> bool:
    """Insert an event; False if it is there already."""
    return bool(_KEEP_ONE.rows(session, **row))


def event_states(
    session: Session, attempt_id: int, event_ids: Sequence[str]
) -> dict[str, EventState]:
    """Return the state acknowledged for each of these events that the attempt has."""
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
    _AnswerRow,
    lambda _: select(
        AnswerEventRow.event_id,
        AnswerEventRow.seq,
        AnswerEventRow.question,
        AnswerEventRow.response,
        AnswerEventRow.flagged,
    ).where(AnswerEventRow.attempt_id == _ATTEMPT, counts()),
)


def counts() -> ColumnElement[bool]:
    """Condition on an answer event: it was held, or came late and a person admitted it."""
    return or_(AnswerEventRow.state == "held", _ADMITTED)


_ANSWER_OF_PLACE = (
    select(cast(AnswerEventRow.response, Text))
    .where(
        AnswerEventRow.attempt_id == PaperQuestion.attempt_id,
        AnswerEventRow.question == PaperQuestion.ordinal,
        counts(),
    )
    .order_by(AnswerEventRow.seq.desc(), AnswerEventRow.event_id.desc())
    .limit(1)
    .correlate(PaperQuestion)
    .scalar_subquery()
)


def answer_of_place() -> ScalarSelect[str]:
    """Column of a query of places: the JSON text of the answer, "null" or NULL where there is none."""
    return _ANSWER_OF_PLACE


def answers_of(session: Session, attempt_id: int) -> dict[int, AnswerEvent]:
    """Per question the event that is the answer: the highest of those that count.

    Those are the held ones, and the late ones that a person admitted.
    """
    return latest(AnswerEvent(*row) for row in _ANSWERS.rows(session, attempt_id=attempt_id))
