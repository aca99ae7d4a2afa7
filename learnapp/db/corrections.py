"""Rows of what staff put right about an exam's window or an attempt, and how due times follow."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index, ScalarSelect, String, func, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from learnapp.db.base import Base, BigId, Code, Id, MaybePersonRef
from learnapp.db.exams import ExamWindow
from learnapp.db.study import Item
from learnapp.domain.corrections import DueShift, moved_due
from learnapp.domain.exams import WindowKind


class CorrectionKind(StrEnum):
    """A window's times were changed, it was cancelled, or its cancellation was taken back; or it was
    added to an exam whose first windows are all cancelled."""

    CORRECTED = "corrected"
    CANCELLED = "cancelled"
    RESTORED = "restored"
    ADDED = "added"


class WindowCorrection(Base):
    """A change of a window: the times before (`opens_before`, `closes_before`) and from then on.

    `due_from` and `due_to`: what falls due at the one falls due at the other from then on, for the
    requirements that ask the exam; both None where nothing was to come, or nothing moves.
    """

    __tablename__ = "window_corrections"
    __table_args__ = (
        CheckConstraint("closes_at > opens_at", name="times"),
        Index(None, "window_id"),
        Index(None, "exam_id"),
    )
    id: Mapped[Id]
    window_id: Mapped[int] = mapped_column(BigId, ForeignKey("exam_windows.id"))
    exam_id: Mapped[int] = mapped_column(BigId, ForeignKey("exams.id"))
    kind: Mapped[Code]
    opens_before: Mapped[datetime]
    closes_before: Mapped[datetime]
    opens_at: Mapped[datetime]
    closes_at: Mapped[datetime]
    due_from: Mapped[datetime | None]
    due_to: Mapped[datetime | None]
    reason: Mapped[str] = mapped_column(String(400))
    recorded_at: Mapped[datetime]
    recorded_by: Mapped[MaybePersonRef]


class AttemptReopening(Base):
    """An attempt that was handed in and is open again: how it had been handed in, and the time left."""

    __tablename__ = "attempt_reopenings"
    __table_args__ = (Index(None, "attempt_id"),)
    id: Mapped[Id]
    attempt_id: Mapped[int] = mapped_column(BigId, ForeignKey("attempts.id"))
    submitted_at: Mapped[datetime]
    submitted_by: Mapped[str | None] = mapped_column(String(10))
    seconds_left: Mapped[int]
    reason: Mapped[str] = mapped_column(String(400))
    recorded_at: Mapped[datetime]
    recorded_by: Mapped[MaybePersonRef]


def newest_correction(known_at: datetime | None) -> ScalarSelect[int]:
    """The id of the newest correction of any window, recorded by then (None: by now); 0 for none."""
    newest = select(func.coalesce(func.max(WindowCorrection.id), 0))
    if known_at is not None:
        newest = newest.where(WindowCorrection.recorded_at <= known_at)
    return newest.scalar_subquery()


class DueTimes:
    """How the due times of items moved with the windows of their exams, as known at an instant."""

    def __init__(self, shifts: dict[int, list[DueShift]], without: frozenset[int]) -> None:
        self._shifts, self._without = shifts, without

    def of(self, item_id: int, due_at: datetime) -> datetime | None:
        """When the item falls due now; None while it is not asked: every first window is cancelled."""
        if item_id in self._without:
            return None
        return moved_due(due_at, self._shifts.get(item_id, ()))


def due_times(
    session: Session,
    item_ids: Collection[int],
    known_at: datetime | None = None,
    newest: int | None = None,
) -> DueTimes:
    """The moves of due times of these items, known by then (None: now), up to the correction `newest`
    where one is named. Two statements at most."""
    wanted = [] if known_at is None else [WindowCorrection.recorded_at <= known_at]
    if newest is not None:
        wanted.append(WindowCorrection.id <= newest)
    rows = session.execute(
        select(Item.id, WindowCorrection)
        .join(Item, Item.exam_id == WindowCorrection.exam_id)
        .where(Item.id.in_(list(item_ids)), *wanted)
        .order_by(WindowCorrection.id)
    ).all()
    shifts: dict[int, list[DueShift]] = {}
    cancelled: dict[int, dict[int, bool]] = {}
    for item_id, row in rows:
        if row.due_from is not None and row.due_to is not None:
            shifts.setdefault(item_id, []).append(DueShift(row.due_from, row.due_to))
        if row.kind != CorrectionKind.CORRECTED:
            cancelled.setdefault(item_id, {})[row.window_id] = row.kind == CorrectionKind.CANCELLED
    return DueTimes(shifts, _without_windows(session, cancelled))


def _without_windows(session: Session, cancelled: dict[int, dict[int, bool]]) -> frozenset[int]:
    """The items whose exam has first windows, all of them cancelled."""
    left = {item_id: each for item_id, each in cancelled.items() if any(each.values())}
    if not left:
        return frozenset()
    rows = session.execute(
        select(Item.id, ExamWindow.id)
        .join(ExamWindow, ExamWindow.exam_id == Item.exam_id)
        .where(Item.id.in_(sorted(left)), ExamWindow.kind == WindowKind.MAIN)
    ).all()
    held = {item_id for item_id, window_id in rows if not left[item_id].get(window_id, False)}
    return frozenset(left.keys() - held)
