"""The pool that a window draws from, and what a make-up, retake or later batch must not repeat."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, func, or_, select, update
from sqlalchemy.orm import Session

from learnapp.db.bank.models import KeyRevision, QuestionVersion, VersionEvent
from learnapp.db.exams import drawing
from learnapp.db.exams.attempt_models import Attempt
from learnapp.db.exams.models import BlueprintRow, DrawPool, Exam, ExamWindow, PackedJson
from learnapp.db.exams.result_visibility import times_of, used_before
from learnapp.domain.exams.exams import ExamKind, WindowKind
from question_bank.blueprint import Blueprint
from question_bank.drawing import draw
from question_bank.pool import NotEnough, Pool


def earlier(session: Session, window: ExamWindow) -> list[int]:
    """The windows of the exam whose papers this one must not repeat: those whose keys are open, and
    for a make-up, retake or resit of a weekly test its main windows. 补学 avoids per person."""
    if window.kind == WindowKind.REMEDIAL:
        return []
    others = select(ExamWindow.id).where(
        ExamWindow.exam_id == window.exam_id, ExamWindow.id != window.id
    )
    shown: ColumnElement[bool] = ExamWindow.keys_shown_at.is_not(None)
    kind = session.scalar(select(Exam.kind).where(Exam.id == window.exam_id))
    if kind == ExamKind.WEEKLY and window.kind != WindowKind.MAIN:
        shown = or_(shown, ExamWindow.kind == WindowKind.MAIN)
    return list(session.scalars(others.where(shown)))


def used(session: Session, window: ExamWindow, bank_id: int, now: datetime) -> set[int]:
    """The versions of the bank that this window must not repeat."""
    windows = earlier(session, window)
    if not windows:
        return set()
    first = session.scalar(select(func.min(Attempt.id)).where(Attempt.window_id.in_(windows)))
    if first is None:
        return set()
    found = drawing.eligible(bank_id, now).where(used_before(windows, first))
    return set(session.scalars(found.with_only_columns(QuestionVersion.id)))


def without(
    blueprint: Blueprint, candidates: Sequence[list[Any]], used: Collection[int]
) -> tuple[list[list[Any]], int]:
    """(candidates, overlap): those that are not used, and the used ones for the cells that could not
    be filled otherwise; `overlap` counts these. They are marked, so that a draw takes them last."""
    free = [row for row in candidates if row[0] not in used]
    if len(free) == len(candidates):
        return list(candidates), 0
    taken = set(used)
    while True:
        rows = [row for row in candidates if row[0] not in taken]
        short = _short(blueprint, rows)
        if not short:
            return _marked(rows, used), len(rows) - len(free)
        back = {
            row[0]
            for row in candidates
            if row[0] in taken
            and any(cell.takes(drawing.as_candidate(row).group) for cell in short)
        }
        if not back:
            return _marked(candidates, used), len(candidates) - len(free)
        taken -= back


def _marked(rows: Sequence[list[Any]], used: Collection[int]) -> list[list[Any]]:
    return [[*row, True] if row[0] in used else row for row in rows]


def _short(blueprint: Blueprint, rows: Sequence[list[Any]]) -> list[Any]:
    """The cells that these rows do not fill."""
    try:
        draw(Pool(blueprint, map(drawing.as_candidate, rows)), "overlap")
    except NotEnough as lacking:
        return [each.cell for each in lacking.shortages]
    return []


def foreseen(session: Session, window: ExamWindow, now: datetime) -> int:
    """How many questions of earlier papers a window's own may repeat: by its pool where it has one,
    else as its pool would be made now."""
    exam = session.get_one(Exam, window.exam_id)
    if window.pool_id is None:
        return _candidates(session, window, exam, now)[1]
    met = used(session, window, _bank_of(session, exam), now)
    pool = session.get_one(DrawPool, window.pool_id)
    return sum(row[0] in met for row in pool.candidates)


@dataclass(frozen=True)
class PoolDraft:
    """A pool as it would be made, with what must not have changed until it is: what takes long is
    done by a reader, before the write lock."""

    window_id: int
    stamp: tuple[Any, ...]
    fingerprint: str
    candidates: PackedJson
    fixed: list[int]
    overlap: int


def draft(session: Session, window: ExamWindow, exam: Exam, now: datetime) -> PoolDraft:
    """The pool that the window would have now.

    Questions of earlier papers of the exam whose keys are or will be open are left out where the
    bank allows; `overlap` counts those that are not.
    """
    stamp = _stamp(session, exam.id)
    candidates, overlap = _candidates(session, window, exam, now)
    there = {row[0] for row in candidates}
    fixed = [each for each in drawing.fixed_of(session, exam.blueprint_id) if each in there]
    whole = json.dumps([exam.blueprint_id, fixed, candidates])
    fingerprint = hashlib.sha256(whole.encode()).hexdigest()
    return PoolDraft(window.id, stamp, fingerprint, PackedJson(candidates), fixed, overlap)


def _stamp(session: Session, exam_id: int) -> tuple[Any, ...]:
    """What changes when a question is judged, a key is put right or shown, a paper is drawn."""
    shown = select(func.count(ExamWindow.keys_shown_at)).where(ExamWindow.exam_id == exam_id)
    papers = (
        select(func.max(Attempt.id))
        .join(ExamWindow, ExamWindow.id == Attempt.window_id)
        .where(ExamWindow.exam_id == exam_id)
    )
    judged, revised = select(func.max(VersionEvent.id)), select(func.max(KeyRevision.id))
    each = [one.scalar_subquery() for one in (judged, revised, shown, papers)]
    return tuple(session.execute(select(*each)).one())


def pool_of(
    session: Session, window: ExamWindow, now: datetime, seed: str, ready: PoolDraft | None = None
) -> DrawPool:
    """The window's pool; the first to ask fixes it, so that all its papers draw from the same.

    `seed` becomes the pool's own if the pool is new; `ready` is used where it is still true. The exam
    is locked: of two that ask at the same instant the second finds the first one's. The window keeps
    how many questions of earlier papers its own may repeat.
    """
    exam = session.get_one(Exam, window.exam_id)
    session.execute(select(Exam.id).where(Exam.id == exam.id).with_for_update())
    session.refresh(window, ["pool_id"])
    if window.pool_id is not None:
        return session.get_one(DrawPool, window.pool_id)
    if ready is None or ready.window_id != window.id or ready.stamp != _stamp(session, exam.id):
        ready = draft(session, window, exam, now)
    # While main papers may still be drawn nobody knows what this pool will have in common with them.
    main_is_over = times_of(session, exam.id, now)[0].main_is_over(now)
    window.overlap = ready.overlap if main_is_over else None
    pool = _stored(session, exam, now, seed, ready)
    window.pool_id = pool.id
    return pool


def _stored(session: Session, exam: Exam, now: datetime, seed: str, ready: PoolDraft) -> DrawPool:
    """The exam's pool of that content, made if there is none yet."""
    pool = session.scalar(
        select(DrawPool).where(
            DrawPool.exam_id == exam.id, DrawPool.fingerprint == ready.fingerprint
        )
    )
    if pool is None:
        pool = DrawPool(
            exam_id=exam.id,
            fingerprint=ready.fingerprint,
            candidates=ready.candidates,
            fixed=ready.fixed,
            seed=seed,
            recorded_at=now,
        )
        session.add(pool)
        session.flush()
        session.expire(pool, ["candidates"])
    return pool


