"""Named queries of corrected windows, and how due times follow them."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime

from sqlalchemy import ScalarSelect, func, select
from sqlalchemy.orm import Session

from learnapp.db.core.many import one_of
from learnapp.db.exams.models import CorrectionKind, ExamWindow, WindowCorrection
from learnapp.db.study.models import Item
from learnapp.domain.exams.corrections import DueShift, moved_due
from learnapp.domain.exams.exams import WindowKind


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
        .where(one_of(Item.id, item_ids), *wanted)
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
        .where(one_of(Item.id, left), ExamWindow.kind == WindowKind.MAIN)
    ).all()
    held = {item_id for item_id, window_id in rows if not left[item_id].get(window_id, False)}
    return frozenset(left.keys() - held)


def corrections_of(session: Session, window_id: int) -> list[WindowCorrection]:
    """What was put right about a window, the newest first."""
    return list(
        session.scalars(
            select(WindowCorrection)
            .where(WindowCorrection.window_id == window_id)
            .order_by(WindowCorrection.id.desc())
        )
    )


def last_cancellation(session: Session, window_ids: Iterable[int]) -> WindowCorrection | None:
    """The newest cancellation of any of these windows; None where none was cancelled."""
    return session.scalar(
        select(WindowCorrection)
        .where(
            one_of(WindowCorrection.window_id, window_ids),
            WindowCorrection.kind == CorrectionKind.CANCELLED,
        )
        .order_by(WindowCorrection.id.desc())
        .limit(1)
    )


def corrections_after(session: Session, last: WindowCorrection) -> Sequence[WindowCorrection]:
    """What was put right about the windows of an exam after a correction, in order."""
    return session.scalars(
        select(WindowCorrection)
        .where(WindowCorrection.exam_id == last.exam_id, WindowCorrection.id > last.id)
        .order_by(WindowCorrection.id)
    ).all()
