"""How each state of what a person owes looks, and where something can be done."""

from __future__ import annotations

from flask import url_for

from learnapp.domain.study.owed import NOT_PASSED, OVERDUE, WAITING, Owed, OwedState, Target


def state_css(owed: Owed) -> str:
    """How it looks: done, lost, due now, or quiet while it waits."""
    if owed.state is OwedState.DONE:
        return "good"
    if owed.state in OVERDUE or owed.state in (OwedState.FAILED, OwedState.VOIDED):
        return "lost"
    if owed.state in WAITING or owed.state in (OwedState.EXCUSED, OwedState.NOT_OPEN):
        return "muted"
    return "due" if owed.state in NOT_PASSED or owed.until is not None else "muted"


def target_url(owed: Owed, portion_id: int | None, exam_id: int | None) -> str | None:
    """The address of the place where something can be done about it; None where there is none."""
    if owed.target is Target.NOWHERE:
        return None
    if owed.target is Target.PORTION:
        return None if portion_id is None else url_for("study.portion", portion_id=portion_id)
    if owed.target is Target.PAPER:
        return url_for("attempts.paper", public_id=owed.attempt)
    if owed.target is Target.RESULT and owed.attempt is not None:
        return url_for("attempts.result", public_id=owed.attempt)
    if owed.target is Target.WAY_BACK:
        return url_for("remedy.index", exam_id=exam_id)
    if owed.target is Target.WINDOW and owed.window_id is not None:
        return url_for("exams.window", window_id=owed.window_id)
    return url_for("exams.index")
