"""Named queries for drawing: what a bank can supply, and the pool a window draws from."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from datetime import datetime

from sqlalchemy import Select, func, or_, select
from sqlalchemy.orm import Session

from learnapp.db.bank import BankCategory, QuestionVersion
from learnapp.db.exams import (
    Attempt,
    BlueprintCell,
    BlueprintRow,
    DrawPool,
    Exam,
    ExamWindow,
)
from learnapp.db.study import Portion
from learnapp.domain.answers import GRACE
from learnapp.domain.calendar import local_day
from learnapp.domain.exams import AttemptState, ExamKind
from question_bank.blueprint import Blueprint, Cell, Supply
from question_bank.drawing import Candidate
from question_bank.model import QuestionType


def _path(text: str | None) -> tuple[str, ...]:
    return tuple(text.split("/")) if text else ()


def eligible(bank_id: int, now: datetime) -> Select[tuple[int, str, str | None, int | None]]:
    """The published versions that exams may use and that are in force on that day; a portion's
    check question is told after answering, so that no paper may have it."""
    day = local_day(now)
    told = select(Portion.id).where(Portion.check_version_id == QuestionVersion.id)
    return (
        select(
            QuestionVersion.id,
            QuestionVersion.type,
            BankCategory.path,
            QuestionVersion.difficulty,
        )
        .outerjoin(BankCategory, BankCategory.id == QuestionVersion.category_id)
        .where(
            QuestionVersion.bank_id == bank_id,
            QuestionVersion.status == "published",
            QuestionVersion.use.in_(("exam", "both")),
            or_(QuestionVersion.effective_from.is_(None), QuestionVersion.effective_from <= day),
            or_(QuestionVersion.effective_to.is_(None), QuestionVersion.effective_to > day),
            ~told.exists(),
        )
        .order_by(QuestionVersion.id)
    )


def supply_of(session: Session, bank_id: int, now: datetime) -> Supply:
    """How many questions there are of each type, category and difficulty."""
    counted = eligible(bank_id, now).subquery()
    rows = session.execute(
        select(counted.c.type, counted.c.path, counted.c.difficulty, func.count()).group_by(
            counted.c.type, counted.c.path, counted.c.difficulty
        )
    )
    supply: Counter[tuple[QuestionType, tuple[str, ...], int | None]] = Counter()
    for type_, path, difficulty, count in rows:
        supply[(QuestionType(type_), _path(path), difficulty)] += count
    return supply


def blueprint_of(session: Session, blueprint_id: int) -> Blueprint:
    """A stored blueprint as the library knows it."""
    cells = session.scalars(
        select(BlueprintCell)
        .where(BlueprintCell.blueprint_id == blueprint_id)
        .order_by(BlueprintCell.ordinal)
    )
    return Blueprint(
        tuple(
            Cell(
                ordinal=cell.ordinal,
                section=cell.section,
                type=QuestionType(cell.type),
                category=_path(cell.category) or None,
                difficulty=cell.difficulty,
                count=cell.count,
                marks=cell.marks,
            )
            for cell in cells
        )
    )


def pool_of(session: Session, window: ExamWindow, exam: Exam, now: datetime) -> DrawPool:
    """The window's pool; the first to ask fixes it, so that all its papers draw from the same."""
    if window.pool_id is not None:
        pool = session.get(DrawPool, window.pool_id)
        assert pool is not None
        return pool
    bank_id = select(BlueprintRow.bank_id).where(BlueprintRow.id == exam.blueprint_id)
    found = session.execute(eligible(session.scalar(bank_id) or 0, now))
    candidates = [list(row) for row in found]
    fingerprint = hashlib.sha256(json.dumps(candidates).encode()).hexdigest()
    pool = session.scalar(
        select(DrawPool).where(DrawPool.exam_id == exam.id, DrawPool.fingerprint == fingerprint)
    )
    if pool is None:
        pool = DrawPool(
            exam_id=exam.id, fingerprint=fingerprint, candidates=candidates, recorded_at=now
        )
        session.add(pool)
        session.flush()
    window.pool_id = pool.id
    return pool


def may_be_pinned(session: Session, version_id: int, now: datetime) -> bool:
    """Whether an exam that is not over draws from a pool with this question in it.

    Until then nobody may be told its key (practice, which tells at once, apart).
    """
    going = select(ExamWindow.exam_id).where(ExamWindow.closes_at > now - GRACE)
    sitting = select(Attempt.exam_id).where(Attempt.state == AttemptState.OPEN)
    pools = session.scalars(
        select(DrawPool.candidates)
        .join(Exam, Exam.id == DrawPool.exam_id)
        .where(Exam.kind != ExamKind.PRACTICE, Exam.id.in_(going.union(sitting)))
    )
    return any(row[0] == version_id for pool in pools for row in pool)


def candidates_of(pool: DrawPool) -> list[Candidate]:
    """A pool's content as the library draws from it."""
    return [
        Candidate(version_id, QuestionType(type_), _path(path), difficulty)
        for version_id, type_, path, difficulty in pool.candidates
    ]
