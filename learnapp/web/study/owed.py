"""What each state of what a person owes is called, how it looks, and where something can be done."""

from __future__ import annotations

from datetime import datetime

from flask import url_for
from flask_babel import lazy_gettext as _

from learnapp.domain.study.owed import NOT_PASSED, OVERDUE, WAITING, Owed, OwedState, Target
from learnapp.web.core.language import left_label, moment_label

# What can be done, and until when.
_UNTIL = {
    OwedState.ANSWERING: _("作答中，到 %(t)s"),
    OwedState.REMEDIAL: _("未合格，可补学至 %(t)s"),
    OwedState.RETAKE: _("未合格，可再考，%(t)s 截止"),
    OwedState.OVERDUE_OPEN: _("已过期，可补考至 %(t)s"),
    OwedState.EXCUSED: _("已免除，仍可作答至 %(t)s"),
    OwedState.DEFERRED: _("缓考，仍可作答至 %(t)s"),
    OwedState.VOIDED_OPEN: _("已作废，可重新作答，%(t)s 截止"),
    OwedState.WITHDRAWN: _("被退回，可重新作答，%(t)s 截止"),
}
# What can be done later, and from when.
_FROM = {
    OwedState.NOT_OPEN: _("未开放，%(t)s 开始"),
    OwedState.RETAKE_COMING: _("未合格，补考 %(t)s 开始"),
    OwedState.OVERDUE_COMING: _("已过期，补考 %(t)s 开始"),
    OwedState.DEFERRED: _("缓考，补考 %(t)s 开始"),
    OwedState.VOIDED_OPEN: _("已作废，%(t)s 可重新作答"),
}
_PLAIN = {
    OwedState.DONE: _("已完成"),
    OwedState.NOT_OPEN: _("未安排场次"),
    OwedState.ON_PAPER: _("纸笔作答，待录入"),
    OwedState.AWAITING_MARKS: _("已交卷，待阅卷"),
    OwedState.AWAITING_RELEASE: _("已交卷，成绩未公布"),
    OwedState.FAILED: _("尚未合格"),
    OwedState.OVERDUE_OPEN: _("已过期，可补"),
    OwedState.OVERDUE_CLOSED: _("已过期，不可补"),
    OwedState.EXCUSED: _("已免除"),
    OwedState.DEFERRED: _("缓考，等补考安排"),
    OwedState.VOIDED: _("已作废，请联系管理员"),
    OwedState.WITHDRAWN: _("被退回，请联系单位"),
}


def state_label(owed: Owed, now: datetime) -> str:
    """The state in words, with until when or from when something can be done."""
    if owed.state is OwedState.TO_DO and owed.until is not None:
        return left_label(owed.until, now)
    if owed.until is not None:
        return str(_UNTIL[owed.state]) % {"t": moment_label(owed.until)}
    if owed.opens_at is not None:
        return str(_FROM[owed.state]) % {"t": moment_label(owed.opens_at)}
    return str(_PLAIN[owed.state])


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
