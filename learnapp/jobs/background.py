"""Work in the background, step by step: read without a lock, written in short transactions."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from datetime import datetime

from sqlalchemy.orm import Session

from learnapp import logs
from learnapp.db.core.engine import Database
from learnapp.db.operations import background_jobs
from learnapp.db.operations.background_work import BackgroundWork
from learnapp.db.operations.models import BackgroundJob
from learnapp.domain.core.errors import DomainError
from learnapp.domain.operations.background_jobs import WorkKind
from learnapp.services.bank import item_statistics
from learnapp.services.exams import integrity_work, regrade_work, sheet_work
from learnapp.services.progress import all_units_work, quality_work
from learnapp.services.reports import month_work

log = logging.getLogger("learnapp.jobs")

# How each kind is carried out: a further kind is one line.
KINDS: Mapping[WorkKind, Callable[[Session, datetime, BackgroundJob], BackgroundWork]] = {
    WorkKind.ITEM_STATISTICS: item_statistics.StatisticsWork,
    WorkKind.REGRADE: regrade_work.RegradeWork,
    WorkKind.REGRADE_PREVIEW: regrade_work.PreviewWork,
    WorkKind.SIGNALS: integrity_work.SignalsWork,
    WorkKind.MARK_SHEET: sheet_work.SheetWork,
    WorkKind.YEAR_MARKS: sheet_work.SheetWork,
    WorkKind.MONTH_FILES: month_work.MonthWork,
    WorkKind.UNIT_FIGURES: all_units_work.AllUnitsWork,
    WorkKind.STUDY_QUALITY: quality_work.QualityWork,
}


def carry_out_waiting(database: Database, now: Callable[[], datetime]) -> int:
    """Carry out each job that waits or was broken off; how many. One that fails stops no other.

    `now` says the instant whenever it is asked: a long job goes on for many.
    """
    with database.reading() as session:
        waiting = background_jobs.to_carry_out(session)
    for job_id in waiting:
        try:
            carry_out(database, now, job_id)
        except Exception as error:  # begun again in the next round, not for ever
            log.exception("background job %s broke off: %s", job_id, logs.summary(error))
    return len(waiting)


def carry_out(database: Database, now: Callable[[], datetime], job_id: int) -> None:
    """Carry a job out to its end, or until it is cancelled; what a rule refuses is recorded as failed."""
    with database.writing("background job begun") as session:
        job = background_jobs.begin(session, now(), job_id)
    if job is None:
        return
    try:
        _steps(database, now, job)
    except DomainError as refused:
        with database.writing("background job failed") as session:
            background_jobs.fail(session, now(), job_id, refused.code, refused.params)


def _steps(database: Database, now: Callable[[], datetime], job: BackgroundJob) -> None:
    if job.cursor is None:
        _drop_rows(database, job.id)
    with database.reading() as session:
        work = KINDS[WorkKind(job.kind)](session, now(), job)
    with database.writing("background job begun") as session:
        background_jobs.note_total(session, job.id, work.total)
    while True:
        with database.reading() as session:
            part = work.read(session)
        if part is None:
            break
        with database.writing(f"part of {job.kind}") as session:
            if not background_jobs.advance(session, now(), job.id, part):
                return
    with database.writing(f"end of {job.kind}") as session:
        if not background_jobs.finish(session, now(), job.id, work.result(session)):
            return
    with database.reading() as session:
        superseded = background_jobs.superseded(session, job)
    for job_id in superseded:
        _drop_rows(database, job_id)


def _drop_rows(database: Database, job_id: int) -> None:
    more = True
    while more:
        with database.writing("rows of a background job dropped") as session:
            more = background_jobs.drop_rows(session, job_id)
