"""Scheduled work: windows opened and closed, what ran out handed in, keys opened; each once."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from learnapp.db.core.caller import Caller
from learnapp.db.core.upsert import insert_if_new
from learnapp.db.exams import window_states
from learnapp.db.exams.models import Exam, ExamWindow
from learnapp.db.operations import audit_log, window_jobs
from learnapp.db.operations.models import JobRun
from learnapp.domain.core.permissions import SYSTEM
from learnapp.domain.exams.exams import WindowState
from learnapp.domain.operations.scheduled_jobs import CHECK_AHEAD, PREPARE_AHEAD
from learnapp.services.accounts import code_sheets
from learnapp.services.exams import attempts, readiness, result_visibility
from learnapp.services.exams.readiness import StartAhead
from learnapp.services.operations import idempotency


@dataclass(frozen=True)
class Work:
    """One piece of due work: its own transaction, its own (job, period)."""

    job: str
    period: str
    person_id: int | None = None

    def whose(self) -> int:
        """The person whose attempt it is about. Raises ValueError for work about nobody."""
        if self.person_id is None:
            raise ValueError(f"{self.job} is about nobody")
        return self.person_id


def due(session: Session, now: datetime) -> list[Work]:
    """What is to be done now, in the order in which it fell due; reads only."""
    work = [
        Work(job, str(window_id))
        for job, ahead in (
            ("check_window", CHECK_AHEAD),
            ("prepare_window", PREPARE_AHEAD),
        )
        for window_id in window_jobs.to_open(session, job, now + ahead)
    ]
    work += [
        Work("open_window", str(window_id)) for window_id in window_states.opening(session, now)
    ]
    ran_out = window_states.ran_out(session, now)
    work += [Work("submit_attempt", public_id, person) for public_id, person in ran_out]
    work += [
        Work("close_window", str(window_id)) for window_id in window_states.closing(session, now)
    ]
    # An exam's keys open in several steps: each exam at most once in a round.
    work += [
        Work("show_keys", f"{each} {now.isoformat()}")
        for each in result_visibility.due(session, now)
    ]
    work += [Work("expire_codes", str(each)) for each in code_sheets.over(session, now)]
    if idempotency.are_old(session, now):
        work.append(Work("clear_deeds", now.isoformat()))
    return work


def look_ahead(session: Session, now: datetime, work: Work) -> StartAhead | None:
    """What takes long of a piece of work and writes nothing, before the write lock is taken."""
    if work.job not in ("check_window", "prepare_window"):
        return None
    return readiness.look_ahead(session, now, int(work.period), work.job == "prepare_window")


def carry_out(
    session: Session, now: datetime, work: Work, seed: str, ahead: StartAhead | None = None
) -> bool:
    """Do one piece of work, once: False when it was done before. The row goes with the effect.

    `seed` is for what is drawn, if anything is; `ahead` what `look_ahead` found.
    """
    row = {"job": work.job, "period": work.period, "done_at": now}
    statement = insert_if_new(session, JobRun).values(row).returning(JobRun.job)
    if session.scalar(statement) is None:
        return False
    if work.job == "check_window":
        readiness.check(session, now, int(work.period), ahead)
    elif work.job == "prepare_window":
        readiness.prepare(session, now, int(work.period), seed, ahead)
    elif work.job == "open_window":
        _open(session, now, int(work.period))
    elif work.job == "close_window":
        _close(session, now, int(work.period))
    elif work.job == "show_keys":
        result_visibility.settle(session, now, int(work.period.partition(" ")[0]))
    elif work.job == "expire_codes":
        code_sheets.expire(session, now, int(work.period))
    elif work.job == "clear_deeds":
        idempotency.clear(session, now)
    elif not attempts.submit_if_ran_out(session, now, work.period, work.whose()):
        # Time was added, or the person was first: what may still come must not be barred.
        session.delete(session.get_one(JobRun, (work.job, work.period)))
        return False
    return True


def _open(session: Session, now: datetime, window_id: int) -> None:
    window = session.get_one(ExamWindow, window_id, with_for_update=True)
    if window.state != WindowState.PLANNED or now < window.opens_at:
        return
    window.state, window.opened_at = WindowState.OPEN, now
    exam = session.get_one(Exam, window.exam_id)
    audit_log.record(
        Caller(session, SYSTEM, now), "window.opened", ("exam", exam.id), window=window_id
    )


def _close(session: Session, now: datetime, window_id: int) -> None:
    window = session.get_one(ExamWindow, window_id, with_for_update=True)
    if window.state in (WindowState.CLOSED, WindowState.CANCELLED) or now < window.closes_at:
        return
    window.state, window.closed_at = WindowState.CLOSED, now
    audit_log.record(
        Caller(session, SYSTEM, now), "window.closed", ("exam", window.exam_id), window=window_id
    )
