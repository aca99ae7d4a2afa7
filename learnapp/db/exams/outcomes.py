"""Named queries of attempts with what came of them, and of the completions that followed."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, bindparam, func, select
from sqlalchemy.orm import Session

from learnapp.db.core.aliases import lasting_alias
from learnapp.db.core.base import BigId, total
from learnapp.db.core.compiled_statements import Prepared
from learnapp.db.core.many import in_order, one_of, one_of_named
from learnapp.db.core.spans import Span
from learnapp.db.core.statements import AnySelect
from learnapp.db.exams.attempt_models import Allowance, Attempt, Result
from learnapp.db.exams.models import Exam, ExamWindow, MarksRelease
from learnapp.db.study.models import Completion, Item, Withdrawal
from learnapp.domain.exams.deadline import deadline
from learnapp.domain.exams.exams import (
    AttemptState,
    Channel,
    CountingRule,
    ExamKind,
    Release,
    VoidCause,
    WindowKind,
)
from learnapp.domain.exams.outcomes import AttemptFacts, CreditFacts
from learnapp.domain.exams.result_visibility import marks_visible, release_of

SOURCE = "attempt"  # completions that came of an attempt are `attempt:17`, `attempt:17:2`, …

_LATER = lasting_alias(Result)
_EXTRA = (
    select(total(Allowance.seconds))
    .where(Allowance.attempt_id == Attempt.id)
    .correlate(Attempt)
    .scalar_subquery()
)
_NEWEST = (
    select(func.max(_LATER.number))
    .where(_LATER.attempt_id == Attempt.id)
    .correlate(Attempt)
    .scalar_subquery()
)
_NEWEST_RESULT = (
    (Result.attempt_id == Attempt.id)
    & (Result.number == _NEWEST)
    & (Result.number > Attempt.results_from)
)
_RELEASED_AT = (
    select(func.max(MarksRelease.released_at))
    .where(MarksRelease.exam_id == Exam.id)
    .correlate(Exam)
    .scalar_subquery()
)


class _AttemptRow(NamedTuple):
    id: int
    public_id: str
    person_id: int
    exam_id: int
    window_id: int
    number: int
    channel: str
    state: str
    started_at: datetime
    submitted_at: datetime | None
    base_deadline: datetime
    extra: int
    passed: bool | None
    awarded: int | None
    full: int | None
    release: str
    window_kind: str
    closes_at: datetime
    released_at: datetime | None
    void_cause: str | None


def _attempts(wanted: ColumnElement[bool]) -> AnySelect:
    return (
        select(
            Attempt.id,
            Attempt.public_id,
            Attempt.person_id,
            Attempt.exam_id,
            Attempt.window_id,
            Attempt.number,
            Attempt.channel,
            Attempt.state,
            Attempt.started_at,
            Attempt.submitted_at,
            Attempt.base_deadline,
            _EXTRA.label("extra"),
            Result.passed,
            Result.awarded,
            Result.full,
            Exam.release,
            ExamWindow.kind.label("window_kind"),
            ExamWindow.closes_at,
            _RELEASED_AT.label("released_at"),
            Attempt.void_cause,
        )
        .join(Exam, Exam.id == Attempt.exam_id)
        .join(ExamWindow, ExamWindow.id == Attempt.window_id)
        .outerjoin(
            Result,
            _NEWEST_RESULT,
        )
        .where(wanted)
        .order_by(Attempt.started_at, Attempt.id)
    )


def _facts(row: Any, now: datetime) -> AttemptFacts:
    release = release_of(Release(row.release), WindowKind(row.window_kind))
    marked = row.passed is not None
    return AttemptFacts(
        id=row.id,
        public_id=row.public_id,
        person_id=row.person_id,
        exam_id=row.exam_id,
        window_id=row.window_id,
        number=row.number,
        channel=Channel(row.channel),
        state=AttemptState(row.state),
        started_at=row.started_at,
        submitted_at=row.submitted_at,
        deadline=deadline(row.base_deadline, row.extra),
        passed=row.passed,
        awarded=row.awarded,
        full=row.full,
        released=marks_visible(release, marked, row.closes_at, row.released_at, now),
        void_cause=VoidCause(row.void_cause) if row.void_cause else None,
    )


_OF_PERSON = Attempt.person_id == bindparam("person_id", type_=BigId)
_ALL = Prepared(_AttemptRow, lambda _: _attempts(_OF_PERSON))
_IN_THESE = Prepared(
    _AttemptRow,
    lambda _: _attempts(
        _OF_PERSON
        & (one_of_named(Attempt.exam_id, "exams") | (Attempt.state == str(AttemptState.OPEN)))
    ),
)


def attempts_of_person(
    session: Session, person_id: int, now: datetime, asked: Collection[int] | None = None
) -> list[AttemptFacts]:
    """The person's attempts in these exams, and the open ones of any; None: all. One statement."""
    if asked is None:
        rows = _ALL.rows(session, person_id=person_id)
    else:
        rows = _IN_THESE.rows(session, person_id=person_id, exams=in_order(asked))
    return [_facts(row, now) for row in rows]


_OF_ONE = Prepared(
    _AttemptRow,
    lambda _: _attempts(_OF_PERSON & (Attempt.exam_id == bindparam("exam_id", type_=BigId))),
)


def attempts_of(
    session: Session, person_id: int, exam_id: int, now: datetime
) -> list[AttemptFacts]:
    """The person's attempts in an exam, in order. One statement."""
    rows = _OF_ONE.rows(session, person_id=person_id, exam_id=exam_id)
    return [_facts(row, now) for row in rows]


