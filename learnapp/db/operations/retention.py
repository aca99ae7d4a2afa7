"""Named queries of retention: what is due by a rule, found by an index, and its removal.

Of exams' traces see learnapp/db/exams/answer_traces.py.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, delete, exists, func, insert, or_, select, tuple_, update
from sqlalchemy.orm import Session

from learnapp.db.accounts.models import SignIn
from learnapp.db.core.statements import AnySelect, rows_changed
from learnapp.db.core.upsert import increase
from learnapp.db.files.models import ImportJob, ImportMedia, ImportRow
from learnapp.db.notices.models import Notice
from learnapp.db.operations.models import (
    AuditEntry,
    DayUse,
    JobRun,
    RetentionPass,
    RetentionRun,
)
from learnapp.domain.core.calendar import local_day
from learnapp.domain.operations.retention import (
    ROUTINE_ACTIONS,
    RetentionRule,
    RowNature,
    holding_of,
)

Keys = list[tuple[Any, ...]]


@dataclass(frozen=True)
class _Trace:
    """The rows of a table that go by a rule.

    `old` is true of what is due. `first` are statements that give keys in the order in which rows fall
    due, each read by an index and only as far as its limit.
    """

    table: Any
    key: tuple[Any, ...]
    old: Callable[[datetime], ColumnElement[bool]]
    first: Callable[[datetime], Sequence[AnySelect]]


def _sign_in_is_old(before: datetime) -> ColumnElement[bool]:
    return or_(SignIn.expires_at < before, SignIn.revoked_at < before)


def _routine(before: datetime) -> Sequence[AnySelect]:
    """The oldest entries of each routine action."""
    return [
        select(AuditEntry.id).where(AuditEntry.action == action).order_by(AuditEntry.id)
        for action in ROUTINE_ACTIONS
    ]


def _of_old_import(job_id: Any) -> Callable[[datetime], ColumnElement[bool]]:
    return lambda before: job_id.in_(select(ImportJob.id).where(ImportJob.ended_at < before))


def _of_imports(table: Any, order: Any) -> Callable[[datetime], Sequence[AnySelect]]:
    """What is left of the import that ended first, among those of which something is left."""

    def first(before: datetime) -> Sequence[AnySelect]:
        job = (
            select(ImportJob.id)
            .where(ImportJob.ended_at < before, exists().where(table.job_id == ImportJob.id))
            .order_by(ImportJob.ended_at)
            .limit(1)
            .scalar_subquery()
        )
        return [select(table.job_id, order).where(table.job_id == job).order_by(order)]

    return first


_TRACES: dict[RetentionRule, tuple[_Trace, ...]] = {
    RetentionRule.ROUTINE_AUDIT: (
        _Trace(
            AuditEntry,
            (AuditEntry.id,),
            lambda before: (
                AuditEntry.action.in_(ROUTINE_ACTIONS) & (AuditEntry.recorded_at < before)
            ),
            _routine,
        ),
    ),
    RetentionRule.AUDIT: (
        _Trace(
            AuditEntry,
            (AuditEntry.id,),
            lambda before: AuditEntry.recorded_at < before,
            lambda before: [
                select(AuditEntry.id)
                .where(AuditEntry.recorded_at < before)
                .order_by(AuditEntry.recorded_at)
            ],
        ),
    ),
    RetentionRule.SIGN_INS: (
        _Trace(
            SignIn,
            (SignIn.id,),
            _sign_in_is_old,
            lambda _: [select(SignIn.id).order_by(SignIn.id)],
        ),
    ),
    RetentionRule.JOB_RUNS: (
        _Trace(
            JobRun,
            (JobRun.job, JobRun.period),
            lambda before: JobRun.done_at < before,
            lambda before: [
                select(JobRun.job, JobRun.period)
                .where(JobRun.done_at < before)
                .order_by(JobRun.done_at)
            ],
        ),
    ),
    RetentionRule.IMPORTS: (
        _Trace(
            ImportRow,
            (ImportRow.job_id, ImportRow.ordinal),
            _of_old_import(ImportRow.job_id),
            _of_imports(ImportRow, ImportRow.ordinal),
        ),
        _Trace(
            ImportMedia,
            (ImportMedia.job_id, ImportMedia.sha256),
            _of_old_import(ImportMedia.job_id),
            _of_imports(ImportMedia, ImportMedia.sha256),
        ),
    ),
    RetentionRule.NOTICES: (
        _Trace(
            Notice,
            (Notice.id,),
            lambda before: Notice.recorded_at < before,
            lambda _: [select(Notice.id).order_by(Notice.id)],
        ),
    ),
    RetentionRule.DAY_USES: (
        _Trace(
            DayUse,
            (DayUse.person_id, DayUse.day, DayUse.kind),
            lambda before: DayUse.day < local_day(before),
            lambda before: [
                select(DayUse.person_id, DayUse.day, DayUse.kind)
                .where(DayUse.day < local_day(before))
                .order_by(DayUse.day)
            ],
        ),
    ),
}


@dataclass(frozen=True)
class DueKeys:
    """Rows that are due, by their keys: of the rule's first, second … table."""

    rule: RetentionRule
    place: int
    keys: Keys


