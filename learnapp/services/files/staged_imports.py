"""Staged imports: a job with its rows, that can be left, taken up again, confirmed or cancelled."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import insert
from sqlalchemy.orm import Session

from learnapp.db.core.base import new_public_id
from learnapp.db.core.bulk import insert_rows
from learnapp.db.core.caller import Caller
from learnapp.db.files import imports as import_queries
from learnapp.db.files.models import ImportJob, ImportMedia, ImportRow, StoredFile
from learnapp.db.operations import audit_log
from learnapp.db.people.scope import units_in_scope
from learnapp.domain.core.calendar import local_day
from learnapp.domain.core.errors import Conflict, NotFound
from learnapp.domain.core.permissions import Actor, Permission
from learnapp.domain.files.imports import CANCELLABLE, MOST_ATTEMPTS, ImportKind, JobState

PERMISSION = {
    ImportKind.QUESTIONS: Permission.BANK_IMPORT,
    ImportKind.READING: Permission.READING_EDIT,
    ImportKind.ROSTER: Permission.ROSTER_IMPORT,
    ImportKind.DUTY_ROSTER: Permission.ABSENCE_RECORD,
}


@dataclass(frozen=True)
class NewFile:
    """An uploaded file, whose bytes (so many) the store has under this SHA-256."""

    sha256: str
    size: int
    name: str
    media_type: str


def keep_file(caller: Caller, owner_unit_id: int, new: NewFile) -> StoredFile:
    """Record an uploaded file of a unit."""
    file = StoredFile(
        public_id=new_public_id(),
        sha256=new.sha256,
        size=new.size,
        media_type=new.media_type,
        name=new.name[-200:],
        owner_unit_id=owner_unit_id,
        recorded_at=caller.now,
        recorded_by=caller.actor.person_id,
    )
    caller.session.add(file)
    caller.session.flush()
    return file


def new_job(
    caller: Caller,
    kind: ImportKind,
    file: StoredFile,
    state: JobState,
    bank_id: int | None = None,
) -> ImportJob:
    """A job without rows."""
    person_id = caller.actor.own_id()
    job = ImportJob(
        public_id=new_public_id(),
        kind=kind,
        state=state,
        file_id=file.id,
        owner_unit_id=file.owner_unit_id,
        bank_id=bank_id,
        settings={},
        counts={},
        notes=[],
        created_at=caller.now,
        created_by=person_id,
    )
    caller.session.add(job)
    caller.session.flush()
    return job


@dataclass(frozen=True)
class Found:
    """What a reader found in a file; each row has place, outcome, reasons, record, raw, decision."""

    rows: Sequence[dict[str, Any]]
    notes: Sequence[dict[str, Any]] = ()
    settings: Mapping[str, Any] = field(default_factory=dict)


def stage(caller: Caller, kind: ImportKind, file: StoredFile, found: Found) -> ImportJob:
    """Stage what a reader found."""
    job = new_job(caller, kind, file, JobState.STAGED)
    job.counts = dict(Counter(row["outcome"] for row in found.rows))
    job.notes, job.settings = list(found.notes), dict(found.settings)
    if found.rows:
        numbered = [
            {"job_id": job.id, "ordinal": ordinal, **row}
            for ordinal, row in enumerate(found.rows, 1)
        ]
        insert_rows(caller.session, ImportRow, numbered)
    audit_log.record(caller, "import.staged", ("import", job.id), kind=kind)
    return job


def keep_pictures(session: Session, job: ImportJob, pictures: Mapping[str, str]) -> None:
    """Record the pictures that came with an import: media types by SHA-256."""
    rows = [
        {"job_id": job.id, "sha256": sha256, "media_type": kind}
        for sha256, kind in pictures.items()
    ]
    if rows:
        session.execute(insert(ImportMedia), rows)


def pictures_of(session: Session, job: ImportJob) -> dict[str, str]:
    """The media types of the pictures that came with an import, by SHA-256."""
    return import_queries.pictures_of(session, job)


def job_in_reach(
    caller: Caller,
    public_id: str,
    kind: ImportKind,
    lock: bool = False,
) -> ImportJob:
    """The job, if its unit is within the actor's grants. Raises NotFound."""
    caller.actor.must(PERMISSION[kind])
    reach = units_in_scope(caller.actor, PERMISSION[kind], local_day(caller.now))
    job = import_queries.job_within(caller.session, reach, public_id, kind, lock)
    if job is None:
        raise NotFound("import_unknown")
    return job


def take_staged(caller: Caller, public_id: str, kind: ImportKind) -> ImportJob:
    """The job, locked and still staged. Raises Conflict of "import_ended" or "import_entering"."""
    job = job_in_reach(caller, public_id, kind, lock=True)
    if job.state != JobState.STAGED:
        raise _past(job)
    return job


def _past(job: ImportJob) -> Conflict:
    """Why an import cannot be changed any more."""
    code = "import_entering" if job.state == JobState.ENTERING else "import_ended"
    return Conflict(code, state=job.state)


def begin_entering(session: Session, now: datetime, job_id: int) -> bool:
    """Count an attempt to go on with what was confirmed; each part that comes in begins the count again.

    False if it does not wait, or was put back to staged after MOST_ATTEMPTS: what has come in stays,
    and confirmed again it goes on.
    """
    job = session.get_one(ImportJob, job_id, with_for_update=True)
    if job.state != JobState.ENTERING:
        return False
    if job.attempts >= MOST_ATTEMPTS:
        job.state = JobState.STAGED
        job.settings = {**job.settings, "broken_off": True}
        caller = Caller(session, Actor(job.settings["entering"]["by"]), now)
        audit_log.record(caller, "import.broken_off", ("import", job.id), added=job.counts["added"])
        return False
    job.attempts += 1
    return True


def end(caller: Caller, job: ImportJob, state: JobState) -> None:
    """staged or entering → done; what can be cancelled → cancelled."""
    job.state, job.ended_at = state, caller.now
    audit_log.record(caller, f"import.{state}", ("import", job.id))


def cancel(caller: Caller, public_id: str, kind: ImportKind) -> None:
    """Give an import up, or put away one that was refused; a repeat changes nothing."""
    job = job_in_reach(caller, public_id, kind, lock=True)
    if job.state in (JobState.DONE, JobState.ENTERING):
        raise _past(job)
    if job.state in CANCELLABLE:
        end(caller, job, JobState.CANCELLED)


def open_jobs(caller: Caller, kind: ImportKind) -> list[ImportJob]:
    """Jobs within reach that wait for somebody, newest first: begun and left, or refused unseen."""
    reach = units_in_scope(caller.actor, PERMISSION[kind], local_day(caller.now))
    return import_queries.unended_within(caller.session, reach, kind)


def file_of(session: Session, job: ImportJob) -> StoredFile:
    """The uploaded file of a job."""
    return session.get_one(StoredFile, job.file_id)


def next_of_upload(caller: Caller, job: ImportJob) -> ImportJob | None:
    """The first job that came in with this one, of several files at once, and is still to be confirmed."""
    waiting = [
        each
        for each in open_jobs(caller, ImportKind(job.kind))
        if (each.created_by, each.created_at) == (job.created_by, job.created_at)
        and each.id != job.id
        and each.state == JobState.STAGED
    ]
    return min(waiting, key=lambda each: each.id, default=None)