def knows_marks(session: Session, attempt_id: int, now: datetime) -> bool:
    """Whether the attempt's person may know its marks now; a notice never says them sooner."""
    rows = session.execute(_attempts(Attempt.id == attempt_id))
    return any(_facts(row, now).released for row in rows)


def attempts_in_exam(
    session: Session, exam_id: int, now: datetime, people: Collection[int] | None = None
) -> dict[int, list[AttemptFacts]]:
    """Per person (None: of all) the attempts in an exam. One statement."""
    windows = select(ExamWindow.id).where(ExamWindow.exam_id == exam_id)
    wanted: ColumnElement[bool] = Attempt.window_id.in_(windows)
    if people is not None:
        wanted = one_of(Attempt.person_id, people) & (Attempt.exam_id == exam_id)
    found: dict[int, list[AttemptFacts]] = {}
    for row in session.execute(_attempts(wanted)):
        found.setdefault(row.person_id, []).append(_facts(row, now))
    return found


def passed_since(session: Session, attempt_ids: Collection[int]) -> dict[int, datetime]:
    """Per attempt when the newest unbroken run of passed results began; none for failed ones.

    Results of a hand-in that was undone count no more.
    """
    found: dict[int, datetime] = {}
    rows = session.execute(
        select(Result.attempt_id, Result.passed, Result.recorded_at)
        .join(Attempt, Attempt.id == Result.attempt_id)
        .where(one_of(Result.attempt_id, attempt_ids), Result.number > Attempt.results_from)
        .order_by(Result.attempt_id, Result.number)
    )
    for attempt_id, passed, recorded_at in rows:
        if not passed:
            found.pop(attempt_id, None)
        else:
            found.setdefault(attempt_id, recorded_at)
    return found


def credits_of(
    session: Session, item_id: int, person_id: int | None = None
) -> dict[int, list[CreditFacts]]:
    """Per person the completions of an exam's item that came of attempts. One statement."""
    wanted = [Completion.item_id == item_id]
    if person_id is not None:
        wanted.append(Completion.person_id == person_id)
    found: dict[int, list[CreditFacts]] = {}
    for row in session.execute(_credits(wanted)):
        found.setdefault(row.person_id, []).append(_credit(row))
    return found


def _credits(wanted: Iterable[ColumnElement[bool]]) -> AnySelect:
    return (
        select(
            Completion.id,
            Completion.person_id,
            Completion.item_id,
            Completion.source,
            Withdrawal.recorded_at.label("withdrawn_at"),
            Withdrawal.recorded_by.label("withdrawn_by"),
        )
        .outerjoin(Withdrawal, Withdrawal.completion_id == Completion.id)
        .where(*wanted, Completion.source.startswith(f"{SOURCE}:"))
        .order_by(Completion.id)
    )


def _credit(row: Any) -> CreditFacts:
    _, attempt_id, *more = row.source.split(":")
    return CreditFacts(
        row.id,
        int(attempt_id),
        int(more[0]) if more else 1,
        row.withdrawn_at,
        by_decision=row.withdrawn_by is not None,
    )


def item_and_rule(session: Session, exam_id: int) -> tuple[int, CountingRule] | None:
    """The item that an exam completes, and which of several attempts counts; None for a trial, which
    completes nothing."""
    row = session.execute(
        select(Item.id, Exam.counts)
        .join(Exam, Exam.id == Item.exam_id)
        .where(Item.exam_id == exam_id, Exam.kind != ExamKind.TRIAL)
    ).one_or_none()
    return None if row is None else (row.id, CountingRule(row.counts))


class SatExam(NamedTuple):
    """An exam that somebody began."""

    exam_id: int
    item_id: int
    rule: CountingRule  # which of several attempts counts


def sat_exams(session: Session) -> list[SatExam]:
    """Every exam that somebody began and that completes something, by id."""
    begun = select(Attempt.id).where(Attempt.window_id == ExamWindow.id)
    windows = select(ExamWindow.exam_id).where(begun.exists())
    rows = session.execute(
        select(Exam.id, Item.id, Exam.counts)
        .join(Item, Item.exam_id == Exam.id)
        .where(Exam.id.in_(windows), Exam.kind != ExamKind.TRIAL)
        .order_by(Exam.id)
    )
    return [SatExam(exam_id, item_id, CountingRule(rule)) for exam_id, item_id, rule in rows]


class Tried(NamedTuple):
    """An attempt with what its newest result says; None while it is not marked."""

    exam_id: int
    person_id: int
    id: int
    state: str
    passed: bool | None


def tried_by(session: Session, people: Span) -> Iterator[Tried]:
    """The attempts of these people in any exam. One statement."""
    rows = session.execute(
        select(Attempt.exam_id, Attempt.person_id, Attempt.id, Attempt.state, Result.passed)
        .outerjoin(Result, _NEWEST_RESULT)
        .where(people.holds(Attempt.person_id))
    )
    return (Tried(*row) for row in rows)


def credits_among(session: Session, people: Span) -> Iterator[tuple[int, int, CreditFacts]]:
    """(item, person, completion) of what came of attempts of these people, in order. One statement."""
    for row in session.execute(_credits([people.holds(Completion.person_id)])):
        yield row.item_id, row.person_id, _credit(row)


def attempts_among(
    session: Session, people: Collection[int], now: datetime
) -> dict[tuple[int, int], list[AttemptFacts]]:
    """Per exam and person all attempts of some people. One statement."""
    found: dict[tuple[int, int], list[AttemptFacts]] = {}
    for row in session.execute(_attempts(one_of(Attempt.person_id, people))):
        found.setdefault((row.exam_id, row.person_id), []).append(_facts(row, now))
    return found