def find(session: Session, rule: RetentionRule, before: datetime, most: int) -> DueKeys | None:
    """At most so many rows that are due by a rule; None when nothing is."""
    for place, trace in enumerate(_TRACES[rule]):
        for statement in trace.first(before):
            first = statement.limit(most).subquery()
            among = tuple_(*trace.key).in_(select(first))
            keys = session.execute(select(*trace.key).where(among, trace.old(before))).all()
            if keys:
                return DueKeys(rule, place, [tuple(each) for each in keys])
    return None


def count(session: Session, rule: RetentionRule, before: datetime) -> int:
    """How many rows are due by a rule; looks through whole tables."""
    return sum(
        session.scalar(select(func.count()).select_from(each.table).where(each.old(before))) or 0
        for each in _TRACES[rule]
    )


def remove(session: Session, found: DueKeys, before: datetime) -> int:
    """Remove those of the rows that are due still; how many."""
    trace = _TRACES[found.rule][found.place]
    statement = delete(trace.table).where(tuple_(*trace.key).in_(found.keys), trace.old(before))
    with allowed(session, trace.table, before):
        return rows_changed(session, statement.execution_options(synchronize_session=False))


@contextmanager
def allowed(session: Session, table: Any, before: datetime) -> Iterator[None]:
    """Let rows of a table that are older than an instant be removed, in here alone.

    Raises ValueError for a table that holds no traces: no rule of retention reaches a fact.
    """
    name: str = table.__tablename__
    if holding_of(name) is not RowNature.TRACE:
        raise ValueError(f"{name} holds no traces")
    session.execute(insert(RetentionPass).values(table_name=name, due_before=before))
    yield
    session.execute(delete(RetentionPass).where(RetentionPass.table_name == name))


def note(session: Session, rule: RetentionRule, day: date, removed: int) -> None:
    """Add to what went by a rule on a day."""
    row = {"rule": rule, "day": day, "removed": removed, "ended_at": None}
    increase(session, RetentionRun, [row], ["rule", "day"], ["removed"])


def unreported(session: Session, rule: RetentionRule) -> int:
    """How many rows went by a rule since it last came to an end."""
    wanted = select(func.coalesce(func.sum(RetentionRun.removed), 0)).where(
        RetentionRun.rule == rule, RetentionRun.ended_at.is_(None)
    )
    return int(session.scalar(wanted) or 0)


def end(session: Session, rule: RetentionRule, now: datetime, forget: date) -> None:
    """Nothing more is due by a rule; runs before the day `forget` are removed."""
    session.execute(
        update(RetentionRun)
        .where(RetentionRun.rule == rule, RetentionRun.ended_at.is_(None))
        .values(ended_at=now)
    )
    session.execute(
        delete(RetentionRun).where(RetentionRun.rule == rule, RetentionRun.day < forget)
    )


def ended(session: Session) -> dict[RetentionRule, datetime]:
    """When each rule last came to an end; those that never did are left out."""
    rows = session.execute(
        select(RetentionRun.rule, func.max(RetentionRun.ended_at))
        .where(RetentionRun.ended_at.is_not(None))
        .group_by(RetentionRun.rule)
    )
    return {RetentionRule(rule): at for rule, at in rows if at is not None}


def first_entry_at(session: Session) -> datetime | None:
    """When the oldest entry of the audit was made; None in an empty database."""
    oldest = select(func.min(AuditEntry.id)).scalar_subquery()
    return session.scalar(select(AuditEntry.recorded_at).where(AuditEntry.id == oldest))
