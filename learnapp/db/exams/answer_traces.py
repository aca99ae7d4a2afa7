"""Named queries of how answers came about: what replaced answers and page facts of settled windows may go."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import and_, delete, exists, or_, select, tuple_, update
from sqlalchemy.orm import Session

from learnapp.db.bank import question_reports
from learnapp.db.bank.models import QuestionReport
from learnapp.db.core.many import one_of
from learnapp.db.core.statements import AnySelect, rows_changed
from learnapp.db.exams.attempt_models import (
    Admission,
    AnswerEventRow,
    AnswerToMark,
    Attempt,
    PageFact,
    PaperQuestion,
    Result,
)
from learnapp.db.exams.models import Exam, ExamWindow
from learnapp.domain.exams.answers import AnswerEvent, EventState, replaced
from learnapp.domain.exams.exams import AttemptState, ExamKind, WindowState
from learnapp.domain.operations.retention import AttemptTraces

# The key of an event, and of a page's fact.
EventKey = tuple[int, int, str]
FactKey = tuple[int, str]


def settled(session: Session, before: datetime, after: tuple[datetime, int] | None) -> Any:
    """The next window (id, and where to go on from) that is not condensed and whose keys were shown
    before an instant; a practice exam's after it was closed. None when there is none."""
    at = ExamWindow.closes_at
    wanted = (
        select(ExamWindow.id, at)
        .join(Exam, Exam.id == ExamWindow.exam_id)
        .where(
            ExamWindow.condensed_at.is_(None),
            ExamWindow.state == WindowState.CLOSED,
            or_(
                ExamWindow.keys_shown_at < before,
                and_(Exam.kind == ExamKind.PRACTICE, at < before),
            ),
        )
        .order_by(at, ExamWindow.id)
        .limit(1)
    )
    if after is not None:
        wanted = wanted.where(tuple_(at, ExamWindow.id) > after)
    row = session.execute(wanted).one_or_none()
    return None if row is None else (row[0], (row[1], row[0]))


def _marked() -> Any:
    result = exists().where(Result.attempt_id == Attempt.id, Result.number > Attempt.results_from)
    return result & ~exists().where(AnswerToMark.attempt_id == Attempt.id)


def _contested() -> Any:
    """A question of the paper is reported and nobody has answered, or an answer came too late and was
    not admitted."""
    on_paper = (
        select(PaperQuestion.version_id)
        .where(PaperQuestion.attempt_id == Attempt.id)
        .correlate(Attempt)
    )
    reported = exists().where(
        QuestionReport.state == question_reports.OPEN, QuestionReport.version_id.in_(on_paper)
    )
    admitted = exists().where(
        Admission.attempt_id == AnswerEventRow.attempt_id,
        Admission.event_id == AnswerEventRow.event_id,
    )
    late = exists().where(
        AnswerEventRow.attempt_id == Attempt.id,
        AnswerEventRow.state != EventState.HELD,
        ~admitted,
    )
    return or_(reported, late)


@dataclass(frozen=True)
class TracedAttempt:
    """An attempt of a window, with what decides about its traces; `place` is where to go on from."""

    id: int
    place: tuple[int, int]
    traces: AttemptTraces


def _traced() -> AnySelect:
    return select(
        Attempt.id,
        Attempt.person_id,
        Attempt.number,
        Attempt.state,
        _marked().label("marked"),
        _contested().label("contested"),
    )


def _attempt(row: Any) -> TracedAttempt:
    is_submitted = row.state == AttemptState.SUBMITTED
    traces = AttemptTraces(is_submitted, bool(row.marked), bool(row.contested))
    return TracedAttempt(row.id, (row.person_id, row.number), traces)


def attempts_in(
    session: Session, window_id: int, after: tuple[int, int] | None, most: int
) -> list[TracedAttempt]:
    """The next attempts of a window, by person and number."""
    wanted = _traced().where(Attempt.window_id == window_id)
    if after is not None:
        wanted = wanted.where(tuple_(Attempt.person_id, Attempt.number) > after)
    rows = session.execute(wanted.order_by(Attempt.person_id, Attempt.number).limit(most))
    return [_attempt(row) for row in rows]


def lock(session: Session, attempt_ids: Sequence[int]) -> list[TracedAttempt]:
    """These attempts as they are now, locked against being opened again."""
    held = select(Attempt.id).where(one_of(Attempt.id, attempt_ids)).with_for_update()
    session.execute(held.order_by(Attempt.id)).all()
    rows = session.execute(_traced().where(one_of(Attempt.id, attempt_ids)))
    return [_attempt(row) for row in rows]


def replaced_events(
    session: Session, attempt_ids: Sequence[int], before: datetime
) -> list[EventKey]:
    """The held events that came before an instant and that a later one replaced."""
    event = AnswerEventRow
    rows = session.execute(
        select(event.attempt_id, event.event_id, event.seq, event.question).where(
            one_of(event.attempt_id, attempt_ids),
            event.state == EventState.HELD,
            event.received_at < before,
        )
    )
    of_attempt: dict[int, list[AnswerEvent]] = {}
    for attempt_id, event_id, seq, question in rows:
        of_attempt.setdefault(attempt_id, []).append(AnswerEvent(event_id, seq, question, None))
    return [
        (attempt_id, each.seq, each.event_id)
        for attempt_id, events in of_attempt.items()
        for each in replaced(events)
    ]


def page_facts(session: Session, attempt_ids: Sequence[int], before: datetime) -> list[FactKey]:
    """What the pages of these attempts noticed before an instant."""
    rows = session.execute(
        select(PageFact.attempt_id, PageFact.fact_id).where(
            one_of(PageFact.attempt_id, attempt_ids), PageFact.recorded_at < before
        )
    )
    return [(attempt_id, fact_id) for attempt_id, fact_id in rows]


def remove_events(session: Session, keys: Sequence[EventKey]) -> int:
    """Remove events; how many."""
    event = AnswerEventRow
    return rows_changed(
        session,
        delete(event)
        .where(tuple_(event.attempt_id, event.seq, event.event_id).in_(keys))
        .execution_options(synchronize_session=False),
    )


def remove_facts(session: Session, keys: Sequence[FactKey]) -> int:
    """Remove what pages noticed; how many."""
    return rows_changed(
        session,
        delete(PageFact)
        .where(tuple_(PageFact.attempt_id, PageFact.fact_id).in_(keys))
        .execution_options(synchronize_session=False),
    )


def set_condensed(session: Session, window_id: int, now: datetime) -> None:
    """Nothing is left to go of a window's papers."""
    session.execute(update(ExamWindow).where(ExamWindow.id == window_id).values(condensed_at=now))
