"""Before an exam opens: a day ahead it is checked against its bank, minutes ahead its pool is made."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from learnapp.db.core.caller import Caller
from learnapp.db.core.immutable_cache import ImmutableCache
from learnapp.db.exams import drawing, pools
from learnapp.db.exams.models import BlueprintRow, Exam, ExamWindow
from learnapp.db.exams.pools import PoolDraft
from learnapp.db.notices.outbox import notify
from learnapp.db.operations import audit_log
from learnapp.domain.core.permissions import SYSTEM
from learnapp.domain.exams.exams import WindowState
from question_bank.blueprint import Blueprint, Shortage
from question_bank.drawing import draw
from question_bank.pool import NotEnough, Pool

# Long enough before the opening for an admin to mend the bank or the blueprint.


def shortage_of(
    session: Session, now: datetime, bank_id: int, blueprint: Blueprint, fixed: Sequence[int] = ()
) -> list[Shortage]:
    """Which cells cannot be filled from the bank as it is; found by drawing a paper."""
    candidates = map(drawing.as_candidate, drawing.candidate_rows(session, bank_id, now))
    pool = Pool(blueprint, candidates, fixed)
    try:
        draw(pool, "check")
    except NotEnough as short:
        return short.shortages
    return []


@dataclass(frozen=True)
class StartAhead:
    """What was found by a reader, so that the write lock is not held while papers are tried: what a
    window's papers lack, and where they lack nothing its pool."""

    lacking: Sequence[Shortage]
    draft: PoolDraft | None = None


def look_ahead(
    session: Session, now: datetime, window_id: int, with_pool: bool
) -> StartAhead | None:
    """What `check` and `prepare` need to know of a window; None where it has its pool. Reads only."""
    window = session.get_one(ExamWindow, window_id)
    if window.pool_id is not None:
        return None
    exam = session.get_one(Exam, window.exam_id)
    short = _lacking(session, now, exam)
    draft = pools.draft(session, window, exam, now) if with_pool and not short else None
    return StartAhead(short, draft)


# Windows whose pool this process has sorted out. Where that pool was made again since, or is not
# remembered any more, the start sorts it out itself.
_SORTED_OUT: ImmutableCache[int, int] = ImmutableCache(8)


def before_start(session: Session, now: datetime, window_id: int) -> StartAhead | None:
    """What a start would otherwise do while it holds the write lock: sort out the window's pool for
    this process, or, where an open window has none yet, find what it would be. Reads only."""
    if _SORTED_OUT.of(session, [window_id], lambda _: {}):
        return None
    window = session.get(ExamWindow, window_id)
    if window is None or not window.opens_at <= now < window.closes_at:
        return None
    if window.pool_id is not None:
        pool_id = window.pool_id
        drawing.drawable(session, pool_id)
        _SORTED_OUT.of(session, [window_id], lambda _: {window_id: pool_id})
        return None
    cancelled = window.state == WindowState.CANCELLED
    return None if cancelled else look_ahead(session, now, window_id, with_pool=True)


def check(session: Session, now: datetime, window_id: int, ahead: StartAhead | None = None) -> None:
    """Notify the author of the exam in time if its papers cannot be drawn, or not with the
    questions that every one of them should have."""
    window = session.get_one(ExamWindow, window_id)
    exam = session.get_one(Exam, window.exam_id)
    if lost := drawing.fixed_lost(session, exam.blueprint_id):
        params = {"exam": exam.title, "lost": lost, "opens_at": window.opens_at.isoformat()}
        _notify(session, now, exam, "exam_fixed_lost", params)
    if window.pool_id is not None:
        return  # what its papers are drawn from was enough
    if short := _lacking(session, now, exam) if ahead is None else ahead.lacking:
        _notify_owner(session, now, exam, window, short)


def _lacking(session: Session, now: datetime, exam: Exam) -> list[Shortage]:
    bank_id = session.get_one(BlueprintRow, exam.blueprint_id).bank_id
    blueprint = drawing.blueprint_of(session, exam.blueprint_id)
    fixed = drawing.fixed_of(session, exam.blueprint_id)
    return shortage_of(session, now, bank_id, blueprint, fixed)


def prepare(
    session: Session, now: datetime, window_id: int, seed: str, ahead: StartAhead | None = None
) -> None:
    """Fix the window's pool, so that the first candidate does not wait for it.

    A pool that is short is left open: what is mended until the first start still counts.
    """
    window = session.get_one(ExamWindow, window_id)
    exam = session.get_one(Exam, window.exam_id)
    if window.pool_id is not None:
        return
    found = ahead or StartAhead(_lacking(session, now, exam))
    if found.lacking:
        _notify_owner(session, now, exam, window, found.lacking)
    else:
        pools.pool_of(session, window, now, seed, found.draft)


def _notify_owner(
    session: Session, now: datetime, exam: Exam, window: ExamWindow, short: Sequence[Shortage]
) -> None:
    lacking = sum(each.wanted - each.available for each in short)
    params = {"exam": exam.title, "lacking": lacking, "opens_at": window.opens_at.isoformat()}
    _notify(session, now, exam, "exam_short", params)
    audit_log.record(Caller(session, SYSTEM, now), "exam.short", ("exam", exam.id), lacking=lacking)


def _notify(session: Session, now: datetime, exam: Exam, code: str, params: dict[str, Any]) -> None:
    """A notice to anyone who made the exam; the demonstration's have nobody."""
    if exam.recorded_by is not None:
        notify(session, now, exam.recorded_by, code, params)
