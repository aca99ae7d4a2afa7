"""Jobs in the background: asked for, begun, advanced and ended; each function flushes, none commits."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from learnapp.db.core.base import new_public_id
from learnapp.db.core.caller import Caller
from learnapp.db.core.upsert import insert_if_new
from learnapp.db.operations import audit_log
from learnapp.db.operations.background_work import Part
from learnapp.db.operations.models import BackgroundJob, BackgroundRow
from learnapp.domain.operations.background_jobs import (
    ACTIVE,
    MOST_ATTEMPTS,
    WorkKind,
    WorkState,
)

DROPPED = 2_000  # rows that are removed in one transaction


@dataclass(frozen=True)
class NewJob:
    """Work that is wanted: of which kind, about what, of which unit, and how exactly."""

    kind: WorkKind
    subject: str
    owner_unit_id: int
    params: Mapping[str, Any] = field(default_factory=dict)


def ask(caller: Caller, new: NewJob) -> BackgroundJob:
    """The job that waits or runs for this: a new one, or the one that was asked for before."""
    row = {
        "public_id": new_public_id(),
        "kind": new.kind,
        "subject": new.subject,
        "owner_unit_id": new.owner_unit_id,
        "params": dict(new.params),
        "state": WorkState.WAITING,
        "error_params": {},
        "asked_at": caller.now,
        "asked_by": caller.actor.person_id,
    }
    session = caller.session
    statement = insert_if_new(session, BackgroundJob).values(row).returning(BackgroundJob.id)
    made = session.scalar(statement)
    if made is not None:
        audit_log.record(caller, "background.asked", ("background_job", made), work=new.kind)
        return session.get_one(BackgroundJob, made)
    active = select(BackgroundJob).where(
        BackgroundJob.kind == new.kind,
        BackgroundJob.subject == new.subject,
        BackgroundJob.state.in_(ACTIVE),
    )
    return session.scalars(active).one()


def newest(
    session: Session, kind: WorkKind, subject: str, *states: WorkState
) -> BackgroundJob | None:
    """The job of a kind and subject that was asked for last, of those in these states (none: in any)."""
    wanted = select(BackgroundJob).where(
        BackgroundJob.kind == kind, BackgroundJob.subject == subject
    )
    if states:
        wanted = wanted.where(BackgroundJob.state.in_(states))
    return session.scalar(wanted.order_by(BackgroundJob.id.desc()).limit(1))


def of_address(
    session: Session, public_id: str, kind: WorkKind, subject: str
) -> BackgroundJob | None:
    """The job of this address, if it is of this kind and about this."""
    return session.scalar(
        select(BackgroundJob).where(
            BackgroundJob.public_id == public_id,
            BackgroundJob.kind == kind,
            BackgroundJob.subject == subject,
        )
    )


def to_carry_out(session: Session) -> list[int]:
    """The jobs that wait or were broken off, the oldest first."""
    wanted = select(BackgroundJob.id).where(BackgroundJob.state.in_(ACTIVE))
    return list(session.scalars(wanted.order_by(BackgroundJob.id)))


def questions_regraded(session: Session) -> set[int]:
    """The question versions of which a correction is in force that has not reached everybody yet."""
    subjects = session.scalars(
        select(BackgroundJob.subject).where(
            BackgroundJob.kind == WorkKind.REGRADE,
            BackgroundJob.state.in_((*ACTIVE, WorkState.FAILED)),
        )
    )
    return {int(subject) for subject in subjects}


def not_reached(session: Session, attempt_id: int, version_ids: Collection[int]) -> bool:
    """Whether a correction of one of these questions is in force that has not reached the attempt yet."""
    jobs = session.execute(
        select(BackgroundJob.subject, BackgroundJob.cursor).where(
            BackgroundJob.kind == WorkKind.REGRADE,
            BackgroundJob.state.in_((*ACTIVE, WorkState.FAILED)),
        )
    )
    return any(
        int(subject) in version_ids and attempt_id > (cursor or {"after": 0})["after"]
        for subject, cursor in jobs
    )


def begin(session: Session, now: datetime, job_id: int) -> BackgroundJob | None:
    """Count an attempt to carry a job out. None if it does not wait, or was given up after
    MOST_ATTEMPTS without a step in between; what was done of it stays."""
    job = session.get_one(BackgroundJob, job_id, with_for_update=True)
    if job.state not in ACTIVE:
        return None
    if job.attempts >= MOST_ATTEMPTS:
        fail(session, now, job_id, "background_broken_off")
        return None
    job.attempts += 1
    job.state = WorkState.RUNNING
    if job.cursor is None:
        job.begun_at, job.done = now, 0
    session.flush()
    return job


def note_total(session: Session, job_id: int, total: int) -> None:
    """Record how much there is to do."""
    session.get_one(BackgroundJob, job_id, with_for_update=True).total = total


def advance(session: Session, now: datetime, job_id: int, part: Part) -> bool:
    """Write a part and record that it is done; False, with nothing done, once the job was cancelled."""
    job = session.get_one(BackgroundJob, job_id, with_for_update=True)
    if job.state != WorkState.RUNNING:
        return False
    if part.write is not None:
        part.write(session, now)
    job.done = part.done
    if part.cursor is not None:
        job.cursor, job.attempts = part.cursor, 0
    session.flush()
    return True


def finish(session: Session, now: datetime, job_id: int, result: Mapping[str, Any]) -> bool:
    """running → done, with what it came to; False where it was cancelled."""
    job = session.get_one(BackgroundJob, job_id, with_for_update=True)
    if job.state != WorkState.RUNNING:
        return False
    job.state, job.ended_at, job.result = WorkState.DONE, now, dict(result)
    session.flush()
    return True


def fail(
    session: Session, now: datetime, job_id: int, code: str, params: Mapping[str, Any] | None = None
) -> None:
    """waiting or running → failed, with the code of what was wrong."""
    job = session.get_one(BackgroundJob, job_id, with_for_update=True)
    if job.state not in ACTIVE:
        return
    job.state, job.ended_at = WorkState.FAILED, now
    job.error, job.error_params = code, dict(params or {})
    session.flush()


def rows_of(
    session: Session, job_id: int, offset: int = 0, limit: int | None = None
) -> list[dict[str, Any]]:
    """What a job found, in order; from so many on, so many at most."""
    wanted = select(BackgroundRow.row).where(
        BackgroundRow.job_id == job_id, BackgroundRow.number > offset
    )
    if limit is not None:
        wanted = wanted.where(BackgroundRow.number <= offset + limit)
    return list(session.scalars(wanted.order_by(BackgroundRow.number)))


def superseded(session: Session, job: BackgroundJob) -> list[int]:
    """The jobs whose rows nobody needs once this one is done: earlier ones about the same."""
    wanted = select(BackgroundJob.id).where(
        BackgroundJob.kind == job.kind,
        BackgroundJob.subject == job.subject,
        BackgroundJob.id < job.id,
        select(BackgroundRow.number).where(BackgroundRow.job_id == BackgroundJob.id).exists(),
    )
    return list(session.scalars(wanted))


def drop_rows(session: Session, job_id: int) -> bool:
    """Remove the last rows of a job, some in each transaction; whether there are more."""
    last = count_rows(session, job_id)
    wanted = BackgroundRow.job_id == job_id, BackgroundRow.number > last - DROPPED
    session.execute(delete(BackgroundRow).where(*wanted))
    return last > DROPPED


def count_rows(session: Session, job_id: int) -> int:
    """How many rows a job found."""
    wanted = select(func.max(BackgroundRow.number)).where(BackgroundRow.job_id == job_id)
    return session.scalar(wanted) or 0


def cancel(caller: Caller, job: BackgroundJob) -> None:
    """waiting, running or failed → cancelled; what runs stops before its next part."""
    job.state, job.ended_at = WorkState.CANCELLED, caller.now
    audit_log.record(caller, "background.cancelled", ("background_job", job.id), work=job.kind)
    caller.session.flush()


def retry(caller: Caller, job: BackgroundJob) -> None:
    """failed or cancelled → waiting; it goes on where it was."""
    job.state, job.ended_at, job.attempts = WorkState.WAITING, None, 0
    job.error, job.error_params = None, {}
    audit_log.record(caller, "background.retried", ("background_job", job.id), work=job.kind)
    caller.session.flush()
