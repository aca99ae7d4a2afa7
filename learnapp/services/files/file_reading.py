"""Files that are read in the background: begun, their rows staged part by part, or refused."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import delete, update
from sqlalchemy.orm import Session

from learnapp.db.core.bulk import insert_rows
from learnapp.db.files import imports as import_queries
from learnapp.db.files.models import ImportJob, ImportRow
from learnapp.domain.files.imports import MOST_ATTEMPTS, JobState


def begin_reading(session: Session, now: datetime, job_id: int) -> bool:
    """Count an attempt to read the file, before it is read: a reader that dies is counted too.

    False if the import no longer waits, or was given up after MOST_ATTEMPTS.
    """
    job = session.get_one(ImportJob, job_id, with_for_update=True)
    if job.state != JobState.READING:
        return False
    if job.attempts >= MOST_ATTEMPTS:
        refuse(session, now, job_id, "gave_up", {"attempts": job.attempts})
        return False
    job.attempts += 1
    return True


def start_over(session: Session, job_id: int, total: int | None) -> None:
    """Forget the rows of a reading that was broken off; how many there will be, where that is known."""
    session.execute(delete(ImportRow).where(ImportRow.job_id == job_id))
    session.execute(update(ImportJob).where(ImportJob.id == job_id).values(total=total))


def add_rows(session: Session, job_id: int, rows: Sequence[Mapping[str, Any]]) -> bool:
    """Stage some more rows; False, and nothing done, if the import was cancelled."""
    if import_queries.state_of(session, job_id) != JobState.READING:
        return False
    insert_rows(session, ImportRow, [{"job_id": job_id, **row} for row in rows])
    return True


def refuse(session: Session, now: datetime, job_id: int, code: str, params: dict[str, Any]) -> None:
    """reading → refused, with the reason that its page tells."""
    job = session.get_one(ImportJob, job_id, with_for_update=True)
    if job.state == JobState.READING:
        job.state, job.ended_at = JobState.REFUSED, now
        job.settings = {**job.settings, "refused": {"code": code, "params": params}}