def _candidates(
    session: Session, window: ExamWindow, exam: Exam, now: datetime
) -> tuple[list[list[Any]], int]:
    bank_id = _bank_of(session, exam)
    met = used(session, window, bank_id, now)
    rows = drawing.candidate_rows(session, bank_id, now)
    if not met:
        return rows, 0
    return without(drawing.blueprint_of(session, exam.blueprint_id), rows, met)


def _bank_of(session: Session, exam: Exam) -> int:
    bank_id = select(BlueprintRow.bank_id).where(BlueprintRow.id == exam.blueprint_id)
    return session.scalar(bank_id) or 0


def forget_unbegun(session: Session, version: QuestionVersion, now: datetime) -> None:
    """Let the windows that nobody has begun, and whose pool has the version, make their pool again.

    A window that was begun keeps its pool, so that all its papers stay comparable.
    """
    begun = select(Attempt.id).where(Attempt.window_id == ExamWindow.id)
    windows = session.scalars(
        select(ExamWindow)
        .join(Exam, Exam.id == ExamWindow.exam_id)
        .join(BlueprintRow, BlueprintRow.id == Exam.blueprint_id)
        .where(
            BlueprintRow.bank_id == version.bank_id,
            ExamWindow.closes_at > now,
            ExamWindow.pool_id.is_not(None),
            ~begun.exists(),
        )
    ).all()
    for window in windows:
        if window.pool_id and version.id in drawing.load(session, window.pool_id).ids:
            window.pool_id, window.overlap = None, None


def forget_overlaps(session: Session, exam_id: int) -> None:
    """Forget what make-ups and the like were found to have in common with the main papers, because
    further main papers may be drawn."""
    session.execute(
        update(ExamWindow)
        .where(ExamWindow.exam_id == exam_id, ExamWindow.kind != WindowKind.MAIN)
        .values(overlap=None)
    )
