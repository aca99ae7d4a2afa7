"""What follows when an exam gets a further window: due times, and what was decided without it."""

from __future__ import annotations

from datetime import datetime

from learnapp.db.core.caller import Caller
from learnapp.db.exams.corrections import last_cancellation
from learnapp.db.exams.models import CorrectionKind, ExamWindow, WindowCorrection
from learnapp.db.exams.pools import forget_overlaps
from learnapp.db.exams.windows import main_beside
from learnapp.db.progress import counters
from learnapp.domain.exams.exams import WindowKind, WindowState
from learnapp.services.exams.window_corrections import stage_end


def follow_added(caller: Caller, window: ExamWindow) -> None:
    """Let the exam be asked again where its first windows were all cancelled, due with the new one.

    To be called once the window has its id; only a further main window changes anything.
    """
    session = caller.session
    if window.kind != WindowKind.MAIN:
        return
    forget_overlaps(session, window.exam_id)
    others = main_beside(session, window)
    if not others or any(each.state != WindowState.CANCELLED for each in others):
        return
    last = last_cancellation(session, [each.id for each in others])
    if last is not None:  # each of them was cancelled by a correction
        _record(caller, window, last.closes_at)


def _record(caller: Caller, window: ExamWindow, fell_due: datetime) -> None:
    """Append that what fell due then does so with the added window; counters are computed again."""
    session = caller.session
    ends = stage_end(session, window.exam_id)
    old, new = (each if ends is None else min(each, ends) for each in (fell_due, window.closes_at))
    session.add(
        WindowCorrection(
            window_id=window.id,
            exam_id=window.exam_id,
            kind=CorrectionKind.ADDED,
            opens_before=window.opens_at,
            closes_before=window.closes_at,
            opens_at=window.opens_at,
            closes_at=window.closes_at,
            due_from=old if old != new else None,
            due_to=new if old != new else None,
            reason="",
            recorded_at=caller.now,
            recorded_by=caller.actor.person_id,
        )
    )
    session.flush()
    counters.recount_exam(session, window.exam_id)
